"""From sources to a site: a pure function. Nothing here touches the disk, the clock or the network."""

from __future__ import annotations

import datetime
import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING

from il2site.files import Content, Files
from il2site.memory import Memory
from il2site.problem import Problem, errors
from il2site.source import Sources
from il2site.text import SourceFile

if TYPE_CHECKING:
    from il2site.site.course import Course


@dataclass(frozen=True)
class Options:
    """What may differ between two builds of the same sources. `strict` makes warnings stop the build.

    `today`: the day by which it is judged whether claims were checked lately; without one they are not judged.
    """

    base_url: str | None = None
    live_reload: bool = False
    strict: bool = False
    today: datetime.date | None = None


@dataclass(frozen=True)
class Built:
    """A site: output path to bytes, and what is wrong with its sources. `files` is empty when something stops the build."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class _Seal:
    """What is remembered of a whole build: its problems, and what its files would be."""

    digests: Mapping[str, str]
    problems: tuple[Problem, ...]


def build(
    sources: Sources,
    options: Options,
    earlier: tuple[Problem, ...] = (),
    tell: Callable[[str], None] = lambda step: None,
    memory: Memory | None = None,
) -> Built:
    """The site of `sources`. `earlier`: the problems that reading them found; `tell` hears each step as it begins.

    `memory` spares a series of builds what has not changed between them; the result is the same without it. When nothing
    has changed at all, nothing is made until somebody asks for the content of a file.
    """
    with _settled():
        return _remembered(sources, options, earlier, tell, memory or Memory())


@contextmanager
def _settled() -> Iterator[None]:
    """The collector of garbage looks only at what comes from now on: what was there before will still be needed."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _remembered(
    sources: Sources, options: Options, earlier: tuple[Problem, ...], tell: Callable[[str], None], memory: Memory
) -> Built:
    make = cache(partial(_build, sources, options, earlier, tell, memory))
    # A preview never asks for the same sources twice; so there is nothing to be kept of the whole.
    if options.live_reload:
        built = make()
        memory.end_build()
        return built
    key = ("site", sources.digest(), repr(options), earlier)
    seal = memory.of(key, lambda: _Seal(Files.of(make().files).digests(), make().problems))

    def content(path: str) -> bytes:
        return make().files[path]

    memory.end_build()
    return Built(Files({path: Content(d, partial(content, path)) for path, d in seal.digests.items()}), seal.problems)


def get_ready() -> None:
    """Import what a build will need that has a model or a figure to make; one that finds them remembered does without.

    A preview does so when it has nothing else to do, so that the first change is seen as soon as any other.
    """
    from il2site.figure.guess import answer  # noqa: F401
    from il2site.figure.load import load_figure  # noqa: F401
    from il2site.figure.plot import checked
    from il2site.model.card.check import check  # noqa: F401
    from il2site.model.engine.simulate import run
    from il2site.model.sbml import read_network
    from il2site.site.model_page import model_pages  # noqa: F401

    network = read_network(SourceFile("ready.ant", "A -> ; A\nA = 1\nat A < 0.9: A = 0.5")).value
    if network:
        run(network)
    checked([], {})


def _build(
    sources: Sources, options: Options, earlier: tuple[Problem, ...], tell: Callable[[str], None], memory: Memory
) -> Built:
    # Imported when something has to be made: the libraries behind it take longer than a build that finds nothing to do.
    from il2site.site.contrast import contrast_problems
    from il2site.site.course import assemble
    from il2site.site.whole import Look, site_files

    tell("Reading lessons, models and figures")
    course = assemble(sources, memory)
    problems = (*earlier, *course.problems, *_stale(course.value, options.today), *contrast_problems(sources.assets))
    if course.value is None or errors(problems, options.strict):
        return Built({}, _sorted(problems))
    tell("Setting pages")
    look = Look(options.base_url or course.value.settings.base_url, options.live_reload)
    files = site_files(course.value, sources, look, memory)
    problems = (*problems, *files.problems)
    return Built({} if errors(problems, options.strict) else files.value or {}, _sorted(problems))


def _stale(course: Course | None, today: datetime.date | None) -> Iterator[Problem]:
    from il2site.lesson.claims import stale_claims

    days = course.settings.limits.claim_age if course else None
    if course and course.claims and today and days:
        yield from stale_claims(course.claims, today, days)


def _sorted(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    return tuple(sorted(set(problems), key=_order))


def _order(problem: Problem) -> tuple[str, int, str, str, str]:
    return problem.place.path, problem.place.line, problem.rule, problem.message, problem.remedy
