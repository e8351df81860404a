"""What a text says of the world says where it comes from: numbers, doses, terms; and lessons can be read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from conftest import il2site
from figure_tools import references as every_reference
from lesson_case import HEAD, lesson, references, terms
from test_course import append, found

from il2site.figure.load import load_figure
from il2site.lesson.claims import Claims
from il2site.lesson.glossary import Terms
from il2site.lesson.lesson import Lesson, parse_lesson
from il2site.lesson.truth.doses import dose_problems
from il2site.lesson.truth.numbers import number_problems
from il2site.lesson.truth.order import load_problems, meetings, order_problems
from il2site.lesson.truth.passage import Finder, passages, read_passages, sentences
from il2site.lesson.truth.reading import grade, syllables
from il2site.memory import Memory
from il2site.site.truth import other_numbers
from il2site.text import SourceFile


def finder(body: str) -> Finder:
    return Finder(SourceFile("content/lessons/receptor.md", HEAD + body))


def unsourced(body: str, modelled: Iterable[str] = ()) -> list[str]:
    """The numbers in `body` that are told to have no source."""
    problems = number_problems(passages(lesson(body), frozenset(modelled)), finder(body))
    return [problem.message.removeprefix("the number ").removesuffix(" has no source") for problem in problems]


# --- passages ---------------------------------------------------------------------------------------------------------


def test_a_passage_is_what_a_reader_reads_without_sources_code_and_formulas() -> None:
    [passage] = passages(lesson("On [2 s]{recalled} a [[grip|dwell time]], `x = 3` and $4y$ [@huppa2010], it *ends*."))
    assert passage.words == "On 2 s a grip, and, it ends." and passage.cited


def test_passages_know_what_they_stand_in() -> None:
    body = "A\n\n/// aside | T\nB\n///\n\n| C |\n|---|\n| D |\n\n/// misconception | m\n    claim: E\nF\n///\n\n- G\n"
    places = {passage.words: passage.inside for passage in passages(lesson(body))}
    assert places["A"] == places["G"] == frozenset()
    assert places["B"] == {"aside"} and places["D"] == {"table"} and places["F"] == {"misconception"}


def test_sentences_end_where_a_reader_ends_them() -> None:
    said = "One is 1.5. (Two, e.g. this, is.) Is it three? It was “four.” 5 is next"
    ends = [sentence[-5:] for sentence in sentences(said)]
    assert len(ends) == 5 and ends[0] == " 1.5." and ends[2] == "hree?" and ends[4] == " next"


# --- numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "It lasts 13 minutes [@huppa2010].",
        "It lasts [13 minutes]{recalled}, [10 + 3 = 13]{derived} or [12.9]{modelled}.",
        "A patient of [45]{waived: made up} comes.",
        "IL-2, CD4, STAT5 and GUNA-IL 2 are names; CD4–CD8 too.",
        "In 1976 it was found. In stage 3, at week 12, see figure 2 and questions 4 to 6.",
        "At 1 there is no difference, and 0 is nothing.",
        "In the model there are 78 cells. They become 1,800 by day 9.",
        "It lasts 13 minutes [@huppa2010]. So 13 minutes pass.",
        "There were 4,111 people [@huppa2010]. Of these 4,111 nobody left.",
        "For a person of 70 kg that is [600 × 70 = 42,000]{derived}.",
        "| drug | dose |\n|---|---|\n| one [@huppa2010] | 12 |\n| two | 13 |",
        "The table says it [@huppa2010]:\n\n| a | b |\n|---|---|\n| one | 12 |",
        "See `x = 12` and $x = 13$.",
        "/// quiz\nOf 40 people, how many?\n\n- [x] About 20\n    > Half of 40 is [20]{derived}.\n- [ ] All 40\n    > No.\n///",
    ],
)
def test_a_number_that_says_where_it_comes_from_is_left_alone(body: str) -> None:
    assert unsourced(body) == []


@pytest.mark.parametrize(
    ("body", "numbers"),
    [
        ("It lasts 13 minutes. That is long [@huppa2010].", ["13"]),
        ("About 4 % of 525 people, or 0.5 to 1,200.", ["4 %", "525", "0.5", "1,200"]),
        ("One in 1 million.", ["1"]),
        ("It lasts 13 minutes [@huppa2010]. So 13 people came.", ["13"]),
        ("In the model there are 78. In people there were 90 [@huppa2010]. Then 60.", ["60"]),
        ("| a | b |\n|---|---|\n| one | 12 |", ["12"]),
        ("/// quiz\nWhy?\n\n- [x] So\n    > It takes 30 days.\n- [ ] Or so\n    > No.\n///", ["30"]),
        ("/// aside | More\nIt takes 30 days.\n///", ["30"]),
    ],
)
def test_a_number_without_a_source_is_told(body: str, numbers: list[str]) -> None:
    assert unsourced(body) == numbers


def test_what_explains_a_prediction_about_a_model_is_the_model_s() -> None:
    body = (
        "/// predict | f\n    ask: How many of 5?\n    options: {a: One, b: Two}\n    answer: a\nIt peaks at 12.5.\n///"
    )
    assert unsourced(body) == ["12.5"] and unsourced(body, ["f"]) == []


def test_a_number_is_told_with_its_line_and_what_to_write() -> None:
    body = "First 12 [@huppa2010].\n\nThen\n12 days\nand 34 days.\n"
    told = list(number_problems(passages(lesson(body)), finder(body)))
    assert [(p.rule, p.place.line - HEAD.count("\n")) for p in told] == [("number-source", 4), ("number-source", 5)]
    assert "[34]{waived: reason}" in told[1].remedy


def test_the_place_of_a_number_is_looked_for_below_the_front_matter() -> None:
    text = HEAD.replace("minutes: 12", "minutes: 30") + "It takes 30 days.\n"
    made = parse_lesson(SourceFile("content/lessons/receptor.md", text), references(), terms()).value
    assert made is not None
    [problem] = number_problems(passages(made), Finder(SourceFile("content/lessons/receptor.md", text)))
    assert problem.place.line == HEAD.count("\n") + 1


def test_numbers_of_pages_definitions_and_claims_are_looked_at_each_by_itself(small: Path) -> None:
    append(small, "pages/about.md", "---\ntitle: About\n---\nIt is 13 m [@doe2001].\n\nSo 13 m it is, and 14.\n")
    append(small, "site.yml", "pages: [about]\n")
    append(small, "glossary.md", "\nMetre\n:   One of 39 inches.\n")
    append(small, "lessons/second.md", "\nA [[metre]].\n")
    claim = (
        "      - id: c{0}\n        claim: It is 90 m.\n        verdict: wrong\n        truth: {1}\n"
        "        checked: 2026-01-31\n        explained: lessons/first.md\n"
    )
    claims = claim.format(1, "It is 91 m [@doe2001].") + claim.format(2, "It is 91 m. See there [@doe2001].")
    append(small, "claims.yml", "intro: Words.\ntopics:\n  - title: T\n    claims:\n" + claims)
    lines = (small / "content/glossary.md").read_text().splitlines()
    told = {"pages/about.md:6", f"glossary.md:{len(lines)}", "claims.yml:14"}
    assert found(small) == {(place, "number-source") for place in told}


CHART = """title: 5 of 8 fell, TITLE
description: 2 fell on one side and 3 on the other, 2 + 3 = 5 of 4 + 4 = 8. DESCRIPTION
view: chart
data: falls.csv
chart: {kind: bars, category: side, value: fell, label: Fell, range: [0, 8], count: fell, of: of, note: NOTE}
summary: SUMMARY
"""


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ({}, []),
        ({"TITLE": "not 6"}, ["6"]),
        ({"DESCRIPTION": "Together 6 + 1 = 7 did."}, []),
        ({"NOTE": "Of 90 people (Tkach et al. 2014)."}, []),
        ({"NOTE": "Of 90 people. So it is told (Tkach et al. 2014)."}, ["90"]),
        ({"SUMMARY": "In 12 of 13."}, ["12", "13"]),
    ],
)
def test_numbers_in_the_words_of_a_chart_come_from_its_data_from_arithmetic_or_a_source(
    words: dict[str, str], numbers: list[str]
) -> None:
    chart = re.sub("[A-Z]{4,}", lambda name: words.get(name[0], "as said"), CHART)
    data = "side,fell,of,source,status\nleft,2,4,tkach2014,read\nright,3,4,tkach2014,read\n"
    texts = {file.path: file for file in (SourceFile("content/figures/f.yml", chart), SourceFile("content/data/falls.csv", data))}
    known = every_reference()
    made = load_figure("f", texts, {}, known).value
    assert made is not None
    told = other_numbers((), Terms(), Claims(), [made], known.labels.values(), texts, (), Memory())
    assert [problem.message.split()[2] for problem in told] == numbers


# --- doses and terms --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "dose", ["1 million units", "600,000 units per kilogram", "18 MIU", "1,000 IU", "2.6 milligrams", "5 mg", "4 µg"]
)
def test_a_dose_is_known_as_one(dose: str) -> None:
    body = f"They had {dose} a day."
    told = list(dose_problems(passages(lesson(body)), finder(body)))
    assert [problem.rule for problem in told] == ["dose-place"] and dose[:7] in told[0].message


@pytest.mark.parametrize(
    "words", ["22 units of length", "10 picomolar", "3 mg/mL", "113 units per millilitre", "70 kg"]
)
def test_a_measure_is_no_dose(words: str) -> None:
    assert list(dose_problems(passages(lesson(words)), finder(words))) == []


def test_a_clinical_lesson_may_state_doses_and_says_that_it_is_no_advice(small: Path) -> None:
    append(small, "lessons/first.md", "\nThey had 5 mg a day [@doe2001].\n")
    assert {rule for _, rule in found(small)} == {"dose-place"}
    first = small / "content/lessons/first.md"
    first.write_text(first.read_text().replace("minutes: 2", "minutes: 2\nclinical: true"))
    assert il2site("build", "--strict", cwd=small).returncode == 0
    said = "Education, not medical advice.</b>"
    assert said in (small / "build/lessons/first/index.html").read_text()
    assert said not in (small / "build/lessons/second/index.html").read_text()


def in_order(*bodies: str) -> list[tuple[str, int]]:
    """What is told of the order of terms in lessons with these bodies: the words, and the number of the lesson."""
    known = terms().entries
    finders = [Finder(SourceFile(f"{n}.md", HEAD + body)) for n, body in enumerate(bodies, 1)]
    read = [meetings(passages(lesson(body)), known, at) for body, at in zip(bodies, finders, strict=True)]
    told = order_problems(read, known)
    return [(problem.message.split("”")[0][1:], int(problem.place.path[0])) for problem in told]


def test_a_term_is_not_used_before_it_is_marked() -> None:
    assert in_order("An antigen is seen.", "An [[antigen]] is what is seen.") == [("antigen", 1)]
    assert in_order("Antigens are seen. An [[antigen]] is what is seen.") == [("Antigens", 1)]
    assert in_order("The residence time.", "The [[dwell time]].") == [("residence time", 1)]
    assert in_order("/// quiz\nA T cell?\n\n- [x] Y\n    > Y.\n- [ ] N\n    > N.\n///\n\nA [[T cell]].") == [
        ("T cell", 1)
    ]


def test_what_comes_in_order_or_is_never_marked_or_announced_is_left_alone() -> None:
    assert in_order("An [[antigen]] is seen. Antigens are many.", "An antigen.") == []
    assert in_order("An antigen is seen.") == [], "a term that is marked nowhere is another rule's business"
    assert in_order("## Antigen\n\nAn [[antigen]] is seen.") == []
    assert in_order("Antigenic, not-antigen.", "An [[antigen]].") == []


def test_a_term_out_of_order_is_a_problem_of_the_site(small: Path) -> None:
    first = small / "content/lessons/first.md"
    first.write_text(first.read_text().replace("An [[antigen]] is bound", "An antigen is bound, an [[antigen]]"))
    assert found(small) == {("lessons/first.md:8", "term-order")}


def new_terms(limit: int, *bodies: str) -> list[tuple[str, int]]:
    """What is told of lessons with these bodies when each may mark `limit` new terms: the terms, and the number of the lesson."""
    known = terms().entries
    read = [(str(n), meetings(passages(lesson(body)), known, finder(body))) for n, body in enumerate(bodies, 1)]
    told = load_problems(read, known, limit)
    return [(problem.message.split(": ")[1], int(problem.place.path)) for problem in told]


def test_a_lesson_with_too_many_new_terms_is_told_with_their_names() -> None:
    both = "An [[antigen]] has a [[dwell time]]."
    assert new_terms(1, both) == [("Antigen, Dwell time", 1)]
    assert new_terms(2, both) == []
    assert new_terms(0, "/// aside | More\nA [[dwell time]].\n///\n") == [("Dwell time", 1)], "an aside counts too"


def test_a_term_is_new_in_the_first_lesson_that_marks_it_and_counts_there_once() -> None:
    assert new_terms(1, "An [[antigen]], an [[antigen]].", "An [[antigen]] and its [[dwell time]].") == []
    assert new_terms(1, "Antigens.", "An [[antigen]] and its [[residence time]].") == [("Antigen, Dwell time", 2)]


def test_new_terms_are_counted_where_site_yml_sets_a_limit(small: Path) -> None:
    append(small, "site.yml", "limits: {new_terms: 0}\n")
    assert found(small) == {("lessons/first.md:1", "new-terms")}


# --- reading ----------------------------------------------------------------------------------------------------------

WORDS = [
    "the cell dose lives moved seen cause through whole where change half scale",
    "doses tested added single lately careless movement table tables protein immune dying being fluid create quiet giant "
    "patient patients disease vessel release trial virus science people because before little",
    "receptor molecule cytokine infection gradual usual area serious medium radius influence carrier idea theory "
    "nucleus nuclear example approval lymphoma median period neutrophil opinion",
    "interleukin immunity bacteria dialysis biology continuous society organism mechanism capillary reliable leukaemia",
    "regulatory oliguria association",
]
"""Words of one syllable, of two, and so on."""


@pytest.mark.parametrize("number", range(1, 6))
def test_syllables_are_counted_as_they_are_spoken(number: int) -> None:
    counted = {word: syllables(word) for word in WORDS[number - 1].split()}
    assert {word: count for word, count in counted.items() if count != number} == {}


def test_numbers_and_abbreviations_are_counted_too() -> None:
    assert [syllables(word) for word in ("600,000", "HIV", "FDA", "WHO")] == [1, 3, 3, 5]


def test_the_grade_is_that_of_flesch_and_kincaid() -> None:
    """Ten words in two sentences, of eleven syllables."""
    said = read_passages("<p>The cell lets go of the protein. It then waits.</p>")
    assert grade(said) == pytest.approx(0.39 * 10 / 2 + 11.8 * 11 / 10 - 15.59)


def hard(made: Lesson) -> float:
    return grade(passages(made))


def test_asides_tables_and_questions_do_not_count_for_the_grade() -> None:
    plain = "The cell waits for a while. Then it lets go.\n\n"
    heavy = "Immunological characterisation necessitates extraordinarily sophisticated instrumentation."
    aside = f"/// aside | More\n{heavy}\n///\n\n| {heavy} |\n|---|\n| {heavy} |\n\n"
    quiz = f"/// quiz\n{heavy}\n\n- [x] Y\n    > {heavy}\n- [ ] N\n    > N.\n///\n"
    assert hard(lesson(plain)) == hard(lesson(plain + aside + quiz)) < 2 < 15 < hard(lesson(plain + heavy))


def test_a_lesson_above_the_limit_is_told(small: Path) -> None:
    append(small, "lessons/second.md", "\nImmunological characterisation necessitates sophisticated instrumentation.\n")
    assert found(small) == set()
    append(small, "site.yml", "limits: {reading_grade: 8}\n")
    assert found(small) == {("lessons/second.md:1", "reading-grade")}


def test_rules_of_truth_stop_a_build_only_when_it_is_strict(small: Path) -> None:
    append(small, "lessons/second.md", "\nIt takes 30 days.\n")
    assert il2site("build", cwd=small).returncode == 0
    said = il2site("build", "--strict", cwd=small)
    assert said.returncode == 1 and "number-source" in said.stderr
