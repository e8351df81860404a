"""A model and its card: what must agree, and that each disagreement is told with its line."""

from __future__ import annotations

import pytest
from model_tools import network

from il2site.model.card.card import CHOSEN
from il2site.model.card.reactants import leaks
from il2site.model.engine.simulate import run
from il2site.model.model import load_model
from il2site.problem import Problem
from il2site.text import SourceFile

MODEL = """model decay
  species A = start
  start = 10
  k = 0.5
  go: A => ; k*A
  left := A/start
end
"""
CARD = """title: Decay
about: Something falls apart.
time_unit: h
run_to: 5
symbols:
  A: {label: amount, unit: molecules}
  left: {label: share that is left, unit: ""}
  start: {label: amount at the start, unit: molecules, source: chosen for teaching, status: illustrative}
  k: {label: rate, unit: 1/h, source: someone2000, status: read, range: [0.1, 2]}
limits:
  - Nothing else happens.
"""


def problems(model: str = MODEL, card: str = CARD, name: str = "decay", **more: str) -> tuple[Problem, ...]:
    folder = f"content/models/{name}"
    files = {f"{folder}/model.ant": model, f"{folder}/card.yml": card} | {f"{folder}/{k}": v for k, v in more.items()}
    return load_model(name, {path: SourceFile(path, text) for path, text in files.items() if text}).problems


def places(found: tuple[Problem, ...]) -> list[tuple[str, str, int]]:
    return [(p.rule, p.place.path.rpartition("/")[2], p.place.line) for p in found]


def test_a_good_model_and_card_are_taken() -> None:
    files = {"content/models/decay/model.ant": MODEL, "content/models/decay/card.yml": CARD}
    checked = load_model("decay", {path: SourceFile(path, text) for path, text in files.items()})
    assert checked.problems == ()
    assert checked.value is not None
    assert (checked.value.network.name, checked.value.network.time_unit) == ("decay", "h")
    assert checked.value.citations == ("someone2000",)
    assert CHOSEN not in checked.value.citations


def test_a_parameter_without_card_entry_is_found_at_its_line_of_the_model() -> None:
    card = "\n".join(line for line in CARD.splitlines() if not line.startswith("  k:"))
    assert places(problems(card=card)) == [("model-card", "model.ant", 4)]


def test_a_card_entry_without_symbol_is_found_at_its_line_of_the_card() -> None:
    [problem] = problems(card=CARD.replace("limits:", "  strat: {label: a slip, unit: h}\nlimits:"))
    assert places((problem,)) == [("model-card", "card.yml", 10)]
    assert "start" in problem.remedy


def test_a_number_without_source_or_status_is_found() -> None:
    [problem] = problems(card=CARD.replace(", source: someone2000, status: read", ""))
    assert places((problem,)) == [("model-card", "card.yml", 9)]
    assert "no source and no status" in problem.message


def test_a_start_that_is_a_number_needs_a_source_too() -> None:
    found = problems(MODEL.replace("A = start", "A = 3"))
    assert [p.message for p in found] == ["A has no source and no status"]


def test_a_card_without_limits_is_an_error() -> None:
    assert places(problems(card=CARD.partition("limits:")[0])) == [("model-limits", "card.yml", 1)]
    assert places(problems(card=CARD.replace("- Nothing else happens.", '- " "'))) == [("model-limits", "card.yml", 10)]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("range: [0.1, 2]", "range: [1, 2]", 9),
        ("amount, unit: molecules}", "amount, unit: molecules, range: [0, 1]}", 6),
        ("run_to: 5", "run_to: 0", 4),
        ("label: rate", 'label: ""', 9),
    ],
)
def test_a_card_that_contradicts_its_model_is_an_error(old: str, new: str, line: int) -> None:
    assert places(problems(card=CARD.replace(old, new))) == [("model-card", "card.yml", line)]


def test_a_time_unit_that_the_model_denies_is_an_error() -> None:
    declared = MODEL.replace("  start = 10", "  start = 10; unit hour = 60 second; unit time_unit = hour")
    assert places(problems(declared)) == [("model-card", "card.yml", 3)]


@pytest.mark.fault(26, 27)
@pytest.mark.parametrize(
    ("rate", "words"),
    [
        ("k*A*ln(A - 20)", "no number"),
        ("-k*A*A", "no number"),
    ],
)
def test_a_model_that_does_not_run_is_an_error(rate: str, words: str) -> None:
    card = CARD.replace(", range: [0.1, 2]", "").replace("run_to: 5", "run_to: 50")
    found = problems(MODEL.replace("k*A", rate), card)
    assert [p.rule for p in found] == ["model-run"]
    assert words in found[0].message or "too many steps" in found[0].message


@pytest.mark.parametrize(("holds", "value"), [("k < 1.5", "2"), ("k > 0.2", "0.1"), ("abs(k - 0.45) > 0.01", "0.447")])
def test_a_model_is_tried_at_both_ends_and_the_middle_of_its_ranges(holds: str, value: str) -> None:
    """What fails there is told at the line of the range."""
    [problem] = problems(MODEL.replace("k*A", f"k*A*piecewise(1, {holds}, sqrt(-1))"))
    assert places((problem,)) == [("model-run", "card.yml", 9)]
    assert f"with k = {value}" in problem.message


def test_a_model_is_tried_with_the_doses_of_its_card() -> None:
    dosed = CARD.replace("limits:", "doses: [{time: 2, target: A, amount: -20}]\nlimits:")
    assert [(p.rule, "below zero" in p.message) for p in problems(card=dosed)][:1] == [("model-run", True)]


def test_a_state_that_starts_below_zero_may_stay_there() -> None:
    model = "model decay\n  V = -70; V' = (E - V)/tau; E = -60; tau = 2\nend\n"
    numbers = "source: chosen for teaching, status: illustrative}"
    card = (
        CARD.partition("symbols:")[0]
        + f"symbols:\n  V: {{label: voltage, unit: mV, {numbers}\n  E: {{label: rest, unit: mV, {numbers}\n"
        + f"  tau: {{label: lag, unit: h, {numbers}\nlimits: [None.]\n"
    )
    assert problems(model, card) == ()


def test_a_range_written_backwards_is_an_error() -> None:
    for written in ("[2, 0.1]", "[0.5, 0.5]"):
        [problem] = problems(card=CARD.replace("[0.1, 2]", written))
        assert places((problem,)) == [("model-card", "card.yml", 9)]
        assert "does not go up" in problem.message


def test_a_source_that_is_no_reference_is_an_error_at_its_line() -> None:
    card = (
        CARD
        + """checks:
  - {what: A, published: "1", measure: last(A), kind: prediction, source: someone2001, status: read}
"""
    )
    folder = "content/models/decay"
    files = {f"{folder}/model.ant": MODEL, f"{folder}/card.yml": card}
    texts = {path: SourceFile(path, text) for path, text in files.items()}
    found = load_model("decay", texts, {"someone2000", "other1999"}).problems
    assert places(found) == [("citation-missing", "card.yml", 13)]
    assert "someone2000" in found[0].remedy
    assert len(load_model("decay", texts, ()).problems) == 2


@pytest.mark.parametrize(
    ("dose", "rule", "words"),
    [
        ("{time: 1, target: strat, amount: 3}", "model-measure", "start"),
        ("{time: -1, target: A, amount: 3}", "value", "at least 0"),
        ("{time: 1, target: A, amount: 3, duration: -2}", "value", "at least 0"),
        ("{time: 1, target: left, amount: 3}", "model-measure", ""),
    ],
)
def test_a_dose_that_cannot_be_given_is_an_error_at_its_line(dose: str, rule: str, words: str) -> None:
    found = problems(card=CARD.replace("limits:", f"doses:\n  - {dose}\nlimits:"))
    assert places(found) == [(rule, "card.yml", 11)]
    assert words in found[0].message + found[0].remedy


# --- reactions that go on without their reactant -----------------------------------------------------------------------


def without(*lines: str) -> list[tuple[str, bool]]:
    """(what is gone, whether it falls below zero) of every reaction that goes on, in a model of these lines."""
    made = network(*lines)
    return [(leak.reactant, leak.below_zero) for leak in leaks(made, [({}, run(made, {}, 2.0, 21).series)])]


def test_a_rate_that_stays_when_its_reactant_is_gone_is_an_error() -> None:
    rate = "go: A => ; k*start"
    [problem] = [p for p in problems(MODEL.replace("go: A => ; k*A", rate)) if p.rule == "model-reactant"]
    assert (problem.place.line, problem.severity) == (5, "error")
    assert problem.message.startswith("the reaction `go` goes on without any A")
    assert "would bring A below zero" in problem.message
    assert "multiply the rate by A" in problem.remedy


def test_every_reactant_counts() -> None:
    assert without("species A = 10, B = 1; k = 1", "go: A + B => ; k*B") == [("A", True)]


def test_cells_that_come_from_none_are_an_error() -> None:
    """A => 2 A says that A comes from A: without any there is none to divide."""
    assert without("species A = 10; k = 1", "split: A => 2 A; k") == [("A", False)]


def test_a_rate_that_is_0_at_the_start_is_tried_with_some_of_everything() -> None:
    assert without("species A = 10, B = 0; k = 1", "go: A => ; k*B") == [("A", True)]


@pytest.mark.parametrize(
    "lines",
    [
        ("species A = 10, B = 0; kf = 1; kb = 2", "A -> B; kf*A - kb*B"),
        ("species A = 10, B = 1; k = 1; K = 2", "A + B => C; k*A*B/(K + A); C => A; k*C; C = 0"),
        ("species A = 10; k = 1; h = 4", "A => ; k*A^h/(1 + A^h)"),
        ("species A = 10; k = 1", "A => ; k*A*abs(ln(A))"),
        ("species A = 10; k = 1", "A => ; k*min(A, 1)"),
        ("species A = 10; k = 1", "A => ; piecewise(k, A > 0.001, 0)"),
        ("species A = 10; k = 1", "A => ; k*A*A/A"),
        ("species $A = 10, B = 1; k = 1", "$A => B; k; B => ; k*B"),
        ("species E = 10, A = 1; k = 1", "E + A => E; k*A"),
        ("compartment c = 5; species A in c = 10; k = 1", "A => ; k*A*c"),
        ("species A = 10; k = 1", "=> A; k; A => ; k*A"),
    ],
)
def test_rates_that_fall_with_their_reactants_are_no_fault(lines: tuple[str, ...]) -> None:
    assert without(*lines) == []


def test_a_nameless_reaction_is_found_at_its_line() -> None:
    text = MODEL.replace("  go: A => ; k*A", "  // A => nothing\n  => A; k*start\n  A => ; k*start")
    [problem] = [p for p in problems(text) if p.rule == "model-reactant"]
    assert problem.place.line == 7
    assert problem.message.startswith("the reaction `A =>` goes on without any A")


# --- what has no effect --------------------------------------------------------------------------------------------


def test_a_symbol_without_effect_is_a_warning_that_names_the_likely_slip() -> None:
    model = MODEL.replace("k = 0.5", "k = 0.5; strat = 3")
    card = CARD.replace(
        "limits:", "  strat: {label: x, unit: molecules, source: chosen for teaching, status: derived}\nlimits:"
    )
    [problem] = problems(model, card)
    assert places((problem,)) == [("model-unused", "model.ant", 4)]
    assert problem.severity == "warning"
    assert "did you mean start?" in problem.remedy
    files = {"content/models/decay/model.ant": model, "content/models/decay/card.yml": card}
    assert load_model("decay", {path: SourceFile(path, text) for path, text in files.items()}).value is not None


def test_what_a_folder_lacks_or_has_twice_is_told() -> None:
    assert {p.rule for p in problems(model="")} == {"model-missing"}
    assert {p.rule for p in problems(card="")} == {"model-missing"}
    assert {p.rule for p in problems(**{"model.xml": "<sbml/>"})} >= {"model-missing"}
    assert "slug" in {p.rule for p in problems(name="De cay")}


def test_problems_of_model_and_card_come_in_one_run() -> None:
    rules = {p.rule for p in problems(MODEL.replace("k*A", "kk*A"), CARD.replace("title:", "titel:"))}
    assert {"model-no-value", "unknown-key"} <= rules
