"""How a run ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Outcome:
    """How a run ended: finished, or stopped at the time `at` (in the model's unit)."""

    kind: Literal["finished", "too many steps", "not a number"]
    at: float | None = None


FINISHED = Outcome("finished")


class Stop(Exception):
    """A run cannot go on."""

    def __init__(self, kind: Literal["too many steps", "not a number"], at: float) -> None:
        super().__init__(f"{kind} at {at:g}")
        self.outcome = Outcome(kind, float(at))
