"""What the page of a model says, in words and rows; the template only sets it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from il2site.figure.svg import coordinate, tag
from il2site.lesson.lesson import FigureUse
from il2site.memory import Key, Memory
from il2site.model.card.card import CHOSEN, DoseCard
from il2site.model.card.measure import Finding
from il2site.model.download import Download, downloads
from il2site.model.model import Model
from il2site.model.printer.equations import equations
from il2site.model.printer.python import Array
from il2site.site.address import lesson_address, model_address
from il2site.site.course import Course
from il2site.text import amount, number

STANDING = {
    "read": "read in the source",
    "recalled": "not yet re-checked against the source",
    "derived": "computed from numbers that were read",
    "calibrated": "chosen so that the model gives a published number",
    "illustrative": "chosen to show something",
}
"""The standing of a number in plain words, by its status in the card."""

KINDS = {
    "prediction": "tests the model",
    "calibrated": "the model was set to give this",
    "input": "echo of a number that was put in",
}
"""What a check is worth, in plain words."""


@dataclass(frozen=True)
class Use:
    """A figure of the model on the page of a lesson; `address` is an output path with a fragment."""

    figure: str
    lesson: str
    address: str


@dataclass(frozen=True)
class Check:
    """A published number beside what the model gives today. `verdict` is "met", "missed" or "no band"."""

    what: str
    published: str
    band: str
    result: str
    verdict: str
    worth: str
    source: str
    standing: str
    note: str
    formula: str


@dataclass(frozen=True)
class Quantity:
    """A state (or an output) in the default run, from `start` to `end`. `curve` is a small SVG."""

    label: str
    name: str
    unit: str
    note: str
    start: str
    low: str
    high: str
    end: str
    curve: str
    state: bool


@dataclass(frozen=True)
class Given:
    """A number that was put in: `exact` is all its digits; `source` a citation key, or None for one that was chosen."""

    label: str
    name: str
    value: str
    exact: str
    unit: str
    range: str
    source: str | None
    standing: str
    note: str


@dataclass(frozen=True)
class ModelPage:
    """Everything on the page of one model. `equations` and the curves are safe HTML; `tally` counts the checks."""

    name: str
    title: str
    about: str
    address: str
    time_unit: str
    run_to: str
    uses: tuple[Use, ...]
    quantities: tuple[Quantity, ...]
    doses: tuple[str, ...]
    checks: tuple[Check, ...]
    tally: str
    limits: tuple[str, ...]
    equations: str
    given: tuple[Given, ...]
    standings: str
    downloads: tuple[Download, ...]
    citations: tuple[str, ...]
    curve: str

    @property
    def followed(self) -> tuple[str, ...]:
        """What the model follows: its states, in words."""
        return tuple(quantity.label for quantity in self.quantities if quantity.state)

    @property
    def files(self) -> dict[str, bytes]:
        """Output path to bytes of the downloads."""
        folder = self.address.removesuffix("index.html")
        return {folder + file.name: file.text.encode() for file in self.downloads}


def model_pages(course: Course, memory: Memory) -> dict[str, ModelPage]:
    """The page of every model by name; `memory` keeps those of models and lessons that have not changed."""
    models, uses = course.models, {name: tuple(_uses(course, name)) for name in course.models}
    keys: dict[str, Key] = {
        name: ("model page", model.file, model.card_file, uses[name]) for name, model in models.items()
    }
    return memory.each(keys, lambda name: _page(models[name], uses[name]))


def _page(model: Model, uses: tuple[Use, ...]) -> ModelPage:
    card = model.card
    return ModelPage(
        name=model.name,
        title=card.title,
        about=card.about,
        address=model_address(model.name),
        time_unit=card.time_unit,
        run_to=number(card.run_to),
        uses=uses,
        quantities=tuple(_quantities(model)),
        doses=tuple(_dose(model, dose) for dose in card.doses),
        checks=tuple(_check(finding) for finding in model.findings),
        tally=tally(model.findings),
        limits=card.limits,
        equations=equations(model.network, {name: symbol.label for name, symbol in card.symbols.items()}),
        given=tuple(_given(model)),
        standings=_standings(model),
        downloads=downloads(model),
        citations=model.citations,
        curve=_all_curves(model),
    )


def _uses(course: Course, name: str) -> Iterator[Use]:
    for lesson in course.lessons:
        for part in lesson.parts:
            figure = course.figures.get(part.name) if isinstance(part, FigureUse) else None
            if figure is not None and figure.model == name:
                yield Use(figure.title, lesson.title, f"{lesson_address(lesson.slug)}#figure-{figure.name}")


# --- checks -----------------------------------------------------------------------------------------------------------


def _check(finding: Finding) -> Check:
    check = finding.check
    return Check(
        what=check.what,
        published=check.published,
        band=_band(check.between),
        result=f"{finding.said} {check.unit}".rstrip() if finding.value is not None else finding.said,
        verdict=finding.verdict,
        worth=KINDS[check.kind],
        source=check.source,
        standing=STANDING[check.status],
        note=check.note,
        formula=check.measure,
    )


def _band(between: tuple[float | None, float | None] | None) -> str:
    """Which numbers count as agreement: "1.5 to 2.4", "at least 3"; "" for a check that is not judged."""
    low, high = between or (None, None)
    if low is not None and high is not None:
        return number(low) if low == high else f"{number(low)} to {number(high)}"
    if low is None and high is None:
        return ""
    return f"at least {number(low)}" if low is not None else f"at most {number(high or 0.0)}"


def tally(findings: Sequence[Finding]) -> str:
    """How many checks are met, in sentences, and how many of those that test the model."""
    if not findings:
        return "Nothing published has been measured in this model yet."
    judged = [finding for finding in findings if finding.verdict != "no band"]
    tests = [finding for finding in judged if finding.check.kind == "prediction"]
    said = [f"{_met(judged)} published numbers that are measured in this model are met."] if judged else []
    if len(tests) == 1:
        said.append(f"Only predictions test it; the one there is, is {tests[0].verdict}.")
    elif tests:
        said.append(f"Only predictions test it: {_met(tests)} predictions are met.")
    else:
        said.append("None of them is a prediction, so they do not test the model.")
    loose = len(findings) - len(judged)
    if loose:
        said.append(f"{loose} more {'is' if loose == 1 else 'are'} shown without a range to be judged by.")
    return " ".join(said)


def _met(findings: Sequence[Finding]) -> str:
    return f"{sum(finding.verdict == 'met' for finding in findings)} of {len(findings)}"


# --- numbers ----------------------------------------------------------------------------------------------------------


def _given(model: Model) -> Iterator[Given]:
    """Every parameter in the order of the model file, then every start value that has a source."""
    for name in model.network.parameters:
        yield _number(model, name, model.card.symbols[name].label)
    for name in model.quantities:
        symbol = model.card.symbols[name]
        if symbol.source is not None:
            yield _number(model, name, f"{symbol.label}, at the start")


def _number(model: Model, name: str, label: str) -> Given:
    symbol, value = model.card.symbols[name], model.start[name]
    return Given(
        label=label,
        name=name,
        value=number(value),
        exact=repr(value),
        unit=symbol.unit,
        range=f"{number(symbol.range[0])} to {number(symbol.range[1])}" if symbol.range else "",
        source=None if symbol.source == CHOSEN else symbol.source,
        standing=STANDING[symbol.status] if symbol.status else "",
        note=symbol.note,
    )


def _standings(model: Model) -> str:
    """How many numbers stand on what: "12 numbers: 5 read in the source, 7 chosen to show something."."""
    symbols = [model.card.symbols[given.name] for given in _given(model)]
    counts = Counter[str](symbol.status or "" for symbol in symbols)
    parts = [f"{counts[status]} {words}" for status, words in STANDING.items() if counts[status]]
    return f"{len(symbols)} {'number' if len(symbols) == 1 else 'numbers'}: {', '.join(parts)}."


def _dose(model: Model, dose: DoseCard) -> str:
    """One line of the schedule: "IL-2 in blood: 600 kIU added at 0 min over 15 min; 14 times, every 480 min"."""
    label, measured = _target(model, dose.target)
    unit = model.card.time_unit
    much, when = f"{number(dose.amount)} {measured}".rstrip(), f"at {number(dose.time)} {unit}"
    lasts = f"{number(dose.duration)} {unit}"
    if dose.target in model.network.defaults:
        said = f"set to {much} {when}, {f'for {lasts}' if dose.duration else 'from then on'}"
    else:
        said = f"{much} added {when}{f' over {lasts}' if dose.duration else ''}"
    again = f"; {dose.count} times, every {number(dose.every)} {unit}" if dose.every else ""
    return f"{label}: {said}{again}"


def _target(model: Model, name: str) -> tuple[str, str]:
    """Label and unit of what a dose goes to; the amount behind a concentration has no card entry of its own."""
    twins = {state: concentration for concentration, state in model.network.twins.items()}
    if name in twins:
        return f"{model.card.symbols[twins[name]].label}, as an amount", ""
    return model.card.symbols[name].label, model.card.symbols[name].unit


# --- the default run --------------------------------------------------------------------------------------------------


def _quantities(model: Model) -> Iterator[Quantity]:
    series = model.default_run.series
    for name in model.quantities:
        symbol, column = model.card.symbols[name], series.columns[name]
        low, high = float(column.min()), float(column.max())
        yield Quantity(
            label=symbol.label,
            name=name,
            unit=symbol.unit,
            note=symbol.note,
            start=amount(float(column[0])),
            low=amount(low),
            high=amount(high),
            end=amount(float(column[-1])),
            curve=_picture([_path(column, min(low, 0.0), max(high, 0.0), SPARK)], SPARK),
            state=_is_state(model, name),
        )


def _is_state(model: Model, name: str) -> bool:
    """Whether `name` is a state, or the concentration of one."""
    return name in model.network.states or name in model.network.twins


SPARK = (120.0, 30.0)
"""Width and height of the curve of one quantity."""
ALL = (240.0, 72.0)
"""Width and height of the picture of all states."""


def _all_curves(model: Model) -> str:
    """All states together, each against its own largest value."""
    columns = model.default_run.series.columns
    shown = [columns[name] for name in model.quantities if _is_state(model, name)]
    paths = [_path(column, min(float(column.min()), 0.0), float(column.max()), ALL) for column in shown]
    return _picture(paths, ALL)


def _path(column: Array, low: float, high: float, size: tuple[float, float]) -> str:
    """The line of `column` (points,) in a box of `size`, with a margin for the width of the line."""
    width, height = size
    span = high - low or 1.0
    points = [
        (2 + (width - 4) * index / (len(column) - 1), height - 2 - (height - 4) * (float(column[index]) - low) / span)
        for index in _telling(column)
    ]
    return "M" + "L".join(f"{coordinate(x)} {coordinate(y)}" for x, y in points)


def _telling(column: Array, pieces: int = 60) -> list[int]:
    """The first and last points, and the lowest and highest of each of so many pieces, so that no peak is lost."""
    edges = np.linspace(0, len(column), pieces + 1).astype(int)
    spans = [(start, column[start:end]) for start, end in pairwise(edges.tolist()) if end > start]
    extremes = {start + int(pick(part)) for start, part in spans for pick in (np.argmin, np.argmax)}
    return sorted(extremes | {0, len(column) - 1})


def _picture(paths: Iterable[str], size: tuple[float, float]) -> str:
    lines = (tag("path", d=path) for path in paths)
    return tag("svg", *lines, viewBox=f"0 0 {size[0]:g} {size[1]:g}", class_="spark", aria_hidden="true")
