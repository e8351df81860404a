"""Looks over the finished tree of a document: headings, links, images, tables, labels, and marks left in attributes."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as etree
from collections.abc import Callable, Iterator

from il2site.lesson import gate
from il2site.lesson.marks import find_mark, without_marks
from il2site.lesson.state import Heading, Link, State
from il2site.problem import Problem
from il2site.text import Place, leads_somewhere, slugify

RESERVED_IDS = frozenset({"main", "references", "objectives", "contents-title", "search", "section"})
RESERVED_PREFIXES = ("ref-", "figure-", "quiz-", "predict-", "misconception-", "fn-", "fnref")


def finish(root: etree.Element, state: State) -> None:
    """Bring every element of `root` into its final form, and note in `state` what is found and what is wrong."""
    for element in list(root.iter()):
        for name, value in element.attrib.items():
            element.set(name, _without_references(state.plain(value)))
        element.text = _without_references(element.text) if element.text else None
        element.tail = _without_references(element.tail) if element.tail else None
        if element.tag in _FINISHERS:
            _FINISHERS[element.tag](element, state)
    _wrap_tables(root)


def _without_references(text: str) -> str:
    """`text` without numeric character references to marks and control characters, which the library lets through."""

    def spoken(match: re.Match[str]) -> str:
        character = html.unescape(match[0]) if len(match[0]) < 40 else "\x00"
        return match[0] if without_marks(character) == character else "\ufffd"

    return _REFERENCE.sub(spoken, text) if "&#" in text else text


_REFERENCE = re.compile(r"&#(?:[xX][0-9a-fA-F]+|[0-9]+);?")


_OWN_LINKS = ("citation", "term", "footnote-ref", "footnote-backref")
_SCRIPTS = ("javascript", "vbscript", "data", "blob", "filesystem")


def _finish_link(link: etree.Element, state: State) -> None:
    href = link.get("href", "")
    kind = gate.scheme(href)
    if link.get("class") in _OWN_LINKS:
        return
    if kind in ("http", "https") and leads_somewhere(href):
        link.set("class", "external")
        link.set("rel", "noopener")
    elif kind in ("", "figure") and href.strip():
        state.links.append(Link(href.strip(), _place_of_address(href, state)))
    elif kind != "mailto" or "@" not in href:
        _refuse_address(link, href, kind, state)


def _refuse_address(link: etree.Element, href: str, kind: str, state: State) -> None:
    link.attrib.pop("href", None)
    place = _place_of_address(href, state)
    if kind in _SCRIPTS:
        problem = Problem(
            place, "unsafe-html", f'the address "{href[:60]}" runs a script or hides a page', "Link to a page."
        )
    elif kind in ("http", "https", "mailto"):
        said = f'the address "{href[:60]}" names no place that can exist'
        problem = Problem(place, "link-dead", said, "Write it as a browser shows it.")
    elif kind:
        problem = Problem(
            place,
            "link-scheme",
            f'the address "{href[:60]}" begins with "{kind}"',
            "Begin it with https:, http: or mailto:.",
        )
    else:
        problem = Problem(place, "link-dead", "a link has no address", "Write [words](address).")
    state.problems.append(problem)


def _place_of_address(address: str, state: State) -> Place:
    return state.locate.first_of(f"]({address}", f"](<{address}", f"]: {address}", address, "]()")


def _finish_image(image: etree.Element, state: State) -> None:
    source = image.get("src", "")
    place = _place_of_address(source, state)
    image.set("loading", "lazy")
    if not image.get("alt", "").strip():
        message = f'the image "{source[:60]}" has no text for those who cannot see it'
        state.problems.append(Problem(place, "image-alt", message, f"Write ![what it shows]({source[:60]})."))
    if gate.scheme(source) or not source.strip():
        image.attrib.pop("src", None)
        message = f'the image "{source[:60]}" is not in content/images/'
        state.problems.append(Problem(place, "image-missing", message, "Put it there and write ![…](../images/NAME)."))
    else:
        state.links.append(Link(source.strip(), place, image=True))


def _finish_heading(element: etree.Element, state: State) -> None:
    level, own, line = int(element.tag[1]), None, find_mark("h", "".join(element.itertext()))
    last = element[-1] if len(element) else None
    tail = (element.text if last is None else last.tail) or ""
    match = re.search(r"\s*(?:\{#([^{}\s]*)\})?\s*\ue000h[0-9]+\ue001\s*$", tail)
    if match:
        own, tail = match[1], tail[: match.start()]
        if last is None:
            element.text = tail
        else:
            last.tail = tail
    text = " ".join(state.plain("".join(element.itertext())).split())
    place = state.context.source.place(line) if line is not None else state.locate.place(text)
    heading = Heading(level, own if own is not None else slugify(text), text, place)
    state.problems += _heading_problems(heading, own is not None, state)
    state.add_heading(heading)
    element.set("id", heading.id)


def _heading_problems(heading: Heading, own: bool, state: State) -> Iterator[Problem]:
    for message, remedy in (*_level_faults(heading, state), *_address_faults(heading, own, state)):
        yield Problem(heading.place, "heading", message, remedy)


def _level_faults(heading: Heading, state: State) -> Iterator[tuple[str, str]]:
    if heading.level == 1:
        yield f'"# {heading.text}" is a second title', "Write ## for a section; the title stands in the front matter."
    elif heading.level > 3:
        yield f'"{heading.text}" is a heading of level {heading.level}', "Write ## or ###."
    elif heading.level == 3 and not state.section_begun:
        yield f'"### {heading.text}" stands above the first ##', "Write ##."


def _address_faults(heading: Heading, own: bool, state: State) -> Iterator[tuple[str, str]]:
    same = state.heading_ids.get(heading.id)
    if not heading.text:
        yield "a heading has no words", "Write them behind the #."
    elif own and not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", heading.id):
        yield f'"{{#{heading.id}}}" cannot be an address', "Use small letters, digits and single hyphens: {#own-name}."
    elif heading.id == "section" and not own and not re.search(r"[^\W_]", heading.text):
        yield f'"{heading.text}" holds no word that could be an address', "Add one behind the heading: {#own-name}."
    elif heading.id in RESERVED_IDS or heading.id.startswith(RESERVED_PREFIXES):
        yield f'the page itself uses the address "#{heading.id}"', "Add another one behind the heading: {#own-name}."
    if same:
        message = f'"{heading.text}" has the same address as the heading on line {same.place.line}'
        yield message, "Word it differently, or add an address behind it: {#own-name}."


def _finish_cell(cell: etree.Element, state: State) -> None:
    align = cell.attrib.pop("align", None)
    cell.attrib.pop("style", None)
    if align:
        cell.set("class", f"align-{align}")
    if cell.tag == "th":
        cell.set("scope", "col")


def _finish_section(section: etree.Element, state: State) -> None:
    claim = section.find("p[@class='misconception-claim']")
    if claim is not None:
        section.set(
            "aria-label",
            " ".join(state.plain("".join(claim.itertext())).split()).replace(
                "A common mistake", "A common mistake:", 1
            ),
        )


_FINISHERS: dict[str, Callable[[etree.Element, State], None]] = {
    "a": _finish_link,
    "img": _finish_image,
    "th": _finish_cell,
    "td": _finish_cell,
    "section": _finish_section,
    **{f"h{level}": _finish_heading for level in range(1, 7)},
}


def _wrap_tables(root: etree.Element) -> None:
    """Give every table a box of its own to scroll in, named by its column heads."""
    parents = {child: parent for parent in root.iter() for child in parent}
    for table in list(root.iter("table")):
        heads = ["".join(head.itertext()).strip() for head in table.iter("th")]
        label = "Table: " + ", ".join(filter(None, heads))
        box = etree.Element("div", {"class": "table-scroll", "tabindex": "0", "role": "region", "aria-label": label})
        parent = parents[table]
        parent[list(parent).index(table)] = box
        box.tail, table.tail = table.tail, None
        box.append(table)
