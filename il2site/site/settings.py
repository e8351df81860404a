"""The settings of a site: `content/site.yml`."""

from __future__ import annotations

from urllib.parse import urlsplit

from il2site.problem import Checked, Problem
from il2site.schema import Strict, parse_yaml, validate
from il2site.text import Place, SourceFile

SETTINGS_PATH = "content/site.yml"


class Settings(Strict):
    """What holds for the whole site. `lessons` are the names of files in `content/lessons/`, in teaching order."""

    title: str
    description: str
    intro: str = ""
    language: str = "en"
    author: str = ""
    licence: str = ""
    base_url: str | None = None
    lessons: tuple[str, ...]


def is_web_address(value: str) -> bool:
    """Whether `value` is an http or https address with a host and without query or fragment."""
    parts = urlsplit(value)
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and not parts.query and not parts.fragment


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
    return Checked(settings.value, (*yaml.problems, *settings.problems, *_address_problems(settings.value, file)))


def _address_problems(settings: Settings | None, file: SourceFile) -> tuple[Problem, ...]:
    if settings is None or settings.base_url is None or is_web_address(settings.base_url):
        return ()
    return (
        Problem(
            file.find("base_url"),
            "value",
            f"base_url “{settings.base_url}” is not a web address.",
            "Write one such as https://example.org/il2/, or leave it out.",
        ),
    )
