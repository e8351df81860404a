"""Turn a course into pages. The only module that knows jinja2."""

from __future__ import annotations

import json
import marshal
import re
import traceback
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from jinja2 import (
    BaseLoader,
    Environment,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.sandbox import safe_range
from markupsafe import Markup

from il2site.cores import spread
from il2site.figure.figure import Figure
from il2site.files import Content, digest
from il2site.lesson.citation import Reference
from il2site.lesson.claims import Claim, Claims
from il2site.lesson.lesson import Choice, FigureUse, Lesson, Predict, Prose, Quiz
from il2site.lesson.plain_page import PlainPage
from il2site.lesson.prose import plain_text
from il2site.memory import Key, Memory, joined
from il2site.problem import Checked, Problem
from il2site.site.address import (
    CLAIMS,
    ENTRIES,
    FEED,
    FIGURES,
    GLOSSARY,
    HOME,
    MODELS,
    NOT_FOUND,
    REFERENCES,
    REVIEW,
    SEARCH,
    TEACHERS,
    WORKER,
    base_path,
    figure_address,
    lesson_address,
    model_address,
    moved,
    page_address,
    relative,
    teacher_address,
)
from il2site.site.assets import Assets
from il2site.site.behind import Behind, Outline
from il2site.site.course import (
    CLAIMS_PATH,
    GLOSSARY_PATH,
    REFERENCES_PATH,
    Course,
    misconception_address,
    models_on,
    resolve,
    with_links,
)
from il2site.site.home_map import home_map
from il2site.site.lazy import Each, Lazy
from il2site.site.linked_data import LICENCES, described_lesson, described_site
from il2site.site.picture import SIZE, picture_address, pictured
from il2site.site.policy import REFERRER, page_policy
from il2site.site.search import Found, by_heading
from il2site.site.teacher import teacher_entry, teacher_page
from il2site.site.weight import zipped
from il2site.text import MEASURE, Place, SourceFile, inside

if TYPE_CHECKING:
    from il2site.site.model_page import ModelPage


@dataclass(frozen=True)
class Look:
    """How pages are rendered, apart from what is on them."""

    base_url: str | None = None
    live_reload: bool = False


@dataclass(frozen=True)
class Page:
    """One page to render: its output path, its template, and what the template is given.

    `values` makes that when it is needed; `behind` stands for all that it is made of; `weighed`: whether somebody asks for
    its weight.
    """

    path: str
    template: str
    title: str
    description: str
    values: Callable[[], Mapping[str, Any]]
    behind: Key
    weighed: bool = False


@dataclass(frozen=True)
class _Rendered:
    """What is remembered of a page: its digest and, if asked for, its weight as servers send it."""

    digest: str
    weight: int | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Pages:
    """The rendered pages: output path -> content, the weights in bytes of those that are weighed, and faults of templates."""

    contents: Mapping[str, Content]
    weights: Mapping[str, int]
    problems: tuple[Problem, ...]


def render_pages(
    course: Course,
    models: Mapping[str, ModelPage],
    found: tuple[Found, ...],
    assets: Assets,
    templates: Mapping[str, SourceFile],
    look: Look,
    memory: Memory,
) -> Pages:
    """Every page of `course` and of its `models`; a template's fault is a problem with its line."""
    environment = _environment(templates, memory)
    behind = Behind(course, memory)
    pages = {page.path: page for page in _every_page(course, models, found, behind, look)}
    shared = partial(_shared, course, assets, look, pictured(course))
    stamps = _stamps(course, assets, look, behind, templates)
    names = {page.template for page in pages.values()}
    given = {name: tuple(stamps[part] for part in _used(name, templates)) for name in names}
    keys = {path: (*_key(page), *given[page.template]) for path, page in pages.items()}
    kept: dict[str, _Rendered] = memory.known(keys)
    missing = [path for path in keys if path not in kept]
    made = dict(zip(missing, spread(lambda path: _made(environment, pages[path], shared), missing), strict=True))
    kept |= {path: memory.of(keys[path], lambda path=path: made[path][0]) for path in missing}  # type: ignore[misc]

    def content(path: str) -> bytes:
        return made[path][1] if path in made else _made(environment, pages[path], shared)[1]

    contents = {path: Content(page.digest, partial(content, path)) for path, page in kept.items() if not page.problems}
    problems = dict.fromkeys(problem for page in kept.values() for problem in page.problems)
    weights = {path: page.weight for path, page in kept.items() if page.weight is not None}
    return Pages(contents, weights, tuple(problems))


def _made(environment: Environment, page: Page, shared: Callable[[Page], Mapping[str, Any]]) -> tuple[_Rendered, bytes]:
    rendered = _render(environment, page, shared)
    data = rendered.value or b""
    return _Rendered(digest(data), zipped(data) if page.weighed else None, rendered.problems), data


def _key(page: Page) -> Key:
    return ("rendered", page.path, page.template, page.title, page.description, *page.behind)


_EVERYWHERE = "everywhere"
"""Stands for everything in `_shared` that every page may show, and that seldom changes."""
_SELDOM = ("figure_links", "lesson_addresses", "lesson_links", "model_links", "emblems")
"""What templates are given and few use: only pages that use it depend on it."""


def _stamps(
    course: Course, assets: Assets, look: Look, behind: Behind, templates: Mapping[str, SourceFile]
) -> Mapping[str, str]:
    """What stands for the parts of `_shared`."""
    pages = [(page.slug, page.settings.title) for page in course.pages]
    there = (bool(course.figures), bool(course.models), bool(course.claims), len(course.lessons))
    addresses = (assets.style, *assets.scripts.items(), *assets.models.items())
    settings = (repr(course.settings), course.made_of[REFERENCES_PATH], *pages, *there)
    return {
        _EVERYWHERE: joined((*templates.items(), *settings, *addresses, look.base_url, look.live_reload)),
        "figure_links": joined(tuple(course.figures)),
        "lesson_addresses": joined([lesson.slug for lesson in course.lessons]),
        "lesson_links": behind.lessons,
        "model_links": joined(tuple(course.models)),
        "emblems": course.states,
    }


def _used(name: str, templates: Mapping[str, SourceFile]) -> tuple[str, ...]:
    """The parts of `_stamps` that pages of the template `name` depend on, told from the words of the templates."""
    named, waiting, seen = set[str](), {name}, set[str]()
    while waiting:
        now = waiting.pop()
        seen.add(now)
        text = templates[now].text if now in templates else ""
        if _CHOOSES.search(text):
            return (_EVERYWHERE, *_SELDOM)
        named |= {part for part in _SELDOM if part in text}
        waiting |= {other for other in _QUOTED.findall(text) if other in templates} - seen
    return (_EVERYWHERE, *sorted(named))


_QUOTED = re.compile(r"""["']([^"'\n]+)["']""")
_CHOOSES = re.compile(
    r"""\{%[-+]?\s*(?:include|import|from|extends)\s+"""
    r"""(?!["'][^"'\n]+["']\s*(?:[-+]?%\}|ignore|with|without|import|as\b))"""
)
"""A template that works out which other one it takes."""


class _Loader(BaseLoader):
    """Templates by name. What they are compiled to is remembered, also over builds that do without some of them."""

    def __init__(self, templates: Mapping[str, SourceFile], memory: Memory) -> None:
        self._templates, self._memory = templates, memory
        memory.known({name: ("compiled", name, file) for name, file in templates.items()})

    def load(self, environment: Environment, name: str, globals: MutableMapping[str, Any] | None = None) -> Template:
        file = self._templates.get(name)
        if file is None:
            raise TemplateNotFound(name)
        code = self._memory.of(
            ("compiled", name, file), lambda: marshal.dumps(environment.compile(file.text, name, file.path))
        )
        return environment.template_class.from_code(environment, marshal.loads(code), globals or {}, lambda: True)


def _environment(templates: Mapping[str, SourceFile], memory: Memory) -> Environment:
    environment = Environment(
        loader=_Loader(templates, memory),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["range"] = safe_range
    environment.filters |= {
        "json_script": json_script, "unbroken": unbroken, "whole": whole, "inside": inside, "moved": moved_to_review,
    }  # fmt: skip
    return environment


def _render(environment: Environment, page: Page, shared: Callable[[Page], Mapping[str, Any]]) -> Checked[bytes]:
    try:
        text = environment.get_template(page.template).render(**shared(page), **page.values())
        return Checked(text.encode())
    except TemplateSyntaxError as error:
        place = Place(error.filename or f"templates/{error.name}", error.lineno)
        return Checked(None, (_template_problem(place, error),))
    except TemplateNotFound as error:
        return Checked(None, (_template_problem(Place(f"templates/{page.template}"), f"there is no template {error}"),))
    except (RecursionError, MemoryError):
        said = "it includes or calls itself without end, or fills the memory"
        return Checked(None, (_template_problem(Place(f"templates/{page.template}"), said),))
    except (TemplateError, TypeError, ValueError, ArithmeticError, AttributeError, LookupError) as error:
        return Checked(None, (_template_problem(_template_place(error, page), error),))


def _template_place(error: BaseException, page: Page) -> Place:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith("templates/")]
    return Place(frames[-1].filename, frames[-1].lineno or 1) if frames else Place(f"templates/{page.template}")


def _template_problem(place: Place, error: object) -> Problem:
    return Problem(
        place,
        "template",
        f"The template does not work: {str(error).rstrip('.')}.",
        "Mend that line; docs/authoring.md lists what templates are given.",
    )


def json_script(value: object) -> Markup:
    """`value` as JSON that may stand inside a script element: no character of it can end the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def plain(fragment: str) -> Markup:
    """A fragment of HTML without its tags; entities stay as they are."""
    return Markup(re.sub(r"<[^>]*>", "", fragment))


def with_anchors(fragment: str) -> Markup:
    """`fragment` with a sign beside each heading that links to its section."""

    def replace(match: re.Match[str]) -> str:
        level, name, words = match.groups()
        spelled = re.sub(r"</?m[a-z]+\b[^>]*>", "", words)  # of a formula, what it says
        label = f"Link to “{plain_text(spelled)}”"
        anchor = f'<a class="anchor" data-role="anchor" href="#{name}" aria-label="{Markup.escape(label)}">#</a>'
        return f'<div class="heading heading-{level}">{match[0]}{anchor}</div>'

    return Markup(_HEADING.sub(replace, fragment))


_HEADING = re.compile(r'<h([23]) id="([^"]*)">(.*?)</h\1>', re.DOTALL)


def moved_to_review(fragment: str, slug: str) -> Markup:
    """A fragment of the lesson `slug` as it stands on the review page."""
    return Markup(moved(str(fragment), lesson_address(slug), REVIEW))


def unbroken(text: str) -> Markup:
    """`text` (plain, or HTML marked as safe) in which names such as IL-2 or T cell, and numbers with units, keep to one line."""
    return _unbroken(Markup.escape(text), _KEPT)


def whole(text: str) -> Markup:
    """The same for a title or a lede, in which words with a hyphen keep to one line as well: "five-second"."""
    return _unbroken(Markup.escape(text), _KEPT_LARGE)


@lru_cache(2_000)  # the same titles stand on every page
def _unbroken(fragment: Markup, kept: re.Pattern[str]) -> Markup:
    pieces = re.split(r"(<math.*?</math>|<[^>]*>)", str(fragment), flags=re.S)
    return Markup(
        "".join(
            piece
            if piece.startswith("<") or not _MAY_BREAK.search(piece)
            else kept.sub(r'<span class="unbroken">\g<0></span>', piece)
            for piece in pieces
        )
    )


_MAY_BREAK = re.compile(r"\d|-|[BT] cell")
_NAMES = rf"(?<![\w&#-])[^\W\d_]{{1,12}}[-–]\d+(?![\w-])|(?:\d[\d.,]*)?{MEASURE.pattern}|\b(?:CD\d+ )?[BT] cells?\b"
_KEPT = re.compile(_NAMES)
_KEPT_LARGE = re.compile(rf"{_NAMES}|(?<![\w&#-])(?=[\w-]{{3,16}}(?![\w-]))[^\W_]+-[^\W_]+")


# What each page is given


def _shared(course: Course, assets: Assets, look: Look, pictures: Set[str], page: Page) -> dict[str, Any]:
    """What every template is given. What is new here belongs into `_stamps` too."""

    def to(target: str) -> str:
        # The page that is shown in the place of others knows not how deep they lie.
        if page.path == NOT_FOUND and (look.base_url or look.live_reload):
            return ("/" if look.live_reload else base_path(look.base_url)) + target
        return relative(target, page.path)

    return {
        "site": course.settings,
        "page": page,
        "to": to,
        "root": to(HOME).removesuffix(HOME),
        "labels": course.references.labels,
        "lesson_count": len(course.lessons),
        "lesson_links": Each(course.lessons, lambda lesson: (lesson, to(lesson_address(lesson.slug)))),
        "lesson_addresses": Lazy(course.by_slug, lambda slug: to(lesson_address(slug))),
        "emblems": Lazy(course.figures, lambda name: Markup(course.figures[name].emblem)),
        "links": {
            "home": to(HOME),
            "figures": to(FIGURES) if course.figures else None,
            "models": to(MODELS) if course.models else None,
            "claims": to(CLAIMS) if course.claims else None,
            "teachers": to(TEACHERS),
            "glossary": to(GLOSSARY),
            "references": to(REFERENCES),
            "review": to(REVIEW),
            "search": to(SEARCH),
        },
        "page_links": [(each.settings.title, to(page_address(each.slug))) for each in course.pages],
        "figure_links": Lazy(course.figures, lambda name: to(figure_address(name))),
        "model_links": Lazy(course.models, lambda name: to(model_address(name))),
        "licence_address": LICENCES.get(course.settings.licence),
        "canonical": look.base_url and look.base_url.rstrip("/") + "/" + page.path.removesuffix("index.html"),
        "picture": _picture(look, page.path if page.path in pictures else HOME),
        "picture_size": SIZE,
        "feed": look.base_url and to(FEED),
        "worker": None if look.live_reload else to(WORKER),
        "policy": page_policy(look.live_reload),
        "referrer": REFERRER,
        "live_reload": look.live_reload,
        "assets": {
            "style": to(assets.style),
            "entries": to(ENTRIES),
            **{name: to(path) for name, path in assets.scripts.items()},
            "models": Lazy(assets.models, lambda name: to(assets.models[name])),
        },
    }


def _picture(look: Look, page: str) -> str | None:
    """The whole address of the picture that `page` is shared with."""
    if look.base_url is None or look.live_reload:
        return None
    return f"{look.base_url.rstrip('/')}/{picture_address(page)}"


def _every_page(
    course: Course, models: Mapping[str, ModelPage], found: tuple[Found, ...], behind: Behind, look: Look
) -> Iterator[Page]:
    yield _home_page(course, behind, look)
    for index in range(len(course.lessons)):
        yield from _lesson_pages(course, index, behind, look)
    yield _teachers_page(course, behind)
    yield from _figure_pages(course, behind)
    yield from _model_pages(course, models, behind)
    yield _glossary_page(course, behind)
    yield _references_page(course)
    if course.claims:
        yield _claims_page(course, course.claims, behind)
    for page in course.pages:
        yield _own_page(course, page, behind)
    yield _review_page(course, behind)
    yield _search_page(course, found)
    yield Page(NOT_FOUND, "404.html", "Page not found", "This address leads to no page.", dict, ())


def _home_page(course: Course, behind: Behind, look: Look) -> Page:
    settings, outlines = course.settings, behind.outlines
    drawn = home_map(course)

    def values() -> dict[str, Any]:
        return {
            "stations": tuple(outlines.values()),
            "described": described_site(course, look.base_url),
            "map": Markup(drawn),
        }

    return Page(
        HOME, "home.html", settings.title, settings.description, values, (*map(behind.outline, outlines), drawn)
    )


def _glossary_page(course: Course, behind: Behind) -> Page:
    def values() -> dict[str, Any]:
        intro = Markup(with_links(course, GLOSSARY_PATH, course.terms.intro))
        terms = _glossary_terms(course)
        return {"terms": terms, "letters": _letters(terms), "intro": intro}

    described = f"The terms of {course.settings.title}, each with one definition."
    return Page(GLOSSARY, "glossary.html", course.terms.title, described, values, behind.text(GLOSSARY_PATH))


def _references_page(course: Course) -> Page:
    described = f"Every source that {course.settings.title} cites."
    key = (course.made_of[REFERENCES_PATH],)
    return Page(REFERENCES, "references.html", "References", described,
                lambda: {"references": _sorted_references(course)}, key)  # fmt: skip


def _search_page(course: Course, found: tuple[Found, ...]) -> Page:
    def values() -> dict[str, Any]:
        return {"found": by_heading(entry for each in found for entry in each.listed)}

    described = f"Everything on {course.settings.title}, by name."
    return Page(SEARCH, "search.html", "Search", described, values, tuple(each.digest for each in found))


def _own_page(course: Course, page: PlainPage, behind: Behind) -> Page:
    """A page of content/pages/."""

    def values() -> dict[str, Any]:
        linked = with_links(course, page.path, page.html)
        return {
            "reviewed": page.settings.reviewed,
            "html": unbroken(Markup(linked)),
            "headings": page.headings,
            "references": [course.references.entries[key] for key in page.citations],
        }

    title, said = page.settings.title, page.settings.summary or page.settings.title
    return Page(page_address(page.slug), "page.html", title, said, values, behind.text(page.path))


def _claims_page(course: Course, claims: Claims, behind: Behind) -> Page:
    def values() -> dict[str, Any]:
        return {
            "intro": unbroken(Markup(with_links(course, CLAIMS_PATH, claims.intro_html))),
            "topics": [(topic.title, [_claim(course, claim) for claim in topic.claims]) for topic in claims.topics],
            "counts": claims.counts,
            "references": [course.references.entries[key] for key in claims.citations],
        }

    described = f"{len(claims.all)} claims, each with a verdict, a correction and its sources."
    explained = [_explained(course, claim.entry.explained) for claim in claims.all]
    return Page(CLAIMS, "claims.html", claims.title, described, values, (*behind.text(CLAIMS_PATH), *explained))


def _claim(course: Course, claim: Claim) -> dict[str, Any]:
    lesson, section = _explained(course, claim.entry.explained)
    return {
        **claim.entry.model_dump(),
        "number": claim.number,
        "truth": unbroken(Markup(with_links(course, CLAIMS_PATH, claim.truth_html))),
        "address": resolve(course, CLAIMS_PATH, claim.entry.explained),
        "lesson": lesson,
        "section": section,
    }


def _explained(course: Course, href: str) -> tuple[str, str]:
    """The title of the page that `href` leads to, and the words of the section there, if it leads to one."""
    path, _, anchor = f"content/{href}".partition("#")
    page = course.by_slug.get(path.removeprefix("content/lessons/").removesuffix(".md"))
    headings = {heading.id: heading.text for heading in page.headings} if page else {}
    return page.title if page else "", headings.get(anchor, "")


def _lesson_pages(course: Course, index: int, behind: Behind, look: Look) -> Iterator[Page]:
    """The page of a lesson, and that for its teachers."""
    lesson, number = course.lessons[index], index + 1
    before = course.lessons[index - 1].slug if index else None
    following = course.lessons[number].slug if number < len(course.lessons) else None
    key: Key = (number, *behind.lesson(lesson))
    around = (behind.outline(before), behind.outline(following))
    values = partial(_lesson_values, course, number, behind.outlines, before, following, look)
    described = lesson.summary or lesson.asks
    behind_all = (*around, *key)
    yield Page(lesson_address(lesson.slug), "lesson.html", lesson.title, described, values, behind_all, weighed=True)
    title = f"Teaching “{lesson.title}”"
    said = f"For teachers of “{lesson.title}”: timing, predictions to ask aloud, a worksheet and its key."
    guide = partial(teacher_page, course, lesson, number)
    yield Page(teacher_address(lesson.slug), "teacher.html", title, said, lambda: {"guide": guide()}, key)


def _lesson_values(
    course: Course,
    number: int,
    outlines: Mapping[str, Outline],
    before: str | None,
    following: str | None,
    look: Look,
) -> dict[str, Any]:
    lesson = course.lessons[number - 1]
    keys = _keys(course, lesson)
    return {
        "lesson": lesson,
        "number": number,
        "parts": list(_parts(course, lesson)),
        "headings": lesson.headings,
        "references": [course.references.entries[key] for key in keys if key in course.references.entries],
        "models": models_on(course, lesson),
        "described": described_lesson(course, lesson, look.base_url),
        "previous": outlines[before] if before else None,
        "following": outlines[following] if following else None,
    }


def _figure_pages(course: Course, behind: Behind) -> Iterator[Page]:
    shown = {name: tuple(lesson.slug for lesson in course.shown_in.get(name, ())) for name in course.figures}
    stamps = {name: tuple(map(behind.outline, slugs)) for name, slugs in shown.items()}
    names = _in_order_of_lessons(course)
    figures = [(course.figures[name], tuple(behind.outlines[slug] for slug in shown[name])) for name in names]
    if figures:
        described = f"Every figure of {course.settings.title} on a page of its own, to be shown, linked and embedded."
        key: Key = (course.states, tuple(names), *stamps.items())
        groups = [(first, list(each)) for first, each in groupby(figures, lambda shown: next(iter(shown[1]), None))]
        yield Page(FIGURES, "figures.html", "Figures", described, lambda: {"groups": groups}, key)
    for place, (figure, lessons) in enumerate(figures):
        beside = (_neighbour(figures, place - 1), _neighbour(figures, place + 1))
        values = partial(_figure_values, course, figure, lessons, beside)
        key = (course.made_of[figure.path], *stamps[figure.name], beside)
        yield Page(figure_address(figure.name), "figure.html", figure.title, figure.summary, values, key)


def _in_order_of_lessons(course: Course) -> list[str]:
    """The names of all figures as a reader meets them; those that no lesson shows come last."""
    met = [name for name in course.shown_in if name in course.figures]
    return [*met, *(name for name in course.figures if name not in course.shown_in)]


def _neighbour(figures: Sequence[tuple[Figure, object]], place: int) -> tuple[str, str] | None:
    """Name and title of the figure at `place`; None outside the list."""
    return (figures[place][0].name, figures[place][0].title) if 0 <= place < len(figures) else None


def _figure_values(
    course: Course,
    figure: Figure,
    lessons: tuple[Outline, ...],
    beside: tuple[tuple[str, str] | None, tuple[str, str] | None],
) -> dict[str, Any]:
    return {
        "figure": figure,
        "lessons": lessons,
        "previous": beside[0],
        "following": beside[1],
        "models": [figure.model] if figure.model else [],
        "references": [course.references.entries[key] for key in figure.citations],
    }


def _model_pages(course: Course, models: Mapping[str, ModelPage], behind: Behind) -> Iterator[Page]:
    uses = [use for model in models.values() for use in model.uses]
    if models:
        described = f"The models of {course.settings.title}: what each gives today against what was published."
        values = {"models": list(models.values())}
        yield Page(MODELS, "models.html", "Models", described, lambda: values, (behind.models, *uses))
    for model in models.values():
        references = [course.references.entries[key] for key in model.citations]
        given = {"model": model, "references": references}
        key = (course.made_of[course.models[model.name].card_file.path], *model.uses)
        yield Page(model.address, "model.html", model.title, model.about, partial(dict, given), key)


def _teachers_page(course: Course, behind: Behind) -> Page:
    outlines = behind.outlines
    guides = [teacher_entry(outline, number) for number, outline in enumerate(outlines.values(), 1)]
    described = f"For each lesson of {course.settings.title}: timing, questions for a class, a worksheet and its key."
    return Page(TEACHERS, "teachers.html", "For teachers", described, lambda: {"guides": guides},
                tuple(map(behind.outline, outlines)))  # fmt: skip


def _keys(course: Course, lesson: Lesson) -> list[str]:
    shown = [course.figures[p.name] for p in lesson.parts if isinstance(p, FigureUse) and p.name in course.figures]
    return list(dict.fromkeys([*lesson.citations, *(key for figure in shown for key in figure.citations)]))


def _parts(course: Course, lesson: Lesson) -> Iterator[dict[str, Any]]:
    """The parts of a lesson as its template takes them, figures and quizzes numbered from 1.

    A figure is gated when a prediction about it stands above it.
    """
    figures = quizzes = 0
    predicted: set[str] = set()
    notes = MarginNotes(course)
    for part in lesson.parts:
        match part:
            case Prose():
                yield {
                    "kind": "prose",
                    "html": unbroken(with_anchors(notes.add(with_links(course, lesson.path, part.html)))),
                }
            case FigureUse():
                figures += 1
                yield {
                    "kind": "figure",
                    "figure": course.figures[part.name],
                    "number": figures,
                    "gated": part.name in predicted,
                    "caption": Markup(with_links(course, lesson.path, part.caption_html)),
                }
            case Quiz():
                quizzes += 1
                yield {"kind": "quiz", "quiz": _linked_quiz(course, lesson, part), "number": quizzes}
            case Predict():
                predicted.add(part.figure)
                yield {"kind": "predict", "predict": _linked_predict(course, lesson, part)}


def _review_page(course: Course, behind: Behind) -> Page:
    """Every question and prediction as a card, below its lesson."""
    asking = [lesson for lesson in course.lessons if any(isinstance(part, Quiz | Predict) for part in lesson.parts)]

    def values() -> dict[str, Any]:
        return {"decks": [(lesson, list(_cards(course, lesson))) for lesson in asking]}

    described = f"The questions of {course.settings.title}, brought back when they are about to be forgotten."
    key = tuple(behind.questions(lesson) for lesson in asking)
    return Page(REVIEW, "review.html", "Review", described, values, key)


def _cards(course: Course, lesson: Lesson) -> Iterator[dict[str, Any]]:
    here = lesson_address(lesson.slug)
    for part in lesson.parts:
        if isinstance(part, Quiz):
            card = {"kind": "quiz", "quiz": _linked_quiz(course, lesson, part), "told": None}
        elif isinstance(part, Predict):
            predict = _linked_predict(course, lesson, part)
            card = {"kind": "predict", "predict": predict, "told": _told(predict)}
        else:
            continue
        yield card | {"key": f"{card['kind']}:{lesson.slug}:{part.id}", "address": f"{here}#{part.id}"}


def _told(predict: Mapping[str, Any]) -> dict[str, Any]:
    """What `static/src/learning/told.ts` needs to tell a guess."""
    ask = predict["ask"]
    options = {key: plain_text(words) for key, words in predict["options"]}
    return {key: ask[key] for key in ("kind", "answer", "unit", "measure", "moments") if key in ask} | {
        "options": options
    }


def _linked_quiz(course: Course, lesson: Lesson, quiz: Quiz) -> dict[str, Any]:
    options = [
        {
            "correct": o.correct,
            "html": Markup(with_links(course, lesson.path, o.html)),
            "refuted_at": misconception_address(course, lesson, o.misconception) if o.misconception else None,
            "feedback_html": Markup(with_links(course, lesson.path, o.feedback_html)),
        }
        for o in quiz.options
    ]
    return {
        "id": quiz.id,
        "question_html": Markup(with_links(course, lesson.path, quiz.question_html)),
        "options": options,
    }


def _linked_predict(course: Course, lesson: Lesson, predict: Predict) -> dict[str, Any]:
    answer = course.answers[lesson.slug, predict.id]
    options = predict.asks.options if isinstance(predict.asks, Choice) else ()
    return {
        "id": predict.id,
        "figure": predict.figure,
        "lesson": lesson.slug,
        "set": predict.set,
        "ask": answer.data,
        "answer": answer.sentence,
        "ask_html": Markup(with_links(course, lesson.path, predict.ask_html)),
        "options": [(key, Markup(with_links(course, lesson.path, text))) for key, text in options],
        "explanation_html": Markup(with_links(course, lesson.path, predict.explanation_html)),
    }


def _glossary_terms(course: Course) -> list[dict[str, Any]]:
    terms = sorted(course.terms.entries.values(), key=lambda term: term.name.casefold())
    return [
        {"id": term.id, "name": term.name, "html": unbroken(Markup(with_links(course, GLOSSARY_PATH, term.html)))}
        for term in terms
    ]


def _letters(terms: list[dict[str, Any]]) -> dict[str, str]:
    """Every letter that a term begins with, and the identifier of the first such term."""
    return {term["name"][0].upper(): term["id"] for term in reversed(terms)}


def _sorted_references(course: Course) -> list[Reference]:
    return sorted(course.references.entries.values(), key=lambda reference: (reference.label.casefold(), reference.key))


class MarginNotes:
    """Sets the source of a citation and the definition of a term into the margin, where each first stands in a lesson."""

    _MARKS = re.compile(r'<a class="(citation|term)" href="([^"]*)">.*?</a>')
    _ENDING = re.compile(r' (?=<a |PMID |<span class="reference-note")')
    """Before identifiers and remarks, which stand in the list of sources: a note is as short as can be."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._seen: set[str] = set()

    def add(self, fragment: str) -> str:
        return self._MARKS.sub(self._with_note, fragment)

    def _with_note(self, match: re.Match[str]) -> str:
        if match[2] in self._seen:
            return match[0]
        self._seen.add(match[2])
        note = self._note(match[1], match[2].partition("#")[2])
        return f'{match[0]}<small class="margin-note" aria-hidden="true">{note}</small>' if note else match[0]

    def _note(self, kind: str, anchor: str) -> str:
        if kind == "citation":
            reference = self._course.references.entries.get(anchor.removeprefix("ref-"))
            return "" if reference is None else plain(self._ENDING.split(reference.html)[0])
        term = self._course.terms.entries.get(anchor)
        return "" if term is None else f"<b>{Markup.escape(term.name)}</b> {Markup.escape(term.plain)}"
