"""What the tests of figures share: the figures of this repository, and small broken ones."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from model_tools import NAMES as MODELS
from model_tools import model

from il2site.figure.chart.spec import DataFigure
from il2site.figure.figure import Figure
from il2site.figure.load import load_figure
from il2site.figure.run import prepare
from il2site.figure.spec import LiveFigure, read_spec
from il2site.figure.still import Prepared
from il2site.lesson.citation import References, parse_references
from il2site.problem import Problem
from il2site.text import SourceFile

ROOT = Path(__file__).parents[1]
FIGURES = sorted(path.stem for path in (ROOT / "content/figures").glob("*.yml"))
CHARTS = [name for name in FIGURES if "\ndata: " in (ROOT / f"content/figures/{name}.yml").read_text(encoding="utf-8")]
FIELDS = ["cd4-expansion", "receptor-triggering"]
CURVES = [name for name in FIGURES if name not in (*CHARTS, *FIELDS)]
LIVE = [*FIELDS, *CURVES]


@cache
def texts() -> dict[str, SourceFile]:
    """Every figure and data file of the repository."""
    found = [*(ROOT / "content/figures").glob("*.yml"), *(ROOT / "content/data").glob("*.csv")]
    paths = sorted(path.relative_to(ROOT).as_posix() for path in found)
    return {path: SourceFile(path, (ROOT / path).read_text(encoding="utf-8")) for path in paths}


@cache
def references() -> References:
    path = "content/references.json"
    value = parse_references(SourceFile(path, (ROOT / path).read_text(encoding="utf-8"))).value
    assert value is not None
    return value


@cache
def figure(name: str) -> Figure:
    checked = load_figure(name, texts(), {each: model(each) for each in MODELS}, references())
    assert checked.value is not None and not checked.problems, [f"{p.place} {p.message}" for p in checked.problems]
    return checked.value


def live_spec(name: str) -> LiveFigure:
    written = read_spec(name, texts()[f"content/figures/{name}.yml"]).value
    assert written is not None and not isinstance(written.spec, DataFigure)
    return written.spec


@cache
def prepared(name: str) -> Prepared:
    written = read_spec(name, texts()[f"content/figures/{name}.yml"]).value
    assert written is not None and not isinstance(written.spec, DataFigure)
    checked = prepare(written, written.spec, model(written.spec.model).network)
    assert checked.value is not None, checked.problems
    return checked.value


def changed(name: str, old: str, new: str, path: str = "") -> tuple[list[Problem], int]:
    """The problems of a figure after `old` became `new` once in its file (or in `path`), and the line of the change."""
    path = path or f"content/figures/{name}.yml"
    text = texts()[path].text
    assert text.count(old) >= 1, f"{path} does not hold {old!r}"
    line = text.count("\n", 0, text.index(old)) + 1
    altered = texts() | {path: SourceFile(path, text.replace(old, new, 1))}
    checked = load_figure(name, altered, {each: model(each) for each in MODELS}, references())
    assert checked.value is None, "the broken figure was accepted"
    return list(checked.problems), line
