"""How smoothly the live figures move and how soon they follow a slider, beside what Plotly's own calls reach.

    python tests/bench/figures.py [--seconds S] [--rounds N] [--slow RATE]

The course is built once with 200 receptors in the figure of the antigen receptor, and its pages are opened from disk in
real Chromium, at full speed and at a quarter of it (CPU throttled by the browser itself; machines differ, and with
`--slow` another part of the speed can be chosen, at which plain Plotly is as fast as where the targets were set). Measured
in one run, in turns:

- frames a second in which the picture of a playing figure has changed;
- frames a second of plain Plotly with 200 markers that all move, and with three growing curves, by `animate`, `restyle`
  and `react`;
- milliseconds from the input of a slider to the frame in which the picture shows it (median and 95th percentile), each
  model run and redrawn as a reader meets it;
- whether the still has its full size with JavaScript off: the first paint needs no script.

Each round measures all of these, and of several each number is the median. These are measurements, no part of the test
suite: they change with the machine, and on some machines within minutes, which is why all stand side by side.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "tests"))

from browser_tools import approach, pass_predictions
from conftest import il2site

from hatch_build import esbuild

FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
RECEPTORS = 200
FRAMES = (55.0, 45.0)
"""Frames a second to reach, at full speed and slowed down."""
SLIDER_MS = (25.0, 40.0)
"""The 95th percentile of the time from input to pixels, likewise."""
WAYS = ("animate", "restyle", "react")
TARGETS_SET_AT = {
    "Plotly.animate, 200 markers": 17.0,
    "Plotly.restyle, 200 markers": 14.0,
    "Plotly.react, 200 markers": 13.0,
    "Plotly.react, three curves": 13.0,
}
"""Frames a second of plain Plotly on the machine on which the targets were set, with its processor slowed down 4 times.
Machines of one day differ more than that: what plain Plotly reaches beside tells how much of a miss or a hit is theirs."""


@dataclass(frozen=True)
class Moving:
    """A figure on a page of a lesson, and the slider that its lesson asks about."""

    name: str
    page: str
    slider: str


FIGURES = (
    Moving("receptor-triggering", "lessons/antigen-receptor/index.html", "tau"),
    Moving("cd4-expansion", "lessons/cd4-expansion/index.html", "precursors"),
    Moving("receptor-dose-response", "lessons/three-chains/index.html", "synthesis_a"),
)


@dataclass(frozen=True)
class Row:
    what: str
    slowed: float
    frames: float | None = None
    waits: tuple[float, float] | None = None

    def line(self) -> str:
        frames = f"{self.frames:8.1f}" if self.frames is not None else " " * 8
        waits = f"{self.waits[0]:8.1f} {self.waits[1]:8.1f}" if self.waits else ""
        return f"{self.what:44} {self.slowed:3g}x {frames} {waits}"


def build(folder: Path) -> Path:
    """The course, with as many receptors in its live figure as the targets speak of."""
    made = il2site("build", "--source", ROOT, "--output", folder / "site")
    assert made.returncode == 0, made.stderr
    page = folder / "site" / FIGURES[0].page
    text = page.read_text(encoding="utf-8")
    wanted = text.replace('"receptors":160', f'"receptors":{RECEPTORS}')
    assert wanted != text, "the figure no longer has 160 receptors: mend this bench"
    page.write_text(wanted, encoding="utf-8")
    return folder / "site"


def bundle(folder: Path) -> Path:
    out = folder / "figures.js"
    esbuild(ROOT, "tests/bench/figures.ts", "--format=iife", "--global-name=bench", f"--outfile={out}")
    return out


@contextlib.contextmanager
def opened(browser: Browser, address: str, script: Path, slowed: float) -> Iterator[Page]:
    """A page whose figures are live and may be played."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(address)
    page.evaluate(script.read_text(encoding="utf-8") + "; void (globalThis.bench = bench)")
    pass_predictions(page)
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowed})
    yield page
    context.close()


def live(page: Page, figure: Moving) -> None:
    approach(page.locator(f'il2-figure[data-name="{figure.name}"]'))
    page.locator(f'il2-figure[data-name="{figure.name}"][data-state="live"]').wait_for(timeout=60_000)
    page.wait_for_timeout(500)


def rounds_of(
    browser: Browser, site: Path, script: Path, slowed: float, seconds: float, rounds: int
) -> Iterator[tuple[Row, ...]]:
    """The rows of each round: all figures, then plain Plotly, because the machine may be another a minute later."""
    with opened(browser, (site / FIGURES[0].page).as_uri(), script, slowed) as page:
        live(page, FIGURES[0])
        for _ in range(rounds):
            own = tuple(once(browser, site, script, slowed, seconds, figure) for figure in FIGURES)
            yield own + tuple(plain(page, slowed, seconds))


def middle(rows: tuple[Row, ...]) -> Row:
    """The median of several rounds of one row."""
    frames = float(np.median([row.frames for row in rows]))
    waits = [row.waits for row in rows if row.waits]
    return replace(rows[0], frames=frames, waits=tuple(np.median(waits, axis=0)) if waits else None)


def once(browser: Browser, site: Path, script: Path, slowed: float, seconds: float, figure: Moving) -> Row:
    with opened(browser, (site / figure.page).as_uri(), script, slowed) as page:
        live(page, figure)
        frames = page.evaluate("([name, ms]) => bench.played(name, ms)", [figure.name, 1000 * seconds])
        asked = [figure.name, figure.slider, round(15 * seconds)]
        waits = np.array(page.evaluate("([name, slider, count]) => bench.slid(name, slider, count)", asked))[10:]
        late = float(np.median(waits)), float(np.percentile(waits, 95))
        return Row(f"il2site, {figure.name}", slowed, float(frames), late)


def plain(page: Page, slowed: float, seconds: float) -> Iterator[Row]:
    """Each way for half of `seconds`: there are six of them in each round."""
    for words, markers, curves in ((f"{RECEPTORS} markers", RECEPTORS, 0), ("three curves", 0, 3)):
        for way in WAYS:
            asked = [way, markers, curves, 500 * seconds]
            rate = page.evaluate("([way, m, c, ms]) => bench.plain(way, m, c, ms)", asked)
            yield Row(f"Plotly.{way}, {words}", slowed, float(rate))


def without_scripts(browser: Browser, site: Path) -> list[str]:
    """Figures whose still has no size when no script runs."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page, empty = context.new_page(), []
    for figure in FIGURES:
        page.goto((site / figure.page).as_uri())
        size = page.locator(f'il2-figure[data-name="{figure.name}"] [data-role="still"]').bounding_box()
        if not size or size["height"] < 100:
            empty.append(figure.name)
    context.close()
    return empty


def verdicts(rows: list[Row], speeds: tuple[float, float], empty: list[str]) -> Iterator[str]:
    own = [row for row in rows if row.waits]
    for slowed, least in zip(speeds, FRAMES, strict=True):
        slow = [
            f"{row.what} ({row.frames:.0f})"
            for row in own
            if row.slowed == slowed and row.frames and row.frames < least
        ]
        yield f"{least:.0f} frames a second at {slowed:g}x: " + (f"MISSED by {', '.join(slow)}" if slow else "met")
    for slowed, most in zip(speeds, SLIDER_MS, strict=True):
        late = [
            f"{row.what} ({row.waits[1]:.0f})"
            for row in own
            if row.slowed == slowed and row.waits and row.waits[1] > most
        ]
        yield f"slider to pixels in {most:.0f} ms at {slowed:g}x: " + (f"MISSED by {', '.join(late)}" if late else "met")
    yield "first paint without a script: " + (f"MISSED by {', '.join(empty)}" if empty else "met")


def elsewhere(rounds: list[tuple[Row, ...]]) -> str:
    """The waits of slowed rounds, as they would be where plain Plotly is as fast as where the targets were set."""
    ratios = [
        [row.frames / TARGETS_SET_AT[row.what] for row in rows if row.frames and row.what in TARGETS_SET_AT]
        for rows in rounds
    ]
    speeds = np.exp(np.mean(np.log(ratios), axis=1))
    late = np.array([[row.waits[1] for row in rows if row.waits] for rows in rounds])
    waits = ", ".join(f"{wait:.0f}" for wait in np.median(late * speeds[:, None], axis=0))
    return (
        f"plain Plotly is {np.median(speeds):.2f} times as fast here and now as where the targets were set (rounds: "
        f"{min(speeds):.2f} to {max(speeds):.2f}); the waits there would be {waits} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Frames per second and slider latency of the live figures.")
    parser.add_argument("--seconds", type=float, default=6.0, help="how long each is watched")
    parser.add_argument("--rounds", type=int, default=1, help="how often each figure is watched")
    parser.add_argument("--slow", type=float, default=4, help="how many times the processor is slowed down")
    asked = parser.parse_args()
    speeds = (1.0, asked.slow)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        site, script = build(folder), bundle(folder)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors\n")
        print(f"{'':44} slow frames/s   median      p95 (ms)")
        rows, rounds = [], []  # of the rounds the last are kept, those that are slowed
        for slowed in speeds:
            rounds = list(rounds_of(browser, site, script, slowed, asked.seconds, asked.rounds))
            for row in map(middle, zip(*rounds, strict=True)):
                rows.append(row)
                print(row.line(), flush=True)
        empty = without_scripts(browser, site)
        browser.close()
    print("", *verdicts(rows, speeds, empty), elsewhere(rounds), sep="\n")


if __name__ == "__main__":
    main()
