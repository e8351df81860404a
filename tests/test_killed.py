"""A build that is killed at any moment leaves the old site or the new one; what it kept for later never harms a build.

`python tests/test_killed.py 50` kills fifty builds.
"""

from __future__ import annotations

import os
import pickle
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import SITES, files

from il2site.cli import cli

ON_POSIX = pytest.mark.skipif(os.name != "posix", reason="needs POSIX")


@contextmanager
def keeping_in(cache: Path) -> Iterator[None]:
    before = os.environ.get("IL2SITE_CACHE")
    os.environ["IL2SITE_CACHE"] = str(cache)
    try:
        yield
    finally:
        os.environ.pop("IL2SITE_CACHE")
        if before is not None:
            os.environ["IL2SITE_CACHE"] = before


def build(site: Path) -> None:
    cli.main(["build", "--source", str(site)], standalone_mode=False)


def built(site: Path) -> dict[str, bytes]:
    build(site)
    return files(site / "build")


def started(site: Path) -> int:
    """A copy of this process that builds `site`; its number."""
    process = os.fork()
    if not process:
        try:
            build(site)
        finally:
            os._exit(0)
    return process


def save(site: Path, word: str) -> None:
    (site / "content/glossary.md").write_text(f"Antigen\n:   What is {word}.\n")


def wait_for(path: Path, longest: float) -> None:
    give_up = time.monotonic() + 5 * longest
    while not path.exists() and time.monotonic() < give_up:
        time.sleep(0.0005)


def kill_builds(work: Path, times: int, seed: int) -> tuple[int, int]:
    """Kill so many builds of two versions of a site. How many left the old version, and how many something beside it."""
    site, chance, old_ones, left_over = work / "site", random.Random(seed), 0, 0
    shutil.copytree(SITES / "small", site)
    with keeping_in(work / "cache"):
        versions = {}
        for word in ("seen", "met"):
            save(site, word)
            shutil.rmtree(work / "cache", ignore_errors=True)
            began = time.monotonic()
            versions[word] = built(site)
            lasts = time.monotonic() - began
        for turn in range(times):
            old, new = ("met", "seen") if turn % 2 == 0 else ("seen", "met")
            save(site, new)
            shutil.rmtree(work / "cache")
            process = started(site)
            if turn % 2:  # while it writes, which is soon over
                wait_for(site / ".build.lock", lasts)
                time.sleep(chance.random() / 30)
            else:
                time.sleep(chance.random() * 1.2 * lasts)
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            shown = files(site / "build")
            assert shown in (versions[old], versions[new]), "neither the old site nor the new one"
            old_ones += shown == versions[old]
            left_over += len(os.listdir(site)) > 2
            assert built(site) == versions[new]
            assert sorted(os.listdir(site)) == ["build", "content"]
    return old_ones, left_over


@pytest.mark.fault(32)
@ON_POSIX
def test_a_command_killed_at_any_moment_leaves_the_old_site_or_the_new_one(tmp_path: Path) -> None:
    old_ones, _ = kill_builds(tmp_path, times=4, seed=3)
    assert old_ones, "no build was killed before its end, so this test has shown nothing"


def damaged(kept: Path, how: str) -> None:
    data = kept.read_bytes()
    match how:
        case "cut":
            kept.write_bytes(data[: len(data) // 2])
        case "empty":
            kept.write_bytes(b"")
        case "one bit":
            kept.write_bytes(data[:-40] + bytes([data[-40] ^ 1]) + data[-39:])
        case "another program's":
            kept.write_bytes(pickle.dumps({"a": None}))
        case "a folder":
            kept.unlink()
            kept.mkdir()
        case "nothing one may read":
            kept.chmod(0)


@pytest.mark.fault(32, 36)
def test_nothing_that_was_kept_can_harm_a_build(small: Path, tmp_path: Path) -> None:
    """Whatever has become of what earlier builds kept (cut, emptied, changed, unreadable), a build makes the same site."""
    with keeping_in(tmp_path / "cache"):
        sound = built(small)
        for ways in (("one bit", "cut"), ("another program's", "empty"), ("a folder", "nothing one may read")):
            for turn, kept in enumerate(path for path in sorted((tmp_path / "cache").rglob("*")) if path.is_file()):
                damaged(kept, ways[turn % 2])
            (small / "build/index.html").write_text("by hand")
            assert built(small) == sound, ways
        shutil.rmtree(tmp_path / "cache")
        (tmp_path / "cache").write_text("a file where the folder should be")
        (small / "build/index.html").write_text("by hand")
        assert built(small) == sound


@pytest.mark.fault(33)
@ON_POSIX
def test_a_disk_without_room_for_anything_leaves_the_old_site(small: Path, tmp_path: Path) -> None:
    """Without room for a single file more, be it of the site or of what is kept, the old site stays and the command says why."""
    import resource

    with keeping_in(tmp_path / "cache"):
        before = built(small)
        save(small, "changed")
        shutil.rmtree(tmp_path / "cache")
        process = os.fork()
        if not process:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))
            try:
                build(small)
                os._exit(0)
            except Exception as error:
                os._exit(42 if "no room" in str(error) else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 42
        assert files(small / "build") == before
        assert sorted(os.listdir(small)) == ["build", "content"]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print("old sites, left-overs:", kill_builds(Path(folder), int(sys.argv[1]), random.randrange(1000)))
