"""A network as Python functions on numpy arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from il2site.model.code import Dialect, bodies
from il2site.model.expression import FUNCTIONS
from il2site.model.network import Network

Array = NDArray[np.float64]


def _number(value: float) -> str:
    return f"({value!r})" if value < 0 else repr(value)


PYTHON = Dialect(
    prefix="s_",
    number=_number,
    infix={"add": "+", "multiply": "*", "subtract": "-", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==",
           "ne": "!=", "and": "and", "or": "or"},
    call={"divide": "f_divide", "power": "f_power", "exp": "f_exp", "ln": "f_ln", "log10": "f_log10", "sqrt": "f_sqrt",
          "abs": "abs", "min": "f_min", "max": "f_max", "not": "not "},
    choice="({value} if {condition} else {otherwise})",
    define="{name} = {value}",
    store="{array}[{index}] = {value}",
)  # fmt: skip


@dataclass(frozen=True)
class Functions:
    """The functions of one network, with the signatures of the generated JavaScript.

    Arrays are filled in place: y, dy (states,), p (parameters that may be overridden,), v (reactions,),
    J (states*states,) row by row and zero before the call, out (outputs,). `y` and `p` may be lists or arrays.
    """

    initial: Callable[..., None]
    rates: Callable[..., None]
    rhs: Callable[..., None]
    jacobian: Callable[..., None]
    output: Callable[..., None]
    source: str


def compile_network(network: Network) -> Functions:
    """`network` as callable functions."""
    lines = bodies(network, PYTHON)
    source = "\n".join((
        _function("initial", "p, y", lines.initial), _function("rates", "t, y, p, v", lines.rates),
        _function("rhs", "t, y, p, dy", lines.rhs), _function("jacobian", "t, y, p, J", lines.jacobian),
        _function("output", "t, y, p, out", lines.output),
    ))  # fmt: skip
    space: dict[str, Any] = {f"f_{name}": call for name, call in FUNCTIONS.items()}
    # The text was printed from a checked tree whose names are letters, digits and underscores behind a prefix.
    exec(compile(source, f"<{network.name}>", "exec"), space)
    return Functions(
        space["initial"], space["rates"], space["rhs"], space["jacobian"], space["output"], source
    )  # fmt: skip


def _function(name: str, arguments: str, lines: tuple[str, ...]) -> str:
    return f"def {name}({arguments}):\n" + "".join(f"    {line}\n" for line in lines or ("pass",))


def parameter_values(network: Network, overrides: Mapping[str, float]) -> list[float]:
    """The defaults of `network` with `overrides`; raises KeyError for a name that cannot be overridden."""
    unknown = [name for name in overrides if name not in network.defaults]
    if unknown:
        raise KeyError(f"not a parameter of {network.name}: {', '.join(unknown)}")
    return [float(overrides.get(name, value)) for name, value in network.defaults.items()]
