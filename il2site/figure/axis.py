"""Axes: from values to lengths, and where the ticks stand."""

from __future__ import annotations

import math
from dataclasses import dataclass

from il2site.figure.base import Scale
from il2site.text import number


@dataclass(frozen=True)
class Axis:
    """Values `low`…`high` on lengths `start`…`end` (pixels; `end` is the smaller for a vertical axis)."""

    low: float
    high: float
    start: float
    end: float
    scale: Scale = "linear"

    def at(self, value: float) -> float:
        """The length of `value`; on a logarithmic axis `value` is above zero."""
        low, high, value = (_log(v) if self.scale == "log" else v for v in (self.low, self.high, value))
        return self.start + (self.end - self.start) * (value - low) / (high - low)

    def value(self, length: float) -> float:
        """The value at a length; the ends exactly."""
        if length in (self.start, self.end):
            return self.low if length == self.start else self.high
        part = (length - self.start) / (self.end - self.start)
        if self.scale == "log":
            return float(self.low * (self.high / self.low) ** part)
        return self.low + part * (self.high - self.low)

    def holds(self, value: float) -> bool:
        return math.isfinite(value) and self.low <= value <= self.high

    def clamped(self, value: float) -> float:
        """The length of the nearest value that the axis holds."""
        return self.at(min(max(value, self.low), self.high))


def _log(value: float) -> float:
    return math.log10(value)


def ticks(axis: Axis, about: int = 5) -> tuple[tuple[float, str], ...]:
    """Round values on `axis` with their words: 0…100 -> 0, 20, 40 …; 1…1e7 -> 1, 100, 10,000, 1 million."""
    if axis.scale == "log":
        return _decades(axis)
    step = _step((axis.high - axis.low) / about)
    first, last = math.ceil(axis.low / step - 1e-9), math.floor(axis.high / step + 1e-9)
    return tuple((k * step, number(k * step)) for k in range(first, last + 1))


def _decades(axis: Axis) -> tuple[tuple[float, str], ...]:
    first, last = math.ceil(_log(axis.low) - 1e-9), math.floor(_log(axis.high) + 1e-9)
    if last - first <= 1:
        marks = [m * 10.0**k for k in range(first - 1, last + 1) for m in (1, 2, 5)]
        return tuple((at, number(at)) for at in marks if axis.low <= at * (1 + 1e-9) and at * (1 - 1e-9) <= axis.high)
    stride = 1 if last - first <= 4 else 2
    return tuple((10.0**k, number(10.0**k)) for k in range(first, last + 1, stride))


def _step(rough: float) -> float:
    """The step of 1, 2 or 5 times a power of ten that is next above `rough`."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * m for m in (1, 2, 5, 10) if power * m >= rough * (1 - 1e-9))


def fitting(largest: float) -> tuple[float, float]:
    """A linear range from zero that holds `largest` with round ends: 58 -> (0, 60), 890 -> (0, 1000)."""
    if largest <= 0:
        return 0.0, 1.0
    step = _step(largest / 5)
    return 0.0, step * math.ceil(largest / step - 1e-9)
