"""Sentences that follow a run: templates with measures in braces.

    "After {time} s {bound} of {antigens} antigens are held."
        {time}              the time now; in a scan {x}, the value now of the parameter that is swept
        {bound}             a state, an output or a parameter now        {bound@9.5}       at time 9.5
        {bound.start}       at the first moment                          {bound.end}       at the last
        {bound.peak}        the largest value                            {bound.peak_time} when it is first reached
        {bound.fold}        peak divided by the start (by the first value above zero when the start is zero)
        {bound.half_life}   from the peak until half of it is left
        {bound.doubling}    the mean doubling time from the start to the peak; {bound.doubling(2, 8)} from 2 to 8
        {bound.cross(50)}   when it first reaches or passes 50; {bound.cross(free)} when it meets another state or output;
                            {bound.cross(50, 8)} from time 8 on
        {bound.plateau}     the mean of the last tenth of the run if it changes by less than 5 % there; {bound.plateau(20)}
        {bound.auc}         the area under the curve; {bound.auc(2, 8)} from 2 to 8

    "The peak is {total.peak.vs} and comes {total.peak_time.vs}."    The peak is 40 % lower and comes 2 days later.
        .vs                 behind any of these: compared with the usual run
        .vs(Half the IL-2)  with the preset of that label                .vs(M)    with another state or output

    "There are {total:whole cell/cells}, half of them {total.half_life:day/days} after the peak."
        behind a colon stands what is counted, the one and the many: 1 cell, 78 cells; `whole` for what there is no half of

    "It peaks on day {x.peak_time}[ and is down to half {x.half_life} days later| and does not fall to half]."
        A part in square brackets is said only when all its numbers exist; behind a bar is what is said instead.

A name may carry a condition behind an `@`: {total@half.peak}. A value now is the value at the grid time at or before
now; a peak is the largest value on the grid, as it is drawn. The other measures are those of model cards
(il2site/model/card/curve.py). `static/src/figure/words.ts` fills the same templates; tests/words.json holds them
together.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from il2site.model.card.curve import FEATURES, Curve, Nothing
from il2site.text import LEAST_AMOUNT, amount, number

Array = NDArray[np.float64]
Kind = Literal["level", "moment", "duration"]

_HOLE = re.compile(r"\{([^{}]*)\}")
_CLAUSE = re.compile(r"\[([^\[\]]*)\]")
_INSIDE = re.compile(
    r"\s*(?P<name>[A-Za-z_]\w*(?:@[A-Za-z_]\w*)?)(?:@(?P<at>\d+(?:\.\d+)?))?"
    r"(?:\.(?!vs\b)(?P<measure>\w+)(?:\((?P<arguments>[^()]*)\))?)?"
    r"(?:(?P<compared>\.vs(?:\((?P<other>.*)\))?)?|:(?P<whole>whole)?(?:\s*(?P<one>[^/]+)/(?P<many>[^/]+))?)\s*",
    re.ASCII,
)
UNITS = {"s": "second", "min": "minute", "h": "hour", "d": "day", "wk": "week"}


@dataclass(frozen=True)
class Hole:
    """One pair of braces: what is measured and how (`now` when nothing is written).

    `at`: the time at which it is measured, if one is written. `other`: what it is compared with: None for nothing, ""
    for the usual run, else the label of a preset or the name of a state or output. `noun`: what is counted, one of it and many.
    """

    name: str
    at: float | None = None
    measure: str = "now"
    arguments: tuple[str, ...] = ()
    other: str | None = None
    whole: bool = False
    noun: tuple[str, str] | None = None


@dataclass(frozen=True)
class Measured:
    """What a template can name: `columns` of shape (points,) over `times`, and the `parameters` of the run.

    `time_unit`: that of `times`; empty when they are no times (a scan).
    """

    times: Array
    columns: Mapping[str, Array]
    parameters: Mapping[str, float]
    time_unit: str = ""
    clock: str = "time"
    """What the value now of the clock is called; `x` in a scan."""


@dataclass(frozen=True)
class Measure:
    """`of` a curve and numbers, of which `least` to `most` are written; `missing` is said when there is none."""

    of: Callable[..., float]
    kind: Kind = "level"
    least: int = 0
    most: int = 0
    missing: str = "not a number"


def read_hole(inside: str) -> Hole | None:
    """What stands between two braces; None when it cannot be read."""
    match = _INSIDE.fullmatch(inside)
    if match is None:
        return None
    written = match["arguments"]
    arguments = () if written is None else tuple(part.strip() for part in written.split(","))
    other = (match["other"] or "").strip() if match["compared"] else None
    noun = (match["one"].strip(), match["many"].strip()) if match["one"] else None
    at = float(match["at"]) if match["at"] else None
    return Hole(match["name"], at, match["measure"] or "now", arguments, other, bool(match["whole"]), noun)


def holes(template: str) -> Iterator[tuple[str, Hole | None]]:
    """What stands in braces in `template`, in order, as written and as read."""
    return ((match[1].strip(), read_hole(match[1])) for match in _HOLE.finditer(template))


def is_paired(template: str) -> bool:
    """Whether every brace of `template` belongs to a hole and every square bracket to a clause."""
    without = _HOLE.sub("", template)
    return not set("{}") & set(without) and not set("[]") & set(_CLAUSE.sub("", without))


def fill(template: str, measured: Measured, now: float, others: Mapping[str, Measured] | None = None) -> str:
    """`template` with the measures at time `now`.

    `others`: the runs to compare with, the usual one under "" (when it is missing, `measured` is the usual one). Raises
    KeyError for a name, a measure or a run that is not known.
    """
    runs = {"": measured, **(others or {})}

    def told(match: re.Match[str]) -> str | None:
        hole = read_hole(match[1])
        if hole is None:
            raise KeyError(match[1])
        return _told(hole, measured, now, runs)

    def clause(match: re.Match[str]) -> str:
        said = (part for part in match[1].split("|") if all(told(hole) is not None for hole in _HOLE.finditer(part)))
        return next(said, "")

    def text(match: re.Match[str]) -> str:
        return told(match) or _missing(match[1])

    return _HOLE.sub(text, _CLAUSE.sub(clause, template))


def _told(hole: Hole, measured: Measured, now: float, runs: Mapping[str, Measured]) -> str | None:
    """The words for a hole; None when there is no number."""
    value = _value(hole, measured, now)
    if hole.other is None:
        return _with_noun(hole, value) if math.isfinite(value) else None
    if hole.other in measured.columns:
        reference = _value(Hole(hole.other, hole.at, hole.measure, hole.arguments), measured, now)
    else:
        reference = _value(hole, runs[hole.other], now)
    return compared(_kind(hole), value, reference, measured)


def _with_noun(hole: Hole, value: float) -> str:
    """A number with what it counts: "78 cells", "1 cell"; of what there is only whole, "less than 1 cell"."""
    said = _whole(value) if hole.whole else amount(value)
    if hole.noun is None:
        return said
    one, many = hole.noun
    return f"{said} {one if said in ('1', LESS) else many}"


LESS = "less than 1"


def _whole(value: float) -> str:
    return LESS if LEAST_AMOUNT <= value < 0.5 else number(math.floor(value + 0.5))


def number_of(inside: str, measured: Measured) -> float:
    """The number that `{inside}` is at the end of a run; not a number when there is none."""
    hole = read_hole(inside)
    return math.nan if hole is None else _value(hole, measured, float(measured.times[-1]))


def _kind(hole: Hole) -> Kind:
    return "level" if hole.measure == "now" else MEASURES[hole.measure].kind


def _missing(inside: str) -> str:
    hole = read_hole(inside)
    if hole is not None and hole.other is not None:
        return "not to be compared"
    return MEASURES[hole.measure].missing if hole and hole.measure in MEASURES else "not a number"


def measure_of(name: str, measure: str, measured: Measured) -> float:
    """A measure of the curve `name` that needs no numbers ("peak"); not a number when there is none."""
    return _value(Hole(name, measure=measure), measured, 0.0)


def index_at(times: Array, now: float) -> int:
    """The last grid point at or before `now` (tolerance: a billionth of the run); else the first."""
    slack = 1e-9 * float(times[-1] - times[0])
    return max(int(np.searchsorted(times, now + slack, side="right")) - 1, 0)


def _value(hole: Hole, measured: Measured, now: float) -> float:
    if hole.name == measured.clock:
        return now
    if hole.name in measured.parameters and hole.measure == "now":
        return measured.parameters[hole.name]
    column = measured.columns[hole.name]
    if hole.measure == "now":
        return float(column[index_at(measured.times, now if hole.at is None else hole.at)])
    arguments = [measured.columns.get(argument, argument) for argument in hole.arguments]
    numbers = [argument if isinstance(argument, np.ndarray) else float(argument) for argument in arguments]
    try:
        with np.errstate(all="ignore"):
            return MEASURES[hole.measure].of(Curve(measured.times, column), *numbers)
    except Nothing:
        return math.nan


# --- measures ---------------------------------------------------------------------------------------------------------


def _peak_time(curve: Curve) -> float:
    return float(curve.times[int(curve.values.argmax())])


def _first_above_zero(curve: Curve) -> int:
    above = np.flatnonzero(curve.values > 0)
    if not len(above):
        raise Nothing("never above zero")
    return int(above[0])


def _fold(curve: Curve) -> float:
    return float(curve.values.max() / curve.values[_first_above_zero(curve)])


def _half_life(curve: Curve) -> float:
    _first_above_zero(curve)
    return FEATURES["half_life"].of(curve, _peak_time(curve))


def _doubling(curve: Curve, start: float | None = None, end: float | None = None) -> float:
    first = float(curve.times[_first_above_zero(curve)]) if start is None else start
    time = FEATURES["doubling_time"].of(curve, first, _peak_time(curve) if end is None else end)
    return time if time > 0 else math.nan


def _cross(curve: Curve, level: float | Array, after: float | None = None) -> float:
    if isinstance(level, np.ndarray):
        return FEATURES["crossing"].of(Curve(curve.times, curve.values - level, smooth=False), 0.0, after)
    return FEATURES["crossing"].of(curve, level, after)


def _plateau(curve: Curve, percent: float = 5.0) -> float:
    tail = curve.values[math.ceil(0.9 * (len(curve.values) - 1)) :]
    mean = float(tail.mean())
    return mean if float(np.ptp(tail)) <= percent / 100 * abs(mean) else math.nan


MEASURES: Mapping[str, Measure] = {
    "start": Measure(lambda curve: float(curve.values[0])),
    "end": Measure(lambda curve: float(curve.values[-1])),
    "peak": Measure(lambda curve: float(curve.values.max())),
    "peak_time": Measure(_peak_time, "moment"),
    "fold": Measure(_fold),
    "half_life": Measure(_half_life, "duration", missing="no half-life"),
    "doubling": Measure(_doubling, "duration", most=2, missing="no doubling"),
    "cross": Measure(_cross, "moment", least=1, most=2, missing="no crossing"),
    "plateau": Measure(_plateau, most=1, missing="no plateau"),
    "auc": Measure(FEATURES["area"].of, most=2),
}
"""Every measure by the word after the dot."""


# --- comparison -------------------------------------------------------------------------------------------------------


def compared(kind: Kind, value: float, reference: float, measured: Measured) -> str | None:
    """How `value` stands to `reference`: "40 % lower", "3.2 times as long", "2 days later"; None when it cannot be said.

    Both are of the same `kind`; only a moment needs the clock of `measured`.
    """
    if not (math.isfinite(value) and math.isfinite(reference)):
        return None
    if kind == "moment" and measured.time_unit:
        return _shifted(value - reference, measured)
    if value == reference:
        return "the same"
    if reference <= 0 or value < 0:
        return None
    if math.floor(100 * abs(1 - value / reference) + 0.5) == 0:
        return "the same" if amount(value) == amount(reference) else "about the same"
    return _ratio(value / reference, *(("longer", "shorter", "long") if kind == "duration" else _HIGH))


_HIGH = ("higher", "lower", "high")


def _ratio(ratio: float, more: str, less: str, as_: str) -> str:
    percent = math.floor(100 * abs(1 - ratio) + 0.5)
    if ratio < 1:
        return f"{percent} % {less}" if percent < 100 or ratio == 0 else f"more than 99 % {less}"
    return f"{percent} % {more}" if percent < 100 else f"{number(ratio)} times as {as_}"


def _shifted(by: float, measured: Measured) -> str:
    if abs(by) <= 1e-3 * float(measured.times[-1] - measured.times[0]):
        return "at the same time"
    said, name = number(abs(by)), UNITS.get(measured.time_unit)
    unit = measured.time_unit if name is None else name if said == "1" else f"{name}s"
    return f"{said} {unit} {'later' if by > 0 else 'earlier'}"
