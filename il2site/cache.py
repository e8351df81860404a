"""What one run of il2site keeps for the next, in the user's own folder for such things. Nothing depends on it but time.

<cache>/<state of the programs>/<digest of a key>      what took long (a measured model, a figure), for any site
                                /of-<site>-whole       everything else that the last build of a site used, but for
                                /of-<site>-since       what was made since that was written
                                /at-<output>           how the system describes the files of an output
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
from functools import cached_property
from pathlib import Path

from il2site.files import digest
from il2site.memory import Memory
from il2site.output import Stamps, keep
from il2site.source import engine_digest, program_digest, read_kept


class Cache:
    """What is kept for the site in the folder `source`. A `fresh` one has nothing of earlier runs, and keeps as well."""

    def __init__(self, source: Path, fresh: bool = False) -> None:
        self._name = f"of-{_spelled(source)}"
        self._fresh = fresh

    @cached_property
    def _programs(self) -> Path | None:
        root = _root()
        return root and root / program_digest()

    @cached_property
    def _engine(self) -> Path | None:
        root = _root()
        return root and root / engine_digest()

    def _folder(self, stage: str) -> Path | None:
        return self._engine if stage == "model" else self._programs

    def _fetch(self, stage: str, name: str) -> bytes | None:
        folder = None if self._fresh else self._folder(stage)
        return _opened(read_kept(folder / name)) if folder else None

    def memory(self) -> Memory:
        """A memory that knows what earlier runs have kept."""
        return Memory(self._fetch, lambda name: self._fetch("", f"{self._name}-{name}"))

    def keep_lasting(self, memory: Memory) -> None:
        """Keep what took long and was made since this was last called."""
        for (stage, key), data in memory.lasting().items():
            if folder := self._folder(stage):
                keep({key: _sealed(data)}, folder)

    def keep_bundles(self, memory: Memory) -> None:
        """Keep everything else that the last build used, for the next run at this site."""
        bundles = {f"{self._name}-{name}": _sealed(data) for name, data in memory.bundles().items()}
        if self._programs:
            keep(bundles, self._programs)

    def stamps(self, output: Path) -> Stamps:
        """How the system described the files of `output` when they were last written."""
        with contextlib.suppress(Exception):  # a damaged file is as good as none
            stamps = pickle.loads(self._fetch("", f"at-{_spelled(output)}") or b"")
            return stamps if isinstance(stamps, dict) else {}
        return {}

    def keep_stamps(self, output: Path, stamps: Stamps) -> None:
        if self._programs:
            keep({f"at-{_spelled(output)}": _sealed(pickle.dumps(stamps))}, self._programs)


def _sealed(data: bytes) -> bytes:
    """`data` as it is kept: behind its own digest, so that a file which was torn, damaged or changed is not believed."""
    return digest(data).encode() + data


def _opened(kept: bytes | None) -> bytes | None:
    size = len(digest(b""))
    data = kept and kept[size:]
    return data if kept and data and digest(data).encode() == kept[:size] else None


def _spelled(folder: Path) -> str:
    """What stands for a folder in the name of a file."""
    return hashlib.sha256(os.fsencode(os.path.realpath(folder))).hexdigest()[:32]


def _root() -> Path | None:
    """IL2SITE_CACHE if that is set (nowhere if it is empty), else the user's own folder."""
    chosen = os.environ.get("IL2SITE_CACHE")
    if chosen is not None:
        return Path(chosen) if chosen else None
    from platformdirs import user_cache_path

    return user_cache_path("il2site")
