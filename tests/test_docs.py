"""What docs/authoring.md and docs/models.md show can be written as it stands there."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, il2site
from figure_tools import references
from model_tools import NAMES, model

from il2site.figure.load import load_figure
from il2site.figure.spec import VIEWS, read_spec
from il2site.lesson.citation import References, parse_references
from il2site.lesson.claims import parse_claims
from il2site.lesson.glossary import Terms, parse_glossary
from il2site.lesson.lesson import parse_lesson
from il2site.model.card.card import CheckCard, read_card
from il2site.model.card.measure import CALLS
from il2site.model.engine.simulate import run
from il2site.model.model import Model, load_model
from il2site.problem import RULES, Checked
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


FIGURES = (ROOT / "docs/figures.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "example", re.findall(r"^```yaml\n(.*?)^```", FIGURES, re.M | re.S), ids=lambda text: text[:40]
)
def test_every_example_of_a_view_is_a_figure_that_can_be_drawn(example: str) -> None:
    data = {path.relative_to(ROOT).as_posix(): path for path in (ROOT / "content/data").glob("*.csv")}
    texts = {name: SourceFile(name, path.read_text(encoding="utf-8")) for name, path in data.items()}
    texts["content/figures/example.yml"] = SourceFile("content/figures/example.yml", example)
    made = load_figure("example", texts, {name: model(name) for name in NAMES}, references())
    assert made.value is not None and made.problems == (), [problem.message for problem in made.problems]


def test_every_view_has_an_example_and_every_example_a_picture() -> None:
    parts = re.split(r"^##+ ", FIGURES, flags=re.M)
    shown = [part for part in parts if "```yaml\n" in part]
    assert {*re.findall(r"^view: (\w+)", FIGURES, re.M)} == {*VIEWS}
    pictures = [re.findall(r"!\[[^\]]+\]\(([^)]+)\)", part) for part in shown]
    assert all(len(found) == 1 and (ROOT / "docs" / found[0]).is_file() for found in pictures), pictures


def test_the_example_of_a_card_is_understood() -> None:
    checked, _ = read_card(SourceFile("content/models/example/card.yml", block("run_to:")))
    assert checked.problems == ()


def test_the_example_of_settings_is_understood() -> None:
    assert parse_settings(SourceFile("content/site.yml", block("base_url:"))).problems == ()


def test_the_example_of_claims_is_understood() -> None:
    known = parse_references(_project("content/references.json")).value
    assert known is not None
    assert parse_claims(SourceFile("content/claims.yml", block("verdict: wrong")), known, Terms()).problems == ()


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


# --- docs/models.md ---------------------------------------------------------------------------------------------------

MODELS = (ROOT / "docs/models.md").read_text(encoding="utf-8")
UPTAKE = {
    path: SourceFile(path, text)
    for path, text in re.findall(r"`(content/[^`\n]+)`:\n\n```\w*\n(.*?)^```", MODELS, re.M | re.S)
}
"""The complete files of the tutorial, by their paths."""
COMMANDS = [line.split("#")[0].split() for line in re.findall(r"^il2site simulate il2-uptake.*", MODELS, re.M)]


def uptake(card: str = "") -> Checked[Model]:
    """The model of the tutorial, with more text at the end of its card."""
    path = "content/models/il2-uptake/card.yml"
    return load_model("il2-uptake", {**UPTAKE, path: SourceFile(path, UPTAKE[path].text + card)})


def write(folder: Path, files: Mapping[str, SourceFile]) -> None:
    for path, file in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(file.text, encoding="utf-8")


def test_the_tutorial_gives_a_model_whose_check_is_met() -> None:
    made = uptake()
    assert made.problems == () and made.value is not None
    assert [(finding.verdict, finding.said) for finding in made.value.findings] == [("met", "10")]


def test_the_sources_of_the_tutorial_are_in_the_references() -> None:
    made, references = uptake().value, parse_references(_project("content/references.json")).value
    assert made is not None and references is not None
    assert set(made.citations) <= references.entries.keys()


@pytest.mark.parametrize(("cells", "hours"), [(1e9, 2.5), (1e8, 25.0)])
def test_the_tutorial_tells_how_fast_il2_goes(cells: float, hours: float) -> None:
    made = uptake().value
    assert made is not None
    series = run(made.network, {"cells": cells}, 2 * hours, 2001).series
    tenth = series.times[int(np.argmax(series.columns["I"] < 10))]
    assert tenth == pytest.approx(hours, rel=0.03)
    assert f" {hours:g}" in MODELS


def test_the_examples_of_doses_are_understood() -> None:
    [doses] = re.findall(r"^```yaml\n(doses:.*?)^```", MODELS, re.M | re.S)
    assert uptake(doses).problems == ()


def test_every_word_of_the_measure_language_stands_in_its_tables() -> None:
    assert [word for word in CALLS if f"`{word}(" not in MODELS] == []


def test_every_key_of_a_check_stands_in_its_table() -> None:
    [table] = re.findall(r"^\| key \| \|\n(.*?)\n\n", MODELS, re.M | re.S)
    assert [key for key in CheckCard.model_fields if f"`{key}`" not in table] == []


def test_every_rule_of_models_is_explained() -> None:
    assert [rule for rule in RULES if rule.startswith("model-") and f"| `{rule}` |" not in MODELS] == []


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_tutorial_can_be_simulated_as_it_says(command: list[str], tmp_path: Path) -> None:
    write(tmp_path, UPTAKE)
    said = il2site(*command[1:], cwd=tmp_path)
    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith("time,I,filled")


def test_the_tutorial_ends_with_a_page_of_its_model(small: Path) -> None:
    write(small, UPTAKE)
    references = small / "content/references.json"
    cited = [
        entry
        for entry in json.loads(_project("content/references.json").text)
        if entry["id"] in ("tkach2014", "trotta2018")
    ]
    references.write_text(json.dumps([*json.loads(references.read_text(encoding="utf-8")), *cited]), encoding="utf-8")
    built = il2site("build", "--source", small, "--output", small / "build")
    assert built.returncode == 0, built.stderr
    page = (small / "build/models/il2-uptake/index.html").read_text(encoding="utf-8")
    assert "Binding is instant." in page and "met" in page


def _project(path: str) -> SourceFile:
    return SourceFile(path, (ROOT / path).read_text(encoding="utf-8"))
