"""Takes code and displayed formulas out of Markdown before anything else reads it, and keeps account of lines.

    ["Text", "```python", "x = 1", "```"]   ->   lines ["Text", <mark c0>, "", ""], codes [Code("python", "x = 1")]

The number of lines stays the same, so a line number of the result is a line number of the file.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from il2site.lesson.marks import mark
from il2site.problem import Problem
from il2site.text import Place

_FENCE = re.compile(r"([ ]*)(`{3,}|~{3,})[ ]*([\w+#.-]*)([^`]*)")
"""Behind the language others write what they want of it (`{1,3}`, `title="a.py"`); it changes nothing here."""
_HEADING = re.compile(r"[ >]*(?:(?:[-*+]|[0-9]+\.)[ ]+)*(#{1,6})[ ]+\S.*?")
INLINE_CODE = re.compile(r"(?<![\\`])(`+)(?!`)((?:[^\n]|\n(?![ \t]*\n))+?)(?<!`)\1(?!`)")


@dataclass(frozen=True)
class Code:
    """A fenced piece of code and the language that its fence names, if any."""

    language: str
    text: str


@dataclass(frozen=True)
class Formula:
    """TeX, and whether it is displayed on a line of its own."""

    tex: str
    display: bool
    place: Place


@dataclass
class Protected:
    """Lines with marks for what was taken out; `first` is the line of the file on which they begin."""

    path: str
    first: int
    lines: list[str] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)
    formulas: list[Formula] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def place(self, index: int) -> Place:
        return Place(self.path, self.first + index)


def protect(lines: list[str], path: str, first: int) -> Protected:
    """`lines`, which begin on line `first` of the file at `path`, without their fenced code and displayed formulas."""
    out = Protected(path, first, list(lines))
    index = 0
    while index < len(lines):
        end = _take_code(out, index) or _take_formula(out, index)
        if end is None:
            _mark_heading(out, index)
            _tell_underline(out, index)
        index = (index if end is None else end) + 1
    return out


def _take_code(out: Protected, start: int) -> int | None:
    """Replace the fenced code that opens on line `start`; the index of its last line."""
    opening = _FENCE.fullmatch(out.lines[start])
    if opening is None:
        return None
    indent, fence, language, _ = opening.groups()
    closing = re.compile(rf"[ ]*{fence[0]}{{{len(fence)},}}[ ]*")
    end = next((i for i in range(start + 1, len(out.lines)) if closing.fullmatch(out.lines[i])), None)
    if end is None:
        message = f"the code that opens with {fence} is never closed"
        out.problems.append(
            Problem(out.place(start), "block-content", message, f"Write {fence} on a line of its own below the code.")
        )
        out.lines[start] = ""
        return start
    text = "\n".join(line.removeprefix(indent) for line in out.lines[start + 1 : end])
    out.lines[start : end + 1] = [indent + mark("c", len(out.codes))] + [""] * (end - start)
    out.codes.append(Code(language, text))
    return end


def _take_formula(out: Protected, start: int) -> int | None:
    """Replace the displayed formula that opens on line `start` and fills whole lines; the index of its last line."""
    line = out.lines[start].strip()
    if not line.startswith("$$") or (line.count("$$") > 1 and not line.endswith("$$")):
        return None
    end = (
        start
        if line.endswith("$$") and len(line) > 3
        else next((i for i in range(start + 1, len(out.lines)) if out.lines[i].strip().endswith("$$")), None)
    )
    if end is None or any(re.match(r" {0,3}/{3}", text) for text in out.lines[start:end]):
        message = "the formula that opens with $$ is never closed"
        out.problems.append(Problem(out.place(start), "tex", message, "Write $$ at the end of the formula."))
        out.lines[start] = out.lines[start].replace("$$", "")
        return start
    tex = "\n".join(out.lines[start : end + 1]).strip().removeprefix("$$").removesuffix("$$")
    indent = out.lines[start][: len(out.lines[start]) - len(out.lines[start].lstrip())]
    out.lines[start : end + 1] = [indent + mark("m", len(out.formulas))] + [""] * (end - start)
    out.formulas.append(Formula(tex, True, out.place(start)))
    return end


_UNDERLINE = re.compile(r" {0,3}(?:-{3,}|={3,})[ ]*")
_UNDERLINED = re.compile(r" {0,3}(?![-*+>|#/ =_]|[0-9]+[.)] )\S")


def _tell_underline(out: Protected, index: int) -> None:
    """A problem when dashes stand right below words: elsewhere that is a heading, and here it would be a rule."""
    if index and _UNDERLINE.fullmatch(out.lines[index]) and _UNDERLINED.match(out.lines[index - 1]):
        said = f'"{out.lines[index].strip()[:10]}" right below words makes no heading'
        remedy = "Write ## in front of the words; above a rule leave an empty line."
        out.problems.append(Problem(out.place(index), "heading", said, remedy))


def _mark_heading(out: Protected, index: int) -> None:
    """Write the index of a heading's line behind it, for whoever meets the heading after rendering."""
    match = _HEADING.fullmatch(out.lines[index])
    if match:
        out.lines[index] = out.lines[index].rstrip().rstrip("#").rstrip() + " " + mark("h", index)


def _without_code(text: str) -> str:
    """`text` of the same length, in which nothing can be found inside inline code."""
    return INLINE_CODE.sub(lambda match: re.sub(r"[^\n]", "\ufffc", match[0]), text)


class Locator:
    """Finds the line of a piece of Markdown. The nth search for the same words finds their nth occurrence."""

    def __init__(self, source: Protected) -> None:
        self._text = _without_code("\n".join(source.lines))
        self._source = source
        self._next: dict[str, int] = defaultdict(int)

    def place(self, words: str) -> Place:
        """The place of `words` as the renderer met them; line breaks and replaced inner parts do not disturb."""
        parts = re.split(r"\x02[^\x03]*\x03|[\ue000-\ue001]|\n[ >]*", _without_code(words))
        parts.sort(key=len, reverse=True)
        return self._place(parts[0]) or Place(self._source.path, self._source.first)

    def first_of(self, *candidates: str) -> Place:
        """The place of the first of `candidates` that occurs at all."""
        found = next((place for words in candidates if (place := self._place(words))), None)
        return found or Place(self._source.path, self._source.first)

    def _place(self, words: str) -> Place | None:
        found = self._text.find(words, self._next[words])
        if found < 0:
            found = self._text.find(words)
        if found < 0 or not words:
            return None
        self._next[words] = found + len(words)
        return self._source.place(self._text.count("\n", 0, found))
