"""Plotly figures as JSON, without a colour: the only module that knows plotly.

The page colours every trace by its `meta`: `{"entity": "cd4", "role": "line", "show": "total"}`. Roles:

    curves  line, average (mean run), now (a mark on the line at the cursor), label (the name at a line's end),
            member (single cells), doses (when something is given), mark, ring (what the lines are held against), note
    fields  patch, receptor, free, bound, progress, triggered (membrane); signal, cells (population)
    charts  see chart/plot.py

Each figure is validated by plotly before it is returned.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from il2site.figure.arms import Arm
from il2site.figure.axis import Axis, ticks
from il2site.figure.clock import Clock
from il2site.figure.curves import Curves, panel_range
from il2site.figure.geometry import DISH, PATCH, Point, membrane
from il2site.figure.guides import Guide, guides
from il2site.figure.spec import Line, LiveFigure, MembraneField, Panel, PopulationField
from il2site.figure.words import Array, Measured

Json = dict[str, Any]

FIELD = 320.0
"""Width of one field in its own units."""
GAP = 0.14
"""Room between stacked panels, as a part of the whole height; their headings stand in it."""
BESIDE = "\u2002"
"""Half an em: between the end of a line, where a mark may lie, and its name."""


def curves_plot(spec: LiveFigure, curves: Curves) -> Json:
    """The panels stacked over one clock."""
    data = [trace for place, panel in enumerate(spec.panels) for trace in _panel_traces(panel, curves, place)]
    layout: Json = plain_layout() | {"hovermode": "x", "margin": {"l": 64, "r": _room(spec.panels), "t": 28, "b": 48}}
    layout["xaxis"] = _clock_axis(curves.clock, len(spec.panels))
    layout["annotations"] = []
    for place, (panel, domain) in enumerate(zip(spec.panels, _domains(len(spec.panels)), strict=True)):
        layout[_axis_key("yaxis", place)] = _value_axis(panel, curves, domain)
        layout["annotations"].append(_heading(panel.label, panel.unit, domain[1]))
    rule = {"type": "line", "name": "cursor", "xref": "x", "yref": "paper", "y0": 0, "y1": 1, "line": {"width": 1}}
    layout["shapes"] = [rule | {"x0": curves.clock.low, "x1": curves.clock.low}]
    return checked(data, layout)


def _panel_traces(panel: Panel, curves: Curves, place: int) -> list[Json]:
    marked = list(guides(panel, curves.clock, panel_range(panel, curves), curves.measured))
    traces = [_guide(guide, place) for guide in marked]
    traces += _doses(panel, curves, place) if curves.doses else []
    traces += [part for line in panel.lines for part in _line_traces(line, curves, place)]
    traces += [point for line in panel.lines for point in _points(line, curves.measured, place)]
    return traces + [_guide_words(guide, place) for guide in marked]


def _line_traces(line: Line, curves: Curves, place: int) -> Iterator[Json]:
    """Single cells (the browser makes them), the mean run, and the run itself."""
    if curves.members and line.cells:
        single = trace(line.entity, "member", line.show) | _axes(place) | {"mode": "lines", "x": [], "y": []}
        yield single | {"line": {"width": 1, "shape": "hv"}, "hoverinfo": "skip"}
    if curves.average is not None:
        thin = {"width": 1.5, "dash": "dash"}
        yield _curve(line, curves.average, place, "average") | {"line": thin, "hoverinfo": "skip"}
    drawn = {"width": 2.5, "dash": line.dash, "shape": "hv" if curves.steps else "linear"}
    yield _curve(line, curves.measured, place, "line") | {"line": drawn}


def _guide(guide: Guide, place: int) -> Json:
    """A fine line or a small ring."""
    x, y = [point[0] for point in guide.points], [point[1] for point in guide.points]
    line = {"mode": "lines", "line": {"width": 1.5, "dash": "dot"}}
    drawn = line if guide.is_line else {"mode": "markers", "marker": _RING}
    guided = trace("none", "mark" if guide.is_line else "ring", "mark") | _axes(place)
    return guided | drawn | {"x": x, "y": y, "hoverinfo": "skip"}


def _guide_words(guide: Guide, place: int) -> Json:
    note = trace("none", "note", "mark") | _axes(place) | {"mode": "text", "hoverinfo": "skip"}
    left = guide.side == "left"
    side, label = ("top left", f"{guide.label}{_OFF}") if left else ("top right", f"{_OFF}{guide.label}")
    return note | {
        "x": [guide.at[0]], "y": [guide.at[1]], "text": [label], "textposition": side, "textfont": {"size": 14},
    }  # fmt: skip


_OFF = "\u00a0"
"""Words beside a line do not touch it."""
_RING: Json = {"symbol": "circle-open", "size": 10, "line": {"width": 2}}


def _doses(panel: Panel, curves: Curves, place: int) -> list[Json]:
    """A small triangle on the axis at the time of each dose."""
    low, times = panel_range(panel, curves)[0], list(curves.doses)
    marks = {"mode": "markers", "marker": {"symbol": "triangle-up", "size": 8}, "cliponaxis": False}
    drawn = marks | {"x": times, "y": [low for _ in times], "hoverinfo": "skip"}
    return [trace("none", "doses", "doses") | _axes(place) | drawn]


def _curve(line: Line, run: Measured, place: int, role: str) -> Json:
    x, y = _numbers(run.times), _numbers(run.columns[line.show])
    return trace(line.entity, role, line.show) | _axes(place) | {"mode": "lines", "x": x, "y": y, "name": line.label}


def without_runs(plot: Json) -> Json:
    """The plot for a page that computes its runs itself: a long run is most of the weight of a page."""
    data = [part | {"x": [], "y": []} if part["meta"]["role"] in ("line", "average") else part for part in plot["data"]]
    return plot | {"data": data}


def _points(line: Line, run: Measured, place: int) -> list[Json]:
    """The mark at the cursor (at the start to begin with) and the name at the line's end."""
    start, end = _numbers(run.columns[line.show][[0, -1]])
    begin = float(run.times[0])
    now = trace(line.entity, "now", line.show) | _axes(place)
    now |= {"mode": "markers", "x": [begin], "y": [start], "marker": {"size": 9}, "hoverinfo": "skip", "cliponaxis": False}
    label = trace(line.entity, "label", line.show) | _axes(place)
    label |= {"mode": "text", "x": [float(run.times[-1])], "y": [end], "text": [BESIDE + line.label]}
    return [
        now,
        label | {"textposition": "middle right", "cliponaxis": False, "hoverinfo": "skip", "textfont": {"size": 14}},
    ]


def membrane_plot(field: MembraneField) -> Json:
    """The patch with its receptors; antigens are drawn by the page, which computes where they are and how large."""
    data = [
        _marks("tcr", "receptor", "circle-open", points=membrane(field.receptors).places),
        _marks("antigen", "free", "circle"),
        trace("tcr", "progress", field.individuals.bound[-1]) | {"mode": "lines", "x": [], "y": []},
        _marks("antigen", "bound", "circle"),
        _marks("tcr", "triggered", "star"),
    ]
    return checked(data, _field_layout(PATCH))


def population_plot(field: PopulationField, arms: Sequence[Arm]) -> Json:
    """The dish of each arm beside the one before; signal and cells, a trace for each kind, are drawn by the page."""
    return checked([each for arm in arms for each in _dish_traces(field, arm)], _field_layout(DISH, len(arms)))


def _dish_traces(field: PopulationField, arm: Arm) -> Iterator[Json]:
    if field.signal is not None:
        yield _marks(field.signal.entity, "signal", "diamond", arm.address(field.signal.show))
    for kind in field.kinds:
        yield _marks(kind.entity, "cells", _SYMBOLS[kind.mark], arm.address(kind.show))


_SYMBOLS = {"ring": "circle-open", "half": "circle-open-dot", "disc": "circle", "square": "square"}


def trace(entity: str, role: str, show: str) -> Json:
    return {"type": "scatter", "meta": {"entity": entity, "role": role, "show": show}, "showlegend": False}


def _marks(entity: str, role: str, symbol: str, show: str = "", points: Sequence[Point] = ()) -> Json:
    x, y = [round(p[0], 1) for p in points], [round(p[1], 1) for p in points]  # as fine as in the still
    drawn = {"mode": "markers", "x": x, "y": y, "marker": {"symbol": symbol}, "hoverinfo": "skip"}
    return trace(entity, role, show or role) | drawn


def _axes(place: int) -> Json:
    return {"xaxis": "x", "yaxis": "y" if place == 0 else f"y{place + 1}"}


def _axis_key(axis: str, place: int) -> str:
    return axis if place == 0 else f"{axis}{place + 1}"


def _domains(count: int) -> list[list[float]]:
    """The part of the height for each of `count` panels, the first on top."""
    share = (1 - GAP * (count - 1)) / count
    tops = [1 - place * (share + GAP) for place in range(count)]
    return [[round(max(top - share, 0.0), 4), round(top, 4)] for top in tops]


def plain_layout() -> Json:
    return {"autosize": True, "dragmode": False, "showlegend": False, "font": {"size": 14}}


def _field_layout(radius: float, count: int = 1) -> Json:
    """`count` round fields side by side."""
    axis: Json = {"visible": False, "fixedrange": True}
    patch = {"type": "circle", "name": "patch", "layer": "below", "y0": -radius, "y1": radius, "line": {"width": 1.5}}
    patches = [patch | {"x0": place * FIELD - radius, "x1": place * FIELD + radius} for place in range(count)]
    return plain_layout() | {
        "hovermode": False,
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "xaxis": axis | {"range": [-FIELD / 2, (count - 0.5) * FIELD]},
        "yaxis": axis | {"range": [FIELD / 2, -FIELD / 2], "scaleanchor": "x"},
        "shapes": patches,
    }


def _clock_axis(clock: Clock, count: int) -> Json:
    title = f"{clock.label} ({clock.unit})" if clock.unit else clock.label
    return _clock_scale(clock) | {
        "title": {"text": title}, "fixedrange": True, "anchor": _axes(count - 1)["yaxis"],
        "showgrid": False, "zeroline": False, "ticks": "outside",
    }  # fmt: skip


def _clock_scale(clock: Clock) -> Json:
    """A logarithmic one is a hair wider than the clock: plotly leaves out a name at the very end of such an axis."""
    if clock.scale == "linear":
        return {"range": [clock.low, clock.high], "tickformatstops": [_BELOW_MILLIONS]}
    low, high = math.log10(clock.low) - 1e-6, math.log10(clock.high) + 1e-6
    return {"type": "log", "range": [low, high]} | _named_ticks(ticks(Axis(clock.low, clock.high, 0, 1, "log")))


def _value_axis(panel: Panel, curves: Curves, domain: Sequence[float]) -> Json:
    low, high = panel_range(panel, curves)
    marks = ticks(Axis(low, high, 0, 1, panel.scale))
    named = _named_ticks(marks) if panel.scale == "log" else {}
    return scale_of(panel.scale, (low, high)) | named | {"domain": list(domain), "fixedrange": True, "zeroline": False}


def scale_of(scale: str, ends: tuple[float, float]) -> Json:
    """Type and range of an axis; plotly takes the ends of a logarithmic one as powers of ten."""
    if scale == "linear":
        return {"type": "linear", "range": list(ends), "tickformatstops": [_BELOW_MILLIONS]}
    return {"type": "log", "range": [round(math.log10(end), 6) for end in ends]}


_BELOW_MILLIONS: Json = {"dtickrange": [None, 50_000], "value": ","}
"""Numbers at an axis as they are in sentences, "20,000"; plotly would write "20k"."""


def _named_ticks(marks: Sequence[tuple[float, str]]) -> Json:
    return {"tickmode": "array", "tickvals": [at for at, _ in marks], "ticktext": [words for _, words in marks]}


def _heading(label: str, unit: str, top: float) -> Json:
    text = f"{label}, {unit}" if unit else label
    place = {"xref": "paper", "yref": "paper", "x": 0, "y": top, "xanchor": "left", "yanchor": "bottom"}
    return place | {"text": text, "showarrow": False, "name": "heading", "xshift": -56, "yshift": 6}


def _room(panels: Sequence[Panel]) -> int:
    """Pixels at the right for the names at the ends of lines."""
    return 23 + 7 * max(len(line.label) for panel in panels for line in panel.lines)


def _numbers(column: Array) -> list[float]:
    """Numbers with five significant digits: what a screen can show, and small in the page."""
    return [float(f"{value:.5g}") for value in column.tolist()]


def checked(data: list[Json], layout: Json) -> Json:
    """The figure as given. Raises ValueError when plotly does not know one of its parts: a fault of this module."""
    import plotly.graph_objects as go  # takes long, and a figure that is remembered does not need it

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
