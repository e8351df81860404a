"""Predictions: a teacher writes a question in one of three ways, and every slip is answered with its own line."""

from __future__ import annotations

import pytest
from lesson_case import HEAD, lesson, parse, problem, problems

from il2site.lesson.predict import Choice, Predict, Sketch, Value

CHOICE = """/// predict | receptor-triggering
    ask: Halve the [[dwell time]]. What happens?
    options: {half: They halve, far: They fall *far* more}
    answer: far
    set: {tau: 2.6}
They fall.

A lot.
///
"""
VALUE = """/// predict | cd4-expansion
    ask: How many at the peak?
    value:
        of: total.peak
        label: Cells at the peak
        unit: cells
        min: 1e3
        max: 1e8
        scale: log
Many.
///
"""
SKETCH = """/// predict | cd4-expansion
    ask: Sketch them.
    sketch: {of: total, points: 9}
    set: {precursors: 7800}
They rise.
///
"""


def predict(body: str) -> Predict:
    part = lesson(body).parts[0]
    assert isinstance(part, Predict)
    return part


def test_a_choice_has_options_an_answer_settings_and_an_explanation() -> None:
    made = predict(CHOICE)
    assert made.figure == "receptor-triggering" and made.set == {"tau": 2.6}
    assert made.ask_html == 'Halve the <a class="term" href="term:dwell-time">dwell time</a>. What happens?'
    assert made.asks == Choice((("half", "They halve"), ("far", "They fall <em>far</em> more")), "far")
    assert made.explanation_html == "<p>They fall.</p>\n<p>A lot.</p>"
    assert made.place.line == 8


def test_a_value_asks_for_a_measure_of_a_curve_on_a_scale() -> None:
    made = predict(VALUE)
    place = made.place
    assert isinstance(made.asks, Value) and (made.asks.place.path, made.asks.place.line) == (place.path, 10)
    assert made.asks == Value("total", "peak", "Cells at the peak", "cells", 1e3, 1e8, "log", False, made.asks.place)
    assert made.explanation_html == "<p>Many.</p>"


def test_a_sketch_asks_for_a_curve_at_some_points() -> None:
    made = predict(SKETCH)
    assert made.asks == Sketch("total", 9, "", made.asks.place) if isinstance(made.asks, Sketch) else False
    assert made.set == {"precursors": 7800}
    plain = predict(SKETCH.replace(", points: 9", "")).asks
    assert isinstance(plain, Sketch) and plain.points == 7


@pytest.mark.parametrize(
    ("old", "new", "rule", "line", "words"),
    [
        ("answer: far", "answer: more", "block-option", 4, "half, far"),
        ("answer: far", "anser: far", "block-option", 4, '"answer"'),
        ("    answer: far\n", "", "block-option", 3, '"answer"'),
        ("tau: 2.6", "tau: long", "block-option", 5, "number"),
        ("{half: They halve, far: They fall *far* more}", "{far: They fall}", "block-option", 3, "at least 2"),
        ("options: {half", "options: {half: They halve, half", "duplicate-key", 3, "twice"),
        ("ask: Halve the [[dwell time]]. What happens?", "ask: Halve: what?", "yaml", 2, '"Halve: what?"'),
        ("They fall.\n\nA lot.\n", "", "quiz-feedback", 1, "explanation"),
        ("| receptor-triggering", "", "block-argument", 1, "figure"),
        ("    set: {", "    sketch: {of: total}\n    set: {", "block-option", 5, "2 ways at once: options, sketch"),
    ],
)
def test_a_faulty_choice_is_answered_with_its_line(old: str, new: str, rule: str, line: int, words: str) -> None:
    body = CHOICE.replace(old, new)
    assert (rule, line) in problems(body)
    found = [p for p in parse(HEAD + body).problems if p.rule == rule]
    assert any(words in p.message + p.remedy for p in found), found


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("of: total.peak", "of: total", 3, "total.peak"),
        ("max: 1e8", "max: 10", 3, "smaller number"),
        ("min: 1e3", "min: 0", 3, "logarithmic"),
        ("min: 1e3", "min: few", 7, "number"),
        ("        label: Cells at the peak\n", "", 3, "label"),
        ("scale: log", "scale: loud", 9, "log"),
        ("    value:\n", "    answer: far\n    value:\n", 3, "only a prediction with options"),
    ],
)
def test_a_faulty_value_is_answered_with_its_line(old: str, new: str, line: int, words: str) -> None:
    body = VALUE.replace(old, new)
    assert ("block-option", line) in problems(body)
    assert any(words in p.message + p.remedy for p in parse(HEAD + body).problems)


@pytest.mark.parametrize("points", ["3", "14", "2.5", "many"])
def test_a_sketch_has_as_many_points_as_can_be_drawn(points: str) -> None:
    assert problems(SKETCH.replace("points: 9", f"points: {points}")) == [("block-option", 3)]


def test_a_prediction_that_asks_for_nothing_says_how_to_ask() -> None:
    found = problem(SKETCH.replace("    sketch: {of: total, points: 9}\n", ""))
    assert found.rule == "block-option" and "sketch:" in found.remedy
