"""Whether the units in a card fit the formulas of a model.

Formulas hold bare numbers, and a number may convert units (24 hours a day), carry a hidden unit (a volume of 3.2), or be
just a number (2 daughters). So that nobody is told off for a correct formula, a number is taken for whatever fits:

- in a sum or a comparison it has the unit of the other terms;
- half of a whole number below 10 is just a number, and so is ln 2;
- a power of ten and a ratio of two units of time (24, 60, 3600, ...) may convert, so both scales are held possible;
- 6.022e11 and its like is Avogadro's number, "per mol" or per a part of it;
- any other number leaves the scale unknown where it is above 10 or below 0.1; and where everything that it is multiplied
  with is without dimension, it may carry any unit.

What is unknown is not compared.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from il2site.model.card.units import PLAIN, Unit, UnitError, is_time, parse_unit, spell
from il2site.model.expression import (
    COMPARISONS,
    LOGICAL,
    Apply,
    Expr,
    Number,
    Piecewise,
    Symbol,
    Time,
    evaluate,
    multiply,
    parts_of,
    symbols,
)
from il2site.model.network import Event, Network, Reaction


@dataclass(frozen=True)
class Fault:
    """Units that do not fit: the symbol, reaction or event in whose formula it is, what is wrong, how to mend it."""

    owner: str
    message: str
    remedy: str


def unit_faults(network: Network, written: Mapping[str, str], time: str) -> tuple[Fault, ...]:
    """Every place where the units `written` in the card (symbol to unit) and the formulas of `network` disagree.

    A symbol without entry has the unit of its formula, or an unknown one, as has a unit that cannot be read. `time` is
    the card's time unit.
    """
    units = {name: unit for name, text in written.items() if (unit := _read(text)) is not None}
    beat = parse_unit(time) if is_time(time) else None
    reading = _Reading(network, units, written, beat, time, _constants(network))
    reading.name_twins()
    for name, expr in (*network.derived, *network.assignments):
        reading.defined(name, expr, f"the formula of {name}")
    for state, expr in network.initial.items():
        if not reading.is_sized(state, expr):
            reading.defined(state, expr, f"the start of {reading.shown(state)}")
    for reaction in network.reactions:
        reading.reaction(reaction)
    for state, expr in network.flows.items():
        reading.flow(state, expr, f"the rate of change of {reading.shown(state)}", reading.shown(state))
    for event in network.events:
        reading.event(event)
    return tuple(reading.faults.values())


def _read(text: str) -> Unit | None:
    try:
        return parse_unit(text)
    except UnitError:
        return None


def _constants(network: Network) -> Mapping[str, float]:
    """The numbers of parameters, as far as they are known without a run; exponents are read from them."""
    values = dict(network.defaults)
    for name, expr in network.derived:
        try:
            values[name] = evaluate(expr, values)
        except KeyError:
            continue
    return values


@dataclass
class _Reading:
    """One reading of one network: the unit of every symbol, and what is wrong in the formula of `owner`."""

    network: Network
    units: dict[str, Unit]
    written: Mapping[str, str]
    beat: Unit | None
    time: str
    values: Mapping[str, float]
    owner: str = ""
    where: str = ""
    faults: dict[tuple[str, str], Fault] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.formulas = dict(self.network.assignments)
        self.hidden = {amount: name for name, amount in self.network.twins.items()}

    # definitions

    def shown(self, state: str) -> str:
        """The name that a reader knows `state` by: that of its concentration where the state is a hidden amount."""
        return self.hidden.get(state, state)

    def name_twins(self) -> None:
        """Give every hidden amount the unit that its concentration has times the size."""
        for amount, name in self.hidden.items():
            self.units[amount] = PLAIN
            per_amount = self.unit(self.formulas[name])
            del self.units[amount]
            if name in self.units and per_amount is not None:
                self.units[amount] = self.units[name].times(per_amount, -1.0)
        self.faults.clear()

    def is_sized(self, state: str, expr: Expr) -> bool:
        """Whether `expr` is a bare number times the size that makes an amount of a concentration."""
        if state not in self.hidden:
            return False
        sizes = {Symbol(name) for name in symbols(self.formulas[self.hidden[state]])}
        return all(part in sizes or _numbers(part) is not None for part, _ in _factors(expr))

    def defined(self, name: str, expr: Expr, where: str) -> None:
        """The formula of a symbol has the symbol's unit; a symbol without one gets that of its formula."""
        unit = self.began(self.shown(name), where, expr)
        wanted = self.units.get(name)
        if unit is not None and wanted is None:
            self.units[name] = unit
        elif unit is not None and wanted is not None and not unit.fits(wanted):
            self.misfit(expr, unit, wanted, f"{self.shown(name)} {self.in_words(Symbol(self.shown(name)), wanted)}")

    def reaction(self, reaction: Reaction) -> None:
        name = reaction_name(reaction)
        for state, count in reaction.change:
            if self.flow(state, multiply(count, reaction.rate), f"the rate of `{name}`", reaction.name):
                return

    def flow(self, state: str, expr: Expr, where: str, owner: str) -> bool:
        """Whether what `state` changes by is wrong: it has the unit of the state per unit of time."""
        unit = self.began(owner, where, expr)
        if unit is None or state not in self.units or self.beat is None:
            return False
        wanted = self.units[state].times(self.beat, -1.0)
        if unit.fits(wanted):
            return False
        shown = self.shown(state)
        whole = spell(wanted, self.time)
        self.misfit(
            expr, unit, wanted, f"{shown} {self.in_words(Symbol(shown), self.units[state])}, so it should be in {whole}"
        )
        return True

    def event(self, event: Event) -> None:
        where = "an event" if event.name.startswith("_E") else f"the event `{event.name}`"
        self.began(event.name, f"the condition of {where}", event.trigger)
        if event.delay is not None:
            unit = self.began(event.name, f"the delay of {where}", event.delay)
            if unit is not None and self.beat is not None and not unit.fits(self.beat):
                self.misfit(event.delay, unit, self.beat, f"time is in {self.time}")
        for each in event.sets:
            shown = self.shown(each.state)
            bare = _numbers(each.value) is not None
            value = each.value if bare or each.scale is None else multiply(each.value, each.scale)
            unit, wanted = (
                self.began(event.name, f"the new value of {shown} in {where}", value),
                self.units.get(each.state),
            )
            if unit is not None and wanted is not None and not unit.fits(wanted):
                self.misfit(each.value, unit, wanted, f"{shown} {self.in_words(Symbol(shown), wanted)}")

    def began(self, owner: str, where: str, expr: Expr) -> Unit | None:
        """The unit of a whole formula; None also when something inside it is wrong already."""
        self.owner, self.where = owner, where
        before = len(self.faults)
        unit = self.unit(expr)
        return unit if len(self.faults) == before and _numbers(expr) is None else None

    # what is wrong

    def fault(self, message: str, remedy: str) -> None:
        self.faults.setdefault((self.owner, message), Fault(self.owner, message, remedy))

    def misfit(self, expr: Expr, unit: Unit, wanted: Unit, but: str) -> None:
        """The formula as a whole has another unit than it should."""
        shown = spell(unit, self.time)
        gives = "has no unit" if shown == "" else f"is in {shown}"
        self.fault(f"{self.where} {gives}, but {but}", self.remedy((expr, unit), (expr, wanted)))

    def in_words(self, expr: Expr, unit: Unit) -> str:
        """`is in nM`: as the card writes it for a symbol, else spelled from the dimension."""
        written = self.written.get(expr.name, "").strip() if isinstance(expr, Symbol) else ""
        shown = written or spell(unit, self.time)
        return f"is in {shown}" if shown else "has no unit"

    def remedy(self, one: tuple[Expr, Unit], other: tuple[Expr, Unit]) -> str:
        (left, unit), (right, wanted) = one, other
        if unit.same_kind(wanted) and unit.scales and wanted.scales:
            factor = 10 ** (unit.scales[0] - wanted.scales[0])
            return f"multiply {formula(left)} by {factor:.6g}, or write the card in one unit"
        hidden = dict.fromkeys(f"{number:g}" for expr in (left, right) for number in _suspects(expr))
        if hidden:
            return (
                "correct the formula, or the units in the card; if one of these numbers has a unit, make it a parameter: "
                + ", ".join(hidden)
            )
        return "correct the formula, or the units in the card"

    # formulas

    def unit(self, expr: Expr) -> Unit | None:
        """The unit of `expr`; None where it is unknown, and for a bare number."""
        match expr:
            case Symbol(name):
                return self.units.get(name)
            case Time():
                return self.beat
            case Piecewise(pieces, otherwise):
                for _, condition in pieces:
                    self.unit(condition)
                return self.alike((*(value for value, _ in pieces), otherwise), "are two values of one piecewise")
            case Apply(op, args):
                return self.applied(expr, op, args)
        return None

    def applied(self, expr: Expr, op: str, args: tuple[Expr, ...]) -> Unit | None:
        if op in ("add", "subtract"):
            return self.alike(tuple(_terms(expr)), "are added" if op == "add" else "are subtracted")
        if op in ("multiply", "divide", "negate"):
            return self.multiplied(expr)
        if op in ("min", "max") or op in COMPARISONS:
            unit = self.alike(args, "are compared")
            return PLAIN if op in COMPARISONS else unit
        if op in LOGICAL:
            for arg in args:
                self.unit(arg)
            return PLAIN
        if op == "power":
            return self.powered(*args)
        if op in ("abs", "floor", "ceil", "trunc", "sqrt"):
            unit = self.unit(args[0])
            return unit.to(0.5) if unit is not None and op == "sqrt" else unit
        return self.plain(args[0], f"the argument of {op}") if op != "log10" else self.logarithm(args[0])

    def alike(self, terms: Sequence[Expr], how: str) -> Unit | None:
        """The one unit that all `terms` must have; bare numbers and unknown ones fit any."""
        found = [(term, unit) for term in terms if (unit := self.unit(term)) is not None and _numbers(term) is None]
        if not found:
            return None
        # One whose scale is known tells more than one that may be anything.
        first = next((each for each in found if each[1].scales is not None), found[0])
        for other in found:
            if not other[1].fits(first[1]):
                left, right = (first, other) if terms.index(first[0]) <= terms.index(other[0]) else (other, first)
                units = f"{formula(left[0])} {self.in_words(*left)}, {formula(right[0])} {self.in_words(*right)}"
                self.fault(f"{units}: they {how} in {self.where}", self.remedy(left, right))
        return first[1]

    def multiplied(self, expr: Expr) -> Unit | None:
        """A product of quantities and bare numbers, by the rules at the top of this module."""
        whole: Unit | None = PLAIN
        carries = vague = False
        for factor, sign in _factors(expr):
            unit, numbers = self.unit(factor), _numbers(factor)
            if numbers is not None:
                unit = _as_factor(numbers)
            if numbers is not None and unit is None:
                carries, unit = True, PLAIN
                vague = vague or not all(0.1 <= abs(number) <= 10 for number in numbers)
            whole = None if whole is None or unit is None else whole.times(unit, sign)
        if whole is None or (carries and not whole.powers):
            return None
        return Unit(whole.powers, None) if vague else whole

    def powered(self, base: Expr, exponent: Expr) -> Unit | None:
        self.plain(exponent, "an exponent")
        unit, numbers = self.unit(base), _numbers(base)
        if numbers is not None:
            return None if numbers == {10.0} else PLAIN
        if unit is None or unit == PLAIN:
            return unit
        try:
            power = evaluate(exponent, self.values)
        except KeyError:
            return None
        return unit.to(power) if math.isfinite(power) else None

    def plain(self, arg: Expr, role: str) -> Unit:
        """The value of a function whose argument has to be a plain number."""
        unit = self.unit(arg)
        if unit is not None and _numbers(arg) is None and not unit.fits(PLAIN):
            message = f"{formula(arg)} {self.in_words(arg, unit)}, but it is {role} in {self.where}, which takes a plain number"
            self.fault(message, self.remedy((arg, unit), (arg, PLAIN)))
        return PLAIN

    def logarithm(self, arg: Expr) -> Unit:
        """A log10 may be of anything: it is usual to show "log10 copies/mL"."""
        self.unit(arg)
        return PLAIN


def reaction_name(reaction: Reaction) -> str:
    """The name of a reaction; of one without, how it is written: `A + B => C`."""
    if not reaction.name.startswith("_J"):
        return reaction.name
    sides = (" + ".join(name for name, _ in side) for side in (reaction.reactants, reaction.products))
    return " => ".join(sides).strip()


def _terms(expr: Expr) -> Iterator[Expr]:
    """The terms of nested sums and differences, in order."""
    waiting = [expr]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Apply) and here.op in ("add", "subtract"):
            waiting.extend(reversed(here.args))
        else:
            yield here


def _factors(expr: Expr) -> Iterator[tuple[Expr, float]]:
    """The factors of nested products and quotients in order, each with 1 or, below the line, -1."""
    waiting = [(expr, 1.0)]
    while waiting:
        here, sign = waiting.pop()
        match here:
            case Apply("multiply" | "negate", args):
                waiting.extend((arg, sign) for arg in reversed(args))
            case Apply("divide", (top, bottom)):
                waiting.extend(((bottom, -sign), (top, sign)))
            case _:
                yield here, sign


# --- bare numbers --------------------------------------------------------------------------------------------------

_RATIOS = (7.0, 24.0, 60.0, 168.0, 1440.0, 3600.0, 10080.0, 86400.0, 604800.0, 365.0, 365.25)
AVOGADRO = 6.022e23


def _numbers(expr: Expr) -> frozenset[float] | None:
    """The bare numbers that `expr` is one of; None when it depends on more than which of them to choose."""
    if isinstance(expr, Piecewise):
        branches = [_numbers(part) for part in (*(value for value, _ in expr.pieces), expr.otherwise)]
        return None if None in branches else frozenset(n for branch in branches if branch for n in branch)
    if any(isinstance(part, Time | Symbol) for part in parts_of(expr)):
        return None
    return frozenset((evaluate(expr, {}),))


def _as_factor(numbers: frozenset[float]) -> Unit | None:
    """What a bare number (one of `numbers`) does to a product; None when it may carry a unit."""
    if all(map(_just_a_number, numbers)):
        return PLAIN
    number = next(iter(numbers)) if len(numbers) == 1 else math.nan
    log = _conversion(number)
    if log is not None:
        return Unit((), (0.0, -log))
    return _avogadro(number)


def _just_a_number(value: float) -> bool:
    """Whether nobody would take `value` for a conversion or for a quantity: 2 daughters, a half."""
    half_life = abs(value - math.log(2)) < 2e-4
    return half_life or (abs(value) < 10 and value != 7 and float(2 * value).is_integer())


def _conversion(value: float) -> float | None:
    """The logarithm of `value` when it is a usual factor between two units: a power of ten, or a ratio of times."""
    if not 0 < value < math.inf:
        return None
    log = math.log10(value)
    usual = abs(log - round(log)) < 1e-9 or any(abs(value - ratio) < 1e-9 * ratio for ratio in _RATIOS)
    return log if usual else None


def _avogadro(value: float) -> Unit | None:
    """Per mol, or per the part of a mol that `value` counts the molecules of."""
    if not 1e5 < value < math.inf:
        return None
    log = math.log10(AVOGADRO / value)
    return Unit((("mol", -1.0),), (float(round(log)),)) if abs(log - round(log)) < 5e-4 else None


def _suspects(expr: Expr) -> Iterator[float]:
    """The bare numbers in `expr` that may stand for a quantity."""
    for part in parts_of(expr):
        if isinstance(part, Number) and part.value not in (0, 1, -1, 2):
            yield part.value


# --- formulas as words ---------------------------------------------------------------------------------------------

_INFIX = {"add": " + ", "subtract": " - ", "multiply": "*", "divide": "/", "power": "^", "lt": " < ", "le": " <= ",
          "gt": " > ", "ge": " >= ", "eq": " == ", "ne": " != ", "and": " && ", "or": " || "}  # fmt: skip
LONGEST = 50


def formula(expr: Expr) -> str:
    """`expr` as a person types it, cut where it is long."""
    text = _typed(expr, 6)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _typed(expr: Expr, depth: int) -> str:
    match expr:
        case Number(value):
            return f"{value:g}"
        case Symbol(name):
            return name
        case Time():
            return "time"
        case Apply() if depth == 0:
            return "…"
        case Apply("negate", (arg,)):
            return f"-{_bracketed(arg, depth)}"
        case Apply(op, args) if op in _INFIX:
            return _INFIX[op].join(_bracketed(arg, depth) for arg in args[:12])
        case Apply(op, args):
            return f"{op}({', '.join(_typed(arg, depth - 1) for arg in args[:6])})"
    return "piecewise(…)"


def _bracketed(expr: Expr, depth: int) -> str:
    text = _typed(expr, depth - 1)
    return f"({text})" if isinstance(expr, Apply) and expr.op in _INFIX else text
