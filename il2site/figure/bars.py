"""Charts of a few numbers as SVG: bars or dots that lie, each with its name above it and its number beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from il2site.figure.axis import Axis, ticks
from il2site.figure.data import Row
from il2site.figure.marks import dots, rings
from il2site.figure.spec import Chart
from il2site.figure.svg import picture, tag, words
from il2site.text import number

WIDTH = 400.0
ROW = 46.0
BAR = 16.0


def groups(chart: Chart, rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """The rows in groups, in the order in which the groups first appear; one unnamed group without a group column."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.values[chart.group] if chart.group else "", []).append(row)
    return list(found.items())


def value_words(chart: Chart, row: Row) -> str:
    """The number at a mark: its own words if the data have them, else with unit and counts ("15 % (37 of 255)")."""
    if chart.text:
        return row.values[chart.text]
    unit = f" {chart.unit}" if chart.unit else ""
    said = number(row.value(chart.value)) + unit
    if chart.low and chart.high:
        said += f" ({number(row.value(chart.low))} to {number(row.value(chart.high))})"
    if chart.count and chart.of:
        said += f" ({row.values[chart.count]} of {row.values[chart.of]})"
    return said


def entity_of(chart: Chart, row: Row) -> str:
    """The entity whose colour the row has; `entity-none` is plain ink."""
    return (row.values[chart.entity_column] if chart.entity_column else chart.entity) or "none"


def chart_picture(chart: Chart, name: str, rows: Sequence[Row], label: str) -> str:
    """One group of rows as an image that `label` tells."""
    top = 30.0 if name else 6.0
    height = top + ROW * len(rows) + 50
    axis = Axis(*chart.range, 8.0, WIDTH - 18.0, chart.scale)
    parts = [tag("text", words(name), x=2, y=16, class_="twin-heading")] if name else []
    parts.extend(_grid(chart, axis, top, height - 46))
    for place, row in enumerate(rows):
        parts.extend(_row(chart, axis, row, top + ROW * place))
    return picture(WIDTH, height, label, parts, class_="twin-panel")


def _grid(chart: Chart, axis: Axis, top: float, bottom: float) -> Iterator[str]:
    marks = [(tick.at, tick.label) for tick in chart.ticks] or ticks(axis)
    for value, shown in marks:
        x = axis.at(value)
        yield tag("line", x1=x, x2=x, y1=top, y2=bottom, class_="twin-grid")
        yield tag("text", words(shown), x=x, y=bottom + 18, class_="twin-tick", text_anchor="middle")
    label = f"{chart.label}, {chart.unit}" if chart.unit else chart.label
    yield tag(
        "text", words(label), x=(axis.start + axis.end) / 2, y=bottom + 38, class_="twin-tick", text_anchor="middle"
    )


def _row(chart: Chart, axis: Axis, row: Row, top: float) -> Iterator[str]:
    entity = f"entity-{entity_of(chart, row)}"
    name = tag("tspan", words(row.values[chart.category]), class_="twin-name")
    said = tag("tspan", words(value_words(chart, row)), class_="twin-value", dx=8)
    yield tag("text", name, said, x=axis.start, y=top + 16)
    middle = top + 22 + BAR / 2
    end = axis.clamped(row.value(chart.value))
    yield from _bar(axis, end, middle, entity) if chart.kind == "bars" else _dot(chart, axis, row, end, middle)
    if chart.low and chart.high:
        yield from _interval(axis.clamped(row.value(chart.low)), axis.clamped(row.value(chart.high)), middle)


def _bar(axis: Axis, end: float, middle: float, entity: str) -> Iterator[str]:
    yield tag(
        "rect", x=axis.start, y=middle - BAR / 2, width=max(end - axis.start, 0), height=BAR, class_=f"{entity} filled"
    )


def _dot(chart: Chart, axis: Axis, row: Row, end: float, middle: float) -> Iterator[str]:
    yield tag("line", x1=axis.start, x2=axis.end, y1=middle, y2=middle, class_="twin-thread")
    for shape, entity in row_marks(chart, row):
        drawn = f"entity-{entity}"
        yield rings([(end, middle)], 9, drawn, 3) if shape == "ring" else dots([(end, middle)], 5, drawn)


def row_marks(chart: Chart, row: Row) -> list[tuple[str, str]]:
    """The marks of a dot: (shape, entity), drawn on one another."""
    if chart.marks is None:
        return [("disc", entity_of(chart, row))]
    pairs = (written.partition(":") for written in row.values[chart.marks].split())
    return [(shape, entity) for shape, _, entity in pairs]


def _interval(low: float, high: float, middle: float) -> Iterator[str]:
    yield tag("line", x1=low, x2=high, y1=middle, y2=middle, class_="twin-interval")
