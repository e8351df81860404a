"""The picture that a page is shared with: its title beside the still of its figure, 1200 x 630 pixels (PNG).

Drawn at build, without a browser, in the colours of the site's own light theme. The only module that knows resvg.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from il2site.figure.svg import tag, words
from il2site.lesson.lesson import FigureUse, Lesson
from il2site.memory import Memory, digest_of
from il2site.site.address import HOME, figure_address, lesson_address
from il2site.site.course import Course
from il2site.source import drawn_fonts
from il2site.text import tied

SIZE = (1200, 630)
_EDGE = 72
_TITLE_WIDTH, _WHOLE_WIDTH = 500, 1000
_STILL = {"x": 640, "y": 72, "width": 488, "height": 486}
_SIZES = (64, 56, 50, 44, 39, 35, 31)
"""Sizes of the title; the first that fits into `_HIGHEST` is taken."""
_LEADING, _HIGHEST = 1.16, 370
_WIDEST_STILL = 480
"""Units of a picture; in a wider one no word could be read."""
_WIDTHS = (("iljtfrI.,:;’'|()[]-– ", 0.33), ("mwMW–", 0.86), ("ABCDEFGHKLNOPQRSTUVXYZ", 0.66))
"""About how wide letters are, in ems; all others are 0.56. Enough to break a title with."""
_STYLE = """
.ground { fill: var(--ground); } .mark { fill: none; stroke: var(--entity-cd4); stroke-width: 5px; }
.core { fill: var(--entity-il2); } .rule { stroke: var(--rule); stroke-width: 2px; }
.site, .kind { font-family: "Source Sans 3"; font-size: 26px; fill: var(--ink-soft); }
.site { font-weight: 600; fill: var(--ink); }
.title { font-family: "Source Serif 4"; font-weight: 600; fill: var(--ink); }
"""


def pictures(course: Course, assets: Mapping[str, bytes], memory: Memory) -> dict[str, bytes]:
    """Output path -> PNG: for the home page, for every lesson with a figure, and for every figure."""
    style = _in_light(assets)
    drawn = {picture_address(page): _drawn(style, *shown) for page, shown in _pages(course).items()}
    fonts = digest_of(tuple(data for path, data in sorted(assets.items()) if path.endswith(".woff2")))
    keys = {path: ("picture", svg, fonts) for path, svg in drawn.items()}
    return memory.each(keys, lambda path: _png(drawn[path]))


def picture_address(page: str) -> str:
    """Where the picture of the page at `page` lies."""
    return page.removesuffix("index.html") + "share.png"


def pictured(course: Course) -> frozenset[str]:
    """The pages that have a picture of their own: the home page, and what shows a figure by itself or as a lesson."""
    lessons = (lesson_address(lesson.slug) for lesson in course.lessons if _figure_of(lesson))
    return frozenset({HOME, *lessons, *map(figure_address, course.figures)})


def _pages(course: Course) -> dict[str, tuple[str, str, str, str]]:
    """Page -> the site's title, the page's own, what kind of page it is, and a still (or "")."""
    site, count = course.settings.title, len(course.lessons)
    found = {HOME: ("", site, f"{count} interactive lessons", _for_all(course))}
    for place, lesson in enumerate(course.lessons, 1):
        if name := _figure_of(lesson):
            kind = f"Lesson {place} of {count} · {lesson.minutes} minutes"
            found[lesson_address(lesson.slug)] = (site, lesson.title, kind, _thumb(course, name))
    for name, figure in course.figures.items():
        kind = "Interactive figure" if figure.model else "Figure"
        found[figure_address(name)] = (site, figure.title, kind, figure.thumb)
    return found


def _thumb(course: Course, name: str | None) -> str:
    return course.figures[name].thumb if name and name in course.figures else ""


def _figure_of(lesson: Lesson) -> str | None:
    """The figure that stands for a lesson: the one that it names, else the first that it shows."""
    return lesson.figure or next((part.name for part in lesson.parts if isinstance(part, FigureUse)), None)


def _for_all(course: Course) -> str:
    """The still that stands for the site: its pathway, else the first of a lesson."""
    ways = [figure.thumb for figure in course.figures.values() if figure.view == "pathway"]
    return next(filter(None, [*ways, *(_thumb(course, _figure_of(lesson)) for lesson in course.lessons)]), "")


def _drawn(style: str, site: str, title: str, kind: str, thumb: str) -> str:
    width, height = SIZE
    still = _still(thumb)
    content = (
        tag("style", style),
        tag("rect", width=width, height=height, class_="ground"),
        tag("circle", cx=_EDGE + 17, cy=86, r=15, class_="mark"),
        tag("circle", cx=_EDGE + 17, cy=86, r=6, class_="core"),
        tag("text", words(site), x=_EDGE + 48, y=95, class_="site"),
        *_title(tied(title), _TITLE_WIDTH if still else _WHOLE_WIDTH),
        tag("text", words(kind), x=_EDGE, y=height - _EDGE, class_="kind"),
        still,
    )
    return tag("svg", *content, xmlns="http://www.w3.org/2000/svg", width=width, height=height)


def _title(title: str, width: float) -> list[str]:
    tried = [(size, _broken(title, width / size)) for size in _SIZES]
    size, lines = next((each for each in tried if _fits(*each, width)), tried[-1])
    step = size * _LEADING
    top = (SIZE[1] - (len(lines) - 1) * step) / 2 + size * 0.35
    return [
        tag("text", words(line), x=_EDGE, y=top + place * step, font_size=size, class_="title")
        for place, line in enumerate(lines)
    ]


def _fits(size: float, lines: list[str], width: float) -> bool:
    return len(lines) * size * _LEADING <= _HIGHEST and all(_ems(line) * size <= width for line in lines)


def _broken(title: str, ems: float) -> list[str]:
    lines = [""]
    for word in title.split(" "):
        longer = f"{lines[-1]} {word}".lstrip()
        if lines[-1] and _ems(longer) > ems:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _ems(line: str) -> float:
    return sum(next((width for letters, width in _WIDTHS if letter in letters), 0.56) for letter in line)


def _still(thumb: str) -> str:
    """The picture in `thumb` (of `live_thumb` or `chart_thumb`) at its place; nothing of one that is too wide."""
    found = re.search(r'<svg [^>]*?viewBox="(\S+ \S+ (\S+) \S+)".*?>(.*)</svg>', thumb, re.DOTALL)
    if found is None or float(found[2]) > _WIDEST_STILL:
        return ""
    return tag("g", tag("svg", found[3], viewBox=found[1], **_STILL), class_="twin")


def _in_light(assets: Mapping[str, bytes]) -> str:
    """The style of stills and of this picture as resvg reads it: rules alone, every token replaced by its light value."""
    tokens = dict(reversed(re.findall(r"--([\w-]+): (.*?);", assets["css/tokens.css"].decode())))  # the first counts
    rules = re.sub(r"@[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", assets["css/twin.css"].decode())
    return re.sub(r"var\(--([\w-]+)\)", partial(_value, tokens), rules + _STYLE)


def _value(tokens: Mapping[str, str], match: re.Match[str]) -> str:
    value = tokens.get(match[1], "inherit")
    return re.sub(r"light-dark\((.*?), .*\)", r"\1", value)


def _png(svg: str) -> bytes:
    import resvg_py

    return resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, font_files=drawn_fonts())
