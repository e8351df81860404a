"""A reader predicts in a real browser: by keyboard, mouse or finger, before anything tells the answer, and for keeps."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from browser_tools import Site, Visit, approach, chromium, eventually, visit
from live_tools import Live, knob, meet, prediction
from playwright.sync_api import BrowserContext, CDPSession, Locator, Page, Route, expect
from test_browser import overflow, settle

from il2site.text import amount, number

__all__ = ["chromium", "visit"]

SKETCH, VALUE = "cd4-expansion", "receptor-triggering"
LESSON = {SKETCH: "lessons/cd4-expansion/index.html", VALUE: "lessons/antigen-receptor/index.html"}
both = pytest.mark.parametrize("name", LESSON)


@dataclass(frozen=True)
class Pad:
    """A prediction whose curve is sketched."""

    root: Locator

    @property
    def handles(self) -> list[Locator]:
        return self.root.get_by_role("slider").all()

    @property
    def said(self) -> list[str]:
        return [handle.get_attribute("aria-valuetext") or "" for handle in self.handles]

    @property
    def ask(self) -> dict[str, Any]:
        return dict(json.loads(self.root.locator("[data-role=ask]").text_content() or ""))

    def at(self, across: float, up: float) -> tuple[float, float]:
        """A place on the page: parts of the plot, from its left and from its foot."""
        box = self.root.locator("[data-role=pad]").bounding_box()
        assert box
        return box["x"] + 8 + across * (box["width"] - 16), box["y"] + 24 + (1 - up) * (box["height"] - 52)

    def draw(self, *places: tuple[float, float]) -> None:
        """With the mouse, from place to place in one move each."""
        mouse = self.root.page.mouse
        mouse.move(*self.at(*places[0]))
        mouse.down()
        for place in places[1:]:
            mouse.move(*self.at(*place))
        mouse.up()


def pad_of(page: Page) -> Pad:
    root = prediction(page, SKETCH)
    root.scroll_into_view_if_needed()
    return Pad(root)


def result(root: Locator) -> str:
    return root.get_by_role("status").inner_text()


def commit(root: Locator) -> None:
    root.get_by_role("button", name="I expect this").click()
    expect(root).to_have_attribute("data-committed", "")


def guesses(live: Live) -> list[tuple[list[float], list[float]]]:
    return [(trace["x"], trace["y"]) for trace in live.traces if trace["role"] == "guess"]


def kept(page: Page) -> dict[str, Any]:
    """What storage holds of predictions, by key."""
    return dict(
        page.evaluate(
            "Object.fromEntries(Object.entries(localStorage).filter(([key]) => key.startsWith('il2site:predict:')).map(([key, value]) => [key, JSON.parse(value)]))"
        )
    )


# Saying what is expected


def test_a_curve_is_sketched_with_the_keyboard_alone(site: Site, visit: Visit) -> None:
    page = visit(site, LESSON[SKETCH])
    pad = pad_of(page)
    live = meet(page, SKETCH)
    first = pad.handles[0]
    first.focus()
    assert pad.said[0].startswith("day 5: ")
    for key, way in (("ArrowUp", 1), ("ArrowRight", 1), ("PageUp", 1), ("ArrowDown", -1), ("PageDown", -1)):
        before = int(first.input_value())
        page.keyboard.press(key)
        assert (int(first.input_value()) - before) * way > 0, key
    page.keyboard.press("End")
    assert pad.said[0] == "day 5: 100 million cells"
    page.keyboard.press("Home")
    assert pad.said[0] == "day 5: 1 cell"
    for moment in ("day 10", "day 15", "day 20", "day 25", "day 30"):
        page.keyboard.press("Tab")
        page.keyboard.press("PageUp")
        spoken = page.evaluate("document.activeElement.getAttribute('aria-valuetext')")
        assert spoken.startswith(f"{moment}: ") and spoken != f"{moment}: 78 cells"
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(pad.root).to_have_attribute("data-committed", "")
    assert "the model peaks at" in result(pad.root)
    expect(live.play).to_be_enabled()


def test_a_stroke_of_the_mouse_sets_every_point_it_passes(site: Site, visit: Visit) -> None:
    pad = pad_of(visit(site, LESSON[SKETCH]))
    untouched = pad.said
    pad.draw((0.0, 0.2), (1 / 3, 0.8), (1, 0.4))
    heights = [int(handle.input_value()) for handle in pad.handles]
    assert heights == pytest.approx([50, 80, 70, 60, 50, 40], abs=1)
    assert all(new != old for new, old in zip(pad.said, untouched, strict=True))
    pad.draw((0.52, 0.1))
    assert [int(handle.input_value()) for handle in pad.handles] == [
        *heights[:2],
        pytest.approx(10, abs=1),
        *heights[3:],
    ]


@dataclass(frozen=True)
class Fingers:
    """Fingers on the screen, as a phone reports them."""

    page: Page
    session: CDPSession

    @classmethod
    def on(cls, page: Page) -> Fingers:
        return cls(page, page.context.new_cdp_session(page))

    def send(self, kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(places)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def swipe(self, x: float, y: float, by: float) -> None:
        """One finger up by so many pixels."""
        self.send("touchStart", (x, y))
        for part in range(1, 11):
            self.send("touchMove", (x, y - by * part / 10))
        self.send("touchEnd")


def test_one_finger_draws_on_the_pad_and_scrolls_beside_it(site: Site, visit: Visit) -> None:
    page = visit(site, LESSON[SKETCH], width=360, has_touch=True, is_mobile=True)
    pad, fingers = pad_of(page), Fingers.on(page)
    pad.root.locator("[data-role=pad]").scroll_into_view_if_needed()
    settle(page)
    untouched, before = pad.said, page.evaluate("scrollY")
    fingers.send("touchStart", pad.at(0.1, 0.3))
    for place in ((0.3, 0.9), (0.6, 0.5), (1, 0.4)):
        fingers.send("touchMove", pad.at(*place))
    fingers.send("touchEnd")
    eventually(page, lambda: all(a != b for a, b in zip(pad.said, untouched, strict=True)), "every point is drawn")
    assert page.evaluate("scrollY") == before, "drawing scrolls the page"
    drawn = pad.said
    heading = pad.root.locator(".sketch-heading").bounding_box()
    assert heading
    fingers.swipe(heading["x"] + 40, heading["y"] + 5, 150)
    eventually(page, lambda: page.evaluate("scrollY") > before + 50, "the page scrolls")
    assert pad.said == drawn


def test_what_two_fingers_touch_is_not_drawn(site: Site, visit: Visit) -> None:
    page = visit(site, LESSON[SKETCH], width=360, has_touch=True, is_mobile=True)
    pad, fingers = pad_of(page), Fingers.on(page)
    pad.root.locator("[data-role=pad]").scroll_into_view_if_needed()
    settle(page)
    untouched = pad.said
    assert (
        pad.root.locator("[data-role=surface]").evaluate("node => getComputedStyle(node).touchAction") == "pinch-zoom"
    )
    one, two = pad.at(0.3, 0.8), pad.at(0.7, 0.8)
    fingers.send("touchStart", one)
    eventually(page, lambda: pad.said != untouched, "the first finger draws")
    fingers.send("touchStart", one, two)
    for up in (20, 40, 60, 80):
        fingers.send("touchMove", (one[0], one[1] + up), (two[0], two[1] + up + 20))
    fingers.send("touchEnd")
    eventually(page, lambda: pad.said == untouched, "nothing was drawn")
    pad.root.get_by_role("button", name="I expect this").click()
    expect(pad.root.get_by_role("status")).to_have_text(re.compile("^Draw what you expect first"))


def test_a_number_is_said_only_once_it_has_been_set(site: Site, visit: Visit) -> None:
    page = visit(site, LESSON[VALUE])
    root, live = prediction(page, VALUE), meet(page, VALUE)
    slider = root.get_by_role("slider")
    assert slider.get_attribute("aria-valuetext") == "not set yet"
    assert knob(slider) < 0.01
    root.get_by_role("button", name="I expect this").click()
    expect(root.get_by_role("status")).to_have_text(re.compile("^Set what you expect first"))
    expect(live.play).to_be_disabled()
    slider.press("Home")
    for _ in range(30):
        slider.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "30 of 100"
    assert knob(slider) < 0.01
    commit(root)
    expect(live.play).to_be_enabled()
    root.locator("[data-action=watch]").click()
    live.ready("the figure is set", lambda: live.settings["tau"] == 0.5)
    truth = live.curves("ahead")["C3"][1][-1]
    assert result(root) == f"You said 30 of 100; the model gives {number(truth)} of 100: a tenth of that."
    assert guesses(live) == [([0, 60], [30, 30])]


# What is shown once it has been said


def test_the_sentence_is_computed_from_the_sketch_and_from_the_curve(site: Site, visit: Visit) -> None:
    page = visit(site, LESSON[SKETCH])
    pad, live = pad_of(page), meet(page, SKETCH)
    pad.root.scroll_into_view_if_needed()
    pad.draw((0.05, 0.2), (1 / 6, 0.7), (0.5, 0.3), (1, 0.2))
    drawn = pad.said
    commit(pad.root)
    live.ready("the guess is laid over the curves", lambda: bool(guesses(live)))
    [(times, values)] = guesses(live)
    assert times == pad.ask["times"] and values[0] == 78
    assert [f"{moment}: {amount(value)} cells" for moment, value in zip(pad.ask["moments"], values, strict=True)][
        1:
    ] == drawn
    at, total = live.curves("ahead")["total"]
    peak = max(total)
    said = result(pad.root)
    assert f"You drew a peak of {number(max(values))} cells on day 5; " in said
    assert f"the model peaks at {number(peak)} cells on day {at[total.index(peak)]:g}: " in said
    assert f"At the end you drew {number(values[-1])} cells; the model has {number(total[-1])} cells: " in said
    by = re.findall(r"([\d.,]+) times that", said)
    assert [float(each.replace(",", "")) for each in by] == pytest.approx(
        [peak / max(values), total[-1] / values[-1]], rel=0.06
    )
    expect(pad.root.locator(".sketch-model")).to_have_attribute("d", re.compile("^M8"))


def test_the_guess_stays_while_the_figure_plays_and_when_it_is_changed(site: Site, visit: Visit) -> None:
    page = visit(site, LESSON[SKETCH])
    pad, live = pad_of(page), meet(page, SKETCH)
    pad.root.scroll_into_view_if_needed()
    pad.draw((0.3, 0.7))
    commit(pad.root)
    live.ready("the guess is laid over the curves", lambda: bool(guesses(live)))
    before = guesses(live)
    live.play.click()
    live.ready("it plays", lambda: live.time > 1)
    assert guesses(live) == before
    live.button("Half the IL-2").click()
    live.scrubber.press("End")
    live.ready("it stands at its end", lambda: live.time == 30)
    assert guesses(live) == before
    colour = "box => box.querySelector('.js-plotly-plot').data.find(trace => trace.meta.role === 'guess').line.color"
    ink = page.evaluate("getComputedStyle(document.body).color")
    assert live.root.locator("[data-role=curves]").evaluate(colour) == ink


def test_asking_to_be_shown_frees_the_figure_and_draws_no_guess(site: Site, visit: Visit) -> None:
    page = visit(site, LESSON[SKETCH])
    pad, live = pad_of(page), meet(page, SKETCH)
    pad.root.get_by_role("button", name="Show me").click()
    expect(live.play).to_be_enabled()
    assert result(pad.root) == ""
    expect(pad.root.locator("[data-role=answer]")).to_contain_text("The model peaks at 1.8 million cells on day 9.5")
    assert guesses(live) == []


def test_a_prediction_below_its_figure_asks_without_locking_it(site: Site, visit: Visit) -> None:
    page = visit(site, LESSON[SKETCH])
    live = meet(page, SKETCH)
    above, below = page.locator(f'il2-predict[data-figure="{SKETCH}"]').all()
    above.get_by_role("button", name="Show me").click()
    expect(live.play).to_be_enabled()
    assert below.get_attribute("data-committed") is None
    below.get_by_role("radio").nth(1).check()
    commit(below)
    assert result(below) == "That is what happens."
    expect(live.play).to_be_enabled()


# Nothing tells the answer before

ANSWERS = re.compile(r"1\.8 million|half a million|106,000|9\.5|89,\d00")


def told(live: Live) -> str:
    """All that a figure says, to eyes and to screen readers."""
    return live.root.inner_text() + live.root.aria_snapshot()


def refuse(route: Route) -> None:
    route.abort()


@pytest.mark.parametrize("plotly", ["waits", "fails", "lives"])
@pytest.mark.parametrize("width", [360, 1280])
def test_while_a_prediction_waits_the_figure_tells_nothing(site: Site, visit: Visit, plotly: str, width: int) -> None:
    def prepare(context: BrowserContext) -> None:
        if plotly != "lives":
            context.route("**/plotly*.js", refuse if plotly == "fails" else lambda route: None)

    allowed = ("plotly", "Failed to load resource") if plotly == "fails" else ()
    page = visit(site, LESSON[SKETCH], width=width, prepare=prepare, allowed=allowed)
    live = Live(page, page.locator(f'il2-figure[data-name="{SKETCH}"]'))
    approach(live.root)
    expect(live.root).to_have_attribute("data-state", {"waits": "waiting", "fails": "still", "lives": "live"}[plotly])
    settle(page)
    assert not ANSWERS.findall(told(live))
    for hidden in (
        ".twin-line",
        ".twin-label",
        "[data-role=table]",
        "[data-role=share]",
        ".figure-title",
        ".twin-stage >> nth=2",
    ):
        assert not any(node.is_visible() for node in live.root.locator(hidden).all()), hidden
    assert not any(x for x, _ in live.curves("ahead").values())
    prediction(page, SKETCH).get_by_role("button", name="Show me").click()
    expect(live.root.locator(".figure-title")).to_be_visible()
    expect(live.root.locator("[data-role=table]")).to_be_visible()
    assert ANSWERS.findall(told(live))


# Keeping it


@both
def test_what_was_said_is_kept_in_the_documented_form_and_shown_at_the_next_visit(
    site: Site, visit: Visit, name: str
) -> None:
    page = visit(site, LESSON[name])
    root = prediction(page, name)
    root.get_by_role("slider").first.press("PageUp")
    commit(root)
    ident = root.get_attribute("id") or ""
    lesson = LESSON[name].split("/")[1]
    [(key, held)] = kept(page).items()
    assert key == f"il2site:predict:{lesson}:{ident}"
    kind = "sketch" if name == SKETCH else "value"
    assert {k: held[k] for k in ("figure", "lesson", "predict", "kind")} == {
        "figure": name, "lesson": lesson, "predict": ident, "kind": kind,
    }  # fmt: skip
    assert set(held) == {"figure", "lesson", "predict", "kind", "guess", "truth", "date"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", held["date"])
    assert type(held["guess"]) is type(held["truth"])
    said, sliders = (
        result(root),
        [slider.get_attribute("aria-valuetext") for slider in root.get_by_role("slider").all()],
    )
    page.reload()
    live = meet(page, name)
    expect(live.play).to_be_enabled()
    live.ready("the guess is there again", lambda: len(guesses(live)) == 1)
    assert result(root) == said
    assert [slider.get_attribute("aria-valuetext") for slider in root.get_by_role("slider").all()] == sliders
    assert kept(page) == {key: held}, "looking again changed what was kept"


def test_predicting_again_forgets_and_locks(site: Site, visit: Visit) -> None:
    page = visit(site, LESSON[SKETCH])
    pad, live = pad_of(page), meet(page, SKETCH)
    untouched = pad.said
    pad.root.scroll_into_view_if_needed()
    pad.draw((0.3, 0.7))
    commit(pad.root)
    pad.root.get_by_role("button", name="Predict again").click()
    expect(live.play).to_be_disabled()
    assert kept(page) == {} and pad.said == untouched and result(pad.root) == ""
    live.ready("the guess is gone", lambda: guesses(live) == [])
    expect(pad.root.locator(".sketch-model")).to_have_count(0)
    expect(pad.handles[0]).to_be_focused()


RUBBISH = [
    "not json", "null", "7", '"shown"', "[1, 2]", "{}", '{"guess": "__proto__"}', '{"guess": 1e999}', '{"guess": {}}',
    '{"guess": [1, 2, 3]}', '{"guess": [1, 2, 3, 4, 5, 6, "7"]}', '{"guess": [1, 2, 3, 4, 5, 6, null]}', '{"guess": -5}',
]  # fmt: skip


@both
def test_what_is_malformed_in_storage_is_ignored(site: Site, visit: Visit, name: str) -> None:
    page = visit(site, LESSON[name])
    root = prediction(page, name)
    key = f"il2site:predict:{LESSON[name].split('/')[1]}:{root.get_attribute('id')}"
    for text in RUBBISH:
        page.evaluate("([key, text]) => localStorage.setItem(key, text)", [key, text])
        page.reload()
        expect(root.get_by_role("button", name="I expect this")).to_be_visible()
        assert root.get_attribute("data-committed") is None, text
    root.get_by_role("slider").first.press("PageUp")
    commit(root)


@both
def test_predictions_work_in_a_sandboxed_frame_without_storage(site: Site, visit: Visit, name: str) -> None:
    def around(route: Route) -> None:
        frame = f'<iframe sandbox="allow-scripts" width="1200" height="700" src="{LESSON[name]}"></iframe>'
        route.fulfill(body=frame, content_type="text/html")

    page = visit(site, "frame.html", prepare=lambda context: context.route("**/frame.html", around))
    frame = page.frame_locator("iframe")
    root = frame.locator(f'il2-predict[data-figure="{name}"]').first
    root.get_by_role("slider").first.press("PageUp")
    commit(root)
    expect(root.get_by_role("status")).to_have_text(re.compile("the model"))
    figure = frame.locator(f'il2-figure[data-name="{name}"]')
    figure.scroll_into_view_if_needed()
    expect(figure.locator("[data-action=play]")).to_be_enabled()


# Everywhere


@both
def test_without_scripts_there_are_a_question_and_its_answer(site: Site, visit: Visit, name: str) -> None:
    root = prediction(visit(site, LESSON[name], java_script_enabled=False), name)
    expect(root.get_by_role("slider")).to_have_count(0)
    root.get_by_text("What happens, and why").click()
    expect(root.get_by_text(re.compile("^The model (gives|peaks)"))).to_be_visible()
    assert [node for node in root.locator("[data-action], .sketch, .predict-value").all() if node.is_visible()] == []


def test_on_the_narrowest_page_every_point_has_the_width_of_a_finger(site: Site, visit: Visit) -> None:
    page = visit(site, LESSON[SKETCH], width=320, has_touch=True)
    pad = pad_of(page)
    assert overflow(page) == []
    left, right = (pad.at(place / 6, 0.5)[0] for place in (1, 2))
    assert right - left >= 44
    boxes = [handle.bounding_box() for handle in pad.handles]
    assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= 320 for box in boxes)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_forced_colours_the_sketch_is_drawn_in_the_colour_of_words(site: Site, visit: Visit, scheme: str) -> None:
    page = visit(site, LESSON[SKETCH], forced_colors="active", color_scheme=scheme)
    pad = pad_of(page)
    pad.draw((0.3, 0.7))
    commit(pad.root)
    words = pad.root.get_by_role("status").evaluate("node => getComputedStyle(node).color")
    for line in (".sketch-line", ".sketch-model", ".sketch-point"):
        assert pad.root.locator(line).first.evaluate("node => getComputedStyle(node).stroke") == words, line
