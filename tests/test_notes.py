"""A term, a source and a section explain themselves in place: by mouse, by keyboard and by finger; Esc closes; the link stays."""

from __future__ import annotations

from pathlib import Path

from browser_tools import Site, Visit, chromium, eventually, served, visit
from conftest import il2site
from playwright.sync_api import expect

__all__ = ["chromium", "visit"]
LESSON = "lessons/cd4-expansion/index.html"


def test_a_term_is_explained_under_the_mouse_and_stays_while_the_mouse_is_on_it(site: Site, visit: Visit) -> None:
    page = visit(site, LESSON, width=800)
    term, note = page.locator("a.term").first, page.get_by_role("tooltip")
    term.hover()
    expect(note).to_contain_text(page.locator("a.term + .margin-note").first.evaluate("node => node.textContent"))
    assert term.get_attribute("aria-describedby") == note.get_attribute("id")
    note.hover()
    page.wait_for_timeout(500)
    expect(note).to_be_visible()
    page.keyboard.press("Escape")
    expect(note).to_be_hidden()
    assert term.get_attribute("aria-describedby") is None


def test_a_source_is_shown_at_the_focus_and_goes_with_it(site: Site, visit: Visit) -> None:
    page = visit(site, LESSON, width=360)
    page.keyboard.press("Tab")
    citation, note = page.locator("a.citation").first, page.get_by_role("tooltip")
    citation.focus()
    expect(note).to_be_visible()
    box = note.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 360
    page.keyboard.press("Tab")
    source = page.locator("a.citation + .margin-note").first.evaluate("node => node.textContent")
    expect(note.filter(has_text=source)).to_have_count(0)


def test_the_first_tap_explains_and_the_second_follows(site: Site, visit: Visit) -> None:
    page = visit(site, LESSON, width=360, has_touch=True, is_mobile=True)
    term = page.locator("a.term").first
    term.tap()
    expect(page.get_by_role("tooltip")).to_be_visible()
    assert page.url == site.page(LESSON)
    term.tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Glossary")


def test_a_footnote_is_shown_in_place(small: Path, visit: Visit) -> None:
    lesson = small / "content/lessons/first.md"
    lesson.write_text(lesson.read_text() + "\nA word[^aside].\n\n[^aside]: More on the word.\n")
    assert il2site("build", cwd=small).returncode == 0
    with served(small / "build", "/") as site:
        page = visit(site, "lessons/first/index.html", width=360)
        page.keyboard.press("Tab")
        page.locator("a.footnote-ref").focus()
        expect(page.get_by_role("tooltip")).to_have_text("More on the word.")
        page.keyboard.press("Escape")
        expect(page.get_by_role("tooltip")).to_be_hidden()


def test_what_stands_in_the_margin_is_not_said_twice(site: Site, visit: Visit) -> None:
    page = visit(site, LESSON, width=1280)
    page.locator("a.term").first.hover()
    page.wait_for_timeout(600)
    expect(page.get_by_role("tooltip")).to_be_hidden()


def test_the_link_to_a_section_is_copied(site: Site, visit: Visit) -> None:
    page = visit(site, LESSON, permissions=["clipboard-read", "clipboard-write"])
    heading = page.locator(".heading h2").first
    heading.hover()
    page.get_by_role("link", name="Link to “Why so few”").click()
    expect(page.get_by_role("status").filter(has_text="Link copied")).to_be_visible()
    eventually(page, lambda: page.evaluate("navigator.clipboard.readText()") == site.page(LESSON) + "#why-so-few", "the link is in the clipboard")
