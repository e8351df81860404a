"""Footnotes of a file: each is defined once, has words, and is referred to from elsewhere. (A missing one is told by prose.)"""

from __future__ import annotations

import re
from collections.abc import Iterator

from il2site.lesson.protect import Protected
from il2site.problem import Problem

_DEFINITION = re.compile(r" {0,3}\[\^([^\]\n]*)\]:[ ]*(.*)")
_REFERENCE = re.compile(r"\[\^([^\[\]]+)\]")


def footnote_problems(source: Protected) -> Iterator[Problem]:
    defined = {
        index: match for index, line in enumerate(source.lines) if (match := _DEFINITION.fullmatch(line)) is not None
    }
    rest = [defined[index][2] if index in defined else line for index, line in enumerate(source.lines)]
    first: dict[str, int] = {}
    for index, match in defined.items():
        name = match[1]
        words = [match[2], *(rest[at] for at in range(index + 1, _end(rest, index, defined)))]
        elsewhere = "\n".join(line for at, line in enumerate(rest) if not index <= at < index + len(words))
        for said, remedy in _faults(name, first.get(name), words, elsewhere):
            yield Problem(source.place(index), "footnote", f'the footnote "[^{name}]" {said}', remedy)
        first.setdefault(name, source.first + index)


def _faults(name: str, first: int | None, words: list[str], elsewhere: str) -> Iterator[tuple[str, str]]:
    if first is not None:
        yield f"was defined already, on line {first}", "Delete one of the two, or give it another name."
    elif not any(line.strip() for line in words):
        yield "has no words", "Write them behind the colon."
    elif name not in _REFERENCE.findall(elsewhere):
        yield "is never referred to", f"Write [^{name}] where it belongs, or delete it."


def _end(lines: list[str], index: int, defined: dict[int, re.Match[str]]) -> int:
    """Where the words of the definition at `index` end: at the next one, or at a line that is not indented after a gap."""
    for at in range(index + 1, len(lines)):
        gap = not lines[at - 1].strip()
        if at in defined or (gap and lines[at].strip() and not lines[at].startswith("    ")):
            return at
    return len(lines)
