"""A whole lesson: front matter, every fault told in one run, the same outcome every time, no input that breaks it."""

from __future__ import annotations

import datetime
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lesson_case import HEAD, assert_harmless, lesson, parse, references, shown, terms

from il2site.lesson.lesson import parse_lesson
from il2site.text import SourceFile


def test_the_front_matter_is_read_as_written() -> None:
    made = parse(
        HEAD.replace("minutes: 12", "minutes: 12\nsummary: In short.\nfigure: receptor-triggering") + "Two words."
    ).value
    assert made is not None
    assert (made.slug, made.path, made.title) == (
        "receptor",
        "content/lessons/receptor.md",
        "How an antigen receptor decides",
    )
    assert (made.asks, made.objectives, made.minutes) == ("How long is long enough?", ("Explain dwell time",), 12)
    assert (made.reviewed, made.summary, made.figure) == (
        datetime.date(2026, 11, 22),
        "In short.",
        "receptor-triggering",
    )


def test_words_are_counted_without_formulas_and_links_by_their_text() -> None:
    assert lesson("Don't count $x+y+z$ but [this link](a.md), half-hour **bold** ones.").words == 8


@pytest.mark.fault(1, 3, 4, 5, 6, 7)
@pytest.mark.parametrize(
    ("old", "new", "rule", "line", "words"),
    [
        ("title: How an antigen receptor decides", "titel: x", "unknown-key", 2, '"title"'),
        ("title: How an antigen receptor decides", "title: 1", "value", 2, 'title: "1"'),
        ("title: How an antigen receptor decides", "title: IL-2: x", "yaml", 2, 'title: "IL-2: x"'),
        ("title: How an antigen receptor decides", "title: [a", "yaml", 3, "brackets"),
        ("title: How an antigen receptor decides", "title: !!python/name:os.system x", "yaml", 2, "tag"),
        ("minutes: 12", "minutes: 12\ntitle: B", "duplicate-key", 6, "lines 2 and 6"),
        ("minutes: 12", "minutes: long", "value", 5, "whole number"),
        ("minutes: 12", "minutes: 0", "value", 5, "at least 1"),
        ("minutes: 12\n", "", "value", 2, '"minutes"'),
        ("objectives: [Explain dwell time]", "objectives: Explain", "value", 4, "list"),
        ("2026-11-22", "22.11.2026", "value", 6, "2026-11-22"),
        ("2026-11-22", "2026-13-01", "value", 6, "2026-11-22"),
        ("---\ntitle", "----\ntitle", "front-matter", 1, "---"),
        ("reviewed: 2026-11-22\n---", "reviewed: 2026-11-22\n", "front-matter", 1, "never closed"),
    ],
)
def test_a_fault_in_the_front_matter_is_answered_with_its_line(
    old: str, new: str, rule: str, line: int, words: str
) -> None:
    found = parse(HEAD.replace(old, new) + "Text.").problems
    assert (rule, line) in [(p.rule, p.place.line) for p in found], found
    assert any(words in p.message + p.remedy for p in found if p.rule == rule), found


@pytest.mark.fault(11)
def test_an_empty_file_is_answered() -> None:
    found = parse("").problems
    assert [(p.rule, p.place.line) for p in found] == [("front-matter", 1)]
    assert "empty" in found[0].message


@pytest.mark.fault(11)
def test_a_lesson_without_text_is_a_warning() -> None:
    checked = parse(HEAD + "\n \n")
    assert checked.value is not None and checked.value.parts == ()
    assert [(p.rule, p.severity) for p in checked.problems] == [("lesson-empty", "warning")]


FAULTY = """---
titel: A
title: B
asks: C
objectives: [d]
minutes: "5"
reviewed: 2026-11-22
---
# Title

See [@nobody] and [[nothing]] and $\\frac{1$.

/// quizz
Why?
///

```
[@in-code]
```

/// quiz
Why [@noone]?

- [ ] a
    > b
- [ ] c
///

/// aside | A
<script>x</script> [x](javascript:x) ![](a.png) [x]{il3} a[^1]
"""


@pytest.mark.fault(25, 28)
def test_one_run_tells_everything_that_is_wrong() -> None:
    found = parse(FAULTY).problems
    assert [(p.place.line, p.rule) for p in found] == [
        (2, "unknown-key"),
        (6, "value"),
        (9, "heading"),
        (11, "citation-missing"),
        (11, "term-unknown"),
        (11, "tex"),
        (13, "block-unknown"),
        (21, "quiz-answer"),
        (22, "citation-missing"),
        (26, "quiz-feedback"),
        (29, "block-unclosed"),
        (30, "footnote"),
        (30, "image-alt"),
        (30, "span-unknown"),
        (30, "unsafe-html"),
        (30, "unsafe-html"),
    ]
    assert all(p.place.path == "content/lessons/receptor.md" for p in found)


def test_one_lesson_leaves_nothing_behind_for_the_next() -> None:
    body = HEAD + "## A\n\nText[^n] [x][r] $a$ [@huppa2010].\n\n[^n]: Note.\n\n[r]: b.md\n"
    first = parse(body)
    parse(FAULTY)
    assert parse(body) == first
    assert [p.rule for p in parse(HEAD + "Text[^n] and [x][r].").problems] == ["footnote", "link-dead"]


LARGE = {
    "a paragraph of 1 MB": ("word " * 200_000, True),
    "a long paragraph": ("word " * 3_900, False),
    "5,000 headings": ("\n\n".join(f"## H {i}\n\ntext" for i in range(5000)), False),
    "an opened bracket, often": ("![[" * 2000, True),
    "a marked section, often": ("<![" * 2000, True),
    "brackets in brackets": ("[" * 9000 + "]" * 9000, True),
    "links never closed": ("[a](" * 4000, True),
    "lists 200 deep": ("\n".join("    " * i + "- a" for i in range(200)), True),
    "lists 200 deep on a line": ("- " * 200 + "a", True),
    "quotations 200 deep": (">" * 200 + " a", True),
    "lists 19 deep": ("\n".join("    " * i + "- a" for i in range(19)), False),
    "rules without end": ("---\n" * 30_000, True),
    "stars": ("*" * 19_000, False),
    "pairs of stars": ("**a*" * 4500, False),
    "elements never closed": ("<b>" * 6000, True),
    "dollars": ("$x" * 9000, False),
    "many blocks": ("/// aside | x\n" * 3000, True),
    "escapes": ("\\" * 19_000, False),
    "accents": ("`a``" * 4500, False),
    "many fences": ("```\nx\n```\n" * 5000, False),
}


@pytest.mark.fault(41)
@pytest.mark.parametrize("name", LARGE)
def test_a_very_large_or_deep_text_is_built_or_refused_within_ten_seconds(name: str) -> None:
    body, refused = LARGE[name]
    start = time.process_time()
    found = parse(HEAD + body).problems
    assert time.process_time() - start < 10
    assert any(problem.rule in ("too-large", "unsafe-html", "block-unclosed") for problem in found) == refused, found[
        :3
    ]


FRAGMENTS = [
    "word ",
    "\n",
    "\n\n",
    "    ",
    "- ",
    "1. ",
    "> ",
    "## ",
    "# ",
    "|",
    "|a|b|\n|-|-|\n",
    "```",
    "~~~\n",
    "`",
    "``",
    "$",
    "$$",
    "\\",
    "*",
    "**",
    "_",
    "~",
    "^",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    "[[",
    "]]",
    "[@",
    "[@huppa2010]",
    "[[antigen]]",
    "[x]{il2}",
    "{recalled}",
    "[^1]",
    "[^1]: ",
    "[a]: ",
    "[a][a]",
    "](javascript:alert(1))",
    "![",
    "](x.png)",
    "<",
    ">",
    "<script>",
    "</script>",
    "<b onclick=x>",
    "</b>",
    "<b>",
    "<svg/onload=x>",
    "<!--",
    "-->",
    "<![CDATA[",
    "&lt;",
    "&#0;",
    "&#xd800;",
    "&#57344;",
    "\\frac{1}{2}",
    "\\text{</math><script>}",
    "{: onclick=x }",
    "{#id}",
    "\u202e",
    "/// quiz\n",
    "/// figure | a\n",
    "/// predict | a\n",
    "/// misconception | a\n",
    "/// aside | A\n",
    "///\n",
    "////\n",
    "/// ",
    "    ask: x\n",
    "    options: {a: b, c: d}\n",
    "    answer: a\n",
    "    claim: x\n",
    "- [x] a\n",
    "- [ ] b\n",
    "    > c\n",
    "---\n",
    "***\n",
    "\t",
    "\x00",
    "\ud800",
    "\ue000p0\ue001",
    "\ue000c7\ue001",
    "\x02",
    "\x03",
    "\x02klzzwxh:0000\x03",
    "\x0242\x03",
    "é",
    "α",
    "<http://a>",
    "<a@b.c>",
    "https://a.org",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join))
def test_no_text_breaks_the_parser_or_becomes_something_that_runs(body: str) -> None:
    checked = parse_lesson(SourceFile("content/lessons/a.md", HEAD + body), references(), terms())
    last = (HEAD + body).count("\n") + 1
    assert checked.value is not None
    assert_harmless(shown(checked.value))
    assert not any("\ue000" <= character <= "\ue001" for character in shown(checked.value))
    assert all(1 <= problem.place.line <= last for problem in checked.problems)
    assert not any(
        "cannot be read" in problem.message and "Markdown" in problem.message for problem in checked.problems
    ), checked.problems
