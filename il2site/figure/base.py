"""Words that the settings of all figures share."""

from __future__ import annotations

from typing import Literal

from il2site.schema import Strict

Scale = Literal["linear", "log"]
Mark = Literal["ring", "half", "disc", "square"]


class Titled(Strict):
    """What every figure has: `title` states the finding, `description` tells what is drawn."""

    title: str
    description: str


class Tick(Strict):
    at: float
    label: str
