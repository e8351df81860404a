"""The course as the pathway that it teaches: the still of its pathway figure, in which every station leads to a lesson."""

from __future__ import annotations

from collections.abc import Iterator

from il2site.figure.spec import PathwayFigure
from il2site.figure.svg import tag
from il2site.site.address import lesson_address
from il2site.site.course import Course


def home_map(course: Course) -> str:
    """Safe HTML for the home page; "" when no figure of the course is a pathway."""
    for figure in course.figures.values():
        if isinstance(figure.spec, PathwayFigure):
            # As a picture alone (role "img") its links would be hidden from a screen reader.
            drawn = figure.thumb.replace('role="img"', 'role="group"', 1)
            return drawn.replace("</svg>", "".join(_links(course, figure.spec)) + "</svg>")
    return ""


def _links(course: Course, spec: PathwayFigure) -> Iterator[str]:
    """Over each station an area that leads to its lesson."""
    from il2site.figure.pathway import RING  # with all that draws a map, which few sites have

    titles = {lesson.slug: lesson.title for lesson in course.lessons}
    for station in spec.field.stations:
        if station.lesson in titles:
            x, y = station.at
            area = tag("circle", cx=x, cy=y, r=RING + 4, class_="station-area")
            name = f"{station.label}: {titles[station.lesson]}"
            yield tag("a", area, href=lesson_address(station.lesson), aria_label=name)
