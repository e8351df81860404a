"""Numbers of curves: what the formulas of a card call by name (see measure.py)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from il2site.model.printer.python import Array

PROMINENCE = 0.01
"""How far a series must fall on both sides of a maximum for it to count, as a part of the range of the series."""


class Nothing(Exception):
    """A formula gives no number; the message says why, in words for a reader."""


@dataclass(frozen=True)
class Curve:
    """`values` (points,) over `times` (points,). `smooth`: solves a differential equation, so it may be interpolated."""

    times: Array
    values: Array
    smooth: bool = True


def _at(curve: Curve, time: float) -> float:
    """The value at `time`: between points in proportion, on a logarithmic scale where both are positive and smooth."""
    if not curve.times[0] <= time <= curve.times[-1]:
        raise Nothing(f"the run does not reach time {time:g}")
    right = max(int(np.searchsorted(curve.times, time)), 1)
    (t0, t1), (a, b) = curve.times[right - 1 : right + 1], curve.values[right - 1 : right + 1]
    share = float((time - t0) / (t1 - t0))
    if curve.smooth and a > 0 and b > 0:
        return float(a * (b / a) ** share)
    return float(a + share * (b - a))


def _crossing(curve: Curve, level: float, after: float | None = None) -> float:
    """The first time, from `after` on, at which the curve is at `level` or passes it."""
    start = float(curve.times[0]) if after is None else after
    later = curve.times > start
    times = np.concatenate(([start], curve.times[later]))
    values = np.concatenate(([_at(curve, start)], curve.values[later]))
    side = np.sign(values - level)
    passed = np.flatnonzero(side != side[0])
    if side[0] == 0:
        return start
    if not len(passed):
        raise Nothing("no crossing")
    (t0, t1), (a, b) = times[passed[0] - 1 : passed[0] + 1], values[passed[0] - 1 : passed[0] + 1]
    if curve.smooth and min(a, b, level) > 0:
        return float(t0 + (t1 - t0) * math.log(level / a) / math.log(b / a))
    return float(t0 + (t1 - t0) * (level - a) / (b - a))


def _vertex(curve: Curve, index: int) -> tuple[float, float]:
    """Time and value of the maximum at `index`, on a parabola through three points.

    The point itself is taken when the curve is not smooth there (the parabola misses the points next to the three).
    """
    times, values = curve.times, curve.values
    here = float(times[index]), float(values[index])
    if not curve.smooth or not 2 <= index <= len(values) - 3:
        return here
    before, left, top, right, behind = values[index - 2 : index + 3].tolist()
    bend, tilt = left - 2 * top + right, (right - left) / 2
    misses = abs(top + 2 * bend - 2 * tilt - before) + abs(top + 2 * bend + 2 * tilt - behind)
    if bend >= 0 or misses > -bend:
        return here
    shift = -tilt / bend
    return here[0] + shift * float(times[1] - times[0]), top + tilt * shift / 2


def _top(curve: Curve) -> tuple[float, float]:
    return _vertex(curve, int(np.argmax(curve.values)))


def _bottom(curve: Curve) -> tuple[float, float]:
    time, value = _top(replace(curve, values=-curve.values))
    return time, -value


def _maxima(curve: Curve) -> list[tuple[float, float]]:
    """Time and value of every maximum from which the curve falls on both sides by `PROMINENCE` of its range."""
    step = PROMINENCE * float(np.ptp(curve.values))
    found: list[int] = []
    low, best = float(curve.values[0]), -1
    for index, value in enumerate(curve.values.tolist()):
        if best < 0:
            low = min(low, value)
            best = index if value - low > step else -1
        elif value > curve.values[best]:
            best = index
        elif curve.values[best] - value > step:
            found.append(best)
            low, best = value, -1
    return [_vertex(curve, index) for index in found]


def _peak_number(curve: Curve, number: float) -> tuple[float, float]:
    maxima = _maxima(curve)
    if not 1 <= number <= len(maxima):
        raise Nothing(f"no peak number {number:g}")
    return maxima[int(number) - 1]


def _period(curve: Curve, after: float = 0.0) -> float:
    times = [time for time, _ in _maxima(curve) if time >= after]
    if len(times) < 2:
        raise Nothing("no two peaks")
    return (times[-1] - times[0]) / (len(times) - 1)


def _area(curve: Curve, start: float | None = None, end: float | None = None) -> float:
    first = float(curve.times[0]) if start is None else start
    last = float(curve.times[-1]) if end is None else end
    inside = (curve.times > first) & (curve.times < last)
    times = np.concatenate(([first], curve.times[inside], [last]))
    values = np.concatenate(([_at(curve, first)], curve.values[inside], [_at(curve, last)]))
    return float(np.trapezoid(values, times))


def _mean(curve: Curve) -> float:
    return _area(curve) / float(curve.times[-1] - curve.times[0])


def _half_life(curve: Curve, start: float) -> float:
    return _crossing(curve, _at(curve, start) / 2, start) - start


def _doubling_time(curve: Curve, start: float, end: float) -> float:
    grown = np.log2(np.float64(_at(curve, end)) / _at(curve, start))
    return float(np.float64(end - start) / grown)


@dataclass(frozen=True)
class Feature:
    """A number of a curve. `least` and `most`: how many numbers may follow the series in the formula."""

    of: Callable[..., float]
    least: int = 0
    most: int = 0


FEATURES: Mapping[str, Feature] = {
    "first": Feature(lambda curve: float(curve.values[0])),
    "last": Feature(lambda curve: float(curve.values[-1])),
    "at": Feature(_at, 1, 1),
    "peak": Feature(lambda curve: _top(curve)[1]),
    "low": Feature(lambda curve: _bottom(curve)[1]),
    "time_of_peak": Feature(lambda curve: _top(curve)[0]),
    "time_of_low": Feature(lambda curve: _bottom(curve)[0]),
    "mean": Feature(_mean),
    "area": Feature(_area, 0, 2),
    "crossing": Feature(_crossing, 1, 2),
    "half_life": Feature(_half_life, 1, 1),
    "doubling_time": Feature(_doubling_time, 2, 2),
    "period": Feature(_period, 0, 1),
    "peak_number": Feature(lambda curve, number: _peak_number(curve, number)[1], 1, 1),
    "peak_number_time": Feature(lambda curve, number: _peak_number(curve, number)[0], 1, 1),
}


# --- numbers of lists -------------------------------------------------------------------------------------------------


def _slope(ys: Array, xs: Array) -> float:
    """The slope of the straight line of least squares."""
    across = xs - xs.mean()
    return float((across * (ys - ys.mean())).sum() / (across**2).sum())


def _half_effect(ys: Array, xs: Array) -> float:
    """The x at which y is first half its largest, between points in proportion to the logarithm of x."""
    order = np.argsort(xs)
    if xs[order[0]] <= 0:
        raise Nothing("half_effect needs values above zero")
    line = Curve(np.log(xs[order]), ys[order], smooth=False)
    return math.exp(_crossing(line, float(ys.max()) / 2))


REDUCERS: Mapping[str, tuple[Callable[..., float], int]] = {
    "slope": (_slope, 2),
    "half_effect": (_half_effect, 2),
    "largest": (lambda ys: float(ys.max()), 1),
    "smallest": (lambda ys: float(ys.min()), 1),
    "mean_of": (lambda ys: float(ys.mean()), 1),
    "count": (lambda ys: float(np.count_nonzero(ys)), 1),
}
"""What makes a number of lists, and of how many."""
