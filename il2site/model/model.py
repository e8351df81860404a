"""A model of a site: its network, its card, and the files that a reader can download."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from il2site.problem import Checked, Problem, errors
from il2site.text import Place, SourceFile

if TYPE_CHECKING:
    from il2site.model.card.card import Card
    from il2site.model.card.measure import Finding
    from il2site.model.engine.doses import Dose
    from il2site.model.engine.simulate import Run
    from il2site.model.network import Network


@dataclass(frozen=True)
class Model:
    """A checked model, and the two files that it was read from."""

    name: str
    network: Network
    card: Card
    file: SourceFile
    card_file: SourceFile

    @property
    def path(self) -> str:
        """The model file, relative to the site's folder."""
        return self.file.path

    @property
    def citations(self) -> tuple[str, ...]:
        """The citation keys that the card names."""
        return self.card.citations

    @property
    def doses(self) -> tuple[Dose, ...]:
        """The schedule of the card, with its repeats written out."""
        from il2site.model.card.measure import schedule

        return schedule(self.card.doses)

    # Runs are made when they are first asked for, and stay with the model: a preview keeps its models. What runs them takes
    # long to import, and a model that is remembered needs none of it.

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the checks of the card give."""
        from il2site.model.card.measure import findings

        return findings(self.network, self.card)

    @cached_property
    def default_run(self) -> Run:
        """The run with the values of the model file and the doses of the card, up to `run_to`."""
        from il2site.model.engine.simulate import run

        return run(self.network, {}, self.card.run_to, _points(self.card.run_to, self.doses), doses=self.doses)

    @cached_property
    def start(self) -> Mapping[str, float]:
        """The value of every symbol at time 0, before any dose."""
        from il2site.model.card.measure import values_at_start
        from il2site.model.engine.simulate import Simulator

        return values_at_start(Simulator(self.network), {})

    @cached_property
    def sbml(self) -> str | None:
        """The model as SBML text; None where Antimony cannot be translated, for want of its library."""
        from il2site.model.sbml import to_sbml

        return to_sbml(self.file).value

    @property
    def quantities(self) -> tuple[str, ...]:
        """The states and outputs that the card describes."""
        hidden = set(self.network.twins.values())
        return tuple(name for name in (*self.network.states, *self.network.outputs) if name not in hidden)


INTERVALS = range(400, 4001)
"""How finely the default run may be reported."""


def _points(end: float, doses: Iterable[Dose]) -> int:
    """The least number of reports such that one falls on every time at which something is given or ends."""
    edges = {edge / end for dose in doses for edge in (dose.time, dose.time + dose.duration)}
    fitting = (n for n in INTERVALS if all(abs(edge * n - round(edge * n)) < 1e-6 for edge in edges))
    return next(fitting, INTERVALS[-1]) + 1


def measured_model(name: str, texts: Mapping[str, SourceFile], references: Collection[str]) -> Checked[Model]:
    """A model with its runs and its SBML, which travel with it from process to process."""
    loaded = load_model(name, texts, references)
    if loaded.value is not None:
        _ = loaded.value.findings, loaded.value.default_run, loaded.value.start, loaded.value.sbml
    return loaded


def load_model(name: str, texts: Mapping[str, SourceFile], references: Collection[str] | None = None) -> Checked[Model]:
    """The model in content/models/<name>/: model.ant or model.xml, and card.yml.

    `references` holds the citation keys that a card may name; None when they are not known.
    The value is None when something stops the model from being used; every problem has its line.
    """
    from il2site.model.card.card import read_card
    from il2site.model.card.check import Subject, check
    from il2site.model.sbml import read_network

    folder = f"content/models/{name}"
    file, problems = model_file(name, folder, texts)
    card_file = texts.get(f"{folder}/card.yml")
    if file is None or card_file is None:
        return Checked(None, problems)
    network = read_network(file)
    card, yaml = read_card(card_file)
    problems = (*problems, *network.problems, *card.problems)
    if network.value is None or card.value is None or yaml is None:
        return Checked(None, problems)
    problems = (*problems, *check(Subject(network.value, file, card.value, card_file, yaml, references)))
    named = replace(network.value, name=name, time_unit=card.value.time_unit)
    model = Model(name, named, card.value, file, card_file)
    return Checked(None if errors(problems) else model, problems)


def model_file(
    name: str, folder: str, texts: Mapping[str, SourceFile]
) -> tuple[SourceFile | None, tuple[Problem, ...]]:
    """The model file of `folder`, and what is wrong with what the folder holds."""
    files = [texts[path] for path in (f"{folder}/model.ant", f"{folder}/model.xml") if path in texts]
    problems = []
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        problems.append(Problem(Place(folder), "slug", f'the model folder is called "{name}"',
                                "use lower-case letters, digits and single hyphens"))  # fmt: skip
    if not files:
        problems.append(
            Problem(Place(folder), "model-missing", f"{folder} holds no model.ant and no model.xml", "add one of them")
        )
    if len(files) > 1:
        problems.append(
            Problem(Place(folder), "model-missing", f"{folder} holds both model.ant and model.xml", "keep one of them")
        )
    if f"{folder}/card.yml" not in texts:
        problems.append(Problem(Place(folder), "model-missing", f"{folder} holds no card.yml",
                                "add one: title, about, time_unit, symbols, limits"))  # fmt: skip
    return (files[0] if files else None), tuple(problems)
