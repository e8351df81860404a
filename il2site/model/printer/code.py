"""Printing a network as program text: what Python and JavaScript have in common.

Brackets stand around every operation, so precedence never has to be right twice: `kon*L*R` prints as
`(s_kon * s_L * s_R)`. Arrays are y (states), p (parameters that may be set, then derived ones), m (modes), v (rates),
dy, J (row by row), ft (slopes by time), out (outputs), e (values of one event); t is the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from il2site.model.expression import Apply, Expr, Mode, Number, Piecewise, Symbol, Time, symbols, uses_time
from il2site.model.network import Event, Frozen, Network, frozen, needed
from il2site.model.printer.common import Item, with_common_parts

DENSE_LIMIT = 300
"""States above which no Jacobian is printed: n*n numbers are too many then, and solvers do without it."""


@dataclass(frozen=True)
class Dialect:
    """How one language writes an expression. `infix` and `call` hold every operator but the two signs between them."""

    prefix: str
    number: Callable[[float], str]
    negate: str
    deny: str
    infix: Mapping[str, str]
    call: Mapping[str, str]
    choice: str  # with the fields condition, value and otherwise
    define: str  # with the fields name and value
    store: str  # with the fields array, index and value
    clear: str  # with the fields array and size
    shares: bool
    """Whether parameters and states are written as places in their arrays, and rules and rates as functions of their
    own that the others call: `rules(t, y, p, m, w)`, `flow(t, y, p, m, v)`, and `live(t, y, p)`, the modes of now."""


def write(expr: Expr, dialect: Dialect, places: Mapping[str, str] | None = None) -> str:
    """`expr` in the words of `dialect`; `places` has the text for symbols that are not simply named."""
    match expr:
        case Number(value):
            return dialect.number(value)
        case Symbol(name):
            return (places or {}).get(name) or dialect.prefix + name
        case Time():
            return "t"
        case Mode(index):
            return f"m[{index}]"
        case Piecewise(pieces, otherwise):
            return _choice(pieces, otherwise, dialect, places)
        case Apply(op, args):
            return _application(op, tuple(write(arg, dialect, places) for arg in args), dialect)


def write_alone(expr: Expr, dialect: Dialect, places: Mapping[str, str] | None = None) -> str:
    """`expr` as a whole right-hand side: the brackets around all of it are left out."""
    text = write(expr, dialect, places)
    return text[1:-1] if text.startswith("(") and not isinstance(expr, Number) else text


def _choice(
    pieces: tuple[tuple[Expr, Expr], ...], otherwise: Expr, dialect: Dialect, places: Mapping[str, str] | None
) -> str:
    text = write(otherwise, dialect, places)
    for value, condition in reversed(pieces):
        text = dialect.choice.format(
            value=write(value, dialect, places), condition=write(condition, dialect, places), otherwise=text
        )
    return f"({text})"


def _application(op: str, args: tuple[str, ...], dialect: Dialect) -> str:
    if op in ("negate", "not"):
        return f"({dialect.negate if op == 'negate' else dialect.deny}{args[0]})"
    if op in dialect.infix:
        return f"({dialect.infix[op].join(args)})" if len(args) > 1 else args[0]
    return f"{dialect.call[op]}({', '.join(args)})"


Lines = tuple[str, ...]


@dataclass(frozen=True)
class EventBodies:
    """The lines of one event: its delay, priority and the values it sets (each None or lines whose last is the
    value), and the stores into the states."""

    delay: Lines | None
    priority: Lines | None
    values: Lines
    assign: Lines


@dataclass(frozen=True)
class Bodies:
    """The lines of the functions of a network, without their frames; `rules` and `flow` where they are shared."""

    initial: Lines
    rules: Lines | None
    flow: Lines | None
    rates: Lines
    rhs: Lines
    jacobian: Lines
    output: Lines
    mode: Lines
    trigger: Lines
    events: tuple[EventBodies, ...]
    modes: tuple[Expr, ...]
    autonomous: bool
    """Whether no rate depends on time by itself while the modes are held."""


def bodies(network: Network, dialect: Dialect, held: Frozen | None = None) -> Bodies:
    """Every function of `network` as lines of `dialect`. Only rhs, jacobian and trigger are given modes; all others
    compare by themselves (or, where formulas are shared, ask for the modes of now).

    `held` is `frozen(network)`, where that is at hand."""
    held = held or frozen(network)
    autonomous = not any(uses_time(expr) for expr in _driving(held.network))
    plain = _Printer(network, dialect)
    smooth = _Printer(held.network, dialect)
    if dialect.shares and held.exact:
        live = "const m = live(t, y, p);" if held.modes else "const m = null;"
        shared = _Shared(held.network, dialect, (live,))
        return Bodies(
            initial=plain.initial(), rules=shared.rules(), flow=shared.flow(), rates=(live, "flow(t, y, p, m, v);"),
            rhs=("flow(t, y, p, m, v);", *shared.sums()), jacobian=shared.jacobian(held), output=shared.output(),
            mode=plain.mode(held), trigger=shared.trigger(),
            events=tuple(shared.event(event) for event in network.events), modes=held.modes,
            autonomous=autonomous,
        )  # fmt: skip
    return Bodies(
        initial=plain.initial(), rules=None, flow=None, rates=plain.rates(), rhs=smooth.rhs(),
        jacobian=smooth.jacobian(held), output=plain.output(), mode=plain.mode(held), trigger=smooth.trigger(),
        events=tuple(plain.event(event) for event in network.events), modes=held.modes,
        autonomous=autonomous,
    )  # fmt: skip


class _Printer:
    """Prints the functions of one network in one dialect."""

    live: Lines = ()
    """What stands at the head of functions that are not given modes."""

    def __init__(self, network: Network, dialect: Dialect) -> None:
        self.network = network
        self.dialect = dialect
        self.state = {name: i for i, name in enumerate(network.states)}
        parameters = (*network.defaults, *(name for name, _ in network.derived))
        self.parameter = {name: i for i, name in enumerate(parameters)}
        self.places: dict[str, str] = {}
        if dialect.shares:
            self.places |= {name: f"p[{i}]" for name, i in self.parameter.items()}
            self.places |= {name: f"y[{i}]" for name, i in self.state.items()}

    def initial(self) -> Lines:
        """Parameters and states at time 0, in order; assignment rules stand between them where they are needed."""
        lines = [self.definition("t", self.dialect.number(0.0), prefix=False)]
        ordered = self.network.at_start
        if not self.dialect.shares:
            wanted = {name for _, expr in ordered for name in symbols(expr)}
            given = ((name, self.parameter[name]) for name in self.network.defaults if name in wanted)
            lines += [self.definition(name, f"p[{i}]") for name, i in given]
        for name, expr in ordered:
            place = self.place(name)
            if place is None or not self.dialect.shares:
                lines.append(self.definition(name, self.write(expr)))
            if place is not None:
                lines.append(self.store(*place, self.write(expr if self.dialect.shares else Symbol(name))))
        return tuple(lines)

    def place(self, name: str) -> tuple[str, int] | None:
        """The array that holds a parameter or state, and where; None for a rule."""
        if name in self.parameter:
            return "p", self.parameter[name]
        return ("y", self.state[name]) if name in self.state else None

    def rates(self) -> Lines:
        return self.filled("v", enumerate(reaction.rate for reaction in self.network.reactions))

    def rhs(self) -> Lines:
        named = named_rates(self.network)
        return self.filled("dy", enumerate(flows(self.network, [Symbol(name) for name, _ in named])), named)

    def jacobian(self, held: Frozen) -> Lines:
        size = len(self.network.states)
        matrix = held.jacobian if size <= DENSE_LIMIT else None
        entries = matrix.entries if matrix else ()
        steps = needed(matrix.steps if matrix else (), [expr for _, _, expr in entries])
        cells = [("J", row * size + column, expr) for row, column, expr in entries if column < size]
        by_time = [("ft", row, expr) for row, column, expr in entries if column == size]
        clear = (self.dialect.clear.format(array=array, size=n) for array, n in (("J", size * size), ("ft", size)))
        return (*clear, *self.body([*cells, *by_time], steps))

    def output(self) -> Lines:
        return self.filled("out", enumerate(Symbol(name) for name in self.network.outputs))

    def mode(self, held: Frozen) -> Lines:
        return self.filled("m", enumerate(held.modes))

    def trigger(self) -> Lines:
        return self.filled("out", enumerate(event.trigger for event in self.network.events))

    def event(self, event: Event) -> EventBodies:
        values = enumerate(each.value for each in event.sets)
        return EventBodies(
            delay=self.value(event.delay), priority=self.value(event.priority),
            values=(*self.live, *self.filled("e", values)),
            assign=self.assign(event),
        )  # fmt: skip

    def value(self, expr: Expr | None) -> Lines | None:
        return None if expr is None else (*self.live, *self.definitions([expr]), self.write(expr))

    def definitions(self, values: Sequence[Expr]) -> Lines:
        """Definitions of all that `values` use, which are then written as they stand."""
        rules = needed(self.network.assignments, values)
        own = self.own(rules)
        frame = self.frame([*own, *((None, expr) for expr in values)])
        return (*frame, *self.call(rules), *(self.definition(name, self.write(expr)) for name, expr in own))

    def assign(self, event: Event) -> Lines:
        """First what a size scales, by the states as they are before the event; then the rest."""
        scaled = [(i, each.state, each.scale) for i, each in enumerate(event.sets) if each.scale is not None]
        plain = ((i, each.state) for i, each in enumerate(event.sets) if each.scale is None)
        sizes = (*self.live, *self.definitions([scale for _, _, scale in scaled])) if scaled else ()
        return (
            *sizes,
            *(
                self.store("y", self.state[name], f"e[{i}] * {write(scale, self.dialect, self.places)}")
                for i, name, scale in scaled
            ),
            *(self.store("y", self.state[name], f"e[{i}]") for i, name in plain),
        )

    # parts

    def filled(self, array: str, values: Iterable[tuple[int, Expr]], steps: Iterable[tuple[str, Expr]] = ()) -> Lines:
        """Lines that store `values` (index, formula) in one array."""
        return self.body([(array, index, expr) for index, expr in values], steps)

    def body(self, stores: Sequence[tuple[str, int, Expr]], steps: Iterable[tuple[str, Expr]] = ()) -> Lines:
        """Lines that store (array, index, formula), after definitions of all that these and the named `steps` use."""
        steps = tuple(steps)
        rules = needed(self.network.assignments, [*(expr for _, expr in steps), *(expr for _, _, expr in stores)])
        own = [*self.own(rules), *steps]
        frame = self.frame([*own, *((None, expr) for _, _, expr in stores)])
        return (*frame, *self.call(rules), *self.lines(own, stores))

    def lines(self, steps: Iterable[Item], stores: Sequence[tuple[str, int, Expr]]) -> Iterator[str]:
        """The definitions of `steps`, then the stores; what occurs more than once in them is defined on the way."""
        targets = iter(stores)
        for name, expr in with_common_parts([*steps, *((None, expr) for _, _, expr in stores)]):
            if name is not None:
                yield self.definition(name, self.write(expr))
            else:
                array, index, _ = next(targets)
                yield self.store(array, index, self.write(expr))

    def own(self, rules: Sequence[tuple[str, Expr]]) -> Sequence[tuple[str, Expr]]:
        """Those of `rules` that a function defines for itself."""
        return rules

    def call(self, rules: Sequence[tuple[str, Expr]]) -> Lines:
        """The call that computes the other rules."""
        return ()

    def frame(self, items: Iterable[Item]) -> Lines:
        """Names for the parameters and states that `items` use."""
        if self.dialect.shares:
            return ()
        wanted = {name for _, expr in items for name in symbols(expr)}
        given = [(name, f"p[{i}]") for name, i in self.parameter.items() if name in wanted]
        states = [(name, f"y[{i}]") for name, i in self.state.items() if name in wanted]
        return tuple(self.definition(name, text) for name, text in (*given, *states))

    def write(self, expr: Expr) -> str:
        return write_alone(expr, self.dialect, self.places)

    def definition(self, name: str, text: str, prefix: bool = True) -> str:
        return self.dialect.define.format(name=(self.dialect.prefix if prefix else "") + name, value=text)

    def store(self, array: str, index: int, text: str) -> str:
        return self.dialect.store.format(array=array, index=index, value=text)


class _Shared(_Printer):
    """Prints functions that call `rules` and `flow` instead of repeating them."""

    def __init__(self, network: Network, dialect: Dialect, live: Lines) -> None:
        super().__init__(network, dialect)
        self.live = live
        kept = {name for name, _ in needed(network.assignments, _rates(network))}
        self.driving = {name: i for i, name in enumerate(network.outputs) if name in kept}
        """The rules that the course of the model depends on, with their places among the outputs."""
        self.places |= {name: f"w[{i}]" for name, i in self.driving.items()}
        self.places |= {name: name for name in self.rates_in_place()}

    def rates_in_place(self) -> tuple[str, ...]:
        return tuple(f"v[{i}]" for i in range(len(self.network.reactions)))

    def rules(self) -> Lines:
        numbered = enumerate(self.network.assignments)
        return tuple(self.lines((), [("w", i, expr) for i, (name, expr) in numbered if name in self.driving]))

    def flow(self) -> Lines:
        return super().rates()

    def sums(self) -> Lines:
        return self.filled("dy", enumerate(flows(self.network, [Symbol(name) for name in self.rates_in_place()])))

    def output(self) -> Lines:
        places = self.places | {name: f"out[{i}]" for i, name in enumerate(self.network.outputs)}
        rest = ((i, expr) for i, (name, expr) in enumerate(self.network.assignments) if name not in self.driving)
        stores = (self.store("out", i, write_alone(expr, self.dialect, places)) for i, expr in rest)
        return (*self.live, "rules(t, y, p, m, out);", *stores)

    def own(self, rules: Sequence[tuple[str, Expr]]) -> Sequence[tuple[str, Expr]]:
        return [rule for rule in rules if rule[0] not in self.driving]

    def call(self, rules: Sequence[tuple[str, Expr]]) -> Lines:
        return ("rules(t, y, p, m, w);",) if any(name in self.driving for name, _ in rules) else ()


def rate_lines(network: Network, dialect: Dialect) -> Lines:
    """Lines that store the rate of each reaction in `v`, with all that they use, in one piece."""
    return _Printer(network, dialect).rates()


def named_rates(network: Network) -> tuple[tuple[str, Expr], ...]:
    """The rate of each reaction, by its number."""
    return tuple((str(i), reaction.rate) for i, reaction in enumerate(network.reactions))


def flows(network: Network, rates: Sequence[Expr]) -> list[Expr]:
    """dy/dt of each state, given the rate of each reaction."""
    sums: dict[str, list[Expr]] = {state: [] for state in network.states}
    for reaction, rate in zip(network.reactions, rates, strict=True):
        for state, amount in reaction.change:
            sums[state].append(_scaled(rate, amount))
    for state, flow in network.flows.items():
        sums[state].append(flow)
    return [_sum(terms) for terms in sums.values()]


def _rates(network: Network) -> list[Expr]:
    """What the course of the model is computed from, as it is written."""
    rates = [reaction.rate for reaction in network.reactions]
    rates += [expr for reaction in network.reactions for _, expr in reaction.change]
    return [*rates, *network.flows.values()]


def _driving(network: Network) -> list[Expr]:
    """What the course of the model is computed from, the rules behind it included."""
    rates = _rates(network)
    return [*rates, *(expr for _, expr in needed(network.assignments, rates))]


def _sum(terms: list[Expr]) -> Expr:
    return Apply("add", tuple(terms)) if terms else Number(0.0)


def _scaled(rate: Expr, amount: Expr) -> Expr:
    """One reaction's part of dy/dt."""
    if not isinstance(amount, Number):
        return Apply("multiply", (amount, rate))
    size = rate if abs(amount.value) == 1 else Apply("multiply", (Number(abs(amount.value)), rate))
    return Apply("negate", (size,)) if amount.value < 0 else size
