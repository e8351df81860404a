"""Markdown and TeX into HTML: the only module that knows markdown, pymdownx and math_core.

`render` takes all texts of one file at once, so that footnotes and link definitions hold for the whole file. What
the Markdown library does not know is added here as inline patterns, tried in this order (the first that fits takes
its words):

    190 `code`   188 $tex$   181 [[term]]   180 \\escape   175 [^footnote]   174 [@citation]   172 [words]{name}
    170 … 120 links, images   95 <!-- comment -->   93 <sub>…</sub>   92 any other <tag>   80 &entity;   then emphasis

Headings, links, images and tables are looked over in the finished tree, and everything passes the gate.
"""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as etree
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import HashHeaderProcessor
from markdown.extensions import Extension
from markdown.extensions.def_list import DefListExtension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableProcessor
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import InlineProcessor as InlineTreeprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString
from math_core import LatexError, LatexToMathML
from pymdownx.blocks import BlocksExtension
from pymdownx.blocks.block import Block as LibraryBlock
from pymdownx.caret import InsertSupExtension
from pymdownx.tilde import DeleteSubExtension

from il2site.lesson import gate
from il2site.lesson.footnotes import footnote_problems
from il2site.lesson.lists import with_plain_lists
from il2site.lesson.marks import as_pieces, mark, replace_marks, split_pieces, without_marks
from il2site.lesson.protect import INLINE_CODE, Formula
from il2site.lesson.size import size_problems
from il2site.lesson.state import Container, Context, Heading, Link, State
from il2site.lesson.tree import finish
from il2site.problem import Problem
from il2site.schema import nearest
from il2site.text import ENTITIES, Place, slugify

STATUSES = ("recalled", "derived", "modelled")
WAIVED = "waived"
"""The status of a number that has no source, for a reason that is written: [12]{waived: made up for this exercise}."""

MAX_TEX = 2_000
MAX_TEX_NESTING = 40


@dataclass(frozen=True)
class Rendered:
    """The HTML of each text, of what follows them all (`rest`, the footnotes), and what was met on the way."""

    pieces: tuple[str, ...]
    rest: str
    headings: tuple[Heading, ...] = ()
    citations: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    problems: tuple[Problem, ...] = ()


def render(texts: list[str], context: Context) -> Rendered:
    """The Markdown `texts` as HTML fragments that are safe to show, in the same order."""
    too_large = list(size_problems(context.source))
    if too_large:
        return Rendered(("",) * len(texts), "", problems=tuple(too_large))
    state = State(context)
    state.problems += footnote_problems(context.source)
    whole = _convert(as_pieces([_spaced(text) for text in texts]), state)
    pieces = split_pieces(whole)
    if whole and len(pieces) <= len(texts):
        place = context.source.place(0)
        message = "a figure or a question of this file stands where none can be"
        state.problems.append(
            Problem(place, "block-content", message, "Leave an empty line before each line of slashes.")
        )
    *found, rest = (replace_marks(pieces.get(index, ""), lambda kind, number: "") for index in range(len(texts) + 1))
    return Rendered(
        tuple(found),
        rest,
        tuple(state.headings),
        tuple(state.cited),
        tuple(state.termed),
        tuple(state.links),
        tuple(state.problems),
    )


def only_paragraph(fragment: str) -> str:
    """The inside of a fragment that is a single paragraph; any other fragment as it is."""
    match = re.fullmatch(r"\s*<p>(.*)</p>\s*", fragment, re.DOTALL)
    return match[1] if match and "<p>" not in match[1] else fragment.strip()


def plain_text(fragment: str) -> str:
    """The words of a fragment, without markup and formulas."""
    bare = re.sub(r"<math\b.*?</math>|<sup id=.*?</sup>|<[^>]*>", "", fragment, flags=re.DOTALL)
    return " ".join(html.unescape(bare).split())


def _spaced(text: str) -> str:
    """`text` with empty lines around marks that fill a line, so that code and formulas do not join a paragraph."""
    return with_plain_lists(re.sub(r"(?m)^( *\ue000[cm][0-9]+\ue001)$", r"\n\1\n", text))


# Rendering


def _convert(text: str, state: State) -> str:
    """`text` as HTML that has passed the gate, marks of pieces still in it."""
    try:
        raw = _markdown(state).convert(text)
    except RecursionError:
        place = Place(state.context.source.path, state.context.source.first)
        state.problems.append(
            Problem(place, "too-large", "lists, quotations or emphasis are nested too deep", "Write them flatter.")
        )
        return ""
    except (
        Exception
    ) as error:  # the Markdown library lets slips of its own through; an author must see a file, not a traceback
        place = Place(state.context.source.path, state.context.source.first)
        message = f"the Markdown of this file cannot be read ({type(error).__name__}: {error})"
        state.problems.append(Problem(place, "block-content", message, "Take the last change back, or simplify it."))
        return ""
    return gate.clean(_with_formulas(_with_code(raw, state), state))


def _markdown(state: State) -> Markdown:
    """A converter for one document; it keeps nothing for the next one."""
    return Markdown(
        extensions=[
            FootnoteExtension(SEPARATOR="-", BACKLINK_TITLE="Back to where footnote {} is mentioned"),
            SaneListExtension(),
            DefListExtension(),
            DeleteSubExtension(),
            InsertSupExtension(insert=False),
            _Notation(state),
            _Containers(state),
        ],
        output_format="xhtml",
    )


def _with_code(raw: str, state: State) -> str:
    def element(match: re.Match[str]) -> str:
        code = state.context.source.codes[int(match[1])]
        language = f' class="language-{html.escape(code.language)}"' if code.language else ""
        return f'<pre tabindex="0"><code{language}>{html.escape(code.text)}</code></pre>'

    return _CODE.sub(element, raw) if "\ue000c" in raw else raw


_CODE = re.compile(r"(?:<p>)?\ue000c([0-9]+)\ue001(?:</p>)?")


def _with_formulas(raw: str, state: State) -> str:
    def element(match: re.Match[str]) -> str:
        mathml = _mathml(state.formulas[int(match[2])], state)
        if match[1]:
            return f'<div class="math-block" role="group" tabindex="0" aria-label="Formula">{mathml}</div>'
        return mathml

    marked = re.sub(r"(<p>)?\ue000m([0-9]+)\ue001(?(1)</p>)", element, raw)
    return replace_marks(marked, lambda kind, index: mark(kind, index) if kind == "p" else "")


# Formulas

_TEX = LatexToMathML(fancy_error=False)
_CELL_STYLE = re.compile(r' style="text-align: (right|left);[^"]*"')


def _mathml(formula: Formula, state: State) -> str:
    """`formula` as MathML; TeX that cannot be set is a problem, and its source is shown instead."""
    fault = _tex_fault(formula.tex)
    if fault is None:
        try:
            made = _TEX.convert_with_local_state(formula.tex, displaystyle=formula.display)
            made = _CELL_STYLE.sub(r' class="align-\1"', made)
            if not re.search(r'<[^<>]* style="', made):
                return made
            numbered = _NUMBERED.search(formula.tex)
            fault = "colours and styles cannot be set in a formula"
            if numbered:
                fault = f"equations are not numbered here; write {{{_NUMBERED_AS[numbered[1]]}}} for {{{numbered[1]}}}"
        except LatexError as error:
            offset, _, said = str(error).partition(": ")
            fault = f"{said or offset} (at character {int(offset) + 1 if offset.isdigit() else 1})"
    shown = " ".join(formula.tex.split())[:60]
    state.problems.append(
        Problem(
            formula.place,
            "tex",
            f'the formula "{shown}" cannot be set: {fault}',
            r"Mend the TeX; a dollar for money is written \$.",
        )
    )
    return f"<code>{html.escape(formula.tex)}</code>"


_NUMBERED_AS = {"align": "aligned", "equation": "aligned", "gather": "gathered", "multline": "aligned", "eqnarray": "aligned"}
_NUMBERED = re.compile(rf"\\begin\{{({'|'.join(_NUMBERED_AS)})\*?\}}")


def _tex_fault(tex: str) -> str | None:
    """Why `tex` is not given to the TeX library, which ends the whole program when nesting is very deep."""
    if not tex.strip():
        return "it is empty"
    if len(tex) > MAX_TEX:
        return f"it is longer than {MAX_TEX:,} characters"
    if re.search(r"(?<!\\)(?:\\\\)*%", tex):
        return r"what stands behind % is left out; the sign itself is written \%"
    depth = deepest = 0
    for character in re.findall(r"(?<!\\)[{}]", tex):
        depth += 1 if character == "{" else -1
        deepest = max(deepest, depth)
    return f"its braces are nested more than {MAX_TEX_NESTING} deep" if deepest > MAX_TEX_NESTING else None


# Inline patterns

Match = tuple[etree.Element | str | None, int | None, int | None]


class _Pattern(InlineProcessor):  # type: ignore[misc]
    """A pattern that hands its match to `make`, which gives an element, a string, or None to leave the words alone."""

    def __init__(
        self, pattern: str, make: Callable[[re.Match[str], State], etree.Element | str | None], state: State
    ) -> None:
        super().__init__(pattern)
        self._make, self._state = make, state

    def handleMatch(self, m: re.Match[str], data: str) -> Match:
        made = self._make(m, self._state)
        return (None, None, None) if made is None else (made, m.start(0), m.end(0))


_WORDS, _ROUND = r"\[[^\[\]\n]+\]", r"\([^()\n]+\)"
_FILE = r"[^()\[\]\s]*\.md\b"
_ELEMENT = "|".join(sorted(gate.INLINE_ELEMENTS))
_FORMULA = r"(?<![\\$])\$(?![\s$])((?:\\.|[^\\$])+?)(?<!\s)\$(?![\d$])"
_PATTERNS: tuple[tuple[str, float, str], ...] = (
    ("displayed", 189, r"(?<!\\)\$\$(.+?)\$\$"),
    ("formula", 188, _FORMULA),
    ("half_formula", 187, r"(?<!\\)\$\\[a-zA-Z]+"),
    ("foreign_formula", 186, r"\\\((?=[^\n]*[\\^_=][^\n]*\\\))|\\\[(?=[^\n]*[\\^_=][^\n]*\\\])"),
    ("term", 181, r"(?<!\\)\[\[([^\[\]]+)\]\]"),
    ("citation", 174, r"\[(@[^\[\]]*)\]"),
    ("span", 172.5, r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\{([\w-]+)(?::([^{}]*))?\}"),
    ("lost_footnote", 172, r"\[\^([^\[\]]+)\]"),
    ("lost_reference", 119, r"(?<!\!)\[[^\[\]]+\]\[[^\[\]]*\]"),
    ("comment", 95, r"<!--.*?-->"),
    ("line_end", 94, r"<(?i:br)\s*/?>"),
    ("element", 93, rf"<((?i:{_ELEMENT}))((?:\s[^<>]*)?)>(.*?)</(?i:\1)\s*>"),
    ("tag", 92, r"</?[a-zA-Z][\w:-]*(?=[\s/>])[^<>]*>|<!--|<!\[|<![a-zA-Z][^<>]*>|<\?"),
    ("attributes", 91, r"\{:[^{}\n]*\}|(?<=\x03)\{(?:[.#][\w-]|[^{}\n]*=)[^{}\n]*\}"),
    ("half_link", 90, rf"{_WORDS}(?: \({_FILE}[^()\n]*\)|\((?:{_FILE}|https?://)[^()\n]*)|{_ROUND}\[(?:{_FILE}|https?://)[^\[\]\n]*\]"),
    ("entity", 80, r"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]{1,30});"),
)


_NEEDS = {
    "backtick": "`", "escape": "\\", "footnote": "[^", "reference": "[", "link": "[", "image_link": "![", "image_reference": "![",
    "short_reference": "[", "short_image_ref": "![", "autolink": "<", "linebreak": "  \n",
    "il2site_displayed": "$$", "il2site_formula": "$", "il2site_half_formula": "$\\", "il2site_term": "[[",
    "il2site_foreign_formula": "\\",
    "il2site_citation": "[@", "il2site_span": "]{", "il2site_lost_footnote": "[^", "il2site_lost_reference": "][",
    "il2site_comment": "<!--", "il2site_line_end": "<", "il2site_element": "<", "il2site_tag": "<",
    "il2site_attributes": "{", "il2site_half_link": "[", "il2site_entity": "&",
}  # fmt: skip
"""Characters that stand in whatever an inline pattern fits. To look for them first takes away most of the time of patterns."""
_MARKUP = re.compile(r"[`\\\[!<&$*_^~{\x02]|  \n")
"""What begins anything but plain words."""


class _Inline(InlineTreeprocessor):  # type: ignore[misc]
    """Looks for a pattern only where the characters are that it needs; otherwise as the library does."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        needed = {md.inlinePatterns[name]: characters for name, characters in _NEEDS.items()}
        self._needed = [needed.get(pattern, "") for pattern in md.inlinePatterns]

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:
        start, settled = 0, isinstance(data, AtomicString)
        while not settled and patternIndex < len(self._needed):
            matched = False
            if self._needed[patternIndex] in data:
                pattern = self.inlinePatterns[patternIndex]
                data, matched, start = self._InlineProcessor__applyPattern(pattern, data, patternIndex, start)
            if not matched:
                patternIndex, start = patternIndex + 1, 0
        return data


class _Plain(Treeprocessor):  # type: ignore[misc]
    """Lets the library pass over words in which there is nothing to be found."""

    def run(self, root: etree.Element) -> None:
        for element in root.iter():
            if element.text and not _MARKUP.search(element.text):
                element.text = _literal(element.text)
            if element.tail and not _MARKUP.search(element.tail):
                element.tail = _literal(element.tail)


class _Boxes(Treeprocessor):  # type: ignore[misc]
    """Makes `[ ]` and `[x]` at the beginning of an item a box to tick, and a ticked one."""

    def run(self, root: etree.Element) -> None:
        for item in root.iter("li"):
            words = item if (item.text or "").strip() or not len(item) else item[0]
            box = re.match(r"\s*\[([ xX])\]\s+(?=\S)", words.text or "") if words.tag in ("li", "p") else None
            if box:
                item.set("class", "task")
                words.text = ("☐ " if box[1] == " " else "☑ ") + (words.text or "")[box.end() :]


class _Notation(Extension):  # type: ignore[misc]
    """Adds the site's own notation to Markdown, and takes out what authors do not need."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state

    def extendMarkdown(self, md: Markdown) -> None:
        md.preprocessors.deregister("html_block")
        for name in ("code", "setextheader"):
            md.parser.blockprocessors.deregister(name)
        for name in ("html", "entity", "automail"):
            md.inlinePatterns.deregister(name)
        md.ESCAPED_CHARS.extend("$@^~|<>/")
        md.parser.blockprocessors.register(_SpacedHeading(md.parser), "hashheader", 70)
        md.parser.blockprocessors.register(_WholeTable(md.parser, self._state), "table", 75)
        for name, priority, pattern in _PATTERNS:
            md.inlinePatterns.register(_Pattern(pattern, _MAKERS[name], self._state), f"il2site_{name}", priority)
        md.treeprocessors.register(_Inline(md), "inline", 20)
        md.treeprocessors.register(_Boxes(md), "il2site_boxes", 31)
        md.treeprocessors.register(_Plain(md), "il2site_plain", 30)
        md.treeprocessors.register(_Finish(md, self._state), "il2site_finish", -10)


class _SpacedHeading(HashHeaderProcessor):  # type: ignore[misc]
    """A heading needs a space behind its #, so that a line may begin with “#1”."""

    RE = re.compile(r"(?:^|\n)(?P<level>#{1,6})(?P<header>[ \t](?:\\.|[^\\])*?)#*(?:\n|$)")


class _WholeTable(TableProcessor):  # type: ignore[misc]
    """A table that tells what would be lost of it: all of it, cells beyond its head, and formulas that a | cuts in two."""

    def __init__(self, parser: BlockParser, state: State) -> None:
        super().__init__(parser, {"use_align_attribute": True})
        self._state = state

    def test(self, parent: etree.Element, block: str) -> bool:
        is_table = bool(super().test(parent, block))
        head, _, rest = block.partition("\n")
        line = rest.partition("\n")[0].strip()
        if not is_table and "|" in head and "|" in line and "---" in line and set(line) <= set("|:- "):
            columns, dashes = len(self._split_row(head.strip())), len(self._split_row(line))
            if columns != dashes:
                message = f"the head of a table has {columns} cells, the line of dashes below it {dashes}"
                self._state.report(head, "table-row", message, "Give both as many as the table has columns.")
        return is_table

    def _build_row(self, row: str, parent: etree.Element, align: Sequence[str | None]) -> None:
        cells = self._split_row(row)
        if _is_cut(cells):
            message = "a | in a formula ends its cell of the table"
            self._state.report(row, "table-row", message, r"Write \vert for | in a formula, or \$ for a dollar.")
        elif len(cells) > len(align):
            message = f"a row of a table has {len(cells)} cells, its head {len(align)}: what is beyond would be lost"
            self._state.report(
                row, "table-row", message, r"Give the head as many, or write \| for a | that ends no cell."
            )
        super()._build_row(row, parent, align)


def _is_cut(cells: Sequence[str]) -> bool:
    """Whether a formula begins in one cell and ends in another."""
    rest = [re.sub(_FORMULA, "", INLINE_CODE.sub("", cell)) for cell in cells]
    begun = [i for i, cell in enumerate(rest) if re.search(r"(?<![\\$])\$(?![\s$])", cell)]
    return any(re.search(r"(?<![\s\\])\$(?![\d$])", cell) for cell in rest[min(begun, default=len(rest)) + 1 :])


def _literal(words: str) -> str:
    """`words` in which the library looks for nothing more."""
    made: str = AtomicString(words)
    return made


def _formula(match: re.Match[str], state: State, display: bool = False) -> etree.Element:
    state.formulas.append(Formula(match[1], display, state.locate.place(match[0])))
    span = etree.Element("span", {"class": "math math-block" if display else "math"})
    span.text = AtomicString(mark("m", len(state.formulas) - 1))
    return span


def _displayed(match: re.Match[str], state: State) -> etree.Element:
    return _formula(match, state, display=True)


def _half_formula(match: re.Match[str], state: State) -> str:
    message = f'the formula that begins with "{match[0]}" is never closed'
    state.report(match[0], "tex", message, "Write $ at its end, with no space before it and no digit behind it.")
    return _literal(match[0])


def _foreign_formula(match: re.Match[str], state: State) -> str:
    dollars = "$" if match[0] == "\\(" else "$$"
    message = f"{match[0]} begins no formula here"
    state.report(match[0], "tex", message, f"Write {dollars} before the formula and behind it.")
    return _literal(match[0])


def _citation(match: re.Match[str], state: State) -> etree.Element:
    """`[@a; @b, p. 5]` as links in round brackets."""
    span = etree.Element("span", {"class": "citations"})
    span.text = AtomicString("(")
    for number, item in enumerate(match[1].split(";")):
        if number:
            span[-1].tail = AtomicString((span[-1].tail or "") + "; ")
        key, _, where = item.strip().removeprefix("@").partition(",")
        span.append(_cited(key.strip(), item, match[0], state))
        span[-1].tail = AtomicString(f", {where.strip()}" if where.strip() else "")
    span[-1].tail = AtomicString((span[-1].tail or "") + ")")
    return span


def _cited(key: str, item: str, words: str, state: State) -> etree.Element:
    known = state.context.citations
    if key not in known or not item.strip().startswith("@"):
        close = nearest(key, list(known))
        remedy = (
            f"Did you mean [@{close}]?" if close else "Add it to content/references.json, or write \\[@ for brackets."
        )
        state.report(words, "citation-missing", f'there is no reference "{key}"', remedy)
        unknown = etree.Element("span")
        unknown.text = AtomicString(key)
        return unknown
    state.cited[key] = None
    link = etree.Element("a", {"class": "citation", "href": f"#ref-{key}"})
    link.text = AtomicString(known[key])
    return link


def _term(match: re.Match[str], state: State) -> etree.Element:
    """`[[name]]` or `[[shown words|name]]` as a link to the glossary."""
    shown, _, name = match[1].replace("\\|", "|").partition("|")
    name = (name or shown).strip()
    known = state.context.terms
    identifier = known.get(slugify(name))
    if identifier is None:
        close = nearest(slugify(name), list(known))
        remedy = f"Did you mean [[{close.replace('-', ' ')}]]?" if close else "Define it in content/glossary.md."
        state.report(match[0], "term-unknown", f'the glossary has no term "{_readable(name)}"', remedy)
        element = etree.Element("span")
    else:
        state.termed[identifier] = None
        element = etree.Element("a", {"class": "term", "href": f"term:{identifier}"})
    element.text = shown.strip()
    return element


def _readable(words: str) -> str:
    return re.sub("\x02[^\x03]*\x03", "…", words)


def _span(match: re.Match[str], state: State) -> etree.Element:
    words, name, reason = match[1], match[2], match[3]
    span = etree.Element("span")
    span.text = words
    if name == WAIVED or reason is not None:
        _waive(match, span, state)
    elif name in ENTITIES:
        span.set("class", f"entity entity-{name}")
    elif name in STATUSES:
        span.set("class", name)
    else:
        close = nearest(name, [*ENTITIES, *STATUSES])
        known = "Known are: " + ", ".join([*ENTITIES, *STATUSES]) + "."
        state.report(
            match[0],
            "span-unknown",
            f'"{{{name}}}" is no entity and no status',
            f"Did you mean {{{close}}}? {known}" if close else known,
        )
    return span


def _waive(match: re.Match[str], span: etree.Element, state: State) -> None:
    """Mark `span` as waived; a waiver has its reason, and nothing else has one."""
    if match[2] == WAIVED and (match[3] or "").strip():
        span.set("class", WAIVED)
        return
    said = "a waiver without a reason" if match[2] == WAIVED else f'"{{{match[2]}: …}}" takes no reason'
    state.report(match[0], "span-unknown", said, "Write why the number has no source: [12]{waived: the reason}.")


def _lost_footnote(match: re.Match[str], state: State) -> str:
    state.report(
        match[0], "footnote", f'the footnote "{match[0]}" is not defined', f"Write below: {match[0]}: and its words."
    )
    return _literal(match[0])


def _lost_reference(match: re.Match[str], state: State) -> None:
    words = _readable(match[0])
    state.report(
        match[0],
        "link-dead",
        f'"{words}" names a link that is not defined',
        r"Write [words](address), or \[ for a plain bracket.",
    )


def _comment(match: re.Match[str], state: State) -> str:
    return _literal("")


def _line_end(match: re.Match[str], state: State) -> etree.Element:
    return etree.Element("br")


def _element(match: re.Match[str], state: State) -> etree.Element:
    """A harmless element that an author wrote as HTML, with its harmless attributes."""
    opening = f"<{match[1]}{match[2]}>"
    fault = gate.tag_fault(opening)
    if fault:
        state.report(opening, "unsafe-html", fault, "Delete it; write Markdown.")
    kept = {name: value for name, value in gate.tag_attributes(opening).items() if name in gate.AUTHOR_ATTRIBUTES}
    element = etree.Element(match[1].lower(), kept)
    element.text = match[3]
    return element


def _tag(match: re.Match[str], state: State) -> str:
    """Any other HTML: reported, and shown as the words it is made of."""
    fault = gate.tag_fault(match[0]) or f"{_readable(match[0])} has no partner in its paragraph"
    state.report(match[0], "unsafe-html", fault, "Delete it, or write &lt; for a plain <.")
    return _literal(match[0])


def _half_link(match: re.Match[str], state: State) -> str:
    message = f'"{_readable(match[0])}" is no link as it is written'
    state.report(match[0], "link-dead", message, "Write [words](address), with no space between.")
    return _literal(match[0])


def _attributes(match: re.Match[str], state: State) -> str:
    message = f'attributes in braces are not accepted: "{_readable(match[0])}"'
    state.report(match[0], "unsafe-html", message, "Delete them.")
    return _literal(match[0])


def _entity(match: re.Match[str], state: State) -> str:
    return _literal(without_marks(html.unescape(match[0])) if len(match[0]) < 40 else "\ufffd")


_MAKERS: dict[str, Callable[[re.Match[str], State], etree.Element | str | None]] = {
    "displayed": _displayed,
    "formula": _formula,
    "half_formula": _half_formula,
    "foreign_formula": _foreign_formula,
    "half_link": _half_link,
    "citation": _citation,
    "term": _term,
    "span": _span,
    "lost_footnote": _lost_footnote,
    "lost_reference": _lost_reference,
    "comment": _comment,
    "line_end": _line_end,
    "element": _element,
    "tag": _tag,
    "attributes": _attributes,
    "entity": _entity,
}


# Blocks around prose


class _Containers(BlocksExtension):  # type: ignore[misc]
    """Lets the library nest misconceptions and asides; `blocks.py` has already made sure that they are well formed."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._known = state.context.containers

    def extendMarkdownBlocks(self, md: Markdown, block_mgr: object) -> None:
        block_mgr.register(_ContainerBlock, {"known": self._known})  # type: ignore[attr-defined]


class _ContainerBlock(LibraryBlock):  # type: ignore[misc]
    NAME = "il2site-container"
    ARGUMENT = True

    def on_validate(self, parent: etree.Element) -> bool:
        return self.argument in self.config["known"]

    def on_create(self, parent: etree.Element) -> etree.Element:
        container: Container = self.config["known"][self.argument]
        if container.kind == "aside":
            return _aside(parent, container)
        return _misconception(parent, container)


def _aside(parent: etree.Element, container: Container) -> etree.Element:
    element = etree.SubElement(parent, "aside", {"class": "aside"})
    title = etree.SubElement(element, "p", {"class": "aside-title"})
    title.text = container.name
    return element


def _misconception(parent: etree.Element, container: Container) -> etree.Element:
    element = etree.SubElement(parent, "section", {"class": "misconception", "id": f"misconception-{container.name}"})
    claim = etree.SubElement(element, "p", {"class": "misconception-claim"})
    tag = etree.SubElement(claim, "span", {"class": "misconception-tag"})
    tag.text = AtomicString("A common mistake")
    tag.tail = " " + container.claim
    return element


def container_lines(key: str, depth: int) -> tuple[str, str]:
    """The opening and the closing line of the container `key`, `depth` blocks below the outermost one."""
    slashes = "/" * (12 - depth)
    return f"{slashes} il2site-container | {key}", slashes


class _Finish(Treeprocessor):  # type: ignore[misc]
    """Hands the tree over when the library has finished with it."""

    def __init__(self, md: Markdown, state: State) -> None:
        super().__init__(md)
        self._state = state

    def run(self, root: etree.Element) -> None:
        finish(root, self._state)
