"""What a card may say, and how a slip in it is told: with its line, what is wrong and how to mend it."""

from __future__ import annotations

import pytest

from il2site.model.card.card import Card, read_card
from il2site.problem import Problem
from il2site.text import SourceFile

CARD = """title: Decay
about: Something falls apart.
time_unit: h
symbols: {A: {label: amount, unit: molecules}}
doses:
  - {time: 1, target: A, amount: 2, duration: 0.5, every: 8, count: 3}
  - {time: 4, target: A, amount: 1}
checks:
  - what: Half-life
    published: 1.4 h (1 to 2)
    measure: half_life(A, 0)
    unit: h
    between: [1, 2]
    kind: prediction
    source: someone2000
    status: read
    note: ""
    set: {k: 1}
    end: 12
    points: 200
    doses: []
    over: {tau: [0.5, 1, 2]}
    runs: {without: {set: {j: 0}, end: 3, doses: [{time: 0, target: A, amount: 1}]}}
    method: ssa
    runs_count: 20
    seed: 7
"""


def read(text: str) -> tuple[Card | None, tuple[Problem, ...]]:
    checked, _ = read_card(SourceFile("content/models/decay/card.yml", text))
    return checked.value, checked.problems


def test_a_card_with_every_key_is_read() -> None:
    card, problems = read(CARD)
    assert problems == ()
    assert card is not None
    assert [dose.times for dose in card.doses] == [(1.0, 9.0, 17.0), (4.0,)]
    [check] = card.checks
    assert check.between == (1.0, 2.0)
    assert check.doses == () and check.runs["without"].doses != ()
    assert check.over == {"tau": (0.5, 1.0, 2.0)}
    assert (check.method, check.runs_count, check.seed) == ("ssa", 20, 7)


@pytest.mark.parametrize("band", ["[1, null]", "[null, 2]", "[-3, -3]"])
def test_a_band_may_be_open_or_one_number(band: str) -> None:
    assert read(CARD.replace("[1, 2]", band))[1] == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "message", "remedy"),
    [
        ("every: 8, ", "", 6, "does not say how often", "every"),
        (", count: 3", "", 6, "does not say how many times", "count"),
        ("duration: 0.5", "duration: 9", 6, "lasts 9 and is repeated every 8 overlaps itself", "shorten"),
        ("time: 4", "time: -4", 7, "must be at least 0", "at least"),
        ("target: A, amount: 1}\nchecks", "amount: 1}\nchecks", 7, '"target"', "Add"),
        ("amount: 1}\nchecks", "amount: 1, taget: B}\nchecks", 7, "taget", "target"),
        ("[1, 2]", "[2, 1]", 13, "begins at 2 and ends at 1", "smaller"),
        ("[1, 2]", "[null, null]", 13, "has no end", "one end"),
        ("[1, 2]", "[1, 2, 3]", 13, "between", ""),
        ("[1, 2]", "1", 13, "must be a list", "[…, …]"),
        ("kind: prediction", "kind: guess", 14, "'prediction', 'calibrated' or 'input'", "one of"),
        ("source: someone2000", "source: chosen for teaching", 15, "no source", "references.json"),
        ("measure: half_life(A, 0)", "measure: 5", 11, "must be text", "measure:"),
        ("end: 12", "end: 0", 19, "must be above 0", "above"),
        ("points: 200", "points: 1", 20, "must be at least 2", ""),
        ("doses: []", "doses: [{time: 0, target: A, amount: 1, count: 2}]", 21, "does not say how often", "every"),
        ("over: {tau: [0.5, 1, 2]}", "over: {tau: [1]}", 22, "over has 1 value of tau", "at least two"),
        ("over: {tau: [0.5, 1, 2]}", "over: {tau: [1, 2], k: [1, 2]}", 22, "over names 2 parameters", "one of them"),
        ("over: {tau: [0.5, 1, 2]}", "over: {k: [1, 2]}", 22, "k is both scanned by over and set", "delete"),
        ("over: {tau: [0.5, 1, 2]}", "over: {j: [1, 2]}", 22, "j is both scanned by over and set", "delete"),
        ("without:", "with-out:", 23, 'a run "with-out"', "underscores"),
        ("amount: 1}]}}", "amount: 1, every: 2}]}}", 23, "how many times", "count"),
        ("    method: ssa\n    runs_count: 20\n", "", 24, "seed belongs to stochastic runs", "method: ssa"),
        ("method: ssa\n", "method: ode\n", 25, "runs_count belongs to stochastic runs", "method: ssa"),
        ("runs_count: 20", "runs_cuont: 20", 25, "runs_cuont", "runs_count"),
    ],
)  # fmt: skip
def test_a_slip_is_told_at_its_line(old: str, new: str, line: int, message: str, remedy: str) -> None:
    assert old in CARD
    _, problems = read(CARD.replace(old, new))
    told = [p for p in problems if message in p.message and remedy in p.remedy]
    assert told, problems
    assert {p.place.line for p in told} == {line}


def test_all_slips_of_a_card_come_in_one_run() -> None:
    _, problems = read(CARD.replace("every: 8, ", "").replace("[1, 2]", "[2, 1]").replace("without:", "with-out:"))
    assert [p.place.line for p in problems] == [6, 13, 23]
