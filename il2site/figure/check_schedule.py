"""Compare the schedule of a figure with its model, and with what the reader may make of it."""

from __future__ import annotations

from collections.abc import Iterator

from il2site.figure.schedule import COUNT, CYCLES, EVERY, most_doses, schedule_values
from il2site.figure.spec import ScheduleFigure, Written, numbered_controls
from il2site.model.network import Network
from il2site.problem import Problem
from il2site.schema import KeyPath

MOST_DOSES = 120
MOST_BOXES = 40


def schedule_problems(written: Written, spec: ScheduleFigure, network: Network) -> Iterator[Problem]:
    """Whatever keeps the doses from being given as they are written."""
    course, where = spec.schedule, ("schedule",)
    targets = frozenset((*network.states, *network.twins, *network.defaults))
    if course.target not in targets:
        yield written.unknown((*where, "target"), course.target, targets, "a state or a parameter of the model")
    for name in sorted(schedule_values(spec).keys() & network.defaults.keys()):
        said = f"the model has a parameter {name}, a name that the schedule needs"
        yield written.problem(where, said, "Rename it in the model.")
    most = MOST_BOXES if course.skip else MOST_DOSES
    if most_doses(spec) > most:
        said = f"the reader can ask for {most_doses(spec)} doses"
        yield written.problem((*where, "count"), said, f"Keep the count and the cycles below {most} together.")
    yield from _spacing_problems(written, spec)


def _spacing_problems(written: Written, spec: ScheduleFigure) -> Iterator[Problem]:
    course = spec.schedule
    asked: list[tuple[KeyPath, str, float, float]] = [
        (path, control.parameter, control.min, control.max) for path, control in numbered_controls(spec)
    ]
    asked += [
        (("presets", place, "set", name), name, value, value)
        for place, preset in enumerate(spec.presets)
        for name, value in preset.set.items()
    ]
    for path, name, low, high in [(("schedule", "every"), EVERY, course.every, course.every), *asked]:
        if name == EVERY and low < course.duration:
            said = f"a dose that lasts {course.duration:g} overlaps the next one after {low:g}"
            yield written.problem(path, said, "Widen the interval, or shorten the duration.")
        if name in (COUNT, CYCLES) and not (low >= 1 and low.is_integer() and high.is_integer()):
            yield written.problem(path, "doses and cycles are counted from 1", "Write whole numbers, and whole: true.")
    cycles = [course.cycles, *(high for _, name, _, high in asked if name == CYCLES)]
    if max(cycles) > 1 and not course.cycle_every > 0:
        said = "a course that is repeated does not say after how long"
        yield written.problem(("schedule",), said, "Add cycle_every, from the start of one cycle to the next.")
