"""The map of a pathway: stations are as full as the run makes them, at build and in the browser; slips are named."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from browser_tools import Site, Visit, approach, chromium, served, visit
from conftest import ROOT, il2site
from figure_tools import changed, figure, live_spec, prepared
from playwright.sync_api import expect

from il2site.figure.pathway import DISC, pathway_words, percent, strength
from il2site.figure.spec import PathwayFigure
from il2site.figure.stations import Station

__all__ = ["chromium", "visit"]

NAME = "pathway"
CASES = json.loads((ROOT / "tests/pathway.json").read_text(encoding="utf-8"))


def spec() -> PathwayFigure:
    found = live_spec(NAME)
    assert isinstance(found, PathwayFigure)
    return found


@pytest.mark.parametrize("case", CASES)
def test_a_station_is_as_full_as_in_the_browser(case: dict[str, Any]) -> None:
    """tests/js/view.pathway.test.ts reads the same table."""
    station = Station.model_validate({"name": "x", "label": "X", "at": (0, 0), **case["station"]})
    assert strength(station, {"X": case["X"]}) == pytest.approx(case["strength"], abs=1e-12)


def test_every_still_draws_the_strengths_of_its_moment() -> None:
    maps = [node for node in ElementTree.fromstring(figure(NAME).twin).iter("svg") if node.get("class") == "twin-field"]
    lit = [station for station in spec().field.stations if station.show]
    still = prepared(NAME).still
    assert still.compared is not None
    for drawn, moment in zip(maps, [*still.moments, still.compared], strict=True):
        discs = [node for node in drawn.iter("circle") if "station-disc" in (node.get("class") or "")]
        for station, disc in zip(lit, discs, strict=True):
            assert (float(disc.get("r") or 0) / DISC) ** 2 == pytest.approx(strength(station, moment.columns), abs=0.01)
        assert pathway_words(spec().field, moment.columns) in (drawn.get("aria-label") or "")
        assert [re.sub(r"\s+", " ", words) for words in station_words(drawn)] == [
            s.label for s in spec().field.stations
        ]


def station_words(drawn: ElementTree.Element) -> list[str]:
    """The words below each ring, line by line joined."""
    found: list[str] = []
    for node in drawn:
        if node.tag == "circle" and "station-disc" not in (node.get("class") or ""):
            found.append("")
        elif node.tag == "text":
            found[-1] = f"{found[-1]} {node.text}".strip()
    return found


def test_the_usual_run_fills_each_station_once() -> None:
    """`full` is the height that a station reaches in the usual run, to a hundredth."""
    measured = prepared(NAME).still.measured
    for station in spec().field.stations:
        if station.show:
            top = {name: float(column.max()) for name, column in measured.columns.items()}
            assert percent(station, top) >= 99, station.label


SLIPS = [
    ("show: IL2,", "show: IL3,", '"IL3" is not a state', 'Did you mean "IL2"'),
    ("show: IL2, full: 55,", "show: IL2,", "needs show and full", "Write both"),
    ("full: 55,", "full: -1,", "full at -1 and empty at 0", "empty: below full:"),
    ("full: 55,", "full: 55, scale: log,", "empty at 0", "above zero"),
    ("at: [110, -115]", "at: [170, -115]", "has no room", "Stay within"),
    ("between: [il2, chains]", "between: [il2, chain]", '"chain" is not a station', 'Did you mean "chains"'),
    ("name: receptor,", "name: antigen,", "two stations are named", "Rename"),
]


@pytest.mark.parametrize(("old", "new", "message", "remedy"), SLIPS)
def test_a_slip_in_a_map_is_named_with_its_line(old: str, new: str, message: str, remedy: str) -> None:
    problems, line = changed(NAME, old, new)
    told = [p for p in problems if p.rule == "figure-invalid" and message in p.message and remedy in p.remedy]
    assert told and told[0].place.line == line, [(p.place, p.message, p.remedy) for p in problems]


# --- in a real browser ------------------------------------------------------------------------------------------------

LESSONS = ["map", *sorted({station.lesson for station in spec().field.stations if station.lesson})]
LESSON = "---\ntitle: {0}\nasks: What is {0}?\nobjectives:\n  - See\nminutes: 5\n---\nText.\n"


def written(folder: Path) -> Path:
    """A site with the map, its model, and a lesson for each of its stations."""
    content = folder / "content"
    for part in ("lessons", "figures", "models"):
        (content / part).mkdir(parents=True)
    shutil.copytree(ROOT / "content/models/treg-competition", content / "models/treg-competition")
    for path in ("references.json", f"figures/{NAME}.yml"):
        shutil.copy(ROOT / "content" / path, content / path)
    for name in LESSONS:
        shown = f"\n/// figure | {NAME}\n///\n" if name == "map" else ""
        (content / f"lessons/{name}.md").write_text(LESSON.format(name) + shown, encoding="utf-8")
    (content / "site.yml").write_text(
        f"title: Map\ndescription: One.\nlessons: [{', '.join(LESSONS)}]\n", encoding="utf-8"
    )
    return folder


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = written(tmp_path_factory.mktemp("map"))
    built = il2site("build", "--source", folder, "--output", folder / "build")
    assert built.returncode == 0, built.stderr
    with served(folder / "build", "/") as site:
        yield site


def test_the_discs_follow_the_run_and_the_map_says_so(site: Site, visit: Visit) -> None:
    page = visit(site, "lessons/map/index.html")
    root = page.locator("il2-figure")
    approach(root)
    expect(root).to_have_attribute("data-state", "live")
    for moment in prepared(NAME).still.moments[1:]:
        root.get_by_role("button", name="Next step").click()
        image = root.locator("[data-role=map] svg")
        expect(image).to_have_attribute(
            "aria-label", re.compile(re.escape(pathway_words(spec().field, moment.columns)))
        )
        radii = [float(disc.get_attribute("r") or 0) for disc in image.locator(".station-disc").all()]
        wanted = [DISC * strength(station, moment.columns) ** 0.5 for station in spec().field.stations if station.show]
        assert radii == pytest.approx(wanted, abs=0.2)


def test_every_station_leads_to_its_lesson_also_without_scripts(site: Site, visit: Visit) -> None:
    page = visit(site, "lessons/map/index.html", width=360, java_script_enabled=False)
    stations = page.get_by_role("navigation", name="Stations of the map")
    for station in spec().field.stations:
        link = stations.get_by_role("link", name=station.label, exact=True)
        assert (link.get_attribute("href") or "").endswith(f"{station.lesson}/index.html")
    stations.get_by_role("link", name="Therapy").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("approved-uses")


def test_a_station_cannot_lead_to_a_lesson_that_is_not_there(tmp_path: Path) -> None:
    folder = written(tmp_path)
    file = folder / f"content/figures/{NAME}.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("lesson: three-chains", "lesson: three-chain"), encoding="utf-8")
    said = il2site("check", cwd=folder)
    line = text[: text.index("lesson: three-chains")].count("\n") + 1
    assert re.search(rf"pathway\.yml:{line}\s+error\s+link-dead\n.*three-chain”", said.stdout + said.stderr)
