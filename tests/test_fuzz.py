"""Whatever is written, reading it ends: with a site in which no script runs but ours, or with problems that can be mended.

Sources are those of the course, cut, mixed and spoilt. `FUZZ=1000 pytest tests/test_fuzz.py` tries a thousand of each kind.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import posixpath
import re
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from conftest import SITES
from figure_tools import FIGURES
from figure_tools import references as figure_references
from figure_tools import texts as figure_texts
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lesson_case import assert_harmless, references, shown, terms
from model_tools import model
from test_build import Elements

from il2site.build import Options, build
from il2site.figure.load import load_figure
from il2site.lesson.citation import parse_references
from il2site.lesson.claims import parse_claims
from il2site.lesson.glossary import parse_glossary
from il2site.lesson.lesson import parse_lesson
from il2site.lesson.plain_page import parse_page
from il2site.model.model import load_model
from il2site.model.sbml import read_network, to_sbml
from il2site.output import OutputRefused, check_paths
from il2site.problem import RULES, Checked, Problem
from il2site.site.page import json_script
from il2site.site.settings import SETTINGS_PATH, parse_settings
from il2site.source import Sources, read_sources
from il2site.text import SourceFile

ROOT = Path(__file__).parents[1]
T = TypeVar("T")
TRIES = int(os.environ.get("FUZZ", "0"))
LONGEST = 30
"""Seconds after which a text of a few thousand characters counts as one that never ends."""


def tries(few: int) -> Callable[[T], T]:
    """How often a test runs: `few` times in a suite, `FUZZ` times by hand."""
    phases = [Phase.explicit, Phase.generate, Phase.shrink]
    return settings(max_examples=TRIES or few, deadline=None, phases=phases, suppress_health_check=[*HealthCheck])


@contextlib.contextmanager
def ends() -> Iterator[None]:
    def stop(number: int, frame: object) -> None:
        raise AssertionError(f"not done after {LONGEST} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(LONGEST)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


# Texts that were spoilt


def content(pattern: str) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted((ROOT / "content").glob(pattern))]


LESSONS = content("lessons/*.md")
HEADS = [text.split("---\n", 2)[1] for text in LESSONS]
PARAGRAPHS = sorted({piece for text in LESSONS for piece in re.split(r"\n\n+", text.split("---\n", 2)[2]) if piece})
HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<b onclick='x'>", "</p></div>",
    "<iframe srcdoc='<script>x</script>'>", "[x](javascript:alert(1))", "[x](JaVa\tscript&colon;x)", "![a](data:text/html,x)",
    "[x]: javascript:x", "[x][x]", "<javascript:x>", "<https://a.b>", "{: onclick=x }", "[a]{.b onclick=c}", "<!--", "-->",
    "<![CDATA[", "<?php", "&#x3c;script&#62;", "&lt;script&gt;", "$\\text{</math><script>x</script>}$", "$\\frac{1$", "$$", "$",
    "\\href{javascript:x}{y}", "$\\class{x}{y}$", "$\\style{x:y}{z}$", "/// quiz\n", "/// figure | cd4-expansion\n", "///\n", "////\n",
    "/// misconception | a\n", "/// aside | <b>\n", "/// predict | cd4-expansion\n", "    ask: x\n", "- [x] a\n    > b\n", "- [ ] c\n",
    "[@", "[@tkach2014]", "[@tkach2014, p. 3; @doe]", "[[", "[[antigen]]", "[[antigen|x]]", "[^a]", "[^a]: b\n", "`", "```\n", "~~~\n", "| a | b |\n|---|\n",
    "![[x]]", "*" * 30, "[" * 40, "(" * 40, "> " * 60, "- " * 60, "#" * 8, "\t", " " * 9, "\n\n", "\\", "&", "&#0;", "&#xD800;", "&nbsp;",
    "\u202e", "\u200b", "\ufeff", "\u2028", "\x0b", "\x1c", "\x85", "İ", "ﬁ", "e\u0301", "🧬", "\U000e0001", "Abc\n:   def\n", "figure:cd4-expansion?at=1e999", "[x](figure:cd4-expansion?v1&at=NaN)",
    "[x](../../../../etc/passwd)", "![x](../../etc/passwd)", "[x](//evil.example)", "[x](\\\\evil)", "{{ 7*7 }}", "{% include 'x' %}", "__proto__",
]  # fmt: skip
YAML = [
    "&a ", "*a", "!!python/object:os.system x", "!x ", "? ", "- ", ": ", "|\n", ">-\n", "{", "}", "[", "]", "'", '"', "#", "%YAML 1.1\n", "---\n", "...\n", "<<: *a\n",
    "null", "~", "true", "no", "012", "0x1F", "1e999", "-1e999", ".nan", ".inf", "-.inf", "1_000", "12:30:45", "2026-13-45", "2026-11-22", "0", "-1", "1e-320", "9" * 400,
    "\t", "\u2028", "\x85", "\ufeff", "x: &x [*x]", "a: 1\na: 2\n", "? [a, b]\n: c\n", "{a: {b: {c: [", "[" * 60, "<script>alert(1)</script>", '"><img src=x onerror=x>', "../../x", "__proto__: 1\n", "\\", '"\\x00"', '"\\ud800"', "=",
]  # fmt: skip
ANYTHING = st.one_of(
    st.sampled_from(HOSTILE + YAML),
    st.text(max_size=20),
    st.text("abc \n[](){}<>!*_`$\\/|:-#&;=\"'@^.,0123456789", max_size=40),
)


@st.composite
def spoilt(draw: st.DrawFn, texts: Sequence[str]) -> str:
    """One of `texts` after a few slips of the hand, some of them malicious."""
    text = draw(st.sampled_from(texts))
    for _ in range(draw(st.integers(1, 5))):
        begin, length = draw(st.integers(0, len(text))), draw(st.sampled_from([0, 0, 1, 2, 5, 20, 100]))
        text = text[:begin] + draw(ANYTHING) + text[begin + length :]
    return kept(text)


def kept(text: str) -> str:
    """What `source.py` lets through: line ends of one kind, no NUL, surrogate or private-use character."""
    return re.sub("[\x00\ud800-\udfff\ue000-\uf8ff]", "", text.replace("\r\n", "\n").replace("\r", "\n"))


@st.composite
def lesson_texts(draw: st.DrawFn) -> str:
    head = draw(st.one_of(st.sampled_from(HEADS), spoilt(HEADS)))
    pieces = st.one_of(st.sampled_from(PARAGRAPHS), spoilt(PARAGRAPHS), ANYTHING, st.sampled_from(HOSTILE))
    body = draw(st.sampled_from(["\n\n", "\n", ""])).join(draw(st.lists(pieces, max_size=8)))
    return kept(f"---\n{head}---\n{body}")


def assert_told(problems: Sequence[Problem], text: str) -> None:
    for problem in problems:
        assert problem.rule in RULES and problem.message and problem.remedy
        assert 1 <= problem.place.line <= text.count("\n") + 1, problem


def read(parse: Callable[..., Checked[Any]], path: str, text: str, *others: object) -> Checked[Any]:
    with ends():
        checked = parse(SourceFile(path, text), *others)
    assert_told(checked.problems, text)
    return checked


NUMBERS = ["0", "-1", "1e308", "-1e308", "1e-308", "1e999", "5e-324", ".nan", ".inf", "1e9", "0.1", "1000000", "-0.0", "'1'", "[]", "{}", "null", "2026-01-01", "9" * 400, "1e15", "3"]  # fmt: skip
QUICK = {"receptor-affinity", "history", "response-rates", "plasma-level", "pathway", "il2-gene-cells"}
MODELS = sorted(path.name for path in (ROOT / "content/models").iterdir())

# One file


@tries(40)
@given(lesson_texts())
def test_a_lesson_is_read_or_told_and_runs_nothing(text: str) -> None:
    made = read(parse_lesson, "content/lessons/x.md", text, references(), terms()).value
    if made is not None:
        assert_harmless(shown(made))


@tries(25)
@given(spoilt([f"---\n{head}---\nText.\n" for head in HEADS]))
def test_front_matter_is_read_or_told(text: str) -> None:
    read(parse_lesson, "content/lessons/x.md", text, references(), terms())
    page = read(parse_page, "content/pages/x.md", text, references(), terms()).value
    if page is not None:
        assert_harmless(page.html)


GLOSSARY = content("glossary.md")[0]
GLOSSARIES = [GLOSSARY[:1500], "Antigen\n:   What is seen.\n\nT cell\nLymphocyte\n:   A [[antigen]] [@huppa2010].\n"]


@tries(20)
@given(spoilt(GLOSSARIES))
def test_a_glossary_is_read_or_told_and_runs_nothing(text: str) -> None:
    made = read(parse_glossary, "content/glossary.md", text, references()).value
    assert_harmless(made.intro)
    for term in made.entries.values():
        assert_harmless(term.html)


REFERENCES = content("references.json")[0][:3000].rpartition("},")[0] + "}]"
JSON = ["null", "1e999", "NaN", "{}", "[]", '"a": ', "\\u0000", "\\ud800", "{" * 50, "[" * 3000, '{"id": "a"}', "9" * 5000]


@tries(20)
@given(st.one_of(spoilt([REFERENCES]), st.sampled_from(JSON)))
def test_references_are_read_or_told(text: str) -> None:
    made = read(parse_references, "content/references.json", text).value
    for entry in made.entries.values():
        assert_harmless(entry.html)


@tries(15)
@given(spoilt([content("claims.yml")[0][:3000]]))
def test_claims_are_read_or_told(text: str) -> None:
    read(parse_claims, "content/claims.yml", text, references(), terms())


@tries(30)
@given(spoilt([content("site.yml")[0] + "base_url: https://example.org/il2/\nframed_by: [https://example.org]\n"]))
def test_settings_are_read_or_told(text: str) -> None:
    read(parse_settings, "content/site.yml", text)


DRAWN = [name for name in FIGURES if TRIES or name in QUICK]


@st.composite
def figure_texts_spoilt(draw: st.DrawFn) -> str:
    """A figure of the course in which lines were changed for others, keys for values, and numbers for anything."""
    name = draw(st.sampled_from(DRAWN))
    lines = figure_texts()[f"content/figures/{name}.yml"].text.split("\n")
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        numbers = [*re.finditer(r"-?\d+(\.\d+)?", lines[at])]
        match draw(st.sampled_from(["number", "drop", "double", "move", "spoil"])):
            case "number" if numbers:
                found = draw(st.sampled_from(numbers))
                lines[at] = lines[at][: found.start()] + draw(st.sampled_from(NUMBERS)) + lines[at][found.end() :]
            case "drop" if len(lines) > 1:
                del lines[at]
            case "double":
                lines.insert(at, lines[at])
            case "move":
                lines.insert(draw(st.integers(0, len(lines) - 1)), lines[at])
            case _:
                lines[at] = draw(spoilt([lines[at]]))
    return kept("\n".join(lines))


@tries(8)
@given(figure_texts_spoilt())
def test_a_figure_is_drawn_or_told_and_runs_nothing(text: str) -> None:
    path = "content/figures/x.yml"
    named = {name for name in MODELS if name in text}
    with ends():
        checked = load_figure("x", figure_texts() | {path: SourceFile(path, text)}, {n: model(n) for n in named}, figure_references())
    assert_told([problem for problem in checked.problems if problem.place.path == path], text)
    if checked.value is not None:
        for drawing in (checked.value.twin, checked.value.thumb, checked.value.equations):
            assert_nothing_runs(Elements(drawing))
        assert "<" not in json_script(checked.value.data)


# A model

SHORT = ["cd4-lcmv", "receptor-triggering", "treg-competition"]
"""Models that are soon read and run."""
MODEL = [
    "(", ")", "{", "}", ";", ":=", "=>", "->", "'", '"', "//", "/*", "*/", "^", "**", "+", "/", ",", "!", "%", "1e999", "-0", "0/0", "time", "pi", "at ", "event ",
    "model x()", "end", "function f(x)", "species ", "const ", "var ", "compartment ", "import ", "delay(x, 1)", "piecewise(", "ln(0)", "factorial(170)", "rateOf(", "2 A", "is",
    "<annotation>", "</model>", "<math/>", "<ci> </ci>", "<cn>x</cn>", "<cn type='rational'>1<sep/>0</cn>", "<apply/>", "<piecewise/>", "&amp;", "<![CDATA[x]]>", "<!--", 'level="3"', 'id=""',
    'size="0"', 'size="-1"', 'initialAmount="INF"', 'stoichiometry="NaN"', 'boundaryCondition="true"', "range: [1, 0]", "measure: ", "unit: ", "band: ", "source: x", "kind: ",
]  # fmt: skip


@cache
def model_file(name: str, kind: str) -> str:
    """A file of a model of the course; `model.xml` is its Antimony in SBML."""
    if kind != "model.xml":
        return (ROOT / f"content/models/{name}/{kind}").read_text(encoding="utf-8")
    return to_sbml(SourceFile(f"content/models/{name}/model.ant", model_file(name, "model.ant"))).value or ""


@st.composite
def model_files_spoilt(draw: st.DrawFn, kinds: Sequence[str]) -> SourceFile:
    """A file of a model in which numbers, names and lines were changed for others."""
    name, kind = draw(st.sampled_from(SHORT)), draw(st.sampled_from(kinds))
    text = model_file(name, kind)
    for _ in range(draw(st.integers(1, 4))):
        numbers, names = [*re.finditer(r"-?\d+(\.\d+)?(e-?\d+)?", text)], [*re.finditer(r"\b[A-Za-z_]\w*\b", text)]
        lines, at = text.split("\n"), draw(st.integers(0, len(text)))
        match draw(st.sampled_from(["number", "name", "line", "cut", "spoil"])):
            case "number" if numbers:
                found = draw(st.sampled_from(numbers))
                text = text[: found.start()] + draw(st.sampled_from(NUMBERS)) + text[found.end() :]
            case "name" if names:
                found, other = draw(st.sampled_from(names)), draw(st.sampled_from(names))
                text = text[: found.start()] + other[0] + text[found.end() :]
            case "line":
                lines.insert(draw(st.integers(0, len(lines))), draw(st.sampled_from(lines)))
                text = "\n".join(lines)
            case "cut":
                text = text[:at] + text[at + draw(st.sampled_from([1, 2, 5, 20, 200])) :]
            case _:
                text = text[:at] + draw(st.sampled_from(MODEL)) + text[at:]
    return SourceFile(f"content/models/{name}/{kind}", kept(text))


def alone(work: Callable[[], Checked[Any]]) -> tuple[bool, tuple[Problem, ...]]:
    """Whether `work` gives a value, and its problems, from a process of its own: what ends one in C is told, too."""
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe(duplex=False)

    def tell() -> None:
        made = work()
        theirs.send((made.value is not None, made.problems))

    process = fork.Process(target=tell)
    process.start()
    theirs.close()
    try:
        assert ours.poll(LONGEST), f"not done after {LONGEST} seconds"
        told: tuple[bool, tuple[Problem, ...]] = ours.recv()
        return told
    except EOFError:
        process.join()
        raise AssertionError(f"the process ended with {process.exitcode}") from None
    finally:
        process.kill()
        process.join()


@tries(30)
@given(model_files_spoilt(["model.ant", "model.xml"]))
def test_a_model_is_read_or_told(file: SourceFile) -> None:
    is_read, problems = alone(lambda: read_network(file))
    assert is_read or problems
    assert_told(problems, file.text)


@tries(6)
@given(model_files_spoilt(["model.ant", "model.xml", "card.yml"]))
def test_a_model_with_its_card_is_checked_and_run_or_told(file: SourceFile) -> None:
    folder, kind = file.path.rsplit("/", 1)
    others = {"model.ant", "card.yml"} - {kind, kind.replace(".xml", ".ant")}
    texts = {path: SourceFile(path, model_file(Path(folder).name, Path(path).name)) for path in (f"{folder}/{o}" for o in others)}
    is_read, problems = alone(lambda: load_model(Path(folder).name, texts | {file.path: file}))
    assert is_read or problems
    assert_told([problem for problem in problems if problem.place.path == file.path], file.text)


# A whole site

SMALL = read_sources(SITES / "small").value or Sources()
PATHS = ["content/lessons/first.md", "content/glossary.md", "content/references.json", "content/site.yml"]
NAMES = ["../../x", "/etc/x", "a/../../b", ".", "..", "con", "NUL", "a.b", "a b", "<b>", "a\\b", "a:b", "é", "x" * 300, "__proto__", "assets", "404", "first", ""]  # fmt: skip


ADDED = ["content/lessons/{}.md", "content/pages/{}.md", "content/figures/{}.yml", "content/models/{}/model.ant"]
SPOILT = st.sampled_from(PATHS).flatmap(lambda path: st.tuples(st.just(path), spoilt([SMALL.texts[path].text])))


@tries(10)
@given(SPOILT, st.sampled_from(ADDED), st.one_of(st.sampled_from(NAMES), ANYTHING.map(kept)), st.booleans())
def test_a_site_is_built_or_told_runs_nothing_foreign_and_stays_in_its_folder(
    changed: tuple[str, str], added: str, name: str, listed: bool
) -> None:
    """The small site with one file spoilt, and one more lesson, page, figure or model, and a picture, of any name."""
    path, more = changed[0], added.format(name)
    texts = SMALL.texts | {more: SourceFile(more, SMALL.texts["content/lessons/second.md"].text)}
    texts |= {path: SourceFile(path, changed[1] + (f"pages: [{name!r}]\n" if listed and path == SETTINGS_PATH else ""))}
    pictures = {f"content/images/{name}.png": b"\x89PNG\r\n\x1a\n"}
    sources = replace(SMALL, texts=dict(sorted(texts.items())), binaries=pictures)
    with ends():
        built = build(sources, Options())
    assert all(problem.rule in RULES for problem in built.problems)
    with contextlib.suppress(OutputRefused):
        check_paths(built.files)
        assert all(posixpath.normpath(f"build/{path}").startswith("build/") for path in built.files)
    for path in built.files:
        if path.endswith(".html"):
            assert_nothing_runs(Elements(built.files[path].decode()))


def assert_nothing_runs(page: Elements) -> None:
    """No script but those of il2site and data; no handler, no address that runs, no frame."""
    for tag, attributes in page.tags:
        assert tag not in {"iframe", "object", "embed", "base", "style"}
        assert tag != "script" or re.fullmatch(r"(\.\./)*assets/[a-z/0-9-]+\.js", attributes.get("src", "")) or "json" in attributes.get("type", "")
        for name, value in attributes.items():
            assert not name.startswith("on") and name != "style", (tag, name)
            assert not re.match(r"[\s\x00-\x20]*(javascript|vbscript|data:text)", value, re.I), (tag, name, value)
