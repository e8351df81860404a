"""The formulas of checks: each feature on a curve that is known, and each slip told with its line and its remedy."""

from __future__ import annotations

import math

import pytest
from model_tools import network

from il2site.model.card.card import Card, CheckCard
from il2site.model.card.measure import Finding, findings
from il2site.model.model import load_model
from il2site.problem import Problem
from il2site.text import SourceFile

CURVES = network(
    "species A = 8, X = 1, Y = 0, D = 0",
    "k = 0.5; w = 2; half = k/2",
    "decay: A => D; k*A",
    "turn: => X; w*Y",
    "back: Y => ; w*X",
    "grows := 3*exp(0.7*time)",
    "bump := 5*exp(-(time - 3.21)^2)",
    "swing := 2 + X",
    "half_full := 1/(1 + k/3)",
)
"""A falls as 8 exp(-0.5 t); X is cos 2t; grows, bump and half_full are closed forms."""


def found(measure: str, network: object = CURVES, **more: object) -> Finding:
    yaml = {"what": "", "published": "", "kind": "prediction", "source": "x", "status": "read", "end": 10.0}
    check = CheckCard.model_validate(yaml | {"measure": measure} | more)
    card = Card(title="", about="", time_unit="h", symbols={}, checks=(check,))
    [finding] = findings(network, card)  # type: ignore[arg-type]
    return finding


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        ("first(A)", 8),
        ("last(A)", 8 * math.exp(-5)),
        ("at(A, 1.2345)", 8 * math.exp(-0.5 * 1.2345)),
        ("peak(A)", 8),
        ("low(X)", -1),
        ("peak(bump)", 5),
        ("time_of_peak(bump)", 3.21),
        ("time_of_low(-bump)", 3.21),
        ("mean(A)", 1.6 * (1 - math.exp(-5))),
        ("area(A)", 16 * (1 - math.exp(-5))),
        ("area(bump, 0.21, 6.21)", 5 * math.sqrt(math.pi)),
        ("crossing(A, 3)", 2 * math.log(8 / 3)),
        ("crossing(bump, 2.5)", 3.21 - math.sqrt(math.log(2))),
        ("crossing(bump, 2.5, 3.21)", 3.21 + math.sqrt(math.log(2))),
        ("half_life(A, 1.7)", 2 * math.log(2)),
        ("doubling_time(grows, 1, 4)", math.log(2) / 0.7),
        ("period(X)", math.pi),
        ("period(X, 4)", math.pi),
        ("peak_number(swing, 2)", 3),
        ("peak_number_time(swing, 2)", 2 * math.pi),
        ("k", 0.5),
        ("half", 0.25),
        ("log10(w*50) - ln(exp(2)) + sqrt(abs(-4)) - 2**3/4", 0),
        ("last(A + D)", 8),
        ("first(log10(A))", math.log10(8)),
        ("mean(A > 4)", 0.2 * math.log(2)),
        ("(last(A) < 1) + (k >= 0.5)", 2),
    ],
)
def test_a_feature_of_a_known_curve_has_its_known_value(measure: str, value: float) -> None:
    finding = found(measure)
    assert finding.value == pytest.approx(value, rel=2e-3, abs=2e-3), finding.said


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        ("slope(last(log10(A)), k)", -10 / math.log(10)),
        ("slope(log10(k), ln(k))", 1 / math.log(10)),
        ("half_effect(last(half_full), k)", 3.2),
        ("largest(last(A))/smallest(last(A))", math.exp(39)),
        ("mean_of(k)", 2.04),
        ("count(k > 0.25)", 3),
        ("k[0] + k[-1]", 4.1),
        ("last(A)[1]", 8 * math.exp(-2)),
        ("largest(last(A)/last(A)[0])", 1),
        ("slope(last(far.A)*0 + far.w, k)", 0),
    ],
)
def test_a_scan_makes_lists_and_reducers_make_numbers_of_them(measure: str, value: float) -> None:
    scan = {"over": {"k": (0.1, 0.2, 1.0, 4.0) if "half_effect" not in measure else (0.1, 1.0, 2.0, 3.0, 6.0)}}
    if "mean_of" in measure:
        scan = {"over": {"k": (0.1, 0.2, 3.86, 4.0)}}
    if "far" in measure or "count" in measure:
        scan = {"over": {"k": (0.1, 0.3, 1.0, 4.0)}}
    finding = found(measure, **scan, runs={"far": {"end": 20.0, "set": {"w": 1.0}}})
    assert finding.value == pytest.approx(value, rel=0.02, abs=1e-9), finding.said


def test_a_named_run_has_its_own_settings_and_the_rest_from_the_check() -> None:
    runs = {"slow": {"set": {"w": 1.0}}, "short": {"end": 2.0}}
    assert found("period(slow.X)/period(X)", runs=runs, end=20.0).value == pytest.approx(2, rel=1e-3)
    assert found("slow.k - k + slow.w", runs=runs, set={"k": 3.0}).value == 1
    assert found("last(short.A)", runs=runs).value == pytest.approx(8 * math.exp(-1), rel=1e-4)


def test_a_peak_at_a_jump_is_not_rounded_off() -> None:
    saw = network("species A = 1", "k = 1", "go: A => ; k*A", "saw := piecewise(time, time < 5, 0)")
    value = found("peak(saw)", saw).value
    assert value is not None and 4.98 <= value <= 5


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        ("crossing(A, 9)", "no crossing"),
        ("half_life(grows, 1)", "no crossing"),
        ("at(A, 11)", "the run does not reach time 11"),
        ("period(A)", "no two peaks"),
        ("peak_number(X, 99)", "no peak number 99"),
        ("ln(0 - k)", "no number"),
        ("k/(w - 2)", "no number"),
    ],
)
def test_a_formula_without_a_number_says_why_and_is_a_miss(measure: str, said: str) -> None:
    finding = found(measure, between=(0.0, 1e9))
    assert (finding.value, finding.verdict) == (None, "missed")
    assert finding.said.startswith(said)


def test_a_run_that_stops_is_a_miss_that_says_so() -> None:
    explodes = network("species A = 1", "k = 1", "go: => A; k*A*A")
    finding = found("last(A)", explodes)
    assert (finding.value, finding.verdict) == (None, "missed")
    assert finding.said.startswith("the run stopped: ")


@pytest.mark.parametrize(
    ("between", "verdict"),
    [
        ((0.4, 0.6), "met"),
        ((0.5, 0.5), "met"),
        ((0.6, 0.7), "missed"),
        ((None, 0.4), "missed"),
        ((0.4, None), "met"),
        (None, "no band"),
    ],
)
def test_the_band_decides(between: object, verdict: str) -> None:
    assert found("k", between=between).verdict == verdict


def test_stochastic_runs_give_the_mean_of_a_feature_and_the_same_one_every_time() -> None:
    coin = network("substanceOnly species A = 1, B = 0, C = 0", "p = 3", "heads: A => B; p*A", "tails: A => C; A")
    runs = {"method": "ssa", "runs_count": 400, "seed": 5, "points": 11}
    first, again = found("last(B > 0)", coin, **runs), found("last(B > 0)", coin, **runs)
    assert first.value == again.value == pytest.approx(0.75, abs=0.08)
    assert found("first(A) - last(A) - (last(B) + last(C))", coin, **runs).value == pytest.approx(0)
    assert found("last(B > 0)", coin, **{**runs, "seed": 6}).value != first.value


# --- slips ----------------------------------------------------------------------------------------------------------

MODEL = "model decay\n  species A = start\n  start = 10\n  k = 0.5\n  go: A => ; k*A\nend\n"
CARD = """title: Decay
about: Something falls apart.
time_unit: h
run_to: 5
symbols:
  A: {label: amount, unit: molecules}
  start: {label: amount at the start, unit: molecules, source: chosen for teaching, status: illustrative}
  k: {label: rate, unit: 1/h, source: someone2000, status: read}
limits: [Nothing else happens.]
checks:
  - what: Half-life
    published: 1.4 h
    kind: prediction
    source: someone2000
    status: read
    SETTINGS: {}
    measure: half_life(A, 0)
"""


def problems(measure: str = "half_life(A, 0)", settings: str = "set: {}") -> tuple[Problem, ...]:
    card = CARD.replace("SETTINGS: {}", settings).replace("half_life(A, 0)", f"'{measure}'")
    folder = "content/models/decay"
    texts = {f"{folder}/model.ant": MODEL, f"{folder}/card.yml": card}
    return load_model("decay", {path: SourceFile(path, text) for path, text in texts.items()}).problems


def test_a_good_formula_has_no_problem() -> None:
    assert problems() == ()


@pytest.mark.parametrize(
    ("measure", "message", "remedy"),
    [
        ("last(B)", "no symbol B", "A"),
        ("last(strat)", "no symbol strat", "did you mean start?"),
        ("pek(A)", "no function pek", "did you mean peak?"),
        ("A.__class__", "no run A", "add runs"),
        ("without.A", "no run without", "add runs"),
        ("peak()", "peak takes 1 values, not 0", ""),
        ("at(A)", "at takes 2 values, not 1", ""),
        ("area(A, 1, 2, 3)", "area takes 1 to 3 values, not 4", ""),
        ("A", "A is a series where a number is needed", "peak"),
        ("A + 1", "A + 1 is a series where a number is needed", "peak"),
        ("peak(k)", "peak needs a series first, and k is a number", "state"),
        ("at(A, A)", "at needs a number, and A is a series", "last(A)"),
        ("slope(k, last(A))", "slope needs a list, and k is a number", "over"),
        ("k[0]", "needs a list", "over"),
        ("peak(A", "cannot be read", ""),
        ("k if k else 1", "no meaning", ""),
        ("[k for k in 1]", "no meaning", ""),
        ("1 < k < 2", "no meaning", ""),
        ("k and k", "no meaning", ""),
        ("k % 2", "no meaning", ""),
        ('__import__("os")', "no function __import__", ""),
        ("peak(X=A)", "peak takes values", ""),
        ("(lambda: 1)()", "no function", ""),
        ("1" * 400, "no meaning", ""),
        ("-" * 999 + "1", "", ""),
        ("k" * 2000, "2000 characters", ""),
        ("", "cannot be read", ""),
    ],
)
def test_a_formula_without_meaning_is_a_problem_at_its_line(measure: str, message: str, remedy: str) -> None:
    [problem] = problems(measure)
    assert (problem.rule, problem.place.path, problem.place.line) == (
        "model-measure",
        "content/models/decay/card.yml",
        17,
    )
    assert message in problem.message
    assert remedy in problem.remedy and problem.remedy


@pytest.mark.parametrize(
    ("measure", "settings", "message", "line"),
    [
        ("last(A)", "over: {k: [1, 2]}", "last(A) is a list where a number is needed", 17),
        ("k[2]", "over: {k: [1, 2]}", "[2] is no place in a list of 2", 17),
        ("k[k]", "over: {k: [1, 2]}", "[k] is no place", 17),
        ("slope(A, k)", "over: {k: [1, 2]}", "slope needs a list, and A is a series", 17),
        ("last(A)", "set: {kk: 1}", "kk cannot be set", 16),
        ("last(A)", "set: {A: 1}", "A cannot be set", 16),
        ("count(last(A) > 1)", "over: {kk: [1, 2]}", "kk cannot be set", 16),
        ("last(A)", "runs: {b: {set: {kk: 1}}}", "kk cannot be set", 16),
        ("last(A)", "doses: [{time: 0, target: B, amount: 1}]", "a dose cannot go to B", 16),
        ("last(c.A)", "runs: {b: {set: {k: 1}}}", "no run c", 17),
        ("last(A)", "doses: [{time: 0, target: A, amount: 1, duration: 2}]\n    method: ssa", "A flows in over 2", 17),
        ("last(A - b.A)", "runs: {b: {end: 3}}", "different end or points", 17),
    ],
)
def test_a_setting_that_does_not_fit_the_model_is_a_problem_at_its_line(
    measure: str, settings: str, message: str, line: int
) -> None:
    [problem] = problems(measure, settings)
    assert (problem.rule, problem.place.line) == ("model-measure", line)
    assert message in problem.message


def test_a_network_that_cannot_be_counted_has_no_stochastic_check() -> None:
    folder, card = "content/models/decay", CARD.replace("SETTINGS: {}", "method: ssa")
    texts = {f"{folder}/model.ant": MODEL.replace("go: A =>", "go: 0.5 A =>"), f"{folder}/card.yml": card}
    [problem] = load_model("decay", {path: SourceFile(path, text) for path, text in texts.items()}).problems
    assert (problem.rule, problem.place.line) == ("model-measure", 16)
    assert "no stochastic run" in problem.message


def test_the_doses_of_a_card_go_where_the_model_has_something() -> None:
    card = CARD.replace("SETTINGS: {}", "set: {}").replace(
        "limits:", "doses: [{time: 0, target: kk, amount: 2}]\nlimits:"
    )
    texts = {"content/models/decay/model.ant": MODEL, "content/models/decay/card.yml": card}
    [problem] = load_model("decay", {path: SourceFile(path, text) for path, text in texts.items()}).problems
    assert (problem.rule, problem.place.line) == ("model-measure", 9)
    assert "did you mean k?" in problem.remedy
