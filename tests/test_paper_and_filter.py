"""The claim check can be filtered and a worksheet printed alone, by keyboard and mouse, without any script."""

from __future__ import annotations

import pytest
from browser_tools import Site, Visit, chromium, visit
from playwright.sync_api import Page, expect

__all__ = ["chromium", "visit"]


def shown(page: Page) -> set[str | None]:
    """The verdicts of the claims that can be seen."""
    return {claim.get_attribute("data-verdict") for claim in page.locator(".claim").all() if claim.is_visible()}


def test_a_verdict_chooses_its_claims(site: Site, visit: Visit) -> None:
    page = visit(site, "claims/index.html", java_script_enabled=False)
    assert len(shown(page)) > 3
    page.get_by_role("radio", name="Wrong").check(force=True)
    assert shown(page) == {"wrong"}
    counted = page.get_by_role("radio", name="Wrong").locator("xpath=..").inner_text().split()[-1]
    assert page.locator(".claim:visible").count() == int(counted)
    page.keyboard.press("ArrowRight")
    assert shown(page) == {"unverifiable"}
    headings = [heading.inner_text() for heading in page.locator(".claim-topic h2:visible").all()]
    assert 1 <= len(headings) <= page.locator(".claim:visible").count(), "no heading is left without its claims"
    page.get_by_role("radio", name="All").check(force=True)
    assert len(shown(page)) > 3


def test_a_claim_leads_to_the_place_that_explains_it(site: Site, visit: Visit) -> None:
    page = visit(site, "claims/index.html#claim-bolus-is-slow")
    page.locator("#claim-bolus-is-slow .claim-foot a").click()
    expect(page.locator("#misconception-bolus-is-slow")).to_be_in_viewport()


@pytest.mark.parametrize(("part", "other"), [("worksheet", "key"), ("key", "worksheet")])
def test_one_sheet_alone_comes_out_of_the_printer(site: Site, visit: Visit, part: str, other: str) -> None:
    page = visit(site, f"teachers/hiv/index.html#{part}", java_script_enabled=False)
    page.emulate_media(media="print")
    expect(page.locator(f"#{part} h2")).to_be_visible()
    for hidden in (f"#{other}", ".teacher-guide", ".site-header", ".site-footer"):
        expect(page.locator(hidden)).to_be_hidden()


def test_without_a_choice_each_sheet_begins_on_paper_of_its_own(site: Site, visit: Visit) -> None:
    page = visit(site, "teachers/hiv/index.html", java_script_enabled=False)
    page.emulate_media(media="print")
    for part in ("worksheet", "key"):
        expect(page.locator(f"#{part}")).to_have_css("break-before", "page")
    expect(page.locator(".teacher-guide h1")).to_be_visible()
