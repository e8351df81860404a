"""Terms in their order: no lesson uses a term of the glossary before the course has marked it for the first time, and
none marks too many that are new.

The first mark of a term, [[dwell time]], stands where it is explained. Headings may announce a term.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from il2site.lesson.glossary import Term
from il2site.lesson.truth.passage import END, TERM, Finder, Passage
from il2site.problem import Problem
from il2site.text import Place


@dataclass(frozen=True)
class Met:
    """Where a lesson first meets a term, by its id: at `words` without a mark, or, without those, at its first mark."""

    term: str
    words: str | None = None
    place: Place | None = None


@dataclass(frozen=True)
class Meetings:
    """The terms that a lesson meets, in that order, and the ids of all that it marks."""

    met: tuple[Met, ...]
    marked: frozenset[str]


def meetings(found: Sequence[Passage], terms: Mapping[str, Term], finder: Finder) -> Meetings:
    """Which of `terms` are met in `found`, the passages of one lesson, whose lines `finder` finds."""
    said = "\n".join(passage.text for passage in found).lower()
    marked = {identifier for passage in found for identifier in _MARKED.findall(passage.text)}
    waiting = {
        identifier: _pattern(term)
        for identifier, term in terms.items()
        if identifier in marked or any(name.lower() in said for name in term.names)
    }
    met: list[Met] = []
    for passage in found:
        if passage.block in ("h2", "h3"):
            continue
        lowered = passage.text.lower()
        first = {match[1]: match.start() for match in reversed(list(_MARKED.finditer(passage.text)))}
        for identifier in list(waiting):
            if not any(name.lower() in lowered for name in terms[identifier].names) and identifier not in first:
                continue  # far sooner than its pattern says so
            use = waiting[identifier].search(passage.text, 0, first.get(identifier, len(passage.text)))
            if use:
                met.append(Met(identifier, use[0], finder.place(use[0])))
            elif identifier in first:
                met.append(Met(identifier))
            else:
                continue
            del waiting[identifier]
    return Meetings(tuple(met), frozenset(marked))


def order_problems(course: Iterable[Meetings], terms: Mapping[str, Term]) -> Iterator[Problem]:
    """A problem for each of `terms` that is used before it is marked, where it is first used. Lessons in teaching order."""
    lessons = list(course)
    marked = {identifier for lesson in lessons for identifier in lesson.marked}
    waiting = marked & terms.keys()
    for lesson in lessons:
        for met in lesson.met:
            if met.term in waiting and met.words and met.place:
                yield _problem(terms[met.term], met.words, met.place)
            waiting.discard(met.term)


def load_problems(course: Iterable[tuple[str, Meetings]], terms: Mapping[str, Term], limit: int) -> Iterator[Problem]:
    """A problem for each lesson that is the first to mark more than `limit` of `terms`. Lessons by path, in teaching order."""
    known: set[str] = set()
    for path, lesson in course:
        new = [terms[name].name for name in sorted(lesson.marked & terms.keys() - known)]
        known |= lesson.marked
        if len(new) > limit:
            said = f"{len(new)} terms are new here, and site.yml allows {limit}: {', '.join(new)}"
            remedy = "Say some of them in plain words, or mark them in the lesson that needs them."
            yield Problem(Place(path), "new-terms", said, remedy)


_MARKED = re.compile(f"{TERM}([a-z0-9-]+){END}")


def _pattern(term: Term) -> re.Pattern[str]:
    """Any name of `term` as a word of its own, also in the plural; abbreviations as they are written."""
    names = [re.escape(name) if name.isupper() else f"(?i:{re.escape(name)})" for name in term.names]
    return re.compile(rf"(?<![\w-])(?:{'|'.join(names)})s?(?![\w-])")


def _problem(term: Term, words: str, place: Place) -> Problem:
    said = f"“{words}” is used before it is explained"
    remedy = f"Explain it here and mark it, [[{term.name}]], or say it in other words."
    return Problem(place, "term-order", said, remedy)
