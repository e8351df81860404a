"""What a person writes about the map of a `view: pathway`: stations, and the links between them."""

from __future__ import annotations

from typing import Literal

from il2site.figure.base import Scale
from il2site.schema import Strict
from il2site.text import Entity


class Station(Strict):
    """One place on the map, at `at` in a field from -160 to 160.

    It is full where what it shows is at `full`; on a logarithmic scale it is empty at `empty`. Without `show` it is only
    named. `lesson` is the lesson that tells more.
    """

    name: str
    label: str
    entity: Entity | None = None
    at: tuple[float, float]
    show: str | None = None
    full: float | None = None
    empty: float = 0.0
    scale: Scale = "linear"
    lesson: str | None = None


class Way(Strict):
    """A link from one station to another: it leads there, or holds back what is there."""

    between: tuple[str, str]
    kind: Literal["leads", "brakes"] = "leads"


class PathwayField(Strict):
    stations: tuple[Station, ...]
    links: tuple[Way, ...]
