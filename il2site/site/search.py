"""What can be found on the site: one entry for each lesson, section, figure, model, term, claim and page.

The same list is the search page, which needs no script, and the script that the search dialog loads when it is opened.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from il2site.lesson.lesson import FigureUse, Lesson, Prose, Quiz
from il2site.lesson.prose import plain_text
from il2site.memory import Memory
from il2site.site.address import CLAIMS, GLOSSARY, figure_address, lesson_address, model_address, page_address
from il2site.site.course import Course
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
class Entry:
    """Something to be found: `address` is an output path with its fragment, `within` the lesson that a section is in."""

    kind: str
    title: str
    address: str
    within: str
    text: str

    @property
    def listed(self) -> Listed:
        return Listed(self.kind, self.title, self.address)


def search_entries(course: Course, models: Mapping[str, ModelPage], memory: Memory) -> tuple[Entry, ...]:
    """Everything that can be found, in the order of the course."""
    found: list[Entry] = []
    for lesson in course.lessons:
        found += memory.of(("found", course.made_of[lesson.path]), lambda of=lesson: [*_lesson_entries(of)])  # type: ignore[misc]
    found += [
        Entry("figure", figure.title, figure_address(name), "", f"{figure.description} {figure.summary}")
        for name, figure in course.figures.items()
    ]
    found += [Entry("model", model.title, model_address(name), "", model.about) for name, model in models.items()]
    found += [
        Entry("term", ", ".join(term.names), f"{GLOSSARY}#{term.id}", "", term.plain)
        for term in sorted(course.terms.entries.values(), key=lambda term: term.name.casefold())
    ]
    for claim in course.claims.all if course.claims else ():
        address, said = f"{CLAIMS}#claim-{claim.entry.id}", f"{claim.entry.verdict}: {plain_text(claim.truth_html)}"
        found.append(Entry("claim", claim.entry.claim, address, "", said))
    found += [
        Entry("page", page.settings.title, page_address(page.slug), "", plain_text(page.html)) for page in course.pages
    ]
    return tuple(found)


def search_script(entries: tuple[Entry, ...]) -> bytes:
    """The entries as a classic script, which can be loaded from disk: `[kind, title, address, within, text]` each."""
    rows = [[e.kind, e.title, e.address, e.within, e.text] for e in entries]
    return f"(self.il2site??={{}}).entries={json.dumps(rows, ensure_ascii=False, separators=(',', ':'))};\n".encode()


def by_heading(entries: Iterable[Listed]) -> list[tuple[str, list[Listed]]]:
    """The entries under the headings of the search page."""
    return [(heading, list(group)) for heading, group in groupby(entries, lambda entry: KINDS[entry.kind])]


def _lesson_entries(lesson: Lesson) -> Iterator[Entry]:
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


def _lesson_entry(lesson: Lesson, title: str, address: str, texts: list[str]) -> Entry:
    is_section = "#" in address
    text = " ".join(text for text in texts if text)
    return Entry("section" if is_section else "lesson", title, address, lesson.title if is_section else "", text)


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
