"""A model and its card: what must agree, and that each disagreement is told with its line."""

from __future__ import annotations

import pytest

from il2site.model.card import CHOSEN
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


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        ("k", "below zero"),
        ("k*ln(A - 20)", "no number"),
        ("-k*A*A", "no number"),
    ],
)
def test_a_model_that_does_not_run_is_an_error(rate: str, words: str) -> None:
    card = CARD.replace(", range: [0.1, 2]", "").replace("run_to: 5", "run_to: 50")
    found = problems(MODEL.replace("k*A", rate), card)
    assert [p.rule for p in found] == ["model-run"]
    assert words in found[0].message or "too many steps" in found[0].message


def test_a_model_is_tried_at_both_ends_of_its_ranges() -> None:
    model = MODEL.replace("k*A", "k*A/sqrt(1.5 - k)")
    [problem] = problems(model)
    assert (problem.rule, "k = 2" in problem.message) == ("model-run", True)


def test_what_a_folder_lacks_or_has_twice_is_told() -> None:
    assert {p.rule for p in problems(model="")} == {"model-missing"}
    assert {p.rule for p in problems(card="")} == {"model-missing"}
    assert {p.rule for p in problems(**{"model.xml": "<sbml/>"})} >= {"model-missing"}
    assert "slug" in {p.rule for p in problems(name="De cay")}


def test_problems_of_model_and_card_come_in_one_run() -> None:
    rules = {p.rule for p in problems(MODEL.replace("k*A", "kk*A"), CARD.replace("title:", "titel:"))}
    assert {"model-no-value", "unknown-key"} <= rules
