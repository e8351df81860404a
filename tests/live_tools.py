"""What the tests of live figures in a real browser share: a live figure, as a reader and as its numbers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pytest
from browser_tools import approach, eventually
from playwright.sync_api import Locator, Page, expect

from il2site.figure.words import Measured

FIGURES = {
    "receptor-triggering": "lessons/antigen-receptor/index.html",
    "cd4-expansion": "lessons/cd4-expansion/index.html",
}
both = pytest.mark.parametrize("name", FIGURES)

READ = """box => JSON.stringify((box.querySelector('.js-plotly-plot')?.data ?? []).map(trace => ({
  role: trace.meta?.role, show: trace.meta?.show, x: Array.from(trace.x ?? []), y: Array.from(trace.y ?? [])})))"""
"""As one string: thousands of numbers one by one take Playwright seconds."""


@dataclass(frozen=True)
class Live:
    """A live figure on a page, as a reader and as its numbers."""

    page: Page
    root: Locator

    def button(self, name: str | re.Pattern[str]) -> Locator:
        return self.root.get_by_role("button", name=name, exact=isinstance(name, str))

    @property
    def play(self) -> Locator:
        return self.root.locator("[data-action=play]")

    @property
    def scrubber(self) -> Locator:
        return self.root.locator("[data-action=scrub]")

    def text(self, role: str) -> str:
        return self.root.locator(f"[data-role={role}]").first.inner_text().replace("\u00a0", " ")

    @property
    def time(self) -> float:
        return float(self.text("clock").split()[0].replace(",", ""))

    @cached_property
    def data(self) -> dict[str, Any]:
        return dict(json.loads(self.root.locator("script[data-role=data]").text_content() or ""))

    @property
    def traces(self) -> list[dict[str, Any]]:
        """What Plotly draws in a live figure once nothing moves and it has taken over again: role, show, x, y."""
        expect(self.root.locator("[data-role=curves]")).not_to_have_attribute("data-moving", "")
        drawn: list[dict[str, Any]] = []
        if self.root.get_attribute("data-state") != "live":
            return drawn
        self.ready("Plotly draws curves", lambda: bool(drawn.extend(self._read()) or drawn))
        return drawn

    def _read(self) -> list[dict[str, Any]]:
        return list(json.loads(self.root.locator("[data-role=curves]").evaluate(READ)))

    def curves(self, role: str) -> dict[str, tuple[list[float], list[float]]]:
        return {trace["show"]: (trace["x"], trace["y"]) for trace in self.traces if trace["role"] == role}

    @property
    def settings(self) -> dict[str, float]:
        shown = self.root.locator("[data-role=readout]").evaluate_all(
            "nodes => nodes.map(node => [node.dataset.parameter, node.textContent])"
        )
        return {name: float(text.split()[0].replace(",", "")) for name, text in shown}

    @property
    def ticks(self) -> list[str]:
        """The numbers at the axes."""
        return self.root.locator("[data-role=curves] :is(.xtick, .ytick) text").all_text_contents()

    @property
    def table(self) -> list[str]:
        return self.root.locator("[data-role=table] :is(td, th)").all_text_contents()

    def measured(self) -> Measured:
        """The run as it is plotted, and the settings as they are written, those of each condition too."""
        traces = self.traces
        ahead = {trace["show"]: trace for trace in traces if trace["role"] == "ahead"}
        times = np.array(next(iter(ahead.values()))["x"])
        columns = {show: np.array(trace["y"]) for show, trace in ahead.items()}
        settings = {**self.data["parameters"], **self.settings}
        own = {
            f"{name}@{arm['name']}": value
            for arm in self.data["conditions"]
            for name, value in {**settings, **arm["set"]}.items()
        }
        given = [np.array(trace["x"]) for trace in traces if trace["role"] == "doses"]
        if given:
            till = np.searchsorted(given[0], times + 1e-9 * times[-1], side="right")
            columns["doses_given"] = till.astype(float)
        scans = self.data["scan"] is not None
        unit, clock = ("", "x") if scans else (self.data["clock"]["unit"], "time")
        return Measured(times, columns, settings | own, unit, clock)

    def ready(self, why: str, is_so: Callable[[], bool]) -> None:
        eventually(self.page, is_so, why)


def knob(slider: Locator) -> float:
    """How far from its value the knob of a slider is drawn, in parts of the slider."""
    drawn = "parseFloat(getComputedStyle(node).getPropertyValue('--at')) / 100"
    return float(slider.evaluate(f"node => Math.abs({drawn} - (node.value - node.min) / (node.max - node.min))"))


def meet(page: Page, name: str) -> Live:
    """Come to the figure `name` and wait until it lives."""
    root = page.locator(f'il2-figure[data-name="{name}"]')
    approach(root)
    expect(root).to_have_attribute("data-state", "live")
    return Live(page, root)


def prediction(page: Page, name: str) -> Locator:
    """The prediction that locks the figure `name`: the first about it."""
    return page.locator(f'il2-predict[data-figure="{name}"]').first


def begin(page: Page, name: str) -> Live:
    """A live figure whose prediction was left to the page."""
    live = meet(page, name)
    prediction(page, name).get_by_role("button", name="Show me").click()
    expect(live.play).to_be_enabled()
    live.ready(
        "the curves are drawn", lambda: bool(live.curves("ahead")) and all(x for x, _ in live.curves("ahead").values())
    )
    return live


def own(name: str, state: str = "") -> str:
    """The path of a figure's own page, in a state such as `&tau=0.5`."""
    return f"figures/{name}/index.html" + (f"#figure-{name}?v1{state}" if state else "")


def opened(page: Page, name: str) -> Live:
    """A figure of a model on its own page, where nothing waits for a prediction."""
    live = meet(page, name)
    expect(live.play).to_be_enabled()
    live.ready("the curves are drawn", lambda: any(x for x, _ in live.curves("ahead").values()))
    return live
