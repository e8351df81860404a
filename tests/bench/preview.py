"""How soon a saved change is seen in the preview.

    python tests/bench/preview.py [--lessons N ...] [--edits E]

First the corpus of so many lessons (corpus.py) is served, and one lesson after another is changed: milliseconds from the
save to the changed page in the output (median and 95th percentile). Then the real course is served and open in Chromium:
milliseconds from the save to the new words on the screen, for lessons, for a template and for a model (words of its
card, and a number in it, with which its runs are made anew), and whether any change was lost. These are measurements, no part of the test suite.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import corpus
import numpy as np
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[2]
LONGEST = 60.0
"""Seconds after which a change counts as lost."""


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address at which `folder` is served once its first build has been shown."""
    env = {**os.environ, "IL2SITE_CACHE": str(folder / "cache"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "il2site.cli", "serve"]
    log = folder / "said.txt"
    with log.open("wb") as said:
        process = subprocess.Popen(command, cwd=folder, env=env, stderr=said)
    try:
        assert until(lambda: "Serving http" in log.read_text()) < float("inf"), log.read_text()
        yield re.findall(r"Serving (http\S+)", log.read_text())[0]
    finally:
        process.terminate()
        process.wait()


def until(is_so: Callable[[], bool]) -> float:
    """Milliseconds until `is_so`, or infinity."""
    begun = time.perf_counter()
    while time.perf_counter() - begun < LONGEST:
        if is_so():
            return 1000 * (time.perf_counter() - begun)
        time.sleep(0.002)
    return float("inf")


def say(what: str, waits: list[float]) -> None:
    lost = sum(not np.isfinite(wait) for wait in waits)
    print(f"{what:44} {np.median(waits):8.0f} {np.percentile(waits, 95):8.0f} {lost:6}", flush=True)


def to_output(count: int, edits: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, waits = Path(name), []
        corpus.il2site(folder, count)
        with served(folder):
            for n in range(edits):
                slug = f"lesson-{(7 * n) % count:05d}"
                lesson, page = folder / f"content/lessons/{slug}.md", folder / f"build/lessons/{slug}/index.html"
                lesson.write_text(lesson.read_text() + f"\nSentence with mark{n}x.\n")
                waits.append(until(lambda page=page, n=n: f"mark{n}x" in page.read_text()))  # type: ignore[misc]
                time.sleep(0.5)
        say(f"save to output, {count} lessons", waits)


def to_screen(edits: int) -> None:
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        for part in ("content", "templates"):
            shutil.copytree(ROOT / part, folder / part)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        with served(folder) as address:
            page = browser.new_page()
            page.goto(address + "lessons/cd4-expansion/index.html")
            page.wait_for_timeout(2000)
            changed = seen(page, "lessonmark", folder / "content/lessons/cd4-expansion.md", edits, "\nSentence with {}.\n")
            say("save to screen, a lesson of the course", changed)
            few, footer = max(edits // 5, 3), folder / "templates/base.html"
            say("save to screen, a template", seen(page, "templatemark", footer, few, "", "</footer>", "<p>{}</p></footer>"))
            page.goto(address + "models/cd4-expansion/index.html")
            page.wait_for_timeout(2000)
            card = folder / "content/models/cd4-expansion/card.yml"
            say("save to screen, a model", seen(page, "modelmark", card, few, "", "title: ", "title: {}, "))
            model, old = folder / "content/models/cd4-expansion/model.ant", "memory_half_life = 500;"
            say("save to screen, a number of a model", seen(page, "96", model, few, "", old, "memory_half_life = {};"))
        browser.close()


def seen(page: Page, kind: str, file: Path, edits: int, more: str, old: str = "", new: str = "") -> list[float]:
    """Waits until a mark that is put into `file`, at its end or instead of `old`, stands on the page: `kind` and a number."""
    text, waits = file.read_text(), []
    for n in range(edits):
        mark = f"{kind}{n}x" if kind.isalpha() else f"{kind}{n}"
        file.write_text(text.replace(old, new.format(mark)) if old else text + more.format(mark))
        waits.append(until(lambda mark=mark: shows(page, mark)))  # type: ignore[misc]
        page.wait_for_timeout(700)
    return waits


def shows(page: Page, mark: str) -> bool:
    with contextlib.suppress(Exception):  # a page that is being loaded again
        return bool(page.evaluate("mark => document.body.textContent.includes(mark)", mark))
    return False


def main() -> None:
    parser = argparse.ArgumentParser(description="From a saved change to the preview.")
    parser.add_argument("--lessons", type=int, nargs="*", default=[100, 1000])
    parser.add_argument("--edits", type=int, default=50)
    asked = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors\n\n{'milliseconds':44} {'median':>8} {'p95':>8} {'lost':>6}")
    for count in asked.lessons:
        to_output(count, asked.edits)
    to_screen(asked.edits)


if __name__ == "__main__":
    main()
