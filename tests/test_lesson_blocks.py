"""Blocks between lines of slashes: each is understood or answered with its line; none is passed over in silence."""

from __future__ import annotations

import pytest
from lesson_case import lesson, problem, problems, prose, shown

from il2site.lesson.lesson import FigureUse, Prose, Quiz

QUIZ = "/// quiz\nWhy?\n\n- [x] So\n    > Yes.\n- [ ] No\n    > Not so.\n///\n"


def test_a_figure_divides_the_prose_around_it() -> None:
    made = lesson("Before.\n\n/// figure | receptor-triggering\n///\n\nAfter.\n")
    assert [type(part) for part in made.parts] == [Prose, FigureUse, Prose]
    figure = made.parts[1]
    assert isinstance(figure, FigureUse)
    assert (figure.name, figure.caption_html, figure.place.line) == ("receptor-triggering", "", 10)


def test_a_figure_needs_no_empty_lines_around_it() -> None:
    made = lesson("Before.\n/// figure | a\n///\nAfter.")
    assert [type(part) for part in made.parts] == [Prose, FigureUse, Prose]


def test_a_figure_may_have_a_caption_of_its_own() -> None:
    figure = lesson("/// figure | a\nSee *this*.\n///").parts[0]
    assert isinstance(figure, FigureUse)
    assert figure.caption_html == "See <em>this</em>."


def test_a_misconception_is_tagged_as_wrong_before_it_is_read() -> None:
    made = lesson("/// misconception | occupancy\n    claim: More *held* is stronger.\nIt is not.\n///\n")
    html = shown(made)
    assert 'class="misconception"' in html and 'id="misconception-occupancy"' in html
    assert '<span class="misconception-tag">A common mistake</span> More <em>held</em> is stronger.</p>' in html
    assert 'aria-label="A common mistake: More held is stronger."' in html
    assert "<p>It is not.</p>\n</section>" in html
    assert made.misconceptions == ("occupancy",)


def test_an_aside_has_a_title_and_markdown() -> None:
    html = prose("/// aside | For those who want *more*\nText with **weight**.\n\n- one\n- two\n///\n")
    assert '<aside class="aside">\n<p class="aside-title">For those who want <em>more</em></p>' in html
    assert "<strong>weight</strong>" in html and "<li>two</li>" in html


def test_a_figure_inside_a_misconception_leaves_the_section_open_around_it() -> None:
    made = lesson("/// misconception | a\n    claim: Wrong.\nLook:\n\n/// figure | f\n///\n\nSee?\n///\n\nAfter.")
    first, figure, last = made.parts
    assert isinstance(first, Prose) and isinstance(figure, FigureUse) and isinstance(last, Prose)
    assert "<section" in first.html and "</section>" not in first.html
    assert last.html.startswith("<p>See?</p>\n</section>") and last.html.endswith("<p>After.</p>")


@pytest.mark.parametrize(("outer", "inner"), [("///", "///"), ("////", "///"), ("///", "////")])
def test_blocks_nest_with_any_number_of_slashes(outer: str, inner: str) -> None:
    html = prose(f"{outer} misconception | a\n    claim: Wrong.\n{inner} aside | B\nText.\n{inner}\nMore.\n{outer}\n")
    assert (
        html.index("<section")
        < html.index("<aside")
        < html.index("</aside>")
        < html.index("More.")
        < html.index("</section>")
    )


def test_slashes_inside_code_are_code() -> None:
    html = prose("```\n/// quiz\n```\n\nand `/// figure` and http://a///b too.\n")
    assert "<code>/// quiz</code></pre>" in html


@pytest.mark.fault(25)
@pytest.mark.parametrize(
    ("body", "rule", "line", "words"),
    [
        ("Text.\n\n/// admonitio | x\nText\n///\n", "block-unknown", 3, "admonitio"),
        ("/// figre | a\n///\n", "block-unknown", 1, '"figure"'),
        ("/// asid | a\n/// figure | x\n///\n///\n", "block-unknown", 1, '"aside"'),
        ("a\n\n/// usr/bin\n///\n", "block-unknown", 3, "usr/bin"),
        ("- item\n\n    /// figure | a\n", "block-unknown", 3, "left margin"),
        ("> /// figure | a\n", "block-unknown", 1, "left margin"),
        ("/// figure a-name\n///\n", "block-unknown", 1, "/// figure | a-name"),
        ("/// figure: a-name\n///\n", "block-unknown", 1, "/// figure | a-name"),
        ("/// figure ｜ a-name\n///\n", "block-unknown", 1, "/// figure | a-name"),
        ("a\n\n// quiz\nWhy?\n//\n", "block-unknown", 3, "///"),
        ("::: note\nText\n:::\n", "block-unknown", 1, "///"),
        ("::: {.callout-note}\nText\n:::\n", "block-unknown", 1, "///"),
        ("!!! warning\n    Text\n", "block-unknown", 1, "///"),
        ("> [!NOTE]\n> Text\n", "block-unknown", 1, "///"),
        ("/// figure\n///\n", "block-argument", 1, "figure"),
        ("/// aside |\nText\n///\n", "block-argument", 1, "title"),
        ("/// figure | Receptor Triggering\n///\n", "block-argument", 1, "Receptor Triggering"),
        ("/// misconception | A_B\n    claim: x\nText.\n///\n", "block-argument", 1, "A_B"),
        ("/// quiz | name\nWhy?\n\n- [x] a\n    > b\n- [ ] c\n    > d\n///\n", "block-argument", 1, "nothing"),
        ("Text.\n\n///\n", "block-unclosed", 3, "closes nothing"),
        ("Text.\n\n/// aside | A\nText.\n", "block-unclosed", 3, "aside"),
        ("Text.\n\n/// figure | a\nText.\n", "block-unclosed", 3, "figure"),
        ("//// aside | A\nText.\n///\n", "block-unclosed", 3, "began with 4"),
        ("/// figure | a\n    size: big\n///\n", "block-option", 2, "no options"),
        ("/// aside | a\n    x: y\nText\n///\n", "block-option", 2, "no options"),
        ("/// misconception | a\n    clam: x\n    claim: y\nText\n///\n", "block-option", 2, '"claim"'),
        ("/// misconception | a\nText.\n///\n", "block-option", 1, "claim"),
        ("/// misconception | a\n  claim: x\nText.\n///\n", "block-option", 2, "four spaces"),
        ("/// misconception | a\nclaim: x\nText.\n///\n", "block-option", 2, "four spaces"),
        ("/// misconception | a\n\n    claim: x\nText.\n///\n", "block-option", 3, "directly below"),
        ("/// misconception | a\n    claim: [x]\nText.\n///\n", "block-option", 2, "text"),
        ("/// misconception | a\n    claim: IL-2: more\nText.\n///\n", "yaml", 2, '"IL-2: more"'),
        ("Text\n\n```python\nx = 1\n", "block-content", 3, "never closed"),
        ("/// figure | a\n## Heading\n///\n", "block-content", 2, "heading"),
        ("/// aside | a\n" * 4 + "x\n" + "///\n" * 4, "block-content", 4, "nested"),
    ],
)
def test_a_faulty_block_is_answered_once_with_its_line(body: str, rule: str, line: int, words: str) -> None:
    assert problems(body) == [(rule, line)]
    found = problem(body)
    assert words in found.message + found.remedy, found


def test_a_question_that_is_never_closed_does_not_swallow_the_next_block() -> None:
    assert problems("/// quiz\nWhy?\n\n/// figure\n///\n") == [("block-unclosed", 1), ("block-argument", 4)]


def test_the_words_of_an_unclosed_block_are_still_checked() -> None:
    assert problems("/// aside | A\n\nSee [@nobody].\n") == [("block-unclosed", 1), ("citation-missing", 3)]


def test_several_blocks_keep_their_order() -> None:
    made = lesson(f"/// figure | a\n///\n{QUIZ}/// figure | b\n///\nEnd.")
    assert [type(part) for part in made.parts] == [FigureUse, Quiz, FigureUse, Prose]
