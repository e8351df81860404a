"""What is wrong with the settings of a chart before its data are looked at, and with intervals in the data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from il2site.figure.chart.spec import ChartFigure, ForestFigure, IconsFigure, TimelineFigure
from il2site.figure.check import range_problems
from il2site.figure.data import Row
from il2site.figure.spec import Written
from il2site.problem import Problem


def bars_problems(written: Written, spec: ChartFigure) -> Iterator[Problem]:
    chart = spec.chart
    yield from range_problems(written, ("chart",), chart.range, chart.scale)
    if chart.scale == "log" and chart.kind == "bars":
        said = "a bar on a logarithmic scale has no beginning, so its length says nothing"
        yield written.problem(("chart", "kind"), said, "Write kind: dots.")
    if chart.kind == "bars" and chart.range[0] != 0:
        said = f"bars that begin at {chart.range[0]:g} make small differences look large"
        yield written.problem(("chart", "range"), said, "Begin the range at 0.")
    for one, other in (("low", "high"), ("high", "low"), ("count", "of"), ("of", "count")):
        if getattr(chart, one) is not None and getattr(chart, other) is None:
            yield written.problem(("chart", one), f"{one} needs {other} beside it", f"Add a line {other}: …")
    yield from tick_problems(written, spec)


def tick_problems(written: Written, spec: ChartFigure | ForestFigure) -> Iterator[Problem]:
    chart = spec.chart
    for place, tick in enumerate(chart.ticks):
        if not chart.range[0] <= tick.at <= chart.range[1]:
            said = f"the tick at {tick.at:g} lies outside the range"
            yield written.problem(("chart", "ticks", place, "at"), said, "Move it into the range.")


def forest_problems(written: Written, spec: ForestFigure) -> Iterator[Problem]:
    chart = spec.chart
    yield from range_problems(written, ("chart",), chart.range, chart.scale)
    yield from tick_problems(written, spec)
    if not chart.range[0] < chart.no_effect < chart.range[1]:
        said = f"the line of no effect at {chart.no_effect:g} lies outside the range"
        yield written.problem(("chart", "no_effect"), said, "Widen the range so that both sides are seen.")


def icons_problems(written: Written, spec: IconsFigure) -> Iterator[Problem]:
    chart = spec.chart
    if (chart.percent is None) == (chart.count is None or chart.of is None):
        said = "an icon array needs either count and of, or percent"
        yield written.problem(("chart",), said, "Write count: and of: with the columns of the counts.")
    marks = [chart.rest.mark, *(outcome.mark for outcome in chart.outcomes)]
    if len(set(marks)) < len(marks):
        said = "two outcomes have the same mark"
        yield written.problem(("chart", "outcomes"), said, "Give every outcome, and the rest, a mark of its own.")


def timeline_problems(written: Written, spec: TimelineFigure) -> Iterator[Problem]:
    yield from range_problems(written, ("timeline",), spec.timeline.range, "linear")


def interval_misfits(written: Written, spec: ChartFigure | ForestFigure, rows: Sequence[Row]) -> Iterator[Problem]:
    """Intervals that do not hold their own value."""
    chart = spec.chart
    value = spec.chart.effect if isinstance(spec, ForestFigure) else spec.chart.value
    for row in rows:
        low, middle, high = (row.known(column) for column in (chart.low, value, chart.high))
        if (low is None) != (high is None):
            yield Problem(row.place, "data-invalid", "an interval has two ends", "Write both, or neither.")
        elif low is not None and high is not None and not low <= (low if middle is None else middle) <= high:
            said = f"the interval from {low:g} to {high:g} does not hold its value"
            yield Problem(row.place, "data-invalid", said, "Mend the value or the interval.")
