"""Curves of a run as SVG panels: a title above, few ticks, each line labelled at its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from il2site.figure.axis import Axis, fitting, ticks
from il2site.figure.clock import Clock
from il2site.figure.geometry import Point, spread
from il2site.figure.guides import Guide, guides
from il2site.figure.spec import Line, Panel, ScanPanel
from il2site.figure.svg import coordinate, emblem, picture, tag, words
from il2site.figure.words import Array, Measured
from il2site.text import amount, number

WIDTH, HEIGHT = 400.0, 250.0
LETTER, BOLD = 7.8, 9.0
"""Width of a letter in a panel, where twin.css makes words 15 units high; generous, so that other fonts fit."""
ALONE = 320.0
"""Height of the only panel of a figure."""
GAP = 16.0
EMBLEM = (240.0, 150.0)
EMBLEM_VIEW = "0 0 240 150"
MEMBER = 61
"""Most points of a single cell."""


@dataclass(frozen=True)
class Curves:
    """What a panel draws: the run, the mean run beside it if there is one, whether lines are steps (single events)."""

    measured: Measured
    average: Measured | None
    steps: bool
    clock: Clock
    stages: Sequence[float]
    height: float = HEIGHT
    members: Sequence[Measured] = ()
    """Single cells, drawn fine behind their mean."""
    doses: Sequence[float] = ()


@dataclass(frozen=True)
class Frame:
    x: Axis
    y: Axis


def panel_range(panel: Panel, curves: Curves) -> tuple[float, float]:
    """The range that the panel asks for, or one from zero that holds every line of the run and its average."""
    if panel.range is not None:
        return panel.range
    runs = [curves.measured, *([curves.average] if curves.average else [])]
    values = [float(run.columns[line.show].max()) for run in runs for line in panel.lines]
    values += [float(run.columns[line.show].max()) for run in curves.members for line in panel.lines if line.cells]
    return fitting(max(*values, *(mark.at for mark in panel.marks), 0.0))


def panels_pictures(panels: Sequence[Panel], curves: Curves) -> list[str]:
    """Each panel as an image that is told in words; one that is alone is taller."""
    drawn = replace(curves, height=HEIGHT if len(panels) > 1 else ALONE)
    return [_panel_picture(panel, drawn) for panel in panels]


def _panel_picture(panel: Panel, curves: Curves) -> str:
    frame = _frame(panel, curves)
    parts = [*_grid(panel, curves, frame), *_stage_rules(curves, frame), *_doses(curves, frame)]
    marked = list(guides(panel, curves.clock, (frame.y.low, frame.y.high), curves.measured))
    parts += [_guide(each, frame) for each in marked]
    for line in panel.lines:
        parts.extend(_line(line, curves, frame))
    parts += [_guide_words(each, frame) for each in marked]
    label = panel_words(panel, curves.measured)
    return picture(WIDTH, curves.height, label, [*parts, *_end_labels(panel, curves, frame)], class_="twin-panel")


def panel_emblem(panel: Panel, curves: Curves) -> str:
    """The lines of a panel between its two axes."""
    low, high = panel_range(panel, curves)
    across = Axis(curves.clock.low, curves.clock.high, 4, EMBLEM[0] - 4, curves.clock.scale)
    frame = Frame(across, Axis(low, high, EMBLEM[1] - 4, 6, panel.scale))
    axes = tag("path", d=f"M4 4V{EMBLEM[1] - 4:g}H{EMBLEM[0] - 4:g}", class_="emblem-axis")
    return emblem((axes, *(part for line in panel.lines for part in _line(line, curves, frame))), EMBLEM_VIEW)


def panel_words(panel: Panel, measured: Measured) -> str:
    """The curves of a panel in one sentence: where each line starts, peaks and ends."""
    unit = f" {panel.unit}" if panel.unit else ""
    told = []
    for line in panel.lines:
        column = measured.columns[line.show]
        start, peak, end = (amount(float(v)) for v in (column[0], column.max(), column[-1]))
        told.append(f"{line.label} starts at {start}, peaks at {peak} and ends at {end}{unit}")
    told += [f"a line marks {number(mark.at)}{unit}, {mark.label}" for mark in panel.marks]
    if isinstance(panel, ScanPanel):
        told += [f"{number(point.x)} is marked, {point.label}" for point in panel.points]
        told += [f"a dotted line has the {panel.slope.label}"] if panel.slope else []
    return f"{panel.label}: {'; '.join(told)}."


def _frame(panel: Panel, curves: Curves) -> Frame:
    low, high = panel_range(panel, curves)
    y = Axis(low, high, curves.height - 44, 34, panel.scale)
    left = 12 + LETTER * max(len(shown) for _, shown in ticks(y))
    right = 12 + BOLD * max(len(line.label) for line in panel.lines)
    clock = curves.clock
    return Frame(Axis(clock.low, clock.high, left, WIDTH - right, clock.scale), y)


def _grid(panel: Panel, curves: Curves, frame: Frame) -> Iterator[str]:
    x, y = frame.x, frame.y
    title = f"{panel.label}, {panel.unit}" if panel.unit else panel.label
    yield tag("text", words(title), x=2, y=16, class_="twin-heading")
    for value, shown in ticks(y):
        at = y.at(value)
        yield tag("line", x1=x.start, x2=x.end, y1=at, y2=at, class_="twin-grid")
        yield tag("text", words(shown), x=x.start - 6, y=at + 5, class_="twin-tick", text_anchor="end")
    for value, shown in ticks(x, 6):
        yield tag("line", x1=x.at(value), x2=x.at(value), y1=y.start, y2=y.start + 4, class_="twin-axis")
        yield tag("text", words(shown), x=x.at(value), y=y.start + 18, class_="twin-tick", text_anchor="middle")
    yield tag("line", x1=x.start, x2=x.end, y1=y.start, y2=y.start, class_="twin-axis")
    axis = ", ".join(filter(None, (curves.clock.label, curves.clock.unit)))
    yield tag("text", words(axis), x=(x.start + x.end) / 2, y=y.start + 37, class_="twin-tick", text_anchor="middle")


def _doses(curves: Curves, frame: Frame) -> Iterator[str]:
    """A small triangle on the axis at the time of each dose."""
    x, y = frame.x, frame.y.start
    shown = [x.at(time) for time in curves.doses if x.holds(time)]
    if shown:
        marks = "".join(f"M{coordinate(at - 3)} {coordinate(y)}h6l-3 -6z" for at in shown)
        yield tag("path", d=marks, class_="twin-dose")


def _stage_rules(curves: Curves, frame: Frame) -> Iterator[str]:
    """A fine rule with the number of the stage at the time of each still."""
    rules = [frame.x.at(at) for at in curves.stages]
    placed = spread(rules, 13, frame.x.start, frame.x.end)
    for ordinal, (x, beside) in enumerate(zip(rules, placed, strict=True), 1):
        yield tag("line", x1=x, x2=x, y1=frame.y.end, y2=frame.y.start, class_="twin-moment")
        yield tag("text", str(ordinal), x=beside, y=frame.y.end - 4, class_="twin-number", text_anchor="middle")


def _guide(guide: Guide, frame: Frame) -> str:
    """A fine line or a small ring."""
    points = [(frame.x.at(x), frame.y.clamped(y)) for x, y in guide.points]
    if not guide.is_line:
        return tag("circle", cx=points[0][0], cy=points[0][1], r=5, class_="twin-point")
    return tag("path", d=_path([points]), class_="twin-mark")


def _guide_words(guide: Guide, frame: Frame) -> str:
    left = guide.side == "left"
    x, y = frame.x.at(guide.at[0]) + (-4 if left else 4), frame.y.clamped(guide.at[1]) - 6
    return tag(
        "text", words(guide.label), x=x, y=y, class_="twin-tick twin-over", text_anchor="end" if left else "start"
    )


def _line(line: Line, curves: Curves, frame: Frame) -> Iterator[str]:
    entity = f"entity-{line.entity}"
    single = [
        piece
        for run in (curves.members if line.cells else ())
        for piece in _points(run, line.show, frame, True, MEMBER)
    ]
    if single:
        yield tag("path", d=_path(single), class_=f"{entity} twin-member")
    if curves.average is not None:
        path = _path(_points(curves.average, line.show, frame, False))
        yield tag("path", d=path, class_=f"{entity} twin-average")
    path = _path(_points(curves.measured, line.show, frame, curves.steps))
    yield tag("path", d=path, class_=f"{entity} twin-line dash-{line.dash}")


def _points(run: Measured, name: str, frame: Frame, steps: bool, most: int = 301) -> list[list[Point]]:
    """The line in pieces that the axis can show; as steps, the value holds until the next time."""
    pieces: list[list[Point]] = [[]]
    for time, value in _thinned(run.times, run.columns[name], most):
        if frame.y.scale == "log" and value < frame.y.low:
            pieces.append([])
            continue
        at = frame.x.at(time), frame.y.clamped(value)
        if steps and pieces[-1]:
            pieces[-1].append((at[0], pieces[-1][-1][1]))
        pieces[-1].append(at)
    return [piece for piece in pieces if len(piece) > 1]


def _thinned(times: Array, column: Array, most: int) -> Iterable[tuple[float, float]]:
    """At most about `most` points, with the lowest and the highest of those that are left out."""
    if len(times) < 2 * most:
        kept = list(range(len(times)))
    else:
        buckets = np.array_split(np.arange(len(times)), most // 2)
        ends = (sorted({int(b[column[b].argmin()]), int(b[column[b].argmax()])}) for b in buckets)
        kept = sorted({0, len(times) - 1, *(i for each in ends for i in each)})
    return ((float(times[i]), float(column[i])) for i in kept)


def _path(pieces: list[list[Point]]) -> str:
    return "".join(_piece(piece) for piece in pieces)


def _piece(points: list[Point]) -> str:
    """A path that leaves out points on a level run; horizontal and vertical moves are written short."""
    at = _tenths(points[0])
    written = [f"M{coordinate(points[0][0])} {coordinate(points[0][1])}"]
    for before, here, after in zip(points, points[1:], [*points[2:], None], strict=False):
        if after is not None and before[1] == here[1] == after[1]:
            continue
        there = _tenths(here)
        written.append(_move(there[0] - at[0], there[1] - at[1]))
        at = there
    return "".join(written)


def _tenths(point: Point) -> tuple[int, int]:
    """The place where a pen stands that draws to one decimal, so that rounding never adds up along a curve."""
    return round(10 * point[0]), round(10 * point[1])


def _move(across: int, down: int) -> str:
    """From where the pen stands, in tenths."""
    if down == 0:
        return f"h{coordinate(across / 10)}"
    if across == 0:
        return f"v{coordinate(down / 10)}"
    return f"l{coordinate(across / 10)} {coordinate(down / 10)}"


def _end_labels(panel: Panel, curves: Curves, frame: Frame) -> Iterator[str]:
    ends = [_end(line, curves, frame) for line in panel.lines]
    placed = spread([y for _, y in ends], GAP, frame.y.end + 4, frame.y.start - 2)
    for line, (x, y), at in zip(panel.lines, ends, placed, strict=True):
        if abs(at - y) > 3:
            yield tag("path", d=_path([[(x + 1, y), (x + 7, at)]]), class_=f"entity-{line.entity} twin-leader")
        yield tag("text", words(line.label), x=x + 9, y=at + 5, class_=f"entity-{line.entity} twin-label")


def _end(line: Line, curves: Curves, frame: Frame) -> Point:
    return frame.x.end, frame.y.clamped(float(curves.measured.columns[line.show][-1]))
