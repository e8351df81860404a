"""The expression tree of a model: one tree, read from SBML, printed as Python, JavaScript and MathML.

Precedence is the tree's own shape; only printers deal in brackets. Worked example: `kon*L*R` is
`Apply("multiply", (Symbol("kon"), Symbol("L"), Symbol("R")))`, and its derivative by `L` is `kon*R`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Number:
    """A constant; not finite only where a model says so itself (`<infinity/>`, `<notanumber/>`)."""

    value: float


@dataclass(frozen=True)
class Symbol:
    """A state, a parameter or a rule, by its name in the model."""

    name: str


@dataclass(frozen=True)
class Time:
    """The time of the simulation."""


@dataclass(frozen=True)
class Apply:
    """The operator `op` (a key of `ARITY`) applied to `args`."""

    op: str
    args: tuple[Expr, ...]


@dataclass(frozen=True)
class Piecewise:
    """The value of the first piece `(value, condition)` whose condition holds, else `otherwise`."""

    pieces: tuple[tuple[Expr, Expr], ...]
    otherwise: Expr


@dataclass(frozen=True)
class Mode:
    """A discrete part of a formula, by number: a solver holds its value fixed during a step (see `network.frozen`)."""

    index: int


Expr: TypeAlias = Number | Symbol | Time | Apply | Piecewise | Mode

ZERO, ONE = Number(0.0), Number(1.0)

ARITY: Mapping[str, int | None] = {
    "add": None, "multiply": None, "subtract": 2, "negate": 1, "divide": 2, "power": 2,
    "exp": 1, "ln": 1, "log10": 1, "sqrt": 1, "abs": 1, "min": None, "max": None,
    "sin": 1, "cos": 1, "tan": 1, "asin": 1, "acos": 1, "atan": 1,
    "sinh": 1, "cosh": 1, "tanh": 1, "asinh": 1, "acosh": 1, "atanh": 1,
    "floor": 1, "ceil": 1, "trunc": 1, "factorial": 1,
    "lt": 2, "le": 2, "gt": 2, "ge": 2, "eq": 2, "ne": 2, "and": None, "or": None, "xor": None, "not": 1,
}  # fmt: skip
"""Every operator and how many arguments it takes; None is any number above zero."""

COMPARISONS = frozenset({"lt", "le", "gt", "ge", "eq", "ne"})
LOGICAL = COMPARISONS | {"and", "or", "xor", "not"}
"""Operators whose value is true (1) or false (0)."""
COSTLY = frozenset({"divide", "power", "exp", "ln", "log10", "sqrt"})
"""Operators that take longer than reading a variable; what contains none is not worth computing ahead."""
STEPPED = frozenset({"floor", "ceil", "trunc"})
"""Operators whose value is constant between jumps."""


def children(expr: Expr) -> tuple[Expr, ...]:
    """The expressions directly below `expr`."""
    match expr:
        case Apply(_, args):
            return args
        case Piecewise(pieces, otherwise):
            return (*(part for piece in pieces for part in piece), otherwise)
        case _:
            return ()


def parts_of(expr: Expr) -> Iterator[Expr]:
    """`expr` and everything below it, from the top."""
    waiting = [expr]
    while waiting:
        here = waiting.pop()
        yield here
        waiting.extend(reversed(children(here)))


def symbols(expr: Expr) -> frozenset[str]:
    """The names that `expr` uses."""
    return frozenset(part.name for part in parts_of(expr) if isinstance(part, Symbol))


def uses_time(expr: Expr) -> bool:
    return any(isinstance(part, Time) for part in parts_of(expr))


def rebuild(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """`expr` with `change` applied to each expression directly below it."""
    match expr:
        case Apply(op, args):
            return Apply(op, tuple(change(arg) for arg in args))
        case Piecewise(pieces, otherwise):
            return Piecewise(
                tuple((change(value), change(condition)) for value, condition in pieces), change(otherwise)
            )
        case _:
            return expr


def substitute(expr: Expr, values: Mapping[str, Expr], time: Expr | None = None) -> Expr:
    """`expr` with the named symbols replaced by expressions, and time by `time` when that is given."""
    if isinstance(expr, Symbol):
        return values.get(expr.name, expr)
    if isinstance(expr, Time) and time is not None:
        return time
    return rebuild(expr, lambda part: substitute(part, values, time))


# --- building with the obvious simplifications -------------------------------------------------------------------


def add(*terms: Expr) -> Expr:
    """The sum, without zeros."""
    kept = tuple(term for term in terms if term != ZERO)
    if len(kept) == 2 and isinstance(kept[1], Apply) and kept[1].op == "negate":
        return Apply("subtract", (kept[0], kept[1].args[0]))
    return Apply("add", kept) if len(kept) > 1 else (kept[0] if kept else ZERO)


def multiply(*factors: Expr) -> Expr:
    """The product: flattened, without ones; zero when a factor is zero; a leading -1 becomes a sign."""
    flat = tuple(part for factor in factors for part in _factors(factor) if part != ONE)
    if ZERO in flat:
        return ZERO
    if Number(-1.0) in flat:
        at = flat.index(Number(-1.0))
        return negate(multiply(*flat[:at], *flat[at + 1 :]))
    return Apply("multiply", flat) if len(flat) > 1 else (flat[0] if flat else ONE)


def _factors(expr: Expr) -> tuple[Expr, ...]:
    return expr.args if isinstance(expr, Apply) and expr.op == "multiply" else (expr,)


def negate(expr: Expr) -> Expr:
    if isinstance(expr, Number):
        return ZERO if expr.value == 0 else Number(-expr.value)
    if isinstance(expr, Apply) and expr.op == "negate":
        return expr.args[0]
    return Apply("negate", (expr,))


def subtract(left: Expr, right: Expr) -> Expr:
    if right == ZERO:
        return left
    return negate(right) if left == ZERO else Apply("subtract", (left, right))


def divide(top: Expr, bottom: Expr) -> Expr:
    if top == ZERO:
        return ZERO
    return top if bottom == ONE else Apply("divide", (top, bottom))


def power(base: Expr, exponent: Expr) -> Expr:
    if exponent == ZERO:
        return ONE
    return base if exponent == ONE else Apply("power", (base, exponent))


def piecewise(pieces: tuple[tuple[Expr, Expr], ...], otherwise: Expr) -> Expr:
    """A piecewise expression; when every branch is the same expression, that expression."""
    same = all(value == otherwise for value, _ in pieces)
    return otherwise if same else Piecewise(pieces, otherwise)


def simplify(expr: Expr) -> Expr:
    """`expr` without sums with zero, products with one or zero, and arithmetic on constants.

    A constant that is not finite stays unevaluated, so that both languages meet it at the same place.
    """
    small = rebuild(expr, simplify)
    if not isinstance(small, Apply):
        return piecewise(small.pieces, small.otherwise) if isinstance(small, Piecewise) else small
    if small.op not in LOGICAL and all(isinstance(arg, Number) for arg in small.args):
        return _folded(small)
    build = {"add": add, "multiply": multiply, "subtract": subtract, "negate": negate, "divide": divide,
             "power": power}.get(small.op)  # fmt: skip
    return build(*small.args) if build else small  # type: ignore[operator]


def _folded(expr: Apply) -> Expr:
    value = evaluate(expr, {})
    return Number(value) if math.isfinite(value) else expr


# --- values ------------------------------------------------------------------------------------------------------


def sign(expr: Expr) -> int | None:
    """1, 0 or -1 when `expr` cannot have another sign while no symbol is below zero; None when that cannot be seen."""
    match expr:
        case Number(value):
            return (value > 0) - (value < 0) if value == value else None
        case Symbol() | Time() | Apply("exp" | "sqrt" | "cosh"):
            return 1
        case Apply("negate", (arg,)):
            inner = sign(arg)
            return None if inner is None else -inner
        case Apply("multiply" | "divide", args):
            signs = [sign(arg) for arg in args]
            return None if None in signs else math.prod(each for each in signs if each is not None)
        case Apply("add", args):
            several = {sign(arg) for arg in args} - {0}
            return several.pop() if len(several) == 1 else None if several else 0
        case Apply("power", (base, _)):
            return 1 if sign(base) == 1 else None
    return None


def evaluate(expr: Expr, values: Mapping[str, float], time: float = 0.0) -> float:
    """The number that `expr` is, with IEEE results where mathematics has none (1/0 is infinite, ln(-1) is NaN).

    Raises KeyError for a symbol that is not in `values`.
    """
    match expr:
        case Number(value):
            return value
        case Symbol(name):
            return values[name]
        case Time():
            return time
        case Mode(index):
            return values[str(index)]
        case Piecewise(pieces, otherwise):
            chosen = next((value for value, condition in pieces if evaluate(condition, values, time)), otherwise)
            return evaluate(chosen, values, time)
        case Apply(op, args):
            return float(FUNCTIONS[op](*(evaluate(arg, values, time) for arg in args)))


def ieee_divide(top: float, bottom: float) -> float:
    if bottom != 0:
        return top / bottom
    return math.nan if top == 0 or top != top else math.copysign(math.inf, top) * math.copysign(1.0, bottom)


def ieee_power(base: float, exponent: float) -> float:
    """`base` to `exponent` as JavaScript has it: NaN for a negative base with a broken exponent, and for 1 to infinity."""
    if exponent != exponent or (math.isinf(exponent) and abs(base) == 1):
        return math.nan
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return -math.inf if base < 0 and exponent % 2 == 1 else math.inf
    except ValueError:
        return (math.copysign(math.inf, base) if exponent % 2 == 1 else math.inf) if base == 0 else math.nan


def ieee_exp(value: float) -> float:
    try:
        return math.exp(value)
    except OverflowError:
        return math.inf


def ieee_ln(value: float) -> float:
    return math.log(value) if value > 0 else (-math.inf if value == 0 else math.nan)


def ieee_log10(value: float) -> float:
    return math.log10(value) if value > 0 else (-math.inf if value == 0 else math.nan)


def ieee_sqrt(value: float) -> float:
    return math.sqrt(value) if value >= 0 else math.nan


def ieee_tan(value: float) -> float:
    return math.tan(value) if math.isfinite(value) else math.nan


def ieee_sin(value: float) -> float:
    return math.sin(value) if math.isfinite(value) else math.nan


def ieee_cos(value: float) -> float:
    return math.cos(value) if math.isfinite(value) else math.nan


def ieee_asin(value: float) -> float:
    return math.asin(value) if abs(value) <= 1 else math.nan


def ieee_acos(value: float) -> float:
    return math.acos(value) if abs(value) <= 1 else math.nan


def ieee_sinh(value: float) -> float:
    try:
        return math.sinh(value)
    except OverflowError:
        return math.copysign(math.inf, value)


def ieee_cosh(value: float) -> float:
    try:
        return math.cosh(value)
    except OverflowError:
        return math.inf


def ieee_acosh(value: float) -> float:
    return math.acosh(value) if value >= 1 else math.nan


def ieee_atanh(value: float) -> float:
    if abs(value) < 1:
        return math.atanh(value)
    return math.copysign(math.inf, value) if abs(value) == 1 else math.nan


def ieee_floor(value: float) -> float:
    return math.copysign(math.floor(value), value) if math.isfinite(value) else value


def ieee_ceil(value: float) -> float:
    return math.copysign(math.ceil(value), value) if math.isfinite(value) else value


def ieee_trunc(value: float) -> float:
    return math.copysign(math.trunc(value), value) if math.isfinite(value) else value


def factorial(value: float) -> float:
    """n! of a whole number (infinite above 170); NaN of anything else."""
    if not (value >= 0 and float(value).is_integer()):
        return math.nan
    return math.inf if value > 170 else float(math.factorial(int(value)))


def _signed(value: float) -> tuple[float, float]:
    """Orders numbers as JavaScript does: -0 below 0."""
    return value, math.copysign(1.0, value)


def ieee_min(*values: float) -> float:
    return math.nan if any(value != value for value in values) else min(values, key=_signed)


def ieee_max(*values: float) -> float:
    return math.nan if any(value != value for value in values) else max(values, key=_signed)


FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "add": lambda *terms: _left_fold(terms, 0.0, lambda a, b: a + b),
    "multiply": lambda *factors: _left_fold(factors, 1.0, lambda a, b: a * b),
    "subtract": lambda a, b: a - b, "negate": lambda a: -a, "divide": ieee_divide, "power": ieee_power,
    "exp": ieee_exp, "ln": ieee_ln, "log10": ieee_log10, "sqrt": ieee_sqrt, "abs": abs,
    "min": ieee_min, "max": ieee_max,
    "sin": ieee_sin, "cos": ieee_cos, "tan": ieee_tan, "asin": ieee_asin, "acos": ieee_acos, "atan": math.atan,
    "sinh": ieee_sinh, "cosh": ieee_cosh, "tanh": math.tanh, "asinh": math.asinh, "acosh": ieee_acosh,
    "atanh": ieee_atanh, "floor": ieee_floor, "ceil": ieee_ceil, "trunc": ieee_trunc, "factorial": factorial,
    "lt": lambda a, b: a < b, "le": lambda a, b: a <= b, "gt": lambda a, b: a > b, "ge": lambda a, b: a >= b,
    "eq": lambda a, b: a == b, "ne": lambda a, b: a != b,
    "and": lambda *parts: all(parts), "or": lambda *parts: any(parts), "not": lambda a: not a,
    "xor": lambda *parts: sum(map(bool, parts)) % 2 == 1,
}  # fmt: skip
"""What each operator means, once: the Python that is generated calls the same functions."""


def _left_fold(values: tuple[float, ...], start: float, join: Callable[[float, float], float]) -> float:
    # Not sum(): from Python 3.12 on it compensates rounding, which JavaScript does not.
    total = values[0] if values else start
    for value in values[1:]:
        total = join(total, value)
    return total


# --- derivatives -------------------------------------------------------------------------------------------------


def derivative(expr: Expr, symbol: str | None, known: Mapping[str, Expr] | None = None) -> Expr:
    """The derivative of `expr` by the symbol `symbol`, or by time when that is None, simplified.

    `known` holds the derivatives of other symbols that depend on `symbol` (the chain rule through assignment rules);
    a symbol that is neither is constant. At a corner (abs, min, max, piecewise) it is the derivative of the branch
    that holds there.
    """
    inner = known or {}
    match expr:
        case Symbol(name):
            return ONE if name == symbol else inner.get(name, ZERO)
        case Time():
            return ONE if symbol is None else ZERO
        case Number() | Mode():
            return ZERO
        case Piecewise(pieces, otherwise):
            slopes = tuple((derivative(value, symbol, inner), condition) for value, condition in pieces)
            return piecewise(slopes, derivative(otherwise, symbol, inner))
        case Apply(op, args):
            return ZERO if op in FLAT else _SLOPES[op](args, tuple(derivative(arg, symbol, inner) for arg in args))


FLAT = LOGICAL | STEPPED | {"factorial"}
"""Operators whose derivative is zero wherever they have one."""

Parts: TypeAlias = tuple[Expr, ...]


def _product_slope(args: Parts, slopes: Parts) -> Expr:
    terms = (multiply(*args[:i], slope, *args[i + 1 :]) for i, slope in enumerate(slopes))
    return add(*(term for term in terms if term != ZERO))


def _quotient_slope(args: Parts, slopes: Parts) -> Expr:
    (top, bottom), (top_slope, bottom_slope) = args, slopes
    if bottom_slope == ZERO:
        return divide(top_slope, bottom)
    return divide(subtract(top_slope, multiply(divide(top, bottom), bottom_slope)), bottom)


def _power_slope(args: Parts, slopes: Parts) -> Expr:
    (base, exponent), (base_slope, exponent_slope) = args, slopes
    lower = simplify(subtract(exponent, ONE))
    by_base = multiply(exponent, power(base, lower), base_slope) if base_slope != ZERO else ZERO
    by_exponent = (
        multiply(power(base, exponent), Apply("ln", (base,)), exponent_slope) if exponent_slope != ZERO else ZERO
    )
    return add(by_base, by_exponent)


def _outer_slope(outer: Callable[[Expr], Expr]) -> Callable[[Parts, Parts], Expr]:
    """The chain rule for a function of one argument whose own derivative is `outer`."""
    return lambda args, slopes: multiply(outer(args[0]), slopes[0]) if slopes[0] != ZERO else ZERO


def _extreme_slope(comparison: str) -> Callable[[Parts, Parts], Expr]:
    """The slope of the argument that is the smallest (`le`) or the largest (`ge`)."""

    def slope(args: Parts, slopes: Parts) -> Expr:
        pieces = tuple(
            (slopes[i], Apply("and", tuple(Apply(comparison, (arg, other)) for other in args)))
            for i, arg in enumerate(args[:-1])
        )
        return piecewise(pieces, slopes[-1])

    return slope


def _square(arg: Expr) -> Expr:
    return multiply(arg, arg)


def _sign(arg: Expr) -> Expr:
    return Piecewise(((Number(-1.0), Apply("lt", (arg, ZERO))),), ONE)


_SLOPES: Mapping[str, Callable[[Parts, Parts], Expr]] = {
    "add": lambda args, slopes: add(*slopes),
    "subtract": lambda args, slopes: subtract(*slopes),
    "negate": lambda args, slopes: negate(slopes[0]),
    "multiply": _product_slope,
    "divide": _quotient_slope,
    "power": _power_slope,
    "exp": _outer_slope(lambda arg: Apply("exp", (arg,))),
    "ln": _outer_slope(lambda arg: divide(ONE, arg)),
    "log10": _outer_slope(lambda arg: divide(ONE, multiply(Number(math.log(10.0)), arg))),
    "sqrt": _outer_slope(lambda arg: divide(Number(0.5), Apply("sqrt", (arg,)))),
    "abs": _outer_slope(_sign),
    "sin": _outer_slope(lambda arg: Apply("cos", (arg,))),
    "cos": _outer_slope(lambda arg: negate(Apply("sin", (arg,)))),
    "tan": _outer_slope(lambda arg: divide(ONE, _square(Apply("cos", (arg,))))),
    "asin": _outer_slope(lambda arg: divide(ONE, Apply("sqrt", (subtract(ONE, _square(arg)),)))),
    "acos": _outer_slope(lambda arg: divide(Number(-1.0), Apply("sqrt", (subtract(ONE, _square(arg)),)))),
    "atan": _outer_slope(lambda arg: divide(ONE, add(ONE, _square(arg)))),
    "sinh": _outer_slope(lambda arg: Apply("cosh", (arg,))),
    "cosh": _outer_slope(lambda arg: Apply("sinh", (arg,))),
    "tanh": _outer_slope(lambda arg: divide(ONE, _square(Apply("cosh", (arg,))))),
    "asinh": _outer_slope(lambda arg: divide(ONE, Apply("sqrt", (add(_square(arg), ONE),)))),
    "acosh": _outer_slope(lambda arg: divide(ONE, Apply("sqrt", (subtract(_square(arg), ONE),)))),
    "atanh": _outer_slope(lambda arg: divide(ONE, subtract(ONE, _square(arg)))),
    "min": _extreme_slope("le"),
    "max": _extreme_slope("ge"),
}
