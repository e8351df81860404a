"""The glossary: one definition list, each term once, every fault with its line."""

from __future__ import annotations

import pytest
from lesson_case import references

from il2site.lesson.glossary import Terms, parse_glossary
from il2site.problem import Problem
from il2site.text import SourceFile

GOOD = """---
title: Words
---
Every word *once*.

Dwell time
Residence time
:   How long a receptor holds on [@mckeithan1995]. See [[antigen]].

    A second paragraph with $\\tau$.

Antigen
:   What is seen,
    again and again.
"""


def parse(text: str) -> tuple[Terms, list[Problem]]:
    checked = parse_glossary(SourceFile("content/glossary.md", text), references())
    assert checked.value is not None
    return checked.value, list(checked.problems)


def test_every_term_has_an_id_a_name_html_plain_words_and_a_place() -> None:
    terms, problems = parse(GOOD)
    assert problems == []
    assert list(terms.entries) == ["dwell-time", "antigen"]
    dwell, antigen = terms.entries.values()
    assert (dwell.name, dwell.names, dwell.place.line) == ("Dwell time", ("Dwell time", "Residence time"), 6)
    assert (
        '<a class="citation" href="#ref-mckeithan1995">' in dwell.html
        and '<a class="term" href="term:antigen">' in dwell.html
    )
    assert dwell.html.count("<p>") == 2 and "<math>" in dwell.html
    assert (antigen.html, antigen.plain, antigen.place.line) == (
        "What is seen,\nagain and again.",
        "What is seen, again and again.",
        12,
    )


def test_the_glossary_knows_its_title_its_introduction_and_what_it_refers_to() -> None:
    terms, _ = parse(GOOD)
    assert (terms.title, terms.intro.strip()) == ("Words", "<p>Every word <em>once</em>.</p>")
    assert (terms.citations, terms.terms_used) == (("mckeithan1995",), ("antigen",))
    assert terms.ids == {"dwell-time": "dwell-time", "residence-time": "dwell-time", "antigen": "antigen"}


def test_an_empty_glossary_is_no_fault() -> None:
    assert parse("") == (Terms(), [])


@pytest.mark.fault(29)
@pytest.mark.parametrize(
    ("text", "rule", "line", "words"),
    [
        ("A\n:   b\n\nC\n\nD\n:   e\n", "glossary", 4, '"C"'),
        ("A\n:   b\n\nC\n", "glossary", 4, '"C"'),
        (":   b\n", "glossary", 1, "no term"),
        ("Antigen - what is seen.\n\nT cell - a cell.\n", "glossary", 1, "no term with a definition"),
        ("Antigen:   What is seen.\n", "glossary", 1, "no term with a definition"),
        ("| Antigen | What |\n|---|---|\n| a | b |\n", "glossary", 1, "no term with a definition"),
        ("A\n:   b\n\nB\n:   \n", "glossary", 4, "empty definition"),
        ("A\n:   See [[A]].\n", "glossary", 1, "itself"),
        ("A\n:   b\n\nB\nA\n:   c\n", "term-duplicate", 4, "lines 1 and 4"),
        ("T cell\n:   b\n\nT-cell\n:   c\n", "term-duplicate", 4, "T-cell"),
        ("A\n:   see [[B]]\n", "term-unknown", 2, "B"),
        ("A\n:   x\n    [@no]\n", "citation-missing", 3, "no"),
        ("A\n:   <script>\n", "unsafe-html", 2, "script"),
        ("---\ntitel: x\n---\nA\n:   b\n", "unknown-key", 2, "title"),
        ("---\ntitle: x\n", "front-matter", 1, "closed"),
        ("A\n:   b\n\n    ## C\n", "glossary", 4, "heading"),
    ],
)
def test_a_fault_in_the_glossary_is_answered_with_its_line(text: str, rule: str, line: int, words: str) -> None:
    _, problems = parse(text)
    assert [(p.rule, p.place.line) for p in problems] == [(rule, line)]
    assert words in problems[0].message + problems[0].remedy
