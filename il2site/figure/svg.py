"""SVG and HTML elements as text. What comes from a person is escaped here; nothing gets a style attribute."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

Attribute = str | float | int | None


def tag(name: str, *children: str, **attributes: Attribute) -> str:
    """An element: `tag("text", words("a"), x=1, class_="tick")` is `<text x="1" class="tick">a</text>`.

    `children` are elements already, or text that went through `words`. An attribute of None is left out;
    an underscore in its name is a hyphen, and a last one is dropped.
    """
    written = "".join(f' {_name(key)}="{_value(value)}"' for key, value in attributes.items() if value is not None)
    inner = "".join(children)
    return f"<{name}{written}>{inner}</{name}>" if inner or name in _PAIRED else f"<{name}{written}/>"


_PAIRED = frozenset({"div", "p", "span", "ul", "li", "g", "svg"})


def words(text: str) -> str:
    """`text` from a person, harmless as the content of an element."""
    return escape(text, quote=False)


def coordinate(value: float) -> str:
    """A length with at most one decimal: 12.04 -> "12", -0.04 -> "0"."""
    short = f"{value:.1f}"
    return "0" if short in ("-0.0", "0.0") else short.removesuffix(".0")


def picture(width: float, height: float, label: str, content: Iterable[str], **attributes: Attribute) -> str:
    """An `<svg>` that is one image to those who cannot see it, told by `label`."""
    view = f"0 0 {coordinate(width)} {coordinate(height)}"
    given = {"viewBox": view, "role": "img", "aria_label": label, "preserveAspectRatio": "xMidYMid meet", **attributes}
    return tag("svg", tag("title", words(label)), *content, **given)


def emblem(content: Iterable[str], view: str) -> str:
    """A small picture without words that stands for a figure in a list, beside the title that tells it."""
    return tag("div", tag("svg", *content, viewBox=view), class_="twin emblem")


def _name(key: str) -> str:
    return key if key in _CAMEL else key.rstrip("_").replace("_", "-")


_CAMEL = frozenset({"viewBox", "preserveAspectRatio"})


def _value(value: str | float) -> str:
    return escape(value) if isinstance(value, str) else coordinate(value)
