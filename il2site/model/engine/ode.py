"""Differential equations: the steps of scipy's solvers, from one jump to the next.

Between two jumps (a dose, an event, a mode that changes) the right-hand side is smooth, because the modes stand still in
it; a solver never meets a corner. After each step the modes are looked at along its dense output; at the first time at
which one has changed, found by bisection, the step ends, and a new solver starts.
"""

from __future__ import annotations

import math
from contextlib import suppress
from functools import cache, partial
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from typing import Any, TypeAlias

import numpy as np

from il2site.model.engine.outcome import Stop
from il2site.model.engine.scene import Record, Scene, first_flip
from il2site.model.printer.code import DENSE_LIMIT
from il2site.model.printer.python import Array, Bound

CALLS, MORE_CALLS = 400_000, 100
"""Calls of the right-hand side after which a run gives up; so many more for every jump."""
JUMPS = 20_000
"""Jumps after which a run gives up."""
CROWD, INSTANT = 1000, 1e-9
"""So many jumps within such a part of the run come ever closer to each other: time would never go on."""
IDLE = 1000
"""Steps one after the other that are too short to change the time, after which a solver has failed."""
LONGEST_STEP = 1 / 100
"""The longest step, as a part of the run: neither a pulse of a rate nor a change of modes must be stepped over."""
SHORT_STEP = LONGEST_STEP / 10
INSIDE = np.array([0.25, 0.5, 0.75])
"""Where within a step longer than that the modes are looked at, besides its end."""
SMALLEST = 1e-80
"""The smallest absolute tolerance; its square can still be divided by."""
NOISE = 1e-6
"""Within a step a state may be below zero by so much of its size; it is taken as zero where y^0.5 has no value."""

LOOKS = 65
"""Places at which a run without a record looks for the largest values."""
SUCCESS = 2
"""What odeint reports when it has come to the end."""

_Solver: TypeAlias = Any
"""A LSODA or Radau of scipy."""


@cache
def _odeint() -> Any:
    """LSODA's own loop, from the one file of scipy that holds it: to import all of `scipy.integrate` takes longer than
    everything else that is imported. Its arguments are those of `scipy.integrate.odeint`, all of them, in order."""
    import scipy

    spec = PathFinder.find_spec("_odepack", [f"{folder}/integrate" for folder in scipy.__path__])
    assert spec is not None and spec.loader is not None
    library = module_from_spec(spec)
    spec.loader.exec_module(library)
    return library.odeint


@cache
def _scipy() -> Any:
    """scipy's solvers that go step by step, imported by the first run that needs them."""
    import scipy.integrate

    return scipy.integrate


class _Undefined(Exception):
    """The right-hand side is not a finite number."""


class _Flipped(Exception):
    """A mode is another at a `time` at which the solver looked, which need not be on its way."""

    def __init__(self, time: float) -> None:
        super().__init__(time)
        self.time = time


class Integration:
    """One run of a scene up to `end`.

    The error of each state is held below `relative` times its value plus `part` times its size. `sizes` (states,) are
    those known before; `largest` (states,) are those met on the way, when there is no record. With `raw` a state that
    is not a finite number stays as it is, and does not end the run.
    """

    def __init__(
        self, scene: Scene, end: float, relative: float, part: float, sizes: Array, raw: bool,
        record: Record | None = None,
    ) -> None:  # fmt: skip
        self.largest: Array = sizes_of(scene.y)
        self._scene, self._end, self._record, self._relative, self._raw = scene, end, record, relative, raw
        self._absolute = np.where(sizes > 0, np.maximum(sizes * part, SMALLEST), 1e-30)
        self._lowest: list[float] = (-NOISE * sizes).tolist()
        self._slopes: Bound | None = None
        self._still: tuple[int, ...] = ()
        """Indices of the states that are not finite."""
        self._calls, self._jumps, self._crowd_began = 0, 0, 0.0
        self._strict, self._undefined, self._idle = True, False, 0
        n = len(scene.y)
        self._flow = [0.0] * n
        self._dense = 0 < n <= DENSE_LIMIT
        self._bound_for: tuple[list[float], list[float]] | None = None

    def run(self) -> None:
        """To the end, filling the record. Raises Stop."""
        time = 0.0
        self._jump(time)
        while time < self._end:
            time = self._smooth(time, min(self._end, self._scene.next))
            self._jump(time)

    def _jump(self, time: float) -> None:
        self._count(time)
        self._scene.jump(time)
        self._bind()
        self._still = tuple(index for index, value in enumerate(self._scene.y) if not math.isfinite(value))
        if self._still and not self._raw:
            raise Stop("not a number", time)
        if self._record:
            self._record.at(time)
        else:
            self.largest = np.maximum(self.largest, sizes_of(self._scene.y))

    def _bind(self) -> None:
        """Make dy/dt and its slopes for the parameters and modes as they stand until the next jump."""
        p, m = self._scene.p, self._scene.m
        if self._bound_for != (p, m):
            self._bound_for = list(p), list(m)
            self._rates_of_change, self._slopes = self._scene.functions.rhs_for(p, m), None

    def _count(self, time: float) -> None:
        """Count a jump. Raises Stop when there are too many."""
        self._calls -= MORE_CALLS
        self._jumps += 1
        if self._jumps % CROWD == 0:
            if time - self._crowd_began <= INSTANT * self._end or self._jumps >= JUMPS:
                raise Stop("too many steps", time)
            self._crowd_began = time

    # from one jump to the next

    def _smooth(self, start: float, bound: float) -> float:
        """Move the state from `start` to `bound`, or to the first change of a mode before; the time reached."""
        if not self._scene.y or bound - start <= 8 * np.finfo(float).eps * bound:
            return self._straight(start, bound)
        if self._dense and not self._still:
            reached = self._at_once(start, bound)
            if reached > start:
                return reached
        solver = self._solver(_scipy().LSODA, start, bound)
        while solver.status == "running":
            time = float(solver.t)
            if self._step(solver):
                flip = self._flip(solver)
                self._advance(solver, float(solver.t) if flip is None else flip)
                if flip is not None:
                    return flip
            elif isinstance(solver, _scipy().LSODA):
                solver = self._solver(_scipy().Radau, time, bound)
            else:
                raise Stop("not a number" if self._undefined else "too many steps", time)
        return bound

    def _next_flip(self, start: float, bound: float) -> float:
        """The time of the first change of a mode after `start`, at most `bound`, where modes depend on time alone."""
        scene, y = self._scene, self._scene.y
        count = math.ceil((bound - start) / (SHORT_STEP * self._end)) if scene.m else 0
        before = start
        for time in np.linspace(start, bound, count + 1)[1:].tolist():
            if scene.flipped(time, y):
                return first_flip(lambda at: scene.flipped(at, y), before, time, self._end)
            before = time
        return bound

    def _at_once(self, start: float, bound: float) -> float:
        """By LSODA's own loop, several times faster than step by step; the time reached.

        Where modes depend on states that is at most a time before one flips, and at most `bound`. It is `start` where it
        was no success, and nothing has changed.
        """
        if self._scene.functions.timed or not self._scene.m:
            return self._leap(start, self._next_flip(start, bound), watched=False)
        try:
            return self._leap(start, bound, watched=True)
        except _Flipped as flip:
            longest = LONGEST_STEP * self._end
            bound = flip.time - longest
        with suppress(_Flipped):
            if bound - start > longest:  # what is nearer is soon reached step by step
                return self._leap(start, bound, watched=True)
        return start

    def _leap(self, start: float, bound: float, watched: bool) -> float:
        """`bound`, or `start` where it was no success. Raises _Flipped when a mode that is `watched` is another."""
        self._defined_flow(start)
        free = self._scene.functions.autonomous and not watched
        due = self._record.due_before(bound) if self._record else np.linspace(start, bound, LOOKS)[1:-1]
        due = due[due > start]
        looks = np.arange(start, bound, SHORT_STEP * self._end) if watched else due
        times = np.unique(np.concatenate(([start], due, looks, [bound])))
        rhs = partial(self._watched, bound) if watched else self._rhs
        longest = 0.0 if free else LONGEST_STEP * self._end  # 0: as long as it is exact
        try:
            states, _, report = _odeint()(
                rhs, np.array(self._scene.y), times.copy(), (), self._jacobian, 0, -1, -1, True, self._relative,
                self._absolute, np.array([bound]), 0.0, longest, 0.0, False, CALLS, 0, 12, 5, True,
            )  # fmt: skip
        except _Undefined:
            return start
        if report != SUCCESS or not np.isfinite(states).all():
            return start
        if watched:
            self._look(times, states)
        if self._record is None:
            self.largest = np.maximum(self.largest, np.abs(states).max(axis=0))
        elif len(due):
            self._record.before(bound, lambda asked: states[np.searchsorted(times, asked)])
        self._scene.y = states[-1].tolist()
        return bound

    def _look(self, times: Array, states: Array) -> None:
        """Raises _Flipped at the first of `times` (k,) at which a mode is another; `states` (k, states)."""
        for time, state in zip(times.tolist(), states.tolist(), strict=True):
            if self._scene.flipped(time, state):
                raise _Flipped(time)

    def _watched(self, bound: float, time: float, state: Array) -> list[float]:
        """`_rhs`; raises _Flipped where a mode is another than now. LSODA may try out what comes after `bound`."""
        if time <= bound and self._scene.flipped(time, state.tolist()):
            raise _Flipped(time)
        return self._rhs(time, state)

    def _straight(self, start: float, bound: float) -> float:
        """Over a stretch too short for a solver, or without any state."""
        if self._record:
            self._record.rest(bound)
        flow = self._defined_flow(start)
        self._scene.y = [value + (bound - start) * slope for value, slope in zip(self._scene.y, flow, strict=True)]
        return bound

    def _solver(self, method: type[_Solver], time: float, bound: float) -> _Solver:
        """A solver that starts from the state of the scene. LSODA is quick; Radau copes where it gives up."""
        self._defined_flow(time)
        self._strict, self._idle = method is _scipy().LSODA, 0
        y, longest = np.nan_to_num(self._scene.y, posinf=0.0, neginf=0.0), LONGEST_STEP * self._end
        slope = self._jacobian if self._dense else None
        return method(self._rhs, time, y, bound, max_step=longest, rtol=self._relative, atol=self._absolute, jac=slope)

    def _defined_flow(self, time: float) -> list[float]:
        """dy/dt (states,) of the scene. Raises Stop where it is not finite."""
        self._strict = True
        try:
            return self._rhs(time, np.array(self._scene.y))
        except _Undefined:
            raise Stop("not a number", time) from None

    def _step(self, solver: _Solver) -> bool:
        """One step; whether it was a success."""
        before = solver.t
        try:
            solver.step()
        except (_Undefined, ValueError):  # ValueError: Radau does not solve linear equations with NaN
            return False
        if solver.status == "failed" or not all(map(math.isfinite, solver.y.tolist())):
            return False
        self._undefined = False
        self._idle = self._idle + 1 if solver.t == before else 0
        return self._idle < IDLE

    def _flip(self, solver: _Solver) -> float | None:
        """The first time within the last step at which a mode is another, if there is one.

        Short steps are looked at only at their end: a pulse does not fit in, and rounding would pass for a change.
        """
        scene = self._scene
        if not scene.m:
            return None
        before, short = solver.t_old, solver.t - solver.t_old <= SHORT_STEP * self._end
        if short and not scene.flipped(float(solver.t), self._with_still(solver.y.tolist())):
            return None
        dense = solver.dense_output()
        looks = [(float(solver.t), solver.y)]
        if not short:
            inside = before + (solver.t - before) * INSIDE
            looks[:0] = zip(inside.tolist(), dense(inside).T, strict=True)
        for time, state in looks:
            if scene.flipped(time, self._with_still(state.tolist())):
                return first_flip(
                    lambda at: scene.flipped(at, self._with_still(dense(at).tolist())), before, time, self._end
                )
            before = time
        return None

    def _advance(self, solver: _Solver, time: float) -> None:
        """Move the scene to `time`, which lies in the last step or is its end."""
        if self._record is None:
            self.largest = np.maximum(self.largest, np.abs(solver.y))
        elif self._record.due < time:
            self._record.before(time, lambda times: self._with_still(solver.dense_output()(times)).T)
        state = solver.y if time == solver.t else solver.dense_output()(time)
        self._scene.y = self._with_still(state.tolist())

    def _with_still(self, y: Any) -> Any:
        """A state of the solver (states, ...), which knows only finite numbers, with those that are not."""
        for index in self._still:
            y[index] = self._scene.y[index]
        return y

    # what the solvers call

    def _rhs(self, time: float, state: Array) -> list[float]:
        """dy/dt (states,) with the modes as they stand. Raises Stop, and _Undefined if strict."""
        self._calls += 1
        if self._calls > CALLS:
            raise Stop("too many steps", time)
        y = state.tolist()
        if self._still:
            self._with_still(y)
        self._flow = self._rates_of_change(float(time), y)
        if not math.isfinite(sum(self._flow)) and not self._defined():
            self._beyond(time, y)
        for index, rate in self._scene.schedule.infusions:
            self._flow[index] += rate
        return self._flow

    def _defined(self) -> bool:
        """Whether dy/dt is finite; that of a state that stands still is set to zero."""
        for index in self._still:
            self._flow[index] = 0.0
        return all(map(math.isfinite, self._flow))

    def _beyond(self, time: float, y: list[float]) -> None:
        """Two ways in which a trial step leads to where a formula has no value though the run does not: a state that is
        zero but for noise; and a place beyond the change of a mode, as x < 0 for sqrt(x) if x > 0, where the modes of
        that place count (the step is cut at the change)."""
        scene = self._scene
        clean = [0.0 if low <= value < 0 else value for value, low in zip(y, self._lowest, strict=True)]
        scene.functions.rhs(time, clean, scene.p, scene.m, self._flow)
        if self._defined():
            return
        scene.functions.rhs(time, clean, scene.p, scene.modes_at(time, clean), self._flow)
        if not self._defined():
            self._undefined = True
            if self._strict:
                raise _Undefined

    def _jacobian(self, time: float, state: Array) -> Array:
        """The slopes of dy/dt (states, states)."""
        n, scene = len(self._flow), self._scene
        self._slopes = self._slopes or scene.functions.jacobian_for(scene.p, scene.m)
        cells = self._slopes(float(time), self._with_still(state.tolist()))
        matrix: Array = np.array(cells).reshape(n, n)
        # A corner such as sqrt at 0 has no slope; Newton's iteration does well enough with a zero there.
        if not math.isfinite(sum(cells)):
            matrix[~np.isfinite(matrix)] = 0.0
        return matrix


def sizes_of(y: list[float]) -> Array:
    """The size of each state (states,); 0 for one that is not finite."""
    return np.nan_to_num(np.abs(y), nan=0.0, posinf=0.0)
