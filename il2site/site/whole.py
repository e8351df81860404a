"""Every file of the built site: pages, assets, images, downloads, and the files for machines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from il2site.files import Files
from il2site.memory import Key, Memory
from il2site.problem import Checked
from il2site.site.address import (
    BILL,
    CLAIMS,
    ENTRIES,
    FEED,
    FIGURES,
    GLOSSARY,
    HOME,
    MODELS,
    REFERENCES,
    REVIEW,
    ROBOTS,
    SITEMAP,
    TEACHERS,
    WORKER,
    figure_address,
    lesson_address,
    page_address,
    teacher_address,
)
from il2site.site.assets import gather_assets
from il2site.site.bill import bill_of_materials
from il2site.site.course import Course
from il2site.site.feeds import feed, robots, sitemap, worker
from il2site.site.hosting import hosting_files
from il2site.site.page import Look, render_pages
from il2site.site.picture import pictures
from il2site.site.search import search_entries, search_script
from il2site.site.weight import weight_problems
from il2site.source import Sources

if TYPE_CHECKING:
    from il2site.site.model_page import ModelPage

__all__ = ["Look", "site_files"]


def site_files(course: Course, sources: Sources, look: Look, memory: Memory) -> Checked[Files]:
    """Output path to bytes of everything that the site of `course` consists of."""
    models, scripts = _models(course, sources, memory) if course.models else ({}, {})
    found = search_entries(course, models, memory)
    assets = gather_assets(sources.assets, scripts, memory)
    pages = render_pages(course, models, found, assets, sources.templates, look, memory)
    images = {path.removeprefix("content/"): data for path, data in course.images.items()}
    downloads = {path: data for model in models.values() for path, data in model.files.items()}
    machines = {
        SITEMAP: sitemap(_described(course, models), look.base_url),
        ROBOTS: robots(look.base_url),
        ENTRIES: search_script(found),
    }
    feeds = {FEED: feed(course, look.base_url)} if look.base_url else {}
    # A picture is asked for by its whole address, so that there is no use of one without a base URL.
    shared = pictures(course, sources.assets, memory) if look.base_url and not look.live_reload else {}
    made = {**assets.files, **images, **downloads, **machines, **feeds, **shared}
    files = Files.of(made).with_contents(pages.contents)
    heavy = () if pages.problems else tuple(weight_problems(course, assets, pages.weights, memory))
    files = files.with_file(WORKER, worker(assets.worker, files))
    # A preview is never put on a server.
    if not look.live_reload:
        files = files.with_file(BILL, bill_of_materials(course.settings.title, sources.assets))
        told = hosting_files(list(files), look.base_url, course.settings.framed_by)
        files = files.with_contents(Files.of(told).contents)
    return Checked(files, (*pages.problems, *heavy))


def _models(
    course: Course, sources: Sources, memory: Memory
) -> tuple[dict[str, ModelPage], dict[str, str]]:
    """The page and the script of every model by its name."""
    # A site without models needs none of the libraries that run them.
    from il2site.model.printer.javascript import javascript
    from il2site.site.model_page import model_pages

    specs = (figure.spec for figure in course.figures.values() if figure.spec)
    stochastic = {spec.model for spec in specs if spec.run.method == "ssa"}
    keys: dict[str, Key] = {
        name: ("script", sources.texts[model.path], name in stochastic) for name, model in course.models.items()
    }
    scripts = memory.each(keys, lambda name: javascript(course.models[name].network, name in stochastic))
    return model_pages(course, memory), scripts


def _described(course: Course, models: Mapping[str, ModelPage]) -> list[str]:
    """The pages that a search engine is told of."""
    lessons = (lesson_address(lesson.slug) for lesson in course.lessons)
    figures = (FIGURES, *map(figure_address, course.figures)) if course.figures else ()
    described = (MODELS, *(model.address for model in models.values())) if models else ()
    checked = (CLAIMS,) if course.claims else ()
    taught = (TEACHERS, *(teacher_address(lesson.slug) for lesson in course.lessons))
    own = (page_address(page.slug) for page in course.pages)
    return [HOME, *lessons, *figures, *described, GLOSSARY, REFERENCES, REVIEW, *checked, *taught, *own]
