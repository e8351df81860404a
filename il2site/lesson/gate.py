"""The gate that every generated fragment passes before a template may trust it: the only module that knows nh3.

What the gate lets through is listed here and nowhere else. Authors write Markdown; the few elements of HTML that
they may write as well are `INLINE_ELEMENTS` and `<br>`.
"""

from __future__ import annotations

import html
import re

import nh3

INLINE_ELEMENTS = frozenset(
    ["abbr", "b", "cite", "dfn", "em", "i", "kbd", "mark", "q", "s", "small", "strong", "sub", "sup", "u", "var"]
)
AUTHOR_ATTRIBUTES = frozenset({"title", "lang", "dir"})

_BLOCKS = [
    "p",
    "div",
    "section",
    "aside",
    "h2",
    "h3",
    "h4",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "blockquote",
    "pre",
    "hr",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
]
_INLINE = ["a", "br", "code", "del", "img", "span"]
_MATH = [
    "math",
    "menclose",
    "merror",
    "mfrac",
    "mi",
    "mmultiscripts",
    "mn",
    "mo",
    "mover",
    "mpadded",
    "mphantom",
    "mprescripts",
    "mroot",
    "mrow",
    "ms",
    "mspace",
    "msqrt",
    "mstyle",
    "msub",
    "msubsup",
    "msup",
    "mtable",
    "mtd",
    "mtext",
    "mtr",
    "munder",
    "munderover",
]
_MATH_ATTRIBUTES = frozenset(
    [
        "accent",
        "accentunder",
        "columnspan",
        "depth",
        "dir",
        "display",
        "displaystyle",
        "fence",
        "form",
        "height",
        "largeop",
        "linethickness",
        "lspace",
        "mathvariant",
        "maxsize",
        "minsize",
        "movablelimits",
        "notation",
        "rowspan",
        "rspace",
        "scriptlevel",
        "separator",
        "stretchy",
        "symmetric",
        "voffset",
        "width",
    ]
)
_ATTRIBUTES = {
    "*": {"class", "id", "title", "lang", "dir"},
    "a": {"href", "rel"},
    "img": {"src", "alt", "loading"},
    "ol": {"start"},
    "th": {"scope"},
    "pre": {"tabindex"},
    "div": {"role", "tabindex", "aria-label"},
    "section": {"aria-label"},
    **{element: set(_MATH_ATTRIBUTES) for element in _MATH},
}
_GATE = nh3.Cleaner(
    tags={*_BLOCKS, *_INLINE, *_MATH, *INLINE_ELEMENTS},
    attributes=_ATTRIBUTES,
    url_schemes={"http", "https", "mailto", "term", "figure"},
    link_rel=None,
)


def clean(fragment: str) -> str:
    """`fragment` with nothing in it but the elements, attributes and addresses listed above, and well formed."""
    return _GATE.clean(fragment)


_TAG = re.compile(r"</?([a-zA-Z][\w:-]*)")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'=<>`]+))?""")


def tag_fault(tag: str) -> str | None:
    """Why an author may not write `tag` (such as `<b onclick="…">`), or None when it is harmless."""
    match = _TAG.match(tag)
    if match is None:
        return f'"{tag}" is not accepted'
    name = match[1].lower()
    if name not in INLINE_ELEMENTS and name != "br":
        return f"the HTML element <{name}> is not accepted"
    bad = [attribute for attribute in tag_attributes(tag) if attribute not in AUTHOR_ATTRIBUTES]
    return f"the HTML attribute {bad[0]} is not accepted" if bad else None


def tag_attributes(tag: str) -> dict[str, str]:
    """The attributes of one opening `tag`, names in lower case, values without quotation marks and entities."""
    inside = _TAG.sub("", tag, count=1).rstrip(">").rstrip("/")
    return {name.lower(): html.unescape(value.strip("\"'")) for name, value in _ATTRIBUTE.findall(inside)}


def scheme(address: str) -> str:
    """The scheme of `address` as a browser sees it, in lower case; empty for an address inside the site.

    `"JaVa\\tScript&#58;x"` has the scheme `"javascript"`; `"//elsewhere"` counts as `"//"`.
    """
    seen = re.sub(
        r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\ufeff]", "", html.unescape(html.unescape(address))
    ).lower()
    if seen[:2].replace("\\", "/") == "//":
        return "//"
    match = re.match(r"([a-z][a-z0-9+.-]*):", seen)
    return match[1] if match else ""
