"""A page of the author's own: one file of content/pages/, which is prose without figures and questions."""

from __future__ import annotations

import datetime
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from il2site.lesson.blocks import Close, Item, Lines, scan
from il2site.lesson.citation import References
from il2site.lesson.front_matter import split
from il2site.lesson.glossary import Terms
from il2site.lesson.marks import without_marks
from il2site.lesson.prose import Rendered, render
from il2site.lesson.protect import protect
from il2site.lesson.state import Context, Heading, Link
from il2site.problem import Checked, Problem
from il2site.schema import BeforeValidator, Field, Strict, Words, parse_yaml, read_date, validate
from il2site.text import SourceFile


class PageSettings(Strict):
    """What stands between the dashes of a page."""

    title: Words = Field(min_length=1, max_length=200)
    summary: str = ""
    reviewed: Annotated[datetime.date | None, BeforeValidator(read_date)] = None


@dataclass(frozen=True)
class PlainPage:
    """A checked page. `citations` and `terms` hold keys and ids in the order of their first use."""

    slug: str
    path: str
    settings: PageSettings
    html: str
    headings: tuple[Heading, ...]
    citations: tuple[str, ...]
    terms: tuple[str, ...]
    links: tuple[Link, ...]


def parse_page(file: SourceFile, references: References, terms: Terms) -> Checked[PlainPage]:
    """The page in `file`, or None when it has no usable front matter; all of its problems either way."""
    parts = split(file)
    if parts.value is None:
        return Checked(None, parts.problems)
    yaml = parse_yaml(file, 1, parts.value.settings)
    settings: Checked[PageSettings] = Checked(None)
    if yaml.value:
        settings = validate(PageSettings, yaml.value, file.path)
    source = protect(without_marks(parts.value.body).expandtabs(4).split("\n"), file.path, parts.value.body_line)
    items, problems = scan(source)
    text = "\n\n".join(item.text for item in items if isinstance(item, Lines))
    rendered = render([text], Context(source, references.labels, terms.ids))
    found = (*yaml.problems, *settings.problems, *source.problems, *problems, *_blocks(items), *rendered.problems)
    made = _page(file, settings.value, rendered) if settings.value else None
    return Checked(made, tuple(sorted(set(found))))


def _page(file: SourceFile, settings: PageSettings, rendered: Rendered) -> PlainPage:
    return PlainPage(
        slug=posixpath.splitext(posixpath.basename(file.path))[0],
        path=file.path,
        settings=settings,
        html=(rendered.pieces[0] + rendered.rest).strip(),
        headings=rendered.headings,
        citations=rendered.citations,
        terms=rendered.terms,
        links=rendered.links,
    )


def _blocks(items: list[Item]) -> Iterator[Problem]:
    """A problem for every block: a page has none."""
    for item in items:
        if not isinstance(item, (Lines, Close)):
            message = f'a "{item.block.kind}" stands on a page that is no lesson'
            yield Problem(item.block.place, "block-content", message, "Write it in a lesson, and link to it from here.")
