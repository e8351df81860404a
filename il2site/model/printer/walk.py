"""One random reaction after another as straight code: the direct method of D. T. Gillespie (J Phys Chem 1977;81:2340),
with all amounts in variables of their own. For JavaScript.

The browser can run any network without it (`static/src/model/gillespie.ts`), more slowly: this does the same operations on the
same numbers in the same order, so that both give the same run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from il2site.model.network import Network
from il2site.model.printer.code import Dialect, rate_lines

MOST_REACTIONS = 24
"""Of more the code would be long, and to try them one after the other slow."""
LEAST_TOTAL = 1e-300
"""The rates of the smallest totals leave no digits to choose by: those are left to the careful method."""

_PLACE = re.compile(r"(?<![\w$.])([ypv])\[(\d+)\]")
_DEFINITION = re.compile(r"const (\$\w+)=(.*);")
_WORD = re.compile(r"(?<![\w.])[A-Za-z$]\w*")


def walk(network: Network, dialect: Dialect) -> tuple[str, ...]:
    """The body of `walk(path, draws, until, y, p, keep)`, see static/src/model/network.ts; empty for a network that has too many
    reactions or none, or whose reactions do not change states by whole numbers."""
    changes = network.numbered_changes
    if not changes or len(changes) > MOST_REACTIONS:
        return ()
    lines = rate_lines(network, dialect)
    moved = sorted({state for change in changes for state, _ in change})
    read = {int(k) for line in lines for array, k in _PLACE.findall(line) if array == "y"}
    settings = sorted({int(k) for line in lines for array, k in _PLACE.findall(line) if array == "p"})
    states = sorted({*moved, *read})
    resting, moving = _sorted_out([_PLACE.sub(r"\1\2", line) for line in lines])
    last = len(changes) - 1
    return (
        "const { times, reactions, room } = path, { waits, shares } = draws;",
        *(f"const p{k}=p[{k}];" for k in settings),
        *resting,
        f"let {{ t, due, length }} = path, {{ drawn }} = draws, beyond = false, {', '.join(f'y{k} = y[{k}]' for k in states)};",
        "while (t < until && length < room) {",
        *(re.sub(r"^v(\d+)=", r"const v\1=", line) for line in moving),
        "const s0=v0;",
        *(f"const s{j}=s{j - 1}+v{j};" for j in range(1, last + 1)),
        f"if (!({'&&'.join(f'v{j}>=0' for j in range(last + 1))}&&s{last}>={LEAST_TOTAL}&&s{last}<Infinity)) break;",
        f"const next=t-waits[drawn]/s{last}, share=shares[drawn++]*s{last};",
        "if (next > until) { beyond = true; break; }",
        f"if (due < next) {{ {_back(moved)} due = keep(next); }}",
        "t = times[length] = next;",
        *_chosen(changes),
        "}",
        _back(moved),
        "path.t = t; path.due = due; path.length = length; draws.drawn = drawn;",
        "return beyond;",
    )


def _sorted_out(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """Definitions made of parameters alone, and the other lines."""
    known: set[str] = set()
    resting, moving = [], []
    for line in lines:
        found = _DEFINITION.fullmatch(line)
        words = set(_WORD.findall(found[2])) if found else {"t"}
        if found and all(word in known or word in ("Math", "factorial") or re.fullmatch(r"p\d+", word) for word in words):
            known.add(found[1])
            resting.append(line)
        else:
            moving.append(line)
    return resting, moving


def _back(states: Sequence[int]) -> str:
    return " ".join(f"y[{k}] = y{k};" for k in states)


def _chosen(changes: Sequence[Sequence[tuple[int, int]]]) -> Iterator[str]:
    """The first reaction up to which the rates sum to more than the share of the total."""
    for j, change in enumerate(changes):
        condition = f"if (s{j}>share) " if j < len(changes) - 1 else ""
        moves = " ".join(f"y{state} += {amount};" for state, amount in change)
        yield f"{'else ' if j else ''}{condition}{{ reactions[length++] = {j}; {moves} }}"
