"""Models that were made, or have slipped, so as to stop a build: each ends with a reason or a named outcome.

Whatever might end the process or never come back is read in a process of its own. No formula here is ever evaluated by
anything but the expression tree.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from il2site.model.engine.browser import Engine
from il2site.model.engine.simulate import run
from il2site.model.network import Network
from il2site.model.printer.javascript import javascript
from il2site.model.sbml import read_network, to_antimony
from il2site.text import SourceFile

# --- models in SBML --------------------------------------------------------------------------------------------------

MATH = '<math xmlns="http://www.w3.org/1998/Math/MathML">'
A, ONE = "<ci>A</ci>", "<cn>1</cn>"


def apply(op: str, *args: str) -> str:
    return f"<apply><{op}/>{''.join(args)}</apply>"


def call(name: str, arg: str) -> str:
    return f"<apply><ci>{name}</ci>{arg}</apply>"


def listed(name: str, items: str) -> str:
    return f"<listOf{name}>{items}</listOf{name}>" if items else ""


def reaction(name: str, species: str, rate: str) -> str:
    return (
        f'<reaction id="{name}" reversible="false"><listOfReactants><speciesReference species="{species}" '
        f'stoichiometry="1" constant="true"/></listOfReactants><kineticLaw>{MATH}{rate}</math></kineticLaw></reaction>'
    )


def event(name: str, trigger: str, value: str) -> str:
    return (
        f'<event id="{name}" useValuesFromTriggerTime="true"><trigger initialValue="false" persistent="true">{MATH}'
        f"{trigger}</math></trigger><listOfEventAssignments>"
        f'<eventAssignment variable="A">{MATH}{value}</math></eventAssignment></listOfEventAssignments></event>'
    )


def function(name: str, body: str) -> str:
    return f'<functionDefinition id="{name}">{MATH}<lambda><bvar><ci>x</ci></bvar>{body}</lambda></math></functionDefinition>'


def sbml(
    rate: str = A, *, head: str = "", species: tuple[str, ...] = ("A",), reactions: str = "", functions: str = "",
    parameters: str = "", starts: str = "", events: str = "",
) -> str:  # fmt: skip
    """A model in SBML Level 3 in which A is used up at `rate`."""
    kinds = "".join(
        f'<species id="{name}" compartment="c" initialAmount="1" hasOnlySubstanceUnits="true" '
        'boundaryCondition="false" constant="false"/>'
        for name in species
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{head}'
        '<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2"><model>'
        + listed("FunctionDefinitions", functions)
        + '<listOfCompartments><compartment id="c" size="1" constant="true"/></listOfCompartments>'
        + listed("Species", kinds)
        + listed("Parameters", parameters)
        + listed("InitialAssignments", starts)
        + listed("Reactions", reactions or reaction("r", species[0], rate))
        + listed("Events", events)
        + "</model></sbml>"
    )


def doubling(count: int) -> str:
    """Function definitions, each of which uses the one before twice."""
    twice = (function(f"f{i}", apply("plus", call(f"f{i - 1}", "<ci>x</ci>"), call(f"f{i - 1}", "<ci>x</ci>")))
             for i in range(1, count + 1))  # fmt: skip
    return function("f0", "<ci>x</ci>") + "".join(twice)


def bomb() -> str:
    lines = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
    return sbml("<ci>&a9;</ci>", head=f'<!DOCTYPE sbml [<!ENTITY a0 "A">{lines}]>')


def outside(secret: Path) -> str:
    entity = f'<!DOCTYPE sbml [<!ENTITY secret SYSTEM "{secret.as_uri()}">]>'
    return sbml("<ci>&secret;</ci>", head=entity)


# --- models in Antimony ----------------------------------------------------------------------------------------------


def antimony(rate: str = "A", more: str = "") -> str:
    return f"{more}model m\nspecies A = 1\nA => ; {rate}\nend\n"


def submodels(count: int) -> str:
    """Models, each of which holds the one before twice."""
    first = "model m0()\nspecies A = 1; A => ; A\nend\n"
    return first + "".join(f"model m{i}()\nx: m{i - 1}(); y: m{i - 1}();\nend\n" for i in range(1, count))


FUNCTIONS = "function f0(x) x; end\n" + "".join(
    f"function f{i}(x) f{i - 1}(x) + f{i - 1}(x); end\n" for i in range(1, 61)
)

REFUSED: Mapping[str, tuple[str, str, int | None]] = {
    # name of the file: (text, part of the reason, line)
    "large.xml": (sbml() + " " * 10_000_000, "characters", 1),
    "bomb.xml": (bomb(), "document type", 2),
    "nested.xml": (sbml("<apply><exp/>" * 10_000 + A + "</apply>" * 10_000), "nested", 2),
    "deep.xml": (sbml("<apply><exp/>" * 148 + A + "</apply>" * 148), "nested", None),
    "unclosed.xml": (sbml().partition(A)[0] + "<apply><exp/>" * 20_000, "nested", 2),
    "long-sum.xml": (sbml(apply("plus", *[A] * 20_000)), "20,000", None),
    "long-maximum.xml": (sbml(apply("max", *[A] * 3_000)), "3,000", None),
    "branches.xml": (
        sbml("<piecewise>" + f"<piece>{ONE}{apply('lt', A, ONE)}</piece>" * 1_000 + f"<otherwise>{A}</otherwise></piecewise>"),
        "2,001", None,
    ),
    "recursive.xml": (sbml(call("f", A), functions=function("f", call("f", "<ci>x</ci>"))), "defined by itself", None),
    "mutual.xml": (
        sbml(call("f", A), functions=function("f", call("g", "<ci>x</ci>")) + function("g", call("f", "<ci>x</ci>"))),
        "defined by itself", None,
    ),
    "doubling.xml": (sbml(call("f60", A), functions=doubling(60)), "operators and names", None),
    "reactions.xml": (
        sbml(reactions="".join(reaction(f"r{i}", "A", A) for i in range(5_000))), "5,000 reactions change A", None,
    ),
    "ten-thousand-reactions.xml": (
        sbml(reactions="".join(reaction(f"r{i}", "A", A) for i in range(10_000))), "characters", 1,
    ),
    "ten-thousand-species.xml": (sbml(species=tuple(f"A{i}" for i in range(10_000))) + " " * 10**6, "characters", 1),
    "circle.xml": (
        sbml(parameters='<parameter id="k" constant="true"/><parameter id="q" constant="true"/>',
             starts=f'<initialAssignment symbol="k">{MATH}<ci>q</ci></math></initialAssignment>'
                    f'<initialAssignment symbol="q">{MATH}<ci>k</ci></math></initialAssignment>'),
        "defined by each other", None,
    ),
    "odd-names.xml": (sbml(species=("A", "1A", "A B", "A;B", "ä")), "SId", None),
    "proto.xml": (sbml(species=("__proto__",)), "__proto__", 2),
    "control.xml": (sbml().replace("kineticLaw", "kinetic\x01Law"), "control character", 2),
    "empty.xml": ("", "", 1),
    "no-model.xml": ("<html><body>404 Not Found</body></html>", "", None),
    "brackets.ant": (antimony("(" * 1_400 + "A" + ")" * 1_400), "nested", 3),
    "functions.ant": (antimony("exp(" * 200 + "A" + ")" * 200), "nested", 3),
    "denials.ant": (antimony("!" * 2_000 + "A"), "operators", 3),
    "remainders.ant": (antimony("A" + "%A" * 30), "remainders", 3),
    "chain.ant": (antimony("A" + "-A" * 1_400), "operators", 3),
    "long.ant": (antimony("A" + "+A" * 20_000), "characters", 3),
    "submodels.ant": (submodels(40), "statements", 1),
    "doubling.ant": (antimony("f60(A)", FUNCTIONS), "operators and names", None),
    "recursive.ant": (antimony("f(A)", "function f(x) f(x) + 1; end\n"), "", None),
    "ten-thousand-species.ant": (antimony(more="".join(f"// {i}\n" for i in range(9)) + "").replace(
        "end\n", "".join(f"species B{i} = 1\n" for i in range(10_000)) + "end\n"), "statements", 1),
    "ten-thousand-reactions.ant": (
        antimony().replace("end\n", "A => ; A\n" * 10_000 + "end\n"), "statements", 1,
    ),
    "endless-comment.ant": ("model m\nspecies A = 1\n/*" + "/*" * 100_000, "", None),
    "nul.ant": (antimony("A\x00*A"), "control character", 3),
    "umlaut.ant": (antimony("Ä*A"), "character Ä", 3),
    "endless-text.ant": (antimony() + '"' * 5_000, "", None),
    "import.ant": ('import "/etc/passwd"\n' + antimony(), "imports", 1),
    "reaction-twice.ant": ("model m\nspecies A = 1\nJ: A => ; A\nJ: => A; 1\nend\n", "already on line 3", 4),
    "value-twice.ant": (antimony("k*A", "k = 1; // of the first draft\n") + "const k = 2\n", "k is given a value here", 6),
    "large.ant": (antimony() + "\n" * 1_000_000, "characters", 1),
}  # fmt: skip

READER = """
import json, sys
from pathlib import Path
from il2site.model.sbml import read_network
from il2site.text import SourceFile
for name in sys.argv[2:]:
    read = read_network(SourceFile(name, (Path(sys.argv[1]) / name).read_text(encoding="utf-8")))
    found = [[p.rule, p.place.path, p.place.line, p.message, p.remedy] for p in read.problems]
    print(json.dumps([name, read.value is None, found]), flush=True)
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """What reading each file gives; a file is missing here when the process ended at it, or did not come back."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, (text, _, _) in REFUSED.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    found: dict[str, list[Any]] = {}
    waiting = list(REFUSED)
    while waiting:  # after a crash the rest is read by a new process
        command = [sys.executable, "-c", READER, str(folder), *waiting]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
        try:
            said, _ = process.communicate(timeout=120)
        except subprocess.TimeoutExpired:
            process.kill()
            said, _ = process.communicate()
        lines = [json.loads(line) for line in said.splitlines()]
        found |= {name: rest for name, *rest in lines}
        waiting = waiting[len(lines) + 1 :]
    return found


@pytest.mark.fault(26)
@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_model_is_refused_with_file_line_and_reason(answers: dict[str, list[Any]], name: str) -> None:
    _, reason, line = REFUSED[name]
    assert name in answers, "reading it ended the process, or did not come back"
    unusable, problems = answers[name]
    assert unusable and problems
    for rule, path, _, message, remedy in problems:
        assert rule in {"model-syntax", "model-unsupported", "model-no-value"}
        assert path == name and message and remedy
        assert len(message) < 1_000
    assert any(reason in message for *_, message, _ in problems), problems
    if line is not None:
        assert problems[0][2] == line


def test_no_file_outside_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("A")
    read = read_network(SourceFile("x/model.xml", outside(secret)))
    assert read.value is None
    assert [p.rule for p in read.problems] == ["model-syntax"]
    assert to_antimony(SourceFile("x/model.xml", outside(secret))).value is None


# --- models that can be read, and then run ---------------------------------------------------------------------------


def read(text: str) -> Network:
    made = read_network(SourceFile("content/models/x/model.xml", text)).value
    assert made is not None
    return made


HUGE = '<cn type="e-notation">1<sep/>308</cn>'
DOUBLED = "".join(f'<parameter id="k{i}" value="1" constant="true"/>' for i in range(61))
STARTS = "".join(
    f'<initialAssignment symbol="k{i}">{MATH}{apply("plus", f"<ci>k{i - 1}</ci>", f"<ci>k{i - 1}</ci>")}</math></initialAssignment>'
    for i in range(1, 61)
)
PIECES = "".join(f"<piece><cn>{i / 200}</cn>{apply('lt', A, f'<cn>{i / 200}</cn>')}</piece>" for i in range(1, 200))
NAMES = ("constructor", "prototype", "hasOwnProperty", "lambda", "None", "yield", "self", "t", "y", "p", "v",
         "dy", "inf", "nan", "Infinity", "Math", "s_A", "f_exp", "_", "__", "class", "eval", "import", "arguments")  # fmt: skip

RUNS: Mapping[str, tuple[str, set[str]]] = {
    # text, and how a run may end
    "huge constant": (sbml(apply("times", HUGE, A, A)), {"too many steps", "not a number", "finished"}),
    "overflow": (sbml(apply("times", HUGE, HUGE, A)), {"not a number"}),
    "division by zero": (sbml(apply("divide", A, "<cn>0</cn>")), {"not a number"}),
    "zero by zero": (sbml(apply("divide", "<cn>0</cn>", "<cn>0</cn>")), {"not a number"}),
    "root of less than nothing": (sbml(apply("root", apply("minus", A, "<cn>2</cn>"))), {"not a number"}),
    "growth without bound": (sbml(apply("minus", apply("times", A, A))), {"too many steps", "not a number"}),
    "events for ever": (
        sbml(events=event("up", apply("lt", A, ONE), "<cn>2</cn>") + event("down", apply("gt", A, ONE), "<cn>0</cn>")),
        {"too many steps"},
    ),
    "events ever faster": (sbml(events=event("up", apply("lt", A, ONE), "<cn>1.0000000000001</cn>")), {"too many steps"}),
    "starts that double": (sbml(apply("divide", A, "<ci>k60</ci>"), parameters=DOUBLED, starts=STARTS), {"finished"}),
    "two hundred branches": (sbml(f"<piecewise>{PIECES}<otherwise>{A}</otherwise></piecewise>"), {"finished"}),
    "a sum of five hundred": (sbml(apply("divide", apply("plus", *[A] * 500), "<cn>500</cn>")), {"finished"}),
    "five hundred reactions of one species": (
        sbml(reactions="".join(reaction(f"r{i}", "A", apply("divide", A, "<cn>500</cn>")) for i in range(500))),
        {"finished"},
    ),
    "a thousand species": (
        sbml(species=tuple(f"A{i}" for i in range(1_000)),
             reactions="".join(reaction(f"r{i}", f"A{i}", f"<ci>A{i}</ci>") for i in range(1_000))),
        {"finished"},
    ),
    "names of the languages": (
        sbml(species=NAMES, reactions="".join(reaction(f"r{i}", name, f"<ci>{name}</ci>") for i, name in enumerate(NAMES))),
        {"finished"},
    ),
}  # fmt: skip


@pytest.mark.fault(27)
@pytest.mark.parametrize("name", RUNS)
def test_a_run_ends_with_a_named_outcome_and_never_with_a_silent_nan(name: str) -> None:
    text, outcomes = RUNS[name]
    made = run(read(text), {}, 3.0, 31)
    assert made.outcome.kind in outcomes
    assert all(math.isfinite(value) for column in made.series.columns.values() for value in column)
    assert len(made.series.times) == (31 if made.outcome.kind == "finished" else len(made.series.times))
    if name == "starts that double":
        assert made.series.columns["A"][-1] == pytest.approx(math.exp(-3 / 2**60))


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as started:
        yield started


@pytest.mark.fault(27)
@pytest.mark.parametrize("name", RUNS)
def test_the_browser_ends_in_the_same_ways(engine: Engine, name: str) -> None:
    text, outcomes = RUNS[name]
    made = read(text)
    options = {"set": {}, "end": 3.0, "points": 31, "method": "ode", "seed": 1}
    [answer] = engine.ask({"script": javascript(made), "runs": [options]}, seconds=120)["runs"]
    assert answer["outcome"]["kind"] in outcomes
    assert all(isinstance(value, (int, float)) for column in answer["columns"].values() for value in column)
    if answer["outcome"]["kind"] == "finished":
        ours = run(made, {}, 3.0, 31).series.columns
        for state in made.states:
            assert answer["columns"][state] == pytest.approx(ours[state].tolist(), rel=1e-4, abs=1e-6), state
