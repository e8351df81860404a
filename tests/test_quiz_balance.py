"""No answer can be guessed without knowing: right options are neither longer than wrong ones nor at a place of their own."""

from __future__ import annotations

from collections import Counter
from statistics import median

import pytest
from conftest import ROOT
from lesson_case import lesson

from il2site.lesson.citation import References, parse_references
from il2site.lesson.glossary import Terms, parse_glossary
from il2site.lesson.lesson import Lesson, Quiz, parse_lesson
from il2site.lesson.truth.questions import balance_problems, decided, length_ratio, right_place
from il2site.text import SourceFile


def _file(path: str) -> SourceFile:
    return SourceFile(path, (ROOT / path).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def questions() -> list[Quiz]:
    """Every question of the course that has one right option."""
    references = parse_references(_file("content/references.json")).value or References()
    terms = parse_glossary(_file("content/glossary.md"), references).value or Terms()
    paths = (path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "content/lessons").glob("*.md")))
    lessons = [parse_lesson(_file(path), references, terms).value for path in paths]
    return [quiz for made in lessons if made for quiz in decided(made)]


def test_right_answers_of_the_course_stand_at_every_place_about_as_often(questions: list[Quiz]) -> None:
    often = Counter(right_place(quiz) for quiz in questions if len(quiz.options) == 4)
    shares = [often[place] / often.total() for place in range(4)]
    assert often.total() >= 40 and min(shares) >= 0.15 and max(shares) <= 0.35, shares


def test_right_answers_of_the_course_are_as_long_as_wrong_ones(questions: list[Quiz]) -> None:
    assert 0.8 <= median(map(length_ratio, questions)) <= 1.25
    longest = sum(length_ratio(quiz) > 1.25 for quiz in questions)
    assert longest <= len(questions) / 10, f"{longest} right options stand out by their length"


def quiz(place: int, right: str = "A grip that lasts", wrong: str = "A grip that ends") -> str:
    options = [f"{right if number == place else wrong} {'abcd'[number]}" for number in range(4)]
    lines = (f"- [{'x' if number == place else ' '}] {text}\n    > So.\n" for number, text in enumerate(options))
    return f"/// quiz\nWhy {place}?\n\n{''.join(lines)}///\n\n"


def told(*quizzes: str) -> list[str]:
    made: Lesson = lesson("Text.\n\n" + "".join(quizzes))
    return [problem.message for problem in balance_problems(made) if problem.rule == "quiz-balance"]


def test_a_lesson_with_one_letter_for_most_answers_is_told() -> None:
    assert told(*map(quiz, (1, 1, 1, 0))) == ["option B is right in 3 of 4 questions"]
    assert told(*map(quiz, (1, 1, 0, 2))) == []


def test_a_lesson_with_long_right_answers_is_told() -> None:
    long = "A grip that lasts long enough for every step, and then some"
    assert told(*(quiz(place, right=long) for place in range(4))) == [
        "right options are 3.4 times as long as wrong ones"
    ]
    assert told(*(quiz(place, right="Yes") for place in range(4))) == [
        "right options are 0.3 times as long as wrong ones"
    ]


def test_few_questions_and_those_with_several_answers_are_not_judged() -> None:
    several = "/// quiz\nWhich?\n\n- [x] One\n    > So.\n- [x] Two\n    > So.\n///\n\n"
    assert told(*map(quiz, (1, 1, 1))) == told(*map(quiz, (1, 1, 1)), several) == []
