"""What can be found on the site: one entry for each lesson, section, figure, model, term, claim and page.

The same list is the search page, which needs no script, and the script that the search dialog loads when it is opened.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from il2site.lesson.lesson import FigureUse, Lesson, Prose, Quiz
from il2site.lesson.prose import plain_text
from il2site.memory import Memory, joined
from il2site.site.address import CLAIMS, GLOSSARY, figure_address, lesson_address, model_address, page_address
from il2site.site.course import Course

if TYPE_CHECKING:
    from il2site.site.model_page import ModelPage

KINDS = {
    "lesson": "Lessons",
    "section": "Lessons",
    "figure": "Figures",
    "model": "Models",
    "term": "Terms",
    "claim": "Claims",
    "page": "Pages",
}
"""What an entry can be, and the heading under which the search page lists it."""

_HEADING = re.compile(r'(<h[23] id="[^"]*">.*?</h[23]>)', re.DOTALL)
_HEADING_PARTS = re.compile(r'<h[23] id="([^"]*)">(.*)</h[23]>', re.DOTALL)


@dataclass(frozen=True)
class Listed:
    """An entry as the search page lists it."""

    kind: str
    title: str
    address: str


@dataclass(frozen=True)
class _Entry:
    """Something to be found: `address` is an output path with its fragment, `within` the lesson that a section is in."""

    kind: str
    title: str
    address: str
    within: str
    text: str


@dataclass(frozen=True)
class Found:
    """Some entries: as the search page lists them, what stands for that, and as the search dialog takes them, rows of JSON."""

    listed: tuple[Listed, ...]
    digest: str
    rows: bytes


def search_entries(course: Course, models: Mapping[str, ModelPage], memory: Memory) -> tuple[Found, ...]:
    """Everything that can be found, in the order of the course."""
    lessons = [
        memory.of(("found", course.made_of[lesson.path]), partial(_found, _lesson_entries(lesson)))
        for lesson in course.lessons
    ]
    return (*lessons, _found(_other_entries(course, models)))


def search_script(found: tuple[Found, ...]) -> bytes:
    """The entries as a classic script, which can be loaded from disk: `[kind, title, address, within, text]` each."""
    rows = b",".join(each.rows for each in found if each.rows)
    return b"(self.il2site??={}).entries=[" + rows + b"];\n"


def _found(entries: Iterable[_Entry]) -> Found:
    every = [*entries]
    rows = [[e.kind, e.title, e.address, e.within, e.text] for e in every]
    written = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    listed = tuple(Listed(e.kind, e.title, e.address) for e in every)
    return Found(listed, joined([repr(entry) for entry in listed]), written[1:-1].encode())


def _other_entries(course: Course, models: Mapping[str, ModelPage]) -> Iterator[_Entry]:
    """All that is not in a lesson."""
    for name, figure in course.figures.items():
        yield _Entry("figure", figure.title, figure_address(name), "", f"{figure.description} {figure.summary}")
    for name, model in models.items():
        yield _Entry("model", model.title, model_address(name), "", model.about)
    for term in sorted(course.terms.entries.values(), key=lambda term: term.name.casefold()):
        yield _Entry("term", ", ".join(term.names), f"{GLOSSARY}#{term.id}", "", term.plain)
    for claim in course.claims.all if course.claims else ():
        address, said = f"{CLAIMS}#claim-{claim.entry.id}", f"{claim.entry.verdict}: {plain_text(claim.truth_html)}"
        yield _Entry("claim", claim.entry.claim, address, "", said)
    for page in course.pages:
        yield _Entry("page", page.settings.title, page_address(page.slug), "", plain_text(page.html))


def by_heading(entries: Iterable[Listed]) -> list[tuple[str, list[Listed]]]:
    """The entries under the headings of the search page."""
    return [(heading, list(group)) for heading, group in groupby(entries, lambda entry: KINDS[entry.kind])]


def _lesson_entries(lesson: Lesson) -> Iterator[_Entry]:
    """The lesson with what stands above its first heading, then each section with all that stands in it."""
    anchor, title = "", lesson.title
    address = lesson_address(lesson.slug)
    texts = [lesson.asks, *(f"{objective}." for objective in lesson.objectives)]
    for piece in _pieces(lesson):
        heading = _HEADING_PARTS.fullmatch(piece)
        if heading is None:
            texts.append(plain_text(piece))
            continue
        yield _lesson_entry(lesson, title, address + anchor, texts)
        anchor, title, texts = f"#{heading[1]}", plain_text(heading[2]), []
    yield _lesson_entry(lesson, title, address + anchor, texts)


def _lesson_entry(lesson: Lesson, title: str, address: str, texts: list[str]) -> _Entry:
    is_section = "#" in address
    text = " ".join(text for text in texts if text)
    return _Entry("section" if is_section else "lesson", title, address, lesson.title if is_section else "", text)


def _pieces(lesson: Lesson) -> Iterator[str]:
    """The HTML of the lesson's words in their order, headings apart."""
    for part in lesson.parts:
        match part:
            case Prose():
                yield from _HEADING.split(part.html)
            case FigureUse():
                yield part.caption_html
            case Quiz():
                yield part.question_html
            case _:
                yield part.ask_html
