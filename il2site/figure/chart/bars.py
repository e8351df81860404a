"""Charts of a few numbers: bars or dots that lie, each with its name and its number above it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from il2site.figure.axis import Axis
from il2site.figure.chart.scene import (
    EMBLEM,
    Bar,
    Dot,
    Drawn,
    Item,
    Rule,
    Scene,
    Span,
    Text,
    asterisk,
    emblem_rows,
    emblem_scene,
    scale_items,
)
from il2site.figure.chart.spec import Chart, ChartFigure
from il2site.figure.data import Asked, Row
from il2site.text import number

WIDTH = 400.0
ROW = 46.0
BAR = 16.0


def asked(spec: ChartFigure) -> Asked:
    """The columns that the chart needs."""
    chart = spec.chart
    numbers = tuple(column for column in (chart.value, chart.low, chart.high, chart.count, chart.of) if column)
    texts = (chart.category, chart.group, chart.text, chart.marks, chart.entity_column)
    return Asked((*numbers, *(column for column in texts if column)), numbers, chart.scale == "log")


def groups(column: str | None, rows: Sequence[Row]) -> list[tuple[str, list[tuple[int, Row]]]]:
    """The numbered rows in groups, in the order in which the groups first appear; one unnamed group without a column."""
    found: dict[str, list[tuple[int, Row]]] = {}
    for numbered in enumerate(rows):
        found.setdefault(numbered[1].values[column] if column else "", []).append(numbered)
    return list(found.items())


def draw(spec: ChartFigure, rows: Sequence[Row]) -> Drawn:
    """One small chart for every group of rows."""
    scenes = tuple(_scene(spec.chart, name, members) for name, members in groups(spec.chart.group, rows))
    return Drawn(scenes, tuple(_sentence(spec.chart, row) for row in rows))


def emblem(spec: ChartFigure, rows: Sequence[Row]) -> Scene:
    """The marks of the first group, closer together."""
    chart, (_, members) = spec.chart, groups(spec.chart.group, rows)[0]
    axis = Axis(*chart.range, 6.0, EMBLEM[0] - 6.0, chart.scale)
    return emblem_scene(axis, _emblem_items(chart, axis, members))


def _emblem_items(chart: Chart, axis: Axis, members: Sequence[tuple[int, Row]]) -> Iterator[Item]:
    thick = min(18.0, 90.0 / len(members))
    for (mark, row), y in zip(members, emblem_rows(len(members)), strict=True):
        yield from _marks(chart, axis, row, y, mark, thick)
    if chart.kind == "bars":
        yield Rule(axis.low, 4, EMBLEM[1] - 4, "effect")


def columns(spec: ChartFigure) -> list[tuple[str, str | None]]:
    """Headings and columns of the table."""
    chart = spec.chart
    unit = f" ({chart.unit})" if chart.unit else ""
    return [
        (chart.category, chart.category),
        (chart.group or "", chart.group),
        (chart.label + unit, chart.value),
        ("From" + unit, chart.low),
        ("To" + unit, chart.high),
        ("People", chart.count),
        ("Of", chart.of),
    ]


def value_words(chart: Chart, row: Row) -> str:
    """The number at a mark: its own words if the data have them, else with unit and counts ("15 % (37 of 255)")."""
    if chart.text:
        return row.values[chart.text] + asterisk(row)
    unit = f" {chart.unit}" if chart.unit else ""
    said = number(row.value(chart.value)) + unit
    if chart.low and chart.high:
        said += f" ({number(row.value(chart.low))} to {number(row.value(chart.high))})"
    if chart.count and chart.of:
        said += f" ({row.values[chart.count]} of {row.values[chart.of]})"
    return said + asterisk(row)


def _sentence(chart: Chart, row: Row) -> str:
    group = f"{row.values[chart.group]}. " if chart.group else ""
    return f"{group}{row.values[chart.category]}: {value_words(chart, row)}"


def _scene(chart: Chart, name: str, members: Sequence[tuple[int, Row]]) -> Scene:
    top = 30.0 if name else 6.0
    height = top + ROW * len(members) + 50
    axis = Axis(*chart.range, 8.0, WIDTH - 18.0, chart.scale)
    title = f"{chart.label}, {chart.unit}" if chart.unit else chart.label
    items: list[Item] = [Text(2, 16, name, "heading")] if name else []
    items.extend(scale_items(axis, chart.ticks, title, top, height - 46))
    for place, (mark, row) in enumerate(members):
        items.extend(_row(chart, axis, row, top + ROW * place, mark))
    return Scene(WIDTH, height, axis, tuple(items), _label(chart, name, members))


def _label(chart: Chart, name: str, members: Sequence[tuple[int, Row]]) -> str:
    told = "; ".join(f"{row.values[chart.category]} {value_words(chart, row)}" for _, row in members)
    return f"{chart.label}{f' in {name}' if name else ''}: {told}."


def _row(chart: Chart, axis: Axis, row: Row, top: float, mark: int) -> Iterator[Item]:
    yield Text(axis.start, top + 16, row.values[chart.category], "name", mark=mark)
    yield Text(axis.end, top + 16, value_words(chart, row), "value", "end", mark)
    yield from _marks(chart, axis, row, top + 22 + BAR / 2, mark, BAR)


def _marks(chart: Chart, axis: Axis, row: Row, middle: float, mark: int, thick: float) -> Iterator[Item]:
    value, sure = row.value(chart.value), row.status != "recalled"
    if chart.kind == "bars":
        yield Bar(value, middle, thick, entity_of(chart, row), mark, sure)
    else:
        yield Span(axis.low, axis.high, middle, "thread")
        for shape, entity in row_marks(chart, row):
            yield Dot(value, middle, shape, 9 if shape == "ring" else 5, entity, mark)
    if chart.low and chart.high:
        yield Span(row.value(chart.low), row.value(chart.high), middle, "interval", mark, sure)


def entity_of(chart: Chart, row: Row) -> str:
    """The entity whose colour the row has; `none` is plain ink."""
    return (row.values[chart.entity_column] if chart.entity_column else chart.entity) or "none"


def row_marks(chart: Chart, row: Row) -> list[tuple[str, str]]:
    """The marks of a dot: (shape, entity), drawn on one another."""
    if chart.marks is None:
        return [("disc", entity_of(chart, row))]
    pairs = (written.partition(":") for written in row.values[chart.marks].split())
    return [(shape, entity) for shape, _, entity in pairs]
