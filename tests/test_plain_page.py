"""A page that is no lesson is written as Markdown, listed in site.yml, checked like a lesson and linked on every page."""

from __future__ import annotations

from pathlib import Path

from conftest import il2site
from test_course import append, found

ABOUT = "---\ntitle: About us\nsummary: Who we are.\nreviewed: 2026-01-31\n---\n"


def with_page(site: Path, text: str, name: str = "about", listed: str = "[about]") -> Path:
    append(site, "site.yml", f"pages: {listed}\n")
    append(site, f"pages/{name}.md", text)
    return site


def test_a_page_stands_at_its_own_address_and_at_the_foot_of_every_page(small: Path) -> None:
    text = "We read [@doe2001] on the [[antigen]], for [one](../lessons/first.md#own).\n\n## Why\n\nBecause.[^1]\n\n[^1]: So.\n"
    said = il2site("build", "--strict", cwd=with_page(small, ABOUT + text))
    assert said.returncode == 0, said.stderr
    page = (small / "build/about/index.html").read_text()
    assert "<h1>About us</h1>" in page and '<meta name="description" content="Who we are.">' in page
    assert 'href="../lessons/first/index.html#own"' in page and 'id="ref-doe2001"' in page
    assert 'href="../glossary/index.html#antigen"' in page and ">So." in page and "2026-01-31" in page
    assert '<a href="../../about/index.html">About us</a>' in (small / "build/lessons/first/index.html").read_text()
    assert "about/" in (small / "build/sitemap.xml").read_text()


def test_a_lesson_can_lead_to_a_section_of_a_page(small: Path) -> None:
    append(small, "lessons/second.md", "\n[a](../pages/about.md#why) [b](../pages/about.md#none)\n")
    assert {rule for _, rule in found(with_page(small, ABOUT + "## Why\n\nText.\n"))} == {"anchor-dead"}


def test_what_is_wrong_on_a_page_is_told_with_its_line(small: Path) -> None:
    text = "A [@nobody].\n\n[b](nowhere.md)\n\n/// figure | receptor\n///\n\n/// aside | More\nWords.\n///\n"
    assert {(place, rule) for place, rule in found(with_page(small, ABOUT + text))} == {
        ("pages/about.md:6", "citation-missing"),
        ("pages/about.md:8", "link-dead"),
        ("pages/about.md:10", "block-content"),
        ("pages/about.md:13", "block-content"),
    }


def test_the_front_matter_of_a_page_is_strict(small: Path) -> None:
    assert found(with_page(small, "---\ntitle: T\nminutes: 3\n---\nText.\n")) == {("pages/about.md:3", "unknown-key")}


def test_pages_and_their_list_agree(small: Path) -> None:
    append(small, "pages/glossary.md", "---\ntitle: G\n---\nText.\n")
    with_page(small, ABOUT, "imprint", "[glossary, about, glossary]")
    assert found(small) == {
        ("site.yml:4", "page-missing"),
        ("site.yml:4", "same-address"),
        ("pages/imprint.md:1", "page-unlisted"),
    }
