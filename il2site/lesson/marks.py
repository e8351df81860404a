"""Marks: short words of private-use characters that hold the place of something while Markdown is turned into HTML.

Code, formulas and blocks are taken out of the text before Markdown sees it, a mark is left where they were, and after
rendering the mark is exchanged for the finished HTML. `mark("c", 3)` is what stands for the fourth piece of code.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}([a-z])([0-9]+){_CLOSE}")
_PIECE = re.compile(f"<p>{_OPEN}p([0-9]+){_CLOSE}</p>\n?")


_UNSPEAKABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ue000-\uf8ff\ufffe\uffff]")


def without_marks(text: str) -> str:
    """`text` of the same length, in which nothing can be taken for a mark or confuse a library."""
    return _UNSPEAKABLE.sub("\ufffd", text)


def mark(kind: str, index: int) -> str:
    """The mark number `index` of a `kind` (one small letter)."""
    return f"{_OPEN}{kind}{index}{_CLOSE}"


def find_mark(kind: str, text: str) -> int | None:
    """The number of the first mark of `kind` in `text`."""
    return next((int(match[2]) for match in _MARK.finditer(text) if match[1] == kind), None)


def replace_marks(text: str, replacement: Callable[[str, int], str]) -> str:
    """`text` with every mark replaced by what `replacement` gives for its kind and number."""
    return _MARK.sub(lambda match: replacement(match[1], int(match[2])), text)


def as_pieces(texts: list[str]) -> str:
    """One Markdown document of several `texts`, so that footnotes and link definitions hold for all of them."""
    return "".join(f"{mark('p', index)}\n\n{text}\n\n" for index, text in enumerate([*texts, ""]))


def split_pieces(html: str) -> dict[int, str]:
    """The HTML of each text that `as_pieces` joined, and after them what belongs to none of them: the footnotes."""
    parts = _PIECE.split(html)
    return {int(index): piece for index, piece in zip(parts[1::2], parts[2::2], strict=True)}
