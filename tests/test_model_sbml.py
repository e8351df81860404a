"""Reading models: what Antimony and SBML become, and that what cannot be computed rightly is refused by name."""

from __future__ import annotations

import subprocess
import sys

import pytest

from il2site.model.expression import Apply, Number, Symbol, evaluate
from il2site.model.network import Network
from il2site.model.printer.python import compile_network, parameter_values
from il2site.model.sbml import read_network, to_antimony, to_sbml
from il2site.problem import Problem
from il2site.text import SourceFile


def ant(*lines: str) -> SourceFile:
    """An Antimony file; the first line given is line 2."""
    return SourceFile("content/models/x/model.ant", "\n".join(["model x", *lines, "end", ""]))


def network(*lines: str) -> Network:
    checked = read_network(ant(*lines))
    assert checked.value is not None, checked.problems
    return checked.value


def only_problem(*lines: str) -> Problem:
    checked = read_network(ant(*lines))
    assert checked.value is None
    assert len(checked.problems) == 1, checked.problems
    return checked.problems[0]


def test_a_small_model_becomes_a_network() -> None:
    made = network("species A = n, B = 0", "n = 10", "k = 0.5", "go: 2 A => B; k*A", "sum := A + B")
    assert (made.name, made.states, made.outputs) == ("x", ("A", "B"), ("sum",))
    assert made.defaults == {"n": 10.0, "k": 0.5}
    assert made.initial == {"A": Symbol("n"), "B": Number(0.0)}
    assert made.reactions[0].rate == Apply("multiply", (Symbol("k"), Symbol("A")))
    assert made.numbered_changes == (((0, -2), (1, 1)),)


def test_a_catalyst_stands_in_the_reaction_but_does_not_change() -> None:
    made = network("species E = 1, S = 5, P = 0", "r: E + S => E + P; E*S")
    assert [name for name, _ in made.reactions[0].reactants] == ["E", "S"]
    assert made.numbered_changes == (((1, -1), (2, 1)),)


def test_a_misspelt_species_is_found_with_its_line() -> None:
    """Antimony takes it for a parameter without a value and says nothing."""
    problem = only_problem(
        "species Antigen = 3", "k = 1", "// Antigne in a comment is no place", "go: Antigen => ; k*Antigne"
    )
    assert (problem.rule, problem.place.line) == ("model-no-value", 5)
    assert "Antigne" in problem.message


@pytest.mark.parametrize(
    ("lines", "line", "message"),
    [
        (["go: A => ; A", "species A = 1", "go: => A; 1"], 4, "go is defined here, and already on line 2"),
        (["species A = 1", "A => ; k*A", "const k = 1, q = 2; k = f(q, 3)"], 4, "k is given a value here"),
        (["species A = 1", "k = 1", "A => ; k*A", "k := 2"], 5, "k is given a value here, and already on line 3"),
    ],
)
def test_what_is_defined_twice_is_found_with_both_lines(lines: list[str], line: int, message: str) -> None:
    """Antimony keeps one of the two and says nothing, even of a reaction."""
    problem = only_problem(*lines)
    assert (problem.rule, problem.place.line) == ("model-syntax", line)
    assert message in problem.message


def test_a_name_may_stand_before_an_equals_sign_in_more_than_one_way() -> None:
    made = network(
        "k = 1; g = 0; species A = 1", "A' = -k*A", 'A is "k = 2"  // k = 3',
        "at (A < 0.5): A = 1, g = 1", "late: at (A < 0.2): A = 1, g = 2",
    )  # fmt: skip
    assert (made.defaults["k"], len(made.events)) == (1, 2)


def test_a_species_without_a_start_is_found_with_its_line() -> None:
    problem = only_problem("k = 1", "species A", "go: A => ; k*A")
    assert (problem.rule, problem.place.line, "A" in problem.message) == ("model-no-value", 3, True)


def test_every_symbol_without_a_value_is_told_in_one_run() -> None:
    found = read_network(ant("species A = 1", "go: A => ; k1*A", "back: => A; k2")).problems
    assert [(p.rule, p.place.line) for p in found] == [("model-no-value", 3), ("model-no-value", 4)]


@pytest.mark.parametrize(
    ("lines", "line", "named"),
    [
        (["species A = 1", "k = 1", "go: A => ; k*A*delay(A, 2)"], 4, "a delay"),
        (['import "other.ant"'], 2, "imports another file"),
    ],
)
def test_what_cannot_be_computed_rightly_is_refused_by_name(lines: list[str], line: int, named: str) -> None:
    problems = read_network(ant(*lines)).problems
    assert [(p.rule, p.place.line, named in p.message) for p in problems] == [("model-unsupported", line, True)]


def test_random_start_values_are_refused() -> None:
    rules = {p.rule for p in read_network(ant("species A = 1", "k = normal(1, 2)", "go: A => ; k*A")).problems}
    assert rules == {"model-unsupported"}


def test_a_rate_may_change_smoothly_with_time() -> None:
    assert network("species A = 1", "go: A => ; A*exp(-time)").reactions


def test_a_syntax_error_names_its_line() -> None:
    problem = only_problem("species A = 1", "k = *2", "go: A => ; k*A")
    assert (problem.rule, problem.place.line) == ("model-syntax", 3)


def test_an_empty_model_is_an_error() -> None:
    assert read_network(SourceFile("content/models/x/model.ant", "")).problems[0].rule == "model-syntax"


def test_parameters_given_by_expressions_follow_the_parameters() -> None:
    made = network("species A = 1", "half = 2", "k = ln(2)/half", "twice = 2*k", "go: A => ; twice*A")
    assert [name for name, _ in made.derived] == ["k", "twice"]
    assert list(made.defaults) == ["half"]
    values = {"half": 4.0}
    for name, expr in made.derived:
        values[name] = evaluate(expr, values)
    assert values["twice"] == pytest.approx(2 * 0.6931471805599453 / 4)


def test_a_parameter_taken_from_a_start_follows_the_start() -> None:
    made = network("n = 7", "species A = n", "k = 2*A", "go: A => ; k*A")
    y, p = [0.0], parameter_values(made, {"n": 9.0})
    compile_network(made).initial(p, y)
    assert (y, p) == ([9.0], [9.0, 18.0])


def test_a_rule_may_stand_before_what_it_uses() -> None:
    assert network("late := early + 1", "early := 2*A", "species A = 1", "go: A => ; A").outputs == ("early", "late")


def test_functions_and_submodels_are_written_out() -> None:
    text = (
        "function sq(x)\n x*x\nend\nmodel part\n species S = 2; k = 1; r: S => ; k*sq(S);\nend\n"
        "model x\n P: part(); k2 = 3; f: P.S => ; k2*P.S;\nend\n"
    )
    made = read_network(SourceFile("content/models/x/model.ant", text)).value
    assert made is not None
    assert len(made.states) == 1
    assert "multiply" in repr(made.reactions)


def test_minus_two_squared_is_minus_four() -> None:
    made = network("species A = 1", "k = -2^2", "go: A => ; A")
    assert evaluate(made.parameters["k"], {}) == -4.0  # type: ignore[arg-type]


def test_log_is_the_natural_logarithm_as_in_antimony() -> None:
    made = network("species A = 1", "a = log(7)", "b = ln(7)", "c = log10(1000)", "go: A => ; A")
    values = [evaluate(expr, {}) for _, expr in made.derived]
    assert values == pytest.approx([1.9459101090932196, 1.9459101090932196, 3.0])


def test_the_time_unit_that_a_model_declares_is_read() -> None:
    made = network("unit hour = 3600 second", "unit time_unit = hour", "species A = 1", "go: A => ; A")
    assert made.time_unit == "h"


def test_sbml_and_antimony_are_two_ways_to_write_one_model() -> None:
    file = ant("species A = n, B = 0", "n = 10", "k = 0.5", "go: 2 A => B; k*A", "sum := A + B")
    text = to_sbml(file).value
    assert text is not None
    xml = SourceFile("content/models/x/model.xml", text)
    assert read_network(xml).value == read_network(file).value
    back = to_antimony(xml).value
    assert back is not None
    assert read_network(SourceFile("content/models/x/model.ant", back)).value == read_network(file).value


def test_sbml_problems_name_the_line_of_the_xml() -> None:
    text = to_sbml(ant("species A = 1", "k = 1", "go: A => ; k*A")).value or ""
    broken = text.replace('<parameter id="k" value="1"', '<parameter id="k"')
    problem = read_network(SourceFile("content/models/x/model.xml", broken)).problems[0]
    line = next(i for i, words in enumerate(broken.splitlines(), 1) if '<parameter id="k"' in words)
    assert (problem.rule, problem.place.line) == ("model-no-value", line)


@pytest.mark.parametrize(
    "first",
    [
        "\ufeff<?xml version='1.0' encoding='UTF-8'?>",
        "<?xml version='1.0'?>",
        "<?xml version='1.0' encoding='ISO-8859-1'?>",
    ],
)
def test_the_first_line_of_the_xml_may_be_any(first: str) -> None:
    """A mark of the byte order, no encoding, or one that the file is not in: the text is known already."""
    written = to_sbml(ant("species A = 1", "k = 1", "go: A => ; k*A")).value
    assert written is not None
    made = read_network(SourceFile("content/models/x/model.xml", first + written[written.index("?>") + 2 :])).value
    assert made is not None
    assert made.states == ("A",)


def test_broken_xml_is_a_syntax_error() -> None:
    checked = read_network(SourceFile("content/models/x/model.xml", "<sbml><model></sbml>"))
    assert {p.rule for p in checked.problems} == {"model-syntax"}


def test_one_model_leaves_nothing_behind_for_the_next() -> None:
    """Antimony keeps what it has loaded; a second model must not see the first one's values."""
    network("species A = 1", "k = 1", "go: A => ; k*A")
    assert only_problem("species B = 1", "go: B => ; k*B").rule == "model-no-value"


def test_reading_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    read_network(ant("species A = 1", "k = *2"))
    read_network(ant("species A = 1", "go: A => ; A"))
    assert capfd.readouterr() == ("", "")


WITHOUT_ANTIMONY = """
import sys
sys.modules["antimony"] = None
from il2site.model.sbml import read_network
from il2site.text import SourceFile
[problem] = read_network(SourceFile("content/models/x/model.ant", "model x\\nend")).problems
sys.stdout.write(problem.rule + ": " + problem.remedy)
"""


def test_a_machine_without_antimony_is_told_to_use_sbml() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT_ANTIMONY], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("model-syntax: ")
    assert "model.xml" in done.stdout
