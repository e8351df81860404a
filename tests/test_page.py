"""How pages hold together on a phone, under a finger, by keyboard, on paper, and how their words break."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from browser_tools import KINDS, Site, Visit, chromium, visit
from conftest import ROOT
from figure_tools import FIGURES, figure
from playwright.sync_api import Page, expect

from il2site.site.page import unbroken, whole

__all__ = ["chromium", "visit"]
OWN = {kind: path for kind, path in KINDS.items() if kind != "embed"}
"""Pages that stand by themselves."""
each_kind = pytest.mark.parametrize("path", OWN.values(), ids=OWN)

# Under a finger and on the narrowest page

SMALL = """() => [...document.querySelectorAll('a[href], button, select, summary, input, label')].filter(node => {
  const box = node.getBoundingClientRect(), alone = getComputedStyle(node).display !== 'inline';
  const named = node.matches('input') && node.labels?.length && [...node.labels].some(label => label.getBoundingClientRect().height >= 44);
  const names = node.matches('label') && node.control && node.control.getBoundingClientRect().height >= 44;
  return alone && node.checkVisibility() && box.width > 1 && box.height < 44 && !named && !names;
}).map(node => `${node.outerHTML.slice(0, 80)} ${node.getBoundingClientRect().height}`)"""


@each_kind
def test_what_stands_by_itself_is_as_high_as_a_finger(site: Site, visit: Visit, path: str) -> None:
    page = visit(site, path, width=360, has_touch=True, is_mobile=True)
    assert page.evaluate(SMALL) == []


@each_kind
def test_under_a_finger_no_words_run_together(site: Site, visit: Visit, path: str) -> None:
    """A box that lays its parts out by itself swallows the spaces between them."""
    page = visit(site, path, width=360, has_touch=True, is_mobile=True)
    assert (
        page.evaluate("""() => [...document.querySelectorAll('.unbroken')].map(node => node.parentElement)
      .filter(parent => /flex|grid/.test(getComputedStyle(parent).display)).map(parent => parent.outerHTML.slice(0, 80))""")
        == []
    )


@each_kind
def test_the_narrowest_page_is_read_without_scrolling_sideways(site: Site, visit: Visit, path: str) -> None:
    page = visit(site, path, width=320)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320


def test_on_a_phone_the_rows_of_long_tables_stand_below_one_another(site: Site, visit: Visit) -> None:
    page = visit(site, KINDS["model"], width=360)
    assert page.locator(".stacked table").first.evaluate("node => node.scrollWidth <= node.parentElement.clientWidth")
    heads, cells = roles(page, "columnheader"), roles(page, "cell")
    assert heads > 10 and cells > 40
    page.set_viewport_size({"width": 1280, "height": 800})
    assert (roles(page, "columnheader"), roles(page, "cell")) == (heads, cells), "a screen reader still finds a table"


def roles(page: Page, role: str) -> int:
    """How often the browser tells a screen reader of `role`."""
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    return sum(node.get("role", {}).get("value") == role for node in tree if not node.get("ignored"))


# By keyboard

IN_SIGHT = """() => {
  const node = document.activeElement;
  if (node === document.body) return null;
  const {left, right, top, bottom} = node.getBoundingClientRect();
  const corners = [[left + 3, top + 3], [right - 3, top + 3], [left + 3, bottom - 3], [right - 3, bottom - 3], [(left + right) / 2, (top + bottom) / 2]];
  const found = corners.map(([x, y]) => document.elementFromPoint(x, y)).filter(at => at && (node.contains(at) || at.contains(node) || node.matches('input')));
  const style = getComputedStyle(node), drawn = style.outlineStyle !== 'none' || node.matches('svg a');
  return {name: node.outerHTML.slice(0, 80), good: found.length > 0 && drawn};
}"""


def stops(page: Page) -> list[dict[str, Any]]:
    """Everything that Tab leads to, from the top of the page to its end."""
    found: list[dict[str, Any]] = []
    while True:
        page.keyboard.press("Tab")
        here = page.evaluate(IN_SIGHT)
        if here is None:
            return found
        found.append(here)
        assert len(found) < 1000, "Tab comes to no end"


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("kind", ["home", "lesson", "figure", "model"])
def test_the_focus_is_always_drawn_and_never_hidden(site: Site, visit: Visit, kind: str, width: int) -> None:
    page = visit(site, KINDS[kind], width=width, reduced_motion="reduce")
    reached = stops(page)
    assert len(reached) > 20
    assert [stop["name"] for stop in reached if not stop["good"]] == []


# In the margin, and on paper


@pytest.mark.parametrize("width", [1280, 1920])
def test_notes_in_the_margin_lie_on_nothing(site: Site, visit: Visit, width: int) -> None:
    page = visit(site, "lessons/giving-it/index.html", width=width)
    assert page.locator(".margin-note:visible").count() > 10
    assert page.evaluate("""() => {
      const boxes = name => [...document.querySelectorAll(name)].filter(node => node.checkVisibility()).map(node => node.getBoundingClientRect());
      const notes = boxes('.margin-note'), rest = [...boxes('il2-figure, .table-scroll, .misconception, .quiz'), ...notes];
      return notes.filter(a => rest.some(b => a !== b && a.left < b.right && b.left < a.right && a.top < b.bottom - 1 && b.top < a.bottom - 1)).length;
    }""") == 0  # fmt: skip


def test_a_printed_lesson_has_its_figures_as_steps_boxes_to_tick_and_a_key(site: Site, visit: Visit) -> None:
    page = visit(site, KINDS["lesson"])
    page.emulate_media(media="print")
    figure = page.locator("il2-figure").first
    expect(figure.locator(".twin-stage:visible")).to_have_count(6)
    for shown in (".figure-title", ".figure-limits", "[data-role=table] table"):
        expect(figure.locator(shown).first).to_be_visible()
    for hidden in (".figure-transport", ".figure-settings", ".figure-behind"):
        expect(figure.locator(hidden)).to_be_hidden()
    box = page.locator(".quiz-option").first.evaluate("node => getComputedStyle(node, '::before').borderTopWidth")
    assert box == "1px"
    expect(page.get_by_role("heading", name="Key to the questions")).to_be_visible()
    expect(
        page.locator(".quiz-feedback:visible, .quiz-actions:visible, .site-header nav:visible, .site-pages:visible")
    ).to_have_count(0)
    expect(page.locator(".site-footer")).to_contain_text("CC BY 4.0")


# Lists of figures


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_has_a_small_picture_without_words(name: str) -> None:
    drawn = figure(name).emblem
    entities = re.findall(r'class="entity-', drawn)
    assert entities, "something of the figure is drawn"
    assert "<title" not in drawn and "aria-label" not in drawn
    if figure(name).view != "pathway":  # its names are left out by the style
        assert "<text" not in drawn


CUT = "node => [node.querySelectorAll('svg').length, node.scrollHeight - node.clientHeight, node.scrollWidth - node.clientWidth]"


@pytest.mark.parametrize("width", [360, 540, 768, 1280])
def test_nothing_of_a_still_is_cut_off_while_its_figure_waits(site: Site, visit: Visit, width: int) -> None:
    """It stands in the room that the live figure will take, so that nothing moves when that comes."""
    page, cut = visit(site, "figures/index.html", width=width), {}
    for name in FIGURES:
        page.goto(site.page(f"figures/{name}/index.html"))
        drawn, *over = page.locator(".figure-still").evaluate(CUT)
        if not drawn or max(over) > 1:
            cut[name] = over
    assert cut == {}


@pytest.mark.parametrize("path", ["index.html", "figures/index.html"])
def test_all_small_pictures_have_one_size_and_their_drawings_fill_it(site: Site, visit: Visit, path: str) -> None:
    page = visit(site, path)
    sizes = page.locator(".still").evaluate_all("nodes => nodes.map(node => [node.offsetWidth, node.offsetHeight])")
    assert len(sizes) >= 11 and len({tuple(size) for size in sizes}) == 1
    shares = page.locator(".emblem svg").evaluate_all("""all => all.map(svg => {
      const {width, height} = svg.getBBox(), view = svg.viewBox.baseVal;
      return Math.max(width / view.width, height / view.height);
    })""")
    assert min(shares) > 0.7


def test_figures_are_listed_under_their_lessons_in_the_order_of_the_course(site: Site, visit: Visit) -> None:
    page = visit(site, "figures/index.html")
    listed = page.locator(".figure-group h2").all_inner_texts()
    page.goto(site.page("index.html"))
    titles = page.locator(".station-title").all_inner_texts()
    assert listed == [title for title in titles if title in listed] and len(listed) > 5


def test_from_figure_to_figure_there_and_back(site: Site, visit: Visit) -> None:
    page = visit(site, KINDS["figure"])
    here = page.url
    page.locator("[rel=next]").click()
    assert page.url != here
    page.locator("[rel=prev]").click()
    assert page.url == here


# Where words break


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a five-second grip", ["five-second"]),
        ("both a T cell and IL-2", ["T cell", "IL-2"]),
        ("CD4 T cells and B cells", ["CD4 T cells", "B cells"]),
        ("in 15 % of them", ["15 %"]),
        ("the graft-versus-host reaction, an extraordinarily-long compound", []),
    ],
)
def test_a_title_is_not_broken_inside_a_name_or_a_compound(text: str, kept: list[str]) -> None:
    assert re.findall(r'<span class="unbroken">(.*?)</span>', whole(text)) == kept


def test_running_text_may_break_at_a_hyphen_but_not_inside_a_name() -> None:
    kept = re.findall(r'<span class="unbroken">(.*?)</span>', unbroken("a five-second grip of a T cell on IL-2"))
    assert kept == ["T cell", "IL-2"]


# One place for colours


def test_colours_that_a_page_writes_itself_are_those_of_the_tokens() -> None:
    """Tokens cannot be used in what a browser reads before the style: its own frame, and the sign of the tab."""
    tokens = (ROOT / "static/css/tokens.css").read_text(encoding="utf-8")
    base = (ROOT / "templates/base.html").read_text(encoding="utf-8")
    light, dark = re.search(r"--ground: light-dark\((.*?), (.*?)\)", tokens).groups()  # type: ignore[union-attr]
    assert re.findall(r'name="theme-color".*?content="(.*?)"', base) == [light, dark]
    for colour in re.findall(r"%23([0-9a-f]{6})", base):
        assert f"#{colour}" in tokens


@pytest.mark.parametrize("style", sorted((ROOT / "static/css").glob("*.css"), key=str), ids=lambda path: path.stem)
def test_only_the_tokens_name_a_colour(style: Path) -> None:
    said = re.sub(r"/\*.*?\*/", "", style.read_text(encoding="utf-8"), flags=re.DOTALL)
    said = re.sub(r"@media print \{.*?^\}", "", said, flags=re.DOTALL | re.MULTILINE)  # ink is black on paper
    assert style.stem == "tokens" or re.findall(r"(?<![\w&-])#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(", said) == []
