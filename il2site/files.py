"""The files of a built site: path to content, where a content may be made only when somebody asks for it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass


def digest(data: bytes) -> str:
    """What tells one content from another."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


@dataclass(frozen=True)
class Content:
    """The content of a file: its digest, and how to get it. Getting may mean making it."""

    digest: str
    get: Callable[[], bytes]


class Files(Mapping[str, bytes]):
    """Output path -> content, sorted by path. A mapping like any other, whose digests are known without its contents."""

    def __init__(self, contents: Mapping[str, Content]) -> None:
        self._contents = dict(sorted(contents.items()))

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> Files:
        """`files` as such a mapping; those that are one already stay as they are."""
        if isinstance(files, cls):
            return files
        return cls({path: Content(digest(data), lambda data=data: data) for path, data in files.items()})  # type: ignore[misc]

    def __getitem__(self, path: str) -> bytes:
        return self._contents[path].get()

    def __iter__(self) -> Iterator[str]:
        return iter(self._contents)

    def __len__(self) -> int:
        return len(self._contents)

    def with_contents(self, contents: Mapping[str, Content]) -> Files:
        """These files and those of `contents`."""
        return Files({**self._contents, **contents})

    def with_file(self, path: str, data: bytes) -> Files:
        """These files and one more."""
        return Files({**self._contents, path: Content(digest(data), lambda: data)})

    @property
    def contents(self) -> Mapping[str, Content]:
        """The contents without getting any of them."""
        return self._contents

    def digests(self) -> dict[str, str]:
        """Path -> digest of its content."""
        return {path: content.digest for path, content in self._contents.items()}
