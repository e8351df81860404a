"""Charts in a real browser: the still first, then a chart to point at; without scripts or Plotly the still is all there is.

The site shows every figure of data of the project on one page.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_tools import Site, Visit, approach, chromium, eventually, served, visit
from conftest import ROOT, il2site
from figure_tools import CHARTS
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

__all__ = ["chromium", "visit"]

PAGE = "lessons/charts/index.html"
LESSON = "---\ntitle: Charts\nasks: What do they show?\nobjectives:\n  - See every chart\nminutes: 5\n---\n"
ABOVE = "\nText, so that no chart is near when the page opens.\n" * 50
KINDS = ["response-rates", "receptor-affinity", "hiv-trials", "response-icons", "history"]
every_kind = pytest.mark.parametrize("name", KINDS)


@pytest.fixture(scope="module")
def charts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("charts")
    content = folder / "content"
    for part in ("lessons", "figures"):
        (content / part).mkdir(parents=True)
    shutil.copytree(ROOT / "content/data", content / "data")
    for path in ("references.json", *(f"figures/{name}.yml" for name in CHARTS)):
        shutil.copy(ROOT / "content" / path, content / path)
    shown = "".join(f"\n/// figure | {name}\n///\n" for name in CHARTS)
    (content / "lessons/charts.md").write_text(LESSON + ABOVE + shown, encoding="utf-8")
    (content / "site.yml").write_text("title: Charts\ndescription: All charts.\nlessons: [charts]\n", encoding="utf-8")
    built = il2site("build", "--source", folder, "--output", folder / "build")
    assert built.returncode == 0, built.stderr
    with served(Path(folder / "build"), "/") as site:
        yield site


def chart(page: Page, name: str) -> Locator:
    return page.locator(f'il2-figure[data-name="{name}"]')


def meet(page: Page, name: str) -> Locator:
    """Come to the chart and wait until it lives."""
    root = chart(page, name)
    approach(root)
    expect(root).to_have_attribute("data-state", "live")
    return root


def data(root: Locator) -> dict[str, Any]:
    return dict(json.loads(root.locator("script[data-role=data]").text_content() or ""))


def picked(root: Locator) -> set[str]:
    """The marks that Plotly draws in full."""
    return set(root.evaluate(PICKED))


@every_kind
def test_buttons_step_and_say_aloud(charts: Site, visit: Visit, name: str) -> None:
    root = meet(visit(charts, PAGE), name)
    marks, spoken = data(root)["marks"], root.locator("[data-role=spoken]")
    for sentence in marks[:2]:
        root.get_by_role("button", name="Next").press("Enter")
        expect(spoken).to_have_text(sentence)
    root.get_by_role("button", name="Back").click()
    expect(spoken).to_have_text(marks[0])


@pytest.mark.parametrize("width", [1280, 360])
def test_a_touch_on_a_row_picks_it_out(charts: Site, visit: Visit, width: int) -> None:
    """STALWART has no effect to point at; its words are there."""
    page = visit(charts, PAGE, width=width, has_touch=True)
    root = meet(page, "hiv-trials")
    box = root.locator(".chart-box:visible")
    place = box.evaluate("""box => { const words = [...box.querySelectorAll('text')].find(text => text.textContent.includes('STALWART'));
      const [{left, top}, {x, y, height}] = [box.getBoundingClientRect(), words.getBoundingClientRect()];
      return {x: x - left + 20, y: y - top + height / 2}; }""")
    box.tap(position=place)
    expect(root.locator("[data-role=now]")).to_contain_text("STALWART (2010)")
    expect(root.locator("[data-role=now]")).to_contain_text("12 of 176")


@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_moves_when_charts_come_alive(charts: Site, visit: Visit, width: int) -> None:
    waiting: list[Route] = []

    def hold(context: BrowserContext) -> None:
        context.route("**/plotly*.js", lambda route: waiting.append(route))

    page = visit(charts, PAGE, width=width, prepare=hold)
    page.evaluate("document.fonts.ready.then(() => true)")
    before = {name: places(page, name) for name in CHARTS}
    approach(chart(page, CHARTS[-1]))
    eventually(page, lambda: bool(waiting), "the library is asked for")
    for route in waiting:
        route.continue_()
    for name in CHARTS:
        meet(page, name)
    assert {name: places(page, name) for name in CHARTS} == before


def places(page: Page, name: str) -> list[list[int]]:
    """Top and height of the figure's parts, on the page."""
    return list(chart(page, name).evaluate(PLACES))


@every_kind
def test_the_live_chart_lies_on_its_still(charts: Site, visit: Visit, name: str) -> None:
    root = meet(visit(charts, PAGE), name)
    stills, boxes = (root.locator(f"{part} .twin-panel").all() for part in (".figure-still", ".figure-chart"))
    for still, box in zip(stills, boxes, strict=True):
        one, other = still.bounding_box(), box.bounding_box()
        assert (one is None) == (other is None)
        if one and other:
            assert [other[key] for key in one] == pytest.approx(list(one.values()), abs=1.5)
            assert box.get_attribute("aria-label") == still.get_attribute("aria-label")


@every_kind
def test_without_plotly_the_still_stays_and_there_is_nothing_to_point_with(
    charts: Site, visit: Visit, name: str
) -> None:
    def refuse(context: BrowserContext) -> None:
        context.route("**/plotly*.js", lambda route: route.abort())

    page = visit(charts, PAGE, prepare=refuse, allowed=("^failed: .*plotly", "^console: Failed to load resource"))
    root = chart(page, name)
    approach(root)
    expect(root).to_have_attribute("data-state", "still")
    expect(root.locator(".figure-still svg:visible").first).to_be_visible()
    expect(root.get_by_role("slider")).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 360])
@every_kind
def test_without_scripts_and_on_paper_one_still_is_shown(charts: Site, visit: Visit, name: str, width: int) -> None:
    plain = chart(visit(charts, PAGE, width=width, java_script_enabled=False), name)
    page = visit(charts, PAGE, width=width)
    printed = meet(page, name)
    page.emulate_media(media="print")
    for root in (plain, printed):
        pictures = [picture for picture in root.locator(".figure-still .twin-panel").all() if picture.is_visible()]
        events = root.locator(".figure-still .twin-events")
        assert pictures or events.is_visible()
        if name == "hiv-trials":
            assert len(pictures) == 1
        expect(root.locator(".figure-pointer")).to_be_hidden()
        expect(root.locator("[data-role=summary]")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (320, "dark"), (1280, "dark")])
def test_charts_fit_the_smallest_screen_and_follow_the_theme(
    charts: Site, visit: Visit, width: int, scheme: Any
) -> None:
    page = visit(charts, PAGE, width=width)
    root = meet(page, "response-rates")
    colours = [page.evaluate(COLOUR)]
    page.emulate_media(color_scheme=scheme)
    if scheme == "dark":
        eventually(page, lambda: page.evaluate(COLOUR) != colours[0], "the bars take the colours of the dark theme")
    for name in CHARTS:
        meet(page, name)
    assert page.evaluate("document.scrollingElement.scrollWidth <= document.documentElement.clientWidth")
    assert root.locator(".figure-pointer button").first.bounding_box() is not None


PICKED = """root => [...root.querySelectorAll('.js-plotly-plot')].flatMap(plot => plot.data)
  .filter(trace => trace.meta.show !== '' && trace.opacity === 1).map(trace => trace.meta.show)"""
PLACES = """root => [...root.querySelectorAll('.figure-box, .figure-pointer, .figure-now, .figure-summary, .figure-more')]
  .map(node => { const {top, height} = node.getBoundingClientRect(); return [top + scrollY, height].map(Math.round); })"""
COLOUR = """() => document.querySelector('[data-name="response-rates"] .js-plotly-plot').data
  .find(trace => trace.meta.role === 'bar').marker.color"""
