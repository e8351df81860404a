"""A lesson: one file of content/lessons/ as settings, prose, figures, questions, and everything it refers to.

The stages, each in its own module:

    file ─► front_matter.split ─► protect (code, formulas) ─► blocks.scan ─► quiz.read_* ─► prose.render ─► Lesson

Between scanning and rendering the lesson is a list of drafts, each of which holds the numbers of its Markdown
texts; all texts are rendered together, and then each draft becomes a part.
"""

from __future__ import annotations

import datetime
import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Annotated

from il2site.lesson.blocks import Block, Close, Data, Item, Lines, Open, read_options, scan
from il2site.lesson.citation import References
from il2site.lesson.front_matter import split
from il2site.lesson.glossary import Terms
from il2site.lesson.marks import without_marks
from il2site.lesson.predict import Choice, Predict, PredictSource, Sketch, Value, read_predict
from il2site.lesson.prose import Rendered, container_lines, only_paragraph, plain_text, render
from il2site.lesson.protect import Protected, protect
from il2site.lesson.quiz import (
    Option,
    Quiz,
    QuizSource,
    heading_problems,
    read_quiz,
    untaken_options,
)
from il2site.lesson.state import Container, Context, Heading, Link
from il2site.problem import Checked, Problem
from il2site.schema import BeforeValidator, Field, Strict, Words, parse_yaml, read_date, validate
from il2site.text import Place, SourceFile, slugify

__all__ = ["Choice", "FigureUse", "Heading", "Lesson", "Link", "Option", "Part", "Predict", "Prose", "Quiz", "Sketch", "Value",
           "parse_lesson"]  # fmt: skip


@dataclass(frozen=True)
class Prose:
    """Running text. Around a figure inside a block it may open an element that a later `Prose` closes."""

    html: str


@dataclass(frozen=True)
class FigureUse:
    """The place where a figure is shown; `caption_html` is empty unless the lesson words its own caption."""

    name: str
    caption_html: str
    place: Place


Part = Prose | FigureUse | Quiz | Predict


@dataclass(frozen=True)
class Lesson:
    """A checked lesson. `citations` and `terms` hold ids in the order of their first use, `refuted` the id and the
    claim of each misconception.

    `clinical`: it is about a drug in people, may state doses, and says that it is no medical advice.
    """

    slug: str
    path: str
    title: str
    asks: str
    objectives: tuple[str, ...]
    minutes: int
    reviewed: datetime.date | None
    summary: str
    figure: str | None
    clinical: bool
    discussion: tuple[str, ...]
    parts: tuple[Part, ...]
    headings: tuple[Heading, ...]
    citations: tuple[str, ...]
    terms: tuple[str, ...]
    links: tuple[Link, ...]
    refuted: tuple[tuple[str, str], ...]
    words: int

    @property
    def misconceptions(self) -> tuple[str, ...]:
        """The ids of the misconceptions that are refuted here."""
        return tuple(name for name, _ in self.refuted)


class FrontMatter(Strict):
    """What stands between the dashes of a lesson."""

    title: Words = Field(min_length=1, max_length=200)
    asks: Words = Field(min_length=1)
    objectives: tuple[Annotated[Words, Field(min_length=1)], ...] = Field(min_length=1)
    minutes: int = Field(ge=1, le=600)
    reviewed: Annotated[datetime.date | None, BeforeValidator(read_date)] = None
    summary: str = ""
    figure: str | None = None
    clinical: bool = False
    discussion: tuple[Annotated[str, Field(min_length=1)], ...] = ()


class _Misconception(Strict):
    claim: str = Field(min_length=1)


# Drafts: parts whose texts are numbers of pieces that are still to be rendered


@dataclass(frozen=True)
class _ProseDraft:
    text: int


@dataclass(frozen=True)
class _FigureDraft:
    block: Block
    caption: int


@dataclass(frozen=True)
class _QuizDraft:
    id: str
    source: QuizSource
    first: int


@dataclass(frozen=True)
class _PredictDraft:
    id: str
    source: PredictSource
    first: int


_Draft = _ProseDraft | _FigureDraft | _QuizDraft | _PredictDraft


@dataclass
class _Writing:
    """The texts and drafts of a lesson while they are gathered."""

    source: Protected
    texts: list[str] = field(default_factory=list)
    drafts: list[_Draft] = field(default_factory=list)
    containers: dict[str, Container] = field(default_factory=dict)
    depth: int = 0
    ends: list[str] = field(default_factory=list)
    ids: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)

    def add(self, texts: Iterable[str]) -> int:
        """Keep `texts` for rendering; the number of the first."""
        first = len(self.texts)
        self.texts += texts
        return first

    def write(self, text: str) -> None:
        """Continue the running text."""
        if self.drafts and isinstance(self.drafts[-1], _ProseDraft):
            self.texts[-1] += f"\n\n{text}"
        else:
            self.drafts.append(_ProseDraft(self.add([text])))

    def new_id(self, kind: str, words: str) -> str:
        """An id that depends on the first words of a question and not on its place among others."""
        first = "-".join(slugify(words).split("-")[:8])[:60].strip("-")
        # What browsers keep of a question they keep under letters that every program spells alike.
        name = f"{kind}-{first}" if first.isascii() else f"{kind}-{blake2b(first.encode(), digest_size=6).hexdigest()}"
        self.ids[name] += 1
        return name if self.ids[name] == 1 else f"{name}-{self.ids[name]}"


def parse_lesson(file: SourceFile, references: References, terms: Terms) -> Checked[Lesson]:
    """The lesson in `file`, or None when it has no usable front matter; all of its problems either way."""
    parts = split(file)
    if parts.value is None:
        return Checked(None, parts.problems)
    settings = _front_matter(file, parts.value.settings)
    body = without_marks(parts.value.body).expandtabs(4)
    source = protect(body.split("\n"), file.path, parts.value.body_line)
    writing, rendered = _body(source, references, terms)
    problems = tuple(
        sorted({*settings.problems, *source.problems, *writing.problems, *rendered.problems, *_empty(source)})
    )
    if settings.value is None:
        return Checked(None, problems)
    return Checked(_lesson(file, settings.value, writing, rendered), problems)


def _empty(source: Protected) -> list[Problem]:
    if any(line.strip() for line in source.lines):
        return []
    place = Place(source.path, max(source.first - 1, 1))
    return [Problem(place, "lesson-empty", "the lesson has no text", "Write it below the front matter.")]


def _front_matter(file: SourceFile, text: str) -> Checked[FrontMatter]:
    yaml = parse_yaml(file, 1, text)
    if yaml.value is None:
        return Checked(None, yaml.problems)
    checked = validate(FrontMatter, yaml.value, file.path)
    return Checked(checked.value, (*yaml.problems, *checked.problems))


def _body(source: Protected, references: References, terms: Terms) -> tuple[_Writing, Rendered]:
    items, problems = scan(source)
    writing = _Writing(source, problems=problems)
    for item in items:
        _take(item, writing)
    context = Context(source, references.labels, terms.ids, writing.containers)
    return writing, render(writing.texts, context)


def _lesson(file: SourceFile, settings: FrontMatter, writing: _Writing, rendered: Rendered) -> Lesson:
    parts = _parts(writing.drafts, rendered)
    return Lesson(
        slug=posixpath.splitext(posixpath.basename(file.path))[0],
        path=file.path,
        title=settings.title,
        asks=settings.asks,
        objectives=settings.objectives,
        minutes=settings.minutes,
        reviewed=settings.reviewed,
        summary=settings.summary,
        figure=settings.figure,
        clinical=settings.clinical,
        discussion=settings.discussion,
        parts=parts,
        headings=rendered.headings,
        citations=rendered.citations,
        terms=rendered.terms,
        links=rendered.links,
        refuted=tuple((c.name, c.claim) for c in writing.containers.values() if c.kind == "misconception"),
        words=sum(_words(part.html) for part in parts if isinstance(part, Prose)),
    )


def _words(fragment: str) -> int:
    return len(re.findall(r"[^\W_]+(?:[’'-][^\W_]+)*", plain_text(fragment)))


# Items of the scanner into drafts


def _take(item: Item, writing: _Writing) -> None:
    match item:
        case Lines():
            writing.write(item.text)
        case Open():
            _open(item.block, writing)
        case Close():
            writing.write(f"\n{writing.ends.pop()}\n")
        case Data():
            _DATA[item.block.kind](item, writing)


def _open(block: Block, writing: _Writing) -> None:
    claim = ""
    if block.kind == "misconception":
        typed, problems = read_options(_Misconception, block, writing.source)
        writing.problems += problems
        claim = typed.claim if typed else ""
    else:
        writing.problems += untaken_options(block)
    key = f"c{len(writing.containers)}"
    writing.containers[key] = Container(block.kind, block.argument, claim)
    begin, end = container_lines(key, len(writing.ends))
    writing.ends.append(end)
    writing.write(f"\n{begin}\n")


def _take_figure(data: Data, writing: _Writing) -> None:
    writing.problems += [*untaken_options(data.block), *heading_problems(data.body, writing.source)]
    writing.drafts.append(_FigureDraft(data.block, writing.add([data.body.text])))


def _take_quiz(data: Data, writing: _Writing) -> None:
    quiz, problems = read_quiz(data, writing.source)
    writing.problems += problems
    if quiz is None:
        writing.drafts.append(_ProseDraft(writing.add([_salvage(data)])))
        return
    texts = [quiz.question, *(text for option in quiz.options for text in (option.text, option.feedback))]
    writing.drafts.append(_QuizDraft(writing.new_id("quiz", quiz.question), quiz, writing.add(texts)))


def _take_predict(data: Data, writing: _Writing) -> None:
    predict, problems = read_predict(data, writing.source)
    writing.problems += problems
    if predict is None:
        writing.drafts.append(_ProseDraft(writing.add([_salvage(data)])))
        return
    name = writing.new_id("predict", predict.ask)
    writing.drafts.append(_PredictDraft(name, predict, writing.add(predict.texts)))


def _salvage(data: Data) -> str:
    """The text of a question that cannot be used, so that its citations and links are checked in the same run."""
    return re.sub(r"(?m)^ {4,}>? ?|^#+ ", "", data.body.text)


_DATA = {"figure": _take_figure, "quiz": _take_quiz, "predict": _take_predict}


# Drafts into parts


def _parts(drafts: Sequence[_Draft], rendered: Rendered) -> tuple[Part, ...]:
    parts = [_part(draft, rendered.pieces) for draft in drafts]
    if rendered.rest.strip():
        parts.append(Prose(rendered.rest.strip()))
    return tuple(part for part in parts if not isinstance(part, Prose) or part.html)


def _part(draft: _Draft, pieces: tuple[str, ...]) -> Part:
    match draft:
        case _ProseDraft():
            return Prose(pieces[draft.text].strip())
        case _FigureDraft():
            return FigureUse(draft.block.argument, only_paragraph(pieces[draft.caption]), draft.block.place)
        case _QuizDraft():
            return _quiz(draft, pieces)
        case _PredictDraft():
            return _predict(draft, pieces)


def _quiz(draft: _QuizDraft, pieces: tuple[str, ...]) -> Quiz:
    options = tuple(
        Option(
            html=only_paragraph(pieces[draft.first + 1 + 2 * number]),
            correct=option.correct,
            feedback_html=pieces[draft.first + 2 + 2 * number].strip(),
            misconception=option.misconception,
            place=option.place,
        )
        for number, option in enumerate(draft.source.options)
    )
    return Quiz(draft.id, pieces[draft.first].strip(), options, draft.source.place)


def _predict(draft: _PredictDraft, pieces: tuple[str, ...]) -> Predict:
    source, first = draft.source, draft.first
    asks = source.asks
    if isinstance(asks, Choice):
        shown = [only_paragraph(pieces[first + place]) for place in range(1, len(asks.options) + 1)]
        keys = (key for key, _ in asks.options)
        asks = replace(asks, options=tuple(zip(keys, shown, strict=True)))
    return Predict(
        id=draft.id,
        figure=source.figure,
        ask_html=only_paragraph(pieces[first]),
        asks=asks,
        set=source.set,
        explanation_html=pieces[first + len(source.texts) - 1].strip(),
        place=source.place,
    )
