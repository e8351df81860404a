"""Running a network: as differential equations, or as single random events; once, or many times."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from il2site.memory import Recent, digest_of
from il2site.model.engine.doses import Dose
from il2site.model.engine.ode import Integration, sizes_of
from il2site.model.engine.outcome import FINISHED, Outcome, Stop
from il2site.model.engine.scene import Record, Scene
from il2site.model.engine.stochastic import DirectMethod, Jump
from il2site.model.network import Network
from il2site.model.printer.python import Array, Functions, compile_network, parameter_values

__all__ = [
    "Dose",
    "Ensemble",
    "Events",
    "Jump",
    "Outcome",
    "Run",
    "Series",
    "Simulator",
    "countable",
    "ensemble",
    "run",
]

RELATIVE = 1e-8
SCALE = 1e-20
"""Absolute tolerance as a part of the largest value of each state. So small that the relative tolerance decides: a
ratio of two states that both vanish, such as antigen per cell, must stay right (at 1e-14 it left the range 0 to 1)."""
COARSE, COARSE_SCALE = 1e-2, 1e-9
"""Tolerances of the run that only finds out how large each state becomes, about."""
MEASURED = 1e-6
"""Relative tolerance of a run of which numbers are measured: far finer than they are told, and than any published band."""
TRIAL = 1e-4
"""Relative tolerance of a run that only shows whether the model comes to its end; it does so without knowing how large
each state becomes."""

KEPT = 4_000_000
"""So many numbers of runs are kept (32 MB), in case the same run is asked for again."""

Method = Literal["ode", "ssa"]


@dataclass(frozen=True)
class Series:
    """Columns over time: `times` (points,), and one array of that shape for every state and assignment rule."""

    times: Array
    columns: Mapping[str, Array]


@dataclass(frozen=True)
class Events:
    """The reactions of a stochastic run in order: when (events,), and the index of the reaction (events,).

    `jumps` is what doses and events of the model changed besides, in order.
    """

    times: Array
    reactions: NDArray[np.int32]
    jumps: tuple[Jump, ...] = ()


@dataclass(frozen=True)
class Run:
    """One run, as far as it came: never a value that is no number, but fewer times unless it finished.

    `events` is None for an ODE. The browser's `Run` (static/src/model/simulate.ts) has the same fields.
    """

    series: Series
    events: Events | None
    outcome: Outcome

    @property
    def size(self) -> int:
        """How many numbers it holds, about."""
        happened = 2 * len(self.events.times) if self.events else 0
        return len(self.series.times) * (1 + len(self.series.columns)) + happened


@dataclass(frozen=True)
class Ensemble:
    """What many stochastic runs have in common, at `times` (points,), for every state and assignment rule.

    `sd` is the sample's standard deviation (n - 1; 0 for one run). `percentiles` are by name, "5" for the fifth; between
    two runs they are interpolated. As far as all runs came; `outcome` is that of the one that came least far.
    """

    times: Array
    mean: Mapping[str, Array]
    sd: Mapping[str, Array]
    percentiles: Mapping[str, Mapping[str, Array]]
    outcome: Outcome


def run(
    network: Network,
    overrides: Mapping[str, float] | None = None,
    end: float = 1.0,
    points: int = 101,
    method: Method = "ode",
    seed: int = 1,
    relative: float = RELATIVE,
    doses: Sequence[Dose] = (),
    raw: bool = False,
) -> Run:
    """Run `network` from time 0 to `end`, reported at `points` times from 0 to `end` (points >= 2).

    `overrides` sets parameters; raises KeyError for a name that is not a parameter with a number of its own.
    `relative` is the relative tolerance of an ODE. With `raw`, outputs need not be finite numbers.
    Raises ValueError for a dose that cannot be given, and for a stochastic run of a network that has none.
    """
    return Simulator(network).run(overrides, end, points, method, seed, relative, doses, raw)


def ensemble(
    network: Network,
    overrides: Mapping[str, float] | None = None,
    end: float = 1.0,
    points: int = 101,
    runs: int = 100,
    seed: int = 1,
    percentiles: Sequence[float] = (5, 50, 95),
    doses: Sequence[Dose] = (),
) -> Ensemble:
    """`runs` stochastic runs, number i (from 0) with `seed` + i. Arguments and errors as in `run`."""
    if runs < 1:
        raise ValueError(f"an ensemble needs at least one run, not {runs}")
    simulator = Simulator(network)
    made = [simulator.run(overrides, end, points, "ssa", seed + i, doses=doses) for i in range(runs)]
    least = min(made, key=lambda each: len(each.series.times))
    kept = len(least.series.times)
    drawn = {name: np.array([each.series.columns[name][:kept] for each in made]) for name in least.series.columns}
    return Ensemble(
        least.series.times,
        {name: values.mean(axis=0) for name, values in drawn.items()},
        {name: values.std(axis=0, ddof=min(1, runs - 1)) for name, values in drawn.items()},
        {f"{q:g}": {name: np.percentile(values, q, axis=0) for name, values in drawn.items()} for q in percentiles},
        least.outcome,
    )


_RECENT: Recent[Run] = Recent(KEPT, lambda made: made.size)
"""A card, a page and several figures ask for the same run; and a preview for all of them again, when in one of those files
only words have changed."""


class Simulator:
    """A network ready for many runs: its functions are made once."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.functions = compile_network(network)

    def run(
        self,
        overrides: Mapping[str, float] | None = None,
        end: float = 1.0,
        points: int = 101,
        method: Method = "ode",
        seed: int = 1,
        relative: float = RELATIVE,
        doses: Sequence[Dose] = (),
        raw: bool = False,
    ) -> Run:
        """One run; see the function `run`. Its arrays can only be read, for they may be given out again."""
        if points < 2 or not 0 < end < math.inf:
            raise ValueError(f"a run needs an end above zero and at least two points, not {end} and {points}")
        values = parameter_values(self.network, overrides or {})
        asked = repr((values, end, points, method, seed, relative, tuple(doses), raw))
        make = partial(self._made, values, end, points, method, seed, relative, doses, raw)
        return _RECENT.of((self.functions, digest_of((asked,))), make)

    def _made(
        self, values: list[float], end: float, points: int, method: Method, seed: int, relative: float,
        doses: Sequence[Dose], raw: bool,
    ) -> Run:  # fmt: skip
        grid: Array = np.linspace(0.0, end, points)
        with _quiet():
            if method == "ssa":
                return self._stochastic(values, grid, seed, doses, raw)
            return self._deterministic(values, grid, seed, relative, doses, raw)

    def _deterministic(
        self, values: list[float], grid: Array, seed: int, relative: float, doses: Sequence[Dose], raw: bool
    ) -> Run:
        """A first, coarse run finds the size of every state; the second is scaled to it, and tells how it went.

        The sizes in a run that ended on the way are no scale: they may have grown without bound. Where no more than
        the accuracy of a trial is asked for, there is only one.
        """
        end = float(grid[-1])
        scene = Scene(self.network, self.functions, values, doses, seed)
        sizes, scale = sizes_of(scene.y), COARSE_SCALE
        if relative < TRIAL:
            coarse = Integration(scene, end, COARSE, COARSE_SCALE, sizes, raw)
            sizes, scale = coarse.largest if _outcome(coarse.run) == FINISHED else sizes, SCALE
        scene = Scene(self.network, self.functions, values, doses, seed)
        record = Record(scene, grid, len(self.network.outputs), raw, sizes)
        fine = Integration(scene, end, relative, scale, sizes, raw, record)
        outcome = _outcome(fine.run)
        return Run(self._series(grid, record), None, outcome)

    def _stochastic(self, values: list[float], grid: Array, seed: int, doses: Sequence[Dose], raw: bool) -> Run:
        changes = self._countable_changes()
        whole = {index for change in changes for index, _ in change}
        scene = Scene(self.network, self.functions, values, doses, seed, whole)
        if scene.schedule.infuses:
            raise ValueError(
                "an infusion into a state has no meaning in a stochastic run, which counts whole molecules"
            )
        record = Record(scene, grid, len(self.network.outputs), raw)
        direct = DirectMethod(self.network, scene, float(grid[-1]), seed, record)
        outcome = _outcome(direct.run)
        events = Events(np.array(direct.times), np.array(direct.reactions, dtype=np.int32), tuple(direct.jumps))
        return Run(self._series(grid, record), events, outcome)

    def _countable_changes(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """What each reaction changes; raises ValueError for a network that has no stochastic run."""
        changes, name = self.network.numbered_changes, self.network.name
        if self.network.flows:
            flowing = ", ".join(self.network.flows)
            raise ValueError(f"{name} has no stochastic run: {flowing} changes by a rate rule, not by reactions")
        if changes is None:
            raise ValueError(f"{name} has no stochastic run: a reaction changes a state by no whole number")
        return changes

    def _series(self, grid: Array, record: Record) -> Series:
        names = (*self.network.states, *self.network.outputs)
        columns = {name: record.table[: record.kept, i].copy() for i, name in enumerate(names)}
        for array in (grid, *columns.values()):
            array.flags.writeable = False
        return Series(grid[: record.kept], columns)


def _outcome(go: Callable[[], None]) -> Outcome:
    try:
        go()
    except Stop as stop:
        return stop.outcome
    return FINISHED


@contextmanager
def _quiet() -> Iterator[None]:
    """Without warnings: solvers warn before they fail, and the outcome of a run tells of the failure itself."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def start(network: Network, functions: Functions, values: list[float]) -> Array:
    """The states (states,) at time zero."""
    state = [0.0] * len(network.states)
    functions.initial(values, state)
    return np.array(state)


def countable(network: Network) -> bool:
    """Whether a stochastic run makes sense: every state that a reaction changes is a whole number that is not negative
    at the start, and is changed by whole numbers and by nothing else."""
    changes = network.numbered_changes
    if changes is None:
        return False
    state = start(network, compile_network(network), parameter_values(network, {}))
    counted = {index for change in changes for index, _ in change}
    return all(state[index] >= 0 and float(state[index]).is_integer() for index in counted)
