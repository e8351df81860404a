"""A network as a classic script that registers itself: what the live figure in the browser runs."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from il2site.model.network import Event, Network, growing
from il2site.model.printer.code import Bodies, Dialect, bodies
from il2site.model.printer.rolled import rolled
from il2site.model.printer.walk import walk


def _number(value: float) -> str:
    if not math.isfinite(value):
        return "NaN" if value != value else ("Infinity" if value > 0 else "(-Infinity)")
    text = str(int(value)) if value.is_integer() and 0 < abs(value) < 1e15 else repr(value).removesuffix(".0")
    return f"({text})" if text.startswith("-") else text


_MATH = ("exp", "log10", "sqrt", "abs", "min", "max", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh",
         "tanh", "asinh", "acosh", "atanh", "floor", "ceil", "trunc")  # fmt: skip

JAVASCRIPT = Dialect(
    prefix="$",
    number=_number,
    negate="-",
    deny="!",
    infix={"add": "+", "multiply": "*", "subtract": "-", "divide": "/", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
           "eq": "==", "ne": "!=", "and": "&&", "or": "||", "xor": "^"},
    call={**{name: f"Math.{name}" for name in _MATH}, "power": "Math.pow", "ln": "Math.log", "factorial": "factorial"},
    choice="{condition} ? {value} : {otherwise}",
    define="const {name}={value};",
    store="{array}[{index}]={value};",
    clear="{array}.fill(0);",
    shares=True,
)  # fmt: skip
"""`==` and not `===`, because SBML lets true equal 1."""

FACTORIAL = (
    "const factorial = (x) => {\n  const n = Number(x);\n  if (!(n >= 0 && Number.isInteger(n))) return NaN;\n"
    "  let product = 1;\n  for (let i = 2; i <= n && product < Infinity; i++) product *= i;\n  return product;\n};\n"
)


def javascript(network: Network, stochastic: bool = True) -> str:
    """The script for `network`: it sets `self.il2site.models[name]`; nothing else is touched. `stochastic`: whether it shall
    be good at stochastic runs (see `walk`); it can make them in any case, if the network allows it.

    What each member means is written in static/src/model/network.ts.
    """
    lines, parts = _rolled(bodies(network, JAVASCRIPT))
    facts = {
        "name": network.name, "timeUnit": network.time_unit, "states": network.states, "outputs": network.outputs,
        "parameters": tuple(network.defaults), "constants": len(network.derived),
        "reactions": tuple(reaction.name for reaction in network.reactions), "change": network.numbered_changes,
        "modes": len(lines.modes), "events": [_event_facts(event) for event in network.events],
    }  # fmt: skip
    if lines.autonomous:
        facts["autonomous"] = True
    grows = [network.states.index(state) for state in growing(network)]
    if grows:
        facts["grows"] = grows
    if network.twins:
        facts["twins"] = {name: network.states.index(state) for name, state in network.twins.items()}
    defaults = ", ".join(_number(float(value)) for value in network.defaults.values())
    members = [f"  {name}: {_json(value)}," for name, value in facts.items()] + [
        f"  defaults: [{defaults}],",
        _method("initial", "p, y", lines.initial), _method("rates", "t, y, p, v", lines.rates),
        *(_walk(network) if stochastic and not lines.modes else ()),
        _method("rhs", "t, y, p, m, dy", lines.rhs), _method("jacobian", "t, y, p, m, J, ft", lines.jacobian),
        _method("output", "t, y, p, out", lines.output), _method("mode", "t, y, p, m", lines.mode),
        _method("trigger", "t, y, p, m, out", lines.trigger),
        _cases("delay", "k, t, y, p", [event.delay for event in lines.events], "0"),
        _cases("priority", "k, t, y, p", [event.priority for event in lines.events], "-Infinity"),
        _cases("values", "k, t, y, p, e", [event.values for event in lines.events]),
        _cases("assign", "k, t, y, p, e", [event.assign for event in lines.events]),
    ]  # fmt: skip
    body = "\n".join(members)
    shared = _shared(network, lines) if lines.rules is not None else ""
    shared = (f"const $ = new Float64Array({parts});\n" if parts else "") + shared
    helper = FACTORIAL if "factorial(" in shared + body else ""
    place = f"(self.il2site ??= {{models: {{}}}}).models[{_json(network.name)}]"
    return f'"use strict";\n{{\n{shared}{helper}const network = {{\n{body}\n}};\n{place} = network;\n}}\n'


def _walk(network: Network) -> list[str]:
    body = walk(network, JAVASCRIPT)
    return [_method("walk", "path, draws, until, y, p, keep", body)] if body else []


def _rolled(lines: Bodies) -> tuple[Bodies, int]:
    """The functions with loops where they repeat themselves, and the size of the array `$` that they share."""
    sizes = [0]

    def shorter(body: tuple[str, ...]) -> tuple[str, ...]:
        made, size = rolled(body)
        sizes.append(size)
        return made

    made = replace(
        lines, initial=shorter(lines.initial), rates=shorter(lines.rates), rhs=shorter(lines.rhs),
        jacobian=shorter(lines.jacobian), output=shorter(lines.output), mode=shorter(lines.mode),
        rules=None if lines.rules is None else shorter(lines.rules),
        flow=None if lines.flow is None else shorter(lines.flow),
    )  # fmt: skip
    return made, max(sizes)


def _shared(network: Network, lines: Bodies) -> str:
    """What the functions of a network share: its rules and rates, and arrays for them and for the modes of now."""
    sizes = {"v": len(network.reactions), "w": len(network.outputs), "M": len(lines.modes)}
    arrays = ", ".join(f"{name} = new Float64Array({size})" for name, size in sizes.items())
    live = "const live = (t, y, p) => {\n  network.mode(t, y, p, M);\n  return M;\n};\n" if lines.modes else ""
    functions = (("rules", "w", lines.rules or ()), ("flow", "v", lines.flow or ()))
    texts = (
        f"const {name} = (t, y, p, m, {array}) => {{\n{''.join(f'{line}{chr(10)}' for line in body)}}};\n"
        for name, array, body in functions
    )
    return f"const {arrays};\n{live}{''.join(texts)}"


def _event_facts(event: Event) -> dict[str, object]:
    return {
        "name": event.name, "initially": event.initially, "persistent": event.persistent, "early": event.early,
        "delayed": event.delay is not None, "prioritised": event.priority is not None, "sets": len(event.sets),
    }  # fmt: skip


def _json(value: object) -> str:
    # `<` is spelled out so that no name can close a script element, should the text ever stand inside one.
    return json.dumps(value, allow_nan=False).replace("<", "\\u003c")


def _method(name: str, arguments: str, lines: Iterable[str]) -> str:
    text = "".join(f"{line}\n" for line in lines)
    return f"  {name}({arguments}) {{\n{text}  }}," if text else f"  {name}() {{}},"


def _cases(name: str, arguments: str, events: Sequence[tuple[str, ...] | None], otherwise: str = "") -> str:
    """A function of the number of an event; with `otherwise` its last line is a value, else it only stores."""
    lines = []
    for k, body in enumerate(events):
        if body:
            *before, last = body
            lines += [f"if (k === {k}) {{", *before, f"return {last};" if otherwise else last, "}"]
    return _method(name, arguments, [*lines, f"return {otherwise};"] if otherwise else lines)
