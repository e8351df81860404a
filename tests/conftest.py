"""What several test modules share: sample sites, the command line, and the project's own site built once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from browser_tools import Site, served
from hypothesis import settings

settings.register_profile("il2site", deadline=None)  # nothing here is asserted to be fast
settings.load_profile("il2site")

ROOT = Path(__file__).parent.parent
SITES = Path(__file__).parent / "sites"
LONGEST = 600
"""Seconds that a program of ours may take on a slow machine."""


def il2site(
    *arguments: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user does, and give back what it said."""
    command = [sys.executable, "-m", "il2site.cli", *map(str, arguments)]
    kept = {"IL2SITE_CACHE": str(ROOT / ".pytest_cache/il2site")}
    return subprocess.run(
        command, cwd=cwd, env={**os.environ, **kept, **(env or {})}, capture_output=True, text=True, timeout=LONGEST
    )


def files(folder: Path) -> dict[str, bytes]:
    """Path to bytes of everything below `folder`."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A copy of the small site, to be edited."""
    return Path(shutil.copytree(SITES / "small", tmp_path / "site"))


@pytest.fixture
def with_figure(small: Path) -> Path:
    """The small site with a chart of the project's own."""
    for path in ("figures/receptor-affinity.yml", "data/receptor-affinity.csv", "references.json"):
        (small / "content" / path).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / "content" / path, small / "content" / path)
    first = small / "content/lessons/first.md"
    first.write_text(first.read_text().replace("doe2001", "tkach2014"))
    return small


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own site, built by the command line, without a problem: once, whoever of several workers asks first."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "course"
    try:
        folder.mkdir()
    except FileExistsError:
        return built_by_another(folder)
    try:
        built = il2site("build", "--source", ROOT, "--output", folder / "site", "--strict")
        assert built.returncode == 0, built.stderr
    finally:
        (folder / "done").touch()
    return folder / "site"


def built_by_another(folder: Path) -> Path:
    for _ in range(LONGEST):
        if (folder / "done").exists():
            break
        time.sleep(1)
    assert (folder / "site/index.html").is_file(), "another worker could not build the course"
    return folder / "site"


@pytest.fixture(scope="module")
def site(course: Path) -> Iterator[Site]:
    """The course at the root of a server."""
    with served(course, "/") as here:
        yield here
