"""Rows of numbers from `content/data/*.csv`, each with the source that it came from."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from il2site.problem import Checked, Problem
from il2site.schema import nearest
from il2site.text import Place, SourceFile

STATUSES = ("read", "recalled", "derived")
MOST_ROWS = 300
"""More marks than these no reader tells apart."""
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True)
class Row:
    """One line of data: its cells as written by column name, the citation key of its source, and where it stands."""

    values: Mapping[str, str]
    place: Place

    @property
    def source(self) -> str:
        return self.values["source"].strip()

    @property
    def status(self) -> str:
        return self.values["status"].strip()

    def value(self, column: str) -> float:
        """The number in `column`; checked by `read_rows` for the columns that were asked to be numbers."""
        return float(self.values[column])

    def known(self, column: str | None) -> float | None:
        """The number in `column`, or None where the source gives none."""
        return self.value(column) if column and self.values[column] else None


@dataclass(frozen=True)
class Asked:
    """What a chart asks of its data: columns that exist, and those among them that hold numbers (above zero or not).

    The numbers in `gaps` may be left out, where a source does not give them.
    """

    columns: tuple[str, ...]
    numbers: tuple[str, ...]
    above_zero: bool = False
    gaps: tuple[str, ...] = ()


def read_rows(file: SourceFile, asked: Asked) -> Checked[tuple[Row, ...]]:
    """The rows of `file`. Each misfit is a data-invalid problem with its line; any misfit leaves the value None."""
    head_line = file.text.partition("\n")[0]
    for sign, name in _SEPARATORS.items():
        if sign in head_line and "," not in head_line:
            remedy = "Save it again as CSV with commas, and numbers with a point: 12.5."
            return Checked(None, (_problem(file, 1, f"the cells are parted by {name}, not by commas", remedy),))
    reader = csv.reader(io.StringIO(file.text), strict=True)
    try:
        lines = [(reader.line_num, cells) for cells in reader if cells]
    except csv.Error:
        return Checked(
            None, (_problem(file, reader.line_num, "a quotation mark does not fit here", _MARKS),)
        )
    if len(lines) < 2:
        return Checked(None, (_problem(file, 1, "there are no rows", "Write a header line and at least one row."),))
    if len(lines) > MOST_ROWS + 1:
        said = f"there are {len(lines) - 1:,} rows"
        remedy = f"Keep at most {MOST_ROWS}: those that the figure is about."
        return Checked(None, (_problem(file, lines[MOST_ROWS + 1][0], said, remedy),))
    head = [cell.strip() for cell in lines[0][1]]
    problems = [*_head_problems(file, head, asked)]
    if problems:
        return Checked(None, tuple(problems))
    return _rows(file, head, lines[1:], asked)


_MARKS = 'Put the whole cell in double quotation marks, and write "" for one inside it.'


def _head_problems(file: SourceFile, head: list[str], asked: Asked) -> Iterator[Problem]:
    for column in (*asked.columns, "source", "status"):
        if column not in head:
            close = nearest(column, head)
            hint = f'Rename the column "{close}".' if close else f"Columns here: {', '.join(head)}."
            yield _problem(file, 1, f'there is no column "{column}"', hint)
    for column in sorted({c for c in head if head.count(c) > 1}):
        yield _problem(file, 1, f'the column "{column}" stands twice', "Rename one of the two.")


def _rows(
    file: SourceFile, head: list[str], lines: list[tuple[int, list[str]]], asked: Asked
) -> Checked[tuple[Row, ...]]:
    rows, problems = [], []
    for line, cells in lines:
        if len(cells) != len(head):
            said = f"this row has {len(cells)} cells, the header line has {len(head)}"
            problems.append(_problem(file, line, said, "Put a text that holds a comma in double quotation marks."))
            continue
        row = Row(dict(zip(head, (cell.strip() for cell in cells), strict=True)), Place(file.path, line))
        problems.extend(_row_problems(file, row, asked))
        rows.append(row)
    return Checked(None if problems else tuple(rows), tuple(problems))


def _row_problems(file: SourceFile, row: Row, asked: Asked) -> Iterator[Problem]:
    given = [column for column in asked.gaps if row.values[column]]
    for column in (*asked.numbers, *given):
        yield from _number_problems(file, row, column, asked.above_zero)
    if not row.source:
        yield _problem(
            file, row.place.line, "this row has no source", "Write the key of its reference in the column source."
        )
    if row.status not in STATUSES:
        remedy = "Write read (seen in the source), recalled (not re-checked) or derived (computed)."
        yield _problem(file, row.place.line, f'"{row.status}" is not a status', remedy)


def _number_problems(file: SourceFile, row: Row, column: str, above_zero: bool) -> Iterator[Problem]:
    written = row.values[column]
    try:
        value = float(written)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        yield _problem(
            file, row.place.line, f'"{written}" in the column {column} is not a number', "Write a plain number: 12.5."
        )
    elif above_zero and value <= 0:
        yield _problem(
            file, row.place.line, f"{written} cannot stand on a logarithmic scale", "Write a number above zero."
        )


def _problem(file: SourceFile, line: int, message: str, remedy: str) -> Problem:
    return Problem(Place(file.path, line), "data-invalid", message, remedy)
