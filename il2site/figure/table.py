"""The numbers of a figure as a table of text: a run at about a dozen times."""

from __future__ import annotations

import numpy as np

from il2site.figure.clock import clock_of, reading
from il2site.figure.figure import Table
from il2site.figure.spec import Line, LiveFigure
from il2site.figure.words import Measured
from il2site.text import amount

ROWS = 13


def run_table(spec: LiveFigure, measured: Measured) -> Table:
    """Every line of every panel at 13 times that are equally spaced on the grid."""
    columns = _columns(spec)
    clock = clock_of(spec)
    head = (f"{clock.label} ({clock.unit})", *(heading for heading, _ in columns))
    picked = np.unique(np.rint(np.linspace(0, len(measured.times) - 1, ROWS)).astype(int))
    rows = tuple(
        (reading(clock, float(measured.times[i])), *(amount(float(measured.columns[line.show][i])) for _, line in columns))
        for i in picked
    )
    return Table(f"{spec.title}: the run that the still shows", head, rows)


def _columns(spec: LiveFigure) -> list[tuple[str, Line]]:
    found: dict[str, tuple[str, Line]] = {}
    for panel in spec.panels:
        for line in panel.lines:
            unit = f" ({panel.unit})" if panel.unit else ""
            found.setdefault(line.show, (f"{panel.label}: {line.label}{unit}", line))
    return list(found.values())
