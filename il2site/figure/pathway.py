"""A map of stations as SVG: a disc in each ring grows with what the station shows; a dashed ring is only named.

`static/src/view/pathway.ts` computes the same strengths and radii while the figure plays.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Mapping

from il2site.figure.field import Key
from il2site.figure.marks import dots, rings
from il2site.figure.spec import Written
from il2site.figure.stations import PathwayField, Station, Way
from il2site.figure.svg import tag, words
from il2site.problem import Problem
from il2site.schema import KeyPath

RING, DISC = 21.0, 17.0
LETTERS = 14
LINE = 14.0
LETTER = 7.0
"""The width of a letter of a name, in the unit of the map."""
EDGE = 138.0
"""How far from the middle a station may stand, so that it and its words stay in the field."""


def strength(station: Station, columns: Mapping[str, float]) -> float:
    """From 0 (empty) to 1 (full): how much there is of what the station shows; 0 for one that shows nothing."""
    if station.show is None or station.full is None:
        return 0.0
    value, low, high = columns[station.show], station.empty, station.full
    if station.scale == "log":
        value, low, high = (math.log10(max(each, low)) for each in (value, low, high))
    return min(max((value - low) / (high - low), 0.0), 1.0)


def percent(station: Station, columns: Mapping[str, float]) -> int:
    return math.floor(100 * strength(station, columns) + 0.5)


def pathway_words(field: PathwayField, columns: Mapping[str, float]) -> str:
    """ "Antigen 54 %, IL-2 98 %.": the stations that show something."""
    lit = [station for station in field.stations if station.show is not None]
    return f"{', '.join(f'{station.label} {percent(station, columns)} %' for station in lit)}."


def pathway_marks(field: PathwayField, columns: Mapping[str, float]) -> list[str]:
    places = {station.name: station for station in field.stations}
    ways = [each for way in field.links for each in _way(places[way.between[0]], places[way.between[1]], way)]
    return [*ways, *(part for station in field.stations for part in _station(station, strength(station, columns)))]


def pathway_key() -> tuple[Key, ...]:
    """What a ring means, drawn at the size of a line of text."""
    middle = [(0.0, 0.0)]
    ring = rings(middle, 9, "entity-none", 2)
    dashed = tag("circle", cx=0, cy=0, r=9, class_="entity-none station-named")
    return (
        Key(ring + dots(middle, 6, "entity-none"), "the fuller a ring, the nearer to its height in the usual run"),
        Key(dashed, "named here, not computed"),
    )


def _station(station: Station, full: float) -> Iterator[str]:
    (x, y), colour = station.at, f"entity-{station.entity or 'none'}"
    ring = "station-ring" if station.show else "station-named"
    yield tag("circle", cx=x, cy=y, r=RING, class_=f"{colour} {ring}")
    if station.show:
        yield tag("circle", cx=x, cy=y, r=DISC * math.sqrt(full), class_=f"{colour} filled station-disc")
    for place, said in enumerate(_lines(station)):
        yield tag("text", words(said), x=x, y=y + RING + LINE * (place + 1), class_="station-label twin-over")


def _lines(station: Station) -> list[str]:
    return textwrap.wrap(station.label, LETTERS)


def _way(start: Station, end: Station, way: Way) -> Iterator[str]:
    """A line between two stations with an arrow's head at its end, or a bar across it."""
    (ax, ay), (bx, by) = start.at, end.at
    length = math.hypot(bx - ax, by - ay)
    dx, dy = (bx - ax) / length, (by - ay) / length
    fore, tip = _room(start, dx, dy), _room(end, -dx, -dy)
    x, y = bx - tip * dx, by - tip * dy
    yield tag("line", x1=ax + fore * dx, y1=ay + fore * dy, x2=x, y2=y, class_="station-way")
    if way.kind == "brakes":
        yield tag("line", x1=x - 8 * dy, y1=y + 8 * dx, x2=x + 8 * dy, y2=y - 8 * dx, class_="station-way")
    else:
        back = [(x - 8 * dx + side * 5 * dy, y - 8 * dy - side * 5 * dx) for side in (1, -1)]
        corners = "L".join(f"{px:.1f} {py:.1f}" for px, py in ((x, y), *back))
        yield tag("path", d=f"M{corners}z", class_="station-head")


def _room(station: Station, dx: float, dy: float) -> float:
    """How far from a station's middle a line in this direction begins: outside its ring, and of the words below it."""
    if dy <= 0:
        return RING + 5
    said = _lines(station)
    below = (RING + LINE * len(said) + 9) / dy
    beside = LETTER / 2 * max(map(len, said)) / max(abs(dx), 1e-9) + 4
    return max(RING + 5, min(below, beside))


def pathway_problems(written: Written, field: PathwayField, shown: frozenset[str]) -> Iterator[Problem]:
    """Stations that show what the model has not or stand outside, and links to nowhere."""
    names = [station.name for station in field.stations]
    for place, station in enumerate(field.stations):
        where: KeyPath = ("field", "stations", place)
        yield from _station_problems(written, where, station, shown)
        if names.index(station.name) != place:
            yield written.problem((*where, "name"), f'two stations are named "{station.name}"', "Rename one of them.")
    for place, way in enumerate(field.links):
        for end, name in enumerate(way.between):
            if name not in names:
                yield written.unknown(("field", "links", place, "between", end), name, names, "a station of this map")


def _station_problems(written: Written, where: KeyPath, station: Station, shown: frozenset[str]) -> Iterator[Problem]:
    if station.show is not None and station.show not in shown:
        yield written.unknown((*where, "show"), station.show, shown, "a state or an output of the model")
    if (station.show is None) != (station.full is None):
        said = f'the station "{station.label}" needs show and full together'
        yield written.problem(where, said, "Write both, or neither for a station that is only named.")
    lowest = station.empty > 0 if station.scale == "log" else True
    if station.full is not None and not (lowest and station.empty < station.full):
        said = f'the station "{station.label}" is full at {station.full:g} and empty at {station.empty:g}'
        yield written.problem(
            (*where, "full"), said, "Write empty: below full:, and above zero on a logarithmic scale."
        )
    if max(map(abs, station.at)) > EDGE:
        yield written.problem((*where, "at"), f'the station "{station.label}" has no room', f"Stay within {EDGE:g}.")
