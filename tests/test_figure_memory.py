"""A figure that is closed leaves nothing behind: no node, no listener, no timer, no frame, however often it is opened."""

from __future__ import annotations

from typing import Any

import pytest
from browser_tools import Site, Visit, chromium, visit
from figure_tools import LIVE
from playwright.sync_api import CDPSession

__all__ = ["chromium", "visit"]

COUNTED = ("Nodes", "JSEventListeners")
RUNNING = """() => {
  self.running = {timers: new Set(), frames: new Set()};
  const [begin, end, frame, cancel] = [setTimeout, clearTimeout, requestAnimationFrame, cancelAnimationFrame];
  self.setTimeout = (does, ...rest) => {
    const id = begin((...given) => { self.running.timers.delete(id); does(...given); }, ...rest);
    self.running.timers.add(id);
    return id;
  };
  self.clearTimeout = id => { self.running.timers.delete(id); end(id); };
  self.requestAnimationFrame = does => {
    const id = frame(now => { self.running.frames.delete(id); does(now); });
    self.running.frames.add(id);
    return id;
  };
  self.cancelAnimationFrame = id => { self.running.frames.delete(id); cancel(id); };
}"""


def counts(session: CDPSession) -> dict[str, int]:
    """What the page holds once everything that nobody holds is gone."""
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    told: list[dict[str, Any]] = session.send("Performance.getMetrics")["metrics"]
    return {each["name"]: int(each["value"]) for each in told if each["name"] in COUNTED}


OPEN_AND_CLOSE = """async times => {
  const frame = () => new Promise(requestAnimationFrame);
  const until = async (why, isSo) => {
    for (let i = 0; i < 900 && !isSo(); i++) await frame();
    if (!isSo()) throw new Error(why);
  };
  for (let i = 0; i < times; i++) {
    const root = self.kept.cloneNode(true);
    self.frame.append(root);
    root.scrollIntoView();
    await until("it does not come alive", () => root.dataset.state === "live");
    const [play, slider] = ["play", "parameter"].map(action => root.querySelector(`[data-action=${action}]`));
    await until("it cannot be played", () => !play.matches(":disabled"));
    slider.stepUp(10);
    slider.dispatchEvent(new Event("input", {bubbles: true}));
    play.click();
    await until("it does not play", () => root.dataset.playing !== undefined);
    self.frame.replaceChildren();
  }
}"""
"""Each time the figure is put into the page, changed, played, and taken out while it plays."""


@pytest.mark.parametrize("name", LIVE)
def test_opening_and_closing_a_figure_ten_times_leaves_nothing(site: Site, visit: Visit, name: str) -> None:
    page = visit(site, f"figures/{name}/index.html", prepare=lambda context: context.add_init_script(f"({RUNNING})()"))
    page.evaluate("""name => {
      const figure = document.querySelector(`il2-figure[data-name="${name}"]`);
      [self.frame, self.kept] = [document.createElement("div"), figure.cloneNode(true)];
      figure.replaceWith(self.frame);
    }""", name)  # fmt: skip
    page.keyboard.press("Shift")  # a sign that somebody is there
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    page.evaluate(OPEN_AND_CLOSE, 2)
    before = counts(session)
    page.evaluate(OPEN_AND_CLOSE, 10)
    page.wait_for_timeout(600)
    after = counts(session)
    grown = {what: after[what] - before[what] for what in COUNTED if after[what] > before[what] + 20}
    assert not grown, f"left behind by ten times opening and closing: {grown}"
    running = page.evaluate("({timers: self.running.timers.size, frames: self.running.frames.size})")
    assert running == {"timers": 0, "frames": 0}
