"""A chart as SVG: the still that a page shows first, and all there is on paper or without scripts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from il2site.figure.axis import Axis
from il2site.figure.chart.scene import Bar, Dot, Drawn, Icons, Item, Rule, Scene, Span, Text
from il2site.figure.marks import cells, diamonds, dots, rings
from il2site.figure.svg import emblem, picture, tag, words


def chart_still(drawn: Drawn, view: str) -> str:
    """All pictures of a chart, and what stands below them."""
    pictures = [scene_picture(scene) for scene in drawn.scenes]
    beside = sum("twin-narrow" not in scene.class_ for scene in drawn.scenes)
    layout = tag("div", *pictures, class_=f"twin-charts twin-chart-{min(beside, 3)}")
    return tag("div", layout, drawn.below, class_=f"twin twin-{view}")


def chart_thumb(drawn: Drawn) -> str:
    """One picture, to stand for the figure in a list; its words are for the full size only."""
    scene = replace(drawn.scenes[drawn.thumb], class_="twin-panel")
    return tag("div", scene_picture(scene), class_="twin twin-thumb")


def chart_emblem(scene: Scene) -> str:
    drawn = [_PRINTERS[type(item)](item, scene.axis) for item in scene.items]
    return emblem(drawn, f"0 0 {scene.width:g} {scene.height:g}")


def scene_picture(scene: Scene) -> str:
    drawn = [_PRINTERS[type(item)](item, scene.axis) for item in scene.items]
    return picture(scene.width, scene.height, scene.label, drawn, class_=scene.class_)


def _text(text: Text, _: Axis) -> str:
    place: dict[str, Any] = {"x": text.x, "y": text.y}
    if text.anchor != "start":
        place["text_anchor"] = text.anchor
    return tag("text", words(text.words), **place, class_=f"twin-{text.role}")


def _bar(bar: Bar, axis: Axis) -> str:
    length = max(axis.clamped(bar.value) - axis.start, 0)
    drawn = f"entity-{bar.entity} " + ("filled" if bar.sure else "unsure")
    return tag("rect", x=axis.start, y=bar.y - bar.thick / 2, width=length, height=bar.thick, class_=drawn)


def _dot(dot: Dot, axis: Axis) -> str:
    return _shape(dot.shape, [(axis.clamped(dot.value), dot.y)], dot.size, f"entity-{dot.entity}", dot.sure)


def _icons(icons: Icons, _: Axis) -> str:
    return cells(icons.points, icons.size, icons.shape, f"entity-{icons.entity}")


def _shape(shape: str, points: list[tuple[float, float]], size: float, class_: str, sure: bool) -> str:
    if not sure:
        return rings(points, size, class_, 1.5)
    if shape == "disc":
        return dots(points, size, class_)
    if shape == "ring":
        return rings(points, size, class_, size / 3)
    return diamonds(points, size, class_) if shape == "diamond" else cells(points, size, shape, class_)


def _span(span: Span, axis: Axis) -> str:
    drawn = f"twin-{span.role}" + ("" if span.sure else " dash-dash")
    x1, x2 = axis.clamped(span.low), axis.clamped(span.high)
    return tag("line", x1=x1, x2=x2, y1=span.y, y2=span.y, class_=drawn)


def _rule(rule: Rule, axis: Axis) -> str:
    x = axis.clamped(rule.value)
    return tag("line", x1=x, x2=x, y1=rule.top, y2=rule.bottom, class_=f"twin-{rule.role}")


_PRINTERS: dict[type[Item], Callable[[Any, Axis], str]] = {
    Text: _text,
    Bar: _bar,
    Dot: _dot,
    Icons: _icons,
    Span: _span,
    Rule: _rule,
}
