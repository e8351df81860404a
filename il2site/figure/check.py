"""Compare a figure's settings with what its model or its data has: every name, every bound, every sentence."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from il2site.figure.spec import (
    Chart,
    ChartFigure,
    Control,
    LiveFigure,
    MembraneFigure,
    Panel,
    PopulationFigure,
    Written,
)
from il2site.figure.words import MEASURES, braces_pair, holes
from il2site.model.network import Network
from il2site.problem import Problem
from il2site.schema import KeyPath

MOST_CONTROLS = 3
MOST_POINTS = 5001
STAGES = range(2, 9)


def live_problems(written: Written, spec: LiveFigure, network: Network) -> Iterator[Problem]:
    """Everything that keeps `spec` from being run and drawn with `network`."""
    shown = frozenset((*network.states, *network.outputs))
    yield from _run_problems(written, spec)
    yield from _stage_problems(written, spec)
    yield from _panel_problems(written, spec, shown)
    yield from _field_problems(written, spec, network, shown)
    yield from _control_problems(written, spec, network)
    yield from _preset_problems(written, spec, network)
    known = shown | frozenset(network.defaults)
    for key in ("now", "summary"):
        yield from _sentence_problems(written, ("words", key), getattr(spec.words, key), known, shown)


def _run_problems(written: Written, spec: LiveFigure) -> Iterator[Problem]:
    run = spec.run
    if not run.end > 0:
        yield written.problem(("run", "end"), f"a run cannot end at {run.end:g}", "Write a time above zero.")
    if not 2 <= run.points <= MOST_POINTS:
        said = f"a run cannot be told at {run.points} points"
        yield written.problem(("run", "points"), said, f"Write a number from 2 to {MOST_POINTS}.")
    if run.average and run.method == "ode":
        said = "average is for stochastic runs; this one has no chance in it"
        yield written.problem(("run", "average"), said, "Delete average, or write method: ssa.")


def _stage_problems(written: Written, spec: LiveFigure) -> Iterator[Problem]:
    if len(spec.stages) not in STAGES:
        said = f"there are {len(spec.stages)} stages"
        yield written.problem(
            ("stages",), said, f"Write {STAGES.start} to {STAGES.stop - 1}, each a step of the story."
        )
    for place, stage in enumerate(spec.stages):
        yield from _moment_problems(written, ("stages", place, "at"), stage.at, spec.run.end)
    for place, (before, after) in enumerate(pairwise(spec.stages), 1):
        if after.at <= before.at:
            said = f"the stage at {after.at:g} does not come after the one at {before.at:g}"
            yield written.problem(("stages", place, "at"), said, "Put the stages in order of time.")


def _moment_problems(written: Written, where: KeyPath, at: float, end: float) -> Iterator[Problem]:
    if not 0 <= at <= end:
        yield written.problem(where, f"the time {at:g} lies outside the run", f"Write a time from 0 to {end:g}.")


def _panel_problems(written: Written, spec: LiveFigure, shown: frozenset[str]) -> Iterator[Problem]:
    if not spec.panels:
        yield written.problem(("panels",), "there are no panels", "Write at least one, with a line.")
    for place, panel in enumerate(spec.panels):
        where: KeyPath = ("panels", place)
        yield from _range_problems(written, where, panel)
        if not panel.lines:
            yield written.problem((*where, "lines"), f'the panel "{panel.label}" has no lines', "Write at least one.")
        for number, line in enumerate(panel.lines):
            yield from _shown(written, (*where, "lines", number, "show"), line.show, shown)


def _range_problems(written: Written, where: KeyPath, axis: Panel | Chart) -> Iterator[Problem]:
    if axis.range is None:
        if axis.scale == "log":
            yield written.problem(
                (*where, "scale"), "a logarithmic scale needs a range", "Add a line such as range: [1, 1000]."
            )
        return
    low, high = axis.range
    if low >= high:
        yield written.problem(
            (*where, "range"), f"the range runs from {low:g} to {high:g}", "Write the smaller number first."
        )
    elif axis.scale == "log" and low <= 0:
        said = f"a logarithmic scale cannot begin at {low:g}"
        yield written.problem((*where, "range"), said, "Begin the range above zero.")


def _shown(written: Written, where: KeyPath, name: str, shown: frozenset[str]) -> Iterator[Problem]:
    if name not in shown:
        yield written.unknown(where, name, shown, "a state or an output of the model")


def _field_problems(written: Written, spec: LiveFigure, network: Network, shown: frozenset[str]) -> Iterator[Problem]:
    if isinstance(spec, MembraneFigure):
        return _membrane_problems(written, spec, network)
    return _population_problems(written, spec, shown)


def _membrane_problems(written: Written, spec: MembraneFigure, network: Network) -> Iterator[Problem]:
    names, states = spec.field.individuals, frozenset(network.states)
    listed = [("free", names.free), *(("bound", name) for name in names.bound), ("triggered", names.triggered)]
    for key, name in listed:
        if name not in states:
            yield written.unknown(("field", "individuals", key), name, states, "a state of the model")
    followed = [name for _, name in listed]
    if len(set(followed)) < len(followed) or not names.bound:
        said = "the states of one antigen must differ, with at least one that is held"
        yield written.problem(("field", "individuals"), said, "Name each state once.")
    if spec.field.of not in states:
        yield written.unknown(("field", "of"), spec.field.of, states, "a state of the model")
    if spec.run.method != "ssa":
        said = "a membrane shows single molecules, which only a stochastic run has"
        yield written.problem(("run", "method"), said, "Write method: ssa.")
    if not 1 <= spec.field.receptors <= 400:
        said = f"{spec.field.receptors} receptors cannot be drawn"
        yield written.problem(("field", "receptors"), said, "Write a number from 1 to 400.")


def _population_problems(written: Written, spec: PopulationFigure, shown: frozenset[str]) -> Iterator[Problem]:
    for place, kind in enumerate(spec.field.kinds):
        yield from _shown(written, ("field", "kinds", place, "show"), kind.show, shown)
    if not spec.field.kinds:
        yield written.problem(("field", "kinds"), "there are no kinds of cells", "Write at least one.")
    signal = spec.field.signal
    if signal is not None:
        yield from _shown(written, ("field", "signal", "show"), signal.show, shown)
        if not signal.full > 0:
            said = f"a field cannot be full at {signal.full:g}"
            yield written.problem(("field", "signal", "full"), said, "Write a number above zero.")


def _control_problems(written: Written, spec: LiveFigure, network: Network) -> Iterator[Problem]:
    if len(spec.controls) > MOST_CONTROLS:
        said = f"there are {len(spec.controls)} controls"
        yield written.problem(("controls",), said, f"Keep the {MOST_CONTROLS} that the lesson asks about.")
    for place, control in enumerate(spec.controls):
        where: KeyPath = ("controls", place)
        if control.parameter not in network.defaults:
            known = frozenset(network.defaults)
            yield written.unknown((*where, "parameter"), control.parameter, known, "a parameter that can be set")
        yield from _bound_problems(written, where, control, network.defaults.get(control.parameter))


def _bound_problems(written: Written, where: KeyPath, control: Control, default: float | None) -> Iterator[Problem]:
    if control.min >= control.max:
        said = f"the control runs from {control.min:g} to {control.max:g}"
        yield written.problem((*where, "min"), said, "Write the smaller number as min.")
    elif control.scale == "log" and control.min <= 0:
        said = f"a logarithmic control cannot begin at {control.min:g}"
        yield written.problem((*where, "min"), said, "Begin above zero, or write scale: linear.")
    elif default is not None and not control.min <= default <= control.max:
        said = f"the model's own value {default:g} lies outside {control.min:g} to {control.max:g}"
        end = "min" if default < control.min else "max"
        yield written.problem((*where, end), said, "Widen the control so that it holds the model's value.")


def _preset_problems(written: Written, spec: LiveFigure, network: Network) -> Iterator[Problem]:
    controls = {control.parameter: control for control in spec.controls}
    settings: list[tuple[KeyPath, dict[str, float]]] = [
        (("presets", place, "set"), preset.set) for place, preset in enumerate(spec.presets)
    ]
    if spec.compare is not None:
        settings.append((("compare", "set"), spec.compare.set))
        yield from _moment_problems(written, ("compare", "at"), spec.compare.at, spec.run.end)
    for path, values in settings:
        for name, value in values.items():
            where: KeyPath = (*path, name)
            if name not in network.defaults:
                yield written.unknown(where, name, frozenset(network.defaults), "a parameter that can be set")
            elif name in controls and not controls[name].min <= value <= controls[name].max:
                low, high = controls[name].min, controls[name].max
                said = f"{name} = {value:g} lies outside its control, {low:g} to {high:g}"
                yield written.problem(where, said, "Change the value or widen the control.")


def _sentence_problems(
    written: Written, where: KeyPath, template: str, known: frozenset[str], shown: frozenset[str]
) -> Iterator[Problem]:
    if not braces_pair(template):
        yield written.problem(where, "a brace stands alone", "Write a name between two braces: {total}.")
    for hole in holes(template):
        if hole.name not in known | {"time"}:
            yield written.unknown(where, hole.name, known | {"time"}, "a name of the model")
        elif hole.measure != "now" and hole.measure not in MEASURES:
            yield written.unknown(where, hole.measure, MEASURES, "a measure")
        elif hole.measure != "now" and hole.name not in shown:
            said = f'"{hole.name}" does not change during a run, so it has no {hole.measure}'
            yield written.problem(where, said, f"Write {{{hole.name}}}.")


def chart_problems(written: Written, spec: ChartFigure) -> Iterator[Problem]:
    """What is wrong with a chart before its data are looked at."""
    chart = spec.chart
    yield from _range_problems(written, ("chart",), chart)
    if chart.scale == "log" and chart.kind == "bars":
        said = "a bar on a logarithmic scale has no beginning, so its length says nothing"
        yield written.problem(("chart", "kind"), said, "Write kind: dots.")
    if chart.kind == "bars" and chart.range[0] != 0:
        said = f"bars that begin at {chart.range[0]:g} make small differences look large"
        yield written.problem(("chart", "range"), said, "Begin the range at 0.")
    for one, other in (("low", "high"), ("high", "low"), ("count", "of"), ("of", "count")):
        if getattr(chart, one) is not None and getattr(chart, other) is None:
            yield written.problem(("chart", one), f"{one} needs {other} beside it", f"Add a line {other}: …")
    for place, tick in enumerate(chart.ticks):
        if not chart.range[0] <= tick.at <= chart.range[1]:
            said = f"the tick at {tick.at:g} lies outside the range"
            yield written.problem(("chart", "ticks", place, "at"), said, "Move it into the range.")
