"""The events of a model during a run: what is triggered, what waits, what is executed first (SBML L3V2, 4.11)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from il2site.model.engine.outcome import Stop
from il2site.model.network import Network
from il2site.model.printer.python import Functions

EXECUTIONS = 10_000
"""Events at one instant after which a run gives up: they trigger each other without end."""


@dataclass(frozen=True, eq=False)
class _Pending:
    """One execution to come. `values`: what it will assign, if that was read when it was triggered."""

    event: int
    due: float
    values: list[float] | None


class EventQueue:
    """The events of one run. `settle` is called whenever the state has jumped or a mode has changed, and at `next`."""

    def __init__(
        self, network: Network, functions: Functions, uniform: Callable[[], float], assign: Callable[..., None]
    ) -> None:
        """`uniform` decides between events of equal priority; it is called only then.

        `assign` puts the values of an event into the state: called like the function of that name.
        """
        self.next = math.inf
        self._events, self._functions = network.events, functions
        self._uniform, self._assign = uniform, assign
        self._held: list[bool] = [event.initially for event in network.events]
        self._pending: list[_Pending] = []

    def settle(self, time: float, y: list[float], p: list[float], m: list[float]) -> None:
        """Execute everything that is due at `time`, until nothing more is triggered; `y` and `m` follow.

        `m` must hold the modes at (time, y). Raises Stop.
        """
        self._look(time, y, p, m)
        executed = 0
        while self.next <= time:
            executed += 1
            if executed > EXECUTIONS:
                raise Stop("too many steps", time)
            chosen = self._choose(time, y, p)
            self._pending.remove(chosen)
            values = self._values(chosen.event, time, y, p) if chosen.values is None else chosen.values
            self._assign(chosen.event, time, y, p, values)
            self._functions.mode(time, y, p, m)
            self._look(time, y, p, m)

    def _look(self, time: float, y: list[float], p: list[float], m: list[float]) -> None:
        """Look at all triggers: queue what has become true, drop what must not stay true no longer."""
        now = [False] * len(self._events)
        self._functions.trigger(time, y, p, m, now)
        for number, (before, after) in enumerate(zip(self._held, now, strict=True)):
            if after and not before:
                self._pending.append(self._triggered(number, time, y, p))
            elif before and not after and not self._events[number].persistent:
                self._pending = [waiting for waiting in self._pending if waiting.event != number]
        self._held = now
        self.next = min((waiting.due for waiting in self._pending), default=math.inf)

    def _triggered(self, number: int, time: float, y: list[float], p: list[float]) -> _Pending:
        delay = self._functions.delay(number, time, y, p)
        if math.isnan(delay):
            raise Stop("not a number", time)
        values = self._values(number, time, y, p) if self._events[number].early else None
        return _Pending(number, time + max(delay, 0.0), values)

    def _values(self, number: int, time: float, y: list[float], p: list[float]) -> list[float]:
        values = [0.0] * len(self._events[number].sets)
        self._functions.values(number, time, y, p, values)
        return values

    def _choose(self, time: float, y: list[float], p: list[float]) -> _Pending:
        """Of all that is due: the one of highest priority; chance decides between equals, but not without priority."""
        due = [waiting for waiting in self._pending if waiting.due <= time]
        if len(due) == 1:
            return due[0]
        priorities = [self._functions.priority(waiting.event, time, y, p) for waiting in due]
        highest = max((value for value in priorities if value > -math.inf), default=None)
        if highest is None:
            return due[0]
        first = [waiting for waiting, value in zip(due, priorities, strict=True) if value == highest]
        return first[int(self._uniform() * len(first))] if len(first) > 1 else first[0]
