"""A figure, ready for a page: its still, words and table, its numbers with their sources, its data for the browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from il2site.figure.check import chart_problems, live_problems
from il2site.figure.curves import Curves
from il2site.figure.data import Asked, Row, read_rows
from il2site.figure.plot import chart_plot, curves_plot, membrane_plot, population_plot
from il2site.figure.run import Prepared, extreme_problems, prepare
from il2site.figure.spec import (
    Chart,
    ChartFigure,
    Control,
    LiveFigure,
    MembraneFigure,
    Preset,
    Stage,
    TimeAxis,
    Written,
    read_spec,
)
from il2site.figure.table import Table, chart_table, run_table
from il2site.figure.twin import Moment, chart_thumb, chart_twin, live_thumb, live_twin
from il2site.figure.words import fill
from il2site.lesson.citation import References
from il2site.model.card.card import CHOSEN
from il2site.model.model import Model
from il2site.model.printer.equations import equations
from il2site.problem import Checked, Problem
from il2site.text import Place, SourceFile, number


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
    """Everything that a page shows of one figure. `twin`, `thumb` and `equations` are safe HTML; `data` is JSON for the browser.

    `labels`: the words for each citation key that is known ("Fisher 1997"); `notes`: what the drawing leaves out.
    `controls`, `presets` and `stages` are empty and `time`, `model` None for a chart; `change` is "" for a chart.
    """

    name: str
    path: str
    title: str
    change: str
    description: str
    view: str
    controls: tuple[Control, ...]
    presets: tuple[Preset, ...]
    stages: tuple[Stage, ...]
    time: TimeAxis | None
    twin: str
    thumb: str
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
    if isinstance(spec, ChartFigure):
        loaded = _load_chart(written.value, spec, texts, references)
    else:
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
    problems = tuple(live_problems(written, spec, model.network)) or tuple(
        extreme_problems(written, spec, model.network)
    )
    if problems:
        return Checked(None, problems)
    prepared = prepare(written, spec, model.network)
    if prepared.value is None:
        return Checked(None, prepared.problems)
    figure = _live_figure(written, spec, model, prepared.value)
    return Checked(replace(figure, labels=_cited(figure.citations, references)))


def _live_figure(written: Written, spec: LiveFigure, model: Model, prepared: Prepared) -> Figure:
    still, end = prepared.still, spec.run.end
    return Figure(
        name=written.name,
        path=written.path,
        title=spec.title,
        change=spec.change,
        description=spec.description,
        view=spec.view,
        controls=spec.controls,
        presets=spec.presets,
        stages=spec.stages,
        time=spec.time,
        twin=live_twin(spec, still),
        thumb=live_thumb(spec, still),
        summary=fill(spec.words.summary, still.measured, end),
        now=fill(spec.words.now, still.measured, 0.0),
        table=run_table(spec, still.measured),
        limits=model.card.limits,
        symbols=tuple(_symbols(model)),
        equations=equations(model.network, _labels(model)),
        model=spec.model,
        citations=model.citations,
        labels={},
        notes=_live_notes(spec, still.moments[0]),
        data=_live_data(written.name, spec, model, prepared),
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


def _live_notes(spec: LiveFigure, first: Moment) -> tuple[str, ...]:
    """What the drawing leaves out, in whole sentences."""
    if not isinstance(spec, MembraneFigure):
        return ("One mark stands for more cells as their number grows; the words below a picture say for how many.",)
    receptors = first.columns[spec.field.of]
    one_in = receptors / spec.field.receptors
    drawn = f"{spec.field.receptors} of {number(receptors)} receptors are drawn, one in {number(one_in)}"
    return (f"{drawn}. Every antigen is drawn.",)


def _live_data(name: str, spec: LiveFigure, model: Model, prepared: Prepared) -> dict[str, Any]:
    """What the browser needs, as JSON values."""
    still = prepared.still
    curves = Curves(still.measured, still.average, spec.run.method == "ssa", spec.time, ())
    plots = {"field": _field_plot(spec, prepared.first), "curves": curves_plot(spec, curves)}
    kept = ("view", "model", "run", "time", "field", "panels", "controls", "presets", "stages", "words")
    written = spec.model_dump(mode="json", include=set(kept))
    return {
        "name": name,
        **{key: written[key] for key in kept},
        "parameters": dict(model.network.defaults),
        "plots": plots,
    }


def _field_plot(spec: LiveFigure, first: Moment) -> dict[str, Any]:
    """The field at the beginning of the run."""
    if isinstance(spec, MembraneFigure):
        return membrane_plot(spec.field, first.antigens)
    signal = first.columns[spec.field.signal.show] if spec.field.signal else 0.0
    return population_plot(spec.field, [first.columns[kind.show] for kind in spec.field.kinds], signal)


# --- charts -----------------------------------------------------------------------------------------------------------


def _load_chart(
    written: Written, spec: ChartFigure, texts: Mapping[str, SourceFile], references: References | None
) -> Checked[Figure]:
    path = f"content/data/{spec.data}"
    problems = list(chart_problems(written, spec))
    if path not in texts:
        said = f"there is no file {path}"
        return Checked(
            None, (*problems, written.problem(("data",), said, "Write it, or mend the name.", "data-missing"))
        )
    rows = read_rows(texts[path], _asked(spec))
    problems += [*rows.problems, *_uncited(rows.value or (), references)]
    if problems or rows.value is None:
        return Checked(None, tuple(problems))
    return Checked(_chart_figure(written, spec, rows.value, references))


def _asked(spec: ChartFigure) -> Asked:
    chart = spec.chart
    numbers = tuple(column for column in (chart.value, chart.low, chart.high, chart.count, chart.of) if column)
    texts = (chart.category, chart.group, chart.text, chart.marks, chart.entity_column)
    return Asked((*numbers, *(column for column in texts if column)), numbers, chart.scale == "log")


def _uncited(rows: Sequence[Row], references: References | None) -> Iterator[Problem]:
    for row in rows:
        if references is not None and row.source not in references.entries:
            said = f'"{row.source}" is not in content/references.json'
            yield Problem(row.place, "citation-missing", said, "Add it there, or mend the key in the column source.")


def _chart_figure(written: Written, spec: ChartFigure, rows: tuple[Row, ...], references: References | None) -> Figure:
    citations = tuple(dict.fromkeys(row.source for row in rows))
    labels = _cited(citations, references)
    return Figure(
        name=written.name,
        path=written.path,
        title=spec.title,
        change="",
        description=spec.description,
        view=spec.view,
        controls=(),
        presets=(),
        stages=(),
        time=None,
        twin=chart_twin(spec, rows),
        thumb=chart_thumb(spec, rows),
        summary=spec.summary,
        now=spec.summary,
        table=chart_table(spec, rows, labels),
        limits=(spec.chart.note,),
        symbols=(),
        equations="",
        model=None,
        citations=citations,
        labels=labels,
        notes=_chart_notes(spec.chart, rows),
        data=_chart_data(written.name, spec, rows),
    )


def _chart_notes(chart: Chart, rows: Sequence[Row]) -> tuple[str, ...]:
    """Which numbers are not as their source has them."""
    recalled = [row.values[chart.category] for row in rows if row.status == "recalled"]
    return (f"Not yet re-checked against the source: {'; '.join(recalled)}.",) if recalled else ()


def _chart_data(name: str, spec: ChartFigure, rows: Sequence[Row]) -> dict[str, Any]:
    plots = {"field": None, "curves": chart_plot(spec, rows)}
    chart = spec.chart.model_dump(mode="json")
    told = {
        "name": name,
        "view": spec.view,
        "model": None,
        "chart": chart,
        "words": {"now": spec.summary, "summary": spec.summary},
    }
    return told | {
        "controls": [],
        "presets": [],
        "stages": [],
        "rows": [dict(row.values) for row in rows],
        "plots": plots,
    }
