"""Printing expressions as program text: what Python and JavaScript have in common.

Brackets stand around every operation, so precedence never has to be right twice: `kon*L*R` prints as
`(s_kon * s_L * s_R)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from il2site.model.expression import Apply, Expr, Number, Piecewise, Symbol, Time, symbols
from il2site.model.network import Jacobian, Network, jacobian, needed


@dataclass(frozen=True)
class Dialect:
    """How one language writes an expression. `infix` and `call` hold every operator between them."""

    prefix: str
    number: Callable[[float], str]
    infix: Mapping[str, str]
    call: Mapping[str, str]
    choice: str  # with the fields condition, value and otherwise
    define: str  # with the fields name and value
    store: str  # with the fields array, index and value


def write(expr: Expr, dialect: Dialect) -> str:
    """`expr` in the words of `dialect`."""
    match expr:
        case Number(value):
            return dialect.number(value)
        case Symbol(name):
            return dialect.prefix + name
        case Time():
            return "t"
        case Piecewise(pieces, otherwise):
            return _choice(pieces, otherwise, dialect)
        case Apply(op, args):
            return _application(op, tuple(write(arg, dialect) for arg in args), dialect)


def _choice(pieces: tuple[tuple[Expr, Expr], ...], otherwise: Expr, dialect: Dialect) -> str:
    text = write(otherwise, dialect)
    for value, condition in reversed(pieces):
        text = dialect.choice.format(value=write(value, dialect), condition=write(condition, dialect), otherwise=text)
    return text


def _application(op: str, args: tuple[str, ...], dialect: Dialect) -> str:
    if op == "negate":
        return f"(-{args[0]})"
    if op in dialect.infix:
        return f"({f' {dialect.infix[op]} '.join(args)})" if len(args) > 1 else args[0]
    return f"{dialect.call[op]}({', '.join(args)})"


@dataclass(frozen=True)
class Bodies:
    """The lines of the five functions of a network, without their frames."""

    initial: tuple[str, ...]
    rates: tuple[str, ...]
    rhs: tuple[str, ...]
    jacobian: tuple[str, ...]
    output: tuple[str, ...]


def bodies(network: Network, dialect: Dialect) -> Bodies:
    """Every function of `network` as lines of `dialect`; arrays are y, p, v, dy, J and out."""
    return Bodies(
        _initial(network, dialect), _rates(network, dialect), _rhs(network, dialect),
        _jacobian(network, jacobian(network), dialect), _output(network, dialect),
    )  # fmt: skip


def _initial(network: Network, dialect: Dialect) -> tuple[str, ...]:
    values = [network.initial[state] for state in network.states]
    return (*_frame(network, (), values, dialect, with_states=False), *_stores("y", enumerate(values), dialect))


def _rates(network: Network, dialect: Dialect) -> tuple[str, ...]:
    values = [reaction.rate for reaction in network.reactions]
    rules = needed(network.assignments, values)
    return (*_frame(network, rules, values, dialect), *_stores("v", enumerate(values), dialect))


def _rhs(network: Network, dialect: Dialect) -> tuple[str, ...]:
    values = [reaction.rate for reaction in network.reactions]
    rules = needed(network.assignments, values)
    named = tuple((str(i), value) for i, value in enumerate(values))
    sums = enumerate(_flow(network, state) for state in range(len(network.states)))
    return (*_frame(network, (*rules, *named), [], dialect), *_stores("dy", sums, dialect))


def _flow(network: Network, state: int) -> Expr:
    """dy/dt of the numbered state as a sum of the named rates `0`, `1` ..."""
    terms = tuple(
        _scaled(Symbol(str(reaction)), coefficient)
        for reaction, change in enumerate(network.numbered_changes)
        for index, coefficient in change
        if index == state
    )
    return Apply("add", terms) if terms else Number(0.0)


def _scaled(expr: Expr, coefficient: int) -> Expr:
    size = expr if abs(coefficient) == 1 else Apply("multiply", (Number(float(abs(coefficient))), expr))
    return Apply("negate", (size,)) if coefficient < 0 else size


def _jacobian(network: Network, matrix: Jacobian, dialect: Dialect) -> tuple[str, ...]:
    values = [expr for _, _, expr in matrix.entries]
    steps = needed(matrix.steps, values)
    rules = needed(network.assignments, [*values, *(expr for _, expr in steps)])
    size = len(network.states)
    cells = ((row * size + column, expr) for row, column, expr in matrix.entries)
    return (*_frame(network, (*rules, *steps), values, dialect), *_stores("J", cells, dialect))


def _output(network: Network, dialect: Dialect) -> tuple[str, ...]:
    names = enumerate(Symbol(name) for name in network.outputs)
    return (*_frame(network, network.assignments, [], dialect), *_stores("out", names, dialect))


def _frame(
    network: Network,
    steps: Iterable[tuple[str, Expr]],
    values: Iterable[Expr],
    dialect: Dialect,
    with_states: bool = True,
) -> tuple[str, ...]:
    """Definitions of all that `steps` and `values` use: parameters, derived parameters, states; then the steps."""
    steps = tuple(steps)
    used = [*values, *(expr for _, expr in steps)]
    derived = needed(network.derived, used)
    wanted = {name for expr in (*used, *(expr for _, expr in derived)) for name in symbols(expr)}
    given = [(name, f"p[{i}]") for i, name in enumerate(network.defaults) if name in wanted]
    states = [(name, f"y[{i}]") for i, name in enumerate(network.states) if with_states and name in wanted]
    written = [(name, write(expr, dialect)) for name, expr in (*derived, *steps)]
    return tuple(
        dialect.define.format(name=dialect.prefix + name, value=value) for name, value in (*given, *states, *written)
    )


def _stores(array: str, values: Iterable[tuple[int, Expr]], dialect: Dialect) -> tuple[str, ...]:
    return tuple(dialect.store.format(array=array, index=i, value=write(value, dialect)) for i, value in values)
