"""What stands behind a page: the parts of the course that it is made of, as a key. Equal keys, equal pages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from il2site.lesson.lesson import FigureUse, Lesson, Predict, Quiz
from il2site.memory import Key, Memory, joined
from il2site.site.course import Course


@dataclass(frozen=True)
class Outline:
    """What other pages than its own show of a lesson. `sections` and `questions` are ids."""

    slug: str
    title: str
    asks: str
    summary: str
    minutes: int
    figure: str | None
    clinical: bool
    sections: tuple[str, ...]
    questions: tuple[str, ...]


def outline(lesson: Lesson) -> Outline:
    return Outline(
        slug=lesson.slug,
        title=lesson.title,
        asks=lesson.asks,
        summary=lesson.summary,
        minutes=lesson.minutes,
        figure=lesson.figure,
        clinical=lesson.clinical,
        sections=tuple(heading.id for heading in lesson.headings if heading.level == 2),
        questions=tuple(part.id for part in lesson.parts if isinstance(part, Quiz | Predict)),
    )


class Behind:
    """Keys for what the pages of `course` are made of."""

    def __init__(self, course: Course, memory: Memory) -> None:
        self._course, self._memory = course, memory

    def text(self, path: str) -> Key:
        """Behind the words of the source at `path`, which may link to any place and any figure."""
        return (self._course.made_of[path], self._course.places, self._course.states)

    def lesson(self, lesson: Lesson) -> Key:
        """Behind the words, questions and figures of `lesson`."""
        return (self._course.made_of[lesson.path], *self._named(lesson))

    def questions(self, lesson: Lesson) -> Key:
        """Behind the questions of `lesson` alone."""
        asked = self._memory.of(("asked", self._course.made_of[lesson.path]), lambda: _asked(lesson))
        return (lesson.slug, lesson.title, asked, *self._named(lesson))

    def _named(self, lesson: Lesson) -> Key:
        """Behind what `lesson` names: places, figures, and misconceptions, which are refuted in some lesson."""
        course = self._course
        shown = {part.name for part in lesson.parts if isinstance(part, FigureUse)}
        asked = {part.figure for part in lesson.parts if isinstance(part, Predict)}
        linked = {link.href[7:].partition("?")[0] for link in lesson.links if link.href.startswith("figure:")}
        named = {o.misconception for part in lesson.parts if isinstance(part, Quiz) for o in part.options}
        refuted = [(name, course.refuted_in[name].slug, course.claimed[name]) for name in sorted(filter(None, named))]
        return (course.places, course.behind_figures(shown | asked | linked), tuple(refuted))

    @cached_property
    def models(self) -> str:
        """Behind all models."""
        made_of = self._course.made_of
        return joined([made_of[model.card_file.path] for model in self._course.models.values()])

    @cached_property
    def lessons(self) -> str:
        """Behind all lessons, with everything in them."""
        return joined([self._course.made_of[lesson.path] for lesson in self._course.lessons])


def _asked(lesson: Lesson) -> str:
    return joined([repr(part) for part in lesson.parts if isinstance(part, Quiz | Predict)])
