"""What a reader answers in a lesson comes back for review, stays theirs, and no state of storage does any harm."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from browser_tools import Site, Visit, chromium, eventually, visit
from playwright.sync_api import BrowserContext, Page, expect

__all__ = ["chromium", "visit"]
LESSON, REVIEW = "lessons/cd4-expansion/index.html", "review/index.html"
FORBIDDEN = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })"
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }"
GARBAGE = "if (location.protocol === 'http:') for (const key of ['quiz:x:y', 'predict:cd4-expansion:z', 'read:cd4-expansion', 'review:quiz:a:b', 'theme', '']) localStorage.setItem('il2site:' + key, '{\"a\":[1,\"<img src=x onerror=alert(1)>\"')"


def answer_first(page: Page) -> str:
    """Answers the first question of the lesson; its key."""
    quiz = page.locator("il2-quiz").first
    quiz.locator("input").first.check()
    quiz.get_by_role("button", name="Check").click()
    return f"quiz:cd4-expansion:{quiz.get_attribute('id')}"


def kept(page: Page, key: str) -> Any:
    return json.loads(page.evaluate("key => localStorage.getItem('il2site:' + key) ?? 'null'", key))


def keep(key: str, value: object) -> str:
    """A script that keeps `value` before a page is opened."""
    return f"localStorage.setItem({json.dumps('il2site:' + key)}, {json.dumps(json.dumps(value))})"


def said(page: Page, words: str) -> None:
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


def test_what_was_answered_comes_back_the_next_day_and_a_missed_one_in_the_same_sitting(site: Site, visit: Visit) -> None:
    page = visit(site, LESSON)
    key = answer_first(page)
    page.goto(site.page(REVIEW))
    said(page, "Nothing is due today. The next question comes back on")
    page.evaluate(keep(f"review:{key}", {"step": 1, "due": "2020-01-01"}))
    page.goto(site.page("index.html"))
    expect(page.get_by_text("One question is due")).to_be_visible()
    expect(page.locator("[data-lesson=cd4-expansion]")).to_contain_text("questions answered")
    page.get_by_role("link", name="review", exact=True).click()
    said(page, "One question is left.")
    stage = page.locator("[data-role=stage]")
    for verdict in ("I missed it", "I knew it"):
        page.get_by_role("button", name="Show the answer").press("Enter")
        expect(stage.locator("[data-role=back]")).to_be_focused()
        expect(stage.locator(".card-right").first).to_be_visible()
        page.get_by_role("button", name=verdict).press("Enter")
    said(page, "Nothing is due today.")
    assert kept(page, f"review:{key}")["step"] == 0


def test_what_is_known_comes_back_later(site: Site, visit: Visit) -> None:
    page = visit(site, LESSON)
    key = answer_first(page)
    page.evaluate(keep(f"review:{key}", {"step": 2, "due": "2020-01-01"}))
    page.goto(site.page(REVIEW))
    page.get_by_role("button", name="Show the answer").click()
    page.get_by_role("button", name="I knew it").click()
    said(page, "You have known every question after 30 days.")
    assert kept(page, f"review:{key}") == {"step": 3, "due": None}


def test_own_predictions_stand_beside_the_results(site: Site, visit: Visit) -> None:
    page = visit(site, LESSON)
    asked = page.locator("il2-predict").filter(has=page.locator("[data-role=option]")).first
    expected = asked.locator("label").first.inner_text()
    asked.locator("input").first.check()
    asked.get_by_role("button", name="I expect this").click()
    page.goto(site.page(REVIEW))
    expect(page.locator("[data-role=guess-list] li")).to_contain_text(f"You expected: “{expected}”")


def test_everything_can_be_saved_erased_brought_back_and_opened_again(site: Site, visit: Visit, tmp_path: Path) -> None:
    page = visit(site, LESSON)
    key = answer_first(page)
    page.goto(site.page(REVIEW))
    with page.expect_download() as download:
        page.get_by_role("button", name="Save to a file").click()
    file = tmp_path / "kept.json"
    download.value.save_as(file)
    for restore in ("Undo", "file"):
        page.get_by_role("button", name="Erase everything").click()
        said(page, "Erased: 2 entries.")
        assert page.evaluate("localStorage.length") == 0
        if restore == "Undo":
            page.get_by_role("button", name="Undo").click()
        else:
            page.get_by_label("Open a saved file").set_input_files(file)
            said(page, "kept.json is taken over: 2 entries.")
        assert kept(page, key) == [0]
    file.write_text(file.read_text().replace("[", '["<img src=x>",', 1))
    page.get_by_label("Open a saved file").set_input_files(file)
    said(page, f"kept.json is not taken over. The file holds an entry that this site does not know or cannot hold: “{key[:50]}")
    assert kept(page, key) == [0]


def test_the_cards_go_to_other_programs(site: Site, visit: Visit) -> None:
    page = visit(site, REVIEW)
    cards = page.locator("[data-role=card]").count()
    texts = []
    for name in ("For Anki (text)", "As a table (CSV)"):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        texts.append(Path(download.value.path()).read_text(encoding="utf-8"))
    rows = [line.split("\t") for line in texts[0].splitlines() if not line.startswith("#")]
    assert len(rows) == cards > 40 and all(len(row) == 3 and all(row) for row in rows)
    assert texts[1].startswith("lesson,question,answer\n")


def test_a_section_that_was_read_is_marked_in_the_contents_and_on_the_home_page(site: Site, visit: Visit) -> None:
    page = visit(site, LESSON, reduced_motion="reduce")
    second = page.locator("article h2[id]").nth(3)
    second.evaluate("node => node.scrollIntoView({ block: 'center', behavior: 'instant' })")
    expect(page.locator(".contents a.is-read")).not_to_have_count(0)
    expect(page.locator(".contents a[aria-current=location]")).to_have_count(1)
    page.goto(site.page("index.html"))
    expect(page.locator("[data-lesson=cd4-expansion] [data-role=progress]")).to_contain_text("sections read")


@pytest.mark.fault(45)
@pytest.mark.parametrize("state", [FORBIDDEN, FULL, GARBAGE], ids=["forbidden", "full", "garbage"])
def test_no_state_of_storage_does_harm(site: Site, visit: Visit, state: str) -> None:
    def prepare(context: BrowserContext) -> None:
        context.add_init_script(state)

    page = visit(site, LESSON, prepare=prepare)
    answer_first(page)
    expect(page.locator("il2-quiz .quiz-verdict").first).to_be_visible()
    for path in ("index.html", REVIEW):
        page.goto(site.page(path))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    eventually(page, lambda: page.locator("[data-role=review-said]").inner_text() != "", "the review says how things stand")
    page.get_by_role("button", name="Erase everything").click()
    said(page, "Erased")


def test_without_scripts_every_question_has_its_answer_behind_a_disclosure(site: Site, visit: Visit) -> None:
    page = visit(site, REVIEW, java_script_enabled=False, width=360)
    deck = page.locator(".deck").first
    deck.locator("summary").first.click()
    card = deck.locator("[data-role=card]").first
    card.get_by_text("Answer", exact=True).click()
    expect(card.locator(".card-right").first).to_be_visible()


def test_cards_lead_back_to_their_lessons(site: Site, visit: Visit) -> None:
    page = visit(site, REVIEW)
    page.locator(".deck summary").first.click()
    link = page.locator(".deck .card a").first.get_attribute("href") or ""
    page.goto(site.page(f"review/{link}"))
    expect(page.locator(f"#{link.partition('#')[2]}")).to_be_visible()
