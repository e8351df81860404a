"""What is given from outside during a run: boluses, infusions, and parameters that are switched for a while."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from il2site.model.network import Network
from il2site.model.printer.python import Functions


@dataclass(frozen=True)
class Dose:
    """`amount` of `target`, from `time` on, over `duration` (both in the model's unit).

    The target is a state, or the concentration of a species: `amount` is added to it, at once or evenly over the
    duration. Or it is a parameter that can be set: it has the value `amount` during [time, time + duration), for ever
    when the duration is 0. Of several switches of one parameter the one that began last decides.
    """

    time: float
    target: str
    amount: float
    duration: float = 0.0


@dataclass(frozen=True)
class _Entry:
    """A dose with its target looked up."""

    begin: float
    end: float
    amount: float
    kind: Literal["bolus", "infusion", "switch"]
    index: int  # in y, or in p
    output: int | None  # of a concentration among the outputs; None: the amount itself is given


class Schedule:
    """The doses of one run. `apply` has to be called at every time that `next` names."""

    def __init__(self, network: Network, doses: Sequence[Dose], functions: Functions, p: Sequence[float]) -> None:
        """Raises ValueError for a dose with an unknown target or with numbers that make no sense.

        `p`: the values of parameters (and derived ones) without doses.
        """
        entries = sorted((_entry(network, dose) for dose in doses), key=lambda entry: entry.begin)
        self.next = math.inf
        self.infusions: tuple[tuple[int, float], ...] = ()
        """(index of the state, amount per unit of time) of what flows in now."""
        self.infuses = any(entry.kind == "infusion" for entry in entries)
        self.switches = any(entry.kind == "switch" for entry in entries)
        self._functions, self._outputs = functions, len(network.outputs)
        self._usual = {entry.index: p[entry.index] for entry in entries if entry.kind == "switch"}
        self._waiting = entries[::-1]
        self._switches: list[_Entry] = []
        self._running: list[tuple[_Entry, float]] = []
        self._look_ahead()

    def apply(self, time: float, y: list[float], p: list[float]) -> None:
        """Begin and end what begins and ends at `time`: changes `y`, `p` and `infusions`."""
        begun: list[_Entry] = []
        while self._waiting and self._waiting[-1].begin <= time:
            begun.append(self._waiting.pop())
        self._switches += [entry for entry in begun if entry.kind == "switch"]
        self._switches = [entry for entry in self._switches if entry.end > time]
        self._running = [each for each in self._running if each[0].end > time]
        for index, value in self._usual.items():
            p[index] = value
        for entry in self._switches:
            p[entry.index] = entry.amount
        for entry in begun:
            if entry.kind != "switch":
                self._give(entry, entry.amount * self._size(entry, time, y, p), y)
        self.infusions = tuple((entry.index, rate) for entry, rate in self._running)
        self._look_ahead()

    def _give(self, entry: _Entry, amount: float, y: list[float]) -> None:
        if entry.kind == "infusion":
            self._running.append((entry, amount / (entry.end - entry.begin)))
        else:
            y[entry.index] += amount

    def _look_ahead(self) -> None:
        begin = self._waiting[-1].begin if self._waiting else math.inf
        ends = (entry.end for entry in (*self._switches, *(entry for entry, _ in self._running)))
        self.next = min(begin, *ends, math.inf)

    def _size(self, entry: _Entry, time: float, y: list[float], p: list[float]) -> float:
        """What raises the target by one: for a concentration the size of its compartment, as it is at `time`."""
        if entry.output is None:
            return 1.0
        single, out = list(y), [0.0] * self._outputs
        single[entry.index] = 1.0
        self._functions.output(time, single, p, out)
        return 1.0 / out[entry.output] if out[entry.output] else math.nan


def _entry(network: Network, dose: Dose) -> _Entry:
    given = (dose.time, dose.amount, dose.duration)
    if not all(map(math.isfinite, given)) or dose.time < 0 or dose.duration < 0:
        raise ValueError(f"a dose needs finite numbers, and a time and a duration that are not negative: {dose}")
    begin, end, amount = dose.time, dose.time + dose.duration, dose.amount
    if dose.target in network.defaults:
        index = tuple(network.defaults).index(dose.target)
        return _Entry(begin, end if dose.duration else math.inf, amount, "switch", index, None)
    state = network.twins.get(dose.target, dose.target)
    if state not in network.states:
        raise ValueError(f"{dose.target} is no state and no parameter of {network.name} that can be set")
    output = network.outputs.index(dose.target) if dose.target in network.twins else None
    kind: Literal["bolus", "infusion"] = "infusion" if end > begin else "bolus"
    return _Entry(begin, end, amount, kind, network.states.index(state), output)
