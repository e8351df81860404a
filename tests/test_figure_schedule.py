"""Doses are given when the reader asks for them; many single cells have the mean that is told."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from figure_tools import changed, figure, live_spec, prepared
from model_tools import model

from il2site.figure.play import play
from il2site.figure.schedule import doses_of, most_doses, schedule_values
from il2site.figure.spec import ScheduleFigure, TimecourseFigure
from il2site.model.engine.doses import Dose
from il2site.model.engine.simulate import Simulator, run
from il2site.text import number


@pytest.fixture
def spec() -> ScheduleFigure:
    spec = live_spec("plasma-level")
    assert isinstance(spec, ScheduleFigure)
    return spec


def times(spec: ScheduleFigure, **values: float) -> list[float]:
    return [dose.time for dose in doses_of(spec, values)]


def test_the_reader_changes_number_interval_amount_and_single_doses(spec: ScheduleFigure) -> None:
    assert times(spec) == [8 * place for place in range(14)]
    assert times(spec, dose_count=3, dose_every=24) == [0, 24, 48]
    assert times(spec, dose_count=4, skip_2=1) == [0, 16, 24]
    assert {dose.amount for dose in doses_of(spec, {"dose_amount": 0.5})} == {0.5}
    again = spec.model_copy(update={"schedule": spec.schedule.model_copy(update={"cycle_every": 336.0})})
    assert times(again, dose_count=2, dose_cycles=2) == [0, 8, 336, 344]
    assert times(again, dose_count=2, dose_cycles=2, skip_3=1) == [0, 8, 344]


def test_every_dose_that_can_be_asked_for_can_be_left_out(spec: ScheduleFigure) -> None:
    assert most_doses(spec) == 14
    assert {f"skip_{place}" for place in range(1, 15)} <= schedule_values(spec).keys()


def test_the_figure_shows_the_run_of_its_model_with_these_doses(spec: ScheduleFigure) -> None:
    """In hours, where the model counts minutes; once for each condition."""
    network = model("aldesleukin").network
    given = [Dose(480.0 * place, "pump", 1, 15) for place in range(14) if place != 5]
    for name, share in (("vein", 0.0), ("skin", 1.0)):
        made = run(network, {"under_skin": share}, 6720, 1345, doses=given).series
        shown = play(spec, Simulator(network), {"skip_6": 1}).measured(network)
        np.testing.assert_allclose(shown.times * 60, made.times)
        np.testing.assert_allclose(shown.columns[f"picomolar@{name}"], made.columns["picomolar"], rtol=1e-9)
        assert [shown.columns["doses_given"][place] for place in (0, 95, 96, -1)] == [1, 1, 2, 13]


def test_a_dose_is_marked_in_the_still_and_in_the_plot() -> None:
    shown = figure("plasma-level")
    assert shown.twin.count("h6l-3 -6z") == 14 and "Triangles: doses." in shown.twin
    [doses] = [trace for trace in shown.data["plots"]["curves"]["data"] if trace["meta"]["role"] == "doses"]
    assert doses["x"] == [8 * place for place in range(14)]


STROKES = re.compile(r"([Mlhv])(-?[\d.]+)(?: (-?[\d.]+))?")


def test_a_spike_between_two_drawn_points_is_not_lost_in_the_still() -> None:
    """The still has fewer points than the run; every peak is among them."""
    path = re.findall(r'<path d="([^"]+)" class="entity-aldesleukin twin-line', figure("plasma-level").twin)[0]
    moves = [float({"h": 0, "v": across}.get(kind, down)) for kind, across, down in STROKES.findall(path)]
    heights = list(itertools.accumulate(moves))
    top = min(heights)
    assert sum(1 for height in heights if height < top + 1) >= 14


SLIPS = [
    ("target: pump", "target: pomp", '"pomp" is not', '"pump"'),
    ("duration: 0.25", "duration: 9", "overlaps the next one after 8", "Widen"),
    ("min: 4\n", "min: 0.1\n", "overlaps the next one after 0.1", "Widen"),
    ("min: 1\n    max: 14", "min: 0\n    max: 14", "counted from 1", "whole"),
    ("dose_count: 5", "dose_count: 50", "ask for 50 doses", "below 40"),
    ("skip_6: 1", "skip_66: 1", '"skip_66" is not', "skip_6"),
    ("dose_count: 5", "dose_cycles: 2", "does not say after how long", "cycle_every"),
    ("{doses_given}", "{doses_givn}", '"doses_givn" is not', "doses_given"),
    ("source: trotta2018", "source: trota2018", '"trota2018"', "Add it"),
    ("method: ode", "method: ode, cells: 4", "many cells are curves of stochastic", "method: ssa"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message", "remedy"), SLIPS)
def test_a_slip_in_a_schedule_is_named(old: str, new: str, message: str, remedy: str) -> None:
    problems, _ = changed("plasma-level", old, new)
    told = [f"{problem.message} {problem.remedy}" for problem in problems]
    assert any(message in text and remedy in text for text in told), told


def test_the_title_of_the_plasma_level_is_its_model() -> None:
    still, title = prepared("plasma-level").still.measured, figure("plasma-level").title
    vein, skin = (float(still.columns[f"picomolar@{name}"].max()) for name in ("vein", "skin"))
    assert vein / 10 > 4000 and "more than 4,000 times" in title
    assert skin < vein / 200 and "below a two-hundredth" in title
    told = figure("plasma-level").description
    assert "about 44,000 picomolar" in told and vein == pytest.approx(44_000, rel=0.02)
    assert still.columns["picomolar@vein"][-1] == pytest.approx(43, abs=0.5)
    plateau = still.columns["picomolar@skin"][still.times > 1]
    assert plateau.min() > 150 and plateau.max() == pytest.approx(199, abs=0.5)
    assert still.columns["picomolar@vein"][-1] > 10, "both end above what half fills the whole receptor"


# --- many cells -----------------------------------------------------------------------------------------------------


def test_many_cells_are_single_runs_with_seeds_that_follow_one_another() -> None:
    spec, still = live_spec("il2-gene-cells"), prepared("il2-gene-cells").still
    assert isinstance(spec, TimecourseFigure)
    simulator = Simulator(model("il2-gene").network)
    cells = [simulator.run({}, 72, 145, "ssa", 1 + place).series.columns["IL2"] for place in range(40)]
    np.testing.assert_array_equal([member["IL2"] for member in still.members], cells)
    np.testing.assert_allclose(still.measured.columns["IL2"], np.mean(cells, axis=0))


def test_the_title_and_the_description_of_the_cells_are_their_runs() -> None:
    still, shown = prepared("il2-gene-cells").still, figure("il2-gene-cells")
    ends = [float(member["IL2"][-1]) for member in still.members]
    assert len(ends) == 40 and shown.title.startswith(f"Of 40 equal cells {sum(end == 0 for end in ends)} never")
    assert f"one makes {number(max(ends))} molecules" in shown.title
    assert f"up to {number(float(still.measured.columns['IL2'][-1]))}" in shown.description
    assert shown.twin.count("twin-member") == 1 and len(shown.twin) < 100_000
