"""A number reads the same wherever it is written, and a place is where it says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from il2site.text import SourceFile, counted, inside, number, slugify, tied

CASES = json.loads((Path(__file__).parent / "number.json").read_text(encoding="utf-8"))
TIED = json.loads((Path(__file__).parent / "tied.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("value", "text"), CASES)
def test_the_build_writes_a_number_as_the_browser_does(value: float, text: str) -> None:
    """tests/js/figure.format.test.ts holds TypeScript to the same table."""
    assert number(value) == text


def test_a_reader_meets_three_digits_and_words_for_millions() -> None:
    assert [number(x) for x in (0.03712, 8.7, 432.4, 22345, 1.744e6, 0)] == [
        "0.0371",
        "8.7",
        "432",
        "22,300",
        "1.74 million",
        "0",
    ]
    assert number(float("nan")) == "not a number"


@pytest.mark.parametrize(("text", "kept"), TIED)
def test_a_number_stays_on_one_line_with_its_unit(text: str, kept: str) -> None:
    """tests/js/figure.format.test.ts holds TypeScript to the same table."""
    assert tied(text) == kept


SENTENCE = json.loads((Path(__file__).parent / "sentence.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("said", "unit", "words"), SENTENCE["counted"])
def test_one_of_a_thing_is_not_many(said: str, unit: str, words: str) -> None:
    """tests/js/figure.format.test.ts holds TypeScript to the same table."""
    assert counted(said, unit) == words


@pytest.mark.parametrize(("label", "words"), SENTENCE["inside"])
def test_a_name_keeps_its_capitals_inside_of_a_sentence(label: str, words: str) -> None:
    assert inside(label) == words


def test_a_place_counts_lines_from_one() -> None:
    file = SourceFile("a.md", "one\ntwo\nthree")
    assert str(file.find("three")) == "a.md:3"
    assert str(file.find("absent")) == "a.md:1"


def test_greek_letters_are_spelled_in_addresses() -> None:
    assert slugify("The β and γ chains!") == "the-beta-and-gamma-chains"


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("Größe und Maß", "grosse-und-mass"),
        ("Über die Zelle", "uber-die-zelle"),
        ("e\u0301tat naïf", "etat-naif"),
        ("Łódź, Søren, İstanbul, ışık", "lodz-soren-istanbul-isik"),
        ("受容体の形", "受容体の形"),
        ("ガン", "ガン"),
        ("المستقبلات ألفا", "المستقبلات-ألفا"),
        ("कोशिका क्या है?", "कोशिका-क्या-है"),
        ("Рецептор й", "рецептор-й"),
        ("수용체", "수용체"),
        ("❤️ DNA 🧬 1️⃣", "dna-1"),
        ("H₂O at 5 µm²", "h2o-at-5-mum2"),
        ("snake_case — dash", "snake-case-dash"),
        ("🎉", "section"),
    ],
)
def test_words_of_every_script_have_an_address(words: str, address: str) -> None:
    assert slugify(words) == address
