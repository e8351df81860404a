"""Compare a figure's settings with what its model or its data has: every name, every bound, every sentence."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from il2site.figure.arms import Arm, arms_of
from il2site.figure.base import Scale
from il2site.figure.check_conditions import condition_problems
from il2site.figure.check_scan import scan_problems
from il2site.figure.check_schedule import schedule_problems
from il2site.figure.check_words import Known, sentence_problems
from il2site.figure.clock import Clock, clock_of
from il2site.figure.pathway import pathway_problems
from il2site.figure.schedule import GIVEN, schedule_values
from il2site.figure.spec import (
    Control,
    FieldFigure,
    LiveFigure,
    MembraneFigure,
    Panel,
    PathwayFigure,
    PopulationFigure,
    ScanFigure,
    ScheduleFigure,
    TimecourseFigure,
    Written,
    numbered_controls,
)
from il2site.model.network import Network
from il2site.problem import Problem
from il2site.schema import KeyPath

MOST_CONTROLS = 3
MOST_PANELS = 6
MOST_POINTS = 5001
STAGES = range(3, 7)


def live_problems(written: Written, spec: LiveFigure, network: Network) -> Iterator[Problem]:
    """Everything that keeps `spec` from being run and drawn with `network`."""
    in_model = frozenset((*network.states, *network.outputs))
    arms = arms_of(spec)
    drawn = frozenset(spec.scan.measures) if isinstance(spec, ScanFigure) else in_model
    shown = frozenset(arm.address(name) for arm in arms for name in drawn)
    shown |= {GIVEN} if isinstance(spec, ScheduleFigure) else set()
    yield from _run_problems(written, spec)
    yield from condition_problems(written, spec, network)
    yield from _stage_problems(written, spec)
    yield from _panel_problems(written, spec, shown)
    yield from _field_problems(written, spec, network, in_model)
    yield from _control_problems(written, spec, network)
    yield from _preset_problems(written, spec, network)
    if isinstance(spec, ScanFigure):
        yield from scan_problems(written, spec, network)
    if isinstance(spec, ScheduleFigure):
        yield from schedule_problems(written, spec, network)
    yield from _word_problems(written, spec, network, shown)


def _word_problems(written: Written, spec: LiveFigure, network: Network, shown: frozenset[str]) -> Iterator[Problem]:
    swept, now = (spec.scan.parameter, "x") if isinstance(spec, ScanFigure) else ("", "time")
    fixed = [name for name in (*network.defaults, *schedule_values(spec)) if name != swept]
    parameters = frozenset(arm.address(name) for arm in (Arm(), *arms_of(spec)) for name in fixed)
    presets = frozenset(preset.label for preset in spec.presets)
    known = Known(shown, parameters, presets, clock_of(spec).high, now)
    for key, template in spec.words.templates().items():
        yield from sentence_problems(written, ("words", key), template, known)


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
    if run.cells > 1 and not (run.method == "ssa" and isinstance(spec, TimecourseFigure | ScheduleFigure)):
        said = "many cells are curves of stochastic runs"
        yield written.problem(("run", "cells"), said, "Write view: timecourse and method: ssa, or delete cells.")
    if isinstance(spec, MembraneFigure) and spec.time.model_units != 1:
        said = "single molecules are followed in the time unit of their model"
        yield written.problem(("time", "model_units"), said, "Delete model_units.")


def _stage_problems(written: Written, spec: LiveFigure) -> Iterator[Problem]:
    if len(spec.stages) not in STAGES:
        said = f"there are {len(spec.stages)} stages"
        yield written.problem(
            ("stages",), said, f"Write {STAGES.start} to {STAGES.stop - 1}, each a step of the story."
        )
    for place, stage in enumerate(spec.stages):
        yield from _moment_problems(written, ("stages", place, "at"), stage.at, clock_of(spec))
    for place, (before, after) in enumerate(pairwise(spec.stages), 1):
        if after.at <= before.at:
            said = f"the stage at {after.at:g} does not come after the one at {before.at:g}"
            yield written.problem(("stages", place, "at"), said, "Put the stages in order of time.")


def _moment_problems(written: Written, where: KeyPath, at: float, clock: Clock) -> Iterator[Problem]:
    if not clock.low <= at <= clock.high:
        what, whole = ("time", "run") if clock.kind == "time" else ("value", "sweep")
        remedy = f"Write a {what} from {clock.low:g} to {clock.high:g}."
        yield written.problem(where, f"the {what} {at:g} lies outside the {whole}", remedy)


def _panel_problems(written: Written, spec: LiveFigure, shown: frozenset[str]) -> Iterator[Problem]:
    if not spec.panels:
        yield written.problem(("panels",), "there are no panels", "Write at least one, with a line.")
    if len(spec.panels) > MOST_PANELS:
        said = f"there are {len(spec.panels)} panels, which would be too low to be read"
        yield written.problem(("panels",), said, f"Keep at most {MOST_PANELS}, or make two figures.")
    for place, panel in enumerate(spec.panels):
        where: KeyPath = ("panels", place)
        yield from range_problems(written, where, panel.range, panel.scale)
        if not panel.lines:
            yield written.problem((*where, "lines"), f'the panel "{panel.label}" has no lines', "Write at least one.")
        for number, line in enumerate(panel.lines):
            yield from _shown(written, (*where, "lines", number, "show"), line.show, shown)
        yield from _mark_problems(written, where, panel)


def _mark_problems(written: Written, where: KeyPath, panel: Panel) -> Iterator[Problem]:
    low, high = panel.range or (0.0, math.inf)
    for place, mark in enumerate(panel.marks):
        if not low <= mark.at <= high:
            said = f"the mark at {mark.at:g} lies outside the range of its panel"
            yield written.problem((*where, "marks", place, "at"), said, "Move it into the range, or widen the range.")


def range_problems(
    written: Written, where: KeyPath, ends: tuple[float, float] | None, scale: Scale
) -> Iterator[Problem]:
    """What is wrong with the ends of an axis; `where` holds its range and its scale."""
    if ends is None:
        if scale == "log":
            yield written.problem(
                (*where, "scale"), "a logarithmic scale needs a range", "Add a line such as range: [1, 1000]."
            )
        return
    low, high = ends
    if low >= high:
        yield written.problem(
            (*where, "range"), f"the range runs from {low:g} to {high:g}", "Write the smaller number first."
        )
    elif scale == "log" and low <= 0:
        said = f"a logarithmic scale cannot begin at {low:g}"
        yield written.problem((*where, "range"), said, "Begin the range above zero.")


def _shown(written: Written, where: KeyPath, name: str, shown: frozenset[str]) -> Iterator[Problem]:
    if name not in shown:
        yield written.unknown(where, name, shown, "a state or an output of the model")


def _field_problems(written: Written, spec: LiveFigure, network: Network, shown: frozenset[str]) -> Iterator[Problem]:
    if isinstance(spec, MembraneFigure):
        yield from _membrane_problems(written, spec, network)
    if isinstance(spec, PathwayFigure):
        yield from pathway_problems(written, spec.field, shown)
    if isinstance(spec, PopulationFigure):
        yield from _population_problems(written, spec, shown)


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
        remedy = f"Keep the {MOST_CONTROLS} that the lesson asks about, and put the rest under more_controls."
        yield written.problem(("controls",), said, remedy)
    seen: set[str] = set()
    for where, control in numbered_controls(spec):
        if control.parameter in seen:
            said = f"{control.parameter} has a control already"
            yield written.problem((*where, "parameter"), said, "Delete one of the two.")
        seen.add(control.parameter)
        settable = {**network.defaults, **schedule_values(spec)}
        if control.parameter not in settable:
            known = frozenset(settable)
            yield written.unknown((*where, "parameter"), control.parameter, known, "a parameter that can be set")
        usual = {**settable, **spec.run.set}
        yield from _bound_problems(written, where, control, usual.get(control.parameter))


def _bound_problems(written: Written, where: KeyPath, control: Control, default: float | None) -> Iterator[Problem]:
    if control.min >= control.max:
        said = f"the control runs from {control.min:g} to {control.max:g}"
        yield written.problem((*where, "min"), said, "Write the smaller number as min.")
    elif control.scale == "log" and control.min <= 0:
        said = f"a logarithmic control cannot begin at {control.min:g}"
        yield written.problem((*where, "min"), said, "Begin above zero, or write scale: linear.")
    elif default is not None and not control.min <= default <= control.max:
        said = f"the usual value {default:g} lies outside {control.min:g} to {control.max:g}"
        end = "min" if default < control.min else "max"
        yield written.problem((*where, end), said, "Widen the control so that it holds the usual value.")


def _preset_problems(written: Written, spec: LiveFigure, network: Network) -> Iterator[Problem]:
    controls = {control.parameter: control for control in spec.all_controls}
    settable = frozenset({**network.defaults, **schedule_values(spec)})
    settings: list[tuple[KeyPath, dict[str, float]]] = [(("run", "set"), spec.run.set)]
    settings += [(("presets", place, "set"), preset.set) for place, preset in enumerate(spec.presets)]
    compare = spec.compare if isinstance(spec, FieldFigure) else None
    if compare is not None:
        settings.append((("compare", "set"), compare.set))
        yield from _moment_problems(written, ("compare", "at"), compare.at, clock_of(spec))
    for path, values in settings:
        for name, value in values.items():
            where: KeyPath = (*path, name)
            if name not in settable:
                yield written.unknown(where, name, settable, "a parameter that can be set")
            elif name in controls and not controls[name].min <= value <= controls[name].max:
                low, high = controls[name].min, controls[name].max
                said = f"{name} = {value:g} lies outside its control, {low:g} to {high:g}"
                yield written.problem(where, said, "Change the value or widen the control.")
