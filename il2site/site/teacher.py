"""The pages for teachers: of each lesson what a class needs, made of the lesson itself. Nobody writes anything twice.

A question of a worksheet has the number that it has in the lesson, and its options have letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from il2site.figure.figure import Figure
from il2site.figure.share import AT, NoState, state_fragment
from il2site.lesson.lesson import Choice, FigureUse, Lesson, Part, Predict, Prose, Quiz
from il2site.lesson.prose import plain_text
from il2site.site.address import figure_address, lesson_address, relative, teacher_address
from il2site.site.behind import Outline
from il2site.site.course import Course, with_links
from il2site.text import number

FIGURE_WORDS, QUESTION_WORDS = 300, 80
"""How many words of text a figure and a question are counted as when the minutes of a lesson are shared out."""


@dataclass(frozen=True)
class Stretch:
    """A section of the lesson and its share of the minutes. `address` leads to it."""

    title: str
    address: str
    minutes: int


@dataclass(frozen=True)
class AskedAloud:
    """A prediction. `options` are (HTML, whether it is right), empty for a number or a curve; `said` is the model's answer."""

    ask: str
    options: tuple[tuple[str, bool], ...]
    said: str
    explanation: str
    figure: str
    address: str


@dataclass(frozen=True)
class Choosable:
    """An option of a question, with the words of the misconception that it comes from, if any."""

    letter: str
    html: str
    correct: bool
    feedback: str
    comes_from: str


@dataclass(frozen=True)
class Question:
    number: int
    html: str
    options: tuple[Choosable, ...]

    @property
    def right(self) -> str:
        """The letters of the right options: "B", "A and C"."""
        return " and ".join(option.letter for option in self.options if option.correct)


@dataclass(frozen=True)
class State:
    """A figure put into a state that is worth showing; `words` say which."""

    words: str
    address: str


@dataclass(frozen=True)
class Shown:
    """A figure of the lesson, by itself and in its states."""

    title: str
    address: str
    states: tuple[State, ...]


@dataclass(frozen=True)
class TeacherPage:
    """All that a teacher is given for one lesson. Every text with markup is safe HTML with links as this page needs them."""

    lesson: Lesson
    number: int
    address: str
    stretches: tuple[Stretch, ...]
    predictions: tuple[AskedAloud, ...]
    questions: tuple[Question, ...]
    misconceptions: tuple[tuple[str, str], ...]
    figures: tuple[Shown, ...]


@dataclass(frozen=True)
class TeacherEntry:
    """What the list of the pages for teachers says of one: numbers of the lesson's figures, predictions and questions."""

    number: int
    title: str
    asks: str
    minutes: int
    address: str
    figures: int
    predictions: int
    questions: int


def teacher_entry(lesson: Outline, number: int) -> TeacherEntry:
    """The entry of `lesson`, which has that `number` in teaching order."""
    counts = lesson.figures, lesson.predictions, lesson.quizzes
    return TeacherEntry(number, lesson.title, lesson.asks, lesson.minutes, teacher_address(lesson.slug), *counts)


def teacher_page(course: Course, lesson: Lesson, number: int) -> TeacherPage:
    """The page of `lesson`, which has that `number` in teaching order."""
    here = teacher_address(lesson.slug)
    home = relative(lesson_address(lesson.slug), here)
    quizzes = [part for part in lesson.parts if isinstance(part, Quiz)]
    return TeacherPage(
        lesson=lesson,
        number=number,
        address=here,
        stretches=tuple(_stretches(lesson, home)),
        predictions=tuple(_predictions(course, lesson, here)),
        questions=tuple(_question(course, lesson, here, n, quiz) for n, quiz in enumerate(quizzes, 1)),
        misconceptions=tuple(_misconceptions(course, lesson, here)),
        figures=tuple(_shown(lesson, figure, here) for figure in _figures(course, lesson)),
    )


# --- timing -----------------------------------------------------------------------------------------------------------

_SECTION = re.compile(r'<h2 id="([^"]+)">(.*?)</h2>', re.DOTALL)


def _stretches(lesson: Lesson, home: str) -> Iterator[Stretch]:
    """The minutes of the lesson shared out among its sections by what they hold."""
    weights = _weights(lesson)
    titles = {heading.id: heading.text for heading in lesson.headings}
    for identifier, minutes in zip(weights, shared(lesson.minutes, list(weights.values())), strict=True):
        address = f"{home}#{identifier}" if identifier else home
        yield Stretch(titles.get(identifier, "Opening"), address, minutes)


def shared(minutes: int, weights: Sequence[int]) -> list[int]:
    """`minutes` shared out by `weights`: at least one for each, and together as many as there are, if there are enough."""
    spare = max(minutes - len(weights), 0)
    whole = sum(weights) or 1
    exact = [spare * weight / whole for weight in weights]
    shares = [int(share) for share in exact]
    largest_rest = sorted(range(len(weights)), key=lambda place: shares[place] - exact[place])
    for place in largest_rest[: spare - sum(shares)]:
        shares[place] += 1
    return [1 + share for share in shares]


def _weights(lesson: Lesson) -> dict[str, int]:
    """How much each section holds, in words, by the id of its heading; "" is what stands above the first."""
    weights, now = {"": 0}, ""
    for part in lesson.parts:
        if isinstance(part, Prose):
            opening, *sections = _SECTION.split(part.html)
            weights[now] += len(plain_text(opening).split())
            for identifier, _, body in zip(sections[::3], sections[1::3], sections[2::3], strict=True):
                now = identifier
                weights[now] = len(plain_text(body).split())
        else:
            weights[now] += FIGURE_WORDS if isinstance(part, FigureUse) else QUESTION_WORDS
    return weights


# --- predictions and questions ----------------------------------------------------------------------------------------


def _predictions(course: Course, lesson: Lesson, here: str) -> Iterator[AskedAloud]:
    for part in lesson.parts:
        figure = course.figures.get(part.figure) if isinstance(part, Predict) else None
        if isinstance(part, Predict) and figure is not None:
            options = part.asks.options if isinstance(part.asks, Choice) else ()
            right = part.asks.answer if isinstance(part.asks, Choice) else ""
            yield AskedAloud(
                ask=_linked(course, lesson, here, part.ask_html),
                options=tuple((_linked(course, lesson, here, text), key == right) for key, text in options),
                said=course.answers[lesson.slug, part.id].sentence,
                explanation=_linked(course, lesson, here, part.explanation_html),
                figure=figure.title,
                address=_state(figure, "&".join(f"{name}={value:g}" for name, value in part.set.items()), here),
            )


def _misconceptions(course: Course, lesson: Lesson, here: str) -> Iterator[tuple[str, str]]:
    """Those that `lesson` refutes, then those that its questions name and another lesson refutes: claim and address."""
    named = (option.misconception for part in lesson.parts if isinstance(part, Quiz) for option in part.options)
    for name in dict.fromkeys((*lesson.misconceptions, *filter(None, named))):
        page = relative(lesson_address(course.refuted_in[name].slug), here)
        yield course.claimed[name], f"{page}#misconception-{name}"


def _question(course: Course, lesson: Lesson, here: str, number: int, quiz: Quiz) -> Question:
    options = tuple(
        Choosable(
            letter=letter,
            html=_linked(course, lesson, here, option.html),
            correct=option.correct,
            feedback=_linked(course, lesson, here, option.feedback_html),
            comes_from=course.claimed.get(option.misconception or "", ""),
        )
        for letter, option in zip(ascii_uppercase, quiz.options, strict=False)
    )
    return Question(number, _linked(course, lesson, here, quiz.question_html), options)


def _linked(course: Course, lesson: Lesson, here: str, fragment: str) -> str:
    """`fragment` of `lesson` with its links as the page at `here` needs them."""
    return with_links(course, lesson.path, fragment, here)


# --- figures ----------------------------------------------------------------------------------------------------------

_STATE_LINK = re.compile(r'<a href="figure:([a-z0-9-]+)\?([^"]*)">')


def _figures(course: Course, lesson: Lesson) -> list[Figure]:
    names = dict.fromkeys(part.name for part in lesson.parts if isinstance(part, FigureUse))
    return [course.figures[name] for name in names if name in course.figures]


def _shown(lesson: Lesson, figure: Figure, here: str) -> Shown:
    """`figure` with its situations and with the states that `lesson` links to."""
    queries = {preset.label: "&".join(f"{n}={value:g}" for n, value in preset.set.items()) for preset in figure.presets}
    text = "".join(fragment for part in lesson.parts for fragment in _fragments(part))
    for name, query in _STATE_LINK.findall(text):
        if name == figure.name:
            queries.setdefault(_state_words(figure, query.replace("&amp;", "&")), query.replace("&amp;", "&"))
    states = (State(words, _state(figure, query, here)) for words, query in queries.items())
    return Shown(figure.title, relative(figure_address(figure.name), here), tuple(states))


def _state_words(figure: Figure, query: str) -> str:
    """What `query` sets, in the words of the figure: `tau=0.5&at=60` is "Dwell time 0.5 s, at 60 s"."""
    given = {name: float(value) for name, value in (piece.split("=") for piece in query.split("&") if piece)}
    at = given.pop(AT, None)
    labels = {symbol.name: (symbol.label, symbol.unit) for symbol in figure.symbols}
    labels |= {
        control.parameter: (control.label, control.unit) for control in (*figure.controls, *figure.more_controls)
    }
    alike = [preset.label for preset in figure.presets if dict(preset.set) == given]
    set_to = [
        " ".join((label, number(given[name]), unit)).strip() for name, (label, unit) in labels.items() if name in given
    ]
    said = alike[:1] if given else ["The usual run"]
    when = [f"at {at:g} {figure.clock.unit}".strip()] if figure.clock and at is not None else []
    return ", ".join([*(said or set_to), *when])


def _fragments(part: Part) -> Iterator[str]:
    match part:
        case Prose():
            yield part.html
        case Quiz():
            yield from (option.feedback_html for option in part.options)
        case Predict():
            yield part.explanation_html
        case FigureUse():
            yield part.caption_html


def _state(figure: Figure, query: str, here: str) -> str:
    """The address of `figure` on its own page in the state `query`, or as it is when it has no such state."""
    fragment = state_fragment(figure, query)
    page = relative(figure_address(figure.name), here)
    return page if isinstance(fragment, NoState) else f"{page}#{fragment}"
