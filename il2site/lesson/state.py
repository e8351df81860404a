"""What is known before a document is rendered, and what is met while it is rendered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from il2site.lesson.marks import replace_marks
from il2site.lesson.protect import Formula, Locator, Protected
from il2site.problem import Problem
from il2site.text import Place


@dataclass(frozen=True)
class Heading:
    """A heading of a lesson: level 2 or 3, the id that links lead to, its words without markup."""

    level: int
    id: str
    text: str
    place: Place


@dataclass(frozen=True)
class Link:
    """An address inside the site, as it was written, for whoever knows all pages to resolve."""

    href: str
    place: Place
    image: bool = False


@dataclass(frozen=True)
class Container:
    """A block around prose. `name` is a misconception's id or an aside's title; `claim` belongs to misconceptions."""

    kind: str
    name: str
    claim: str = ""


@dataclass(frozen=True)
class Context:
    """What the text may refer to: labels of citations by key, ids of terms by the slug of each of their names."""

    source: Protected
    citations: Mapping[str, str]
    terms: Mapping[str, str]
    containers: Mapping[str, Container] = field(default_factory=dict)


class State:
    """What is met while one document is rendered."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.locate = Locator(context.source)
        self.formulas: list[Formula] = list(context.source.formulas)
        self.problems: list[Problem] = []
        self.headings: list[Heading] = []
        self.heading_ids: dict[str, Heading] = {}
        self.section_begun = False
        self.cited: dict[str, None] = {}
        self.termed: dict[str, None] = {}
        self.links: list[Link] = []

    def report(self, words: str, rule: str, message: str, remedy: str) -> None:
        self.problems.append(Problem(self.locate.place(words), rule, message, remedy))

    def add_heading(self, heading: Heading) -> None:
        self.headings.append(heading)
        self.heading_ids.setdefault(heading.id, heading)
        self.section_begun |= heading.level <= 2

    def plain(self, text: str) -> str:
        """`text` with each formula as its TeX and every other mark gone."""
        return replace_marks(text, lambda kind, index: self.formulas[index].tex if kind == "m" else "")
