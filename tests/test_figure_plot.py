"""What the browser gets: plots that Plotly knows, without a colour, with the numbers of the still."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from figure_tools import FIGURES, LIVE, figure, live_spec, prepared

from il2site.figure.axis import Axis, fitting, ticks
from il2site.figure.plot import curves_plot, has_no_colour
from il2site.figure.twin import curves_of


def plots(name: str) -> list[dict[str, Any]]:
    return [plot for plot in figure(name).data["plots"].values() if plot is not None]


@pytest.mark.parametrize("name", FIGURES)
def test_plotly_accepts_every_plot_and_it_is_json(name: str) -> None:
    for plot in plots(name):
        go.Figure(json.loads(json.dumps(plot, allow_nan=False)))


@pytest.mark.parametrize("name", FIGURES)
def test_no_plot_names_a_colour_an_image_or_a_template(name: str) -> None:
    assert all(has_no_colour(plot) for plot in plots(name))


def test_a_colour_or_an_image_anywhere_is_noticed() -> None:
    assert not has_no_colour({"data": [{"marker": {"color": "red"}}]})
    assert not has_no_colour({"layout": {"images": []}})


@pytest.mark.parametrize("name", FIGURES)
def test_every_trace_says_what_it_shows(name: str) -> None:
    for plot in plots(name):
        assert all({"entity", "role", "show"} == set(trace["meta"]) for trace in plot["data"])


@pytest.mark.parametrize("name", FIGURES)
def test_a_finger_can_scroll_past_a_plot_and_no_legend_is_shown(name: str) -> None:
    for plot in plots(name):
        assert plot["layout"]["dragmode"] is False and plot["layout"]["showlegend"] is False
        axes = [axis for key, axis in plot["layout"].items() if key[:5] in ("xaxis", "yaxis")]
        assert axes and all(axis["fixedrange"] for axis in axes)


@pytest.mark.parametrize("name", LIVE)
def test_every_line_has_its_run_its_mark_and_its_name(name: str) -> None:
    spec, still = live_spec(name), prepared(name).still.measured
    curves = curves_plot(spec, curves_of(spec, prepared(name).still, ()))
    for panel in live_spec(name).panels:
        for line in panel.lines:
            mine = {t["meta"]["role"]: t for t in curves["data"] if t["meta"]["show"] == line.show}
            assert set(mine) - {"average", "member"} == {"line", "now", "label"}
            np.testing.assert_allclose(mine["line"]["y"], still.columns[line.show], rtol=1e-4, atol=1e-12)
            assert mine["label"]["text"] == ["\u2002" + line.label] and mine["line"]["meta"]["entity"] == line.entity


@pytest.mark.parametrize("name", LIVE)
def test_a_page_does_not_carry_the_run_that_it_computes(name: str) -> None:
    lines = [t for t in figure(name).data["plots"]["curves"]["data"] if t["meta"]["role"] in ("line", "average")]
    assert lines and all(t["x"] == t["y"] == [] for t in lines)


def test_the_data_for_the_browser_have_the_parts_of_the_contract() -> None:
    data = figure("receptor-triggering").data
    wanted = "name view model run clock scan schedule model_units field conditions panels controls presets stages words parameters plots"
    assert set(data) == set(wanted.split())
    assert data["parameters"]["tau"] == 5.2 and data["run"]["seed"] == live_spec("receptor-triggering").run.seed
    assert data["field"]["individuals"]["bound"] == ["C0", "C1", "C2"]


def test_a_field_has_room_for_all_that_the_page_draws_in_it() -> None:
    receptor, cells = (figure(name).data["plots"]["field"]["data"] for name in ("receptor-triggering", "cd4-expansion"))
    assert {t["meta"]["role"]: len(t["x"]) for t in receptor} == {
        "receptor": 160, "free": 0, "bound": 0, "triggered": 0, "progress": 0,
    }  # fmt: skip
    assert {t["meta"]["show"]: len(t["x"]) for t in cells} == {"I": 0, "N": 0, "P": 0, "A": 0, "M": 0}


def test_a_logarithmic_axis_has_the_range_that_was_asked_for() -> None:
    layout = figure("cd4-expansion").data["plots"]["curves"]["layout"]
    assert layout["yaxis"]["type"] == "log" and layout["yaxis"]["range"] == [0, 8]
    assert layout["yaxis"]["ticktext"][:3] == ["1", "100", "10,000"]


def test_the_figure_gathers_the_models_numbers_limits_and_sources() -> None:
    shown = figure("receptor-triggering")
    tau = next(symbol for symbol in shown.symbols if symbol.name == "tau")
    assert (tau.value, tau.unit, tau.source, tau.status) == ("5.2", "s", "odonoghue2013", "read")
    chosen = next(symbol for symbol in shown.symbols if symbol.name == "antigens")
    assert chosen.source is None and chosen.origin == "chosen for teaching"
    assert len(shown.limits) >= 3 and "<math" in shown.equations
    assert set(shown.citations) >= {"odonoghue2013", "pettmann2021"} and "2013" in shown.labels["odonoghue2013"]


# --- axes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "scale", "said"),
    [
        (0, 100, "linear", ["0", "20", "40", "60", "80", "100"]),
        (0, 1, "linear", ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        (1, 1e7, "log", ["1", "100", "10,000", "1 million"]),
        (3, 3000, "log", ["10", "100", "1,000"]),
        (0.2, 60, "log", ["0.2", "0.5", "1", "2", "5", "10", "20", "50"]),
    ],
)
def test_ticks_are_round_numbers(low: float, high: float, scale: Any, said: list[str]) -> None:
    assert [words for _, words in ticks(Axis(low, high, 0, 300, scale))] == said


@pytest.mark.parametrize(("largest", "high"), [(58, 60), (890, 1000), (115, 150), (0, 1), (1e-12, 1e-12)])
def test_a_range_without_wishes_holds_the_largest_value(largest: float, high: float) -> None:
    assert fitting(largest) == (0, pytest.approx(high))


def test_a_value_beyond_an_axis_is_drawn_at_its_end() -> None:
    axis = Axis(1, 1000, 300, 0, "log")
    assert axis.at(10) == pytest.approx(200) and axis.clamped(1e9) == 0 and axis.clamped(0) == 300
