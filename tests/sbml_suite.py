"""Run the SBML Test Suite, or any folder in its layout, through the JavaScript that the browser runs.

    python tests/sbml_suite.py FOLDER [--stochastic] [--jobs N] [--seconds S]

A case is a folder NAME holding NAME-sbml*.xml, NAME-settings.txt and NAME-results.csv. One line is printed for every case
that is wrong or refused, and at the end `N passed, N failed, N skipped`; skipped is what il2site refuses by name. The exit
code is 1 when a case failed.

The rules are those of the suite's own documentation (github.com/sbmlteam/sbml-test-suite, cases/semantic/README.md and
cases/stochastic/README.md). A time course: |expected - actual| <= absolute + relative*|expected| for every value. Many
stochastic runs: (mean - expected mean)*sqrt(n)/sd in meanRange and (variance/expected variance - 1)*sqrt(n/2) in sdRange,
where sd is the expected one. That holds by chance alone in most cases, not in all: three standard errors are exceeded once
in 370 values, and the second formula takes it that numbers are spread as in a normal distribution, which those of a dying
population are not (00003: five of its standard errors are little more than one true one). So a stochastic case that is out
of range is judged again by other random numbers and four times as many runs, and with the standard error of the variance
that these runs themselves show. An error of the simulator shows twice as clearly then.
"""

from __future__ import annotations

import argparse
import csv
import math
import os
import re
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from statistics import fmean, stdev
from typing import Any, Literal

sys.path.insert(0, str(Path(__file__).parents[1]))

from il2site.model.engine.browser import Engine, EngineFailed
from il2site.model.expression import Expr
from il2site.model.network import Network, observe
from il2site.model.printer.javascript import javascript
from il2site.model.sbml import read_network
from il2site.problem import Problem
from il2site.text import SourceFile

SECONDS, STOCHASTIC_SECONDS = 60.0, 3600.0
"""What a case may take, unless something else is asked for."""
RUNS = 10_000
"""Stochastic runs of a case."""
BATCHES, BATCH = 100, 400
"""Batches of runs, and runs of a batch, of its second trial."""
MUCH_LESS = 1e-6
"""An amount that is this part of what a case tolerates is nothing: room for columns in other units than the states'."""
ROUNDED = 1e-5
"""Expected means and standard deviations are written with five decimals."""


# --- what a case says ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Settings:
    """NAME-settings.txt. `variables` are SBML identifiers; the ranges are those of a stochastic case."""

    start: float
    duration: float
    steps: int
    variables: tuple[str, ...]
    absolute: float
    relative: float
    amount: frozenset[str]
    concentration: frozenset[str]
    mean_range: tuple[float, float]
    sd_range: tuple[float, float]

    @property
    def times(self) -> tuple[float, ...]:
        """The times of the results: `steps` equal steps from `start` on."""
        return tuple(self.start + self.duration * i / self.steps for i in range(self.steps + 1))


def read_settings(text: str) -> Settings:
    """Raises ValueError or KeyError when the text says too little."""
    said = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in text.splitlines())}
    return Settings(
        start=float(said["start"] or 0),
        duration=float(said["duration"]),
        steps=int(said["steps"]),
        variables=_names(said["variables"]),
        absolute=float(said.get("absolute") or 0),
        relative=float(said.get("relative") or 0),
        amount=frozenset(_names(said.get("amount", ""))),
        concentration=frozenset(_names(said.get("concentration", ""))),
        mean_range=_range(said.get("meanRange") or "(-3, 3)"),
        sd_range=_range(said.get("sdRange") or "(-5, 5)"),
    )


def _names(words: str) -> tuple[str, ...]:
    return tuple(filter(None, re.split(r"[,\s]+", words)))


def _range(words: str) -> tuple[float, float]:
    low, high = words.strip("()[] ").split(",")
    return float(low), float(high)


Columns = dict[str, list[float]]
"""Values over time by name: variables, or X-mean and X-sd of every variable X."""


@dataclass(frozen=True)
class Table:
    """NAME-results.csv. The times stand apart, because a variable may be called `time`."""

    times: list[float]
    columns: Columns


def read_results(text: str, names: Sequence[str]) -> Table:
    """`names` are those of the columns behind the time, for a file without a header."""
    rows = [[cell.strip() for cell in row] for row in csv.reader(text.splitlines()) if any(map(str.strip, row))]
    if rows and not _is_number(rows[0][0]):
        names = rows.pop(0)[1:]
    times, *columns = ([float(row[i]) for row in rows] for i in range(len(names) + 1))
    return Table(times, dict(zip(names, columns, strict=True)))


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def model_file(case: Path) -> Path:
    """The SBML file of a case with the highest level and version."""
    found = [path for path in case.glob(f"{case.name}-sbml*.xml") if not path.stem.endswith("sedml")]
    if not found:
        raise FileNotFoundError(f"no {case.name}-sbml*.xml")
    return max(found, key=_level)


def _level(path: Path) -> tuple[int, int]:
    match = re.search(r"-l(\d+)v(\d+)$", path.stem)
    return (int(match[1]), int(match[2])) if match else (0, 0)


# --- the judge -------------------------------------------------------------------------------------------------------


def close(expected: float, actual: float, absolute: float, relative: float) -> bool:
    """The suite's rule for one value of a time course; NaN is NaN, and an infinity is itself."""
    if not (math.isfinite(expected) and math.isfinite(actual)):
        return expected == actual or (math.isnan(expected) and math.isnan(actual))
    return abs(expected - actual) <= absolute + relative * abs(expected)


def wrong_value(expected: Table, actual: Columns, settings: Settings) -> str | None:
    """The first value (by time) that breaks the rule, in words."""
    for i, time in enumerate(expected.times):
        for name in settings.variables:
            if i >= len(actual[name]):
                return f"nothing at time {time:g}"
            value, got = expected.columns[name][i], actual[name][i]
            if not close(value, got, settings.absolute, settings.relative):
                return f"{name} at time {time:g}: expected {value!r}, actual {got!r}"
    return None


def wrong_statistic(expected: Table, batches: Sequence[Columns], runs: int, settings: Settings) -> str | None:
    """The first mean or standard deviation (by time) that is out of range, in words; `runs` are those of one batch."""
    for i, time in enumerate(expected.times):
        for name in settings.variables:
            mean, sd = (expected.columns[f"{name}-{kind}"][i] for kind in ("mean", "sd"))
            if any(i >= len(batch[f"{name}-mean"]) for batch in batches):
                return f"nothing at time {time:g}"
            means, sds = ([batch[f"{name}-{kind}"][i] for batch in batches] for kind in ("mean", "sd"))
            z, y = scores(mean, sd, means, sds, runs)
            if not settings.mean_range[0] <= z <= settings.mean_range[1]:
                return _out_of_range(f"mean of {name} at time {time:g}", mean, fmean(means), z)
            if not settings.sd_range[0] <= y <= settings.sd_range[1]:
                return _out_of_range(f"sd of {name} at time {time:g}", sd, math.sqrt(fmean(s * s for s in sds)), y)
    return None


def _out_of_range(what: str, expected: float, actual: float, score: float) -> str:
    return f"{what}: expected {expected!r}, actual {actual!r} ({score:.1f} standard errors)"


def scores(mean: float, sd: float, means: Sequence[float], sds: Sequence[float], runs: int) -> tuple[float, float]:
    """How far a mean and a variance are from the expected `mean` and `sd`**2, in standard errors.

    `means` and `sds` are those of batches of `runs` runs. Of one batch, the standard error of the variance is that of the
    suite's rule; of several, it is that of their mean. Where nothing varies (sd 0) both must be met, as far as they are
    written: then the scores are 0 or infinite.
    """
    if sd == 0:
        allowed = ROUNDED * max(1.0, abs(mean))
        faults = (max(abs(got - mean) for got in means), max(sds))
        return 0.0 if faults[0] <= allowed else math.inf, 0.0 if faults[1] <= allowed else math.inf
    variances = [got * got / (sd * sd) for got in sds]
    error = stdev(variances) / math.sqrt(len(sds)) if len(sds) > 1 else math.sqrt(2 / runs)
    z = (fmean(means) - mean) * math.sqrt(runs * len(means)) / sd
    return z, (fmean(variances) - 1) / error if error else math.inf


# --- one case --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Verdict:
    """How a case went, and what there is to say about it."""

    case: str
    kind: Literal["passed", "failed", "skipped"]
    words: str = ""


class Refused(Exception):
    """The reader does not take the model; carries its problems."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(dict.fromkeys(problem.message for problem in problems)))
        self.by_name = all(problem.rule == "model-unsupported" for problem in problems)


Ask = Callable[[Mapping[str, object]], dict[str, Any]]


def judge(case: Path, stochastic: bool, seconds: float) -> Verdict:
    """Run one case. Whatever goes wrong in it makes it fail, also that it takes longer than `seconds`; nothing raises."""
    try:
        with _limit(seconds):
            wrong = (stochastic_case if stochastic else time_course)(case, partial(engine().ask, seconds=seconds))
    except Refused as refused:
        return Verdict(case.name, "skipped" if refused.by_name else "failed", f"refused: {refused}")
    except Exception as error:
        return Verdict(case.name, "failed", f"{type(error).__name__}: {error}".rstrip(": "))
    return Verdict(case.name, "failed" if wrong else "passed", wrong or "")


def time_course(case: Path, ask: Ask) -> str | None:
    settings = read_settings(_text(case, "settings.txt"))
    expected = results(case, settings, settings.variables)
    observed, columns = observe_variables(read(case), settings)
    options = run_options(settings) | {
        "method": "ode",
        "relative": min(1e-6, settings.relative / 100),
        "nothing": settings.absolute * MUCH_LESS,
    }
    answer = ask({"script": javascript(observed), "runs": [options]})["runs"][0]
    actual = _columns(answer["columns"], columns)
    wrong = wrong_value(expected, actual, settings)
    outcome = answer["outcome"]
    return f"{wrong} ({_ended(outcome)})" if wrong and outcome["kind"] != "finished" else wrong


def stochastic_case(case: Path, ask: Ask) -> str | None:
    settings = read_settings(_text(case, "settings.txt"))
    names = [f"{name}-{kind}" for name in settings.variables for kind in ("mean", "sd")]
    expected = results(case, settings, names)
    observed, columns = observe_variables(read(case), settings)
    script = javascript(observed)
    if observed.numbered_changes is None:
        return "no stochastic run: something changes by no whole number, or by a rate rule"
    draw = partial(ensemble, ask, script, settings, columns)
    once = [draw(RUNS, seed=1)]
    if wrong_statistic(expected, once, RUNS, settings) is None:
        return None
    again = [draw(BATCH, seed=1_000_000 + i * BATCH) for i in range(BATCHES)]
    return wrong_statistic(expected, again, BATCH, settings)


def ensemble(ask: Ask, script: str, settings: Settings, columns: Mapping[str, str], runs: int, seed: int) -> Columns:
    """Means and standard deviations of every variable over `runs` stochastic runs."""
    options = run_options(settings) | {"method": "ssa", "seed": seed}
    question = {"script": script, "runs": [options], "ensemble": {"runs": runs, "percentiles": []}}
    answer = ask(question)["runs"][0]
    found = ((kind, _columns(answer[kind], columns)) for kind in ("mean", "sd"))
    return {f"{name}-{kind}": values for kind, table in found for name, values in table.items()}


def results(case: Path, settings: Settings, names: Sequence[str]) -> Table:
    """What is expected; raises ValueError when it is not at the times that the settings name."""
    table = read_results(_text(case, "results.csv"), names)
    spacing = settings.duration / settings.steps
    pairs = zip(table.times, settings.times, strict=True)
    if any(abs(written - named) > spacing / 100 for written, named in pairs):
        raise ValueError("the results are not at the times that the settings name")
    return table


def run_options(settings: Settings) -> dict[str, object]:
    return {
        "set": {}, "seed": 1, "raw": True,
        "start": settings.start, "end": settings.start + settings.duration, "points": settings.steps + 1,
    }  # fmt: skip


def read(case: Path) -> Network:
    """The network of a case; raises Refused."""
    path = model_file(case)
    read = read_network(SourceFile(path.name, path.read_text(encoding="utf-8")))
    if read.value is None:
        raise Refused(read.problems)
    return read.value


def observe_variables(network: Network, settings: Settings) -> tuple[Network, dict[str, str]]:
    """`network` with one output for each variable, as amount or concentration as asked; and the output's name for each."""
    taken = {*network.states, *network.parameters, *network.outputs}
    prefix = "column"
    while any(name.startswith(prefix) for name in taken):
        prefix += "_"
    columns = {name: f"{prefix}{i}" for i, name in enumerate(settings.variables)}
    return observe(network, {columns[name]: wanted(network, settings, name) for name in columns}), columns


def wanted(network: Network, settings: Settings, name: str) -> Expr:
    quantity = network.quantities[name]
    if name in settings.amount:
        return quantity.amount
    return quantity.concentration if name in settings.concentration else quantity.value


def _text(case: Path, what: str) -> str:
    return (case / f"{case.name}-{what}").read_text(encoding="utf-8-sig")


def _columns(series: Mapping[str, Sequence[float | str]], columns: Mapping[str, str]) -> Columns:
    """The variables' columns; what is not finite comes as a word (NaN, Infinity, -Infinity)."""
    return {name: [float(value) for value in series[column]] for name, column in columns.items()}


def _ended(outcome: Mapping[str, Any]) -> str:
    return f"{outcome['kind']} at {outcome['at']}"


# --- all of them -----------------------------------------------------------------------------------------------------


@cache
def engine() -> Engine:
    """The Node process of this worker."""
    return Engine()


class _limit:
    """Raises EngineFailed in the block when it takes longer than `seconds`, where the system can (not on Windows).

    The engine has a limit of its own; this one is for reading and printing the model too, and for many questions.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = math.ceil(seconds) + 1

    def __enter__(self) -> None:
        if hasattr(signal, "SIGALRM"):
            signal.signal(signal.SIGALRM, self.ring)
            signal.alarm(self.seconds)

    def __exit__(self, *_: object) -> None:
        if hasattr(signal, "SIGALRM"):
            signal.alarm(0)

    def ring(self, *_: object) -> None:
        engine().stop()
        raise EngineFailed(f"it took longer than {self.seconds} s")


def cases(folder: Path) -> list[Path]:
    """The cases of a suite in order of name; `folder` may be one itself."""
    found = [path for path in sorted(folder.resolve().iterdir()) if (path / f"{path.name}-settings.txt").is_file()]
    return found or [folder.resolve()]


def verdicts(paths: Sequence[Path], stochastic: bool, jobs: int, seconds: float) -> Iterator[Verdict]:
    """In the order of `paths`. A case that brings its worker down is tried again alone, and fails if it does so again."""
    work = partial(judge, stochastic=stochastic, seconds=seconds)
    with ProcessPoolExecutor(jobs) as pool:
        running = [pool.submit(work, path) for path in paths]
        for path, future in zip(paths, running, strict=True):
            try:
                yield future.result()
            except BrokenProcessPool:
                yield _alone(work, path)


def _alone(work: partial[Verdict], path: Path) -> Verdict:
    with ProcessPoolExecutor(1) as pool:
        try:
            return pool.submit(work, path).result()
        except BrokenProcessPool:
            return Verdict(path.name, "failed", "the worker crashed")


def summary(kinds: Iterable[str]) -> str:
    kinds = list(kinds)
    return ", ".join(f"{kinds.count(kind)} {kind}" for kind in ("passed", "failed", "skipped"))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Run the SBML Test Suite through the browser's engine.")
    parser.add_argument("folder", type=Path, help="a folder of cases, or one case")
    parser.add_argument("--stochastic", action="store_true", help="the cases are stochastic ones")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many cases run at once")
    parser.add_argument("--seconds", type=float, help=f"what a case may take ({SECONDS:g}, or {STOCHASTIC_SECONDS:g})")
    asked = parser.parse_args(arguments)
    if not asked.folder.is_dir():
        parser.error(f"{asked.folder} is no folder")
    seconds = asked.seconds or (STOCHASTIC_SECONDS if asked.stochastic else SECONDS)
    kinds = []
    for verdict in verdicts(cases(asked.folder), asked.stochastic, max(1, asked.jobs), seconds):
        kinds.append(verdict.kind)
        if verdict.kind != "passed":
            print(f"{verdict.case}  {verdict.kind}  {verdict.words}", flush=True)
    print(summary(kinds))
    return 1 if "failed" in kinds else 0


if __name__ == "__main__":
    sys.exit(main())
