"""A chart as a list of what is drawn. Two printers read it: `still` makes SVG of it, `plot` makes a Plotly plot.

Lengths `x`, `y` are pixels of a picture `width` by `height`; a `value` stands on the scene's axis. `mark` is the number
of the row that a thing belongs to (None: to none), so that a reader can point at it. A number that nobody has
re-read in its source is drawn `sure=False`: open or dashed, and its words end in an asterisk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from il2site.figure.axis import Axis, ticks
from il2site.figure.base import Tick
from il2site.figure.data import Row
from il2site.figure.geometry import Point

Role = Literal["heading", "name", "value", "tick"]
Anchor = Literal["start", "middle", "end"]
ASTERISK = "*"
EMBLEM = (240.0, 150.0)


@dataclass(frozen=True)
class Text:
    """Words on one line; `y` is their base line."""

    x: float
    y: float
    words: str
    role: Role
    anchor: Anchor = "start"
    mark: int | None = None


@dataclass(frozen=True)
class Bar:
    value: float
    y: float
    thick: float
    entity: str
    mark: int
    sure: bool = True


@dataclass(frozen=True)
class Dot:
    """A mark at a value; `size` is its radius."""

    value: float
    y: float
    shape: str
    size: float
    entity: str
    mark: int
    sure: bool = True


@dataclass(frozen=True)
class Span:
    """A level line from one value to another."""

    low: float
    high: float
    y: float
    role: Literal["thread", "interval"]
    mark: int | None = None
    sure: bool = True


@dataclass(frozen=True)
class Rule:
    """An upright line at a value."""

    value: float
    top: float
    bottom: float
    role: Literal["grid", "effect", "stem"]
    mark: int | None = None


@dataclass(frozen=True)
class Icons:
    """Like marks at places of the picture."""

    points: tuple[Point, ...]
    shape: str
    size: float
    entity: str
    mark: int


Item = Text | Bar | Dot | Span | Rule | Icons


@dataclass(frozen=True)
class Scene:
    """One picture; `label` tells it to those who cannot see it, `class_` says where it is shown."""

    width: float
    height: float
    axis: Axis
    items: tuple[Item, ...]
    label: str
    class_: str = "twin-panel"


@dataclass(frozen=True)
class Drawn:
    """A chart as it is shown: its pictures side by side, one sentence for every mark, what stands below (safe HTML)."""

    scenes: tuple[Scene, ...]
    marks: tuple[str, ...]
    below: str = ""
    thumb: int = 0


def emblem_scene(axis: Axis, items: Iterator[Item]) -> Scene:
    """What stands for a chart in a list."""
    return Scene(*EMBLEM, axis, tuple(items), "")


def emblem_rows(count: int) -> Iterator[float]:
    """The middles of `count` rows in the height of an emblem, at most 30 apart."""
    step = min((EMBLEM[1] - 8) / count, 30.0)
    top = (EMBLEM[1] - step * count) / 2
    return (top + step * (place + 0.5) for place in range(count))


def asterisk(row: Row) -> str:
    """What follows a number that nobody has re-read in its source."""
    return f" {ASTERISK}" if row.status == "recalled" else ""


def scale_items(axis: Axis, named: tuple[Tick, ...], title: str, top: float, bottom: float) -> Iterator[Item]:
    """Fine upright lines with their numbers below, and below those what the numbers are."""
    for value, shown in [(tick.at, tick.label) for tick in named] or ticks(axis):
        yield Rule(value, top, bottom, "grid")
        yield Text(axis.at(value), bottom + 18, shown, "tick", "middle")
    yield Text((axis.start + axis.end) / 2, bottom + 38, title, "tick", "middle")
