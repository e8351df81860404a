"""What a person writes about a figure that shows numbers from `content/data/*.csv`.

`view: chart` has four kinds, told apart by `chart.kind`: bars, dots, forest, icons. `view: timeline` shows events.
"""

from __future__ import annotations

from typing import Any, Literal

from il2site.figure.base import Mark, Scale, Tick, Titled
from il2site.problem import Checked, Problem
from il2site.schema import Strict, Yaml, nearest, validate
from il2site.text import Entity, Place


class Drawn(Strict):
    """Base of what is drawn from data. `note`: what a reader must know before trusting the numbers."""

    note: str

    @property
    def named(self) -> str:
        """The column that names a row."""
        raise NotImplementedError


class DataFigure(Titled):
    """Base of all figures that show data; `summary` is the sentence below the picture."""

    view: str
    data: str
    summary: str

    @property
    def drawn(self) -> Drawn:
        raise NotImplementedError


class _ByCategory(Drawn):
    """Base of charts with a row for each category."""

    category: str

    @property
    def named(self) -> str:
        return self.category


class Chart(_ByCategory):
    """Which columns of the data are drawn, and how. `group` splits the chart into small charts with one axis.

    `text` names a column with the words that stand at a mark instead of its number; `marks` one with drawn marks
    (`ring:receptor-alpha disc:receptor-beta-gamma`), for dots only; `count` and `of` name columns with counts.
    """

    kind: Literal["bars", "dots"]
    value: str
    label: str
    unit: str = ""
    group: str | None = None
    text: str | None = None
    marks: str | None = None
    count: str | None = None
    of: str | None = None
    low: str | None = None
    high: str | None = None
    scale: Scale = "linear"
    range: tuple[float, float]
    ticks: tuple[Tick, ...] = ()
    entity: Entity | None = None
    entity_column: str | None = None


class _Charted(DataFigure):
    view: Literal["chart"]
    chart: Any

    @property
    def drawn(self) -> Drawn:
        return self.chart  # type: ignore[no-any-return]


class ChartFigure(_Charted):
    chart: Chart


class Arm(Strict):
    """One arm of a trial: columns with the events and the people; a cell may be empty."""

    label: str
    events: str
    people: str


class Column(Strict):
    """One more column of words beside the plot."""

    label: str
    show: str


class Forest(_ByCategory):
    """Trials one below the other: effect and interval on one axis, with a line where there is no effect.

    `instead` names a column with what is said where a trial has no effect; `pooled` the group drawn as diamonds.
    """

    kind: Literal["forest"]
    group: str | None = None
    pooled: str | None = None
    effect: str
    low: str
    high: str
    instead: str
    label: str
    arms: tuple[Arm, Arm]
    columns: tuple[Column, ...] = ()
    no_effect: float
    favours: tuple[str, str]
    """The words below the two sides of the line of no effect."""
    scale: Scale = "log"
    range: tuple[float, float]
    ticks: tuple[Tick, ...] = ()
    entity: Entity


class ForestFigure(_Charted):
    chart: Forest


class Outcome(Strict):
    """One kind of people in an array: the cell that names it in the data, the words for a reader, the mark."""

    name: str
    label: str
    mark: Mark


class Rest(Strict):
    """The people of whom no row tells."""

    label: str
    mark: Mark = "ring"


class Icons(Drawn):
    """Arrays of 100 people, one for every group. Shares come from `count` of `of`, or from `percent`."""

    kind: Literal["icons"]
    group: str
    category: str
    outcomes: tuple[Outcome, ...]
    rest: Rest
    count: str | None = None
    of: str | None = None
    percent: str | None = None
    who: str = "people"
    entity: Entity

    @property
    def named(self) -> str:
        return self.group


class IconsFigure(_Charted):
    chart: Icons


class EventKind(Strict):
    """One kind of events: the cell that names it in the data, the words for a reader, mark and colour."""

    name: str
    label: str
    mark: Mark
    entity: Entity


class Timeline(Drawn):
    """Columns with the year, a few words and a sentence or two for each event, and what kind it is."""

    year: str
    label: str
    text: str
    kind: str
    kinds: tuple[EventKind, ...]
    range: tuple[float, float]

    @property
    def named(self) -> str:
        return self.label


class TimelineFigure(DataFigure):
    view: Literal["timeline"]
    timeline: Timeline

    @property
    def drawn(self) -> Drawn:
        return self.timeline


CHARTS: dict[str, type[DataFigure]] = {
    "bars": ChartFigure,
    "dots": ChartFigure,
    "forest": ForestFigure,
    "icons": IconsFigure,
}


def read_chart(yaml: Yaml, path: str) -> Checked[Any]:
    """The settings of a chart of the kind that they name."""
    chart = yaml.value.get("chart")
    kind = chart.get("kind") if isinstance(chart, dict) else None
    if not isinstance(kind, str) or kind in CHARTS:
        return validate(CHARTS.get(str(kind), ChartFigure), yaml, path)
    close = nearest(kind, list(CHARTS))
    hint = f'Did you mean "{close}"? ' if close else ""
    remedy = f"{hint}Write one of {', '.join(CHARTS)}."
    place = Place(path, yaml.line(("chart", "kind")))
    return Checked(None, (Problem(place, "value", f'"{kind}" is not a kind of chart', remedy),))
