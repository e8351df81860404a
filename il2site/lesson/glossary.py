"""The glossary: content/glossary.md, one definition list that is also the glossary page.

    ---
    title: Glossary            (optional, as is the front matter)
    ---
    A paragraph of introduction (optional).

    Dwell time
    Residence time
    :   How long a receptor holds its antigen, on average. See [[kinetic proofreading]].

Several names may share one definition; the first is the one that is shown and gives the term its id.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from il2site.lesson.citation import References
from il2site.lesson.front_matter import Parts, split
from il2site.lesson.marks import without_marks
from il2site.lesson.prose import Rendered, only_paragraph, plain_text, render
from il2site.lesson.protect import Protected, protect
from il2site.lesson.state import Context, Link
from il2site.problem import Checked, Problem
from il2site.schema import Field, Strict, Words, parse_yaml, validate
from il2site.text import Place, SourceFile, slugify


@dataclass(frozen=True)
class Term:
    """A term and its definition, as HTML and as plain words. `names` are all its names, `name` the first of them."""

    id: str
    name: str
    names: tuple[str, ...]
    html: str
    plain: str
    place: Place


@dataclass(frozen=True)
class Terms:
    """The glossary: terms by id in the order of the file, and what their definitions cite, mark and link to."""

    title: str = "Glossary"
    intro: str = ""
    entries: Mapping[str, Term] = field(default_factory=dict)
    citations: tuple[str, ...] = ()
    terms_used: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()

    @property
    def ids(self) -> dict[str, str]:
        """The id of a term by the slug of each of its names."""
        return {slugify(name): term.id for term in self.entries.values() for name in term.names}


class _Settings(Strict):
    title: Words = Field(default="Glossary", min_length=1)


@dataclass
class _Entry:
    """A term while its lines are gathered; `index` is the line of its first name."""

    names: list[str]
    index: int
    lines: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        return slugify(self.names[0])


def parse_glossary(file: SourceFile, references: References | None = None) -> Checked[Terms]:
    """The terms of `file`; the value is never None, and is empty for an empty file."""
    title, parts, problems = _settings(file)
    if parts is None:
        return Checked(Terms(), tuple(problems))
    source = protect(without_marks(parts.body).expandtabs(4).split("\n"), file.path, parts.body_line)
    problems += source.problems
    intro, entries = _entries(source, problems)
    entries = _distinct(entries, source, problems)
    known = {slugify(name): entry.id for entry in entries for name in entry.names}
    citations = references.labels if references else {}
    rendered = render([intro, *("\n".join(entry.lines) for entry in entries)], Context(source, citations, known))
    problems += [*rendered.problems, *_heading_problems(rendered)]
    terms = {entry.id: _term(entry, piece, source) for entry, piece in zip(entries, rendered.pieces[1:], strict=True)}
    problems += _self_problems(terms)
    value = Terms(title, rendered.pieces[0], terms, rendered.citations, rendered.terms, rendered.links)
    return Checked(value, tuple(sorted(set(problems))))


def _settings(file: SourceFile) -> tuple[str, Parts | None, list[Problem]]:
    if not file.text.startswith("---"):
        return "Glossary", Parts("", file.text, 1), []
    parts = split(file)
    if parts.value is None:
        return "Glossary", None, list(parts.problems)
    yaml = parse_yaml(file, 1, parts.value.settings)
    if yaml.value is None:
        return "Glossary", parts.value, list(yaml.problems)
    settings = validate(_Settings, yaml.value, file.path)
    title = settings.value.title if settings.value else "Glossary"
    return title, parts.value, [*yaml.problems, *settings.problems]


_FORM = "Write the term on a line of its own, and on the next: a colon, three spaces, the definition."
_DEFINITION = re.compile(r" {0,3}:[ ]+(.*)")


def _entries(source: Protected, problems: list[Problem]) -> tuple[str, list[_Entry]]:
    """The introduction and the entries; a line that belongs to neither is a problem."""
    intro: list[str] = []
    entries: list[_Entry] = []
    names: list[tuple[int, str]] = []
    for index, line in enumerate([*source.lines, ""]):
        definition = _DEFINITION.fullmatch(line)
        if definition:
            _define(names, definition[1], index, entries, source, problems)
            names = []
        elif line.startswith("    ") and entries and not names:
            entries[-1].lines.append(line[4:])
        elif line.strip():
            names.append((index, line.strip()))
        else:
            _blank(names, intro, entries, source, problems)
            names = []
    if not entries and any(intro):
        said = "no term with a definition is found here"
        problems.append(Problem(source.place(0), "glossary", said, _FORM))
    for entry in entries:
        if not any(line.strip() for line in entry.lines):
            said = f'"{entry.names[0][:60]}" has an empty definition'
            problems.append(Problem(source.place(entry.index), "glossary", said, _FORM))
    return "\n".join(intro), entries


def _define(
    names: list[tuple[int, str]],
    words: str,
    index: int,
    entries: list[_Entry],
    source: Protected,
    problems: list[Problem],
) -> None:
    if names:
        entries.append(_Entry([name for _, name in names], names[0][0], [words]))
        return
    if entries:
        entries[-1].lines += ["", words]
        return
    problems.append(
        Problem(
            source.place(index),
            "glossary",
            "a definition has no term above it",
            "Write the term on the line before it.",
        )
    )


def _blank(
    names: list[tuple[int, str]], intro: list[str], entries: list[_Entry], source: Protected, problems: list[Problem]
) -> None:
    """At an empty line: words that no definition followed are introduction, or else lost."""
    if entries:
        entries[-1].lines.append("")
    if not names:
        return
    if not entries:
        intro += [*(name for _, name in names), ""]
        return
    index, name = names[0]
    message = f'"{name[:60]}" has no definition'
    problems.append(
        Problem(
            source.place(index), "glossary", message, "Write on the next line: a colon, three spaces, the definition."
        )
    )


def _distinct(entries: list[_Entry], source: Protected, problems: list[Problem]) -> list[_Entry]:
    """`entries` without those that define a name for the second time."""
    first: dict[str, int] = {}
    kept = []
    for entry in entries:
        again = next((name for name in entry.names if slugify(name) in first), None)
        if again is None:
            kept.append(entry)
            first |= {slugify(name): source.first + entry.index for name in entry.names}
            continue
        message = f'"{again}" is defined twice, on lines {first[slugify(again)]} and {source.first + entry.index}'
        problems.append(Problem(source.place(entry.index), "term-duplicate", message, "Delete one of the two."))
    return kept


def _term(entry: _Entry, piece: str, source: Protected) -> Term:
    shown = only_paragraph(piece)
    return Term(entry.id, entry.names[0], tuple(entry.names), shown, plain_text(shown), source.place(entry.index))


def _heading_problems(rendered: Rendered) -> list[Problem]:
    return [
        Problem(
            heading.place,
            "glossary",
            f'the heading "{heading.text}" stands in the glossary',
            "Delete it; the glossary is one list.",
        )
        for heading in rendered.headings
    ]


def _self_problems(terms: Mapping[str, Term]) -> list[Problem]:
    return [
        Problem(
            term.place,
            "glossary",
            f'"{term.name}" is explained by itself',
            f"Take the square brackets off [[{term.name}]] in its own definition.",
        )
        for term in terms.values()
        if f'href="term:{term.id}"' in term.html
    ]
