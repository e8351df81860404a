"""Parts of formulas that occur more than once, computed once.

Derivatives repeat themselves: the square root of a binding equilibrium stands in each of its slopes. Naming what occurs
again makes the printed text shorter and the functions faster, and changes no value: the same operations are done in the
same order, only not twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from il2site.model.expression import COSTLY, Apply, Expr, Piecewise, Symbol, children, rebuild

Item: TypeAlias = tuple[str | None, Expr]
"""A definition (name, formula), or (None, formula) for a value that is only stored."""


def with_common_parts(items: Sequence[Item], worth: Callable[[Expr], bool] | None = None) -> list[Item]:
    """`items` in their order, with a definition before the first use of every part that occurs in several places.

    `worth` tells which parts are worth a name; without it, those that save compressed text. New names begin with a digit
    and end in "c", so that they differ from names of models and from other steps.
    """
    return list(_Extraction(items, worth or _worth_a_name).items())


class _Extraction:
    """Every distinct expression has a number (equal expressions the same); parts are recognised by it."""

    def __init__(self, items: Sequence[Item], worth: Callable[[Expr], bool]) -> None:
        self.given = items
        self.worth = worth
        self.numbers: dict[object, int] = {}
        self.known: dict[int, int] = {}  # id of an expression object to its number; the objects live in `given`
        self.uses: dict[int, int] = {}
        self.names: dict[int, str] = {}
        for _, expr in items:
            self.count(expr)

    def count(self, expr: Expr) -> int:
        """The number of `expr`; parts are counted as used when it is met for the first time."""
        if id(expr) in self.known:
            number = self.known[id(expr)]
        else:
            parts = tuple(self.count(part) for part in children(expr))
            key: object = (expr.op, parts) if isinstance(expr, Apply) else (type(expr), parts) if parts else expr
            number = self.numbers.setdefault(key, len(self.numbers))
            self.known[id(expr)] = number
            if number not in self.uses:
                self.uses[number] = 0
            elif parts:
                for part in parts:
                    self.uses[part] -= 1  # the same expression again: its parts are not used once more
        self.uses[number] += 1
        return number

    def items(self) -> Iterator[Item]:
        for name, expr in self.given:
            found: list[Item] = []
            text = self.replaced(expr, found, top=True)
            yield from found
            yield name, text

    def replaced(self, expr: Expr, found: list[Item], top: bool = False) -> Expr:
        """`expr` with names for common parts; the definitions that they need are added to `found`."""
        number = self.known[id(expr)]
        if number in self.names:
            return Symbol(self.names[number])
        inner = rebuild(expr, lambda part: self.replaced(part, found))
        if self.uses[number] < 2 or not self.worth(expr):
            return inner
        self.names[number] = f"{len(self.names)}c"
        found.append((self.names[number], inner))
        return Symbol(self.names[number])


def _worth_a_name(expr: Expr) -> bool:
    """A repeated sum or product is left alone: naming it gains little time, and costs more compressed text than it saves."""
    return isinstance(expr, Piecewise) or (isinstance(expr, Apply) and expr.op in COSTLY)
