"""A network as fast Python functions of time and state, for parameters and modes that stand still.

What depends on parameters and modes alone is computed once, what occurs twice is computed once, and operators are
Python's own. Those raise an error where IEEE arithmetic has an answer (1/0 is infinite); the careful functions of
`python.py` give it then. The same operations are done in the same order, so the numbers are the same to the last bit.

    def rhs(p, m, careful):                      # dA/dt = -k*R/2*A^n, where k, R and n are parameters
        s_k, s_R, s_n = p[0], p[1], p[2]
        if s_n - s_n != 0.0: raise ValueError    # 1 to infinity is 1 in Python, and no number elsewhere
        s_0k = s_k * s_R / 2.0
        def bound(t, y):
            try:
                [s_A] = y
                s_0 = s_0k * o_pow(s_A, s_n)
                return [-s_0]
            except (ArithmeticError, ValueError):
                return careful(t, y)
        return bound
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from il2site.model.expression import Apply, Expr, Mode, Number, Piecewise, Symbol, Time, parts_of, rebuild, symbols
from il2site.model.network import Network, needed
from il2site.model.printer.common import Item, with_common_parts

INFIX = {"subtract": " - ", "divide": " / ", "multiply": " * ", "lt": " < ", "le": " <= ", "gt": " > ", "ge": " >= ",
         "eq": " == ", "ne": " != ", "and": " and ", "or": " or "}  # fmt: skip
"""What is written between arguments; a sum is written with the signs of its terms."""
OWN: Mapping[str, Callable[..., float]] = {
    "pow": math.pow, "exp": math.exp, "ln": math.log, "log10": math.log10, "sqrt": math.sqrt, "abs": abs,
}  # fmt: skip
"""What gives the same as the careful function, or raises ArithmeticError or ValueError. `pow` is a power whose exponent is
known to be finite."""


def bound_source(network: Network, name: str, values: Sequence[Expr], steps: Iterable[tuple[str, Expr]] = ()) -> str:
    """The text of a function `name(p, m, careful)` that gives a function of (t, y), which gives the list of `values`.

    `steps` are named formulas that the values use, besides the rules of `network`. `careful` is a function of (t, y) that
    gives the list everywhere. That of the three arguments raises ArithmeticError or ValueError where nothing is constant
    that can be computed.
    """
    steps = tuple(steps)
    rules = needed(network.assignments, [*(expr for _, expr in steps), *values])
    constants, items = _Constants(network), list[Item]()
    for step, expr in (*rules, *steps):
        if not constants.defined(step, expr):
            items.append((step, constants.without(expr)))
    items += [(None, constants.without(expr)) for expr in values]
    return _framed(name, network.states, constants.lines(expr for _, expr in items), _body(items))


def _framed(name: str, states: Sequence[str], constants: Iterable[str], body: Iterable[str]) -> str:
    unpacked = [f"[{', '.join(f's_{state}' for state in states)}] = y"] if states else []
    lines = [f"def {name}(p, m, careful):", *(f"    {line}" for line in constants), "    def bound(t, y):", "        try:",
             *(f"            {line}" for line in (*unpacked, *body)),
             "        except (ArithmeticError, ValueError):", "            return careful(t, y)", "    return bound"]  # fmt: skip
    return "\n".join(lines) + "\n"


def _body(items: Sequence[Item]) -> Iterator[str]:
    values = []
    for name, expr in with_common_parts(items, _worth_a_name):
        if name is None:
            values.append(_alone(expr))
        else:
            yield f"s_{name} = {_alone(expr)}"
    yield f"return [{', '.join(values)}]"


def _worth_a_name(expr: Expr) -> bool:
    """Everything but a sign, which is part of the sum around it."""
    return isinstance(expr, Piecewise) or (isinstance(expr, Apply) and expr.op != "negate")


class _Constants:
    """What stands still as long as parameters and modes do, with names."""

    def __init__(self, network: Network) -> None:
        self._places = {name: i for i, name in enumerate((*network.defaults, *(name for name, _ in network.derived)))}
        self._known = set(self._places)
        self._names: dict[Expr, str] = {}
        self._finite: set[str] = set()
        self._lines: list[str] = []
        self._read: set[str] = set()

    def defined(self, name: str, expr: Expr) -> bool:
        """Whether `expr` is constant; `name` is then known for it."""
        if not self._constant(expr):
            return False
        self._define(name, self._plain(expr))
        return True

    def without(self, expr: Expr) -> Expr:
        """`expr` with names in place of its constant parts, and with every `power` that can be a `pow`."""
        return self._named(self._plain(expr))

    def lines(self, rest: Iterable[Expr]) -> Iterator[str]:
        """The definitions of all names that there are, as far as they or the `rest` need them."""
        read = self._read.union(*(symbols(expr) for expr in rest))
        yield from (f"s_{name} = p[{i}]" for name, i in self._places.items() if name in read)
        yield from self._lines

    def _constant(self, expr: Expr) -> bool:
        return all(
            part.name in self._known if isinstance(part, Symbol) else not isinstance(part, Time)
            for part in parts_of(expr)
        )

    def _define(self, name: str, expr: Expr) -> None:
        self._known.add(name)
        self._read |= symbols(expr)
        self._lines.append(f"s_{name} = {_alone(expr)}")

    def _name(self, expr: Expr) -> Symbol:
        """The name of a constant formula."""
        if isinstance(expr, Symbol):
            return expr
        if expr not in self._names:
            self._names[expr] = f"{len(self._names)}k"
            self._define(self._names[expr], expr)
        return Symbol(self._names[expr])

    def _plain(self, expr: Expr) -> Expr:
        small = rebuild(expr, self._plain)
        if isinstance(small, Apply) and small.op == "power" and self._is_finite(small.args[1]):
            base, exponent = small.args
            return Apply("pow", (base, exponent if isinstance(exponent, Number) else self._name(exponent)))
        return small

    def _is_finite(self, exponent: Expr) -> bool:
        """Whether an exponent is a finite number; that of a constant is made sure of."""
        if isinstance(exponent, Number):
            return math.isfinite(exponent.value)
        if not self._constant(exponent):
            return False
        name = self._name(exponent).name
        if name not in self._finite:
            self._finite.add(name)
            self._read.add(name)
            self._lines.append(f"if s_{name} - s_{name} != 0.0: raise ValueError")
        return True

    def _named(self, expr: Expr) -> Expr:
        if not isinstance(expr, (Apply, Piecewise)):
            return expr
        if self._constant(expr):
            return self._name(expr)
        if isinstance(expr, Apply) and expr.op in ("add", "multiply"):
            first = next(i for i, arg in enumerate(expr.args) if not self._constant(arg))
            if first > 1:  # from the left, as it is computed
                begin = self._name(Apply(expr.op, expr.args[:first]))
                return Apply(expr.op, (begin, *map(self._named, expr.args[first:])))
        return rebuild(expr, self._named)


def _alone(expr: Expr) -> str:
    """The text of a whole right-hand side: without the brackets around all of it."""
    text = _text(expr)
    return text[1:-1] if text.startswith("(") else text


def _text(expr: Expr) -> str:
    match expr:
        case Number(value):
            return f"({value!r})" if repr(value).startswith("-") else repr(value)  # inf and nan are names
        case Symbol(name):
            return f"s_{name}"
        case Time():
            return "t"
        case Mode(index):
            return f"m[{index}]"
        case Piecewise(pieces, otherwise):
            text = _text(otherwise)
            for chosen, condition in reversed(pieces):
                text = f"{_text(chosen)} if {_text(condition)} else {text}"
            return f"({text})"
        case Apply(op, args):
            return _application(op, args)


def _application(op: str, args: Sequence[Expr]) -> str:
    if op == "add":
        return _sum(args)
    texts = [_text(arg) for arg in args]
    if op in ("negate", "not"):
        return f"({'-' if op == 'negate' else 'not '}{texts[0]})"
    if op in INFIX:
        return f"({INFIX[op].join(texts)})" if len(texts) > 1 else texts[0]
    return f"{'o' if op in OWN else 'f'}_{op}({', '.join(texts)})"


def _sum(args: Sequence[Expr]) -> str:
    """To add what has a minus is to subtract it."""
    first, *rest = args
    terms = (f" - {_text(arg.args[0])}" if isinstance(arg, Apply) and arg.op == "negate" else f" + {_text(arg)}"
             for arg in rest)  # fmt: skip
    return f"({_text(first)}{''.join(terms)})" if rest else _text(first)
