"""Compare the words of a figure with what its runs have: every name, every measure, every run to compare with."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from il2site.figure.spec import Written
from il2site.figure.words import MEASURES, Hole, Measure, holes, is_paired
from il2site.problem import Problem
from il2site.schema import KeyPath


@dataclass(frozen=True)
class Known:
    """What words can name: what changes in a run, its parameters, the labels of presets, the clock; when the run ends."""

    shown: frozenset[str]
    parameters: frozenset[str]
    presets: frozenset[str]
    end: float
    clock: str = "time"

    def names(self) -> frozenset[str]:
        return self.shown | self.parameters | {self.clock}


def sentence_problems(written: Written, where: KeyPath, template: str, known: Known) -> Iterator[Problem]:
    """Whatever in `template` cannot be filled."""
    if not is_paired(template):
        said = "a brace or a square bracket stands alone"
        yield written.problem(
            where, said, "Write a name between two braces: {total}; a part that may be left out in [ ]."
        )
    for inside, hole in holes(template):
        if hole is None:
            remedy = "Write a name, then a measure: {total}, {total.peak}, {total@9.5}, {total.peak.vs}."
            yield written.problem(where, f"{{{inside}}} cannot be read", remedy)
        else:
            yield from _hole_problems(written, where, hole, known)


def _hole_problems(written: Written, where: KeyPath, hole: Hole, known: Known) -> Iterator[Problem]:
    if hole.name not in known.names():
        yield written.unknown(where, hole.name, known.names(), "a name of the model")
    elif hole.measure != "now" and hole.measure not in MEASURES:
        yield written.unknown(where, hole.measure, MEASURES, "a measure")
    elif hole.name not in known.shown:
        yield from _fixed_problems(written, where, hole, known.clock)
    elif hole.at is not None and (hole.measure != "now" or not hole.at <= known.end):
        said = f"{hole.name}@{hole.at:g} is no value of the run"
        yield written.problem(where, said, f"Write a time from 0 to {known.end:g}, and no measure behind it.")
    elif hole.measure != "now":
        yield from _argument_problems(written, where, hole, known)
    if hole.other and hole.other not in known.presets | known.shown:
        others = known.presets | known.shown
        yield written.unknown(where, hole.other, others, "a preset to compare with, nor a state or an output")


def _fixed_problems(written: Written, where: KeyPath, hole: Hole, clock: str) -> Iterator[Problem]:
    """A parameter or the time has no course."""
    if hole.measure != "now" or hole.at is not None:
        told = hole.measure if hole.measure != "now" else f"value at {hole.at:g}"
        said = f'"{hole.name}" does not change during a run, so it has no {told}'
        yield written.problem(where, said, f"Write {{{hole.name}}}.")
    elif hole.name == clock and hole.other is not None:
        yield written.problem(where, f"the {clock} now is the same in every run", f"Write {{{clock}}}.")


def _argument_problems(written: Written, where: KeyPath, hole: Hole, known: Known) -> Iterator[Problem]:
    measure, given = MEASURES[hole.measure], len(hole.arguments)
    if not measure.least <= given <= measure.most:
        said = f"{hole.measure} is given {_numbers(given)}"
        yield written.problem(where, said, f"Write {_example(hole, measure)}.")
    for place, text in enumerate(hole.arguments):
        if _is_number(text) or (hole.measure == "cross" and place == 0 and text in known.shown):
            continue
        remedy = f"Write {_example(hole, measure)}."
        yield written.problem(where, f'"{text}" in {hole.measure} is not a number', remedy)


def _example(hole: Hole, measure: Measure) -> str:
    """How the measure of `hole` can be written."""
    counts = range(measure.least, measure.most + 1)
    given = [f"({', '.join(['a number'] * count)})" if count else "" for count in counts]
    return " or ".join(f"{{{hole.name}.{hole.measure}{numbers}}}" for numbers in given)


def _numbers(count: int) -> str:
    return "1 number" if count == 1 else f"{count or 'no'} numbers"


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
