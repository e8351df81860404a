"""What stands around a figure keeps its word: its own page, links to its states, frames, files and the full window.

Every test ends with the watch of `visit`: no error, no violation of the policy, no failed or foreign request, no cookie.
"""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from browser_tools import Site, Visit, chromium, eventually, visit
from conftest import ROOT
from figure_tools import CHARTS, figure
from live_tools import FIGURES, Live, begin, meet, opened, own
from playwright.sync_api import BrowserContext, FrameLocator, Locator, Page, Route, expect
from test_browser import overflow, settle, sites

__all__ = ["chromium", "sites", "visit"]

NAMES = sorted(path.stem for path in (ROOT / "content/figures").glob("*.yml"))
LIVE = sorted(FIGURES)
CHART = CHARTS[0]
NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', {value: undefined})"
NO_FULL_SCREEN = "Object.defineProperty(document, 'fullscreenEnabled', {value: false})"
SVG = "{http://www.w3.org/2000/svg}"


def share(root: Locator) -> None:
    root.get_by_text("Share and save").click()


def saved(root: Locator, button: str, folder: Path) -> Path:
    """The file that a button of the figure saves."""
    with root.page.expect_download() as download:
        root.get_by_role("button", name=button).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def same_state(live: Live, name: str, at: float, settings: dict[str, float]) -> bool:
    shown = {parameter: live.settings[parameter] for parameter in settings}
    return abs(live.time - at) < live.data["clock"]["high"] / 300 and shown == settings


# Own page


def test_a_figure_of_a_lesson_leads_to_its_own_page_and_back(sites: dict[str, Site], visit: Visit) -> None:
    for place in ("below", "disk"):
        page = visit(sites[place], FIGURES["cd4-expansion"])
        begin(page, "cd4-expansion")
        share(page.locator("#figure-cd4-expansion"))
        page.get_by_role("link", name="This figure on its own page").click()
        expect(page).to_have_url(sites[place].page(own("cd4-expansion")))
        page.locator(".figure-words ul a").first.click()
        expect(page.locator("#figure-cd4-expansion")).to_be_in_viewport()


def test_all_figures_stand_on_one_page(sites: dict[str, Site], visit: Visit) -> None:
    page = visit(sites["disk"], own(CHART), width=320)
    page.get_by_role("link", name="Figures", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Figures")
    expect(page.locator(".figure-entry")).to_have_count(len(NAMES))
    settle(page)
    assert overflow(page) == []


# Links to a state


def test_a_copied_link_brings_the_whole_state_back_paused(sites: dict[str, Site], visit: Visit) -> None:
    name = "cd4-expansion"

    def allow(context: BrowserContext) -> None:
        context.grant_permissions(["clipboard-read", "clipboard-write"])

    page = visit(sites["root"], FIGURES[name], prepare=allow)
    live = begin(page, name)
    for control in live.data["controls"]:
        live.root.get_by_role("slider", name=control["label"], exact=True).press("PageDown")
    for _ in range(3):
        live.scrubber.press("PageUp")
    live.ready("it has moved", lambda: live.time > 0)
    share(live.root)
    live.button("Copy a link to this state").click()
    expect(live.root.locator("[data-role=share-said]")).to_have_text("The link is copied.")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(sites["root"].page(FIGURES[name]) + "#")
    told, settings, time = live.text("now"), live.settings, live.time
    for path in (link.removeprefix(sites["root"].base), own(name) + "#" + link.partition("#")[2]):
        again = visit(sites["root"], path)
        back = begin(again, name) if path.startswith("lessons") else opened(again, name)
        back.ready(
            "the state is back",
            lambda back=back: (back.text("now"), back.settings, back.time) == (told, settings, time),
        )  # type: ignore[misc]
        expect(back.button("Play")).to_be_visible()
    expect(back.root.locator("[data-role=box]")).to_be_in_viewport()


def test_without_a_clipboard_the_link_stands_selected_in_a_field(sites: dict[str, Site], visit: Visit) -> None:
    page = visit(sites["disk"], own(CHART), prepare=lambda context: context.add_init_script(NO_CLIPBOARD))
    root = page.locator("il2-figure")
    share(root)
    root.get_by_role("button", name="Copy a link to this state").click()
    field = root.get_by_label("Link to this state", exact=True)
    expect(field).to_be_focused()
    expect(field).to_have_value(sites["disk"].page(own(CHART)) + f"#figure-{CHART}")
    assert page.evaluate("getSelection().toString()") == field.input_value()
    expect(root.locator("[data-role=share-said]")).to_contain_text("this computer only")


HOSTILE = [
    "#figure-receptor-triggering?",
    "#figure-receptor-triggering?v9&tau=1&at=5",
    "#figure-receptor-triggering?v1&tau=NaN&at=Infinity&antigens=1e999",
    "#figure-receptor-triggering?v1&__proto__=1&constructor=2&toString=3&kp=4",
    "#figure-receptor-triggering?v1&tau=<img src=x onerror=alert(1)>",
    "#figure-receptor-triggering?v1&%ff%00&=&&==&at",
    "#figure-elsewhere?v1&tau=1",
    "#figure-receptor-triggering?v1&" + "tau=1&" * 3000,
]


@pytest.mark.parametrize("hash_", HOSTILE, ids=range(len(HOSTILE)))
def test_an_address_that_means_nothing_leaves_the_figure_as_usual(
    sites: dict[str, Site], visit: Visit, hash_: str
) -> None:
    live = opened(visit(sites["disk"], own("receptor-triggering") + hash_), "receptor-triggering")
    assert live.time == 0
    assert live.settings == {name: live.data["parameters"][name] for name in live.settings}


def test_a_number_beyond_a_range_is_brought_back(sites: dict[str, Site], visit: Visit) -> None:
    live = opened(
        visit(sites["root"], own("receptor-triggering", "&tau=1e9&antigens=-4&at=1e9")), "receptor-triggering"
    )
    live.ready("the ends", lambda: same_state(live, "receptor-triggering", 60, {"tau": 60, "antigens": 1}))


def test_a_figure_that_asks_first_keeps_the_state_for_afterwards(sites: dict[str, Site], visit: Visit) -> None:
    page = visit(sites["root"], FIGURES["receptor-triggering"] + "#figure-receptor-triggering?v1&at=30&tau=0.5")
    live = meet(page, "receptor-triggering")
    expect(live.play).to_be_disabled()
    page.wait_for_timeout(300)
    assert live.time == 0 and not any(x for x, _ in live.curves("ahead").values())
    begin(page, "receptor-triggering")
    live.ready("the state is taken", lambda: same_state(live, "receptor-triggering", 30, {"tau": 0.5}))


def test_a_link_on_the_page_sets_the_figure_as_often_as_it_is_followed(sites: dict[str, Site], visit: Visit) -> None:
    page = visit(sites["disk"], own("receptor-triggering"))
    live = opened(page, "receptor-triggering")
    page.evaluate(
        "document.querySelector('.figure-words').innerHTML += "
        "'<p><a href=\"#figure-receptor-triggering?v1&amp;at=30&amp;tau=0.5\">Watch</a></p>'"
    )
    for _ in range(2):
        page.get_by_role("link", name="Watch").click()
        live.ready("the state is taken", lambda: same_state(live, "receptor-triggering", 30, {"tau": 0.5}))
        expect(live.root.locator("[data-role=box]")).to_be_in_viewport()
        live.button("Reset the figure").click()
        live.ready("all is as usual", lambda: same_state(live, "receptor-triggering", 0, {"tau": 5.2}))


# Files


@pytest.mark.parametrize("place", ["root", "disk"])
@pytest.mark.parametrize("name", LIVE)
def test_the_saved_numbers_are_the_curves_in_all_digits(
    sites: dict[str, Site], visit: Visit, name: str, place: str, tmp_path: Path
) -> None:
    live = opened(visit(sites[place], own(name)), name)
    control = live.data["controls"][0]
    live.root.get_by_role("slider", name=control["label"], exact=True).press("PageDown")
    before = live.table
    live.ready(
        "the table is new",
        lambda: (
            live.table != before or live.settings[control["parameter"]] != live.data["parameters"][control["parameter"]]
        ),
    )
    share(live.root)
    path = saved(live.root, "Save the numbers", tmp_path)
    assert path.name.startswith(f"{name}-{control['parameter']}-") and path.suffix == ".csv"
    head, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8")))
    assert head == [node.text_content() for node in live.root.locator("[data-role=table] thead th").all()]
    columns, curves = np.array(rows, dtype=float).T, live.curves("ahead")
    shown = list(dict.fromkeys(line["show"] for panel in live.data["panels"] for line in panel["lines"]))
    for show, column in zip(shown, columns[1:], strict=True):
        times, values = curves[show]
        np.testing.assert_array_equal(columns[0], times)
        np.testing.assert_array_equal(column, values)


def test_the_numbers_of_a_chart_are_saved_as_its_table_has_them(
    sites: dict[str, Site], visit: Visit, tmp_path: Path
) -> None:
    page = visit(sites["disk"], own(CHART))
    share(page.locator("il2-figure"))
    path = saved(page.locator("il2-figure"), "Save the numbers", tmp_path)
    head, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8")))
    table = figure(CHART).table
    assert (tuple(head), tuple(map(tuple, rows))) == (table.head, table.rows)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", [*LIVE, CHART])
def test_the_saved_picture_stands_alone_and_says_where_it_comes_from(
    sites: dict[str, Site], visit: Visit, name: str, scheme: str, tmp_path: Path
) -> None:
    page = visit(sites["disk"], own(name), color_scheme=scheme)
    root = page.locator("il2-figure")
    if figure(name).model:
        live = opened(page, name)
        live.button("Next step").click()
        live.ready("it has moved", lambda: live.time > 0)
    share(root)
    text = saved(root, "SVG", tmp_path).read_text(encoding="utf-8")
    picture = ET.fromstring(text)
    words = unspaced("".join("".join(node.itertext()) for node in picture.iter(f"{SVG}text")))
    assert picture.findtext(f"{SVG}title") == figure(name).title
    for part in (figure(name).title, "CC BY 4.0", next(iter(figure(name).labels.values()))):
        assert unspaced(part) in words, f"the picture does not say {part}"
    if figure(name).model:
        assert unspaced(live.text("now")) in words
    assert not re.search(r"Listen|>Curve", text), "the picture shows what cannot be pressed in it"
    assert not re.search(r"<script|<foreignObject|\son\w+=|\sstyle=|<image|href=\"(?!#)|<a[ >]", text)
    drawn = [node for kind in ("path", "circle", "rect", "use") for node in picture.iter(SVG + kind)]
    assert len(drawn) > 5
    ground = next(picture.iter(f"{SVG}rect")).get("fill")
    assert ground == page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert_bitmap(page, saved(root, "PNG", tmp_path), picture)


def unspaced(text: str) -> str:
    return "".join(text.split())


def assert_bitmap(page: Page, path: Path, picture: ET.Element) -> None:
    """`path` is a PNG of twice the size of `picture`, with more on it than its ground."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) > 10_000
    width, height = (int.from_bytes(data[start : start + 4], "big") for start in (16, 20))
    assert (width, height) == (2 * int(picture.get("width", "0")), 2 * int(picture.get("height", "0")))


# In a frame of another page


[LISTENER] = re.findall(r"<script>.*?</script>", (ROOT / "docs/embedding.md").read_text(encoding="utf-8"), re.S)
HOST = '<!DOCTYPE html><body><iframe sandbox="allow-scripts" width="700" height="300" src="{src}"></iframe>'


def embedded(visit: Visit, site: Site, path: str) -> tuple[Page, FrameLocator]:
    def around(route: Route) -> None:
        route.fulfill(body=HOST.format(src=path) + LISTENER, content_type="text/html")

    page = visit(site, "around.html", prepare=lambda context: context.route("**/around.html", around))
    return page, page.frame_locator("iframe")


@pytest.mark.parametrize("name", NAMES)
def test_in_a_sandboxed_frame_a_figure_works_and_tells_its_height(
    sites: dict[str, Site], visit: Visit, name: str
) -> None:
    page, frame = embedded(visit, sites["below"], f"figures/{name}/index.html?embed")
    root = frame.locator("il2-figure")
    expect(root).to_be_visible()

    def height() -> str:
        return str(page.locator("iframe").evaluate("frame => frame.style.height"))

    def fits() -> bool:
        wanted = frame.locator("html").evaluate("html => Math.ceil(html.getBoundingClientRect().height)")
        return wanted > 300 and height() == f"{wanted}px"

    eventually(page, fits, "the frame is as high as the figure")
    for hidden in (".site-header", ".site-footer", ".figure-words", ".onward"):
        expect(frame.locator(hidden).first).to_be_hidden()
    origin = frame.locator(".embed-origin")
    expect(origin).to_contain_text("CC BY 4.0")
    expect(origin.get_by_role("link")).to_have_attribute("target", "_blank")
    assert origin.get_by_role("link").evaluate("link => link.href") == sites["below"].page(own(name))
    before = height()
    root.get_by_text("Table of numbers").click()
    eventually(page, lambda: height() != before and fits(), "the frame grows with the table")
    if figure(name).model:
        play = root.locator("[data-action=play]")
        expect(play).to_be_enabled()
        play.click()
        expect(root.locator("[data-role=clock]")).not_to_have_text(re.compile("^0(.0*)? "))


def test_a_frame_opens_in_the_state_of_its_code(sites: dict[str, Site], visit: Visit) -> None:
    page = visit(sites["root"], own("receptor-triggering", "&at=30&tau=0.5"))
    live = opened(page, "receptor-triggering")
    share(live.root)
    field = live.root.get_by_label("To set this figure into another page")
    expect(field).to_have_value(re.compile("<iframe"))
    code = field.input_value()
    [source] = re.findall(r'<iframe src="([^"]*)" title="[^"]+"', code)
    assert source.startswith(sites["root"].page(own("receptor-triggering")) + "?embed#")
    page, frame = embedded(visit, sites["root"], source)
    expect(frame.locator("[data-role=clock]")).to_have_text("30.0 s")
    expect(frame.locator("[data-role=readout][data-parameter=tau]")).to_have_text("0.5 s")


def test_from_a_disk_there_is_no_code_for_a_frame(sites: dict[str, Site], visit: Visit) -> None:
    page = visit(sites["disk"], own(CHART))
    share(page.locator("il2-figure"))
    expect(page.get_by_label("To set this figure into another page")).to_have_value(re.compile("web server first"))
    expect(page.get_by_role("button", name="Copy this code")).to_be_disabled()


# The full window


@pytest.mark.parametrize("name", [LIVE[0], CHART])
def test_the_full_window_is_entered_and_left_by_keyboard(sites: dict[str, Site], visit: Visit, name: str) -> None:
    page = visit(sites["root"], own(name))
    button = page.get_by_role("button", name="Full window")
    button.focus()
    page.keyboard.press("Enter")
    leave = page.get_by_role("button", name="Leave the full window")
    expect(leave).to_be_focused()
    assert page.evaluate("document.fullscreenElement?.localName") == "il2-figure"
    page.keyboard.press("Enter")
    expect(button).to_be_focused()
    assert page.evaluate("document.fullscreenElement") is None


@pytest.mark.parametrize("width", [360, 1280])
def test_where_full_screen_is_forbidden_a_layer_fills_the_window_until_escape(
    sites: dict[str, Site], visit: Visit, width: int
) -> None:
    page = visit(
        sites["disk"], FIGURES["receptor-triggering"], width=width,
        prepare=lambda context: context.add_init_script(NO_FULL_SCREEN),
    )  # fmt: skip
    live = begin(page, "receptor-triggering")
    button = live.button("Full window")
    button.focus()
    page.keyboard.press("Enter")
    leave = live.button("Leave the full window")
    expect(leave).to_be_focused()
    box = live.root.bounding_box()
    assert box and (box["x"], box["y"], box["width"], box["height"]) == (0, 0, width, 800)
    expect(live.play).to_be_in_viewport()
    assert overflow(page) == []
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(button).to_be_in_viewport()
    button.press("Enter")
    live.root.locator("summary").last.focus()
    expect(leave).to_be_visible()
    page.locator(".onward a").last.focus()
    expect(button).to_be_visible()
