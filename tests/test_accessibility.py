"""No page breaks a rule that axe-core knows (WCAG 2.2 AA and its best practices), in both themes, at 360 and 1280 px.

One browser and one page go through the whole site. Pages that are the only ones of their kind are looked at as they
open, wide and light; then what can differ is looked at again: colours in the dark, and sizes on a phone. Lessons, figures,
models and teachers' pages are many and alike: each is looked at once, on a phone and in the dark, and one of each kind
in every way. `THOROUGH=1 pytest tests/test_accessibility.py` looks at all of them in every way.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from browser_tools import chromium, served
from conftest import ROOT
from playwright.sync_api import Browser, Page

__all__ = ["chromium"]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
RUN = """options => axe.run(document, options).then(({violations}) => violations.flatMap(({id, nodes}) =>
  nodes.map(node => `${id}: ${node.target.join(' ')} ${(node.any[0] ?? node.all[0] ?? node.none[0] ?? {}).message ?? ''}`)))"""
EVERY: dict[str, Any] = {"rules": {"target-size": {"enabled": True}}}
COLOURS: dict[str, Any] = {"runOnly": ["color-contrast", "link-in-text-block"]}
SIZES: dict[str, Any] = {"runOnly": ["target-size", "scrollable-region-focusable", "color-contrast", "label"]}
IN_EVERY_WAY = [(1280, "light", EVERY), (1280, "dark", COLOURS), (360, "light", SIZES), (360, "dark", COLOURS)]
ONCE = [(360, "dark", EVERY)]
THOROUGH = bool(os.environ.get("THOROUGH"))
ALIKE = re.compile(r"(figures|models|lessons|teachers)/(?!index|cd4-expansion/|response-rates/)")


@pytest.fixture(scope="module")
def visitor(chromium: Browser) -> Any:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def broken(page: Page, width: int, scheme: str, rules: dict[str, Any]) -> list[str]:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    return [f"{page.url} {width} {scheme} {said}" for said in page.evaluate(RUN, {"resultTypes": ["violations"]} | rules)]


def test_no_page_breaks_a_rule(course: Path, visitor: Page) -> None:
    source, found = AXE.read_text(encoding="utf-8"), []
    with served(course, "/") as site:
        for path in sorted(file.relative_to(course).as_posix() for file in course.rglob("*.html")):
            visitor.goto(site.page(path))
            visitor.evaluate(source)
            for way in ONCE if ALIKE.match(path) and not THOROUGH else IN_EVERY_WAY:
                found += broken(visitor, *way)
    assert found == [], "\n".join(found)


def test_a_page_that_breaks_one_would_be_noticed(course: Path, visitor: Page) -> None:
    with served(course, "/") as site:
        visitor.goto(site.page("index.html"))
        visitor.evaluate(AXE.read_text(encoding="utf-8"))
        visitor.evaluate("document.querySelector('main').innerHTML += '<img src=\"x\"><button></button><a href=\"#\" style=\"color: gray\">x</a>'")
        assert {said.split()[3] for said in broken(visitor, *IN_EVERY_WAY[0])} >= {"image-alt:", "button-name:"}


def test_dialogs_and_a_card_that_is_turned_break_no_rule(course: Path, visitor: Page) -> None:
    found = []
    with served(course, "/") as site:
        visitor.goto(site.page("review/index.html"))
        visitor.evaluate(AXE.read_text(encoding="utf-8"))
        key = visitor.locator("[data-role=card]").first.get_attribute("data-key")
        visitor.evaluate("key => localStorage.setItem('il2site:' + key, '[0]')", key)
        visitor.keyboard.press("/")
        visitor.keyboard.type("dwell")
        visitor.get_by_role("listbox").get_by_role("option").first.wait_for()
        found += broken(visitor, *IN_EVERY_WAY[0]) + broken(visitor, *IN_EVERY_WAY[2])
        visitor.keyboard.press("Escape")
        visitor.keyboard.press("?")
        found += broken(visitor, *IN_EVERY_WAY[0])
        visitor.reload()
        visitor.evaluate(AXE.read_text(encoding="utf-8"))
        visitor.get_by_role("button", name="Show the answer").click()
        found += broken(visitor, *IN_EVERY_WAY[0]) + broken(visitor, *IN_EVERY_WAY[2])
    assert found == [], "\n".join(found)
