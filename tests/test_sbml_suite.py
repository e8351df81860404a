"""The runner of the SBML Test Suite judges by the suite's rule: it can fail a case, and says where it is wrong.

The suite itself is no part of these tests; `python tests/sbml_suite.py FOLDER` runs it. The cases below are our own, and
their expected results are formulas.
"""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from sbml_suite import Settings, Table, close, model_file, read_results, read_settings, scores, wrong_value

RUNNER = Path(__file__).parent / "sbml_suite.py"
MATH = 'xmlns="http://www.w3.org/1998/Math/MathML"'


def sbml(body: str, level: str = "level3/version2/core", numbers: str = 'level="3" version="2"') -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<sbml xmlns="http://www.sbml.org/sbml/{level}" {numbers}>'
        f'<model id="m">{body}</model></sbml>'
    )


def decay(size: float, amount: float, whole: bool) -> str:
    """A decays at the rate k A; `half` is its amount as a rule, `odd` no number, `steps` what an event counts."""
    return sbml(
        f'<listOfCompartments><compartment id="c" spatialDimensions="3" size="{size}" constant="true"/></listOfCompartments>'
        f'<listOfSpecies><species id="A" compartment="c" initialAmount="{amount}" boundaryCondition="false" constant="false" '
        f'hasOnlySubstanceUnits="{str(whole).lower()}"/></listOfSpecies>'
        '<listOfParameters><parameter id="k" value="0.5" constant="true"/><parameter id="odd" constant="false"/>'
        '<parameter id="steps" value="0" constant="false"/></listOfParameters>'
        f'<listOfRules><assignmentRule variable="odd"><math {MATH}><apply><divide/><cn>0</cn><cn>0</cn></apply></math>'
        "</assignmentRule></listOfRules>"
        '<listOfReactions><reaction id="r" reversible="false"><listOfReactants><speciesReference species="A" '
        f'stoichiometry="1" constant="true"/></listOfReactants><kineticLaw><math {MATH}><apply><times/><ci>k</ci>'
        f"<ci>A</ci>{'' if whole else '<ci>c</ci>'}</apply></math></kineticLaw></reaction></listOfReactions>"
        '<listOfEvents><event useValuesFromTriggerTime="true"><trigger initialValue="true" persistent="true">'
        f'<math {MATH}><apply><geq/><csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/time">t'
        '</csymbol><cn>1</cn></apply></math></trigger><listOfEventAssignments><eventAssignment variable="steps">'
        f"<math {MATH}><cn>1</cn></math></eventAssignment></listOfEventAssignments></event></listOfEvents>"
    )


ALGEBRAIC = sbml(
    '<listOfParameters><parameter id="x" value="1" constant="false"/></listOfParameters><listOfRules><algebraicRule>'
    f"<math {MATH}><apply><minus/><ci>x</ci><cn>2</cn></apply></math></algebraicRule></listOfRules>"
)


def case(
    folder: Path,
    name: str,
    model: str,
    variables: dict[str, Callable[[float], float]],
    stochastic: bool = False,
    **said: str,
) -> Path:
    """Write a case over ten steps from 0 to 5; `variables` gives the expected columns as functions of time."""
    (folder / name).mkdir(parents=True)
    (folder / name / f"{name}-sbml-l3v2.xml").write_text(model, encoding="utf-8")
    names = sorted({column.split("-")[0] for column in variables}) if stochastic else list(variables)
    settings = {
        "start": "0", "duration": "5", "steps": "10", "variables": ", ".join(names), "absolute": "1e-7",
        "relative": "1e-6", "amount": "", "concentration": "",
    } | said  # fmt: skip
    text = "".join(f"{key}: {value}\n" for key, value in settings.items())
    (folder / name / f"{name}-settings.txt").write_text(text, encoding="utf-8")
    first = float(settings["start"])
    times = [first + i * float(settings["duration"]) / 10 for i in range(11)]
    rows = [["time", *variables], *([str(t), *(f"{value(t):.12g}" for value in variables.values())] for t in times)]
    text = "".join(",".join(row) + "\n" for row in rows)
    (folder / name / f"{name}-results.csv").write_text(text, encoding="utf-8")
    return folder / name


def suite(*arguments: str | Path) -> tuple[int, list[str]]:
    """Exit code and printed lines of the runner."""
    command = [sys.executable, str(RUNNER), "--jobs", "2", *map(str, arguments)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert "Traceback" not in ran.stderr, ran.stderr
    return ran.returncode, ran.stdout.splitlines()


def falling(start: float) -> Callable[[float], float]:
    return lambda t: start * math.exp(-0.5 * t)


RIGHT: dict[str, Callable[[float], float]] = {
    "A": falling(6.0), "odd": lambda t: math.nan, "steps": lambda t: float(t >= 1), "c": lambda t: 2.0,
}  # fmt: skip


def test_amounts_concentrations_events_and_what_is_no_number_are_compared(tmp_path: Path) -> None:
    case(tmp_path, "00001", decay(2.0, 6.0, whole=False), RIGHT, amount="A")
    case(tmp_path, "other", decay(2.0, 6.0, whole=False), RIGHT | {"A": falling(3.0)}, concentration="A")
    case(tmp_path, "late", decay(2.0, 6.0, whole=False), RIGHT, amount="A", start="2")
    case(tmp_path, "rates", decay(2.0, 6.0, whole=False), {"r": falling(3.0)})
    assert suite(tmp_path) == (0, ["4 passed, 0 failed, 0 skipped"])


def test_a_wrong_value_is_named_with_its_time(tmp_path: Path) -> None:
    case(tmp_path, "00001", decay(2.0, 6.0, whole=False), RIGHT, amount="A")
    case(tmp_path, "00002", decay(2.0, 6.0, whole=False), RIGHT, concentration="A")
    case(tmp_path, "00003", decay(2.0, 6.0, whole=False), RIGHT | {"odd": lambda t: 1.0}, amount="A")
    case(tmp_path, "00004", decay(2.0, 6.0, whole=False), RIGHT | {"steps": lambda t: float(t > 1)}, amount="A")
    code, lines = suite(tmp_path)
    assert code == 1
    assert lines == [
        "00002  failed  A at time 0: expected 6.0, actual 3.0",
        "00003  failed  odd at time 0: expected 1.0, actual nan",
        "00004  failed  steps at time 1: expected 0.0, actual 1.0",
        "1 passed, 3 failed, 0 skipped",
    ]


def test_a_refused_model_is_skipped_by_name_and_a_broken_one_fails(tmp_path: Path) -> None:
    case(tmp_path, "00001", ALGEBRAIC, {"x": lambda t: 2.0})
    code, lines = suite(tmp_path)
    assert code == 0
    assert lines[0].startswith("00001  skipped  refused: ") and "algebraic" in lines[0]
    assert lines[1] == "0 passed, 0 failed, 1 skipped"
    case(tmp_path, "00002", "<sbml>", {"x": lambda t: 2.0})
    case(tmp_path, "00003", decay(2.0, 6.0, whole=False), {"unheard": lambda t: 2.0})
    code, lines = suite(tmp_path)
    assert code == 1
    assert lines[1].startswith("00002  failed  refused: ")
    assert lines[2].startswith("00003  failed  KeyError") and "unheard" in lines[2]
    assert lines[3] == "0 passed, 2 failed, 1 skipped"


def test_means_and_deviations_of_many_runs_are_compared(tmp_path: Path) -> None:
    """Each of 40 molecules is still there with the probability exp(-t/2): a binomial distribution."""
    alive = falling(1.0)
    variables = {
        "A-mean": lambda t: 40 * alive(t), "A-sd": lambda t: math.sqrt(40 * alive(t) * (1 - alive(t))),
        "steps-mean": lambda t: float(t >= 1), "steps-sd": lambda t: 0.0,
    }  # fmt: skip
    asked = {"amount": "A", "absolute": "", "relative": "", "meanRange": "(-3, 3)", "sdRange": "(-5, 5)"}
    case(tmp_path, "00001", decay(1.0, 40.0, whole=True), variables, stochastic=True, **asked)
    assert suite(tmp_path, "--stochastic") == (0, ["1 passed, 0 failed, 0 skipped"])
    poisson = variables | {"A-sd": lambda t: math.sqrt(40 * alive(t)) * (t > 0)}
    case(tmp_path, "00002", decay(1.0, 40.0, whole=True), poisson, stochastic=True, **asked)
    shifted = variables | {"A-mean": lambda t: 40 * alive(t) + 0.5 * (t > 4)}
    case(tmp_path, "00003", decay(1.0, 40.0, whole=True), shifted, stochastic=True, **asked)
    code, lines = suite(tmp_path, "--stochastic")
    assert code == 1
    assert lines[0].startswith("00002  failed  sd of A at time 0.5")
    assert lines[1].startswith("00003  failed  mean of A at time 4.5")
    assert lines[2] == "1 passed, 2 failed, 0 skipped"


def test_a_case_that_takes_too_long_fails_and_the_next_is_judged(tmp_path: Path) -> None:
    variables = {"A-mean": lambda t: 0.0, "A-sd": lambda t: 0.0}
    case(tmp_path, "00001", decay(1.0, 1e7, whole=True), variables, stochastic=True, amount="A")
    steps = {"steps-mean": lambda t: float(t >= 1), "steps-sd": lambda t: 0.0}
    case(tmp_path, "00002", decay(1.0, 1.0, whole=True), steps, stochastic=True)
    code, lines = suite(tmp_path, "--stochastic", "--jobs", "1", "--seconds", "8")
    assert code == 1
    assert lines == ["00001  failed  EngineFailed: it took longer than 8 s", "1 passed, 1 failed, 0 skipped"]


def settings(**changed: object) -> Settings:
    said = {
        "start": 0.0, "duration": 1.0, "steps": 1, "variables": ("X",), "absolute": 0.0, "relative": 0.0,
        "amount": frozenset(), "concentration": frozenset(), "mean_range": (-3.0, 3.0), "sd_range": (-5.0, 5.0),
    }  # fmt: skip
    return Settings(**(said | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("expected", "actual", "same"),
    [
        (100.0, 100.11, True), (100.0, 100.12, False), (-100.0, -99.89, True), (0.0, 0.01, True), (0.0, 0.011, False),
        (math.nan, math.nan, True), (math.nan, 0.0, False), (0.0, math.nan, False),
        (math.inf, math.inf, True), (math.inf, -math.inf, False), (math.inf, 1e300, False), (1.0, math.inf, False),
    ],
)  # fmt: skip
def test_the_rule_for_one_value(expected: float, actual: float, same: bool) -> None:
    assert close(expected, actual, absolute=0.01, relative=0.001) is same


def test_results_that_break_off_are_wrong() -> None:
    expected = Table([0.0, 1.0], {"X": [1.0, 1.0]})
    assert wrong_value(expected, {"X": [1.0, 1.0]}, settings()) is None
    assert wrong_value(expected, {"X": [1.0]}, settings()) == "nothing at time 1"


def test_where_nothing_varies_mean_and_deviation_are_exact() -> None:
    assert scores(50.0, 0.0, [50.0], [0.0], 10_000) == (0.0, 0.0)
    assert scores(50.0, 0.0, [50.1], [0.0], 10_000) == (math.inf, 0.0)
    assert scores(50.0, 0.0, [50.0, 50.0], [0.0, 0.1], 10_000) == (0.0, math.inf)


def test_means_and_variances_are_told_in_standard_errors() -> None:
    """Of one batch by the suite's formulas; of several, the variance by the spread between them."""
    assert scores(50.0, 2.0, [50.06], [2.02], 10_000) == pytest.approx((3.0, 0.0201 * math.sqrt(5000)))
    z, y = scores(50.0, 2.0, [50.0, 50.02], [math.sqrt(4.2), math.sqrt(4.6)], 5_000)
    assert (z, y) == pytest.approx((0.5, (0.05 + 0.15) / 2 / 0.05))


def test_settings_and_results_are_read_as_the_suite_writes_them() -> None:
    read = read_settings(
        "start: 1\nduration: 5.0\nsteps: 2\nvariables: S1, S2\nabsolute: 1.000000e-007\nrelative: \n"
        "amount: S1\nconcentration: S2\noutput: S1-mean, S1-sd\nmeanRange: (-2, 3)\nsdRange: (-5, 4)\n\n"
    )
    assert read.times == (1.0, 3.5, 6.0)
    assert (read.variables, read.amount, read.concentration) == (("S1", "S2"), {"S1"}, {"S2"})
    assert (read.absolute, read.relative, read.mean_range, read.sd_range) == (1e-7, 0.0, (-2.0, 3.0), (-5.0, 4.0))
    headed = read_results("Time, NaN ,time\n0,INF, NaN\n1,-INF,2\n\n", ())
    assert headed.times == [0.0, 1.0]
    assert headed.columns == {"NaN": [math.inf, -math.inf], "time": pytest.approx([math.nan, 2.0], nan_ok=True)}
    assert read_results("0,1\n1,2\n", ("X",)) == Table([0.0, 1.0], {"X": [1.0, 2.0]})


@pytest.mark.parametrize(
    ("names", "taken"),
    [(["x-sbml-l2v4.xml", "x-sbml-l3v1.xml", "x-sbml-l2v5.xml"], "x-sbml-l3v1.xml"), (["x-sbml.xml"], "x-sbml.xml"),
     (["x-sbml-l3v2-sedml.xml", "x-sbml-l1v2.xml"], "x-sbml-l1v2.xml")],
)  # fmt: skip
def test_the_highest_level_and_version_is_taken(tmp_path: Path, names: Sequence[str], taken: str) -> None:
    (tmp_path / "x").mkdir()
    for name in names:
        (tmp_path / "x" / name).touch()
    assert model_file(tmp_path / "x").name == taken
