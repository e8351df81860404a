"""Plotly figures as JSON, without a colour: the only module that knows plotly.

The page colours every trace by its `meta`: `{"entity": "cd4", "role": "line", "show": "total"}`. Roles:

    curves  line, average (mean run), now (a mark on the line at the cursor), label (the name at a line's end)
    fields  patch, receptor, free, bound, progress, triggered (membrane); signal, cells (population)
    charts  bar, dot, label

Each figure is validated by plotly before it is returned.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from il2site.figure.axis import Axis, ticks
from il2site.figure.bars import entity_of, groups, row_marks, value_words
from il2site.figure.curves import Curves, panel_range
from il2site.figure.data import Row
from il2site.figure.field import Antigen
from il2site.figure.geometry import DISH, PATCH, crowd, membrane, signal_spots
from il2site.figure.spec import ChartFigure, Line, LiveFigure, MembraneField, Panel, PopulationField
from il2site.figure.words import Array, Measured

Json = dict[str, Any]

GAP = 0.14
"""Room between stacked panels, as a part of the whole height; their headings stand in it."""


def curves_plot(spec: LiveFigure, curves: Curves) -> Json:
    """The panels stacked over one time axis."""
    data = [trace for place, panel in enumerate(spec.panels) for trace in _panel_traces(panel, curves, place)]
    layout: Json = _plain_layout() | {"hovermode": "x", "margin": {"l": 64, "r": _room(spec.panels), "t": 28, "b": 48}}
    layout["xaxis"] = _time_axis(spec, curves, len(spec.panels))
    layout["annotations"] = []
    for place, (panel, domain) in enumerate(zip(spec.panels, _domains(len(spec.panels)), strict=True)):
        layout[_axis_key("yaxis", place)] = _value_axis(panel, curves, domain)
        layout["annotations"].append(_heading(panel.label, panel.unit, domain[1]))
    rule = {"type": "line", "name": "cursor", "xref": "x", "yref": "paper", "y0": 0, "y1": 1, "line": {"width": 1}}
    layout["shapes"] = [rule | {"x0": 0, "x1": 0}]
    return _checked(data, layout)


def _panel_traces(panel: Panel, curves: Curves, place: int) -> list[Json]:
    traces: list[Json] = []
    for line in panel.lines:
        if curves.average is not None:
            thin = {"width": 1.5, "dash": "dash"}
            traces.append(_curve(line, curves.average, place, "average") | {"line": thin, "hoverinfo": "skip"})
        drawn = {"width": 2.5, "dash": line.dash, "shape": "hv" if curves.steps else "linear"}
        traces.append(_curve(line, curves.measured, place, "line") | {"line": drawn})
    return traces + [point for line in panel.lines for point in _points(line, curves.measured, place)]


def _curve(line: Line, run: Measured, place: int, role: str) -> Json:
    x, y = _numbers(run.times), _numbers(run.columns[line.show])
    return _trace(line.entity, role, line.show) | _axes(place) | {"mode": "lines", "x": x, "y": y, "name": line.label}


def _points(line: Line, run: Measured, place: int) -> list[Json]:
    """The mark at the cursor (at time 0 to begin with) and the name at the line's end."""
    start, end = _numbers(run.columns[line.show][[0, -1]])
    now = _trace(line.entity, "now", line.show) | _axes(place)
    now |= {"mode": "markers", "x": [0], "y": [start], "marker": {"size": 9}, "hoverinfo": "skip"}
    label = _trace(line.entity, "label", line.show) | _axes(place)
    label |= {"mode": "text", "x": [float(run.times[-1])], "y": [end], "text": [f" {line.label}"]}
    return [
        now,
        label | {"textposition": "middle right", "cliponaxis": False, "hoverinfo": "skip", "textfont": {"size": 14}},
    ]


def membrane_plot(field: MembraneField, antigens: Sequence[Antigen]) -> Json:
    """The patch with `antigens` in their states; sizes are for a field 320 pixels wide."""
    patch, held = membrane(field.receptors), len(field.individuals.bound)
    size, total = patch.spacing, len(antigens)
    free = [patch.beside(i, total, a.binding) for i, a in enumerate(antigens) if a.state <= 0]
    bound = [patch.home(i, total, a.binding) for i, a in enumerate(antigens) if 0 < a.state <= held]
    triggered = [patch.home(i, total, a.binding) for i, a in enumerate(antigens) if a.state > held]
    data = [
        _marks("tcr", "receptor", patch.places, "circle-open", 0.40 * size),
        _marks("antigen", "free", free, "circle", 0.22 * size),
        _trace("tcr", "progress", field.individuals.bound[-1])
        | {"mode": "lines", "x": [], "y": [], "line": {"width": 0.10 * size}},
        _marks("antigen", "bound", bound, "circle", 0.30 * size),
        _marks("tcr", "triggered", triggered, "star", 0.92 * size),
    ]
    return _checked(data, _field_layout(PATCH))


def population_plot(field: PopulationField, values: Sequence[float], signal: float) -> Json:
    """The dish with the signal and one trace of marks for each kind of cell; sizes as in `membrane_plot`."""
    cells = crowd(values)
    data = []
    if field.signal is not None:
        spots = signal_spots(signal, field.signal.full)
        data.append(_marks(field.signal.entity, "signal", spots, "diamond", 6.4, field.signal.show))
    for number, kind in enumerate(field.kinds):
        points = [point for point, its in zip(cells.points, cells.kinds, strict=True) if its == number]
        data.append(_marks(kind.entity, "cells", points, _SYMBOLS[kind.mark], 2 * cells.radius, kind.show))
    return _checked(data, _field_layout(DISH))


_SYMBOLS = {"ring": "circle-open", "half": "circle-open-dot", "disc": "circle", "square": "square"}


def chart_plot(spec: ChartFigure, rows: Sequence[Row]) -> Json:
    """The groups stacked over one axis of values."""
    grouped = groups(spec.chart, rows)
    data: list[Json] = []
    layout: Json = _plain_layout() | {"hovermode": False, "margin": {"l": 150, "r": 24, "t": 28, "b": 48}}
    layout["xaxis"] = _chart_axis(spec, len(grouped))
    layout["annotations"] = []
    for place, ((name, members), domain) in enumerate(zip(grouped, _domains(len(grouped)), strict=True)):
        data.extend(_chart_traces(spec, members, place))
        layout[_axis_key("yaxis", place)] = {
            "domain": domain,
            "autorange": "reversed",
            "fixedrange": True,
            "showgrid": False,
        }
        if name:
            layout["annotations"].append(_heading(name, "", domain[1]))
    return _checked(data, layout | {"bargap": 0.35, "barmode": "overlay"})


def _chart_traces(spec: ChartFigure, rows: Sequence[Row], place: int) -> list[Json]:
    chart, traces = spec.chart, []
    for row in rows:
        name, value = row.values[chart.category], row.value(chart.value)
        at = _axes(place) | {"x": [value], "y": [name], "hoverinfo": "skip"}
        if chart.kind == "bars":
            traces.append(
                _trace(entity_of(chart, row), "bar", name)
                | at
                | {"type": "bar", "orientation": "h"}
                | _error(spec, row)
            )
        for shape, entity in row_marks(chart, row) if chart.kind == "dots" else ():
            drawn = {"mode": "markers", "marker": _DOTS[shape]}
            traces.append(_trace(entity, "dot", name) | at | drawn | _error(spec, row))
        words = {"mode": "text", "text": [f" {value_words(chart, row)}"], "cliponaxis": False}
        words |= {"textposition": "middle right" if chart.kind == "bars" else "top center"}
        traces.append(_trace(entity_of(chart, row), "label", name) | at | words)
    return traces


_DOTS: dict[str, Json] = {
    "ring": {"symbol": "circle-open", "size": 20, "line": {"width": 3}},
    "disc": {"symbol": "circle", "size": 11},
}


def _error(spec: ChartFigure, row: Row) -> Json:
    chart = spec.chart
    if chart.low is None or chart.high is None:
        return {}
    value = row.value(chart.value)
    up, down = row.value(chart.high) - value, value - row.value(chart.low)
    return {"error_x": {"type": "data", "symmetric": False, "array": [up], "arrayminus": [down]}}


def _chart_axis(spec: ChartFigure, count: int) -> Json:
    chart = spec.chart
    unit = f" ({chart.unit})" if chart.unit else ""
    marks = [(tick.at, tick.label) for tick in chart.ticks] or ticks(Axis(*chart.range, 0, 1, chart.scale))
    return _scale(chart.scale, chart.range) | _named_ticks(marks) | {
        "title": {"text": chart.label + unit}, "anchor": _axes(count - 1)["yaxis"],
        "fixedrange": True, "zeroline": False,
    }  # fmt: skip


def _trace(entity: str, role: str, show: str) -> Json:
    return {"type": "scatter", "meta": {"entity": entity, "role": role, "show": show}, "showlegend": False}


def _marks(
    entity: str, role: str, points: Sequence[tuple[float, float]], symbol: str, size: float, show: str = ""
) -> Json:
    x, y = [round(p[0], 2) for p in points], [round(p[1], 2) for p in points]
    marker = {"symbol": symbol, "size": round(size, 2)}
    return _trace(entity, role, show or role) | {
        "mode": "markers",
        "x": x,
        "y": y,
        "marker": marker,
        "hoverinfo": "skip",
    }


def _axes(place: int) -> Json:
    return {"xaxis": "x", "yaxis": "y" if place == 0 else f"y{place + 1}"}


def _axis_key(axis: str, place: int) -> str:
    return axis if place == 0 else f"{axis}{place + 1}"


def _domains(count: int) -> list[list[float]]:
    """The part of the height for each of `count` panels, the first on top."""
    share = (1 - GAP * (count - 1)) / count
    tops = [1 - place * (share + GAP) for place in range(count)]
    return [[round(max(top - share, 0.0), 4), round(top, 4)] for top in tops]


def _plain_layout() -> Json:
    return {"autosize": True, "dragmode": False, "showlegend": False, "font": {"size": 14}}


def _field_layout(radius: float) -> Json:
    axis: Json = {"visible": False, "fixedrange": True}
    patch = {
        "type": "circle",
        "name": "patch",
        "layer": "below",
        "x0": -radius,
        "x1": radius,
        "y0": -radius,
        "y1": radius,
    }
    return _plain_layout() | {
        "hovermode": False,
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "xaxis": axis | {"range": [-160, 160]},
        "yaxis": axis | {"range": [160, -160], "scaleanchor": "x"},
        "shapes": [patch | {"line": {"width": 1.5}}],
    }


def _time_axis(spec: LiveFigure, curves: Curves, count: int) -> Json:
    title = f"{spec.time.label} ({spec.time.unit})"
    return {
        "title": {"text": title}, "range": [0, float(curves.measured.times[-1])], "fixedrange": True,
        "anchor": _axes(count - 1)["yaxis"], "showgrid": False, "zeroline": False, "ticks": "outside",
    }  # fmt: skip


def _value_axis(panel: Panel, curves: Curves, domain: Sequence[float]) -> Json:
    low, high = panel_range(panel, curves)
    marks = ticks(Axis(low, high, 0, 1, panel.scale))
    named = _named_ticks(marks) if panel.scale == "log" else {}
    return _scale(panel.scale, (low, high)) | named | {"domain": list(domain), "fixedrange": True, "zeroline": False}


def _scale(scale: str, ends: tuple[float, float]) -> Json:
    """Type and range of an axis; plotly takes the ends of a logarithmic one as powers of ten."""
    if scale == "linear":
        return {"type": "linear", "range": list(ends)}
    return {"type": "log", "range": [round(math.log10(end), 6) for end in ends]}


def _named_ticks(marks: Sequence[tuple[float, str]]) -> Json:
    return {"tickmode": "array", "tickvals": [at for at, _ in marks], "ticktext": [words for _, words in marks]}


def _heading(label: str, unit: str, top: float) -> Json:
    text = f"{label}, {unit}" if unit else label
    place = {"xref": "paper", "yref": "paper", "x": 0, "y": top, "xanchor": "left", "yanchor": "bottom"}
    return place | {"text": text, "showarrow": False, "name": "heading", "xshift": -56, "yshift": 6}


def _room(panels: Sequence[Panel]) -> int:
    """Pixels at the right for the names at the ends of lines."""
    return 20 + 8 * max(len(line.label) for panel in panels for line in panel.lines)


def _numbers(column: Array) -> list[float]:
    """Numbers with five significant digits: what a screen can show, and small in the page."""
    return [float(f"{value:.5g}") for value in column.tolist()]


def _checked(data: list[Json], layout: Json) -> Json:
    """The figure as given. Raises ValueError when plotly does not know one of its parts: a fault of this module."""
    go.Figure({"data": data, "layout": layout})
    return {"data": data, "layout": layout}


def has_no_colour(figure: Mapping[str, Any]) -> bool:
    """Whether no part of a figure's JSON names a colour, an image or a template."""
    return not any(
        word in str(key).lower() for key in _keys(figure) for word in ("color", "image", "template", "bgcolor")
    )


def _keys(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [*value, *(key for inner in value.values() for key in _keys(inner))]
    return [key for inner in value for key in _keys(inner)] if isinstance(value, list) else []
