"""One simulation as it is asked for on the command line: of which model, with which settings, and its table."""

from __future__ import annotations

import csv
import difflib
import io
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Literal

from il2site.model.card.card import read_card
from il2site.model.card.measure import schedule
from il2site.model.engine.browser import Engine, EngineRefused
from il2site.model.engine.doses import Dose
from il2site.model.engine.outcome import FINISHED, Outcome
from il2site.model.engine.simulate import ensemble, run
from il2site.model.model import model_file
from il2site.model.network import Network
from il2site.model.printer.javascript import javascript
from il2site.model.sbml import read_network
from il2site.problem import Checked, Problem, errors
from il2site.text import SourceFile

PERCENTILES = (5, 50, 95)
EngineName = Literal["python", "browser"]


class Unfit(Exception):
    """A setting that does not fit the model, in words for who asked for it."""


@dataclass(frozen=True)
class Subject:
    """A model to be simulated, and what its card says about how: up to which time, with which doses."""

    network: Network
    end: float = 100.0
    doses: tuple[Dose, ...] = ()


def subject_of_file(file: SourceFile) -> Checked[Subject]:
    """The model in an Antimony or SBML file, in a site or not."""
    network = read_network(file)
    if network.value is None:
        return Checked(None, network.problems)
    return Checked(Subject(replace(network.value, name=PurePosixPath(file.path).stem)), network.problems)


def subject_of_site(name: str, texts: Mapping[str, SourceFile], unread: Sequence[Problem] = ()) -> Checked[Subject]:
    """The model in content/models/<name>/ with its card. Whether they fit each other is not looked at.

    `unread` are problems of reading the site; those of this folder are told too.
    """
    folder = f"content/models/{name}"
    file, problems = model_file(name, folder, texts)
    card_file = texts.get(f"{folder}/card.yml")
    problems = (*(problem for problem in unread if problem.place.path.startswith(f"{folder}/")), *problems)
    if file is None or card_file is None:
        return Checked(None, problems)
    network, (card, _) = read_network(file), read_card(card_file)
    problems = (*problems, *network.problems, *card.problems)
    if network.value is None or card.value is None or errors(problems):
        return Checked(None, problems)
    named = replace(network.value, name=name)
    return Checked(Subject(named, card.value.run_to, schedule(card.value.doses)), problems)


def unknown_model(name: str, texts: Iterable[str]) -> str | None:
    """What to say when `name` is neither a file nor a model of the site whose files have the paths `texts`."""
    paths = [path.split("/") for path in texts]
    known = tuple(dict.fromkeys(part[2] for part in paths if part[:2] == ["content", "models"] and len(part) == 4))
    if name in known:
        return None
    near = difflib.get_close_matches(name, known, 1)
    remedy = f"Did you mean {near[0]}?" if near else f"There are {', '.join(known)}." if known else "There are none."
    return f"There is no file {name}, and no model {name} in content/models/. {remedy}"


# --- what is asked ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Experiment:
    """What to do with a model: up to `end`, at `points` times; with `runs` above 1 the statistics of so many runs.

    The seed matters where chance does: in stochastic runs (number i has `seed` + i), and for events at the same instant.
    """

    settings: Mapping[str, float] = field(default_factory=dict)
    end: float = 100.0
    points: int = 101
    doses: tuple[Dose, ...] = ()
    stochastic: bool = False
    runs: int = 1
    seed: int = 1
    engine: EngineName = "python"


def parse_setting(text: str) -> tuple[str, float]:
    """`k=0.5`; raises Unfit."""
    name, equals, value = text.partition("=")
    if not (equals and name.strip()):
        raise Unfit(f"“{text}” is no setting: write NAME=NUMBER, such as k=0.5")
    return name.strip(), _number(value, text)


def parse_dose(text: str) -> Dose:
    """`time,target,amount` or `time,target,amount,duration`; raises Unfit."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) not in (3, 4) or not parts[1]:
        raise Unfit(f"“{text}” is no dose: write TIME,TARGET,AMOUNT or TIME,TARGET,AMOUNT,DURATION, such as 10,A,5")
    time, amount, duration = (_number(part, text) for part in (parts[0], *parts[2:], "0")[:3])
    if time < 0 or duration < 0:
        raise Unfit(f"the dose “{text}” has a time or a duration below 0")
    return Dose(time, parts[1], amount, duration)


def _number(word: str, text: str) -> float:
    try:
        value = float(word)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise Unfit(f"“{word.strip()}” in “{text}” is no number")
    return value


def _check_names(network: Network, experiment: Experiment) -> None:
    for name in experiment.settings:
        if name not in network.defaults:
            raise Unfit(_unsettable(network, name))
    targets = (*network.twins, *network.states, *network.defaults)
    for dose in experiment.doses:
        if dose.target not in targets:
            raise Unfit(_unknown(dose.target, "state and no parameter", targets, network))


def _unsettable(network: Network, name: str) -> str:
    if name in network.names:
        return f"{name} of {network.name} is computed by the model; only its parameters can be set"
    return _unknown(name, "parameter", network.defaults, network)


def _unknown(name: str, kind: str, known: Collection[str], network: Network) -> str:
    near = difflib.get_close_matches(name, known, 1)
    remedy = f"did you mean {near[0]}?" if near else f"it has {', '.join(known) or 'none'}"
    return f"{network.name} has no {kind} {name}: {remedy}"


# --- what comes of it ------------------------------------------------------------------------------------------------


Columns = Mapping[str, Iterable[float]]


@dataclass(frozen=True)
class Table:
    """Columns (points,) by name, `time` first, as far as the run came."""

    columns: Columns
    outcome: Outcome = FINISHED


def simulate(network: Network, experiment: Experiment) -> Table:
    """Run the experiment. Raises Unfit; with the browser's engine also NodeMissing."""
    _check_names(network, experiment)
    work = {"python": _by_python, "browser": _by_browser}[experiment.engine]
    return work(network, experiment)


def _by_python(network: Network, asked: Experiment) -> Table:
    try:
        if asked.runs > 1:
            many = ensemble(
                network, asked.settings, asked.end, asked.points, asked.runs, asked.seed, PERCENTILES, asked.doses
            )
            statistics = _statistics(network, many.mean, many.sd, many.percentiles)
            return Table({"time": many.times, **statistics}, many.outcome)
        method: Literal["ode", "ssa"] = "ssa" if asked.stochastic else "ode"
        one = run(network, asked.settings, asked.end, asked.points, method, asked.seed, doses=asked.doses)
    except ValueError as error:  # of a dose or a model that has no stochastic run
        raise Unfit(str(error)) from error
    return Table({"time": one.series.times, **_shown(network, one.series.columns)}, one.outcome)


def _by_browser(network: Network, asked: Experiment) -> Table:
    options = {
        "set": dict(asked.settings), "end": asked.end, "points": asked.points, "seed": asked.seed,
        "method": "ssa" if asked.stochastic else "ode",
        "doses": [{"time": d.time, "target": d.target, "amount": d.amount, "duration": d.duration} for d in asked.doses],
    }  # fmt: skip
    question: dict[str, object] = {"script": javascript(network), "runs": [options]}
    if asked.runs > 1:
        question["ensemble"] = {"runs": asked.runs, "percentiles": PERCENTILES}
    try:
        with Engine() as engine:
            answer = engine.ask(question)["runs"][0]
    except EngineRefused as refusal:
        raise Unfit(str(refusal)) from refusal
    outcome = Outcome(answer["outcome"]["kind"], answer["outcome"].get("at"))
    if asked.runs > 1:
        columns = _statistics(network, answer["mean"], answer["sd"], answer["percentiles"])
    else:
        columns = _shown(network, answer["columns"])
    return Table({"time": answer["times"], **columns}, outcome)


def _shown(network: Network, columns: Columns) -> dict[str, Iterable[float]]:
    """Without the amounts behind concentrations, which are the same thing once more."""
    hidden = frozenset(network.twins.values())
    return {name: values for name, values in columns.items() if name not in hidden}


def _statistics(
    network: Network, mean: Columns, sd: Columns, percentiles: Mapping[str, Columns]
) -> dict[str, Iterable[float]]:
    """X (its mean), X_sd, X_p5, X_p50, X_p95 for every X."""
    return {
        column: values
        for name, means in _shown(network, mean).items()
        for column, values in (
            (name, means),
            (f"{name}_sd", sd[name]),
            *((f"{name}_p{q}", percentiles[f"{q}"][name]) for q in PERCENTILES),
        )
    }


def to_csv(table: Table) -> str:
    """RFC 4180; every number with as many digits as it takes to read the same number again."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(table.columns)
    writer.writerows([repr(float(value)) for value in row] for row in zip(*table.columns.values(), strict=True))
    return text.getvalue()
