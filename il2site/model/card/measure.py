"""Published numbers, measured in a model by the formulas of its card.

    slope(log10(last(C3)), log10(tau))        with over: {tau: [0.5, 1, 2, 4]}
    peak(total)/peak(without.total)           with runs: {without: {set: {il2_made: 0}}}

A name is a state, an output or a parameter; `run.name` is the same in a named run. A state or an output is a *series*
over time; a parameter is a number. Arithmetic, comparisons (1 or 0) and log10, ln, exp, sqrt, abs work on both.

A *feature* makes a number of a series: first(X), last(X), at(X, t), peak(X), low(X), time_of_peak(X), time_of_low(X),
mean(X), area(X, t0, t1), crossing(X, level, after), half_life(X, t), doubling_time(X, t0, t1), period(X, after),
peak_number(X, k), peak_number_time(X, k). The last arguments of area, crossing and period may be left out. In
stochastic runs it is the mean of the feature over the runs, so last(C3 > 0) is the share of runs that end with some C3.

With `over`, features and parameters are *lists*, one number for each value of the parameter that is scanned. Reducers
make a number of lists: slope(ys, xs), half_effect(ys, xs), largest(ys), smallest(ys), mean_of(ys), count(ys > 3),
ys[0], ys[-1].

A formula is read with Python's `ast` and never run as Python: only what stands above has a meaning.
"""

from __future__ import annotations

import ast
import difflib
import math
import operator
from ast import walk
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from il2site.model.card.card import Card, CheckCard, DoseCard, Fault, RunCard
from il2site.model.card.curve import FEATURES, REDUCERS, Curve, Feature, Nothing
from il2site.model.engine.doses import Dose
from il2site.model.engine.simulate import MEASURED, Method, Simulator
from il2site.model.network import Network
from il2site.model.printer.python import parameter_values
from il2site.schema import KeyPath
from il2site.text import amount

Verdict = Literal["met", "missed", "no band"]

POINTS = 1001
"""Reports of a run, unless the card says otherwise."""
LONGEST = 1000
"""Characters of a formula."""


@dataclass(frozen=True)
class Finding:
    """What a check gives today. `value` is None when the model gives no number; `said` is the number, or says why not."""

    check: CheckCard
    value: float | None
    said: str
    verdict: Verdict


def schedule(doses: Iterable[DoseCard]) -> tuple[Dose, ...]:
    """`doses` with their repeats written out, in order of time; those of one time in the order of the card."""
    given = [Dose(time, dose.target, dose.amount, dose.duration) for dose in doses for time in dose.times]
    return tuple(sorted(given, key=lambda dose: dose.time))


def values_at_start(simulator: Simulator, overrides: Mapping[str, float]) -> dict[str, float]:
    """The value of every symbol at time 0, before any dose."""
    network, functions = simulator.network, simulator.functions
    p, y, out = parameter_values(network, overrides), [0.0] * len(network.states), [0.0] * len(network.outputs)
    functions.initial(p, y)
    functions.output(0.0, y, p, out)
    parameters = (*network.defaults, *(name for name, _ in network.derived))
    return dict(zip((*network.states, *parameters, *network.outputs), (*y, *p, *out), strict=True))


# --- the words of the language ------------------------------------------------------------------------------------------

FUNCTIONS: Mapping[str, Callable[[Any], Any]] = {
    "log10": np.log10,
    "ln": np.log,
    "exp": np.exp,
    "sqrt": np.sqrt,
    "abs": np.abs,
}

OPERATORS: Mapping[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}

CALLS = (*FEATURES, *REDUCERS, *FUNCTIONS)


def _operands(node: ast.expr) -> tuple[type[ast.AST], list[ast.expr]] | None:
    """The operator of `node` and what it works on; None when it is something else, or not in the language."""
    found: tuple[type[ast.AST], list[ast.expr]]
    if isinstance(node, ast.BinOp):
        found = type(node.op), [node.left, node.right]
    elif isinstance(node, ast.UnaryOp):
        found = type(node.op), [node.operand]
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        found = type(node.ops[0]), [node.left, *node.comparators]
    else:
        return None
    return found if found[0] in OPERATORS else None


def _index(node: ast.Subscript) -> int | None:
    """The whole number in the brackets of `ys[0]` or `ys[-1]`."""
    sign, inner = (-1, node.slice.operand) if isinstance(node.slice, ast.UnaryOp) else (1, node.slice)
    if isinstance(node.slice, ast.UnaryOp) and not isinstance(node.slice.op, ast.USub):
        return None
    return sign * inner.value if isinstance(inner, ast.Constant) and type(inner.value) is int else None


def _number(node: ast.expr) -> float | None:
    """The number that `node` is; None when it is something else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        return float(node.value) if abs(node.value) < 1e300 else None
    return None


def _name(node: ast.Name | ast.Attribute) -> tuple[str, str]:
    """A symbol and the run it belongs to; "" is the check's own."""
    return (node.id, "") if isinstance(node, ast.Name) else (node.attr, ast.unparse(node.value))


def _runs_in(node: ast.expr) -> set[str]:
    """The named runs of which `node` speaks; "" is the check's own."""
    parts = list(walk(node))
    owners = {part.value for part in parts if isinstance(part, ast.Attribute)}
    called = {part.func for part in parts if isinstance(part, ast.Call)}
    own = {"" for part in parts if isinstance(part, ast.Name) and part not in owners | called}
    return own | {owner.id for owner in owners if isinstance(owner, ast.Name)}


# --- what is wrong with a formula -----------------------------------------------------------------------------------

Kind = Literal["number", "list", "series"]


class _Wrong(Exception):
    """A formula that has no meaning: what is wrong, and how to mend it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


def faults(network: Network, card: Card) -> Iterator[Fault]:
    """What the doses and checks of `card` name that `network` has not, and every formula without meaning."""
    yield from dose_faults(network, card.doses, ("doses",))
    for index, check in enumerate(card.checks):
        where: KeyPath = ("checks", index)
        yield from _setting_faults(network, check, where)
        yield from (((*where, "over", name), *said) for name in check.over for said in _settable(network, name))
        for name, further in check.runs.items():
            yield from _setting_faults(network, further, (*where, "runs", name))
        for key, said, remedy in _stochastic_faults(network, card, check):
            yield (*where, *key), said, remedy
        try:
            _checked(network, card, check)
        except _Wrong as wrong:
            yield (*where, "measure"), wrong.message, wrong.remedy


def _setting_faults(network: Network, settings: RunCard, where: KeyPath) -> Iterator[Fault]:
    yield from (((*where, "set", name), *said) for name in settings.set for said in _settable(network, name))
    yield from dose_faults(network, settings.doses or (), (*where, "doses"))


def _stochastic_faults(network: Network, card: Card, check: CheckCard) -> Iterator[Fault]:
    if check.method == "ode":
        return
    if network.numbered_changes is None:
        said = "the model has no stochastic run: something changes by no whole number, or by a rate rule"
        yield ("method",), said, "delete method: ssa"
    for name in ("", *check.runs):
        for dose in _settings(card, check, name).doses:
            if dose.duration > 0 and dose.target not in network.defaults:
                said = f"{dose.target} flows in over {dose.duration:g}, and a stochastic run counts whole molecules"
                yield ("method",), said, "give doses at once, write doses: [] in the check, or delete method: ssa"


def _settable(network: Network, name: str) -> Iterator[tuple[str, str]]:
    if name not in network.defaults:
        said = f"{name} cannot be set: the model has no such parameter with a value of its own"
        yield said, _near(name, network.defaults)


def dose_faults(network: Network, doses: Iterable[DoseCard], where: KeyPath) -> Iterator[Fault]:
    targets = {*network.states, *network.defaults, *network.twins}
    for index, dose in enumerate(doses):
        if dose.target not in targets:
            said = f"a dose cannot go to {dose.target}: it is no state and no parameter with a value of its own"
            yield (*where, index, "target"), said, _near(dose.target, targets)


def _near(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, sorted(known), 1)
    return f"did you mean {close[0]}?" if close else f"write one of: {', '.join(sorted(known))}"


def _tree(text: str) -> ast.expr:
    """The formula as a tree; raises _Wrong when it is none."""
    if len(text) > LONGEST:
        raise _Wrong(f"the formula has {len(text)} characters", f"keep it below {LONGEST}")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        said = error.msg if isinstance(error, SyntaxError) else "too deep, or a character that does not belong there"
        raise _Wrong(f"the formula cannot be read: {said}", "write it like: peak(A)/last(A)") from None


@dataclass(frozen=True)
class _Reader:
    """Finds the kind of every part of a formula, or what is wrong with it."""

    network: Network
    card: Card
    check: CheckCard

    def kind(self, node: ast.expr) -> Kind:
        operands = _operands(node)
        if operands is not None:
            return self.joined(operands[1])
        if _number(node) is not None:
            return "number"
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self.named(node)
        if isinstance(node, ast.Call):
            return self.called(node)
        if isinstance(node, ast.Subscript):
            return self.indexed(node)
        remedy = "use numbers, names, + - * / **, < <= > >= and the functions of measures"
        raise _Wrong(f"{ast.unparse(node)} has no meaning here", remedy)

    def named(self, node: ast.Name | ast.Attribute) -> Kind:
        """A series or a parameter, of the check's own run or of a named one."""
        name, owner = _name(node)
        if owner and owner not in self.check.runs:
            added = f"add runs: {{{owner}: {{set: …}}}}"
            raise _Wrong(f"there is no run {owner}", _near(owner, self.check.runs) if self.check.runs else added)
        if name in self.network.parameters:
            return "list" if self.check.over else "number"
        if name in self.network.names:
            return "series"
        raise _Wrong(f"the model has no symbol {name}", _near(name, [*self.network.names, *self.check.runs]))

    def joined(self, parts: list[ast.expr]) -> Kind:
        """The kind of what is computed from `parts`, element by element."""
        kinds = {self.kind(part) for part in parts}
        if "series" not in kinds:
            return "list" if "list" in kinds else "number"
        settings = [_settings(self.card, self.check, name) for part in parts for name in _runs_in(part)]
        if len({(one.end, one.points) for one in settings}) > 1:
            said = "series of runs with different end or points cannot be combined"
            raise _Wrong(said, "take a feature of each first, such as peak(X)")
        return "series"

    def called(self, node: ast.Call) -> Kind:
        name = node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func)
        if name not in CALLS:
            raise _Wrong(f"there is no function {name}", _near(name, CALLS))
        if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
            raise _Wrong(f"{name} takes values, one after the other", "write them without names or stars")
        if name in FEATURES:
            return self.feature(name, FEATURES[name], node.args)
        if name in REDUCERS:
            return self.reduced(name, REDUCERS[name][1], node.args)
        _count(name, node.args, 1, 1)
        return self.joined(node.args)

    def feature(self, name: str, feature: Feature, arguments: list[ast.expr]) -> Kind:
        _count(name, arguments, feature.least + 1, feature.most + 1)
        kinds = [self.kind(argument) for argument in arguments]
        if kinds[0] != "series":
            said = f"{name} needs a series first, and {ast.unparse(arguments[0])} is a {kinds[0]}"
            raise _Wrong(said, "name a state or an output")
        for kind, argument in zip(kinds[1:], arguments[1:], strict=True):
            if kind == "series":
                said = f"{name} needs a number, and {ast.unparse(argument)} is a series"
                raise _Wrong(said, f"take a feature of it, such as last({ast.unparse(argument)})")
        return "list" if self.check.over else "number"

    def reduced(self, name: str, number: int, arguments: list[ast.expr]) -> Kind:
        _count(name, arguments, number, number)
        for argument in arguments:
            self.listed(name, argument)
        return "number"

    def indexed(self, node: ast.Subscript) -> Kind:
        self.listed("[ ]", node.value)
        place, size = _index(node), len(next(iter(self.check.over.values()), ()))
        if place is None or not -size <= place < size:
            said = f"[{ast.unparse(node.slice)}] is no place in a list of {size}"
            raise _Wrong(said, f"write a whole number from 0 to {size - 1}, or -1 for the last")
        return "number"

    def listed(self, name: str, argument: ast.expr) -> None:
        kind = self.kind(argument)
        if kind != "list":
            remedy = (
                "name a feature or the parameter that is scanned" if self.check.over else "scan a parameter by over:"
            )
            raise _Wrong(f"{name} needs a list, and {ast.unparse(argument)} is a {kind}", remedy)


def _count(name: str, arguments: list[ast.expr], least: int, most: int) -> None:
    if not least <= len(arguments) <= most:
        wanted = str(least) if least == most else f"{least} to {most}"
        raise _Wrong(f"{name} takes {wanted} values, not {len(arguments)}", "give as many")


def _checked(network: Network, card: Card, check: CheckCard) -> ast.expr:
    """The tree of the formula of `check`; raises _Wrong unless it means a number."""
    tree = _tree(check.measure)
    try:
        kind = _Reader(network, card, check).kind(tree)
    except RecursionError:
        raise _Wrong("the formula is too deep", "write it flatter") from None
    if kind != "number":
        raise _Wrong(f"{check.measure} is a {kind} where a number is needed", MADE_A_NUMBER[kind])
    return tree


MADE_A_NUMBER = {
    "series": "take a feature of it, such as peak(X)",
    "list": "end in a reducer, such as slope(…, …) or largest(…), or in [-1]",
}


# --- what a formula gives -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Settings:
    """All that a run depends on, apart from the network."""

    set: tuple[tuple[str, float], ...]
    end: float
    points: int
    doses: tuple[Dose, ...]
    method: Method


def _settings(card: Card, check: CheckCard, name: str, scanned: Mapping[str, float] | None = None) -> _Settings:
    """The settings of the run `name` of a check ("" for its own), with the parameter that is scanned."""
    own = check.runs.get(name, RunCard())
    doses = next(given for given in (own.doses, check.doses, card.doses) if given is not None)
    return _Settings(
        set=tuple(sorted({**check.set, **own.set, **(scanned or {})}.items())),
        end=own.end or check.end or card.run_to,
        points=own.points or check.points or POINTS,
        doses=schedule(doses),
        method=check.method,
    )


class _Runs:
    """Runs of one network, each made once."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.simulator = Simulator(network)
        self.made: dict[tuple[_Settings, int], Mapping[str, Curve]] = {}

    def curves(self, settings: _Settings, seed: int) -> Mapping[str, Curve]:
        """Every state and output by name; raises Nothing when the run does not finish."""
        if (settings, seed) not in self.made:
            self.made[settings, seed] = self._run(settings, seed)
        return self.made[settings, seed]

    def _run(self, settings: _Settings, seed: int) -> Mapping[str, Curve]:
        made = self.simulator.run(
            dict(settings.set), settings.end, settings.points, settings.method, seed, MEASURED, settings.doses
        )
        if made.outcome.kind != "finished":
            raise Nothing(f"the run stopped: {made.outcome.kind} at time {made.outcome.at or 0:g}")
        columns, times = made.series.columns, made.series.times
        return {name: Curve(times, column, smooth=settings.method == "ode") for name, column in columns.items()}

    def parameters(self, settings: _Settings) -> Mapping[str, float]:
        """Every symbol of a run at its start, before any dose."""
        return values_at_start(self.simulator, dict(settings.set))


@dataclass(frozen=True)
class _Evaluation:
    """One formula on its runs. A part of it is evaluated at a `point` of the scan and in a `draw` of stochastic runs."""

    runs: _Runs
    card: Card
    check: CheckCard

    def result(self, tree: ast.expr) -> float:
        with np.errstate(all="ignore"):
            value = float(self.value(tree, 0, 0))
        if not math.isfinite(value):
            raise Nothing("no number: a division by zero, or the logarithm of a number that is not above zero")
        return value

    def value(self, node: ast.expr, point: int, draw: int) -> Any:
        """A numpy number; or, inside a feature, the values of a series (points,)."""
        operands = _operands(node)
        if operands is not None:
            return OPERATORS[operands[0]](*(1.0 * self.value(part, point, draw) for part in operands[1]))
        if isinstance(node, ast.Constant):
            return np.float64(_number(node) or 0.0)
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self.named(node, point, draw)
        if isinstance(node, ast.Subscript):
            place = _index(node)
            return self.value(node.value, range(self.size)[place or 0], draw)
        assert isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        return self.called(node.func.id, node.args, point, draw)

    @property
    def size(self) -> int:
        """How many points the scan has."""
        return max((len(values) for values in self.check.over.values()), default=1)

    def settings(self, name: str, point: int) -> _Settings:
        scanned = {parameter: values[point] for parameter, values in self.check.over.items()}
        return _settings(self.card, self.check, name, scanned)

    def named(self, node: ast.Name | ast.Attribute, point: int, draw: int) -> Any:
        name, owner = _name(node)
        settings = self.settings(owner, point)
        if name in self.runs.network.parameters:
            return np.float64(self.runs.parameters(settings)[name])
        return self.runs.curves(settings, self.seed + draw)[name].values

    @property
    def seed(self) -> int:
        return 1 if self.check.seed is None else self.check.seed

    def called(self, name: str, arguments: list[ast.expr], point: int, draw: int) -> Any:
        if name in REDUCERS:
            lists = [[self.value(part, each, draw) for each in range(self.size)] for part in arguments]
            return np.float64(REDUCERS[name][0](*(np.array(values, dtype=float) for values in lists)))
        if name in FUNCTIONS:
            return FUNCTIONS[name](self.value(arguments[0], point, draw))
        numbers = [float(self.value(part, point, draw)) for part in arguments[1:]]
        draws = range(self.check.runs_count or 1)
        return np.mean([FEATURES[name].of(self.curve(arguments[0], point, each), *numbers) for each in draws])

    def curve(self, node: ast.expr, point: int, draw: int) -> Curve:
        """The series `node` in one run."""
        curves = self.runs.curves(self.settings(min(_runs_in(node)), point), self.seed + draw)
        times = next(iter(curves.values())).times
        values = np.broadcast_to(np.asarray(self.value(node, point, draw), dtype=float), times.shape)
        return Curve(times, values, smooth=self.check.method == "ode")


def findings(network: Network, card: Card) -> tuple[Finding, ...]:
    """What every check of `card` gives in `network`, which have no `faults`."""
    runs = _Runs(network)
    return tuple(_finding(runs, card, check) for check in card.checks)


def _finding(runs: _Runs, card: Card, check: CheckCard) -> Finding:
    try:
        value = _Evaluation(runs, card, check).result(_checked(runs.network, card, check))
    except Nothing as nothing:
        return Finding(check, None, str(nothing), "missed")
    return Finding(check, value, amount(value), _verdict(value, check))


def _verdict(value: float, check: CheckCard) -> Verdict:
    if check.between is None:
        return "no band"
    low, high = check.between
    inside = (low is None or low <= value) and (high is None or value <= high)
    return "met" if inside else "missed"
