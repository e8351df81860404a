"""A scan shows what its runs give: every value is that of a run, and between two runs the line is a power law."""

from __future__ import annotations

import re

import numpy as np
import pytest
from figure_tools import figure, live_spec, prepared, texts
from model_tools import NAMES as MODELS
from model_tools import model

from il2site.figure.clock import Clock
from il2site.figure.figure import Figure
from il2site.figure.guides import guides
from il2site.figure.load import load_figure
from il2site.figure.scan import between, positions, refined
from il2site.figure.spec import Level, Line, PointMark, ScanFigure, ScanPanel, Slope
from il2site.figure.words import Measured
from il2site.model.engine.simulate import run
from il2site.text import SourceFile, number


def scan(name: str) -> ScanFigure:
    spec = live_spec(name)
    assert isinstance(spec, ScanFigure)
    return spec


def test_every_stage_and_every_mark_is_a_run_of_its_own() -> None:
    xs = positions(scan("dwell-time-scan"))
    assert {0.2, 0.52, 5.2, 53.8, 60.0} <= set(xs) and list(xs) == sorted(set(xs))
    still = prepared("dwell-time-scan").still
    assert still.rows is not None
    for tau in (0.2, 5.2, 53.8):
        made = run(model("receptor-triggering").network, {"tau": tau}, 60, 3).series.columns
        for measured in (still.measured, still.rows):
            at = int(np.argmin(np.abs(measured.times - tau)))
            assert measured.columns["triggered"][at] == pytest.approx(made["C3"][-1], rel=1e-9)


def test_a_measure_is_that_of_words() -> None:
    """Every kind of it: at the end, at a time, over the whole run, with numbers of its own."""
    path = "content/figures/dwell-time-scan.yml"
    for text, name in (("C3", "end"), ("C3@30", "middle"), ("C3.peak", "end"), ("C3.auc(0, 60)", "area")):
        spec = changed_scan(path, "triggered: C3.end", f"triggered: {text}")
        made = run(model("receptor-triggering").network, {"tau": 60}, 60, 3).series.columns["C3"]
        wanted = {"end": made[-1], "middle": made[1], "area": 15 * (made[0] + 2 * made[1] + made[2])}
        assert float(spec.table.rows[-1][2].replace(",", "")) == pytest.approx(wanted[name], rel=5e-3)


def changed_scan(path: str, old: str, new: str) -> Figure:
    text = texts()[path].text.replace(old, new, 1)
    made = load_figure(
        "scan", {"content/figures/scan.yml": SourceFile(path, text)}, {each: model(each) for each in MODELS}
    )
    assert made.value is not None, [problem.message for problem in made.problems]
    return made.value


def test_a_line_between_two_runs_is_a_power_law_where_it_can_be() -> None:
    coarse = Measured(
        np.array([1.0, 100.0]), {"y": np.array([10.0, 1000.0]), "none": np.array([0.0, 4.0])}, {}, clock="x"
    )
    fine = refined(coarse, 2, True)
    np.testing.assert_allclose(fine.times, [1, 10, 100])
    np.testing.assert_allclose(fine.columns["y"], [10, 100, 1000])
    np.testing.assert_allclose(fine.columns["none"], [0, 2, 4])
    np.testing.assert_allclose(refined(coarse, 2, False).times, [1, 50.5, 100])


def test_the_runs_stand_unchanged_in_the_line() -> None:
    spec, still = scan("precursor-scan"), prepared("precursor-scan").still
    assert still.rows is not None
    np.testing.assert_array_equal(still.measured.columns["fold"][:: between(spec)], still.rows.columns["fold"])


def test_conditions_of_a_scan_are_lines_of_their_own() -> None:
    path = "content/figures/dwell-time-scan.yml"
    text = texts()[path].text.replace(
        "panels:\n", "conditions:\n  all: {label: All}\n  few: {label: Few, set: {antigens: 10}}\npanels:\n", 1
    )
    for name in ("held", "triggered"):
        text = text.replace(f"show: {name},", f"show: {name}@few,").replace(f"{{{name}", f"{{{name}@few")
    made = load_figure(
        "dwell-time-scan", {path: SourceFile(path, text)}, {"receptor-triggering": model("receptor-triggering")}
    )
    assert made.value is not None, [problem.message for problem in made.problems]
    rows = made.value.table.rows
    assert rows[-1][1:] == ("9.98", "9.5") and "of 100" in made.value.summary


def test_marked_values_are_listed_with_their_source() -> None:
    shown = figure("dwell-time-scan")
    marked = {s.label: (s.value, s.unit, s.source, s.status) for s in shown.symbols if s.label.startswith("Marked")}
    assert marked["Marked: AND"] == ("53.8", "s", "odonoghue2013", "read") and len(marked) == 2
    assert "odonoghue2013" in shown.citations


# --- guides ---------------------------------------------------------------------------------------------------------


CLOCK = Clock("parameter", "x", "", 1, 10000, "log")
LINE = Line(show="y", label="y", entity="il2")


def test_a_slope_is_drawn_as_far_as_its_panel_goes() -> None:
    slope = Slope(slope=-0.5, through=(100, 10), label="slope")
    panel = ScanPanel(label="y", scale="log", lines=(LINE,), slope=slope)
    [guide] = guides(panel, CLOCK, (1, 1000))
    np.testing.assert_allclose(guide.points, [(1, 100), (10000, 1)])
    [cut] = guides(panel, CLOCK, (5, 50))
    np.testing.assert_allclose(cut.points, [(4, 50), (400, 5)])


def test_words_of_a_guide_stay_inside_the_panel() -> None:
    points = tuple(PointMark(x=x, y=y, label="p", source="s", status="read") for x, y in ((2, None), (9000, 5)))
    panel = ScanPanel(label="y", lines=(LINE,), marks=(Level(at=3, label="m"),), points=points)
    level, early, late = guides(panel, CLOCK, (0, 10))
    assert (level.side, early.side, late.side) == ("left", "right", "left")
    assert (early.points, late.points) == (((2, 0), (2, 10)), ((9000, 5),))


def test_words_at_the_foot_of_a_rule_make_way_for_a_line() -> None:
    rule = PointMark(x=100, label="p", source="s", status="read")
    panel = ScanPanel(label="y", lines=(LINE,), points=(rule,))
    times = np.geomspace(1, 10000, 21)

    def height(*values: float) -> float:
        run = Measured(times, {"y": np.interp(np.arange(21), (0, 20), values)}, {}, "", "x")
        [guide] = guides(panel, CLOCK, (0, 10), run)
        return guide.at[1]

    assert height(0.2, 0.8) > 8, "a line along the foot"
    assert height(5, 6) == 0, "a line in the middle"
    assert height(0, 10) == 0, "a line that is far from the foot by then"


# --- numbers that titles and sentences state ------------------------------------------------------------------------


def test_the_title_of_the_dwell_time_scan_is_its_model() -> None:
    network = model("receptor-triggering").network
    long, short = (run(network, {"tau": tau}, 60, 3).series.columns for tau in (5.2, 0.52))
    said = [f"{made[name][-1]:.0f}" for name, made in (("C3", short), ("C3", long), ("bound", short), ("bound", long))]
    assert re.findall(r"(?<![.\w])\d+(?![.\w])", figure("dwell-time-scan").title) == said


def test_the_title_and_the_description_of_the_precursor_scan_are_its_model() -> None:
    rows = prepared("precursor-scan").still.rows
    assert rows is not None
    fold = {round(float(x)): float(y) for x, y in zip(rows.times, rows.columns["fold"], strict=True)}
    title, told = figure("precursor-scan").title, figure("precursor-scan").description
    assert f"{fold[3000]:.0f}-fold instead of {fold[30]:.0f}-fold" in title
    assert fold[30] / fold[3000] == pytest.approx(11, abs=0.5) and "eleven times" in title
    for cells in (3, 30, 300, 3000, 30000):
        shown = f"{fold[cells]:.0f}-fold" if fold[cells] < 1000 else f"{number(fold[cells])}-fold"
        assert shown in told, shown
    slope = np.polyfit(np.log10(rows.times), np.log10(rows.columns["fold"]), 1)[0]
    assert slope == pytest.approx(-0.5, abs=0.03)
