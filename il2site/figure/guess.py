"""What a model answers to a prediction: checked against what can be said, told in a sentence, and ready for the page.

The answer is a run of the figure's model with the settings of the prediction, made here for the checks and for readers
without scripts, and again in the browser (`static/src/figure/guess.ts`), where it is held against the reader's guess.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from il2site.figure.axis import Axis, ticks
from il2site.figure.clock import Clock, moment, spoken
from il2site.figure.figure import Figure
from il2site.figure.run import measured_with
from il2site.figure.words import MEASURES, Array, Measured, measure_of
from il2site.lesson.predict import Answer, Ask, Choice, Predict, Sketch, Value
from il2site.model.engine.outcome import Outcome
from il2site.model.network import Network
from il2site.problem import Checked, Problem
from il2site.schema import nearest
from il2site.text import Place, amount, counted

STANDS_OUT = 0.08
"""How far a peak or a low must lie beyond both ends of a curve to be spoken of, as a part of the axis."""


@dataclass(frozen=True)
class Pad:
    """Where a curve is sketched: the panel of the figure that shows it, its axis, and the line."""

    label: str
    unit: str
    line: str
    axis: Axis


def answer(predict: Predict, figure: Figure, network: Network | None) -> Checked[Answer]:
    """What the model of `figure` answers; `network` is None for a chart, which can only be asked with options."""
    if network is None or figure.spec is None or figure.clock is None:
        return _of_chart(predict)
    problems = tuple(_set_problems(predict, figure, network))
    if problems or isinstance(predict.asks, Choice):
        return Checked(Answer("", _data(predict)), problems)
    measured = measured_with(figure.spec, network, predict.set)
    if isinstance(measured, Outcome):
        said = f"the model stops at {measured.at:g} with the settings of the prediction: {measured.kind}"
        return _wrong(_problem(predict.place, said, "Change set."))
    if predict.asks.of not in measured.columns:
        return _wrong(
            _unknown(predict.asks.place, predict.asks.of, measured.columns, "a state or an output of the model")
        )
    if isinstance(predict.asks, Value):
        return _of_value(predict, predict.asks, measured)
    column = measured.columns[predict.asks.of]
    return _of_sketch(predict, predict.asks, figure, figure.clock, measured.times, column)


def _of_chart(predict: Predict) -> Checked[Answer]:
    if isinstance(predict.asks, Choice) and not predict.set:
        return Checked(Answer("", _data(predict)))
    said = f'the figure "{predict.figure}" has no model that could answer'
    return _wrong(_problem(predict.place, said, "Write options: and answer:, and no set:."))


def _set_problems(predict: Predict, figure: Figure, network: Network) -> Iterator[Problem]:
    controls = {control.parameter: control for control in (*figure.controls, *figure.more_controls)}
    for name, value in predict.set.items():
        if name not in network.defaults:
            yield _unknown(predict.place, name, network.defaults, "a parameter that can be set")
        elif name in controls and not controls[name].min <= value <= controls[name].max:
            low, high = controls[name].min, controls[name].max
            said = f"{name} = {value:g} lies outside its control, {low:g} to {high:g}"
            yield _problem(predict.place, said, "Change the value in set.")


# --- a value ----------------------------------------------------------------------------------------------------------


def _of_value(predict: Predict, asks: Value, measured: Measured) -> Checked[Answer]:
    plain = [name for name, measure in MEASURES.items() if measure.least == 0]
    if asks.measure not in plain:
        return _wrong(_unknown(asks.place, asks.measure, plain, "a measure"))
    truth = measure_of(asks.of, asks.measure, measured)
    if not asks.min <= truth <= asks.max:
        said = f"the answer, {amount(truth)}, cannot be said between {asks.min:g} and {asks.max:g}"
        return _wrong(_problem(asks.place, said, "Widen min and max so that they hold it."))
    told = f"The model gives {with_unit(truth, asks.unit)}."
    ends = {"minWords": with_unit(asks.min, asks.unit), "maxWords": with_unit(asks.max, asks.unit)}
    keys = ("of", "measure", "label", "unit", "min", "max", "scale", "whole")
    return Checked(Answer(told, {**_data(predict), **{key: getattr(asks, key) for key in keys}, **ends}))


# --- a curve ----------------------------------------------------------------------------------------------------------


def _of_sketch(
    predict: Predict, asks: Sketch, figure: Figure, clock: Clock, times: Array, column: Array
) -> Checked[Answer]:
    pad = _pad(figure, asks)
    if pad is None:
        drawn = {line["show"] for panel in figure.data["panels"] for line in panel["lines"]}
        return _wrong(_unknown(asks.place, asks.of, drawn, "a curve of the figure"))
    if column.max() > pad.axis.high or (pad.axis.scale == "linear" and column.min() < pad.axis.low):
        said = (
            f"the answer reaches from {amount(column.min())} to {amount(column.max())}, beyond the axis of the figure"
        )
        return _wrong(_problem(asks.place, said, "Give the panel of the figure a range that holds it."))
    told = curve_sentence(times, column, pad.axis, pad.unit, clock)
    return Checked(Answer(told, {**_data(predict), **_sketch_data(asks, pad, clock, float(column[0]))}))


def _sketch_data(asks: Sketch, pad: Pad, clock: Clock, start: float) -> dict[str, Any]:
    across = Axis(clock.low, clock.high, 0, 1, clock.scale)
    times = [across.value(step / (asks.points - 1)) for step in range(asks.points)]
    return {
        "of": asks.of,
        "unit": pad.unit,
        "heading": pad.label,
        "label": pad.line,
        "start": start,
        "startWords": with_unit(start, pad.unit),
        "times": times,
        "moments": [spoken(clock, time) for time in times],
        "ticks": ticks(pad.axis),
        "timeTicks": ticks(across, 6),
        "timeLabel": f"{clock.label} ({clock.unit})" if clock.unit else clock.label,
    }


def _pad(figure: Figure, asks: Sketch) -> Pad | None:
    for place, panel in enumerate(figure.data["panels"]):
        for line in panel["lines"]:
            if line["show"] == asks.of:
                layout = figure.data["plots"]["curves"]["layout"]
                drawn = layout["yaxis" if place == 0 else f"yaxis{place + 1}"]
                axis = _axis(drawn["range"], panel["scale"])
                return Pad(panel["label"], asks.unit or panel["unit"], line["label"], axis)
    return None


def _axis(ends: tuple[float, float], scale: str) -> Axis:
    """A plotly axis, whose ends are powers of ten when it is logarithmic."""
    if scale == "log":
        return Axis(10.0 ** ends[0], 10.0 ** ends[1], 0, 1, "log")
    return Axis(ends[0], ends[1], 0, 1)


def curve_sentence(times: Array, column: Array, axis: Axis, unit: str, clock: Clock) -> str:
    """What is to be said of a curve: "The model peaks at 1.8 million cells on day 9.5 and ends at 92,000 cells."."""
    index, kind = feature(column, axis)
    ends = with_unit(float(column[-1]), unit)
    if kind == "end":
        return f"The model ends at {ends}."
    what = "peaks at" if kind == "peak" else "is lowest at"
    when = moment(clock, float(times[index]))
    return f"The model {what} {with_unit(float(column[index]), unit)} {when} and ends at {ends}."


def feature(column: Array, axis: Axis) -> tuple[int, str]:
    """The place and kind of what stands out in a curve: its peak, its low, or else only its end."""
    high, low = int(column.argmax()), int(column.argmin())
    first, last = (axis.clamped(float(column[place])) for place in (0, -1))
    rise = axis.clamped(float(column[high])) - max(first, last)
    dip = min(first, last) - axis.clamped(float(column[low]))
    if max(rise, dip) <= STANDS_OUT:
        return len(column) - 1, "end"
    return (high, "peak") if rise >= dip else (low, "low")


def with_unit(value: float, unit: str) -> str:
    return counted(amount(value), unit)


# --- for the page -----------------------------------------------------------------------------------------------------


def _data(predict: Predict) -> dict[str, Any]:
    """What every kind of prediction tells the browser."""
    told: dict[str, Any] = {"kind": _KINDS[type(predict.asks)], "set": dict(predict.set)}
    if isinstance(predict.asks, Choice):
        told["answer"] = predict.asks.answer
    return told


_KINDS: Mapping[type[Ask], str] = {Choice: "choice", Value: "value", Sketch: "sketch"}


def _wrong(problem: Problem) -> Checked[Answer]:
    return Checked(None, (problem,))


def _problem(place: Place, said: str, remedy: str) -> Problem:
    return Problem(place, "prediction", said, remedy)


def _unknown(place: Place, name: str, known: Collection[str], what: str) -> Problem:
    close = nearest(name, sorted(known))
    hint = f'Did you mean "{close}"? ' if close else ""
    said = f'"{name}" is not {what}' if name else f"{what} is missing"
    return _problem(place, said, f"{hint}Known here: {', '.join(sorted(known))}.")
