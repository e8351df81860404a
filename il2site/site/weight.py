"""What a reader's device has to load, held to a budget: gzip, as servers send it."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from functools import partial

from il2site.memory import Memory
from il2site.problem import Problem
from il2site.site.address import lesson_address
from il2site.site.assets import Assets
from il2site.site.course import Course, models_on
from il2site.text import Place

FIRST = 120_000
"""Bytes of a lesson before a figure is approached: the page, its style and its scripts."""
WITH_FIGURES = 550_000
"""Bytes with all its figures live: the models and the drawing library too."""
FONTS = 120_000
"""Bytes of all fonts, which are compressed as they are."""


def weight_problems(course: Course, assets: Assets, pages: Mapping[str, int], memory: Memory) -> Iterator[Problem]:
    """What is too heavy for a reader. `pages`: the weight of each page by its output path, in bytes."""

    def weight(path: str) -> int:
        data = assets.files[path]
        return memory.of(("weight", data), partial(zipped, data))

    shared = sum(map(weight, (assets.style, *(assets.scripts[name] for name in ("boot", "site", "figures")))))
    drawing = weight(assets.scripts["plotly"])
    models = {name: weight(path) for name, path in assets.models.items()}
    for lesson in course.lessons:
        first = pages[lesson_address(lesson.slug)] + shared
        live = drawing + sum(models[name] for name in models_on(course, lesson))
        yield from _too_heavy(lesson.path, "before a figure is approached", first, FIRST)
        yield from _too_heavy(lesson.path, "with its figures live", first + live, WITH_FIGURES)
    fonts = sum(len(data) for path, data in assets.files.items() if path.endswith(".woff2"))
    yield from _too_heavy("static/dist/fonts", "in all fonts", fonts, FONTS)


def zipped(data: bytes) -> int:
    """The bytes of `data` as servers send it."""
    return len(gzip.compress(data, 6, mtime=0))


def _too_heavy(path: str, when: str, weight: int, budget: int) -> Iterator[Problem]:
    if weight > budget:
        said = f"A reader loads {weight / 1000:.0f} kB {when}; the budget is {budget / 1000:.0f} kB."
        yield Problem(Place(path), "page-weight", said, "Move a figure, or a part of the text, to a page of its own.")
