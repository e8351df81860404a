"""Doses: against the formulas of compartments, and what they do to parameters, concentrations and chance."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from model_tools import network

from il2site.model.engine.doses import Dose
from il2site.model.engine.simulate import Run, ensemble, run

BODY = network("species A = 0", "loss = 0.4", "out: A => ; loss*A")
ORAL = network("species G = 0, B = 0", "take = 1.1; loss = 0.3", "take_up: G => B; take*G", "out: B => ; loss*B")
"""A gut and the blood."""


def finished(made: Run) -> dict[str, np.ndarray]:
    assert made.outcome.kind == "finished", made.outcome
    return dict(made.series.columns)


def after(times: np.ndarray, start: float) -> np.ndarray:
    """Time since `start`; minus infinity before it, so that exp(-loss*after) has to be masked."""
    return np.where(times >= start, times - start, 0.0)


# --- amounts ----------------------------------------------------------------------------------------------------------


def test_boluses_add_up() -> None:
    doses = [Dose(2, "A", 10), Dose(5, "A", 4), Dose(5, "A", 6)]
    times = np.linspace(0, 12, 25)
    expected = sum(
        amount * np.exp(-0.4 * after(times, start)) * (times >= start) for start, amount in ((2, 10), (5, 10))
    )
    np.testing.assert_allclose(finished(run(BODY, {}, 12, 25, doses=doses))["A"], expected, rtol=1e-6)


def test_the_order_in_which_doses_are_listed_does_not_matter() -> None:
    doses = [Dose(2, "A", 10), Dose(5, "A", 4), Dose(1, "A", 1, 6), Dose(3, "loss", 0.1, 2)]
    one = finished(run(BODY, {}, 12, 25, doses=doses))["A"]
    np.testing.assert_array_equal(one, finished(run(BODY, {}, 12, 25, doses=doses[::-1]))["A"])


def test_a_swallowed_dose_follows_bateman() -> None:
    """Into an empty gut in the middle of nothing: the blood rises and falls as the difference of two exponentials."""
    times = np.linspace(0, 30, 61)
    since = after(times, 7)
    expected = 50 * 1.1 / (1.1 - 0.3) * (np.exp(-0.3 * since) - np.exp(-1.1 * since))
    np.testing.assert_allclose(
        finished(run(ORAL, {}, 30, 61, doses=[Dose(7, "G", 50)]))["B"], expected, rtol=1e-6, atol=1e-12
    )


def test_an_infusion_approaches_its_steady_state_and_ends() -> None:
    times = np.linspace(0, 20, 41)
    made = finished(run(BODY, {}, 20, 41, doses=[Dose(3, "A", 24, 6)]))["A"]
    rising = 4 / 0.4 * (1 - np.exp(-0.4 * np.clip(times - 3, 0, 6)))
    np.testing.assert_allclose(made, rising * np.exp(-0.4 * np.clip(times - 9, 0, None)), rtol=1e-6, atol=1e-12)


def test_infusions_that_overlap_add_up() -> None:
    alone = [finished(run(BODY, {}, 20, 41, doses=[dose]))["A"] for dose in (Dose(3, "A", 24, 6), Dose(5, "A", 8, 10))]
    both = finished(run(BODY, {}, 20, 41, doses=[Dose(3, "A", 24, 6), Dose(5, "A", 8, 10)]))["A"]
    np.testing.assert_allclose(both, alone[0] + alone[1], rtol=1e-6, atol=1e-12)


def test_a_dose_at_the_start_is_in_the_first_report_and_one_at_the_end_in_the_last() -> None:
    made = finished(run(BODY, {}, 4, 5, doses=[Dose(0, "A", 3), Dose(4, "A", 5)]))["A"]
    assert made[0] == 3
    assert made[-1] == pytest.approx(3 * math.exp(-1.6) + 5, rel=1e-6)


def test_a_dose_after_the_end_is_not_given() -> None:
    assert finished(run(BODY, {}, 4, 5, doses=[Dose(4.5, "A", 5), Dose(5, "loss", 5)]))["A"][-1] == 0


@pytest.mark.parametrize(("duration", "points"), [(0.0, 5), (1.0, 5)])
def test_a_concentration_is_raised_by_what_is_given(duration: float, points: int) -> None:
    """In a vessel of 4, and in one that grows: by the size when the dose begins."""
    still = network("compartment c = 4", "species A in c = 2", "out: A => ; 0*A")
    np.testing.assert_allclose(finished(run(still, {}, 4, points, doses=[Dose(1, "A", 3, duration)]))["A"][2:], 5)
    growing = network("compartment c = 4; c' = 1", "species A in c = 0", "out: A => ; 0*A")
    made = finished(run(growing, {}, 4, points, doses=[Dose(1, "A", 3, duration)]))["A"]
    np.testing.assert_allclose(made[2:], 3 * 5 / np.array([6, 7, 8]), rtol=1e-7)


def test_an_amount_in_a_vessel_is_raised_by_what_is_given() -> None:
    made = network("compartment c = 4", "substanceOnly species A in c = 2", "out: A => ; 0*A")
    np.testing.assert_allclose(finished(run(made, {}, 2, 3, doses=[Dose(1, "A", 3)]))["A"], [2, 5, 5])


# --- parameters -------------------------------------------------------------------------------------------------------

CLOCK = network("a = 0", "rate = 1", "twice = 2*rate", "seen := rate", "a' = rate")


def rates(*doses: Dose, end: float = 10, points: int = 11) -> np.ndarray:
    made = finished(run(CLOCK, {}, end, points, doses=doses))
    steps = np.diff(made["a"]) / (end / (points - 1))
    np.testing.assert_allclose(steps, made["seen"][:-1], rtol=1e-9)  # switches below lie on the grid
    return made["seen"]


def test_a_switch_lasts_and_is_taken_back() -> None:
    np.testing.assert_array_equal(rates(Dose(3, "rate", 7, 4)), [1, 1, 1, 7, 7, 7, 7, 1, 1, 1, 1])


def test_a_switch_without_duration_lasts_for_ever() -> None:
    np.testing.assert_array_equal(rates(Dose(3, "rate", 7), Dose(6, "rate", 2)), [1, 1, 1, 7, 7, 7, 2, 2, 2, 2, 2])


def test_a_switch_within_a_lasting_one_goes_back_to_it() -> None:
    np.testing.assert_array_equal(rates(Dose(1, "rate", 7), Dose(3, "rate", 2, 3)), [1, 7, 7, 2, 2, 2, 7, 7, 7, 7, 7])


def test_of_switches_that_overlap_the_last_that_began_decides() -> None:
    np.testing.assert_array_equal(
        rates(Dose(1, "rate", 7, 5), Dose(3, "rate", 2, 6)), [1, 7, 7, 2, 2, 2, 2, 2, 2, 1, 1]
    )
    np.testing.assert_array_equal(
        rates(Dose(1, "rate", 7, 8), Dose(3, "rate", 2, 2)), [1, 7, 7, 2, 2, 7, 7, 7, 7, 1, 1]
    )


def test_switches_follow_each_other_without_a_gap() -> None:
    doses = [Dose(0.1 * i, "rate", i % 3, 0.1) for i in range(30)]
    np.testing.assert_allclose(
        finished(run(CLOCK, {}, 3, 31, doses=doses))["a"][-1], 0.1 * sum(i % 3 for i in range(30)), rtol=1e-9
    )


def test_a_switch_begins_from_the_value_of_the_run() -> None:
    made = finished(run(CLOCK, {"rate": 4.0}, 4, 5, doses=[Dose(1, "rate", 7, 2)]))
    np.testing.assert_array_equal(made["seen"], [4, 7, 7, 4, 4])


def test_what_is_computed_at_the_start_does_not_follow_a_switch() -> None:
    made = network("a = 0", "rate = 1", "twice = 2*rate", "seen := twice", "a' = rate")
    np.testing.assert_array_equal(finished(run(made, {}, 4, 5, doses=[Dose(0, "rate", 7)]))["seen"], [2] * 5)


# --- with events and modes --------------------------------------------------------------------------------------------


def test_an_event_answers_to_a_dose_at_its_instant() -> None:
    made = network("species A = 0", "n = 0", "out: A => ; A", "at A > 4: n = n + 1, A = 1")
    columns = finished(run(made, {}, 6, 7, doses=[Dose(2, "A", 5), Dose(4, "A", 7)]))
    np.testing.assert_array_equal(columns["n"], [0, 0, 1, 1, 2, 2, 2])
    np.testing.assert_array_equal(columns["A"][[2, 4]], 1)


def test_an_infusion_flows_on_through_events_and_modes() -> None:
    made = network("species A = 0", "m = 0", "out: A => ; piecewise(1, A > 3, 0)", "at A > 5: m = time")
    columns = finished(run(made, {}, 10, 11, doses=[Dose(1, "A", 18, 9)]))
    np.testing.assert_allclose(columns["A"], [0, 0, 2, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5, 10.5], rtol=1e-7)
    assert columns["m"][-1] == pytest.approx(4.5, rel=1e-7)


# --- chance -----------------------------------------------------------------------------------------------------------


def test_a_stochastic_run_is_given_whole_molecules() -> None:
    made = run(BODY, {"loss": 0.0}, 4, 5, "ssa", doses=[Dose(1, "A", 10.5), Dose(2, "A", 3)])
    np.testing.assert_array_equal(made.series.columns["A"], [0, 11, 14, 14, 14])


def test_an_ensemble_is_given_the_doses_of_each_run() -> None:
    """100 at time 1, of which each stays for an exponential time; from 3 to 4 nothing is lost."""
    doses = [Dose(1, "A", 100), Dose(3, "loss", 0.0, 1)]
    drawn = ensemble(BODY, {}, 6, 7, 300, 1, (50,), doses)
    lost = 0.4 * np.array([0, 0, 1, 2, 2, 3, 4])
    share = np.exp(-lost) * (drawn.times >= 1)
    error = 4 * np.sqrt(100 * share * (1 - share) / 300) + 1e-9
    assert np.all(np.abs(drawn.mean["A"] - 100 * share) <= error)
    np.testing.assert_allclose(drawn.percentiles["50"]["A"], 100 * share, atol=2)


def test_a_stochastic_run_refuses_an_infusion() -> None:
    with pytest.raises(ValueError, match="infusion"):
        run(BODY, {}, 4, 5, "ssa", doses=[Dose(1, "A", 10, 2)])
    assert run(BODY, {}, 4, 5, "ssa", doses=[Dose(1, "loss", 10, 2)]).outcome.kind == "finished"


# --- what is no dose --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("doses", "said"),
    [
        ([Dose(1, "Z", 1)], "Z is no state and no parameter"),
        ([Dose(1, "seen", 1)], "seen is no state and no parameter"),
        ([Dose(1, "twice", 1)], "twice is no state and no parameter"),
        ([Dose(-1, "a", 1)], "not negative"),
        ([Dose(1, "a", 1, -1)], "not negative"),
        ([Dose(1, "a", math.nan)], "finite"),
        ([Dose(math.inf, "a", 1)], "finite"),
    ],
)
def test_what_cannot_be_given_is_refused_in_words(doses: Sequence[Dose], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        run(CLOCK, {}, 4, 5, doses=doses)
