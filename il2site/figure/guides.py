"""What the lines of a panel are held against: a level, a marked point, a slope. Each is a line or a dot with its words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from il2site.figure.axis import Axis
from il2site.figure.clock import Clock
from il2site.figure.geometry import Point
from il2site.figure.spec import Level, Panel, PointMark, ScanPanel, Slope
from il2site.figure.words import Measured

Side = Literal["left", "right"]
REACH = 0.3
"""Words beside a rule cover at most so much of the width, on a narrow screen."""
FOOT, TOP = 0.12, 0.88
"""Up to where words at the foot of a rule reach, and where those at its top stand, in parts of the height."""


@dataclass(frozen=True)
class Guide:
    """In the values of both axes: a straight line through `points`, or a dot at the only one; `label` stands at `at`.

    `side`: to which side of `at` the words lie, so that they stay inside the panel.
    """

    points: tuple[Point, ...]
    label: str
    at: Point
    side: Side

    @property
    def is_line(self) -> bool:
        """Whether it is a line, not a dot."""
        return len(self.points) > 1


def guides(panel: Panel, clock: Clock, ends: tuple[float, float], run: Measured | None = None) -> Iterator[Guide]:
    """Everything that a panel with the range `ends` marks; words keep out of the way of the lines of `run`."""
    for level in panel.marks:
        yield _level(level, clock)
    if isinstance(panel, ScanPanel):
        marked = [_point(point, clock, ends, _is_crowded(point, panel, clock)) for point in panel.points]
        yield from _in_the_clear(marked, panel, clock, ends, run) if run else marked
        if panel.slope is not None:
            yield _slope(panel.slope, clock, ends)


def _level(level: Level, clock: Clock) -> Guide:
    """A rule across the panel; its words stand at the end where the lines are named."""
    right = (clock.high, level.at)
    return Guide(((clock.low, level.at), right), level.label, right, "left")


def _is_crowded(point: PointMark, panel: ScanPanel, clock: Clock) -> bool:
    """Whether another point lies so near to its right that the words of both would touch on a narrow screen."""
    at = Axis(clock.low, clock.high, 0, 1, clock.scale).at
    return at(point.x) > 0.2 and any(0 < at(other.x) - at(point.x) < REACH for other in panel.points)


def _point(point: PointMark, clock: Clock, ends: tuple[float, float], crowded: bool) -> Guide:
    """A dot; or, without a value, a rule from the bottom to the top."""
    late = Axis(clock.low, clock.high, 0, 1, clock.scale).at(point.x) > 0.75
    side: Side = "left" if late or crowded else "right"
    if point.y is not None:
        dot = (point.x, point.y)
        return Guide((dot,), point.label, dot, side)
    low, high = ends
    return Guide(((point.x, low), (point.x, high)), point.label, (point.x, low), side)


def _in_the_clear(
    marked: list[Guide], panel: ScanPanel, clock: Clock, ends: tuple[float, float], run: Measured
) -> list[Guide]:
    """The words of all rules at their tops, where lines pass at the foot of one and none at a top."""
    across, up = Axis(clock.low, clock.high, 0, 1, clock.scale), Axis(*ends, 0, 1, panel.scale)

    def lines(guide: Guide) -> list[float]:
        """How high lines pass where the words may stand."""
        here, way = across.at(guide.at[0]), 1 if guide.side == "right" else -1
        return [
            up.clamped(value)
            for line in panel.lines
            for x, value in zip(run.times, run.columns[line.show], strict=True)
            if 0 <= way * (across.at(x) - here) <= REACH
        ]

    passing = [at for guide in marked if guide.is_line for at in lines(guide)]
    if min(passing, default=1) > FOOT or max(passing, default=1) > TOP - FOOT / 2:
        return marked
    top = up.value(TOP)
    return [replace(guide, at=(guide.at[0], top)) if guide.is_line else guide for guide in marked]


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
