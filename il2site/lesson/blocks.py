"""Finds the blocks of a lesson: what stands between a line `/// name | argument` and a line `///`.

    "Text", "/// aside | Title", "More", "///"   ->   Lines(["Text"]), Open("aside", "Title"), Lines(["More"]), Close()

The Markdown library stays silent about a misspelt name, a wrong option or a block that is never closed. So every
line that begins with three slashes is either understood here or becomes a problem here, and none is left for the
library to pass over.

Three kinds hold data (figure, quiz, predict) and come out whole; two hold Markdown (misconception, aside) and may
hold other blocks. A line of slashes closes the innermost open block that began with as many.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar

from il2site.lesson.protect import Protected
from il2site.problem import Problem
from il2site.schema import Strict, nearest, parse_yaml, validate
from il2site.text import Place, SourceFile

MAX_DEPTH = 3


@dataclass(frozen=True)
class Kind:
    """What a block of one name takes. `argument` says what stands after the bar, None when nothing may."""

    name: str
    argument: str | None
    slug: bool
    data: bool
    example: str


KINDS = {
    kind.name: kind
    for kind in (
        Kind("figure", "the name of a figure", True, True, "/// figure | receptor-triggering"),
        Kind("predict", "the name of a figure", True, True, "/// predict | receptor-triggering"),
        Kind("quiz", None, False, True, "/// quiz"),
        Kind("misconception", "a short id", True, False, "/// misconception | occupancy"),
        Kind("aside", "a title", False, False, "/// aside | For those who want the mathematics"),
    )
}


@dataclass(frozen=True)
class Lines:
    """Consecutive lines; `index` is that of the first of them within the scanned text."""

    index: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


@dataclass(frozen=True)
class Block:
    """The head of a block: its name, what stands after the bar, and its options as they were typed."""

    kind: str
    argument: str
    options: Lines
    place: Place


@dataclass(frozen=True)
class Open:
    """A block that holds Markdown begins; what it holds follows, then a `Close`."""

    block: Block


@dataclass(frozen=True)
class Close:
    """The innermost block that holds Markdown ends."""


@dataclass(frozen=True)
class Data:
    """A block that holds data, whole."""

    block: Block
    body: Lines


Item = Lines | Open | Close | Data


@dataclass
class _Scan:
    """Where the scanner stands: the lines, the items found so far, and the blocks that are open (slashes, block)."""

    source: Protected
    items: list[Item] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    open: list[tuple[int, Block]] = field(default_factory=list)

    def report(self, index: int, rule: str, message: str, remedy: str) -> None:
        self.problems.append(Problem(self.source.place(index), rule, message, remedy))


_SLASHES = re.compile(r" {0,3}(/{3,})[ ]*(.*?)[ ]*")
_LEFTOVER = re.compile(r"[ >]*(?:(?:[-*+]|[0-9]+[.)])[ ]+)*/{3,}.*")
_FOREIGN = re.compile(rf" {{0,3}}(?://[ ]*(?i:{'|'.join(KINDS)})\b|:::+[ ]*\{{?[\w.]+|[!?]{{3}}\+?[ ]+[\w-]+|>[ ]?\[![\w-]+\])")
"""How blocks begin in other programs, or with a slash too few."""
_HEAD = re.compile(r"([\w-]+)[ ]*(?:\|[ ]*(.*))?")


def scan(source: Protected) -> tuple[list[Item], list[Problem]]:
    """The items of `source` in order, every `Open` with its `Close`, and what is wrong with the blocks."""
    state = _Scan(source)
    index = 0
    while index < len(source.lines):
        index = _step(state, index)
    for slashes, block in reversed(state.open):
        state.problems.append(_unclosed(block, slashes))
        _leave(state, block)
    return _joined(state.items), state.problems


def _step(state: _Scan, index: int) -> int:
    """Deal with the line at `index`; the index of the next line to deal with."""
    line = state.source.lines[index]
    match = _SLASHES.fullmatch(line)
    if match is None:
        if _LEFTOVER.fullmatch(line):
            state.report(
                index,
                "block-unknown",
                f'"{line.strip()}" stands inside a list, a quotation or an indented text',
                "Begin the line of slashes at the left margin, with an empty line before it.",
            )
            line = ""
        elif foreign := _FOREIGN.match(line):
            said = f'"{foreign[0].strip()}" begins no block here'
            remedy = "A block begins with a line such as /// aside | A title, and ends with ///."
            state.report(index, "block-unknown", said, remedy)
        state.items.append(Lines(index, (line,)))
        return index + 1
    slashes, rest = len(match[1]), match[2]
    if not rest:
        _close(state, index, slashes)
        return index + 1
    return _begin(state, index, slashes, rest)


def _close(state: _Scan, index: int, slashes: int) -> None:
    if not state.open:
        state.report(
            index, "block-unclosed", f'"{"/" * slashes}" closes nothing', "Delete this line, or open a block above it."
        )
        return
    depths = [depth for depth, _ in state.open]
    if slashes not in depths:
        depth, block = state.open[-1]
        state.report(
            index,
            "block-unclosed",
            f'{slashes} slashes cannot close "{block.kind}", which began with {depth} on line {block.place.line}',
            f"Write {'/' * depth} here.",
        )
        slashes = depth
    while True:
        depth, block = state.open.pop()
        _leave(state, block)
        if depth == slashes:
            return
        state.problems.append(_unclosed(block, depth))


def _leave(state: _Scan, block: Block) -> None:
    if block.kind in KINDS:
        state.items.append(Close())


def _unclosed(block: Block, slashes: int) -> Problem:
    remedy = f"Write {'/' * slashes} on a line of its own where it ends."
    return Problem(block.place, "block-unclosed", f'the block "{block.kind}" is never closed', remedy)


def _begin(state: _Scan, index: int, slashes: int, rest: str) -> int:
    match = _HEAD.fullmatch(rest)
    kind = KINDS.get(match[1].lower()) if match else None
    if match is None or kind is None:
        return _unknown(state, index, slashes, rest)
    options = _options(state.source, index + 1)
    block = Block(kind.name, (match[2] or "").strip(), options, state.source.place(index))
    good = _argument_fits(state, index, kind, match[2])
    after = index + 1 + len(options.lines)
    if kind.data:
        return _take_data(state, block, slashes, after, good)
    if len(state.open) >= MAX_DEPTH:
        state.report(
            index, "block-content", f"blocks are nested more than {MAX_DEPTH} deep", "Close the outer blocks first."
        )
    state.open.append((slashes, block))
    state.items.append(Open(block))
    return after


def _unknown(state: _Scan, index: int, slashes: int, rest: str) -> int:
    """Report a name that is not known; its block stays open, so that its end is not reported too."""
    word = rest.split("|")[0].strip()
    close = nearest(word, list(KINDS))
    known = "Known are: " + ", ".join(KINDS) + "."
    first, _, others = re.sub(r"[:：｜,=]", " ", rest).partition(" ")
    said, remedy = f'there is no block "{word}"', f'Did you mean "{close}"? {known}' if close else known
    if first.lower() in KINDS and others.strip():
        said = f'a bar is missing behind "{first}"'
        remedy = f"Write {'/' * slashes} {first.lower()} | {others.strip()}"
    state.report(index, "block-unknown", said, remedy)
    options = _options(state.source, index + 1)
    state.open.append((slashes, Block(f"({word})", "", options, state.source.place(index))))
    return index + 1 + len(options.lines)


def _options(source: Protected, start: int) -> Lines:
    """The lines indented by four or more that follow the head of a block."""
    end = start
    while end < len(source.lines) and source.lines[end].startswith("    ") and source.lines[end].strip():
        end += 1
    return Lines(start, tuple(source.lines[start:end]))


def _argument_fits(state: _Scan, index: int, kind: Kind, given: str | None) -> bool:
    if kind.argument is None:
        if given:
            state.report(
                index, "block-argument", f'the block "{kind.name}" takes nothing after the bar', f"Write {kind.example}"
            )
        return True
    if not (given or "").strip():
        state.report(
            index,
            "block-argument",
            f'the block "{kind.name}" needs {kind.argument}',
            f"Write for example: {kind.example}",
        )
        return False
    if kind.slug and not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", str(given)):
        state.report(
            index,
            "block-argument",
            f'"{given}" cannot be {kind.argument}',
            f"Use small letters, digits and single hyphens: {kind.example}",
        )
        return False
    return True


def _opens(line: str) -> bool:
    match = _SLASHES.fullmatch(line)
    return bool(match and match[2])


def _body(source: Protected, start: int, slashes: int) -> tuple[Lines, int]:
    """The lines up to the one that closes a data block or opens another, and the index at which to go on."""
    for index in range(start, len(source.lines)):
        match = _SLASHES.fullmatch(source.lines[index])
        if match and match[2]:
            return Lines(start, tuple(source.lines[start:index])), index
        if match and len(match[1]) == slashes:
            return Lines(start, tuple(source.lines[start:index])), index + 1
    return Lines(start, tuple(source.lines[start:])), len(source.lines)


def _take_data(state: _Scan, block: Block, slashes: int, start: int, good: bool) -> int:
    body, end = _body(state.source, start, slashes)
    if end == start + len(body.lines):
        state.problems.append(_unclosed(block, slashes))
    elif good:
        state.items.append(Data(block, _without_slashes(state, body)))
    return end


def _without_slashes(state: _Scan, body: Lines) -> Lines:
    """`body` without lines of slashes that close nothing or stand where no block can."""
    kept = []
    for offset, line in enumerate(body.lines):
        if _SLASHES.fullmatch(line) or _LEFTOVER.fullmatch(line):
            state.report(
                body.index + offset,
                "block-unclosed",
                f'"{line.strip()}" closes nothing',
                "Delete it, or write as many slashes as the block began with.",
            )
            line = ""
        kept.append(line)
    return Lines(body.index, tuple(kept))


def _joined(items: list[Item]) -> list[Item]:
    """`items` with neighbouring lines made into one."""
    joined: list[Item] = []
    run: list[str] = []
    start = 0
    for item in [*items, Close()]:
        if isinstance(item, Lines):
            start = start if run else item.index
            run.extend(item.lines)
            continue
        if run:
            joined.append(Lines(start, tuple(run)))
            run = []
        joined.append(item)
    return joined[:-1]


S = TypeVar("S", bound=Strict)


def read_options(model: type[S], block: Block, source: Protected) -> tuple[S | None, list[Problem]]:
    """The options of `block` as a `model`; whatever does not fit is a broken `block-option` on its line."""
    line = source.first + block.options.index
    text = "\n".join(block.options.lines)
    indent = min((len(text_line) - len(text_line.lstrip()) for text_line in block.options.lines), default=0)
    dedented = "\n".join(text_line[indent:] for text_line in block.options.lines)
    parsed = parse_yaml(SourceFile(source.path, text), line - 1, dedented)
    if parsed.value is None:
        return None, list(_as_options(parsed.problems))
    yaml = parsed.value if block.options.lines else replace(parsed.value, lines={(): block.place.line})
    checked = validate(model, yaml, source.path)
    found = (*parsed.problems, *checked.problems)
    return checked.value, [_if_misplaced(problem, block, source) for problem in _as_options(found)]


def _if_misplaced(problem: Problem, block: Block, source: Protected) -> Problem:
    """`problem`, or that the option which it misses stands nearby, but not where options stand."""
    missing = re.fullmatch(r'"([\w-]+)" is missing', problem.message)
    start = block.options.index + len(block.options.lines)
    for index in range(start, min(start + 10, len(source.lines))):
        if missing is None or _SLASHES.fullmatch(source.lines[index]):
            break
        if re.match(rf"\s*{missing[1]}\s*:", source.lines[index]):
            said = f'"{missing[1]}" is not read as an option here'
            remedy = "Indent it by four spaces, directly below the line of slashes or another option."
            return replace(problem, place=source.place(index), message=said, remedy=remedy)
    return problem


def _as_options(problems: tuple[Problem, ...]) -> Iterator[Problem]:
    for problem in problems:
        yield replace(problem, rule="block-option") if problem.rule in ("unknown-key", "value") else problem
