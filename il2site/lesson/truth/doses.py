"""Doses of a drug stand only in lessons that say that they are about a drug in people (`clinical: true`).

Such a lesson carries the words “Education, not medical advice”; a dose elsewhere would stand without them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from il2site.lesson.truth.passage import DIGIT, Finder, Passage
from il2site.problem import Problem

_DOSE = re.compile(
    r"\b\d[\d,.]*\s?(?:(?:million|thousand)\s(?:international\s)?units?\b|(?:international\s)?units?\sper\s(?:kilo|square)"
    r"|units?\sfor\seach\skilo|(?:k|M)?I\.?U\b|MIU\b|(?:milli|micro)grams?\b|[mµμ]g\b(?!/?[mL]))"
)


def dose_problems(found: Iterable[Passage], finder: Finder) -> Iterator[Problem]:
    """A problem for each dose in `found`, the passages of a lesson that may state none."""
    for passage in found:
        for match in _DOSE.finditer(passage.words) if DIGIT.search(passage.text) else ():
            said = f"“{match[0]}” is a dose, and this lesson does not say that it is about a drug in people"
            remedy = "Write clinical: true in the front matter, or leave the dose to a lesson that has it."
            yield Problem(finder.place(match[0], match[0].split()[0]), "dose-place", said, remedy)
