"""Figures of data show every number of their file, at its place, once; what nobody re-read is marked; slips are named."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from typing import Any
from xml.etree import ElementTree

import pytest
from figure_tools import CHARTS, changed, figure, texts

from il2site.figure.chart.icons import hundred
from il2site.figure.chart.timeline import gaps, lanes


def rows(name: str) -> list[dict[str, str]]:
    """The data behind a figure, read by Python's own reader."""
    file = re.search(r"\ndata: (.*)", texts()[f"content/figures/{name}.yml"].text)
    assert file
    return list(csv.DictReader(io.StringIO(texts()[f"content/data/{file[1]}"].text)))


def traces(name: str, role: str, plot: str = "0") -> list[dict[str, Any]]:
    return [trace for trace in figure(name).data["plots"][plot]["data"] if trace["meta"]["role"] == role]


def pictures(name: str) -> list[ElementTree.Element]:
    return [node for node in ElementTree.fromstring(figure(name).twin).iter("svg") if node.get("role") == "img"]


def words(node: ElementTree.Element) -> str:
    return " ".join("".join(text.itertext()) for text in node.iter("text"))


# --- every kind -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CHARTS)
def test_the_browser_gets_one_plot_for_every_picture_and_a_sentence_for_every_mark(name: str) -> None:
    data = figure(name).data
    assert len(data["plots"]) == len(pictures(name))
    marks = {trace["meta"]["show"] for plot in data["plots"].values() for trace in plot["data"]} - {""}
    assert marks == {str(place) for place in range(len(data["marks"]))}
    assert all(re.search(r"\w", sentence) for sentence in data["marks"])


@pytest.mark.parametrize("name", CHARTS)
def test_a_plot_has_the_words_of_its_still(name: str) -> None:
    """Every word of a picture is a word of its plot, so that nothing is lost when the live chart takes over."""
    for place, picture in enumerate(pictures(name)):
        shown = [trace["text"][0] for role in ("words", "quiet") for trace in traces(name, role, str(place))]
        assert sorted(map(unescape, shown)) == sorted("".join(text.itertext()) for text in picture.iter("text"))


@pytest.mark.parametrize("name", CHARTS)
def test_what_nobody_re_read_bears_an_asterisk_and_the_note_says_so(name: str) -> None:
    recalled = [row for row in rows(name) if row["status"] == "recalled"]
    noted = [note for note in figure(name).notes if note.startswith("* Not yet re-checked")]
    assert bool(recalled) == bool(noted) == ("*" in figure(name).twin)


# --- bars -------------------------------------------------------------------------------------------------------------


def test_bars_are_as_long_as_their_numbers() -> None:
    assert [bar["x"] for bar in traces("response-rates", "bar")] == [[15], [7], [8]]
    lengths = [float(bar.get("width") or 0) for bar in pictures("response-rates")[0].iter("rect")]
    assert [length / lengths[0] for length in lengths] == pytest.approx([1, 7 / 15, 8 / 15], rel=2e-3)


def test_a_bar_that_nobody_re_read_is_open() -> None:
    bars = [bar.get("class") for bar in pictures("label-harms")[0].iter("rect")]
    assert bars == ["entity-aldesleukin unsure"] * 12 and len(traces("label-harms", "unsure")) == 12


# --- forest -----------------------------------------------------------------------------------------------------------


def test_a_forest_plot_has_each_effect_and_interval_at_its_value_and_no_other() -> None:
    known = [row for row in rows("hiv-trials") if row["ratio"]]
    for plot in ("0", "1"):
        assert [dot["x"][0] for dot in traces("hiv-trials", "dot", plot)] == [float(row["ratio"]) for row in known]
        intervals = [span["x"] for span in traces("hiv-trials", "interval", plot)]
        assert intervals == [[float(row["low"]), float(row["high"])] for row in known]


def test_a_trial_without_an_interval_is_named_with_its_counts() -> None:
    for picture in pictures("hiv-trials"):
        assert "12 of 176" in words(picture) and "1 of 91" in words(picture) and "UK-Vanguard" in words(picture)
    assert any("12 of 176" in mark and "1 of 91" in mark for mark in figure("hiv-trials").data["marks"])


def test_both_sides_of_the_line_of_no_effect_are_named_and_it_stands_at_one() -> None:
    for plot, picture in enumerate(pictures("hiv-trials")):
        assert "‹ favours IL-2" in words(picture) and "favours control ›" in words(picture)
        lines = [rule["x"] for rule in traces("hiv-trials", "effect", str(plot))]
        # Where words stand between the effects it is drawn beside each of these alone.
        assert lines == [[1, 1]] * (1 if plot == 0 else len([row for row in rows("hiv-trials") if row["ratio"]]))


def test_a_recalled_interval_is_dashed_and_one_that_was_read_is_not() -> None:
    dashes = {span["meta"]["show"]: span["line"]["dash"] for span in traces("hiv-trials", "interval")}
    wanted = {str(i): "dash" if row["status"] == "recalled" else "solid" for i, row in enumerate(rows("hiv-trials"))}
    assert dashes == {mark: wanted[mark] for mark in dashes}


# --- icons ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shares", "icons"),
    [
        ([1700 / 255, 2000 / 255, 21800 / 255], [7, 8, 85]),
        ([1700 / 270, 2600 / 270, 22700 / 270], [6, 10, 84]),
        ([50.5, 49.5], [51, 49]),
        ([100 / 3, 100 / 3, 100 / 3], [34, 33, 33]),
        ([0.0, 100.0], [0, 100]),
        ([29.0, 71.0], [29, 71]),
    ],
)
def test_shares_become_a_hundred_icons_by_largest_remainders(shares: list[float], icons: list[int]) -> None:
    assert hundred(shares) == icons and sum(icons) == 100


@pytest.mark.parametrize("name", ["response-icons", "harm-icons"])
def test_every_group_has_a_hundred_people_and_each_kind_its_own_mark(name: str) -> None:
    for place, mark in enumerate(figure(name).data["marks"]):
        arrays = [trace for trace in traces(name, "icons", str(place)) if len(trace["x"]) != 1]
        counts = [int(count) for count in re.findall(r"about (\d+)", mark)]
        assert sum(counts) == 100 and [len(array["x"]) for array in arrays] == counts
        cores = {(trace["x"][0], trace["y"][0]) for trace in traces(name, "core", str(place))}
        drawn = {(array["marker"]["symbol"], (array["x"][0], array["y"][0]) in cores) for array in arrays}
        assert len(drawn) == len(arrays), "two kinds of people look alike"


def test_icons_say_of_how_many_people_they_speak() -> None:
    said = figure("response-icons").data["marks"][0]
    assert "of 100 people treated, about 7 tumours gone (17 of 255), about 8 tumours smaller (20 of 255)" in said


# --- timeline ---------------------------------------------------------------------------------------------------------


def test_every_event_stands_at_its_year_in_the_picture_and_in_the_list() -> None:
    events = rows("history")
    assert [dot["x"][0] for dot in traces("history", "dot")] == [float(row["year"]) for row in events]
    shown = ElementTree.fromstring(figure("history").twin)
    listed = next(node for node in shown.iter("ul") if "twin-events" in (node.get("class") or ""))
    for row, item in zip(events, listed, strict=True):
        assert row["text"] in "".join(item.itertext()) and row["year"][:4] in "".join(item.itertext())


def test_labels_share_no_place_and_hide_as_few_leaders_as_can_be() -> None:
    assert lanes([(0, 10), (20, 30)]) == [-1, 1]
    assert sorted(map(abs, lanes([(0, 50), (1, 51), (2, 52)]))) == [1, 1, 2]
    assert lanes([(0, 900)] * 40) == []


@pytest.mark.parametrize(
    ("hidden", "seen"),
    [([], [(0, 10)]), ([(4, 6)], [(0, 4), (6, 10)]), ([(7, 8), (2, 3)], [(0, 2), (3, 7), (8, 10)])],
)
def test_a_leader_goes_behind_labels(hidden: list[tuple[float, float]], seen: list[tuple[float, float]]) -> None:
    assert list(gaps(0, 10, hidden)) == seen


# --- slips ------------------------------------------------------------------------------------------------------------

FOREST, ICONS, HISTORY = "hiv-trials", "response-icons", "history"
SETTINGS = [
    (FOREST, "kind: forest", "kind: forrest", "value", '"forrest" is not a kind of chart', 'Did you mean "forest"'),
    (FOREST, "no_effect: 1", "no_effect: 5", "figure-invalid", "no effect at 5 lies outside", "Widen the range"),
    (FOREST, "range: [0.5, 2]", "range: [0, 2]", "figure-invalid", "cannot begin at 0", "above zero"),
    (FOREST, "at: 1.5,", "at: 15,", "figure-invalid", "tick at 15 lies outside", "into the range"),
    (FOREST, "effect: ratio", "effect: ration", "data-invalid", 'no column "ration"', '"ratio"'),
    (HISTORY, "view: timeline", "view: timelin", "value", '"timelin" is not a view', 'Did you mean "timeline"'),
    (HISTORY, "range: [1975, 2026]", "range: [2026, 1975]", "figure-invalid", "from 2026 to 1975", "smaller number"),
    (ICONS, "mark: half", "mark: disc", "figure-invalid", "the same mark", "a mark of its own"),
    (ICONS, "  count: people\n", "", "figure-invalid", "either count and of, or percent", "Write count:"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "rule", "message", "remedy"), SETTINGS)
def test_a_slip_in_the_settings_is_named(name: str, old: str, new: str, rule: str, message: str, remedy: str) -> None:
    problems, _ = changed(name, old, new)
    told = [p for p in problems if p.rule == rule and message in p.message and remedy in p.remedy]
    assert told, [(p.rule, p.message, p.remedy) for p in problems]


DATA = [
    (FOREST, "0.94,0.75,1.16", "0.94,0.95,1.16", "interval from 0.95 to 1.16 does not hold", "Mend"),
    (FOREST, "0.94,0.75,1.16", "0.94,0.75,", "an interval has two ends", "Write both"),
    (FOREST, "0.94,0.75,1.16", "0.94,0,1.16", "cannot stand on a logarithmic", "above zero"),
    (FOREST, ",12,176,", ",twelve,176,", '"twelve" in the column il2_events', "plain number"),
    (ICONS, "complete,17,255", "compleat,17,255", '"compleat" is none of the outcomes', "complete, partial"),
    (ICONS, "partial,20,255", "partial,240,255", "add up to 101 of 100 people", "once"),
    (HISTORY, "1998,", "1898,", "the year 1898 lies outside", "Widen the range"),
    (HISTORY, "2003,", "1983.5,", "earlier than the one before", "in order of time"),
    (HISTORY, ",discovery,morgan1976", ",find,morgan1976", '"find" is none of the kinds', "discovery"),
]


@pytest.mark.parametrize(("name", "old", "new", "message", "remedy"), DATA)
def test_a_slip_in_the_data_is_named_with_its_line(name: str, old: str, new: str, message: str, remedy: str) -> None:
    path = f"content/data/{name}.csv"
    problems, line = changed(name, old, new, path)
    told = [p for p in problems if p.rule == "data-invalid" and message in p.message and remedy in p.remedy]
    assert told, [(p.rule, p.message, p.remedy) for p in problems]
    assert (told[0].place.path, told[0].place.line) == (path, line)


def test_a_history_with_too_many_labels_is_refused() -> None:
    path = "content/data/history.csv"
    crowd = "".join(f"2024.7,Event number {place} of many,Text,trial,yang2003,read\n" for place in range(30))
    problems, _ = changed("history", "2024.6,", crowd + "2024.8,", path)
    assert any("no room for all labels" in problem.message for problem in problems)
