"""Hold the words of lessons to the rules of il2site/lesson/truth/, and all other texts to that of numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from il2site.figure.figure import Figure
from il2site.lesson.claims import Claims
from il2site.lesson.glossary import Terms
from il2site.lesson.lesson import Lesson
from il2site.lesson.plain_page import PlainPage
from il2site.lesson.truth.doses import dose_problems
from il2site.lesson.truth.numbers import number_problems
from il2site.lesson.truth.order import Meetings, load_problems, meetings, order_problems
from il2site.lesson.truth.passage import CITED, Finder, Passage, passages, read_passages
from il2site.lesson.truth.questions import balance_problems
from il2site.lesson.truth.reading import grade_problems
from il2site.memory import Key, Memory, joined
from il2site.problem import Problem
from il2site.site.settings import Limits
from il2site.text import SourceFile


def truth_problems(
    lessons: Sequence[Lesson], terms: Terms, modelled: frozenset[str], limits: Limits,
    texts: Mapping[str, SourceFile], shared: str, memory: Memory,
) -> Iterator[Problem]:  # fmt: skip
    """What is wrong with the words of `lessons`, which are in teaching order; `texts` are their sources.

    `modelled` are the names of the figures of models; `shared` stands for what all lessons are made with.
    """
    by_path = {lesson.path: lesson for lesson in lessons}
    held_to = joined((shared, modelled, limits))
    keys: dict[str, Key] = {path: ("truth", texts[path].digest, held_to) for path in by_path}
    read = memory.each(keys, lambda path: _read(by_path[path], texts[path], terms, modelled, limits))
    for found in read.values():
        yield from found.problems
    yield from order_problems((found.meetings for found in read.values()), terms.entries)
    if limits.new_terms is not None:
        met = ((path, found.meetings) for path, found in read.items())
        yield from load_problems(met, terms.entries, limits.new_terms)


@dataclass(frozen=True)
class _Found:
    """What is wrong with the words of one lesson by itself, and the terms that it meets."""

    meetings: Meetings
    problems: tuple[Problem, ...]


def _read(lesson: Lesson, file: SourceFile, terms: Terms, modelled: frozenset[str], limits: Limits) -> _Found:
    found = passages(lesson, modelled)
    problems = [*number_problems(found, Finder(file)), *balance_problems(lesson)]
    if not lesson.clinical:
        problems += dose_problems(found, Finder(file))
    if limits.reading_grade:
        problems += grade_problems(lesson.path, found, limits.reading_grade)
    return _Found(meetings(found, terms.entries, Finder(file)), tuple(problems))


# --- numbers in texts that are no lessons -----------------------------------------------------------------------------


def other_numbers(
    pages: Iterable[PlainPage], terms: Terms, claims: Claims, figures: Iterable[Figure], labels: Iterable[str],
    texts: Mapping[str, SourceFile], shared: str, memory: Memory,
) -> Iterator[Problem]:  # fmt: skip
    """A problem for each number without a source on a page, in a definition, in a claim or in the words of a chart.

    What is said of a claim is looked at, and not the claim, which is somebody else's. Figures that are no charts have
    their numbers from their model. `labels` are the names of sources ("Fyfe et al. 1995").
    """
    pieces: dict[str, tuple[tuple[str, int], ...]] = {page.path: ((page.html, 1),) for page in pages}
    for term in terms.entries.values():
        pieces[term.place.path] = (*pieces.get(term.place.path, ((terms.intro, 1),)), (term.html, term.place.line))
    for claim in claims.all:
        before = pieces.get(claim.place.path, ((claims.intro_html, 1),))
        pieces[claim.place.path] = (*before, (claim.truth_html, claim.place.line))
    for path, each in pieces.items():
        yield from memory.of(("numbers", texts[path].digest, shared), partial(_apart, each, texts[path]))
    named = re.compile("|".join(map(re.escape, sorted(labels, key=len, reverse=True))) or "(?!)")
    for figure in figures:
        if figure.model is None:
            yield from _in_chart(figure, named, texts[figure.path])


def _apart(pieces: tuple[tuple[str, int], ...], file: SourceFile) -> tuple[Problem, ...]:
    """Each piece of HTML is read by itself, because a reader meets a definition or a claim by itself; with it goes its line."""
    found = [number_problems(read_passages(html), Finder(file, line)) for html, line in pieces]
    return tuple(problem for each in found for problem in each)


_SUM = re.compile(r"\d[\d,.]*(?:\s[+−×÷]\s\d[\d,.]*)+\s=\s\d[\d,.]*")
_DIGITS = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


def _in_chart(figure: Figure, named: re.Pattern[str], file: SourceFile) -> Iterator[Problem]:
    """A number in the words of a chart comes from its data, from arithmetic in its words (37 + 43 = 80), or from a
    source that its sentence names."""
    said = (figure.title, figure.description, figure.summary, *figure.limits)
    given = (*_SUM.findall(" ".join(said)), *(cell for row in figure.table.rows for cell in row))
    found = [Passage("p", named.sub(CITED, text)) for text in said]
    yield from number_problems(found, Finder(file), set(_DIGITS.findall(" ".join(given))))
