"""Assemble the course from its parts, and check what no part can check alone: links, figures, misconceptions."""

from __future__ import annotations

import difflib
import html
import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from il2site.figure.figure import Figure, load_figure
from il2site.lesson.citation import References, parse_references
from il2site.lesson.glossary import Terms, parse_glossary
from il2site.lesson.lesson import FigureUse, Lesson, Part, Predict, Prose, Quiz, parse_lesson
from il2site.memory import Memory
from il2site.model.model import Model, load_models
from il2site.problem import Checked, Problem
from il2site.site.address import GLOSSARY, REFERENCES, lesson_address, model_address, relative
from il2site.site.settings import SETTINGS_PATH, Settings, parse_settings
from il2site.source import Sources
from il2site.text import Place, SourceFile

GLOSSARY_PATH = "content/glossary.md"
REFERENCES_PATH = "content/references.json"
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_WINDOWS_DEVICE = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")
_LINK = re.compile(r'\b(href|src)="([^"]*)"')
_IMAGE_SIGNS = {b"\x89PNG\r\n\x1a\n": 0, b"\xff\xd8\xff": 0, b"GIF8": 0, b"WEBP": 8, b"ftypavif": 4}


@dataclass(frozen=True, slots=True)
class Course:
    """Everything that is shown, in its order and checked. Figures and models by name, images by path."""

    settings: Settings
    lessons: tuple[Lesson, ...]
    figures: Mapping[str, Figure]
    models: Mapping[str, Model]
    terms: Terms
    references: References
    images: Mapping[str, bytes]


def assemble(sources: Sources, memory: Memory) -> Checked[Course]:
    """The course in `sources`, or None when there is none to show; every problem of every part."""
    texts = sources.texts
    settings = parse_settings(texts.get(SETTINGS_PATH))
    reference_file = texts.get(REFERENCES_PATH, SourceFile(REFERENCES_PATH, "[]"))
    glossary_file = texts.get(GLOSSARY_PATH, SourceFile(GLOSSARY_PATH, ""))
    shared = (reference_file, glossary_file)
    read_references = memory.of(("references", reference_file), lambda: parse_references(reference_file))
    references = read_references.value or References()
    read_terms = memory.of(("glossary", *shared), lambda: parse_glossary(glossary_file, references))
    terms = read_terms.value or Terms()
    lessons = [
        memory.of(("lesson", file, *shared), partial(parse_lesson, file, references, terms))
        for file in _folder(sources, "lessons", ".md")
    ]
    models = _models(sources, references, memory)
    usable = {name: model.value for name, model in models.items() if model.value}
    behind = (reference_file, *_below(texts, "content/models/"), *_below(texts, "content/data/"))
    figures = {
        file.path: memory.of(
            ("figure", file, *behind), partial(load_figure, _stem(file.path), texts, usable, references)
        )
        for file in _folder(sources, "figures", ".yml")
    }
    parts: list[Checked[Any]] = [settings, read_references, read_terms, *lessons, *models.values(), *figures.values()]
    problems = [problem for part in parts for problem in part.problems]
    problems += _name_problems(sources)
    if settings.value is None:
        return Checked(None, tuple(problems))
    course = Course(
        settings=settings.value,
        lessons=_in_order(settings.value, [lesson.value for lesson in lessons if lesson.value]),
        figures={figure.value.name: figure.value for figure in figures.values() if figure.value},
        models=usable,
        terms=terms,
        references=references,
        images=sources.binaries,
    )
    problems += _course_problems(course, sources)
    return Checked(course, tuple(problems))


def _models(sources: Sources, references: References, memory: Memory) -> dict[str, Checked[Model]]:
    """Every model by name; those that `memory` lacks are made together."""
    cited = frozenset(references.entries)
    keys = {
        name: ("model", name, cited, *_below(sources.texts, f"content/models/{name}/"))
        for name in _model_names(sources)
    }
    fresh = [name for name, key in keys.items() if not memory.knows(key)]
    made = load_models(fresh, sources.texts, cited)
    return {name: memory.of(key, partial(made.__getitem__, name)) for name, key in keys.items()}


def _below(texts: Mapping[str, SourceFile], folder: str) -> tuple[SourceFile, ...]:
    return tuple(file for path, file in texts.items() if path.startswith(folder))


def _folder(sources: Sources, name: str, suffix: str) -> list[SourceFile]:
    return [
        file
        for path, file in sources.texts.items()
        if posixpath.dirname(path) == f"content/{name}" and path.endswith(suffix)
    ]


def _model_names(sources: Sources) -> list[str]:
    return sorted(
        {path.split("/")[2] for path in sources.texts if path.startswith("content/models/") and path.count("/") == 3}
    )


def _stem(path: str) -> str:
    return posixpath.splitext(posixpath.basename(path))[0]


def _in_order(settings: Settings, lessons: list[Lesson]) -> tuple[Lesson, ...]:
    by_slug = {lesson.slug: lesson for lesson in lessons}
    return tuple(by_slug[slug] for slug in dict.fromkeys(settings.lessons) if slug in by_slug)


# What is wrong with names and lists


def _name_problems(sources: Sources) -> Iterator[Problem]:
    files = [*_folder(sources, "lessons", ".md"), *_folder(sources, "figures", ".yml")]
    names = [(_stem(f.path), f.path) for f in files] + [(n, f"content/models/{n}") for n in _model_names(sources)]
    for name, path in names:
        if not _SLUG.fullmatch(name) or len(name) > 80 or _WINDOWS_DEVICE.fullmatch(name):
            yield Problem(
                Place(path),
                "slug",
                f"“{name}” cannot be part of an address.",
                "Name it with lower-case letters, digits and single hyphens, at most 80.",
            )


def _course_problems(course: Course, sources: Sources) -> list[Problem]:
    checks = (
        _list_problems(course, sources),
        _figure_problems(course, sources),
        _misconception_problems(course),
        _use_problems(course),
        _image_problems(course),
        _link_problems(course),
    )
    return [problem for check in checks for problem in check]


def _list_problems(course: Course, sources: Sources) -> Iterator[Problem]:
    site = sources.texts[SETTINGS_PATH]
    files = {_stem(file.path): file for file in _folder(sources, "lessons", ".md")}
    if not files or not course.settings.lessons:
        yield Problem(
            site.find("lessons"), "nothing-to-build", "There is no lesson to build.", "Run: il2site new lesson NAME"
        )
    listed = Counter(course.settings.lessons)
    for slug, times in listed.items():
        if slug not in files:
            yield Problem(
                site.find(slug),
                "lesson-missing",
                f"There is no content/lessons/{slug}.md.",
                _nearest(slug, files, "Write that file, or mend the name"),
            )
        if times > 1:
            yield Problem(
                site.find(slug), "same-address", f"The lesson {slug} is listed {times} times.", "List it once."
            )
    for slug in files.keys() - listed.keys():
        yield Problem(
            Place(files[slug].path),
            "lesson-unlisted",
            f"The lesson {slug} is not listed in site.yml, so it is not built.",
            f"Add “- {slug}” under lessons.",
        )


def _figure_problems(course: Course, sources: Sources) -> Iterator[Problem]:
    known = {_stem(file.path) for file in _folder(sources, "figures", ".yml")}
    used: set[str] = set()
    for lesson in course.lessons:
        shown = [part for part in lesson.parts if isinstance(part, FigureUse)]
        used |= {part.name for part in shown}
        yield from _unknown_figures(lesson, known)
        for part in shown:
            if [p.name for p in shown].index(part.name) != shown.index(part):
                yield Problem(
                    part.place,
                    "figure-repeated",
                    f"The figure {part.name} is already shown on this page.",
                    f"Link to it: [see above](#figure-{part.name})",
                )
    for name in sorted(course.figures.keys() - used):
        yield Problem(
            Place(f"content/figures/{name}.yml"),
            "figure-unused",
            f"No lesson shows the figure {name}.",
            f"Write in a lesson: /// figure | {name}",
        )


def _unknown_figures(lesson: Lesson, known: set[str]) -> Iterator[Problem]:
    named = [(p.name, p.place) for p in lesson.parts if isinstance(p, FigureUse)]
    named += [(p.figure, p.place) for p in lesson.parts if isinstance(p, Predict) and p.figure]
    if lesson.figure:
        named.append((lesson.figure, Place(lesson.path)))
    for name, place in named:
        if name not in known:
            yield Problem(
                place,
                "figure-unknown",
                f"There is no figure “{name}”.",
                _nearest(name, known, f"Write content/figures/{name}.yml, or mend the name"),
            )


def _misconception_problems(course: Course) -> Iterator[Problem]:
    ids = Counter(name for lesson in course.lessons for name in lesson.misconceptions)
    for lesson in course.lessons:
        for name in lesson.misconceptions:
            if ids[name] > 1:
                yield Problem(
                    Place(lesson.path),
                    "misconception-duplicate",
                    f"The misconception “{name}” is refuted more than once.",
                    "Give one of them another id.",
                )
        for quiz in (part for part in lesson.parts if isinstance(part, Quiz)):
            for name in filter(None, (option.misconception for option in quiz.options)):
                if name not in ids:
                    yield Problem(
                        quiz.place,
                        "misconception-unknown",
                        f"No lesson refutes a misconception “{name}”.",
                        _nearest(name, ids, f"Write a block: /// misconception | {name}"),
                    )


def _use_problems(course: Course) -> Iterator[Problem]:
    cited = {key for lesson in course.lessons for key in lesson.citations}
    cited |= {key for figure in course.figures.values() for key in figure.citations} | set(course.terms.citations)
    cited |= {key for model in course.models.values() for key in model.citations}
    for key, reference in course.references.entries.items():
        if key not in cited:
            yield Problem(
                reference.place, "reference-unused", f"Nothing cites {key}.", f"Cite it as [@{key}], or remove it."
            )
    marked = {name for lesson in course.lessons for name in lesson.terms} | set(course.terms.terms_used)
    for name, term in course.terms.entries.items():
        if name not in marked:
            yield Problem(
                term.place,
                "term-unused",
                f"No lesson marks the term “{term.name}”.",
                f"Mark it where it is first used: [[{term.name}]]",
            )


def _image_problems(course: Course) -> Iterator[Problem]:
    for path, data in course.images.items():
        if not any(data[start : start + len(sign)] == sign for sign, start in _IMAGE_SIGNS.items()):
            yield Problem(
                Place(path),
                "image-invalid",
                f"{posixpath.basename(path)} is not an image that browsers show.",
                "Save it again as PNG, JPEG, WebP, AVIF or GIF.",
            )


def _link_problems(course: Course) -> Iterator[Problem]:
    links = [(lesson.path, link) for lesson in course.lessons for link in lesson.links]
    links += [(GLOSSARY_PATH, link) for link in course.terms.links]
    for path, link in links:
        found = resolve(course, path, link.href)
        if isinstance(found, Wrong):
            yield Problem(link.place, found.rule, found.message, found.remedy)


def _nearest(name: str, known: Iterable[str], otherwise: str) -> str:
    """A remedy that names the likeliest of `known`."""
    near = difflib.get_close_matches(name, list(known), 1)
    return f"Did you mean “{near[0]}”?" if near else f"{otherwise}."


# Links


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a link leads nowhere."""

    rule: str
    message: str
    remedy: str


def resolve(course: Course, source: str, href: str) -> str | Wrong:
    """`href` as an author writes it in the file `source`, as the built page needs it; or why it leads nowhere.

    `cd4-expansion.md#peak` becomes `../cd4-expansion/index.html#peak`; `term:antigen` leads to the glossary, `#ref-KEY` to
    the sources; `../images/x.png` to the copied image; `https:` and `mailto:` stay as they are.
    """
    if re.match(r"(https?://|mailto:)", href):
        return href
    pages = _pages(course)
    here = pages[source].address
    if href.startswith("term:"):
        return relative(f"{GLOSSARY}#{href.removeprefix('term:')}", here)
    if href.startswith("#ref-") and source == GLOSSARY_PATH:
        return relative(REFERENCES, here) + href
    if ":" in href.split("/")[0] or href.startswith("/"):
        return Wrong(
            "link-scheme",
            f"The link “{href}” is neither inside the site nor a web address.",
            "Write a path like cd4-expansion.md, or an address that begins with https://",
        )
    return _resolve_path(course, pages, source, href)


def _resolve_path(course: Course, pages: Mapping[str, Target], source: str, href: str) -> str | Wrong:
    path, _, anchor = href.partition("#")
    here = pages[source].address
    target = posixpath.normpath(posixpath.join(posixpath.dirname(source), path)) if path else source
    if target in course.images:
        return relative(target.removeprefix("content/"), here)
    if target not in pages:
        return _leads_nowhere(
            course, href, target, [posixpath.relpath(page, posixpath.dirname(source)) for page in pages]
        )
    anchors = pages[target].anchors() if anchor else set()
    if anchor and anchor not in anchors:
        return Wrong(
            "anchor-dead",
            f"There is no “#{anchor}” on the page of {target}.",
            _nearest(anchor, anchors, "Name a heading, a figure or a term of that page"),
        )
    return (relative(pages[target].address, here) if path else "") + (f"#{anchor}" if anchor else "")


def _leads_nowhere(course: Course, href: str, target: str, pages: list[str]) -> Wrong:
    if target.startswith("content/images/"):
        return Wrong(
            "image-missing",
            f"There is no image {target}.",
            _nearest(target, course.images, "Put the file there, or mend the name"),
        )
    return Wrong(
        "link-dead",
        f"The link “{href}” leads to no page.",
        _nearest(href.partition("#")[0], pages, "Name a lesson's file, such as cd4-expansion.md"),
    )


@dataclass(frozen=True, slots=True)
class Target:
    """A page that links may lead to: its output path, and what gives the identifiers on it."""

    address: str
    anchors: Callable[[], set[str]]


def _pages(course: Course) -> dict[str, Target]:
    """Every page by the path of its source."""
    lessons = {
        lesson.path: Target(lesson_address(lesson.slug), partial(anchors_of, lesson)) for lesson in course.lessons
    }
    models = {model.card_file.path: Target(model_address(name), set) for name, model in course.models.items()}
    return (
        lessons
        | models
        | {
            GLOSSARY_PATH: Target(GLOSSARY, lambda: set(course.terms.entries)),
            REFERENCES_PATH: Target(REFERENCES, lambda: {f"ref-{key}" for key in course.references.entries}),
        }
    )


def anchors_of(lesson: Lesson) -> set[str]:
    """Every identifier on the page of `lesson` that a link may lead to."""
    headings = {heading.id for heading in lesson.headings}
    figures = {f"figure-{part.name}" for part in lesson.parts if isinstance(part, FigureUse)}
    misconceptions = {f"misconception-{name}" for name in lesson.misconceptions}
    return (
        headings
        | figures
        | misconceptions
        | {f"ref-{key}" for key in lesson.citations}
        | {"main", "references"}
        | _footnotes(lesson.parts)
    )


def _footnotes(parts: Iterable[Part]) -> set[str]:
    prose = "".join(part.html for part in parts if isinstance(part, Prose))
    return set(re.findall(r'\bid="(fn[^"]*)"', prose))


def with_links(course: Course, source: str, fragment: str) -> str:
    """`fragment`, written in the file `source`, with every address in it as the built page needs it."""

    def replace(match: re.Match[str]) -> str:
        found = resolve(course, source, html.unescape(match[2]))
        return match[0] if isinstance(found, Wrong) else f'{match[1]}="{html.escape(found)}"'

    return _LINK.sub(replace, fragment)


def misconception_address(course: Course, lesson: Lesson, name: str) -> str:
    """Where the misconception `name` is refuted, as a link on the page of `lesson`."""
    home = next(other for other in course.lessons if name in other.misconceptions)
    page = "" if home is lesson else relative(lesson_address(home.slug), lesson_address(lesson.slug))
    return f"{page}#misconception-{name}"
