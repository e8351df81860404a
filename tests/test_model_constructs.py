"""What each construct of SBML means: small models whose course is known from a formula, run by the build's engine.

The SBML Test Suite says the same about many more (tests/sbml_suite.py); these few run wherever the tests run.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from il2site.model.engine.simulate import run
from il2site.model.network import Network, observe
from il2site.model.sbml import read_network
from il2site.text import SourceFile


def read(text: str) -> Network:
    checked = read_network(SourceFile("content/models/x/model.ant", text))
    assert checked.value is not None, checked.problems
    return checked.value


def course(text: str, name: str, end: float = 4.0, kind: str = "value") -> dict[float, float]:
    """The value, amount or concentration of an identifier at 0, 1, 2 ... `end`."""
    made = read(text)
    watched = observe(made, {"watched_here": getattr(made.quantities[name], kind)})
    done = run(watched, {}, end, int(end) + 1)
    assert done.outcome.kind == "finished"
    return dict(zip(done.series.times.tolist(), done.series.columns["watched_here"].tolist(), strict=True))


ANTIMONY = [
    # what it is, statements, name, kind, time, value there
    ("a species in a compartment of size 2 counts as a concentration in formulas",
     "compartment c = 2; species A in c; A = 3; k = 1; go: A => ; c*k*A", "A", "value", 1, 3 * math.exp(-1)),
    ("its amount is the concentration times the size",
     "compartment c = 2; species A in c; A = 3; k = 1; go: A => ; c*k*A", "A", "amount", 1, 6 * math.exp(-1)),
    ("a rate in amount per time changes a concentration by rate / size",
     "compartment c = 2; species A in c; A = 3; go: => A; 1", "A", "value", 2, 4.0),
    ("a species that has only substance units is an amount whatever the size",
     "compartment c = 2; substanceOnly species A in c; A = 3; go: => A; 1", "A", "value", 2, 5.0),
    ("an initial amount is divided by the size for formulas",
     "compartment c = 4; species A in c; A = 6/c; r := A; go: => A; 0", "r", "value", 0, 1.5),
    ("a compartment that grows thins out what is in it",
     "compartment c = 1; c' = 1; species A in c; A = 6; go: A => ; 0*A", "A", "value", 2, 2.0),
    ("and the amount in it stays",
     "compartment c = 1; c' = 1; species A in c; A = 6; go: A => ; 0*A", "A", "amount", 2, 6.0),
    ("a rate rule on a concentration holds in a compartment that grows",
     "compartment c = 1; c' = 1; species $A in c; A = 6; A' = 1", "A", "value", 2, 8.0),
    ("an assignment rule may set a size",
     "compartment c := 1 + time; species A in c; A = 6; go: A => ; 0*A", "A", "value", 2, 2.0),
    ("a boundary species is not used up", "species $A = 2, B = 0; go: A => B; A", "A", "value", 3, 2.0),
    ("but it drives the reaction", "species $A = 2, B = 0; go: A => B; A", "B", "value", 3, 6.0),
    ("a rate rule", "x = 1; x' = 2*x", "x", "value", 1, math.exp(2)),
    ("a rate rule beside a reaction", "species A = 1; x = 0; x' = A; go: A => ; A", "x", "value", 2, 1 - math.exp(-2)),
    ("an assignment rule follows time", "x := time^2", "x", "value", 3, 9.0),
    ("an initial assignment is read at time 0 and not later", "species A = 4; k = A/2; go: A => ; A", "k", "value", 3, 2.0),
    ("a stoichiometry that is not a whole number", "species A = 9; go: 1.5 A => ; 1", "A", "value", 2, 6.0),
    ("a stoichiometry that is a symbol", "species A = 9; n = 2; go: n A => ; 1", "A", "value", 2, 5.0),
    ("a stoichiometry that changes", "species A = 0; n := time; go: => n A; 1", "A", "value", 2, 2.0),
    ("a reaction backwards has a negative rate", "species A = 1, B = 3; go: A -> B; A - B", "A", "value", 4, 2 - math.exp(-8)),
    ("the rate of a reaction can be used by its name", "species A = 1; r := 2*go; go: A => ; A", "r", "value", 1, 2 * math.exp(-1)),
    ("a function", "function f(a, b)\n a^2 + b\nend\nmodel m\nspecies A = f(2, 1); go: A => ; 0*A", "A", "value", 1, 5.0),
    ("a function of a function",
     "function f(a)\n 2*a\nend\nfunction g(a)\n f(f(a))\nend\nmodel m\nspecies A = g(3); go: A => ; 0*A", "A", "value", 1, 12.0),
    ("rateOf a species", "species A = 1; r := rateOf(A); go: A => ; 3*A", "r", "value", 0, -3.0),
    ("rateOf a concentration", "compartment c = 2; species A in c; A = 1; r := rateOf(A); go: => A; 3", "r", "value", 0, 1.5),
    ("rateOf a constant is 0", "k = 3; x := rateOf(k)", "x", "value", 1, 0.0),
    ("Avogadro's number is that of SBML", "x := avogadro", "x", "value", 0, 6.02214179e23),
    ("piecewise in time switches at its time", "species A = 0; go: => A; piecewise(1, time >= 1.5, 0)", "A", "value", 4, 2.5),
    ("a pulse too short for any step", "species A = 0; go: => A; piecewise(1000, time >= 1.5 && time < 1.501, 0)", "A", "value", 4, 1.0),
    ("a step function of time", "species A = 0; go: => A; floor(time)", "A", "value", 4, 6.0),
    ("the remainder", "x := 7 % 4", "x", "value", 0, 3.0),
    ("factorial", "x := factorial(5)", "x", "value", 0, 120.0),
    ("and, or, not, xor", "x := piecewise(1, (true && !false) && (xor(true, false) || false), 0)", "x", "value", 0, 1.0),
    ("secant and arc hyperbolic cotangent", "x := sec(0.5) + arccoth(2)", "x", "value", 0, 1 / math.cos(0.5) + math.atanh(0.5)),
    ("an event at a time", "species A = 1; at (time >= 1.5): A = 7; go: A => ; 0*A", "A", "value", 2, 7.0),
    ("an event by a state, found exactly", "x = 0; x' = 1; at (x > 1.25): x = 0", "x", "value", 2, 0.75),
    ("an event with a delay", "x = 1; at 1 after (time >= 1.5): x = 7", "x", "value", 2, 1.0),
    ("an event with a delay, later", "x = 1; at 1 after (time >= 1.5): x = 7", "x", "value", 3, 7.0),
    ("values from the trigger's time", "x = 0; y = 0; x' = 1; at 1 after (time >= 1): y = x", "y", "value", 3, 1.0),
    ("values from the time of execution", "x = 0; y = 0; x' = 1; at 1 after (time >= 1), fromTrigger=false: y = x", "y", "value", 3, 2.0),
    ("an event that is true at time 0 does not fire by itself", "x = 1; at (time >= 0): x = 7", "x", "value", 1, 1.0),
    ("unless its trigger was false before", "x = 1; at (time >= 0), t0=false: x = 7", "x", "value", 0, 7.0),
    ("the higher priority goes first", "x = 1; A: at (time >= 1), priority=1, fromTrigger=false: x = 2*x; B: at (time >= 1), priority=2, fromTrigger=false: x = x + 5", "x", "value", 1, 12.0),
    ("an event that is not persistent is dropped", "x = 1; on = 0; at 1 after (time >= 1 && time < 1.5), persistent=false: x = 7", "x", "value", 3, 1.0),
    ("one event sets off another", "x = 0; y = 0; at (time >= 1): x = 1; at (x > 0.5): y = 3", "y", "value", 1, 3.0),
    ("an event sets a concentration", "compartment c = 2; species A in c; A = 1; go: A => ; 0*A; at (time >= 1): A = 5", "A", "amount", 2, 10.0),
    ("an event changes a size and keeps the amount", "compartment c = 2; species A in c; A = 1; go: A => ; 0*A; at (time >= 1): c = 4", "A", "value", 2, 0.5),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "text", "name", "kind", "time", "value"), ANTIMONY, ids=[case[0] for case in ANTIMONY]
)
def test_a_construct_means_what_sbml_says(
    what: str, text: str, name: str, kind: str, time: float, value: float
) -> None:
    text = text if "\nmodel m\n" in text else f"model m\n{text}"
    found = course(f"{text}\nend\n", name, kind=kind)[float(time)]
    assert found == pytest.approx(value, rel=1e-6, abs=1e-9)


LEVEL_2 = """<sbml xmlns="http://www.sbml.org/sbml/level2/version4" level="2" version="4"><model id="m">
<listOfCompartments><compartment id="c" size="2"/></listOfCompartments>
<listOfSpecies><species id="A" compartment="c" initialAmount="8" {species}/></listOfSpecies>
<listOfReactions><reaction id="go" reversible="false" {reaction}>
<listOfReactants><speciesReference species="A">{stoichiometry}</speciesReference></listOfReactants>
<kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML"><ci>k</ci></math>
<listOfParameters><parameter id="k" value="1"/></listOfParameters></kineticLaw></reaction></listOfReactions>
</model></sbml>"""


def level_2(species: str = "", reaction: str = "", stoichiometry: str = "") -> SourceFile:
    text = LEVEL_2.format(species=species, reaction=reaction, stoichiometry=stoichiometry)
    return SourceFile("content/models/x/model.xml", text)


def amounts(file: SourceFile) -> list[float]:
    """The amount of A at 0, 1 and 2."""
    made = read_network(file).value
    assert made is not None
    series = run(observe(made, {"watched": made.quantities["A"].amount}), {}, 2.0, 3).series
    return np.round(series.columns["watched"], 9).tolist()


def test_level_2_with_a_parameter_of_one_reaction() -> None:
    assert amounts(level_2()) == [8, 7, 6]


def test_stoichiometry_by_a_formula() -> None:
    three = '<stoichiometryMath><math xmlns="http://www.w3.org/1998/Math/MathML"><cn>3</cn></math></stoichiometryMath>'
    assert amounts(level_2(stoichiometry=three)) == [8, 5, 2]


def test_a_compartment_of_level_1_has_the_size_1_when_it_says_none() -> None:
    text = """<sbml xmlns="http://www.sbml.org/sbml/level1" level="1" version="2"><model name="m">
<listOfCompartments><compartment name="c"/></listOfCompartments>
<listOfSpecies><species name="A" compartment="c" initialAmount="8"/></listOfSpecies>
<listOfReactions><reaction name="go" reversible="false">
<listOfReactants><speciesReference species="A"/></listOfReactants><kineticLaw formula="2*c"/></reaction></listOfReactions>
</model></sbml>"""
    assert amounts(SourceFile("content/models/x/model.xml", text)) == [8, 6, 4]


LEVEL_3 = """<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" {spaces} level="3" version="2">
<model id="m" {model}>
<listOfCompartments><compartment id="c" size="1" constant="true"/></listOfCompartments>
<listOfSpecies><species id="A" compartment="c" initialAmount="8" hasOnlySubstanceUnits="true" boundaryCondition="false"
 constant="false"/></listOfSpecies>
<listOfParameters><parameter id="f" value="0.5" constant="true"/></listOfParameters>{rules}
<listOfReactions><reaction id="go" reversible="false">
<listOfReactants><speciesReference species="A" stoichiometry="1" constant="true"/></listOfReactants>
<kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML"><cn>2</cn></math></kineticLaw></reaction></listOfReactions>
{rest}</model></sbml>"""


def level_3(**parts: str) -> SourceFile:
    parts = {"spaces": "", "model": "", "rules": "", "rest": ""} | parts
    return SourceFile("content/models/x/model.xml", LEVEL_3.format(**parts))


def test_a_conversion_factor_scales_what_a_reaction_moves() -> None:
    assert amounts(level_3()) == [8, 6, 4]
    assert amounts(level_3(model='conversionFactor="f"')) == [8, 7, 6]


def test_a_rate_without_a_formula_does_nothing() -> None:
    """Like every element of Level 3 Version 2 whose formula is left out."""
    file = level_3()
    text = file.text.replace('<math xmlns="http://www.w3.org/1998/Math/MathML"><cn>2</cn></math></kineticLaw>', "</kineticLaw>")
    assert text != file.text
    assert amounts(SourceFile(file.path, text)) == [8, 8, 8]


ALGEBRAIC = (
    '<listOfRules><algebraicRule><math xmlns="http://www.w3.org/1998/Math/MathML"><apply><minus/><ci>A</ci>'
    "<cn>8</cn></apply></math></algebraicRule></listOfRules>"
)


@pytest.mark.parametrize(
    ("file", "named"),
    [
        (level_2(reaction='fast="true"'), "a reaction is fast"),
        (level_3(rules=ALGEBRAIC), "an algebraic rule"),
        (level_3(spaces='xmlns:fbc="http://www.sbml.org/sbml/level3/version1/fbc/version2" fbc:required="false"',
                 model='fbc:strict="false"'), "the SBML package fbc"),
    ],
)  # fmt: skip
def test_what_is_not_computed_is_refused_by_name(file: SourceFile, named: str) -> None:
    checked = read_network(file)
    assert checked.value is None
    assert [p.rule for p in checked.problems] == ["model-unsupported"]
    assert named in checked.problems[0].message


def test_submodels_of_the_package_comp_are_put_together() -> None:
    text = "model part()\n species S = 8; k = 0.25; out: S => ; k*S;\nend\nmodel x()\n one: part();\nend\n"
    antimony = pytest.importorskip("antimony")
    antimony.clearPreviousLoads()
    antimony.loadAntimonyString(text)
    nested = antimony.getCompSBMLString("x")
    antimony.clearPreviousLoads()
    assert "comp:submodel" in nested
    made = read_network(SourceFile("content/models/x/model.xml", nested)).value
    assert made is not None
    last = run(made, {}, 2.0, 3).series.columns[made.states[0]][-1]
    assert last == pytest.approx(8 * math.exp(-0.5), rel=1e-6)


def test_submodels_in_another_file_are_refused_and_the_file_is_not_opened() -> None:
    spaces = 'xmlns:comp="http://www.sbml.org/sbml/level3/version1/comp/version1" comp:required="true"'
    outside = (
        '<comp:listOfExternalModelDefinitions><comp:externalModelDefinition comp:id="other" comp:source="other.xml"/>'
        "</comp:listOfExternalModelDefinitions>"
    )
    text = level_3(spaces=spaces).text.replace("<model ", f"{outside}<model ")
    checked = read_network(SourceFile("content/models/x/model.xml", text))
    assert checked.value is None
    assert "another file" in checked.problems[0].message


def test_a_circle_of_definitions_is_refused() -> None:
    checked = read_network(SourceFile("content/models/x/model.ant", "model m\na := b\nb := a\nend\n"))
    assert {p.rule for p in checked.problems} & {"model-unsupported", "model-syntax"}
