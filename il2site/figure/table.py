"""The numbers of a figure as a table of text: a run at about a dozen times, or the rows of a chart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from il2site.figure.data import Row
from il2site.figure.spec import Chart, ChartFigure, Line, LiveFigure
from il2site.figure.words import Measured
from il2site.text import amount, number

ROWS = 13


@dataclass(frozen=True)
class Table:
    """`head` names the columns; each row has as many cells as `head`; the first cell of a row names the row."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def run_table(spec: LiveFigure, measured: Measured) -> Table:
    """Every line of every panel at 13 times that are equally spaced on the grid."""
    columns = _columns(spec)
    head = (f"{spec.time.label} ({spec.time.unit})", *(heading for heading, _ in columns))
    picked = np.unique(np.rint(np.linspace(0, len(measured.times) - 1, ROWS)).astype(int))
    rows = tuple(
        (number(float(measured.times[i])), *(amount(float(measured.columns[line.show][i])) for _, line in columns))
        for i in picked
    )
    return Table(f"{spec.title}: the run that the still shows", head, rows)


def _columns(spec: LiveFigure) -> list[tuple[str, Line]]:
    found: dict[str, tuple[str, Line]] = {}
    for panel in spec.panels:
        for line in panel.lines:
            unit = f" ({panel.unit})" if panel.unit else ""
            found.setdefault(line.show, (f"{panel.label}: {line.label}{unit}", line))
    return list(found.values())


def chart_table(spec: ChartFigure, rows: tuple[Row, ...], source: dict[str, str]) -> Table:
    """Every row of the data as written; `source` gives the words for a citation key (the key itself when absent)."""
    chart = spec.chart
    columns = _chart_columns(chart)
    head = (*(heading for heading, _ in columns), "Source")
    body = tuple((*(row.values[key] for _, key in columns), source.get(row.source, row.source)) for row in rows)
    return Table(spec.title, head, body)


def _chart_columns(chart: Chart) -> list[tuple[str, str]]:
    unit = f" ({chart.unit})" if chart.unit else ""
    wanted = [
        (_title(chart.category), chart.category),
        (_title(chart.group or ""), chart.group),
        (chart.label + unit, chart.value),
        ("From" + unit, chart.low),
        ("To" + unit, chart.high),
        ("People", chart.count),
        ("Of", chart.of),
    ]
    return [(heading, key) for heading, key in wanted if key is not None]


def _title(column: str) -> str:
    words = column.replace("_", " ")
    return words[:1].upper() + words[1:]
