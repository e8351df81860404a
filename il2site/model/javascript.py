"""A network as a classic script that registers itself: what the live figure in the browser runs."""

from __future__ import annotations

import json

from il2site.model.code import Dialect, bodies
from il2site.model.network import Network


def _number(value: float) -> str:
    text = str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return f"({text})" if value < 0 else text


JAVASCRIPT = Dialect(
    prefix="$",
    number=_number,
    infix={"add": "+", "multiply": "*", "subtract": "-", "divide": "/", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
           "eq": "===", "ne": "!==", "and": "&&", "or": "||"},
    call={"power": "Math.pow", "exp": "Math.exp", "ln": "Math.log", "log10": "Math.log10", "sqrt": "Math.sqrt",
          "abs": "Math.abs", "min": "Math.min", "max": "Math.max", "not": "!"},
    choice="({condition} ? {value} : {otherwise})",
    define="const {name} = {value};",
    store="{array}[{index}] = {value};",
)  # fmt: skip


def javascript(network: Network) -> str:
    """The script for `network`: it sets `self.il2site.models[name]`; nothing else is touched.

    `jacobian` sets every one of the n*n entries of J, row by row: J[i*n+j] is the derivative of f_i by y_j.
    """
    lines = bodies(network, JAVASCRIPT)
    facts = {
        "name": network.name, "timeUnit": network.time_unit, "states": network.states, "outputs": network.outputs,
        "parameters": tuple(network.defaults), "defaults": tuple(network.defaults.values()),
        "reactions": tuple(reaction.name for reaction in network.reactions), "change": network.numbered_changes,
    }  # fmt: skip
    members = [f"  {name}: {_json(value)}," for name, value in facts.items()] + [
        _method("initial", "p, y", lines.initial), _method("rates", "t, y, p, v", lines.rates),
        _method("rhs", "t, y, p, dy", lines.rhs), _method("jacobian", "t, y, p, J", ("J.fill(0);", *lines.jacobian)),
        _method("output", "t, y, p, out", lines.output),
    ]  # fmt: skip
    body = "\n".join(members)
    return f'"use strict";\n(self.il2site ??= {{models: {{}}}}).models[{_json(network.name)}] = {{\n{body}\n}};\n'


def _json(value: object) -> str:
    # `<` is spelled out so that no name can close a script element, should the text ever stand inside one.
    return json.dumps(value, allow_nan=False).replace("<", "\\u003c")


def _method(name: str, arguments: str, lines: tuple[str, ...]) -> str:
    return f"  {name}({arguments}) {{\n" + "".join(f"    {line}\n" for line in lines) + "  },"
