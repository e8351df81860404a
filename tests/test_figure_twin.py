"""The still stands on its own: complete, well formed, harmless, the same on every machine, and true to its run."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from figure_tools import FIGURES, LIVE, ROOT, changed, figure, live_spec, prepared, texts
from model_tools import model

from il2site.figure.field import Antigen, Dish, membrane_marks, scale_words
from il2site.figure.geometry import crowd, membrane, signal_spots, spread, sunflower
from il2site.figure.individuals import individuals
from il2site.figure.load import load_figure
from il2site.figure.spec import FieldFigure, MembraneFigure, PopulationFigure
from il2site.figure.svg import coordinate, tag, words
from il2site.figure.twin import live_twin
from il2site.text import SourceFile


def elements(twin: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(twin).iter())


@pytest.mark.parametrize("name", FIGURES)
def test_a_still_is_well_formed_and_holds_nothing_that_acts(name: str) -> None:
    allowed = {"div", "p", "span", "ul", "li", "svg", "title", "g", "path", "circle", "line", "rect", "text", "tspan"}
    for element in elements(figure(name).twin):
        assert element.tag in allowed
        assert not {key for key in element.attrib if key in {"style", "id", "href"} or key.startswith("on")}


@pytest.mark.parametrize("name", FIGURES)
def test_a_still_holds_no_colour_of_its_own(name: str) -> None:
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgb\(|\b(fill|stroke)=", figure(name).twin)


@pytest.mark.parametrize("name", FIGURES)
def test_every_picture_of_a_still_is_told_in_words(name: str) -> None:
    for picture in elements(figure(name).twin):
        if picture.tag == "svg" and picture.get("aria-hidden") != "true":
            title = picture.find("title")
            assert picture.get("role") == "img" and title is not None and title.text == picture.get("aria-label")


@pytest.mark.parametrize("name", LIVE)
def test_no_amount_is_told_whose_digits_are_those_of_a_solver(name: str) -> None:
    told = " ".join(picture.get("aria-label") or "" for picture in elements(figure(name).twin))
    assert told and not re.search(r"\de-\d", told)


@pytest.mark.parametrize("name", FIGURES)
def test_every_class_of_a_still_is_styled(name: str) -> None:
    css = (ROOT / "static/css/twin.css").read_text(encoding="utf-8")
    used = {word for element in elements(figure(name).twin) for word in (element.get("class") or "").split()}
    unstyled = {word for word in used if f".{word}" not in css}
    assert unstyled <= {"dash-solid", "twin-stages-2", "twin-field"}, "what needs no rule of its own"


@pytest.mark.parametrize("name", LIVE)
def test_a_still_shows_every_stage_with_its_sentence_and_every_line_with_its_name(name: str) -> None:
    spec, text = live_spec(name), "".join(ElementTree.fromstring(figure(name).twin).itertext())
    for stage in spec.stages:
        assert stage.say in text
    if isinstance(spec, FieldFigure):
        assert spec.compare is not None and spec.compare.say in text
    for panel in spec.panels:
        assert all(line.label in text for line in panel.lines)


@pytest.mark.parametrize("name", FIGURES)
def test_a_build_draws_the_same_bytes_again(name: str) -> None:
    models = {figure(name).model or "": model(figure(name).model or LIVE[0])}
    again = load_figure(name, texts(), models).value
    assert again is not None and again.twin == figure(name).twin and again.data == figure(name).data


@pytest.mark.fault(26)
def test_text_of_an_author_cannot_become_markup() -> None:
    path = "content/figures/receptor-triggering.yml"
    hostile = (
        texts()[path]
        .text.replace("The cells touch.", "<script>alert(1)</script>")
        .replace("label: held", 'label: "\\"><b>"')
    )
    made = load_figure("receptor-triggering", {path: SourceFile(path, hostile)}, {LIVE[1]: model(LIVE[1])}).value
    assert made is not None
    assert not {element.tag for element in elements(made.twin)} & {"script", "b"}


def test_a_still_is_small_enough_for_a_page() -> None:
    assert max(len(figure(name).twin) for name in FIGURES) < 100_000


# --- what the marks mean -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", range(5))
def test_a_membrane_shows_as_many_antigens_in_each_state_as_the_run_has(place: int) -> None:
    moment, spec = prepared("receptor-triggering").still.moments[place], live_spec("receptor-triggering")
    assert isinstance(spec, MembraneFigure)
    names = spec.field.individuals
    for state, name in enumerate((names.free, *names.bound, names.triggered)):
        assert sum(antigen.state == state for antigen in moment.antigens) == moment.columns[name]


def test_one_mark_is_drawn_for_each_antigen() -> None:
    spec = live_spec("receptor-triggering")
    assert isinstance(spec, MembraneFigure)
    antigens = [Antigen(0, 0), Antigen(1, 0), Antigen(2, 1), Antigen(3, 0), Antigen(4, 0), Antigen(4, 2)]
    free, bound, rings, bursts, hearts = (path.count("M") for path in membrane_marks(spec.field, antigens)[3:])
    assert (free, bound, rings, bursts, hearts) == (1, 3, 2, 2, 2)


def test_no_two_antigens_are_ever_held_by_one_receptor() -> None:
    patch = membrane(160)
    for grips in ([0] * 100, [i % 7 for i in range(100)], [i * i for i in range(40)]):
        homes = {patch.home(i, len(grips), grip) for i, grip in enumerate(grips)}
        assert len(homes) == len(grips)


def test_receptors_do_not_overlap_and_stay_on_the_patch() -> None:
    patch = membrane(160)
    assert len(patch.places) == 160
    for k, (x, y) in enumerate(patch.places):
        assert x * x + y * y < 150**2
        others = patch.places[:k]
        assert all((x - a) ** 2 + (y - b) ** 2 > (0.7 * patch.spacing) ** 2 for a, b in others)


@pytest.mark.parametrize(
    ("values", "scale", "counts"),
    [
        ([78.0, 0.0, 0.0], 1, [78, 0, 0]), ([0.0, 1.74e6, 0.0], 10000, [0, 174, 0]),
        ([0.0, 15600.0, 85100.0], 1000, [0, 16, 85]), ([0.4, -3.0, 0.0], 1, [0, 0, 0]),
        ([201.0, 0.0, 0.0], 10, [20, 0, 0]),
    ],
)  # fmt: skip
def test_a_crowd_shows_each_kind_in_its_number(values: list[float], scale: int, counts: list[int]) -> None:
    shown = crowd(values)
    assert (shown.scale, [shown.kinds.count(kind) for kind in range(3)]) == (scale, counts)
    assert len(shown.points) == len(shown.kinds) <= 202


def test_the_still_says_how_many_cells_one_mark_stands_for() -> None:
    spec = live_spec("cd4-expansion")
    assert isinstance(spec, PopulationFigure)
    assert scale_words(spec.field, Dish([78.0, 0, 0, 0])) == "one mark = 1 cell"
    assert scale_words(spec.field, Dish([0, 0, 1.8e6, 0])) == "one mark = 10,000 cells"
    assert "one mark = 10,000 cells" in figure("cd4-expansion").twin


def test_two_conditions_are_two_fields_at_one_scale() -> None:
    path = "content/figures/cd4-expansion.yml"
    text = texts()[path].text
    conditions = "conditions:\n  usual: {label: Usual}\n  half: {label: Half, set: {il2_made: 0.5}}\nwords:\n"
    text = re.sub(r"compare:\n(  .*\n)+words:\n", conditions, text)
    for name in ("total", "A", "M", "I"):
        text = re.sub(rf"(      - {{show: ){name},", rf"\1{name}@usual,", text)
        text = re.sub(rf"{{{name}(?=[.}}@:])", f"{{{name}@usual", text)
    made = load_figure("cd4-expansion", {path: SourceFile(path, text)}, {"cd4-expansion": model("cd4-expansion")})
    assert made.value is not None, [problem.message for problem in made.problems]
    peak = [e for e in elements(made.value.twin) if e.get("class") == "twin-stage"][3]
    usual, half = [title.text or "" for title in peak.iter("title")]
    assert usual.startswith("Usual. At 9.5 d") and half.startswith("Half. At 9.5 d")
    assert "one mark = 10,000 cells" in "".join(peak.itertext())
    field = made.value.data["plots"]["field"]
    assert field["layout"]["xaxis"]["range"] == [-160, 480] and len(field["layout"]["shapes"]) == 2
    xs = {trace["meta"]["show"]: trace["x"] for trace in field["data"]}
    assert xs["N@half"] == pytest.approx([x + 320 for x in xs["N@usual"]])


def test_more_signal_shows_more_diamonds_and_none_lies_on_a_cell() -> None:
    assert [len(signal_spots(value, 100)) for value in (0, 50, 100, 900)] == [0, 35, 70, 70]
    cells = [sunflower(i) for i in range(200)]
    assert all((x - a) ** 2 + (y - b) ** 2 >= 8.6**2 for x, y in signal_spots(100, 100) for a, b in cells)


def test_labels_that_would_touch_are_moved_apart_in_their_order() -> None:
    assert spread([50.0, 52.0, 51.0], 16, 0, 100) == [50.0, 82.0, 66.0]
    assert spread([99.0, 98.0], 16, 0, 100) == [100.0, 84.0]
    assert spread([10.0, 60.0], 16, 0, 100) == [10.0, 60.0]


def test_individuals_follow_the_counts_of_the_run() -> None:
    """A and B change into each other; at every event one individual moves, and nobody is lost."""
    changes = [((0, -1), (1, 1)), ((1, -1), (0, 1))]
    made = individuals(changes, [0, 1], [3, 0], [(1.0, 0), (2.0, 0), (3.0, 1)], iter([0.9, 0.1, 0.5]).__next__)
    counts = [[sum(who.at(t) == state for who in made) for state in (0, 1)] for t in (0.5, 1.0, 2.5, 3.0)]
    assert counts == [[3, 0], [2, 1], [1, 2], [2, 1]]
    assert sum(who.arrivals(9.0, 0) for who in made) == 2


def test_the_average_is_drawn_only_where_chance_is() -> None:
    assert "twin-average" in figure("receptor-triggering").twin
    assert "twin-average" not in figure("cd4-expansion").twin


def test_a_still_of_two_stages_is_drawn_too() -> None:
    """A figure may have few stages; the grid adapts."""
    spec, still = live_spec("cd4-expansion"), prepared("cd4-expansion").still
    few = spec.model_copy(update={"stages": spec.stages[:2], "compare": None})
    twin = live_twin(few, replace(still, moments=still.moments[:2], compared=None))
    assert "twin-stages-2" in twin and len([e for e in elements(twin) if e.get("class") == "twin-stage"]) == 2


@pytest.mark.parametrize(("value", "said"), [(12.04, "12"), (-0.04, "0"), (3.26, "3.3"), (100.0, "100")])
def test_lengths_are_written_short(value: float, said: str) -> None:
    assert coordinate(value) == said


def test_elements_escape_what_they_are_given() -> None:
    assert (
        tag("text", words("a<b"), aria_label='"&', x=1.25, y=None)
        == '<text aria-label="&quot;&amp;" x="1.2">a&lt;b</text>'
    )


def test_a_mended_figure_is_needed_for_a_change_of_model() -> None:
    """A figure never shows a run that another model made: a wrong model name is an error, not a guess."""
    problems, _ = changed("cd4-expansion", "model: cd4-expansion", "model: receptor-triggering")
    assert problems and all(p.rule == "figure-invalid" for p in problems)
