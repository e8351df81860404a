"""Sentences that follow a run: templates with measures in braces.

    "After {time} s {bound} of {antigens} antigens are held."
        {time}          the time now
        {bound}         a state, an output or a parameter now
        {bound.start}   at the first moment        {bound.end}        at the last
        {bound.peak}    the largest value          {bound.peak_time}  when it is first reached
        {bound.fold}    peak divided by the start (by the first value above zero when the start is zero)

A value now is the value at the grid time at or before now. `static/src/figure/words.ts` fills the same templates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from il2site.text import amount

Array = NDArray[np.float64]

_HOLE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Hole:
    """One pair of braces: the thing measured and the measure (`now` when none is written)."""

    name: str
    measure: str


@dataclass(frozen=True)
class Measured:
    """What a template can name: `columns` of shape (points,) over `times`, and the `parameters` of the run."""

    times: Array
    columns: Mapping[str, Array]
    parameters: Mapping[str, float]

    def names(self) -> frozenset[str]:
        return frozenset(self.columns) | frozenset(self.parameters) | {"time"}


def holes(template: str) -> Iterator[Hole]:
    """What stands in braces in `template`, in order."""
    for match in _HOLE.finditer(template):
        name, _, measure = match[1].strip().partition(".")
        yield Hole(name, measure or "now")


def braces_pair(template: str) -> bool:
    """Whether every brace of `template` belongs to a hole."""
    return not set("{}") & set(_HOLE.sub("", template))


def fill(template: str, measured: Measured, now: float) -> str:
    """`template` with the measures at time `now`. Raises KeyError for a name or measure that is not known."""
    return _HOLE.sub(lambda match: amount(_value(next(holes(match[0])), measured, now)), template)


def index_at(times: Array, now: float) -> int:
    """The last grid point at or before `now` (tolerance: a billionth of the run); else the first."""
    slack = 1e-9 * float(times[-1] - times[0])
    return max(int(np.searchsorted(times, now + slack, side="right")) - 1, 0)


def _value(hole: Hole, measured: Measured, now: float) -> float:
    if hole.name == "time" and hole.measure == "now":
        return now
    if hole.name in measured.parameters and hole.measure == "now":
        return measured.parameters[hole.name]
    if hole.measure == "now":
        return float(measured.columns[hole.name][index_at(measured.times, now)])
    return MEASURES[hole.measure](measured.times, measured.columns[hole.name])


def _fold(times: Array, column: Array) -> float:
    above = column[column > 0]
    if not len(above):
        return float("nan")
    start = column[0] if column[0] > 0 else above[0]
    return float(column.max() / start)


MEASURES: Mapping[str, Callable[[Array, Array], float]] = {
    "start": lambda times, column: float(column[0]),
    "end": lambda times, column: float(column[-1]),
    "peak": lambda times, column: float(column.max()),
    "peak_time": lambda times, column: float(times[int(column.argmax())]),
    "fold": _fold,
}
"""Every measure by the word after the dot: (times, column) -> number."""
