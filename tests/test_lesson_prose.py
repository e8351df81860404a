"""Prose: Markdown with citations, terms, spans and formulas becomes HTML that is safe and says where a slip stands."""

from __future__ import annotations

import re

import pytest
from lesson_case import HEAD, Elements, assert_harmless, fragments, lesson, parse, problem, problems, prose, shown

from il2site.lesson.lesson import Prose
from il2site.lesson.prose import ENTITIES


def paragraph(body: str) -> str:
    """The inside of the only paragraph that a faultless `body` makes."""
    html = prose(body)
    assert html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1, html
    return html[3:-4]


# Notation


def test_a_citation_is_a_link_with_the_label_of_its_source() -> None:
    made = lesson("So it is [@mckeithan1995; @huppa2010, p. 3].\n\nAgain [@mckeithan1995].")
    assert (
        'So it is <span class="citations">(<a class="citation" href="#ref-mckeithan1995">McKeithan 1995</a>; '
        '<a class="citation" href="#ref-huppa2010">Huppa and Davis 2010</a>, p. 3)</span>.'
    ) in shown(made)
    assert made.citations == ("mckeithan1995", "huppa2010")


def test_a_term_links_to_its_definition_under_any_of_its_names() -> None:
    made = lesson("[[Dwell time]], [[longer|residence time]], [[*T* cells|T cell]].")
    assert shown(made) == (
        '<p><a class="term" href="term:dwell-time">Dwell time</a>, <a class="term" href="term:dwell-time">longer</a>, '
        '<a class="term" href="term:t-cell"><em>T</em> cells</a>.</p>'
    )
    assert made.terms == ("dwell-time", "t-cell")


def test_a_term_may_stand_in_a_table() -> None:
    html = prose("| a | b |\n|---|---|\n| [[long\\|dwell time]] | 2 |\n")
    assert '<a class="term" href="term:dwell-time">long</a>' in html


@pytest.mark.parametrize("entity", ENTITIES)
def test_every_entity_can_be_coloured(entity: str) -> None:
    assert paragraph(f"[words]{{{entity}}}") == f'<span class="entity entity-{entity}">words</span>'


@pytest.mark.parametrize("status", ["recalled", "derived", "modelled"])
def test_a_number_can_be_marked_with_its_status(status: str) -> None:
    assert paragraph(f"about [8.7 [@huppa2010]]{{{status}}}").startswith(
        f'about <span class="{status}">8.7 <span class="citations">'
    )


def test_tex_is_set_as_mathml() -> None:
    html = paragraph(r"The rate $k_\text{off} < 1$ is slow.")
    assert (
        '<span class="math"><math><msub><mi>k</mi><mtext>off</mtext></msub><mo>&lt;</mo><mn>1</mn></math></span>'
        in html
    )


@pytest.mark.parametrize(
    "body", ["A\n\n$$\\frac{1}{2}$$\n\nB", "A\n$$\n\\frac{1}{2}\n$$\nB", "A\n\n$$\\frac{1}\n\n{2}$$\nB"]
)
def test_displayed_tex_has_a_box_of_its_own(body: str) -> None:
    html = prose(body)
    assert (
        '<div class="math-block" role="group" tabindex="0" aria-label="Formula"><math display="block"><mfrac>' in html
    )
    assert html.count("<p>") == 2


def test_aligned_equations_need_no_inline_style() -> None:
    html = prose("$$\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}$$")
    assert html.count('<mtd class="align-right">') == 2 and " style=" not in html


@pytest.mark.parametrize("text", ["It costs $5 or US$10.", "$5 and $10 apart", r"\$x\$", "a $ b $ c"])
def test_money_is_not_mathematics(text: str) -> None:
    assert "<math" not in paragraph(text)


@pytest.mark.parametrize(
    "raw", ["[@nobody]", "[[nothing]]", "[x]{what}", "$\\frac{1$", "<script>", "[^9]", "{: onclick=x }"]
)
def test_notation_inside_code_stays_as_it_is(raw: str) -> None:
    shown_text = raw.replace("<", "&lt;").replace(">", "&gt;")
    assert paragraph(f"`{raw}`") == f"<code>{shown_text}</code>"
    assert f"<code>{shown_text}</code></pre>" in prose(f"```\n{raw}\n```")


def test_code_keeps_its_lines_and_names_its_language() -> None:
    html = prose("Text:\n```python\nif x < 1:\n    # no heading\n\n    y()\n```\nMore.")
    assert (
        '<pre tabindex="0"><code class="language-python">if x &lt; 1:\n    # no heading\n\n    y()</code></pre>' in html
    )
    assert "<p>Text:</p>" in html and "<p>More.</p>" in html


@pytest.mark.parametrize(
    ("fence", "language"),
    [('```python title="a.py"', "python"), ("```{r, echo=FALSE}", ""), ("~~~ js onclick=x", "js"), ("```js {1,3}", "js"), ("``` C++", "C++")],
)
def test_what_other_programs_want_of_code_changes_nothing(fence: str, language: str) -> None:
    code = prose(f"{fence}\nx < 1\n{fence[:3]}\n\nText.")
    assert f'<code{f" class={chr(34)}language-{language}{chr(34)}" if language else ""}>x &lt; 1</code></pre>\n<p>Text.</p>' in code


@pytest.mark.parametrize("text", ["f(x)[1] (see there)", "[1] (https://x.org)", "a set {a = b}", "(see [1])", "`code`{x}", "array[i](j)"])
def test_brackets_and_braces_of_other_kinds_are_words(text: str) -> None:
    assert problems(text) == []


def test_a_percent_sign_in_a_formula_is_shown_when_it_is_escaped() -> None:
    assert "%" in paragraph(r"$95\,\%$") and "(x)" in paragraph(r"\(x\)")


@pytest.mark.parametrize("text", ["a\n\n---\n\nb", "| a |\n|---|\n| b |", "a | b\n--- | ---\nc | d", "- a\n---", "---\n---", "```\na\n---\n```"])
def test_dashes_that_are_no_heading_are_not_taken_for_one(text: str) -> None:
    assert "<h2" not in prose(text)


def test_four_spaces_do_not_make_code() -> None:
    assert "<code>" not in prose("Text.\n\n    More text.\n")


def test_markdown_and_its_usual_additions_work() -> None:
    html = prose(
        "**a** *b* CD4^+^ H~2~O ~~no~~\n\n- one\n- two\n\n1. first\n\n> quote\n\n---\n\n"
        "A&nbsp;B &lt; C &amp; D <br> E\n"
    )
    for expected in (
        "<strong>a</strong>",
        "<em>b</em>",
        "CD4<sup>+</sup>",
        "H<sub>2</sub>O",
        "<del>no</del>",
        "<li>two</li>",
        "<ol>",
        "<blockquote>",
        "<hr>",
        "A&nbsp;B &lt; C &amp; D <br>\n E",
    ):
        assert expected in html


LISTS = {
    "two spaces": ("- a\n  - b\n  - c\n- d", "a1 b2 c2 d1"),
    "three spaces": ("1. a\n   - b\n2. d", "a1 b2 d1"),
    "four spaces": ("- a\n    - b\n        - c\n- d", "a1 b2 c3 d1"),
    "brackets": ("1) a\n2) b", "a1 b1"),
    "back by two levels": ("1. a\n    - b\n\n        - c\n2. d", "a1 b2 c3 d1"),
    "back level by level": ("- a\n    - b\n\n        - c\n    - e\n- d", "a1 b2 c3 e2 d1"),
    "with paragraphs": ("- a\n\n  p\n\n  - b\n- c", "a1 p1 b2 c1"),
    "below words": ("p\n- a\n- b", "p0 a1 b1"),
    "numbered below words": ("p\n1. a\n2. b", "p0 a1 b1"),
    "other numbers are words": ("in\n2001. p", "in0 2001.0 p0"),
    "rules are no items": ("* * *\n\n- a\n\n- - -\n\np", "a1 p0"),
    "in a quotation": ("> - a\n>     - b\n> - c", "a1 b2 c1"),
    "in an aside": ("/// aside | t\n- a\n  - b\n///", "t0 a1 b2"),
    "code in an item": ("- a\n\n  ```\n  c\n  ```\n\n- b", "a1 c1 b1"),
}


@pytest.mark.parametrize("name", LISTS)
def test_lists_are_nested_as_they_are_indented(name: str) -> None:
    body, outline = LISTS[name]
    depth, words = 0, []
    for piece in re.findall(r"<[^>]*>|[^<>\s]+", html := prose(body)):
        depth += {"<ul>": 1, "<ol>": 1, "</ul>": -1, "</ol>": -1}.get(piece, 0)
        words += [] if piece[0] == "<" else [f"{piece}{depth}"]
    assert " ".join(words) == outline, html


def test_a_term_with_its_definitions_is_a_list_of_both() -> None:
    html = prose("Kd\n:   At half.\n:   In *nM*.\n\nTau\n:   A time.\n")
    assert "<dl>" in html and html.count("<dt>") == 2 and "<dd>In <em>nM</em>.</dd>" in html


@pytest.mark.fault(30)
def test_template_braces_are_ordinary_text() -> None:
    assert paragraph("{{ site.title }} {% raw %}") == "{{ site.title }} {% raw %}"


def test_a_table_scrolls_in_a_box_named_by_its_heads() -> None:
    html = prose("| Dose | Response |\n|:-----|---------:|\n| 1 | 2 |\n")
    assert '<div aria-label="Table: Dose, Response" class="table-scroll" role="region" tabindex="0">' in html
    assert '<th class="align-right" scope="col">Response</th>' in html and '<td class="align-right">2</td>' in html


@pytest.mark.parametrize(
    ("table", "line", "message"),
    [
        ("| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 | 5 |\n", 4, "3 cells, its head 2"),
        ("| a | b |\n|---|---|\n| $p(a|b)$ | 2 |\n", 3, "in a formula ends its cell"),
        ("| a | b | c |\n|---|---|---|\n| `x|y` | $p(a|b)$ |\n", 3, "in a formula ends its cell"),
        ("| a | b |\n|---|---|\n| [[longer|dwell time]] | 2 |\n", 3, "3 cells, its head 2"),
        ("Words.\n\n| a | b | c |\n|---|---|\n| 1 | 2 |\n", 3, "3 cells, the line of dashes below it 2"),
    ],
)
def test_what_a_table_would_lose_is_told_with_its_line(table: str, line: int, message: str) -> None:
    assert problems(table) == [("table-row", line)]
    assert message in problem(table).message


def test_a_table_may_hold_dollars_code_and_bars_and_rows_that_are_too_short() -> None:
    html = prose(
        "| a | b |\n|:--|---|\n| $5 | $6 |\n| `x|y` | \\$3 |\n| $a \\vert b$ | [[longer\\|dwell time]] |\n| 4$ |\n"
    )
    assert html.count("<td") == 8 and "<code>x|y</code>" in html and "<math" in html and ">longer</a>" in html


def test_a_box_to_tick_is_one_for_the_reader() -> None:
    html = prose(
        "- [ ] *Wash* hands\n- [x] Read\n\n1. [X] One\n\n    More.\n\n2. \\[ ] Two\n3. [x](https://example.org)\n"
    )
    assert '<li class="task">☐ <em>Wash</em> hands</li>' in html and '<li class="task">☑ Read</li>' in html
    assert "<p>☑ One</p>" in html and "[ ] Two" in html and ">x</a>" in html


def test_footnotes_of_the_whole_lesson_stand_at_its_end() -> None:
    made = lesson(
        "One[^a].\n\n/// quiz\nTwo[^b]?\n\n- [x] a\n    > b\n- [ ] c\n    > d\n///\n\nLast.\n\n"
        "[^a]: First *note*.\n[^b]: Second."
    )
    last = made.parts[-1]
    assert isinstance(last, Prose)
    assert 'id="fn-a"' in last.html and "First <em>note</em>." in last.html
    assert 'href="#fn-b"' in shown(made).split("Last.")[0]


def test_a_link_definition_serves_the_whole_lesson() -> None:
    made = lesson("/// aside | A\n[next][n]\n///\n\n[n]: cd4-expansion.md\n")
    assert '<a href="cd4-expansion.md">next</a>' in shown(made)


# Headings, links, images


def test_headings_have_addresses_and_are_listed() -> None:
    made = lesson("## Who *eats* the signal?\n\n### Part $x$ {#own-id}\n\n## Part two ##\n")
    assert [(h.level, h.id, h.text, h.place.line) for h in made.headings] == [
        (2, "who-eats-the-signal", "Who eats the signal?", 8),
        (3, "own-id", "Part x", 10),
        (2, "part-two", "Part two", 12),
    ]
    assert '<h2 id="who-eats-the-signal">Who <em>eats</em> the signal?</h2>' in shown(made)
    assert '<h3 id="own-id">Part <span class="math">' in shown(made)


def test_a_line_may_begin_with_a_number_sign() -> None:
    assert paragraph("#1 in the list") == "#1 in the list"


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("# Title", 1, "##"),
        ("Words\n-----\n\nText", 2, "##"),
        ("Words\n===\n\nText", 2, "##"),
        ("title: A\nminutes: 3\n---\n\nText", 3, "empty line"),
        ("## A\n\n#### B", 3, "level 4"),
        ("### A", 1, "first ##"),
        ("## A\n\n### A", 3, "line 8"),
        ("## A\n\n## B {#a}", 3, "line 8"),
        ("## A {#A_B}", 1, "hyphens"),
        ("## References", 1, "#references"),
        ("## A {#figure-x}", 1, "#figure-x"),
    ],
)
def test_a_heading_that_does_not_fit_is_answered(body: str, line: int, words: str) -> None:
    assert problems(body) == [("heading", line)]
    assert words in problem(body).message + problem(body).remedy


def test_links_inside_the_site_are_listed_with_their_lines_for_the_site_to_resolve() -> None:
    made = lesson(
        "[a](cd4-expansion.md#peak)\nand [b](../glossary.md#antigen)\n\n[c](#figure-x)\n![d](../images/x.png)"
    )
    assert [(link.href, link.place.line) for link in made.links] == [
        ("cd4-expansion.md#peak", 8),
        ("../glossary.md#antigen", 9),
        ("#figure-x", 11),
        ("../images/x.png", 12),
    ]
    assert '<a href="cd4-expansion.md#peak">a</a>' in shown(made)


def test_links_to_elsewhere_are_marked_and_not_listed() -> None:
    made = lesson("[a](https://example.org/?a=1&b=2) <https://example.org> [m](mailto:a@example.org)")
    assert made.links == ()
    assert '<a class="external" href="https://example.org/?a=1&amp;b=2" rel="noopener">a</a>' in shown(made)


@pytest.mark.fault(20, 28)
@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("[a](javascript:alert(1))", "unsafe-html"),
        ("[a](JaVa&#115;cript:alert(1))", "unsafe-html"),
        ("[a](data:text/html,x)", "unsafe-html"),
        ("[a][b]\n\n[b]: vbscript:x", "unsafe-html"),
        ("[a](ftp://x.org)", "link-scheme"),
        ("[a](//x.org/y)", "link-scheme"),
        ("[a](c:\\x)", "link-scheme"),
        ("[a]()", "link-dead"),
        ("[a][nowhere]", "link-dead"),
        ("[a] (second.md)", "link-dead"),
        ("[a](second.md", "link-dead"),
        ("[a](https://x.org/y", "link-dead"),
        ("(a)[second.md]", "link-dead"),
        ("(a)[https://x.org/y]", "link-dead"),
        ("![a](../images/x.png){width=50%}", "unsafe-html"),
        ("[a](https://x.org){target=_blank}", "unsafe-html"),
        ("[a](https://x.org){.button}", "unsafe-html"),
        ("![](../images/x.png)", "image-alt"),
        ("![a](https://x.org/y.png)", "image-missing"),
        ("![a](data:image/png;base64,x)", "image-missing"),
    ],
)
def test_an_address_that_leads_nowhere_good_is_answered_with_its_line(body: str, rule: str) -> None:
    found = parse(HEAD + "First.\n\n" + body)
    assert [p.rule for p in found.problems] == [rule]
    assert found.problems[0].place.line in (10, 12)
    assert found.value is not None
    assert_harmless(shown(found.value))


# Slips


@pytest.mark.fault(21, 29)
@pytest.mark.parametrize(
    ("body", "rule", "words"),
    [
        ("[@mckeithan1996]", "citation-missing", "[@mckeithan1995]"),
        ("[@]", "citation-missing", ""),
        ("[@huppa2010; huppa]", "citation-missing", "huppa"),
        ("[[dwel time]]", "term-unknown", "[[dwell time]]"),
        ("[[x|nothing]]", "term-unknown", "nothing"),
        ("[x]{il3}", "span-unknown", "{il2}"),
        ("[12]{waived}", "span-unknown", "{waived: the reason}"),
        ("[12]{waived: }", "span-unknown", "{waived: the reason}"),
        ("[12]{derived: by us}", "span-unknown", "{waived: the reason}"),
        ("a[^9]", "footnote", "[^9]"),
        (r"$\frac{1$", "tex", "character 8"),
        (r"$\unknown$", "tex", "unknown"),
        ("$95 %$", "tex", r"\%"),
        (r"\(x^2\)", "tex", "Write $ before"),
        (r"\[E = mc^2\]", "tex", "Write $$ before"),
        (r"$\begin{align} a &= b \end{align}$", "tex", "{aligned}"),
        (r"cost $\alpha", "tex", "closed"),
        (r"$\color{red} x$", "tex", "colours"),
        ("$$\nx", "tex", "closed"),
        ("<b>a", "unsafe-html", "partner"),
        ("<!-- a", "unsafe-html", "<!--"),
    ],
)
def test_a_slip_in_the_notation_is_answered_with_its_line(body: str, rule: str, words: str) -> None:
    text = f"First paragraph with `{body[:8]}` in code.\n\n- item\n\n    Second *line*\n    and {body} here.\n"
    if body.startswith("$$"):
        text = f"a\n\nb\n\nc\n{body}\n"
    assert problems(text) == [(rule, 6)]
    assert words in problem(text).message + problem(text).remedy


def test_the_same_slip_on_two_lines_is_answered_twice() -> None:
    assert problems("a [@no]\n\nb\nc [@no]\n") == [("citation-missing", 1), ("citation-missing", 4)]


@pytest.mark.fault(21)
@pytest.mark.parametrize("depth", [45, 3000])
def test_tex_that_is_nested_too_deep_is_an_error_and_not_a_crash(depth: int) -> None:
    assert problems("$" + "x^{" * depth + "}" * depth + "$") == [("tex", 1)]


@pytest.mark.fault(21)
def test_markup_inside_tex_is_text() -> None:
    html = prose(r"$\text{</mtext></math><script>alert(1)</script>}$")
    assert "script" not in Elements(html).names
    assert "&lt;script&gt;" in html


# HTML that authors may and may not write


def test_harmless_html_is_kept() -> None:
    assert paragraph('<kbd>Ctrl</kbd> <sub lang="en">2</sub> <b>*x*</b> a<BR />b') == (
        '<kbd>Ctrl</kbd> <sub lang="en">2</sub> <b><em>x</em></b> a<br>\nb'
    )


def test_comments_are_left_out() -> None:
    assert paragraph("a <!-- note\nto self --> b") == "a  b"


@pytest.mark.fault(20)
@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=//x></SCRIPT>",
        '<b onclick="x()">a</b>',
        "<svg/onload=alert(1)>",
        '<iframe src="https://x.org"></iframe>',
        '<base href="//x">',
        '<meta http-equiv="refresh">',
        "<form><input></form>",
        "<style>p{}</style>",
        '<p style="x">a</p>',
        '<a href="javascript:x">a</a>',
        "<img src=x onerror=alert(1)>",
        '<i style="color:red">a</i>',
        "<![CDATA[x]]>",
        "<!DOCTYPE html>",
        "<?php x ?>",
        "<details open ontoggle=x>",
        "<math><mi>x</mi></math>",
        "<object data=x></object>",
        "a {: onclick=x }",
    ],
)
def test_other_html_is_reported_with_its_line_and_does_nothing(html: str) -> None:
    made = parse(HEAD + f"First.\n\nSecond {html} end.")
    assert {(p.rule, p.place.line) for p in made.problems} == {("unsafe-html", 10)}
    assert made.value is not None
    assert_harmless(shown(made.value))


def test_html_at_the_beginning_of_a_line_is_reported_too() -> None:
    assert problems("Text.\n\n<div>\n\n<script>\nx\n</script>\n") == [
        ("unsafe-html", 3),
        ("unsafe-html", 5),
        ("unsafe-html", 7),
    ]


def test_comparisons_are_not_html() -> None:
    assert paragraph("a < b and c > d, p<0.05") == "a &lt; b and c &gt; d, p&lt;0.05"


@pytest.mark.parametrize(
    "opening", ["\ue000", "&#57344;", "&#xE000;", "&#0000000057344;", "&#38;#57344;", "&amp;#57344;", "&#57344"]
)
@pytest.mark.parametrize(
    "around", ["{}", "![<p>{}</p>](../images/x.png)", "`{}`", "[a](b.md#{})", "**{}**", "$\\text{{{}}}$", "[{}]{{il2}}"]
)
def test_nothing_an_author_types_is_taken_for_a_mark_of_the_renderer(opening: str, around: str) -> None:
    closing = opening.replace("57344", "57345").replace("E000", "E001").replace("\ue000", "\ue001")
    typed = "\n\n".join(around.format(f"{opening}{kind}0{closing}") for kind in "cmhp")
    made = parse(HEAD + f"Before.\n\n{typed}\n\n/// figure | a\n///\n\nAfter.").value
    assert made is not None
    assert [type(part).__name__ for part in made.parts] == ["Prose", "FigureUse", "Prose"]
    assert not any("\ue000" <= character <= "\ue001" for character in shown(made))
    assert "Before." in fragments(made.parts[0])[0] and fragments(made.parts[2]) == ["<p>After.</p>"]
