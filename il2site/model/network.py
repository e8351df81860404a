"""A reaction network: the one value between the file formats and every printer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from il2site.model.expression import ZERO, Expr, Number, Symbol, add, derivative, multiply, symbols


@dataclass(frozen=True)
class Reaction:
    """One reaction: `rate` is events per time unit; `change` is products minus reactants, without zeros."""

    name: str
    rate: Expr
    reactants: tuple[tuple[str, int], ...]
    products: tuple[tuple[str, int], ...]
    change: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Network:
    """A model as mathematics: dy/dt is the sum over reactions of change times rate.

    Promises that `sbml.py` keeps, so that printers need not check:
    - `parameters` are constant; a number may be overridden, an expression uses only parameters that stand before it;
    - `initial` has one expression for every state and uses only parameters;
    - `assignments` stand in dependency order: each uses time, parameters, states and assignments before it;
    - names are letters, digits and underscores, and differ from each other across all four kinds.
    """

    name: str
    time_unit: str
    states: tuple[str, ...]
    initial: Mapping[str, Expr]
    parameters: Mapping[str, float | Expr]
    assignments: tuple[tuple[str, Expr], ...]
    reactions: tuple[Reaction, ...]

    @cached_property
    def defaults(self) -> Mapping[str, float]:
        """The parameters that may be overridden, with their values."""
        return {name: value for name, value in self.parameters.items() if isinstance(value, (int, float))}

    @cached_property
    def derived(self) -> tuple[tuple[str, Expr], ...]:
        """The parameters that are defined by expressions, in dependency order."""
        return tuple((name, value) for name, value in self.parameters.items() if not isinstance(value, (int, float)))

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names of the assignment rules, in dependency order."""
        return tuple(name for name, _ in self.assignments)

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that has a value: states, then parameters, then assignment rules."""
        return (*self.states, *self.parameters, *self.outputs)

    @cached_property
    def numbered_changes(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """For each reaction: (index of the state, coefficient)."""
        index = {state: i for i, state in enumerate(self.states)}
        return tuple(tuple((index[state], change) for state, change in reaction.change) for reaction in self.reactions)


def in_order(definitions: Mapping[str, Expr]) -> tuple[tuple[tuple[str, Expr], ...], tuple[str, ...]]:
    """`definitions` sorted so that each stands after those it uses, and the names that cannot be sorted (a circle)."""
    done: dict[str, Expr] = {}
    waiting = dict(definitions)
    while waiting:
        ready = [name for name, expr in waiting.items() if not (symbols(expr) & waiting.keys())]
        if not ready:
            return tuple(done.items()), tuple(waiting)
        done.update((name, waiting.pop(name)) for name in ready)
    return tuple(done.items()), ()


def needed(definitions: Iterable[tuple[str, Expr]], used: Iterable[Expr]) -> tuple[tuple[str, Expr], ...]:
    """Those of the ordered `definitions` that the expressions in `used` need, directly or through others."""
    wanted = {name for expr in used for name in symbols(expr)}
    kept: list[tuple[str, Expr]] = []
    for name, expr in reversed(tuple(definitions)):
        if name in wanted:
            kept.append((name, expr))
            wanted |= symbols(expr)
    return tuple(reversed(kept))


@dataclass(frozen=True)
class Jacobian:
    """The derivatives of the right-hand side by the states.

    `steps` are named intermediate results in order (slopes of assignment rules and of rates, shared by entries);
    their names are digits, so they collide with no name of a model. `entries` are the (row, column, expression)
    that are not zero: row i, column j is the derivative of dy_i/dt by y_j.
    """

    steps: tuple[tuple[str, Expr], ...]
    entries: tuple[tuple[int, int, Expr], ...]


def jacobian(network: Network) -> Jacobian:
    """The symbolic Jacobian of `network`."""
    steps: list[tuple[str, Expr]] = []
    sums: dict[tuple[int, int], Expr] = {}
    for column, state in enumerate(network.states):
        slopes = _rate_slopes(network, state, steps)
        for change, slope in zip(network.numbered_changes, slopes, strict=True):
            for row, coefficient in change if slope != ZERO else ():
                sums[row, column] = add(sums.get((row, column), ZERO), _times(coefficient, slope))
    return Jacobian(tuple(steps), tuple((row, column, expr) for (row, column), expr in sorted(sums.items(), key=_cell)))


def _cell(item: tuple[tuple[int, int], Expr]) -> tuple[int, int]:
    return item[0]


def _rate_slopes(network: Network, state: str, steps: list[tuple[str, Expr]]) -> list[Expr]:
    """The slope of every rate by `state`; what is not a plain symbol or number becomes a step."""
    name = _namer(steps)
    known: dict[str, Expr] = {}
    for rule, expr in network.assignments:
        slope = derivative(expr, state, known)
        if slope != ZERO:
            known[rule] = name(slope)
    return [name(derivative(reaction.rate, state, known)) for reaction in network.reactions]


def _namer(steps: list[tuple[str, Expr]]) -> Callable[[Expr], Expr]:
    def name(slope: Expr) -> Expr:
        if not isinstance(slope, (Number, Symbol)):
            steps.append((str(len(steps)), slope))
            return Symbol(steps[-1][0])
        return slope

    return name


def _times(coefficient: int, slope: Expr) -> Expr:
    return multiply(Number(float(coefficient)), slope)
