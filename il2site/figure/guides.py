"""What the lines of a panel are held against: a level, a marked point, a slope. Each is a line or a dot with its words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from il2site.figure.axis import Axis
from il2site.figure.clock import Clock
from il2site.figure.geometry import Point
from il2site.figure.spec import Level, Panel, PointMark, ScanPanel, Slope


@dataclass(frozen=True)
class Guide:
    """In the values of both axes: a straight line through `points`, or a dot at the only one; `label` stands at `at`.

    `side`: to which side of `at` the words lie, so that they stay inside the panel.
    """

    points: tuple[Point, ...]
    label: str
    at: Point
    side: Literal["left", "right"]


def guides(panel: Panel, clock: Clock, ends: tuple[float, float]) -> Iterator[Guide]:
    """Everything that a panel with the range `ends` marks."""
    for level in panel.marks:
        yield _level(level, clock)
    if isinstance(panel, ScanPanel):
        for point in panel.points:
            yield _point(point, clock, ends, _is_crowded(point, panel, clock))
        if panel.slope is not None:
            yield _slope(panel.slope, clock, ends)


def _level(level: Level, clock: Clock) -> Guide:
    """A rule across the panel; its words stand at the end where the lines are named."""
    right = (clock.high, level.at)
    return Guide(((clock.low, level.at), right), level.label, right, "left")


def _is_crowded(point: PointMark, panel: ScanPanel, clock: Clock) -> bool:
    """Whether another point lies so near to its right that the words of both would touch on a narrow screen."""
    at = Axis(clock.low, clock.high, 0, 1, clock.scale).at
    return at(point.x) > 0.2 and any(0 < at(other.x) - at(point.x) < 0.3 for other in panel.points)


def _point(point: PointMark, clock: Clock, ends: tuple[float, float], crowded: bool) -> Guide:
    """A dot; or, without a value, a rule from the bottom to the top."""
    late = Axis(clock.low, clock.high, 0, 1, clock.scale).at(point.x) > 0.75
    side: Literal["left", "right"] = "left" if late or crowded else "right"
    if point.y is not None:
        dot = (point.x, point.y)
        return Guide((dot,), point.label, dot, side)
    low, high = ends
    return Guide(((point.x, low), (point.x, high)), point.label, (point.x, low), side)


def _slope(slope: Slope, clock: Clock, ends: tuple[float, float]) -> Guide:
    """A line of that slope on two logarithmic axes, as far as the panel goes."""
    x, y = slope.through
    if slope.slope == 0:
        return _level(Level(at=y, label=slope.label), clock)
    edges = [x * (end / y) ** (1 / slope.slope) for end in ends]
    first, last = max(clock.low, min(edges)), min(clock.high, max(edges))
    left, right = ((at, y * (at / x) ** slope.slope) for at in (first, last))
    if slope.slope < 0:
        return Guide((left, right), slope.label, left, "right")
    return Guide((left, right), slope.label, right, "left")
