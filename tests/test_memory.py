"""A preview that remembers shows exactly what a fresh build would, whatever was edited in between."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from conftest import ROOT

from il2site.build import Built, Options, build
from il2site.memory import Memory
from il2site.source import read_sources


def built(site: Path, memory: Memory | None = None) -> Built:
    read = read_sources(site)
    assert read.value is not None
    return build(read.value, Options(), read.problems, memory=memory)


def replace(path: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(site: Path) -> None:
        file = site / path
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new))

    return edit


EDITS: list[Callable[[Path], None]] = [
    replace("content/lessons/side-effects.md", "## Say it aloud", "New words.\n\n## Say it aloud"),
    replace("content/references.json", "Kinetic proofreading", "Patient proofreading"),
    replace("content/glossary.md", "Antigen\n", "Antigens\nAntigen\n"),
    replace("content/data/response-rates.csv", "17", "18"),
    replace("content/models/cd4-expansion/model.ant", "precursors = 78", "precursors = 80"),
    replace("content/models/cd4-expansion/card.yml", "limits:", "limits:\n  - One more."),
    replace("content/figures/receptor-triggering.yml", "title:", "title: Anew,"),
    replace("content/lessons/what-il2-is.md", "title:", "titel:"),
    replace("content/lessons/what-il2-is.md", "titel:", "title:"),
    lambda site: (site / "content/lessons/side-effects.md").rename(site / "content/lessons/effects.md") and None,
    replace("content/site.yml", "side-effects", "effects"),
]


def test_a_warm_build_equals_a_cold_one_after_every_edit(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "content", tmp_path / "content")
    for folder in (tmp_path / "content/models").iterdir():
        if folder.name not in ("cd4-expansion", "receptor-triggering"):
            shutil.rmtree(folder)  # no figure uses them, and a cold build after every edit takes its time
    memory = Memory()
    for edit in (lambda site: None, *EDITS):
        edit(tmp_path)
        assert built(tmp_path, memory) == built(tmp_path)


def test_what_has_not_changed_is_made_once_and_what_is_gone_is_forgotten() -> None:
    made: list[str] = []
    memory = Memory()
    for keys in ("ab", "ab", "b", "ab"):
        for key in keys:
            assert memory.of(key, lambda key=key: made.append(key) or key.upper()) == key.upper()  # type: ignore[misc]
        memory.end_build()
    assert made == ["a", "b", "a"]
