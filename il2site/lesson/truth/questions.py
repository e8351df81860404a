"""Questions whose right answers can be told without knowing anything: by their place, or by their length.

Looked at are the questions of a lesson that have one right option, if there are four of them or more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median
from string import ascii_uppercase

from il2site.lesson.lesson import Lesson, Quiz
from il2site.lesson.prose import plain_text
from il2site.problem import Problem
from il2site.text import Place

FEWEST = 4
SHORTEST, LONGEST = 0.8, 1.25
"""Between these lies the middle ratio of the length of a right option to that of the wrong ones beside it."""


def balance_problems(lesson: Lesson) -> Iterator[Problem]:
    """A problem when the right options of `lesson` stand too often at one place, or are too long or too short."""
    questions = decided(lesson)
    if len(questions) < FEWEST:
        return
    [(place, often)] = Counter(right_place(question) for question in questions).most_common(1)
    if often > len(questions) / 2:
        said = f"option {ascii_uppercase[place]} is right in {often} of {len(questions)} questions"
        yield Problem(Place(lesson.path), "quiz-balance", said, "Put the right options at other places.")
    ratio = median(length_ratio(question) for question in questions)
    if not SHORTEST <= ratio <= LONGEST:
        said = f"right options are {ratio:.1f} times as long as wrong ones"
        yield Problem(
            Place(lesson.path), "quiz-balance", said, "Word right and wrong options at about the same length."
        )


def decided(lesson: Lesson) -> Sequence[Quiz]:
    """The questions of `lesson` that have exactly one right option."""
    quizzes = [part for part in lesson.parts if isinstance(part, Quiz)]
    return [quiz for quiz in quizzes if sum(option.correct for option in quiz.options) == 1]


def right_place(quiz: Quiz) -> int:
    """The place of the right option, from 0."""
    return next(place for place, option in enumerate(quiz.options) if option.correct)


def length_ratio(quiz: Quiz) -> float:
    """How long the right option is, measured by the middle one of the wrong ones."""
    lengths = [len(plain_text(option.html)) or 1 for option in quiz.options]
    right = lengths.pop(right_place(quiz))
    return right / median(lengths)
