"""A figure of data: its rows read and checked, drawn, told in words and as a table, and written for the browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from il2site.figure.chart.kinds import KINDS, Kind
from il2site.figure.chart.plot import scene_plot
from il2site.figure.chart.scene import ASTERISK, Drawn
from il2site.figure.chart.spec import DataFigure
from il2site.figure.chart.still import chart_emblem, chart_still, chart_thumb
from il2site.figure.data import Row, read_rows
from il2site.figure.figure import Table
from il2site.figure.spec import Written
from il2site.lesson.citation import References
from il2site.problem import Checked, Problem
from il2site.text import SourceFile

STANDING = {"read": "read", "recalled": "not yet re-checked against the source", "derived": "derived"}


@dataclass(frozen=True)
class Shown:
    """What a page shows of a figure of data; the parts are those of `Figure`."""

    twin: str
    thumb: str
    emblem: str
    table: Table
    citations: tuple[str, ...]
    notes: tuple[str, ...]
    data: Mapping[str, Any]


def load_data(
    written: Written, spec: DataFigure, texts: Mapping[str, SourceFile], references: References | None
) -> Checked[Shown]:
    kind, path = KINDS[type(spec)], f"content/data/{spec.data}"
    problems = list(kind.problems(written, spec))
    if path not in texts:
        missing = written.problem(("data",), f"there is no file {path}", "Write it, or mend the name.", "data-missing")
        return Checked(None, (*problems, missing))
    rows = read_rows(texts[path], kind.asked(spec))
    problems += [*rows.problems, *_uncited(rows.value or (), references)]
    if rows.value is not None and not problems:
        problems += kind.misfits(written, spec, rows.value)
    if problems or rows.value is None:
        return Checked(None, tuple(problems))
    return Checked(_shown(written.name, spec, kind, rows.value, references))


def _uncited(rows: Sequence[Row], references: References | None) -> Iterator[Problem]:
    for row in rows:
        if references is not None and row.source not in references.entries:
            said = f'"{row.source}" is not in content/references.json'
            yield Problem(row.place, "citation-missing", said, "Add it there, or mend the key in the column source.")


def _shown(name: str, spec: DataFigure, kind: Kind, rows: tuple[Row, ...], references: References | None) -> Shown:
    drawn = kind.draw(spec, rows)
    return Shown(
        twin=chart_still(drawn, spec.view),
        thumb=chart_thumb(drawn),
        emblem=chart_emblem(kind.emblem(spec, rows)),
        table=_table(spec, kind, rows, references.labels if references else {}),
        citations=tuple(dict.fromkeys(row.source for row in rows)),
        notes=_notes(spec, rows),
        data=_data(name, spec, drawn),
    )


def _table(spec: DataFigure, kind: Kind, rows: tuple[Row, ...], labels: Mapping[str, str]) -> Table:
    """Every row of the data as written, with its source and whether the number was read there."""
    columns = [(heading, column) for heading, column in kind.columns(spec) if column is not None]
    head = (*(_title(heading) for heading, _ in columns), "Source", "Standing")
    body = (
        (*(row.values[column] for _, column in columns), labels.get(row.source, row.source), STANDING[row.status])
        for row in rows
    )
    return Table(spec.title, head, tuple(body))


def _title(column: str) -> str:
    words = column.replace("_", " ")
    return words[:1].upper() + words[1:]


def _notes(spec: DataFigure, rows: Sequence[Row]) -> tuple[str, ...]:
    """Which numbers are not as their source has them."""
    recalled = dict.fromkeys(row.values[spec.drawn.named] for row in rows if row.status == "recalled")
    if not recalled:
        return ()
    which = "all of these numbers" if len(recalled) == len(rows) else "; ".join(recalled)
    return (f"{ASTERISK} Not yet re-checked against the source: {which}.",)


def _data(name: str, spec: DataFigure, drawn: Drawn) -> dict[str, Any]:
    """What the browser needs, as JSON values: a plot for every picture, a sentence for every mark."""
    return {
        "name": name,
        "view": spec.view,
        "model": None,
        "marks": list(drawn.marks),
        "plots": {str(place): scene_plot(scene) for place, scene in enumerate(drawn.scenes)},
    }
