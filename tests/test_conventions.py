"""The web's conventions: what a page says of itself to machines, what it weighs, and how it is kept for offline use."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as etree
from pathlib import Path
from urllib.robotparser import RobotFileParser

import pytest
from browser_tools import Site, Visit, chromium, served, visit
from conftest import ROOT, il2site
from playwright.sync_api import expect

from il2site.site.contrast import contrast

__all__ = ["chromium", "visit"]
ATOM = "{http://www.w3.org/2005/Atom}"


def described(page: Path) -> dict[str, object]:
    [text] = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', page.read_text(encoding="utf-8"), re.DOTALL
    )
    return dict(json.loads(text))


def test_a_lesson_describes_itself_with_its_questions(course: Path) -> None:
    for page in (course / "lessons").glob("*/index.html"):
        said = described(page)
        assert said["@type"] == "LearningResource" and said["license"] == "https://creativecommons.org/licenses/by/4.0/"
        quiz = said["hasPart"]
        assert isinstance(quiz, dict) and all(question["acceptedAnswer"] for question in quiz["hasPart"])
        assert not re.search(r"[<>]", json.dumps(said).replace("\\u003c", "<")), page


def test_with_a_base_url_pages_can_be_shared_and_followed(small: Path) -> None:
    assert il2site("build", "--base-url", "https://example.org/il2", cwd=small).returncode == 0
    page = (small / "build/lessons/first/index.html").read_text(encoding="utf-8")
    assert '<meta property="og:url" content="https://example.org/il2/lessons/first/">' in page
    assert '<meta property="og:title" content="First">' in page
    feed = etree.parse(small / "build/feed.xml").getroot()
    entries = [(e.findtext(f"{ATOM}title"), e.findtext(f"{ATOM}updated")) for e in feed.findall(f"{ATOM}entry")]
    assert entries == [(title, "2026-01-31T00:00:00Z") for title in ("First", "Second")]
    assert '<link rel="alternate" type="application/atom+xml"' in page


def test_with_a_base_url_a_page_is_shared_with_its_title_and_figure(with_figure: Path) -> None:
    with (with_figure / "content/lessons/first.md").open("a", encoding="utf-8") as lesson:
        lesson.write("\n/// figure | receptor-affinity\n///\n")
    assert il2site("build", "--base-url", "https://example.org/il2/", cwd=with_figure).returncode == 0
    site = with_figure / "build"
    for page, picture in {"lessons/first": "lessons/first/", "figures/receptor-affinity": "figures/receptor-affinity/", "glossary": ""}.items():
        text = (site / page / "index.html").read_text(encoding="utf-8")
        assert f'<meta property="og:image" content="https://example.org/il2/{picture}share.png">' in text
        assert (site / picture / "share.png").read_bytes()[:24].hex() == "89504e470d0a1a0a0000000d49484452" + "000004b0" + "00000276"
    sizes = {path.parent.name: path.stat().st_size for path in site.rglob("share.png")}
    assert set(sizes) == {"build", "first", "receptor-affinity"} and min(sizes.values()) > 15_000


@pytest.mark.parametrize(("base_url", "site_maps"), [(None, None), ("https://example.org/il2/", ["https://example.org/il2/sitemap.xml"])])
def test_any_robot_may_read_every_page_and_is_led_to_the_site_map(small: Path, base_url: str | None, site_maps: list[str] | None) -> None:
    assert il2site("build", *(("--base-url", base_url) if base_url else ()), cwd=small).returncode == 0
    told = RobotFileParser()
    told.parse((small / "build/robots.txt").read_text(encoding="utf-8").splitlines())
    assert told.can_fetch("AnyBot", "/lessons/first/") and told.site_maps() == site_maps


def test_without_a_base_url_no_address_is_made_up(course: Path) -> None:
    page = (course / "index.html").read_text(encoding="utf-8")
    assert "og:" not in page and "canonical" not in page and not (course / "feed.xml").exists()
    assert not [*course.rglob("share.png")]


def test_a_page_that_is_too_heavy_stops_the_build(small: Path) -> None:
    style = small / "static/css/heavy.css"
    style.parent.mkdir(parents=True)
    style.write_text("".join(f".a{i * 2654435761 % 2**32:08x} {{ order: {i} }}\n" for i in range(30000)))
    said = il2site("build", cwd=small)
    assert said.returncode == 1 and "page-weight" in said.stderr and "the budget is 120 kB" in said.stderr


def test_a_colour_that_is_too_faint_stops_the_build(small: Path) -> None:
    tokens = (ROOT / "static/css/tokens.css").read_text(encoding="utf-8")
    (small / "static/css").mkdir(parents=True)
    (small / "static/css/tokens.css").write_text(tokens.replace("--ink-soft: light-dark(#55585f", "--ink-soft: light-dark(#8a8c91"))
    said = il2site("check", cwd=small)
    assert said.returncode == 1 and "static/css/tokens.css:" in said.stderr
    assert "--ink-soft on --ground has a contrast of 3." in said.stderr and "light theme" in said.stderr


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21) and contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_the_whole_site_can_be_kept_and_read_without_a_network(course: Path, visit: Visit) -> None:
    with served(course, "/a/b c/") as site:
        page = visit(site, "index.html", allowed=("ERR_", "console"))
        page.get_by_role("button", name="Keep for offline use").click()
        expect(page.get_by_role("status").filter(has_text="is kept on this device")).to_be_visible(timeout=60_000)
        page.goto(site.page("glossary/index.html"))
    page.goto(site.page("lessons/hiv/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("HIV")
    page.goto(site.page("figures/cd4-expansion/index.html?embed"))
    expect(page.locator("il2-figure")).to_be_visible()
    page.goto(site.page("lessons/hiv/index.html"))
    page.get_by_role("button", name="Keep for offline use").click()
    expect(page.get_by_role("status").filter(has_text="no longer kept")).to_be_visible()


def test_a_kept_site_offers_its_next_version_and_shows_it_when_asked(small: Path, visit: Visit) -> None:
    assert il2site("build", cwd=small).returncode == 0
    lesson = small / "content/lessons/first.md"
    with served(small / "build", "/kept/") as site:
        page = visit(site, "lessons/first/index.html", allowed=("ERR_", "console"))
        page.get_by_role("button", name="Keep for offline use").click()
        expect(page.get_by_role("status").filter(has_text="is kept on this device")).to_be_visible()
        lesson.write_text(lesson.read_text().replace("title: First", "title: The next version"))
        assert il2site("build", cwd=small).returncode == 0
        page.reload()
        expect(page.get_by_role("status").filter(has_text="A newer version")).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_have_text("First")
        page.get_by_role("button", name="Show it").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("The next version")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("The next version")


def test_from_disk_nothing_is_offered_to_be_kept(course: Path, visit: Visit) -> None:
    page = visit(Site(course.as_uri() + "/"), "index.html")
    expect(page.get_by_role("button", name="Keys")).to_be_visible()
    expect(page.get_by_role("button", name="Keep for offline use")).to_be_hidden()
