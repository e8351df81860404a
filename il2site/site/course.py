"""Assemble the course from its parts, and check what no part can check alone: links, figures, misconceptions."""

from __future__ import annotations

import difflib
import html
import posixpath
import re
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import Any, TypeVar

from il2site.figure.figure import Figure
from il2site.figure.share import NoState, state_fragment
from il2site.figure.spec import PathwayFigure
from il2site.lesson.citation import References, parse_references
from il2site.lesson.claims import Claims, parse_claims
from il2site.lesson.glossary import Terms, parse_glossary
from il2site.lesson.lesson import FigureUse, Lesson, Link, Predict, Prose, Quiz, parse_lesson
from il2site.lesson.plain_page import PlainPage, parse_page
from il2site.memory import Key, Memory, joined
from il2site.model.model import Model, measured_model
from il2site.problem import Checked, Problem
from il2site.site.address import (
    CLAIMS,
    GLOSSARY,
    OWN_NAMES,
    REFERENCES,
    figure_address,
    is_device,
    lesson_address,
    model_address,
    page_address,
    relative,
)
from il2site.site.image import size
from il2site.site.images import site_images
from il2site.site.prediction import Answers, answer_all
from il2site.site.settings import SETTINGS_PATH, Settings, parse_settings
from il2site.site.shown_image import with_sizes
from il2site.site.truth import other_numbers, truth_problems
from il2site.source import IMAGE_SUFFIXES, Sources
from il2site.text import Place, SourceFile

CLAIMS_PATH = "content/claims.yml"
GLOSSARY_PATH = "content/glossary.md"
REFERENCES_PATH = "content/references.json"
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LINK = re.compile(r'\b(href|src)="([^"]*)"')


@dataclass(frozen=True)
class Course:
    """Everything that is shown, in its order and checked. Figures and models by name, images by path, answers by prediction."""

    settings: Settings
    lessons: tuple[Lesson, ...]
    pages: tuple[PlainPage, ...]
    claims: Claims | None
    figures: Mapping[str, Figure]
    models: Mapping[str, Model]
    terms: Terms
    references: References
    images: Mapping[str, bytes]
    answers: Answers
    made_of: Mapping[str, str]
    """What stands for all that a part was made of, by the path of its source; for a model, by that of its card."""
    broken: Mapping[str, str | None]
    """Sources of which nothing could be made, which has been told: their texts by path; None where there is not even a text.

    What follows from such a fault is not told as well: not every link to a lesson whose front matter has a slip.
    """

    @property
    def texts(self) -> tuple[Lesson | PlainPage, ...]:
        """Everything that is written in prose, apart from the glossary."""
        return (*self.lessons, *self.pages)

    @cached_property
    def by_slug(self) -> Mapping[str, Lesson]:
        return {lesson.slug: lesson for lesson in self.lessons}

    @cached_property
    def targets(self) -> Mapping[str, Target]:
        """Every page that a link may lead to, by the path of its source."""
        return _targets(self)

    @cached_property
    def places(self) -> str:
        """What stands for every address that a link can be given, sections apart."""
        shared = (self.made_of[GLOSSARY_PATH], self.made_of[REFERENCES_PATH])
        images = (f"{path} {width} {height}" for path, (width, height) in sorted(self.image_sizes.items()))
        return joined((*shared, *sorted(self.targets), *sorted(self.broken), *images))

    @cached_property
    def image_sizes(self) -> Mapping[str, tuple[int, int]]:
        """Width and height of every image by its output path."""
        return {path.removeprefix("content/"): size(data) for path, data in self.images.items()}

    @cached_property
    def states(self) -> str:
        """What stands for all figures and the states that a link can set them to."""
        return self.behind_figures(self.figures)

    def behind_figures(self, names: Iterable[str]) -> str:
        """What stands for those of the figures `names` that there are."""
        return joined([self.made_of[self.figures[name].path] for name in sorted(names) if name in self.figures])

    def may_be_in_broken(self, word: str) -> bool:
        """Whether `word` may stand in a source that could not be used."""
        return any(text is None or word in text for text in self.broken.values())

    @cached_property
    def shown_in(self) -> Mapping[str, tuple[Lesson, ...]]:
        """The lessons on whose pages a figure stands, by its name."""
        shown: dict[str, dict[str, Lesson]] = {}
        for lesson in self.lessons:
            for part in lesson.parts:
                if isinstance(part, FigureUse):
                    shown.setdefault(part.name, {})[lesson.slug] = lesson
        return {name: tuple(lessons.values()) for name, lessons in shown.items()}

    @cached_property
    def refuted_in(self) -> Mapping[str, Lesson]:
        """The lesson that refutes a misconception, by its name."""
        return {name: lesson for lesson in reversed(self.lessons) for name in lesson.misconceptions}

    @cached_property
    def claimed(self) -> Mapping[str, str]:
        """What each misconception claims, by its name."""
        return {name: claim for lesson in self.lessons for name, claim in lesson.refuted}


def assemble(sources: Sources, memory: Memory) -> Checked[Course]:
    """The course in `sources`, or None when there is none to show; every problem of every part."""
    texts = sources.texts
    settings_file = texts.get(SETTINGS_PATH)
    settings = memory.of(("settings", settings_file), partial(parse_settings, settings_file))
    if SETTINGS_PATH in sources.unusable:  # which has been told
        settings = Checked(None)
    reference_file = texts.get(REFERENCES_PATH, SourceFile(REFERENCES_PATH, "[]"))
    glossary_file = texts.get(GLOSSARY_PATH, SourceFile(GLOSSARY_PATH, ""))
    shared = joined((reference_file, glossary_file))
    read_references = memory.of(("references", reference_file), lambda: parse_references(reference_file))
    references = read_references.value or References()
    read_terms = memory.of(("glossary", shared), lambda: parse_glossary(glossary_file, references))
    terms = read_terms.value or Terms()
    lesson_keys: dict[str, Key] = {file.path: ("lesson", file.digest, shared) for file in _folder(sources, "lessons", ".md")}
    lessons = memory.each(lesson_keys, partial(_told, partial(_lesson, texts, references, terms)))
    page_keys: dict[str, Key] = {file.path: ("page", file.digest, shared) for file in _folder(sources, "pages", ".md")}
    pages = memory.each(page_keys, partial(_told, partial(_page, texts, references, terms)))
    claims = _claims(sources, references, terms, memory)
    models = _models(sources, references, memory)
    usable = {name: model.value for name, model in models.items() if model.value}
    figure_keys = _figure_keys(sources, usable, reference_file)
    figures = _longest_first(memory, figure_keys, partial(_told, partial(_figure, texts, usable, references)))
    shown = {figure.value.name: figure.value for figure in figures.values() if figure.value}
    made = [lesson.value for lesson in lessons.values() if lesson.value]
    figures_made_of = {path: memory.digest(key) for path, key in figure_keys.items()}
    answers = answer_all(made, shown, usable, figures_made_of, memory)
    images = site_images(sources.binaries)
    parts: list[Checked[Any]] = [settings, read_references, read_terms, *lessons.values(), *pages.values(), claims, images]
    parts += [*models.values(), *figures.values(), answers]
    problems = [problem for part in parts for problem in part.problems]
    problems = [p for p in problems if not _follows(p, sources, read_references, read_terms)]
    problems += _name_problems(sources)
    if settings.value is None:
        return Checked(None, tuple(problems))
    course = Course(
        settings=settings.value,
        lessons=_in_order(settings.value.lessons, made),
        pages=_in_order(settings.value.pages, [page.value for page in pages.values() if page.value]),
        claims=claims.value,
        figures=shown,
        models=usable,
        terms=terms,
        references=references,
        images=images.value or {},
        answers=answers.value or {},
        made_of={path: memory.digest(key) for path, key in (lesson_keys | page_keys).items()}
        | figures_made_of
        | {m.card_file.path: joined((reference_file, *_model_files(texts, name))) for name, m in usable.items()}
        | {path: joined((shared, texts.get(path, ""))) for path in (REFERENCES_PATH, GLOSSARY_PATH, CLAIMS_PATH)},
        broken=_broken(sources, lessons, pages, figures, models, claims, images.value or {})
        | ({GLOSSARY_PATH: ""} if read_terms.problems and not terms.entries else {}),
    )
    problems += _course_problems(course, sources, memory)
    limits = settings.value.limits
    problems += truth_problems(course.lessons, terms, modelled_figures(course), limits, texts, shared, memory)
    problems += other_numbers(
        course.pages, terms, course.claims or Claims(), shown.values(), references.labels.values(), texts, shared, memory
    )
    return Checked(course, tuple(problems))


def _broken(
    sources: Sources,
    lessons: Mapping[str, Checked[Lesson]],
    pages: Mapping[str, Checked[PlainPage]],
    figures: Mapping[str, Checked[Figure]],
    models: Mapping[str, Checked[Model]],
    claims: Checked[Claims],
    images: Mapping[str, bytes],
) -> dict[str, str | None]:
    """The sources of which nothing could be made, with their texts."""
    made: dict[str, Checked[Any]] = {**lessons, **pages, **figures, CLAIMS_PATH: claims}
    made |= {f"content/models/{name}/card.yml": model for name, model in models.items()}
    broken = [sources.texts[path] for path, part in made.items() if part.value is None and path in sources.texts]
    for figure in [file for file in broken if file.path in figures]:
        broken += [f for f in _below(sources.texts, "content/data/") if posixpath.basename(f.path) in figure.text]
    pictures = {path: "" for path in sources.binaries if path not in images}
    return dict.fromkeys(sources.unusable) | {file.path: file.text for file in broken} | pictures


def _follows(problem: Problem, sources: Sources, references: Checked[References], terms: Checked[Terms]) -> bool:
    """Whether `problem` is but what follows from another that is told: what cannot be read cannot be cited."""
    if problem.rule == "citation-missing":
        key = re.search(r'"([^"]+)"|\bentry (\S+)', problem.message)
        nothing = references.value is None or not references.value.entries
        faulty = references.problems and (nothing or (key and _has_id(sources, key[1] or key[2])))
        return bool(faulty) or REFERENCES_PATH in sources.unusable
    if problem.rule == "term-unknown":
        empty = terms.value is None or not terms.value.entries
        return GLOSSARY_PATH in sources.unusable or bool(terms.problems and empty)
    if problem.rule == "model-missing":
        return any(path.startswith(f"{problem.place.path}/") for path in sources.unusable)
    return problem.rule == "data-missing" and any(path in problem.message for path in sources.unusable)


def _has_id(sources: Sources, key: str) -> bool:
    """Whether the file of references holds an entry with the id `key`, be it usable or not."""
    file = sources.texts.get(REFERENCES_PATH)
    return file is not None and bool(re.search(rf'"id"\s*:\s*"{re.escape(key)}"', file.text))


def _told(make: Callable[[str], Checked[T]], name: str) -> Checked[T]:
    """What is made of the file or model `name`. A fault of il2site's own is told there, and the others are still checked."""
    try:
        return make(name)
    except (MemoryError, OSError):  # of the computer, not of what stands in the file
        raise
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{posixpath.basename(frame.filename)}:{frame.lineno}"
        said = f"il2site itself failed here ({type(error).__name__}: {error}; {where})."
        remedy = "Please report this with the file. Until it is mended, take the last change back."
        return Checked(None, (Problem(Place(name), "own-fault", said, remedy),))


def _lesson(texts: Mapping[str, SourceFile], references: References, terms: Terms, path: str) -> Checked[Lesson]:
    return parse_lesson(texts[path], references, terms)


def _page(texts: Mapping[str, SourceFile], references: References, terms: Terms, path: str) -> Checked[PlainPage]:
    return parse_page(texts[path], references, terms)


def _claims(sources: Sources, references: References, terms: Terms, memory: Memory) -> Checked[Claims]:
    """The checked claims; None without a problem when the site checks none."""
    file = sources.texts.get(CLAIMS_PATH)
    if file is None:
        return Checked(None)
    behind = [sources.texts[path] for path in (REFERENCES_PATH, GLOSSARY_PATH) if path in sources.texts]
    return memory.of(("claims", file, *behind), partial(parse_claims, file, references, terms))


def _models(sources: Sources, references: References, memory: Memory) -> dict[str, Checked[Model]]:
    """Every model by name, with its runs."""
    cited = frozenset(references.entries)
    keys: dict[str, Key] = {
        name: ("model", name, tuple(sorted(cited)), *_model_files(sources.texts, name))
        for name in _model_names(sources)
    }
    # With its own files alone, a model can be sent to another process.
    parts = {name: {f.path: f for f in _model_files(sources.texts, name)} for name in keys}
    return _longest_first(memory, keys, partial(_told, partial(_model, parts, cited)))


def _longest_first(memory: Memory, keys: Mapping[str, Key], make: Callable[[str], T]) -> dict[str, T]:
    """`memory.each`, beginning with what is made of most text: a core that began that last would keep the others waiting."""
    sizes = {name: sum(len(part.text) for part in key if isinstance(part, SourceFile)) for name, key in keys.items()}
    order = sorted(keys, key=sizes.__getitem__, reverse=True)
    made = memory.each({name: keys[name] for name in order}, make, long=True)
    return {name: made[name] for name in keys}


def _model(parts: Mapping[str, Mapping[str, SourceFile]], cited: frozenset[str], name: str) -> Checked[Model]:
    return measured_model(name, parts[name], cited)


def _figure_keys(sources: Sources, models: Mapping[str, Model], references: SourceFile) -> dict[str, Key]:
    """The key of every figure by the path of its file: with the models and data that the file may name."""
    names, data = tuple(_model_names(sources)), _below(sources.texts, "content/data/")
    shared = (references, tuple(models), tuple(file.path for file in data))

    def named(figure: SourceFile) -> Iterator[SourceFile]:
        spelled = "\\" not in figure.text  # with an escape in it, a name need not stand there as it is
        for name in names:
            if name in figure.text or not spelled:
                yield from _model_files(sources.texts, name)
        yield from (file for file in data if posixpath.basename(file.path) in figure.text or not spelled)

    figures = _folder(sources, "figures", ".yml")
    return {figure.path: ("figure", figure, *shared, *named(figure)) for figure in figures}


def _figure(
    texts: Mapping[str, SourceFile], models: Mapping[str, Model], references: References, path: str
) -> Checked[Figure]:
    from il2site.figure.load import (
        load_figure,  # with Plotly and all that draws; figures that are remembered need none of it
    )

    return load_figure(_stem(path), texts, models, references)


def _model_files(texts: Mapping[str, SourceFile], name: str) -> tuple[SourceFile, ...]:
    return _below(texts, f"content/models/{name}/")


def _below(texts: Mapping[str, SourceFile], folder: str) -> tuple[SourceFile, ...]:
    return tuple(file for path, file in texts.items() if path.startswith(folder))


def _folder(sources: Sources, name: str, suffix: str) -> list[SourceFile]:
    below = f"content/{name}/"
    return [
        file
        for path, file in sources.texts.items()
        if path.startswith(below) and path.endswith(suffix) and "/" not in path[len(below) :]
    ]


def _model_names(sources: Sources) -> list[str]:
    return sorted(
        {path.split("/")[2] for path in sources.texts if path.startswith("content/models/") and path.count("/") == 3}
    )


def _stem(path: str) -> str:
    return posixpath.splitext(posixpath.basename(path))[0]


S = TypeVar("S", Lesson, PlainPage)
T = TypeVar("T")


def _in_order(listed: Iterable[str], made: Iterable[S]) -> tuple[S, ...]:
    by_slug = {page.slug: page for page in made}
    return tuple(by_slug[slug] for slug in dict.fromkeys(listed) if slug in by_slug)


# What is wrong with names and lists


def _name_problems(sources: Sources) -> Iterator[Problem]:
    files = [
        *_folder(sources, "lessons", ".md"),
        *_folder(sources, "pages", ".md"),
        *_folder(sources, "figures", ".yml"),
    ]
    names = [(_stem(f.path), f.path) for f in files] + [(n, f"content/models/{n}") for n in _model_names(sources)]
    for name, path in names:
        if not _SLUG.fullmatch(name) or len(name) > 80 or is_device(name):
            yield Problem(
                Place(path),
                "slug",
                f"“{name}” cannot be part of an address.",
                "Name it with lower-case letters, digits and single hyphens, at most 80.",
            )


def _course_problems(course: Course, sources: Sources, memory: Memory) -> list[Problem]:
    checks = (
        _list_problems(course, sources),
        _page_list_problems(course, sources),
        _figure_problems(course, sources),
        _misconception_problems(course),
        _use_problems(course),
        _link_problems(course, memory),
    )
    return [problem for check in checks for problem in check]


def modelled_figures(course: Course) -> frozenset[str]:
    """The names of the figures that show a model, not data."""
    return frozenset(name for name, figure in course.figures.items() if figure.model)


def _list_problems(course: Course, sources: Sources) -> Iterator[Problem]:
    site = sources.texts[SETTINGS_PATH]
    files = {_stem(file.path): file for file in _folder(sources, "lessons", ".md")}
    begins = _begin_of(site, "lessons")
    if not files or not course.settings.lessons:
        yield Problem(
            site.find("lessons"), "nothing-to-build", "There is no lesson to build.", "Run: il2site new lesson NAME"
        )
    listed = Counter(course.settings.lessons)
    for slug, times in listed.items():
        if slug not in files and f"content/lessons/{slug}.md" not in sources.unusable:
            yield Problem(
                site.find(slug, begins),
                "lesson-missing",
                f"There is no content/lessons/{slug}.md.",
                _nearest(slug, files, "Write that file, or mend the name"),
            )
        if times > 1:
            yield Problem(
                site.find(slug, begins), "same-address", f"The lesson {slug} is listed {times} times.", "List it once."
            )
    for slug in files.keys() - listed.keys():
        yield Problem(
            Place(files[slug].path),
            "lesson-unlisted",
            f"The lesson {slug} is not listed in site.yml, so it is not built.",
            f"Add “- {slug}” under lessons.",
        )


def _page_list_problems(course: Course, sources: Sources) -> Iterator[Problem]:
    site = sources.texts[SETTINGS_PATH]
    listed = course.settings.pages
    begins = _begin_of(site, "pages")
    files = {_stem(file.path): file for file in _folder(sources, "pages", ".md")}
    for slug, times in Counter(listed).items():
        place = site.find(slug, begins)
        if slug not in files and f"content/pages/{slug}.md" not in sources.unusable:
            remedy = _nearest(slug, files, "Write that file, or mend the name")
            yield Problem(place, "page-missing", f"There is no content/pages/{slug}.md.", remedy)
        if times > 1:
            yield Problem(place, "same-address", f"The page {slug} is listed {times} times.", "List it once.")
        if slug in OWN_NAMES:
            said = f"A page cannot be named “{slug}”: il2site puts a folder of that name into the site."
            yield Problem(place, "same-address", said, "Give the file another name.")
    for slug in files.keys() - set(listed):
        said = f"The page {slug} is not listed in site.yml, so it is not built."
        yield Problem(Place(files[slug].path), "page-unlisted", said, f"Add “- {slug}” under pages.")


def _begin_of(site: SourceFile, key: str) -> int:
    """Where the list `key` begins in the settings: a name in it may stand in a title before."""
    found = re.search(rf"^{key}\b", site.text, re.MULTILINE)
    return found.end() if found else 0


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
    yield from _station_problems(course, sources)
    for name in sorted(course.figures.keys() - used):
        if not course.may_be_in_broken(name):
            yield Problem(
                Place(f"content/figures/{name}.yml"),
                "figure-unused",
                f"No lesson shows the figure {name}.",
                f"Write in a lesson: /// figure | {name}",
            )


def _is_broken(course: Course, kind: str, name: str) -> bool:
    """Whether there is a lesson or page of that name of which nothing could be made, which has been told."""
    return f"content/{kind}/{name}.md" in course.broken


def _station_problems(course: Course, sources: Sources) -> Iterator[Problem]:
    """Stations of a map that lead to a lesson that is not built."""
    lessons = {lesson.slug for lesson in course.lessons}
    for name, figure in course.figures.items():
        path = f"content/figures/{name}.yml"
        for station in figure.spec.field.stations if isinstance(figure.spec, PathwayFigure) else ():
            if station.lesson is not None and station.lesson not in lessons and not _is_broken(course, "lessons", station.lesson):
                yield Problem(
                    sources.texts[path].find(f"lesson: {station.lesson}"),
                    "link-dead",
                    f"There is no lesson “{station.lesson}”.",
                    _nearest(station.lesson, lessons, "Name a lesson of content/site.yml"),
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
                if name not in ids and not course.may_be_in_broken(f"misconception | {name}"):
                    yield Problem(
                        quiz.place,
                        "misconception-unknown",
                        f"No lesson refutes a misconception “{name}”.",
                        _nearest(name, ids, f"Write a block: /// misconception | {name}"),
                    )


def _use_problems(course: Course) -> Iterator[Problem]:
    cited = {key for page in course.texts for key in page.citations}
    cited |= {key for figure in course.figures.values() for key in figure.citations} | set(course.terms.citations)
    cited |= {key for model in course.models.values() for key in model.citations}
    cited |= set(course.claims.citations if course.claims else ())
    for key, reference in course.references.entries.items():
        if key not in cited and not course.may_be_in_broken(key):
            yield Problem(
                reference.place, "reference-unused", f"Nothing cites {key}.", f"Cite it as [@{key}], or remove it."
            )
    marked = {name for page in course.texts for name in page.terms} | set(course.terms.terms_used)
    marked |= set(course.claims.terms if course.claims else ())
    for name, term in course.terms.entries.items():
        if name not in marked and not course.may_be_in_broken(term.name):
            yield Problem(
                term.place,
                "term-unused",
                f"No text marks the term “{term.name}”.",
                f"Mark it where it is first used: [[{term.name}]]",
            )


def _link_problems(course: Course, memory: Memory) -> Iterator[Problem]:
    links = {page.path: page.links for page in course.texts}
    links |= {GLOSSARY_PATH: course.terms.links, CLAIMS_PATH: course.claims.links if course.claims else ()}
    for path, each in links.items():
        # Links to sections depend on other lessons; all others only on what there is.
        key = ("links", course.made_of[path], course.places, course.states)
        problems, to_sections = memory.of(key, partial(_dead_links, course, path, each))
        yield from problems
        yield from filter(None, (_link_problem(course, path, link) for link in to_sections))


def _dead_links(course: Course, path: str, links: Iterable[Link]) -> tuple[tuple[Problem, ...], tuple[Link, ...]]:
    """The problems of `links` in the file `path` that do not lead to sections, and those that do."""
    to_sections = tuple(link for link in links if "#" in link.href)
    whole = (link for link in links if "#" not in link.href)
    return tuple(problem for link in whole if (problem := _link_problem(course, path, link))), to_sections


def _link_problem(course: Course, path: str, link: Link) -> Problem | None:
    found = resolve(course, path, link.href)
    if isinstance(found, Wrong):
        if _target_of(path, link.href) in course.broken:
            return None
        if link.image and found.rule != "image-missing":
            remedy = "Put it into content/images/ and write ![…](../images/NAME)."
            return Problem(link.place, "image-missing", f"“{link.href}” names no image of the site.", remedy)
        return Problem(link.place, found.rule, found.message, found.remedy)
    if link.image and posixpath.normpath(posixpath.join(posixpath.dirname(path), link.href)) not in course.images:
        said = f"“{link.href}” is a page, not an image."
        return Problem(link.place, "image-missing", said, "Name a file of content/images/, or take away the “!”.")
    return None


def _target_of(path: str, href: str) -> str:
    """The source that `href` in the file `path` names, whether it is there or not."""
    if href.startswith("figure:"):
        return f"content/figures/{href.removeprefix('figure:').partition('?')[0]}.yml"
    if href.startswith("term:"):
        return GLOSSARY_PATH
    return _path_from(path, href.partition("#")[0])


def _nearest(name: str, known: Iterable[str], otherwise: str) -> str:
    """A remedy that names the likeliest of `known`."""
    near = difflib.get_close_matches(name, list(known), 1)
    return f"Did you mean “{near[0]}”?" if near else f"{otherwise}."


# Links


@dataclass(frozen=True)
class Wrong:
    """Why a link leads nowhere."""

    rule: str
    message: str
    remedy: str


def resolve(course: Course, source: str, href: str) -> str | Wrong:
    """`href` as an author writes it in the file `source`, as the built page needs it; or why it leads nowhere.

    `cd4-expansion.md#peak` becomes `../cd4-expansion/index.html#peak`; `term:antigen` leads to the glossary, `#ref-KEY` to
    the sources; `../images/x.png` to the copied image; `figure:cd4-expansion?at=9.5` to that state of the figure, on this
    page if it is shown here, otherwise on its own; `https:` and `mailto:` stay as they are.
    """
    if re.match(r"(https?://|mailto:)", href):
        return href
    here = course.targets[source].address
    if href.startswith("term:"):
        return relative(f"{GLOSSARY}#{href.removeprefix('term:')}", here)
    if href.startswith("figure:"):
        return _resolve_state(course, source, here, href.removeprefix("figure:"))
    if href.startswith("#ref-") and source == GLOSSARY_PATH:
        return relative(REFERENCES, here) + href
    if ":" in href.split("/")[0] or href.startswith("/"):
        return Wrong(
            "link-scheme",
            f"The link “{href}” is neither inside the site nor a web address.",
            "Write a path like cd4-expansion.md, figure:NAME, or an address that begins with https://",
        )
    return _resolve_path(course, source, href)


def _resolve_state(course: Course, source: str, here: str, wanted: str) -> str | Wrong:
    name, _, query = wanted.partition("?")
    figure = course.figures.get(name)
    if figure is None:
        remedy = _nearest(name, course.figures, "Name a file of content/figures/ without its .yml")
        return Wrong("figure-unknown", f"There is no figure “{name}” that can be shown.", remedy)
    fragment = state_fragment(figure, query)
    if isinstance(fragment, NoState):
        return Wrong("figure-state", fragment.message, fragment.remedy)
    shown = any(lesson.path == source for lesson in course.shown_in.get(name, ()))
    return f"#{fragment}" if shown else relative(f"{figure_address(name)}#{fragment}", here)


def models_on(course: Course, lesson: Lesson) -> list[str]:
    """The models of the figures on the page of `lesson`."""
    shown = [course.figures[part.name] for part in lesson.parts if isinstance(part, FigureUse)]
    return sorted({figure.model for figure in shown if figure.model})


def _resolve_path(course: Course, source: str, href: str) -> str | Wrong:
    pages = course.targets
    path, _, anchor = href.partition("#")
    here = pages[source].address
    target = _path_from(source, path) if path else source
    if target in course.images:
        return relative(target.removeprefix("content/"), here)
    if target not in pages:
        return _leads_nowhere(
            course, href, target, [posixpath.relpath(page, posixpath.dirname(source)) for page in pages]
        )
    anchors = pages[target].anchors if anchor else set()
    if anchor and anchor not in anchors:
        return Wrong(
            "anchor-dead",
            f"There is no “#{anchor}” on the page of {target}.",
            _nearest(anchor, anchors, "Name a heading, a figure or a term of that page"),
        )
    return (relative(pages[target].address, here) if path else "") + (f"#{anchor}" if anchor else "")


@lru_cache(10_000)
def _path_from(source: str, path: str) -> str:
    """`path` as it is written in the file `source`, from the top of the site's folder."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(source), path))


def _leads_nowhere(course: Course, href: str, target: str, pages: list[str]) -> Wrong:
    if target.startswith("content/images/") and posixpath.splitext(target)[1].lower() not in IMAGE_SUFFIXES:
        said = f"{posixpath.basename(target)} is of no kind that browsers show as an image."
        return Wrong("image-missing", said, "Save it as PNG, JPEG, WebP, AVIF or GIF.")
    if target.startswith("content/images/"):
        return Wrong(
            "image-missing",
            f"There is no image {target}.",
            _nearest(target, course.images, "Put the file there, or mend the name"),
        )
    if target in course.made_of:  # a lesson or a page: of these alone there may be one that is not listed
        return Wrong(
            "link-dead",
            f"{target} has no page: content/site.yml does not list it.",
            f"Add “- {_stem(target)}” under {target.split('/')[1]}, or mend the link.",
        )
    if re.match(r"www\.|[\w-]+\.(org|com|net|edu|gov|int|eu|de|uk)(/|$)", href):
        return Wrong("link-dead", f"The link “{href}” leads to no page.", f"Write https://{href} for a place on the web.")
    return Wrong(
        "link-dead",
        f"The link “{href}” leads to no page.",
        _nearest(href.partition("#")[0], pages, "Name a lesson's file, such as cd4-expansion.md"),
    )


@dataclass(frozen=True)
class Target:
    """A page that links may lead to: its output path, and what gives the identifiers on it."""

    address: str
    find_anchors: Callable[[], set[str]]

    @cached_property
    def anchors(self) -> set[str]:
        return self.find_anchors()


def _targets(course: Course) -> dict[str, Target]:
    lessons = {
        lesson.path: Target(lesson_address(lesson.slug), partial(anchors_of, lesson)) for lesson in course.lessons
    }
    pages = {page.path: Target(page_address(page.slug), partial(_page_anchors, page)) for page in course.pages}
    claims = {CLAIMS_PATH: Target(CLAIMS, partial(_claim_anchors, course.claims))} if course.claims else {}
    models = {model.card_file.path: Target(model_address(name), set) for name, model in course.models.items()}
    figures = {
        figure.path: Target(figure_address(name), partial(_figure_anchors, figure))
        for name, figure in course.figures.items()
    }
    return (
        lessons
        | pages
        | claims
        | models
        | figures
        | {
            GLOSSARY_PATH: Target(GLOSSARY, lambda: set(course.terms.entries)),
            REFERENCES_PATH: Target(REFERENCES, lambda: {f"ref-{key}" for key in course.references.entries}),
        }
    )


def anchors_of(lesson: Lesson) -> set[str]:
    """Every identifier on the page of `lesson` that a link may lead to."""
    headings = _heading_anchors(lesson)
    figures = {f"figure-{part.name}" for part in lesson.parts if isinstance(part, FigureUse)}
    misconceptions = {f"misconception-{name}" for name in lesson.misconceptions}
    return (
        headings
        | figures
        | misconceptions
        | {f"ref-{key}" for key in lesson.citations}
        | {"main", "references"}
        | _footnotes(part.html for part in lesson.parts if isinstance(part, Prose))
    )


def _page_anchors(page: PlainPage) -> set[str]:
    return _heading_anchors(page) | {f"ref-{key}" for key in page.citations} | {"main"} | _footnotes([page.html])


def _claim_anchors(claims: Claims) -> set[str]:
    return {f"claim-{claim.entry.id}" for claim in claims.all} | {f"ref-{key}" for key in claims.citations} | {"main"}


def _heading_anchors(page: Lesson | PlainPage) -> set[str]:
    return {heading.id for heading in page.headings}


def _figure_anchors(figure: Figure) -> set[str]:
    return {f"figure-{figure.name}", "main", "references", *(f"ref-{key}" for key in figure.citations)}


def _footnotes(fragments: Iterable[str]) -> set[str]:
    return set(re.findall(r'\bid="(fn[^"]*)"', "".join(fragments)))


def with_links(course: Course, source: str, fragment: str, page: str | None = None) -> str:
    """`fragment`, written in the file `source`, with every address in it as the built page needs it.

    `page` is the output path of that page, if it is not the one that is made of `source`.
    """

    def replace(match: re.Match[str]) -> str:
        found = resolve(course, source, html.unescape(match[2]))
        if isinstance(found, Wrong):
            return match[0]
        found = found if page is None else _moved(found, course.targets[source].address, page)
        return f'{match[1]}="{html.escape(found)}"'

    linked = _LINK.sub(replace, fragment)
    return with_sizes(linked, page or course.targets[source].address, course.image_sizes) if course.images else linked


def _moved(address: str, page: str, other: str) -> str:
    """`address` as it is written on `page`, as it has to be written on the page `other`."""
    if re.match(r"(https?://|mailto:)", address):
        return address
    path, mark, fragment = address.partition("#")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
    return relative(target, other) + mark + fragment


def misconception_address(course: Course, lesson: Lesson, name: str) -> str:
    """Where the misconception `name` is refuted, as a link on the page of `lesson`."""
    home = course.refuted_in[name]
    page = "" if home is lesson else relative(lesson_address(home.slug), lesson_address(lesson.slug))
    return f"{page}#misconception-{name}"
