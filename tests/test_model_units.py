"""The units in a card and the formulas of a model: what is found, and what nobody is told off for."""

from __future__ import annotations

import pytest

from il2site.model.card.consistency import Fault, unit_faults
from il2site.model.card.units import PLAIN, UnitError, parse_unit, spell
from il2site.model.model import load_model
from il2site.model.sbml import read_network
from il2site.text import SourceFile

# --- the grammar ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("nM", "1000 pM"),
        ("1/(nM min)", "nM-1 min-1"),
        ("µM", "uM"),
        ("mm3", "uL"),
        ("mm³", "uL"),
        ("L/h", "litre per hour"),
        ("M", "mol/L"),
        ("um2/s", "(um um)/s"),
        ("cells/uL", "1/mm3"),
        ("IU/mL", "kIU/L"),
        ("mL/min/kg", "mL/(min kg)"),
        ("1/wk", "1/(7 d)"),
        ("dyn/cm2", "0.1 Pa"),
        ("10^6 cells", "1e6"),
    ],
)
def test_two_ways_to_write_one_unit(one: str, other: str) -> None:
    assert parse_unit(one).same_kind(parse_unit(other))
    assert parse_unit(one).fits(parse_unit(other))


@pytest.mark.parametrize(
    "words",
    ["", "cells", "molecules/cell", "× the usual", "T-cell equivalents", "IL-2", "log10 copies/mL", "fold", "-"],
)
def test_words_count_things_and_have_no_dimension(words: str) -> None:
    assert parse_unit(words) == PLAIN


@pytest.mark.parametrize(("one", "other"), [("nM", "pM"), ("h", "min"), ("%", ""), ("L", "mL"), ("IU", "kIU")])
def test_units_of_one_kind_differ_in_scale(one: str, other: str) -> None:
    assert parse_unit(one).same_kind(parse_unit(other))
    assert not parse_unit(one).fits(parse_unit(other))


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("1/(nM min", "bracket"),
        ("nM)", "bracket"),
        ("1/", "slash"),
        ("L//h", "slash"),
        ("1/nM min", "not clear"),
        ("0 cells", "zero"),
        ("(" * 50 + "M" + ")" * 50, "nested"),
    ],
)
def test_a_unit_that_cannot_be_read_says_why(written: str, word: str) -> None:
    with pytest.raises(UnitError, match=word) as caught:
        parse_unit(written)
    assert caught.value.remedy


@pytest.mark.parametrize("unit", ["nM/min", "1/(pM s)", "mL/d", "cm2", "IU/L", "mmHg", "%", "pM2", "g/L", "mol/s"])
def test_a_unit_is_spelled_as_it_is_read(unit: str) -> None:
    assert parse_unit(spell(parse_unit(unit))).fits(parse_unit(unit))


# --- formulas ------------------------------------------------------------------------------------------------------


def faults(lines: str, time: str = "min", **units: str) -> list[Fault]:
    """What is wrong with an Antimony model of these lines and units."""
    text = f"model x\n{lines}\nend\n"
    network = read_network(SourceFile("content/models/x/model.ant", text))
    assert network.value is not None, network.problems
    return list(unit_faults(network.value, units, time))


BIND = "species C = 1, R = 2; kon = 1; Kd = 3; bind: C + R => ; kon*R*(C + Kd)"
FITTING = {"C": "nM", "R": "nM", "kon": "1/(nM min)", "Kd": "nM"}


def test_units_that_fit_are_no_fault() -> None:
    assert faults(BIND, **FITTING) == []


def test_a_sum_of_nanomolar_and_picomolar_is_told_in_plain_words() -> None:
    [fault] = faults(BIND, **{**FITTING, "Kd": "pM"})
    assert fault.owner == "bind"
    assert fault.message == "C is in nM, Kd is in pM: they are added in the rate of `bind`"
    assert "multiply C by 1000" in fault.remedy


def test_a_rate_in_nanomolar_for_a_species_in_picomolar_is_found() -> None:
    [fault] = faults("species C = 1; k = 1; make: => C; k", C="pM", k="nM/min")
    assert fault.message == "the rate of `make` is in nM/min, but C is in pM, so it should be in pM/min"


def test_a_forgotten_factor_is_found_by_its_dimension() -> None:
    """kon*R*C without R is per minute, not molar per minute."""
    [fault] = faults("species C = 1; kon = 1; bind: C => ; kon*C*C", C="nM", kon="1/min")
    assert fault.message == "the rate of `bind` is in nM2/min, but C is in nM, so it should be in nM/min"


def test_a_rate_per_hour_in_a_model_of_days_is_found() -> None:
    assert faults("species A = 1; k = 1; go: A => ; k*A", "d", A="cells", k="1/h") != []
    assert faults("species A = 1; k = 1; go: A => ; 24*k*A", "d", A="cells", k="1/h") == []
    assert faults("species A = 1; k = 1; go: A => ; 60*k*A", "d", A="cells", k="1/h") != []


@pytest.mark.parametrize("two", ["ln(2)", "0.693147"])
def test_a_half_life_without_unit_is_found(two: str) -> None:
    lines = f"species A = 1; t = 1; go: A => ; {two}/t*A"
    assert faults(lines, A="cells", t="min") == []
    assert faults(lines, A="cells", t="") != []


def test_a_rule_has_the_unit_that_the_card_says() -> None:
    lines = "species A = 1; V = 2; A => ; gone*A; gone = 0.1; c := A/V"
    assert faults(lines, A="nmol", V="L", c="nM") == []
    [fault] = faults(lines, A="nmol", V="L", c="pM")
    assert fault.message == "the formula of c is in nM, but c is in pM"
    assert "multiply" in fault.remedy


def test_a_power_of_ten_that_converts_has_to_convert() -> None:
    lines = "species A = 1; A => ; gone*A; gone = 0.1; shown := {}*A"
    assert faults(lines.format("1e12"), A="M", shown="pM") == []
    assert faults(lines.format("1e9"), A="M", shown="pM") != []


def test_a_share_and_a_percentage_differ() -> None:
    lines = "species A = 1; start = 4; A => ; gone*A; gone = 0.1; left := {}A/start"
    assert faults(lines.format(""), A="cells", start="cells", left="") == []
    assert faults(lines.format("100*"), A="cells", start="cells", left="%") == []
    [fault] = faults(lines.format(""), A="cells", start="cells", left="%")
    assert fault.message == "the formula of left has no unit, but left is in %"


@pytest.mark.parametrize(
    ("formula", "units", "words"),
    [
        ("exp(-k*A)", {"k": "1/min", "A": "nM"}, "the argument of exp"),
        ("ln(A)", {"A": "nM"}, "the argument of ln"),
        ("sin(time)", {}, "time is in min"),
        ("2^A", {"A": "nM"}, "an exponent"),
        ("min(A, k)", {"k": "1/min", "A": "nM"}, "they are compared"),
        ("piecewise(A, A > k, 1)", {"k": "pM", "A": "nM"}, "they are compared"),
        ("piecewise(A, time > 3, k)", {"k": "pM", "A": "nM"}, "two values of one piecewise"),
        ("A - k", {"k": "pM", "A": "nM"}, "they are subtracted"),
        ("sqrt(A*A) + k", {"k": "pM", "A": "nM"}, "they are added"),
        ("abs(A) + k", {"k": "nM2", "A": "nM"}, "k is in nM2"),
    ],
)
def test_what_formulas_may_not_mix(formula: str, units: dict[str, str], words: str) -> None:
    [fault] = faults(f"species A = 1; k = 2; A => ; gone*A; gone = 0.1; shown := {formula}", **units)
    assert words in fault.message


@pytest.mark.parametrize(
    ("formula", "units"),
    [
        ("A^h/(K^h + A^h)", {"A": "nM", "K": "nM", "h": "", "shown": ""}),
        ("1 - A/(K + A)", {"A": "nM", "K": "nM", "shown": ""}),
        ("A + 3", {"A": "nM", "shown": "nM"}),
        ("max(A, 0)", {"A": "nM", "shown": "nM"}),
        ("piecewise(1, time > 9, 0)*h/K", {"K": "min", "shown": "1/min"}),
        ("0.28*(1 + h)", {"h": "", "shown": "L/h"}),
        ("2042*exp(-h)", {"h": "", "shown": "dyn s/cm5"}),
        ("log10(A)", {"A": "copies/mL", "shown": "log10 copies/mL"}),
        ("6.022e11*K*A", {"K": "L", "A": "pM", "shown": "molecules"}),
        ("A/(6.02214e23*K)", {"K": "L", "A": "molecules", "shown": "M"}),
        ("ln(2)*24/K", {"K": "h", "shown": "1/d"}),
        ("16.6/K", {"K": "h", "shown": "1/d"}),
        ("A/K", {"A": "nM", "shown": "s"}),
        ("0.5*(A + K - sqrt((A + K)^2 - 4*A*K))", {"A": "nM", "K": "nM", "shown": "nM"}),
        ("7*A", {"A": "1/d", "shown": "1/wk"}),
        ("10^h*A", {"A": "cells", "h": "", "shown": "copies/mL"}),
    ],
)
def test_formulas_that_are_usual_are_no_fault(formula: str, units: dict[str, str]) -> None:
    assert faults(f"species A = 1; K = 2; h = 4; A => ; gone*A; gone = 0.1; shown := {formula}", **units) == []


def test_starts_rate_rules_and_events_are_checked() -> None:
    lines = """species A = a, B = 1; a = 1; k = 1; wait = 3
    B' = k
    wash: at wait after (A > k): A = k"""
    units = {"A": "nM", "B": "nM", "a": "nM", "k": "nM", "wait": "min"}
    assert [f.message for f in faults(lines, **units)] == [
        "the rate of change of B is in nM, but B is in nM, so it should be in nM/min"
    ]
    found = [f.message for f in faults(lines, **{**units, "a": "pM", "k": "pM/min", "wait": "h"})]
    assert found == [
        "the start of A is in pM, but A is in nM",
        "the rate of change of B is in pM/min, but B is in nM, so it should be in nM/min",
        "A is in nM, k is in pM/min: they are compared in the condition of the event `wash`",
        "the delay of the event `wash` is in h, but time is in min",
        "the new value of A in the event `wash` is in pM/min, but A is in nM",
    ]


def test_a_concentration_in_a_compartment_with_a_size_is_an_amount_by_that_size() -> None:
    lines = "compartment well = 2; species A in well = 1; k = 1; go: A => ; k*A*well"
    assert faults(lines, A="nM", well="L", k="1/min") == []
    [fault] = faults(lines.replace("k*A*well", "k*A"), A="nM", well="L", k="1/min")
    assert fault.message == "the rate of `go` is in nM/min, but A is in nM, so it should be in nmol/min"


def test_what_has_no_unit_in_the_card_is_not_compared() -> None:
    assert faults(BIND, C="nM", R="nM", kon="1/(nM min)") == []
    assert faults(BIND) == []


def test_a_number_with_a_hidden_unit_is_named_in_the_remedy() -> None:
    [fault] = faults(
        "species A = 1; k = 2; A => ; gone*A; gone = 0.1; shown := 5.2*A/k", A="cells", k="s", shown="cells"
    )
    assert "make it a parameter: 5.2" in fault.remedy


def test_a_reaction_without_a_name_is_shown_as_it_is_written() -> None:
    [fault] = faults("species A = 1, B = 0; k = 1; A => B; k", A="cells", B="cells", k="1/h")
    assert fault.message.startswith("the rate of `A => B` is in 1/h")


# --- in a build ----------------------------------------------------------------------------------------------------

MODEL = """model x
  species C = 1
  k = 2; Kd = 3
  C => ; k*C/(C + Kd)
end
"""
CARD = """title: T
about: A.
time_unit: min
symbols:
  C: {label: ligand, unit: nM, source: chosen for teaching, status: illustrative}
  k: {label: rate, unit: nM/min, source: chosen for teaching, status: illustrative}
  Kd: {label: half, unit: nM, source: chosen for teaching, status: illustrative}
limits: [None.]
"""


def rules(card: str, model: str = MODEL) -> list[tuple[str, str, int]]:
    files = {"content/models/x/model.ant": model, "content/models/x/card.yml": card}
    found = load_model("x", {path: SourceFile(path, text) for path, text in files.items()}).problems
    return [(p.rule, p.place.path.rpartition("/")[2], p.place.line) for p in found]


def test_a_build_stops_at_the_line_of_the_formula() -> None:
    assert rules(CARD) == []
    assert rules(CARD.replace("half, unit: nM", "half, unit: pM")) == [("model-units", "model.ant", 4)]


def test_a_unit_that_cannot_be_read_stops_a_build_at_its_line_of_the_card() -> None:
    assert rules(CARD.replace("rate, unit: nM/min", "rate, unit: nM/(min")) == [("model-units", "card.yml", 6)]
    assert rules(CARD.replace("time_unit: min", "time_unit: months")) == [("model-units", "card.yml", 3)]


def test_a_unit_that_the_model_file_denies_stops_a_build() -> None:
    """Antimony and SBML may declare units of their own."""
    units = "unit nM = 1e-9 mole / litre; unit pM = 1e-12 mole / litre; unit flux = 1e-9 mole / (litre * 60 second)\n  k has flux"
    assert rules(CARD, MODEL.replace("end", f"  {units}; Kd has nM\nend")) == []
    assert rules(CARD, MODEL.replace("end", f"  {units}; Kd has pM\nend")) == [("model-units", "card.yml", 7)]
