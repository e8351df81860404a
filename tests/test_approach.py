"""A figure is a still until its reader approaches it, and nothing that is asked of it before it lives is lost."""

from __future__ import annotations

import json
import re

from browser_tools import Site, Visit, approach, chromium, eventually, visit
from live_tools import Live, own
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

__all__ = ["chromium", "visit"]

MODEL, CHART = "cd4-expansion", "response-rates"


def test_nothing_of_a_figure_in_view_is_run_before_its_reader_gives_a_sign(site: Site, visit: Visit) -> None:
    for name in (MODEL, CHART):
        page = visit(site, own(name))
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(500)
        root = page.locator("il2-figure")
        expect(root).to_have_attribute("data-state", "waiting")
        assert not page.evaluate("'Plotly' in window")
        expect(root.get_by_role("slider").first).to_have_attribute("aria-valuetext", re.compile(r"\w"))
        expect(root.locator(".figure-still svg:visible").first).to_be_in_viewport(ratio=0.1)
        approach(root)
        expect(root).to_have_attribute("data-state", "live")


def test_a_link_to_a_state_brings_the_figure_to_life_in_it(site: Site, visit: Visit) -> None:
    page = visit(site, own(MODEL, "&at=4"))
    live = Live(page, page.locator("il2-figure"))
    expect(live.root).to_have_attribute("data-state", "live")
    live.ready("it stands at day 4", lambda: live.time == 4)


# Pressed as screen readers do: without a pointer and without a key that the page would hear of


def waiting(visit: Visit, site: Site, name: str) -> tuple[Page, Locator, list[Route]]:
    """The page of a figure whose drawing library takes its time."""
    held: list[Route] = []

    def prepare(context: BrowserContext) -> None:
        context.route("**/plotly*.js", lambda route: held.append(route))

    page = visit(site, own(name), prepare=prepare)
    return page, page.locator("il2-figure"), held


def press(root: Locator, action: str) -> None:
    button = root.locator(f"[data-action={action}]").first
    expect(button).to_be_enabled()
    button.evaluate("button => button.click()")


def deliver(page: Page, root: Locator, held: list[Route]) -> None:
    eventually(page, lambda: bool(held), "the drawing library is asked for")
    for route in held:
        route.continue_()
    expect(root).to_have_attribute("data-state", "live")


def test_play_pressed_before_a_figure_lives_says_so_and_plays_then(site: Site, visit: Visit) -> None:
    page, root, held = waiting(visit, site, MODEL)
    live = Live(page, root)
    press(root, "play")
    expect(live.play).to_have_text("Starting…")
    deliver(page, root, held)
    live.ready("it plays", lambda: live.time > 0)


def test_settings_and_steps_of_before_are_those_of_the_live_figure(site: Site, visit: Visit) -> None:
    page, root, held = waiting(visit, site, MODEL)
    live = Live(page, root)
    usual, step = live.text("run"), live.data["stages"][1]["at"]
    root.locator("[data-action=preset]").nth(1).evaluate("button => button.click()")
    press(root, "forward")
    live.ready("the clock says the step", lambda: live.time == step)
    deliver(page, root, held)
    live.ready("the run is another", lambda: live.text("run") not in ("", usual))
    expect(root.locator("[data-action=preset]").nth(1)).to_have_attribute("aria-pressed", "true")
    assert live.time == step


def test_a_mark_of_a_chart_is_said_before_it_lives_and_picked_out_then(site: Site, visit: Visit) -> None:
    page, root, held = waiting(visit, site, CHART)
    marks = json.loads(root.locator("script[data-role=data]").text_content() or "")["marks"]
    press(root, "forward")
    expect(root.locator("[data-role=now]")).to_have_text(marks[0])
    expect(root.locator("[data-role=spoken]")).to_have_text(marks[0])
    deliver(page, root, held)
    expect(root.locator("[data-role=now]")).to_have_text(marks[0])
    expect(root.get_by_role("slider")).to_have_value("1")
