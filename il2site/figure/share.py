"""A figure in a state that can be linked to: the mirror of `static/src/figure/share.ts`.

    figure:receptor-triggering?at=30&tau=0.5        as a lesson says it
    #figure-receptor-triggering?v1&at=30&tau=0.5    as an address says it

`at` is where the figure stands on its clock; everything else is a parameter by its name. `v1` is the version of the form.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from il2site.figure.figure import Figure
from il2site.schema import nearest
from il2site.text import number

VERSION = "v1"
AT = "at"
_NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True)
class NoState:
    """Why a figure cannot be put into a state, and what to write instead."""

    message: str
    remedy: str


def state_fragment(figure: Figure, query: str) -> str | NoState:
    """What follows the `#` of an address that shows `figure` in the state `query` (`at=30&tau=0.5`; may be empty)."""
    allowed = _allowed(figure)
    pieces = [piece.partition("=") for piece in query.split("&")] if query else []
    for name, _, value in pieces:
        wrong = _fault(name, value, allowed)
        if wrong:
            return wrong
    names = [name for name, _, _ in pieces]
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated:
        return NoState(f"“{repeated}” is given twice.", "Give it once.")
    return f"figure-{figure.name}?{VERSION}&{query}" if query else f"figure-{figure.name}"


def _allowed(figure: Figure) -> dict[str, tuple[float, float]]:
    """What a link may set, each from its smallest to its largest value: the clock, and whatever a control or a situation sets."""
    if figure.clock is None:
        return {}
    usual = figure.data["parameters"]
    reached: dict[str, list[float]] = {}
    for control in (*figure.controls, *figure.more_controls):
        reached.setdefault(control.parameter, []).extend((control.min, control.max))
    for preset in figure.presets:
        for name, value in preset.set.items():
            reached.setdefault(name, []).append(value)
    ranges = {name: (min(*values, usual[name]), max(*values, usual[name])) for name, values in reached.items()}
    return ranges | {AT: (figure.clock.low, figure.clock.high)}


def _fault(name: str, value: str, allowed: dict[str, tuple[float, float]]) -> NoState | None:
    if name not in allowed:
        return NoState(f"“{name}” is nothing that a link can set.", _known(name, allowed))
    low, high = allowed[name]
    span = f"Write a number from {number(low)} to {number(high)}."
    if not _NUMBER.fullmatch(value) or not math.isfinite(float(value)):
        return NoState(f"“{value}” is not a number.", span)
    if not low <= float(value) <= high:
        return NoState(f"{name} cannot be {value}.", span)
    return None


def _known(name: str, allowed: Iterable[str]) -> str:
    close = nearest(name, sorted(allowed))
    if close:
        return f"Did you mean “{close}”?"
    return f"Known here: {', '.join(sorted(allowed))}." if allowed else "This figure has one state only."
