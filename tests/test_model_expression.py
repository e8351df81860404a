"""Expressions: what a formula is worth, its derivative, and its simplification."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from il2site.model.expression import (
    Apply,
    Expr,
    Number,
    Piecewise,
    Symbol,
    derivative,
    evaluate,
    simplify,
    substitute,
    symbols,
)

X, K = Symbol("x"), Symbol("k")
LEAVES = st.one_of(st.sampled_from([X, K]), st.floats(0.25, 4.0).map(lambda value: Number(round(value, 2))))


def grow(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    """One more level of a formula; values stay positive, so that every function is smooth there."""
    two = st.tuples(inner, inner)
    return st.one_of(
        st.tuples(st.sampled_from(["add", "multiply", "divide"]), two).map(lambda made: Apply(made[0], made[1])),
        st.tuples(st.sampled_from(["sqrt", "abs"]), inner).map(lambda made: Apply(made[0], (made[1],))),
        st.tuples(inner, st.sampled_from([0.5, 1.5, 2.0])).map(lambda made: Apply("power", (made[0], Number(made[1])))),
        inner.map(lambda part: Apply("ln", (Apply("add", (Number(1.0), part)),))),
        two.map(lambda parts: Piecewise(((parts[0], Apply("gt", (X, Number(99.0)))),), parts[1])),
    )


FORMULAS = st.recursive(LEAVES, grow, max_leaves=8)


@given(FORMULAS, st.floats(0.5, 3.0), st.floats(0.5, 3.0))
@settings(max_examples=200, deadline=None)
def test_a_derivative_is_the_slope_of_its_formula(formula: Expr, x: float, k: float) -> None:
    step = 1e-5
    above, below = (evaluate(formula, {"x": x + side * step, "k": k}) for side in (1, -1))
    slope = evaluate(derivative(formula, "x"), {"x": x, "k": k})
    size = max(abs(above), abs(slope), 1.0)
    if size < 1e8:
        assert (above - below) / (2 * step) == pytest.approx(slope, abs=1e-4 * size)


@given(FORMULAS, st.floats(0.5, 3.0), st.floats(0.5, 3.0))
@settings(max_examples=200, deadline=None)
def test_simplifying_changes_no_value(formula: Expr, x: float, k: float) -> None:
    values = {"x": x, "k": k}
    assert evaluate(simplify(formula), values) == pytest.approx(evaluate(formula, values), rel=1e-9)


@pytest.mark.parametrize(
    ("op", "args", "slope"),
    [
        ("exp", (X,), math.exp(2.0)),
        ("log10", (X,), 1 / (2 * math.log(10))),
        ("negate", (X,), -1.0),
        ("subtract", (K, X), -1.0),
        ("min", (X, K), 1.0),
        ("max", (X, K), 0.0),
        ("power", (K, X), 9 * math.log(3)),
        ("lt", (X, K), 0.0),
    ],
)
def test_each_function_has_its_own_rule_of_differentiation(op: str, args: tuple[Expr, ...], slope: float) -> None:
    assert evaluate(derivative(Apply(op, args), "x"), {"x": 2.0, "k": 3.0}) == pytest.approx(slope)


def test_the_chain_rule_goes_through_rules() -> None:
    """With s = x*x known to have the slope 2x, the slope of k*s is 2kx."""
    known = {"s": Apply("multiply", (Number(2.0), X))}
    slope = derivative(Apply("multiply", (K, Symbol("s"))), "x", known)
    assert evaluate(slope, {"x": 5.0, "k": 3.0, "s": 25.0}) == 30.0


@pytest.mark.parametrize(
    ("op", "values", "result"),
    [
        ("divide", (1.0, 0.0), math.inf),
        ("divide", (1.0, -0.0), -math.inf),
        ("divide", (0.0, 0.0), math.nan),
        ("ln", (0.0,), -math.inf),
        ("ln", (-1.0,), math.nan),
        ("sqrt", (-1.0,), math.nan),
        ("exp", (1000.0,), math.inf),
        ("power", (-8.0, 1 / 3), math.nan),
        ("power", (10.0, 400.0), math.inf),
        ("power", (0.0, -1.0), math.inf),
        ("max", (math.nan, 1.0), math.nan),
        ("min", (1.0, math.nan), math.nan),
    ],
)
def test_where_mathematics_has_no_value_the_result_is_that_of_a_browser(
    op: str, values: tuple[float, ...], result: float
) -> None:
    found = evaluate(Apply(op, tuple(Number(value) for value in values)), {})
    assert found == result or (found != found and result != result)


def test_a_constant_that_is_no_number_is_left_for_the_run_to_meet() -> None:
    formula = Apply("divide", (Number(1.0), Number(0.0)))
    assert simplify(formula) == formula


def test_substitution_reaches_every_part() -> None:
    formula = Piecewise(((Apply("add", (X, K)), Apply("gt", (X, K))),), Apply("sqrt", (X,)))
    assert symbols(substitute(formula, {"x": K})) == {"k"}
