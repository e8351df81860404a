"""What several test modules share: sample sites, the command line, and the project's own site built once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SITES = Path(__file__).parent / "sites"


def il2site(
    *arguments: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user does, and give back what it said."""
    command = [sys.executable, "-m", "il2site.cli", *map(str, arguments)]
    return subprocess.run(
        command, cwd=cwd, env={**os.environ, **(env or {})}, capture_output=True, text=True, timeout=300
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


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own site, built by the command line."""
    output = tmp_path_factory.mktemp("course") / "site"
    built = il2site("build", "--source", ROOT, "--output", output, "--strict")
    assert built.returncode == 0, built.stderr
    return output
