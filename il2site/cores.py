"""Do many jobs at once, on every core of the machine. What the jobs are is not its business."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

N = TypeVar("N")
T = TypeVar("T")

_FEWEST = 8
"""So many jobs are worth another process."""
_LARGEST_PIPE = 15_000
"""Tickets of four bytes that a pipe of Linux holds."""


class JobFailed(Exception):
    """A job raised in another process; the message is what was said there."""


def spread(make: Callable[[N], T], names: Sequence[N], long: bool = False) -> list[T]:
    """`[make(name) for name in names]`, by as many processes as there are cores.

    `make` must be a pure function. Processes are copies of this one, so that nothing has to be sent to them; where the
    system cannot copy a process (it can on Linux), jobs that are not `long` are done here, one after the other, and for
    `long` ones processes are started, for which `make` must be something that can be pickled.
    """
    workers = min(os.cpu_count() or 1, len(names))
    if workers < 2 or (len(names) < _FEWEST and not long):
        return [make(name) for name in names]
    if sys.platform == "linux":
        return _by_copies(make, names, workers)
    return _by_new_processes(make, names, workers) if long else [make(name) for name in names]


def _by_new_processes(make: Callable[[N], T], names: Sequence[N], workers: int) -> list[T]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    quiet = (signal.SIGINT, signal.SIG_IGN)  # an interruption is told to this process alone
    with ProcessPoolExecutor(workers, get_context("spawn"), signal.signal, quiet) as pool:
        return list(pool.map(make, names))


# By copies of this process. All of them, and the process itself, take tickets (numbers of jobs) from one pipe until it is
# empty; each copy sends what it made when it is done.


def _by_copies(make: Callable[[N], T], names: Sequence[N], workers: int) -> list[T]:
    gc.freeze()  # what no process touches, not even its collector of garbage, they go on sharing
    size = -(-len(names) // _LARGEST_PIPE)
    groups = [range(first, min(first + size, len(names))) for first in range(0, len(names), size)]
    with _tickets(len(groups)) as tickets:
        copies: list[tuple[int, int]] = []
        try:
            copies += [_copy(make, names, groups, tickets) for _ in range(workers - 1)]
            made = _work(make, names, groups, tickets)
            for _, channel in copies:
                made |= _received(channel)
        finally:
            for process, channel in copies:
                _end(process, channel)
    return [made[index] for index in range(len(names))]


@contextmanager
def _tickets(count: int) -> Iterator[int]:
    """A pipe that holds the numbers below `count` and nothing more."""
    taken, given = os.pipe()
    try:
        os.write(given, b"".join(number.to_bytes(4, "big") for number in range(count)))
        os.close(given)
        yield taken
    finally:
        os.close(taken)


def _work(make: Callable[[N], T], names: Sequence[N], groups: Sequence[range], tickets: int) -> dict[int, T]:
    made = {}
    while ticket := os.read(tickets, 4):
        for index in groups[int.from_bytes(ticket, "big")]:
            made[index] = make(names[index])
    return made


def _copy(make: Callable[[N], T], names: Sequence[N], groups: Sequence[range], tickets: int) -> tuple[int, int]:
    """A copy of this process at work: its number, and the channel on which it will send what it made."""
    channel, sending = os.pipe()
    process = os.fork()
    if process:
        os.close(sending)
        return process, channel
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.close(channel)
        _send(sending, _told(make, names, groups, tickets))
    finally:
        os._exit(0)


def _told(make: Callable[[N], T], names: Sequence[N], groups: Sequence[range], tickets: int) -> bytes:
    try:
        return pickle.dumps(_work(make, names, groups, tickets), pickle.HIGHEST_PROTOCOL)
    except BaseException:
        return pickle.dumps(traceback.format_exc())


def _send(sending: int, data: bytes) -> None:
    with os.fdopen(sending, "wb") as stream:
        stream.write(data)


def _received(channel: int) -> dict[int, T]:
    with os.fdopen(os.dup(channel), "rb") as stream:
        data = stream.read()
    told = pickle.loads(data) if data else "A process that was to help has ended."
    if isinstance(told, str):
        raise JobFailed(told)
    made: dict[int, T] = told
    return made


def _end(process: int, channel: int) -> None:
    os.close(channel)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
