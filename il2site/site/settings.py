"""The settings of a site: `content/site.yml`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from il2site.problem import Checked, Problem
from il2site.schema import Field, Strict, Words, parse_yaml, validate
from il2site.site.address import is_web_address
from il2site.text import Place, SourceFile

SETTINGS_PATH = "content/site.yml"


class Limits(Strict):
    """What `il2site check` holds a site to; a limit that is left out is not checked."""

    claim_age: int | None = Field(default=None, ge=1)
    reading_grade: float | None = Field(default=None, gt=0)
    new_terms: int | None = Field(default=None, ge=0)


class Settings(Strict):
    """What holds for the whole site. `lessons` and `pages` name files in `content/lessons/`, in teaching order, and in
    `content/pages/`; `framed_by`: the sites that may show its pages in a frame."""

    title: Words
    description: Words
    intro: str = ""
    language: str = "en"
    author: str = ""
    licence: str = ""
    base_url: str | None = None
    framed_by: tuple[str, ...] = ()
    lessons: tuple[str, ...]
    pages: tuple[str, ...] = ()
    limits: Limits = Field(default_factory=Limits)


def parse_settings(file: SourceFile | None) -> Checked[Settings]:
    if file is None:
        problem = Problem(
            Place(SETTINGS_PATH),
            "nothing-to-build",
            "There is no content/site.yml.",
            "Write one with a title, a description and a list of lessons.",
        )
        return Checked(None, (problem,))
    yaml = parse_yaml(file)
    if yaml.value is None:
        return Checked(None, yaml.problems)
    settings = validate(Settings, yaml.value, file.path)
    return Checked(settings.value, (*yaml.problems, *settings.problems, *_form_problems(settings.value, file)))


_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]+)?")


def _form_problems(settings: Settings | None, file: SourceFile) -> Iterator[Problem]:
    if settings is None:
        return
    if settings.base_url is not None and not is_web_address(settings.base_url):
        said = f"base_url “{settings.base_url}” is not a web address."
        remedy = "Write one such as https://example.org/il2/, or leave it out."
        yield Problem(file.find("base_url"), "value", said, remedy)
    if not _LANGUAGE.fullmatch(settings.language):
        said = f"language “{settings.language}” is no tag of a language."
        yield Problem(file.find("language"), "value", said, "Write one such as en, de or pt-BR.")
    for origin in settings.framed_by:
        if not _ORIGIN.fullmatch(origin):
            said = f"framed_by “{origin}” is not the address of a site."
            remedy = "Write it without a path, such as https://moodle.example.org."
            yield Problem(file.find("framed_by"), "value", said, remedy)
