"""What the still of a figure shows: a run, and the moments of it that are drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from il2site.figure.field import Antigen
from il2site.figure.words import Array, Measured


@dataclass(frozen=True)
class Moment:
    """What a field shows at one time: the value of every state and output, and who is where on a membrane."""

    at: float
    columns: Mapping[str, float]
    antigens: Sequence[Antigen] = ()


@dataclass(frozen=True)
class Still:
    """A default run, ready to be drawn: one moment for every stage, and that of the comparison if there is one."""

    measured: Measured
    average: Measured | None
    moments: Sequence[Moment]
    compared: Moment | None = None
    members: Sequence[Mapping[str, Array]] = ()
    """The columns of single cells, where the run is their mean."""
    doses: Sequence[float] = ()
    rows: Measured | None = None
    """What the table shows, where that is not the run: a scan has lines drawn through fewer runs."""


@dataclass(frozen=True)
class Prepared:
    """A still, the moment at which the live figure begins, and the runs that its words compare with."""

    still: Still
    first: Moment
    others: Mapping[str, Measured]
