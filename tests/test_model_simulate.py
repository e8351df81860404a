"""Runs: against closed forms, against libRoadRunner along the whole trajectory, and chance against the average."""

from __future__ import annotations

import json
import math
import re

import numpy as np
import pytest
import roadrunner
from model_tools import NAMES, RICH, ROOT, model, network, points, settings, texts

from il2site.model.python import compile_network
from il2site.model.random import sfc32
from il2site.model.sbml import to_sbml
from il2site.model.simulate import countable, run

DECAY = ("species A = n", "n = 100; k = 0.5", "go: A => ; k*A", "gone := n - A")


# --- against mathematics -----------------------------------------------------------------------------------------


def test_decay_is_an_exponential() -> None:
    series = run(network(*DECAY), {}, 10, 51).series
    np.testing.assert_allclose(series.columns["A"], 100 * np.exp(-0.5 * series.times), rtol=1e-6)
    np.testing.assert_allclose(series.columns["gone"], 100 - series.columns["A"])


def test_an_override_changes_the_start_and_the_rate() -> None:
    series = run(network(*DECAY), {"n": 7.0, "k": 2.0}, 1, 11).series
    np.testing.assert_allclose(series.columns["A"], 7 * np.exp(-2 * series.times), rtol=1e-6)


def test_a_name_that_is_no_parameter_is_not_passed_over() -> None:
    with pytest.raises(KeyError, match="kk"):
        run(network(*DECAY), {"kk": 1.0})


@pytest.mark.parametrize("size", [1e-18, 1e-9, 1e12])
def test_tolerances_follow_the_size_of_the_state(size: float) -> None:
    """IL-2 in mol/L and cells in a patient are computed equally well."""
    made = network("species A = n, B = 0", "n = 1; k = 1", "go: A => B; k*A", "lose: B => ; k*B")
    series = run(made, {"n": size}, 5, 26).series
    np.testing.assert_allclose(
        series.columns["B"], size * series.times * np.exp(-series.times), rtol=1e-5, atol=1e-9 * size
    )


def test_a_stiff_system_is_solved() -> None:
    """Robertson's kinetics, eleven orders of magnitude apart; reference values at t = 40 of Hairer and Wanner."""
    made = network(
        "species A = 1, B = 0, C = 0",
        "go: A => B; 0.04*A",
        "fast: 2 B => B + C; 3e7*B*B",
        "back: B + C => A + C; 1e4*B*C",
    )
    last = {name: column[-1] for name, column in run(made, {}, 40, 41).series.columns.items()}
    assert last["A"] == pytest.approx(0.7158271, rel=1e-5)
    assert last["B"] == pytest.approx(9.185535e-6, rel=1e-5)


def test_a_run_that_explodes_stops_and_says_when() -> None:
    made = run(network("species A = 1", "grow: => A; A*A"), {}, 2, 201)
    assert made.outcome.kind in ("not a number", "too many steps")
    assert made.outcome.at == pytest.approx(1.0, abs=0.05)
    assert np.all(np.isfinite(made.series.columns["A"]))


def test_a_run_without_value_at_the_start_has_no_columns_but_an_outcome() -> None:
    made = run(network("species A = 0", "b := 1/A", "go: A => ; A"), {}, 1, 11)
    assert (made.outcome.kind, made.outcome.at, len(made.series.times)) == ("not a number", 0.0, 0)


@pytest.mark.parametrize("name", [*NAMES, "rich"])
def test_the_jacobian_is_the_slope_of_the_right_hand_side(name: str) -> None:
    made = network(*RICH) if name == "rich" else model(name).network
    functions, n = compile_network(made), len(made.states)
    for state, values in points(made, 10, 4):
        cells = np.zeros(n * n)
        functions.jacobian(1.0, state, values, cells)
        exact = cells.reshape(n, n)
        measured = np.zeros((n, n))
        for column in range(n):
            step = 1e-6 * state[column]
            above, below = np.zeros(n), np.zeros(n)
            shift = np.eye(n)[column] * step
            functions.rhs(1.0, state + shift, values, above)
            functions.rhs(1.0, state - shift, values, below)
            measured[:, column] = (above - below) / (2 * step)
        flow = np.zeros(n)
        functions.rhs(1.0, state, values, flow)
        np.testing.assert_allclose(exact, measured, rtol=2e-4, atol=1e-5 * max(1.0, float(np.abs(exact).max())))


# --- against another program -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_whole_run_agrees_with_libroadrunner(name: str) -> None:
    """To a ten-thousandth of each column's range, at the defaults and at both ends of every slider."""
    made = model(name)
    text = to_sbml(texts()[made.path]).value
    assert text is not None
    for overrides in settings(name):
        ours = run(made.network, overrides, made.card.run_to, 241).series
        theirs = _roadrunner(text, overrides, made.card.run_to, 241, list(ours.columns))
        for column, (symbol, values) in enumerate(ours.columns.items()):
            span = max(float(np.ptp(values)), 1e-9)
            worst = float(np.max(np.abs(values - theirs[:, column])))
            assert worst <= 1e-4 * span + 1e-12, f"{symbol} with {overrides}: {worst:.3g} of {span:.3g}"


def _roadrunner(text: str, overrides: dict[str, float], end: float, points: int, symbols: list[str]) -> np.ndarray:
    for name, value in overrides.items():  # in the text itself, so that starts that depend on it follow
        text, found = re.subn(rf'(<parameter id="{name}" value=")[^"]*', rf"\g<1>{value!r}", text)
        assert found == 1
    reference = roadrunner.RoadRunner(text)
    reference.integrator.relative_tolerance = 1e-10
    reference.integrator.absolute_tolerance = 1e-12
    reference.integrator.maximum_num_steps = 200_000
    return np.array(reference.simulate(0, end, points, symbols))


# --- chance ------------------------------------------------------------------------------------------------------


def test_the_random_numbers_are_those_of_the_browser() -> None:
    """`tests/sfc32.json` was written by a C program of its own; the TypeScript test reads the same file."""
    golden = json.loads((ROOT / "tests/sfc32.json").read_text(encoding="utf-8"))
    uniform = sfc32(golden["seed"])
    assert [uniform() for _ in golden["uniform"]] == golden["uniform"]


def test_random_numbers_fill_the_interval_evenly() -> None:
    uniform = sfc32(3)
    drawn = np.array([uniform() for _ in range(20_000)])
    assert drawn.min() > 0 and drawn.max() < 1
    counts, _ = np.histogram(drawn, 20, (0, 1))
    assert float(np.sum((counts - 1000) ** 2 / 1000)) < 43.8  # chi-squared with 19 degrees of freedom, p = 0.001


def test_a_seed_is_a_run() -> None:
    made = network(*DECAY)
    one, two, other = (run(made, {}, 5, 51, "ssa", seed) for seed in (1, 1, 2))
    assert one.events is not None and two.events is not None and other.events is not None
    np.testing.assert_array_equal(one.events.times, two.events.times)
    assert not np.array_equal(one.events.times, other.events.times)


def test_the_grid_shows_the_state_after_the_last_event() -> None:
    made = run(network(*DECAY), {}, 5, 51, "ssa", 4)
    assert made.events is not None
    left = [100 - np.count_nonzero(made.events.times <= time) for time in made.series.times]
    np.testing.assert_array_equal(made.series.columns["A"], left)
    assert made.events.reactions.dtype == np.int32


def test_a_run_in_which_nothing_can_happen_any_more_stands_still() -> None:
    made = run(network(*DECAY), {"k": 50.0}, 100, 11, "ssa", 1)
    assert (made.outcome.kind, made.series.columns["A"][-1], len(made.series.times)) == ("finished", 0.0, 11)


def test_a_rate_below_zero_is_no_probability() -> None:
    made = run(network("species A = 5", "go: A => ; A - 2.5"), {}, 50, 11, "ssa", 1)
    assert made.outcome.kind == "not a number"


def test_decay_has_the_mean_and_the_scatter_of_coin_tosses() -> None:
    made = network(*DECAY)
    left = np.array([run(made, {}, 2, 2, "ssa", seed).series.columns["A"][-1] for seed in range(400)])
    share = math.exp(-1.0)
    assert left.mean() == pytest.approx(100 * share, abs=4 * math.sqrt(100 * share * (1 - share) / 400))
    assert left.var() == pytest.approx(100 * share * (1 - share), rel=0.3)


def test_the_average_of_many_random_runs_is_the_ode() -> None:
    """Receptor triggering: 60 runs, every state at every time within four standard errors (and a molecule's tenth)."""
    made = model("receptor-triggering").network
    runs = [run(made, {"antigens": 50.0}, 20, 21, "ssa", seed).series.columns for seed in range(60)]
    average = run(made, {"antigens": 50.0}, 20, 21).series.columns
    for state in ("L", "C0", "C1", "C2", "C3"):
        drawn = np.array([columns[state] for columns in runs])
        error = 4 * drawn.std(axis=0) / math.sqrt(len(runs)) + 0.1
        assert np.all(np.abs(drawn.mean(axis=0) - average[state]) <= error), state


def test_only_whole_numbers_can_be_counted() -> None:
    assert countable(model("receptor-triggering").network)
    assert not countable(network("species A = 0.5", "go: A => ; A"))
