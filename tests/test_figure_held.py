"""While a slider is held its figure is computed with less care, and nobody sees it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from figure_tools import ROOT
from test_javascript import node

FIGURES = sorted(path.stem for path in (ROOT / "content/figures").glob("*.yml") if "\nmodel:" in path.read_text("utf-8"))
SCANS = {"dwell-time-scan", "precursor-scan", "receptor-dose-response"}


@pytest.mark.parametrize("name", FIGURES)
def test_a_line_stands_where_it_will_rest(name: str, course: Path, tmp_path: Path) -> None:
    """To a fiftieth of its axis; that of a scan, which is drawn from a few of its runs, to a twentieth."""
    page = (course / "figures" / name / "index.html").read_text(encoding="utf-8")
    data = re.search(r'<script[^>]*data-role="data"[^>]*>(.*?)</script>', page, re.DOTALL)
    [script] = re.findall(r"[\w./-]*assets/models/[\w-]+\.js", page)[:1]
    assert data is not None
    (tmp_path / "figure.json").write_text(data[1], encoding="utf-8")
    told = json.loads(node("tests/js/held.ts", str(course / script.removeprefix("../../")), str(tmp_path / "figure.json")))
    assert told["worst"] < (0.05 if name in SCANS else 0.02), told["where"]
