"""Events of a model (SBML Level 3 Version 2, section 4.11), one promise at a time; and against other programs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
import roadrunner
from model_tools import network

from il2site.model.engine.browser import Engine
from il2site.model.engine.doses import Dose
from il2site.model.engine.simulate import run
from il2site.model.printer.javascript import javascript
from il2site.model.sbml import to_sbml
from il2site.text import SourceFile


def columns(*lines: str, end: float = 10, points: int = 11, **settings: Any) -> dict[str, np.ndarray]:
    made = run(network(*lines), {}, end, points, **settings)
    assert made.outcome.kind == "finished", made.outcome
    return dict(made.series.columns)


# --- when -------------------------------------------------------------------------------------------------------------


def test_an_event_takes_place_at_its_time_and_the_report_of_that_time_shows_it() -> None:
    u = columns("u = 1", "at time >= 3: u = 5")["u"]
    np.testing.assert_array_equal(u, [1, 1, 1, 5, 5, 5, 5, 5, 5, 5, 5])


def test_later_than_a_time_is_not_at_that_time() -> None:
    u = columns("u = 1", "at time > 3: u = 5")["u"]
    np.testing.assert_array_equal(u, [1, 1, 1, 1, 5, 5, 5, 5, 5, 5, 5])


def test_an_event_takes_place_when_the_state_meets_its_condition() -> None:
    """Decay halves at ln 2; what is set there decays from there."""
    got = columns("species A = 1", "seen = 0", "go: A => ; A", "at A < 0.5: A = 2, seen = time", end=3, points=31)
    assert got["seen"][-1] == pytest.approx(2 * math.log(2) + math.log(2), rel=1e-7)
    times = np.linspace(0, 3, 31)
    first, second = math.log(2), 3 * math.log(2)
    expected = np.where(times < first, np.exp(-times), 2 * np.exp(first - times))
    np.testing.assert_allclose(got["A"][times < second], expected[times < second], rtol=1e-6)


def test_a_condition_that_holds_for_a_millionth_of_the_run_is_met() -> None:
    """A comes and goes in ten thousandths of a second: its peak is 1/e."""
    fast = ("species A = 0, B = 1", "seen = 0", "make: B -> A; 1e4*B", "lose: A => ; 1e4*A")
    assert columns(*fast, "at A > 0.3: seen = 1", end=100)["seen"][-1] == 1
    assert columns(*fast, "at A > 0.4: seen = 1", end=100)["seen"][-1] == 0


def test_a_condition_that_holds_for_an_instant_only_is_met() -> None:
    got = columns("u = 0", "y = 0", "at time == 4: u = 1", "at time == 4.5: y = 1")
    np.testing.assert_array_equal(got["u"], [0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1])
    assert got["y"][-1] == 1


def test_a_condition_that_holds_for_a_moment_is_not_stepped_over() -> None:
    got = columns("u = 0", "at time > 77.7 && time < 78.3: u = u + 1", end=100, points=2)
    assert got["u"][-1] == 1


def test_an_event_waits_until_its_condition_has_been_false() -> None:
    """True five times; each time counts once."""
    got = columns("n = 0", "at sin(6.283185307179586*time/2) > 0.5: n = n + 1")
    assert got["n"][-1] == 5


@pytest.mark.parametrize(("before", "times"), [("true", 0), ("false", 1)])
def test_what_holds_at_the_start_happens_only_when_it_did_not_hold_before(before: str, times: int) -> None:
    got = columns("n = 0", f"at time >= 0, t0={before}: n = n + 1")
    np.testing.assert_array_equal(got["n"], [times] * 11)


def test_a_delay_postpones_an_event() -> None:
    np.testing.assert_array_equal(columns("u = 0", "at 2.5 after time >= 3: u = 1")["u"], [0] * 6 + [1] * 5)


def test_a_delay_is_read_when_the_event_is_triggered() -> None:
    got = columns("u = 0", "lag = 2", "at lag after time >= 3: u = 1", "at time >= 4: lag = 5")
    np.testing.assert_array_equal(got["u"], [0] * 5 + [1] * 6)


def test_a_delay_without_value_ends_the_run_by_name() -> None:
    made = run(network("u = 0", "at log(u - 1) after time >= 3: u = 1"), {}, 10, 11)
    assert (made.outcome.kind, made.outcome.at) == ("not a number", 3.0)
    assert len(made.series.times) == 3


def test_an_event_can_wait_several_times_at_once() -> None:
    """Triggered at 1, 2, 3, executed at 3.5, 4.5, 5.5, each with the number of its own trigger."""
    got = columns(
        "n = 0", "told = 0", "phase := time - floor(time)",
        "at phase < 0.5 && time > 0.9 && time < 3.9, t0=false: n = n + 1",
        "at 2.5 after phase < 0.5 && time > 0.9 && time < 3.9, t0=false: told = n + 1",
        end=7, points=8,
    )  # fmt: skip
    np.testing.assert_array_equal(got["n"], [0, 1, 2, 3, 3, 3, 3, 3])
    np.testing.assert_array_equal(got["told"], [0, 0, 0, 0, 1, 2, 3, 3])


# --- what is set ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("early", "value"), [("true", 10), ("false", 20)])
def test_values_are_read_when_triggered_or_when_executed(early: str, value: int) -> None:
    got = columns("u = 0", "y = 10", f"at 2 after time >= 3, fromTrigger={early}: u = y", "at time >= 4: y = 20")
    assert got["u"][-1] == value


def test_all_values_of_an_event_are_read_before_any_is_set() -> None:
    got = columns("u = 1", "y = 2", "at time >= 3: u = y, y = u")
    assert (got["u"][-1], got["y"][-1]) == (2, 1)


def test_a_concentration_is_set_whatever_the_size() -> None:
    """When the size changes at once, it is the amount in the old size that is set."""
    lines = ("compartment c = 4", "species A in c = 2", "go: A => ; c*0.1*A")
    times = np.arange(11)
    got = columns(*lines, "at time >= 3: A = 7")["A"]
    np.testing.assert_allclose(got, np.where(times < 3, 2 * np.exp(-0.1 * times), 7 * np.exp(-0.1 * (times - 3))))
    both = columns(*lines, "at time >= 3: c = 8, A = 7")
    np.testing.assert_allclose(both["A"], np.where(times < 3, got, got / 2))
    size_only = columns(*lines, "at time >= 3: c = 8")["A"]
    np.testing.assert_allclose(size_only, 2 * np.exp(-0.1 * times) * np.where(times < 3, 1, 0.5))


# --- several at one instant -------------------------------------------------------------------------------------------


def test_the_highest_priority_goes_first() -> None:
    got = columns(
        "log_ = 0",
        "at time >= 3, priority=1, fromTrigger=false: log_ = 10*log_ + 1",
        "at time >= 3, priority=3, fromTrigger=false: log_ = 10*log_ + 3",
        "at time >= 3, priority=2, fromTrigger=false: log_ = 10*log_ + 2",
    )
    assert got["log_"][-1] == 321


def test_priorities_are_looked_at_anew_after_each_event() -> None:
    got = columns(
        "log_ = 0", "p = 1",
        "at time >= 3, priority=p, fromTrigger=false: log_ = 10*log_ + 1",
        "at time >= 3, priority=3, fromTrigger=false: log_ = 10*log_ + 3, p = 5",
        "at time >= 3, priority=2, fromTrigger=false: log_ = 10*log_ + 2",
    )  # fmt: skip
    assert got["log_"][-1] == 312


def test_chance_decides_between_equals_and_the_seed_decides_chance() -> None:
    lines = ("u = 0", "at time >= 3, priority=1: u = 1", "at time >= 3, priority=1: u = 2")
    made = network(*lines)
    last = [run(made, {}, 4, 2, seed=seed).series.columns["u"][-1] for seed in range(60)]
    assert 15 <= last.count(1) <= 45
    assert last == [run(made, {}, 4, 2, seed=seed).series.columns["u"][-1] for seed in range(60)]


def test_an_event_sets_off_another_at_the_same_instant() -> None:
    got = columns("u = 0", "y = 0", "z = 0", "at y > 0: z = 2", "at u > 0: y = 1", "at time >= 3: u = 1")
    np.testing.assert_array_equal(got["z"], [0] * 3 + [2] * 8)


@pytest.mark.parametrize(("persistent", "value"), [("true", 1), ("false", 0)])
def test_what_is_not_persistent_is_dropped_when_its_condition_passes_while_it_waits(
    persistent: str, value: int
) -> None:
    got = columns("u = 0", f"at 2 after time >= 3 && time < 4, persistent={persistent}: u = 1")
    assert got["u"][-1] == value


@pytest.mark.parametrize(("persistent", "value"), [("true", 1), ("false", 0)])
def test_what_is_not_persistent_is_dropped_when_another_of_the_same_instant_ends_its_condition(
    persistent: str, value: int
) -> None:
    got = columns(
        "u = 0", "open = 1",
        "at time >= 3, priority=2: open = 0",
        f"at time >= 3 && open > 0.5, priority=1, persistent={persistent}: u = 1",
    )  # fmt: skip
    assert got["u"][-1] == value


# --- without end ------------------------------------------------------------------------------------------------------


def test_events_that_set_each_other_off_for_ever_end_the_run_by_name() -> None:
    made = run(network("u = 0", "at time >= 3 && u < 1: u = 1", "at time >= 3 && u > 0: u = 0"), {}, 10, 11)
    assert (made.outcome.kind, made.outcome.at) == ("too many steps", 3.0)
    np.testing.assert_array_equal(made.series.times, [0, 1, 2])


BALL = (
    "u = 1; v = 0; g = 10; kept = 0.8; u' = v; v' = -g",
    "at u < 0 && v < 0: v = -kept*v",
)


def test_a_ball_bounces() -> None:
    """Each bounce keeps 0.8 of the speed: at 3/4 of the way to the second landing, by formula."""
    landing = math.sqrt(2 / 10)
    speed = 0.8 * math.sqrt(2 * 10)
    got = columns(*BALL, end=landing + 0.75 * 2 * speed / 10, points=2)
    late = 0.75 * 2 * speed / 10
    assert got["u"][-1] == pytest.approx(speed * late - 5 * late**2, rel=1e-6)
    assert got["v"][-1] == pytest.approx(speed - 10 * late, rel=1e-6)


def test_ever_faster_bounces_end_the_run_by_name() -> None:
    landing = math.sqrt(2 / 10)
    rest = landing + 2 * 0.8 * landing / (1 - 0.8)
    made = run(network(*BALL), {}, 10, 101)
    assert made.outcome.kind == "too many steps"
    assert made.outcome.at == pytest.approx(rest, rel=1e-3)


# --- in stochastic runs -----------------------------------------------------------------------------------------------


def test_a_stochastic_run_has_its_events_at_their_time() -> None:
    lines = ("species A = 100", "k = 1", "go: A => ; k*A", "at time >= 1: k = 0, A = A + 7.5")
    made = run(network(*lines), {}, 3, 31, "ssa")
    assert made.events is not None
    left = 100 - np.count_nonzero(made.events.times < 1)
    assert not np.any(made.events.times >= 1)
    np.testing.assert_array_equal(made.series.columns["A"][10:], left + 8)  # 7.5, to whole molecules, halves up
    jumps = {(jump.time, jump.after, jump.state, jump.amount) for jump in made.events.jumps}
    states = network(*lines).states
    assert jumps == {(1.0, 100 - left, states.index("A"), 8.0), (1.0, 100 - left, states.index("k"), -1.0)}


def test_a_stochastic_run_has_its_events_when_a_count_is_reached() -> None:
    made = run(
        network("species A = 0", "n = 0", "make: => A; 5", "at A >= 10: A = 0, n = n + 1"), {}, 40, 401, "ssa", 3
    )
    assert made.events is not None
    total = len(made.events.times)
    assert made.series.columns["n"][-1] == total // 10
    assert made.series.columns["A"][-1] == total % 10
    assert made.series.columns["A"].max() == 9


def test_a_delayed_event_of_a_stochastic_run_waits() -> None:
    made = run(network("species A = 0", "u = 0", "make: => A; 100", "at 2.5 after A >= 1: u = 1"), {}, 5, 501, "ssa", 3)
    assert made.events is not None
    np.testing.assert_array_equal(made.series.columns["u"], made.series.times >= made.events.times[0] + 2.5)


# --- against libRoadRunner --------------------------------------------------------------------------------------------

MODELS = {
    "doses at times": ("species A = 0", "go: A => ; 0.3*A", "at time >= 2: A = A + 5", "at time >= 6.5: A = A + 3"),
    "refill at a level": ("species A = 10", "go: A => ; 0.8*A", "at A < 2: A = A + 7"),
    "treatment on and off": (
        "species V = 1; on = 0", "grow: => V; V*(1.2 - 2.5*on)", "at V > 20: on = 1", "at V < 2: on = 0",
    ),
    "delayed by a state": (
        "species A = 1, B = 0", "go: A => B; 0.5*A", "at 3*A + 1 after B > 0.4: B = A, A = 2", "at B > 0.9: A = 0.5",
    ),
    "values at execution": (
        "species A = 1", "u = 0", "go: => A; 0.4", "at 1.5 after A > 2, fromTrigger=false: u = A, A = 0.2",
    ),
    "not persistent": (
        "species A = 0", "u = 0", "go: => A; cos(2*time)", "at 0.8 after A > 0.3, persistent=false: u = u + 1",
        "at 0.1 after A > 0.3, persistent=false: u = u + 100",
    ),
    "priorities": (
        "species A = 0", "u = 1", "go: => A; 1", "at A > 3, priority=1: u = 2*u", "at A > 3, priority=7: u = u + 10",
    ),
    "a stretching vessel": (
        "compartment c = 2", "species A in c = 3, B in c = 0", "go: A -> B; c*0.4*A", "at time >= 3: c = 5", "at B > 0.7: A = 1",
    ),
    "pieces": (
        "species A = 0", "go: => A; piecewise(2, time < 2, 0.5, A < 6 && time < 7, 0)", "lose: A => ; piecewise(A, A > 5, 0.1*A)",
    ),
    "two clocks": (
        "n = 0; a' = 1; b' = 1.7; a = 0; b = 0", "at a >= 1: a = 0, n = n + 1", "at b >= 1: b = 0, n = n + 100",
    ),
}  # fmt: skip


@pytest.mark.parametrize("lines", MODELS.values(), ids=MODELS)
def test_events_are_those_of_libroadrunner(lines: tuple[str, ...]) -> None:
    """Away from the grid times at which a jump takes place: there each program has its own rounding."""
    made = run(network(*lines), {}, 10, 998)
    text = to_sbml(SourceFile("content/models/x/model.ant", "\n".join(["model x", *lines, "end", ""]))).value
    assert text is not None and made.outcome.kind == "finished"
    reference = roadrunner.RoadRunner(text)
    reference.integrator.relative_tolerance = 1e-10
    reference.integrator.absolute_tolerance = 1e-12
    reference.integrator.maximum_time_step = 0.01
    shown = [name for name in made.series.columns if not name.endswith("_amount")]
    concentrations = [f"[{name}]" if f"{name}_amount" in made.series.columns else name for name in shown]
    theirs = np.array(reference.simulate(0, 10, 998, concentrations))
    for column, name in enumerate(shown):
        ours = made.series.columns[name]
        near = np.abs(ours - theirs[:, column]) <= 1e-4 * max(1.0, float(np.ptp(ours)))
        assert np.count_nonzero(~near) <= 2, (name, made.series.times[~near])


# --- against the browser ----------------------------------------------------------------------------------------------

RANDOM = {
    "doses": ("species A = 100", "k = 1; f = 1", "go: A => ; f*k*A", "at time >= 1: k = 0.5, A = A + 7.5"),
    "counts and a delay": (
        "species A = 0", "u = 0; f = 1", "make: => A; 40*f", "at 2.5 after A >= 1: u = 1",
        "lose: A => ; A*piecewise(1, sin(time) > 0.3, u)",
    ),
    "ties": (
        "species A = 3", "w = 0; f = 1", "make: => A; 20*f", "lose: A => ; A",
        "at A > 24, priority=1: w = 1, A = 5", "at A > 24, priority=1: w = 2, A = 6",
    ),
}  # fmt: skip
DOSES = (Dose(2.0, "A", 10.5), Dose(2.5, "f", 3.0, 1.0))


@pytest.fixture(scope="module")
def browser() -> Iterator[Engine]:
    with Engine() as started:
        yield started


@pytest.mark.parametrize("lines", RANDOM.values(), ids=RANDOM)
def test_a_stochastic_run_is_that_of_the_browser_event_for_event(lines: tuple[str, ...], browser: Engine) -> None:
    """To the last bit: a still and the live figure show the same run."""
    made = network(*lines)
    settings = {"set": {}, "end": 10, "points": 201, "method": "ssa", "doses": [asdict(dose) for dose in DOSES]}
    asked = [{**settings, "seed": seed} for seed in (1, 2, 3)]
    answers = browser.ask({"script": javascript(made), "runs": asked}, 60)["runs"]
    for seed, answer in zip((1, 2, 3), answers, strict=True):
        ours = run(made, {}, 10, 201, "ssa", seed, doses=DOSES).series.columns
        for name, values in answer["columns"].items():
            np.testing.assert_array_equal(ours[name], values)


@pytest.mark.parametrize("name", ["doses at times", "refill at a level", "treatment on and off", "delayed by a state"])
def test_a_run_with_events_is_that_of_the_browser(name: str, browser: Engine) -> None:
    made = network(*MODELS[name])
    settings = {"set": {}, "seed": 1, "end": 10, "points": 998, "method": "ode", "relative": 1e-8}
    answer = browser.ask({"script": javascript(made), "runs": [settings]}, 60)["runs"][0]
    ours = run(made, {}, 10, 998).series.columns
    for symbol, values in answer["columns"].items():
        np.testing.assert_allclose(ours[symbol], values, rtol=1e-5, atol=1e-5 * float(np.ptp(ours[symbol])))
