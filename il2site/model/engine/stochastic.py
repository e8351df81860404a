"""Single random events: the direct method of D. T. Gillespie (J Phys Chem 1977;81:2340).

Exact for rates that depend on the state and on modes; a rate that changes smoothly with time is taken as it is at the last
event. `static/src/model/gillespie.ts` does the same and draws the same numbers: one for the waiting time and one for
the choice. When something else comes first (a dose, an event of the model, a mode that changes with time) both are
forgotten, which changes no probability.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from il2site.model.engine.outcome import Stop
from il2site.model.engine.random import sfc32
from il2site.model.engine.scene import Record, Scene, first_flip
from il2site.model.network import Network

REACTIONS = 2_000_000
"""Reactions, and jumps, after which a run gives up."""
LONGEST_WAIT = 1 / 500
"""The longest wait after which the modes are looked at, as a part of the run."""


@dataclass(frozen=True)
class Jump:
    """What doses and events of the model changed: `amount` was added to the state of index `state` at `time`, when
    `after` reactions had taken place."""

    time: float
    after: int
    state: int
    amount: float


class DirectMethod:
    """One random run of a scene up to `end`.

    `times` and `reactions` are what happened when, in order; `jumps` is what else changed the state.
    """

    def __init__(self, network: Network, scene: Scene, end: float, seed: int, record: Record) -> None:
        self.times: list[float] = []
        self.reactions: list[int] = []
        self.jumps: list[Jump] = []
        self._changes = network.numbered_changes or ()
        self._scene, self._end, self._record = scene, end, record
        self._uniform = sfc32(seed)

    def run(self) -> None:
        """To the end, filling the record. Raises Stop."""
        scene, record, uniform = self._scene, self._record, self._uniform
        time = 0.0
        planned = self._jump(time)
        for _ in range(REACTIONS):
            rates = scene.rates(time, scene.y)
            running = list(accumulate(rates))
            total = running[-1] if running else 0.0
            # A rate below zero: a reversible reaction has to be written as two.
            if not math.isfinite(total) or (running and min(rates) < 0):
                record.at(time)
                raise Stop("not a number", time)
            then, reaction = math.inf, -1
            if total > 0:
                then = time - math.log(uniform()) / total
                reaction = _pick(rates, running, uniform() * total)
            first = self._interruption(time, then, planned)
            if first is not None:
                record.rest(first)
                time = first
                planned = self._jump(time)
            elif then > self._end:
                record.at(self._end)
                return
            else:
                if record.due < then:
                    record.rest(then)
                time = then
                self._react(time, reaction)
                if scene.m and scene.flipped(time, scene.y):
                    planned = self._jump(time)
        record.at(time)
        raise Stop("too many steps", time)

    def _jump(self, time: float) -> float:
        """Everything that happens at `time`; the time of the next jump that is known then."""
        scene, before = self._scene, list(self._scene.y)
        scene.jump(time)
        for state, (old, new) in enumerate(zip(before, scene.y, strict=True)):
            if new != old:
                self.jumps.append(Jump(time, len(self.times), state, new - old))
        return scene.next

    def _interruption(self, time: float, then: float, planned: float) -> float | None:
        """When something else comes before the reaction that is due at `then`, and not after the end."""
        flip = self._flip(time, min(then, planned, self._end)) if self._scene.m else None
        return planned if flip is None and planned <= self._end and planned < then else flip

    def _flip(self, time: float, limit: float) -> float | None:
        """The first time after `time`, up to `limit`, at which a mode is another though the state stays the same."""
        scene = self._scene
        before, wait = time, LONGEST_WAIT * self._end
        while before < limit:
            at = min(before + wait, limit)
            if scene.flipped(at, scene.y):
                return first_flip(lambda moment: scene.flipped(moment, scene.y), before, at, self._end)
            before = at
        return None

    def _react(self, time: float, reaction: int) -> None:
        y = self._scene.y
        for index, coefficient in self._changes[reaction]:
            y[index] += coefficient
        self.times.append(time)
        self.reactions.append(reaction)


def _pick(rates: list[float], running: list[float], aim: float) -> int:
    """The first reaction whose `running` sum of rates is above `aim`; the last possible one if rounding hides it."""
    index = bisect_right(running, aim)
    return index if index < len(running) else max(index for index, rate in enumerate(rates) if rate > 0)
