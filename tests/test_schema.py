"""What the reader of YAML settings promises to the person who writes them."""

from __future__ import annotations

import re
import resource
import time
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field

from il2site import schema
from il2site.problem import RULES, Problem
from il2site.schema import Strict, Words, Yaml, parse_yaml, validate
from il2site.text import SourceFile

ROOT = Path(__file__).resolve().parent.parent


class Line(Strict):
    show: str
    dash: Literal["solid", "dot"] = "solid"


class Panel(Strict):
    label: str
    lines: tuple[Line, ...] = ()
    height: float = Field(default=1.0, gt=0)


class Settings(Strict):
    title: str
    minutes: int = 1
    draft: bool = False
    panels: tuple[Panel, ...] = ()
    set: dict[str, float] = Field(default_factory=dict)


def read(text: str, offset: int = 0) -> Yaml:
    checked = parse_yaml(SourceFile("content/x.yml", text), offset, text)
    assert checked.problems == () and checked.value is not None
    return checked.value


def only(problems: tuple[Problem, ...]) -> Problem:
    assert len(problems) == 1, problems
    assert problems[0].rule in RULES
    return problems[0]


def fault(text: str) -> Problem:
    return only(parse_yaml(SourceFile("content/x.yml", text)).problems)


def misfits(text: str, model: type[Strict] = Settings) -> tuple[Problem, ...]:
    return validate(model, read(text), "content/x.yml").problems


@pytest.mark.fault(3)
@pytest.mark.parametrize("word", ["no", "yes", "on", "off", "True", "2026-11-22", "1:30", "0x1F", "1_000"])
def test_words_that_other_yaml_dialects_convert_stay_text(word: str) -> None:
    assert read(f"a: {word}\n").value == {"a": word}


def test_numbers_booleans_and_nothing_are_read_as_such() -> None:
    text = "a: 12\nb: -1.5e-3\nc: true\nd: false\ne: null\nf:\ng: .5\nh: '1'\n"
    assert read(text).value == {"a": 12, "b": -0.0015, "c": True, "d": False, "e": None, "f": None, "g": 0.5, "h": "1"}


def test_keys_are_always_text() -> None:
    assert read("{1: a, true: b}").value == {"1": "a", "true": "b"}


def test_every_key_knows_its_line_in_the_file() -> None:
    yaml = read("title: A\npanels:\n  - label: x\n    lines:\n      - {show: y}\n", offset=10)
    assert yaml.lines[("title",)] == 11
    assert yaml.lines[("panels", 0, "lines", 0, "show")] == 15
    assert yaml.line(("panels", 0, "lines", 0, "missing")) == 15
    assert yaml.line(("absent",)) == 11


@pytest.mark.fault(6)
def test_a_title_with_a_colon_is_answered_with_its_quoted_form() -> None:
    problem = fault("lang: en\ntitle: IL-2: a signal\n")
    assert (problem.rule, problem.place.line) == ("yaml", 2)
    assert 'title: "IL-2: a signal"' in problem.remedy


@pytest.mark.fault(6)
@pytest.mark.parametrize("value", ["@home", "`code`", "%half"])
def test_a_value_with_a_reserved_first_character_is_answered_with_its_quoted_form(value: str) -> None:
    problem = fault(f"a: 1\nb: {value}\n")
    assert problem.place.line == 2
    assert f'b: "{value}"' in problem.remedy


@pytest.mark.fault(6)
@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ("'It's here'", '"It\'s here"'),
        ('"He said "x""', r'"He said \"x\""'),
        ("[IL-2] a signal", '"[IL-2] a signal"'),
        ("{IL-2} a signal", '"{IL-2} a signal"'),
        ("{{ site.title }}", '"{{ site.title }}"'),
        ("> 5 cells", '"> 5 cells"'),
        ("| x", '"| x"'),
        ("? what", '"? what"'),
        ("*important*", '"*important*"'),
        ("&c", '"&c"'),
        ("!important", '"!important"'),
        (r'"50\% of cells"', r"'50\% of cells'"),
        ("'never closed", "'never closed'"),
        ("Our #1 cytokine", '"Our #1 cytokine"'),
    ],
)
def test_text_that_means_something_in_yaml_is_answered_with_the_form_that_works(written: str, mended: str) -> None:
    problem = only(parse_yaml(SourceFile("content/x.yml", f"asks: Why\ntitle: {written}\nminutes: 3\n")).problems)
    assert (problem.rule, problem.place.line) == ("yaml", 2)
    assert f"title: {mended}" in problem.remedy
    assert read(f"title: {mended}\n").value["title"]


def test_a_comment_is_a_comment() -> None:
    assert read("title: Text   # with a comment\nminutes: 3 #todo\nurl: a#b\nc: '#1' #x\n").value["url"] == "a#b"


@pytest.mark.fault(5)
@pytest.mark.parametrize(
    ("line", "mended"),
    [
        ("title:Second", "title: Second"),
        ("title = Second", "title: Second"),
        ("title:\u00a0Second", "title: Second"),
        ("title：Second", "title: Second"),
        ("of two words", "indent"),
    ],
)
@pytest.mark.parametrize("below", ["asks: What is second?", "minutes: 3", "objectives: [a, b]", 'asks: "What?"'])
def test_a_line_that_is_no_key_with_a_value_is_told_itself_and_not_the_one_below(line: str, mended: str, below: str) -> None:
    problem = fault(f"summary: A\n{line}\n{below}\n")
    assert (problem.rule, problem.place.line) == ("yaml", 2), problem
    assert mended in problem.remedy


@pytest.mark.parametrize(
    "text", ["a: 'x' y\n", "a: [1] 2\n", "a: >x\n", "a\nb: 1\n", "%TAG ! x:\n---\na: 1\n", "a: b: c\n", "a: 'x\n", "a: 1\n b: 2\n", 'a: "\\q"\n']
)
def test_no_problem_speaks_as_a_parser_does(text: str) -> None:
    problem = fault(text)
    assert not re.search("scalar|token|<|block end|document start|expected", problem.message + problem.remedy), problem


def test_an_unclosed_quotation_mark_is_reported_where_it_opens() -> None:
    problem = fault('a: 1\nb: "never closed\nc: 2\nd: 3\n')
    assert problem.place.line == 2
    assert "never closed" in problem.message


def test_a_tab_is_named_as_a_tab() -> None:
    problem = fault("a:\n\t- b\n")
    assert problem.place.line == 2
    assert "tab" in problem.message


@pytest.mark.fault(4)
def test_duplicate_keys_name_both_lines_and_the_rest_is_still_read() -> None:
    checked = parse_yaml(SourceFile("content/x.yml", "title: A\nb: {x: 1}\ntitle: {c: [1, 2]}\nz: 1\n"), 5)
    problem = only(checked.problems)
    assert (problem.rule, problem.place.line) == ("duplicate-key", 8)
    assert "lines 6 and 8" in problem.message
    assert checked.value is not None and checked.value.value == {"title": "A", "b": {"x": 1}, "z": 1}


@pytest.mark.fault(7)
@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system ['true']", "!custom x", "! x", "!!str 1"])
def test_tags_are_refused_and_nothing_is_executed(tag: str) -> None:
    problem = fault(f"a: 1\nb: {tag}\n")
    assert (problem.rule, problem.place.line) == ("yaml", 2)


def test_an_alias_may_save_a_few_words() -> None:
    assert read("a: &x [1, 2]\nb: *x\n").value == {"a": [1, 2], "b": [1, 2]}


BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12))


@pytest.mark.fault(8)
@pytest.mark.parametrize(
    "text", [BOMB, "[" * 2000, "a: " + "{b: " * 2000, "".join(" " * i + "a:\n" for i in range(500))]
)
def test_bombs_are_refused_within_a_second_and_little_memory(text: str) -> None:
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    assert fault(text).rule == "yaml"
    assert time.process_time() - start < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kilobytes


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\n---\nb: 2\n", 2),
        ("---\na: 1\n\n--- # more\nb: 2\n", 4),
        ("? [a]\n: b\n", 1),
        ("a: 1\n: x\n", 2),
        ("a: *nobody\n", 1),
        ("a: [1, 2\nb: 3\n", 2),
        ("a: 1\nb: \x01\n", 2),
        ('a: 1\nb: "\\ud800"\n', 2),
        ('a: "\\ue000p0\\ue001"\n', 1),
        ('a: 1\n"\\x00": 1\n', 2),
        ("%YAML 1.1\n---\na: yes\n", 1),
        ("- a\nb: 1\n", 2),
        ("x" * 400_000, 1),
    ],
)
def test_yaml_that_cannot_be_used_is_a_problem_with_its_line(text: str, line: int) -> None:
    problem = fault(text)
    assert (problem.rule, problem.place.line) == ("yaml", line)
    assert problem.remedy


def test_settings_that_fit_become_a_frozen_object() -> None:
    yaml = read("title: A\npanels: [{label: x, lines: [{show: y, dash: dot}], height: 2}]\nset: {tau: 1}\n")
    value = validate(Settings, yaml, "content/x.yml").value
    assert value is not None
    assert value.panels[0].lines == (Line(show="y", dash="dot"),)
    assert value.set == {"tau": 1.0}
    with pytest.raises(Exception, match="frozen"):
        value.title = "B"  # type: ignore[misc]


@pytest.mark.fault(5)
def test_an_unknown_key_is_answered_with_the_nearest_one_at_that_depth() -> None:
    problems = misfits("title: A\ntitel: B\npanels:\n  - label: x\n    lines:\n      - show: y\n        dahs: dot\n")
    assert [(p.rule, p.place.line) for p in problems] == [("unknown-key", 7), ("unknown-key", 2)]
    assert 'mean "dash"' in problems[0].remedy
    assert 'mean "title"' in problems[1].remedy


def test_a_missing_key_is_reported_at_the_line_of_what_should_hold_it() -> None:
    problem = only(misfits("title: A\npanels:\n  - label: x\n    lines:\n      - {dash: dot}\n"))
    assert (problem.rule, problem.place.line) == ("value", 5)
    assert '"show"' in problem.message and "missing" in problem.message


@pytest.mark.fault(3)
@pytest.mark.parametrize(("raw", "fix"), [("1", '"1"'), ("012", '"012"'), ("true", '"true"'), ("1.50", '"1.50"')])
def test_text_that_looks_like_something_else_is_answered_with_its_quoted_form(raw: str, fix: str) -> None:
    problem = only(misfits(f"minutes: 3\ntitle: {raw}\n"))
    assert (problem.rule, problem.place.line) == ("value", 2)
    assert "must be text" in problem.message
    assert f"title: {fix}" in problem.remedy


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("minutes: soon", "whole number"),
        ("minutes: 1.5", "whole number"),
        ("draft: yes", "true or false"),
        ("panels: x", "list"),
        ("panels: [{label: x, height: 0}]", "above 0"),
        ("panels: [{label: x, height: .inf}]", "finite"),
        ("panels: [x]", "mapping"),
        ("set: [1]", "mapping"),
        ("set: {a: true}", "number"),
        ("minutes:", "whole number"),
        ("panels: [{label: x, lines: [{show: y, dash: wavy}]}]", "'solid' or 'dot'"),
        ("set: {a: " + "9" * 400 + "}", "finite"),
    ],
)
def test_a_value_of_the_wrong_kind_is_told_in_plain_words_with_its_line(line: str, words: str) -> None:
    problem = only(misfits(f"title: A\n{line}\n"))
    assert (problem.rule, problem.place.line) == ("value", 2)
    assert words in problem.message, problem.message
    assert problem.remedy


@pytest.mark.fault(3)
@pytest.mark.parametrize(
    ("text", "line", "message", "remedy"),
    [
        ("title: A\npanels:\n  - label: Explain: why\n", 3, "", 'label: "Explain: why"'),
        ("title: {Explain: why}\n", 1, "must be text", 'title: "Explain: why"'),
        ("title: A\nset: {a: 100_000}\n", 2, "must be a number", "a: 100000"),
        ("title: A\nset: {a: 0,5}\n", 2, "must be a number", "1.5"),
        ("title: A\npanels: [{label: x, height: 0,5}]\n", 2, "not a key", "point"),
    ],
)
def test_what_yaml_takes_for_something_else_is_answered_with_what_was_meant(
    text: str, line: int, message: str, remedy: str
) -> None:
    parsed = parse_yaml(SourceFile("content/x.yml", text))
    found = parsed.problems or misfits(text)
    assert any(p.place.line == line and message in p.message and remedy in p.remedy for p in found), found


class Pair(Strict):
    names: tuple[Words, ...] = Field(min_length=1)
    range: tuple[float, float] | None = None
    word: str = Field(default="", max_length=3)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("names: []\n", "at least 1 item"),
        ("names: [1]\n", "item 1 (in names) must be text"),
        ("names: ['\u200b']\n", "holds no words"),
        ("names: [a]\nrange: [1]\n", "too few items"),
        ("names: [a]\nword: abcd\n", "at most 3 characters"),
    ],
)
def test_a_list_or_a_text_of_the_wrong_length_is_one_problem_that_says_of_what(text: str, said: str) -> None:
    assert said in only(misfits(text, Pair)).message


def test_an_empty_file_says_what_is_missing() -> None:
    assert "title" in only(misfits("")).message


@pytest.mark.fault(42)
def test_settings_that_are_not_a_mapping_are_a_problem() -> None:
    assert "mapping" in only(misfits("- a\n- b\n")).message


FRAGMENTS = st.sampled_from(
    [
        "a",
        "b:",
        " ",
        "\n",
        "  ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        ",",
        '"',
        "'",
        "&x ",
        "*x",
        "!t ",
        "|\n",
        "#",
        "---\n",
        "1",
        ":",
        "? ",
        "\t",
        "%",
        "@",
        "é",
        "\x00",
        "\ud800",
        "\u202e",
        "<<: ",
    ]
)


@pytest.mark.fault(10)
@settings(max_examples=150, deadline=None)
@given(st.lists(FRAGMENTS, max_size=30).map("".join))
def test_any_text_is_read_or_answered_with_a_place(text: str) -> None:
    checked: Any = parse_yaml(SourceFile("content/x.yml", text))
    if checked.value is None:
        assert checked.problems
    else:
        validate(Settings, checked.value, "content/x.yml")
    for problem in checked.problems:
        assert 1 <= problem.place.line <= text.count("\n") + 1


def _read(text: str, *, quick: bool) -> tuple[Any, ...]:
    """Everything that is read of `text`: values, lines (but for those of values that are empty), problems."""
    with pytest.MonkeyPatch.context() as patch:
        if not quick:
            patch.setattr(schema, "_CParser", None)
        checked = parse_yaml(SourceFile("content/x.yml", text))
    if checked.value is None:
        return None, checked.problems
    value, lines = checked.value.value, checked.value.lines
    return repr(value), {path: line for path, line in lines.items() if _at(value, path) is not None}, checked.value.raw, checked.problems


def _at(value: Any, path: tuple[str | int, ...]) -> Any:
    for part in path:
        if not isinstance(value, (dict, list)) or (isinstance(value, dict) and part not in value):
            return None  # below a key that stands twice
        value = value[part]
    return value


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(FRAGMENTS, st.sampled_from(["k: ", "k: v\n", "\n  b: ", "\n- x", "'q' ", "|-\n  x\n", ">\n   y\n", "? k", "\x85", " # c\n", "a b"])), max_size=12).map("".join))
def test_the_quick_parser_reads_what_the_thorough_one_reads(text: str) -> None:
    """PyYAML may be installed without its C library; nothing may depend on that."""
    assert _read(text, quick=True) == _read(text, quick=False)


@pytest.mark.parametrize("path", sorted((ROOT / "content").rglob("*.yml")), ids=lambda path: path.stem)
def test_the_settings_of_the_course_are_read_alike_by_both_parsers(path: Path) -> None:
    assert _read(path.read_text(encoding="utf-8"), quick=True) == _read(path.read_text(encoding="utf-8"), quick=False)
