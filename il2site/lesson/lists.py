"""Writes lists as the Markdown library reads them: each level indented by four spaces, an empty line where one ends.

    "- a", "  - b", "", "    - c", "- d"   ->   "- a", "    - b", "", "        - c", "", "- d"
    "Words:", "- a"                        ->   "Words:", "", "- a"

The library takes two spaces for none, wants an empty line before a list, and loses items that stand further left than the
piece of text they stand in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_ITEM = re.compile(r"( *)([-*+]|[0-9]{1,9}[.)]) +(?=\S)")
_RULE = re.compile(r" {0,3}([-*_])(?: *\1){2,} *")
_BEGINS = re.compile(r" {0,3}(?:[-*+]|1[.)]) ")
"""An item that may follow words without an empty line between; other numbers may be part of the words."""
_NESTED = 2
"""An item that stands so many spaces to the right of another belongs to it."""


@dataclass
class _Reading:
    """Where the reader stands: the lines written, and how far to the right the items stand that are open."""

    lines: list[str] = field(default_factory=list)
    open: list[int] = field(default_factory=list)
    piece: int = 0
    """The depth at which the lines since the last empty one begin."""

    @property
    def after_space(self) -> bool:
        return not self.lines or not self.lines[-1].strip()


def with_plain_lists(text: str) -> str:
    """`text` in which every list is indented in steps of four spaces."""
    if not _ITEM.search(text):
        return text
    reading = _Reading()
    for line in text.split("\n"):
        _read(reading, line)
    return "\n".join(reading.lines)


def _read(reading: _Reading, line: str) -> None:
    item = None if _RULE.fullmatch(line) else _ITEM.match(line)
    if item and (reading.open or (reading.after_space and len(item[1]) < 4)):
        _read_item(reading, line, item)
    elif item and _BEGINS.match(line):
        reading.lines.append("")
        _read_item(reading, line, item)
    elif line.strip() and reading.after_space:
        indent = len(line) - len(line.lstrip(" "))
        _close(reading, indent)
        reading.piece = len(reading.open)
        reading.lines.append("    " * len(reading.open) + line.lstrip(" ") if reading.open else line)
    else:
        reading.lines.append(line)


def _read_item(reading: _Reading, line: str, item: re.Match[str]) -> None:
    indent = len(item[1])
    _close(reading, indent)
    depth = len(reading.open)
    if reading.after_space:
        reading.piece = depth
    elif depth < reading.piece:
        reading.lines.append("")
        reading.piece = depth
    reading.open.append(indent)
    reading.lines.append(f"{'    ' * depth}{item[2].replace(')', '.')} {line[item.end() :]}")


def _close(reading: _Reading, indent: int) -> None:
    """Close the items to which what stands at `indent` does not belong."""
    while reading.open and indent < reading.open[-1] + _NESTED:
        reading.open.pop()
