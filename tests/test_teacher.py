"""A teacher gets of each lesson what a class needs: timing, questions to ask, a worksheet without answers, and the answers."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from conftest import ROOT, il2site

from il2site.lesson.prose import plain_text
from il2site.site.teacher import shared

LESSONS = sorted(path.stem for path in (ROOT / "content/lessons").glob("*.md"))


def section(page: str, name: str) -> str:
    """One of the three parts of a page for teachers."""
    start = page.index(f'aria-labelledby="{name}"')
    return page[start : page.index("</section>", start)]


@pytest.fixture
def guide(small: Path) -> str:
    first = small / "content/lessons/first.md"
    text = first.read_text().replace("minutes: 2", "minutes: 2\ndiscussion: [Why not two & three?]")
    first.write_text(text.replace("> One is first.", "> One is first, see [there](second.md#deep) [@doe2001]."))
    built = il2site("build", "--strict", cwd=small)
    assert built.returncode == 0, built.stderr
    return (small / "build/teachers/first/index.html").read_text()


def test_the_guide_has_what_the_lesson_has(guide: str) -> None:
    said = section(guide, "guide")
    for part in ("What is first?", "Name the first thing", "Why not two &amp; three?", "Own part"):
        assert part in said
    assert [int(minutes) for minutes in re.findall(r'align-right">(\d+)<', said)] == [1, 1]


def test_links_of_the_lesson_lead_to_the_same_places_from_here(guide: str) -> None:
    key = section(guide, "key-title")
    assert 'href="../../lessons/second/index.html#deep"' in key
    assert 'href="../../lessons/first/index.html#ref-doe2001"' in key


def test_the_worksheet_asks_and_the_key_answers(guide: str) -> None:
    sheet, key = section(guide, "worksheet-title"), section(guide, "key-title")
    assert "Which comes first?" in sheet and "Why not two" in sheet
    assert "One is first" not in sheet and "right" not in sheet.lower()
    assert "<b>1</b> A" in key and "One is first" in key and "Two is second." in key
    assert "It comes from: <q>Two comes first.</q>" in key


def test_a_lesson_and_every_page_lead_to_the_guides(guide: str, small: Path) -> None:
    assert 'href="../../teachers/first/index.html"' in (small / "build/lessons/first/index.html").read_text()
    assert 'href="teachers/index.html"' in (small / "build/index.html").read_text()
    listed = (small / "build/teachers/index.html").read_text()
    assert 'href="first/index.html#worksheet"' in listed and "5 minutes of reading" in listed


@pytest.mark.parametrize(
    ("minutes", "weights", "shares"),
    [(10, [1, 1], [5, 5]), (10, [3, 1, 0], [6, 3, 1]), (17, [30, 80, 400], [2, 3, 12]), (2, [1, 1, 1], [1, 1, 1])],
)
def test_the_minutes_of_the_parts_add_up(minutes: int, weights: list[int], shares: list[int]) -> None:
    assert shared(minutes, weights) == shares


def test_every_lesson_of_the_course_has_a_guide_that_is_complete(course: Path) -> None:
    for name in LESSONS:
        page = (course / f"teachers/{name}/index.html").read_text()
        said, sheet, key = (section(page, part) for part in ("guide", "worksheet-title", "key-title"))
        for heading in ("timing", "predictions", "discussion", "misconceptions", "figures"):
            assert f'<h2 id="{heading}"' in said, f"{name} has no {heading}"
        minutes = (course / f"lessons/{name}/index.html").read_text().split(" minutes</p>")[0].split()[-1]
        assert sum(map(int, re.findall(r'align-right">(\d+)<', said))) == int(minutes), name
        asked = len(re.findall(r'<div class="sheet-asks">', sheet))
        assert asked == len(re.findall(r'<div class="sheet-asks">', key)) == page.count("<span><b>") >= 4


def test_no_worksheet_gives_an_answer_away(course: Path) -> None:
    for name in LESSONS:
        page = (course / f"teachers/{name}/index.html").read_text()
        sheet, key = section(page, "worksheet-title"), section(page, "key-title")
        for explained in re.findall(r"</div>(<p>.*?)</dd>", key, re.S):
            assert plain_text(explained)[:60] not in unescape(sheet)


def test_figures_are_linked_in_states_that_are_worth_showing(course: Path) -> None:
    said = section((course / "teachers/antigen-receptor/index.html").read_text(), "guide")
    address = "../../figures/receptor-triggering/index.html#figure-receptor-triggering?v1&amp;tau=0.5&amp;at=60"
    named = re.findall(rf'href="{re.escape(address)}"[^>]*>(.*?)</a>', said)
    assert [plain_text(name) for name in named] == ["Dwell time 0.5 s, at 60 s"]
    said = section((course / "teachers/giving-it/index.html").read_text(), "guide")
    assert "The sixth dose left out, at 41 h" in plain_text(said) and "The usual run, at 7.75 h" in plain_text(said)


def test_misconceptions_that_questions_name_are_to_be_expected_wherever_they_are_refuted(course: Path) -> None:
    said = section((course / "teachers/hiv/index.html").read_text(), "guide")
    for own_or_not in ("#misconception-virus-surge", "cd4-expansion/index.html#misconception-count-is-protection"):
        assert f'{own_or_not}"' in said
