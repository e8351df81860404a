"""Whether every reaction stops when something that it needs is gone.

A reaction that goes on without its reactant brings an amount below zero, or makes cells out of none. That is looked for
by trial: at times of a run each rate is computed with the reactant at 0 and everything else as it is there. A rate that
is negative then is right (a reversible reaction runs backwards). Where it is no number, the reactant is nearly 0 instead.

`X => 2 X` counts as well: it says that X comes from X. What comes from elsewhere is written without the X on the left. What
stays as it is (an enzyme, and in published models even an inhibitor, on both sides) does not count.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from il2site.model.engine.simulate import Series
from il2site.model.expression import Expr, Number, evaluate, symbols
from il2site.model.network import Network, Reaction
from il2site.model.printer.python import compile_network, parameter_values

SEED = 1
MOMENTS = 4
"""Times of each run: the start, and random ones."""
LARGE = 500
"""Reactions above which the start has to do, so that a large model is checked in seconds as well."""
NONE, HARDLY_ANY = 0.0, 1e-9
"""What is left of a reactant, as a part of what there was."""
NOTHING = 1e-25
"""What is less than one molecule in a litre, even in mol/L: less is rounding (published models start at -1e-26)."""
ROUNDING, NEARLY = 1e-9, 1e-3
"""What the rate may be when none or hardly any is left, as a part of what it was."""


@dataclass(frozen=True)
class Leak:
    """A reaction that goes on without its reactant: the number of the reaction, and the reactant as it is written."""

    reaction: int
    reactant: str
    rate: float
    below_zero: bool


def leaks(network: Network, runs: Iterable[tuple[Mapping[str, float], Series]]) -> tuple[Leak, ...]:
    """Every reaction that has a positive rate without one of its reactants, each once.

    `runs`: overrides of parameters, and the series of a run with them (as far as it came).
    """
    found: dict[tuple[int, str], Leak] = {}
    needed = _needed(network)
    for values, time in _points(network, runs):
        for state, uses in needed.items():
            gone, nearly = (_left(part, state, uses, values, time) for part in (NONE, HARDLY_ANY))
            for number, reactant in uses.reactions:
                expr = network.reactions[number].rate
                usual, rate, limit = evaluate(expr, values, time), evaluate(expr, gone, time), ROUNDING
                if not math.isfinite(rate):
                    rate, limit = evaluate(expr, nearly, time), NEARLY
                if math.isfinite(usual) and rate > limit * abs(usual):
                    falls = _falls(network.reactions[number], state)
                    found.setdefault((number, reactant), Leak(number, reactant, rate, falls))
    return tuple(found[key] for key in sorted(found))


@dataclass(frozen=True)
class _Uses:
    """What one state is for: the reactions that use it up (number, name of the reactant), and the rules that read it."""

    reactions: Sequence[tuple[int, str]]
    rules: Sequence[tuple[str, Expr]]


def _needed(network: Network) -> dict[str, _Uses]:
    reactions: dict[str, list[tuple[int, str]]] = {}
    states = frozenset(network.states)
    for number, reaction in enumerate(network.reactions):
        for name, _ in reaction.reactants:
            state = network.twins.get(name, name)
            if state in states and any(changed == state for changed, _ in reaction.change):
                reactions.setdefault(state, []).append((number, name))
    read = [(name, expr, symbols(expr)) for name, expr in network.assignments]
    return {state: _Uses(used, _readers(state, read)) for state, used in reactions.items()}


def _readers(state: str, rules: Iterable[tuple[str, Expr, frozenset[str]]]) -> list[tuple[str, Expr]]:
    """The rules whose value depends on `state`, in order."""
    touched, kept = {state}, []
    for name, expr, read in rules:
        if not touched.isdisjoint(read):
            touched.add(name)
            kept.append((name, expr))
    return kept


def _left(part: float, state: str, uses: _Uses, values: Mapping[str, float], time: float) -> dict[str, float]:
    """`values` with only this part of `state`."""
    changed = {**values, state: part * values[state]}
    for name, expr in uses.rules:
        changed[name] = evaluate(expr, changed, time)
    return changed


def _points(
    network: Network, runs: Iterable[tuple[Mapping[str, float], Series]]
) -> Iterator[tuple[dict[str, float], float]]:
    """(value of every symbol, time) at moments of each run. A state that is 0, or less by rounding, has half of its
    largest value, or 1, so that nothing stands still for want of something else."""
    functions = compile_network(network)
    chance = np.random.default_rng(SEED)
    names = [*network.defaults, *(name for name, _ in network.derived)]
    for overrides, series in runs:
        p = parameter_values(network, overrides)
        functions.initial(p, [0.0] * len(network.states))
        count = len(series.times)
        usual = {state: float(np.max(series.columns[state], initial=0.0)) / 2 or 1.0 for state in network.states}
        signed = {state for state in network.states if count and series.columns[state][0] < -NOTHING}
        later = chance.integers(0, count, MOMENTS - 1).tolist() if len(network.reactions) <= LARGE and count else []
        for moment in dict.fromkeys([0, *later] if count else []):
            time = float(series.times[moment])
            values = dict(zip(names, p, strict=True))
            for state in network.states:
                value = float(series.columns[state][moment])
                values[state] = value if value > 0 or state in signed else usual[state]
            for name, expr in network.assignments:
                values[name] = evaluate(expr, values, time)
            yield values, time


def _falls(reaction: Reaction, state: str) -> bool:
    """Whether `state` becomes less by the reaction."""
    return any(changed == state and not (isinstance(n, Number) and n.value >= 0) for changed, n in reaction.change)
