"""What docs/authoring.md shows can be written as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import ROOT

from il2site.figure.spec import read_spec
from il2site.lesson.citation import References, parse_references
from il2site.lesson.glossary import parse_glossary
from il2site.lesson.lesson import parse_lesson
from il2site.model.card import read_card
from il2site.site.settings import parse_settings
from il2site.text import SourceFile

GUIDE = (ROOT / "docs/authoring.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```\w*\n(.*?)^```", GUIDE, re.M | re.S)


def block(sign: str) -> str:
    """The example that holds `sign`."""
    return next(example for example in BLOCKS if sign in example)


@pytest.mark.parametrize("sign", ["view: population", "view: chart"])
def test_the_examples_of_figures_are_understood(sign: str) -> None:
    assert read_spec("example", SourceFile("content/figures/example.yml", block(sign))).problems == ()


def test_the_example_of_a_card_is_understood() -> None:
    checked, _ = read_card(SourceFile("content/models/example/card.yml", block("run_to:")))
    assert checked.problems == ()


def test_the_example_of_settings_is_understood() -> None:
    assert parse_settings(SourceFile("content/site.yml", block("base_url:"))).problems == ()


def test_every_block_can_be_written_as_shown() -> None:
    files = [ROOT / "content/references.json", ROOT / "content/glossary.md"]
    references, glossary = (SourceFile(str(f.relative_to(ROOT)), f.read_text(encoding="utf-8")) for f in files)
    known = parse_references(references).value or References()
    terms = parse_glossary(glossary, known).value
    assert terms is not None
    shown = [block(f"/// {name}") for name in ("figure", "predict", "quiz", "misconception", "aside")]
    lesson = "\n\n".join([block("asks:"), "Some words.", *shown])
    assert parse_lesson(SourceFile("content/lessons/example.md", lesson), known, terms).problems == ()


def test_the_readme_opens_with_the_two_commands() -> None:
    readme = (Path(ROOT) / "README.md").read_text(encoding="utf-8")
    assert readme.index("make serve") < readme.index("make test") < 250
