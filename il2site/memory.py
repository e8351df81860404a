"""Remember what pure stages made of which inputs, so that a build after a small change repeats only what changed."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Memory:
    """Results by the inputs they came from. It holds those of the last build and no more.

    One memory lives as long as a preview; a single build has one of its own, which changes nothing. What is remembered
    must be a pure function of its key and must not be changed by whoever gets it.
    """

    def __init__(self) -> None:
        self._kept: dict[Hashable, Any] = {}
        self._used: dict[Hashable, Any] = {}

    def of(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make()` gave for `key` in this build or in the one before; else what it gives now."""
        if key not in self._used:
            self._used[key] = self._kept[key] if key in self._kept else make()
        result: T = self._used[key]
        return result

    def knows(self, key: Hashable) -> bool:
        """Whether `of` has something for `key` without making it."""
        return key in self._used or key in self._kept

    def end_build(self) -> None:
        """Forget what the build that ends has not used."""
        self._kept, self._used = self._used, {}
