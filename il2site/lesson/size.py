"""Refuses text that would take the Markdown library unreasonably long or deep, before the library is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from il2site.lesson.protect import Protected
from il2site.problem import Problem

MAX_TEXT = 400_000
MAX_PARAGRAPH = 20_000
MAX_OPEN_BRACKETS = 60
MAX_NESTING = 20


def size_problems(source: Protected) -> Iterator[Problem]:
    """What would take the libraries below unreasonably long or deep, told before they are asked."""
    if sum(map(len, source.lines)) > MAX_TEXT:
        message = f"the text is longer than {MAX_TEXT:,} characters"
        yield Problem(source.place(0), "too-large", message, "Split it into several lessons.")
        return
    for start, lines in _paragraphs(source.lines):
        fault = _paragraph_fault(lines)
        if fault:
            yield Problem(source.place(start), "too-large", *fault)


def _paragraphs(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    run: list[str] = []
    for index, line in enumerate([*lines, ""]):
        if line.strip():
            run.append(line)
        elif run:
            yield index - len(run), run
            run = []


def _paragraph_fault(lines: list[str]) -> tuple[str, str] | None:
    text = "\n".join(lines)
    if len(text) > MAX_PARAGRAPH and not _is_list(lines):
        return f"this paragraph is longer than {MAX_PARAGRAPH:,} characters", "Divide it with empty lines."
    for opening, closing in ("[]", "()"):
        if _bracket_depth(text, opening, closing) > MAX_OPEN_BRACKETS:
            return f"more than {MAX_OPEN_BRACKETS} brackets {opening} are open at a time here", "Close them."
    if max(map(_nesting, lines)) > MAX_NESTING:
        return f"lists or quotations are nested more than {MAX_NESTING} deep here", "Write them flatter."
    return None


def _bracket_depth(text: str, opening: str, closing: str) -> int:
    depth = deepest = 0
    for character in re.findall(f"[{re.escape(opening + closing)}]", text):
        depth = depth + 1 if character == opening else max(depth - 1, 0)
        deepest = max(deepest, depth)
    return deepest


def _is_list(lines: list[str]) -> bool:
    """Whether these are the lines of a list or a table, of which each item or row counts as a paragraph."""
    rules = any(re.fullmatch(r"[ ]*(?:[-*_][ ]*){3,}", line) for line in lines)
    begins = re.match(r" *(?:[-*+] |[0-9]+\. |\|)", lines[0])
    return begins is not None and not rules and max(map(len, lines)) <= MAX_PARAGRAPH


_MARKER = re.compile(r"(?:[-*+]|[0-9]+\.)[ ]+|>[ ]*")


def _nesting(line: str) -> int:
    """How many lists and quotations `line` lies in, by its indentation and first markers: `> - - x` in three."""
    position = len(line) - len(line.lstrip(" "))
    depth = position // 4
    while match := _MARKER.match(line, position):
        depth, position = depth + 1, match.end()
    return depth
