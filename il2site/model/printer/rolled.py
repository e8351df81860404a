"""Blocks of lines that differ only in the places they use, written once as a loop. For JavaScript.

    w[0]=y[2]*p[7];         for (let i=0;i<3;i++) {
    w[1]=y[4]*p[7];    →    w[i]=y[2+2*i]*p[7];
    w[2]=y[6]*p[7];         }

A model of several alike parts (four waves of cells, ten compartments) would otherwise repeat all its formulas and their
derivatives. The same operations are done on the same numbers in the same order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LEAST_TURNS = 3
LEAST_SAVED = 3
"""Lines that a loop must be shorter by, its first and last not counted."""
LONGEST_BLOCK = 60

_PLACE = re.compile(r"(?<![\w$.])(y|p|m|v|w|J|dy|ft|out)\[(\d+)\]|\$(\d+c?)(?!\w)")
_DEFINITION = re.compile(r"const \$(\d+c?)=(.*);")


@dataclass(frozen=True)
class _Line:
    """`text` has a gap `\\0` for each of the `places`: (array, index), where the array "$" stands for named parts."""

    text: str
    places: tuple[tuple[str, int], ...]
    defines: int | None = None


@dataclass(frozen=True)
class _Loop:
    """Lines `first` to `first + size*turns`, which are `turns` times the same `size` lines."""

    first: int
    size: int
    turns: int

    @property
    def saved(self) -> int:
        return self.size * (self.turns - 1)


def rolled(lines: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """`lines`, shorter where that is possible; and how many numbers the array `$` has to hold for them."""
    parsed = _constants_first(_parsed(lines))
    loops = list(_loops(parsed))
    if not loops:
        return tuple(lines), 0
    kept = _kept(parsed, loops)
    return tuple(_written(parsed, loops, kept)), max(kept, default=-1) + 1


def _parsed(lines: Sequence[str]) -> list[_Line]:
    """Named parts are numbered in the order of their definitions, so that those of alike blocks are evenly spaced."""
    numbers: dict[str, int] = {}
    parsed = []
    for line in lines:
        definition = _DEFINITION.fullmatch(line)
        text = definition[2] if definition else line
        places = tuple((found[1] or "$", int(found[2]) if found[1] else numbers[found[3]])
                       for found in _PLACE.finditer(text))  # fmt: skip
        if definition:
            numbers[definition[1]] = len(numbers)
        parsed.append(_Line(_PLACE.sub("\0", text), places, len(numbers) - 1 if definition else None))
    return parsed


def _constants_first(lines: list[_Line]) -> list[_Line]:
    """Parts made of parameters alone stand before all else, lest the first of several blocks be longer by them."""
    if any(line.text.startswith("\0=") and line.places[0][0] == "p" for line in lines):
        return lines  # parameters are only being made here
    constant: set[int] = set()
    first, rest = [], []
    for line in lines:
        if line.defines is not None and all(a == "p" or (a == "$" and k in constant) for a, k in line.places):
            constant.add(line.defines)
            first.append(line)
        else:
            rest.append(line)
    numbers = {line.defines: k for k, line in enumerate(each for each in (*first, *rest) if each.defines is not None)}
    return [_renumbered(line, numbers) for line in (*first, *rest)]


def _renumbered(line: _Line, numbers: dict[int | None, int]) -> _Line:
    places = tuple((array, numbers[k] if array == "$" else k) for array, k in line.places)
    return _Line(line.text, places, None if line.defines is None else numbers[line.defines])


def _loops(lines: Sequence[_Line]) -> Iterator[_Loop]:
    """From the top, whatever saves most lines next."""
    numbers: dict[object, int] = {}
    kinds = [numbers.setdefault((line.text, line.defines is None, *(array for array, _ in line.places)), len(numbers))
             for line in lines]  # fmt: skip
    at = 0
    while at < len(lines):
        most = min(LONGEST_BLOCK, (len(lines) - at - 1) // (LEAST_TURNS - 1))
        sizes = (size for size in range(1, most + 1) if kinds[at] == kinds[at + size] == kinds[at + 2 * size]
                 and _evenly(lines[at], lines[at + size], lines[at + 2 * size], 2))  # fmt: skip
        loops = (_Loop(at, size, _turns(lines, kinds, at, size)) for size in sizes)
        best = max(loops, key=lambda loop: loop.saved, default=_Loop(at, 1, 1))
        if best.turns >= LEAST_TURNS and best.saved >= LEAST_SAVED:
            yield best
            at += best.size * best.turns
        else:
            at += 1


def _turns(lines: Sequence[_Line], kinds: list[int], at: int, size: int) -> int:
    """How often the `size` lines from `at` on follow each other, with evenly spaced places."""
    block = kinds[at : at + size]
    if kinds[at + size : at + 2 * size] != block:
        return 1
    turns = 2
    while kinds[at + size * turns : at + size * (turns + 1)] == block and all(
        _evenly(lines[k], lines[k + size], lines[k + size * turns], turns) for k in range(at, at + size)
    ):
        turns += 1
    return turns


def _evenly(first: _Line, second: _Line, later: _Line, turns: int) -> bool:
    """Whether the places of a line are as far on after so many turns as those after one turn let expect."""
    return all(
        last == begin + turns * (following - begin)
        for (_, begin), (_, following), (_, last) in zip(first.places, second.places, later.places, strict=True)
    )


def _kept(lines: Sequence[_Line], loops: Sequence[_Loop]) -> set[int]:
    """The named parts that are needed beyond the turn of the loop that defines them: they live in the array `$`."""
    turn = {loop.first + k: (loop.first, k // loop.size) for loop in loops for k in range(loop.size * loop.turns)}
    defined = {line.defines: turn.get(k) for k, line in enumerate(lines) if line.defines is not None}
    kept = set()
    for k, line in enumerate(lines):
        kept |= {number for array, number in line.places if array == "$" and defined[number] not in (None, turn.get(k))}
    for loop in loops:
        for k in range(loop.first, loop.first + loop.size):
            for (array, begin), (_, following) in zip(lines[k].places, lines[k + loop.size].places, strict=True):
                if array == "$" and begin != following and (begin in kept or defined[begin] is None):
                    kept |= {begin + (following - begin) * turn for turn in range(loop.turns)}
    return kept | {number for loop in loops for number in _siblings(lines, loop, kept)}


def _siblings(lines: Sequence[_Line], loop: _Loop, kept: set[int]) -> Iterator[int]:
    """What other turns of `loop` define with the line that defines one of the `kept`."""
    for k in range(loop.first, loop.first + loop.size):
        numbers = [lines[k + loop.size * turn].defines for turn in range(loop.turns)]
        if kept.intersection(number for number in numbers if number is not None):
            yield from (number for number in numbers if number is not None)


def _written(lines: Sequence[_Line], loops: Sequence[_Loop], kept: set[int]) -> Iterator[str]:
    begins = {loop.first: loop for loop in loops}
    at = 0
    while at < len(lines):
        loop = begins.get(at, _Loop(at, 1, 1))
        body = (_text(lines[k], lines[k + loop.size] if loop.turns > 1 else lines[k], kept)
                for k in range(at, at + loop.size))  # fmt: skip
        yield from body if loop.turns == 1 else (f"for (let i=0;i<{loop.turns};i++) {{", *body, "}")
        at += loop.size * loop.turns


def _text(line: _Line, following: _Line, kept: set[int]) -> str:
    """`line` with its places, which move on to those of the `following` turn."""
    pairs = zip(line.places, following.places, strict=True)
    places = iter([_place(array, begin, then - begin, kept) for (array, begin), (_, then) in pairs])
    text = re.sub("\0", lambda _: next(places), line.text)
    if line.defines is None:
        return text
    step = 0 if following.defines is None else following.defines - line.defines
    name = _place("$", line.defines, step, kept)
    return f"{'' if line.defines in kept else 'const '}{name}={text};"


def _place(array: str, index: int, step: int, kept: set[int]) -> str:
    if array == "$" and index not in kept:
        return f"${index}"
    moving = "i" if step == 1 else f"{step}*i"
    return f"{array}[{index}]" if step == 0 else f"{array}[{moving}]" if index == 0 else f"{array}[{index}+{moving}]"
