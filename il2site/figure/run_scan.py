"""Run a scan for its still: the usual one, those that its words compare with, the ends of controls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from il2site.figure.arms import Arm
from il2site.figure.scan import Scanned, between, positions, refined, scanned
from il2site.figure.spec import ScanFigure, Written
from il2site.figure.still import Moment, Prepared, Still
from il2site.figure.told import named_presets, stopped_problems
from il2site.figure.words import Measured
from il2site.model.engine.outcome import Outcome
from il2site.model.engine.simulate import MEASURED, TRIAL, Run, Simulator
from il2site.model.network import Network
from il2site.problem import Checked, Problem
from il2site.schema import KeyPath


def prepare_scan(written: Written, spec: ScanFigure, network: Network) -> Checked[Prepared]:
    simulator, xs = Simulator(network), positions(spec)
    usual = _scan(spec, simulator, xs)
    presets = {place: _scan(spec, simulator, xs, spec.presets[place].set) for place in named_presets(spec)}
    problems = [*_failures(written, ("scan",), usual)]
    for place, made in presets.items():
        problems.extend(_failures(written, ("presets", place, "set"), made, spec.presets[place].set))
    if problems:
        return Checked(None, tuple(problems))
    line = {place: refined(made.measured, between(spec), spec.scan.scale == "log") for place, made in presets.items()}
    fine = refined(usual.measured, between(spec), spec.scan.scale == "log")
    first = Moment(spec.scan.min, {name: float(column[0]) for name, column in fine.columns.items()})
    others = {spec.presets[place].label: measured for place, measured in line.items()}
    return Checked(Prepared(Still(fine, None, (), rows=usual.measured), first, others))


def scan_with(spec: ScanFigure, network: Network, values: Mapping[str, float]) -> Measured | Outcome:
    """The scan whose reader has set `values`; how it ended where a run did not finish."""
    made = _scan(spec, Simulator(network), positions(spec), values)
    failed = next((run.outcome for _, run in made.failed), None)
    return failed or refined(made.measured, between(spec), spec.scan.scale == "log")


def scan_extremes(
    written: Written, where: KeyPath, spec: ScanFigure, simulator: Simulator, values: Mapping[str, float]
) -> Iterator[Problem]:
    """Whether the model comes through at both ends of the sweep with `values`."""
    ends = _scan(spec, simulator, (spec.scan.min, spec.scan.max), values, TRIAL)
    if ends.failed:
        ends = _scan(spec, simulator, (spec.scan.min, spec.scan.max), values)
    yield from _failures(written, where, ends, values)


def _scan(
    spec: ScanFigure,
    simulator: Simulator,
    xs: Sequence[float],
    values: Mapping[str, float] | None = None,
    relative: float = MEASURED,
) -> Scanned:
    """The scan with `values` laid over what is usual in the figure."""
    laid = {**spec.run.set, **(values or {})}

    def simulate(swept: Mapping[str, float], arm: Arm) -> Run:
        overrides, run = {**laid, **swept, **(arm.set or {})}, spec.run
        return simulator.run(overrides, run.end, run.points, "ode", run.seed, relative, arm.doses)

    return scanned(spec, {**simulator.network.defaults, **laid}, simulate, xs)


def _failures(
    written: Written, where: KeyPath, made: Scanned, values: Mapping[str, float] | None = None
) -> Iterator[Problem]:
    for swept, run in made.failed:
        yield from stopped_problems(written, where, {**(values or {}), **swept}, run)
