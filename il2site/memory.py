"""Remember what pure stages made of which inputs, so that a build after a small change repeats only what changed.

The one place that knows. A stage asks `memory.of(key, make)`, and the rest of the code cannot tell whether `make` ran now,
in an earlier build of the same preview, in another process on another core, or in an earlier run of the program.

A key is a tuple: the name of the stage, then everything that the result depends on. In its own process a memory looks keys
up as they are; between processes results travel as bytes under the digest of their key. A memory asks for those by `fetch`
and hands out new ones by `lasting` (each by itself: what took long, and serves any site) and `bundles` (everything that
the last build used, in two pieces). Where they lie is not its business.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import pickle
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, Generic, Protocol, TypeVar, cast

from il2site.cores import spread
from il2site.text import SourceFile

N = TypeVar("N", bound=Hashable)
T = TypeVar("T")
Key = tuple[Hashable, ...]

_NOTHING = object()
LASTING = frozenset({"model", "figure", "prediction", "site"})
"""Stages that take long: their results are handed out one by one, and serve every site that holds the same sources."""


WHOLE, SINCE = "whole", "since"
"""The names of the two bundles."""
_ENOUGH = 0.8
"""The large bundle is written anew when it holds less of what is used, or as much that is not."""


class Fetch(Protocol):
    """What an earlier process made at a stage for the digest of a key, or None."""

    def __call__(self, stage: str, digest: str, /) -> bytes | None: ...


class Memory:
    """Results by the inputs they came from. It holds those of the last build and no more.

    One memory lives as long as a preview or a single build. What is remembered must be a pure function of its key and must
    not be changed by whoever gets it.
    """

    def __init__(
        self, fetch: Fetch = lambda stage, digest: None, bundle: Callable[[str], bytes | None] = lambda name: None
    ) -> None:
        self._kept: dict[Key, Any] = {}
        self._used: dict[Key, Any] = {}
        self._digests: dict[Key, str] = {}
        self._fetch = fetch
        self._bundle = bundle
        self._new: set[Key] = set()

    @cached_property
    def _whole(self) -> dict[str, bytes]:
        """What was in the large bundle of an earlier process."""
        return _opened(self._bundle(WHOLE))

    @cached_property
    def _written(self) -> dict[str, bytes]:
        """What was in both bundles of earlier processes."""
        return self._whole | _opened(self._bundle(SINCE))

    def of(self, key: Key, make: Callable[[], T]) -> T:
        """What `make()` gave for `key` in this build or an earlier one; else what it gives now."""
        result = self._used.get(key, _NOTHING)
        if result is _NOTHING:
            result = self._kept_or_written(key)
            if result is _NOTHING:
                result = make()
                self._new.add(key)
            self._used[key] = result
        return cast(T, result)

    def each(self, keys: Mapping[N, Key], make: Callable[[N], T], long: bool = False) -> dict[N, T]:
        """What `make(name)` gave for the key of every name; what is not known is made now, on all cores.

        `long` as in `cores.spread`.
        """
        known = self.known(keys)
        missing = [name for name in keys if name not in known]
        made = dict(zip(missing, spread(make, missing, long), strict=True))
        known |= {name: self.of(keys[name], partial(made.__getitem__, name)) for name in missing}
        return {name: known[name] for name in keys}

    def known(self, keys: Mapping[N, Key]) -> dict[N, Any]:
        """What `of` has for the key of a name without making it. It is kept as if it had been used."""
        found = {}
        for name, key in keys.items():
            result = self._used.get(key, _NOTHING)
            if result is _NOTHING:
                result = self._kept_or_written(key)
            if result is not _NOTHING:
                found[name] = self._used[key] = result
        return found

    def _kept_or_written(self, key: Key) -> Any:
        """What the last build had for `key`, or an earlier process; else `_NOTHING`."""
        result = self._kept.get(key, _NOTHING)
        if result is _NOTHING and (data := self._earlier(key)) is not None:
            try:
                result = self._kept[key] = pickle.loads(data)
            except Exception:  # whatever a damaged file holds is made again
                return _NOTHING
        return result

    def _earlier(self, key: Key) -> bytes | None:
        stage, digest = str(key[0]), self.digest(key)
        return self._fetch(stage, digest) if stage in LASTING else self._written.get(digest)

    def digest(self, key: Key) -> str:
        """What stands for `key` inside other keys, and between processes; the same in every process."""
        if key not in self._digests:
            self._digests[key] = digest_of(key)
        return self._digests[key]

    def end_build(self) -> None:
        """Forget what the build that ends has not used."""
        self._kept, self._used = self._used, {}
        if len(self._new) > 2 * len(self._kept):
            self._new = {key for key in self._new if key in self._kept}
        if len(self._digests) > 4 * len(self._kept):
            self._digests = {key: self._digests[key] for key in self._kept.keys() & self._digests.keys()}

    def lasting(self) -> dict[tuple[str, str], bytes]:
        """What took long and was made since this was last asked, by stage and digest."""
        new = [key for key in self._new if key[0] in LASTING]
        self._new.difference_update(new)
        known = [key for key in new if key in self._used or key in self._kept]
        return {(str(key[0]), self.digest(key)): pickle.dumps(self._found(key)) for key in known}

    def bundles(self) -> dict[str, bytes]:
        """Everything else that the last build used, for a later process; nothing when nothing was made for it.

        As long as it is little, what is new goes into a bundle of its own, and the large one stays as it is.
        """
        if not self._new:
            return {}
        keys = [key for key in self._kept if key[0] not in LASTING]
        self._written = {self.digest(key): self._bytes(key) for key in keys}
        self._new.clear()
        since = {digest: data for digest, data in self._written.items() if digest not in self._whole}
        known = len(self._written) - len(since)
        if known < _ENOUGH * max(len(self._written), len(self._whole)):
            self._whole = self._written
            return {WHOLE: pickle.dumps(self._whole, pickle.HIGHEST_PROTOCOL)}
        return {SINCE: pickle.dumps(since, pickle.HIGHEST_PROTOCOL)}

    def _bytes(self, key: Key) -> bytes:
        known = None if key in self._new else self._written.get(self.digest(key))
        return known or pickle.dumps(self._found(key), pickle.HIGHEST_PROTOCOL)

    def _found(self, key: Key) -> Any:
        return self._used[key] if key in self._used else self._kept[key]


class Recent(Generic[T]):
    """What pure functions gave lately, for those too far below the stages to be handed a memory: as much as has `room`, by
    the `size` of each result. What was asked for least lately goes first."""

    def __init__(self, room: int, size: Callable[[T], int]) -> None:
        self._results: OrderedDict[Key, T] = OrderedDict()
        self._room, self._size = room, size

    def of(self, key: Key, make: Callable[[], T]) -> T:
        """What `make()` gave when it was last asked for `key`, or gives now."""
        if key not in self._results:
            self._results[key] = result = make()
            self._room -= self._size(result)
            while self._room < 0 and len(self._results) > 1:
                self._room += self._size(self._results.popitem(last=False)[1])
        self._results.move_to_end(key)
        return self._results[key]


def _opened(bundle: bytes | None) -> dict[str, bytes]:
    with contextlib.suppress(Exception):
        opened = pickle.loads(bundle or b"")
        if isinstance(opened, dict):
            return opened
    return {}


def digest_of(key: Key) -> str:
    """The digest of `key`: its parts one by one, each with its kind, so that no two keys look alike."""
    return hashlib.blake2b(_SPELLED.encode(key).encode(), digest_size=16).hexdigest()


def _told(part: Any) -> dict[str, Any]:
    """What stands for a part of a key that is neither text nor a number nor a tuple."""
    match part:
        case SourceFile():
            return {"file": part.digest}
        case bytes():
            return {"bytes": hashlib.blake2b(part).hexdigest()}
        case frozenset():  # in an order that does not depend on the process
            return {"set": sorted(map(repr, part))}
        case _:
            return {type(part).__name__: repr(part)}


_SPELLED = json.JSONEncoder(separators=(",", ":"), default=_told)


def joined(parts: Sequence[Hashable]) -> str:
    """One digest for many parts of keys."""
    return digest_of(tuple(parts))
