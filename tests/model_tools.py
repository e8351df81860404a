"""What the tests of models share: the models of this repository, and networks from a few lines of Antimony."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from il2site.model.model import Model, load_model
from il2site.model.network import Network
from il2site.model.sbml import read_network
from il2site.text import SourceFile

ROOT = Path(__file__).parents[1]
NAMES = sorted(path.parent.name for path in (ROOT / "content/models").glob("*/card.yml"))


@cache
def texts() -> dict[str, SourceFile]:
    """Every model file and card of the repository."""
    paths = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "content/models").glob("*/*"))]
    return {path: SourceFile(path, (ROOT / path).read_text(encoding="utf-8")) for path in paths}


@cache
def model(name: str) -> Model:
    checked = load_model(name, texts())
    assert checked.value is not None, [f"{p.place} {p.message}" for p in checked.problems]
    return checked.value


def network(*lines: str) -> Network:
    """The network of an Antimony model with these lines."""
    file = SourceFile("content/models/x/model.ant", "\n".join(["model x", *lines, "end", ""]))
    checked = read_network(file)
    assert checked.value is not None, checked.problems
    return checked.value


RICH = (
    "species A = a0, B = 2, C = 0",
    "a0 = 5; k = 0.3; h = 2; base = 10; twice = 2*k + log10(base)",
    "share := A/(A + B + 1)",
    "gate := piecewise(share, A > B, sqrt(share))",
    "cap := min(A, B, 3) + max(k, C) + abs(A - B)",
    "bind: 2 A + B => C; k*A*share*gate",
    "undo: C => A; twice*C*exp(-C/base)",
    "feed: => B; k*(A^h/(1 + A^h)) + ln(1 + cap) - (-k)",
    "lose: B => ; B*k^1.5*time/(1 + time)",
    "both: A => C; piecewise(1, A > 1 && C < 4, 0.5)*k*A",
    "waves := sin(A) + cos(B)*tan(k) + asin(k/9) + acos(k/9) + atan(A) + sinh(k) + cosh(k) + tanh(A)",
    "arcs := arcsinh(A) + arccosh(1 + A) + arctanh(k/9) + floor(A) + ceil(B) + factorial(3) + sec(k) + arccot(A)",
    "logic := piecewise(1, xor(A > 1, B > 1) || !(C >= 2), A == B, 2, A != C, 3, 4) + 7 % 4",
    "drift: => C; waves + arcs*time",
)
"""Every operator once."""


def settings(name: str) -> list[dict[str, float]]:
    """A model's defaults, and each of its ranges at either end."""
    symbols = model(name).card.symbols.items()
    return [{}, *({symbol: end} for symbol, entry in symbols if entry.range for end in entry.range)]


def points(made: Network, count: int, seed: int) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Random (states, parameters) around where a model lives: each value up to ten times its default, or up to ten."""
    chance = np.random.default_rng(seed)
    defaults = np.array(list(made.defaults.values()))
    return [
        (
            chance.uniform(0.1, 10.0, len(made.states)),
            np.where(
                defaults == 0, chance.uniform(0, 1, len(defaults)), defaults * chance.uniform(0.5, 2, len(defaults))
            ),
        )
        for _ in range(count)
    ]
