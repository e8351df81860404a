"""A build is a function of its sources: the same bytes anywhere, relative addresses, nothing foreign on any page."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from conftest import ROOT, files, il2site


class Elements(HTMLParser):
    """Every start tag of a page with its attributes, and every id."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(page)
        self.ids = [attributes["id"] for _, attributes in self.tags if "id" in attributes]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))


def pages(folder: Path) -> dict[str, Elements]:
    return {path: Elements(data.decode()) for path, data in files(folder).items() if path.endswith(".html")}


def test_every_page_is_there(course: Path) -> None:
    expected = {"index.html", "404.html", "glossary/index.html", "references/index.html", "review/index.html", "search/index.html"}
    expected |= {f"lessons/{path.stem}/index.html" for path in (ROOT / "content/lessons").glob("*.md")}
    expected |= {f"{path.stem}/index.html" for path in (ROOT / "content/pages").glob("*.md")}
    expected |= {"teachers/index.html"}
    expected |= {f"teachers/{path.stem}/index.html" for path in (ROOT / "content/lessons").glob("*.md")}
    expected |= {"models/index.html", "figures/index.html", "claims/index.html"}
    expected |= {f"figures/{path.stem}/index.html" for path in (ROOT / "content/figures").glob("*.yml")}
    expected |= {f"models/{path.parent.name}/index.html" for path in (ROOT / "content/models").glob("*/card.yml")}
    assert set(pages(course)) == expected
    assert (course / "sitemap.xml").is_file()


@pytest.mark.fault(46)
def test_every_address_is_relative_and_leads_somewhere(course: Path) -> None:
    built = pages(course)
    for path, page in built.items():
        for tag, attributes in page.tags:
            for name in ("href", "src", "data-plotly"):
                if name in attributes and not attributes[name].startswith("data:"):
                    own = "://" not in attributes[name] or tag == "link"
                    assert own or attributes.get("rel") == "noopener", f"{path}: {attributes}"
                    check_address(course, built, path, tag, attributes[name])


def check_address(folder: Path, built: dict[str, Elements], page: str, tag: str, address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme:
        assert tag in ("a", "link") and parts.scheme in {"https", "http", "mailto"}, f"{page}: {address}"
        return
    assert not address.startswith("/"), f"{page}: {address} is absolute"
    target = (folder / page).parent / unquote(parts.path) if parts.path else folder / page
    assert target.resolve().is_file(), f"{page}: {address} leads nowhere"
    if parts.fragment:
        there = built[target.resolve().relative_to(folder.resolve()).as_posix()]
        assert parts.fragment.partition("?")[0] in there.ids, f"{page}: {address} leads to no place on its page"


@pytest.mark.fault(46)
def test_no_page_repeats_an_id_or_carries_inline_style_or_script(course: Path) -> None:
    for path, page in pages(course).items():
        assert len(page.ids) == len(set(page.ids)), (
            f"{path} repeats {sorted({i for i in page.ids if page.ids.count(i) > 1})}"
        )
        for tag, attributes in page.tags:
            assert "style" not in attributes and tag != "style", (
                f"{path}: <{tag}> carries a style that the policy blocks"
            )
            assert not any(name.startswith("on") for name in attributes), f"{path}: <{tag}> carries a handler"
            assert tag != "script" or "src" in attributes or attributes.get("type") in ("application/json", "application/ld+json")


@pytest.mark.fault(46)
def test_every_page_carries_the_strict_policy_before_anything_loads(course: Path) -> None:
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; "
        "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"
    )
    for path, page in pages(course).items():
        metas = [attributes.get("content") for tag, attributes in page.tags[:6] if tag == "meta"]
        assert policy in metas, path


def test_lessons_are_finished(course: Path) -> None:
    for path in (ROOT / "content/lessons").glob("*.md"):
        html = (course / f"lessons/{path.stem}/index.html").read_text()
        prose = re.sub(
            r"(?s)<(nav|script|svg|details|form|fieldset|il2-quiz|table|section class=\"sources\").*?</\1>", " ", html
        )
        words = len(re.sub(r"<[^>]*>", " ", prose).split())
        assert words >= 700, f"{path.stem} has {words} words"
        assert html.count("<il2-quiz") >= 3 and html.count("<il2-figure") >= 1 and 'class="misconception"' in html


def test_a_base_url_gives_whole_addresses_where_machines_want_them(small: Path) -> None:
    il2site("build", "--base-url", "https://example.org/il2", cwd=small)
    assert "<loc>https://example.org/il2/lessons/first/</loc>" in (small / "build/sitemap.xml").read_text()
    assert (
        '<link rel="canonical" href="https://example.org/il2/lessons/first/">'
        in (small / "build/lessons/first/index.html").read_text()
    )
    assert 'href="/il2/assets/' in (small / "build/404.html").read_text()


def test_a_page_shows_what_its_lesson_says(small: Path) -> None:
    il2site("build", cwd=small)
    page = (small / "build/lessons/first/index.html").read_text()
    assert '<a class="term" href="../../glossary/index.html#antigen">antigen</a>' in page
    assert '<a class="citation" href="#ref-doe2001">Doe 2001</a>' in page
    assert '<a href="../second/index.html#deep">the second</a>' in page
    assert "<math" in page and "{{ site.title }}" in page
    assert "On &lt;b&gt;binding&lt;/b&gt; &amp; letting go" in page


@pytest.mark.fault(30)
def test_a_mistake_in_a_template_names_its_line(small: Path) -> None:
    (small / "templates").mkdir()
    for text, line in (("one\n{% if %}", 2), ("one\ntwo\n{{ nothing.here }}", 3), ("{{ 1 / 0 }}", 1)):
        (small / "templates/404.html").write_text(text)
        said = il2site("check", cwd=small)
        assert said.returncode == 1
        assert f"templates/404.html:{line}" in said.stderr, said.stderr


@pytest.mark.fault(36)
@pytest.mark.parametrize("gone", ["second"])
def test_what_a_removed_lesson_left_is_gone(small: Path, gone: str) -> None:
    il2site("build", cwd=small)
    (small / "content/site.yml").write_text("title: T\ndescription: D\nlessons: [first]\n")
    first = small / "content/lessons/first.md"
    first.write_text(first.read_text().replace(" {misconception=two}", "").replace("second.md#deep", "#own"))
    said = il2site("build", cwd=small)
    assert said.returncode == 0, said.stderr
    assert not (small / f"build/lessons/{gone}").exists()


def test_what_is_remembered_is_read_without_the_libraries_that_made_it() -> None:
    code = "import il2site.site.course, il2site.site.whole, sys; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert not {"numpy", "scipy", "plotly", "libsbml", "antimony", "citeproc"} & set(said.split())


def test_a_preview_that_is_ready_needs_no_more_libraries_for_a_changed_model() -> None:
    code = "from il2site.build import get_ready; import sys; get_ready(); print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {"scipy.integrate", "libsbml", "plotly.graph_objects"} <= set(said.split())
