"""A reaction network: the one value between the file formats and every printer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from il2site.model.expression import (
    COMPARISONS,
    COSTLY,
    LOGICAL,
    ONE,
    STEPPED,
    ZERO,
    Apply,
    Expr,
    Mode,
    Number,
    Symbol,
    add,
    derivative,
    divide,
    multiply,
    negate,
    parts_of,
    rebuild,
    sign,
    subtract,
    symbols,
    uses_time,
)


@dataclass(frozen=True)
class Reaction:
    """One reaction: `rate` is events per time unit; `change` is what one event adds to each state, without zeros.

    `reactants` and `products` are species as written, with their stoichiometry; a change is usually a number, and an
    expression where the stoichiometry varies or a conversion factor is a parameter.
    """

    name: str
    rate: Expr
    reactants: tuple[tuple[str, Expr], ...]
    products: tuple[tuple[str, Expr], ...]
    change: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True)
class Assign:
    """What an event does to one state: the state becomes `value` times `scale`.

    `scale` (the size of a compartment, for a species given as concentration) is read before the event changes
    anything, as the values are.
    """

    state: str
    value: Expr
    scale: Expr | None = None


@dataclass(frozen=True)
class Event:
    """Something that happens when `trigger` becomes true (SBML Level 3 Version 2, section 4.11).

    `initially`: what the trigger is taken to have been before time 0. `early`: the values are read when the event is
    triggered, not when it is executed `delay` later. Not `persistent`: dropped when the trigger is false again before.
    Of several at one instant the highest `priority` goes first.
    """

    name: str
    trigger: Expr
    initially: bool = True
    persistent: bool = True
    delay: Expr | None = None
    priority: Expr | None = None
    early: bool = True
    sets: tuple[Assign, ...] = ()

    @property
    def formulas(self) -> tuple[Expr, ...]:
        """Every formula of the event: when it happens, and what it sets."""
        times = (expr for expr in (self.trigger, self.delay, self.priority) if expr is not None)
        return (*times, *(each.value for each in self.sets))


@dataclass(frozen=True)
class Quantity:
    """How to read one identifier of the model file: the value it has in formulas; for a species also as amount and
    as concentration (for anything else all three are the value)."""

    value: Expr
    amount: Expr
    concentration: Expr


@dataclass(frozen=True)
class Network:
    """A model as mathematics: dy/dt is the sum over reactions of change times rate, plus `flows` (rate rules).

    Promises that `sbml.py` keeps, so that printers need not check:
    - `parameters` do not change; a number may be overridden, an expression is read once, at time 0;
    - `initial` has one expression for every state, read at time 0;
    - at time 0 everything can be sorted: no expression of `parameters`, `initial` and `assignments` uses itself;
    - `assignments` stand in dependency order: each uses time, parameters, states and assignments before it;
    - names are letters, digits and underscores, and differ from each other across all kinds;
    - `twins` leads from a concentration (an assignment) to the state that holds the amount;
    - `units` holds what the model file itself says about parameters and compartments, in the words of cards.
    """

    name: str
    time_unit: str
    states: tuple[str, ...]
    initial: Mapping[str, Expr]
    parameters: Mapping[str, float | Expr]
    assignments: tuple[tuple[str, Expr], ...]
    reactions: tuple[Reaction, ...]
    flows: Mapping[str, Expr] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    quantities: Mapping[str, Quantity] = field(default_factory=dict)
    twins: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def defaults(self) -> Mapping[str, float]:
        """The parameters that may be overridden, with their values."""
        return {name: value for name, value in self.parameters.items() if isinstance(value, (int, float))}

    @cached_property
    def derived(self) -> tuple[tuple[str, Expr], ...]:
        """The parameters that are defined by expressions, each after those it uses."""
        return tuple((name, value) for name, value in self.parameters.items() if not isinstance(value, (int, float)))

    @cached_property
    def at_start(self) -> tuple[tuple[str, Expr], ...]:
        """Everything that is computed at time 0, in order: derived parameters, states, and the rules they use."""
        begun = (*self.derived, *self.initial.items())
        ordered, _ = in_order(dict((*self.assignments, *begun)))
        wanted = {name for name, _ in begun}
        used = needed(ordered, [expr for _, expr in begun])
        kept = wanted | {name for name, _ in used}
        return tuple((name, expr) for name, expr in ordered if name in kept)

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names of the assignment rules, in dependency order."""
        return tuple(name for name, _ in self.assignments)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Everything that a card describes: states, parameters and assignments; a species only once, not as its twin."""
        hidden = frozenset(self.twins.values())
        return tuple(name for name in (*self.states, *self.parameters, *self.outputs) if name not in hidden)

    @cached_property
    def numbered_changes(self) -> tuple[tuple[tuple[int, int], ...], ...] | None:
        """For each reaction: (index of the state, whole number); None when there is no stochastic run, because a change is
        no whole number, or varies, or is by a rate rule."""
        index = {state: i for i, state in enumerate(self.states)}
        changes = [expr for reaction in self.reactions for _, expr in reaction.change]
        if self.flows or not all(isinstance(expr, Number) and float(expr.value).is_integer() for expr in changes):
            return None
        return tuple(
            tuple((index[state], int(expr.value)) for state, expr in reaction.change if isinstance(expr, Number))
            for reaction in self.reactions
        )

    @cached_property
    def varying(self) -> frozenset[str]:
        """The names whose value changes during a run: states, and the rules that use states or time."""
        found = set(self.states)
        for name, expr in self.assignments:
            if uses_time(expr) or not found.isdisjoint(symbols(expr)):
                found.add(name)
        return frozenset(found)


def in_order(definitions: Mapping[str, Expr]) -> tuple[tuple[tuple[str, Expr], ...], tuple[str, ...]]:
    """`definitions` sorted so that each stands after those it uses, and the names that cannot be sorted (a circle)."""
    uses = {name: symbols(expr) & definitions.keys() for name, expr in definitions.items()}
    users: dict[str, list[str]] = {name: [] for name in definitions}
    for name, used in uses.items():
        for other in used:
            users[other].append(name)
    missing = {name: len(used) for name, used in uses.items()}
    ready = [name for name, count in missing.items() if not count]
    for name in ready:  # grows while it is walked
        for user in users[name]:
            missing[user] -= 1
            if not missing[user]:
                ready.append(user)
    done = frozenset(ready)
    return tuple((name, definitions[name]) for name in ready), tuple(name for name in definitions if name not in done)


def needed(definitions: Iterable[tuple[str, Expr]], used: Iterable[Expr]) -> tuple[tuple[str, Expr], ...]:
    """Those of the ordered `definitions` that the expressions in `used` need, directly or through others."""
    wanted = {name for expr in used for name in symbols(expr)}
    kept: list[tuple[str, Expr]] = []
    for name, expr in reversed(tuple(definitions)):
        if name in wanted:
            kept.append((name, expr))
            wanted |= symbols(expr)
    return tuple(reversed(kept))


def observe(network: Network, columns: Mapping[str, Expr]) -> Network:
    """`network` with further assignments, so that a run reports `columns`: name (new to the network) to expression."""
    return replace(network, assignments=(*network.assignments, *columns.items()))


# --- modes -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Frozen:
    """A network whose discrete parts are `Mode(i)`, and what each of them is: between two changes of a mode the
    right-hand side is smooth. Events' triggers are frozen too. Not `exact`: some equality became two inequalities,
    which is not the same for values that are no number."""

    network: Network
    modes: tuple[Expr, ...]
    exact: bool

    @cached_property
    def jacobian(self) -> Jacobian:
        """The slopes of the right-hand side while the modes are held."""
        return jacobian(self.network)


def frozen(network: Network) -> Frozen:
    """`network` with every comparison and step that depends on time or state replaced by a `Mode`."""
    modes: dict[Expr, int] = {}
    freeze = _freezer(network.varying, modes)
    reactions = tuple(
        replace(
            reaction,
            rate=freeze(reaction.rate),
            change=tuple((state, freeze(expr)) for state, expr in reaction.change),
        )
        for reaction in network.reactions
    )
    held = replace(
        network,
        assignments=tuple((name, freeze(expr)) for name, expr in network.assignments),
        reactions=reactions,
        flows={state: freeze(expr) for state, expr in network.flows.items()},
        events=tuple(replace(event, trigger=freeze(event.trigger)) for event in network.events),
    )
    before = (part for _, expr in formulas(network) for part in parts_of(expr) if isinstance(part, Apply))
    return Frozen(held, tuple(modes), not any(part.op in ("eq", "ne") for part in before))


def formulas(network: Network) -> Iterator[tuple[str, Expr]]:
    """(what it belongs to, formula) of everything that is computed after time 0."""
    yield from network.assignments
    yield from network.flows.items()
    for reaction in network.reactions:
        yield reaction.name, reaction.rate
        yield from ((reaction.name, expr) for _, expr in reaction.change)
    for event in network.events:
        yield from ((event.name, expr) for expr in event.formulas)


def _freezer(varying: frozenset[str], modes: dict[Expr, int]) -> Callable[[Expr], Expr]:
    """The function that replaces discrete parts; it enters each new one into `modes`."""

    def freeze(expr: Expr) -> Expr:
        if isinstance(expr, Apply) and expr.op in COMPARISONS | STEPPED:
            if not uses_time(expr) and varying.isdisjoint(symbols(expr)):
                return expr
            return _held(expr, modes)
        return rebuild(expr, freeze)

    return freeze


def _held(expr: Apply, modes: dict[Expr, int]) -> Expr:
    """The modes of one comparison or step. Equality of numbers is two of them, below and above: a solver that looks
    for the change of a mode cannot see a condition that holds for an instant only."""
    if expr.op not in ("eq", "ne") or any(isinstance(arg, Apply) and arg.op in LOGICAL for arg in expr.args):
        return Mode(modes.setdefault(expr, len(modes)))
    below, above = (Mode(modes.setdefault(Apply(op, expr.args), len(modes))) for op in ("lt", "gt"))
    differs = Apply("or", (below, above))
    return differs if expr.op == "ne" else Apply("not", (differs,))


# --- growth ------------------------------------------------------------------------------------------------------


def growing(network: Network) -> tuple[str, ...]:
    """The states that may grow by themselves, from any trace of them: a cell divides, a fire spreads.

    Something that makes them has a rate that may rise with them. Decay, and a reaction that runs backwards, do not count.
    """
    users = _Users(network)
    found = []
    for state in network.states:
        made_by = [r.rate for r in users.reactions.get(state, ()) if _made(state, r)]
        flows = [expr for changed, expr in users.flows.get(state, ()) if changed == state]
        if any(_may_rise(rate, state, network) for rate in (*made_by, *flows)):
            found.append(state)
    return tuple(found)


def _made(state: str, reaction: Reaction) -> bool:
    return any(changed == state and sign(amount) != -1 for changed, amount in reaction.change)


def _may_rise(rate: Expr, state: str, network: Network) -> bool:
    """Whether `rate` may rise with `state`; one that uses it through a rule may."""
    behind = needed(network.assignments, [rate])
    return any(state in symbols(expr) for _, expr in behind) or sign(derivative(rate, state)) not in (0, -1)


# --- the Jacobian ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Jacobian:
    """The derivatives of the right-hand side by the states, and by time.

    `steps` are named intermediate results in order (slopes of assignment rules and of rates, shared by entries);
    their names are digits, so they collide with no name of a model. `entries` are the (row, column, expression)
    that are not zero: row i, column j is the derivative of dy_i/dt by y_j; column n (the number of states) is the
    partial derivative by time.
    """

    steps: tuple[tuple[str, Expr], ...]
    entries: tuple[tuple[int, int, Expr], ...]


def jacobian(network: Network) -> Jacobian:
    """The symbolic Jacobian of `network`."""
    steps: list[tuple[str, Expr]] = []
    sums: dict[tuple[int, int], list[Expr]] = {}
    row = {state: i for i, state in enumerate(network.states)}
    users = _Users(network)
    columns: Sequence[str | None] = (*network.states, None)
    name = _namer(steps)
    for column, state in enumerate(columns):
        for changed, slope in _slopes(users, state, name):
            place = (row[changed], column)
            sums.setdefault(place, []).append(slope)
    entries = ((row, column, add(*terms)) for (row, column), terms in sorted(sums.items(), key=_cell))
    return Jacobian(tuple(steps), tuple(entry for entry in entries if entry[2] != ZERO))


def _cell(item: tuple[tuple[int, int], list[Expr]]) -> tuple[int, int]:
    return item[0]


class _Users:
    """Which expressions depend on each state (and on time, under None), directly or through assignment rules."""

    def __init__(self, network: Network) -> None:
        self.roots: dict[str, frozenset[str | None]] = {state: frozenset((state,)) for state in network.states}
        self.rules: dict[str | None, list[tuple[str, Expr]]] = {}
        for name, expr in network.assignments:
            self.roots[name] = self.behind(expr)
            for root in self.roots[name]:
                self.rules.setdefault(root, []).append((name, expr))
        self.reactions: dict[str | None, list[Reaction]] = {}
        for reaction in network.reactions:
            for root in self.behind(reaction.rate, *(expr for _, expr in reaction.change)):
                self.reactions.setdefault(root, []).append(reaction)
        self.flows: dict[str | None, list[tuple[str, Expr]]] = {}
        for state, expr in network.flows.items():
            for root in self.behind(expr):
                self.flows.setdefault(root, []).append((state, expr))

    def behind(self, *exprs: Expr) -> frozenset[str | None]:
        found: set[str | None] = set()
        for expr in exprs:
            for name in symbols(expr):
                found |= self.roots.get(name, frozenset())
            if uses_time(expr):
                found.add(None)
        return frozenset(found)


def _slopes(users: _Users, state: str | None, name: Callable[[Expr], Expr]) -> Iterator[tuple[str, Expr]]:
    """(state, part of the derivative of its dy/dt by `state`); `name` makes a step of what is no symbol or number."""
    known: dict[str, Expr] = {} if state is None else {state: ONE}
    for rule, expr in users.rules.get(state, ()):
        slope = _along(expr, state, known, name, Symbol(rule))
        if slope != ZERO:
            known[rule] = name(slope)
    for reaction in users.reactions.get(state, ()):
        slope = name(_along(reaction.rate, state, known, name))
        for changed, amount in reaction.change:
            yield changed, multiply(amount, slope)
            yield changed, multiply(_along(amount, state, known, name), reaction.rate)
    for changed, expr in users.flows.get(state, ()):
        yield changed, _along(expr, state, known, name)


def _along(
    expr: Expr, state: str | None, known: Mapping[str, Expr], name: Callable[[Expr], Expr], value: Expr | None = None
) -> Expr:
    """The chain rule: slopes of `expr` by each symbol that it uses, times the slope of that symbol by `state`.

    `value` is the name of what `expr` is worth, if it has one.
    """
    terms = []
    for used in sorted(symbols(expr) & known.keys()):
        slope = _slope(expr, used, value)
        long = known[used] != ONE and any(isinstance(part, Apply) and part.op in COSTLY for part in parts_of(slope))
        terms.append(multiply(name(slope) if long else slope, known[used]))
    return add(*terms, _slope(expr, None, value) if state is None else ZERO)


def _slope(expr: Expr, symbol: str | None, value: Expr | None) -> Expr:
    """The derivative of `expr`; of a quotient that has a name it is (top' - value bottom') / bottom."""
    if value is None or not (isinstance(expr, Apply) and expr.op == "divide"):
        return derivative(expr, symbol)
    top, bottom = expr.args
    fall = multiply(value, derivative(bottom, symbol))
    return divide(subtract(derivative(top, symbol), fall), bottom)


def _namer(steps: list[tuple[str, Expr]]) -> Callable[[Expr], Expr]:
    """Gives each slope that is more than a symbol a name, the same one when it has been seen before."""
    known: dict[Expr, Symbol] = {}

    def name(slope: Expr) -> Expr:
        if isinstance(slope, (Number, Symbol)):
            return slope
        if isinstance(slope, Apply) and slope.op == "negate":
            return negate(name(slope.args[0]))
        if slope not in known:
            known[slope] = Symbol(str(len(steps)))
            steps.append((str(len(steps)), slope))
        return known[slope]

    return name
