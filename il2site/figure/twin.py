"""The still that stands where a live figure will be: first paint, and all there is on paper or without scripts.

It is a `<div>` with one `<svg>` for every stage and every panel, so that they stack on a narrow screen. Colours and
sizes come from `static/css/twin.css` through classes; there is no style attribute, no script and no id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from il2site.figure.arms import arms_of
from il2site.figure.clock import clock_of, clock_words
from il2site.figure.curves import Curves, panel_emblem, panels_pictures
from il2site.figure.field import (
    VIEW,
    Dish,
    Key,
    dishes,
    field_picture,
    membrane_key,
    membrane_marks,
    population_key,
    population_marks,
    scale_words,
)
from il2site.figure.pathway import pathway_key, pathway_marks, pathway_words
from il2site.figure.spec import FieldFigure, LiveFigure, MembraneFigure, PathwayFigure, PopulationFigure
from il2site.figure.still import Moment, Still
from il2site.figure.svg import emblem, tag, words
from il2site.text import amount, number


def live_twin(spec: LiveFigure, still: Still) -> str:
    """The stages as small pictures with their sentences, the key of the marks, and the curves."""
    if not isinstance(spec, FieldFigure):
        layout = [_side(spec, still), _stage_list(spec)]
    else:
        stages = tag("div", *_stages(spec, still), class_=f"twin-stages twin-stages-{_columns(spec)}")
        layout = [stages, _side(spec, still, tag("ul", *map(_key, _keys(spec)), class_="twin-key"))]
    return tag("div", tag("div", *layout, class_="twin-layout"), class_=f"twin twin-{spec.view}")


def live_thumb(spec: LiveFigure, still: Still) -> str:
    """Where most is to be seen, to stand for the figure in a list: the field at the last stage but one, or a panel."""
    if not isinstance(spec, FieldFigure):
        drawn = panels_pictures(spec.panels[:1], curves_of(spec, still, ()))[0]
    else:
        field = _fields(spec, still.moments[-2])[0]
        drawn = field_picture(field.label, field.marks)
    return tag("div", drawn, class_="twin twin-thumb")


def live_emblem(spec: LiveFigure, still: Still) -> str:
    """The same as `live_thumb`, to be shown small: lines or marks, and no words."""
    if not isinstance(spec, FieldFigure):
        return panel_emblem(spec.panels[0], curves_of(spec, still, ()))
    return emblem(_fields(spec, still.moments[-2])[0].marks, VIEW)


def curves_of(spec: LiveFigure, still: Still, stages: Sequence[float]) -> Curves:
    """What the panels of a figure draw, with a rule at each of the `stages`."""
    steps = spec.run.method == "ssa" and not still.members
    members = [replace(still.measured, columns=columns) for columns in still.members]
    return Curves(still.measured, still.average, steps, clock_of(spec), stages, members=members, doses=still.doses)


def _side(spec: LiveFigure, still: Still, *more: str) -> str:
    """The panels, one above the other, and what else there is to say of them."""
    panels = panels_pictures(spec.panels, curves_of(spec, still, [stage.at for stage in spec.stages]))
    mean = [tag("p", "Thin dashed lines: the mean of many runs.", class_="twin-note")] if still.average else []
    mean += [tag("p", "Triangles: doses.", class_="twin-note")] if still.doses else []
    return tag("div", *panels, *mean, *more, class_="twin-side")


def _stage_list(spec: LiveFigure) -> str:
    """The stages that are numbered in the panels, each with its sentence."""
    told = [
        tag("p", _head(place, clock_words(clock_of(spec), stage.at)), words(stage.say), class_="twin-told")
        for place, stage in enumerate(spec.stages, 1)
    ]
    return tag("div", *told, class_="twin-list")


def _head(place: int, when: str) -> str:
    return tag("span", tag("span", str(place), class_="twin-ordinal") + words(when), class_="twin-when")


def _columns(spec: FieldFigure) -> int:
    """How many stills stand side by side on a wide screen, so that the last row is full if it can be."""
    count = len(spec.stages) + (spec.compare is not None)
    return 2 if count in (2, 4) or len(arms_of(spec)) > 1 else 3


def _stages(spec: FieldFigure, still: Still) -> list[str]:
    drawn = []
    for place, (stage, moment) in enumerate(zip(spec.stages, still.moments, strict=True), 1):
        drawn.append(_stage(spec, moment, _head(place, _when(spec, moment)), stage.say, "twin-stage"))
    if spec.compare is not None and still.compared is not None:
        head = tag("span", words(f"{spec.compare.label}, {_when(spec, still.compared)}"), class_="twin-when")
        drawn.append(_stage(spec, still.compared, head, spec.compare.say, "twin-stage twin-compared"))
    return drawn


def _when(spec: FieldFigure, moment: Moment) -> str:
    return clock_words(clock_of(spec), moment.at)


def _stage(spec: FieldFigure, moment: Moment, head: str, say: str, class_: str) -> str:
    fields = _fields(spec, moment)
    scale = [tag("span", words(fields[0].note), class_="twin-scale")] if fields[0].note else []
    drawn = [
        tag("div", field_picture(each.label, each.marks), *_title(each.title), class_="twin-one") for each in fields
    ]
    pictures = (
        tag("div", *drawn, class_="twin-pair") if len(fields) > 1 else field_picture(fields[0].label, fields[0].marks)
    )
    return tag("div", pictures, tag("p", head, *scale, words(say)), class_=class_)


def _title(title: str) -> list[str]:
    return [tag("p", words(title), class_="twin-name")] if title else []


@dataclass(frozen=True)
class _Field:
    """A field: its condition, what it shows in words, its marks, and what one stands for (empty: for itself)."""

    title: str
    label: str
    marks: list[str]
    note: str = ""


def _fields(spec: FieldFigure, moment: Moment) -> list[_Field]:
    """One field for each condition."""
    when = f"At {_when(spec, moment)}: "
    if isinstance(spec, MembraneFigure):
        return [_Field("", when + _membrane_words(spec, moment), membrane_marks(spec.field, moment.antigens))]
    if isinstance(spec, PathwayFigure):
        return [_Field("", when + pathway_words(spec.field, moment.columns), pathway_marks(spec.field, moment.columns))]
    arms = arms_of(spec)
    return [
        _Field(
            arm.label,
            f"{arm.label}. {when}".removeprefix(". ") + _population_words(spec, dish),
            population_marks(spec.field, dish),
            scale_words(spec.field, dish),
        )
        for arm, dish in zip(arms, dishes(spec.field, arms, moment.columns), strict=True)
    ]


def _membrane_words(spec: MembraneFigure, moment: Moment) -> str:
    names, value = spec.field.individuals, moment.columns
    held = sum(value[name] for name in names.bound)
    return f"{number(value[names.free])} free, {number(held)} held, {number(value[names.triggered])} triggered."


def _population_words(spec: PopulationFigure, dish: Dish) -> str:
    told = [f"{number(round(value))} {kind.label}" for value, kind in zip(dish.values, spec.field.kinds, strict=True)]
    if spec.field.signal:
        told.append(f"{spec.field.signal.label} {amount(dish.signal)} {spec.field.signal.unit}")
    return f"{', '.join(told)}."


def _keys(spec: FieldFigure) -> tuple[Key, ...]:
    if isinstance(spec, MembraneFigure):
        return membrane_key(len(spec.field.individuals.bound))
    if isinstance(spec, PathwayFigure):
        return pathway_key()
    return population_key(spec.field)


def _key(key: Key) -> str:
    mark = tag("svg", key.mark, viewBox="-12 -12 24 24", aria_hidden="true", class_="twin-glyph")
    return tag("li", mark, tag("span", words(key.label)))
