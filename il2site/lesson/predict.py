"""Predictions: what an author types in `/// predict | figure`, and what becomes of it.

A prediction asks in one of three ways, told apart by what is written: `options` and `answer` (choose what will happen),
`value` (set a number) or `sketch` (draw a curve). What the model says to a value or a sketch is never written: it comes
from a run (`il2site/figure/guess.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from il2site.lesson.blocks import Block, Data, read_options
from il2site.lesson.protect import Protected
from il2site.lesson.quiz import heading_problems
from il2site.problem import Problem
from il2site.schema import Field, Strict
from il2site.text import Place


@dataclass(frozen=True)
class Choice:
    """Choose an outcome: `options` are (key, HTML), `answer` is one of the keys."""

    options: tuple[tuple[str, str], ...]
    answer: str


@dataclass(frozen=True)
class Value:
    """Set a number from `min` to `max`: `measure` of the model's state or output `of` ("peak" of "total")."""

    of: str
    measure: str
    label: str
    unit: str
    min: float
    max: float
    scale: Literal["linear", "log"]
    whole: bool
    place: Place


@dataclass(frozen=True)
class Sketch:
    """Draw the curve `of` a state or output at `points` equally spaced times, of which the first is given."""

    of: str
    points: int
    unit: str
    place: Place


Ask = Choice | Value | Sketch


@dataclass(frozen=True)
class Predict:
    """A question asked before a figure is used. `set`: the settings of the run that answers it."""

    id: str
    figure: str
    ask_html: str
    asks: Ask
    set: Mapping[str, float]
    explanation_html: str
    place: Place


@dataclass(frozen=True)
class Answer:
    """`sentence`: what the model says, empty for a choice; `data`: the prediction as JSON for the browser."""

    sentence: str
    data: Mapping[str, Any]


class ValueOptions(Strict):
    """What may be typed under `value`."""

    of: str
    label: str = Field(min_length=1)
    unit: str = ""
    min: float
    max: float
    scale: Literal["linear", "log"] = "linear"
    whole: bool = False


class SketchOptions(Strict):
    """What may be typed under `sketch`."""

    of: str
    points: int = Field(default=7, ge=4, le=13)
    unit: str = ""


class PredictOptions(Strict):
    """What may be typed under `/// predict | figure`."""

    ask: str = Field(min_length=1)
    options: Annotated[dict[str, str], Field(min_length=2, max_length=6)] | None = None
    answer: str | None = None
    value: ValueOptions | None = None
    sketch: SketchOptions | None = None
    set: dict[str, float] = Field(default_factory=dict)


@dataclass(frozen=True)
class PredictSource:
    """A prediction, in Markdown; the HTML of a choice is still that Markdown."""

    figure: str
    ask: str
    asks: Ask
    set: Mapping[str, float]
    explanation: str
    place: Place

    @property
    def texts(self) -> list[str]:
        """All of its Markdown: the question, the options of a choice, the explanation."""
        options = [text for _, text in self.asks.options] if isinstance(self.asks, Choice) else []
        return [self.ask, *options, self.explanation]


def read_predict(data: Data, source: Protected) -> tuple[PredictSource | None, list[Problem]]:
    """The prediction in `data`, or None; every fault in it is a problem with its line."""
    typed, problems = read_options(PredictOptions, data.block, source)
    if typed is not None:
        problems += _ask_problems(typed, data.block, source)
    if not data.body.text.strip():
        problems.append(_unexplained(data.block.place))
    problems += heading_problems(data.body, source)
    if typed is None or problems:
        return None, problems
    asks = _asks(typed, data.block, source)
    return PredictSource(data.block.argument, typed.ask, asks, typed.set, data.body.text, data.block.place), problems


def _unexplained(place: Place) -> Problem:
    message = "the prediction has no explanation"
    return Problem(place, "quiz-feedback", message, "Write it below the options, before the closing slashes.")


def _asks(typed: PredictOptions, block: Block, source: Protected) -> Ask:
    if typed.value is not None:
        of, _, measure = typed.value.of.partition(".")
        told = typed.value.model_dump(exclude={"of"})
        return Value(of=of, measure=measure, place=_option_place(block, "value", source), **told)
    if typed.sketch is not None:
        return Sketch(**typed.sketch.model_dump(), place=_option_place(block, "sketch", source))
    return Choice(tuple((typed.options or {}).items()), typed.answer or "")


def _ask_problems(typed: PredictOptions, block: Block, source: Protected) -> Iterator[Problem]:
    """Not exactly one way of asking, or one that cannot be answered."""
    ways = [key for key in ("options", "value", "sketch") if getattr(typed, key) is not None]
    if len(ways) != 1:
        said = f"the prediction asks in {len(ways)} ways at once: {', '.join(ways)}" if ways else "nothing is asked for"
        remedy = "Write one of: options: with answer:, value: or sketch:."
        place = _option_place(block, ways[-1], source) if ways else block.place
        yield Problem(place, "block-option", said, remedy)
    if typed.options is not None:
        yield from _choice_problems(typed.options, typed.answer, block, source)
    elif typed.answer is not None:
        said = "only a prediction with options has an answer; the model answers the others"
        yield Problem(_option_place(block, "answer", source), "block-option", said, "Delete this line.")
    if typed.value is not None:
        yield from _value_problems(typed.value, _option_place(block, "value", source))


def _choice_problems(
    options: Mapping[str, str], answer: str | None, block: Block, source: Protected
) -> Iterator[Problem]:
    if answer not in options:
        said = f'the answer "{answer}" is not one of the options' if answer else 'the options have no "answer"'
        place = _option_place(block, "answer" if answer else "options", source)
        yield Problem(place, "block-option", said, f"Write answer: one of {', '.join(options)}.")


def _value_problems(value: ValueOptions, place: Place) -> Iterator[Problem]:
    if not all(value.of.partition(".")):
        said = f'"{value.of}" names no measure of a curve'
        yield Problem(place, "block-option", said, "Write a name and a measure: total.peak.")
    if value.min >= value.max:
        said = f"the value can be said from {value.min:g} to {value.max:g}"
        yield Problem(place, "block-option", said, "Write the smaller number as min.")
    elif value.scale == "log" and value.min <= 0:
        said = f"a logarithmic scale cannot begin at {value.min:g}"
        yield Problem(place, "block-option", said, "Begin above zero, or write scale: linear.")


def _option_place(block: Block, key: str, source: Protected) -> Place:
    lines = block.options.lines
    index = next((i for i, line in enumerate(lines) if line.strip().startswith(f"{key}:")), 0)
    return source.place(block.options.index + index)
