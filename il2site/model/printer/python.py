"""A network as Python functions on numpy arrays."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from il2site.model.expression import FUNCTIONS, Expr, symbols
from il2site.model.network import Network, needed
from il2site.model.printer.code import Dialect, bodies

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


@dataclass(frozen=True)
class Functions:
    """The functions of one network, with the signatures of the generated JavaScript (static/src/model/network.ts).

    Arrays are filled in place: y, dy, ft (states,), p (parameters that may be set, then derived ones,), m (modes,),
    v (reactions,), J (states*states,) row by row, out (outputs, or events for `trigger`,), e (values of an event,).
    They may be lists or arrays; lists are faster. `initial` fills the derived part of p besides y.
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
    modes: int
    timed: bool
    """Whether the modes depend on time alone, not on the states."""
    source: str


def compile_network(network: Network) -> Functions:
    """`network` as callable functions."""
    lines = bodies(network, PYTHON)
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
    source = "\n".join(parts.values())
    space: dict[str, Any] = {f"f_{name}": call for name, call in FUNCTIONS.items()} | {"inf": math.inf, "nan": math.nan}
    # The text was printed from a checked tree whose names are letters, digits and underscores behind a prefix.
    exec(compile(source, f"<{network.name}>", "exec"), space)
    return Functions(
        **{name: space[name] for name in parts},
        modes=len(lines.modes),
        timed=_timed(network, lines.modes),
        source=source,
    )


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
