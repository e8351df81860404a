"""What a reader can take away of a model: its file in two languages, and its default run as numbers."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from il2site.model.model import Model


@dataclass(frozen=True)
class Download:
    """One file: its name, what it is in words, and its text."""

    name: str
    title: str
    about: str
    text: str


def downloads(model: Model) -> tuple[Download, ...]:
    """The files of `model`; without the one in Antimony where its library is missing."""
    # The libraries behind this take long to import, and downloads that are remembered do not need them.
    from il2site.model.sbml import to_antimony

    antimony, sbml = to_antimony(model.file).value, model.sbml
    found = (
        (f"{model.name}.ant", "Antimony", "the model as text that a person can read and change", antimony),
        (f"{model.name}.xml", "SBML", "the model in the exchange format of systems biology", sbml),
        (f"{model.name}.csv", "CSV", "the default run: every quantity over time", run_csv(model)),
    )
    return tuple(Download(name, title, about, text) for name, title, about, text in found if text is not None)


def run_csv(model: Model) -> str:
    """The default run with its doses: a header of names with units, then a row for each time, in all digits."""
    series, symbols = model.default_run.series, model.card.symbols
    heads = [("time", model.card.time_unit), *((name, symbols[name].unit) for name in model.quantities)]
    columns = [series.times, *(series.columns[name] for name in model.quantities)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(f"{name} ({unit})" if unit else name for name, unit in heads)
    writer.writerows(zip(*(column.tolist() for column in columns), strict=True))
    return text.getvalue()
