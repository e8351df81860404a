"""Icon arrays: for every group 100 people in ten rows of ten, each drawn as what came of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from il2site.figure.axis import Axis
from il2site.figure.chart.bars import groups
from il2site.figure.chart.scene import ASTERISK, Drawn, Icons, Item, Scene, Text
from il2site.figure.chart.spec import Icons as Settings
from il2site.figure.chart.spec import IconsFigure
from il2site.figure.data import Asked, Row
from il2site.figure.geometry import Point
from il2site.figure.spec import Written
from il2site.problem import Problem
from il2site.text import number

SIDE = 10
STEP = 24.0
RADIUS = 8.5
WIDTH = 300.0
TOP = 34.0
LINE = 22.0


@dataclass(frozen=True)
class Share:
    """What came of some people of a group: their number of 100, its exact share, counts if they are known."""

    label: str
    mark: str
    icons: int
    percent: float
    count: str
    sure: bool


def asked(spec: IconsFigure) -> Asked:
    chart = spec.chart
    numbers = tuple(column for column in (chart.count, chart.of, chart.percent) if column)
    return Asked((*numbers, chart.group, chart.category), numbers)


def columns(spec: IconsFigure) -> list[tuple[str, str | None]]:
    chart = spec.chart
    percent = ("Of 100 people", chart.percent)
    return [
        (chart.group, chart.group),
        (chart.category, chart.category),
        ("People", chart.count),
        ("Of", chart.of),
        percent,
    ]


def hundred(shares: Sequence[float]) -> list[int]:
    """`shares` (which add up to 100) as whole icons that do too: the largest remainders are rounded up.

    6.67, 7.84, 85.49 -> 7, 8, 85.
    """
    whole = [math.floor(share + 1e-9) for share in shares]
    missing = 100 - sum(whole)
    remainders = sorted(range(len(shares)), key=lambda place: (whole[place] - shares[place], place))
    return [count + (place in remainders[:missing]) for place, count in enumerate(whole)]


def draw(spec: IconsFigure, rows: Sequence[Row]) -> Drawn:
    scenes: list[Scene] = []
    marks: list[str] = []
    for name, members in groups(spec.chart.group, rows):
        shares = _shares(spec.chart, [row for _, row in members])
        sentence = _sentence(spec.chart, name, shares)
        scenes.append(_scene(spec.chart, name, shares, len(marks), sentence))
        marks.append(sentence)
    return Drawn(tuple(scenes), tuple(marks))


def emblem(spec: IconsFigure, rows: Sequence[Row]) -> Scene:
    """The hundred people of the first group."""
    _, members = groups(spec.chart.group, rows)[0]
    places = iter(_places(top=0.0))
    items = tuple(
        Icons(tuple(next(places) for _ in range(share.icons)), share.mark, RADIUS, _entity(spec.chart, share), 0)
        for share in _shares(spec.chart, [row for _, row in members])
    )
    return Scene(SIDE * STEP, SIDE * STEP, Axis(0, 1, 0, SIDE * STEP), items, "")


def _shares(chart: Settings, rows: Sequence[Row]) -> list[Share]:
    """The outcomes in their order, then the rest."""
    found = {row.values[chart.category]: row for row in rows}
    told = [(outcome, found[outcome.name]) for outcome in chart.outcomes if outcome.name in found]
    percents = [_percent(chart, row) for _, row in told]
    percents.append(max(100.0 - sum(percents), 0.0))
    icons = hundred(percents)
    shares = [
        Share(outcome.label, outcome.mark, icons[i], percents[i], _count(chart, row), row.status != "recalled")
        for i, (outcome, row) in enumerate(told)
    ]
    sure = all(share.sure for share in shares)
    return [*shares, Share(chart.rest.label, chart.rest.mark, icons[-1], percents[-1], _rest(chart, rows), sure)]


def _percent(chart: Settings, row: Row) -> float:
    if chart.percent:
        return row.value(chart.percent)
    return 100 * row.value(chart.count or "") / row.value(chart.of or "")


def _count(chart: Settings, row: Row) -> str:
    return f"{row.value(chart.count):,.0f} of {row.value(chart.of):,.0f}" if chart.count and chart.of else ""


def _rest(chart: Settings, rows: Sequence[Row]) -> str:
    if not (chart.count and chart.of and rows):
        return ""
    of = rows[0].value(chart.of)
    return f"{of - sum(row.value(chart.count) for row in rows):,.0f} of {of:,.0f}"


def _sentence(chart: Settings, name: str, shares: Sequence[Share]) -> str:
    """ "Melanoma: of 100 people, about 6 with no tumour left (17 of 270), …"."""
    told = [f"about {share.icons} {share.label}{f' ({share.count})' if share.count else ''}" for share in shares]
    unread = "" if all(share.sure for share in shares) else f" {ASTERISK} Not yet re-checked against the source."
    return f"{name}: of 100 {chart.who}, {', '.join(told)}.{unread}"


def _scene(chart: Settings, name: str, shares: Sequence[Share], mark: int, label: str) -> Scene:
    items: list[Item] = [Text(2, 16, name, "heading", mark=mark)]
    places = iter(_places())
    for share in shares:
        points = tuple(next(places) for _ in range(share.icons))
        items.append(Icons(points, share.mark, RADIUS, _entity(chart, share), mark))
    items.extend(_key(chart, shares, mark))
    height = TOP + SIDE * STEP + 8 + LINE * len(shares)
    return Scene(WIDTH, height, Axis(0, 1, 0, WIDTH), tuple(items), label, "twin-panel twin-icons")


def _places(top: float = TOP) -> Iterator[Point]:
    """From the upper left, row by row."""
    for place in range(SIDE * SIDE):
        yield STEP / 2 + STEP * (place % SIDE), top + STEP / 2 + STEP * (place // SIDE)


def _entity(chart: Settings, share: Share) -> str:
    return "none" if share.mark == chart.rest.mark and share.label == chart.rest.label else chart.entity


def _key(chart: Settings, shares: Sequence[Share], mark: int) -> Iterator[Item]:
    """Each mark with its number and what it means."""
    for place, share in enumerate(shares):
        y = TOP + SIDE * STEP + 8 + LINE * place + 12
        yield Icons(((STEP / 2, y),), share.mark, RADIUS, _entity(chart, share), mark)
        said = f"{share.label}{f' ({share.count})' if share.count else ''}{'' if share.sure else f' {ASTERISK}'}"
        yield Text(STEP + 4, y + 5, f"about {share.icons}", "name", mark=mark)
        yield Text(STEP + 74, y + 5, said, "value", mark=mark)


def misfits(written: Written, spec: IconsFigure, rows: Sequence[Row]) -> Iterator[Problem]:
    """Rows that no outcome is for, and groups whose outcomes are more than everybody."""
    chart, known = spec.chart, {outcome.name for outcome in spec.chart.outcomes}
    for row in rows:
        if row.values[chart.category] not in known:
            said = f'"{row.values[chart.category]}" is none of the outcomes of {written.path}'
            yield Problem(row.place, "data-invalid", said, f"Known there: {', '.join(sorted(known))}.")
    for name, members in groups(chart.group, rows):
        total = sum(_percent(chart, row) for _, row in members)
        if total > 100 + 1e-9:
            said = f"the outcomes of {name} add up to {number(total)} of 100 people"
            yield Problem(members[-1][1].place, "data-invalid", said, "Count every person once.")
