"""Run a figure's model for its still: the default run, its average, the moments of its stages, the ends of controls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from il2site.figure.field import Antigen
from il2site.figure.individuals import Individual, individuals
from il2site.figure.spec import LiveFigure, MembraneFigure, Written
from il2site.figure.twin import Moment, Still
from il2site.figure.words import Measured, index_at
from il2site.model.engine.random import sfc32
from il2site.model.engine.simulate import Run, Simulator
from il2site.model.network import Network
from il2site.problem import Checked, Problem
from il2site.schema import KeyPath


@dataclass(frozen=True)
class Prepared:
    """A still, and the moment at which the live figure begins."""

    still: Still
    first: Moment


def prepare(written: Written, spec: LiveFigure, network: Network) -> Checked[Prepared]:
    """Make every run that the still shows. A run that does not finish is a model-run problem."""
    wanted: list[tuple[KeyPath, Mapping[str, float]]] = [(("run",), {})]
    if spec.compare is not None:
        wanted.append((("compare", "set"), spec.compare.set))
    simulator = Simulator(network)
    runs = [_run(spec, simulator, values) for _, values in wanted]
    problems = [problem for (where, values), made in zip(wanted, runs, strict=True)
                for problem in _unfinished(written, where, values, made)]  # fmt: skip
    if problems:
        return Checked(None, tuple(problems))
    moments = _moments(spec, network, runs[0], [0.0, *(stage.at for stage in spec.stages)])
    compared = _moments(spec, network, runs[1], [spec.compare.at])[0] if spec.compare else None
    measured, average = _measured(runs[0], network), _average(spec, simulator)
    return Checked(Prepared(Still(measured, average, moments[1:], compared), moments[0]))


def _run(spec: LiveFigure, simulator: Simulator, values: Mapping[str, float]) -> Run:
    settings = spec.run
    return simulator.run(values, settings.end, settings.points, settings.method, settings.seed)


def _measured(made: Run, network: Network) -> Measured:
    return Measured(made.series.times, made.series.columns, network.defaults)


def _average(spec: LiveFigure, simulator: Simulator) -> Measured | None:
    if not spec.run.average:
        return None
    return _measured(simulator.run({}, spec.run.end, spec.run.points, "ode"), simulator.network)


def _unfinished(written: Written, where: KeyPath, values: Mapping[str, float], made: Run) -> Iterator[Problem]:
    if made.outcome.kind != "finished":
        with_values = ", ".join(f"{name} = {value:g}" for name, value in values.items()) or "its default values"
        said = f"the model stops at {made.outcome.at:g} with {with_values}: {made.outcome.kind}"
        yield written.problem(where, said, "Narrow the values, shorten the run, or mend the model.", "model-run")


def _moments(spec: LiveFigure, network: Network, made: Run, times: list[float]) -> list[Moment]:
    histories = _histories(spec, network, made)
    moments = []
    for at in times:
        index = index_at(made.series.times, at)
        columns = {name: float(column[index]) for name, column in made.series.columns.items()}
        antigens = [Antigen(who.at(at), _binding(who, at)) for who in histories]
        moments.append(Moment(at, columns, antigens))
    return moments


def _binding(who: Individual, at: float) -> int:
    """The number of the grip that an antigen is in, or, while free, of its next one."""
    grips = who.arrivals(at, 0)
    return grips - 1 if who.at(at) > 0 else grips


def _histories(spec: LiveFigure, network: Network, made: Run) -> list[Individual]:
    changes = network.numbered_changes
    if not isinstance(spec, MembraneFigure) or made.events is None or changes is None:
        return []
    names = spec.field.individuals
    followed = [names.free, *names.bound, names.triggered]
    counts = [int(made.series.columns[name][0]) for name in followed]
    events = list(zip(made.events.times.tolist(), made.events.reactions.tolist(), strict=True))
    places = [network.states.index(name) for name in followed]
    return individuals(changes, places, counts, events, sfc32(spec.run.seed + 1))


def extreme_problems(written: Written, spec: LiveFigure, network: Network) -> Iterator[Problem]:
    """What goes wrong at either end of a control: a run that stops, or more antigens than places for them."""
    simulator = Simulator(network)
    for place, control in enumerate(spec.controls):
        for key, value in (("min", control.min), ("max", control.max)):
            values = {control.parameter: value}
            made = simulator.run(values, spec.run.end, 11, "ode")
            where: KeyPath = ("controls", place, key)
            yield from _unfinished(written, where, values, made)
            yield from _crowding(written, where, spec, made)


def _crowding(written: Written, where: KeyPath, spec: LiveFigure, made: Run) -> Iterator[Problem]:
    if not isinstance(spec, MembraneFigure):
        return
    names = spec.field.individuals
    antigens = sum(float(made.series.columns[name][0]) for name in (names.free, *names.bound, names.triggered))
    if antigens > spec.field.receptors:
        said = f"{antigens:g} antigens have no room on {spec.field.receptors} receptors that are drawn"
        yield written.problem(where, said, "Draw more receptors, or end the control earlier.")
