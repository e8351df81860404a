"""Model text: Antimony into SBML and back, and where in a file a name stands."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from il2site.model.sbml.guard import refused, without_comments
from il2site.problem import Checked, Problem
from il2site.text import Place, SourceFile

LONGEST_REPORT = 300
"""Characters of what a library says about a fault; after that it repeats itself for every symbol."""


def is_sbml(file: SourceFile) -> bool:
    """Whether a model file is SBML, which is XML; anything else is Antimony. The name of the file does not matter."""
    return file.text.lstrip("\ufeff \t\r\n").startswith("<")


# --- text to SBML --------------------------------------------------------------------------------------------------


def to_sbml(file: SourceFile) -> Checked[str]:
    """The model as SBML text: SBML as it stands, Antimony translated."""
    refusal = refused(file, is_sbml(file))
    if refusal:
        return Checked(None, (refusal,))
    return Checked(file.text.removeprefix("\ufeff")) if is_sbml(file) else _antimony_to_sbml(file)


def to_antimony(file: SourceFile) -> Checked[str]:
    """The model as Antimony text: Antimony as it stands, SBML translated."""
    if not is_sbml(file):
        return Checked(file.text)
    refusal, library = refused(file, sbml=True), _antimony()
    if refusal:
        return Checked(None, (refusal,))
    if library is None:
        return _no_antimony(file)
    try:
        if library.loadSBMLString(file.text) < 0:
            return _wrong(file.place(), "model-syntax", _one_line(library.getLastError()), "correct the SBML file")
        return Checked(library.getAntimonyString(library.getMainModuleName()))
    finally:
        library.clearPreviousLoads()


def _antimony() -> Any | None:
    """The antimony library, or None where there is none: it has no build for Linux on ARM."""
    try:
        import antimony
    except (ImportError, OSError):
        return None
    antimony.clearPreviousLoads()
    return antimony


def _no_antimony(file: SourceFile) -> Checked[str]:
    return _wrong(file.place(), "model-syntax", "this is Antimony, and the antimony library is not installed here",
                  "install it with: pip install antimony; where it has no build (Linux on ARM), put the model's SBML "
                  "beside it as model.xml instead of model.ant")  # fmt: skip


@lru_cache(4)
def _antimony_to_sbml(file: SourceFile) -> Checked[str]:
    imported = re.search(r"^[ \t]*import\b", without_comments(file.text), re.MULTILINE)
    if imported:
        return _wrong(file.place(imported.end()), "model-unsupported", "the model imports another file",
                      "write the whole model into one file")  # fmt: skip
    library = _antimony()
    if library is None:
        return _no_antimony(file)
    try:
        if library.loadAntimonyString(file.text) < 0:
            return _syntax(file, library.getLastError())
        return Checked(library.getSBMLString(library.getMainModuleName()))
    finally:
        library.clearPreviousLoads()


def _syntax(file: SourceFile, report: str) -> Checked[str]:
    line = re.search(r"line (\d+)", report)
    words = re.sub(r"^Error in model string, line \d+:\s*", "", _one_line(report))
    words = words if len(words) <= LONGEST_REPORT else words[:LONGEST_REPORT].rsplit(" ", 1)[0] + " …"
    return _wrong(Place(file.path, int(line[1]) if line else 1), "model-syntax", f"Antimony cannot read this: {words}",
                  "correct the line, or the one before it (one statement to a line makes the place exact)")  # fmt: skip


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _wrong(place: Place, rule: str, message: str, remedy: str) -> Checked[Any]:
    return Checked(None, (Problem(place, rule, message, remedy),))


# --- places ----------------------------------------------------------------------------------------------------------


def place_of(file: SourceFile, name: str) -> Place:
    """Where the symbol `name` stands in a model file: where it is defined, else where it is first used; else line 1."""
    xml = is_sbml(file)
    text = file.text if xml else without_comments(file.text)
    found = (re.search(pattern, text) for pattern in (_in_xml(name) if xml else _in_antimony(name)))
    first = next((match for match in found if match), None)
    return file.place(first.start() if first else 0)


def _in_xml(name: str) -> tuple[str, ...]:
    """Where a name may stand in SBML, the most telling place first."""
    word = re.escape(name)
    return (rf'\bid="{word}"', rf'="{word}"', rf">\s*{word}\s*<")


def _in_antimony(name: str) -> tuple[str, ...]:
    """Where a name may stand in Antimony, the most telling place first: rate rule, definition, declaration, use."""
    word = re.escape(name)
    nameless_event = r"(?m)(?:^|;)[ \t]*at\b" if name.startswith("_E") else "(?!)"
    return (
        rf"\b{word}'",
        rf"\b{word}\s*:?=(?!>)",
        rf"\bspecies\b[^;\n]*\b{word}\b",
        rf"(?<![\w.]){word}(?![\w.])",
        nameless_event,
    )
