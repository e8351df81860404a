"""References from content/references.json (CSL-JSON, what Zotero exports): the only module that knows citeproc.

Each entry becomes a `Reference`: a short label for the text (“Huppa and Davis 2010”) and a full entry for the list.
"""

from __future__ import annotations

import html
import io
import json
import re
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from il2site.lesson import gate
from il2site.lesson.marks import without_marks
from il2site.problem import Checked, Problem
from il2site.schema import nearest
from il2site.text import Place, SourceFile

if TYPE_CHECKING:
    from citeproc import CitationStylesStyle

MAX_TEXT = 5_000_000


@dataclass(frozen=True)
class Reference:
    """One source. `label` is plain text; `html` is the full entry, safe to show."""

    key: str
    label: str
    html: str
    place: Place


@dataclass(frozen=True)
class References:
    """All sources by key, in the order of the file."""

    entries: Mapping[str, Reference] = field(default_factory=dict)

    @property
    def labels(self) -> dict[str, str]:
        """The label of every source by its key."""
        return {key: reference.label for key, reference in self.entries.items()}


Entry = dict[str, Any]


def parse_references(file: SourceFile) -> Checked[References]:
    """The references of `file`; the value is never None, and holds the entries that are good."""
    items, problems = _read(file)
    good: dict[str, tuple[Entry, Place]] = {}
    for entry, place in items:
        faults = list(_faults(entry, place, good))
        problems += faults
        if not faults:
            good[entry["id"]] = (entry, place)
    labels = _labels({key: entry for key, (entry, _) in good.items()})
    entries = {}
    for key, (entry, place) in good.items():
        shown = _full_entry(entry)
        if shown is None:
            problems.append(
                _invalid(place, f'the reference "{key}" cannot be set', "Compare its fields with another entry's.")
            )
            shown = html.escape(_bare(entry["title"]))
        entries[key] = Reference(key, labels[key], shown, place)
    return Checked(References(entries), tuple(problems))


def _invalid(place: Place, message: str, remedy: str) -> Problem:
    return Problem(place, "reference-invalid", message, remedy)


# Reading


_SPACE = re.compile(r"[ \t\n\r]*")


def _read(file: SourceFile) -> tuple[list[tuple[Any, Place]], list[Problem]]:
    """The items of the JSON list in `file`, each with the place of its opening brace."""
    text = without_marks(file.text)
    if len(text) > MAX_TEXT:
        return [], [
            _invalid(Place(file.path), f"the file is longer than {MAX_TEXT:,} characters", "Export only what is cited.")
        ]
    items: list[tuple[Any, Place]] = []
    problems: list[Problem] = []
    doubled: list[str] = []
    try:
        for item, position in _items(text, json.JSONDecoder(object_pairs_hook=partial(_object, doubled))):
            items.append((_speakable(item), file.place(position)))
            problems += [_doubled(key, items[-1][1]) for key in doubled]
            doubled.clear()
    except json.JSONDecodeError as error:
        remedy = "Export the references again as CSL-JSON, or mend the JSON here."
        problems.append(_invalid(file.place(min(error.pos, len(text))), f"this is not JSON: {error.msg}", remedy))
    except (RecursionError, ValueError) as error:
        place = items[-1][1] if items else Place(file.path)
        message = f"an entry cannot be read from here on: {error}"
        problems.append(_invalid(place, message, "Export the references again as CSL-JSON."))
    return items, problems


def _object(doubled: list[str], pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object of which every key counts where it first stands; those that stand again go into `doubled`."""
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            doubled.append(key)
        made.setdefault(key, value)
    return made


def _doubled(key: str, place: Place) -> Problem:
    said = f'"{key[:60]}" stands twice in the entry that begins here'
    return Problem(place, "duplicate-key", said, "Delete one of the two.")


def _items(text: str, decoder: json.JSONDecoder) -> Iterator[tuple[Any, int]]:
    """The items of the list that is `text`, each with the offset at which it begins."""
    position = _after_space(text, 0)
    if text[position : position + 1] != "[":
        raise json.JSONDecodeError("a list in square brackets is expected", text, position)
    position = _after_space(text, position + 1)
    while text[position : position + 1] != "]":
        item, end = decoder.raw_decode(text, position)
        yield item, position
        position = _after_comma(text, end)
    if _after_space(text, position + 1) != len(text):
        raise json.JSONDecodeError("there is more after the closing bracket", text, position + 1)


def _speakable(item: Any) -> Any:
    """`item` without characters that escapes like \\ud800 have brought in and that no page can hold."""
    if isinstance(item, dict):
        return {without_marks(key): _speakable(value) for key, value in item.items()}
    if isinstance(item, list):
        return [_speakable(value) for value in item]
    return without_marks(item) if isinstance(item, str) else item


def _after_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _after_comma(text: str, position: int) -> int:
    position = _after_space(text, position)
    if text[position : position + 1] == ",":
        following = _after_space(text, position + 1)
        if text[following : following + 1] != "]":
            return following
        raise json.JSONDecodeError("a comma stands before the closing bracket", text, position)
    if text[position : position + 1] != "]":
        raise json.JSONDecodeError("a comma or a closing bracket is expected", text, position)
    return position


# Checking

_TYPES = [
    "article",
    "article-journal",
    "article-magazine",
    "article-newspaper",
    "bill",
    "book",
    "broadcast",
    "chapter",
    "classic",
    "collection",
    "dataset",
    "document",
    "entry",
    "entry-dictionary",
    "entry-encyclopedia",
    "event",
    "figure",
    "graphic",
    "hearing",
    "interview",
    "legal_case",
    "legislation",
    "manuscript",
    "map",
    "motion_picture",
    "musical_score",
    "pamphlet",
    "paper-conference",
    "patent",
    "performance",
    "periodical",
    "personal_communication",
    "post",
    "post-weblog",
    "regulation",
    "report",
    "review",
    "review-book",
    "software",
    "song",
    "speech",
    "standard",
    "thesis",
    "treaty",
    "webpage",
]
_TEXTS = [
    "title",
    "title-short",
    "shortTitle",
    "container-title",
    "container-title-short",
    "publisher",
    "publisher-place",
    "volume",
    "issue",
    "page",
    "number",
    "edition",
    "DOI",
    "URL",
    "PMID",
    "PMCID",
    "note",
    "abstract",
    "genre",
]
_DOI = re.compile(r"10\.[0-9]{4,9}/[^\s\"<>]+|10\.[0-9]{4,9}/\(SICI\)[0-9X-]+\([0-9/]+\)[\w:.]*<[\w:.-]+>[\w.;-]+", re.I)
"""The older ones of some publishers hold pointed brackets: 10.1002/(SICI)1521-4141(199907)29:07<2082::AID-IMMU2082>3.0.CO;2-K"""


def _faults(entry: Any, place: Place, before: Mapping[str, tuple[Entry, Place]]) -> Iterator[Problem]:
    if not isinstance(entry, dict):
        yield _invalid(place, "an entry is not a mapping in braces", 'Write { "id": …, "type": …, "title": … }.')
        return
    key = entry.get("id")
    name = f'the reference "{key}"' if key else "a reference"
    if not isinstance(key, str) or not re.fullmatch(r"[A-Za-z0-9][\w.:-]{0,80}", key, re.ASCII):
        yield _invalid(
            place, f"{name} has no id that can be cited", 'Write "id": "name1995", with letters, digits and . : _ -'
        )
        return
    if key in before:
        lines = f"lines {before[key][1].line} and {place.line}"
        yield Problem(
            place,
            "reference-duplicate",
            f"{name} stands twice, on {lines}",
            "Delete one of the two, or give it another id.",
        )
    yield from (_invalid(place, f"{name} {fault}", remedy) for fault, remedy in _field_faults(entry))


def _field_faults(entry: Entry) -> Iterator[tuple[str, str]]:
    kind = entry.get("type")
    if kind not in _TYPES:
        close = nearest(str(kind), _TYPES) if kind else None
        yield (
            (f'has the unknown type "{kind}"' if kind else "has no type"),
            f'Write "type": "{close or "article-journal"}".',
        )
    if not isinstance(entry.get("title"), str) or not entry["title"].strip():
        yield "has no title", 'Write "title": "…".'
    for name in _TEXTS:
        if name in entry and not isinstance(entry[name], (str, int)):
            yield f'has a "{name}" that is not text', f'Write "{name}": "…".'
    yield from _link_faults(entry)
    yield from _name_faults(entry)
    if "issued" in entry and _year(entry) is None:
        yield 'has an "issued" without a year', 'Write "issued": { "date-parts": [[1995]] }.'


def _link_faults(entry: Entry) -> Iterator[tuple[str, str]]:
    address = str(entry.get("URL", "https:"))
    if gate.scheme(address) not in ("http", "https"):
        yield f'has the address "{address[:60]}"', 'Write "URL": "https://…", or delete it.'
    if "DOI" in entry and not _DOI.fullmatch(_doi(entry)):
        yield f'has the DOI "{str(entry["DOI"])[:60]}"', 'Write "DOI": "10.…/…".'


def _name_faults(entry: Entry) -> Iterator[tuple[str, str]]:
    for role in ("author", "editor"):
        names = entry.get(role, [])
        good = isinstance(names, list) and all(isinstance(name, dict) and _is_name(name) for name in names)
        if not good:
            yield (
                f"has an {role} without a family name",
                f'Write "{role}": [{{ "family": "…", "given": "…" }}] or {{ "literal": "…" }}.',
            )


def _is_name(name: Entry) -> bool:
    return all(isinstance(value, (str, bool)) for value in name.values()) and bool(
        name.get("family") or name.get("literal")
    )


# Labels


def _labels(entries: Mapping[str, Entry]) -> dict[str, str]:
    """A label for each key; those that would be the same get a letter each: “De Boer 2013a”, “De Boer 2013b”."""
    plain = {key: f"{_who(entry)} {_year(entry) or 'n.d.'}" for key, entry in entries.items()}
    often = Counter(plain.values())
    seen: Counter[str] = Counter()
    labels = {}
    for key, label in plain.items():
        seen[label] += 1
        labels[key] = label + _letter(seen[label]) if often[label] > 1 else label
    return labels


def _letter(number: int) -> str:
    return "abcdefghijklmnopqrstuvwxyz"[(number - 1) % 26] * (1 + (number - 1) // 26)


def _who(entry: Entry) -> str:
    """“McKeithan”, “Huppa and Davis”, “O’Donoghue et al.”; without authors the short title or the publisher."""
    people, others = _people(entry)
    if not people:
        short = entry.get("title-short") or entry.get("shortTitle") or entry.get("publisher") or entry["title"]
        words = _bare(str(short)).split()
        return " ".join(words) if len(words) <= 6 else " ".join(words[:5]) + " …"
    names = [_surname(name) for name in people]
    if others or len(names) > 2:
        return f"{names[0]} et al."
    return " and ".join(names)


def _people(entry: Entry) -> tuple[list[Entry], bool]:
    """Who wrote it, and whether the list ends with words like “and others”."""
    names = entry.get("author") or entry.get("editor") or []
    people = [name for name in names if not re.fullmatch(r"(and )?others|et al\.?", str(name.get("literal", "")))]
    return people, len(people) < len(names)


def _surname(name: Entry) -> str:
    if "literal" in name and not name.get("family"):
        return _bare(name["literal"])
    return _bare(" ".join(filter(None, (name.get("non-dropping-particle"), name["family"]))))


def _year(entry: Entry) -> str | None:
    issued = entry.get("issued")
    if not isinstance(issued, dict):
        return None
    parts = issued.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0]:
        first = parts[0][0]
    else:
        first = issued.get("raw") or issued.get("literal") or ""
    match = re.search(r"\b[0-9]{4}\b", str(first))
    return match[0] if match else None


def _bare(words: str) -> str:
    """`words` on one line, without the slant and height that Zotero marks in titles; other markup stays, as text."""
    return " ".join(re.sub(r'</?(?:i|sub|sup|sc)>|<span class="nocase">|</span>', "", words).split())


def _doi(entry: Entry) -> str:
    return re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", str(entry.get("DOI", "")).strip(), flags=re.IGNORECASE)


# Full entries

_STYLE = """<?xml version="1.0" encoding="utf-8"?>
<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0" default-locale="en-GB">
  <info>
    <title>il2site</title>
    <id>il2site</id>
    <updated>2026-01-01T00:00:00+00:00</updated>
  </info>
  <citation><layout><text variable="title"/></layout></citation>
  <bibliography et-al-min="5" et-al-use-first="3">
    <layout>
      <group delimiter=" ">
        <names variable="author" suffix=".">
          <name name-as-sort-order="all" sort-separator=" " initialize-with="" delimiter=", "
                delimiter-precedes-last="always"/>
          <et-al term="et-al"/>
          <substitute><names variable="editor"/></substitute>
        </names>
        <text variable="title" suffix="."/>
        <group delimiter=" ">
          <text variable="container-title" font-style="italic"/>
          <group delimiter=";">
            <date variable="issued"><date-part name="year"/></date>
            <group delimiter=":">
              <group>
                <text variable="volume"/>
                <text variable="issue" prefix="(" suffix=")"/>
              </group>
              <text variable="page"/>
            </group>
          </group>
        </group>
      </group>
    </layout>
  </bibliography>
</style>
"""
"""Authors. Title. *Journal* Year;Volume(Issue):Pages, in the Citation Style Language."""


def _full_entry(entry: Entry) -> str | None:
    """`entry` as it stands in the list of references, or None when the citation library cannot set it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            said = _set(entry)
    except Exception:  # the library raises errors of many kinds on odd entries; the caller turns None into a problem
        return None
    pieces = [_ended(said), *_ending(entry)]
    return gate.clean(" ".join(piece for piece in pieces if piece)).replace("<i>", "<em>").replace("</i>", "</em>")


@cache
def _style() -> CitationStylesStyle:
    """The style, read once: that takes longer than setting an entry."""
    from citeproc import CitationStylesStyle

    return CitationStylesStyle(io.BytesIO(_STYLE.encode()), validate=False)


def _set(entry: Entry) -> str:
    # Takes long to import, and references that are remembered need it not.
    from citeproc import Citation, CitationItem, CitationStylesBibliography, formatter
    from citeproc.source.json import CiteProcJSON

    source = CiteProcJSON([_plain_fields(entry)])
    bibliography = CitationStylesBibliography(_style(), source, formatter.html)
    bibliography.register(Citation([CitationItem(entry["id"].lower())]))
    return str(bibliography.bibliography()[0]).translate(_ESCAPED)


_GUARDED = str.maketrans("<>&", "\ue010\ue011\ue012")
_ESCAPED = str.maketrans({"\ue010": "&lt;", "\ue011": "&gt;", "\ue012": "&amp;"})
"""The library escapes some fields only; so it sees none of these three characters, and they come back escaped."""


def _guarded(words: str) -> str:
    return _bare(words).translate(_GUARDED)


def _plain_fields(entry: Entry) -> Entry:
    """Only the fields that the style shows, each of the form the library expects."""
    people, others = _people(entry)
    authors = [_library_name(name) for name in people]
    if others:
        authors.append({"family": "et al", "given": ""})
    fields: Entry = {
        name: _guarded(str(entry[name]))
        for name in ("title", "container-title", "volume", "issue", "page")
        if entry.get(name)
    }
    year = _year(entry)
    issued = {"issued": {"date-parts": [[int(year)]]}} if year else {}
    return {"id": entry["id"], "type": entry["type"], "author": authors, **fields, **issued}


def _library_name(name: Entry) -> Entry:
    if name.get("family"):
        return {"family": _guarded(_surname(name)), "given": _guarded(name.get("given", ""))}
    return {"family": _guarded(name["literal"]), "given": ""}


def _ended(said: str) -> str:
    return said if said.removesuffix("</i>").endswith((".", "?", "!")) else said + "."


def _ending(entry: Entry) -> Iterator[str]:
    """Publisher, link, PubMed number and note."""
    if entry.get("publisher"):
        yield html.escape(_bare(str(entry["publisher"]))) + "."
    if entry.get("DOI"):
        doi = html.escape(_doi(entry))
        yield f'<a class="external" rel="noopener" href="https://doi.org/{quote(_doi(entry), "/:;()")}">doi:{doi}</a>'
    elif entry.get("URL"):
        address = html.escape(str(entry["URL"]).strip())
        yield f'<a class="external" rel="noopener" href="{address}">{_host(address)}</a>'
    if entry.get("PMID"):
        yield f"PMID {html.escape(str(entry['PMID']))}."
    if entry.get("note"):
        yield f'<span class="reference-note">{html.escape(_bare(str(entry["note"])))}</span>'


def _host(address: str) -> str:
    match = re.match(r"https?://(?:www\.)?([^/?#]+)", address)
    return match[1] if match else address
