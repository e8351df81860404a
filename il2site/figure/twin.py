"""The still that stands where a live figure will be: first paint, and all there is on paper or without scripts.

It is a `<div>` with one `<svg>` for every stage and every panel, so that they stack on a narrow screen. Colours and
sizes come from `static/css/twin.css` through classes; there is no style attribute, no script and no id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from il2site.figure.bars import chart_picture, groups, value_words
from il2site.figure.curves import ALONE, HEIGHT, Curves, panel_picture
from il2site.figure.data import Row
from il2site.figure.field import (
    Antigen,
    Key,
    field_picture,
    membrane_key,
    membrane_marks,
    population_key,
    population_marks,
    scale_words,
)
from il2site.figure.spec import ChartFigure, LiveFigure, MembraneFigure, Panel, PopulationFigure
from il2site.figure.svg import tag, words
from il2site.figure.words import Measured
from il2site.text import number


@dataclass(frozen=True)
class Moment:
    """What a field shows at one time: the value of every state and output, and who is where on a membrane."""

    at: float
    columns: Mapping[str, float]
    antigens: Sequence[Antigen] = ()


@dataclass(frozen=True)
class Still:
    """A default run, ready to be drawn: one moment for every stage, and that of the comparison if there is one."""

    measured: Measured
    average: Measured | None
    moments: Sequence[Moment]
    compared: Moment | None = None


def live_twin(spec: LiveFigure, still: Still) -> str:
    """The stages as small pictures with their sentences, the key of the marks, and the curves."""
    stages = tag("div", *_stages(spec, still), class_=f"twin-stages twin-stages-{_columns(spec)}")
    times, height = [stage.at for stage in spec.stages], HEIGHT if len(spec.panels) > 1 else ALONE
    curves = Curves(still.measured, still.average, spec.run.method == "ssa", spec.time, times, height)
    panels = [panel_picture(panel, curves, _panel_words(panel, still.measured)) for panel in spec.panels]
    mean = [tag("p", "Thin dashed lines: the mean of many runs.", class_="twin-note")] if still.average else []
    side = tag("div", *panels, *mean, tag("ul", *map(_key, _keys(spec)), class_="twin-key"), class_="twin-side")
    return tag("div", tag("div", stages, side, class_="twin-layout"), class_=f"twin twin-{spec.view}")


def live_thumb(spec: LiveFigure, still: Still) -> str:
    """The field at the last stage but one, where most is to be seen, to stand for the figure in a list."""
    label, marks, _ = _field(spec, still.moments[-2])
    return tag("div", field_picture(label, marks), class_="twin twin-thumb")


def _columns(spec: LiveFigure) -> int:
    """How many stills stand side by side on a wide screen, so that the last row is full if it can be."""
    count = len(spec.stages) + (spec.compare is not None)
    return 2 if count in (2, 4) else 3


def _stages(spec: LiveFigure, still: Still) -> list[str]:
    drawn = []
    for place, (stage, moment) in enumerate(zip(spec.stages, still.moments, strict=True), 1):
        ordinal = tag("span", str(place), class_="twin-ordinal")
        drawn.append(_stage(spec, moment, ordinal + words(_when(spec, moment)), stage.say, "twin-stage"))
    if spec.compare is not None and still.compared is not None:
        head = words(f"{spec.compare.label}, {_when(spec, still.compared)}")
        drawn.append(_stage(spec, still.compared, head, spec.compare.say, "twin-stage twin-compared"))
    return drawn


def _when(spec: LiveFigure, moment: Moment) -> str:
    return f"{number(moment.at)} {spec.time.unit}"


def _stage(spec: LiveFigure, moment: Moment, head: str, say: str, class_: str) -> str:
    label, marks, note = _field(spec, moment)
    scale = [tag("span", words(note), class_="twin-scale")] if note else []
    caption = tag("p", tag("span", head, class_="twin-when"), *scale, words(say))
    return tag("div", field_picture(label, marks), caption, class_=class_)


def _field(spec: LiveFigure, moment: Moment) -> tuple[str, list[str], str]:
    """A field in words, its marks, and what one mark stands for (empty when it stands for itself)."""
    when = f"At {_when(spec, moment)}: "
    if isinstance(spec, MembraneFigure):
        return when + _membrane_words(spec, moment), membrane_marks(spec.field, moment.antigens), ""
    values = [moment.columns[kind.show] for kind in spec.field.kinds]
    signal = moment.columns[spec.field.signal.show] if spec.field.signal else 0.0
    marks = population_marks(spec.field, values, signal)
    return when + _population_words(spec, values, signal), marks, scale_words(spec.field, values)


def _membrane_words(spec: MembraneFigure, moment: Moment) -> str:
    names, value = spec.field.individuals, moment.columns
    held = sum(value[name] for name in names.bound)
    return f"{number(value[names.free])} free, {number(held)} held, {number(value[names.triggered])} triggered."


def _population_words(spec: PopulationFigure, values: Sequence[float], signal: float) -> str:
    told = [f"{number(round(value))} {kind.label}" for value, kind in zip(values, spec.field.kinds, strict=True)]
    if spec.field.signal:
        told.append(f"{spec.field.signal.label} {number(signal)} {spec.field.signal.unit}")
    return f"{', '.join(told)}."


def _keys(spec: LiveFigure) -> tuple[Key, ...]:
    if isinstance(spec, MembraneFigure):
        return membrane_key(len(spec.field.individuals.bound))
    return population_key(spec.field)


def _key(key: Key) -> str:
    mark = tag("svg", key.mark, viewBox="-12 -12 24 24", aria_hidden="true", class_="twin-glyph")
    return tag("li", mark, tag("span", words(key.label)))


def _panel_words(panel: Panel, measured: Measured) -> str:
    """The curves of a panel in one sentence: where each line starts, peaks and ends."""
    unit = f" {panel.unit}" if panel.unit else ""
    told = []
    for line in panel.lines:
        column = measured.columns[line.show]
        start, peak, end = (number(float(v)) for v in (column[0], column.max(), column[-1]))
        told.append(f"{line.label} starts at {start}, peaks at {peak} and ends at {end}{unit}")
    return f"{panel.label}: {'; '.join(told)}."


def chart_twin(spec: ChartFigure, rows: Sequence[Row]) -> str:
    """One small chart for every group of rows."""
    drawn = [
        chart_picture(spec.chart, name, members, _chart_words(spec, name, members))
        for name, members in groups(spec.chart, rows)
    ]
    layout = tag("div", *drawn, class_=f"twin-charts twin-chart-{min(len(drawn), 3)}")
    return tag("div", layout, class_="twin twin-chart")


def chart_thumb(spec: ChartFigure, rows: Sequence[Row]) -> str:
    """The first group of rows, to stand for the figure in a list; its words are for the full size only."""
    name, members = groups(spec.chart, rows)[0]
    drawn = chart_picture(spec.chart, "", members, _chart_words(spec, name, members))
    return tag("div", drawn, class_="twin twin-thumb")


def _chart_words(spec: ChartFigure, name: str, rows: Sequence[Row]) -> str:
    chart = spec.chart
    told = "; ".join(f"{row.values[chart.category]} {value_words(chart, row)}" for row in rows)
    return f"{chart.label}{f' in {name}' if name else ''}: {told}."
