"""A chart as a Plotly plot with the places of its still: values on the x axis, the pixels of the picture on the y axis.

What is not at a value (words, icons) stands on a second x axis, in pixels. All sizes are those of the picture; the
browser scales them with the width of its box. `meta.show` is the number of the mark that a trace belongs to, or "".
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from il2site.figure.chart.scene import Bar, Dot, Icons, Item, Rule, Scene, Span, Text
from il2site.figure.plot import Json, checked, plain_layout, scale_of, trace

TEXT = 15
SYMBOLS = {
    "disc": "circle", "ring": "circle-open", "half": "circle-open", "square": "square", "diamond": "diamond",
}  # fmt: skip


def scene_plot(scene: Scene) -> Json:
    axis, quiet = scene.axis, {"visible": False, "fixedrange": True}
    domain = [round(axis.start / scene.width, 4), round(axis.end / scene.width, 4)]
    layout = plain_layout() | {"hovermode": False, "margin": {"l": 0, "r": 0, "t": 0, "b": 0}, "barmode": "overlay"}
    layout |= {
        "xaxis": quiet | scale_of(axis.scale, (axis.low, axis.high)) | {"domain": domain},
        "xaxis2": quiet | {"range": [0, scene.width], "domain": [0, 1]},
        "yaxis": quiet | {"range": [scene.height, 0]},
    }
    behind = [item for item in scene.items if isinstance(item, Rule) and item.role == "grid"]
    layout["shapes"] = [_grid(rule) for rule in behind]
    return checked(
        [drawn for item in scene.items if item not in behind for drawn in _PRINTERS[type(item)](item)], layout
    )


def _grid(rule: Rule) -> Json:
    """A line behind everything; as a trace it would lie over bars."""
    at = {"x0": rule.value, "x1": rule.value, "y0": rule.top, "y1": rule.bottom}
    return {"type": "line", "name": "grid", "layer": "below", "xref": "x", "yref": "y", "line": {"width": 1}} | at


def _base(entity: str, role: str, mark: int | None) -> Json:
    return trace(entity, role, "" if mark is None else str(mark)) | {"hoverinfo": "skip", "cliponaxis": False}


def _text(text: Text) -> list[Json]:
    side = {"start": "right", "middle": "center", "end": "left"}[text.anchor]
    bold = text.role in ("name", "heading")
    font = {"size": TEXT, "weight": 600 if bold else 400}
    at: Json = {"xaxis": "x2", "x": [text.x], "y": [text.y - 0.35 * TEXT]}
    said: Json = {"mode": "text", "text": [escape(text.words)], "textposition": f"middle {side}", "textfont": font}
    return [_base("none", "words" if bold else "quiet", text.mark) | at | said]


def _bar(bar: Bar) -> list[Json]:
    drawn = _base(bar.entity, "bar" if bar.sure else "unsure", bar.mark)
    del drawn["cliponaxis"]
    at: Json = {"type": "bar", "orientation": "h", "x": [bar.value], "y": [bar.y], "width": [bar.thick]}
    return [drawn | at | {"marker": {"line": {"width": 0 if bar.sure else 1.5}}}]


def _dot(dot: Dot) -> list[Json]:
    shape, width = (dot.shape, dot.size / 3) if dot.sure else ("ring", 1.5)
    return _shape(_base(dot.entity, "dot", dot.mark) | {"x": [dot.value], "y": [dot.y]}, shape, dot.size, width)


def _icons(icons: Icons) -> list[Json]:
    at = {"xaxis": "x2", "x": [x for x, _ in icons.points], "y": [y for _, y in icons.points]}
    return _shape(_base(icons.entity, "icons", icons.mark) | at, icons.shape, icons.size, 1.8)


def _shape(drawn: Json, shape: str, size: float, width: float) -> list[Json]:
    """The marks of a trace; a half-filled one has a disc in its ring, a trace with the role core."""
    whole = drawn | {"mode": "markers", "marker": _marker(SYMBOLS[shape], size, width)}
    if shape != "half":
        return [whole]
    core = drawn["meta"] | {"role": "core"}
    return [whole, whole | {"meta": core, "marker": _marker(SYMBOLS["disc"], 0.45 * size, 0)}]


def _marker(symbol: str, size: float, width: float) -> Json:
    return {"symbol": symbol, "size": round(2 * size, 2), "line": {"width": round(width, 2) if "open" in symbol else 0}}


def _span(span: Span) -> list[Json]:
    line = {"width": 2 if span.role == "interval" else 1.5, "dash": "solid" if span.sure else "dash"}
    at: Json = {"mode": "lines", "x": [span.low, span.high], "y": [span.y, span.y], "line": line}
    return [_base("none", span.role, span.mark) | at]


def _rule(rule: Rule) -> list[Json]:
    at: Json = {"mode": "lines", "x": [rule.value, rule.value], "y": [rule.top, rule.bottom]}
    return [_base("none", rule.role, rule.mark) | at | {"line": {"width": 1, "dash": "solid"}}]


_PRINTERS: dict[type[Item], Callable[[Any], list[Json]]] = {
    Text: _text,
    Bar: _bar,
    Dot: _dot,
    Icons: _icons,
    Span: _span,
    Rule: _rule,
}
