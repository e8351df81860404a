"""A link to a state of a figure is checked when the site is built, and leads to the figure wherever it is written."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import ROOT, il2site
from figure_tools import CHARTS, figure

from il2site.figure.share import NoState, state_fragment

CASES = json.loads((Path(__file__).parent / "share.json").read_text(encoding="utf-8"))
TRIGGERING = "receptor-triggering"


@pytest.mark.parametrize("query", [query for query, _ in CASES["taken"]])
def test_a_state_that_the_figure_can_be_in_becomes_the_end_of_an_address(query: str) -> None:
    """tests/js/figure.share.test.ts holds the browser to what each of them means."""
    wanted = f"figure-{TRIGGERING}?v1&{query}" if query else f"figure-{TRIGGERING}"
    assert state_fragment(figure(TRIGGERING), query) == wanted


@pytest.mark.parametrize("query", CASES["refused"])
def test_anything_else_is_refused_with_a_remedy(query: str) -> None:
    refused = state_fragment(figure(TRIGGERING), query)
    assert isinstance(refused, NoState) and refused.message and refused.remedy


def test_a_slip_is_told_with_what_was_meant_and_a_range_in_numbers() -> None:
    slip, beyond = (state_fragment(figure(TRIGGERING), query) for query in ("antigen=3", "tau=90"))
    assert isinstance(slip, NoState) and "“antigens”" in slip.remedy
    assert isinstance(beyond, NoState) and "from 0.2 to 60" in beyond.remedy


def test_what_only_a_situation_sets_may_be_set_as_far_as_the_situation_does() -> None:
    expansion = figure("cd4-expansion")
    controls = {control.parameter for control in expansion.controls}
    beside = {n: v for preset in expansion.presets for n, v in preset.set.items() if n not in controls}
    assert beside, "no situation of cd4-expansion sets what no control does"
    for name, value in beside.items():
        usual = expansion.data["parameters"][name]
        assert isinstance(state_fragment(expansion, f"{name}={value!r}"), str)
        assert isinstance(state_fragment(expansion, f"{name}={value + 2 * (value - usual)!r}"), NoState)


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_has_one_state(name: str) -> None:
    assert state_fragment(figure(name), "") == f"figure-{name}"
    assert isinstance(state_fragment(figure(name), "at=1"), NoState)


# --- in lessons ------------------------------------------------------------------------------------------------------


@pytest.fixture
def with_chart(with_figure: Path) -> Path:
    """The small site with a chart in its first lesson."""
    add(with_figure, "first", "/// figure | receptor-affinity\n///")
    return with_figure


def add(site: Path, lesson: str, text: str) -> None:
    file = site / f"content/lessons/{lesson}.md"
    file.write_text(file.read_text(encoding="utf-8") + f"\n{text}\n", encoding="utf-8")


def test_a_link_leads_to_the_figure_on_this_page_or_else_on_its_own(with_chart: Path) -> None:
    link = "See [it](figure:receptor-affinity)."
    add(with_chart, "first", link)
    add(with_chart, "second", f"{link} And [its page](../figures/receptor-affinity.yml#references).")
    built = il2site("build", cwd=with_chart)
    assert built.returncode == 0, built.stderr
    first, second = (
        (with_chart / f"build/lessons/{name}/index.html").read_text(encoding="utf-8") for name in ("first", "second")
    )
    assert '<a href="#figure-receptor-affinity">it</a>' in first
    assert '<a href="../../figures/receptor-affinity/index.html#figure-receptor-affinity">it</a>' in second
    assert '<a href="../../figures/receptor-affinity/index.html#references">its page</a>' in second


@pytest.mark.parametrize(
    ("link", "rule", "said"),
    [
        ("figure:receptor-afinity", "figure-unknown", "receptor-affinity"),
        ("figure:", "figure-unknown", "content/figures"),
        ("figure:receptor-affinity?at=3", "figure-state", "one state only"),
        ("../figures/receptor-affinity.yml#nowhere", "anchor-dead", "references"),
    ],
)
def test_a_link_that_leads_nowhere_stops_the_build_with_its_line(
    with_chart: Path, link: str, rule: str, said: str
) -> None:
    add(with_chart, "second", f"See [it]({link}).")
    line = (with_chart / "content/lessons/second.md").read_text(encoding="utf-8").count("\n")
    built = il2site("build", cwd=with_chart)
    assert built.returncode == 1
    told = " ".join(built.stderr.split())
    assert f"second.md:{line}" in told and rule in told and said in told


def test_the_course_has_a_page_for_every_figure_and_leads_to_it(course: Path) -> None:
    names = sorted(path.stem for path in (ROOT / "content/figures").glob("*.yml"))
    listed = (course / "figures/index.html").read_text(encoding="utf-8")
    site_map = (course / "sitemap.xml").read_text(encoding="utf-8")
    for name in names:
        page = (course / f"figures/{name}/index.html").read_text(encoding="utf-8")
        assert len(re.findall(r"<h1\b", page)) == 1
        assert f'href="{name}/index.html"' in listed and f"figures/{name}/</loc>" in site_map
        for key in figure(name).citations:
            assert f'id="ref-{key}"' in page
    for lesson in (course / "lessons").glob("*/index.html"):
        text = lesson.read_text(encoding="utf-8")
        for name in re.findall(r'<il2-figure[^>]* data-name="([^"]*)"', text):
            assert f'href="../../figures/{name}/index.html"' in text
            own = (course / f"figures/{name}/index.html").read_text(encoding="utf-8")
            assert f'href="../../lessons/{lesson.parent.name}/index.html#figure-{name}"' in own
