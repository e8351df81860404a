"""Run a figure's model for its still: the default run, its average, the moments of its stages, the ends of controls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from il2site.figure.field import Antigen
from il2site.figure.individuals import Individual, individuals
from il2site.figure.play import Played, play
from il2site.figure.run_scan import prepare_scan, scan_extremes, scan_with
from il2site.figure.spec import (
    FieldFigure,
    LiveFigure,
    MembraneFigure,
    ScanFigure,
    Written,
    numbered_controls,
)
from il2site.figure.still import Moment, Prepared, Still
from il2site.figure.told import named_presets, stopped_problems
from il2site.figure.words import Measured, index_at
from il2site.model.engine.outcome import Outcome
from il2site.model.engine.random import sfc32
from il2site.model.engine.simulate import TRIAL, Run, Simulator
from il2site.model.network import Network
from il2site.problem import Checked, Problem
from il2site.schema import KeyPath


def prepare(written: Written, spec: LiveFigure, network: Network) -> Checked[Prepared]:
    """Make every run that the still shows. A run that does not finish is a model-run problem."""
    if isinstance(spec, ScanFigure):
        return prepare_scan(written, spec, network)
    compare = spec.compare if isinstance(spec, FieldFigure) else None
    simulator = Simulator(network)
    usual = play(spec, simulator, {})
    compared = play(spec, simulator, compare.set) if compare else None
    problems = [*_unfinished(written, ("run",), usual)]
    problems += [*_unfinished(written, ("compare", "set"), compared)] if compared else []
    presets = {place: play(spec, simulator, spec.presets[place].set) for place in named_presets(spec)}
    for place, played in presets.items():
        problems.extend(_unfinished(written, ("presets", place, "set"), played))
    if problems:
        return Checked(None, tuple(problems))
    moments = _moments(spec, network, usual, [0.0, *(stage.at for stage in spec.stages)])
    other = _moments(spec, network, compared, [compare.at])[0] if compared and compare else None
    average = play(spec, simulator, {}, "ode").measured(network) if spec.run.average else None
    others = {spec.presets[place].label: played.measured(network) for place, played in presets.items()}
    still = Still(usual.measured(network), average, moments[1:], other, members=usual.members(), doses=usual.begun())
    return Checked(Prepared(still, moments[0], others))


def measured_with(spec: LiveFigure, network: Network, values: Mapping[str, float]) -> Measured | Outcome:
    """What a figure shows whose reader has set `values`; how it ended where a run did not finish."""
    if isinstance(spec, ScanFigure):
        return scan_with(spec, network, values)
    made = play(spec, Simulator(network), values)
    stopped = next((run.outcome for _, run in made.runs() if run.outcome.kind != "finished"), None)
    return stopped or made.measured(network)


def _unfinished(written: Written, where: KeyPath, played: Played) -> Iterator[Problem]:
    for values, made in played.runs():
        yield from stopped_problems(written, where, values, made)


def _moments(spec: LiveFigure, network: Network, played: Played, times: list[float]) -> list[Moment]:
    histories, measured = _histories(spec, network, played.cells[0][0]), played.measured(network)
    moments = []
    for at in times:
        index = index_at(measured.times, at)
        columns = {name: float(column[index]) for name, column in measured.columns.items()}
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
    for path, control in numbered_controls(spec):
        for key, value in (("min", control.min), ("max", control.max)):
            values, where = {control.parameter: value}, (*path, key)
            if isinstance(spec, ScanFigure):
                yield from scan_extremes(written, where, spec, simulator, values)
                continue
            played = play(spec, simulator, values, "ode", 11, TRIAL)
            if any(_unfinished(written, where, played)):
                played = play(spec, simulator, values, "ode", 11)
            yield from _unfinished(written, where, played)
            yield from _crowding(written, where, spec, played.cells[0][0])


def _crowding(written: Written, where: KeyPath, spec: LiveFigure, made: Run) -> Iterator[Problem]:
    if not isinstance(spec, MembraneFigure):
        return
    names = spec.field.individuals
    antigens = sum(float(made.series.columns[name][0]) for name in (names.free, *names.bound, names.triggered))
    if antigens > spec.field.receptors:
        said = f"{antigens:g} antigens have no room on {spec.field.receptors} receptors that are drawn"
        yield written.problem(where, said, "Draw more receptors, or end the control earlier.")
