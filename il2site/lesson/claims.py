"""The checked claims of a text: content/claims.yml, from which the page of the claim check is made.

    intro: Where the claims come from, in Markdown.
    topics:
      - title: What it is
        claims:
          - id: t-cell-is-cd4
            claim: “T cell” and “CD4 cell” are two names for the same thing.
            verdict: wrong
            truth: CD4 T cells are one branch of the family [@bendickova2020].
            checked: 2026-11-22
            explained: lessons/what-il2-is.md#misconception-t-cell-is-cd4

The sources of a claim are what its `truth` cites.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal, get_args

from il2site.lesson.citation import References
from il2site.lesson.glossary import Terms
from il2site.lesson.marks import without_marks
from il2site.lesson.prose import Rendered, only_paragraph, render
from il2site.lesson.protect import protect
from il2site.lesson.state import Context, Link
from il2site.problem import Checked, Problem
from il2site.schema import BeforeValidator, Field, KeyPath, Strict, Yaml, parse_yaml, read_date, validate
from il2site.text import Place, SourceFile

Verdict = Literal["supported", "imprecise", "outdated", "wrong", "unverifiable"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


class ClaimEntry(Strict):
    """One claim as it is typed. `but` qualifies the verdict; `explained` is a link as a file of content/ would write it."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)
    claim: str = Field(min_length=1)
    verdict: Verdict
    but: str = ""
    truth: str = Field(min_length=1)
    checked: Annotated[datetime.date, BeforeValidator(read_date)]
    explained: str = Field(min_length=1)


class TopicEntry(Strict):
    """Claims about one subject, in their order."""

    title: str = Field(min_length=1)
    claims: tuple[ClaimEntry, ...] = Field(min_length=1)


class ClaimsFile(Strict):
    """All of content/claims.yml."""

    title: str = Field(default="Claim check", min_length=1)
    intro: str = Field(min_length=1)
    topics: tuple[TopicEntry, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Claim:
    """A claim that has been checked. `number` counts through all topics; `truth_html` is safe to show."""

    number: int
    entry: ClaimEntry
    truth_html: str
    sources: tuple[str, ...]
    place: Place


@dataclass(frozen=True)
class Topic:
    title: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Claims:
    """The claim check. `citations` and `terms` are the ids that its texts cite and mark; `links` are all that its texts
    and its claims lead to, as a file of content/ writes them."""

    title: str = ""
    intro_html: str = ""
    topics: tuple[Topic, ...] = ()
    citations: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()

    @property
    def all(self) -> tuple[Claim, ...]:
        return tuple(claim for topic in self.topics for claim in topic.claims)

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many claims have each verdict, in the order of `VERDICTS`."""
        found = Counter(claim.entry.verdict for claim in self.all)
        return {verdict: found[verdict] for verdict in VERDICTS}


def parse_claims(file: SourceFile, references: References, terms: Terms) -> Checked[Claims]:
    """The claims in `file`, or None when they cannot be used; every problem of them."""
    yaml = parse_yaml(file)
    if yaml.value is None:
        return Checked(None, yaml.problems)
    typed = validate(ClaimsFile, yaml.value, file.path)
    if typed.value is None:
        return Checked(None, (*yaml.problems, *typed.problems))
    reading = _Reading(yaml.value, file.path, references.labels, terms.ids)
    claims = reading.claims(typed.value)
    problems = [*yaml.problems, *reading.problems, *_repeated(claims), *_without_source(claims)]
    return Checked(claims, tuple(sorted(set(problems))))


@dataclass
class _Reading:
    """Renders the texts of one file, and gathers what they refer to and what is wrong with them."""

    yaml: Yaml
    path: str
    labels: Mapping[str, str]
    terms: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    cited: dict[str, None] = field(default_factory=dict)
    marked: dict[str, None] = field(default_factory=dict)

    def claims(self, typed: ClaimsFile) -> Claims:
        intro = self.render(typed.intro, ("intro",))
        topics, number = [], 0
        for place, topic in enumerate(typed.topics):
            numbered = enumerate(topic.claims, number + 1)
            topics.append(Topic(topic.title, tuple(self.claim(n, e, place, n - number - 1) for n, e in numbered)))
            number += len(topic.claims)
        ids = tuple(self.cited), tuple(self.marked)
        return Claims(typed.title, intro.pieces[0], tuple(topics), *ids, tuple(self.links))

    def claim(self, number: int, entry: ClaimEntry, topic: int, place: int) -> Claim:
        where: KeyPath = ("topics", topic, "claims", place)
        made = self.render(entry.truth, (*where, "truth"))
        self.links.append(Link(entry.explained, self.place((*where, "explained"))))
        return Claim(number, entry, only_paragraph(made.pieces[0]), made.citations, self.place((*where, "id")))

    def render(self, text: str, where: KeyPath) -> Rendered:
        source = protect(without_marks(text).expandtabs(4).split("\n"), self.path, self.yaml.line(where))
        made = render([text if not source.problems else ""], Context(source, self.labels, self.terms))
        self.problems += [*source.problems, *made.problems]
        self.links += made.links
        self.cited |= dict.fromkeys(made.citations)
        self.marked |= dict.fromkeys(made.terms)
        return made

    def place(self, where: KeyPath) -> Place:
        return Place(self.path, self.yaml.line(where))


def _repeated(claims: Claims) -> Iterator[Problem]:
    seen: dict[str, Claim] = {}
    for claim in claims.all:
        if claim.entry.id in seen:
            said = f'the id "{claim.entry.id}" stands twice; first on line {seen[claim.entry.id].place.line}'
            yield Problem(claim.place, "value", said, "Give one of the two claims another id.")
        seen.setdefault(claim.entry.id, claim)


def _without_source(claims: Claims) -> Iterator[Problem]:
    for claim in claims.all:
        if not claim.sources:
            said = f'nothing is cited against the claim "{claim.entry.id}"'
            yield Problem(claim.place, "claim-source", said, "Name a source in its truth: [@key].")


def stale_claims(claims: Claims, today: datetime.date, days: int) -> Iterator[Problem]:
    """A problem for every claim that was last checked more than `days` before `today`, or after it."""
    for claim in claims.all:
        age = (today - claim.entry.checked).days
        if age > days or age < 0:
            said = f"was checked {age} days ago" if age > 0 else f"is said to be checked on {claim.entry.checked}"
            remedy = "Read its sources again, and write the date of today."
            yield Problem(claim.place, "claim-stale", f'the claim "{claim.entry.id}" {said}', remedy)
