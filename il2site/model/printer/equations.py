"""The equations of a network for readers: reactions, rules and differential equations as MathML in HTML tables.

Everything here is printed from the checked network, so the text is safe: names are letters, digits and underscores,
and labels given by the caller are escaped.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from html import escape

from il2site.model.expression import ONE, Apply, Expr, Mode, Number, Piecewise, Symbol, Time
from il2site.model.network import Event, Network, Reaction


def equations(network: Network, labels: Mapping[str, str] | None = None) -> str:
    """Reactions with their rates, rules, dy/dt and events, as HTML with MathML; `labels` names symbols in plain words."""
    named = labels or {}
    tables = (
        _table("Reactions", ("Reaction", "From and to", "Rate"), (_reaction_row(r, named) for r in network.reactions)),
        _table("Rules", ("Symbol", "Definition"), (_definition_row(n, e, named) for n, e in _rules(network))),
        _table("Rates of change", ("State", "Equation"), (_state_row(network, s, named) for s in network.states)),
        _table("Events", ("Event", "When", "What is set"), (_event_row(network, e, named) for e in network.events)),
    )
    return "\n".join(table for table in tables if table)


def _rules(network: Network) -> tuple[tuple[str, Expr], ...]:
    return (*network.derived, *network.assignments)


def _table(caption: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [
        f'<tr><th scope="row">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in rest) + "</tr>"
        for first, *rest in rows
    ]
    if not lines:
        return ""
    top = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    return (f'<table class="equations"><caption>{caption}</caption><thead><tr>{top}</tr></thead>\n'
            f'<tbody>{"".join(lines)}</tbody></table>')  # fmt: skip


def _reaction_row(reaction: Reaction, labels: Mapping[str, str]) -> tuple[str, ...]:
    arrow = f"{_side(reaction.reactants)}<mo>→</mo>{_side(reaction.products)}"
    return (_spoken(reaction.name, labels), _math(arrow), _math(mathml(reaction.rate)))


def _spoken(name: str, labels: Mapping[str, str]) -> str:
    return escape(labels.get(name, name.replace("_", " ")))


def _side(parts: tuple[tuple[str, Expr], ...]) -> str:
    terms = ("" if count == ONE else _bracketed(count, PRODUCT) for _, count in parts)
    return "<mo>+</mo>".join(count + _name(name) for count, (name, _) in zip(terms, parts, strict=True)) or "<mi>∅</mi>"


def _definition_row(name: str, expr: Expr, labels: Mapping[str, str]) -> tuple[str, ...]:
    return (escape(labels.get(name, name)), _math(f"{_name(name)}<mo>=</mo>{mathml(expr)}"))


def _state_row(network: Network, state: str, labels: Mapping[str, str]) -> tuple[str, ...]:
    apart = '<mspace width="0.17em"/>' if _is_word(Symbol(state)) else ""
    left = f"<mfrac><mrow><mi>d</mi>{apart}{_name(state)}</mrow><mrow><mi>d</mi><mi>t</mi></mrow></mfrac>"
    label = labels.get(state) or _twin_label(network, state, labels) or state
    return (escape(label), _math(f"{left}<mo>=</mo>{_flow(network, state)}"))


def _twin_label(network: Network, state: str, labels: Mapping[str, str]) -> str:
    """What a state is that holds the amount of a species which formulas read as a concentration; else ""."""
    names = (name for name, twin in network.twins.items() if twin == state)
    return "".join(f"{labels.get(name, name)} (amount)" for name in names)


def _flow(network: Network, state: str) -> str:
    """The sum of change times rate for one state, and its rate rule."""
    text = ""
    for reaction in network.reactions:
        for changed, amount in reaction.change:
            if changed == state:
                text += _term(amount, reaction.rate, first=not text)
    if state in network.flows:
        text += ("<mo>+</mo>" if text else "") + _bracketed(network.flows[state], SUM)
    return text or "<mn>0</mn>"


def _term(amount: Expr, rate: Expr, first: bool) -> str:
    value = amount.value if isinstance(amount, Number) else 1.0
    sign = "<mo>−</mo>" if value < 0 else ("" if first else "<mo>+</mo>")
    one = "" if abs(value) == 1 else _number(abs(value))
    size = one if isinstance(amount, Number) else _bracketed(amount, PRODUCT)
    return sign + size + _bracketed(rate, PRODUCT)


def _event_row(network: Network, event: Event, labels: Mapping[str, str]) -> tuple[str, ...]:
    when = _math(mathml(event.trigger))
    if event.delay is not None:
        when += f", after {_math(mathml(event.delay))}"
    names = {twin: name for name, twin in network.twins.items()}
    sets = (f"{_name(names.get(each.state, each.state))}<mo>:=</mo>{mathml(each.value)}" for each in event.sets)
    return (_spoken(event.name, labels), when, ", ".join(_math(each) for each in sets))


def _math(inner: str) -> str:
    return f"<math><mrow>{inner}</mrow></math>"


# --- expressions -----------------------------------------------------------------------------------------------------

CHOICE, SUM, SIGN, PRODUCT, POWER, ATOM = range(6)
"""How tightly an expression binds, from loosest: `a + b` needs brackets in `c (a + b)`, not in `a + b + c`."""

_LEVELS = {"add": SUM, "subtract": SUM, "negate": SIGN, "multiply": PRODUCT, "power": POWER,
           "and": CHOICE, "or": CHOICE, "xor": CHOICE, "not": CHOICE}  # fmt: skip
_RELATIONS = {"lt": "&lt;", "le": "≤", "gt": "&gt;", "ge": "≥", "eq": "=", "ne": "≠"}
_WORDS = {"and": "and", "or": "or", "xor": "or else"}
_FUNCTIONS = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "arsinh", "acosh": "arcosh",
              "atanh": "artanh"}  # fmt: skip
"""Functions whose name in mathematics differs from the operator's."""


def mathml(expr: Expr) -> str:
    """`expr` as presentation MathML, without the `<math>` around it."""
    match expr:
        case Number(value):
            return _number(value)
        case Symbol(name):
            return _name(name)
        case Time():
            return "<mi>t</mi>"
        case Mode(index):
            raise ValueError(f"mode {index} belongs to a solver, not to a reader")
        case Piecewise(pieces, otherwise):
            return _cases(pieces, otherwise)
        case Apply(op, args):
            return f"<mrow>{_apply(op, args)}</mrow>"


def _level(expr: Expr) -> int:
    if isinstance(expr, Apply):
        return CHOICE if expr.op in _RELATIONS else _LEVELS.get(expr.op, ATOM)
    if isinstance(expr, Number) and (expr.value < 0 or "e" in f"{expr.value:.6g}"):
        return SIGN if expr.value < 0 else PRODUCT
    return CHOICE if isinstance(expr, Piecewise) else ATOM


def _bracketed(expr: Expr, level: int) -> str:
    """`expr`, in brackets when it binds more loosely than `level`."""
    text = mathml(expr)
    return text if _level(expr) >= level else f"<mrow><mo>(</mo>{text}<mo>)</mo></mrow>"


def _apply(op: str, args: tuple[Expr, ...]) -> str:
    if op in _RELATIONS:
        return f"<mo>{_RELATIONS[op]}</mo>".join(_bracketed(arg, SUM) for arg in args)
    if op in _WORDS:
        return f"<mtext>&#160;{_WORDS[op]}&#160;</mtext>".join(_bracketed(arg, SUM) for arg in args)
    if op == "multiply":
        return _product(args)
    if op in _SHAPES:
        return _SHAPES[op](*args)
    inner = "<mo>,</mo>".join(mathml(arg) for arg in args)
    return f"<mi>{_FUNCTIONS.get(op, op)}</mi><mo>&#8289;</mo><mo>(</mo>{inner}<mo>)</mo>"


def _sum(args: tuple[Expr, ...]) -> str:
    return "<mo>+</mo>".join(_bracketed(arg, SUM if i == 0 else PRODUCT) for i, arg in enumerate(args))


def _product(args: tuple[Expr, ...]) -> str:
    """Factors side by side; a dot where two numbers or two words would run together."""
    text = ""
    for before, arg in zip((None, *args), args, strict=False):
        dot = before is not None and (isinstance(arg, Number) or _is_word(before) or _is_word(arg))
        text += ("<mo>·</mo>" if dot else "<mo>&#8290;</mo>" if text else "") + _bracketed(arg, PRODUCT)
    return text


def _is_word(expr: Expr) -> bool:
    """Whether `expr` is a name set in several letters, such as `dose`; `tau` is one letter, and so is the k of `k_on`."""
    return isinstance(expr, Symbol) and len(re.sub(r"<[^>]*>", "", _name(expr.name).split("<mrow>")[0])) > 1


def _power(base: Expr, exponent: Expr) -> str:
    return f"<msup>{_bracketed(base, ATOM)}{mathml(exponent)}</msup>"


_SHAPES: Mapping[str, Callable[..., str]] = {
    "add": lambda *args: _sum(args),
    "subtract": lambda a, b: f"{_bracketed(a, SUM)}<mo>−</mo>{_bracketed(b, PRODUCT)}",
    "negate": lambda a: f"<mo>−</mo>{_bracketed(a, PRODUCT)}",
    "divide": lambda a, b: f"<mfrac><mrow>{mathml(a)}</mrow><mrow>{mathml(b)}</mrow></mfrac>",
    "power": _power,
    "sqrt": lambda a: f"<msqrt>{mathml(a)}</msqrt>",
    "abs": lambda a: f"<mo>|</mo>{mathml(a)}<mo>|</mo>",
    "floor": lambda a: f"<mo>⌊</mo>{mathml(a)}<mo>⌋</mo>",
    "ceil": lambda a: f"<mo>⌈</mo>{mathml(a)}<mo>⌉</mo>",
    "factorial": lambda a: f"{_bracketed(a, ATOM)}<mo>!</mo>",
    "log10": lambda a: f"<msub><mi>log</mi><mn>10</mn></msub><mo>&#8289;</mo><mo>(</mo>{mathml(a)}<mo>)</mo>",
}


def _cases(pieces: tuple[tuple[Expr, Expr], ...], otherwise: Expr) -> str:
    rows = [f"<mtr><mtd>{mathml(value)}</mtd><mtd><mtext>if&#160;</mtext>{mathml(condition)}</mtd></mtr>"
            for value, condition in pieces]  # fmt: skip
    rows.append(f"<mtr><mtd>{mathml(otherwise)}</mtd><mtd><mtext>otherwise</mtext></mtd></mtr>")
    return f"<mrow><mo>{{</mo><mtable>{''.join(rows)}</mtable></mrow>"


def _number(value: float) -> str:
    if not math.isfinite(value):
        return "<mtext>no number</mtext>" if value != value else f"<mi>{'−' if value < 0 else ''}∞</mi>"
    mantissa, _, exponent = f"{value:.6g}".partition("e")
    sign = "<mo>−</mo>" if mantissa.startswith("-") else ""
    digits = f"<mn>{mantissa.removeprefix('-')}</mn>"
    if not exponent:
        return f"<mrow>{sign}{digits}</mrow>" if sign else digits
    power = str(int(exponent)).replace("-", "−")
    return f"<mrow>{sign}{digits}<mo>×</mo><msup><mn>10</mn><mn>{power}</mn></msup></mrow>"


GREEK = {"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "kappa": "κ", "lambda": "λ", "mu": "μ",
         "nu": "ν", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "omega": "ω"}  # fmt: skip


def _name(name: str) -> str:
    """A symbol as it is set: `C0` and `k_on` with an index, `tau` as a Greek letter, words upright."""
    match = re.fullmatch(r"([A-Za-z]+)(?:_?(\d+)|_(\w+))", name)
    if match:
        return f"<msub>{_letters(match[1])}<mrow>{_index(match[2] or match[3])}</mrow></msub>"
    return _letters(name)


def _letters(word: str) -> str:
    if word in GREEK:
        return f"<mi>{GREEK[word]}</mi>"
    return f"<mi>{word}</mi>"


def _index(word: str) -> str:
    return f"<mn>{word}</mn>" if word.isdigit() else f"<mi>{word.replace('_', '&#160;')}</mi>"
