"""Turn a course into pages. The only module that knows jinja2."""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError
from markupsafe import Markup

from il2site.lesson.citation import Reference
from il2site.lesson.lesson import FigureUse, Lesson, Predict, Prose, Quiz
from il2site.memory import Memory
from il2site.problem import Checked, Problem
from il2site.site.address import GLOSSARY, HOME, MODELS, NOT_FOUND, REFERENCES, lesson_address, model_address, relative
from il2site.site.assets import Assets
from il2site.site.course import GLOSSARY_PATH, Course, misconception_address, with_links
from il2site.site.model_page import ModelPage
from il2site.text import Place, SourceFile

EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
"""The hash of an empty style element, which Plotly adds before it fills it through the CSSOM."""
POLICY = (
    f"default-src 'none'; script-src 'self'; style-src 'self' {EMPTY_STYLE}; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src {connect}; base-uri 'none'; form-action 'none'"
)
LIVE_RELOAD = "'self' ws://127.0.0.1:* ws://localhost:*"


@dataclass(frozen=True, slots=True)
class Look:
    """How pages are rendered, apart from what is on them."""

    base_url: str | None = None
    live_reload: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page to render: its output path, its template, and what the template is given."""

    path: str
    template: str
    title: str
    description: str
    values: Mapping[str, Any]


def render_pages(
    course: Course,
    models: Mapping[str, ModelPage],
    assets: Assets,
    templates: Mapping[str, SourceFile],
    look: Look,
    memory: Memory,
) -> Checked[dict[str, bytes]]:
    """Output path to HTML for every page of `course` and of its `models`; a template's fault is a problem with its line."""
    environment = memory.of(("templates", *templates.items()), partial(_environment, templates))
    problems: list[Problem] = []
    files: dict[str, bytes] = {}
    for page in (*_pages(course), *_model_pages(course, models)):
        rendered = _render(environment, page, _shared(course, assets, look, page))
        problems += rendered.problems
        if rendered.value is not None:
            files[page.path] = rendered.value.encode()
    return Checked(files, tuple(dict.fromkeys(problems)))


def _environment(templates: Mapping[str, SourceFile]) -> Environment:
    def load(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        file = templates.get(name)
        return None if file is None else (file.text, file.path, lambda: True)

    environment = Environment(
        loader=FunctionLoader(load), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"json_script": json_script, "unbroken": unbroken}
    return environment


def _render(environment: Environment, page: Page, shared: Mapping[str, Any]) -> Checked[str]:
    try:
        return Checked(environment.get_template(page.template).render(**shared, **page.values))
    except TemplateSyntaxError as error:
        place = Place(error.filename or f"templates/{error.name}", error.lineno)
        return Checked(None, (_template_problem(place, error),))
    except TemplateNotFound as error:
        return Checked(None, (_template_problem(Place(f"templates/{page.template}"), f"there is no template {error}"),))
    except (TemplateError, TypeError, ValueError, ArithmeticError, AttributeError, LookupError) as error:
        return Checked(None, (_template_problem(_template_place(error, page), error),))


def _template_place(error: BaseException, page: Page) -> Place:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith("templates/")]
    return Place(frames[-1].filename, frames[-1].lineno or 1) if frames else Place(f"templates/{page.template}")


def _template_problem(place: Place, error: object) -> Problem:
    return Problem(
        place,
        "template",
        f"The template does not work: {error}.",
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


def unbroken(text: str) -> Markup:
    """`text` (plain, or HTML marked as safe) in which names such as IL-2 and CD4–CD8 keep to one line."""
    pieces = re.split(r"(<math.*?</math>|<[^>]*>)", str(Markup.escape(text)), flags=re.S)
    return Markup(
        "".join(
            piece if piece.startswith("<") else _NAME.sub(r'<span class="unbroken">\g<0></span>', piece)
            for piece in pieces
        )
    )


_NAME = re.compile(r"(?<![\w&#-])[^\W\d_]{1,12}[-–]\d+(?![\w-])")


# What each page is given


def _shared(course: Course, assets: Assets, look: Look, page: Page) -> dict[str, Any]:
    def to(target: str) -> str:
        if page.path == NOT_FOUND and look.base_url:
            return look.base_url.rstrip("/") + "/" + target
        return relative(target, page.path)

    return {
        "site": course.settings,
        "page": page,
        "to": to,
        "labels": course.references.labels,
        "lesson_links": [(lesson, to(lesson_address(lesson.slug))) for lesson in course.lessons],
        "thumbs": {name: Markup(figure.thumb) for name, figure in course.figures.items()},
        "links": {
            "home": to(HOME),
            "models": to(MODELS) if course.models else None,
            "glossary": to(GLOSSARY),
            "references": to(REFERENCES),
        },
        "model_links": {name: to(model_address(name)) for name in course.models},
        "canonical": look.base_url and look.base_url.rstrip("/") + "/" + page.path.removesuffix("index.html"),
        "policy": POLICY.format(connect=LIVE_RELOAD if look.live_reload else "'none'"),
        "live_reload": look.live_reload,
        "assets": {
            "style": to(assets.style),
            **{name: to(path) for name, path in assets.scripts.items()},
            "models": {name: to(path) for name, path in assets.models.items()},
        },
    }


def _pages(course: Course) -> Iterator[Page]:
    settings = course.settings
    yield Page(HOME, "home.html", settings.title, settings.description, {})
    for index in range(len(course.lessons)):
        yield _lesson_page(course, index)
    yield Page(
        GLOSSARY,
        "glossary.html",
        course.terms.title,
        f"The terms of {settings.title}, each with one definition.",
        {"terms": _glossary_terms(course), "intro": Markup(with_links(course, GLOSSARY_PATH, course.terms.intro))},
    )
    yield Page(
        REFERENCES,
        "references.html",
        "References",
        f"Every source that {settings.title} cites.",
        {"references": _sorted_references(course)},
    )
    yield Page(NOT_FOUND, "404.html", "Page not found", "This address leads to no page.", {})


def _lesson_page(course: Course, index: int) -> Page:
    lesson = course.lessons[index]
    around = {
        "previous": course.lessons[index - 1] if index else None,
        "following": course.lessons[index + 1] if index + 1 < len(course.lessons) else None,
    }
    parts = list(_parts(course, lesson))
    keys = _keys(course, lesson)
    values = {
        "lesson": lesson,
        "number": index + 1,
        "parts": parts,
        "headings": lesson.headings,
        "references": [course.references.entries[key] for key in keys if key in course.references.entries],
        "models": sorted({part["figure"].model for part in parts if part["kind"] == "figure" and part["figure"].model}),
        **around,
    }
    return Page(lesson_address(lesson.slug), "lesson.html", lesson.title, lesson.summary or lesson.asks, values)


def _model_pages(course: Course, models: Mapping[str, ModelPage]) -> Iterator[Page]:
    if models:
        described = f"The models of {course.settings.title}: what each gives today against what was published."
        yield Page(MODELS, "models.html", "Models", described, {"models": list(models.values())})
    for model in models.values():
        references = [course.references.entries[key] for key in model.citations]
        values = {"model": model, "references": references}
        yield Page(model.address, "model.html", model.title, model.about, values)


def _keys(course: Course, lesson: Lesson) -> list[str]:
    shown = [course.figures[p.name] for p in lesson.parts if isinstance(p, FigureUse) and p.name in course.figures]
    return list(dict.fromkeys([*lesson.citations, *(key for figure in shown for key in figure.citations)]))


def _parts(course: Course, lesson: Lesson) -> Iterator[dict[str, Any]]:
    """The parts of a lesson as its template takes them, figures and quizzes numbered from 1."""
    figures = quizzes = 0
    predicted = {part.figure for part in lesson.parts if isinstance(part, Predict)}
    notes = MarginNotes(course)
    for part in lesson.parts:
        match part:
            case Prose():
                yield {"kind": "prose", "html": unbroken(Markup(notes.add(with_links(course, lesson.path, part.html))))}
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
                yield {"kind": "predict", "predict": _linked_predict(course, lesson, part)}


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
    return {
        "id": predict.id,
        "figure": predict.figure,
        "answer": predict.answer,
        "set": predict.set,
        "ask_html": Markup(with_links(course, lesson.path, predict.ask_html)),
        "options": [(key, Markup(with_links(course, lesson.path, text))) for key, text in predict.options],
        "explanation_html": Markup(with_links(course, lesson.path, predict.explanation_html)),
    }


def _glossary_terms(course: Course) -> list[dict[str, Any]]:
    terms = sorted(course.terms.entries.values(), key=lambda term: term.name.casefold())
    return [
        {"id": term.id, "name": term.name, "html": unbroken(Markup(with_links(course, GLOSSARY_PATH, term.html)))}
        for term in terms
    ]


def _sorted_references(course: Course) -> list[Reference]:
    return sorted(course.references.entries.values(), key=lambda reference: (reference.label.casefold(), reference.key))


class MarginNotes:
    """Sets the source of a citation and the definition of a term into the margin, where each first stands in a lesson."""

    _MARKS = re.compile(r'<a class="(citation|term)" href="([^"]*)">.*?</a>')

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
            return "" if reference is None else plain(reference.html)
        term = self._course.terms.entries.get(anchor)
        return "" if term is None else f"<b>{Markup.escape(term.name)}</b> {Markup.escape(term.plain)}"
