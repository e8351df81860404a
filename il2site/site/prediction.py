"""Hold the predictions of all lessons against the figures that they ask about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from il2site.figure.figure import Figure
from il2site.lesson.lesson import FigureUse, Lesson
from il2site.lesson.predict import Answer, Predict
from il2site.memory import Memory
from il2site.problem import Checked, Problem

if TYPE_CHECKING:
    from il2site.model.model import Model
    from il2site.model.network import Network

Answers = Mapping[tuple[str, str], Answer]
"""What answers a prediction, by the name of its lesson and its id."""


def answer_all(
    lessons: Sequence[Lesson], figures: Mapping[str, Figure], models: Mapping[str, Model],
    made_of: Mapping[str, str], memory: Memory,
) -> Checked[Answers]:  # fmt: skip
    """The answer to every prediction about a figure that could be made.

    `made_of`: what stands for all that a figure is made of, by the path of its file.
    """
    answers, problems = {}, []
    for lesson, predict in _predictions(lessons):
        figure = figures.get(predict.figure)
        if figure is None:
            continue
        if predict.figure not in {part.name for part in lesson.parts if isinstance(part, FigureUse)}:
            problems.append(_not_here(predict))
        key = ("prediction", repr(predict), made_of[figure.path])
        network = models[figure.model].network if figure.model else None
        found = memory.of(key, partial(_answer, predict, figure, network))
        problems += found.problems
        if found.value is not None:
            answers[lesson.slug, predict.id] = found.value
    return Checked(answers, tuple(problems))


def _answer(predict: Predict, figure: Figure, network: Network | None) -> Checked[Answer]:
    from il2site.figure.guess import answer  # with all that runs a model; answers that are remembered need none of it

    return answer(predict, figure, network)


def _predictions(lessons: Sequence[Lesson]) -> Iterator[tuple[Lesson, Predict]]:
    for lesson in lessons:
        yield from ((lesson, part) for part in lesson.parts if isinstance(part, Predict))


def _not_here(predict: Predict) -> Problem:
    said = f'the figure "{predict.figure}" is not shown on this page'
    return Problem(predict.place, "prediction", said, f"Show it below the prediction: /// figure | {predict.figure}")
