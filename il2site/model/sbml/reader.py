"""An SBML document into a checked `Network`.

What the network type cannot hold is refused by name (`model-unsupported`), never guessed. The order of the work is:
text -> SBML document -> refusals -> what kind each identifier is -> formulas -> network. Amount and concentration are
settled here: a species that formulas read as a concentration, in a compartment whose size is not simply 1, becomes a
state in amount and an assignment (amount / size) under the name of the species.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

import libsbml

from il2site.model.expression import (
    ONE,
    ZERO,
    Apply,
    Expr,
    Number,
    Symbol,
    add,
    derivative,
    divide,
    multiply,
    parts_of,
    rebuild,
    symbols,
)
from il2site.model.network import Assign, Event, Network, Quantity, Reaction, in_order
from il2site.model.sbml.document import is_sbml, place_of, to_sbml
from il2site.model.sbml.formula import RATE_OF, Formulas, Function, Unsupported
from il2site.problem import Checked, Problem
from il2site.text import Place, SourceFile

SUPPORTED = (
    "il2site computes reactions, assignment and rate rules, initial assignments, events, "
    "compartments of any size and function definitions"
)
NO_EFFECT = frozenset({"layout", "render", "groups", "l3v2extendedmath", "annot", "req"})
"""Packages of SBML Level 3 that do not change what a model computes."""
HARMLESS = frozenset({libsbml.UnrecognizedElement, libsbml.MissingXMLEncoding, libsbml.NotUTF8})
"""Errors that do not stop reading: elements that SBML does not know, such as misplaced drawing hints, say nothing; and what
the first line says about the encoding does not matter, because the text has been decoded."""
NAN = Number(float("nan"))
MOST_REACTIONS = 500
"""Reactions that change one state: its rate is printed as one sum."""


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
        if error.getSeverity() >= libsbml.LIBSBML_SEV_ERROR and error.getErrorId() not in HARMLESS:
            line = error.getLine() if is_sbml(file) else 1
            problem = Problem(Place(file.path, max(line, 1)), "model-syntax", " ".join(error.getMessage().split()),
                              "correct the SBML file")  # fmt: skip
            return Checked(None, (problem,))
    if document.getModel() is None:
        problem = Problem(file.place(), "model-syntax", "the file holds no model", "put one SBML model into it")
        return Checked(None, (problem,))
    return None


@dataclass
class _Species:
    """What the reader knows of one species before formulas are read. `size` is that of its compartment."""

    thing: Any
    size: Expr
    concentration: bool  # whether formulas mean its concentration where they name it
    held: bool  # whether reactions leave it alone


@dataclass
class _Reader:
    """One reading of one document: collects problems while it looks at each part in turn."""

    file: SourceFile
    document: Any
    problems: list[Problem] = field(default_factory=list)
    rules: dict[str, Expr] = field(default_factory=dict)
    starts: dict[str, Expr] = field(default_factory=dict)
    states: list[str] = field(default_factory=list)
    parameters: list[str] = field(default_factory=list)
    flows: dict[str, Expr] = field(default_factory=dict)
    species: dict[str, _Species] = field(default_factory=dict)
    twins: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, Expr] = field(default_factory=dict)
    reactions: list[Reaction] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    unset: dict[str, str] = field(default_factory=dict)  # what has no value, and what kind of thing it is

    def network(self) -> Checked[Network]:
        self.prepare()
        model = self.document.getModel()
        if model is None:
            self.problem("model-syntax", "the file holds no model", "put one SBML model into it", self.file.place())
        else:
            self.refuse_whole(model)
        if self.problems:
            return Checked(None, tuple(sorted(set(self.problems))))
        self.read(model)
        made = None if self.problems else self.assemble(model)
        return Checked(None if self.problems else made, tuple(sorted(set(self.problems))))

    def prepare(self) -> None:
        """Bring the document into one form: Level 1 as Level 2, submodels (package comp) put in their places."""
        model = self.document.getModel()
        if self.document.getLevel() == 1 and model is not None:
            for compartment in model.getListOfCompartments():
                compartment.setSize(compartment.getSize())  # where Level 1 says nothing, it is 1
            self.document.setLevelAndVersion(2, 4, False)
        submodels = self.document.getPlugin("comp")
        if submodels is not None and submodels.getNumExternalModelDefinitions():
            self.refuse("the model takes submodels from another file", None, "write the whole model into one file")
        elif submodels is not None:
            properties = libsbml.ConversionProperties()
            properties.addOption("flatten comp", True)
            properties.addOption("leave_ports", False)
            properties.addOption("performValidation", False)
            if self.document.convert(properties) != libsbml.LIBSBML_OPERATION_SUCCESS:
                self.refuse("submodels that cannot be put together (package comp)", None)

    # refusals

    def refuse(self, what: str, thing: Any, remedy: str = "") -> None:
        name = thing.getId() if thing is not None and thing.isSetId() else ""
        message = f"{what}{f' ({name})' if name else ''}"
        self.problem("model-unsupported", message, remedy or f"leave it out: {SUPPORTED}",
                     self.place(thing, name))  # fmt: skip

    def problem(self, rule: str, message: str, remedy: str, place: Place) -> None:
        self.problems.append(Problem(place, rule, message, remedy))

    def place(self, thing: Any, name: str = "") -> Place:
        if is_sbml(self.file) and thing is not None and thing.getLine() > 0:
            return Place(self.file.path, thing.getLine())
        return place_of(self.file, name) if name else self.file.place()

    def refuse_whole(self, model: Any) -> None:
        """Refuse what is seen without looking into formulas: packages, algebraic rules, fast reactions."""
        for i in range(self.document.getNumPlugins()):
            package = self.document.getPlugin(i).getPackageName()
            if package not in NO_EFFECT and (package == "fbc" or self.document.getPackageRequired(package)):
                self.refuse(f"the model uses the SBML package {package}", None)
        for i in range(self.document.getNumUnknownPackages()):
            self.refuse(f"the model uses the SBML package {self.document.getUnknownPackageURI(i)}", None)
        for rule in model.getListOfRules():
            if rule.isAlgebraic() and rule.isSetMath():
                self.refuse("the model has an algebraic rule", rule)
        for reaction in model.getListOfReactions():
            if reaction.isSetFast() and reaction.getFast():
                self.refuse("a reaction is fast", reaction)

    # reading, part by part

    def read(self, model: Any) -> None:
        self.formulas = Formulas(_functions(model))
        rules = [rule for rule in model.getListOfRules() if rule.isSetMath() and not rule.isAlgebraic()]
        self.assigned = {rule.getVariable(): rule for rule in rules if rule.isAssignment()}
        self.driven = {rule.getVariable(): rule for rule in rules if rule.isRate()}
        begun = (each for each in model.getListOfInitialAssignments() if each.isSetMath())
        self.begun = {each.getSymbol(): each for each in begun}
        self.set_by_events = frozenset(
            each.getVariable() for event in model.getListOfEvents() for each in event.getListOfEventAssignments()
        )
        self.taking_part = frozenset(reference.getSpecies() for reference in _references(model))
        self.conversion = model.getConversionFactor() if model.isSetConversionFactor() else ""
        sized = [each for each in model.getListOfCompartments() if not self.fix_compartment(each)]
        named = (each for each in _references(model) if each.getId() and model.getLevel() > 2)
        counted = [each for each in named if not self.fix_reference(each)]
        for compartment in sized:
            self.plain(compartment.getId(), "compartment", compartment, _number(compartment, "Size"))
        for reference in counted:
            self.plain(reference.getId(), "stoichiometry", reference, _number(reference, "Stoichiometry"))
        for species in model.getListOfSpecies():
            self.sort_species(species)
        for name, rule in self.assigned.items():
            self.rules[name] = self.formula(rule, name)
        for parameter in model.getListOfParameters():
            self.plain(parameter.getId(), "symbol", parameter, _number(parameter, "Value"))
        for name in self.species:
            self.begin_species(name)
        for reaction in model.getListOfReactions():
            self.reaction(reaction)
        for name, rule in self.driven.items():
            self.drive(name, self.formula(rule, name))
        for i, event in enumerate(model.getListOfEvents()):
            self.event(event, event.getId() or f"event{i + 1}")

    def varies(self, name: str) -> bool:
        """Whether a compartment, parameter or stoichiometry has another value later than at the start."""
        return name in self.assigned or name in self.driven or name in self.set_by_events

    def plain(self, name: str, kind: str, thing: Any, value: float | None) -> None:
        """A compartment, parameter or stoichiometry: a rule, a state (rate rule or events), or a parameter."""
        if name in self.assigned:
            return
        (self.states if self.varies(name) else self.parameters).append(name)
        if name in self.begun:
            self.starts[name] = self.formula(self.begun[name], name)
        elif value is None:
            self.no_value(name, kind, thing)
        else:
            self.starts[name] = Number(value)

    def no_value(self, name: str, kind: str, thing: Any) -> None:
        """Something without a value: a problem for parameters and species always, for other things where they are used."""
        self.starts[name] = NAN
        if kind not in ("symbol", "species"):
            self.unset[name] = kind
            return
        remedy = (
            f"give it a value, such as {name} = 1, or correct its spelling: a misspelt species becomes a parameter "
            "without a value"
        )
        if kind == "species":
            remedy = f"write its amount at the start, such as {name} = 0"
        self.problem("model-no-value", f"the {kind} {name} has no value", remedy, self.place(thing, name))

    def fix_compartment(self, compartment: Any) -> bool:
        """Whether the size is always 1; a compartment without dimensions has none, and counts as such."""
        name, size = compartment.getId(), _number(compartment, "Size")
        one = size == 1 or (size is None and compartment.getSpatialDimensions() == 0)
        if not one or name in self.begun or self.varies(name):
            self.sizes[name] = Symbol(name)
            return False
        self.sizes[name] = self.formulas.fixed[name] = ONE
        return True

    def fix_reference(self, reference: Any) -> bool:
        """Whether a stoichiometry that has a name is a number that never changes."""
        name, value = reference.getId(), _number(reference, "Stoichiometry")
        if value is None or name in self.begun or self.varies(name):
            return False
        self.formulas.fixed[name] = Number(value)
        return True

    def sort_species(self, species: Any) -> None:
        name = species.getId()
        size = self.sizes.get(species.getCompartment(), ONE)
        concentration = not species.getHasOnlySubstanceUnits() and size != ONE
        # A constant species that reactions use up breaks the rules of SBML; simulators agree to let it change.
        held = species.getBoundaryCondition() or (species.getConstant() and name not in self.taking_part)
        self.species[name] = _Species(species, size, concentration, held)
        if concentration and name not in self.assigned and self.moves(name):
            self.twins[name] = self.free_name(f"{name}_amount")
            self.rules[name] = divide(Symbol(self.twins[name]), size)

    def moves(self, name: str) -> bool:
        """Whether the value of a species changes: by reactions, rules, events, or because its compartment grows."""
        species = self.species[name]
        size_varies = isinstance(species.size, Symbol) and self.varies(species.size.name)
        return not species.held or self.varies(name) or (species.concentration and size_varies)

    def free_name(self, wish: str) -> str:
        taken = self.document.getModel()
        while taken.getElementBySId(wish) is not None:
            wish += "_"
        return wish

    def begin_species(self, name: str) -> None:
        """The start of a species that no rule gives: of its amount where it has a twin, else of what formulas read."""
        if name in self.assigned:
            return
        own = self.twins.get(name, name)
        species = self.species[name]
        (self.states if self.moves(name) else self.parameters).append(own)
        amount, concentration = (_number(species.thing, f"Initial{kind}") for kind in ("Amount", "Concentration"))
        as_amount = own != name or not species.concentration
        if name in self.begun:
            value = self.formula(self.begun[name], name)
            self.starts[own] = multiply(value, species.size) if own != name else value
        elif amount is not None:
            self.starts[own] = Number(amount) if as_amount else divide(Number(amount), species.size)
        elif concentration is not None:
            self.starts[own] = _times(concentration, species.size) if as_amount else Number(concentration)
        elif name in self.driven or name in self.set_by_events or not species.held:
            self.no_value(name, "species", species.thing)
        else:
            self.no_value(own, "boundary species", species.thing)

    def reaction(self, reaction: Any) -> None:
        name = reaction.getId()
        law = reaction.getKineticLaw()
        if law is None:
            self.problem("model-no-value", f"the reaction {name} has no rate", "write its rate behind the semicolon",
                         self.place(reaction, name))  # fmt: skip
        if law is None or not law.isSetMath():
            return  # a rate without a formula does nothing, like a rule without one
        local = self.local_parameters(name, law)
        before, after = (self.sides(reaction, side) for side in ("Reactants", "Products"))
        rate = self.formula(law, name, local)
        self.reactions.append(Reaction(name, rate, before, after, self.change(before, after)))

    def local_parameters(self, reaction: str, law: Any) -> dict[str, Expr]:
        """The parameters that only one rate knows, under names of their own."""
        local: dict[str, Expr] = {}
        for parameter in law.getListOfParameters() or law.getListOfLocalParameters():
            own = self.free_name(f"{reaction}_{parameter.getId()}")
            local[parameter.getId()] = Symbol(own)
            self.parameters.append(own)
            value = _number(parameter, "Value")
            if value is None:
                self.no_value(own, "symbol", parameter)
            else:
                self.starts[own] = Number(value)
        return local

    def sides(self, reaction: Any, side: str) -> tuple[tuple[str, Expr], ...]:
        counts: dict[str, Expr] = {}
        for reference in getattr(reaction, f"getListOf{side}")():
            name = reference.getSpecies()
            counts[name] = _plus(counts.get(name, ZERO), self.stoichiometry(reference, reaction))
        return tuple(counts.items())

    def stoichiometry(self, reference: Any, reaction: Any) -> Expr:
        if reference.isSetStoichiometryMath():
            return self.formula(reference.getStoichiometryMath(), reaction.getId())
        if reference.getId() in self.unset:
            self.refuse_unset(reference, reaction)
            return NAN
        if reference.getId() in self.starts or reference.getId() in self.assigned:
            return Symbol(reference.getId())
        value = _number(reference, "Stoichiometry")
        if value is None and reference.getLevel() < 3:
            value = 1.0
        if value is None:
            self.refuse_unset(reference, reaction)
        return NAN if value is None else Number(value / (reference.getDenominator() if reference.getLevel() < 3 else 1))

    def refuse_unset(self, reference: Any, reaction: Any) -> None:
        self.problem("model-no-value", f"the stoichiometry of {reference.getSpecies()} in {reaction.getId()} has no value",
                     "write a number", self.place(reference, reaction.getId()))  # fmt: skip

    def change(
        self, before: tuple[tuple[str, Expr], ...], after: tuple[tuple[str, Expr], ...]
    ) -> tuple[tuple[str, Expr], ...]:
        """Products minus reactants for every species that reactions move, times its conversion factor."""
        net: dict[str, Expr] = {}
        for sign, side in ((-1.0, before), (1.0, after)):
            for name, count in side:
                if name in self.species and not self.species[name].held and name not in self.assigned:
                    net[name] = _plus(net.get(name, ZERO), multiply(Number(sign), count))
        scaled = ((name, self.converted(name, count)) for name, count in net.items() if count != ZERO)
        return tuple((self.twins.get(name, name), count) for name, count in scaled)

    def converted(self, name: str, count: Expr) -> Expr:
        thing = self.species[name].thing
        factor = thing.getConversionFactor() if thing.isSetConversionFactor() else self.conversion
        return multiply(count, Symbol(factor)) if factor else count

    def drive(self, name: str, rate: Expr) -> None:
        """A rate rule. For a concentration: the amount changes by rate * size + concentration * rate of the size."""
        if name not in self.twins:
            self.flows[name] = rate
            return
        size = self.species[name].size
        grows = Apply(RATE_OF, (size,))
        self.flows[self.twins[name]] = add(multiply(rate, size), multiply(Symbol(name), grows))

    def event(self, event: Any, name: str) -> None:
        trigger = event.getTrigger()
        if trigger is None or not trigger.isSetMath():
            return  # an event without a trigger never happens
        delay, priority = (
            self.formula(part, name) if part is not None and part.isSetMath() else None
            for part in (event.getDelay(), event.getPriority())
        )
        sets = (each for each in event.getListOfEventAssignments() if each.isSetMath())
        new = event.getLevel() > 2
        self.events.append(Event(
            name=name, trigger=self.formula(trigger, name, truth=True),
            initially=trigger.getInitialValue() if new else True,
            persistent=trigger.getPersistent() if new else True,
            delay=delay, priority=priority, early=event.getUseValuesFromTriggerTime(),
            sets=tuple(self.event_assignment(each, name) for each in sets),
        ))  # fmt: skip

    def event_assignment(self, assignment: Any, event: str) -> Assign:
        name = assignment.getVariable()
        value = self.formula(assignment, event)
        return Assign(self.twins.get(name, name), value, self.species[name].size if name in self.twins else None)

    # formulas

    def formula(self, owner: Any, name: str, local: Mapping[str, Expr] | None = None, truth: bool = False) -> Expr:
        try:
            math = owner.getMath()
            return self.formulas.truth(math) if truth else self.formulas.expression(math, local)
        except Unsupported as unsupported:
            self.problem("model-unsupported", f"{unsupported} stands in the formula of {name}",
                         "use + - * / ^ exp ln log10 sqrt abs min max floor ceil, sin and its kin, piecewise and "
                         "comparisons", self.place(owner, name))  # fmt: skip
            return ZERO

    # assembly

    def assemble(self, model: Any) -> Network | None:
        self.name_rates()
        rates = _Rates(self)
        if not self.replace_rates_of(rates):
            return None
        self.refuse_unknown()
        self.refuse_crowds()
        begun = {name: self.starts[name] for name in (*self.states, *self.parameters)}
        rules = self.sorted(self.rules)
        ordered = [name for name, _ in self.sorted({**self.rules, **begun})]
        if self.problems:
            return None
        numbers = {name: start.value for name in self.parameters if isinstance(start := begun[name], Number)}
        derived = {name: begun[name] for name in ordered if name in self.parameters and name not in numbers}
        network = Network(
            name=_name(self.file), time_unit=_time_unit(model), states=tuple(self.states),
            initial={state: begun[state] for state in self.states}, parameters={**numbers, **derived},
            assignments=rules, reactions=tuple(self.reactions), flows=self.flows, events=tuple(self.events),
            quantities=self.quantities(), twins=self.twins, units=_units(model),
        )  # fmt: skip
        if not network.quantities:
            remedy = "write at least one species and one reaction"
            self.problem("model-syntax", "the model has no species and no parameter", remedy, self.file.place())
        return network

    def every_formula(self) -> Iterator[tuple[str, Expr]]:
        """(what it belongs to, formula) of the whole model."""
        yield from self.rules.items()
        yield from self.starts.items()
        yield from self.flows.items()
        for reaction in self.reactions:
            yield reaction.name, reaction.rate
            yield from ((reaction.name, expr) for _, expr in reaction.change)
        for event in self.events:
            yield from ((event.name, expr) for expr in event.formulas)

    def name_rates(self) -> None:
        """Where a formula uses the name of a reaction, its rate becomes a rule of that name."""
        used = {name for _, expr in self.every_formula() for name in symbols(expr)}
        for i, reaction in enumerate(self.reactions):
            if reaction.name in used:
                self.rules[reaction.name] = reaction.rate
                self.reactions[i] = Reaction(
                    reaction.name, Symbol(reaction.name), reaction.reactants, reaction.products, reaction.change
                )

    def replace_rates_of(self, rates: _Rates) -> bool:
        """Put the rates in place of `rateOf`; False when one depends on itself."""
        try:
            self.rules = {name: rates.resolved(expr) for name, expr in self.rules.items()}
            self.starts = {name: rates.resolved(expr) for name, expr in self.starts.items()}
            self.flows = {name: rates.resolved(expr) for name, expr in self.flows.items()}
            self.reactions = [
                Reaction(each.name, rates.resolved(each.rate), each.reactants, each.products,
                         tuple((state, rates.resolved(expr)) for state, expr in each.change))
                for each in self.reactions
            ]  # fmt: skip
            self.events = [_resolved_event(event, rates) for event in self.events]
        except _Circle as circle:
            self.problem("model-unsupported", f"the rate of {circle} depends on itself", "break the circle",
                         place_of(self.file, str(circle)))  # fmt: skip
        return not self.problems

    def sorted(self, definitions: Mapping[str, Expr]) -> tuple[tuple[str, Expr], ...]:
        done, circle = in_order(definitions)
        if circle:
            self.problem("model-unsupported", f"these are defined by each other: {', '.join(circle)}",
                         "break the circle", place_of(self.file, circle[0]))  # fmt: skip
        return done

    def refuse_unknown(self) -> None:
        known = {*self.states, *self.parameters, *self.rules}
        for name, expr in self.every_formula():
            for used in sorted(symbols(expr)):
                if used not in known:
                    message = f"the formula of {name} uses {used}, which is no species, parameter, rule or reaction"
                    remedy = "use the names of species, parameters, compartments, reactions and assignment rules only"
                    self.problem("model-unsupported", message, remedy, place_of(self.file, name))
                elif used in self.unset:
                    message = f"the {self.unset[used]} {used} has no value, and the formula of {name} uses it"
                    self.problem("model-no-value", message, f"write its value, such as {used} = 1",
                                 place_of(self.file, used))  # fmt: skip

    def refuse_crowds(self) -> None:
        """Refuse a state that so many reactions change that its rate cannot be printed as one sum."""
        changes = Counter(state for reaction in self.reactions for state, _ in reaction.change)
        for state, count in changes.items():
            if count > MOST_REACTIONS:
                message = f"{count:,} reactions change {state}, and at most {MOST_REACTIONS} can be computed"
                self.problem("model-unsupported", message, "join reactions into one", place_of(self.file, state))

    def quantities(self) -> dict[str, Quantity]:
        """How to read every identifier of the file."""
        plain: dict[str, Expr] = {**self.formulas.fixed}
        plain |= {name: Symbol(name) for name in (*self.states, *self.parameters, *self.rules)}
        plain |= {reaction.name: reaction.rate for reaction in self.reactions}
        read = {name: Quantity(value, value, value) for name, value in plain.items()}
        for name, species in self.species.items():
            value = Symbol(name)
            amount = Symbol(self.twins[name]) if name in self.twins else multiply(value, species.size)
            if species.concentration:
                read[name] = Quantity(value, amount, value)
            else:
                read[name] = Quantity(value, value, divide(value, species.size))
        return read


class _Circle(Exception):
    """A rate that depends on itself; the text is its name."""


class _Rates:
    """The rate of change of each name, for `rateOf`: of a state what the model says, of a rule by the chain rule."""

    def __init__(self, reader: _Reader) -> None:
        self.rules = reader.rules
        self.flows = reader.flows
        self.reactions = reader.reactions
        self.states = frozenset(reader.states)
        self.pending: list[str] = []

    def resolved(self, expr: Expr) -> Expr:
        """`expr` with every `rateOf` replaced. Raises _Circle."""
        if not any(isinstance(part, Apply) and part.op == RATE_OF for part in parts_of(expr)):
            return expr
        if isinstance(expr, Apply) and expr.op == RATE_OF:
            return self.of(expr.args[0])
        return rebuild(expr, self.resolved)

    def of(self, thing: Expr) -> Expr:
        if not isinstance(thing, Symbol) or not (thing.name in self.states or thing.name in self.rules):
            return ZERO
        if thing.name in self.pending:
            raise _Circle(thing.name)
        self.pending.append(thing.name)
        rate = self.of_state(thing.name) if thing.name in self.states else self.along(self.rules[thing.name])
        self.pending.pop()
        return rate

    def of_state(self, state: str) -> Expr:
        terms = [
            multiply(amount, self.resolved(reaction.rate))
            for reaction in self.reactions
            for changed, amount in reaction.change
            if changed == state
        ]
        return add(*terms, self.resolved(self.flows.get(state, ZERO)))

    def along(self, expr: Expr) -> Expr:
        """The derivative of a rule by time, through everything that it uses."""
        expr = self.resolved(expr)
        terms = [multiply(derivative(expr, name), self.of(Symbol(name))) for name in sorted(symbols(expr))]
        return add(*terms, derivative(expr, None))


def _resolved_event(event: Event, rates: _Rates) -> Event:
    delay, priority = (None if expr is None else rates.resolved(expr) for expr in (event.delay, event.priority))
    sets = tuple(Assign(each.state, rates.resolved(each.value), each.scale) for each in event.sets)
    return Event(event.name, rates.resolved(event.trigger), event.initially, event.persistent, delay, priority,
                 event.early, sets)  # fmt: skip


def _references(model: Any) -> Iterator[Any]:
    """Reactants and products of every reaction."""
    for reaction in model.getListOfReactions():
        yield from reaction.getListOfReactants()
        yield from reaction.getListOfProducts()


def _functions(model: Any) -> dict[str, Function]:
    found = {}
    for definition in model.getListOfFunctionDefinitions():
        if definition.isSetMath() and definition.getBody() is not None:
            count = definition.getNumArguments()
            names = tuple(definition.getArgument(i).getName() for i in range(count))
            found[definition.getId()] = Function(names, definition.getBody())
    return found


def _name(file: SourceFile) -> str:
    return PurePosixPath(file.path).parent.name or PurePosixPath(file.path).stem


def _number(thing: Any, attribute: str) -> float | None:
    """The attribute as a number (NaN where the file says NaN); None when it is not set."""
    return float(getattr(thing, f"get{attribute}")()) if getattr(thing, f"isSet{attribute}")() else None


def _times(number: float, size: Expr) -> Expr:
    return multiply(Number(number), size) if number else ZERO


def _plus(left: Expr, right: Expr) -> Expr:
    """The sum; of numbers, the number."""
    if isinstance(left, Number) and isinstance(right, Number):
        return Number(left.value + right.value)
    return add(left, right)


_KINDS = {
    libsbml.UNIT_KIND_SECOND: "s", libsbml.UNIT_KIND_LITRE: "L", libsbml.UNIT_KIND_METRE: "m",
    libsbml.UNIT_KIND_MOLE: "mol", libsbml.UNIT_KIND_GRAM: "g", libsbml.UNIT_KIND_KILOGRAM: "kg",
    libsbml.UNIT_KIND_ITEM: "", libsbml.UNIT_KIND_DIMENSIONLESS: "", libsbml.UNIT_KIND_AVOGADRO: None,
}  # fmt: skip
"""The units of SBML that cards have words for."""


def _units(model: Any) -> dict[str, str]:
    """What the file says about the units of parameters and compartments, as far as cards have words for it:
    `1e-12 mol L-1`."""
    found = {}
    for thing in (*model.getListOfParameters(), *model.getListOfCompartments()):
        if thing.isSetUnits():
            text = _unit(model, thing.getUnits())
            if text is not None:
                found[thing.getId()] = text
    return found


def _unit(model: Any, name: str) -> str | None:
    definition = model.getUnitDefinition(name)
    if definition is None:
        return _KINDS.get(libsbml.UnitKind_forName(name))
    words = []
    for unit in definition.getListOfUnits():
        word, power = _KINDS.get(unit.getKind()), unit.getExponentAsDouble()
        factor = unit.getMultiplier() * 10.0 ** unit.getScale()
        if word is None or not power.is_integer() or abs(power) > 9 or not 1e-30 < factor < 1e30:
            return None
        words += [f"{factor:.10g}^{power:g}"] * (factor != 1) + [f"{word}^{power:g}"] * bool(word)
    return " ".join(words)


UNITS = {1.0: "s", 60.0: "min", 3600.0: "h", 86400.0: "d"}


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
    return UNITS.get(seconds, "") if unit.getKind() == libsbml.UNIT_KIND_SECOND else ""
