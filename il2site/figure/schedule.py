"""The doses of a schedule, from numbers that a reader can change as if they were parameters of the model:

    dose_count     how many doses in a row            dose_every    from one dose to the next
    dose_amount    how much each dose gives           dose_cycles   how often the whole course is repeated
    skip_3         1 when the third dose is left out

They can be controls, be set by presets, and be named in words. `static/src/figure/schedule.ts` gives the same doses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from il2site.figure.spec import LiveFigure, ScheduleFigure
from il2site.figure.words import Array
from il2site.model.engine.doses import Dose

COUNT, EVERY, AMOUNT, CYCLES = "dose_count", "dose_every", "dose_amount", "dose_cycles"
GIVEN = "doses_given"
"""The column that counts the doses that have begun."""


def schedule_values(spec: LiveFigure) -> dict[str, float]:
    """The numbers of the schedule as they usually are; none for a figure without one."""
    if not isinstance(spec, ScheduleFigure):
        return {}
    course = spec.schedule
    values = {COUNT: course.count, EVERY: course.every, AMOUNT: course.amount, CYCLES: course.cycles}
    return values | {f"skip_{place}": 0.0 for place in range(1, (most_doses(spec) if course.skip else 0) + 1)}


def most_doses(spec: ScheduleFigure) -> int:
    """As many doses as the reader can ask for."""
    most = {control.parameter: control.max for control in spec.all_controls}
    presets = [preset.set for preset in spec.presets]
    count, cycles = (
        max(usual, most.get(name, 0), *(each.get(name, 0) for each in presets), 0)
        for name, usual in ((COUNT, spec.schedule.count), (CYCLES, spec.schedule.cycles))
    )
    return int(count) * int(cycles)


def doses_of(spec: LiveFigure, values: Mapping[str, float]) -> tuple[Dose, ...]:
    """What is given with `values` (those that are missing are as usual), in the unit of the figure's time axis."""
    if not isinstance(spec, ScheduleFigure):
        return ()
    course, asked = spec.schedule, {**schedule_values(spec), **values}
    count, every = int(asked[COUNT]), asked[EVERY]
    return tuple(
        Dose(course.first + cycle * course.cycle_every + place * every, course.target, asked[AMOUNT], course.duration)
        for cycle in range(int(asked[CYCLES]))
        for place in range(count)
        if not asked.get(f"skip_{cycle * count + place + 1}")
    )


def given(doses: Sequence[Dose], times: Array) -> Array:
    """How many doses have begun at each time."""
    begun = np.array(sorted(dose.time for dose in doses))
    return np.searchsorted(begun, times + 1e-9 * float(times[-1]), side="right").astype(float)
