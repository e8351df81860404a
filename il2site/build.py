"""From sources to a site: a pure function. Nothing here touches the disk, the clock or the network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from il2site.memory import Memory
from il2site.model.printer.javascript import javascript
from il2site.problem import Problem, errors
from il2site.site.address import GLOSSARY, HOME, MODELS, REFERENCES, SITEMAP, lesson_address
from il2site.site.assets import gather_assets
from il2site.site.course import Course, assemble
from il2site.site.feeds import sitemap
from il2site.site.model_page import model_pages
from il2site.site.page import Look, render_pages
from il2site.source import Sources


@dataclass(frozen=True, slots=True)
class Options:
    """What may differ between two builds of the same sources. `strict` makes warnings stop the build."""

    base_url: str | None = None
    live_reload: bool = False
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Built:
    """A site: output path to bytes, and what is wrong with its sources. `files` is empty when something stops the build."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def build(
    sources: Sources,
    options: Options,
    earlier: tuple[Problem, ...] = (),
    tell: Callable[[str], None] = lambda step: None,
    memory: Memory | None = None,
) -> Built:
    """The site of `sources`. `earlier`: the problems that reading them found; `tell` hears each step as it begins.

    `memory` spares a series of builds what has not changed between them; the result is the same without it.
    """
    memory = memory or Memory()
    built = _build(sources, options, earlier, tell, memory)
    memory.end_build()
    return built


def _build(
    sources: Sources, options: Options, earlier: tuple[Problem, ...], tell: Callable[[str], None], memory: Memory
) -> Built:
    tell("Reading lessons, models and figures")
    course = assemble(sources, memory)
    problems = (*earlier, *course.problems)
    if course.value is None or errors(problems, options.strict):
        return Built({}, _sorted(problems))
    tell("Setting pages")
    files = _files(course.value, sources, options, memory)
    problems = (*problems, *files.problems)
    return Built({} if errors(problems, options.strict) else files.files, _sorted(problems))


def _sorted(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    return tuple(sorted(set(problems)))


def _files(course: Course, sources: Sources, options: Options, memory: Memory) -> Built:
    scripts = {
        name: memory.of(("script", sources.texts[model.path]), partial(javascript, model.network))
        for name, model in course.models.items()
    }
    assets = gather_assets(sources.assets, scripts)
    base_url = options.base_url or course.settings.base_url
    models = model_pages(course, memory)
    pages = render_pages(course, models, assets, sources.templates, Look(base_url, options.live_reload), memory)
    images = {path.removeprefix("content/"): data for path, data in course.images.items()}
    downloads = {path: data for model in models.values() for path, data in model.files.items()}
    lessons = (lesson_address(lesson.slug) for lesson in course.lessons)
    described = (MODELS, *(model.address for model in models.values())) if models else ()
    site_map = {SITEMAP: sitemap([HOME, *lessons, *described, GLOSSARY, REFERENCES], base_url)}
    files = {**assets.files, **images, **downloads, **(pages.value or {}), **site_map}
    return Built(dict(sorted(files.items())), pages.problems)
