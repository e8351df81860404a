"""The two fields as SVG: a patch of membrane with single antigens, a crowd of cells with a signal between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from il2site.figure.arms import Arm
from il2site.figure.geometry import DISH, PATCH, Membrane, Point, crowd, membrane, signal_spots
from il2site.figure.marks import arcs, bursts, cells, diamonds, dots, rings
from il2site.figure.spec import MembraneField, PopulationField
from il2site.figure.svg import tag, words

VIEW = "-160 -160 320 320"


@dataclass(frozen=True)
class Antigen:
    """One antigen now: `state` 0 is free, 1…m are held, m + 1 is triggered; `binding` counts its grips from 0."""

    state: int
    binding: int


@dataclass(frozen=True)
class Dish:
    """What one dish shows: cells of each kind, the signal, and for how many cells one mark stands at least."""

    values: Sequence[float]
    signal: float = 0.0
    scale: int = 1


def dishes(field: PopulationField, arms: Sequence[Arm], columns: Mapping[str, float]) -> tuple[Dish, ...]:
    """One dish for each arm; a mark stands for as many cells in all of them."""
    values = [[columns[arm.address(kind.show)] for kind in field.kinds] for arm in arms]
    signals = [columns[arm.address(field.signal.show)] if field.signal else 0.0 for arm in arms]
    scale = max(crowd(each).scale for each in values)
    return tuple(Dish(each, signal, scale) for each, signal in zip(values, signals, strict=True))


@dataclass(frozen=True)
class Key:
    """An entry of the key: a mark (SVG content around 0, 0 within 12) and its words."""

    mark: str
    label: str


def field_picture(label: str, content: Sequence[str]) -> str:
    """A field as one image that `label` tells."""
    given = {"viewBox": VIEW, "class_": "twin-field", "role": "img", "aria_label": label}
    return tag("svg", tag("title", words(label)), *content, **given)


def membrane_marks(field: MembraneField, antigens: Sequence[Antigen]) -> list[str]:
    """The patch, its receptors and the `antigens` in their states; held ones stand on receptors."""
    patch, held = membrane(field.receptors), len(field.individuals.bound)
    size, placed = patch.spacing, _placed(patch, antigens)
    free = [at for antigen, at in placed if antigen.state <= 0]
    bound = [(at, (antigen.state - 1) / held) for antigen, at in placed if 0 < antigen.state <= held]
    triggered = [at for antigen, at in placed if antigen.state > held]
    return [
        tag("circle", cx=0, cy=0, r=PATCH, class_="patch"),
        dots(patch.places, 0.20 * size + 0.6, "entity-tcr faint"),
        dots(patch.places, 0.20 * size - 0.6, "hole"),
        dots(free, 0.11 * size, "entity-antigen"),
        dots([at for at, _ in bound], 0.15 * size, "entity-antigen"),
        arcs(bound, 0.36 * size, "entity-tcr", 0.10 * size),
        bursts(triggered, 0.46 * size, 0.27 * size, "entity-tcr"),
        dots(triggered, 0.15 * size, "entity-antigen"),
    ]


def _placed(patch: Membrane, antigens: Sequence[Antigen]) -> list[tuple[Antigen, Point]]:
    total = len(antigens)
    places = (patch.home if antigen.state > 0 else patch.beside for antigen in antigens)
    return [
        (antigen, place(i, total, antigen.binding))
        for i, (antigen, place) in enumerate(zip(antigens, places, strict=True))
    ]


def membrane_key(held: int) -> tuple[Key, ...]:
    """What the marks of a membrane mean, drawn at the size of a line of text."""
    antigen, grip, middle = "entity-antigen", "entity-tcr", [(0.0, 0.0)]
    empty = rings(middle, 4.5, f"{grip} faint")
    steps = arcs([((0, 0), 1 - 1 / held)], 8.5, grip, 2.4)
    return (
        Key(empty, "empty receptor"),
        Key(dots(middle, 2.6, antigen), "free antigen"),
        Key(empty + dots(middle, 3.6, antigen) + steps, "held antigen; its ring fills with each proofreading step"),
        Key(bursts(middle, 11, 6.4, grip) + dots(middle, 3.6, antigen), "triggered receptor"),
    )


def population_marks(field: PopulationField, dish: Dish) -> list[str]:
    """The dish, the signal and the cells."""
    shown = crowd(dish.values, dish.scale)
    marks = [tag("circle", cx=0, cy=0, r=DISH, class_="patch")]
    if field.signal is not None:
        spots = signal_spots(dish.signal, field.signal.full)
        marks.append(diamonds(spots, 3.2, f"entity-{field.signal.entity}"))
    for number, kind in enumerate(field.kinds):
        points = [point for point, its in zip(shown.points, shown.kinds, strict=True) if its == number]
        marks.append(cells(points, shown.radius, kind.mark, f"entity-{kind.entity}"))
    return marks


def population_key(field: PopulationField) -> tuple[Key, ...]:
    """What the marks of a population mean."""
    middle = [(0.0, 0.0)]
    kinds = [Key(cells(middle, 6.5, kind.mark, f"entity-{kind.entity}"), kind.label) for kind in field.kinds]
    if field.signal is None:
        return tuple(kinds)
    unit = f" (full at {field.signal.full:,.0f} {field.signal.unit})"
    return (*kinds, Key(diamonds(middle, 5, f"entity-{field.signal.entity}"), field.signal.label + unit))


def scale_words(field: PopulationField, dish: Dish) -> str:
    """How many cells one mark stands for: "one mark = 10,000 cells"."""
    scale = crowd(dish.values, dish.scale).scale
    return f"one mark = {scale:,} {field.one if scale == 1 else field.many}"
