"""SBML formulas (the MathML subset of SBML Level 3 Version 2, section 3.4) into expression trees.

Function definitions are expanded here, with a limit on the size of the result: sixty definitions that each use the one
before twice would otherwise print more text than there are atoms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import libsbml

from il2site.model.expression import ARITY, LOGICAL, ONE, ZERO, Apply, Expr, Number, Piecewise, Symbol, Time, parts_of

DEPTH_LIMIT = 150
"""Levels of brackets in a formula, function definitions included."""
SIZE_LIMIT = 200_000
"""Operators, numbers and names in all formulas of a model together, function definitions expanded. What has a
derivative that grows with the square of its length (a product, min, max) counts with that square."""
MOST_PARTS = 500
"""Terms of a sum, branches of a piecewise and the like: what is printed as one expression."""
RATE_OF = "rate_of"
"""The operator that stands for `rateOf` until the reader, who knows every rate, replaces it."""


class Unsupported(Exception):
    """A formula uses what il2site does not compute; the text names it."""


@dataclass(frozen=True)
class Function:
    """A function definition: its arguments, and the libsbml tree of its body."""

    arguments: tuple[str, ...]
    body: Any


@dataclass
class Formulas:
    """Converts the formulas of one model. `fixed` holds what stands for certain names wherever they are used."""

    functions: Mapping[str, Function]
    fixed: dict[str, Expr] = field(default_factory=dict)
    left: int = SIZE_LIMIT

    def expression(self, node: Any, local: Mapping[str, Expr] | None = None) -> Expr:
        """The tree of a libsbml formula, `local` names replaced. Raises Unsupported."""
        return self.convert(node, local or {}, ())

    def truth(self, node: Any) -> Expr:
        """The same for a condition: a number in it is true when it is not zero."""
        return _truth(self.expression(node))

    def convert(self, node: Any, local: Mapping[str, Expr], calls: tuple[str, ...], depth: int = 0) -> Expr:
        self.spend(1)
        if depth > DEPTH_LIMIT:
            raise Unsupported(f"a formula nested more than {DEPTH_LIMIT} deep")
        kind = node.getType()
        if node.isNumber():
            return Number(float(node.getInteger()) if kind == libsbml.AST_INTEGER else float(node.getValue()))
        if kind == libsbml.AST_NAME:
            return self.named(node.getName(), local)
        if kind == libsbml.AST_NAME_TIME:
            return Time()
        if kind in _CONSTANTS:
            return Number(_CONSTANTS[kind])
        operands = _operands(node, kind)
        if len(operands) > MOST_PARTS:
            raise Unsupported(f"an operator with {len(operands):,} parts (at most {MOST_PARTS} can be read)")
        if kind in _SQUARE:
            self.spend(len(operands) ** 2)
        parts = tuple(self.convert(operand, local, calls, depth + 1) for operand in operands)
        if kind == libsbml.AST_FUNCTION:
            return self.call(node.getName(), parts, calls, depth)
        return _operation(node, kind, parts)

    def named(self, name: str, local: Mapping[str, Expr]) -> Expr:
        found = local.get(name) or self.fixed.get(name)
        if found is None:
            return Symbol(name)
        if not isinstance(found, (Number, Symbol)):
            self.spend(sum(1 for _ in parts_of(found)))
        return found

    def call(self, name: str, parts: tuple[Expr, ...], calls: tuple[str, ...], depth: int) -> Expr:
        """The body of a defined function with `parts` as its arguments."""
        function = self.functions.get(name)
        if function is None:
            raise Unsupported(f"the function {name}, which is not defined,")
        if name in calls:
            raise Unsupported(f"the function {name}, which is defined by itself,")
        if len(parts) != len(function.arguments):
            raise Unsupported(f"{name} of {len(parts)} arguments instead of {len(function.arguments)}")
        local = dict(zip(function.arguments, parts, strict=True))
        return self.convert(function.body, local, (*calls, name), depth + 1)

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise Unsupported(f"a model of more than {SIZE_LIMIT:,} operators and names")


_SQUARE = frozenset({libsbml.AST_TIMES, libsbml.AST_FUNCTION_MIN, libsbml.AST_FUNCTION_MAX})


def _operands(node: Any, kind: int) -> list[Any]:
    """What an operator joins. libsbml holds a + b + c as (a + b) + c: such a chain is one operator here."""
    found: list[Any] = []
    while node.getNumChildren() > 1 and node.getType() == kind and kind in (libsbml.AST_PLUS, libsbml.AST_TIMES):
        found += [node.getChild(i) for i in range(node.getNumChildren() - 1, 0, -1)]
        node = node.getChild(0)
    if found:
        return [node, *reversed(found)]
    return [node.getChild(i) for i in range(node.getNumChildren())]


_OPERATORS: Mapping[int, str] = {
    libsbml.AST_PLUS: "add", libsbml.AST_TIMES: "multiply", libsbml.AST_DIVIDE: "divide",
    libsbml.AST_POWER: "power", libsbml.AST_FUNCTION_POWER: "power", libsbml.AST_FUNCTION_EXP: "exp",
    libsbml.AST_FUNCTION_LN: "ln", libsbml.AST_FUNCTION_ABS: "abs", libsbml.AST_FUNCTION_MIN: "min",
    libsbml.AST_FUNCTION_MAX: "max", libsbml.AST_FUNCTION_FLOOR: "floor", libsbml.AST_FUNCTION_CEILING: "ceil",
    libsbml.AST_FUNCTION_FACTORIAL: "factorial",
    libsbml.AST_FUNCTION_SIN: "sin", libsbml.AST_FUNCTION_COS: "cos", libsbml.AST_FUNCTION_TAN: "tan",
    libsbml.AST_FUNCTION_ARCSIN: "asin", libsbml.AST_FUNCTION_ARCCOS: "acos", libsbml.AST_FUNCTION_ARCTAN: "atan",
    libsbml.AST_FUNCTION_SINH: "sinh", libsbml.AST_FUNCTION_COSH: "cosh", libsbml.AST_FUNCTION_TANH: "tanh",
    libsbml.AST_FUNCTION_ARCSINH: "asinh", libsbml.AST_FUNCTION_ARCCOSH: "acosh",
    libsbml.AST_FUNCTION_ARCTANH: "atanh",
    libsbml.AST_RELATIONAL_LT: "lt", libsbml.AST_RELATIONAL_LEQ: "le", libsbml.AST_RELATIONAL_GT: "gt",
    libsbml.AST_RELATIONAL_GEQ: "ge", libsbml.AST_RELATIONAL_EQ: "eq", libsbml.AST_RELATIONAL_NEQ: "ne",
    libsbml.AST_LOGICAL_AND: "and", libsbml.AST_LOGICAL_OR: "or", libsbml.AST_LOGICAL_XOR: "xor",
    libsbml.AST_LOGICAL_NOT: "not",
}  # fmt: skip

_INVERTED: Mapping[int, tuple[str, bool]] = {
    libsbml.AST_FUNCTION_SEC: ("cos", False), libsbml.AST_FUNCTION_CSC: ("sin", False),
    libsbml.AST_FUNCTION_COT: ("tan", False), libsbml.AST_FUNCTION_SECH: ("cosh", False),
    libsbml.AST_FUNCTION_CSCH: ("sinh", False), libsbml.AST_FUNCTION_COTH: ("tanh", False),
    libsbml.AST_FUNCTION_ARCSEC: ("acos", True), libsbml.AST_FUNCTION_ARCCSC: ("asin", True),
    libsbml.AST_FUNCTION_ARCCOT: ("atan", True), libsbml.AST_FUNCTION_ARCSECH: ("acosh", True),
    libsbml.AST_FUNCTION_ARCCSCH: ("asinh", True), libsbml.AST_FUNCTION_ARCCOTH: ("atanh", True),
}  # fmt: skip
"""sec x is 1/cos x (False: one over the function); arcsec x is arccos 1/x (True: the function of one over)."""

_CONSTANTS: Mapping[int, float] = {
    libsbml.AST_CONSTANT_E: 2.718281828459045, libsbml.AST_CONSTANT_PI: 3.141592653589793,
    libsbml.AST_NAME_AVOGADRO: 6.02214179e23, libsbml.AST_CONSTANT_TRUE: 1.0, libsbml.AST_CONSTANT_FALSE: 0.0,
}  # fmt: skip
"""Named numbers of SBML; its Avogadro number is that of 2006, fixed by the format."""

_EMPTY: Mapping[str, Expr] = {"add": ZERO, "multiply": ONE, "and": ONE, "or": ZERO, "xor": ZERO}
"""What an operator without any argument is worth."""


def _operation(node: Any, kind: int, parts: tuple[Expr, ...]) -> Expr:
    if kind in _SPECIAL:
        return _SPECIAL[kind](parts)
    if kind in _INVERTED and len(parts) == 1:
        op, inside = _INVERTED[kind]
        return Apply(op, (Apply("divide", (ONE, *parts)),)) if inside else Apply("divide", (ONE, Apply(op, parts)))
    op_name = _OPERATORS.get(kind)
    if op_name is None:
        raise Unsupported(
            _NAMES.get(kind) or node.getName() or libsbml.formulaToL3String(node) or "an unknown function"
        )
    return _applied(op_name, parts)


_NAMES: Mapping[int, str] = {libsbml.AST_FUNCTION_DELAY: "a delay (the value of something at an earlier time)"}


def _applied(op: str, parts: tuple[Expr, ...]) -> Expr:
    arity = ARITY[op]
    if not parts and op in _EMPTY:
        return _EMPTY[op]
    if op in ("lt", "le", "gt", "ge", "eq") and len(parts) > 2:
        return Apply("and", tuple(Apply(op, pair) for pair in pairwise(parts)))
    if (arity is not None and len(parts) != arity) or not parts:
        raise Unsupported(f"{op} of {len(parts)} arguments")
    if op in ("and", "or", "xor", "not"):
        parts = tuple(_truth(part) for part in parts)
    if op == "multiply" and ONE in parts:  # mostly the size of a compartment
        rest = tuple(part for part in parts if part != ONE)
        return _applied(op, rest) if len(rest) > 1 else (*rest, ONE)[0]
    if op in ("add", "multiply") and isinstance(parts[0], Apply) and parts[0].op == op:
        # (a + b) + c is a + b + c, in the same order of rounding; it keeps long sums flat.
        return Apply(op, (*parts[0].args, *parts[1:]))
    return Apply(op, parts)


def _truth(expr: Expr) -> Expr:
    """`expr` as a condition: SBML takes a number for true when it is not zero."""
    return expr if isinstance(expr, Apply) and expr.op in LOGICAL else Apply("ne", (expr, ZERO))


def _minus(parts: tuple[Expr, ...]) -> Expr:
    if len(parts) == 1 and isinstance(parts[0], Number):
        return Number(-parts[0].value)
    if len(parts) not in (1, 2):
        raise Unsupported(f"minus of {len(parts)} arguments")
    return Apply("negate" if len(parts) == 1 else "subtract", parts)


def _logarithm(parts: tuple[Expr, ...]) -> Expr:
    """SBML's log has its base first; base 10 when only one argument is given."""
    if len(parts) == 1 or parts[0] == Number(10.0):
        return Apply("log10", parts[-1:])
    return Apply("divide", (Apply("ln", parts[1:]), Apply("ln", parts[:1])))


def _root(parts: tuple[Expr, ...]) -> Expr:
    if len(parts) == 1 or parts[0] == Number(2.0):
        return Apply("sqrt", parts[-1:])
    return Apply("power", (parts[1], Apply("divide", (ONE, parts[0]))))


def _piecewise(parts: tuple[Expr, ...]) -> Expr:
    """Without a last value for all other cases, those cases have no value."""
    otherwise = parts[-1] if len(parts) % 2 else Number(float("nan"))
    pairs = zip(parts[0:-1:2] if len(parts) % 2 else parts[::2], parts[1::2], strict=True)
    pieces = tuple((value, _truth(condition)) for value, condition in pairs)
    return Piecewise(pieces, otherwise) if pieces else otherwise


def _quotient(parts: tuple[Expr, ...]) -> Expr:
    return Apply("trunc", (Apply("divide", _two(parts, "quotient")),))


def _remainder(parts: tuple[Expr, ...]) -> Expr:
    """What is left by the quotient; it has the sign of the first argument."""
    top, bottom = _two(parts, "rem")
    return Apply("subtract", (top, Apply("multiply", (bottom, _quotient(parts)))))


def _implies(parts: tuple[Expr, ...]) -> Expr:
    premise, conclusion = _two(parts, "implies")
    return Apply("or", (Apply("not", (_truth(premise),)), _truth(conclusion)))


def _rate_of(parts: tuple[Expr, ...]) -> Expr:
    if len(parts) != 1 or not isinstance(parts[0], (Symbol, Number)):
        raise Unsupported("rateOf of something that is not a name")
    return Apply(RATE_OF, parts)


def _two(parts: tuple[Expr, ...], name: str) -> tuple[Expr, Expr]:
    if len(parts) != 2:
        raise Unsupported(f"{name} of {len(parts)} arguments")
    return parts[0], parts[1]


_SPECIAL = {
    libsbml.AST_MINUS: _minus, libsbml.AST_FUNCTION_LOG: _logarithm, libsbml.AST_FUNCTION_ROOT: _root,
    libsbml.AST_FUNCTION_PIECEWISE: _piecewise, libsbml.AST_FUNCTION_QUOTIENT: _quotient,
    libsbml.AST_FUNCTION_REM: _remainder, libsbml.AST_LOGICAL_IMPLIES: _implies,
    libsbml.AST_FUNCTION_RATE_OF: _rate_of,
}  # fmt: skip
