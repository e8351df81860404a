"""Where the marks of a field stand: pure numbers, the same formulas as `static/src/view/` uses.

Field units: centre (0, 0), x to the right, y downwards, patch radius 150, the field is -160…160 both ways.
Nothing here draws from a generator; a place depends only on its indices, so the still and the live figure agree.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

Point = tuple[float, float]

PATCH = 150.0
"""Radius of the drawn patch."""
DISH = 154.0
"""Radius of the round field in which cells are drawn."""
GOLDEN_ANGLE = 2.399963229728653
SUNFLOWER = 9.9
"""Sunflower: mark i stands at radius SUNFLOWER * sqrt(i + 0.5); 200 marks fill a radius of 140."""
MOST_MARKS = 200
MOST_SPOTS = 70
_LATTICE_RADIUS = 142.0
_MASK = 0xFFFFFFFF


def mix(x: int) -> int:
    """Scramble 32 bits (the finaliser of splitmix32)."""
    x ^= x >> 16
    x = (x * 0x21F0AAAD) & _MASK
    x ^= x >> 15
    x = (x * 0x735A2D97) & _MASK
    return x ^ (x >> 15)


def unit(purpose: int, index: int) -> float:
    """A number in (0, 1) that looks random and depends only on `purpose` and `index`."""
    return (mix((purpose * 0x9E3779B1 + index * 0x85EBCA6B + 0x27D4EB2F) & _MASK) + 0.5) / 4294967296


@dataclass(frozen=True)
class Membrane:
    """A round patch: `spacing` of its lattice, `places` of receptors, the `order` in which antigens take them."""

    spacing: float
    places: tuple[Point, ...]
    order: tuple[int, ...]

    def home(self, antigen: int, antigens: int, binding: int) -> Point:
        """Where `antigen` (of `antigens`) is held for the `binding`-th time, counted from 0; no two share a place."""
        choices = max(len(self.places) // max(antigens, 1), 1)
        turn = (binding + int(unit(4, antigen) * choices)) % choices
        return self.places[self.order[(antigen + antigens * turn) % len(self.order)]]

    def beside(self, antigen: int, antigens: int, binding: int) -> Point:
        """Where `antigen` waits, free, before it is held for the `binding`-th time: between three receptors."""
        x, y = self.home(antigen, antigens, binding)
        turn = math.radians(30 + 60 * math.floor(6 * unit(5, antigen * 1009 + binding)))
        reach = self.spacing / math.sqrt(3)
        return x + reach * math.cos(turn), y + reach * math.sin(turn)


@lru_cache(maxsize=8)
def membrane(receptors: int) -> Membrane:
    """A patch with `receptors` places in a jittered hexagonal lattice, the nearest to the centre first."""
    spacing = math.sqrt(2 * math.pi * _LATTICE_RADIUS**2 / (math.sqrt(3) * receptors))
    reach = math.ceil(2 * _LATTICE_RADIUS / spacing)
    lattice = sorted(_lattice(spacing, reach), key=lambda p: p[0] * p[0] + p[1] * p[1])[:receptors]
    places = tuple(_jittered(p, k, spacing) for k, p in enumerate(lattice))
    order = tuple(sorted(range(len(places)), key=lambda k: unit(3, k)))
    return Membrane(spacing, places, order)


def _lattice(spacing: float, reach: int) -> Iterator[Point]:
    for q in range(-reach, reach + 1):
        for r in range(-reach, reach + 1):
            yield spacing * (q + r / 2 + 0.11), spacing * (math.sqrt(3) / 2 * r + 0.07)


def _jittered(point: Point, index: int, spacing: float) -> Point:
    x, y = point
    return x + 0.22 * spacing * (unit(1, index) - 0.5), y + 0.22 * spacing * (unit(2, index) - 0.5)


@dataclass(frozen=True)
class Crowd:
    """Cells as marks: one mark stands for `scale` cells; `kinds[i]` is the kind of the mark at `points[i]`."""

    scale: int
    radius: float
    points: tuple[Point, ...]
    kinds: tuple[int, ...]


def crowd(values: Sequence[float], scale: int = 1) -> Crowd:
    """The marks of a population with `values[j]` cells of kind j (negative values count as none).

    One mark stands for `scale` cells, or for more if there are too many.
    """
    amounts = [max(v, 0.0) for v in values]
    scale = max(scale, scale_of(sum(amounts)))
    counts = [math.floor(v / scale + 0.5) for v in amounts]
    total = sum(counts)
    radius = 3.5 + 0.7 * min(len(str(scale)) - 1, 5)
    return Crowd(scale, radius, tuple(sunflower(i) for i in range(total)), _kinds(counts, total))


def scale_of(total: float) -> int:
    """The smallest power of ten that shows `total` cells with at most 200 marks: 174 -> 1, 1.74e6 -> 10000."""
    scale = 1
    while total / scale > MOST_MARKS:
        scale *= 10
    return scale


def sunflower(index: int) -> Point:
    """The place of mark `index` (from 0) in a sunflower head, from the centre outwards."""
    radius, turn = SUNFLOWER * math.sqrt(index + 0.5), index * GOLDEN_ANGLE
    return radius * math.cos(turn), radius * math.sin(turn)


def _kinds(counts: Sequence[int], total: int) -> tuple[int, ...]:
    ranked = sorted(range(total), key=lambda i: unit(6, i))
    by_rank = [kind for kind, count in enumerate(counts) for _ in range(count)]
    kind_of = dict(zip(ranked, by_rank, strict=True))
    return tuple(kind_of[i] for i in range(total))


def signal_spots(value: float, full: float) -> tuple[Point, ...]:
    """The places of the diamonds that show a signal of `value`; at `full` and above all 70 are shown."""
    share = min(1.0, max(0.0, value / full))
    return spots()[: math.floor(MOST_SPOTS * share + 0.5)]


@lru_cache(maxsize=1)
def spots() -> tuple[Point, ...]:
    """Up to 70 places between the marks of the fullest crowd, none near another."""
    marks = [sunflower(i) for i in range(MOST_MARKS)]
    kept: list[Point] = []
    for j in range(20000):
        radius, turn = 148 * math.sqrt(unit(7, j)), 2 * math.pi * unit(8, j)
        point = radius * math.cos(turn), radius * math.sin(turn)
        if _clear(point, marks, 8.6) and _clear(point, kept, 7.0):
            kept.append(point)
        if len(kept) == MOST_SPOTS:
            break
    return tuple(kept)


def _clear(point: Point, others: Sequence[Point], gap: float) -> bool:
    return all((point[0] - x) ** 2 + (point[1] - y) ** 2 >= gap * gap for x, y in others)


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """`wanted` heights (downwards) moved apart to at least `gap`, in order, inside `low`…`high` if they fit."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed = list(wanted)
    floor = low
    for i in order:
        placed[i] = floor = max(placed[i], floor)
        floor += gap
    ceiling = high
    for i in reversed(order):
        placed[i] = ceiling = min(placed[i], ceiling)
        ceiling -= gap
    return placed
