"""What the runs of every figure are asked: which presets its words compare with, and how a run that stops is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from il2site.figure.spec import LiveFigure, Written
from il2site.figure.words import holes
from il2site.model.engine.simulate import Run
from il2site.problem import Problem
from il2site.schema import KeyPath


def named_presets(spec: LiveFigure) -> list[int]:
    """Those that the words compare with."""
    found = [hole for template in spec.words.templates().values() for _, hole in holes(template)]
    named = {hole.other for hole in found if hole is not None}
    return [place for place, preset in enumerate(spec.presets) if preset.label in named]


def stopped_problems(written: Written, where: KeyPath, values: Mapping[str, float], made: Run) -> Iterator[Problem]:
    """A run that did not finish, made with `values`."""
    if made.outcome.kind != "finished":
        with_values = ", ".join(f"{name} = {value:g}" for name, value in values.items()) or "its default values"
        said = f"the model stops at {made.outcome.at:g} with {with_values}: {made.outcome.kind}"
        yield written.problem(where, said, "Narrow the values, shorten the run, or mend the model.", "model-run")
