"""A network as Python functions on numpy arrays."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from il2site.model.expression import FUNCTIONS, ZERO, Expr, Symbol, symbols
from il2site.model.network import Frozen, Network, frozen, needed
from il2site.model.printer.bound import OWN, bound_source
from il2site.model.printer.code import DENSE_LIMIT, Dialect, bodies, flows, named_rates

Array = NDArray[np.float64]


def _number(value: float) -> str:
    return f"({value!r})" if repr(value).startswith("-") else repr(value)  # inf and nan are names of the compiled text


PYTHON = Dialect(
    prefix="s_",
    number=_number,
    negate="-",
    deny="not ",
    infix={"add": " + ", "multiply": " * ", "subtract": " - ", "lt": " < ", "le": " <= ", "gt": " > ", "ge": " >= ",
           "eq": " == ", "ne": " != ", "and": " and ", "or": " or "},
    call={**{name: f"f_{name}" for name in FUNCTIONS}, "abs": "abs"},
    choice="{value} if {condition} else {otherwise}",
    define="{name} = {value}",
    store="{array}[{index}] = {value}",
    clear="{array}[:] = [0.0] * {size}",
    shares=False,
)  # fmt: skip


Bound: TypeAlias = Callable[[float, list[float]], list[float]]
Binding: TypeAlias = Callable[[list[float], list[float] | None], Bound]


@dataclass(frozen=True, eq=False)
class Functions:
    """The functions of one network, with the signatures of the generated JavaScript (static/src/model/network.ts).

    Arrays are filled in place: y, dy, ft (states,), p (parameters that may be set, then derived ones,), m (modes,),
    v (reactions,), J (states*states,) row by row, out (outputs, or events for `trigger`,), e (values of an event,).
    They may be lists or arrays; lists are faster. `initial` fills the derived part of p besides y.

    Those that end in `_for` are given p and m (or None where modes are not held), which must then stand still, and give
    functions of t and y (a list) whose result is a new list: the same numbers, several times faster.
    """

    initial: Callable[..., None]
    rates: Callable[..., None]
    rhs: Callable[..., None]
    jacobian: Callable[..., None]
    output: Callable[..., None]
    mode: Callable[..., None]
    trigger: Callable[..., None]
    delay: Callable[..., float]
    priority: Callable[..., float]
    values: Callable[..., None]
    assign: Callable[..., None]
    rhs_for: Binding
    jacobian_for: Binding
    rates_for: Binding
    output_for: Binding
    mode_for: Binding
    modes: int
    timed: bool
    """Whether the modes depend on time alone, not on the states."""
    autonomous: bool
    """Whether no rate depends on time by itself while the modes are held."""
    source: str


_RECENT: deque[tuple[Network, Functions]] = deque(maxlen=64)
"""Networks with their functions: one model is run for its card, for its page and for each of its figures."""


def compile_network(network: Network) -> Functions:
    """`network` as callable functions."""
    known = next((each for each in _RECENT if each[0] is network), None)
    known = known or next((each for each in _RECENT if _same_mathematics(network, each[0])), None)
    functions = known[1] if known else _compiled(network)
    if known is None or known[0] is not network:
        _RECENT.append((network, functions))
    return functions


def _same_mathematics(network: Network, other: Network) -> bool:
    """Whether the functions of both are the same (parts that are one and the same object are quickly compared)."""
    return (
        network.states == other.states
        and network.parameters == other.parameters
        and network.initial == other.initial
        and network.assignments == other.assignments
        and network.reactions == other.reactions
        and network.flows == other.flows
        and network.events == other.events
    )


def _compiled(network: Network) -> Functions:
    held = frozen(network)
    lines = bodies(network, PYTHON, held)
    parts = {
        "initial": _function("initial", "p, y", lines.initial),
        "rates": _function("rates", "t, y, p, v", lines.rates),
        "rhs": _function("rhs", "t, y, p, m, dy", lines.rhs),
        "jacobian": _function("jacobian", "t, y, p, m, J, ft", lines.jacobian),
        "output": _function("output", "t, y, p, out", lines.output),
        "mode": _function("mode", "t, y, p, m", lines.mode),
        "trigger": _function("trigger", "t, y, p, m, out", lines.trigger),
        "delay": _cases("delay", "k, t, y, p", [event.delay for event in lines.events], "0.0"),
        "priority": _cases("priority", "k, t, y, p", [event.priority for event in lines.events], "-inf"),
        "values": _cases("values", "k, t, y, p, e", [event.values for event in lines.events]),
        "assign": _cases("assign", "k, t, y, p, e", [event.assign for event in lines.events]),
    }
    bound = _bound_sources(network, held)
    source = "\n".join((*parts.values(), *bound.values()))
    space: dict[str, Any] = {f"f_{name}": call for name, call in FUNCTIONS.items()} | {"inf": math.inf, "nan": math.nan}
    space |= {f"o_{name}": call for name, call in OWN.items()}
    # The text was printed from a checked tree whose names are letters, digits and underscores behind a prefix.
    exec(compile(source, f"<{network.name}>", "exec"), space)
    return Functions(
        **{name: space[name] for name in parts},
        **_bindings(network, held, space),
        modes=len(lines.modes),
        timed=_timed(network, lines.modes),
        autonomous=lines.autonomous,
        source=source,
    )


def _bound_sources(network: Network, held: Frozen) -> dict[str, str]:
    """The text of the functions with parameters and modes that stand still."""
    rates, n = named_rates(held.network), len(network.states)
    flow = flows(held.network, [Symbol(name) for name, _ in rates])
    sources = {
        "rhs_for": bound_source(held.network, "rhs_for", flow, rates),
        "rates_for": bound_source(network, "rates_for", [reaction.rate for reaction in network.reactions]),
        "mode_for": bound_source(network, "mode_for", held.modes),
        "output_for": bound_source(network, "output_for", [Symbol(name) for name in network.outputs]),
    }
    if n <= DENSE_LIMIT:
        cells = {row * n + column: expr for row, column, expr in held.jacobian.entries if column < n}
        steps = needed(held.jacobian.steps, cells.values())
        slopes = [cells.get(i, ZERO) for i in range(n * n)]
        sources["jacobian_for"] = bound_source(held.network, "jacobian_for", slopes, steps)
    return sources


def _bindings(network: Network, held: Frozen, space: Mapping[str, Any]) -> dict[str, Any]:
    """The functions of `_bound_sources`, which ask the careful ones where those are needed."""
    n, rates, outputs = len(network.states), len(network.reactions), len(network.outputs)
    modes = len(held.modes)

    def rhs(p: list[float], m: Any, t: float, y: list[float]) -> list[float]:
        space["rhs"](t, y, p, m, dy := [0.0] * n)
        return dy

    def jacobian(p: list[float], m: Any, t: float, y: list[float]) -> list[float]:
        space["jacobian"](t, y, p, m, cells := [0.0] * (n * n), [0.0] * n)
        return cells

    def rates_now(p: list[float], m: Any, t: float, y: list[float]) -> list[float]:
        space["rates"](t, y, p, v := [0.0] * rates)
        return v

    def output(p: list[float], m: Any, t: float, y: list[float]) -> list[float]:
        space["output"](t, y, p, out := [0.0] * outputs)
        return out

    def mode(p: list[float], m: Any, t: float, y: list[float]) -> list[float]:
        space["mode"](t, y, p, found := [0.0] * modes)
        return found

    careful = {"mode_for": mode, "rhs_for": rhs, "jacobian_for": jacobian, "rates_for": rates_now, "output_for": output}
    return {name: _binding(space.get(name), function) for name, function in careful.items()}


def _binding(quick: Callable[..., Bound] | None, careful: Callable[..., list[float]]) -> Binding:
    def bind(p: list[float], m: list[float] | None) -> Bound:
        slow = partial(careful, p, m)
        try:
            return quick(p, m, slow) if quick else slow
        except (ArithmeticError, ValueError):
            return slow

    return bind


def _timed(network: Network, modes: Sequence[Expr]) -> bool:
    used = {name for expr in modes for name in symbols(expr)}
    used |= {name for _, expr in needed(network.assignments, modes) for name in symbols(expr)}
    return used.isdisjoint(network.states)


def _function(name: str, arguments: str, lines: Iterable[str]) -> str:
    return f"def {name}({arguments}):\n" + ("".join(f"    {line}\n" for line in lines) or "    pass\n")


def _cases(name: str, arguments: str, events: Sequence[tuple[str, ...] | None], otherwise: str = "") -> str:
    """A function of the number of an event; with `otherwise` its last line is a value, else it only stores."""
    lines = []
    for k, body in enumerate(events):
        if body:
            *before, last = body
            inner = [*before, f"return {last}" if otherwise else last]
            lines += [f"if k == {k}:", *(f"    {line}" for line in inner)]
    return _function(name, arguments, [*lines, f"return {otherwise}"] if otherwise else lines)


def parameter_values(network: Network, overrides: Mapping[str, float]) -> list[float]:
    """The array p: defaults of `network` with `overrides`, then NaN for derived parameters until `initial` fills them.

    Raises KeyError for a name that cannot be overridden.
    """
    unknown = [name for name in overrides if name not in network.defaults]
    if unknown:
        raise KeyError(f"not a parameter of {network.name}: {', '.join(unknown)}")
    given = [float(overrides.get(name, value)) for name, value in network.defaults.items()]
    return given + [math.nan] * len(network.derived)
