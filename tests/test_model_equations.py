"""Equations for readers: well-formed MathML that says what the model says."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import pytest
from model_tools import NAMES, RICH, model, network

from il2site.model.network import Network
from il2site.model.printer.equations import equations, mathml


def words(markup: str) -> str:
    """The text of MathML, with the invisible signs taken out."""
    return re.sub(r"[\u2061\u2062\s]", "", "".join(ElementTree.fromstring(f"<x>{markup}</x>").itertext()))


def rule(*lines: str) -> str:
    made: Network = network("species A = 1, B = 2, C = 3", *lines, "go: A => ; A")
    return words(mathml(made.assignments[-1][1]))


@pytest.mark.parametrize("name", [*NAMES, "rich"])
def test_the_equations_are_well_formed(name: str) -> None:
    made = network(*RICH) if name == "rich" else model(name).network
    tree = ElementTree.fromstring(f"<x>{equations(made)}</x>")
    captions = [caption.text for caption in tree.iter("caption")]
    held = {"Reactions": made.reactions, "Rules": made.derived or made.assignments, "Rates of change": made.states}
    assert captions == [caption for caption, parts in {**held, "Events": made.events}.items() if parts]
    rows = tree.findall("table")[0].findall("tbody/tr")
    assert len(rows) == len(made.reactions)
    assert all(row.find("th[@scope='row']") is not None for row in tree.iter("tr") if row.find("td") is not None)


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("A*(B + C)", "A(B+C)"),
        ("A*B + C", "AB+C"),
        ("A - (B - C)", "A−(B−C)"),
        ("A - B - C", "A−B−C"),
        ("-(A + B)", "−(A+B)"),
        ("A*(-B)", "A(−B)"),
        ("2*A*3", "2A·3"),
        ("1e-12*A", "1×10−12A"),
        ("exp(A + B)", "exp(A+B)"),
    ],
)
def test_brackets_stand_where_they_are_needed(formula: str, shown: str) -> None:
    assert rule(f"r := {formula}") == shown


def test_a_power_has_its_base_in_brackets() -> None:
    made = network("species A = 1, B = 2", "r := (A + B)^2", "go: A => ; A")
    assert "<msup><mrow><mo>(</mo>" in mathml(made.assignments[0][1])


def test_each_rate_of_change_has_the_signs_of_its_reactions() -> None:
    made = network("species A = 1, B = 0", "k = 1; c = 2", "go: 2 A => B; k*A", "back: B => A; c*B")
    text = words(equations(made))
    assert "dAdt=−2kA+cB" in text
    assert "dBdt=kA−cB" in text


def test_labels_are_shown_as_text_and_cannot_be_markup() -> None:
    made = network("species A = 1", "go: A => ; A")
    assert "&lt;b&gt;" in equations(made, {"go": "<b>"})


def test_names_are_set_as_readers_know_them() -> None:
    made = network("species C0 = 1", "tau = 2", "k_on = 1", "r := C0/tau + k_on", "go: C0 => ; C0")
    text = equations(made)
    assert "<msub><mi>C</mi><mrow><mn>0</mn></mrow></msub>" in text
    assert "<mi>τ</mi>" in text
    assert "<msub><mi>k</mi><mrow><mi>on</mi></mrow></msub>" in text
