"""A model answers a prediction: what it says is measured from its run, and what cannot be asked or said is a problem."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from figure_tools import figure
from model_tools import model

from il2site.figure.axis import Axis
from il2site.figure.clock import Clock, moment
from il2site.figure.guess import answer, curve_sentence, feature
from il2site.lesson.predict import Answer, Ask, Choice, Predict, Sketch, Value
from il2site.model.engine.simulate import run
from il2site.problem import Problem
from il2site.text import Place, amount

TABLE = json.loads(Path(__file__).with_name("guess.json").read_text(encoding="utf-8"))
BLOCK, LINE = Place("content/lessons/a.md", 8), Place("content/lessons/a.md", 10)
PEAK = Value("total", "peak", "Cells at the peak", "cells", 1e3, 1e8, "log", False, LINE)
CURVE = Sketch("total", 7, "cells", LINE)


def answered(asks: Ask, name: str = "cd4-expansion", **settings: float) -> Answer:
    made = _answer(asks, name, settings)
    assert not made.problems and made.value, made.problems
    return made.value


def wrong(asks: Ask, name: str = "cd4-expansion", **settings: float) -> Problem:
    [problem] = _answer(asks, name, settings).problems
    assert problem.rule == "prediction"
    return problem


def _answer(asks: Ask, name: str, settings: dict[str, float]) -> Any:
    shown = figure(name)
    network = model(shown.model).network if shown.model else None
    return answer(Predict("predict-a", name, "?", asks, settings, "Why.", BLOCK), shown, network)


def test_the_answer_to_a_value_is_measured_in_the_run_with_its_settings() -> None:
    for settings in ({}, {"il2_made": 0.5}):
        series = run(model("cd4-expansion").network, settings, 30, 301).series
        truth = series.columns["total"].max()
        assert answered(PEAK, **settings).sentence == f"The model gives {amount(truth)} cells."


def test_the_answer_to_a_sketch_tells_the_peak_and_the_end() -> None:
    made = answered(CURVE)
    assert made.sentence == "The model peaks at 1.8 million cells on day 9.5 and ends at 106,000 cells."
    assert made.data["times"] == [0, 5, 10, 15, 20, 25, 30] and made.data["moments"][1] == "day 5"
    assert made.data["start"] == 78 and made.data["ticks"][0][1] == "1"


def test_what_the_page_is_told_of_a_sketch_is_not_its_answer() -> None:
    told = json.dumps(answered(CURVE).data)
    assert "106" not in told and "1.8" not in told


@pytest.mark.parametrize("case", TABLE["features"], ids=lambda case: case["what"])
def test_what_stands_out_in_a_curve_is_the_same_here_and_in_the_browser(case: dict[str, Any]) -> None:
    axis = Axis(*case["range"], 0, 1, case["scale"])
    assert feature(np.array(case["column"], float), axis) == (case["at"], case["kind"])


@pytest.mark.parametrize(("time", "end", "unit", "words"), TABLE["moments"])
def test_a_time_is_said_the_same_here_and_in_the_browser(time: float, end: float, unit: str, words: str) -> None:
    assert moment(Clock("time", "Time", unit, 0, end), time) == words


def test_a_curve_is_told_by_its_peak_its_low_or_its_end() -> None:
    times, axis, clock = np.array([0.0, 10, 20]), Axis(0, 100, 0, 1), Clock("time", "Time", "h", 0, 20)
    columns = ([5, 80, 9], [70, 8, 90], [0, 50, 60])
    said = [curve_sentence(times, np.array(column, float), axis, "pM", clock) for column in columns]
    assert said == [
        "The model peaks at 80 pM at hour 10 and ends at 9 pM.",
        "The model is lowest at 8 pM at hour 10 and ends at 90 pM.",
        "The model ends at 60 pM.",
    ]


@pytest.mark.parametrize(
    ("asks", "words"),
    [
        (replace(PEAK, of="totl"), 'Did you mean "total"?'),
        (replace(PEAK, measure="peek"), 'Did you mean "peak"?'),
        (replace(PEAK, max=1e6), "1.8 million"),
        (replace(PEAK, min=1e7), "Widen min and max"),
        (replace(CURVE, of="totl"), 'Did you mean "total"?'),
        (replace(CURVE, of="G"), '"G" is not a curve of the figure'),
    ],
)
def test_what_the_model_cannot_answer_is_told_with_its_line(asks: Ask, words: str) -> None:
    problem = wrong(asks)
    assert words in problem.message + problem.remedy
    assert problem.place == LINE


def test_a_curve_that_leaves_the_axis_is_a_problem() -> None:
    problem = wrong(Sketch("I", 7, "", LINE), il2_made=3)
    assert "beyond the axis" in problem.message and "range" in problem.remedy


def test_settings_are_those_of_the_model_and_let_it_run() -> None:
    choice = Choice((("a", "A"), ("b", "B")), "a")
    assert answered(choice, il2_made=0.5).data == {"kind": "choice", "set": {"il2_made": 0.5}, "answer": "a"}
    assert 'Did you mean "il2_made"?' in wrong(choice, il2_mad=0.5).remedy
    assert "stops at" in wrong(PEAK, doubling=0).message


def test_a_chart_can_only_be_asked_with_options() -> None:
    choice = Choice((("a", "A"), ("b", "B")), "a")
    assert answered(choice, "response-rates").sentence == ""
    assert "no model" in wrong(PEAK, "response-rates").message
    assert "no model" in wrong(choice, "response-rates", tau=1).message
