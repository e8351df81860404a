"""Every kind of page as a reader sees it, to be looked at; and the contact sheet of docs/.

    python tests/bench/screens.py FOLDER [--site build] [--only home,lesson] [--sheet docs/pages.webp]
    python tests/bench/screens.py docs/figures --views

FOLDER gets one picture for each kind of page, width (360, 768, 1280, 1920 px) and theme, and what a printer gets as PDF.
With --sheet nothing else is made than one picture that shows all kinds of pages beside each other; with --views the
pictures of docs/figures.md, one for each view.
"""

from __future__ import annotations

import argparse
import base64
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from browser_tools import _FLAGS as FLAGS
from browser_tools import KINDS, approach, pass_predictions, served

WIDTHS = (360, 768, 1280, 1920)
THEMES = ("light", "dark")
LONGEST = 16_000
"""Pixels of a page that are shown; the longest lessons are longer."""
ON_THE_SHEET = (
    ("home", 1280, "light"), ("lesson", 1280, "dark"), ("figure", 1280, "light"), ("glossary", 1280, "dark"),
    ("figures", 1280, "dark"), ("claims", 1280, "light"), ("model", 1280, "dark"), ("references", 1280, "light"),
    ("home", 360, "dark"), ("lesson", 360, "light"), ("model", 360, "light"), ("claims", 360, "dark"),
    ("chart", 360, "light"), ("teacher", 360, "light"),
)  # fmt: skip
VIEWS = {
    "membrane": ("receptor-triggering", 1280, 0.3, ".figure-box"),
    "population": ("cd4-expansion", 1280, 0.24, ".figure-box"),
    "timecourse": ("treg-tug-of-war", 640, 0.5, ".figure-box"),
    "cells": ("il2-gene-cells", 640, 0.6, ".figure-box"),
    "scan": ("dwell-time-scan", 640, 0.57, ".figure-box"),
    "schedule": ("plasma-level", 640, 0.3, ".figure-box, .figure-settings"),
    "pathway": ("pathway", 1280, 0.2, ".figure-box"),
    "bars": ("response-rates", 1280, 0, ".figure-box"),
    "forest": ("hiv-trials", 1280, 0, ".figure-box"),
    "icons": ("response-icons", 1280, 0, ".figure-box"),
    "timeline": ("history", 1280, 0, ".figure-box"),
}
"""For each picture of docs/figures.md the figure, the width of the window, where it stands on its clock, what is shown."""
SHEET = """<!DOCTYPE html><style>
body { margin: 0; padding: 20px; width: 1560px; background: #d9d4c7; display: grid; gap: 20px; }
.wide, .narrow { display: grid; gap: 20px; }
.wide { grid-template-columns: repeat(4, 1fr); }
.narrow { grid-template-columns: repeat(6, 1fr); }
div > span { aspect-ratio: 4 / 3; overflow: hidden; }
.narrow > span { aspect-ratio: 9 / 17; }
img { display: block; width: 100%; }
</style>"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--site", type=Path, default=ROOT / "build")
    parser.add_argument("--only", default=",".join(KINDS))
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--views", action="store_true")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with served(asked.site, "/") as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
        if asked.sheet:
            asked.sheet.write_bytes(sheet(browser, site.base))
        elif asked.views:
            for name in VIEWS:
                (asked.folder / f"{name}.png").write_bytes(view(browser, site.base, name))
        else:
            for name in asked.only.split(","):
                print(*take(browser, site.base, name, asked.folder), sep="\n")
        browser.close()


def take(browser: Browser, base: str, name: str, folder: Path) -> Iterator[Path]:
    for theme in THEMES:
        page = opened(browser, base, name, 1280, theme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            scroll_through(page)
            height = min(page.evaluate("document.documentElement.scrollHeight"), LONGEST)
            path = folder / f"{name}-{width}-{theme}.png"
            page.screenshot(path=path, full_page=True, clip={"x": 0, "y": 0, "width": width, "height": height})
            yield path
        page.context.close()
    page = opened(browser, base, name, 1280, "light")
    path = folder / f"{name}.pdf"
    page.pdf(path=path, format="A4", prefer_css_page_size=True)
    page.context.close()
    yield path


def opened(browser: Browser, base: str, name: str, width: int, theme: str, height: int = 900) -> Page:
    size = {"width": width, "height": height}
    context = browser.new_context(viewport=size, color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(base + KINDS[name], wait_until="networkidle")
    return page


def scroll_through(page: Page) -> None:
    """Figures become live when they come near; wait until all have."""
    height = page.evaluate("document.documentElement.scrollHeight")
    for top in range(0, height, 800):
        page.evaluate(f"scrollTo(0, {top})")
        page.wait_for_timeout(60)
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(300)


def sheet(browser: Browser, base: str) -> bytes:
    """All of ON_THE_SHEET in one WebP."""
    shots = {}
    for name, width, theme in ON_THE_SHEET:
        page = opened(browser, base, name, width, theme, 960 if width > 500 else 680)
        page.wait_for_timeout(1500)
        shots[name, width, theme] = page.screenshot(type="png")
        page.context.close()
    wide = "".join(shown(data) for (_, width, _), data in shots.items() if width > 500)
    narrow = "".join(shown(data) for (_, width, _), data in shots.items() if width < 500)
    page = browser.new_page(viewport={"width": 1600, "height": 400})
    page.set_content(f'{SHEET}<div class="wide">{wide}</div><div class="narrow">{narrow}</div>')
    size = page.evaluate("[document.body.offsetWidth, document.body.offsetHeight]")
    clip = {"x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1}
    asked = {"format": "webp", "quality": 82, "clip": clip, "captureBeyondViewport": True}
    return base64.b64decode(page.context.new_cdp_session(page).send("Page.captureScreenshot", asked)["data"])


def view(browser: Browser, base: str, name: str) -> bytes:
    """A figure in the middle of its run, in one PNG."""
    figure, width, share, parts = VIEWS[name]
    context = browser.new_context(viewport={"width": width, "height": 1400}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{base}figures/{figure}/", wait_until="networkidle")
    approach(page.locator("il2-figure"))
    page.locator(f'il2-figure[data-name="{figure}"][data-state="live"]').wait_for()
    pass_predictions(page)
    for scrubber in page.locator('[data-action="scrub"]').all():
        scrubber.evaluate("""(node, share) => {
            node.value = String(Math.round(share * Number(node.max)));
            node.dispatchEvent(new Event("input", { bubbles: true }));
        }""", share)
    page.wait_for_timeout(1500)
    boxes = [box for part in page.locator(parts).all() if (box := part.bounding_box())]
    left, top = (min(box[key] for box in boxes) - 8 for key in ("x", "y"))
    right = max(box["x"] + box["width"] for box in boxes) + 8
    bottom = max(box["y"] + box["height"] for box in boxes) + 8
    clip = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    picture = page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]
    context.close()
    return picture


def shown(data: bytes) -> str:
    return f'<span><img src="data:image/png;base64,{base64.b64encode(data).decode()}"></span>'


if __name__ == "__main__":
    main()
