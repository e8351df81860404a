"""The units of cards: what a unit means, and how one is written.

A unit is powers of base units and a scale, the common logarithm of its size in base units. "nM" and "pM" differ in scale
only. Words that are no unit (cells, molecules, "× the usual") count things and have no dimension.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

CLOSE = 2e-3
"""Logarithms of scales that differ by less are equal: 6.022e23 is Avogadro's number, and 365 days are a year."""


@dataclass(frozen=True)
class Unit:
    """A dimension, as sorted (base, power) without zeros, and its possible scales (logarithms, the likeliest first).

    None for `scales`: the scale is unknown.
    """

    powers: tuple[tuple[str, float], ...] = ()
    scales: tuple[float, ...] | None = (0.0,)

    def times(self, other: Unit, power: float = 1.0) -> Unit:
        """This unit times `other` to `power`."""
        powers = dict(self.powers)
        for base, exponent in other.powers:
            powers[base] = powers.get(base, 0.0) + exponent * power
        scales = None
        if self.scales is not None and other.scales is not None:
            scales = _distinct(a + power * b for a, b in product(self.scales, other.scales))
        return Unit(tuple(sorted((base, p) for base, p in powers.items() if abs(p) > 1e-9)), scales)

    def to(self, power: float) -> Unit:
        return Unit().times(self, power)

    def fits(self, other: Unit) -> bool:
        """Whether a number in this unit may be added to one in `other`."""
        if not self.same_kind(other):
            return False
        if self.scales is None or other.scales is None:
            return True
        return any(abs(a - b) < CLOSE for a, b in product(self.scales, other.scales))

    def same_kind(self, other: Unit) -> bool:
        mine, its = dict(self.powers), dict(other.powers)
        return mine.keys() == its.keys() and all(abs(mine[base] - its[base]) < 1e-6 for base in mine)


MANY_SCALES = 32


def _distinct(scales: Iterable[float]) -> tuple[float, ...] | None:
    """`scales` without repetitions; None when there are so many that they tell nothing."""
    kept = tuple(dict.fromkeys(round(scale, 6) for scale in scales))
    return kept if len(kept) <= MANY_SCALES else None


PLAIN = Unit()


# --- the units of cards --------------------------------------------------------------------------------------------


class UnitError(Exception):
    """A unit that cannot be understood: why, and how to mend it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


def _family(powers: Mapping[str, float], sizes: Mapping[str, float]) -> dict[str, Unit]:
    return {name: Unit(tuple(sorted(powers.items())), (math.log10(size),)) for name, size in sizes.items()}


_SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0, "wk": 604800.0, "y": 365.25 * 86400, "ms": 1e-3}
_LONG_TIMES = {
    "sec": "s", "second": "s", "seconds": "s", "mins": "min", "minute": "min", "minutes": "min", "hr": "h", "hrs": "h",
    "hour": "h", "hours": "h", "day": "d", "days": "d", "week": "wk", "weeks": "wk", "yr": "y", "year": "y",
    "years": "y",
}  # fmt: skip
_PREFIXES = {"": 1.0, "d": 1e-1, "c": 1e-2, "m": 1e-3, "u": 1e-6, "n": 1e-9, "p": 1e-12, "f": 1e-15, "a": 1e-18}


def _prefixed(word: str, size: float, prefixes: str = "dcmunpfa") -> dict[str, float]:
    return {prefix + word: size * _PREFIXES[prefix] for prefix in ("", *prefixes)}


KNOWN: Mapping[str, Unit] = {
    **_family({"time": 1}, _SECONDS | {long: _SECONDS[short] for long, short in _LONG_TIMES.items()}),
    **_family({"mol": 1, "length": -3}, _prefixed("M", 1e3, "munpfa")),
    **_family({"mol": 1}, _prefixed("mol", 1.0, "munpfa")),
    **_family({"length": 3}, _prefixed("L", 1e-3) | _prefixed("l", 1e-3) | _prefixed("litre", 1e-3, "")),
    **_family({"length": 1}, _prefixed("m", 1.0, "dcmun")),
    **_family({"mass": 1}, _prefixed("g", 1.0, "munpf") | {"kg": 1e3}),
    **_family({"IU": 1}, {"IU": 1.0, "kIU": 1e3, "MIU": 1e6, "mIU": 1e-3, "uIU": 1e-6}),
    **_family({"pressure": 1}, {"mmHg": 1.0, "Pa": 0.00750062, "kPa": 7.50062, "cmH2O": 0.735559}),
    **_family({"pressure": 1, "length": 2}, {"dyn": 0.00750062e-5}),
    **_family({}, {"%": 1e-2, "percent": 1e-2}),
}  # fmt: skip
"""Every word that has a dimension or a scale. Base units: s, m, mol, g, IU, mmHg."""

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_SPELLING = str.maketrans({"µ": "u", "μ": "u", "·": " ", "⋅": " ", "×": " ", "*": " ", "−": "-", "[": "(", "]": ")"})


@lru_cache(maxsize=4096)
def parse_unit(text: str) -> Unit:
    """The unit that `text` writes, in the grammar of docs/models.md; raises UnitError.

    "1/(nM min)" is per nanomolar and minute, "um2" square micrometres, "cells" a count; "log10 copies/mL" is a
    logarithm, which has no dimension.
    """
    plain = re.sub(r"[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda match: "^" + match[0].translate(_SUPERSCRIPTS), text).translate(_SPELLING)
    if re.match(r"\s*(log|ln)\w*\b", plain):
        return PLAIN
    tokens = re.findall(r"[()/]|[^\s()/]+", plain)
    unit, rest = _product_of(["/" if token == "per" else token for token in tokens], 0, text)
    if rest:
        raise UnitError(f'the unit "{text}" closes a bracket that it does not open', "balance the brackets")
    return unit


def _product_of(tokens: Sequence[str], depth: int, text: str) -> tuple[Unit, Sequence[str]]:
    """The unit that `tokens` begin with, up to the bracket that closes it; and what follows, from that bracket on."""
    if depth > 20:
        raise UnitError(f'the unit "{text[:40]}…" is nested too deep', "write it with one pair of brackets")
    unit, sign, divided = PLAIN, 1.0, False
    expected = False
    while tokens and tokens[0] != ")":
        token, tokens = tokens[0], tokens[1:]
        if token == "/":
            if expected:
                raise UnitError(f'the unit "{text}" has two slashes in a row', "delete one of them")
            sign, expected = -1.0, True
            continue
        if token == "(":
            factor, tokens = _product_of(tokens, depth + 1, text)
            if not tokens:
                raise UnitError(f'the unit "{text}" opens a bracket that it does not close', "balance the brackets")
            tokens = tokens[1:]
        else:
            factor = _word(token, text)
        if divided and sign > 0 and factor != PLAIN:
            remedy = "put everything below the line into brackets, as in 1/(nM min), or in front of the slash"
            raise UnitError(f'in the unit "{text}" it is not clear what is above and what below the line', remedy)
        divided = divided or sign < 0
        unit, sign, expected = unit.times(factor, sign), 1.0, False
    if expected:
        raise UnitError(f'the unit "{text}" has nothing behind its slash', "write what it is per")
    return unit, tokens


def _word(token: str, text: str) -> Unit:
    """One word of a unit: a known one, perhaps with a power behind it; a number; or a word that counts things."""
    if token in KNOWN:
        return KNOWN[token]
    with_power = re.fullmatch(r"([A-Za-z]+)\^?(-?\d{1,2})", token)
    if with_power and with_power[1] in KNOWN:
        return KNOWN[with_power[1]].to(float(with_power[2]))
    number = re.fullmatch(r"(\d+(?:\.\d*)?(?:e[-+]?\d{1,2})?)(?:\^(-?\d{1,2}))?", token)
    if number:
        value = float(number[1])
        if not value > 0:
            raise UnitError(f'the unit "{text}" is zero', "write a unit")
        return Unit((), (math.log10(value) * float(number[2] or 1),))
    return PLAIN


def is_time(text: str) -> bool:
    """Whether `text` is a unit of time."""
    return text in KNOWN and KNOWN[text].powers == (("time", 1.0),)


# --- units as words ------------------------------------------------------------------------------------------------

_SHOWN: Mapping[str, tuple[str, ...]] = {
    "M": ("nM", "pM", "uM", "mM", "M", "fM"),
    "mol": ("mol", "mmol", "umol", "nmol", "pmol", "fmol"),
    "L": ("L", "mL", "uL", "nL", "pL", "fL"),
    "length": ("m", "cm", "mm", "um", "nm"),
    "mass": ("g", "mg", "ug", "ng", "kg"),
    "IU": ("IU", "kIU", "MIU"),
    "pressure": ("mmHg",),
    "time": ("h", "d", "min", "s", "wk", "y"),
}
_BASE = {"M": "M", "mol": "mol", "L": "L", "length": "m", "mass": "g", "IU": "IU", "pressure": "mmHg", "time": "s"}


def spell(unit: Unit, time: str = "s") -> str:
    """`unit` in words of the cards, with `time` where the scale leaves it open: "nM/min"; "" for a plain number."""
    if not unit.powers:
        scale = unit.scales[0] if unit.scales else 0.0
        return "" if abs(scale) < CLOSE else ("%" if abs(scale + 2) < CLOSE else f"multiples of {10**scale:.4g}")
    slots = _slots(dict(unit.powers))
    base = [((time if name == "time" and time in KNOWN else _BASE[name]), power) for name, power in slots.items()]
    if unit.scales is None:
        return _joined(base)
    scale = unit.scales[0]
    choices = [[(name, power) for name in _first(time, _SHOWN[slot])] for slot, power in slots.items()]
    for chosen in product(*choices):
        if abs(_size(chosen) - scale) < CLOSE:
            return _joined(chosen)
    return f"{10 ** (scale - _size(base)):.4g} {_joined(base)}"


def _first(name: str, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda other: other != name))


def _size(parts: Iterable[tuple[str, float]]) -> float:
    return sum(power * (KNOWN[name].scales or (0.0,))[0] for name, power in parts)


def _slots(powers: dict[str, float]) -> dict[str, float]:
    """`powers` with a volume and a molarity where base units have a length and an amount."""
    mol, length = powers.pop("mol", 0.0), powers.pop("length", 0.0)
    named: dict[str, float] = {}
    if mol and length and mol * length < 0:
        named["M"], mol, length = mol, 0.0, length + 3 * mol
    named |= {"mol": mol} if mol else {}
    if abs(length) > 1e-9:
        named |= {"L": length / 3} if float(length).is_integer() and length % 3 == 0 else {"length": length}
    return named | powers


def _joined(parts: Iterable[tuple[str, float]]) -> str:
    above: list[str] = []
    below: list[str] = []
    for name, power in parts:
        if abs(power) > 1e-9:
            (above if power > 0 else below).append(name + (f"{abs(power):g}" if abs(abs(power) - 1) > 1e-9 else ""))
    under = f"({' '.join(below)})" if len(below) > 1 else "".join(below)
    return (" ".join(above) or "1") + (f"/{under}" if under else "")
