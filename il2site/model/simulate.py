"""Running a network: as differential equations (scipy) or as single random events (Gillespie's direct method)."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from il2site.model.network import Network
from il2site.model.python import Array, Functions, compile_network, parameter_values
from il2site.model.random import sfc32

RELATIVE = 1e-8
SCALE = 1e-20
"""Absolute tolerance as a part of the largest value of each state. So small that the relative tolerance decides: a
ratio of two states that both vanish, such as antigen per cell, must stay right (at 1e-14 it left the range 0 to 1)."""
STEPS = 400_000

Method = Literal["ode", "ssa"]


@dataclass(frozen=True)
class Outcome:
    """How a run ended: finished, or stopped at the time `at` (in the model's unit)."""

    kind: Literal["finished", "too many steps", "not a number"]
    at: float | None = None


FINISHED = Outcome("finished")


@dataclass(frozen=True)
class Series:
    """Columns over time: `times` (points,), and one array of that shape for every state and assignment rule."""

    times: Array
    columns: Mapping[str, Array]


@dataclass(frozen=True)
class Events:
    """The events of a stochastic run in order: when (events,), and the index of the reaction (events,)."""

    times: Array
    reactions: NDArray[np.int32]


@dataclass(frozen=True)
class Run:
    """One run, as far as it came: never a value that is no number, but fewer times unless it finished.

    `events` is None for an ODE. The browser's `Run` (static/src/model/simulate.ts) has the same fields.
    """

    series: Series
    events: Events | None
    outcome: Outcome


def run(
    network: Network,
    overrides: Mapping[str, float] | None = None,
    end: float = 1.0,
    points: int = 101,
    method: Method = "ode",
    seed: int = 1,
    relative: float = RELATIVE,
) -> Run:
    """Run `network` from time 0 to `end`, reported at `points` times from 0 to `end` (points >= 2).

    `overrides` sets parameters; raises KeyError for a name that is not a parameter with a number of its own.
    `relative` is the relative tolerance of an ODE.
    """
    if points < 2 or not end > 0:
        raise ValueError(f"a run needs an end above zero and at least two points, not {end} and {points}")
    functions = compile_network(network)
    values = parameter_values(network, overrides or {})
    times: Array = np.linspace(0.0, end, points)
    events: Events | None = None
    if method == "ssa":
        states, events, outcome = _stochastic(network, functions, values, times, seed)
    else:
        states, outcome = _deterministic(network, functions, values, times, relative)
    series, outcome = _record(network, functions, values, times, states, outcome)
    return Run(series, events, outcome)


def start(network: Network, functions: Functions, values: list[float]) -> Array:
    """The states (states,) at time zero."""
    state: Array = np.zeros(len(network.states))
    functions.initial(values, state)
    return state


def _record(
    network: Network, functions: Functions, values: list[float], times: Array, states: Array, outcome: Outcome
) -> tuple[Series, Outcome]:
    """The columns of states (times, states) and of the rules computed from them, up to the first that is no number."""
    table = np.full((len(times), len(network.states) + len(network.outputs)), np.nan)
    table[:, : len(network.states)] = states
    for i, (time, state) in enumerate(zip(times.tolist(), states.tolist(), strict=True)):
        if all(map(math.isfinite, state)):
            functions.output(time, state, values, table[i, len(network.states) :])
    whole = np.isfinite(table).all(axis=1)
    kept = len(times) if whole.all() else int(whole.argmin())
    if kept < len(times) and outcome == FINISHED:
        outcome = Outcome("not a number", float(times[kept]))
    names = (*network.states, *network.outputs)
    return Series(times[:kept], {name: table[:kept, i] for i, name in enumerate(names)}), outcome


# --- differential equations ------------------------------------------------------------------------------------------


class _Stop(Exception):
    """The right-hand side was asked for too often, or was not a number."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome


def _deterministic(
    network: Network, functions: Functions, values: list[float], times: Array, relative: float
) -> tuple[Array, Outcome]:
    """States (times, states). A first, coarse run finds the size of every state; the second is scaled to it."""
    state = start(network, functions, values)
    if not np.all(np.isfinite(state)):
        return np.full((len(times), len(state)), np.nan), Outcome("not a number", 0.0)
    if not len(state):
        return np.zeros((len(times), 0)), FINISHED
    sizes = np.abs(state)
    try:
        coarse = _solve(functions, values, state, times, 1e-4, _floor(sizes, 1e-9))
        sizes = np.maximum(sizes, np.nanmax(np.abs(coarse), axis=0))
    except _Stop:
        pass  # the fine run tells how it went
    try:
        return _solve(functions, values, state, times, relative, _floor(sizes, SCALE)), FINISHED
    except _Stop as stop:
        return np.full((len(times), len(state)), np.nan), stop.outcome


def _floor(sizes: Array, part: float) -> Array:
    """Absolute tolerances (states,): a part of each state's size; a state that is zero throughout gets a tiny one."""
    floor: Array = np.where(sizes > 0, sizes * part, 1e-30)
    return floor


def _solve(
    functions: Functions, values: list[float], state: Array, times: Array, relative: float, absolute: Array
) -> Array:
    """States (times, states); raises _Stop. LSODA first; the implicit Radau where it gives up."""
    for method in ("LSODA", "Radau"):
        rhs, slope = _callbacks(functions, values, len(state))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # solvers warn before they fail; the failure itself is told below
            answer = solve_ivp(
                rhs, (times[0], times[-1]), state, method, times, rtol=relative, atol=absolute, jac=slope
            )  # fmt: skip
        if answer.success and np.all(np.isfinite(answer.y)):
            series: Array = np.ascontiguousarray(answer.y.T)
            return series
    reached = float(answer.t[-1]) if len(answer.t) else 0.0
    raise _Stop(Outcome("too many steps", reached))


def _callbacks(
    functions: Functions, values: list[float], size: int
) -> tuple[Callable[[float, Array], Array], Callable[[float, Array], Array]]:
    """The right-hand side and Jacobian in scipy's form; they raise _Stop at NaN and when the budget is spent."""
    calls = 0

    def rhs(time: float, state: Array) -> Array:
        nonlocal calls
        calls += 1
        flow = [0.0] * size
        functions.rhs(time, state.tolist(), values, flow)
        if calls > STEPS or not all(math.isfinite(value) for value in flow):
            raise _Stop(Outcome("too many steps" if calls > STEPS else "not a number", time))
        return np.array(flow)

    def slope(time: float, state: Array) -> Array:
        cells = [0.0] * (size * size)
        functions.jacobian(time, state.tolist(), values, cells)
        matrix: Array = np.array(cells).reshape(size, size)
        # A corner such as sqrt at 0 has no slope; Newton's iteration does well enough with a zero there.
        matrix[~np.isfinite(matrix)] = 0.0
        return matrix

    return rhs, slope


# --- single random events ------------------------------------------------------------------------------------------

EVENTS = 2_000_000


def _stochastic(
    network: Network, functions: Functions, values: list[float], times: Array, seed: int
) -> tuple[Array, Events, Outcome]:
    """States (times, states) just after the last event at or before each time, and all events."""
    # Whole molecules, halves up, as in static/src/model/gillespie.ts.
    state = np.floor(start(network, functions, values) + 0.5).tolist()
    record = _Record(times.tolist())
    outcome = _events(network, functions, values, state, sfc32(seed), record)
    states = record.states + [[math.nan] * len(state)] * (len(times) - len(record.states))
    return (
        np.array(states, dtype=float).reshape(len(times), len(state)),
        Events(np.array(record.event_times), np.array(record.event_reactions, dtype=np.int32)),
        outcome,
    )


class _Record:
    """Fills the grid while events happen."""

    def __init__(self, grid: list[float]) -> None:
        self.grid = grid
        self.states: list[list[float]] = []
        self.event_times: list[float] = []
        self.event_reactions: list[int] = []

    def before(self, time: float, state: list[float]) -> None:
        """Write `state` at every grid time that comes before `time`."""
        while len(self.states) < len(self.grid) and self.grid[len(self.states)] < time:
            self.states.append(list(state))

    def up_to(self, time: float, state: list[float]) -> None:
        """Write `state` at every grid time that comes before `time` or is `time`."""
        self.before(math.nextafter(time, math.inf), state)

    def event(self, time: float, reaction: int) -> None:
        self.event_times.append(time)
        self.event_reactions.append(reaction)


def _events(
    network: Network, functions: Functions, values: list[float], state: list[float], uniform: Callable[[], float],
    record: _Record,
) -> Outcome:  # fmt: skip
    """The direct method; `state` is changed in place and `record` filled."""
    time, last, changes = 0.0, record.grid[-1], network.numbered_changes
    rates = [0.0] * len(changes)
    for _ in range(EVENTS):
        functions.rates(time, state, values, rates)
        total = _sum(rates)
        if not math.isfinite(total):
            record.up_to(time, state)
            return Outcome("not a number", time)
        then = time - math.log(uniform()) / total if total > 0 else math.inf
        if then > last:
            record.up_to(last, state)
            return FINISHED
        reaction = _pick(rates, uniform() * total)
        record.before(then, state)
        time = then
        for index, coefficient in changes[reaction]:
            state[index] += coefficient
        record.event(time, reaction)
    record.up_to(time, state)
    return Outcome("too many steps", time)


def _sum(rates: list[float]) -> float:
    """The total in order of index; NaN when a rate is negative (a reversible reaction has to be written as two)."""
    total = 0.0
    for rate in rates:
        if rate < 0:
            return math.nan
        total += rate
    return total


def _pick(rates: list[float], aim: float) -> int:
    """The first reaction whose running sum of rates is above `aim`; the last possible one if rounding hides it."""
    total = 0.0
    for index, rate in enumerate(rates):
        total += rate
        if total > aim:
            return index
    return max(index for index, rate in enumerate(rates) if rate > 0)


def countable(network: Network) -> bool:
    """Whether a stochastic run makes sense: every state starts as a whole number that is not negative."""
    functions = compile_network(network)
    state = start(network, functions, parameter_values(network, {}))
    return all(value >= 0 and value.is_integer() for value in state.tolist())
