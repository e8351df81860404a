"""What no part can see alone is seen when the course is put together: lists, links, figures, terms, sources."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from conftest import SITES

from il2site.build import Options, build
from il2site.problem import Problem
from il2site.source import read_sources
from il2site.text import slugify


def problems(site: Path) -> list[Problem]:
    read = read_sources(site)
    assert read.value is not None
    return list(build(read.value, Options(), read.problems).problems)


def found(site: Path) -> set[tuple[str, str]]:
    """(place below content/, rule) of every problem."""
    return {(str(p.place).removeprefix("content/"), p.rule) for p in problems(site)}


def append(site: Path, path: str, text: str) -> None:
    file = site / "content" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text((file.read_text() if file.exists() else "") + text)


def test_the_small_site_has_no_problem(small: Path) -> None:
    assert found(small) == set()


@pytest.mark.fault(11, 42)
def test_a_folder_without_settings_or_lessons_says_how_to_begin(tmp_path: Path) -> None:
    assert found(tmp_path) == {("site.yml:1", "nothing-to-build")}
    append(tmp_path, "site.yml", "title: T\ndescription: D\nlessons: []\n")
    assert found(tmp_path) == {("site.yml:3", "nothing-to-build")}
    assert "il2site new lesson" in problems(tmp_path)[0].remedy


@pytest.mark.fault(13, 14)
def test_a_lesson_listed_twice_or_named_unusably_is_an_error(small: Path) -> None:
    (small / "content/site.yml").write_text("title: T\ndescription: D\nlessons: [first, second, first]\n")
    shutil.copy(small / "content/lessons/first.md", small / "content/lessons/Con.md")
    assert {("site.yml:3", "same-address"), ("lessons/Con.md:1", "slug")} <= found(small)


@pytest.mark.fault(29)
def test_what_nothing_uses_is_a_warning(small: Path) -> None:
    append(small, "glossary.md", "\nEpitope\n:   The part of an antigen that is recognised.\n")
    references = small / "content/references.json"
    references.write_text(
        references.read_text().rstrip()[:-1] + ',\n {"id": "roe2002", "type": "book", "title": "Unread"}]'
    )
    assert found(small) == {("glossary.md:4", "term-unused"), ("references.json:3", "reference-unused")}
    assert {p.severity for p in problems(small)} == {"warning"}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("lessons/second.md", "\nAn [[epitope]].\n"),
        ("pages/about.md", "---\ntitle: About\n---\nAn [[epitope]].\n"),
        ("claims.yml", "intro: An [[epitope]].\ntopics:\n  - title: T\n    claims: [{id: c, claim: C., verdict: wrong, "
         "truth: 'So [@doe2001].', checked: 2026-01-31, explained: lessons/first.md}]\n"),
        ("glossary.md", "\nParatope\n:   What binds the [[epitope]].\n"),
    ],
)  # fmt: skip
def test_a_term_is_used_wherever_a_text_marks_it(small: Path, path: str, text: str) -> None:
    append(small, "glossary.md", "\nEpitope\n:   The part of an antigen that is recognised.\n")
    append(small, "site.yml", "pages: [about]\n" if path.startswith("pages/") else "")
    append(small, path, text)
    assert ("glossary.md:4", "term-unused") not in found(small)


def test_a_misconception_is_refuted_once(small: Path) -> None:
    append(small, "lessons/first.md", "\n/// misconception | two\n    claim: Again.\nNo.\n///\n")
    assert "misconception-duplicate" in {rule for _, rule in found(small)}


@pytest.mark.fault(23)
def test_an_image_must_be_one(small: Path) -> None:
    append(small, "images/page.png", "<html>")
    assert ("images/page.png:1", "image-invalid") in found(small)


def test_a_figure_that_no_lesson_shows_is_a_warning(with_figure: Path) -> None:
    assert ("figures/receptor-affinity.yml:1", "figure-unused") in found(with_figure)


def test_a_figure_stands_once_on_a_page(with_figure: Path) -> None:
    shown = "\n/// figure | receptor-affinity\n///\n"
    append(with_figure, "lessons/first.md", shown)
    assert not {rule for _, rule in found(with_figure)} & {"figure-unused", "figure-repeated", "figure-unknown"}
    append(with_figure, "lessons/first.md", shown)
    assert "figure-repeated" in {rule for _, rule in found(with_figure)}


@pytest.mark.fault(28)
def test_links_between_lessons_glossary_and_images_are_checked(small: Path) -> None:
    append(
        small,
        "lessons/second.md",
        "\n[a](first.md#own) [b](first.md#none) [c](../glossary.md#none) [d](/x) [e](../../etc/passwd)\n",
    )
    line = (SITES / "small/content/lessons/second.md").read_text().count("\n") + 2
    rules = sorted(rule for place, rule in found(small) if place == f"lessons/second.md:{line}")
    assert rules == ["anchor-dead", "link-dead", "link-scheme"]
    assert sum(p.rule == "anchor-dead" for p in problems(small)) == 2


@pytest.mark.parametrize(
    ("title", "one", "two", "term"),
    [
        ("受容体とは", "受容体", "受容体の形", "抗原"),
        ("مستقبلات الخلية", "المستقبلات", "شكل المستقبلات", "مستضد"),
        ("Рецепторы", "Рецептор", "Форма рецептора", "Антиген"),
        ("Größe & Maß", "Größe", "Äußere Maße", "Fühler"),
        ("עברית", "קולטן", "צורה של קולטן", "אנטיגן"),
    ],
)
def test_a_lesson_in_any_script_has_sections_terms_and_questions(small: Path, title: str, one: str, two: str, term: str) -> None:
    first = small / "content/lessons/first.md"
    quiz = "/// quiz\n{}?\n\n- [x] {} A\n    > a\n- [ ] {} B\n    > b\n///\n\n"
    first.write_text(
        first.read_text().replace("title: First", f'title: "{title}"')
        + f"\n## {one}\n\n[[{term}]] [[{one}]] [{two}](#{slugify(two)}).\n\n## {two}\n\n{quiz.format(one, one, one)}{quiz.format(two, two, two)}"
    )
    glossary = small / "content/glossary.md"
    glossary.write_text(glossary.read_text() + f"\n{term}\n:   {one}.\n\n{one}\n:   [[{term}]].\n")
    second = small / "content/lessons/second.md"
    second.write_text(second.read_text() + f"\n[{two}](first.md#{slugify(two)}), [[{one}]].\n")
    read = read_sources(small)
    assert read.value is not None
    made = build(read.value, Options(), read.problems)
    assert not made.problems
    page, other = (made.files[f"lessons/{name}/index.html"].decode() for name in ("first", "second"))
    assert f'href="#{slugify(two)}"' in page and f'id="{slugify(two)}"' in page
    assert f'href="../first/index.html#{slugify(two)}"' in other
    assert f'id="{slugify(term)}"' in made.files["glossary/index.html"].decode()
    assert f'href="../../glossary/index.html#{slugify(term)}"' in page
    questions = re.findall(r'id="(quiz-[^"]*)"', page)
    assert len(set(questions)) == len(questions) >= 3 and all(re.fullmatch("[a-z0-9-]+", name) for name in questions)


@pytest.mark.parametrize(("language", "direction"), [("ar", ' dir="rtl"'), ("he-IL", ' dir="rtl"'), ("de", ""), ("en-GB", "")])
def test_pages_run_as_their_language_does(small: Path, language: str, direction: str) -> None:
    (small / "content/site.yml").write_text(f"title: T\ndescription: D\nlessons: [first, second]\nlanguage: {language}\n")
    read = read_sources(small)
    assert read.value is not None
    for path, data in build(read.value, Options(), read.problems).files.items():
        if path.endswith(".html"):
            assert f'<html lang="{language}"{direction}>'.encode() in data, path


def test_a_lesson_without_sections_and_questions_has_no_empty_lists_of_them(small: Path) -> None:
    second = small / "content/lessons/second.md"
    second.write_text(second.read_text().replace("## Deep\n", ""))
    first = small / "content/lessons/first.md"
    first.write_text(first.read_text().replace("(second.md#deep)", "(second.md)"))
    read = read_sources(small)
    assert read.value is not None
    files = build(read.value, Options(), read.problems).files
    assert b"On this page" in files["lessons/first/index.html"] and b"answer-key" in files["lessons/first/index.html"]
    assert b"On this page" not in files["lessons/second/index.html"] and b"answer-key" not in files["lessons/second/index.html"]
