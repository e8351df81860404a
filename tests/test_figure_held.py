"""While a slider is held its figure is computed with less care, and nobody sees it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from figure_tools import LIVE, figure, live_spec
from model_tools import model
from test_javascript import node

from il2site.figure.spec import ScanFigure
from il2site.model.printer.javascript import javascript
from il2site.site.page import json_script


@pytest.mark.parametrize("name", LIVE)
def test_a_line_stands_where_it_will_rest(name: str, tmp_path: Path) -> None:
    """To a fiftieth of its axis; that of a scan, which is drawn from a few of its runs, to a twentieth. The axes stay where
    they are at nearly all moves: the eye compares by them, and to draw them anew takes several times as long as the rest."""
    spec = live_spec(name)
    script, data = tmp_path / "model.js", tmp_path / "figure.json"
    script.write_text(javascript(model(spec.model).network), encoding="utf-8")
    data.write_text(json_script(figure(name).data), encoding="utf-8")
    told = json.loads(node("tests/js/held.ts", str(script), str(data)))
    assert told["worst"] < (0.05 if isinstance(spec, ScanFigure) else 0.02), told["where"]
    assert told["redrawn"] <= 4, f"of 24 moves of {told['by']}, {told['redrawn']} change an axis"
