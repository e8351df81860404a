"""The preview as a writer has it: `il2site serve` in a terminal, a page in a real browser beside it, and an editor."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from browser_tools import PATIENCE, Site, Visit, chromium, eventually, visit
from conftest import ROOT
from playwright.sync_api import Page, expect
from test_image import png

__all__ = ["chromium", "visit"]

FIRST = "content/lessons/first.md"
GOING_AWAY = (
    "^failed: .*ERR_ABORTED",
    "^console: WebSocket connection to .* failed",
    "^console: Failed to load resource.* 500",
    "^answer 500",
)
"""What a browser says of a page that is left while it loads, and of a page that tells a mistake."""


@dataclass
class Preview:
    """The site in `folder`, served by the command line, and what that has said so far."""

    folder: Path
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text()

    @property
    def site(self) -> Site:
        give_up = time.monotonic() + 2 * PATIENCE
        while not (found := re.search(r"Serving (http://\S+/)", self.said)):
            assert self.process.poll() is None and time.monotonic() < give_up, self.said
            time.sleep(0.05)
        return Site(found[1])

    def save(self, path: str, text: str) -> None:
        """Save as many editors do: write beside the file, then put it in its place."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_name(f".{file.name}.swp")
        beside.write_text(text)
        beside.replace(file)

    def replace(self, old: str, new: str, path: str = FIRST) -> None:
        text = (self.folder / path).read_text()
        assert old in text
        self.save(path, text.replace(old, new))

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=2 * PATIENCE)


@pytest.fixture
def preview(small: Path, tmp_path: Path) -> Iterator[Preview]:
    """A preview of a copy of the small site, on a port that is free."""
    log = tmp_path / "said.txt"
    command = [sys.executable, "-m", "il2site.cli", "serve", "--source", str(small)]
    with log.open("wb") as said:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, "COLUMNS": "400"}, stdout=said, stderr=subprocess.STDOUT
        )
    yield Preview(small, process, log)
    if process.poll() is None:
        process.kill()
        process.wait()


def open_first(preview: Preview, visit: Visit, path: str = "lessons/first/index.html") -> Page:
    page = visit(preview.site, path, allowed=GOING_AWAY)
    expect(page.get_by_role("heading", level=1)).to_have_text("First")
    connected(page)
    return page


def connected(page: Page) -> None:
    """Give the page the time to open its web socket. What is saved before that shows too, by another way."""
    page.wait_for_timeout(300)


def test_a_saved_lesson_shows_by_itself(preview: Preview, visit: Visit) -> None:
    page = open_first(preview, visit)
    preview.replace("Growth is", "Steady growth is")
    expect(page.get_by_text("Steady growth is")).to_be_visible()
    preview.replace("Steady growth", "Wild growth")
    expect(page.get_by_text("Wild growth is")).to_be_visible()


@pytest.mark.fault(37)
def test_of_two_saves_in_a_row_the_second_is_shown(preview: Preview, visit: Visit) -> None:
    page = open_first(preview, visit)
    for round_ in range(3):
        preview.replace("Growth is", "Early growth is")
        time.sleep(0.3)
        preview.replace("Early growth is", f"Late growth {round_} is")
        expect(page.get_by_text(f"Late growth {round_} is")).to_be_visible()
        page.wait_for_timeout(700)
        expect(page.get_by_text(f"Late growth {round_} is")).to_be_visible()
        preview.replace(f"Late growth {round_} is", "Growth is")
        expect(page.get_by_text("Growth is", exact=False)).to_be_visible()


@pytest.mark.fault(39)
def test_a_mistake_is_told_over_the_page_and_goes_when_it_is_mended(preview: Preview, visit: Visit) -> None:
    page = open_first(preview, visit)
    preview.replace("minutes: 2", "minutes: soon")
    message = page.get_by_role("alert")
    expect(message).to_contain_text("content/lessons/first.md:5")
    expect(message).to_contain_text("minutes")
    assert_readable(message.bounding_box(), page)
    assert "content/lessons/first.md:5" in preview.said
    expect(page.get_by_text("Growth is")).to_be_attached()
    preview.replace("minutes: soon", "minutes: 7")
    expect(message).to_have_count(0)
    expect(page.get_by_text("7 minutes")).to_be_visible()


def assert_readable(box: object, page: Page) -> None:
    """The message takes a good part of the window, and its own style reached it."""
    assert isinstance(box, dict) and box["width"] > 300 and box["height"] > 40
    assert page.get_by_role("alert").evaluate("node => getComputedStyle(node).position") == "fixed"


@pytest.mark.fault(39)
def test_a_page_opened_while_something_is_wrong_comes_right_by_itself(preview: Preview, visit: Visit) -> None:
    _ = preview.site
    preview.replace("title: First", "titel: First")
    page = visit(preview.site, "index.html", allowed=GOING_AWAY)
    expect(page.get_by_role("alert")).to_contain_text(f"{FIRST}:2")
    preview.replace("titel: First", "title: Mended")
    expect(page.get_by_role("link", name="Mended")).to_be_visible()


def test_a_reload_stays_where_the_reader_was(preview: Preview, visit: Visit) -> None:
    page = open_first(preview, visit)
    preview.replace(
        "Growth is", "\n\n".join(f"Paragraph {i} of many that make the page long." for i in range(80)) + "\n\nGrowth is"
    )
    expect(page.get_by_text("Paragraph 79 of many")).to_be_attached()
    connected(page)
    page.evaluate("scrollTo({top: 1500, behavior: 'instant'})")
    preview.replace("Paragraph 40 of", "Sentence 40 of")
    expect(page.get_by_text("Sentence 40 of many")).to_be_attached()
    eventually(page, lambda: abs(page.evaluate("scrollY") - 1500) < 60, "the page is where it was")


@pytest.mark.fault(37)
def test_a_template_of_the_site_itself_shows(preview: Preview, visit: Visit) -> None:
    page = open_first(preview, visit)
    bundled = (ROOT / "templates/base.html").read_text()
    preview.save("templates/base.html", bundled.replace("Education, not medical advice", "Made by us"))
    expect(page.get_by_text("Made by us")).to_be_visible()
    preview.save("templates/base.html", bundled.replace("Education, not medical advice", "Made by you"))
    expect(page.get_by_text("Made by you")).to_be_visible()
    (preview.folder / "templates/base.html").unlink()
    expect(page.get_by_text("Education, not medical advice")).to_be_visible()


@pytest.mark.fault(37)
def test_a_new_lesson_and_a_style_of_the_site_show(preview: Preview, visit: Visit) -> None:
    page = visit(preview.site, "index.html", allowed=GOING_AWAY)
    connected(page)
    preview.save("content/lessons/third.md", (preview.folder / "content/lessons/second.md").read_text().replace("title: Second", "title: Third")
                 .replace("misconception | two", "misconception | three"))  # fmt: skip
    preview.replace("[first, second]", "[first, second, third]", "content/site.yml")
    expect(page.get_by_role("link", name="Third")).to_be_visible()
    tokens = (ROOT / "static/css/tokens.css").read_text()
    preview.save("static/css/tokens.css", tokens + "\nbody { outline: 7px solid red; }\n")
    eventually(
        page, lambda: page.evaluate("getComputedStyle(document.body).outlineWidth") == "7px", "the style is taken up"
    )


@pytest.mark.fault(37)
def test_data_and_a_picture_that_are_overwritten_show(with_figure: Path, preview: Preview) -> None:
    picture = with_figure / "content/images/cell.png"
    picture.parent.mkdir()
    picture.write_bytes(png())
    preview.replace("Growth is", "![A cell](../images/cell.png)\n\n/// figure | receptor-affinity\n///\n\nGrowth is")
    page = preview.site.page("lessons/first/index.html")
    shows(page, b"receptor-affinity")
    preview.replace("β and γ,1000", "β beside γ,1000", "content/data/receptor-affinity.csv")
    shows(page, "β beside γ".encode())
    picture.write_bytes(png(2))
    shows(preview.site.page("images/cell.png"), png(2))


@pytest.mark.fault(35, 37)
def test_builds_beside_a_preview_and_it_get_on_with_each_other(preview: Preview, visit: Visit) -> None:
    """Whoever writes, the site is whole; and what is saved afterwards shows by itself as before."""
    page = open_first(preview, visit)
    command = [sys.executable, "-m", "il2site.cli", "build", "--source", str(preview.folder)]
    builds = []
    for round_ in range(3):
        builds.append(subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True))
        preview.replace("Growth is" if round_ == 0 else f"Growth {round_ - 1} is", f"Growth {round_} is")
    said = [build.communicate(timeout=4 * PATIENCE)[1] for build in builds]
    assert [build.returncode for build in builds] == [0, 0, 0], said
    preview.replace("Growth 2 is", "Late growth is")
    expect(page.get_by_text("Late growth is")).to_be_visible()
    shows(preview.site.page("lessons/second/index.html"), b"/livereload.js")
    preview.replace("Late growth is", "The last growth is")
    expect(page.get_by_text("The last growth is")).to_be_visible()


def shows(address: str, text: bytes) -> None:
    give_up = time.monotonic() + 2 * PATIENCE
    while text not in answer(address):
        assert time.monotonic() < give_up, f"{address} never showed {text!r}"
        time.sleep(0.05)


def answer(address: str) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as page:
            return bytes(page.read())
    except urllib.error.HTTPError as error:
        return error.read()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_quietly_while_a_page_is_open(preview: Preview, visit: Visit, number: signal.Signals) -> None:
    open_first(preview, visit)
    assert preview.end(number) in (0, 130)
    assert "Traceback" not in preview.said and "Error" not in preview.said, preview.said


def test_a_broken_site_starts_says_what_is_wrong_and_ends(small: Path, preview: Preview, visit: Visit) -> None:
    address = preview.site
    preview.replace("[[antigen]]", "[[antigne]]")
    page = visit(address, "lessons/first/index.html", allowed=GOING_AWAY)
    expect(page.get_by_role("alert")).to_contain_text("antigne")
    assert preview.end(signal.SIGINT) in (0, 130)
    assert "Traceback" not in preview.said
