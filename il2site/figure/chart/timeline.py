"""A history: events on one axis of years on a wide screen, a list on a narrow one.

Labels stand in lanes above and below the axis. A label begins at its leader, which goes behind labels in its way:

    lane -2   |1985 First report on patients
    lane -1   |1984 First tumour goes away
    axis    --o-o--------------------- 1990
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from il2site.figure.axis import Axis
from il2site.figure.chart.scene import EMBLEM, Dot, Drawn, Item, Rule, Scene, Span, Text, asterisk, emblem_scene
from il2site.figure.chart.spec import EventKind, Timeline, TimelineFigure
from il2site.figure.data import Asked, Row
from il2site.figure.marks import cells
from il2site.figure.spec import Written
from il2site.figure.svg import tag, words
from il2site.problem import Problem

WIDTH = 960.0
LETTERS = 22
LETTER = 7.4
"""Letters in a line of a label, and how wide a letter is at most on average."""
LINE = 18.0
GAP = 12.0
YEARS = 30.0
"""Room below the axis for its numbers."""
MOST_LANES = 8
HEAP = 14.0
"""How far apart marks stand that crowd."""


def asked(spec: TimelineFigure) -> Asked:
    columns = spec.timeline
    return Asked((columns.year, columns.label, columns.text, columns.kind), (columns.year,))


def columns(spec: TimelineFigure) -> list[tuple[str, str | None]]:
    names = spec.timeline
    return [(name, name) for name in (names.year, names.label, names.text, names.kind)]


def draw(spec: TimelineFigure, rows: Sequence[Row]) -> Drawn:
    settings = spec.timeline
    marks = tuple(f"{_year(settings, row)}: {row.values[settings.text]}{asterisk(row)}" for row in rows)
    return Drawn((_scene(settings, rows),), marks, _list(settings, rows) + _key(settings))


def emblem(spec: TimelineFigure, rows: Sequence[Row]) -> Scene:
    """The events as marks on the axis of years, one above the other where they crowd."""
    settings = spec.timeline
    axis = Axis(*settings.range, 10.0, EMBLEM[0] - 10.0)
    return emblem_scene(axis, chain([Span(axis.low, axis.high, 136, "thread")], _heap(settings, axis, rows)))


def _heap(settings: Timeline, axis: Axis, rows: Sequence[Row]) -> Iterator[Item]:
    ends: list[float] = []
    for mark, row in enumerate(rows):
        value, kind = row.value(settings.year), kind_of(settings, row)
        level = next((place for place, end in enumerate(ends) if end <= axis.at(value)), len(ends))
        ends[level : level + 1] = [axis.at(value) + HEAP]
        yield Dot(value, 122 - HEAP * level, kind.mark, 5.5, kind.entity, mark)


def _year(settings: Timeline, row: Row) -> str:
    """The year of a date: 1984.9 -> "1984"."""
    return row.values[settings.year].split(".")[0]


# --- lanes ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Event:
    """An event with the words of its label, line by line, from `x` to `end`."""

    mark: int
    row: Row
    x: float
    text: tuple[str, ...]

    @property
    def end(self) -> float:
        return self.x + GAP + LETTER * max(map(len, self.text))


def _events(settings: Timeline, axis: Axis, rows: Sequence[Row]) -> list[Event]:
    return [
        Event(mark, row, axis.at(row.value(settings.year)), tuple(textwrap.wrap(_label(settings, row), LETTERS)))
        for mark, row in enumerate(rows)
    ]


def _label(settings: Timeline, row: Row) -> str:
    return f"{_year(settings, row)} {row.values[settings.label]}{asterisk(row)}"


def lanes(spots: Sequence[tuple[float, float]]) -> list[int]:
    """A lane for each label that goes from `start` to `end`: 1, 2 … below the axis, -1, -2 … above; 1 is nearest.

    A label takes the lane whose leader goes behind the fewest labels, then the nearest, then the other side than the last.
    An empty list when there is no room for them all.
    """
    ends = {side * lane: 0.0 for lane in range(1, MOST_LANES + 1) for side in (-1, 1)}
    placed: list[int] = []
    for start, end in spots:
        free = [lane for lane, taken in ends.items() if taken <= start]
        if not free:
            return []
        lane = min(
            free, key=lambda lane: (_behind(ends, lane, start), abs(lane), lane * (placed[-1] if placed else 1) > 0)
        )
        ends[lane] = end
        placed.append(lane)
    return placed


def _behind(ends: Mapping[int, float], lane: int, start: float) -> int:
    """How many labels stand between the axis and `lane` at `start`."""
    return sum(taken > start and lane * other > 0 and abs(other) < abs(lane) for other, taken in ends.items())


# --- the picture ------------------------------------------------------------------------------------------------------


def _axis(settings: Timeline) -> Axis:
    return Axis(*settings.range, 10.0, WIDTH - GAP - LETTERS * LETTER)


@dataclass(frozen=True)
class Placed:
    """An event with its lane, and where its label begins."""

    event: Event
    lane: int
    top: float

    @property
    def bottom(self) -> float:
        return self.top + LINE * len(self.event.text)

    def stands_before(self, other: Placed) -> bool:
        """Whether the leader of `other` goes behind this label."""
        nearer = self.lane * other.lane > 0 and abs(self.lane) < abs(other.lane)
        return nearer and self.event.x < other.event.x < self.event.end


def _scene(settings: Timeline, rows: Sequence[Row]) -> Scene:
    axis = _axis(settings)
    events = _events(settings, axis, rows)
    height = GAP + LINE * max(len(event.text) for event in events)
    taken = lanes([(event.x, event.end) for event in events])
    middle = GAP - height * min(0, *taken)
    placed = [
        Placed(event, lane, middle + (lane * height if lane < 0 else YEARS + (lane - 1) * height))
        for event, lane in zip(events, taken, strict=True)
    ]
    items = [*_years(axis, middle), *(item for each in placed for item in _event(settings, each, placed, middle))]
    told = "; ".join(_label(settings, row) for row in rows)
    bottom = max(middle + YEARS, *(each.bottom for each in placed)) + GAP
    return Scene(WIDTH, bottom, axis, tuple(items), f"{told}.", "twin-panel twin-wide")


def _years(axis: Axis, y: float) -> Iterator[Item]:
    yield Span(axis.low, axis.high, y, "thread")
    for decade in range(-10 * int(-axis.low // 10), int(axis.high) + 1, 10):
        yield Text(axis.at(decade), y + 22, str(decade), "tick", "middle")


def _event(settings: Timeline, placed: Placed, others: Sequence[Placed], axis: float) -> Iterator[Item]:
    event, kind = placed.event, kind_of(settings, placed.event.row)
    value = event.row.value(settings.year)
    hidden = [(other.top, other.bottom) for other in others if other.stands_before(placed)]
    for top, bottom in gaps(min(placed.top, axis), max(placed.bottom, axis), hidden):
        yield Rule(value, top, bottom, "stem", event.mark)
    yield Dot(value, axis, kind.mark, 7, kind.entity, event.mark)
    yield from _label_items(event, placed.top)


def gaps(start: float, end: float, hidden: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """What is seen from `start` to `end` when parts of it are hidden: 0, 10, [(4, 6)] -> (0, 4), (6, 10)."""
    for top, bottom in sorted(hidden):
        yield start, top
        start = bottom
    yield start, end


def _label_items(event: Event, top: float) -> Iterator[Item]:
    year, _, first = event.text[0].partition(" ")
    yield Text(event.x + 6, top + 14, year, "name", mark=event.mark)
    yield Text(event.x + 44, top + 14, first, "value", mark=event.mark)
    for place, said in enumerate(event.text[1:], 1):
        yield Text(event.x + 6, top + 14 + LINE * place, said, "value", mark=event.mark)


def kind_of(settings: Timeline, row: Row) -> EventKind:
    return next(kind for kind in settings.kinds if kind.name == row.values[settings.kind])


def _glyph(kind: EventKind) -> str:
    mark = cells([(0.0, 0.0)], 8, kind.mark, f"entity-{kind.entity}")
    return tag("svg", mark, viewBox="-12 -12 24 24", aria_hidden="true", class_="twin-glyph")


def _list(settings: Timeline, rows: Sequence[Row]) -> str:
    events = (
        tag(
            "li",
            _glyph(kind_of(settings, row)),
            tag("p", _when(settings, row), words(_told(settings, row))),
            data_role="event",
        )
        for row in rows
    )
    return tag("ul", *events, class_="twin-events twin-narrow")


def _when(settings: Timeline, row: Row) -> str:
    return tag("span", _year(settings, row), class_="twin-when")


def _told(settings: Timeline, row: Row) -> str:
    return row.values[settings.text] + asterisk(row)


def _key(settings: Timeline) -> str:
    kinds = (tag("li", _glyph(kind), tag("span", words(kind.label))) for kind in settings.kinds)
    return tag("ul", *kinds, class_="twin-key")


# --- mistakes ---------------------------------------------------------------------------------------------------------


def misfits(written: Written, spec: TimelineFigure, rows: Sequence[Row]) -> Iterator[Problem]:
    """Rows of an unknown kind, out of the range or out of order, and more labels than find room."""
    settings, known = spec.timeline, [kind.name for kind in spec.timeline.kinds]
    for row in rows:
        if row.values[settings.kind] not in known:
            said = f'"{row.values[settings.kind]}" is none of the kinds of {written.path}'
            yield Problem(row.place, "data-invalid", said, f"Known there: {', '.join(known)}.")
        if not settings.range[0] <= row.value(settings.year) <= settings.range[1]:
            said = f"the year {_year(settings, row)} lies outside the range"
            yield Problem(row.place, "data-invalid", said, f"Widen the range in {written.path}.")
    for before, after in pairwise(rows):
        if after.value(settings.year) < before.value(settings.year):
            said = "this event is earlier than the one before"
            yield Problem(after.place, "data-invalid", said, "Put the events in order of time.")
    if not lanes([(event.x, event.end) for event in _events(settings, _axis(settings), rows)]):
        yield written.problem(
            ("timeline",), "there is no room for all labels", "Shorten the labels, or leave events out."
        )
