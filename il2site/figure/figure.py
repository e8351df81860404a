"""A figure, ready for a page: its still, words and table, its numbers with their sources, its data for the browser.

Only what it is: it is made in `load`, whose libraries a build that finds its figures remembered does without.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from il2site.figure.clock import Clock
    from il2site.figure.spec import Control, LiveFigure, Preset, Stage


@dataclass(frozen=True)
class Table:
    """`head` names the columns; each row has as many cells as `head`; the first cell of a row names the row."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Symbol:
    """One number of a model: `source` is a citation key or None, `origin` the words for it when it has none."""

    name: str
    label: str
    value: str
    unit: str
    source: str | None
    origin: str
    status: str
    note: str


@dataclass(frozen=True)
class Figure:
    """Everything that a page shows of one figure. `twin`, `thumb`, `emblem` and `equations` are safe HTML.

    `data` is JSON for the browser; `labels` the words for each citation key that is known ("Fisher 1997"); `notes` what the
    drawing leaves out.
    `controls`, `presets` and `stages` are empty and `clock`, `model`, `spec` None for a chart; `change` is "" for a chart.
    """

    name: str
    path: str
    title: str
    change: str
    description: str
    view: str
    controls: tuple[Control, ...]
    more_controls: tuple[Control, ...]
    presets: tuple[Preset, ...]
    stages: tuple[Stage, ...]
    clock: Clock | None
    twin: str
    thumb: str
    emblem: str
    summary: str
    now: str
    table: Table
    limits: tuple[str, ...]
    symbols: tuple[Symbol, ...]
    equations: str
    model: str | None
    citations: tuple[str, ...]
    labels: Mapping[str, str]
    notes: tuple[str, ...]
    data: Mapping[str, Any]
    spec: LiveFigure | None
