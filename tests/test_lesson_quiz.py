"""Questions: what a teacher types becomes a question with options, and every slip is answered with its own line."""

from __future__ import annotations

import pytest
from lesson_case import lesson, problem, problems

from il2site.lesson.lesson import Quiz

GOOD = """/// quiz
What does *the cell* do [@mckeithan1995]?

It has $10^3$ receptors.

- [x] Almost **nothing**
    > None of the bonds lasts.
    >
    > Not one.
- [ ] It triggers {misconception=occupancy}
    > Occupancy is not what is read.
///
"""


def quiz(body: str) -> Quiz:
    part = lesson(body).parts[0]
    assert isinstance(part, Quiz)
    return part


def test_a_quiz_has_a_question_and_options_each_with_its_explanation() -> None:
    made = quiz(GOOD)
    assert "<em>the cell</em>" in made.question_html and made.question_html.count("<p>") == 2
    right, wrong = made.options
    assert (right.html, right.correct, right.misconception) == ("Almost <strong>nothing</strong>", True, None)
    assert right.feedback_html == "<p>None of the bonds lasts.</p>\n<p>Not one.</p>"
    assert (wrong.html, wrong.correct, wrong.misconception) == ("It triggers", False, "occupancy")
    assert (made.place.line, wrong.place.line) == (8, 17)


def test_the_id_of_a_quiz_follows_its_words_and_not_its_place() -> None:
    again = lesson("New first paragraph.\n\n" + GOOD.replace("What", "Why") + "\n" + GOOD)
    quizzes = [part for part in again.parts if isinstance(part, Quiz)]
    assert quizzes[1].id == quiz(GOOD).id
    assert quizzes[0].id != quizzes[1].id


def test_two_quizzes_with_the_same_words_have_different_ids() -> None:
    quizzes = [part.id for part in lesson(GOOD + "\n" + GOOD).parts if isinstance(part, Quiz)]
    assert len(set(quizzes)) == 2


def test_what_a_quiz_cites_is_cited_by_the_lesson() -> None:
    assert lesson(GOOD).citations == ("mckeithan1995",)


def test_more_than_one_option_may_be_right() -> None:
    made = quiz("/// quiz\nWhich?\n\n- [x] A\n    > a\n- [X] B\n    > b\n///\n")
    assert [option.correct for option in made.options] == [True, True]


def test_a_long_option_may_go_on_in_the_next_line() -> None:
    made = quiz("/// quiz\nWhich?\n\n- [x] A and\n    so on\n    > a\n- [ ] B\n    > b\n///\n")
    assert made.options[0].html == "A and\nso on"


@pytest.mark.fault(25)
@pytest.mark.parametrize(
    ("body", "rule", "line", "words"),
    [
        ("/// quiz\n\n- [x] a\n    > b\n- [ ] c\n    > d\n///\n", "block-content", 1, "no question"),
        ("/// quiz\nWhy?\n///\n", "quiz-answer", 1, "no options"),
        ("/// quiz\nWhy?\n\n- [x] a\n    > b\n///\n", "quiz-answer", 1, "1 options"),
        ("/// quiz\nWhy?\n\n- [ ] a\n    > b\n- [ ] c\n    > d\n///\n", "quiz-answer", 1, "marked as right"),
        ("/// quiz\nWhy?\n\n- [x] a\n    > b\n- [ ] c\n///\n", "quiz-feedback", 6, '"c"'),
        ("/// quiz\nWhy?\n\n- [x] a\n    > b\n- [ ]\n    > d\n///\n", "block-content", 6, "no words"),
        ("/// quiz\nWhy?\n\n- [x] a\n    > b\n- [y] c\n    > d\n///\n", "block-content", 6, "[y]"),
        ("/// quiz\nWhy?\n\n- [x] a\n    > b\nlost words\n- [ ] c\n    > d\n///\n", "block-content", 6, "lost words"),
        ("/// quiz\nWhy?\n\n- [x] a {colour=red}\n    > b\n- [ ] c\n    > d\n///\n", "block-option", 4, "colour"),
        ("/// quiz\nWhy?\n\n- [x] a {misconception=A_B}\n    > b\n- [ ] c\n    > d\n///\n", "block-option", 4, "A_B"),
        (
            "/// quiz\n    shuffle: true\nWhy?\n\n- [x] a\n    > b\n- [ ] c\n    > d\n///\n",
            "block-option",
            2,
            "no options",
        ),
        ("/// quiz\n## Why?\n\n- [x] a\n    > b\n- [ ] c\n    > d\n///\n", "block-content", 2, "heading"),
        ("/// quiz\nWhy?\n\n- [x] a\n    > b\n- [ ] a\n    > d\n///\n", "quiz-answer", 6, "twice"),
        ("/// quiz\nWhy?\n\n- [x] a\n    > b\n- [ ] c {misconception: x}\n    > d\n///\n", "block-option", 6, "misconception"),
        ("/// quiz\nWhy?\n\n- [x] a\n    > b\n- [ ] {misconception=x} c\n    > d\n///\n", "block-option", 6, "misconception"),
        ("/// quiz\nWhy?\n\n- [x] a\n    > b [@no]\n- [ ] c\n    > d\n///\n", "citation-missing", 5, "no"),
    ],
)
def test_a_faulty_quiz_is_answered_with_its_line(body: str, rule: str, line: int, words: str) -> None:
    assert problems(body) == [(rule, line)]
    assert words in problem(body).message


def test_every_fault_of_a_quiz_is_told_in_one_run() -> None:
    body = "/// quiz\n\n- [ ] a\n- [ ] b [[nothing]]\n    > c\n///\n"
    assert set(problems(body)) == {("block-content", 1), ("quiz-answer", 1), ("quiz-feedback", 3), ("term-unknown", 4)}
