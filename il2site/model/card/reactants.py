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
from il2site.model.expression import Number
from il2site.model.network import Network, Reaction
from il2site.model.printer.python import Bound, compile_network, parameter_values

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
    used = _used(network)
    for moment in _moments(network, runs):
        usual = moment.rates()
        for state, reactions in used.items():
            gone = moment.rates(state, NONE)
            nearly = gone if all(map(math.isfinite, gone)) else moment.rates(state, HARDLY_ANY)
            for number, reactant in reactions:
                rate, limit = gone[number], ROUNDING
                if not math.isfinite(rate):
                    rate, limit = nearly[number], NEARLY
                if math.isfinite(usual[number]) and rate > limit * abs(usual[number]):
                    falls = _falls(network.reactions[number], network.states[state])
                    found.setdefault((number, reactant), Leak(number, reactant, rate, falls))
    return tuple(found[key] for key in sorted(found))


def _used(network: Network) -> dict[int, list[tuple[int, str]]]:
    """The reactions (number, name of the reactant) that use up each state, by its index."""
    used: dict[int, list[tuple[int, str]]] = {}
    index = {state: i for i, state in enumerate(network.states)}
    for number, reaction in enumerate(network.reactions):
        for name, _ in reaction.reactants:
            state = network.twins.get(name, name)
            if state in index and any(changed == state for changed, _ in reaction.change):
                used.setdefault(index[state], []).append((number, name))
    return used


@dataclass(frozen=True)
class _Moment:
    """A time of a run: the states then, and what gives the rates of reactions."""

    time: float
    y: Sequence[float]
    rates_at: Bound

    def rates(self, state: int | None = None, part: float = 1.0) -> list[float]:
        """The rates when there is only this `part` of the state of that index."""
        y = list(self.y)
        if state is not None:
            y[state] *= part
        return self.rates_at(self.time, y)


def _moments(network: Network, runs: Iterable[tuple[Mapping[str, float], Series]]) -> Iterator[_Moment]:
    """Moments of each run. A state that is 0, or less by rounding, has half of its largest value, or 1, so that nothing
    stands still for want of something else."""
    functions = compile_network(network)
    chance = np.random.default_rng(SEED)
    for overrides, series in runs:
        p = parameter_values(network, overrides)
        functions.initial(p, [0.0] * len(network.states))
        rates = functions.rates_for(p, None)
        count = len(series.times)
        usual = [float(np.max(series.columns[state], initial=0.0)) / 2 or 1.0 for state in network.states]
        signed = [bool(count) and series.columns[state][0] < -NOTHING for state in network.states]
        later = chance.integers(0, count, MOMENTS - 1).tolist() if len(network.reactions) <= LARGE and count else []
        for moment in dict.fromkeys([0, *later] if count else []):
            now = [float(series.columns[state][moment]) for state in network.states]
            y = [each if each > 0 or sign else other for each, other, sign in zip(now, usual, signed, strict=True)]
            yield _Moment(float(series.times[moment]), y, rates)


def _falls(reaction: Reaction, state: str) -> bool:
    """Whether `state` becomes less by the reaction."""
    return any(changed == state and not (isinstance(n, Number) and n.value >= 0) for changed, n in reaction.change)
