"""The sentences and tables of a figure say what its run says."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from figure_tools import CHARTS, FIGURES, LIVE, ROOT, changed, figure, live_spec, prepared, texts
from model_tools import model

from il2site.figure.clock import clock_of, reading
from il2site.figure.words import Measured, fill, index_at
from il2site.model.engine.simulate import run
from il2site.text import amount, number

SHARED = json.loads((ROOT / "tests/words.json").read_text(encoding="utf-8"))


def shared(told: dict[str, Any]) -> Measured:
    columns = {name: np.array(values, dtype=float) for name, values in told["columns"].items()}
    return Measured(np.array(SHARED["times"], dtype=float), columns, told["parameters"], SHARED["time_unit"])


@pytest.mark.parametrize(("template", "now", "said"), SHARED["cases"])
def test_every_measure_and_comparison_is_that_of_the_columns(template: str, now: float, said: str) -> None:
    """The browser is held to the same table."""
    others = {name: shared(told) for name, told in SHARED["others"].items()}
    assert fill(template, shared(SHARED), now, others) == said


def test_moments_of_a_scan_are_compared_as_values_of_a_parameter() -> None:
    scan = replace(shared(SHARED), time_unit="")
    assert fill("{cells.peak_time.vs}", scan, 0, {"": shared(SHARED["others"][""])}) == "33 % higher"


WRONG = [
    ("{totl.end}", "totl"), ("{total.mean}", "mean"), ("{total.peak", "alone"), ("[{total}", "alone"),
    ("{total peak}", "cannot be read"), ("{il2_made.peak}", "does not change"), ("{total@31}", "total@31"),
    ("{total@9.5.peak}", "total@9.5"), ("{total.cross}", "no numbers"), ("{total.cross(high)}", "high"),
    ("{total.plateau(1, 2)}", "2 numbers"), ("{total.peak.vs(Half the IL2)}", "Half the IL2"), ("{time.vs}", "the same"),
    ("{total.peak.vs:whole}", "cannot be read"), ("{total:cell}", "cannot be read"), ("{total:halves}", "cannot be read"),
]  # fmt: skip


@pytest.mark.parametrize(("template", "told"), WRONG)
def test_words_that_no_run_can_fill_are_refused_with_their_line(template: str, told: str) -> None:
    problems, line = changed("cd4-expansion", "On day {time} there are {total:whole cell/cells} of the clone", template)
    assert [(problem.rule, problem.place.line) for problem in problems] == [("figure-invalid", line)]
    assert told in problems[0].message and problems[0].remedy


def test_a_time_on_the_grid_gets_its_own_value_in_spite_of_rounding() -> None:
    times = np.arange(301) * (60 / 300)
    assert [index_at(times, 0.2 * k) for k in range(301)] == list(range(301))
    assert (index_at(times, -1), index_at(times, 1e9)) == (0, 300)


@pytest.mark.parametrize("name", LIVE)
def test_the_clock_tells_the_time_of_every_stage(name: str) -> None:
    spec = live_spec(name)
    for stage in spec.stages:
        assert float(reading(clock_of(spec), stage.at).replace(",", "")) == stage.at


def test_the_summary_of_the_receptor_tells_the_run() -> None:
    columns = prepared("receptor-triggering").still.measured.columns
    for name, place in (("bound", -1), ("C3", -1)):
        assert f"{columns[name][place]:.0f}" in figure("receptor-triggering").summary


@pytest.mark.parametrize("name", LIVE)
def test_the_table_holds_the_values_of_the_run(name: str) -> None:
    table, still, spec = figure(name).table, prepared(name).still.measured, live_spec(name)
    clock = clock_of(spec)
    shown = [line.show for panel in spec.panels for line in panel.lines]
    assert len(table.rows) == 13 and len(table.head) == 1 + len(dict.fromkeys(shown))
    for row in table.rows:
        [index] = [index for index, time in enumerate(still.times) if reading(clock, float(time)) == row[0]]
        assert list(row[1:]) == [amount(float(still.columns[column][index])) for column in dict.fromkeys(shown)]


@pytest.mark.parametrize("name", CHARTS)
def test_the_table_of_a_chart_holds_every_row_with_its_source(name: str) -> None:
    table = figure(name).table
    data = re.search(r"\ndata: (.*)", texts()[f"content/figures/{name}.yml"].text)
    assert data and len(table.rows) == len(texts()[f"content/data/{data[1]}"].text.strip().splitlines()) - 1
    assert all(re.search(r"\d{4}", row[-2]) for row in table.rows), "a source is shown by its author and year"
    assert {row[-1] for row in table.rows} <= {"read", "derived", "not yet re-checked against the source"}


@pytest.mark.parametrize("name", FIGURES)
def test_no_brace_reaches_a_reader(name: str) -> None:
    shown = figure(name)
    assert not set("{}") & set(shown.summary + shown.now + shown.title + shown.description)


# --- numbers that titles and sentences state ------------------------------------------------------------------------


def test_the_title_of_the_receptor_figure_is_the_mean_of_its_model() -> None:
    """At balance: held = 100 a/(1 + a) with a = kon R tau, triggered = held (kp tau/(1 + kp tau))^3."""
    network = model("receptor-triggering").network
    ends = [run(network, {"tau": tau}, 60, 3).series.columns for tau in (5.2, 0.5)]
    said = [
        f"{ends[0]['bound'][-1]:.0f}",
        f"{ends[1]['bound'][-1]:.0f}",
        f"{ends[0]['C3'][-1]:.0f}",
        f"{ends[1]['C3'][-1]:.0f}",
    ]
    assert re.findall(r"\d+(?:\.\d+)?", figure("receptor-triggering").title) == ["0.5", "5.2", *said]


def test_the_shown_run_is_near_the_mean_that_the_title_states() -> None:
    still = prepared("receptor-triggering").still
    assert still.average is not None and still.compared is not None
    for name in ("bound", "C3"):
        assert abs(still.measured.columns[name][-1] - still.average.columns[name][-1]) < 2
    assert abs(still.compared.columns["C3"] - 3.1) < 2 and abs(still.compared.columns["bound"] - 83.6) < 2


def test_the_title_of_the_expansion_figure_is_its_run() -> None:
    still, title = prepared("cd4-expansion").still.measured, figure("cd4-expansion").title
    total = still.columns["total"]
    half = run(model("cd4-expansion").network, {"il2_made": 0.5}, 30, 3001).series.columns["total"].max()
    assert title.startswith(
        f"{total[0]:.0f} cells become {number(float(f'{total.max():.2g}'))} in nine and a half days"
    )
    assert still.times[total.argmax()] == pytest.approx(9.5) and half == pytest.approx(5e5, rel=0.02)
    assert title.endswith("half a million")


def test_the_sentences_of_the_expansion_stages_hold_in_its_run() -> None:
    still = prepared("cd4-expansion").still
    day = {moment.at: moment.columns for moment in still.moments}
    assert day[2]["N"] < 39 and day[2]["A"] > 0, "most are recruited, the first have divided"
    assert day[9.5]["I"] < 5 and day[9.5]["S"] < 0.1, "antigen has run out for most cells and IL-2 is gone"
    assert day[30]["M"] > 2 * day[30]["A"] and day[30]["total"] < 0.1 * day[9.5]["total"], "mostly memory remains"
    assert still.compared is not None
    assert 0.2 < still.compared.columns["total"] / day[9.5]["total"] < 0.3, "about a quarter as many"


def test_the_description_of_the_expansion_figure_states_its_run() -> None:
    still, told = prepared("cd4-expansion").still.measured, " ".join(figure("cd4-expansion").description.split())
    assert f"{number(float(still.columns['M'][-1]))}" in told and f"{still.columns['I'].max():.0f} picomolar" in told


def test_response_rates_are_their_counts() -> None:
    for line in texts()["content/data/response-rates.csv"].text.strip().splitlines()[1:]:
        percent, people, of = (float(cell) for cell in line.rsplit(",", 5)[1:4])
        assert round(100 * people / of) == percent
