"""Who is who in a stochastic run: a run counts molecules, a picture shows single ones.

The members of a state behave alike, so naming one of them at random at each event gives single histories with the right
probabilities. `static/src/model/individuals.ts` makes the same choices from the same seed; still and live figure agree.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

GONE = -1
"""State of an individual that is no more."""

Change = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Individual:
    """From `times[i]` on it is in the state numbered `states[i]`: a place in the list of followed states, or GONE."""

    times: list[float] = field(default_factory=list)
    states: list[int] = field(default_factory=list)

    def at(self, time: float) -> int:
        """The state at `time`; GONE before its birth as well."""
        index = bisect_right(self.times, time)
        return self.states[index - 1] if index else GONE

    def arrivals(self, time: float, home: int) -> int:
        """How often it has left the state `home` up to `time`, a start elsewhere counted too."""
        seen = self.states[: bisect_right(self.times, time)]
        before = [home, *seen]
        return sum(1 for old, new in zip(before, seen, strict=False) if old == home and new != home)


def individuals(
    changes: Sequence[Change],
    followed: Sequence[int],
    counts: Sequence[int],
    events: Sequence[tuple[float, int]],
    uniform: Callable[[], float],
) -> list[Individual]:
    """The histories of all individuals of a run.

    `changes`: for each reaction, (index of the state, coefficient). `followed`: indices of the states in which one
    individual can be; `counts`: how many start in each. `events`: (time, reaction). `uniform`: numbers in (0, 1).
    """
    moves = [_moves(change, followed) for change in changes]
    crowd = _Crowd([[] for _ in followed], uniform)
    for place, count in enumerate(counts):
        for _ in range(count):
            crowd.enter(0.0, crowd.born(), place)
    for time, reaction in events:
        for old, new in moves[reaction]:
            crowd.enter(time, crowd.born() if old == GONE else crowd.leave(old), new)
    return crowd.everybody


def _moves(change: Change, followed: Sequence[int]) -> list[tuple[int, int]]:
    """The moves in one event: the first state emptied leads to the first filled, …; the rest is born or gone."""
    emptied, filled = _repeated(change, followed, -1), _repeated(change, followed, 1)
    size = max(len(emptied), len(filled))
    return list(zip(_padded(emptied, size), _padded(filled, size), strict=True))


def _repeated(change: Change, followed: Sequence[int], sign: int) -> list[int]:
    return [followed.index(state) for state, amount in change if state in followed for _ in range(amount * sign)]


def _padded(places: list[int], size: int) -> list[int]:
    return places + [GONE] * (size - len(places))


@dataclass
class _Crowd:
    members: list[list[Individual]]
    uniform: Callable[[], float]
    everybody: list[Individual] = field(default_factory=list)

    def born(self) -> Individual:
        self.everybody.append(Individual())
        return self.everybody[-1]

    def enter(self, time: float, who: Individual, state: int) -> None:
        if state != GONE:
            self.members[state].append(who)
        who.times.append(time)
        who.states.append(state)

    def leave(self, state: int) -> Individual:
        """Take a random member out of `state`; the last one takes its place."""
        members = self.members[state]
        place = int(self.uniform() * len(members))
        who = members[place]
        members[place] = members[-1]
        members.pop()
        return who
