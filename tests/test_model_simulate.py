"""Runs: against closed forms, against libRoadRunner along the whole trajectory, and chance against its theory."""

from __future__ import annotations

import contextlib
import json
import math
import re
import warnings
from dataclasses import replace
from typing import Literal

import numpy as np
import pytest
import roadrunner
from model_tools import NAMES, RICH, ROOT, model, network, points, settings, texts

from il2site.model.engine import stochastic
from il2site.model.engine.random import sfc32
from il2site.model.engine.simulate import Simulator, countable, ensemble, run
from il2site.model.expression import symbols
from il2site.model.printer.code import DENSE_LIMIT
from il2site.model.printer.javascript import javascript
from il2site.model.printer.python import compile_network
from il2site.model.sbml import to_sbml

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


def test_more_states_than_a_matrix_is_made_for_are_solved() -> None:
    """A chain of decays, one after the other: Poisson's law, whatever the length of the chain."""
    length = DENSE_LIMIT + 5
    steps = [f"r{i}: A{i} => A{i + 1}; A{i}" for i in range(length)]
    empty = "; ".join(f"A{i + 1} = 0" for i in range(length))
    made = run(network("species A0 = 1", empty, *steps), {}, 5, 6)
    assert made.outcome.kind == "finished"
    np.testing.assert_allclose(
        made.series.columns["A3"], made.series.times**3 / 6 * np.exp(-made.series.times), rtol=1e-5, atol=1e-12
    )


def test_a_pulse_of_a_rate_is_not_stepped_over() -> None:
    """A hundredth of the run in the middle of nothing; its edges are met exactly."""
    made = network("species A = 0", "pulse := piecewise(3, time >= 50 && time < 51, 0)", "make: => A; pulse")
    columns = run(made, {}, 100, 11).series.columns
    np.testing.assert_allclose(columns["A"], [0] * 6 + [3] * 5, rtol=1e-9)
    smooth = network("species A = 0", "make: => A; exp(-((time - 50)/0.5)^2)")
    assert run(smooth, {}, 100, 11).series.columns["A"][-1] == pytest.approx(0.5 * math.sqrt(math.pi), rel=1e-6)


def test_a_staircase_of_time_is_followed() -> None:
    made = network("species A = 0", "make: => A; floor(time)")
    series = run(made, {}, 4, 17).series
    whole = np.floor(series.times)
    np.testing.assert_allclose(series.columns["A"], whole * (whole - 1) / 2 + whole * (series.times - whole), rtol=1e-9)


def test_a_formula_holds_up_to_the_corner_beyond_which_it_has_no_value() -> None:
    """sqrt(A) down to 0, and then nothing: A = (1 - t/2)^2."""
    made = run(network("species A = 1", "go: A => ; piecewise(sqrt(A), A > 0, 0)"), {}, 4, 17)
    assert made.outcome.kind == "finished"
    np.testing.assert_allclose(
        made.series.columns["A"], np.clip(1 - made.series.times / 2, 0, None) ** 2, rtol=1e-5, atol=1e-9
    )


# --- what cannot be run -------------------------------------------------------------------------------------------


def test_a_run_that_explodes_stops_and_says_when() -> None:
    made = run(network("species A = 1", "grow: => A; A*A"), {}, 2, 201)
    assert made.outcome.kind in ("not a number", "too many steps")
    assert made.outcome.at == pytest.approx(1.0, abs=0.01)
    times = made.series.times
    np.testing.assert_allclose(made.series.columns["A"][:-1], 1 / (1 - times[:-1]), rtol=1e-4)


def test_a_run_without_value_at_the_start_has_no_columns_but_an_outcome() -> None:
    made = run(network("species A = 0", "b := 1/A", "go: A => ; A"), {}, 1, 11)
    assert (made.outcome.kind, made.outcome.at, len(made.series.times)) == ("not a number", 0.0, 0)


HOPELESS = {
    "grows beyond all numbers": ("species A = 1", "grow: => A; 10*A"),
    "grows beyond all numbers in a moment": ("species A = 1", "grow: => A; A^3"),
    "divides by what runs out": ("species A = 1", "go: A => ; 1", "make: => B; 1/A", "species B = 0"),
    "divides by zero at once": ("species A = 0", "go: A => ; 1/A"),
    "divides by zero at a time": ("species A = 0", "go: => A; 1/(time - 50)^2"),
    "a root of what runs out": ("species A = 1", "go: A => ; 1", "make: => B; sqrt(A)", "species B = 0"),
    "an output without value": ("species A = 1", "go: A => ; A", "late := piecewise(1, time < 50, log(-A))"),
    "a sliding switch": ("species A = 1", "go: => A; piecewise(1, A < 2, -1)"),
    "an initial value that is none": ("species A = log(-1)", "go: A => ; A"),
}


@pytest.mark.parametrize("lines", HOPELESS.values(), ids=HOPELESS)
@pytest.mark.parametrize("method", ["ode", "ssa"])
def test_a_hopeless_run_ends_with_a_name_and_only_numbers(
    lines: tuple[str, ...], method: Literal["ode", "ssa"], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing is warned about on the way."""
    monkeypatch.setattr(stochastic, "REACTIONS", 20_000)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = run(network(*lines), {}, 100, 101, method, 1)
    if method == "ode":
        assert made.outcome.kind in ("not a number", "too many steps")
    assert made.outcome.kind == "finished" or 0 <= made.outcome.at <= 100
    assert all(np.isfinite(column).all() for column in made.series.columns.values())
    assert len({len(made.series.times), *(len(column) for column in made.series.columns.values())}) == 1


@pytest.mark.parametrize(("end", "points"), [(0.0, 11), (-1.0, 11), (math.inf, 11), (math.nan, 11), (1.0, 1)])
def test_a_run_needs_a_time_to_run(end: float, points: int) -> None:
    with pytest.raises(ValueError, match="a run needs"):
        run(network(*DECAY), {}, end, points)


# --- the slopes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*NAMES, "rich"])
def test_the_jacobian_is_the_slope_of_the_right_hand_side(name: str) -> None:
    """By every state, and by time, with the modes of the place."""
    made = network(*RICH) if name == "rich" else model(name).network
    functions, n = compile_network(made), len(made.states)
    for state, values in points(made, 10, 4):
        p = [*values, *[math.nan] * len(made.derived)]
        functions.initial(p, [0.0] * n)
        m, cells, by_time = [0.0] * functions.modes, [0.0] * (n * n), [0.0] * n
        functions.mode(1.0, state, p, m)
        functions.jacobian(1.0, state, p, m, cells, by_time)

        def slope(moved: np.ndarray, moment: float) -> np.ndarray:
            flow = np.zeros(n)
            functions.rhs(moment, moved, p, m, flow)
            return flow

        exact, measured = np.array(cells).reshape(n, n), np.zeros((n, n))
        for column in range(n):
            step = 1e-6 * state[column]
            shift = np.eye(n)[column] * step
            measured[:, column] = (slope(state + shift, 1.0) - slope(state - shift, 1.0)) / (2 * step)
        turnover = np.abs(exact) @ state + np.abs(slope(state, 1.0))
        rounding = 1e-8 * turnover[:, None] / state[None, :]
        assert np.all(np.abs(exact - measured) <= 2e-4 * np.abs(measured) + rounding)
        later = (slope(state, 1 + 1e-6) - slope(state, 1 - 1e-6)) / 2e-6
        assert np.all(np.abs(by_time - later) <= 2e-4 * np.abs(later) + 1e-8 * turnover)


# --- against another program -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_whole_run_agrees_with_libroadrunner(name: str) -> None:
    """To a ten-thousandth of each column's range, at the defaults and at both ends of every slider."""
    made = model(name)
    reference, ours = Reference(name), Simulator(made.network)
    shared = [name for name in made.network.names if name not in made.network.parameters]
    asked = [f"[{name}]" if name in made.network.twins else name for name in shared]
    for overrides in settings(name):
        columns = ours.run(overrides, made.card.run_to, 241).series.columns
        theirs = reference.run(overrides, made.card.run_to, 241, asked)
        for column, symbol in enumerate(shared):
            values = columns[symbol]
            span = max(float(np.ptp(values)), 1e-9)
            worst = float(np.max(np.abs(values - theirs[:, column])))
            assert worst <= 1e-4 * span + 1e-12, f"{symbol} with {overrides}: {worst:.3g} of {span:.3g}"


class Reference:
    """A model of the repository in libRoadRunner."""

    def __init__(self, name: str) -> None:
        made = model(name)
        text = to_sbml(texts()[made.path]).value
        assert text is not None
        self.text, self.loaded = text, roadrunner.RoadRunner(text)
        self.derived = {symbol for _, expr in made.network.at_start for symbol in symbols(expr)}

    def run(self, overrides: dict[str, float], end: float, points: int, columns: list[str]) -> np.ndarray:
        """Asked for fewer digits when it does not get past a jump of a rate with many."""
        for relative, absolute in ((1e-10, 1e-16), (1e-10, 1e-12), (1e-8, 1e-9)):
            reference = self.set(overrides)
            reference.integrator.relative_tolerance = relative
            reference.integrator.absolute_tolerance = absolute
            reference.integrator.maximum_num_steps = 20_000
            reference.integrator.maximum_time_step = end / points  # or it steps over a pulse
            with contextlib.suppress(RuntimeError):
                return np.array(reference.simulate(0, end, points, columns))
        raise AssertionError("libRoadRunner cannot run it")

    def set(self, overrides: dict[str, float]) -> roadrunner.RoadRunner:
        """At its start; loaded anew (which is slow) only when what is set is used at the start."""
        if not self.derived.isdisjoint(overrides):
            return roadrunner.RoadRunner(self.written(overrides))
        self.loaded.resetAll()
        for name, value in overrides.items():
            self.loaded[name] = value
        return self.loaded

    def written(self, overrides: dict[str, float]) -> str:
        text = self.text
        for name, value in overrides.items():
            text, found = re.subn(rf'(<parameter id="{name}" value=")[^"]*', rf"\g<1>{value!r}", text)
            assert found == 1
        return text


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
    made = ensemble(network(*DECAY), {}, 2, 2, 400, 0)
    share = math.exp(-1.0)
    mean, variance = 100 * share, 100 * share * (1 - share)
    assert made.mean["A"][-1] == pytest.approx(mean, abs=4 * math.sqrt(variance / 400))
    assert made.sd["A"][-1] ** 2 == pytest.approx(variance, rel=0.3)


def test_births_and_deaths_settle_at_a_poisson_distribution() -> None:
    made = network("species A = 0", "born: => A; 20", "dies: A => ; A")
    drawn = ensemble(made, {}, 12, 4, 500, 1, (2.5, 50, 97.5))
    assert drawn.mean["A"][-1] == pytest.approx(20, abs=4 * math.sqrt(20 / 500))
    assert drawn.sd["A"][-1] ** 2 == pytest.approx(20, rel=0.25)
    assert list(drawn.percentiles) == ["2.5", "50", "97.5"]
    low, middle, high = (columns["A"][-1] for columns in drawn.percentiles.values())
    assert low == pytest.approx(12, abs=1) and middle == pytest.approx(20, abs=1) and high == pytest.approx(29, abs=1)


def test_an_ensemble_is_its_runs() -> None:
    made = network(*DECAY)
    runs = np.array([run(made, {"k": 0.3}, 5, 6, "ssa", 7 + i).series.columns["A"] for i in range(9)])
    drawn = ensemble(made, {"k": 0.3}, 5, 6, 9, 7, (25,))
    np.testing.assert_allclose(drawn.times, np.linspace(0, 5, 6))
    np.testing.assert_allclose(drawn.mean["A"], runs.mean(axis=0))
    np.testing.assert_allclose(drawn.sd["A"], runs.std(axis=0, ddof=1))
    np.testing.assert_allclose(drawn.percentiles["25"]["A"], np.percentile(runs, 25, axis=0))
    np.testing.assert_allclose(drawn.mean["gone"], 100 - runs.mean(axis=0))
    assert np.all(ensemble(made, {}, 5, 6, 1, 7).sd["A"] == 0)


def test_an_ensemble_comes_as_far_as_all_its_runs() -> None:
    made = network("species A = 5", "go: A => ; A - 2.5")
    drawn = ensemble(made, {}, 50, 501, 5, 1)
    ends = [run(made, {}, 50, 501, "ssa", 1 + i) for i in range(5)]
    assert drawn.outcome.kind == "not a number"
    assert len(drawn.times) == min(len(each.series.times) for each in ends) == len(drawn.mean["A"])
    with pytest.raises(ValueError, match="at least one run"):
        ensemble(made, {}, 50, 501, 0)


def test_the_average_of_many_random_runs_is_the_ode() -> None:
    """Receptor triggering: 60 runs, every state at every time within four standard errors (and a molecule's tenth)."""
    made = model("receptor-triggering").network
    drawn = ensemble(made, {"antigens": 50.0}, 20, 21, 60, 0)
    average = run(made, {"antigens": 50.0}, 20, 21).series.columns
    for state in ("L", "C0", "C1", "C2", "C3"):
        error = 4 * drawn.sd[state] / math.sqrt(60) + 0.1
        assert np.all(np.abs(drawn.mean[state] - average[state]) <= error), state


def test_a_rate_that_is_switched_by_time_is_followed_exactly() -> None:
    """Births at rate 10 until time 2, then none, then at rate 30 for a moment: Poisson numbers, and no birth between."""
    made = network("species A = 0", "born: => A; piecewise(10, time < 2, piecewise(30, time >= 7 && time < 7.5, 0))")
    runs = [run(made, {}, 10, 11, "ssa", seed) for seed in range(300)]
    births = np.concatenate([each.events.times for each in runs if each.events is not None])
    assert np.all((births < 2) | ((births >= 7) & (births < 7.5)))
    assert np.count_nonzero(births < 2) == pytest.approx(20 * 300, abs=4 * math.sqrt(20 * 300))
    assert np.count_nonzero(births > 2) == pytest.approx(15 * 300, abs=4 * math.sqrt(15 * 300))


def test_only_whole_numbers_can_be_counted() -> None:
    assert countable(model("receptor-triggering").network)
    assert not countable(network("species A = 0.5", "go: A => ; A"))
    assert countable(network("species A = 5", "k = 0.5", "at time > 1: k = 0.25", "go: A => ; k*A"))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("species A = 5", "go: 0.5 A => ; A"), "no whole number"),
        (("species A = 5", "go: A => ; A", "B = 1; B' = 2"), "B changes by a rate rule"),
    ],
)
def test_what_has_no_stochastic_run_says_why(lines: tuple[str, ...], said: str) -> None:
    made = network(*lines)
    assert not countable(made)
    assert "  change: null,\n" in javascript(made)  # so the browser refuses it too
    with pytest.raises(ValueError, match=said):
        run(made, {}, 1, 11, "ssa")


def test_only_what_reactions_change_is_rounded_to_whole_molecules() -> None:
    made = network("species A = 4.5", "k = 0.25", "at time >= 1: A = A + 0.5, k = 0.75", "go: A => ; 0*k*A")
    columns = run(made, {}, 2, 3, "ssa").series.columns
    np.testing.assert_array_equal(columns["A"], [5, 6, 6])
    np.testing.assert_array_equal(columns["k"], [0.25, 0.75, 0.75])


def test_a_simulator_gives_what_a_run_gives() -> None:
    simulator = Simulator(network(*DECAY))
    for settings_ in ({}, {"k": 2.0}, {}):
        ours, theirs = simulator.run(settings_, 3, 7), run(network(*DECAY), settings_, 3, 7)
        np.testing.assert_array_equal(ours.series.columns["A"], theirs.series.columns["A"])


def test_a_run_is_made_once_however_often_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a card, by a figure, and by both again when only words have changed in their files."""
    made = []
    make = Simulator._deterministic
    monkeypatch.setattr(Simulator, "_deterministic", lambda self, *rest: made.append(rest) or make(self, *rest))
    first = Simulator(network("A -> ; k*A", "A = 7.25; k = 2")).run({"k": 3.5}, 4.0, 9)
    again = Simulator(replace(network("A -> ; k*A", "A = 7.25; k = 2"), name="other", time_unit="d")).run(
        {"k": 3.5}, 4.0, 9
    )
    assert again is first and len(made) == 1
    for other in ({"k": 3.25}, {"k": -0.0}, {"k": 0.0}):
        Simulator(network("A -> ; k*A", "A = 7.25; k = 2")).run(other, 4.0, 9)
    assert len(made) == 4
    Simulator(network("A -> ; k*A", "A = 7.5; k = 2")).run({"k": 3.5}, 4.0, 9)
    assert len(made) == 5
    with pytest.raises(ValueError, match="read-only"):
        first.series.columns["A"][0] = 1.0
