"""Settings that a person wrote as YAML, read and checked: the only module that knows ruamel.yaml and pydantic.

Two steps. `parse_yaml` turns text into plain values and remembers on which line every key stood:

    parse_yaml(SourceFile("content/site.yml", "title: A\\nauthors: [B]\\n")).value
    == Yaml(value={"title": "A", "authors": ["B"]}, lines={("title",): 1, ("authors",): 2, ("authors", 0): 2}, …)

`validate` turns those values into a frozen object of a class derived from `Strict`, or into problems that name the
line.

The dialect is the YAML 1.2 core schema, narrowed so that nothing surprises: only `true` and `false` are booleans
(`no` and `on` are words, a date is text), every key is text, tags are refused, and repetition by `&anchor` and
`*alias` is limited.
"""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_args

import yaml as pyyaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from yaml.events import (
    AliasEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from il2site.problem import Checked, Problem
from il2site.text import Place, SourceFile

if TYPE_CHECKING:
    from ruamel.yaml.error import MarkedYAMLError

__all__ = [
    "BeforeValidator",
    "Field",
    "KeyPath",
    "Strict",
    "Words",
    "Yaml",
    "nearest",
    "parse_yaml",
    "read_date",
    "validate",
]

KeyPath = tuple[str | int, ...]
"""Keys and (from 0) item numbers that lead to a value: `("panels", 0, "label")`."""

_CParser = getattr(pyyaml, "CLoader", None)
"""None where PyYAML was built without its C library."""

MAX_CHARACTERS = 300_000
MAX_DEPTH = 50
MAX_VALUES = 50_000

M = TypeVar("M", bound=BaseModel)


class Strict(BaseModel):
    """Base of every class that describes settings: no guessing of types, no unknown keys, no change afterwards.

    Write lists as `tuple[X, ...]`: `validate` hands lists over as tuples. A whole number fits where a float is asked.
    """

    # Most commands read few kinds of settings, so what checks a kind is made when the first of it is read.
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)


def _not_blank(text: str) -> str:
    if _INVISIBLE.fullmatch(text):
        raise ValueError(_NO_WORDS)
    return text


Words = Annotated[str, AfterValidator(_not_blank)]
"""Text that is not only spaces."""


@dataclass(frozen=True)
class Yaml:
    """Values as written; the line of each key; and unquoted words that were not read as text, as they were typed."""

    value: Any
    lines: Mapping[KeyPath, int]
    raw: Mapping[KeyPath, str] = field(default_factory=dict)

    def line(self, path: KeyPath) -> int:
        """The line of the value at `path`, or else of the nearest thing that holds it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def parse_yaml(file: SourceFile, offset_line: int = 0, text: str | None = None) -> Checked[Yaml]:
    """Read `text` (or all of `file`), whose first line is line `offset_line + 1` of the file.

    The value is None only when the text cannot be understood at all; a duplicate key leaves the first value in place.
    Empty text reads as a value of None.
    """
    source = file.text if text is None else text
    reader = _Reader(source, file.path, offset_line)
    try:
        return Checked(reader.read(), tuple(reader.problems))
    except _Refused as refused:
        problem = reader.problem("yaml", refused.line, refused.message, refused.remedy)
    except Exception as error:
        problem = reader.fault(error)
    return Checked(None, (*reader.problems, problem))


class _Refused(Exception):
    """YAML that is well formed but not accepted here. `line` counts from 1 within the text."""

    def __init__(self, line: int, message: str, remedy: str) -> None:
        super().__init__(message)
        self.line, self.message, self.remedy = line, message, remedy


def _too_deep(line: int) -> _Refused:
    return _Refused(line, f"lists and keys are nested more than {MAX_DEPTH} deep", "Write it flatter.")


_MANY_BRACKETS = re.compile(rf"(?:[\[{{]\s*){{{MAX_DEPTH + 1}}}")


class _Reader:
    """Builds values from the events of a parser, so that depth, size, tags and lines are under control here."""

    def __init__(self, text: str, path: str, offset_line: int) -> None:
        self.text, self.path, self.offset = text, path, offset_line
        self.problems: list[Problem] = []
        self.lines: dict[KeyPath, int] = {}
        self.raw: dict[KeyPath, str] = {}
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.count = 0

    def read(self) -> Yaml:
        if len(self.text) > MAX_CHARACTERS:
            raise _Refused(
                1, f"this YAML is too large ({len(self.text):,} characters)", f"Keep it below {MAX_CHARACTERS:,}."
            )
        if opened := _MANY_BRACKETS.search(self.text):  # before the scanner, whose work grows with their square
            raise _too_deep(self.text.count("\n", 0, opened.start()) + 1)
        if directive := re.search("^%", self.text, re.MULTILINE):
            line = self.text.count("\n", 0, directive.start()) + 1
            raise _Refused(line, "a line that begins with % is not accepted", "Delete it, or put its text in quotation marks.")
        events = self._events()
        first = next(events, None)
        value = None if first is None else self._value(first, events, ())
        if (second := next(events, None)) is not None:
            above = self.text.split("\n")[: _line(second)]
            line = max((number for number, text in enumerate(above, 1) if text.startswith("---")), default=1)
            raise _Refused(line, "there is a second document after a line of three dashes", "Delete the line `---`.")
        shift = self.offset
        return Yaml(value, {(): 1 + shift} | {path: line + shift for path, line in self.lines.items()}, self.raw)

    def _events(self) -> Iterator[Event]:
        """The events that carry content; a second document shows as further events after the first value."""
        for event in _quick_events(self.text) or _careful_events(self.text):
            if isinstance(event, (NodeEvent, MappingEndEvent, SequenceEndEvent)):
                yield event

    def _value(self, event: Event, events: Iterator[Event], path: KeyPath) -> Any:
        self._guard(event, path)
        before = self.count
        self.count += 1
        if isinstance(event, AliasEvent):
            return self._aliased(event)
        value = self._fresh(event, events, path)
        if isinstance(event, NodeEvent) and event.anchor:
            self.anchors[event.anchor] = (value, self.count - before)
        return value

    def _fresh(self, event: Event, events: Iterator[Event], path: KeyPath) -> Any:
        if isinstance(event, MappingStartEvent):
            return self._mapping(events, path)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(events, path)
        assert isinstance(event, ScalarEvent)
        return self._scalar(event, path)

    def _guard(self, event: Event, path: KeyPath) -> None:
        line = _line(event)
        if len(path) > MAX_DEPTH:
            raise _too_deep(line)
        if self.count > MAX_VALUES:
            raise _Refused(
                line, f"there are more than {MAX_VALUES:,} values, repeats by * included", "Write less, or split it."
            )
        tag = getattr(event, "tag", None)
        if tag is not None:
            said = f'the tag "{str(tag).replace("tag:yaml.org,2002:", "!!")}" is not accepted'
            raise _Refused(line, said, f"Delete the word that begins with an exclamation mark, or {self._in_quotes(line)}.")

    def _aliased(self, event: AliasEvent) -> Any:
        name = event.anchor
        if name not in self.anchors:
            raise _Refused(
                _line(event),
                f'"*{name}" repeats something that was not named before',
                f"P{self._in_quotes(_line(event))[1:]}.",
            )
        value, size = self.anchors[name]
        self.count += size
        return value

    def _sequence(self, events: Iterator[Event], path: KeyPath) -> list[Any]:
        items: list[Any] = []
        for event in events:
            if isinstance(event, SequenceEndEvent):
                break
            here = (*path, len(items))
            self.lines[here] = _line(event)
            items.append(self._value(event, events, here))
        return items

    def _mapping(self, events: Iterator[Event], path: KeyPath) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for event in events:
            if isinstance(event, MappingEndEvent):
                break
            key, line = self._key(event), _line(event)
            here = (*path, key)
            if key in values:
                self._duplicate(here, line)
                self._value(next(events), events, (*here, "again"))
                continue
            self.lines[here] = line
            values[key] = self._value(next(events), events, here)
        return values

    def _key(self, event: Event) -> str:
        if (
            not isinstance(event, ScalarEvent)
            or event.tag is not None
            or event.value == ""
            or _UNSPEAKABLE.search(event.value)
        ):
            line = _line(event)
            if _KEY_AND_BRACE.match(self._text_of(line)):
                said = "braces mean a list of keys and values"
                raise _Refused(line, said, f"If they are part of the text, {self._in_quotes(line)}.")
            raise _Refused(
                line, "a key is missing before the colon", "Write a word, then a colon, then a space: `title: …`."
            )
        return str(event.value)

    def _text_of(self, line: int) -> str:
        return self.text.split("\n")[line - 1]

    def _in_quotes(self, line: int) -> str:
        """A remedy: the value on `line` in quotation marks."""
        match = _KEY_LINE.match(self._text_of(line))
        if match is None:
            return "put it in quotation marks"
        return f"put the value in quotation marks: {match[1].strip()} {_quoted(match[2])}"

    def _duplicate(self, here: KeyPath, line: int) -> None:
        first = self.lines[here] + self.offset
        message = f'"{here[-1]}" stands twice, on lines {first} and {line + self.offset}'
        self.problems.append(self.problem("duplicate-key", line, message, "Delete one of the two."))

    def _scalar(self, event: ScalarEvent, path: KeyPath) -> Any:
        if _UNSPEAKABLE.search(event.value):
            raise _Refused(
                _line(event), "this value holds a character that no page can show", "Delete the escape that makes it."
            )
        if event.style:
            return event.value
        value = _plain_value(event.value)
        if not isinstance(value, str):
            self.raw[path] = event.value
            if event.anchor and event.value == "":
                said = f'"&{event.anchor}" names something for later, and nothing stands behind it'
                raise _Refused(_line(event), said, f"P{self._in_quotes(_line(event))[1:]}.")
        else:
            self._tell_lost(event)
        return value

    def _tell_lost(self, event: ScalarEvent) -> None:
        """A problem when text ends at a number sign that is hardly meant to begin a comment: `title: Our #1 cytokine`."""
        if event.end_mark is None:
            return
        line = self._text_of(event.end_mark.line + 1)
        lost = _NO_COMMENT.match(line, event.end_mark.column)
        if lost:
            match = _KEY_LINE.match(line)
            whole = f"{match[1].strip()} {_quoted(match[2])}" if match else _quoted(line)
            said = f'"{_short(lost[1])}" is taken for a comment and left out'
            remedy = f"Write {whole} or, if it is a comment, a space behind the number sign."
            self.problems.append(self.problem("yaml", event.end_mark.line + 1, said, remedy))

    def problem(self, rule: str, line: int, message: str, remedy: str) -> Problem:
        return Problem(Place(self.path, line + self.offset), rule, message, remedy)

    def fault(self, error: Exception) -> Problem:
        """What ruamel.yaml has to say. It lets slips of its own through as well; an author must see a place, no traceback."""
        from ruamel.yaml.error import MarkedYAMLError
        from ruamel.yaml.reader import ReaderError

        if isinstance(error, MarkedYAMLError):
            return self._syntax_problem(error)
        if isinstance(error, ReaderError):
            line = self.text.count("\n", 0, error.position) + 1
            said = "this line holds an invisible control character"
            return self.problem("yaml", line, said, "Delete it and type the line again.")
        said = f"this YAML cannot be read ({type(error).__name__})"
        return self.problem("yaml", 1, said, "Simplify it: keys, colons, lists.")

    def _syntax_problem(self, error: MarkedYAMLError) -> Problem:
        """What ruamel.yaml says, in words for someone who does not know YAML."""
        mark = error.problem_mark
        if "quoted scalar" in str(error.context) and error.context_mark is not None:
            mark = error.context_mark
        lines = self.text.split("\n")
        index = min(mark.line, len(lines) - 1) if mark is not None else 0
        index, message, remedy = _syntax_words(str(error.problem), str(error.context), lines, index)
        return self.problem("yaml", index + 1, message, remedy)


# PyYAML's parser is written in C and twenty times faster. It is used where it is sure to agree with ruamel.yaml: of what the
# two understand differently nothing may stand in the text, and whatever it does not like is ruamel.yaml's to judge.

_UNSURE = re.compile(
    r"[\t\r\x85\u2028\u2029\ufeff]|^%|^---|^\.\.\.|(?:^|[\s\[\]{},:-])\?(?:\s|$)|[|>][-+0-9]*[ ]*#", re.MULTILINE
)
"""Tabs, ends of lines other than \\n, directives, further documents, keys of several lines, comments behind `|` and `>`."""


def _quick_events(text: str) -> list[Event] | None:
    """The events of `text`; None where they, or what is wrong with it, have to come from ruamel.yaml."""
    if _CParser is None or _UNSURE.search(text):
        return None
    try:
        events = list(pyyaml.parse(text, Loader=_CParser))
    except Exception:
        return None
    named = any(getattr(event, "anchor", None) or getattr(event, "tag", None) for event in events)
    return None if named else events


def _careful_events(text: str) -> Iterator[Event]:
    """The events of `text` by ruamel.yaml, which takes long to import, as PyYAML would give them."""
    from ruamel.yaml import YAML

    for event in YAML(typ="safe", pure=True).parse(text):
        kind = getattr(pyyaml.events, type(event).__name__)
        made = kind.__new__(kind)
        for part in ("start_mark", "end_mark", "anchor", "tag", "implicit", "value", "style", "flow_style"):
            setattr(made, part, getattr(event, part, None))
        yield made


def _line(event: Event) -> int:
    return int(event.start_mark.line) + 1


_KEY_LINE = re.compile(r"^(\s*(?:- )?[^\s:#'\"\[{][^:]*:|\s*-)\s+(.*?)\s*$")
_KEY_AND_BRACE = re.compile(r"^\s*(?:- )?[^\s:#'\"\[{][^:]*:\s+\{")
_NO_COMMENT = re.compile(r"[ \t]+(#[^\s#!].*?)\s*$")
_ENTRY = re.compile(r"\s*(?:-(?:\s|$)|[\]}#]|$|(?:- )?(?:\"[^\"]*\"|'[^']*'|[^\s'\"\[{#][^:]*?)\s*:(?:[ \t]|$))")
"""A line that begins an item, a key or a comment, closes a bracket, or is empty."""
_ALMOST_KEY = re.compile(r"\s*([\w-]+)\s*(?:[:：=][\u00a0\u3000]?|[：=]\s*)\s*(\S.*?)\s*$")


def _syntax_words(said: str, context: str, lines: list[str], index: int) -> tuple[int, str, str]:
    """The line (from 0) that has to be mended, what is wrong there, and how to mend it.

    `said` at the line `index`, and `context`, are what ruamel.yaml says.
    """
    line = lines[index]
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return index, "this line begins with a tab", "Indent with spaces."
    match = _KEY_LINE.match(line)
    value = match[2] if match else ""
    if "escape character" in said:
        shown = f"{match[1].strip()} {_single(value)}" if match else _single(line.strip())
        return index, "in double quotation marks a backslash begins a special character", f"Write {shown}"
    if "quoted scalar" in context:
        mark = value[:1] if value[:1] in ("'", '"') else '"'
        message = "a quotation mark is opened here and never closed"
        return index, message, f"Close it on the same line: {_short(line.strip())}{mark}"
    clear = match and not _stands_alone(line)
    if not clear and (found := _no_entry(lines, index)) is not None:
        return found
    if match and (clear or "cannot start" in said or "sequence entries" in said) and not _opens_bracket(value):
        inside = value[:1] in ("'", '"')
        what = "ends at the quotation mark inside it" if inside else "needs quotation marks"
        return index, f'"{_short(value)}" {what}', f"Write {match[1].strip()} {_quoted(value)}"
    if "flow" in context or _opens_bracket(value):
        return index, "a list or mapping in brackets is not closed", "Close it with ] or }, with a comma between its items."
    return (
        index,
        f'this line does not fit what stands above it: "{_short(line.strip())}"',
        "Check the indentation, the colons and the quotation marks.",
    )


def _stands_alone(line: str) -> bool:
    """Whether `line` by itself is well-formed, so that the fault lies in its neighbours."""
    try:
        return bool([*_careful_events(line)])
    except Exception:
        return False


def _opens_bracket(value: str) -> bool:
    """Whether `value` begins a list or mapping in brackets that goes on behind this line."""
    return value[:1] in ("[", "{") and value.count("[") + value.count("{") > value.count("]") + value.count("}")


def _no_entry(lines: list[str], index: int) -> tuple[int, str, str] | None:
    """The line at `index`, or the nearest above it that is not empty, if it is not of the form `key: value`."""
    above = next((i for i in range(index - 1, -1, -1) if lines[i].strip()), None)
    for i in (index, above):
        if i is None or _ENTRY.match(lines[i]):
            continue
        almost = _ALMOST_KEY.match(lines[i])
        message = f'"{_short(lines[i].strip())}" is not a key with a value'
        if almost:
            return i, message, f"Write a colon and a space: {almost[1]}: {_short(almost[2])}"
        return i, message, "Write “key: value”, or indent it by two spaces if it belongs to the line above."
    return None


def _single(words: str) -> str:
    """`words` as YAML text in single quotation marks, in which every character means itself."""
    return "'" + words.strip().strip("\"'").replace("'", "''") + "'"


def _quoted(words: str) -> str:
    """`words` as YAML text in double quotation marks."""
    bare = words.strip()
    if bare[:1] in ("'", '"'):
        bare = bare[1:].removesuffix(bare[0])
    return '"' + bare.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _short(words: str, size: int = 60) -> str:
    return words if len(words) <= size else words[: size - 1] + "…"


_UNSPEAKABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ue000-\uf8ff\ufffe\uffff]")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: dict[str, Any] = {
    "true": True, "false": False, "null": None, "Null": None, "NULL": None, "~": None, "": None,
    ".inf": float("inf"), "-.inf": float("-inf"), ".nan": float("nan"),
}  # fmt: skip


def _plain_value(text: str) -> Any:
    """The value of an unquoted word in the YAML 1.2 core schema; `yes`, `no`, `True` and dates stay text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text) and text.isascii():
        return int(text) if len(text) <= 18 else float(text[:400])
    if _FLOAT.fullmatch(text) and text.isascii():
        return float(text)
    return text


def validate(model: type[M], yaml: Yaml, path: str) -> Checked[M]:
    """Make a `model` of the values in `yaml`, read from the file at `path`; each misfit is a problem with its line."""
    try:
        return Checked(model.model_validate({} if yaml.value is None else _tuples(yaml.value)))
    except ValidationError as error:
        found: dict[tuple[KeyPath, str], Problem] = {}
        for detail in error.errors(include_url=False):
            where = _existing(yaml.value or {}, detail["loc"])
            problem = _misfit(model, yaml, path, where, detail)
            found.setdefault((where, problem.rule), problem)
        # A list whose items do not fit is not too short as well.
        inner = {where[:-1] for where, _ in found if where and isinstance(where[-1], int)}
        return Checked(None, tuple(problem for (where, _), problem in found.items() if where not in inner))


def read_date(value: object) -> object:
    """The date that a text names, for a `BeforeValidator`: in this dialect a date is text."""
    if isinstance(value, str):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError(_NO_DATE)


_NO_DATE = "it must be a date like 2026-11-22"
_NO_WORDS = "it holds no words"
_INVISIBLE = re.compile(r"[\s\u00ad\u115f\u1160\u200b-\u200f\u202a-\u202e\u2060-\u2069\u2800\u3164\ufeff\ufe00-\ufe0f]*")


def _tuples(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(_tuples(item) for item in value)
    return value


def _existing(value: Any, loc: tuple[str | int, ...]) -> KeyPath:
    """`loc` without the parts that pydantic adds for unions; a missing key at the end stays."""
    path: list[str | int] = []
    for index, part in enumerate(loc):
        if _holds(value, part):
            value = value[part]
        elif not (isinstance(value, dict) and isinstance(part, str) and index == len(loc) - 1):
            continue
        path.append(part)
    return tuple(path)


def _holds(value: Any, part: str | int) -> bool:
    if isinstance(value, list):
        return isinstance(part, int) and part < len(value)
    return isinstance(value, dict) and part in value


def _misfit(model: type[BaseModel], yaml: Yaml, path: str, where: KeyPath, detail: Any) -> Problem:
    place = Place(path, yaml.line(where))
    name = _key_words(where)
    if detail["type"] == "extra_forbidden":
        known = sorted(_known_keys(model, where[:-1]))
        remedy = _suggest(str(where[-1]), known)
        if str(where[-1]).strip().isdigit():
            remedy = "A number has a point and no commas: 0.5, 100000."
        return Problem(place, "unknown-key", f"{name} is not a key that is known here", remedy)
    if detail["type"] == "missing" and isinstance(detail["loc"][-1], int):
        return Problem(place, "value", f"{name} has too few items", "Write one more, with a comma between: [1, 2]")
    if detail["type"] == "missing":
        return Problem(place, "value", f"{name} is missing", f"Add a line: {where[-1] if where else '…'}: …")
    wanted, remedy = _wanted(detail, where, yaml)
    return Problem(place, "value", f"{name} {wanted}", remedy)


def _key_words(where: KeyPath) -> str:
    """`("panels", 0, "label")` as a person says it: `"label" (in panels, item 1)`."""
    if not where:
        return "this"
    words = [f"item {part + 1}" if isinstance(part, int) else part for part in where]
    last = words[-1] if isinstance(where[-1], int) else f'"{words[-1]}"'
    return f"{last} (in {', '.join(words[:-1])})" if words[:-1] else last


def nearest(word: str, known: list[str]) -> str | None:
    """The one of `known` that `word` is most likely a slip of."""
    folded = {name.lower(): name for name in known}
    close = difflib.get_close_matches(word.lower(), list(folded), 1, 0.6)
    return folded[close[0]] if close else None


def _suggest(word: str, known: list[str]) -> str:
    close = nearest(word, known)
    listed = "Known here: " + ", ".join(known) + "." if known else "Delete it."
    return f'Did you mean "{close}"? {listed}' if close else listed


def _known_keys(model: type[BaseModel], where: KeyPath) -> set[str]:
    """The keys that may stand at `where`, over all members of the unions on the way."""
    models = {model}
    for part in where:
        fields = [m.model_fields[part] for m in models if isinstance(part, str) and part in m.model_fields]
        if fields:
            models = {inner for info in fields for inner in _models_in(info.annotation)}
    return {info.alias or name for m in models for name, info in m.model_fields.items()}


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _wanted(detail: Any, where: KeyPath, yaml: Yaml) -> tuple[str, str]:
    """What the value should have been, and what to type instead."""
    kind, given, context = str(detail["type"]), detail["input"], detail.get("ctx", {})
    key = where[-1] if where and isinstance(where[-1], str) else "-"
    prefix = f"{key}:" if key != "-" else "-"
    if kind == "string_type" and not isinstance(given, (dict, tuple)):
        return f"must be text, not {_kind(given)}", f"Write {prefix} {_quoted(yaml.raw.get(where, str(given)))}"
    if kind == "string_type" and isinstance(given, dict) and (words := _sentence(given)):
        return f"must be text, not {_kind(given)}", f"Write {prefix} {_quoted(words)}"
    if kind in _TYPES:
        wanted, example = _TYPES[kind]
        if not where:
            return f"must be {wanted}, not {_kind(given)}", "Begin each line with a key: title: …"
        example = _as_number(given) or example if kind in ("int_type", "float_type") else example
        return f"must be {wanted}, not {_kind(given)}", f"Write {prefix} {example}"
    if kind in ("literal_error", "enum"):
        return f"must be {context['expected']}, not {_kind(given)}", f"Write one of: {context['expected']}."
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        tags = context.get("expected_tags", "")
        return (
            f"does not say which kind it is by {context['discriminator']}",
            f"Write {context['discriminator']}: one of {tags}.",
        )
    if kind == "string_pattern_mismatch":
        return f'is "{_short(str(given))}", which has not the form {context["pattern"]}', "Write it in that form."
    if _NO_DATE in str(detail["msg"]):
        return f"must be a date, not {_kind(given)}", f"Write {prefix} 2026-11-22 (year, month, day)"
    if _NO_WORDS in str(detail["msg"]):
        return "holds no words", f"Write some: {prefix} …"
    return _bounded(kind, given, context, str(detail["msg"]))


def _sentence(given: dict[str, Any]) -> str | None:
    """The text that was read as a mapping because of its colon: `{"Explain": "why"}` -> `Explain: why`."""
    [(key, value), *more] = given.items() if given else [("", {})]
    return f"{key}: {value}" if key and not more and isinstance(value, (str, int, float)) else None


def _as_number(given: Any) -> str | None:
    """`given` without the signs that people put between thousands and round numbers: "100_000" -> "100000"."""
    bare = re.sub(r"(?<=\d)[_,'’\u00a0\u202f ](?=\d{3})", "", given) if isinstance(given, str) else ""
    return bare if _INTEGER.fullmatch(bare) or _FLOAT.fullmatch(bare) else None


_TYPES = {
    "string_type": ("text", '"…"'),
    "int_type": ("a whole number", "12"),
    "int_from_float": ("a whole number", "12"),
    "float_type": ("a number", "1.5"),
    "bool_type": ("true or false", "true"),
    "tuple_type": ("a list", "[…, …]"),
    "list_type": ("a list", "[…, …]"),
    "dict_type": ("a mapping of keys to values", "{name: value}"),
    "mapping_type": ("a mapping of keys to values", "{name: value}"),
    "model_type": ("a mapping of keys to values", "{name: value}"),
    "model_attributes_type": ("a mapping of keys to values", "{name: value}"),
    "finite_number": ("a finite number", "1.5"),
    "none_required": ("empty", "null"),
}

_BOUNDS = {
    "greater_than": ("above", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("below", "lt"),
    "less_than_equal": ("at most", "le"),
}


def _bounded(kind: str, given: Any, context: Mapping[str, Any], said: str) -> tuple[str, str]:
    if kind in _BOUNDS:
        words, key = _BOUNDS[kind]
        return f"is {given}, but must be {words} {context[key]}", f"Write a number that is {words} {context[key]}."
    if kind in ("too_short", "string_too_short"):
        least = context.get("min_length", 1)
        return f"must have at least {least} {_what(kind, least)}", "Write more, or delete the key if it may be left out."
    if kind in ("too_long", "string_too_long"):
        most = context.get("max_length", 1)
        return f"must have at most {most} {_what(kind, most)}", "Write less."
    if kind in ("value_error", "assertion_error"):
        return f"does not fit: {said.partition(', ')[2] or said}", "Change it so that it fits."
    return f"does not fit: {said}", "Change it so that it fits."


def _what(kind: str, count: int) -> str:
    return f"{'character' if kind.startswith('string') else 'item'}{'' if count == 1 else 's'}"


def _kind(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return f"the value {str(value).lower()}"
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, str):
        return f'"{_short(value)}"'
    return "a mapping" if isinstance(value, dict) else "a list"
