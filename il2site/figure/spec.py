"""What a person writes about one figure in `content/figures/<name>.yml`, as frozen classes.

The kinds are told apart by `view`: `membrane`, `population` and `timecourse` show a model, those of `chart/` show numbers
from a CSV file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from il2site.figure.base import Mark, Scale, Titled
from il2site.figure.chart.spec import DataFigure, TimelineFigure, read_chart
from il2site.figure.stations import PathwayField
from il2site.model.card.card import DoseCard, Status
from il2site.problem import Checked, Problem
from il2site.schema import Field, KeyPath, Strict, Yaml, nearest, parse_yaml, validate
from il2site.text import Entity, Place, SourceFile

Dash = Literal["solid", "dash", "dot", "dashdot"]


class RunSettings(Strict):
    """How the default run is made: until `end` (time units), on `points` equally spaced times."""

    end: float
    points: int = 301
    method: Literal["ode", "ssa"] = "ode"
    seed: int = 1
    average: bool = False
    cells: int = Field(default=1, ge=1, le=100)
    """So many single stochastic runs, with seeds that follow one another; the run that is told is their mean."""
    set: dict[str, float] = Field(default_factory=dict)
    """What is usual in this figure where it is not as the model has it."""


class Condition(Strict):
    """One of several runs side by side: the same model with other values in `set`, which no control changes."""

    label: str
    set: dict[str, float] = Field(default_factory=dict)
    doses: tuple[DoseCard, ...] = ()


class TimeAxis(Strict):
    """`model_units`: how many units of the model's time are one `unit`. All times of a figure are in its own unit."""

    unit: str
    label: str = "Time"
    model_units: float = Field(default=1.0, gt=0)


class Schedule(Strict):
    """A course of doses, each of an `amount` to a `target` over a `duration`; `skip`: single ones can be left out.

    A course may be repeated, from the start of one cycle to that of the next after `cycle_every`. What a dose does to a
    state, a concentration or a parameter: see docs/models.md.
    """

    target: str
    amount: float
    duration: float = Field(default=0.0, ge=0)
    first: float = Field(default=0.0, ge=0)
    every: float = Field(gt=0)
    count: int = Field(ge=1, le=60)
    cycles: int = Field(default=1, ge=1, le=12)
    cycle_every: float = Field(default=0.0, ge=0)
    skip: bool = False


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
    """A curve; where it is the mean of many cells, `cells` says whether they are drawn behind it."""

    show: str
    label: str
    entity: Entity
    dash: Dash = "solid"
    cells: bool = True


class Level(Strict):
    """A value to hold the lines of a panel against, drawn across it. A number from elsewhere has its source."""

    at: float
    label: str
    source: str | None = None
    status: Status | None = None


class Panel(Strict):
    label: str
    unit: str = ""
    scale: Scale = "linear"
    range: tuple[float, float] | None = None
    lines: tuple[Line, ...]
    marks: tuple[Level, ...] = ()


class PointMark(Strict):
    """A value that was measured or published, marked where it lies on the axis of the sweep, at `y` if that is given."""

    x: float
    y: float | None = None
    label: str
    source: str
    status: Status


class Slope(Strict):
    """A straight line on two logarithmic axes, of this `slope` and `through` a point."""

    slope: float
    through: tuple[float, float]
    label: str


class ScanPanel(Panel):
    points: tuple[PointMark, ...] = ()
    slope: Slope | None = None


class Sweep(Strict):
    """A parameter that is given many values from `min` to `max`; every run with one of them gives the `measures`.

    A measure is written as in words, without its braces: `total.peak`, `total@9.5` (see words.py).
    """

    parameter: str
    label: str
    unit: str = ""
    min: float
    max: float
    scale: Scale = "linear"
    points: int = 41
    measures: dict[str, str]


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
    """Templates (see words.py): `now` follows the cursor, `summary` tells the whole run, `changed` one that is not usual.

    Without `changed` the summary tells every run.
    """

    now: str
    summary: str
    changed: str | None = None

    def templates(self) -> dict[str, str]:
        """Those that are written, by their key."""
        return {key: text for key, text in self.model_dump().items() if text is not None}


class _Live(Titled):
    """A figure of a model; `change` says what change the reader must see.

    `controls` are in view, `more_controls` are shown when the reader asks for all of them.
    """

    change: str
    model: str
    run: RunSettings
    panels: tuple[Panel, ...]
    controls: tuple[Control, ...]
    more_controls: tuple[Control, ...] = ()
    presets: tuple[Preset, ...]
    stages: tuple[Stage, ...]
    words: Sentences

    @property
    def all_controls(self) -> tuple[Control, ...]:
        return (*self.controls, *self.more_controls)


class _Timed(_Live):
    """A figure that plays a run."""

    time: TimeAxis


class _Fielded(_Timed):
    """A figure with a field of marks beside its curves."""

    compare: Comparison | None = None


class MembraneFigure(_Fielded):
    view: Literal["membrane"]
    field: MembraneField


class PopulationFigure(_Fielded):
    view: Literal["population"]
    field: PopulationField
    conditions: dict[str, Condition] = Field(default_factory=dict)


class PathwayFigure(_Fielded):
    """A map whose stations follow the run."""

    view: Literal["pathway"]
    field: PathwayField


class TimecourseFigure(_Timed):
    """Curves alone."""

    view: Literal["timecourse"]
    conditions: dict[str, Condition] = Field(default_factory=dict)


class ScheduleFigure(_Timed):
    """Curves of a run in which doses are given from outside."""

    view: Literal["schedule"]
    schedule: Schedule
    conditions: dict[str, Condition] = Field(default_factory=dict)


class ScanFigure(_Live):
    """What many runs have in common, over the parameter in which they differ."""

    view: Literal["scan"]
    scan: Sweep
    panels: tuple[ScanPanel, ...]
    conditions: dict[str, Condition] = Field(default_factory=dict)


FieldFigure = MembraneFigure | PopulationFigure | PathwayFigure
TimedFigure = FieldFigure | TimecourseFigure | ScheduleFigure
LiveFigure = TimedFigure | ScanFigure
Spec = LiveFigure | DataFigure


def numbered_controls(spec: LiveFigure) -> Iterator[tuple[KeyPath, Control]]:
    """Every control of a figure and where it stands in the file."""
    for key, controls in (("controls", spec.controls), ("more_controls", spec.more_controls)):
        yield from (((key, place), control) for place, control in enumerate(controls))


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


VIEWS: dict[str, Callable[[Yaml, str], Checked[Any]]] = {
    "membrane": partial(validate, MembraneFigure),
    "population": partial(validate, PopulationFigure),
    "pathway": partial(validate, PathwayFigure),
    "timecourse": partial(validate, TimecourseFigure),
    "schedule": partial(validate, ScheduleFigure),
    "scan": partial(validate, ScanFigure),
    "chart": read_chart,
    "timeline": partial(validate, TimelineFigure),
}


def read_spec(name: str, file: SourceFile) -> Checked[Written]:
    """The settings of figure `name`; nothing is compared with a model or with data yet."""
    parsed = parse_yaml(file)
    if parsed.value is None:
        return Checked(None, parsed.problems)
    view = parsed.value.value.get("view") if isinstance(parsed.value.value, dict) else None
    checked = VIEWS[view](parsed.value, file.path) if isinstance(view, str) and view in VIEWS else None
    if checked is None:
        return Checked(None, (*parsed.problems, _no_view(file, parsed.value, view)))
    problems = (*parsed.problems, *checked.problems)
    if checked.value is None:
        return Checked(None, problems)
    return Checked(Written(name, file.path, checked.value, parsed.value), problems)


def _no_view(file: SourceFile, yaml: Yaml, view: object) -> Problem:
    said = "view is missing" if view is None else f'"{view}" is not a view'
    close = nearest(str(view), list(VIEWS))
    hint = f'Did you mean "{close}"? ' if close else ""
    remedy = f"{hint}Views: {', '.join(VIEWS)}."
    return Problem(Place(file.path, yaml.line(("view",))), "value", said, remedy)
