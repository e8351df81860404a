"""Compare the conditions of a figure with its model."""

from __future__ import annotations

import re
from collections.abc import Iterator

from il2site.figure.spec import (
    Condition,
    LiveFigure,
    MembraneFigure,
    PathwayFigure,
    PopulationFigure,
    Written,
    numbered_controls,
)
from il2site.model.card.card import schedule_faults
from il2site.model.card.measure import dose_faults
from il2site.model.network import Network
from il2site.problem import Problem
from il2site.schema import KeyPath

MOST = 4
MOST_FIELDS = 2
ID = re.compile(r"[A-Za-z]\w*", re.ASCII)


def condition_problems(written: Written, spec: LiveFigure, network: Network) -> Iterator[Problem]:
    """Whatever keeps the conditions from being run side by side and told apart."""
    conditions = {} if isinstance(spec, MembraneFigure | PathwayFigure) else spec.conditions
    if not conditions:
        return
    most = MOST_FIELDS if isinstance(spec, PopulationFigure) else MOST
    if not 2 <= len(conditions) <= most:
        remedy = f"Write 2{f' to {most}' if most > 2 else ''}, or none."
        yield written.problem(("conditions",), f"there are {len(conditions)} conditions", remedy)
    for name, condition in conditions.items():
        yield from _condition_problems(written, ("conditions", name), name, condition, network)
    for path, control in numbered_controls(spec):
        if all(control.parameter in condition.set for condition in conditions.values()):
            said = f"every condition sets {control.parameter}, so its control changes nothing"
            remedy = "Delete the control, or leave a condition without it."
            yield written.problem((*path, "parameter"), said, remedy)


def _condition_problems(
    written: Written, where: KeyPath, name: str, condition: Condition, network: Network
) -> Iterator[Problem]:
    if not ID.fullmatch(name):
        yield written.problem(where, f'"{name}" cannot be written behind an @', "Begin with a letter; no spaces.")
    for parameter in condition.set:
        if parameter not in network.defaults:
            known = frozenset(network.defaults)
            yield written.unknown((*where, "set", parameter), parameter, known, "a parameter that can be set")
    doses: KeyPath = (*where, "doses")
    for key, said, remedy in (
        *schedule_faults(condition.doses, doses),
        *dose_faults(network, condition.doses, doses),
    ):
        yield written.problem(key, said, remedy)
