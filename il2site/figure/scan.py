"""A scan: the same run again and again, with a parameter that goes from one end of a sweep to the other.

Every run gives the measures that the scan asks for, so that a scan is a table like that of one run, over the parameter
instead of time. Between two runs a line is drawn as a power law does, straight on logarithmic axes (`refined`).
`static/src/figure/scan.ts` does the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from il2site.figure.arms import Arm, arms_of, joined
from il2site.figure.spec import ScanFigure
from il2site.figure.words import Array, Measured, number_of
from il2site.model.engine.simulate import Run

FINE = 300
"""About how many places a drawn line has."""

Simulate = Callable[[Mapping[str, float], Arm], Run]


@dataclass(frozen=True)
class Scanned:
    """The measures at every run of the sweep, and the runs that did not finish, with what was set."""

    measured: Measured
    failed: Sequence[tuple[Mapping[str, float], Run]]


def positions(spec: ScanFigure) -> tuple[float, ...]:
    """The values of the parameter that are run: equally spaced on its scale, and whatever a stage or a mark names."""
    scan = spec.scan
    space = np.geomspace if scan.scale == "log" else np.linspace
    named = {scan.min, scan.max, *(stage.at for stage in spec.stages)}
    named |= {point.x for panel in spec.panels for point in panel.points}
    spaced = space(scan.min, scan.max, scan.points).tolist()
    return tuple(sorted({*named, *(x for x in spaced if not any(math.isclose(x, other) for other in named))}))


def between(spec: ScanFigure) -> int:
    """Into how many pieces a line between two runs is cut, so that it can be followed smoothly."""
    return max(FINE // len(positions(spec)), 1)


def scanned(spec: ScanFigure, usual: Mapping[str, float], simulate: Simulate, xs: Sequence[float]) -> Scanned:
    """The scan at `xs` with the `usual` values of all parameters; `simulate` makes the run of an arm with other ones."""
    arms, failed = arms_of(spec), []
    columns: list[dict[str, Array]] = [{name: np.full(len(xs), np.nan) for name in spec.scan.measures} for _ in arms]
    for place, x in enumerate(xs):
        for arm, column in zip(arms, columns, strict=True):
            made = simulate({spec.scan.parameter: x}, arm)
            if made.outcome.kind != "finished":
                failed.append(({spec.scan.parameter: x, **(arm.set or {})}, made))
                continue
            run = Measured(made.series.times, made.series.columns, {})
            for name, text in spec.scan.measures.items():
                column[name][place] = number_of(text, run)
    parameters = {**usual, **joined(arms, [{**usual, **(arm.set or {})} for arm in arms])}
    return Scanned(Measured(np.array(xs), joined(arms, columns), parameters, clock="x"), failed)


def refined(measured: Measured, pieces: int, log: bool) -> Measured:
    """`pieces` places in each gap between two runs: 1, 100 become 1, 10, 100 on a logarithmic axis."""
    times = _filled(measured.times, pieces, log)
    columns = {name: _filled(column, pieces, True) for name, column in measured.columns.items()}
    return replace(measured, times=times, columns=columns)


def _filled(values: Array, pieces: int, log: bool) -> Array:
    filled = [place for pair in pairwise(values.tolist()) for place in _gap(*pair, pieces, log)]
    return np.array([*filled, values[-1]])


def _gap(low: float, high: float, pieces: int, log: bool) -> Iterator[float]:
    """From `low` up to, not including, `high`: by equal factors if both are above zero, else by equal steps."""
    for piece in range(pieces):
        share = piece / pieces
        yield low * (high / low) ** share if log and low > 0 and high > 0 else low + share * (high - low)
