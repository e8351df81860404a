"""The models of the site against the numbers of their papers.

Each build measures the checks of every card anew. Here stands what they gave when they were written: a number that
moves, a band that is widened until a miss is met, or a kind that is promoted from calibrated to prediction is seen.
What a check cannot say stands below as tests of its own.

The words of each test say what kind of evidence it is: a prediction, a number that the model was set to (calibrated),
or a number that was put in (input: it checks the code, not the biology).
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from model_tools import NAMES, model

from il2site.model.card.card import CHOSEN
from il2site.model.card.measure import Finding, findings, schedule
from il2site.model.engine.simulate import Series, run
from il2site.model.printer.python import compile_network, parameter_values

Row = tuple[str, float, tuple[float | None, float | None] | None, str]

PUBLISHED: dict[str, tuple[Row, ...]] = {
    "receptor-triggering": (
        ("input", 5.165, (5, 5.4), "met"),
        ("input", 53.19, (41.6, 66), "met"),
        ("input", 3, (2.2, 3.6), "met"),
        ("prediction", 3, (3, 19), "met"),
        ("prediction", 2.526, (1.5, 2.4), "missed"),
        ("prediction", 1.956, (1.5, 2.4), "met"),
        ("prediction", 58.33, (11, 48), "missed"),
    ),
    "il2-gene": (
        ("input", 7.5, (7.4, 7.6), "met"),
        ("input", 0.5, (0.4, 0.6), "met"),
        ("input", 1.832, (0, 10), "met"),
        ("input", 68.33, (66, 86), "met"),
    ),
    "il2-receptor": (
        ("calibrated", 28.69, (16.8, 37.9), "met"),
        ("calibrated", 595, (527, 1185), "met"),
        ("calibrated", 20.74, (20.7, 46.5), "met"),
        ("calibrated", 0.2562, (0.2, 0.4), "met"),
        ("calibrated", 0.1055, (0, 0.19), "met"),
        ("calibrated", 0.7851, (0.61, 0.81), "met"),
        ("prediction", 28.69, (3.2, 32), "met"),
        ("prediction", 595, (320, 3200), "met"),
    ),
    "il2-feedback": (
        ("prediction", 0.8141, (0.71, 0.81), "missed"),
        ("prediction", -0.1148, (-0.12, -0.08), "met"),
        ("prediction", 0.7989, (0.71, 0.81), "met"),
        ("prediction", -0.0775, (-0.12, -0.08), "missed"),
        ("input", 0.8141, (0.8, 0.84), "met"),
        ("input", -0.1148, (-0.15, -0.09), "met"),
        ("prediction", 108.1, (10, None), "met"),
        ("input", 7.562, (5, 20), "met"),
    ),
    "il2-growth": (
        ("prediction", 9.964e8, (7.5e8, 1.05e9), "met"),
        ("prediction", 2.835e8, (2.5e8, 3e8), "met"),
        ("prediction", 21.23, (16, 26), "met"),
        ("prediction", 21.23, (23, 33), "missed"),
        ("prediction", 41.02, (58, 78), "missed"),
        ("prediction", 0.4767, (2, 4), "missed"),
    ),
    "cd4-lcmv": (
        ("input", 11, (10.5, 17.3), "met"),
        ("input", 9, (8.5, 9.5), "met"),
        ("input", 1.758e6, (1.6e6, 2e6), "met"),
        ("input", 3.015, (2.5, 3.5), "met"),
        ("input", 37.86, (30, 40), "met"),
    ),
    "treg-competition": (
        ("prediction", 4.39, (0, 50), "met"),
        ("prediction", 62.65, (0, 90), "met"),
        ("prediction", 99.18, (90, 110), "met"),
    ),
    "antigen-limited": (
        ("prediction", -0.516, (-0.6, -0.4), "met"),
        ("input", -0.4839, (-0.6, -0.4), "met"),
    ),
    "hiv-joshi": (("prediction", -0.5107, (-0.17, 0.25), "missed"),),
    "hiv-il2": (
        ("calibrated", 113.8, (51.3, 181.2), "met"),
        ("prediction", 0.00773, (-0.17, 0.25), "met"),
        ("input", 0.1631, None, "no band"),
        ("prediction", -0.1273, (None, 0.1), "met"),
        ("calibrated", 256.2, (236, 288), "met"),
        ("calibrated", 863.3, (779, 952), "met"),
        ("prediction", 1.478, (1.7, 2.5), "missed"),
    ),
    "aldesleukin": (
        ("input", 648.9, (618, 682), "met"),
        ("input", 12.9, (12.3, 13.5), "met"),
        ("input", 85, (81, 89), "met"),
        ("input", 38.99, (35, 47), "met"),
        ("calibrated", 1.101, (1, 3), "met"),
        ("calibrated", 1.367, (1, 1.5), "met"),
        ("prediction", 28.04, (25, 35), "met"),
        ("prediction", 1699, (502, 752), "missed"),
        ("calibrated", 626.6, (502, 752), "met"),
        ("prediction", 959.4, (904, 1356), "met"),
        ("prediction", 1.011, (0.8, 1.25), "met"),
        ("prediction", 46.66, (21.9, 112.9), "met"),
        ("prediction", 3.752, (2.6, 6.2), "met"),
        ("prediction", 1.134, (2.4, 4.2), "missed"),
        ("input", 11140, (10500, 11700), "met"),
        ("input", 10.76, (10.2, 11.2), "met"),
    ),
    "capillary-leak": (
        ("calibrated", 9.276, (6.7, 12.1), "met"),
        ("calibrated", 14.86, (11.6, 18.2), "met"),
        ("calibrated", 131.3, (118, 154), "met"),
        ("calibrated", 84.43, (77, 91), "met"),
        ("calibrated", 1166, (1079, 1253), "met"),
        ("calibrated", 5.791, (5.56, 5.98), "met"),
        ("calibrated", 32.25, (30, 35), "met"),
        ("calibrated", 30.55, (30, 35), "met"),
        ("calibrated", 8.039, None, "no band"),
    ),
    "tumour-il2": (
        ("prediction", 1.23e6, (900000, 1.5e6), "met"),
        ("prediction", 246.2, (225, 275), "met"),
        ("prediction", 123.3, (120, 130), "met"),
        ("prediction", 57260, (45000, 75000), "met"),
        ("prediction", 85.5, (84, 87), "met"),
        ("prediction", 0.0325, (0.0305, 0.0335), "met"),
        ("prediction", 539.9, (513, 567), "met"),
        ("prediction", 6.35e7, (6.03e7, 6.67e7), "met"),
    ),
    "renal-cancer": (
        ("prediction", 4, (4, 4), "met"),
        ("prediction", 4, (4, 4), "met"),
        ("prediction", 5.291e5, (395000, 659000), "met"),
        ("prediction", 1.168e9, (3.5e9, 5.8e9), "missed"),
        ("prediction", 383.7, (880, 1470), "missed"),
        ("prediction", 2.195e8, (2.6e8, 4.4e8), "missed"),
        ("prediction", 25640, (18000, 30000), "met"),
        ("prediction", 1.32e8, (8.3e7, 1.38e8), "met"),
        ("prediction", 68.59, (37, 61), "missed"),
    ),
    "cd4-expansion": (
        ("calibrated", 1.796e6, (1.6e6, 2e6), "met"),
        ("calibrated", 9.515, (8.25, 9.75), "met"),
        ("input", 12.12, (10.5, 17.3), "met"),
        ("prediction", -0.5335, (-0.6, -0.4), "met"),
        ("calibrated", 4.995, (4.5, 5.5), "met"),
        ("prediction", 0.4148, (0.8, 1.25), "missed"),
        ("prediction", 4.344e-05, (0.8, 1.25), "missed"),
    ),
}
"""For each check of a card in order: its kind, its number, the band that counts as agreement, and whether it is met."""

NEAR = 0.03
"""How far a number may move before it is another result."""


@cache
def measured(name: str) -> tuple[Finding, ...]:
    return findings(model(name).network, model(name).card)


@pytest.mark.parametrize("name", NAMES)
def test_every_model_is_held_against_published_numbers(name: str) -> None:
    """A model of the site without an entry above would be held to nothing here."""
    assert name in PUBLISHED
    assert len(measured(name)) == len(PUBLISHED[name])


@pytest.mark.parametrize(("name", "place"), [(name, i) for name in PUBLISHED for i in range(len(PUBLISHED[name]))])
def test_a_check_gives_its_number_and_stays_what_it_is(name: str, place: int) -> None:
    """A miss stays a miss: a check is never moved so that it is met, nor called a prediction when it was fitted."""
    kind, number, band, verdict = PUBLISHED[name][place]
    finding = measured(name)[place]
    assert finding.value == pytest.approx(number, rel=NEAR), finding.check.what
    said = finding.check.kind, finding.check.between, finding.verdict
    assert said == (kind, band, verdict), finding.check.what


@pytest.mark.parametrize("name", NAMES)
def test_every_number_has_a_source_and_every_model_its_limits(name: str) -> None:
    card = model(name).card
    assert len(card.limits) >= 3
    for parameter in model(name).network.parameters:
        assert card.symbols[parameter].source and card.symbols[parameter].status


@pytest.mark.parametrize("name", NAMES)
def test_a_number_without_a_source_is_not_called_read(name: str) -> None:
    """What was chosen for teaching was not read anywhere."""
    for entry in model(name).card.symbols.values():
        assert not (entry.source == CHOSEN and entry.status == "read"), entry.label


# --- receptor triggering ------------------------------------------------------------------------------------------


def receptor(end: float, **overrides: float) -> Series:
    return run(model("receptor-triggering").network, overrides, end, 601).series


def test_antigens_and_receptors_are_conserved() -> None:
    columns = receptor(60).columns
    held = columns["bound"]
    np.testing.assert_allclose(columns["L"] + held, 100, rtol=1e-6)
    np.testing.assert_allclose(columns["R"] + held, 30000, rtol=1e-6)


@pytest.mark.parametrize("tau", [0.5, 5.2, 53.8])
def test_the_steady_state_is_the_closed_form(tau: float) -> None:
    """At rest C3 = bound * (1 + koff/kp)^-3."""
    columns = receptor(40 * tau + 60, tau=tau).columns
    assert columns["C3"][-1] / columns["bound"][-1] == pytest.approx((1 + 1 / tau) ** -3, rel=1e-4)


@pytest.mark.parametrize(("tau", "spread"), [(5.2, 0.2), (53.8, 12.2)])
def test_single_grips_last_the_measured_dwell_time(tau: float, spread: float) -> None:
    """Input, with every release counted (the card's check counts bindings). Mean = time held per release."""
    made = run(model("receptor-triggering").network, {"tau": tau}, 600, 6001, "ssa", 7)
    assert made.events is not None
    held = float(np.trapezoid(made.series.columns["bound"], made.series.times))
    releases = int(np.count_nonzero(made.events.reactions >= 4))
    assert releases > 500
    assert held / releases == pytest.approx(tau, abs=max(spread, 4 * tau / math.sqrt(releases)))


def test_halving_the_dwell_time_cuts_triggering_far_more_than_half_though_as_many_are_held() -> None:
    """Prediction: occupancy is not what is read. From 1 to 0.5 s triggered receptors fall over 3-fold, held by 10%."""
    one, half = receptor(60, tau=1.0).columns, receptor(60, tau=0.5).columns
    assert one["C3"][-1] / half["C3"][-1] > 3
    assert half["bound"][-1] > 0.9 * one["bound"][-1]


# --- CD4 expansion ------------------------------------------------------------------------------------------------


def expansion(**overrides: float) -> Series:
    return run(model("cd4-expansion").network, overrides, 60, 2401).series


def test_cells_divide_every_eleven_hours_at_full_signal() -> None:
    """Input. Bocharov 2015: 11 h."""
    made = expansion(other=1.0, il2_made=3.0)
    early = (made.times > 3) & (made.times < 4)
    slope = float(np.polyfit(made.times[early], np.log(made.columns["A"][early]), 1)[0])
    assert float(made.columns["drive"][early].mean()) == pytest.approx(1.0, abs=0.001)
    assert 24 * math.log(2) / slope == pytest.approx(11.0, rel=0.02)


def test_cells_without_signal_have_a_half_life_of_three_days_and_memory_of_500() -> None:
    """Input (recalled numbers). The loss of dividing cells to memory makes the first 4% shorter."""
    series = expansion()
    late = (series.times > 16) & (series.times < 24)
    cells = float(np.polyfit(series.times[late], np.log(series.columns["A"][late]), 1)[0])
    assert math.log(2) / -cells == pytest.approx(3.0, rel=0.05)
    memory = run(model("cd4-expansion").network, {}, 400, 401).series
    end = memory.times > 200
    slope = float(np.polyfit(memory.times[end], np.log(memory.columns["M"][end]), 1)[0])
    assert math.log(2) / -slope == pytest.approx(500, rel=0.01)


def test_il2_near_the_cells_lies_at_the_upper_end_of_its_active_range() -> None:
    """Calibrated by the loss through diffusion: about 100 pM."""
    assert 80 <= expansion().columns["I"].max() <= 130


def test_cells_never_fall_below_zero() -> None:
    for overrides in ({}, {"antigen": 0.01}, {"il2_made": 0.0}, {"precursors": 30000.0}):
        columns = expansion(**overrides).columns
        assert all(columns[state].min() >= -1e-9 * columns[state].max() for state in "NPAMGI")


# --- HIV ------------------------------------------------------------------------------------------------------------


def test_the_counter_example_says_first_what_is_wrong_with_it() -> None:
    """A reader who stops after the title and the first limit knows that its sign is wrong."""
    card = model("hiv-joshi").card
    assert "wrong sign" in card.title
    assert "lowers the virus" in card.limits[0]


def test_activation_stays_where_the_hiv_model_does_not_swing_absurdly() -> None:
    """At 0.5 a cycle of IL-2 moves the virus by less than 0.4 powers of ten to either side; at 1 by more than 0.7."""
    hiv = model("hiv-il2")
    assert hiv.card.symbols["activation"].range == (0, 0.5)
    assert swing(0.5) < 0.4 < 0.7 < swing(1.0)


def swing(activation: float) -> float:
    """The largest change of virus in the first 56 days of three cycles of IL-2, in powers of ten."""
    hiv = model("hiv-il2")
    series = run(hiv.network, {"activation": activation}, 168, 673, doses=schedule(hiv.card.doses)).series
    return float(np.abs(np.log10(series.columns["V"] / series.columns["V"][0])).max())


# --- aldesleukin ----------------------------------------------------------------------------------------------------


def test_two_compartments_cannot_have_the_clearance_of_the_us_label() -> None:
    """The limit that its card tells: with 268 mL/min the rate from blood to tissue would be below zero."""
    assert leave_rate(0.14) > 0 > leave_rate(0.142) > leave_rate(0.268)


def leave_rate(clearance: float) -> float:
    """The constant `leave_rate` that the model derives from a clearance in L/min."""
    drug = model("aldesleukin").network
    values = parameter_values(drug, {"clearance": clearance})
    compile_network(drug).initial(values, [0.0] * len(drug.states))
    return values[[*drug.defaults, *(name for name, _ in drug.derived)].index("leave_rate")]


# --- tumour and IL-2 ------------------------------------------------------------------------------------------------


def tumour(end: float, **overrides: float) -> Series:
    return run(model("tumour-il2").network, overrides, end, 2001).series


@pytest.mark.parametrize("antigenicity", [1e-4, 0.001, 0.02])
def test_a_cured_tumour_stays_gone(antigenicity: float) -> None:
    """Less than one cell is no tumour, and rounding errors do not grow into one."""
    series = tumour(2000, antigenicity=antigenicity)
    cured = series.columns["present"] < 0.5
    assert cured[series.times > 700].all()
    assert np.abs(series.columns["T"][cured]).max() < 1e-6


def test_without_the_rule_the_tumour_comes_back_from_a_part_of_a_cell() -> None:
    """The artefact that the card tells of (Caravagna 2010)."""
    series = tumour(400, cure=0.0)
    assert series.columns["T"].min() < 1e-3
    assert series.columns["T"][series.times > 300].max() > 1e6


# --- kidney cancer --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("power", [1.7, 1.8, 1.9, 2.0, 2.1, 2.2])
def test_the_tumour_grows_with_every_killing_of_the_patients(power: float) -> None:
    """Prediction: the whole sweep of 36 of which each build measures four corners."""
    for kill in (1.7, 1.8, 1.9, 2.0, 2.1, 2.2):
        series = run(
            model("renal-cancer").network, {"ctl_kill": kill, "ctl_power": power}, 200, 51, relative=1e-6
        ).series
        assert series.columns["T"][-1] > 5 * series.columns["T"][0]


# --- capillary leak -------------------------------------------------------------------------------------------------


def leak(**overrides: float) -> Series:
    return run(model("capillary-leak").network, overrides, 108, 109).series


def test_nothing_changes_without_il2() -> None:
    """Calibrated: volumes and albumin start at rest, to 1% in four and a half days."""
    columns = leak(IL2=0.0).columns
    for state in ("Vp", "Vi", "Ap", "Ai"):
        np.testing.assert_allclose(columns[state], columns[state][0], rtol=0.01)


def test_albumin_is_neither_made_nor_lost() -> None:
    columns = leak().columns
    np.testing.assert_allclose(columns["Ap"] + columns["Ai"], 264.5, rtol=1e-6)


def test_the_second_reading_gives_what_its_limit_says() -> None:
    """Without a protein leak the oncotic pressure of plasma falls by 4%; with it, 31% of the albumin leaves per hour."""
    assert leak(leak_permeability=0.0, leak_reflection=0.0).columns["cop_fall"][-1] == pytest.approx(4, abs=0.5)
    assert leak().columns["escape"][-1] == pytest.approx(31, abs=0.5)
