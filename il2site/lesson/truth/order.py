"""Terms in their order: no lesson uses a term of the glossary before the course has marked it for the first time.

The first mark of a term, [[dwell time]], stands where it is explained. Headings may announce a term.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from il2site.lesson.glossary import Term
from il2site.lesson.truth.passage import END, TERM, Finder, Passage
from il2site.problem import Problem

Course = Sequence[tuple[Sequence[Passage], Finder]]
"""The passages of each lesson in teaching order, and what finds their lines."""


def order_problems(course: Course, terms: Mapping[str, Term]) -> Iterator[Problem]:
    """A problem for each of `terms` that is used before it is marked, where it is first used."""
    marked = {identifier for found, _ in course for passage in found for identifier in _MARKED.findall(passage.text)}
    waiting = {identifier: _pattern(term) for identifier, term in terms.items() if identifier in marked}
    for found, finder in course:
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
                    yield _problem(terms[identifier], use[0], finder)
                if use or identifier in first:
                    del waiting[identifier]


_MARKED = re.compile(f"{TERM}([a-z0-9-]+){END}")


def _pattern(term: Term) -> re.Pattern[str]:
    """Any name of `term` as a word of its own, also in the plural; abbreviations as they are written."""
    names = [re.escape(name) if name.isupper() else f"(?i:{re.escape(name)})" for name in term.names]
    return re.compile(rf"(?<![\w-])(?:{'|'.join(names)})s?(?![\w-])")


def _problem(term: Term, words: str, finder: Finder) -> Problem:
    said = f"“{words}” is used before it is explained"
    remedy = f"Explain it here and mark it, [[{term.name}]], or say it in other words."
    return Problem(finder.place(words), "term-order", said, remedy)
