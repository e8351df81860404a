"""The runs that a figure shows side by side: one for each of its conditions, on one clock.

The columns and parameters of a condition are named with its id behind an `@`, in lines, words and tables alike:

    {total@half.peak}      the peak of `total` in the condition `half`
    {il2_made@half}        the parameter `il2_made` in that condition

A figure without conditions has one arm without a name, and its columns have their names in the model.
`static/src/figure/arms.ts` does the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from il2site.figure.spec import LiveFigure, MembraneFigure, PathwayFigure
from il2site.model.card.measure import schedule
from il2site.model.engine.doses import Dose

V = TypeVar("V")


@dataclass(frozen=True)
class Arm:
    """What is particular to one run; `name` is empty for the only one."""

    name: str = ""
    label: str = ""
    set: Mapping[str, float] | None = None
    doses: tuple[Dose, ...] = ()

    def address(self, name: str) -> str:
        """How `name` of this run is called in the figure."""
        return f"{name}@{self.name}" if self.name else name


def arms_of(spec: LiveFigure) -> tuple[Arm, ...]:
    """The runs of a figure in their order."""
    conditions = {} if isinstance(spec, MembraneFigure | PathwayFigure) else spec.conditions
    arms = [Arm(name, each.label, each.set, schedule(each.doses)) for name, each in conditions.items()]
    return tuple(arms) or (Arm(),)


def joined(arms: Sequence[Arm], each: Sequence[Mapping[str, V]]) -> dict[str, V]:
    """One mapping for all arms, from one for `each`."""
    return {arm.address(name): value for arm, named in zip(arms, each, strict=True) for name, value in named.items()}
