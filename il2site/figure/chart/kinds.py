"""The kinds of figures that show data: what each asks of its data, and how it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from il2site.figure.chart import bars, check, forest, icons, timeline
from il2site.figure.chart.scene import Drawn, Scene
from il2site.figure.chart.spec import ChartFigure, DataFigure, ForestFigure, IconsFigure, TimelineFigure
from il2site.figure.data import Asked, Row
from il2site.figure.spec import Written
from il2site.problem import Problem


@dataclass(frozen=True)
class Kind:
    """`problems` are those of the settings alone, `misfits` those of rows that can each be read.

    `columns` are headings and columns of the table (None: left out).
    """

    asked: Callable[[Any], Asked]
    problems: Callable[[Written, Any], Iterator[Problem]]
    misfits: Callable[[Written, Any, Sequence[Row]], Iterator[Problem]]
    draw: Callable[[Any, Sequence[Row]], Drawn]
    emblem: Callable[[Any, Sequence[Row]], Scene]
    columns: Callable[[Any], list[tuple[str, str | None]]]


KINDS: dict[type[DataFigure], Kind] = {
    ChartFigure: Kind(bars.asked, check.bars_problems, check.interval_misfits, bars.draw, bars.emblem, bars.columns),
    ForestFigure: Kind(
        forest.asked, check.forest_problems, check.interval_misfits, forest.draw, forest.emblem, forest.columns
    ),
    IconsFigure: Kind(icons.asked, check.icons_problems, icons.misfits, icons.draw, icons.emblem, icons.columns),
    TimelineFigure: Kind(
        timeline.asked, check.timeline_problems, timeline.misfits, timeline.draw, timeline.emblem, timeline.columns
    ),
}
