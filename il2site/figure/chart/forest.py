"""Forest plots: one trial a line, with counts per arm, and effect and interval on one axis.

There are two pictures of the same: a wide one with columns, and a narrow one with the columns as lines of words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from il2site.figure.axis import Axis
from il2site.figure.chart.bars import groups
from il2site.figure.chart.scene import (
    EMBLEM,
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
from il2site.figure.chart.spec import Arm, Forest, ForestFigure
from il2site.figure.data import Asked, Row

WIDE, NARROW = 900.0, 400.0
LINE = 19.0
HEADING = 34.0
BELOW = 68.0
"""Room for the numbers of the axis, its words, and the two sides."""


def asked(spec: ForestFigure) -> Asked:
    chart = spec.chart
    gaps = (chart.effect, chart.low, chart.high, *(column for arm in chart.arms for column in (arm.events, arm.people)))
    texts = [chart.category, chart.instead, *(column.show for column in chart.columns)]
    return Asked((*gaps, *texts, *([chart.group] if chart.group else [])), (), chart.scale == "log", gaps)


def columns(spec: ForestFigure) -> list[tuple[str, str | None]]:
    chart = spec.chart
    arms = [(f"{arm.label}: {what}", column) for arm in chart.arms for what, column in _arm_columns(arm)]
    more = [(column.label, column.show) for column in chart.columns]
    effect = [(chart.label, chart.effect), ("From", chart.low), ("To", chart.high), ("Instead", chart.instead)]
    return [(chart.category, chart.category), (chart.group or "", chart.group), *arms, *more, *effect]


def _arm_columns(arm: Arm) -> list[tuple[str, str]]:
    return [("events", arm.events), ("people", arm.people)]


def draw(spec: ForestFigure, rows: Sequence[Row]) -> Drawn:
    chart, told = spec.chart, f"{spec.chart.label}: {' '.join(_sentence(spec.chart, row) for row in rows)}"
    wide = _picture(chart, rows, told, Wide(chart))
    narrow = _picture(chart, rows, told, Narrow(chart))
    return Drawn((wide, narrow), tuple(_sentence(chart, row) for row in rows), thumb=1)


def emblem(spec: ForestFigure, rows: Sequence[Row]) -> Scene:
    """The effects alone, one below the other, against the line of no effect."""
    chart = spec.chart
    axis = Axis(*chart.range, 6.0, EMBLEM[0] - 6.0, chart.scale)
    told = [(mark, row) for mark, row in enumerate(rows) if row.known(chart.effect) is not None]
    effects = (
        item
        for (mark, row), y in zip(told, emblem_rows(len(told)), strict=True)
        for item in _effect(chart, row, y, mark)
    )
    return emblem_scene(axis, chain([Rule(chart.no_effect, 4, EMBLEM[1] - 4, "effect")], effects))


# --- words ------------------------------------------------------------------------------------------------------------


def effect_words(chart: Forest, row: Row) -> str:
    """Effect and interval as their source prints them, "0.94 (0.75 to 1.16)", or what is said instead."""
    effect, low, high = (row.values[column] for column in (chart.effect, chart.low, chart.high))
    if not effect:
        return row.values[chart.instead]
    return effect + (f" ({low} to {high})" if low else "") + asterisk(row)


def arm_words(arm: Arm, row: Row) -> str:
    """ "12 of 176", "2,071 people" where the events are not known, nothing where the people are not."""
    events, people = row.known(arm.events), row.known(arm.people)
    if people is None:
        return ""
    return f"{people:,.0f} people" if events is None else f"{events:,.0f} of {people:,.0f}"


def cells(chart: Forest, row: Row) -> list[tuple[str, str]]:
    """What stands in the columns beside the plot, with their headings."""
    arms = [(arm.label, arm_words(arm, row)) for arm in chart.arms]
    return [*arms, *((column.label, row.values[column.show]) for column in chart.columns)]


def _sentence(chart: Forest, row: Row) -> str:
    told = [f"{label} {said}" for label, said in cells(chart, row) if said]
    return f"{'; '.join([f'{row.values[chart.category]}: {effect_words(chart, row)}', *told])}."


# --- two layouts ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wide:
    """Columns: trial, the arms, more, the plot, the effect."""

    chart: Forest
    width = WIDE
    head = 30.0
    class_ = "twin-panel twin-wide"

    @property
    def axis(self) -> Axis:
        return Axis(*self.chart.range, 510.0, 720.0, self.chart.scale)

    def places(self, count: int) -> list[float]:
        return [190.0 + place * 310.0 / count for place in range(count)]

    def heads(self, first: Row) -> Iterator[Item]:
        labels = [label for label, _ in cells(self.chart, first)]
        for x, label in zip(self.places(len(labels)), labels, strict=True):
            yield Text(x, 16, label, "tick")

    def height(self, row: Row) -> float:
        return 34.0

    def words(self, row: Row, top: float, mark: int) -> Iterator[Item]:
        base, beside = top + 22, cells(self.chart, row)
        yield Text(2, base, row.values[self.chart.category], "name", mark=mark)
        for x, (_, said) in zip(self.places(len(beside)), beside, strict=True):
            yield Text(x, base, said, "value", mark=mark)
        yield Text(738, base, effect_words(self.chart, row), "value", mark=mark)

    def middle(self, row: Row, top: float) -> float:
        return top + 17

    def no_effect(self, top: float, bottom: float, middles: Sequence[float]) -> Iterator[Item]:
        yield Rule(self.chart.no_effect, top, bottom, "effect")


@dataclass(frozen=True)
class Narrow:
    """Trial and effect in one line, then the columns as words, then the plot."""

    chart: Forest
    width = NARROW
    head = 0.0
    class_ = "twin-panel twin-narrow"

    @property
    def axis(self) -> Axis:
        return Axis(*self.chart.range, 12.0, NARROW - 12.0, self.chart.scale)

    def heads(self, first: Row) -> Iterator[Item]:
        return iter(())

    def height(self, row: Row) -> float:
        plot = 26.0 if row.values[self.chart.effect] else 8.0
        return 28.0 + LINE * len(self.lines(row)) + plot

    def lines(self, row: Row) -> list[str]:
        """The arms in one line, each other column in one of its own."""
        told = [f"{label}: {said}" for label, said in cells(self.chart, row) if said]
        arms = sum(1 for arm in self.chart.arms if arm_words(arm, row))
        return [words for words in ("; ".join(told[:arms]), *told[arms:]) if words]

    def words(self, row: Row, top: float, mark: int) -> Iterator[Item]:
        yield Text(2, top + 18, row.values[self.chart.category], "name", mark=mark)
        yield Text(self.axis.end, top + 18, effect_words(self.chart, row), "value", "end", mark)
        for place, said in enumerate(self.lines(row), 1):
            yield Text(2, top + 18 + LINE * place, said, "tick", mark=mark)

    def middle(self, row: Row, top: float) -> float:
        return top + self.height(row) - 16

    def no_effect(self, top: float, bottom: float, middles: Sequence[float]) -> Iterator[Item]:
        """Beside each effect alone, because words stand in between."""
        for middle in middles:
            yield Rule(self.chart.no_effect, middle - 13, middle + 13, "effect")


def _picture(chart: Forest, rows: Sequence[Row], told: str, layout: Wide | Narrow) -> Scene:
    items: list[Item] = [*layout.heads(rows[0])]
    middles: list[float] = []
    top = layout.head
    for name, members in groups(chart.group, rows):
        if name:
            items.append(Text(2, top + 24, name, "heading"))
            top += HEADING
        for mark, row in members:
            items += [*layout.words(row, top, mark), *_effect(chart, row, layout.middle(row, top), mark)]
            middles += [layout.middle(row, top)] if row.known(chart.effect) is not None else []
            top += layout.height(row)
    scale = (*_scale(chart, layout.axis, layout.head, top), *layout.no_effect(layout.head, top, middles))
    return Scene(layout.width, top + BELOW, layout.axis, (*scale, *items), told, layout.class_)


def _scale(chart: Forest, axis: Axis, top: float, bottom: float) -> Iterator[Item]:
    yield from scale_items(axis, chart.ticks, chart.label, top, bottom)
    here = axis.at(chart.no_effect)
    yield Text(here - 8, bottom + 60, f"‹ {chart.favours[0]}", "name", "end")
    yield Text(here + 8, bottom + 60, f"{chart.favours[1]} ›", "name")


def _effect(chart: Forest, row: Row, y: float, mark: int) -> Iterator[Item]:
    effect, low, high = (row.known(column) for column in (chart.effect, chart.low, chart.high))
    sure = row.status != "recalled"
    if low is not None and high is not None:
        yield Span(low, high, y, "interval", mark, sure)
    if effect is not None:
        pooled = chart.group is not None and row.values[chart.group] == chart.pooled
        yield Dot(effect, y, "diamond" if pooled else "square", 8 if pooled else 6, chart.entity, mark, sure)
