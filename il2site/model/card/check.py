"""What must hold between a model and its card, and that the model runs."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from il2site.model.card.card import CHOSEN, Card
from il2site.model.card.consistency import reaction_name, unit_faults
from il2site.model.card.measure import faults, schedule
from il2site.model.card.reactants import NOTHING, leaks
from il2site.model.card.units import UnitError, is_time, parse_unit, spell
from il2site.model.engine.simulate import TRIAL, Run, Simulator
from il2site.model.expression import Expr, Number, symbols
from il2site.model.network import Network
from il2site.model.sbml import place_of, without_comments
from il2site.problem import Problem, errors
from il2site.schema import KeyPath, Yaml
from il2site.text import Place, SourceFile


@dataclass(frozen=True)
class Subject:
    """A network and a card, with the files that they were read from.

    `references` holds the citation keys that there are; None when nobody knows them.
    """

    network: Network
    file: SourceFile
    card: Card
    card_file: SourceFile
    yaml: Yaml
    references: Collection[str] | None = None

    def card_problem(self, key: KeyPath, rule: str, message: str, remedy: str) -> Problem:
        """A problem at the line of `key` in the card."""
        return Problem(Place(self.card_file.path, self.yaml.line(key)), rule, message, remedy)


def check(subject: Subject) -> tuple[Problem, ...]:
    """Every disagreement between network and card; when there is none, every way in which the model fails to run."""
    rules = (_missing, _unused, _idle, _unsourced, _uncited, _unlabelled, _limits, _ranges, _times, _unreadable,
             _contradicted, _inconsistent, _measures)  # fmt: skip
    found = tuple(problem for rule in rules for problem in _capped(rule(subject)))
    if errors(found):
        return found
    trials = _trials(subject)
    return (*found, *_capped(_leaks(subject, trials)), *_failures(subject, trials))


MOST = 50
"""Problems of one kind in one model that are told at once."""


def _capped(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The first of many problems of one kind; after those only that there are more."""
    for count, problem in enumerate(problems):
        if count == MOST:
            yield replace(problem, message=f"there are more problems of this kind, the next: {problem.message}")
            return
        yield problem


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


def _uncited(subject: Subject) -> Iterator[Problem]:
    """Sources in the card that are no entry of references.json."""
    named: dict[KeyPath, str | None] = {
        ("symbols", name, "source"): each.source for name, each in subject.card.symbols.items()
    }
    named |= {("checks", index, "source"): each.source for index, each in enumerate(subject.card.checks)}
    for key, source in named.items():
        if subject.references is not None and source not in (None, CHOSEN, *subject.references):
            near = difflib.get_close_matches(str(source), subject.references, 1)
            remedy = f"did you mean {near[0]}?" if near else "add it there, or correct the key"
            message = f"content/references.json has no entry {source}"
            yield subject.card_problem(key, "citation-missing", message, remedy)


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
    span = f"{ends[0]:g} to {ends[1]:g}"
    if name not in defaults:
        return f"{name} has a range but cannot be set", "give a range only to a parameter that is a number"
    if not ends[0] < ends[1]:
        return f"the range of {name}, {span}, does not go up", "write the smaller number first, and two different ones"
    if not ends[0] <= defaults[name] <= ends[1]:
        return f"the range of {name}, {span}, does not hold its value {defaults[name]:g}", "widen the range"
    return None


def _times(subject: Subject) -> Iterator[Problem]:
    declared, stated = subject.network.time_unit, subject.card.time_unit
    if declared and declared != stated:
        message = f"the card's time unit is {stated}, the model file's is {declared}"
        yield subject.card_problem(("time_unit",), "model-card", message, "let both say the same")
    if not subject.card.run_to > 0:
        message = f"run_to is {subject.card.run_to:g}, which is not after the start"
        yield subject.card_problem(("run_to",), "model-card", message, "write a time above zero")


# --- units ---------------------------------------------------------------------------------------------------------


def _unreadable(subject: Subject) -> Iterator[Problem]:
    """Units in the card that nobody can read, and a time unit that is none."""
    written: dict[KeyPath, str] = {("symbols", name, "unit"): each.unit for name, each in subject.card.symbols.items()}
    written |= {("checks", i, "unit"): each.unit for i, each in enumerate(subject.card.checks)}
    for key, unit in written.items():
        try:
            parse_unit(unit)
        except UnitError as error:
            yield subject.card_problem(key, "model-units", error.message, error.remedy)
    if not is_time(subject.card.time_unit):
        message = f'the time unit is "{subject.card.time_unit}", which is no unit of time'
        yield subject.card_problem(("time_unit",), "model-units", message, "write s, min, h, d, wk or y")


def _contradicted(subject: Subject) -> Iterator[Problem]:
    """Units in the card that are not those of the model file."""
    for name, said in subject.network.units.items():
        entry = subject.card.symbols.get(name)
        if entry is None:
            continue
        try:
            declared, written = parse_unit(said), parse_unit(entry.unit)
        except UnitError:
            continue
        if not declared.fits(written):
            shown = spell(declared, subject.card.time_unit) or "a plain number"
            message = f"{name} is in {entry.unit or 'no unit'} by the card, and in {shown} by the model file"
            yield subject.card_problem(("symbols", name, "unit"), "model-units", message, "let both say the same")


def _inconsistent(subject: Subject) -> Iterator[Problem]:
    """Formulas that do not fit the units in the card."""
    written = {name: each.unit for name, each in subject.card.symbols.items()}
    for fault in unit_faults(subject.network, written, subject.card.time_unit):
        place = _place(subject, fault.owner)
        yield Problem(place, "model-units", fault.message, fault.remedy)


def _place(subject: Subject, name: str) -> Place:
    """Where a symbol, a reaction or an event stands in the model file; a reaction without a name by counting arrows."""
    order = [reaction.name for reaction in subject.network.reactions]
    if name.startswith("_J") and name in order and not subject.file.path.endswith(".xml"):
        arrows = [match.start() for match in re.finditer(r"[-=]>", without_comments(subject.file.text))]
        if len(arrows) == len(order):
            return subject.file.place(arrows[order.index(name)])
    return place_of(subject.file, name)


# --- what has no effect, and what has one that it should not have ----------------------------------------------------


def _idle(subject: Subject) -> Iterator[Problem]:
    """Species and parameters that no formula reads and no reaction changes."""
    network = subject.network
    used = _used(network)
    results = frozenset(network.outputs) - network.twins.keys()
    known = [name for name in network.names if name in used]
    for name in network.names:
        if name not in used and name not in results:
            near = difflib.get_close_matches(name, known, 1)
            remedy = f"did you mean {near[0]}? If not, delete it" if near else "use it, or delete it"
            message = f"{name} has no effect: it stands in no reaction, no rule and no event"
            yield Problem(place_of(subject.file, name), "model-unused", message, remedy)


def _used(network: Network) -> frozenset[str]:
    """The names that something reads or changes. That a concentration is an amount by a size does not count."""
    changed = [state for reaction in network.reactions for state, _ in reaction.change]
    named = [name for reaction in network.reactions for name, _ in (*reaction.reactants, *reaction.products)]
    set_by_events = [each.state for event in network.events for each in event.sets]
    read = {name for expr in _formulas(network) for name in symbols(expr)}
    used = {*changed, *named, *network.flows, *set_by_events, *read}
    sizes = {name for twin, expr in network.assignments if twin in network.twins for name in symbols(expr)}
    sizes -= set(network.twins.values())
    return frozenset({*used, *sizes, *(twin for twin, amount in network.twins.items() if amount in used)})


def _formulas(network: Network) -> Iterator[Expr]:
    """Every formula of a model except the definition of a concentration."""
    yield from (expr for _, expr in network.derived)
    yield from network.initial.values()
    yield from (expr for name, expr in network.assignments if name not in network.twins)
    yield from network.flows.values()
    for reaction in network.reactions:
        yield reaction.rate
        yield from (expr for _, expr in reaction.change)
    for event in network.events:
        yield from (expr for expr in (event.trigger, event.delay, event.priority) if expr is not None)
        yield from (each.value for each in event.sets)


def _leaks(subject: Subject, trials: Iterable[Trial]) -> Iterator[Problem]:
    """Reactions that go on when something they need is gone."""
    reactions = subject.network.reactions
    for leak in leaks(subject.network, ((trial.overrides, trial.run.series) for trial in trials)):
        reaction, gone = reactions[leak.reaction], leak.reactant
        would = f"would bring {gone} below zero" if leak.below_zero else f"makes {gone} of {gone}"
        message = (
            f"the reaction `{reaction_name(reaction)}` goes on without any {gone} (its rate is then {leak.rate:.3g}), "
            f"and it {would}"
        )
        remedy = f"multiply the rate by {gone}, or let the rate fall to 0 with it"
        if not leak.below_zero:
            remedy += f"; or take {gone} off the left side"
        yield Problem(_place(subject, reaction.name), "model-reactant", message, remedy)


# --- measures and runs -----------------------------------------------------------------------------------------------


def _measures(subject: Subject) -> Iterator[Problem]:
    for key, message, remedy in faults(subject.network, subject.card):
        yield subject.card_problem(key, "model-measure", message, remedy)


@dataclass(frozen=True)
class Trial:
    """A run with `overrides` of parameters; `place` is blamed when it fails."""

    overrides: Mapping[str, float]
    place: Place
    run: Run


def _trials(subject: Subject) -> tuple[Trial, ...]:
    """Runs up to `run_to` with the doses of the card, at the model's own values and at points of every range.

    A run in which something is wrong is made again with more accuracy, and that one counts. After some that did not come
    to their end it is enough: they take longest, and what is wrong shows.
    """
    simulator, doses = Simulator(subject.network), schedule(subject.card.doses)
    trials: list[Trial] = []

    def run(overrides: Mapping[str, float], relative: float) -> Run:
        return simulator.run(overrides, subject.card.run_to, POINTS, relative=relative, doses=doses)

    for overrides, place in _settings(subject):
        made = run(overrides, TRIAL)
        if fault_of(made, subject.network):
            made = run(overrides, TRIAL / 10)
        trials.append(Trial(overrides, place, made))
        if sum(trial.run.outcome.kind == "too many steps" for trial in trials) == STUCK:
            break
    return tuple(trials)


def _settings(subject: Subject) -> Iterator[tuple[dict[str, float], Place]]:
    """What a model is tried out with: its own values, then the ends of every range, and its middle, where a formula may
    fail though it holds at both ends (1/(k - 2))."""
    yield {}, subject.file.place()
    for name, entry in subject.card.symbols.items():
        if entry.range is not None:
            low, high = entry.range
            middle = math.sqrt(low * high) if low > 0 else (low + high) / 2
            place = Place(subject.card_file.path, subject.yaml.line(("symbols", name, "range")))
            others = (value for value in (low, middle, high) if value != subject.network.defaults[name])
            yield from (({name: value}, place) for value in others)


def _failures(subject: Subject, trials: Iterable[Trial]) -> Iterator[Problem]:
    for trial in trials:
        fault = fault_of(trial.run, subject.network)
        if fault:
            at = ", ".join(f"{name} = {value:g}" for name, value in trial.overrides.items()) or "its own values"
            remedy = "look for a division by zero, a rate that stays when what it uses up is gone, or a range too wide"
            yield Problem(trial.place, "model-run", f"with {at} the model {fault}", remedy)


STUCK = 2
"""Runs of a model with too many steps after which no more are tried."""
POINTS = 201
"""Reports of a trial."""

NEGATIVE = 1e-4
"""How far below zero a state may come by rounding, as a part of its largest value."""


def fault_of(trial: Run, network: Network) -> str:
    """What is wrong with a run, as the end of a sentence that begins with "the model"; "" when nothing is.

    A state that starts below zero, such as a voltage, may stay there.
    """
    if trial.outcome.kind != "finished":
        how = "gives no number" if trial.outcome.kind == "not a number" else "takes too many steps"
        return f"{how} at time {trial.outcome.at or 0:g}"
    for state in network.states:
        values = trial.series.columns[state]
        low = int(np.argmin(values))
        if values[0] >= -NOTHING and values[low] < -max(NEGATIVE * float(np.max(np.abs(values))), NOTHING):
            return f"brings {state} below zero ({values[low]:.3g} at time {trial.series.times[low]:g})"
    return ""
