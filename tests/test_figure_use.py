"""Everything in a live figure can be used without a mouse and without eyes, and it says in words what it shows.

Every test ends with the watch of `visit`: no error, no violation of the policy, no failed or foreign request, no cookie.
"""

from __future__ import annotations

from typing import Any

import pytest
from browser_tools import Site, Visit, chromium, visit
from live_tools import FIGURES, Live, begin, both, meet
from playwright.sync_api import BrowserContext, Locator, expect

from il2site.figure.words import Measured, fill
from il2site.text import amount

__all__ = ["chromium", "visit"]


# Words


@both
def test_after_each_change_a_sentence_compares_the_run_with_the_usual_one(site: Site, visit: Visit, name: str) -> None:
    """It is computed from the curves as they are drawn, then spoken; the usual run has its summary."""
    live = begin(visit(site, FIGURES[name]), name)
    usual, words = live.measured(), live.data["words"]
    assert live.text("run") == fill(words["summary"], usual, 0)
    for preset in live.root.locator("[data-action=preset]").all()[1:]:
        preset.click()
        live.ready("the sentence is that of the curves", lambda: live.text("run") == said_of(live, usual))
        live.ready("it is spoken", lambda: live.text("spoken") == live.text("run"))
    slider = live.root.locator("[data-action=parameter]").first
    before = live.text("run")
    slider.press("PageDown")
    live.ready("a slider changes it too", lambda: live.text("run") not in (before, ""))
    assert live.text("run") == said_of(live, usual)
    live.root.get_by_role("button", name="Reset the figure").click()
    live.ready("the usual run is summed up", lambda: live.text("run") == fill(words["summary"], usual, 0))


def said_of(live: Live, usual: Measured) -> str:
    return fill(live.data["words"]["changed"], live.measured(), 0, {"": usual})


# Transport


@both
def test_playing_halts_at_each_stage_with_its_sentence_and_goes_on(site: Site, visit: Visit, name: str) -> None:
    live = begin(visit(site, FIGURES[name]), name)
    live.root.get_by_label("Speed").select_option("4")
    shown = live.root.locator("[data-role=stage].is-now")
    for stage in live.data["stages"][1:]:
        live.button("Play").click()
        live.ready(f"it halts at {stage['at']}", lambda at=stage["at"]: not is_playing(live) and live.time == at)  # type: ignore[misc]
        expect(shown).to_contain_text(stage["say"])
        live.ready("the sentence is spoken", lambda say=stage["say"]: say in live.text("spoken"))  # type: ignore[misc]
        assert all(x[-1] == stage["at"] for x, _ in live.curves("line").values()), "the picture is that of the stage"
    expect(live.button("Play again")).to_be_visible()


def is_playing(live: Live) -> bool:
    return live.root.get_attribute("data-playing") is not None


@both
def test_space_plays_and_pauses_but_not_where_it_belongs_to_a_control(site: Site, visit: Visit, name: str) -> None:
    live = begin(visit(site, FIGURES[name]), name)
    live.root.get_by_label("Speed").select_option("0.25")
    for action in ("scrub", "point", "parameter"):
        live.root.locator(f"[data-action={action}]").first.focus()
        top = place_at_rest(live)
        live.page.keyboard.press("Space")
        expect(live.button("Pause")).to_be_visible()
        live.page.keyboard.press("Space")
        expect(live.button("Play")).to_be_visible()
        assert live.page.evaluate("scrollY") == top, "the page scrolls"
    live.button("Next step").focus()
    live.page.keyboard.press("Space")
    live.ready("Space presses a button", lambda: live.time == live.data["stages"][1]["at"])
    assert not is_playing(live)
    live.root.get_by_text("Keys", exact=True).focus()
    live.page.keyboard.press("Space")
    expect(live.root.get_by_text("plays and pauses, anywhere")).to_be_visible()
    assert not is_playing(live)


def place_at_rest(live: Live) -> float:
    """How far the page has been scrolled, once it no longer moves."""
    places = [-1.0, float(live.page.evaluate("scrollY"))]
    while places[-1] != places[-2]:
        live.page.wait_for_timeout(300)
        places.append(float(live.page.evaluate("scrollY")))
    return places[-1]


# Motion


def test_the_switch_of_the_page_keeps_every_figure_from_moving(site: Site, visit: Visit) -> None:
    page = visit(site, FIGURES["cd4-expansion"])
    live = begin(page, "cd4-expansion")
    live.button("Play").click()
    switch = page.get_by_role("button", name="Reduce motion")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")
    expect(live.button("Show the next step")).to_be_visible()
    assert not is_playing(live)
    page.goto(site.page(FIGURES["receptor-triggering"]))
    assert page.evaluate("document.documentElement.dataset.motion") == "calm", "it is kept"
    live = begin(page, "receptor-triggering")
    for stage in live.data["stages"][1:]:
        live.button("Show the next step").click()
        live.ready("the next stage", lambda at=stage["at"]: live.time == at)  # type: ignore[misc]
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    page.get_by_role("button", name="Reduce motion").click()
    expect(live.button("Play again")).to_be_visible()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.motion ?? ''") == ""


def test_where_the_system_asks_for_stillness_there_is_no_switch(site: Site, visit: Visit) -> None:
    page = visit(site, "index.html", reduced_motion="reduce")
    expect(page.locator("[data-action=motion]")).to_be_hidden()
    page.emulate_media(reduced_motion="no-preference")
    expect(page.get_by_role("button", name="Reduce motion")).to_have_attribute("aria-pressed", "false")


# Reading the curves


def pointed(live: Live) -> Locator:
    return live.root.get_by_role("slider", name="Points of the curves")


def words_at(live: Live, line: int, index: int) -> str:
    """What is said of a point, from the curve as it is drawn."""
    lines = [(panel, each) for panel in live.data["panels"] for each in panel["lines"]]
    panel, each = lines[line]
    times, values = live.curves("ahead")[each["show"]]
    before, after = {"s": ("", " seconds"), "d": ("day ", "")}[live.data["clock"]["unit"]]
    when = f"{before}{round(times[index], 1):g}{after}"
    return f"{each['label']}, {when}: {amount(values[index])} {panel['unit']}".strip()


@both
def test_the_arrow_keys_lead_along_the_curves_and_say_what_is_drawn(site: Site, visit: Visit, name: str) -> None:
    live = begin(visit(site, FIGURES[name]), name)
    pointed(live).focus()
    index, line, count = 0, 0, sum(len(panel["lines"]) for panel in live.data["panels"])
    last = live.data["run"]["points"] - 1
    for key, to in (
        ("ArrowRight", 1),
        ("ArrowRight", 2),
        ("ArrowLeft", 1),
        ("End", last),
        ("Home", 0),
        ("PageUp", None),
    ):
        live.page.keyboard.press(key)
        index = int(pointed(live).input_value())
        assert index == to if to is not None else index >= 10
        expect(pointed(live)).to_have_attribute("aria-valuetext", words_at(live, line, index))
    for key, by in [("ArrowDown", 1)] * count + [("ArrowUp", -1)]:
        live.page.keyboard.press(key)
        line = (line + by) % count
        assert int(pointed(live).input_value()) == index
        expect(pointed(live)).to_have_attribute("aria-valuetext", words_at(live, line, index))
        expect(live.root.locator("[data-role=point]")).to_have_text(words_at(live, line, index))
        live.ready("the point is marked", lambda: marked(live) == drawn_at(live, line, index))
    live.page.keyboard.press("Escape")
    expect(live.play).to_be_focused()
    live.ready("the mark is gone", lambda: marked(live) is None)
    expect(live.root.locator("[data-role=point]")).to_have_text("")


def marked(live: Live) -> tuple[float, float] | None:
    marks = [trace for trace in live.traces if trace["role"] == "point"]
    return (marks[0]["x"][0], marks[0]["y"][0]) if marks else None


def drawn_at(live: Live, line: int, index: int) -> tuple[float, float]:
    show = [each["show"] for panel in live.data["panels"] for each in panel["lines"]][line]
    times, values = live.curves("ahead")[show]
    return times[index], values[index]


@both
def test_a_press_on_the_plot_reads_the_nearest_point(site: Site, visit: Visit, name: str) -> None:
    live = begin(visit(site, FIGURES[name]), name)
    plot = live.root.locator("[data-role=plot]")
    plot.click(position={"x": 200, "y": 60})
    expect(pointed(live)).to_be_focused()
    index, line = int(pointed(live).input_value()), int(live.root.locator("[data-action=line]").input_value())
    assert 0 < index < live.data["run"]["points"] - 1
    expect(live.root.locator("[data-role=point]")).to_have_text(words_at(live, line, index))
    live.ready("the point is marked", lambda: marked(live) == drawn_at(live, line, index))


def test_a_finger_on_the_plot_scrolls_the_page(site: Site, visit: Visit) -> None:
    """Nothing of the picture takes a touch for itself; what slides takes sideways ones only."""
    live = begin(visit(site, FIGURES["cd4-expansion"], width=360, has_touch=True), "cd4-expansion")
    taken = live.root.evaluate(
        "root => [...root.querySelectorAll('*')].map(node => getComputedStyle(node).touchAction)"
    )
    assert set(taken) <= {"auto", "pan-y", "manipulation"}
    under = "root => { const box = root.querySelector('[data-role=plot]'); box.scrollIntoView({block: 'center', behavior: 'instant'}); const at = box.getBoundingClientRect(); return document.elementFromPoint(at.x + at.width / 2, at.y + 80).dataset.role; }"
    assert live.root.evaluate(under) == "plot"
    live.root.locator("[data-role=plot]").tap(position={"x": 150, "y": 60})
    expect(live.root.locator("[data-role=point]")).to_contain_text("day")


def test_nothing_is_read_before_a_prediction(site: Site, visit: Visit) -> None:
    live = meet(visit(site, FIGURES["cd4-expansion"]), "cd4-expansion")
    expect(pointed(live)).to_be_disabled()
    expect(live.button("Listen")).to_be_disabled()
    live.root.locator("[data-role=plot]").click(position={"x": 200, "y": 60})
    expect(live.root.locator("[data-role=point]")).to_have_text("")
    expect(live.root.locator("[data-role=run]")).to_be_hidden()


# Sound


SOUNDS = """self.sounds = [];
  const Sound = AudioContext;
  self.AudioContext = class extends Sound { constructor() { super(); sounds.push(this); } };"""


@both
def test_listening_says_what_is_heard_and_ends_by_itself_or_at_once(site: Site, visit: Visit, name: str) -> None:
    def prepare(context: BrowserContext) -> None:
        context.add_init_script(SOUNDS)

    live = begin(visit(site, FIGURES[name], prepare=prepare), name)
    states = "self.sounds.map(sound => sound.state).join()"
    assert live.page.evaluate(states) == "", "no sound before a press"
    live.root.locator("[data-action=line]").select_option(index=1)
    live.button("Listen").click()
    label = live.root.locator("[data-action=line] option:checked").inner_text()
    expect(live.root.locator("[data-role=heard]")).to_contain_text(f"You hear “{label}” from ")
    live.button("Stop the sound").click()
    expect(live.button("Listen")).to_be_visible()
    live.button("Listen").press("Enter")
    expect(live.button("Stop the sound")).to_be_visible()
    live.page.keyboard.press("Escape")
    expect(live.button("Listen")).to_be_visible()
    live.button("Listen").click()
    expect(live.button("Listen")).to_be_visible()
    live.ready("every sound is given back", lambda: live.page.evaluate(states) == "closed,closed,closed")


@pytest.mark.parametrize(
    "script",
    ["delete self.AudioContext", "self.AudioContext = class { constructor() { throw new Error('blocked'); } }"],
)
def test_where_no_sound_can_be_made_the_reader_is_told(site: Site, visit: Visit, script: str) -> None:
    live = begin(
        visit(site, FIGURES["cd4-expansion"], prepare=lambda context: context.add_init_script(script)), "cd4-expansion"
    )
    live.button("Listen").click()
    expect(live.root.locator("[data-role=heard]")).to_have_text("This browser lets no sound be made here.")
    expect(live.button("Listen")).to_be_visible()


# Touch, memory


@both
def test_every_control_is_large_enough_for_a_finger(site: Site, visit: Visit, name: str) -> None:
    live = begin(visit(site, FIGURES[name], width=360, has_touch=True, is_mobile=True), name)
    small: list[Any] = live.root.evaluate("""root => [...root.querySelectorAll('button, select, summary, input')]
      .filter(node => node.checkVisibility() && node.getBoundingClientRect().height < 44)
      .map(node => `${node.outerHTML.slice(0, 60)} ${node.getBoundingClientRect().height}`)""")
    assert small == []


COUNTS = """(() => {
  const timers = new Set(), frames = new Set(), listeners = new Set();
  const wrap = (name, kept, ends) => { const begin = self[name].bind(self), end = self[ends].bind(self);
    self[name] = (does, ...more) => { const id = begin((...given) => { kept.delete(id); does(...given); }, ...more); kept.add(id); return id; };
    self[ends] = id => { kept.delete(id); end(id); }; };
  wrap('setTimeout', timers, 'clearTimeout'); wrap('requestAnimationFrame', frames, 'cancelAnimationFrame');
  for (const target of [document, self]) { const add = target.addEventListener.bind(target), remove = target.removeEventListener.bind(target);
    target.addEventListener = (kind, does, options) => { const entry = {kind, does}; listeners.add(entry);
      options?.signal?.addEventListener('abort', () => listeners.delete(entry)); add(kind, does, options); };
    target.removeEventListener = (kind, does, options) => {
      for (const entry of listeners) if (entry.kind === kind && entry.does === does) listeners.delete(entry); remove(kind, does, options); }; }
  self.left = () => [timers.size, frames.size, listeners.size, (self.sounds ?? []).filter(sound => sound.state !== 'closed').length];
})();"""


