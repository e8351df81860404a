"""What the tests of lessons share: a small course to parse against, and short ways to look at the outcome."""

from __future__ import annotations

from html.parser import HTMLParser

from il2site.lesson.citation import References, parse_references
from il2site.lesson.glossary import Terms, parse_glossary
from il2site.lesson.lesson import Choice, FigureUse, Lesson, Part, Predict, Prose, Quiz, parse_lesson
from il2site.problem import RULES, Checked, Problem
from il2site.text import SourceFile

HEAD = """---
title: How an antigen receptor decides
asks: How long is long enough?
objectives: [Explain dwell time]
minutes: 12
reviewed: 2026-11-22
---
"""
BODY_LINE = HEAD.count("\n") + 1
"""The line of the file on which the body begins."""

REFERENCES = """[
 {"id": "mckeithan1995", "type": "article-journal", "title": "Proofreading", "author": [{"family": "McKeithan"}],
  "issued": {"date-parts": [[1995]]}},
 {"id": "huppa2010", "type": "article-journal", "title": "TCR", "author": [{"family": "Huppa"}, {"family": "Davis"}],
  "issued": {"date-parts": [[2010]]}}
]"""
GLOSSARY = "Dwell time\nResidence time\n:   How long.\n\nAntigen\n:   What is seen.\n\nT cell\n:   A cell.\n"


def references() -> References:
    value = parse_references(SourceFile("content/references.json", REFERENCES)).value
    assert value is not None
    return value


def terms() -> Terms:
    value = parse_glossary(SourceFile("content/glossary.md", GLOSSARY), references()).value
    assert value is not None
    return value


def parse(text: str) -> Checked[Lesson]:
    """The lesson whose whole file is `text`."""
    checked = parse_lesson(SourceFile("content/lessons/receptor.md", text), references(), terms())
    assert all(problem.rule in RULES and problem.message and problem.remedy for problem in checked.problems)
    return checked


def lesson(body: str) -> Lesson:
    """The lesson with a good head and `body`, in which nothing may be wrong."""
    checked = parse(HEAD + body)
    assert checked.problems == () and checked.value is not None, checked.problems
    return checked.value


def problems(body: str) -> list[tuple[str, int]]:
    """Rule and line of everything wrong in `body`, lines counted from 1 within `body`."""
    return [(problem.rule, problem.place.line - BODY_LINE + 1) for problem in parse(HEAD + body).problems]


def problem(body: str) -> Problem:
    """The one thing wrong in `body`."""
    found = parse(HEAD + body).problems
    assert len(found) == 1, found
    return found[0]


def fragments(part: Part) -> list[str]:
    """Every piece of HTML in `part`."""
    match part:
        case Prose():
            return [part.html]
        case FigureUse():
            return [part.caption_html]
        case Quiz():
            return [
                part.question_html,
                *(text for option in part.options for text in (option.html, option.feedback_html)),
            ]
        case Predict():
            options = part.asks.options if isinstance(part.asks, Choice) else ()
            return [part.ask_html, part.explanation_html, *(text for _, text in options)]


def shown(made: Lesson) -> str:
    """All HTML of a lesson in order."""
    return "\n".join(fragment for part in made.parts for fragment in fragments(part))


def prose(body: str) -> str:
    """The HTML of a faultless `body`."""
    return shown(lesson(body))


class Elements(HTMLParser):
    """The elements and attributes that a browser would make of a fragment."""

    def __init__(self, fragment: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(fragment)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    @property
    def names(self) -> set[str]:
        return {name for name, _ in self.found}


def assert_harmless(fragment: str) -> None:
    """Nothing in `fragment` runs, frames, posts or styles anything."""
    for name, attributes in Elements(fragment).found:
        assert name not in {
            "script",
            "style",
            "iframe",
            "object",
            "embed",
            "form",
            "base",
            "meta",
            "link",
            "svg",
            "input",
        }, fragment
        for attribute, value in attributes.items():
            assert not attribute.startswith("on") and attribute not in {"style", "srcdoc", "formaction"}, fragment
            assert not (value or "").strip().lower().startswith(("javascript:", "data:", "vbscript:")), fragment
