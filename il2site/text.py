"""Where a piece of source text stands, how numbers are written for readers, and the names of what has a colour."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Literal, get_args
from urllib.parse import urlsplit

Entity = Literal[
    "il2", "antigen", "tcr", "receptor-alpha", "receptor-beta-gamma", "cd4", "treg", "virus", "tumour", "aldesleukin"
]
"""A molecule, cell or drug that has one colour everywhere: `--entity-NAME` in static/css/tokens.css."""
ENTITIES: tuple[str, ...] = get_args(Entity)


@dataclass(frozen=True, order=True)
class Place:
    """A line of a source file. `path` is relative to the site's folder, with forward slashes; `line` counts from 1."""

    path: str
    line: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True)
class SourceFile:
    """The text of one source file: no byte-order mark, `\\n` line ends."""

    path: str
    text: str

    @cached_property
    def digest(self) -> str:
        """What stands for the file: its path and its text."""
        spelled = f"{len(self.path)}:{self.path}{self.text}".encode("utf-8", "surrogatepass")
        return blake2b(spelled, digest_size=16).hexdigest()

    def place(self, offset: int = 0) -> Place:
        """The place of the character at `offset` (counted from 0)."""
        return Place(self.path, self.text.count("\n", 0, offset) + 1)

    def find(self, needle: str, start: int = 0) -> Place:
        """The place of the first `needle` at or after the offset `start`; line 1 when there is none."""
        return self.place(max(self.text.find(needle, start), 0))


def leads_somewhere(address: str) -> bool:
    """Whether `address` is an http or https one with a host that can exist, a port if any, and nothing to be escaped."""
    try:
        parts = urlsplit(address)
        possible = parts.port is None or parts.port > 0
    except ValueError:
        return False
    host = (parts.hostname or "").rstrip(".")
    return possible and parts.scheme in {"http", "https"} and bool(_HOST.fullmatch(host)) and not _ESCAPED.search(address)


_HOST = re.compile(r"[\w-]+(\.[\w-]+)*|[0-9a-f:]*:[0-9a-f:.]*")
_ESCAPED = re.compile(r'[\s<>"\\\x00-\x1f]')


def slugify(words: str) -> str:
    """`words` as an identifier for addresses: `"Who eats the signal?"` becomes `"who-eats-the-signal"`.

    "Große Zellen" -> "grosse-zellen", "受容体の形" -> "受容体の形", "🎉" -> "section"
    """
    if not words.isascii():
        apart = unicodedata.normalize("NFKD", words.translate(_GREEK).lower().translate(_LATIN))
        words = unicodedata.normalize("NFC", re.sub("([a-z])[\u0300-\u036f]+", r"\1", apart))
    spelled = re.sub(r"[^a-z0-9]+", "-", words.lower()) if words.isascii() else "".join(map(_spelled, words))
    return re.sub("-+", "-", spelled).strip("-") or "section"


def _spelled(character: str) -> str:
    """A letter, a digit, or a mark that belongs to a letter, as it is; anything else as a hyphen."""
    joins = unicodedata.category(character) in ("Mn", "Mc") and not "\ufe00" <= character <= "\ufe0f"
    return character if character.isalnum() or (joins and character < "\U000e0000") else "-"


_LATIN = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i"})


_GREEK = str.maketrans({"α": "alpha", "β": "beta", "γ": "gamma", "κ": "kappa", "µ": "mu", "μ": "mu"})


def number(value: float) -> str:
    """`value` as a reader meets it: three significant digits, thousands by comma, millions in words.

    0.03712 -> "0.0371", 8.7 -> "8.7", 432.4 -> "432", 22345 -> "22,300", 1.744e6 -> "1.74 million".
    `static/src/figure/format.ts` prints the same text for the same number; a test holds the two together.
    """
    if value != value or value in (float("inf"), float("-inf")):
        return "not a number"
    rounded = float(f"{value:.3g}")
    size = abs(rounded)
    if size >= 1e9:
        return f"{_plain(rounded / 1e9)} billion"
    if size >= 1e6:
        return f"{_plain(rounded / 1e6)} million"
    if size >= 1000:
        return f"{rounded:,.0f}"
    return _plain(rounded)


def inside(label: str) -> str:
    """`label` in the middle of a sentence: "Dwell time" becomes "dwell time", "IL-2 in blood" stays as it is."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def counted(said: str, unit: str) -> str:
    """A number with its unit, of one thing only one: "78 cells", "1 cell", "1 molecule/h".

    The mirror of `counted` in `static/src/figure/format.ts`; a test holds the two together.
    """
    one = _CELLS.sub(r"\1", _COPIES.sub(r"\1y", unit))
    return f"{said} {one if said == '1' else unit}".rstrip()


_COPIES = re.compile(r"^([a-z]{3,})ies(?=$|/)")
_CELLS = re.compile(r"^([a-z]{3,}[a-rt-z])s(?=$|/)")


def tied(text: str) -> str:
    """`text` in which no line ends between a number and its unit: "15 %", "1.5 pM", "1.78 million".

    The mirror of `tied` in `static/src/figure/format.ts`; a test holds the two together.
    """
    return MEASURE.sub(lambda match: match[0].replace(" ", "\u00a0"), text)


MEASURE = re.compile(r"\d (?:%|‰|°C|[kMmµnpf]?(?:g|m|s|L|M|Da|IU)|min|h|d|mmHg|[mb]illion)(?![\w/])")


def amount(value: float) -> str:
    """`value` as an amount: what is left of a thing that decays for ever is "almost 0"; else as `number`.

    Below the bound no figure tells amounts apart, and the last digits would be those of a solver.
    """
    return "almost 0" if 0 < abs(value) < LEAST_AMOUNT else number(value)


LEAST_AMOUNT = 0.001


def _plain(value: float) -> str:
    if value == 0:
        return "0"
    if abs(value) < 1e-6:
        mantissa, exponent = f"{value:.2e}".split("e")
        return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"
    return f"{value:.10f}".rstrip("0").rstrip(".")
