"""Curves of a run as SVG panels: a title above, few ticks, each line labelled at its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from il2site.figure.axis import Axis, fitting, ticks
from il2site.figure.geometry import Point, spread
from il2site.figure.spec import Line, Panel, TimeAxis
from il2site.figure.svg import coordinate, picture, tag, words
from il2site.figure.words import Array, Measured

WIDTH, HEIGHT = 400.0, 250.0
LETTER, BOLD = 7.8, 9.0
"""Width of a letter in a panel, where twin.css makes words 15 units high; generous, so that other fonts fit."""
ALONE = 320.0
"""Height of the only panel of a figure."""
GAP = 16.0


@dataclass(frozen=True)
class Curves:
    """What a panel draws: the run, the mean run beside it if there is one, whether lines are steps (single events)."""

    measured: Measured
    average: Measured | None
    steps: bool
    time: TimeAxis
    stages: Sequence[float]
    height: float = HEIGHT


@dataclass(frozen=True)
class Frame:
    x: Axis
    y: Axis


def panel_range(panel: Panel, curves: Curves) -> tuple[float, float]:
    """The range that the panel asks for, or one from zero that holds every line of the run and its average."""
    if panel.range is not None:
        return panel.range
    runs = [curves.measured, *([curves.average] if curves.average else [])]
    return fitting(max(float(run.columns[line.show].max()) for run in runs for line in panel.lines))


def panel_picture(panel: Panel, curves: Curves, label: str) -> str:
    """One panel as an image that `label` tells."""
    frame = _frame(panel, curves)
    parts = [*_grid(panel, curves, frame), *_stage_rules(curves, frame)]
    for line in panel.lines:
        parts.extend(_line(line, curves, frame))
    return picture(WIDTH, curves.height, label, [*parts, *_end_labels(panel, curves, frame)], class_="twin-panel")


def _frame(panel: Panel, curves: Curves) -> Frame:
    low, high = panel_range(panel, curves)
    y = Axis(low, high, curves.height - 44, 34, panel.scale)
    left = 12 + LETTER * max(len(shown) for _, shown in ticks(y))
    right = 12 + BOLD * max(len(line.label) for line in panel.lines)
    times = curves.measured.times
    return Frame(Axis(float(times[0]), float(times[-1]), left, WIDTH - right), y)


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
    axis = f"{curves.time.label}, {curves.time.unit}"
    yield tag("text", words(axis), x=(x.start + x.end) / 2, y=y.start + 37, class_="twin-tick", text_anchor="middle")


def _stage_rules(curves: Curves, frame: Frame) -> Iterator[str]:
    """A fine rule with the number of the stage at the time of each still."""
    rules = [frame.x.at(at) for at in curves.stages]
    placed = spread(rules, 13, frame.x.start, frame.x.end)
    for number, (x, beside) in enumerate(zip(rules, placed, strict=True), 1):
        yield tag("line", x1=x, x2=x, y1=frame.y.end, y2=frame.y.start, class_="twin-moment")
        yield tag("text", str(number), x=beside, y=frame.y.end - 4, class_="twin-number", text_anchor="middle")


def _line(line: Line, curves: Curves, frame: Frame) -> Iterator[str]:
    entity = f"entity-{line.entity}"
    if curves.average is not None:
        path = _path(_points(curves.average, line.show, frame, False))
        yield tag("path", d=path, class_=f"{entity} twin-average")
    path = _path(_points(curves.measured, line.show, frame, curves.steps))
    yield tag("path", d=path, class_=f"{entity} twin-line dash-{line.dash}")


def _points(run: Measured, name: str, frame: Frame, steps: bool) -> list[list[Point]]:
    """The line in pieces that the axis can show; as steps, the value holds until the next time."""
    pieces: list[list[Point]] = [[]]
    for time, value in _thinned(run.times, run.columns[name]):
        if frame.y.scale == "log" and value < frame.y.low:
            pieces.append([])
            continue
        at = frame.x.at(time), frame.y.clamped(value)
        if steps and pieces[-1]:
            pieces[-1].append((at[0], pieces[-1][-1][1]))
        pieces[-1].append(at)
    return [piece for piece in pieces if len(piece) > 1]


def _thinned(times: Array, column: Array, most: int = 301) -> Iterable[tuple[float, float]]:
    stride = max((len(times) - 1) // (most - 1), 1)
    kept = range(0, len(times), stride)
    return ((float(times[i]), float(column[i])) for i in kept)


def _path(pieces: list[list[Point]]) -> str:
    return "".join(_piece(piece) for piece in pieces)


def _piece(points: list[Point]) -> str:
    """A path that leaves out points on a level run; horizontal and vertical moves are written short."""
    written = [f"M{coordinate(points[0][0])} {coordinate(points[0][1])}"]
    for before, here, after in zip(points, points[1:], [*points[2:], None], strict=False):
        if after is not None and before[1] == here[1] == after[1]:
            continue
        written.append(f"L{coordinate(here[0])} {coordinate(here[1])}")
    return "".join(written)


def _end_labels(panel: Panel, curves: Curves, frame: Frame) -> Iterator[str]:
    ends = [_end(line, curves, frame) for line in panel.lines]
    placed = spread([y for _, y in ends], GAP, frame.y.end + 4, frame.y.start - 2)
    for line, (x, y), at in zip(panel.lines, ends, placed, strict=True):
        if abs(at - y) > 3:
            yield tag("path", d=_path([[(x + 1, y), (x + 7, at)]]), class_=f"entity-{line.entity} twin-leader")
        yield tag("text", words(line.label), x=x + 9, y=at + 5, class_=f"entity-{line.entity} twin-label")


def _end(line: Line, curves: Curves, frame: Frame) -> Point:
    return frame.x.end, frame.y.clamped(float(curves.measured.columns[line.show][-1]))
