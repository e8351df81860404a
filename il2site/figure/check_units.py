"""Compare the units that a figure writes with those of its model's card: nM over a curve of pM is an error."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping

from il2site.figure.spec import LiveFigure, PopulationFigure, ScanFigure, Written
from il2site.model.card.units import CLOSE, KNOWN, UnitError, is_time, parse_unit
from il2site.problem import Problem
from il2site.schema import KeyPath


def unit_problems(written: Written, spec: LiveFigure, units: Mapping[str, str], time: str) -> Iterator[Problem]:
    """A problem for each unit in `spec` that is another than that of `units`, which the card gives for each symbol.

    `time` is the card's unit of time.

    Looked at are units that are written as such; words (“per cell”, “× normal”) are the author's business.
    """
    for where, name, told in _told(spec):
        known = units.get(name.partition("@")[0], "")
        if _is_unit(told) and known and not _agree(told, known):
            said = f'the unit of {name.partition("@")[0]} is {known} in the card of the model, and "{told}" here'
            yield written.problem(where, said, f"Write {known}: a figure shows the numbers of its model as they are.")
    axis = getattr(spec, "time", None)
    if axis and is_time(axis.unit) and is_time(time):
        ratio = _scale(axis.unit) - _scale(time)
        if abs(math.log10(axis.model_units) - ratio) > CLOSE:
            said = f"one {axis.unit} is {10**ratio:.4g} {time} of the model, and not {axis.model_units:g}"
            yield written.problem(("time", "unit"), said, f"Write model_units: {10**ratio:.4g}, or another unit.")


def _told(spec: LiveFigure) -> Iterator[tuple[KeyPath, str, str]]:
    """Every unit of a figure: where it stands, the symbol of the model that it belongs to, and how it is written."""
    for group in ("controls", "more_controls"):
        for place, control in enumerate(getattr(spec, group)):
            yield (group, place, "unit"), control.parameter, control.unit
    if isinstance(spec, ScanFigure):  # whose lines are measures of runs
        yield ("scan", "unit"), spec.scan.parameter, spec.scan.unit
        return
    for place, panel in enumerate(spec.panels):
        for line in panel.lines:
            yield ("panels", place, "unit"), line.show, panel.unit
    if isinstance(spec, PopulationFigure) and spec.field.signal:
        yield ("field", "signal", "unit"), spec.field.signal.show, spec.field.signal.unit


def _is_unit(text: str) -> bool:
    """Whether `text` consists of units alone: "1/(nM min)", "per day"."""
    words = re.findall(r"[^\W\d_]+|%", text)
    return bool(words) and all(word == "per" or word.replace("µ", "u").replace("μ", "u") in KNOWN for word in words)


def _scale(unit: str) -> float:
    """The common logarithm of the size of `unit`."""
    return (parse_unit(unit).scales or (0.0,))[0]


def _agree(told: str, known: str) -> bool:
    try:
        return parse_unit(told).fits(parse_unit(known))
    except UnitError:  # which is told where the card is read
        return True
