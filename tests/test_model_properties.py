"""What holds for every network: random ones, made of every operator, keep the promises that models of the site keep."""

from __future__ import annotations

import math
from dataclasses import asdict

import numpy as np
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from network_tools import Array, Point, assert_same, in_python

from il2site.model.engine.browser import Engine
from il2site.model.engine.doses import Dose
from il2site.model.engine.simulate import run
from il2site.model.expression import ARITY, COMPARISONS, LOGICAL, Apply, Expr, Number, Piecewise, Symbol, Time
from il2site.model.network import Network, Reaction, in_order
from il2site.model.printer.javascript import javascript
from il2site.model.printer.python import compile_network

STATES = ("A", "B", "C")
PARAMETERS = {"k": 0.7, "n": 2.0}
SMOOTH = ("add", "subtract", "negate", "multiply", "divide", "exp", "ln", "sqrt", "sin", "cos", "tan", "atan", "sinh",
          "cosh", "tanh", "asinh", "power")  # fmt: skip
steady = settings(
    deadline=None, max_examples=80, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck)
)

numbers = st.one_of(st.sampled_from([0.0, 1.0, 2.0, -1.0]), st.floats(-5, 5).map(lambda value: round(value, 3)))


def names(*more: str) -> st.SearchStrategy[Expr]:
    return st.one_of(st.sampled_from((*STATES, *PARAMETERS, *more)).map(Symbol), numbers.map(Number), st.just(Time()))


def applied(op: str, inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    arity = ARITY[op]
    sizes = (2, 3) if arity is None else (arity, arity)
    return st.lists(inner, min_size=sizes[0], max_size=sizes[1]).map(lambda args: Apply(op, tuple(args)))


def formulas(operators: tuple[str, ...], *more: str, choices: bool = True) -> st.SearchStrategy[Expr]:
    """Formulas of numbers; with `choices` also of conditions, where SBML has them: in piecewise and as numbers 0, 1."""

    def bigger(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
        made = [applied(op, inner) for op in operators]
        if choices:
            compared = st.sampled_from(sorted(COMPARISONS)).flatmap(lambda op: applied(op, inner))
            joined = st.sampled_from(["and", "or", "xor", "not"]).flatmap(lambda op: applied(op, compared))
            condition = st.one_of(compared, joined)
            made += [condition, st.builds(lambda c, a, b: Piecewise(((a, c),), b), condition, inner, inner)]
        return st.one_of(made)

    return st.recursive(names(*more), bigger, max_leaves=8)


@st.composite
def networks(draw: st.DrawFn, operators: tuple[str, ...], choices: bool = True) -> Network:
    rule = draw(formulas(operators, choices=choices))
    rates = draw(st.lists(formulas(operators, "r", choices=choices), min_size=1, max_size=3))
    changes = st.lists(
        st.tuples(st.sampled_from(STATES), st.sampled_from([-2.0, -1.0, 0.5, 1.0]).map(Number)),
        min_size=1, max_size=3, unique_by=lambda pair: pair[0],
    )  # fmt: skip
    reactions = tuple(Reaction(f"R{i}", rate, (), (), tuple(draw(changes))) for i, rate in enumerate(rates))
    flow = draw(formulas(operators, "r", choices=choices))
    return Network(
        "random", "", STATES, {state: Symbol("n") for state in STATES}, {**PARAMETERS, "d": Apply("exp", (Symbol("k"),))},
        (("r", rule),), reactions, {"C": flow},
    )  # fmt: skip


@st.composite
def places(draw: st.DrawFn) -> Point:
    value = st.floats(0.1, 4).map(lambda number: round(number, 3))
    return draw(value), [draw(value) for _ in STATES], [draw(value) for _ in PARAMETERS]


@steady
@given(networks(tuple(op for op in ARITY if op not in LOGICAL)), places())
def test_both_languages_compute_the_same(made: Network, at: Point) -> None:
    results = in_python(made, at)
    # Beyond 1e8 the last digit of sin or exp in one language becomes another number in the next step.
    assume(all(np.all(~np.isfinite(part) | (np.abs(part) < 1e8)) for part in results.values()))
    assert_same(made, [at])


EDGES = (0.0, -0.0, 1.0, -1.0, 2.0, 0.5, 1e-300, 1e300, -1e300, math.inf, -math.inf, math.nan)


@st.composite
def hard_places(draw: st.DrawFn) -> Point:
    """Where formulas overflow, or have no value."""
    value = st.one_of(st.sampled_from(EDGES), st.floats(-4, 4))
    return draw(value), [draw(value) for _ in STATES], [draw(value) for _ in PARAMETERS]


@settings(steady, max_examples=100)
@given(networks(tuple(op for op in ARITY if op not in LOGICAL)), st.lists(hard_places(), min_size=1, max_size=8))
def test_fast_functions_give_what_the_careful_ones_give(made: Network, at: list[Point]) -> None:
    """To the last bit, also where Python's own operators would raise an error, or know better than IEEE arithmetic."""
    functions = compile_network(made)
    for time, state, given_values in at:
        careful = in_python(made, (time, state, given_values))
        p, m = careful["parameters"].tolist(), careful["modes"].tolist()
        fast = {
            "rhs": functions.rhs_for(p, m), "rates": functions.rates_for(p, None),
            "outputs": functions.output_for(p, None), "jacobian": functions.jacobian_for(p, m),
            "modes": functions.mode_for(p, None),
        }  # fmt: skip
        for name, function in fast.items():
            np.testing.assert_array_equal(np.array(function(time, state), dtype=float), careful[name], name)


def differences(made: Network, at: Point, column: int, step: float) -> Array:
    """The right-hand side to either side of a state (or of time: column n), divided by the distance."""
    functions, n = compile_network(made), len(STATES)

    def flow(shift: float) -> Array:
        time, state, given = at
        state = [value + (shift if i == column else 0) for i, value in enumerate(state)]
        values = [*given, *([0.0] * len(made.derived))]
        dy = [0.0] * n
        functions.initial(values, [0.0] * n)
        functions.rhs(time + (shift if column == n else 0), state, values, [], dy)
        return np.array(dy, dtype=float)

    with np.errstate(invalid="ignore"):  # infinity less infinity; such places are not compared
        return np.asarray((flow(step) - flow(-step)) / (2 * step))


@steady
@given(networks(SMOOTH, choices=False), places())
def test_the_jacobian_is_the_slope_of_the_right_hand_side(made: Network, at: Point) -> None:
    results, n = in_python(made, at), len(STATES)
    exact = np.column_stack([results["jacobian"].reshape(n, n), results["slope by time"]])
    rough, fine = (np.column_stack([differences(made, at, j, h) for j in range(n + 1)]) for h in (2e-5, 1e-5))
    size = np.abs(exact).max(initial=1.0) + np.abs(results["rhs"]).max()
    assume(np.isfinite(exact).all() and np.isfinite(fine).all() and size < 1e6)
    assume(np.abs(rough - fine).max() < 1e-5 * size)  # else the formula bends too much for differences to say anything
    np.testing.assert_allclose(exact, fine, atol=1e-4 * size)


@st.composite
def closed_networks(draw: st.DrawFn) -> Network:
    """Reactions that turn one species into another, at rates of mass action or saturating ones."""
    pairs = draw(st.lists(st.permutations(STATES).map(lambda order: order[:2]), min_size=1, max_size=5))
    reactions = []
    for i, (source, target) in enumerate(pairs):
        rate: Expr = Apply("multiply", (Number(draw(st.floats(0.01, 20))), Symbol(source)))
        if draw(st.booleans()):
            rate = Apply("divide", (rate, Apply("add", (Symbol("k"), Symbol(source)))))
        reactions.append(Reaction(f"R{i}", rate, (), (), ((source, Number(-1.0)), (target, Number(1.0)))))
    initial = {state: Number(float(draw(st.integers(0, 40)))) for state in STATES}
    return Network("closed", "", STATES, initial, PARAMETERS, (), tuple(reactions))


@settings(steady, max_examples=40)
@given(closed_networks(), st.integers(0, 2**31))
def test_what_a_network_conserves_is_conserved(made: Network, seed: int) -> None:
    """In equations and in single random events, in the build and in the browser."""
    total = sum(value.value for value in made.initial.values() if isinstance(value, Number))
    runs = [run(made, {}, 10.0, 11, method, seed).series.columns for method in ("ode", "ssa")]
    options = [{"set": {}, "end": 10.0, "points": 11, "method": method, "seed": seed} for method in ("ode", "ssa")]
    with Engine() as engine:
        answers = engine.ask({"script": javascript(made), "runs": options})["runs"]
    for columns in (*runs, *(answer["columns"] for answer in answers)):
        sums = sum(np.array(columns[state]) for state in STATES)
        np.testing.assert_allclose(sums, total, rtol=1e-6, atol=1e-9)
        assert min(float(np.min(columns[state])) for state in STATES) > -1e-6 * (total + 1)


@settings(steady, max_examples=40)
@given(closed_networks(), st.integers(0, 2**31))
def test_random_events_are_the_same_in_the_build_and_by_both_ways_of_the_browser(made: Network, seed: int) -> None:
    """The still of a figure shows the run that its live picture plays, whether or not the script of its model is made for it."""
    doses = [Dose(3, STATES[0], 7), Dose(4.5, STATES[-1], 2)]
    ours = run(made, {}, 10.0, 101, "ssa", seed, doses=doses).series.columns
    asked = {"set": {}, "end": 10.0, "points": 101, "method": "ssa", "seed": seed, "doses": [asdict(dose) for dose in doses]}
    with Engine() as engine:
        for stochastic in (True, False):
            script = javascript(made, stochastic)
            assert ("walk(" in script) is stochastic
            [theirs] = engine.ask({"script": script, "runs": [asked]})["runs"]
            assert {state: theirs["columns"][state] for state in STATES} == {state: ours[state].tolist() for state in STATES}


@given(st.permutations(list("abcdef")))
def test_definitions_are_sorted_whatever_their_order(order: list[str]) -> None:
    chain: dict[str, Expr] = {name: Symbol(chr(ord(name) + 1)) for name in "abcde"} | {"f": Number(1.0)}
    done, circle = in_order({name: chain[name] for name in order})
    assert [name for name, _ in done] == list("fedcba")
    assert circle == ()
