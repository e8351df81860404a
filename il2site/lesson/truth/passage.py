"""A lesson as passages: the text of each paragraph, item and cell, with marks for what stands behind its words.

    <p>It lasts <span class="recalled">52 s</span> (<a class="citation" …>Doe 2001</a>).</p>
        ->   Passage("p", "It lasts ⟨told⟩52 s⟨end⟩ ⟨cited⟩.", …)

Formulas and code leave nothing. The checks of this package read passages and never HTML.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from html import unescape

from il2site.lesson.lesson import Choice, FigureUse, Lesson, Part, Predict, Prose, Quiz
from il2site.text import Place, SourceFile

CITED = "\ue010"
"""Stands where a source is named."""
TOLD, TERM, END = "\ue011", "\ue012", "\ue013"
"""`TOLD` opens words whose standing is shown (recalled, derived, …) and `END` closes them; between `TERM` and `END` stands
the id of a term, whose words follow."""
DIGIT = re.compile(r"\d")
"""To be looked for first: most passages hold no number, and patterns for numbers are slow."""
TOLD_CLASSES = frozenset({"recalled", "derived", "modelled", "waived"})

_BLOCKS = frozenset({"p", "li", "td", "th", "h2", "h3", "dt", "dd", "blockquote", "figcaption"})
_SILENT = frozenset({"citations", "math", "code", "pre", "script", "sup"})


@dataclass(frozen=True)
class Passage:
    """The text of one block. `inside`: what it stands in, by name: aside, misconception, table, caption, quiz, predict;
    asked (what a question asks and offers), model (what explains a prediction about the figure of a model).

    `table` counts the tables of a lesson, so that cells know each other; it is 0 outside.
    """

    block: str
    text: str
    inside: frozenset[str] = frozenset()
    table: int = 0

    @property
    def words(self) -> str:
        """The text as a reader meets it, without sources."""
        return " ".join(_MARK.sub("", _CITATION.sub("", self.text)).split())

    @property
    def cited(self) -> bool:
        return CITED in self.text


_MARK = re.compile(f"{TERM}[^{END}]*{END}|[{TOLD}{END}]")
_CITATION = re.compile(rf"\s*{CITED}")


def passages(lesson: Lesson, modelled: Container[str] = ()) -> tuple[Passage, ...]:
    """Everything that `lesson` says, in order; `modelled` are the names of the figures of models."""
    found: list[Passage] = []
    tables = 0
    for part in lesson.parts:
        for fragment, inside in _fragments(part, modelled):
            for passage in read_passages(fragment):
                within = passage.inside | inside
                found.append(replace(passage, inside=within, table=passage.table and passage.table + tables))
            tables = max([tables, *(passage.table for passage in found)])
    return tuple(found)


def _fragments(part: Part, modelled: Container[str]) -> Iterator[tuple[str, frozenset[str]]]:
    match part:
        case Prose():
            yield part.html, frozenset()
        case FigureUse():
            yield part.caption_html, frozenset({"caption"})
        case Quiz():
            yield part.question_html, frozenset({"quiz", "asked"})
            for option in part.options:
                yield option.html, frozenset({"quiz", "asked"})
                yield option.feedback_html, frozenset({"quiz"})
        case Predict():
            yield part.ask_html, frozenset({"predict", "asked"})
            for _, text in part.asks.options if isinstance(part.asks, Choice) else ():
                yield text, frozenset({"predict", "asked"})
            yield part.explanation_html, frozenset({"predict", *(["model"] if part.figure in modelled else [])})


def read_passages(fragment: str) -> list[Passage]:
    """The passages of one piece of safe HTML."""
    reader = _Reader()
    for match in _TOKEN.finditer(fragment):
        end, tag, attributes, words = match.groups()
        if words:
            reader.data(unescape(words) if "&" in words else words)
        elif end:
            reader.end(tag)
        elif tag:
            reader.start(tag, dict(_ATTRIBUTE.findall(attributes)) if attributes else {})
    reader.finish()
    return reader.found


_TOKEN = re.compile(r"""<math\b.*?</math>|<(/?)([a-z][a-z0-9-]*)((?:"[^"]*"|[^">])*)>|([^<]+)""", re.DOTALL)
"""A formula, a tag (its slash, name and attributes), or words between tags, in HTML as the gate lets it through."""
_ATTRIBUTE = re.compile(r'\b(class|href)="([^"]*)"')


class _Reader:
    """Gathers the text of each block; words outside any block form one of their own."""

    def __init__(self) -> None:
        self.found: list[Passage] = []
        self._open: list[tuple[str, str]] = []
        self._text, self._block, self._tables = "", "p", 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        classes = set(attributes.get("class", "").split())
        if tag in ("img", "br", "hr", "input"):
            self._text += " "
            return
        if tag in _BLOCKS:
            self.finish(tag)
        self._tables += tag == "table"
        told = bool(classes & TOLD_CLASSES)
        name = "citations" if "citations" in classes else "misconception" if "misconception" in classes else tag
        self._text += _mark(classes, attributes.get("href", ""))
        self._open.append((tag, f"{name}{END if told else ''}"))

    def end(self, tag: str) -> None:
        while self._open:
            opened, name = self._open.pop()
            self._text += END if name.endswith(END) else ""
            if opened in _BLOCKS:
                self.finish()
            if opened == tag:
                return

    def data(self, words: str) -> None:
        if not any(name in _SILENT for _, name in self._open):
            self._text += words

    def finish(self, next_block: str = "p") -> None:
        """End the block that is being gathered and begin the next."""
        if self._text.strip():
            names = frozenset(name.removesuffix(END) for _, name in self._open) & {"aside", "misconception", "table"}
            self.found.append(Passage(self._block, self._text.strip(), names, self._tables if "table" in names else 0))
        self._text, self._block = "", next_block


def _mark(classes: set[str], href: str) -> str:
    """What an element with these classes leaves in the text where it begins."""
    if "term" in classes:
        return f"{TERM}{href.removeprefix('term:')}{END}"
    if classes & TOLD_CLASSES:
        return TOLD
    return CITED if "citations" in classes else ""


_SENTENCE = re.compile(r"(?<=[.!?…])[”’\")]*\s+(?=[“‘\"(]?[A-Z0-9\ue011\ue012])")
_SHORT = re.compile(r"\b(?:e\.g|i\.e|vs|cf|et al|approx|Dr|St|no)\.$")


def sentences(text: str) -> list[str]:
    """`text` cut into sentences, marks still in them: "One is 1.5. Two." gives two."""
    found: list[str] = []
    for piece in _SENTENCE.split(text):
        if found and _SHORT.search(found[-1]):
            found[-1] += f" {piece}"
        else:
            found.append(piece)
    return found


class Finder:
    """Finds the lines of words in the source of a text; what comes later is looked for further down first."""

    def __init__(self, file: SourceFile, line: int = 1) -> None:
        """`line` is where the words begin, if they are not those of the whole file."""
        self._file, self._begin = file, max(file.text.find("\n---"), 0)
        above = "".join(file.text.splitlines(keepends=True)[: line - 1])
        self._from = max(self._begin, len(above))

    def place(self, *words: str) -> Place:
        """The place of the first of `words` that is found; the last ones may be shorter."""
        for each in words:
            pattern = re.compile(r"(?<![\w.,])" + r"\s+".join(map(re.escape, each.split())))
            match = pattern.search(self._file.text, self._from) or pattern.search(self._file.text, self._begin)
            if match and each.strip():
                self._from = match.start()
                return self._file.place(match.start())
        return Place(self._file.path)
