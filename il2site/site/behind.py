"""What stands behind a page: the parts of the course that it is made of, as a key. Equal keys, equal pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, partial

from il2site.lesson.lesson import FigureUse, Lesson, Predict, Quiz
from il2site.memory import Key, Memory, joined
from il2site.site.course import Course


@dataclass(frozen=True)
class Outline:
    """What other pages than its own show of a lesson. `sections` and `questions` are ids, `quizzes`, `predictions` and
    `figures` are numbers."""

    slug: str
    title: str
    asks: str
    summary: str
    minutes: int
    figure: str | None
    clinical: bool
    sections: tuple[str, ...]
    questions: tuple[str, ...]
    quizzes: int
    predictions: int
    figures: int


@dataclass(frozen=True)
class _Gist:
    """What has to be known of a lesson for other pages: its outline and what stands for that, the names of figures and of
    misconceptions in it, and what stands for its questions."""

    outline: Outline
    digest: str
    figures: frozenset[str]
    misconceptions: tuple[str, ...]
    asked: str


def _gist(lesson: Lesson) -> _Gist:
    asking = [part for part in lesson.parts if isinstance(part, Quiz | Predict)]
    quizzes = [part for part in asking if isinstance(part, Quiz)]
    shown = [part.name for part in lesson.parts if isinstance(part, FigureUse)]
    outline = Outline(
        slug=lesson.slug,
        title=lesson.title,
        asks=lesson.asks,
        summary=lesson.summary,
        minutes=lesson.minutes,
        figure=lesson.figure,
        clinical=lesson.clinical,
        sections=tuple(heading.id for heading in lesson.headings if heading.level == 2),
        questions=tuple(part.id for part in asking),
        quizzes=len(quizzes),
        predictions=len(asking) - len(quizzes),
        figures=len(shown),
    )
    linked = {link.href[7:].partition("?")[0] for link in lesson.links if link.href.startswith("figure:")}
    asked_about = {part.figure for part in asking if isinstance(part, Predict)}
    return _Gist(
        outline=outline,
        digest=joined((repr(outline),)),
        figures=frozenset({*shown, *linked, *asked_about}),
        misconceptions=tuple(sorted({o.misconception for quiz in quizzes for o in quiz.options if o.misconception})),
        asked=joined([repr(part) for part in asking]),
    )


class Behind:
    """Keys for what the pages of `course` are made of."""

    def __init__(self, course: Course, memory: Memory) -> None:
        self._course, self._memory = course, memory
        self._figures = cache(course.behind_figures)

    def text(self, path: str) -> Key:
        """Behind the words of the source at `path`, which may link to any place and any figure."""
        return (self._course.made_of[path], self._course.places, self._course.states)

    def lesson(self, lesson: Lesson) -> Key:
        """Behind the words, questions and figures of `lesson`."""
        return (self._course.made_of[lesson.path], *self._named(lesson))

    def questions(self, lesson: Lesson) -> Key:
        """Behind the questions of `lesson` alone."""
        return (lesson.slug, lesson.title, self._gists[lesson.slug].asked, *self._named(lesson))

    def outline(self, slug: str | None) -> str:
        """Behind what other pages show of the lesson `slug`."""
        return self._gists[slug].digest if slug else ""

    @cached_property
    def outlines(self) -> Mapping[str, Outline]:
        """The outline of every lesson by its slug, in their order."""
        return {slug: gist.outline for slug, gist in self._gists.items()}

    @cached_property
    def _gists(self) -> Mapping[str, _Gist]:
        course = self._course
        return {
            lesson.slug: self._memory.of(("gist", course.made_of[lesson.path]), partial(_gist, lesson))
            for lesson in course.lessons
        }

    def _named(self, lesson: Lesson) -> Key:
        """Behind what `lesson` names: places, figures, and misconceptions, which are refuted in some lesson."""
        course, gist = self._course, self._gists[lesson.slug]
        refuted = [(name, course.refuted_in[name].slug, course.claimed[name]) for name in gist.misconceptions]
        return (course.places, self._figures(gist.figures), tuple(refuted))

    @cached_property
    def models(self) -> str:
        """Behind all models."""
        made_of = self._course.made_of
        return joined([made_of[model.card_file.path] for model in self._course.models.values()])

    @cached_property
    def lessons(self) -> str:
        """Behind all lessons, with everything in them."""
        return joined([self._course.made_of[lesson.path] for lesson in self._course.lessons])
