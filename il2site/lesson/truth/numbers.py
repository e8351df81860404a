"""Numbers without a source: every number in a lesson says where it comes from, and so does one in any other text.

A number is digits that stand by themselves: 13, 0.5, 600,000, 31 to 47. Digits in a name are none (IL-2, CD4, STAT5), nor
is what only labels a thing (stage 3, week 12, question 2). A number has a source when

- a citation stands in its sentence, or in its table, or in the paragraph that leads to its table;
- its standing is shown: [52 %]{recalled}, [10 × 3 = 30]{derived}, [5.4]{modelled}, or a waiver with its reason;
- its sentence, or one before it in the paragraph without a citation between them, says that a model or a figure gave it;
  what explains a prediction about the figure of a model is the model's anyway;
- the lesson has given it with its source before, with the same unit ("13 minutes" again) or with three digits or more;
- the arithmetic in its sentence uses it: 70 in "for 70 kg [600,000 × 70 = 42 million]{derived}";
- it repeats what a question has just asked;
- its source is shown beside the words, as that of the numbers of a chart is.

What a quiz or a prediction asks and offers is made up for the reader to think about, and is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from il2site.lesson.truth.passage import CITED, DIGIT, END, TERM, TOLD, Finder, Passage, sentences
from il2site.problem import Problem

_NUMBER = re.compile(r"(?<![\w.,\-–/^])\d+(?:,\d{3})*(?:\.\d+)?(?:\s?%|(?!\w|-\w))")
_LABELLED = re.compile(
    r"(?:(?<!\d\s)\b(?:type|stage|phase|grade|grades|step|figure|lesson|question|position|week|day|part|IL|year|age|aged)s?"
    r"(?:\s\d+)?(?:\s(?:or|and|to))?\s|\bP\s=\s)$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_MODELLED = re.compile(r"\b(?:models?|modelled|simulat\w+|sketch(?:es)?|figures?)\b", re.IGNORECASE)
_TOLD = re.compile(f"{TOLD}(?:[^{TERM}{END}]|{TERM}[^{END}]*{END})*{END}")
_TERM = re.compile(f"{TERM}[^{END}]*{END}")


@dataclass(frozen=True)
class Number:
    """Digits as they stand in a sentence, and the word behind them, which is most often the unit."""

    digits: str
    unit: str

    @property
    def words(self) -> str:
        return f"{self.digits} {self.unit}".strip()

    @property
    def striking(self) -> bool:
        """Whether the digits alone tell which number is meant: 1,800 is, 13 is not."""
        return sum(character.isdigit() for character in self.digits) >= 3


def number_problems(found: Sequence[Passage], finder: Finder, given: Collection[str] = ()) -> Iterator[Problem]:
    """A problem for each number in `found`, the passages of one text, that does not say where it comes from.

    `given` are the digits ("1,695", "0.05") of which the source stands beside the text.
    """
    reading = _Reading({passage.table for passage in found if passage.table and passage.cited}, given)
    for passage in found:
        for number in reading.unsourced(passage):
            yield _problem(number, finder)


@dataclass
class _Reading:
    """What is known at some place of a text: tables with a source, numbers that have one, numbers just asked about."""

    tables: set[int]
    given: Collection[str]
    sourced: set[Number] = field(default_factory=set)
    striking: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    led: bool = False

    def unsourced(self, passage: Passage) -> Iterator[Number]:
        """The numbers of `passage` without a source."""
        if "asked" in passage.inside:
            self.asked |= {number.digits for number in _numbers(passage.text)}
            return
        if not passage.inside & {"quiz", "predict"}:
            self.asked = set()
        if passage.table and self.led:
            self.tables.add(passage.table)
        self.led = self.led if passage.table else passage.cited
        whole = passage.table in self.tables or "model" in passage.inside or passage.block in ("h2", "h3")
        modelled = False
        if not DIGIT.search(passage.text):
            return
        for sentence in sentences(passage.text):
            modelled = bool(_MODELLED.search(sentence)) or (modelled and CITED not in sentence)
            yield from self._in_sentence(sentence, whole or modelled or CITED in sentence)

    def _in_sentence(self, sentence: str, sourced: bool) -> Iterator[Number]:
        if not DIGIT.search(sentence):
            return
        numbers, told = _numbers(sentence), _told(sentence)
        known = self.asked | self.striking | {number.digits for number in told}
        known |= {number.digits for number in numbers if number.digits.removesuffix("%") in self.given}
        yield from (n for n in numbers if not (sourced or n in self.sourced or n.digits in known))
        self.sourced |= {*numbers, *told}
        self.striking |= {number.digits for number in (*numbers, *told) if number.striking}


def _told(sentence: str) -> set[Number]:
    """The numbers of `sentence` whose standing is shown."""
    return {number for told in _TOLD.findall(sentence) for number in _numbers(told.strip(TOLD + END))}


def _numbers(text: str) -> list[Number]:
    """The numbers of `text` that need a source: those whose standing is shown are left out."""
    bare = _TERM.sub("", _TOLD.sub(" … ", text)).replace(END, "")
    found = []
    for match in _NUMBER.finditer(bare):
        labelled = _LABELLED.search(bare[: match.start()])
        behind = re.match(r"\s*([^\W\d_]+)", bare[match.end() :])
        unit = behind[1].lower().rstrip("s") if behind else ""
        bound = match[0] in ("0", "1") and unit not in _OF
        if not labelled and not bound and not _YEAR.fullmatch(match[0]):
            found.append(Number(match[0].replace(" ", ""), unit))
    return found


_OF = frozenset({"of", "in", "out", "per", "million", "billion", "thousand"})
"""Words that make a share or an amount of a bare 0 or 1, which else says “none”, “one” or “no difference”."""


def _problem(number: Number, finder: Finder) -> Problem:
    digits = number.digits.replace("%", " %")
    place = finder.place(f"{digits} {number.unit}", digits, number.digits)
    remedy = "Cite it in its sentence, show its standing ([…]{derived}), or waive it: [" + digits + "]{waived: reason}."
    return Problem(place, "number-source", f"the number {digits} has no source", remedy)
