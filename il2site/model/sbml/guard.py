"""What antimony and libsbml must not be given: text on which they crash, hang, or read something else than stands there.

Measured with antimony 3.1 and libsbml 5.20: elements nested 10,000 deep and 5,000 `!` in a row end the process; brackets
4,000 deep take 2 GB; a chain of 9,000 `%` and submodels that double fourteen times do not come back; 3,000 species take
10 seconds, and the time grows with the square. Entities of XML are expanded, or read as nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.parsers import expat

from il2site.problem import Problem
from il2site.text import SourceFile

LARGEST_XML = 2_000_000
LARGEST_ANTIMONY = 300_000
"""Characters in a model file: far above any published model, far below what would stop a build."""
DEEPEST = 150
"""Elements or brackets inside each other."""
LONGEST_STATEMENT = 3_000
"""Characters of a statement in Antimony."""
MOST_OPERATORS = 250
"""Operators in one statement that nest to the left, one in another."""
MOST_REMAINDERS = 4
"""`%` in one statement: libsbml writes each as a formula that holds its left side four times."""
MOST_PARTS = 5_000
"""Statements and items of lists, submodels written out."""

Fault = tuple[int, str, str]
"""Where (offset), what is wrong, how to mend it."""


def refused(file: SourceFile, sbml: bool) -> Problem | None:
    """The first reason not to read `file`, which is SBML or else Antimony; None when there is none."""
    for fault in _xml(file.text) if sbml else _antimony(file.text):
        offset, message, remedy = fault
        return Problem(file.place(offset), "model-syntax", message, remedy)
    return None


def _size(text: str, largest: int) -> Iterator[Fault]:
    if len(text) > largest:
        yield 0, f"the model has {len(text):,} characters", f"keep a model below {largest:,} characters"
    control = re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", text)
    if control:
        yield control.start(), "this line holds a control character", "delete it"
    taken = re.search(r"\b__proto__\b", text)
    if taken:
        yield taken.start(), "the name __proto__ means something else in every browser", "choose another name"


# --- SBML ----------------------------------------------------------------------------------------------------------


def _xml(text: str) -> Iterator[Fault]:
    yield from _size(text, LARGEST_XML)
    scan = _Scan()
    parser = expat.ParserCreate()
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    parser.StartDoctypeDeclHandler = scan.doctype
    try:
        parser.Parse(text, True)
    except _Refused as refusal:
        line = parser.CurrentLineNumber - 1
        yield _offset(text, line), *refusal.words
    except (expat.ExpatError, ValueError):
        pass  # libsbml says better what is wrong with the XML


def _offset(text: str, line: int) -> int:
    """Where the line with this number, from 0, begins."""
    offset = 0
    for _ in range(line):
        offset = text.find("\n", offset) + 1
    return offset


class _Refused(Exception):
    def __init__(self, *words: str) -> None:
        super().__init__(*words)
        self.words = words[0], words[1]


@dataclass
class _Scan:
    """Follows the elements of a document."""

    depth: int = 0

    def start(self, _name: str, _attributes: Mapping[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise _Refused(f"elements are nested more than {DEEPEST} deep", "split the formula with assignment rules")

    def end(self, _name: str) -> None:
        self.depth -= 1

    def doctype(self, *_declaration: object) -> None:
        raise _Refused("the file declares a document type, which may stand for anything", "delete <!DOCTYPE …>")


# --- Antimony ------------------------------------------------------------------------------------------------------


def without_comments(text: str) -> str:
    """Antimony `text` with comments as spaces, so that offsets stay the same. An unclosed comment goes to the end."""
    blank = lambda match: re.sub(r"[^\n]", " ", match[0])  # noqa: E731
    return re.sub(r"//[^\n]*|#[^\n]*|/\*.*?(?:\*/|\Z)", blank, text, flags=re.DOTALL)


def _antimony(text: str) -> Iterator[Fault]:
    yield from _size(text, LARGEST_ANTIMONY)
    plain = re.sub(r'"[^"\n]*"', lambda match: " " * len(match[0]), without_comments(text))
    foreign = re.search(r"[^\x00-\x7f]", plain)
    if foreign:
        remedy = "spell names with the letters a to z, digits and underscores"
        yield foreign.start(), f"Antimony cannot read the character {foreign[0]}", remedy
    yield from _statements(plain)
    yield from _depth(plain)
    yield from _parts(plain)
    yield from _repeated(plain)


def _statements(text: str) -> Iterator[Fault]:
    split = "split it with assignment rules"
    for match in re.finditer(r"[^;\n]+", text):
        if len(match[0]) > LONGEST_STATEMENT:
            yield match.start(), f"a statement has {len(match[0]):,} characters", f"{split} below {LONGEST_STATEMENT:,}"
        if len(re.findall(r"[-/^!<>=&|]", match[0])) > MOST_OPERATORS:
            yield match.start(), f"a statement has more than {MOST_OPERATORS} operators other than + and *", split
        if match[0].count("%") > MOST_REMAINDERS:
            yield match.start(), f"a statement has more than {MOST_REMAINDERS} remainders (%)", split


def _depth(text: str) -> Iterator[Fault]:
    depth = 0
    for match in re.finditer(r"[()\[\]{}]", text):
        depth += 1 if match[0] in "([{" else -1
        if depth > DEEPEST:
            yield match.start(), f"brackets are nested more than {DEEPEST} deep", "split the formula with rules"
            return


def _parts(text: str) -> Iterator[Fault]:
    """Refuses what takes antimony minutes: too many statements, directly or in submodels of submodels."""
    sizes: dict[str, int] = {}
    for match in re.finditer(r"\b(?:model|module)\s+\*?\s*(\w+)(.*?)(?=\b(?:model|module)\s|\Z)", text, re.DOTALL):
        inside = re.findall(r":\s*(\w+)\s*\(", match[2])
        sizes[match[1]] = _count(match[2]) + sum(sizes.get(name, 0) for name in inside)
    most = max(_count(text), *sizes.values(), 0)
    if most > MOST_PARTS:
        remedy = f"stay below {MOST_PARTS:,}, or save the model as SBML and call it model.xml"
        yield 0, f"the model has {most:,} statements and items of lists", remedy


def _count(text: str) -> int:
    return sum(1 for part in re.split("[;,\n]", text) if part.strip())


_SCOPE = re.compile(r"\s*(?:(?:model|module|function)\b\s*\*?\s*(\w+)|end\b)")
_NO_DEFINITION = re.compile(r"\s*(?:at|unit|delete|function|model|module)\b")
_LABEL = re.compile(r"\s*(?:(?:reaction|event)\s+)?(\w+)\s*:(?!=)")
_DECLARATION = re.compile(r"\s*(?:(?:const|var|species|substanceOnly|compartment|formula)\s+)*")
_DEFINITION = re.compile(r"(?:^|,)\s*\$?(\w+)\s*(:?=|'\s*=)(?![=>])")


def _repeated(text: str) -> Iterator[Fault]:
    """Refuses what is defined twice in a model: of two reactions of one name Antimony keeps one, without a word."""
    scope = ""
    known: dict[tuple[str, str, str], int] = {}
    for statement in re.finditer(r"[^;\n]+", text):
        entered = _SCOPE.match(statement[0])
        scope = entered[1] or "" if entered else scope
        for offset, name, defined in _definitions(statement[0]):
            place = statement.start() + offset
            first = known.setdefault((scope, name, defined), place)
            if first != place:
                line = text.count("\n", 0, first) + 1
                message = f"{name} is {defined} here, and already on line {line}: Antimony would keep only one"
                yield place, message, "delete one of the two, or give it another name"


def _definitions(statement: str) -> Iterator[tuple[int, str, str]]:
    """The names that a statement defines: where they stand in it, and what it says of them."""
    label = _LABEL.match(statement)
    if label:
        yield label.start(1), label[1], "defined"
    elif not _NO_DEFINITION.match(statement):
        flat = statement
        while flat != (flat := re.sub(r"\([^()]*\)", lambda match: " " * len(match[0]), flat)):
            pass
        start = _DECLARATION.match(flat).end()  # type: ignore[union-attr]
        for found in _DEFINITION.finditer(flat[start:]):
            yield start + found.start(1), found[1], "given a rate" if found[2][0] == "'" else "given a value"
