"""Compare a scan with its model: what is swept, what is measured, what is marked."""

from __future__ import annotations

from collections.abc import Iterator

from il2site.figure.check_conditions import ID
from il2site.figure.check_words import Known, sentence_problems
from il2site.figure.clock import clock_of
from il2site.figure.spec import ScanFigure, ScanPanel, Written, numbered_controls
from il2site.figure.words import read_hole
from il2site.model.network import Network
from il2site.problem import Problem
from il2site.schema import KeyPath

POINTS = range(5, 122)


def scan_problems(written: Written, spec: ScanFigure, network: Network) -> Iterator[Problem]:
    """Everything that keeps the sweep from being run and drawn."""
    yield from _sweep_problems(written, spec, network)
    for name, text in spec.scan.measures.items():
        yield from _measure_problems(written, spec, network, name, text)
    if not spec.scan.measures:
        yield written.problem(("scan", "measures"), "nothing is measured", "Write at least one measure.")
    for place, panel in enumerate(spec.panels):
        yield from _panel_problems(written, spec, panel, ("panels", place))


def _sweep_problems(written: Written, spec: ScanFigure, network: Network) -> Iterator[Problem]:
    scan, where = spec.scan, ("scan",)
    name = scan.parameter
    if name not in network.defaults:
        known = frozenset(network.defaults)
        yield written.unknown((*where, "parameter"), name, known, "a parameter that can be set")
    if scan.min >= scan.max:
        said = f"the sweep runs from {scan.min:g} to {scan.max:g}"
        yield written.problem((*where, "min"), said, "Write the smaller number as min.")
    elif scan.scale == "log" and scan.min <= 0:
        said = f"a logarithmic sweep cannot begin at {scan.min:g}"
        yield written.problem((*where, "min"), said, "Begin above zero, or write scale: linear.")
    if scan.points not in POINTS:
        said = f"a sweep cannot be made of {scan.points} runs"
        yield written.problem((*where, "points"), said, f"Write a number from {POINTS.start} to {POINTS.stop - 1}.")
    if spec.run.method != "ode":
        yield written.problem(("run", "method"), "a scan is made of runs without chance", "Write method: ode.")
    setters: list[tuple[tuple[str | int, ...], bool]] = [
        (("conditions", key, "set", name), name in condition.set) for key, condition in spec.conditions.items()
    ]
    setters += [((*path, "parameter"), control.parameter == name) for path, control in numbered_controls(spec)]
    setters += [(("presets", place, "set", name), name in preset.set) for place, preset in enumerate(spec.presets)]
    for at, sets in setters:
        if sets:
            yield written.problem(at, f"{name} is swept, so nothing else can set it", "Delete it here.")


def _measure_problems(written: Written, spec: ScanFigure, network: Network, name: str, text: str) -> Iterator[Problem]:
    where: KeyPath = ("scan", "measures", name)
    if not ID.fullmatch(name) or name == "x":
        yield written.problem(where, f'"{name}" cannot be the name of a measure', "Write a word, and not x.")
    in_model = frozenset((*network.states, *network.outputs))
    yield from sentence_problems(written, where, f"{{{text}}}", Known(in_model, frozenset(), frozenset(), spec.run.end))
    hole = read_hole(text)
    if hole is not None and hole.other is not None:
        yield written.problem(where, "a scan compares nothing at each of its runs", "Write the measure without .vs.")


def _panel_problems(written: Written, spec: ScanFigure, panel: ScanPanel, where: KeyPath) -> Iterator[Problem]:
    clock = clock_of(spec)
    for place, point in enumerate(panel.points):
        if not clock.low <= point.x <= clock.high:
            said = f"the point at {point.x:g} lies outside the sweep"
            yield written.problem((*where, "points", place, "x"), said, f"Write {clock.low:g} to {clock.high:g}.")
    slope = panel.slope
    if slope is not None and not (clock.scale == panel.scale == "log" and min(slope.through) > 0):
        said = "a slope is drawn between logarithmic axes, through a point above zero"
        yield written.problem((*where, "slope"), said, "Write scale: log for the sweep and the panel.")
