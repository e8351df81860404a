"""Make the runs of a figure: one for each condition, of one cell or of many, with the doses of its schedule.

A model may count time in another unit than the figure shows; the two meet here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from il2site.figure.arms import Arm, arms_of, joined
from il2site.figure.schedule import GIVEN, doses_of, given, schedule_values
from il2site.figure.spec import ScheduleFigure, TimedFigure
from il2site.figure.words import Array, Measured
from il2site.model.engine.doses import Dose
from il2site.model.engine.simulate import RELATIVE, Method, Run, Series, Simulator
from il2site.model.network import Network

Columns = Mapping[str, Array]


@dataclass(frozen=True)
class Played:
    """The runs of each arm, one for every cell, with `values` laid over what is usual in the model."""

    spec: TimedFigure
    arms: Sequence[Arm]
    values: Mapping[str, float]
    doses: Sequence[Dose]
    cells: Sequence[Sequence[Run]]

    def measured(self, network: Network) -> Measured:
        """What words can name: the mean of all cells, the parameters, and how many doses have been given."""
        times = self.cells[0][0].series.times
        columns = joined(self.arms, [_mean([made.series.columns for made in cells]) for cells in self.cells])
        if isinstance(self.spec, ScheduleFigure):
            columns |= {GIVEN: given(self.doses, times)}
        usual = {**network.defaults, **schedule_values(self.spec), **self.values}
        parameters = usual | joined(self.arms, [{**usual, **(arm.set or {})} for arm in self.arms])
        return Measured(times, columns, parameters, self.spec.time.unit)

    def members(self) -> list[Columns]:
        """The columns of every single cell; none when there is one only."""
        count = len(self.cells[0])
        single = (joined(self.arms, [cells[i].series.columns for cells in self.cells]) for i in range(count))
        return list(single) if count > 1 else []

    def begun(self) -> tuple[float, ...]:
        """When the doses of the schedule are given."""
        return tuple(dose.time for dose in self.doses)

    def runs(self) -> Iterator[tuple[Mapping[str, float], Run]]:
        """Every run and what was set for it."""
        for arm, cells in zip(self.arms, self.cells, strict=True):
            yield from (({**self.values, **(arm.set or {})}, made) for made in cells)


def play(
    spec: TimedFigure,
    simulator: Simulator,
    values: Mapping[str, float],
    method: Method | None = None,
    points: int | None = None,
    relative: float = RELATIVE,
) -> Played:
    """The runs with `values` laid over what is usual in the figure; what a condition sets lies on top."""
    settings, laid, arms = spec.run, {**spec.run.set, **values}, arms_of(spec)
    doses, unit, by = doses_of(spec, laid), spec.time.model_units, method or settings.method
    own = {name: value for name, value in laid.items() if name not in schedule_values(spec)}

    def run(arm: Arm, seed: int) -> Run:
        timed = [replace(dose, time=dose.time * unit, duration=dose.duration * unit) for dose in (*doses, *arm.doses)]
        overrides = {**own, **(arm.set or {})}
        made = simulator.run(overrides, settings.end * unit, points or settings.points, by, seed, relative, timed)
        return _in_unit(made, unit)

    seeds = range(settings.seed, settings.seed + (settings.cells if by == "ssa" else 1))
    return Played(spec, arms, laid, doses, [[run(arm, seed) for seed in seeds] for arm in arms])


def _in_unit(made: Run, unit: float) -> Run:
    """The run with its times in a unit that is `unit` times that of the model."""
    if unit == 1:
        return made
    at = made.outcome.at / unit if made.outcome.at is not None else None
    return replace(
        made, series=Series(made.series.times / unit, made.series.columns), outcome=replace(made.outcome, at=at)
    )


def _mean(cells: Sequence[Columns]) -> Columns:
    if len(cells) == 1:
        return cells[0]
    return {name: np.mean([columns[name] for columns in cells], axis=0) for name in cells[0]}
