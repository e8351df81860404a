"""What a reader meets in a real browser: every page, both live figures, quizzes, and what happens when something fails.

Every test ends with the watch of `visit`: no error, no violation of the policy, no failed or foreign request, no cookie.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from browser_tools import Site, Visit, approach, chromium, eventually, served, visit
from conftest import ROOT
from live_tools import FIGURES, Live, begin, both, knob, meet, prediction
from playwright.sync_api import BrowserContext, Locator, Page, Request, Route, expect

from il2site.text import number

__all__ = ["chromium", "visit"]

LESSONS = sorted(path.stem for path in (ROOT / "content/lessons").glob("*.md"))
PAGES = [
    "index.html",
    "404.html",
    "glossary/index.html",
    "references/index.html",
    *(f"lessons/{name}/index.html" for name in LESSONS),
    "models/index.html",
    "models/receptor-triggering/index.html",
    "models/aldesleukin/index.html",
    "claims/index.html",
    "about/index.html",
    "teachers/index.html",
    "teachers/giving-it/index.html",
]
PLACES = ("root", "below", "disk")
ELSEWHERE = ["index.html", "lessons/cd4-expansion/index.html", "glossary/index.html", "models/receptor-triggering/index.html"]
"""A page of each kind: what differs from place to place are addresses, and those are alike on pages of a kind."""
EVERYWHERE = [(path, place) for path in PAGES for place in PLACES if place == "root" or path in ELSEWHERE]
near_and_far = pytest.mark.parametrize(("name", "place"), [("receptor-triggering", "root"), ("cd4-expansion", "disk")])


@pytest.fixture(scope="module")
def sites(course: Path) -> Iterator[dict[str, Site]]:
    """The course at the root of a server, below a path with a space, and opened from disk."""
    with served(course, "/") as root, served(course, "/a/b c/") as below:
        yield {"root": root, "below": below, "disk": Site(course.as_uri() + "/")}


# Pages


@pytest.mark.fault(44, 45, 46)
@pytest.mark.parametrize(("path", "place"), EVERYWHERE)
def test_every_page_opens_anywhere_at_any_width_in_light_and_dark(
    sites: dict[str, Site], visit: Visit, path: str, place: str
) -> None:
    page = visit(sites[place], path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for width, scheme in ((1280, "light"), (360, "light"), (360, "dark"), (1280, "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        settle(page)
        assert overflow(page) == [], f"at {width} px the page scrolls sideways"
    assert page.evaluate("[...document.fonts].filter(font => font.status === 'error').map(font => font.family)") == []


@pytest.mark.fault(45)
@pytest.mark.parametrize(("path", "place"), [each for each in EVERYWHERE if each[1] != "below"])
def test_without_scripts_every_page_is_complete(sites: dict[str, Site], visit: Visit, path: str, place: str) -> None:
    page = visit(sites[place], path, width=360, java_script_enabled=False)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert overflow(page) == []
    for hidden in (".needs-js", "[data-action]"):
        assert [node.get_attribute("class") for node in page.locator(hidden).all() if node.is_visible()] == []
    for figure in page.locator("il2-figure").all():
        assert area(figure.locator("[data-role=still]")) > 5000  # on a phone some stills are another picture, or a list
        figure.get_by_text("Table of numbers").click()
        expect(figure.locator("[data-role=table] tbody tr").first).to_be_visible()
    for question in page.locator("il2-quiz").all():
        question.get_by_text("Answers and explanations").click()
        assert len(question.locator(".quiz-answers li").all_inner_texts()) >= 2
        expect(question.locator(".quiz-answers li").last).to_be_visible()
    for asked in page.locator("il2-predict").all():
        asked.get_by_text("What happens, and why").click()
        expect(asked.locator("[data-role=answer] p").first).to_be_visible()


def test_without_scripts_mathematics_is_shown(sites: dict[str, Site], visit: Visit) -> None:
    page = visit(sites["root"], FIGURES["receptor-triggering"], java_script_enabled=False)
    assert area(page.locator("math[display=block]").first) > 2000


def test_links_between_pages_work_from_disk_and_below_a_path(sites: dict[str, Site], visit: Visit) -> None:
    for place in PLACES:
        page = visit(sites[place], "index.html")
        page.locator("#lessons a").first.click()
        expect(page.locator("article.essay h1")).to_be_visible()
        settle(page)
        page.get_by_role("link", name="Glossary").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Glossary")
        page.get_by_role("banner").get_by_role("link").first.click()
        expect(page).to_have_url(sites[place].page("index.html"))


# Live figures


@near_and_far
def test_a_figure_waits_paused_for_a_prediction(sites: dict[str, Site], visit: Visit, name: str, place: str) -> None:
    page = visit(sites[place], FIGURES[name])
    live = meet(page, name)
    expect(live.play).to_be_disabled()
    expect(live.scrubber).to_be_disabled()
    expect(live.root.locator("[data-role=gate]")).to_be_visible()
    live.ready("curves are drawn", lambda: bool(live.traces))
    assert not any(x for x, _ in live.curves("ahead").values()), "the answer is drawn before the prediction"
    live.root.get_by_role("link", name="your prediction").click()
    asked = prediction(page, name)
    expect(asked).to_be_in_viewport()
    asked.get_by_role("button", name="I expect this").click()
    expect(asked.get_by_role("status")).to_have_text(re.compile("first, or press"))
    expect(live.play).to_be_disabled()
    asked.get_by_role("slider").first.press("ArrowUp")
    asked.get_by_role("button", name="I expect this").click()
    expect(asked.get_by_role("status")).to_have_text(re.compile("the model"))
    expect(live.play).to_be_enabled()
    expect(live.root.locator("[data-role=gate]")).to_be_hidden()
    assert live.time == 0
    page.wait_for_timeout(300)
    assert live.time == 0, "it plays by itself"
    page.reload()
    expect(meet(page, name).play).to_be_enabled()


@both
def test_watching_what_was_predicted_sets_the_figure_and_plays_it(
    sites: dict[str, Site], visit: Visit, name: str
) -> None:
    page = visit(sites["root"], FIGURES[name])
    live = begin(page, name)
    asked = prediction(page, name)
    wanted = json.loads(asked.locator("[data-role=ask]").text_content() or "")["set"]
    asked.locator("[data-action=watch]").click()
    expect(live.play).to_be_in_viewport()
    live.ready("it plays", lambda: live.time > 0)
    assert {parameter: live.settings[parameter] for parameter in wanted} == wanted


@near_and_far
def test_play_moves_clock_sentence_and_picture_and_pause_stops_them(
    sites: dict[str, Site], visit: Visit, name: str, place: str
) -> None:
    live = begin(visit(sites[place], FIGURES[name]), name)
    live.root.get_by_label("Speed").select_option("4")
    click_at(live.scrubber, 0.4)  # the last stage but the end lies before
    live.ready("the clock is set", lambda: live.time > 0.3 * live.data["run"]["end"])
    begun, sentence, picture = live.time, live.text("now"), live.root.locator("[data-role=live]").screenshot()
    live.button("Play").click()
    expect(live.button("Pause")).to_be_visible()
    live.ready("the clock moves", lambda: live.time > begun + live.data["run"]["end"] / 20)
    live.ready("the sentence moves", lambda: live.text("now") != sentence)
    assert live.root.locator("[data-role=live]").screenshot() != picture
    live.button("Pause").click()
    expect(live.button("Play")).to_be_visible()
    then = live.text("clock"), live.text("now"), live.scrubber.input_value()
    live.page.wait_for_timeout(300)
    assert (live.text("clock"), live.text("now"), live.scrubber.input_value()) == then
    assert number(live.time) in live.text("now")


@both
def test_a_run_played_to_its_end_can_be_played_again(sites: dict[str, Site], visit: Visit, name: str) -> None:
    live = begin(visit(sites["root"], FIGURES[name]), name)
    live.scrubber.press("End")
    for _ in range(15):
        live.scrubber.press("ArrowLeft")
    end = live.data["run"]["end"]
    assert live.time < end
    live.button("Play").click()
    expect(live.button("Play again")).to_be_visible()
    assert live.time == end
    live.button("Play again").click()
    live.ready("it begins anew", lambda: 0 < live.time < end / 2)
    live.button("Restart").click()
    expect(live.button("Play")).to_be_visible()
    assert live.time == 0


@both
def test_a_higher_speed_is_faster(sites: dict[str, Site], visit: Visit, name: str) -> None:
    live = begin(visit(sites["root"], FIGURES[name]), name)
    gone = {}
    for speed in ("0.25", "4"):
        click_at(live.scrubber, 0.4)
        live.ready("the clock is set", lambda: 0.3 < live.time / live.data["run"]["end"] < 0.5)
        begun = live.time
        live.root.get_by_label("Speed").select_option(speed)
        live.button("Play").click()
        live.page.wait_for_timeout(1200)
        live.button("Pause").click()
        gone[speed] = live.time - begun
    assert gone["4"] > 4 * gone["0.25"] > 0


@both
def test_steps_go_from_stage_to_stage(sites: dict[str, Site], visit: Visit, name: str) -> None:
    live = begin(visit(sites["root"], FIGURES[name]), name)
    stages = [stage["at"] for stage in live.data["stages"]]
    shown = live.root.locator("[data-role=stage].is-now")
    for stage in live.data["stages"][1:]:
        live.button("Next step").click()
        live.ready(f"time {stage['at']}", lambda at=stage["at"]: live.time == at)  # type: ignore[misc]
        expect(shown).to_have_count(1)
        expect(shown).to_contain_text(stage["say"])
        expect(shown).to_be_visible()
    for at in reversed(stages[:-1]):
        live.button("Back").click()
        live.ready(f"time {at}", lambda at=at: live.time == at)  # type: ignore[misc]


@near_and_far
def test_the_scrubber_works_by_keyboard_and_mouse_and_says_the_time(
    sites: dict[str, Site], visit: Visit, name: str, place: str
) -> None:
    live = begin(visit(sites[place], FIGURES[name]), name)
    end = live.data["run"]["end"]
    live.scrubber.focus()
    for key in ("ArrowRight", "ArrowRight", "PageUp"):
        before = live.time
        live.page.keyboard.press(key)
        live.ready(f"{key} moves on", lambda: live.time > before)
        assert number(live.time) in (live.scrubber.get_attribute("aria-valuetext") or "")
    live.page.keyboard.press("Home")
    live.ready("Home is the start", lambda: live.time == 0)
    click_at(live.scrubber, 0.5)
    live.ready("a click in the middle goes there", lambda: 0.4 * end < live.time < 0.6 * end)
    assert number(live.time) in (live.scrubber.get_attribute("aria-valuetext") or "")
    drag(live.scrubber, 0.5, 0.8)
    live.ready("dragging goes there", lambda: 0.7 * end < live.time < 0.9 * end)
    assert knob(live.scrubber) < 0.01
    expect(live.button("Play")).to_be_visible()


@both
def test_every_slider_changes_the_run_by_keyboard_and_by_mouse(sites: dict[str, Site], visit: Visit, name: str) -> None:
    live = begin(visit(sites["root"], FIGURES[name]), name)
    live.scrubber.press("End")
    for control in live.data["controls"]:
        slider = live.root.get_by_role("slider", name=control["label"], exact=True)
        key = "PageDown" if slider.input_value() == slider.get_attribute("max") else "PageUp"
        for act in (lambda: slider.press(key), lambda: click_at(slider, 0.1), lambda: drag(slider, 0.1, 0.7)):
            before = state(live)
            act()
            live.ready(
                f"{control['label']} changes words, table and curves",
                lambda: all(a != b for a, b in zip(state(live), before, strict=True)),
            )
            assert (
                slider.get_attribute("aria-valuetext")
                == live.root.locator(f"[data-role=readout][data-parameter={control['parameter']}]").inner_text()
            )
            assert knob(slider) < 0.01
        for key, bound in (("Home", "min"), ("End", "max")):
            slider.press(key)
            live.ready(f"{key} is the {bound}", lambda: live.settings[control["parameter"]] == control[bound])
        live.root.get_by_role("button", name="Reset the figure").click()
        live.scrubber.press("End")


@pytest.mark.parametrize("forced", ["active", "none"])
@pytest.mark.parametrize("part", ["runnable-track", "thumb"])
def test_a_slider_has_a_track_and_a_knob_in_any_colours(
    sites: dict[str, Site], visit: Visit, forced: Literal["active", "none"], part: str
) -> None:
    live = begin(visit(sites["root"], FIGURES["cd4-expansion"]), "cd4-expansion")
    live.page.emulate_media(forced_colors=forced)
    slider = live.root.get_by_role("slider", name="Precursors")
    seen = slider.screenshot()
    # Where colours are free the knob is painted with the track.
    gone = f"::-webkit-slider-{part} {{ background: none !important; border: 0 !important }}"
    slider.evaluate("(node, css) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets = [sheet] }", gone)
    assert (slider.screenshot() != seen) is (forced == "active" or part == "runnable-track")


def test_there_are_only_whole_molecules(sites: dict[str, Site], visit: Visit) -> None:
    live = begin(visit(sites["root"], FIGURES["receptor-triggering"]), "receptor-triggering")
    slider = live.root.get_by_role("slider", name="Antigens")
    for act in (lambda: slider.press("ArrowLeft"), lambda: click_at(slider, 0.13), lambda: slider.press("ArrowRight")):
        before = live.settings["antigens"]
        act()
        live.ready("every press of a key changes the number", lambda: live.settings["antigens"] != before)
        assert live.settings["antigens"].is_integer()


def state(live: Live) -> tuple[object, ...]:
    """What a slider must change: its readouts, the summary of the run in the table, and the curves."""
    return live.settings, live.table, live.curves("ahead")


@both
def test_a_held_slider_moves_the_picture_at_once_and_the_plot_follows(
    sites: dict[str, Site], visit: Visit, name: str
) -> None:
    live = begin(visit(sites["root"], FIGURES[name]), name)
    overlay = live.root.locator("[data-role=curves] .figure-moving")
    overlay.evaluate("""node => {
      node.drawn = [];
      const note = () => { for (const path of node.querySelectorAll('path')) if (path.getAttribute('d')) node.drawn.push(path.getAttribute('d')); };
      new MutationObserver(note).observe(node, {subtree: true, childList: true, attributes: true});
    }""")
    live.root.locator("[data-action=parameter]").first.press("PageUp")
    live.ready("the picture follows", lambda: bool(overlay.evaluate("node => node.drawn.length")))
    assert live.curves("ahead"), "the plot is settled again"
    left = overlay.evaluate("node => [...node.querySelectorAll('path')].filter(path => path.getAttribute('d')).length")
    assert left == 0, "nothing is left above it"


@both
def test_presets_set_the_sliders_and_reset_brings_everything_back(
    sites: dict[str, Site], visit: Visit, name: str
) -> None:
    live = begin(visit(sites["root"], FIGURES[name]), name)
    first, defaults = state(live), live.data["parameters"]
    live.root.get_by_label("Speed").select_option("2")
    live.scrubber.press("End")
    shown = {control["parameter"] for control in live.data["controls"]}
    for preset in live.data["presets"]:
        button = live.button(preset["label"])
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        assert live.settings == {parameter: {**defaults, **preset["set"]}[parameter] for parameter in shown}
    live.ready("the run changes", lambda: all(a != b for a, b in zip(state(live), first, strict=True)))
    live.root.get_by_role("button", name="Reset the figure").click()
    live.ready("all is as it was", lambda: state(live) == first)
    assert live.time == 0
    expect(live.root.get_by_label("Speed")).to_have_value("1")
    expect(live.button("Play")).to_be_visible()


def last_stretch(live: Live) -> float:
    """Plays from the last but one stage on, which takes long, at the lowest speed; when the last one would be reached."""
    *_, begin_at, stop = [stage["at"] for stage in live.data["stages"]]
    live.scrubber.press("End")
    live.button("Back").click()
    live.ready("it stands there", lambda: live.time == begin_at)
    live.root.get_by_label("Speed").select_option("0.25")
    live.button("Play").click()
    live.ready("it plays", lambda: live.time > begin_at)
    return float(stop)


@both
def test_a_figure_out_of_sight_pauses(sites: dict[str, Site], visit: Visit, name: str) -> None:
    live = begin(visit(sites["root"], FIGURES[name]), name)
    stop = last_stretch(live)
    live.page.get_by_role("contentinfo").scroll_into_view_if_needed()
    expect(live.play).to_have_text(re.compile("Play"))
    assert live.time < stop, "it went on to the next step"
    then = live.text("clock")
    live.page.wait_for_timeout(300)
    assert live.text("clock") == then
    live.root.scroll_into_view_if_needed()
    live.page.wait_for_timeout(300)
    assert live.text("clock") == then, "it went on by itself"


HIDE = """hidden => {
  Object.defineProperty(document, 'hidden', {configurable: true, get: () => hidden});
  document.dispatchEvent(new Event('visibilitychange'));
}"""


@both
def test_a_figure_in_a_hidden_tab_pauses(sites: dict[str, Site], visit: Visit, name: str) -> None:
    live = begin(visit(sites["root"], FIGURES[name]), name)
    stop = last_stretch(live)
    live.page.evaluate(HIDE, True)
    expect(live.play).to_have_text(re.compile("Play"))
    assert live.time < stop, "it went on to the next step"
    then = live.text("clock")
    live.page.evaluate(HIDE, False)
    live.page.wait_for_timeout(300)
    assert live.text("clock") == then, "it went on by itself"


def test_a_short_dwell_time_leaves_antigens_held_and_hardly_any_receptor_triggered(
    sites: dict[str, Site], visit: Visit
) -> None:
    live = begin(visit(sites["root"], FIGURES["receptor-triggering"]), "receptor-triggering")
    live.scrubber.press("End")
    usual = {show: y[-1] for show, (_, y) in live.curves("ahead").items()}
    live.root.get_by_role("slider", name="Dwell time").press("Home")
    live.ready("the run is new", lambda: live.curves("ahead")["C3"][1][-1] != usual["C3"])
    short = {show: y[-1] for show, (_, y) in live.curves("ahead").items()}
    assert usual["C3"] > 40 and short["C3"] <= 3 and short["bound"] > 50
    live.ready("the sentence says so", lambda: f"{number(short['C3'])} of them" in live.text("now"))


def test_ten_times_the_precursors_make_far_less_than_ten_times_the_peak(sites: dict[str, Site], visit: Visit) -> None:
    live = begin(visit(sites["root"], FIGURES["cd4-expansion"]), "cd4-expansion")
    usual = max(live.curves("ahead")["total"][1])
    live.button("Ten times the precursors").click()
    live.ready("the run is new", lambda: max(live.curves("ahead")["total"][1]) != usual)
    assert 2 < max(live.curves("ahead")["total"][1]) / usual < 5


@both
def test_a_playing_clock_is_not_read_aloud_at_every_frame(sites: dict[str, Site], visit: Visit, name: str) -> None:
    """What a screen reader announces by itself is the sentence, once a second."""
    live = begin(visit(sites["root"], FIGURES[name]), name)
    spoken = live.root.locator("[aria-live=polite], [aria-live=assertive], output:not([aria-live=off]), [role=status]")
    assert [
        node.get_attribute("data-role") for node in spoken.all() if node.get_attribute("data-role") != "readout"
    ] == ["spoken", "share-said"], "the second speaks when something was copied or saved"
    live.button("Play").click()
    live.ready("the sentence is spoken", lambda: live.root.locator("[data-role=spoken]").inner_text() != "")


@both
def test_the_live_figure_follows_the_theme(sites: dict[str, Site], visit: Visit, name: str) -> None:
    live = begin(visit(sites["root"], FIGURES[name]), name)
    colours = "box => box.querySelector('.js-plotly-plot').data.map(trace => trace.line?.color).join()"
    box = live.root.locator("[data-role=curves]")
    light = box.evaluate(colours)
    live.page.emulate_media(color_scheme="dark")
    live.ready("the curves take the colours of the dark", lambda: box.evaluate(colours) != light)


# Keyboard


def test_the_keyboard_reaches_and_works_everything_in_order(sites: dict[str, Site], visit: Visit) -> None:
    name = "cd4-expansion"
    page = visit(sites["root"], FIGURES[name])
    focus = Focus(page)
    assert focus.next()["text"] == "Skip to the text"
    expect(page.get_by_role("link", name="Skip to the text")).to_be_in_viewport()
    focus.until(f'il2-predict[data-figure="{name}"] [data-action=show]')
    page.keyboard.press("Enter")
    root = page.locator(f'il2-figure[data-name="{name}"]')
    root.scroll_into_view_if_needed()
    live = meet(page, name)
    expect(live.play).to_be_enabled()
    focus.until(f'il2-figure[data-name="{name}"] [data-action=play]')
    page.keyboard.press("Space")
    live.ready("Space plays", lambda: live.time > 0)
    expect(live.button("Play")).to_be_visible()
    reached = focus.through(f'il2-figure[data-name="{name}"]')
    controls = live.root.evaluate(CONTROLS)
    assert reached == controls[controls.index("play") + 1 :], "some control is not reached"
    focus.until("il2-quiz input")
    answer_by_keyboard(page, focus)


def answer_by_keyboard(page: Page, focus: Focus) -> None:
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    focus.until("il2-quiz [data-action=check]")
    quiz = page.locator("il2-quiz", has=page.locator("[data-action=check]:focus"))
    ident = quiz.get_attribute("id")
    page.keyboard.press("Enter")
    expect(page.locator(f"#{ident}").get_by_role("status")).to_have_text(
        re.compile(r"^(Right|Not right|Partly right)\.$")
    )
    assert page.evaluate("document.activeElement.matches('[data-role=feedback]')")


@dataclass
class Focus:
    """Where Tab has led: ever further down the page, and always to something that shows it."""

    page: Page
    place: int = -1

    def next(self) -> dict[str, Any]:
        self.page.keyboard.press("Tab")
        found = dict(self.page.evaluate(FOCUSED))
        assert found["place"] > self.place, f"Tab leads back, to {found['text']}"
        assert found["outlined"], f"{found['text']} does not show that it has the focus"
        eventually(
            self.page,
            lambda: bool(self.page.evaluate(FOCUSED)["visible"]),
            f"{found['text']} with the focus is scrolled into view",
        )
        self.place = found["place"]
        return found

    def until(self, selector: str) -> None:
        while not self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
            self.next()

    def through(self, selector: str) -> list[str]:
        """The controls that are reached before `selector` is left."""
        reached = []
        while (found := self.next())["within"] in selector and found["within"]:
            if found["control"]:
                reached.append(found["control"])
        return reached


# Quizzes


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_option_explains_itself(sites: dict[str, Site], visit: Visit, lesson: str) -> None:
    page = visit(sites["root"], f"lessons/{lesson}/index.html")
    for quiz in page.locator("il2-quiz").all():
        expect(quiz.locator("[data-role=feedback]:visible")).to_have_count(0)
        for right, result, feedback, leads in quiz.evaluate(ANSWERS):
            assert re.match("Right|Partly" if right else "Not right", result)
            assert len(feedback.split()) > 4 and leads
    page.get_by_role("button", name="Explain every answer").first.click()
    quiz = page.locator("il2-quiz").first
    expect(quiz.locator("[data-role=feedback]:visible")).to_have_count(quiz.locator("[data-role=option]").count())
    assert overflow(page) == []


ANSWERS = """quiz => [...quiz.querySelectorAll('[data-role=option]')].map(option => {
  quiz.querySelector('[data-action=again]:not([hidden])')?.click();
  option.querySelector('input').click();
  quiz.querySelector('[data-action=check]').click();
  const feedback = option.querySelector('[data-role=feedback]');
  return [option.dataset.correct === 'yes', quiz.querySelector('[role=status]').textContent,
    feedback.checkVisibility() ? feedback.innerText : '',
    [...option.querySelectorAll("a[href^='#misconception-']")].every(link => document.querySelector(link.hash)?.checkVisibility())];
})"""


def test_a_wrong_answer_leads_to_its_misconception(sites: dict[str, Site], visit: Visit) -> None:
    page = visit(sites["root"], FIGURES["receptor-triggering"])
    quiz = page.locator("il2-quiz", has=page.locator("a[href^='#misconception-']")).first
    option = quiz.locator("[data-role=option]", has=page.locator("a[href^='#misconception-']")).first
    option.locator("input").check()
    quiz.get_by_role("button", name="Check").click()
    link = option.locator("a[href^='#misconception-']")
    link.click()
    expect(page.locator(link.get_attribute("href") or "none")).to_be_in_viewport()


def test_answers_and_predictions_survive_a_reload(sites: dict[str, Site], visit: Visit) -> None:
    for place in ("root", "disk"):
        page = visit(sites[place], FIGURES["receptor-triggering"])
        quiz = page.locator("il2-quiz").first
        quiz.get_by_role("radio").nth(1).check()
        quiz.get_by_role("button", name="Check").click()
        predict = prediction(page, "receptor-triggering")
        predict.get_by_role("slider").press("ArrowUp")
        predict.get_by_role("button", name="I expect this").click()
        said = page.locator("[data-role=result]").all_inner_texts()
        page.reload()
        assert page.locator("[data-role=result]").all_inner_texts() == said and said[0]
        expect(quiz.get_by_role("radio").nth(1)).to_be_checked()
        quiz.get_by_role("button", name="Try again").click()
        page.reload()
        expect(quiz.get_by_role("button", name="Check")).to_be_visible()


NO_STORAGE = (
    "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('forbidden', 'SecurityError') }})"
)
FULL_STORAGE = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }"
RUBBISH = """if (location.protocol !== 'about:') { const rubbish = ['{"__proto__": {"polluted": 1}}', '[99]', '[1.5, -1]', 'not json', '"__proto__"', '[]', 'null', '1e999'];
  for (const key of ['__proto__', 'constructor', 'il2site:__proto__']) localStorage.setItem(key, 'x');
  for (let i = 0; i < 9; i++) for (const kind of ['quiz', 'predict', 'question', 'prediction'])
    localStorage.setItem(`il2site:${kind}:antigen-receptor:${kind}-${i}`, rubbish[i % rubbish.length]); }"""


@pytest.mark.fault(45)
@pytest.mark.parametrize("script", [NO_STORAGE, FULL_STORAGE, RUBBISH], ids=["forbidden", "full", "rubbish"])
def test_quizzes_and_figures_work_whatever_storage_does(sites: dict[str, Site], visit: Visit, script: str) -> None:
    page = visit(sites["root"], FIGURES["receptor-triggering"], prepare=lambda context: context.add_init_script(script))
    for quiz in page.locator("il2-quiz").all():
        expect(quiz.get_by_role("button", name="Check")).to_be_visible()
        quiz.get_by_role("radio").first.check()
        quiz.get_by_role("button", name="Check").click()
        expect(quiz.get_by_role("status")).to_have_text(re.compile("ight"))
    begin(page, "receptor-triggering").button("Next step").click()


@pytest.mark.fault(45)
@both
def test_a_page_works_in_a_sandboxed_frame(sites: dict[str, Site], visit: Visit, name: str) -> None:
    def around(route: Route) -> None:
        frame = f'<iframe sandbox="allow-scripts" width="1200" height="700" src="{FIGURES[name]}"></iframe>'
        route.fulfill(body=frame, content_type="text/html")

    page = visit(sites["root"], "frame.html", prepare=lambda context: context.route("**/frame.html", around))
    frame = page.frame_locator("iframe")
    quiz = frame.locator("il2-quiz").first
    quiz.get_by_role("radio").first.check()
    quiz.get_by_role("button", name="Check").click()
    expect(quiz.get_by_role("status")).to_have_text(re.compile("ight"))
    frame.locator("il2-predict").first.get_by_role("button", name="Show me").click()
    root = frame.locator(f'il2-figure[data-name="{name}"]')
    root.scroll_into_view_if_needed()
    play = root.locator("[data-action=play]")
    expect(play).to_be_enabled()
    play.click()
    clock = root.locator("[data-role=clock]")
    expect(clock).not_to_have_text(re.compile("^0(.0*)? "))


# First paint, and what fails


@both
@pytest.mark.parametrize("width", [360, 1280])
def test_the_still_is_there_first_and_nothing_moves_when_the_live_figure_takes_over(
    sites: dict[str, Site], visit: Visit, name: str, width: int
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page = visit(
        sites["root"], FIGURES[name], width=width, prepare=lambda context: context.route("**/plotly*.js", hold)
    )
    page.evaluate(SHIFTS)
    root = page.locator(f'il2-figure[data-name="{name}"]')
    approach(root)
    eventually(page, lambda: bool(held), "the drawing library is asked for")
    assert area(root.locator(".figure-still svg").first) > 20_000
    settle(page)
    page.evaluate("self.shifted = 0")
    before = root.bounding_box(), root.locator("[data-role=box]").bounding_box()
    held[0].continue_()
    expect(root).to_have_attribute("data-state", "live")
    settle(page)
    page.wait_for_timeout(300)
    assert (root.bounding_box(), root.locator("[data-role=box]").bounding_box()) == before
    assert page.evaluate("self.shifted") < 0.05
    expect(root.locator("[data-role=live]")).to_be_visible()
    expect(root.locator(".figure-still svg").first).to_be_hidden()


@near_and_far
def test_without_the_drawing_library_the_still_remains(
    sites: dict[str, Site], visit: Visit, name: str, place: str
) -> None:
    allowed = ("^failed: .*plotly", "^console: Failed to load resource")
    page = visit(
        sites[place], FIGURES[name], allowed=allowed, prepare=lambda context: context.route("**/plotly*.js", refuse)
    )
    root = page.locator(f'il2-figure[data-name="{name}"]')
    approach(root)
    expect(root.get_by_role("alert")).to_contain_text("cannot be played here")
    prediction(page, name).get_by_role("button", name="Show me").click()
    assert area(root.locator(".figure-still svg").first) > 20_000
    expect(root.locator("[data-role=summary]")).to_be_visible()
    assert [
        node.get_attribute("data-action")
        for node in root.locator("[data-role=transport] [data-action]").all()
        if node.is_visible()
    ] == []
    assert_quiz_works(page)


@both
def test_without_its_model_a_page_is_as_without_scripts(sites: dict[str, Site], visit: Visit, name: str) -> None:
    allowed = ("^failed: .*models", "^console: Failed to load resource")

    def prepare(context: BrowserContext) -> None:
        context.route(re.compile(r"/models/.*\.js$"), refuse)

    page = visit(sites["root"], FIGURES[name], allowed=allowed, prepare=prepare)
    root = page.locator(f'il2-figure[data-name="{name}"]')
    root.scroll_into_view_if_needed()
    assert area(root.locator(".figure-still svg").first) > 20_000
    assert [
        node.get_attribute("data-action") for node in page.locator("[data-action]").all() if node.is_visible()
    ] == []
    page.locator("il2-quiz").first.get_by_text("Answers and explanations").click()
    expect(page.locator(".quiz-answers li").first).to_be_visible()


def refuse(route: Route) -> None:
    route.abort()


def assert_quiz_works(page: Page) -> None:
    quiz = page.locator("il2-quiz").first
    quiz.get_by_role("radio").first.check()
    quiz.get_by_role("button", name="Check").click()
    expect(quiz.get_by_role("status")).to_have_text(re.compile("ight"))


def test_a_page_without_figures_loads_no_drawing_library(sites: dict[str, Site], visit: Visit) -> None:
    page = visit(sites["root"], "glossary/index.html")
    settle(page)
    assert not [url for url in page.requests_made if "plotly" in url]  # type: ignore[attr-defined]


BROKEN = [
    ("receptor-triggering", {"tau": 0}, "no answer"),
    ("receptor-triggering", {"kon": 1e6, "tau": 1e-5}, "too long"),
    ("receptor-triggering", {"tau": -1}, "no answer"),
    ("cd4-expansion", {"precursors": "1e999"}, "could not be computed"),
    ("cd4-expansion", {"doubling": 0}, "no answer"),
]


@pytest.mark.fault(27)
@pytest.mark.parametrize(("name", "settings", "reason"), BROKEN)
def test_a_run_that_fails_says_so_and_can_be_left(
    sites: dict[str, Site], visit: Visit, name: str, settings: dict[str, object], reason: str
) -> None:
    page = visit(sites["root"], FIGURES[name], prepare=lambda context: doctor(context, name, settings))
    live = begin(page, name)
    usual = state(live)
    live.button("Play").click()
    live.root.locator("[data-action=preset]").nth(1).click()
    alert = live.root.get_by_role("alert")
    expect(alert).to_contain_text(reason)
    expect(live.play).to_have_text(re.compile("Play"))
    live.button("Next step").click()
    live.scrubber.press("End")
    said = live.text("now") + live.root.locator("[data-role=live]").inner_text()
    assert not re.search("NaN|Infinity|undefined", said)
    alert.get_by_role("button", name="Back to the usual settings").click()
    expect(alert).to_be_hidden()
    live.ready("all is as it was", lambda: state(live) == usual)
    expect(live.play).to_be_enabled()
    assert_quiz_works(page)


def doctor(context: BrowserContext, name: str, settings: dict[str, object]) -> None:
    """Put settings that the model cannot bear into the second preset of the figure `name`, on the way to the browser."""

    def changed(match: re.Match[str]) -> str:
        data = json.loads(match[2])
        if data["name"] == name:
            data["presets"][1]["set"] = settings
        text = json.dumps(data).replace('"1e999"', "1e999").replace("<", "\\u003c")
        return match[1] + text + match[3]

    def answer(route: Route, request: Request) -> None:
        page = route.fetch().text()
        route.fulfill(
            body=re.sub(r'(?s)(<script[^>]*data-role="data">)(.*?)(</script>)', changed, page),
            content_type="text/html; charset=utf-8",
        )

    context.route("**/index.html", answer)


def test_print_shows_stills_and_no_controls(sites: dict[str, Site], visit: Visit) -> None:
    name = "cd4-expansion"
    page = visit(sites["root"], FIGURES[name])
    live = begin(page, name)
    page.emulate_media(media="print")
    assert area(live.root.locator(".figure-still svg").first) > 20_000
    expect(live.root.locator(".figure-still")).to_have_css("visibility", "visible")
    expect(live.root.locator("[data-role=summary]")).to_be_visible()
    shown = [node.get_attribute("data-action") for node in page.locator("[data-action]").all() if node.is_visible()]
    assert shown == [], f"on paper nobody can press {shown}"
    assert len(page.pdf()) > 20_000


# Small things in the browser


CONTROLS = """root => [...root.querySelectorAll('[data-action]')].filter(node => node.checkVisibility() && !node.matches(':disabled'))
  .map(node => [node.dataset.action, node.dataset.parameter ?? node.dataset.preset ?? ''].join(' ').trim())"""
FOCUSED = """() => {
  const node = document.activeElement, style = getComputedStyle(node), box = node.getBoundingClientRect();
  const control = node.dataset.action ? [node.dataset.action, node.dataset.parameter ?? node.dataset.preset ?? ''].join(' ').trim() : '';
  return {place: [...document.querySelectorAll('*')].indexOf(node), text: (node.innerText || node.id || node.outerHTML).slice(0, 80), control,
    outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0,
    visible: box.width > 0 && box.bottom > 0 && box.top < innerHeight, within: node.closest('il2-figure')?.dataset.name ?? ''};
}"""
SHIFTS = """() => { self.shifted = 0; new PerformanceObserver(list => { for (const entry of list.getEntries()) self.shifted += entry.value; })
  .observe({type: 'layout-shift', buffered: true}); }"""
OVERFLOW = """() => { const wide = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= wide) return [];
  return [...document.body.querySelectorAll('*')].filter(node => node.getBoundingClientRect().right > wide + 1)
    .map(node => `${node.tagName} ${node.id} ${node.getAttribute('class')}`).slice(0, 8).concat(['']); }"""


def settle(page: Page) -> None:
    """Wait for fonts and for what the next two frames bring."""
    page.evaluate(
        "document.fonts.ready.then(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))"
    )


def overflow(page: Page) -> list[str]:
    return list(page.evaluate(OVERFLOW))


def area(node: Locator) -> float:
    """Square pixels that `node` takes on the page; 0 when it is not shown."""
    box = node.bounding_box()
    return box["width"] * box["height"] if box and node.is_visible() else 0


def click_at(slider: Locator, share: float) -> None:
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box
    slider.click(position={"x": box["width"] * share, "y": box["height"] / 2})


def drag(slider: Locator, start: float, end: float) -> None:
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box
    mouse, height = slider.page.mouse, box["y"] + box["height"] / 2
    mouse.move(box["x"] + box["width"] * start, height)
    mouse.down()
    mouse.move(box["x"] + box["width"] * (start + end) / 2, height)
    mouse.move(box["x"] + box["width"] * end, height)
    mouse.up()
