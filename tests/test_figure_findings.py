"""What a title, a description, a stage or a lesson says of a modelled course is what the model gives today."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

import numpy as np
import pytest
from figure_tools import ROOT, figure, live_spec, prepared
from model_tools import model
from numpy.typing import NDArray

from il2site.model.card.measure import schedule
from il2site.model.engine.doses import Dose
from il2site.model.engine.simulate import run
from il2site.text import amount, number

Columns = Mapping[str, NDArray[np.float64]]


def played(name: str) -> tuple[NDArray[np.float64], Columns]:
    """The times and the columns of the usual run of a figure."""
    still = prepared(name).still.measured
    return still.times, still.columns


def lesson(name: str) -> str:
    return (ROOT / f"content/lessons/{name}.md").read_text(encoding="utf-8")


def at(name: str, column: str, time: float) -> float:
    times, columns = played(name)
    return float(np.interp(time, times, columns[column]))


def thousands(value: float, digits: int = 3) -> str:
    """`value` to so many digits, as texts write it."""
    return number(float(f"{value:.{digits}g}"))


# --- HIV ------------------------------------------------------------------------------------------------------------


def test_the_title_of_the_hiv_figure_is_its_run() -> None:
    _, columns = played("hiv-cycles")
    count, virus = columns["CD4@il2"], columns["V@il2"]
    more = 100 * (virus.mean() / columns["V@none"].mean() - 1)
    said = [f"{count[0]:.0f}", f"{count[-1]:.0f}", "24", f"{more:.0f}"]
    title = figure("hiv-cycles").title
    assert re.findall(r"\d+", title.replace("CD4", "").replace("IL-2", "")) == said


def test_the_description_of_the_hiv_figure_and_its_lesson_tell_counts_and_virus() -> None:
    _, columns = played("hiv-cycles")
    description = " ".join(figure("hiv-cycles").description.split())
    il2, both = columns["CD4@il2"], columns["CD4@both"]
    assert f"a highest value of {il2.max():.0f} and {il2[-1]:.0f} at the end" in description
    assert f"climbs evenly to {columns['CD4@drugs'][-1]:.0f}" in description
    assert f"with both it reaches {both.max():.0f} and ends at {both[-1]:.0f}" in description
    virus = columns["V@il2"]
    low = thousands(at("hiv-cycles", "V@il2", 56))
    assert f"jumps to {thousands(virus.max())} in the first cycle, sinks to {low} and" in description
    assert f"climbs from {il2[0]:.0f} to {il2[-1]:.0f}" in lesson("hiv")
    assert f"from {amount(virus[0])} copies to about {thousands(virus.max(), 2)} in the first cycle" in lesson("hiv")


def test_the_jumps_of_the_virus_come_and_go_as_the_stages_say() -> None:
    times, columns = played("hiv-cycles")
    virus, rest = columns["V@il2"], columns["V@none"]
    assert times[virus.argmax()] == pytest.approx(9.5)
    assert at("hiv-cycles", "V@il2", 28) < 1.1 * at("hiv-cycles", "V@none", 28)
    assert virus[(times > 56) & (times < 112)].max() < virus.max()
    assert virus[-1] < rest[-1] and columns["V@both"][-1] == pytest.approx(columns["V@drugs"][-1], rel=0.01)
    assert at("hiv-cycles", "V@drugs", 28) == pytest.approx(1.1, rel=0.05)


# --- single cells ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("antigens", "said"), [(1000, "30 of the 40 cells begin"), (10, "Only 10 of the 40 cells begin")]
)
def test_so_many_of_forty_cells_begin_as_the_lesson_on_antigen_receptors_says(antigens: float, said: str) -> None:
    """And those that begin make IL-2 at one speed, up to the chance of its parcels."""
    network = model("il2-gene").network
    runs = [run(network, {"antigens": antigens}, 72, 1441, "ssa", 1 + place).series.columns for place in range(40)]
    begun = [columns for columns in runs if columns["IL2"][-1] > 0]
    assert str(len(begun)) in said and said in lesson("antigen-receptor")
    hours = sum(columns["gene_on"].sum() / 20 for columns in begun)
    assert sum(columns["IL2"][-1] for columns in begun) / hours == pytest.approx(27000, rel=0.05)


def test_ten_long_grips_trigger_more_than_a_hundred_short_ones_as_the_lesson_says() -> None:
    few, many = (
        run(model("receptor-triggering").network, {"tau": tau, "antigens": antigens}, 60, 301).series.columns["C3"][-1]
        for tau, antigens in ((54, 10), (0.5, 100))
    )
    assert f"about {few:.0f} of the 10 are held by a triggered receptor, against about {many:.0f} of" in lesson(
        "antigen-receptor"
    )


# --- the receptor and its feedback ----------------------------------------------------------------------------------


def feedback(end: float = 120, points: int = 481, **settings: float) -> Columns:
    return run(model("il2-feedback").network, settings, end, points).series.columns


def signal(il2: float, end: float = 500, **settings: float) -> NDArray[np.float64]:
    """The course of pSTAT5 in a YT-1 cell that is kept in so many nM of IL-2."""
    return run(model("il2-receptor").network, {"IL2": il2, **settings}, end, 101).series.columns["pSTAT5"]


def test_the_title_of_the_feedback_figure_is_its_runs() -> None:
    _, columns = played("secretion-feedback")
    peaks = [f"{columns[f'IL2@{name}'].max():.0f}" for name in ("set", "crowd", "plenty")]
    title = figure("secretion-feedback").title
    assert re.findall(r"\d+", title.replace("IL-2", "")) == peaks


def test_the_description_and_the_stages_of_the_feedback_figure_hold_in_its_runs() -> None:
    times, columns = played("secretion-feedback")
    usual, producers, chains = (columns[f"{name}@set"] for name in ("IL2", "producers", "CD25"))
    peaks = {name: times[columns[f"IL2@{name}"].argmax()] for name in ("set", "crowd", "plenty")}
    assert [round(float(peaks[name])) for name in peaks] == [38, 22, 70]
    assert usual[times < 16].max() == 0 and usual[times > 16.5].min() > 0 and usual[-1] == pytest.approx(0.4, abs=0.05)
    assert producers.max() == pytest.approx(50, abs=0.1) and producers[times > 55].max() < 0.01
    assert producers[times == 18] == pytest.approx(25, abs=0.1)
    assert at("secretion-feedback", "CD25@set", 24) == pytest.approx(170, abs=5)
    assert thousands(chains.max()) == "252,000" and times[chains.argmax()] == pytest.approx(75, abs=0.5)
    assert chains[-1] == pytest.approx(20000, rel=0.03)
    assert at("secretion-feedback", "CD25@set", 66) / at("secretion-feedback", "CD25@set", 24) > 1000


def test_the_lesson_on_the_receptor_tells_what_its_models_give() -> None:
    told = lesson("three-chains")
    assert f"a higher peak, {feedback(cells=1000)['IL2'].max():.0f} picomolar" in told
    assert f"to about {thousands(feedback(JAK=0)['IL2'].max(), 2)} picomolar" in told
    hour, worn = signal(1, 60).max(), signal(1)[-1]
    assert f"brings the signal to {hour:.2f} of the largest possible within an hour" in told
    assert f"After 500 minutes it is down to {worn:.2f}" in told
    kept = max(signal(il2, active_uptake=0)[-1] for il2 in (1, 2, 3, 10))
    assert f"rises from {signal(3)[-1]:.2f} to {kept:.2f}" in told
    faint = [signal(0.03, synthesis_a=made)[-1] / signal(10, synthesis_a=made)[-1] for made in (0, 4.49)]
    assert 0.03 < faint[0] < 0.06 and faint[1] == pytest.approx(0.5, abs=0.02)
    active = run(model("il2-receptor").network, {"IL2": 100}, 5000, 3).series.columns["active"][-1]
    assert active == pytest.approx(77, rel=0.1)


def test_the_title_and_the_description_of_the_dose_response_are_its_runs() -> None:
    doses, columns = played("receptor-dose-response")
    halves = []
    for name, made in (("with", 4.49), ("without", 0.0)):
        curve = columns[f"signal@{name}"]
        assert curve[0] == pytest.approx(signal(0.001, synthesis_a=made)[-1], rel=0.01)
        rise = curve[: curve.argmax() + 1]
        halves.append(1000 * 10 ** float(np.interp(rise.max() / 2, rise, np.log10(doses[: len(rise)]))))
    assert halves == [pytest.approx(29, rel=0.02), pytest.approx(595, rel=0.02)]
    title = figure("receptor-dose-response").title
    assert re.findall(r"\d+", title.replace("CD25", "").replace("IL-2", "")) == ["29", "595", "21"]
    assert halves[1] / halves[0] == pytest.approx(21, abs=0.5)
    assert [round(float(columns[f"signal@{name}"].max()), 2) for name in ("with", "without")] == [0.13, 0.13]


# --- effectors and Tregs --------------------------------------------------------------------------------------------


def tugged(antigens: float, tregs: float) -> Columns:
    return run(model("treg-competition").network, {"antigens": antigens, "tregs": tregs}, 96, 385).series.columns


def left(antigens: float, tregs: float) -> float:
    """How much of the effectors' whole signal so many Tregs leave, in per cent."""
    whole, rest = (tugged(antigens, number)["pSTAT5"].sum() for number in (0, tregs))
    return float(100 * rest / whole)


def test_the_lesson_on_tregs_tells_what_its_model_gives() -> None:
    told = lesson("tug-of-war")
    alone, one, ten = (tugged(3e7, tregs)["pSTAT5"].max() for tregs in (0, 30000, 300000))
    assert f"at {alone:.3f} of the largest possible" in told and f"The peak is down to {one:.3f}" in told
    assert f"from {alone:.3f} to {ten:.4f}, twelvefold, and {left(3e7, 300000):.0f} % of the whole signal" in told
    strong = [tugged(3e9, tregs)["pSTAT5"].max() for tregs in (0, 300000)]
    assert f"from {strong[0]:.3f} to {strong[1]:.3f}, by less than 1 %" in told
    assert alone / ten == pytest.approx(12, abs=0.5) and left(3e9, 300000) > 99
    assert f"hours, and {left(3e7, 30000):.0f} % of it is left" in told
    assert f"one Treg for ten effectors, {left(3e7, 3000):.0f} % is left" in told
    assert f"About {left(3e7, 90000):.0f} %, somewhere between the two" in told
    assert f"to about {thousands(tugged(3e9, 300000)['IL2'].max(), 2)} picomolar" in told
    assert f"it gets to {tugged(3e7, 300000)['IL2'].max():.0f}" in told


def test_strong_antigen_fills_the_tregs_and_their_resting_cd25_hardly_matters() -> None:
    """The two reasons and the aside of the lesson on Tregs."""
    full = tugged(3e9, 300000)
    assert full["Treg_complex"].max() > 0.97 * 2350 and full["CD25"][-1] > 100 * tugged(3e7, 300000)["CD25"].max()
    network = model("treg-competition").network
    alone = tugged(3e7, 0)["pSTAT5"].sum()
    for chains, percent in ((300, 64), (30000, 62)):
        settings = {"antigens": 3e7, "tregs": 3e4, "Treg_CD25_rest": chains}
        rest = run(network, settings, 96, 385).series.columns["pSTAT5"].sum()
        assert 100 * rest / alone == pytest.approx(percent, abs=0.5)


def test_the_first_lesson_tells_what_ten_tregs_do_to_the_signal_in_the_map() -> None:
    alone, crowded = (
        run(model("treg-competition").network, {"tregs": tregs}, 72, 289).series.columns["pSTAT5"].max()
        for tregs in (30000, 300000)
    )
    assert f"from {alone:.3f} of the largest possible to {crowded:.3f}" in lesson("what-il2-is")
    assert crowded / alone == pytest.approx(1 / 5, abs=0.02)


# --- tumour, given cells and IL-2 -----------------------------------------------------------------------------------


def cured(arm: str) -> float:
    """The first time at which the tumour of an arm is gone; infinite for one that stays."""
    times, columns = played("tumour-il2")
    gone = times[columns[f"present@{arm}"] < 0.5]
    return float(gone[0]) if len(gone) else math.inf


def test_cells_and_il2_together_wipe_out_what_neither_does_alone() -> None:
    times, columns = played("tumour-il2")
    lowest = columns["T@cells"].min()
    assert [cured(arm) for arm in ("none", "il2", "cells")] == [math.inf] * 3 and 30 < cured("both") <= 31
    assert times[columns["T@cells"].argmin()] == pytest.approx(42, abs=1)
    assert f"from 100,000 cells to {lowest:.0f} and then it grows back" in figure("tumour-il2").title
    np.testing.assert_allclose(columns["T@il2"], columns["T@none"], rtol=0.01)


def test_the_description_of_the_tumour_figure_tells_its_effector_cells() -> None:
    description = " ".join(figure("tumour-il2").description.split())
    assert f"dwindle to {thousands(at('tumour-il2', 'E@cells', 42), 2)} in 42 days" in description
    assert f"still {thousands(at('tumour-il2', 'E@both', 30))} when the tumour is gone" in description
    assert at("tumour-il2", "E@cells", 31) < 0.5 * at("tumour-il2", "E@cells", 0), "the lesson: by more than half"
    assert at("tumour-il2", "T@none", 100) == pytest.approx(3e9, rel=0.1)
    assert at("tumour-il2", "I@both", 20) == pytest.approx(5e6, rel=0.01)


def test_ten_times_the_tumour_outgrows_the_same_cells_and_il2() -> None:
    """And one that calls strongly is cured without treatment, but sooner with IL-2, as the lesson links to."""
    network, doses = model("tumour-il2").network, [Dose(0, "E", 200000), Dose(0, "il2_given", 5e7, 40)]
    both = run(network, {"start_tumour": 1e6, "antigenicity": 5e-5}, 240, 961, doses=doses).series.columns["T"]
    assert both.min() == both[0] and both[-1] > 1e9 and "It grows nearly as if nothing" in lesson("history-and-today")
    calls = {"start_tumour": 1e5, "antigenicity": 0.02}
    gone = [run(network, calls, 240, 961, doses=given).series for given in ((), doses[1:])]
    alone, helped = (series.times[series.columns["T"] < 1][0] for series in gone)
    assert 40 < helped < alone < 60


# --- plasma level, as the lesson on giving IL-2 tells it ------------------------------------------------------------


def test_the_lesson_on_giving_tells_the_peak_and_the_low_point_of_the_labelled_schedule() -> None:
    drug = model("aldesleukin")
    made = run(drug.network, {}, 6720, 4481, doses=schedule(drug.card.doses)).series
    level, picomolar = made.columns["C"], made.columns["picomolar"]
    low, low_pM = (float(np.interp(6240, made.times, column)) for column in (level, picomolar))
    second = (made.times >= 480) & (made.times < 960)
    hours = float((picomolar[second] > 1000).sum()) * made.times[1] / 60
    text = lesson("giving-it")
    assert f"about {thousands(level.max())} units per millilitre" in text and f"down to {low:.1f} when" in text
    assert f"the low point is {low_pM:.0f} picomolar" in text and low / level.max() == pytest.approx(1e-3, rel=0.1)
    assert picomolar[second].min() > 10 and hours == pytest.approx(2, abs=0.1)


def test_the_lesson_on_giving_tells_the_peak_after_an_injection() -> None:
    columns = run(model("aldesleukin").network, {}, 1440, 1441, doses=[Dose(0, "site", 15000)]).series.columns
    said = f"a peak of {columns['C'].max():.0f} units per millilitre, or {columns['picomolar'].max():.0f} picomolar"
    assert said in lesson("giving-it")


# --- capillary leak -------------------------------------------------------------------------------------------------


def test_the_title_of_the_leak_figure_is_its_run() -> None:
    _, columns = played("capillary-leak")
    tissue, blood = (columns[name][-1] - columns[name][0] for name in ("Vi@full", "Vp@full"))
    pressure = columns["MAP@full"]
    said = ["5", f"{tissue:.1f}", f"{tissue + blood:.1f}", f"{pressure[0]:.0f}", f"{pressure[-1]:.0f}"]
    assert re.findall(r"\d+(?:\.\d+)?", figure("capillary-leak").title) == said
    assert f"Of {said[2]} litres, {said[1]} are in the tissues and {blood:.1f} in the plasma" in lesson("side-effects")
    assert f"That is {columns['weight_gain@full'][-1]:.0f} % of the body’s weight" in lesson("side-effects")


def test_either_half_of_the_syndrome_alone_does_what_the_leak_figure_says() -> None:
    _, columns = played("capillary-leak")
    end = {name: values[-1] for name, values in columns.items()}
    assert end["MAP@leaky"] > 98 and end["MAP@wide"] < 86
    assert [round(end[f"Vi@{arm}"], 1) for arm in ("full", "wide", "leaky")] == [13.8, 10.9, 11.0]
    assert columns["Vp@full"].min() == pytest.approx(2.9, abs=0.02) and round(end["Vp@full"], 1) == 3.4
    lost = columns["Vp@full"][0] - at("capillary-leak", "Vp@full", 24)
    assert lost == pytest.approx(1 / 3, abs=0.05) and at("capillary-leak", "MAP@full", 24) == pytest.approx(87, abs=0.5)


def test_more_fluid_swells_the_tissues_and_hardly_raises_the_modelled_pressure() -> None:
    columns = run(model("capillary-leak").network, {"intake": 0.2083}, 108, 433).series.columns
    _, usual = played("capillary-leak")
    more, rise = columns["Vi"][-1] - usual["Vi@full"][-1], columns["MAP"][-1] - usual["MAP@full"][-1]
    assert round(more) == 6 and "swell by six litres more" in lesson("side-effects")
    assert round(rise) == 1 and "rises by about one mmHg" in lesson("side-effects")


def test_a_tenth_of_the_level_leaves_the_pressure_where_the_lesson_says() -> None:
    tenth, full = (
        run(model("capillary-leak").network, {"IL2": il2}, 108, 433).series.columns["MAP"] for il2 in (6, 60)
    )
    assert f"leaves the mean pressure at {tenth[-1]:.0f} mmHg instead of {full[-1]:.0f}" in lesson("side-effects")


# --- three routes ---------------------------------------------------------------------------------------------------


def test_the_title_of_the_routes_is_their_run_and_the_dose_is_what_it_says() -> None:
    times, columns = played("three-routes")
    bolus, slow, skin = (columns[f"picomolar@{arm}"] for arm in ("bolus", "slow", "skin"))
    assert f"peak at {thousands(bolus.max())} pM" in figure("three-routes").title and max(slow.max(), skin.max()) < 180
    assert live_spec("three-routes").run.set["dose"] * 70 == pytest.approx(7500, rel=0.01)
    text = lesson("giving-it")
    assert f"levels off at {slow[-1]:.0f} picomolar, the injection at {skin.max():.0f}" in text
    assert f"peaks at {thousands(bolus.max())} picomolar" in text and bolus[times >= 1].max() < 1000
    assert [float(times[curve > 10].max()) for curve in (bolus, skin)] == pytest.approx([7.5, 11], abs=0.25)
