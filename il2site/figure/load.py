"""Load a figure: from its file, with its model or its data, to everything that a page shows of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

from il2site.figure.arms import Arm, arms_of
from il2site.figure.chart.load import load_data
from il2site.figure.chart.spec import DataFigure
from il2site.figure.check import live_problems
from il2site.figure.check_units import unit_problems
from il2site.figure.clock import clock_of
from il2site.figure.figure import Figure, Symbol
from il2site.figure.plot import curves_plot, membrane_plot, population_plot, without_runs
from il2site.figure.run import extreme_problems, prepare
from il2site.figure.scan import between, positions
from il2site.figure.schedule import most_doses, schedule_values
from il2site.figure.spec import (
    Level,
    LiveFigure,
    MembraneFigure,
    PathwayFigure,
    PointMark,
    PopulationFigure,
    ScanFigure,
    ScanPanel,
    ScheduleFigure,
    TimecourseFigure,
    Written,
    read_spec,
)
from il2site.figure.still import Moment, Prepared
from il2site.figure.table import run_table
from il2site.figure.twin import curves_of, live_emblem, live_thumb, live_twin
from il2site.figure.words import fill
from il2site.lesson.citation import References
from il2site.model.card.card import CHOSEN
from il2site.model.model import Model
from il2site.model.printer.equations import equations
from il2site.problem import Checked, Problem
from il2site.schema import KeyPath
from il2site.text import Place, SourceFile, number


def load_figure(
    name: str,
    texts: Mapping[str, SourceFile],
    models: Mapping[str, Model],
    references: References | None = None,
) -> Checked[Figure]:
    """The figure in content/figures/<name>.yml. The value is None when it cannot be drawn; every problem has its line.

    Without `references` citation keys are taken as they are.
    """
    path = f"content/figures/{name}.yml"
    if path not in texts:
        return Checked(
            None, (Problem(Place(path), "figure-unknown", f'there is no figure "{name}"', f"Write {path}."),)
        )
    written = read_spec(name, texts[path])
    if written.value is None:
        return Checked(None, written.problems)
    spec = written.value.spec
    if isinstance(spec, DataFigure):
        loaded = _load_data(written.value, spec, texts, references)
    else:
        if spec.model not in models and any(path.startswith(f"content/models/{spec.model}/") for path in texts):
            return Checked(None, written.problems)  # what is wrong with the model is told at the model
        loaded = _load_live(written.value, spec, models, references)
    return Checked(loaded.value, (*written.problems, *loaded.problems))


def _cited(citations: tuple[str, ...], references: References | None) -> dict[str, str]:
    labels = references.labels if references else {}
    return {key: labels[key] for key in citations if key in labels}


# --- figures of a model ----------------------------------------------------------------------------------------------


def _load_live(
    written: Written, spec: LiveFigure, models: Mapping[str, Model], references: References | None
) -> Checked[Figure]:
    model = models.get(spec.model)
    if model is None:
        problem = written.unknown(("model",), spec.model, models, "a model that can be used")
        return Checked(None, (problem,))
    units = {name: symbol.unit for name, symbol in model.card.symbols.items()}
    problems = (
        *live_problems(written, spec, model.network),
        *unit_problems(written, spec, units, model.card.time_unit),
        *_uncited(written, spec, references),
    )
    problems = problems or tuple(extreme_problems(written, spec, model.network))
    if problems:
        return Checked(None, problems)
    prepared = prepare(written, spec, model.network)
    if prepared.value is None:
        return Checked(None, prepared.problems)
    figure = _live_figure(written, spec, model, prepared.value)
    return Checked(replace(figure, labels=_cited(figure.citations, references)))


def _live_figure(written: Written, spec: LiveFigure, model: Model, prepared: Prepared) -> Figure:
    still, end = prepared.still, clock_of(spec).high
    return Figure(
        name=written.name,
        path=written.path,
        title=spec.title,
        change=spec.change,
        description=spec.description,
        view=spec.view,
        controls=spec.controls,
        more_controls=spec.more_controls,
        presets=spec.presets,
        stages=spec.stages,
        clock=clock_of(spec),
        twin=live_twin(spec, still),
        thumb=live_thumb(spec, still),
        emblem=live_emblem(spec, still),
        summary=fill(spec.words.summary, still.measured, end, prepared.others),
        now=fill(spec.words.now, still.measured, clock_of(spec).low, prepared.others),
        table=run_table(spec, still.rows or still.measured),
        limits=model.card.limits,
        symbols=(*_symbols(model), *_marked(spec)),
        equations=equations(model.network, _labels(model)),
        model=spec.model,
        citations=tuple(
            dict.fromkeys((*model.citations, *(symbol.source for symbol in _marked(spec) if symbol.source)))
        ),
        labels={},
        notes=(*_live_notes(spec, prepared.first), *_recalled(spec)),
        data=_live_data(written.name, spec, model, prepared),
        spec=spec,
    )


def _labels(model: Model) -> dict[str, str]:
    return {name: symbol.label for name, symbol in model.card.symbols.items()}


def _symbols(model: Model) -> Iterator[Symbol]:
    """Every parameter that has a number, in the order of the model file."""
    for name, value in model.network.defaults.items():
        card = model.card.symbols[name]
        chosen = card.source is None or card.source == CHOSEN
        source = None if chosen else card.source
        yield Symbol(
            name, card.label, number(value), card.unit, source, CHOSEN if chosen else "", card.status or "", card.note
        )


def _marks(spec: LiveFigure) -> Iterator[tuple[KeyPath, Level | PointMark, str]]:
    """What the panels mark: where it is written, and the unit of its number."""
    for place, panel in enumerate(spec.panels):
        for item, level in enumerate(panel.marks):
            yield ("panels", place, "marks", item), level, panel.unit
        for item, point in enumerate(panel.points if isinstance(panel, ScanPanel) else ()):
            yield ("panels", place, "points", item), point, clock_of(spec).unit if point.y is None else panel.unit


def _uncited(written: Written, spec: LiveFigure, references: References | None) -> Iterator[Problem]:
    for where, mark, _ in _marks(spec):
        if references is not None and mark.source is not None and mark.source not in references.entries:
            said = f'"{mark.source}" is not in content/references.json'
            yield written.problem((*where, "source"), said, "Add it there, or mend the key.", "citation-missing")


def _marked(spec: LiveFigure) -> Iterator[Symbol]:
    """The values that are marked and come from a source."""
    for _, mark, unit in _marks(spec):
        if mark.source is not None:
            value = number(mark.at) if isinstance(mark, Level) else number(mark.x)
            if isinstance(mark, PointMark) and mark.y is not None:
                value += f": {number(mark.y)}"
            yield Symbol("", f"Marked: {mark.label}", value, unit, mark.source, "", mark.status or "", "")


def _live_notes(spec: LiveFigure, first: Moment) -> tuple[str, ...]:
    """What the drawing leaves out, in whole sentences."""
    if isinstance(spec, TimecourseFigure | ScheduleFigure):
        return _cell_notes(spec)
    if isinstance(spec, ScanFigure):
        return _scan_notes(spec)
    if isinstance(spec, PathwayFigure):
        return ("The map is ours. Dashed stations are no part of this model.",)
    if isinstance(spec, PopulationFigure):
        return ("One mark stands for more cells as their number grows; the words below a picture say for how many.",)
    receptors = first.columns[spec.field.of]
    one_in = receptors / spec.field.receptors
    drawn = f"{spec.field.receptors} of {number(receptors)} receptors are drawn, one in {number(one_in)}"
    return (f"{drawn}. Every antigen is drawn.", *_average_notes(spec))


def _recalled(spec: LiveFigure) -> tuple[str, ...]:
    recalled = [mark.label for _, mark, _ in _marks(spec) if mark.status == "recalled"]
    return (f"Not yet re-checked against the source: {'; '.join(recalled)}.",) if recalled else ()


def _cell_notes(spec: TimecourseFigure | ScheduleFigure) -> tuple[str, ...]:
    cells = spec.run.cells
    single = (f"Fine lines are {cells} single cells, the thick one is their mean.",) if cells > 1 else ()
    return (*single, *_average_notes(spec))


def _average_notes(spec: LiveFigure) -> tuple[str, ...]:
    return ("Fine dashed lines are the same reactions without chance.",) if spec.run.average else ()


def _scan_notes(spec: ScanFigure) -> tuple[str, ...]:
    return (f"Each line is drawn through {len(positions(spec))} runs of the model, while a slider is held through fewer.",)


def _live_data(name: str, spec: LiveFigure, model: Model, prepared: Prepared) -> dict[str, Any]:
    """What the browser needs, as JSON values."""
    still = prepared.still
    plots = {"field": _field_plot(spec), "curves": without_runs(curves_plot(spec, curves_of(spec, still, ())))}
    kept = ("view", "model", "run", "field", "panels", "presets", "stages", "words")
    written = spec.model_dump(mode="json", include=set(kept))
    return {
        "name": name,
        **{key: written.get(key) for key in kept},
        "clock": asdict(clock_of(spec)),
        "scan": _scan_data(spec) if isinstance(spec, ScanFigure) else None,
        "controls": [control.model_dump(mode="json") for control in spec.all_controls],
        "conditions": [_condition(arm) for arm in arms_of(spec) if arm.name],
        "schedule": _schedule_data(spec) if isinstance(spec, ScheduleFigure) else None,
        "model_units": 1 if isinstance(spec, ScanFigure) else spec.time.model_units,
        "parameters": {**model.network.defaults, **schedule_values(spec), **spec.run.set},
        "plots": plots,
    }


def _scan_data(spec: ScanFigure) -> dict[str, Any]:
    return {
        "parameter": spec.scan.parameter,
        "positions": positions(spec),
        "between": between(spec),
        "measures": dict(spec.scan.measures),
    }


def _schedule_data(spec: ScheduleFigure) -> dict[str, Any]:
    return spec.schedule.model_dump(mode="json") | {"most": most_doses(spec)}


def _condition(arm: Arm) -> dict[str, Any]:
    doses = [asdict(dose) for dose in arm.doses]
    return {"name": arm.name, "label": arm.label, "set": dict(arm.set or {}), "doses": doses}


def _field_plot(spec: LiveFigure) -> dict[str, Any] | None:
    """The field that the page fills; a map is no plot, and most figures have none."""
    if isinstance(spec, MembraneFigure):
        return membrane_plot(spec.field)
    return population_plot(spec.field, arms_of(spec)) if isinstance(spec, PopulationFigure) else None


# --- figures of data --------------------------------------------------------------------------------------------------


def _load_data(
    written: Written, spec: DataFigure, texts: Mapping[str, SourceFile], references: References | None
) -> Checked[Figure]:
    loaded = load_data(written, spec, texts, references)
    if loaded.value is None:
        return Checked(None, loaded.problems)
    shown = loaded.value
    figure = Figure(
        name=written.name,
        path=written.path,
        title=spec.title,
        change="",
        description=spec.description,
        view=spec.view,
        controls=(),
        more_controls=(),
        presets=(),
        stages=(),
        clock=None,
        twin=shown.twin,
        thumb=shown.thumb,
        emblem=shown.emblem,
        summary=spec.summary,
        now=spec.summary,
        table=shown.table,
        limits=(spec.drawn.note,),
        symbols=(),
        equations="",
        model=None,
        citations=shown.citations,
        labels=_cited(shown.citations, references),
        notes=shown.notes,
        data=shown.data,
        spec=None,
    )
    return Checked(figure)
