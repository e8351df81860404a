"""A model card: what a model's symbols mean, where its numbers come from, what was published, and what it leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from il2site.problem import Checked, Problem
from il2site.schema import Field, KeyPath, Strict, Yaml, parse_yaml, validate
from il2site.text import Place, SourceFile

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


class DoseCard(Strict):
    """One line of a schedule: `amount` is given at `time`, over `duration`, and again `every` so often, `count` times.

    `target` is a state or a concentration, to which `amount` is added; or a parameter, which has the value `amount`
    for `duration` (for ever when that is 0). Times are in the time unit of the card.
    """

    time: float = Field(ge=0)
    target: str
    amount: float
    duration: float = Field(default=0.0, ge=0)
    every: float | None = Field(default=None, gt=0)
    count: int = Field(default=1, ge=1, le=10_000)

    @property
    def times(self) -> tuple[float, ...]:
        """When it is given."""
        return tuple(self.time + index * (self.every or 0.0) for index in range(self.count))


class RunCard(Strict):
    """The settings of a run. What is None is as it is elsewhere: in the check, or else in the card."""

    set: dict[str, float] = Field(default_factory=dict)
    end: float | None = Field(default=None, gt=0)
    points: int | None = Field(default=None, ge=2, le=100_000)
    doses: tuple[DoseCard, ...] | None = None


class CheckCard(RunCard):
    """One published number, and the formula by which each build measures it in the model (il2site/model/card/measure.py).

    `between` is the band that counts as agreement; either end may be left open by null. Only a `prediction` tests the
    model. Its own settings are those of the run it is measured in; `over` scans one parameter; `runs` are further runs,
    which the formula names. `runs_count` and `seed` belong to `method: ssa`.
    """

    what: str
    published: str
    measure: str
    unit: str = ""
    between: tuple[float | None, float | None] | None = None
    kind: Literal["prediction", "calibrated", "input"]
    source: str
    status: Status
    note: str = ""
    over: dict[str, tuple[float, ...]] = Field(default_factory=dict)
    runs: dict[str, RunCard] = Field(default_factory=dict)
    method: Literal["ode", "ssa"] = "ode"
    runs_count: int | None = Field(default=None, ge=1, le=10_000)
    seed: int | None = Field(default=None, ge=0)


class Card(Strict):
    """The whole of card.yml. `run_to`: the time, in `time_unit`, up to which the build tries the model out.

    `doses` is the schedule that the model is run with when nothing else is said.
    """

    title: str
    about: str
    time_unit: str
    run_to: float = 100.0
    symbols: dict[str, SymbolCard]
    doses: tuple[DoseCard, ...] = ()
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
    problems = [*yaml.problems, *card.problems]
    if card.value is not None:
        found = [*schedule_faults(card.value.doses, ("doses",)), *_check_faults(card.value.checks)]
        problems += [Problem(Place(file.path, yaml.value.line(key)), "value", *said) for key, *said in found]
    return Checked(card.value, tuple(problems)), yaml.value


Fault = tuple[KeyPath, str, str]
"""The key of a value that contradicts another, what is wrong, and how to mend it."""


def schedule_faults(doses: Sequence[DoseCard] | None, where: KeyPath) -> Iterator[Fault]:
    for index, dose in enumerate(doses or ()):
        at = (*where, index)
        if dose.every is None and dose.count > 1:
            yield (*at, "count"), "a dose that is repeated does not say how often", "add every: a time"
        if dose.every is not None and dose.count == 1:
            yield (*at, "every"), "a dose that is repeated does not say how many times", "add count: 2 or more"
        if dose.every is not None and dose.duration > dose.every:
            said = f"a dose that lasts {dose.duration:g} and is repeated every {dose.every:g} overlaps itself"
            yield (*at, "duration"), said, "shorten duration, or widen every"


def _check_faults(checks: Sequence[CheckCard]) -> Iterator[Fault]:
    for index, check in enumerate(checks):
        where: KeyPath = ("checks", index)
        yield from schedule_faults(check.doses, (*where, "doses"))
        for name, run in check.runs.items():
            yield from schedule_faults(run.doses, (*where, "runs", name, "doses"))
        for rule in (_band_faults, _scan_faults, _other_faults):
            yield from (((*where, *key), said, remedy) for key, said, remedy in rule(check))


def _band_faults(check: CheckCard) -> Iterator[Fault]:
    if check.between is not None:
        low, high = check.between
        if low is None and high is None:
            yield ("between",), "the band has no end, so every number is inside", "write at least one end"
        if low is not None and high is not None and low > high:
            yield ("between",), f"the band begins at {low:g} and ends at {high:g}", "write the smaller number first"


def _scan_faults(check: CheckCard) -> Iterator[Fault]:
    if len(check.over) > 1:
        said = f"over names {len(check.over)} parameters"
        yield ("over",), said, "scan one of them; put the others into set or runs"
    for name, values in check.over.items():
        if len(values) < 2:
            yield ("over", name), f"over has {len(values)} value of {name}", "write at least two, or use set"
        if any(name in settings.set for settings in (check, *check.runs.values())):
            yield ("over", name), f"{name} is both scanned by over and set", "delete one of the two"


def _other_faults(check: CheckCard) -> Iterator[Fault]:
    if check.source == CHOSEN:
        yield ("source",), "a published number has no source", "write a key of references.json"
    for name in check.runs:
        if not name.isidentifier():
            yield ("runs", name), f'a formula cannot name a run "{name}"', "use letters, digits and underscores"
    for key in ("runs_count", "seed") if check.method == "ode" else ():
        if getattr(check, key) is not None:
            yield (key,), f"{key} belongs to stochastic runs", f"add method: ssa, or delete {key}"
