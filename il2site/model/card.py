"""A model card: what a model's symbols mean, where its numbers come from, and what it leaves out."""

from __future__ import annotations

from typing import Literal

from il2site.problem import Checked
from il2site.schema import Strict, Yaml, parse_yaml, validate
from il2site.text import SourceFile

Status = Literal["read", "recalled", "derived", "calibrated", "illustrative"]
"""read: read in the source named. recalled: quoted from memory, to be read again. derived: arithmetic on numbers that
were read. calibrated: chosen so that the model gives a published number, which is then no test. illustrative: chosen
to show something."""

CHOSEN = "chosen for teaching"
"""The `source` of a number that has none; it is shown to the reader in these words."""


class SymbolCard(Strict):
    """What one symbol is. `source` is a citation key or `CHOSEN`; it and `status` belong to numbers, not to results."""

    label: str
    unit: str
    source: str | None = None
    status: Status | None = None
    note: str = ""
    range: tuple[float, float] | None = None


class CheckCard(Strict):
    """One published number that the model was held against. Only a `prediction` tests it."""

    what: str
    published: str
    model: str
    kind: Literal["prediction", "calibrated", "input"]
    source: str
    status: Status


class Card(Strict):
    """The whole of card.yml. `run_to`: the time, in `time_unit`, up to which the build tries the model out."""

    title: str
    about: str
    time_unit: str
    run_to: float = 100.0
    symbols: dict[str, SymbolCard]
    limits: tuple[str, ...] = ()
    checks: tuple[CheckCard, ...] = ()

    @property
    def citations(self) -> tuple[str, ...]:
        """The citation keys that the card names, in order, each once."""
        named = [*(symbol.source for symbol in self.symbols.values()), *(check.source for check in self.checks)]
        return tuple(dict.fromkeys(key for key in named if key and key != CHOSEN))


def read_card(file: SourceFile) -> tuple[Checked[Card], Yaml | None]:
    """The card in `file`, and the YAML it was read from (for the lines of its keys)."""
    yaml = parse_yaml(file)
    if yaml.value is None:
        return Checked(None, yaml.problems), None
    card = validate(Card, yaml.value, file.path)
    return Checked(card.value, (*yaml.problems, *card.problems)), yaml.value
