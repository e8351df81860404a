"""What the cursor of a figure moves along."""

from __future__ import annotations

import math
from dataclasses import dataclass

from il2site.figure.base import Scale
from il2site.figure.spec import LiveFigure, ScanFigure
from il2site.text import counted, inside, number


@dataclass(frozen=True)
class Clock:
    """From `low` to `high` in `unit`; `kind` says what passes."""

    kind: str
    label: str
    unit: str
    low: float
    high: float
    scale: Scale = "linear"
    least_digits: int = 0
    """So many digits behind the point the times of stages have: a clock tells them exactly."""


def clock_of(spec: LiveFigure) -> Clock:
    """The parameter that is swept, or else the time of the run."""
    if isinstance(spec, ScanFigure):
        scan = spec.scan
        return Clock("parameter", scan.label, scan.unit, scan.min, scan.max, scan.scale)
    digits = max((_digits_behind(stage.at) for stage in spec.stages), default=0)
    return Clock("time", spec.time.label, spec.time.unit, 0.0, spec.run.end, least_digits=min(digits, 2))


def _digits_behind(value: float) -> int:
    """The point: 7.75 has two, 8.0 none."""
    return len(f"{value:.10f}".rstrip("0").partition(".")[2])


def clock_words(clock: Clock, at: float) -> str:
    """Where the clock stands: "9.5 d"."""
    return counted(number(at), clock.unit)


POSITIONS = 300
"""The scrubber has so many positions; a place is said to the digits that one of them tells."""


def moment(clock: Clock, at: float) -> str:
    """A place of the clock in a sentence: "on day 9.5", "at 4.2 seconds", "at dwell time 5.2 s"."""
    return f"{'on' if clock.kind == 'time' and clock.unit == 'd' else 'at'} {spoken(clock, at)}"


def spoken(clock: Clock, at: float) -> str:
    """A place of the clock as it is said: "day 9.5". `static/src/figure/clock.ts` says the same."""
    if clock.kind == "parameter":
        return f"{inside(clock.label)} {counted(reading(clock, at), clock.unit)}"
    before, after = _SPOKEN.get(clock.unit, ("", f" {clock.unit}"))
    return f"{before}{reading(clock, at)}{after}"


def reading(clock: Clock, at: float) -> str:
    """The number of a place of the clock, to the digits that one position of the scrubber tells: "102.7" of 112."""
    if clock.kind == "parameter":
        return number(_rounded(clock, at))
    return f"{_rounded(clock, at):.10f}".rstrip("0").rstrip(".")


def _rounded(clock: Clock, at: float) -> float:
    if clock.scale == "log":
        return float(f"{at:.3g}")
    digits = math.ceil(-math.log10((clock.high - clock.low) / POSITIONS))
    return float(f"{at:.{min(max(digits, clock.least_digits), 10)}f}")


_SPOKEN = {"s": ("", " seconds"), "min": ("minute ", ""), "h": ("hour ", ""), "d": ("day ", ""), "wk": ("week ", "")}
