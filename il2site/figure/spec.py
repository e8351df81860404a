"""What a person writes about one figure in `content/figures/<name>.yml`, as frozen classes.

Three kinds, told apart by `view`: `membrane` and `population` show a model, `chart` shows numbers from a CSV file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from il2site.problem import Checked, Problem
from il2site.schema import KeyPath, Strict, Yaml, nearest, parse_yaml, validate
from il2site.text import Entity, Place, SourceFile

Dash = Literal["solid", "dash", "dot", "dashdot"]
Scale = Literal["linear", "log"]
Mark = Literal["ring", "half", "disc", "square"]


class RunSettings(Strict):
    """How the default run is made: until `end` (time units), on `points` equally spaced times."""

    end: float
    points: int = 301
    method: Literal["ode", "ssa"] = "ode"
    seed: int = 1
    average: bool = False


class TimeAxis(Strict):
    unit: str
    label: str = "Time"


class Individuals(Strict):
    """The states that one antigen passes through: free, held (after more and more steps), triggered."""

    free: str
    bound: tuple[str, ...]
    triggered: str


class MembraneField(Strict):
    """A patch with `receptors` places; `of` names the amount of receptors that they stand for."""

    individuals: Individuals
    receptors: int
    of: str


class Kind(Strict):
    show: str
    label: str
    entity: Entity
    mark: Mark


class Signal(Strict):
    """A dissolved signal, drawn between the cells; the field is full of it at `full`."""

    show: str
    label: str
    entity: Entity
    full: float
    unit: str


class PopulationField(Strict):
    kinds: tuple[Kind, ...]
    signal: Signal | None = None
    one: str = "cell"
    many: str = "cells"


class Line(Strict):
    show: str
    label: str
    entity: Entity
    dash: Dash = "solid"


class Panel(Strict):
    label: str
    unit: str = ""
    scale: Scale = "linear"
    range: tuple[float, float] | None = None
    lines: tuple[Line, ...]


class Control(Strict):
    parameter: str
    label: str
    unit: str = ""
    min: float
    max: float
    scale: Scale = "linear"
    whole: bool = False
    """Whether only whole numbers make sense: molecules, cells."""
    meaning: str


class Preset(Strict):
    label: str
    set: dict[str, float]


class Stage(Strict):
    at: float
    say: str


class Comparison(Strict):
    """One more still: the same run with other values in `set`, at the time `at`. It carries the title's comparison."""

    label: str
    set: dict[str, float]
    at: float
    say: str


class Sentences(Strict):
    """Templates: `now` follows the cursor, `summary` tells the whole run (see words.py)."""

    now: str
    summary: str


class _Figure(Strict):
    title: str
    description: str


class _Live(_Figure):
    """A figure of a model; `change` says what change the reader must see."""

    change: str
    model: str
    run: RunSettings
    time: TimeAxis
    panels: tuple[Panel, ...]
    controls: tuple[Control, ...]
    presets: tuple[Preset, ...]
    stages: tuple[Stage, ...]
    compare: Comparison | None = None
    words: Sentences


class MembraneFigure(_Live):
    view: Literal["membrane"]
    field: MembraneField


class PopulationFigure(_Live):
    view: Literal["population"]
    field: PopulationField


class Tick(Strict):
    at: float
    label: str


class Chart(Strict):
    """Which columns of the data are drawn, and how. `group` splits the chart into small charts with one axis.

    `text` names a column with the words that stand at a mark instead of its number; `marks` one with drawn marks
    (`ring:receptor-alpha disc:receptor-beta-gamma`), for dots only; `count` and `of` name columns with counts.
    """

    kind: Literal["bars", "dots"]
    category: str
    value: str
    label: str
    unit: str = ""
    group: str | None = None
    text: str | None = None
    marks: str | None = None
    count: str | None = None
    of: str | None = None
    low: str | None = None
    high: str | None = None
    scale: Scale = "linear"
    range: tuple[float, float]
    ticks: tuple[Tick, ...] = ()
    entity: Entity | None = None
    entity_column: str | None = None
    note: str


class ChartFigure(_Figure):
    view: Literal["chart"]
    data: str
    chart: Chart
    summary: str


LiveFigure = MembraneFigure | PopulationFigure
Spec = MembraneFigure | PopulationFigure | ChartFigure


@dataclass(frozen=True)
class Written:
    """A figure's settings and where each stands in its file."""

    name: str
    path: str
    spec: Spec
    yaml: Yaml

    def problem(self, where: KeyPath, message: str, remedy: str, rule: str = "figure-invalid") -> Problem:
        """A problem at the line of the key path `where`."""
        return Problem(Place(self.path, self.yaml.line(where)), rule, message, remedy)

    def unknown(self, where: KeyPath, name: str, known: Collection[str], what: str) -> Problem:
        """A problem: `name` at `where` is none of the `known`."""
        close = nearest(name, sorted(known))
        hint = f'Did you mean "{close}"? ' if close else ""
        return self.problem(where, f'"{name}" is not {what}', f"{hint}Known here: {', '.join(sorted(known))}.")


_VIEWS: dict[str, Callable[[Yaml, str], Checked[Any]]] = {
    "membrane": partial(validate, MembraneFigure),
    "population": partial(validate, PopulationFigure),
    "chart": partial(validate, ChartFigure),
}


def read_spec(name: str, file: SourceFile) -> Checked[Written]:
    """The settings of figure `name`; nothing is compared with a model or with data yet."""
    parsed = parse_yaml(file)
    if parsed.value is None:
        return Checked(None, parsed.problems)
    view = parsed.value.value.get("view") if isinstance(parsed.value.value, dict) else None
    checked = _VIEWS[view](parsed.value, file.path) if isinstance(view, str) and view in _VIEWS else None
    if checked is None:
        return Checked(None, (*parsed.problems, _no_view(file, parsed.value, view)))
    problems = (*parsed.problems, *checked.problems)
    if checked.value is None:
        return Checked(None, problems)
    return Checked(Written(name, file.path, checked.value, parsed.value), problems)


def _no_view(file: SourceFile, yaml: Yaml, view: object) -> Problem:
    said = "view is missing" if view is None else f'"{view}" is not a view'
    close = nearest(str(view), list(_VIEWS))
    hint = f'Did you mean "{close}"? ' if close else ""
    remedy = f"{hint}Write view: membrane, view: population or view: chart."
    return Problem(Place(file.path, yaml.line(("view",))), "value", said, remedy)
