"""What both kinds of run share: the state with all that can make it jump, and the record that is kept of it."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Sequence

import numpy as np

from il2site.model.engine.doses import Dose, Schedule
from il2site.model.engine.events import EventQueue
from il2site.model.engine.outcome import Stop
from il2site.model.engine.random import sfc32
from il2site.model.network import Network
from il2site.model.printer.python import Array, Functions

FINEST = 1e-20
"""The finest distance of two times, as a part of a run."""
NOISE = 1e-9
"""A state below zero by less than this part of its size is reported as zero: no reader should meet -1e-17 cells."""


class Scene:
    """The state of one run now: `y` (states,), `p` (parameters,), `m` (modes,), and what will change them at an instant.

    `whole`: indices of states that are rounded to whole numbers, halves up, whenever something sets them. `seed` decides
    between events of equal priority.
    """

    def __init__(
        self, network: Network, functions: Functions, values: Sequence[float], doses: Sequence[Dose],
        seed: int, whole: Collection[int] = (),
    ) -> None:  # fmt: skip
        self.functions = functions
        self.p = list(values)
        self.y = [0.0] * len(network.states)
        self.m = [0.0] * functions.modes
        functions.initial(self.p, self.y)
        self._bind()
        self.schedule = Schedule(network, doses, functions, self.p)
        self.events = EventQueue(network, functions, sfc32(~seed), self._assign) if network.events else None
        self._whole = whole
        self._round()

    @property
    def next(self) -> float:
        """The time of the next jump that is already known."""
        return min(self.schedule.next, self.events.next if self.events else math.inf)

    def jump(self, time: float) -> None:
        """Everything that happens at `time`: doses, then events. Raises Stop."""
        if self.schedule.next <= time:
            self.schedule.apply(time, self.y, self.p)
            if self.schedule.switches:
                self._bind()
            self._round()
        self.functions.mode(time, self.y, self.p, self.m)
        if self.events:
            self.events.settle(time, self.y, self.p, self.m)

    def _bind(self) -> None:
        """Make the functions of (t, y) for the parameters as they are now."""
        functions = self.functions
        self.rates, self.output = functions.rates_for(self.p, None), functions.output_for(self.p, None)
        self.modes_at = functions.mode_for(self.p, None)

    def _assign(self, event: int, time: float, y: list[float], p: list[float], values: list[float]) -> None:
        self.functions.assign(event, time, y, p, values)
        self._round()

    def _round(self) -> None:
        for index in self._whole:
            value = self.y[index] + 0.5
            self.y[index] = float(math.floor(value)) if math.isfinite(value) else value

    def flipped(self, time: float, y: list[float]) -> bool:
        """Whether the modes at (time, y) differ from those now."""
        then = self.modes_at(time, y)
        return then != self.m and any(
            new != old and (new == new or old == old) for new, old in zip(then, self.m, strict=True)
        )


def first_flip(flipped: Callable[[float], bool], before: float, after: float, end: float) -> float:
    """The first time at which `flipped`, to the last bit: it is not at `before`, and it is at `after`.

    In a run to `end`; next to time 0, whose neighbours are without number, to a part of the whole run.
    """
    while True:
        middle = before + (after - before) / 2
        if not before < middle < after or after - before <= FINEST * end:
            return after
        if flipped(middle):
            after = middle
        else:
            before = middle


class Record:
    """States and outputs (columns) on the grid of times (rows), filled from the first on."""

    def __init__(self, scene: Scene, grid: Array, outputs: int, raw: bool, sizes: Array | None = None) -> None:
        """`kept` rows are filled, and the next is that of the time `due`.

        `sizes` (states,): against which noise below zero is told. `raw`: what is written need not be a finite number.
        """
        self.kept, self.due = 0, 0.0
        self.table = np.full((len(grid), len(scene.y) + outputs), np.nan)
        self._scene, self._raw, self._grid, self._times = scene, raw, grid, grid.tolist()
        self._lowest: Array = np.zeros(len(scene.y)) if sizes is None else -NOISE * sizes

    def before(self, limit: float, states: Callable[[Array], Array]) -> None:
        """Fill every row before the time `limit`. `states`: times (k,) to states (k, states). Raises Stop."""
        times = self.due_before(limit)
        if len(times):
            found = states(times)
            clean = np.where((found < 0) & (found > self._lowest), 0.0, found)
            self._fill(zip(times.tolist(), clean.tolist(), strict=True))

    def due_before(self, limit: float) -> Array:
        """The times (k,) of the rows that `before` would fill."""
        return self._grid[self.kept : bisect_left(self._times, limit, self.kept)]

    def rest(self, limit: float) -> None:
        """Fill every row before the time `limit` with the state of the scene. Raises Stop."""
        self._stand(bisect_left(self._times, limit, self.kept))

    def at(self, time: float) -> None:
        """Fill every row up to `time`, after all that happened then, with the state of the scene. Raises Stop."""
        if self.due <= time:
            self._stand(bisect_right(self._times, time, self.kept))

    def _stand(self, last: int) -> None:
        """Fill the rows before that of the index `last` with the state of the scene."""
        lows = zip(self._scene.y, self._lowest.tolist(), strict=True)
        state = [0.0 if low < value < 0 else value for value, low in lows]
        self._fill((time, list(state)) for time in self._times[self.kept : last])

    def _fill(self, states: Iterable[tuple[float, list[float]]]) -> None:
        """The next rows: of each time its state, and what follows from it. A row that may not be ends the run."""
        rows: list[list[float]] = []
        try:
            for time, row in states:
                row += self._scene.output(time, row)
                if not (self._raw or math.isfinite(sum(row)) or all(map(math.isfinite, row))):
                    raise Stop("not a number", time)
                rows.append(row)
        finally:
            if rows:
                self.table[self.kept : self.kept + len(rows)] = rows
                self.kept += len(rows)
                self.due = self._times[self.kept] if self.kept < len(self._times) else math.inf
