"""Writes docs/faults.md from the tests that carry the marker `fault`: `python tests/write_faults.py`.

A test says which cases it shows: `@pytest.mark.fault(12, 13)`. What it shows is its name, or the first line of its docstring.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parent

TRIED = {
    1: "Front matter that is never closed, or no front matter",
    2: "A byte-order mark before the first line",
    3: "Values that look like numbers, booleans or nothing where text is asked",
    4: "A key that stands twice, in YAML or JSON",
    5: "A misspelt key",
    6: "A colon or a reserved character in an unquoted value",
    7: "YAML tags that would make objects",
    8: "YAML whose repeats or nesting would fill the memory",
    9: "Text that is not UTF-8",
    10: "Other line ends, control characters, halves of characters, marks that turn the direction of text",
    11: "Empty files, lessons without text, a site without lessons",
    12: "Names that lead out of the site, or are too long for an address",
    13: "Names that Windows cannot hold or that mean something in an address",
    14: "Two pages or images at one address, or that differ only in case or in the spelling of an accent",
    15: "Pages named as something that il2site itself writes",
    16: "Symbolic links out of the site, to nothing, in circles, and inside",
    17: "Pipes, sockets and devices among the sources",
    18: "File names that are no UTF-8, and very long ones",
    19: "Files and folders that may not be read, very large files, very deep folders",
    20: "Scripts, handlers, frames, forms and other active HTML in Markdown",
    21: "Markup and mistakes in mathematics",
    22: "SVG images",
    23: "Files that are no images, broken ones, enormous ones, and what cameras write into them",
    24: "References with markup, bad links, mistakes, or twice the same id",
    25: "Blocks that are misspelt, unclosed or given wrong options",
    26: "Figures and models that name what is not there, leave ranges or disagree in units",
    27: "Models that give no number, run away or never end",
    28: "Links, sections and images that do not exist",
    29: "Terms and footnotes that are missing, doubled, unused or refer to themselves",
    30: "Templates with mistakes, and template language in lessons",
    31: "A fault of il2site's own on one page",
    32: "A build that is interrupted or killed at any moment",
    33: "A full disk, a folder that may not be written, a file or a link where the site should go",
    34: "An output that would overwrite sources or somebody's files",
    35: "Two builds at once, and a build beside a preview",
    36: "Pages removed or renamed; builds that remember against builds from nothing",
    37: "Preview: many kinds of saving",
    38: "Preview: changes that change nothing",
    39: "Preview: mistakes while it runs",
    40: "Preview: foreign hosts, hostile paths, a port in use",
    41: "Very large and deeply nested text",
    42: "Settings that are missing, wrong, or hold any form of address",
    43: "Other folders, time zones, languages, orders of hashing",
    44: "No network",
    45: "The built site from disk, below a path, framed, without scripts, with broken storage and hostile addresses",
    46: "The content policy, and addresses outside the site",
}
"""Cases by number."""

HEAD = """# What il2site withstands

Each case is shown by the tests beside it. This page is written from their markers and names:
`python tests/write_faults.py`.

| case | what is tried | what happens | test |
|---|---|---|---|
"""


@dataclass(frozen=True)
class Shown:
    """What a test shows of the cases whose numbers it carries."""

    cases: tuple[int, ...]
    sentence: str
    file: str


@cache
def shown() -> list[Shown]:
    """Every test with the marker, in the order of files and lines."""
    return [found for file in sorted(TESTS.glob("test_*.py")) for found in _in_file(file)]


def _in_file(file: Path) -> Iterator[Shown]:
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            cases = [case for decorator in node.decorator_list for case in _cases(decorator)]
            if cases:
                yield Shown(tuple(cases), _sentence(node), file.name)


def _cases(decorator: ast.expr) -> list[int]:
    if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.fault":
        return [ast.literal_eval(argument) for argument in decorator.args]
    return []


def _sentence(test: ast.FunctionDef) -> str:
    told = (ast.get_docstring(test) or "").split("\n")[0].rstrip(".")
    named = test.name.removeprefix("test_").replace("_", " ")
    return told or named[0].upper() + named[1:]


def page() -> str:
    return HEAD + "".join(_row(case, found) for case in TRIED for found in _of(case))


def _of(case: int) -> list[tuple[bool, Shown]]:
    tests = [test for test in shown() if case in test.cases]
    return [(test is tests[0], test) for test in tests]


def _row(case: int, found: tuple[bool, Shown]) -> str:
    first, test = found
    number, tried = (str(case), TRIED[case]) if first else ("", "")
    return f"| {number} | {tried} | {test.sentence} | [{test.file}](../tests/{test.file}) |\n"


if __name__ == "__main__":
    (TESTS.parent / "docs/faults.md").write_text(page(), encoding="utf-8")
