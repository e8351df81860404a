"""What must hold between a model and its card, and that the model runs."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from il2site.model.card import CHOSEN, Card
from il2site.model.expression import Number
from il2site.model.network import Network
from il2site.model.sbml import place_of
from il2site.model.simulate import Run, run
from il2site.problem import Problem
from il2site.schema import KeyPath, Yaml
from il2site.text import Place, SourceFile


@dataclass(frozen=True)
class Subject:
    """A network and a card, with the files that they were read from."""

    network: Network
    file: SourceFile
    card: Card
    card_file: SourceFile
    yaml: Yaml

    def card_problem(self, key: KeyPath, rule: str, message: str, remedy: str) -> Problem:
        """A problem at the line of `key` in the card."""
        return Problem(Place(self.card_file.path, self.yaml.line(key)), rule, message, remedy)


def check(subject: Subject) -> tuple[Problem, ...]:
    """Every disagreement between network and card; when there is none, every way in which the model fails to run."""
    rules = (_missing, _unused, _unsourced, _unlabelled, _limits, _ranges, _unit)
    found = tuple(problem for rule in rules for problem in rule(subject))
    return found or tuple(_runs(subject))


def _missing(subject: Subject) -> Iterator[Problem]:
    for name in subject.network.names:
        if name not in subject.card.symbols:
            remedy = (
                f"add {name}: {{label: ..., unit: ...}} below symbols in {subject.card_file.path}; "
                "a number also needs source and status"
            )
            yield Problem(
                place_of(subject.file, name), "model-card", f"{name} has no entry in the model's card", remedy
            )


def _unused(subject: Subject) -> Iterator[Problem]:
    names = subject.network.names
    for name in subject.card.symbols:
        if name not in names:
            near = difflib.get_close_matches(name, names, 1)
            remedy = f"did you mean {near[0]}?" if near else "delete the entry"
            yield subject.card_problem(("symbols", name), "model-card", f"the model has no symbol {name}", remedy)


def _numbers(network: Network) -> Iterator[str]:
    """The names that carry a number somebody chose: parameters, and states that start at a number other than zero."""
    yield from network.parameters
    for state, value in network.initial.items():
        if isinstance(value, Number) and value.value != 0:
            yield state


def _unsourced(subject: Subject) -> Iterator[Problem]:
    remedy = (
        f"add source (a key of references.json, or: {CHOSEN}) and "
        "status (read, recalled, derived, calibrated or illustrative)"
    )
    for name in _numbers(subject.network):
        entry = subject.card.symbols.get(name)
        lacking = [key for key in ("source", "status") if entry is not None and getattr(entry, key) is None]
        if lacking:
            message = f"{name} has no {' and no '.join(lacking)}"
            yield subject.card_problem(("symbols", name), "model-card", message, remedy)


def _unlabelled(subject: Subject) -> Iterator[Problem]:
    for name, entry in subject.card.symbols.items():
        if not entry.label.strip():
            yield subject.card_problem(
                ("symbols", name, "label"), "model-card", f"{name} has an empty label", "say what it is"
            )


def _limits(subject: Subject) -> Iterator[Problem]:
    if not any(limit.strip() for limit in subject.card.limits):
        message = "the card does not say what the model leaves out"
        yield subject.card_problem(("limits",), "model-limits", message, "add limits: with at least one sentence")


def _ranges(subject: Subject) -> Iterator[Problem]:
    for name, entry in subject.card.symbols.items():
        if entry.range is not None and name in subject.network.names:
            wrong = _range_fault(name, entry.range, subject.network.defaults)
            if wrong:
                yield subject.card_problem(("symbols", name, "range"), "model-card", *wrong)


def _range_fault(name: str, ends: tuple[float, float], defaults: Mapping[str, float]) -> tuple[str, str] | None:
    """What is wrong with a range and how to mend it."""
    if name not in defaults:
        return f"{name} has a range but cannot be set", "give a range only to a parameter that is a number"
    if not ends[0] <= defaults[name] <= ends[1]:
        span = f"{ends[0]:g} to {ends[1]:g}"
        return f"the range of {name}, {span}, does not hold its value {defaults[name]:g}", "widen the range"
    return None


def _unit(subject: Subject) -> Iterator[Problem]:
    declared, stated = subject.network.time_unit, subject.card.time_unit
    if declared and declared != stated:
        message = f"the card's time unit is {stated}, the model file's is {declared}"
        yield subject.card_problem(("time_unit",), "model-card", message, "let both say the same")
    if not subject.card.run_to > 0:
        message = f"run_to is {subject.card.run_to:g}, which is not after the start"
        yield subject.card_problem(("run_to",), "model-card", message, "write a time above zero")


def _runs(subject: Subject) -> Iterator[Problem]:
    ranges = {name: entry.range for name, entry in subject.card.symbols.items() if entry.range}
    settings = [{}, *({name: end} for name, ends in ranges.items() for end in ends)]
    yield from try_out(subject.network, settings, subject.card.run_to, subject.file.place())


def try_out(network: Network, settings: Iterable[Mapping[str, float]], end: float, place: Place) -> Iterator[Problem]:
    """A problem at `place` for each of `settings` (overrides of parameters) with which `network` fails before `end`."""
    for overrides in settings:
        fault = fault_of(run(network, overrides, end, 201, relative=COARSE), network)
        if fault:
            at = ", ".join(f"{name} = {value:g}" for name, value in overrides.items()) or "its own values"
            remedy = "look for a division by zero, a rate that stays when what it uses up is gone, or a range too wide"
            yield Problem(place, "model-run", f"with {at} the model {fault}", remedy)


COARSE = 1e-5
"""Relative tolerance of a trial: whether a model runs shows without the digits that a figure needs."""

NEGATIVE = 1e-4
"""How far below zero a state may come by rounding, as a part of its largest value."""


def fault_of(trial: Run, network: Network) -> str:
    """What is wrong with a run, as the end of a sentence that begins with "the model"; "" when nothing is."""
    if trial.outcome.kind != "finished":
        how = "gives no number" if trial.outcome.kind == "not a number" else "takes too many steps"
        return f"{how} at time {trial.outcome.at or 0:g}"
    for state in network.states:
        values = trial.series.columns[state]
        low = int(np.argmin(values))
        if values[low] < -NEGATIVE * float(np.max(np.abs(values))):
            return f"brings {state} below zero ({values[low]:.3g} at time {trial.series.times[low]:g})"
    return ""
