"""Antimony and SBML into a `Network`; the only user of antimony and libsbml.

What the network type cannot hold is refused by name (`model-unsupported`), never guessed. The order of the work is:
text -> SBML document -> refusals -> symbols and their definitions -> checked Network.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

import libsbml

from il2site.model.expression import (
    ARITY,
    KINKED,
    Apply,
    Expr,
    Number,
    Piecewise,
    Symbol,
    Time,
    children,
    parts_of,
    substitute,
    symbols,
    uses_time,
)
from il2site.model.network import Network, Reaction, in_order
from il2site.problem import Checked, Problem
from il2site.text import Place, SourceFile

SUPPORTED = (
    "il2site computes reactions with constant whole-number stoichiometry in compartments of size 1, "
    "constant parameters, initial assignments and assignment rules"
)
SIZE_LIMIT = 2_000_000
"""Characters in a model file: far above any published model, far below what would stop a build."""


# --- text to SBML --------------------------------------------------------------------------------------------------


def to_sbml(file: SourceFile) -> Checked[str]:
    """The model as SBML text: `.xml` as it stands, Antimony translated."""
    if len(file.text) > SIZE_LIMIT:
        return _wrong(file.place(), "model-syntax", f"the model has {len(file.text):,} characters",
                      f"keep a model below {SIZE_LIMIT:,} characters")  # fmt: skip
    return Checked(file.text) if file.path.endswith(".xml") else _antimony_to_sbml(file)


def to_antimony(file: SourceFile) -> Checked[str]:
    """The model as Antimony text: `.ant` as it stands, SBML translated."""
    if not file.path.endswith(".xml"):
        return Checked(file.text)
    library = _antimony()
    if library is None:
        return _no_antimony(file)
    try:
        if library.loadSBMLString(file.text) < 0:
            return _wrong(file.place(), "model-syntax", _one_line(library.getLastError()), "correct the SBML file")
        return Checked(library.getAntimonyString(library.getMainModuleName()))
    finally:
        library.clearPreviousLoads()


def _antimony() -> Any | None:
    """The antimony library, or None where there is none: it has no build for Linux on ARM."""
    try:
        import antimony
    except (ImportError, OSError):
        return None
    antimony.clearPreviousLoads()
    return antimony


def _no_antimony(file: SourceFile) -> Checked[str]:
    return _wrong(file.place(), "model-syntax", "this is Antimony, and the antimony library is not installed here",
                  "install it with: pip install antimony; where it has no build (Linux on ARM), put the model's SBML "
                  "beside it as model.xml instead of model.ant")  # fmt: skip


def _antimony_to_sbml(file: SourceFile) -> Checked[str]:
    imported = re.search(r"^[ \t]*import\b", without_comments(file.text), re.MULTILINE)
    if imported:
        return _wrong(file.place(imported.end()), "model-unsupported", "the model imports another file",
                      "write the whole model into one file")  # fmt: skip
    library = _antimony()
    if library is None:
        return _no_antimony(file)
    try:
        if library.loadAntimonyString(file.text) < 0:
            return _syntax(file, library.getLastError())
        return Checked(library.getSBMLString(library.getMainModuleName()))
    finally:
        library.clearPreviousLoads()


def _syntax(file: SourceFile, report: str) -> Checked[str]:
    line = re.search(r"line (\d+)", report)
    words = re.sub(r"^Error in model string, line \d+:\s*", "", _one_line(report))
    return _wrong(Place(file.path, int(line[1]) if line else 1), "model-syntax", f"Antimony cannot read this: {words}",
                  "correct the line, or the one before it (one statement to a line makes the place exact)")  # fmt: skip


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _wrong(place: Place, rule: str, message: str, remedy: str) -> Checked[Any]:
    return Checked(None, (Problem(place, rule, message, remedy),))


# --- places ----------------------------------------------------------------------------------------------------------


def without_comments(text: str) -> str:
    """Antimony `text` with comments as spaces, so that offsets stay the same."""
    blank = lambda match: re.sub(r"[^\n]", " ", match[0])  # noqa: E731
    return re.sub(r"//[^\n]*|#[^\n]*|/\*.*?\*/", blank, text, flags=re.DOTALL)


def place_of(file: SourceFile, name: str) -> Place:
    """Where the symbol `name` stands in a model file: where it is defined, else where it is first used; else line 1."""
    xml = file.path.endswith(".xml")
    text = file.text if xml else without_comments(file.text)
    found = (re.search(pattern, text) for pattern in (_in_xml(name) if xml else _in_antimony(name)))
    first = next((match for match in found if match), None)
    return file.place(first.start() if first else 0)


def _in_xml(name: str) -> tuple[str, ...]:
    """Where a name may stand in SBML, the most telling place first."""
    word = re.escape(name)
    return (rf'\bid="{word}"', rf'="{word}"', rf">\s*{word}\s*<")


def _in_antimony(name: str) -> tuple[str, ...]:
    """Where a name may stand in Antimony, the most telling place first: rate rule, definition, declaration, use."""
    word = re.escape(name)
    nameless_event = r"(?m)(?:^|;)[ \t]*at\b" if name.startswith("_E") else "(?!)"
    return (
        rf"\b{word}'",
        rf"\b{word}\s*:?=(?!>)",
        rf"\bspecies\b[^;\n]*\b{word}\b",
        rf"(?<![\w.]){word}(?![\w.])",
        nameless_event,
    )


# --- SBML to Network -------------------------------------------------------------------------------------------------


def read_network(file: SourceFile) -> Checked[Network]:
    """The network of a model file; its name is the file's folder, its time unit what the file declares (else "")."""
    text = to_sbml(file)
    if text.value is None:
        return Checked(None, text.problems)
    document = libsbml.readSBMLFromString(text.value)
    return _read_errors(file, document) or _Reader(file, document).network()


def _read_errors(file: SourceFile, document: Any) -> Checked[Network] | None:
    """What stops reading: broken XML, or no model in it."""
    for i in range(document.getNumErrors()):
        error = document.getError(i)
        if error.getSeverity() >= libsbml.LIBSBML_SEV_ERROR:
            line = error.getLine() if file.path.endswith(".xml") else 1
            return _wrong(Place(file.path, max(line, 1)), "model-syntax", _one_line(error.getMessage()),
                          "correct the SBML file")  # fmt: skip
    if document.getModel() is None:
        return _wrong(file.place(), "model-syntax", "the file holds no model", "put one SBML model into it")
    return None


HARMLESS_PACKAGES = frozenset({"layout", "render", "groups", "l3v2extendedmath"})


@dataclass
class _Reader:
    """One reading of one document: collects problems while it looks at each part in turn."""

    file: SourceFile
    document: Any
    problems: list[Problem] = field(default_factory=list)

    def network(self) -> Checked[Network]:
        self.refuse_whole()
        for option in ("expandFunctionDefinitions", "promoteLocalParameters"):
            properties = libsbml.ConversionProperties()
            properties.addOption(option, True)
            self.document.convert(properties)
        model = self.document.getModel()
        unit = _time_unit(model)
        parts = self.parts(model)
        if not parts.states and not parts.rules and not self.problems:
            remedy = "write at least one species and one reaction"
            self.problem("model-syntax", "the model has no species that changes", remedy, self.file.place())
        if self.problems:
            return Checked(None, tuple(sorted(set(self.problems))))
        network = self.assemble(parts, unit)
        return Checked(None if self.problems else network, tuple(sorted(set(self.problems))))

    # refusals

    def refuse(self, what: str, thing: Any, remedy: str = "") -> None:
        name = thing.getId() if thing is not None and thing.isSetId() else ""
        message = f"{what}{f' ({name})' if name else ''}"
        self.problem("model-unsupported", message, remedy or f"leave it out: {SUPPORTED}",
                     self.place(thing, name))  # fmt: skip

    def problem(self, rule: str, message: str, remedy: str, place: Place) -> None:
        self.problems.append(Problem(place, rule, message, remedy))

    def place(self, thing: Any, name: str = "") -> Place:
        if self.file.path.endswith(".xml") and thing is not None and thing.getLine() > 0:
            return Place(self.file.path, thing.getLine())
        return place_of(self.file, name) if name else self.file.place()

    def refuse_whole(self) -> None:
        """Refuse what is seen without looking into formulas: packages, events, kinds of rules, units of the whole."""
        model = self.document.getModel()
        for i in range(self.document.getNumPlugins()):
            package = self.document.getPlugin(i).getPackageName()
            if package not in HARMLESS_PACKAGES:
                self.refuse(f"the model uses the SBML package {package}", None)
        for what, things in _refused_lists(model):
            for thing in things:
                self.refuse(what, thing)

    # parts

    def parts(self, model: Any) -> _Parts:
        parts = _Parts()
        for compartment in model.getListOfCompartments():
            self.compartment(compartment, parts)
        for rule in model.getListOfRules():
            if rule.isAssignment():
                parts.rules[rule.getVariable()] = self.formula(rule, rule.getVariable(), parts)
        for assignment in model.getListOfInitialAssignments():
            parts.starts[assignment.getSymbol()] = self.formula(assignment, assignment.getSymbol(), parts)
        for species in model.getListOfSpecies():
            self.species(species, parts)
        for parameter in model.getListOfParameters():
            self.parameter(parameter, parts)
        for reaction in model.getListOfReactions():
            self.reaction(reaction, parts)
        return parts

    def compartment(self, compartment: Any, parts: _Parts) -> None:
        size = compartment.getSize() if compartment.isSetSize() else 1.0
        if not compartment.getConstant():
            self.refuse("the size of a compartment changes", compartment)
        elif size != 1:
            self.refuse(f"the compartment has the size {size:g}, not 1", compartment,
                        "count molecules or cells (substanceOnly species) in a compartment of size 1, "
                        "and write volumes as parameters")  # fmt: skip
        parts.compartments.add(compartment.getId())

    def species(self, species: Any, parts: _Parts) -> None:
        name = species.getId()
        if species.isSetConversionFactor():
            self.refuse("a species has a conversion factor", species)
        if name in parts.rules:
            return
        if species.getConstant() or species.getBoundaryCondition():
            self.refuse("a species is held fixed from outside", species, f"write {name} as a parameter")
        parts.states.append(name)
        value = _amount(species)
        if name not in parts.starts and value is None:
            self.no_value(name, species, "species", f"write its amount at the start, such as {name} = 0")
        elif name not in parts.starts and value is not None:
            parts.starts[name] = Number(value)

    def parameter(self, parameter: Any, parts: _Parts) -> None:
        name = parameter.getId()
        if name in parts.rules:
            return
        value = parameter.getValue() if parameter.isSetValue() else None
        if name in parts.starts:
            parts.parameters[name] = parts.starts.pop(name)
        elif value is None or value != value or value in (float("inf"), float("-inf")):
            self.no_value(name, parameter, "symbol",
                          f"give it a value, such as {name} = 1, or correct its spelling: a misspelt species "
                          "becomes a parameter without a value")  # fmt: skip
        else:
            parts.parameters[name] = Number(value)
            parts.numbers[name] = value

    def no_value(self, name: str, thing: Any, kind: str, remedy: str) -> None:
        self.problem("model-no-value", f"the {kind} {name} has no value", remedy, self.place(thing, name))

    def reaction(self, reaction: Any, parts: _Parts) -> None:
        name = reaction.getId()
        law = reaction.getKineticLaw()
        if law is None or not law.isSetMath():
            self.problem("model-no-value", f"the reaction {name} has no rate", "write its rate behind the semicolon",
                         self.place(reaction, name))  # fmt: skip
            return
        before, after = (self.sides(reaction, parts, side) for side in ("Reactants", "Products"))
        change = _change(before, after)
        rate = self.formula(law, name, parts)
        parts.reactions.append(Reaction(name, rate, before, after, change))

    def sides(self, reaction: Any, parts: _Parts, side: str) -> tuple[tuple[str, int], ...]:
        counts: dict[str, int] = {}
        for reference in getattr(reaction, f"getListOf{side}")():
            count = _stoichiometry(reference)
            if count is None or reference.getId() in parts.rules.keys() | parts.starts.keys():
                self.refuse(f"the stoichiometry of {reference.getSpecies()} is not a constant whole number", reaction)
            counts[reference.getSpecies()] = counts.get(reference.getSpecies(), 0) + (count or 0)
        return tuple(counts.items())

    # formulas

    def formula(self, owner: Any, name: str, parts: _Parts) -> Expr:
        math = owner.getMath()
        if math is None:
            self.problem("model-no-value", f"{name} has no formula", "write one", self.place(owner, name))
            return Number(0.0)
        try:
            return _expression(math, parts.compartments)
        except _Unsupported as unsupported:
            self.problem("model-unsupported", f"{unsupported} stands in the formula of {name}",
                         "use + - * / ^ exp ln log10 sqrt abs min max piecewise and comparisons",
                         self.place(owner, name))  # fmt: skip
            return Number(0.0)

    # assembly

    def assemble(self, parts: _Parts, unit: str) -> Network:
        rules = self.sorted(parts.rules)
        starts = self.sorted(
            {**parts.rules, **parts.parameters, **{state: parts.starts[state] for state in parts.states}}
        )  # fmt: skip
        self.refuse_kinks(rules, parts)
        self.refuse_unknown(parts)
        closed = _closed(starts, parts)
        names = (
            *parts.numbers,
            *(name for name, _ in starts if name in parts.parameters and name not in parts.numbers),
        )
        return Network(
            name=_name(self.file), time_unit=unit, states=tuple(parts.states),
            initial={state: closed[state] for state in parts.states},
            parameters={name: parts.numbers.get(name, closed[name]) for name in names},
            assignments=tuple(rules), reactions=tuple(parts.reactions),
        )  # fmt: skip

    def sorted(self, definitions: Mapping[str, Expr]) -> tuple[tuple[str, Expr], ...]:
        done, circle = in_order(definitions)
        if circle:
            self.problem("model-unsupported", f"these are defined by each other: {', '.join(circle)}",
                         "break the circle", place_of(self.file, circle[0]))  # fmt: skip
        return (*done, *((name, Number(0.0)) for name in circle))

    def refuse_kinks(self, rules: tuple[tuple[str, Expr], ...], parts: _Parts) -> None:
        """Refuse jumps and corners in time: the adaptive steps of a solver go over a short one without seeing it."""
        timed: set[str] = set()
        for name, expr in (*rules, *((reaction.name, reaction.rate) for reaction in parts.reactions)):
            if any(_depends_on_time(part, timed) for part in _switches(expr)):
                message = f"{name} switches at a time: it has a piecewise, comparison, min, max or abs of time"
                remedy = "make it depend on a state instead; a solver can step over a switch in time"
                self.problem("model-unsupported", message, remedy, place_of(self.file, name))
            if _depends_on_time(expr, timed):
                timed.add(name)

    def refuse_unknown(self, parts: _Parts) -> None:
        known = {*parts.states, *parts.parameters, *parts.rules}
        formulas = {**parts.rules, **parts.parameters, **parts.starts, **{r.name: r.rate for r in parts.reactions}}
        for name, expr in formulas.items():
            for used in sorted(symbols(expr) - known):
                message = f"the formula of {name} uses {used}, which is no species, parameter or rule"
                remedy = "use species, parameters and assignment rules only"
                self.problem("model-unsupported", message, remedy, place_of(self.file, name))


@dataclass
class _Parts:
    """What a document holds, by kind, before it is put in order."""

    compartments: set[str] = field(default_factory=set)
    states: list[str] = field(default_factory=list)
    starts: dict[str, Expr] = field(default_factory=dict)
    parameters: dict[str, Expr] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)
    rules: dict[str, Expr] = field(default_factory=dict)
    reactions: list[Reaction] = field(default_factory=list)


def _refused_lists(model: Any) -> Iterator[tuple[str, Iterator[Any]]]:
    rules = list(model.getListOfRules())
    yield "the model has an event", model.getListOfEvents()
    yield "the model has a constraint", model.getListOfConstraints()
    yield "the model has an algebraic rule", iter(rule for rule in rules if rule.isAlgebraic())
    yield "the model has a rate rule", iter(rule for rule in rules if rule.isRate())
    yield "a reaction is fast", iter(reaction for reaction in model.getListOfReactions() if reaction.getFast())
    if model.isSetConversionFactor():
        yield "the model has a conversion factor", iter((model,))


def _name(file: SourceFile) -> str:
    return PurePosixPath(file.path).parent.name or PurePosixPath(file.path).stem


def _amount(species: Any) -> float | None:
    """The start of a species. In a compartment of size 1, amount and concentration are the same number."""
    if species.isSetInitialAmount():
        value = species.getInitialAmount()
    elif species.isSetInitialConcentration():
        value = species.getInitialConcentration()
    else:
        return None
    return float(value) if abs(value) < float("inf") else None


def _stoichiometry(reference: Any) -> int | None:
    if reference.isSetStoichiometryMath() or (reference.getLevel() > 2 and not reference.getConstant()):
        return None
    count = reference.getStoichiometry()
    return int(count) if count == count and float(count).is_integer() else None


def _change(before: tuple[tuple[str, int], ...], after: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
    net: dict[str, int] = {}
    for sign, side in ((-1, before), (1, after)):
        for name, count in side:
            net[name] = net.get(name, 0) + sign * count
    return tuple((name, count) for name, count in net.items() if count)


def _closed(starts: tuple[tuple[str, Expr], ...], parts: _Parts) -> dict[str, Expr]:
    """Every definition at time zero in terms of parameters alone: states and rules are replaced by their starts."""
    closed: dict[str, Expr] = {}
    replaced: dict[str, Expr] = {}
    for name, expr in starts:
        closed[name] = substitute(expr, replaced, time=Number(0.0))
        if name not in parts.parameters:
            replaced[name] = closed[name]
    return closed


def _switches(expr: Expr) -> Iterator[Expr]:
    """The parts of `expr` that must not depend on time: conditions, and arguments of operators with a corner."""
    for part in parts_of(expr):
        if isinstance(part, Piecewise):
            yield from (condition for _, condition in part.pieces)
        elif isinstance(part, Apply) and part.op in KINKED:
            yield from children(part)


def _depends_on_time(expr: Expr, timed: set[str]) -> bool:
    return uses_time(expr) or bool(symbols(expr) & timed)


UNITS = {"second": {1.0: "s", 60.0: "min", 3600.0: "h", 86400.0: "d"}}


def _time_unit(model: Any) -> str:
    """The time unit that a model declares, as s, min, h or d; "" when it declares none or another."""
    name = model.getTimeUnits() if model.isSetTimeUnits() else ""
    if name == "second":
        return "s"
    definition = model.getUnitDefinition(name or "time")
    if definition is None or definition.getNumUnits() != 1:
        return ""
    unit = definition.getUnit(0)
    seconds = unit.getMultiplier() * 10.0 ** unit.getScale()
    return UNITS["second"].get(seconds, "") if unit.getKind() == libsbml.UNIT_KIND_SECOND else ""


# --- formulas -------------------------------------------------------------------------------------------------------


class _Unsupported(Exception):
    """A formula uses what the expression tree does not have; the text names it."""


_OPERATORS: Mapping[int, str] = {
    libsbml.AST_PLUS: "add", libsbml.AST_TIMES: "multiply", libsbml.AST_DIVIDE: "divide",
    libsbml.AST_POWER: "power", libsbml.AST_FUNCTION_POWER: "power", libsbml.AST_FUNCTION_EXP: "exp",
    libsbml.AST_FUNCTION_LN: "ln", libsbml.AST_FUNCTION_ABS: "abs", libsbml.AST_FUNCTION_MIN: "min",
    libsbml.AST_FUNCTION_MAX: "max", libsbml.AST_RELATIONAL_LT: "lt", libsbml.AST_RELATIONAL_LEQ: "le",
    libsbml.AST_RELATIONAL_GT: "gt", libsbml.AST_RELATIONAL_GEQ: "ge", libsbml.AST_RELATIONAL_EQ: "eq",
    libsbml.AST_RELATIONAL_NEQ: "ne", libsbml.AST_LOGICAL_AND: "and", libsbml.AST_LOGICAL_OR: "or",
    libsbml.AST_LOGICAL_NOT: "not",
}  # fmt: skip

_CONSTANTS: Mapping[int, float] = {
    libsbml.AST_CONSTANT_E: 2.718281828459045, libsbml.AST_CONSTANT_PI: 3.141592653589793,
    libsbml.AST_NAME_AVOGADRO: 6.02214179e23, libsbml.AST_CONSTANT_TRUE: 1.0, libsbml.AST_CONSTANT_FALSE: 0.0,
}  # fmt: skip
"""Named numbers of SBML; its Avogadro number is that of 2006, fixed by the format."""


def _expression(node: Any, compartments: set[str]) -> Expr:
    """The tree of an SBML formula. Raises _Unsupported. A compartment is the number 1."""
    kind = node.getType()
    if node.isNumber():
        return _constant(node)
    if kind == libsbml.AST_NAME:
        return Number(1.0) if node.getName() in compartments else Symbol(node.getName())
    if kind == libsbml.AST_NAME_TIME:
        return Time()
    if kind in _CONSTANTS:
        return Number(_CONSTANTS[kind])
    parts = tuple(_expression(node.getChild(i), compartments) for i in range(node.getNumChildren()))
    return _operation(node, kind, parts)


def _constant(node: Any) -> Number:
    value = float(node.getInteger()) if node.getType() == libsbml.AST_INTEGER else float(node.getValue())
    if abs(value) < float("inf"):
        return Number(value)
    raise _Unsupported("a number that is not finite")


def _operation(node: Any, kind: int, parts: tuple[Expr, ...]) -> Expr:
    if kind == libsbml.AST_MINUS:
        return Apply("negate", parts) if len(parts) == 1 else Apply("subtract", parts)
    if kind == libsbml.AST_FUNCTION_LOG:
        return _logarithm(parts)
    if kind == libsbml.AST_FUNCTION_ROOT:
        return _root(parts)
    if kind == libsbml.AST_FUNCTION_PIECEWISE:
        return _piecewise(parts)
    op = _OPERATORS.get(kind)
    if op is None:
        raise _Unsupported(node.getName() or libsbml.formulaToL3String(node) or "an unknown function")
    return _applied(op, parts)


def _applied(op: str, parts: tuple[Expr, ...]) -> Expr:
    arity = ARITY[op]
    if arity is None and not parts and op in ("add", "multiply"):
        return Number(0.0 if op == "add" else 1.0)
    if arity is not None and len(parts) != arity:
        raise _Unsupported(f"{op} of {len(parts)} arguments")
    if op in ("add", "multiply") and isinstance(parts[0], Apply) and parts[0].op == op:
        # (a + b) + c is a + b + c, in the same order of rounding; it keeps long sums flat.
        return Apply(op, (*parts[0].args, *parts[1:]))
    return Apply(op, parts)


def _logarithm(parts: tuple[Expr, ...]) -> Expr:
    """SBML's log has its base first; base 10 when only one argument is given."""
    if len(parts) == 1 or parts[0] == Number(10.0):
        return Apply("log10", parts[-1:])
    return Apply("divide", (Apply("ln", parts[1:]), Apply("ln", parts[:1])))


def _root(parts: tuple[Expr, ...]) -> Expr:
    if len(parts) == 1 or parts[0] == Number(2.0):
        return Apply("sqrt", parts[-1:])
    return Apply("power", (parts[1], Apply("divide", (Number(1.0), parts[0]))))


def _piecewise(parts: tuple[Expr, ...]) -> Expr:
    if len(parts) % 2 == 0:
        raise _Unsupported("piecewise without a last value for all other cases")
    return Piecewise(tuple(zip(parts[0:-1:2], parts[1:-1:2], strict=True)), parts[-1])
