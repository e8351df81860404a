"""The marks that stand for molecules and cells, as SVG. Colour comes from the class of the entity, shape from here.

All marks of one kind are one path, so that a field of hundreds of marks stays small in the page.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

from il2site.figure.geometry import Point
from il2site.figure.svg import coordinate, tag


def dots(points: Iterable[Point], radius: float, class_: str) -> str:
    """Filled discs: lines of no length with round ends, as wide as a disc."""
    path = "".join(f"M{_pair(point)}h0" for point in points)
    return _path(path, f"{class_} open round", 2 * radius)


def rings(points: Iterable[Point], radius: float, class_: str, width: float = 1.5) -> str:
    """Open circles; `radius` is that of the middle of their line."""
    r, across = fine(radius), fine(2 * radius)
    path = "".join(f"M{_pair((x - radius, y))}a{r} {r} 0 1 0 {across} 0a{r} {r} 0 1 0-{across} 0" for x, y in points)
    return _path(path, f"{class_} open", width)


def squares(points: Iterable[Point], half: float, class_: str) -> str:
    side = fine(2 * half)
    path = "".join(f"M{_pair((x - half, y - half))}h{side}v{side}h-{side}z" for x, y in points)
    return _path(path, f"{class_} filled")


def diamonds(points: Iterable[Point], half: float, class_: str) -> str:
    return _polygons(points, [(0, -half), (half, 0), (0, half), (-half, 0)], class_)


def bursts(points: Iterable[Point], outer: float, inner: float, class_: str, rays: int = 8) -> str:
    """Stars of `rays` points with the first at 12 o'clock."""
    corners = []
    for i in range(2 * rays):
        turn, radius = math.pi * i / rays, inner if i % 2 else outer
        corners.append((radius * math.sin(turn), -radius * math.cos(turn)))
    return _polygons(points, corners, class_)


def arcs(parts: Iterable[tuple[Point, float]], radius: float, class_: str, width: float) -> str:
    """Parts of rings: (centre, share from 0 to below 1), clockwise from 12 o'clock; a share of 0 draws nothing."""
    path = "".join(_arc(point, radius, share) for point, share in parts if share > 0)
    return _path(path, f"{class_} open", width)


def cells(points: Sequence[Point], radius: float, mark: str, class_: str) -> str:
    """Cells of the kind of mark that the figure names: ring, half, disc or square."""
    if mark == "disc":
        return dots(points, radius, class_)
    if mark == "square":
        return squares(points, 0.86 * radius, class_)
    outline = rings(points, radius - 0.9, class_, 1.8)
    return outline if mark == "ring" else outline + dots(points, 0.45 * radius, class_)


def _arc(centre: Point, radius: float, share: float) -> str:
    turn, r = 2 * math.pi * share, fine(radius)
    across, down = radius * math.sin(turn), radius * (1 - math.cos(turn))
    start = _pair((centre[0], centre[1] - radius))
    return f"M{start}a{r} {r} 0 {int(share > 0.5)} 1 {_pair((across, down))}"


def _polygons(points: Iterable[Point], corners: Sequence[Point], class_: str) -> str:
    """The same polygon at every point; `corners` are relative to it."""
    steps = pairwise(corners)
    shape = "".join(f"l{_pair((bx - ax, by - ay))}" for (ax, ay), (bx, by) in steps)
    first = corners[0]
    path = "".join(f"M{_pair((x + first[0], y + first[1]))}{shape}z" for x, y in points)
    return _path(path, f"{class_} filled")


def _path(path: str, class_: str, width: float | None = None) -> str:
    if not path:
        return ""
    return tag("path", d=path, class_=class_, stroke_width=None if width is None else fine(width))


def _pair(point: Point) -> str:
    return f"{coordinate(point[0])} {coordinate(point[1])}".replace(" -", "-")


def fine(value: float) -> str:
    """A small length, to a hundredth."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
