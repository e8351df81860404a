"""The page of a model: every number with its source and standing, misses shown as misses, files that can be read back."""

from __future__ import annotations

import csv
import io
import re
import shutil
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from conftest import files, il2site
from model_tools import NAMES, model

from il2site.lesson.prose import plain_text
from il2site.model.engine.simulate import run
from il2site.model.sbml import read_network
from il2site.text import SourceFile, amount, number

STANDING = {
    "read": "read in the source",
    "recalled": "not yet re-checked against the source",
    "derived": "computed from numbers that were read",
    "calibrated": "chosen so that the model gives a published number",
    "illustrative": "chosen to show something",
}


class Tables(HTMLParser):
    """The rows of every table by the section it stands in: each row its cells, each cell its words and its links."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: dict[str, list[list[str]]] = {}
        self.links: list[str] = []
        self.section, self.cell = "", False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "h2":
            self.section = attributes.get("id") or ""
        if tag == "tr":
            self.rows.setdefault(self.section, []).append([])
        if tag in ("td", "th"):
            self.rows[self.section][-1].append("")
            self.cell = True
        if tag == "a" and self.cell:
            self.rows[self.section][-1][-1] += f"<{attributes['href']}>"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.rows[self.section][-1][-1] = " ".join(self.rows[self.section][-1][-1].split())
            self.cell = False

    def handle_data(self, data: str) -> None:
        if self.cell:
            self.rows[self.section][-1][-1] += data


def html(folder: Path, name: str) -> str:
    return (folder / f"models/{name}/index.html").read_text(encoding="utf-8")


# --- the models of this site -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_number_is_there_with_its_value_source_and_standing(course: Path, name: str) -> None:
    page, shown = html(course, name), model(name)
    rows = {row[3]: row for row in Tables(page).rows["numbers"][1:]}
    for symbol, value in shown.network.parameters.items():
        card = shown.card.symbols[symbol]
        label, written, unit, _, span, source = rows[symbol]
        assert label.startswith(card.label) and unit == card.unit
        assert card.status is not None and source.endswith(STANDING[card.status])
        assert card.note in label
        if isinstance(value, float):
            assert written == number(value)
        if card.range:
            assert span == f"{number(card.range[0])} to {number(card.range[1])}"
        if card.source == "chosen for teaching":
            assert source == f"chosen for teaching{STANDING[card.status]}"
        else:
            assert source.startswith(f"<#ref-{card.source}>") and f'id="ref-{card.source}"' in page


@pytest.mark.parametrize("name", NAMES)
def test_every_check_is_there_with_what_was_published_and_what_the_model_gives(course: Path, name: str) -> None:
    shown = model(name)
    rows = Tables(html(course, name)).rows.get("checks", [])[1:]
    assert len(rows) == len(shown.card.checks) > 0
    for check, row in zip(shown.card.checks, rows, strict=True):
        assert row[0].startswith(check.what) and row[1].startswith(check.published)
        assert row[4].startswith(f"<#ref-{check.source}>") and STANDING[check.status] in row[4]


@pytest.mark.parametrize("name", NAMES)
def test_every_quantity_and_every_limit_is_there(course: Path, name: str) -> None:
    page, shown = html(course, name), model(name)
    assert {row[-1] for row in Tables(page).rows["run"][1:]} == set(shown.quantities)
    assert page.count('<svg viewBox="0 0 120 30"') == len(shown.quantities)
    plain = " ".join(re.sub(r"<[^>]*>", "", page).split())
    for limit in shown.card.limits:
        assert limit.replace("&", "&amp;").replace("'", "&#39;").replace('"', "&#34;") in plain
    assert page.count("<math") > len(shown.network.reactions)


@pytest.mark.parametrize("name", NAMES)
def test_the_files_beside_a_page_can_be_read_back(course: Path, name: str) -> None:
    network = model(name).network
    for suffix in ("ant", "xml"):
        text = (course / f"models/{name}/{name}.{suffix}").read_text(encoding="utf-8")
        read = read_network(SourceFile(f"content/models/{name}/model.{suffix}", text))
        assert read.value is not None, read.problems
        assert (read.value.states, read.value.defaults) == (network.states, network.defaults)


@pytest.mark.parametrize("name", NAMES)
def test_the_table_of_numbers_is_the_default_run(course: Path, name: str) -> None:
    shown = model(name)
    text = (course / f"models/{name}/{name}.csv").read_text(encoding="utf-8")
    head, *rows = csv.reader(io.StringIO(text))
    assert head[0] == f"time ({shown.card.time_unit})"
    assert [words.partition(" (")[0] for words in head[1:]] == list(shown.quantities)
    made = run(shown.network, {}, shown.card.run_to, len(rows), doses=shown.doses).series
    columns = np.array(rows, dtype=float).T
    np.testing.assert_array_equal(columns[0], made.times)
    for quantity, column in zip(shown.quantities, columns[1:], strict=True):
        np.testing.assert_allclose(column, made.columns[quantity], rtol=1e-9)


def test_pages_lead_from_figures_to_models_and_back(course: Path) -> None:
    lesson = (course / "lessons/cd4-expansion/index.html").read_text(encoding="utf-8")
    assert 'href="../../models/cd4-expansion/index.html"' in lesson
    assert "../../lessons/cd4-expansion/index.html#figure-cd4-expansion" in html(course, "cd4-expansion")
    listed = (course / "models/index.html").read_text(encoding="utf-8")
    assert all(f'href="{name}/index.html"' in listed for name in NAMES)
    assert all(f"models/{name}/</loc>" in (course / "sitemap.xml").read_text() for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_on_a_page_waits_for_a_script_and_headings_skip_no_level(course: Path, name: str) -> None:
    page = html(course, name)
    content = page[page.index("<main") : page.index("</main>")]  # the switch for motion stands below, on every page
    assert "needs-js" not in content and "<il2-" not in content
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


# --- a model made for it ---------------------------------------------------------------------------------------------

MODEL = """model decay
  species A = start
  start = 10
  k = 0.5
  on = 1
  rate = 2*k
  go: A => ; k*A*on
  twice := rate*A
end
"""
CHECK = """  - what: {what}
    published: {published}
    measure: {measure}
    kind: {kind}
    source: doe2001
    status: {status}
"""
CARD = """title: Decay & <loss>
about: Something falls apart.
time_unit: h
run_to: 5
symbols:
  A: {label: amount, unit: molecules}
  start: {label: amount at the start, unit: molecules, source: chosen for teaching, status: illustrative}
  k: {label: rate, unit: 1/h, source: doe2001, status: recalled, note: Never seen., range: [0.1, 2]}
  on: {label: switch, unit: "", source: doe2001, status: read}
  twice: {label: twice the loss, unit: molecules/h}
  rate: {label: twice the rate, unit: 1/h, source: doe2001, status: derived}
doses:
  - {time: 1, target: A, amount: 4, every: 2, count: 2}
  - {time: 2, target: on, amount: 0, duration: 0.5}
limits: [Nothing else happens.]
checks:
"""


@pytest.fixture
def decay(small: Path) -> str:
    """The page of a model with a check of every kind, built into the small site."""
    checks = [
        CHECK.format(what="Half-life", published="1.4 h", measure="ln(2)/k", kind="prediction", status="read")
        + "    unit: h\n    between: [1.3, 1.5]\n    doses: []\n",
        CHECK.format(what="Start", published="12 molecules", measure="first(A)", kind="input", status="recalled")
        + "    between: [11, null]\n",
        CHECK.format(what="Growth", published="2 h", measure="crossing(A, 99)", kind="prediction", status="read")
        + "    between: [1, 3]\n    unit: h\n",
        CHECK.format(what="Rest", published="some", measure="last(A)", kind="calibrated", status="derived"),
    ]
    folder = small / "content/models/decay"
    folder.mkdir(parents=True)
    (folder / "model.ant").write_text(MODEL)
    (folder / "card.yml").write_text(CARD + "".join(checks))
    built = il2site("build", cwd=small)
    assert built.returncode == 0, built.stderr
    return html(small / "build", "decay")


def test_a_miss_is_shown_as_a_miss_in_words_and_by_a_mark(decay: str) -> None:
    half, start, growth, rest = (row[2] for row in Tables(decay).rows["checks"][1:])
    assert half == "1.39 h met"
    assert start == "10 missed"
    assert growth == "no crossing missed"
    assert rest.endswith("not judged")
    marks = re.findall(r'class="verdict-mark".*?<path d="([^"]*)"', decay)
    assert len(marks) == 3 and marks[0] != marks[1] == marks[2]


def test_a_sentence_counts_the_checks_and_says_which_of_them_test_the_model(decay: str) -> None:
    words = " ".join(decay.split())
    assert "1 of 3 published numbers that are measured in this model are met." in words
    assert "Only predictions test it: 1 of 2 predictions are met." in words
    assert "1 more is shown without a range to be judged by." in words
    worth = [row[3] for row in Tables(decay).rows["checks"][1:]]
    assert worth == ["tests the model", "echo of a number that was put in", "tests the model", "the model was set to give this"]  # fmt: skip


def test_a_recalled_number_says_that_nobody_has_looked_again(decay: str) -> None:
    rows = {row[3]: row for row in Tables(decay).rows["numbers"][1:]}
    assert rows["k"][-1].endswith("not yet re-checked against the source")
    assert rows["rate"][1] == "1"
    assert "not yet re-checked against the source" in Tables(decay).rows["checks"][2][4]


def test_doses_are_told_and_given_in_the_run(decay: str, small: Path) -> None:
    assert "amount: 4 molecules added at 1 h; 2 times, every 2 h" in plain_text(decay)
    assert "switch: set to 0 at 2 h, for 0.5 h" in plain_text(decay)
    [row] = [row for row in Tables(decay).rows["run"][1:] if row[-1] == "A"]
    expected = ((10 * np.exp(-0.5) + 4) * np.exp(-0.75) + 4) * np.exp(-1)
    assert row[-3] == amount(float(expected))
    text = (small / "build/models/decay/decay.csv").read_text()
    series = dict(zip(*np.array(list(csv.reader(io.StringIO(text)))[1:], dtype=float)[:, :2].T, strict=True))
    assert series[1.0] == pytest.approx(10 * np.exp(-0.5) + 4, rel=1e-6)


def test_words_of_a_card_are_text_and_never_markup(decay: str) -> None:
    assert "<h1>Decay &amp; &lt;loss&gt;</h1>" in decay


def test_a_site_without_models_says_nothing_of_them(small: Path) -> None:
    assert il2site("build", cwd=small).returncode == 0
    assert not (small / "build/models").exists()
    assert "Models" not in (small / "build/index.html").read_text()


def test_a_lesson_may_link_to_a_model(decay: str, small: Path) -> None:
    lesson = small / "content/lessons/first.md"
    lesson.write_text(lesson.read_text() + "\nSee [the model](../models/decay/card.yml).\n")
    assert il2site("build", cwd=small).returncode == 0
    assert 'href="../../models/decay/index.html"' in (small / "build/lessons/first/index.html").read_text()


def made(cache: Path) -> dict[str, bytes]:
    """What was kept, without when and where it was last written out."""
    return {path: data for path, data in files(cache).items() if not Path(path).name.startswith("at-")}


def test_a_build_after_another_is_the_same_and_measures_no_model_again(decay: str, small: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    il2site("build", cwd=small, env={"IL2SITE_CACHE": str(cache)})
    before, kept = files(small / "build"), made(cache)
    assert kept, "the model of the site was kept"
    shutil.rmtree(small / "build")
    il2site("build", cwd=small, env={"IL2SITE_CACHE": str(cache)})
    assert (files(small / "build"), made(cache)) == (before, kept)
    shutil.rmtree(small / "build")
    il2site("build", "--fresh", cwd=small, env={"IL2SITE_CACHE": str(cache)})
    assert files(small / "build") == before
