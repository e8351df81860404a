"""A reader finds a lesson, a section, a figure, a model or a term: by keyboard, on the web and from disk; without scripts by a list."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_tools import Site, Visit, chromium, eventually, served, visit
from conftest import il2site
from playwright.sync_api import BrowserContext, Locator, Page, expect

__all__ = ["chromium", "visit"]
LESSON = "lessons/cd4-expansion/index.html"


@pytest.fixture(scope="module")
def sites(course: Path) -> Iterator[dict[str, Site]]:
    with served(course, "/a/b c/") as below:
        yield {"below": below, "disk": Site(course.as_uri() + "/")}


def field(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Search this site")


@pytest.mark.parametrize("place", ["below", "disk"])
def test_a_term_is_found_by_keyboard_alone(sites: dict[str, Site], visit: Visit, place: str) -> None:
    page = visit(sites[place], LESSON)
    page.keyboard.press("/")
    expect(field(page)).to_be_focused()
    page.keyboard.type("dwell time")
    first = page.get_by_role("listbox", name="Results").get_by_role("option").first
    expect(first).to_contain_text("Dwell time")
    expect(first).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("status").filter(has_text="results.")).to_be_visible()
    page.keyboard.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_have_count(1)
    assert field(page).get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page).to_have_url(sites[place].page("glossary/index.html#dwell-time"))


def test_esc_closes_the_search_and_gives_the_focus_back(sites: dict[str, Site], visit: Visit) -> None:
    page = visit(sites["below"], LESSON)
    page.get_by_role("link", name="Search").focus()
    page.keyboard.press("Control+k")
    expect(field(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(field(page)).to_be_hidden()
    expect(page.get_by_role("link", name="Search")).to_be_focused()


def test_what_is_not_there_is_said(sites: dict[str, Site], visit: Visit) -> None:
    page = visit(sites["below"], "index.html", width=360)
    page.get_by_role("link", name="Search").click()
    field(page).fill("xyzzyx")
    expect(page.get_by_role("status").filter(has_text="Nothing is found for “xyzzyx”.")).to_be_visible()
    expect(field(page)).to_have_attribute("aria-expanded", "false")
    page.get_by_role("button", name="Close").click()
    expect(field(page)).to_be_hidden()


def test_keys_pressed_alone_can_be_switched_off(sites: dict[str, Site], visit: Visit) -> None:
    page = visit(sites["below"], LESSON)
    page.keyboard.press("?")
    page.get_by_role("checkbox", name="pressed alone").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Control+k")
    expect(field(page)).to_be_focused()


def test_keys_are_not_taken_from_a_field(sites: dict[str, Site], visit: Visit) -> None:
    page = visit(sites["below"], LESSON)
    page.keyboard.press("Control+k")
    page.keyboard.type("a/b?")
    expect(field(page)).to_have_value("a/b?")


def test_a_search_that_cannot_be_loaded_says_so(sites: dict[str, Site], visit: Visit) -> None:
    def refuse(context: BrowserContext) -> None:
        context.route("**/search/entries.js", lambda route: route.abort())

    page = visit(sites["below"], "index.html", allowed=("ERR_FAILED", "entries"), prepare=refuse)
    page.keyboard.press("/")
    expect(page.get_by_role("status").filter(has_text="could not be loaded")).to_be_visible()


def test_nothing_of_the_search_is_loaded_before_it_is_opened(sites: dict[str, Site], visit: Visit) -> None:
    page = visit(sites["below"], "glossary/index.html")
    loaded = lambda: [url for url in page.requests_made if "/entries.js" in url or "/search-" in url]  # type: ignore[attr-defined] # noqa: E731
    assert loaded() == []
    page.keyboard.press("/")
    eventually(page, lambda: len(loaded()) == 2, "the search was loaded")


def test_without_scripts_everything_is_a_link_in_a_list(sites: dict[str, Site], visit: Visit, course: Path) -> None:
    page = visit(sites["below"], "index.html", java_script_enabled=False)
    page.get_by_role("link", name="Search").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Search")
    script = course / "search/entries.js"
    entries = json.loads(script.read_text(encoding="utf-8").partition("entries=")[2].rstrip(";\n"))
    assert page.locator("main li a").count() == len(entries) > 150
    assert {"lesson", "section", "figure", "model", "term"} <= {entry[0] for entry in entries}


def test_a_section_is_found_by_its_words_and_a_lesson_by_those_above_its_first_heading(small: Path) -> None:
    first = small / "content/lessons/first.md"
    text = first.read_text(encoding="utf-8")
    assert il2site("build", cwd=small).returncode == 0
    script = small / "build/search/entries.js"
    entries = json.loads(script.read_text(encoding="utf-8").partition("entries=")[2].rstrip(";\n"))
    of_first = [entry for entry in entries if entry[2].startswith("lessons/first/")]
    assert of_first[0][0] == "lesson" and all(entry[0] == "section" for entry in of_first[1:])
    assert len(of_first) == 1 + text.count("\n## ") + text.count("\n### ")
    assert "<" not in "".join(entry[4] for entry in of_first).replace("<b>", "")
