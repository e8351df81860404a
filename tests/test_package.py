"""The wheel alone is enough: it carries templates, styles, scripts, fonts and Plotly, and builds a site anywhere."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT, files


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of what git tracks, as a newcomer's checkout holds it."""
    checkout = tmp_path_factory.mktemp("checkout")
    tracked = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for path in filter(None, tracked.stdout.split("\n")):
        if (ROOT / path).is_file():
            (checkout / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, checkout / path)
    target = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(target), str(checkout)],
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return next(target.glob("*.whl"))


def test_the_wheel_holds_everything_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for part in (
        "templates/base.html",
        "templates/parts/figure.html",
        "static/css/tokens.css",
        "static/dist/site.js",
        "static/dist/plotly.js",
        "static/dist/fonts/",
    ):
        assert any(name.startswith(f"il2site/bundled/{part}") for name in names), part
    assert all(name.startswith(("il2site/", "il2site-")) for name in names)
    assert not any(name.endswith((".ts", ".md")) for name in names)


def test_the_wheel_alone_builds_the_same_site(wheel: Path, course: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv/bin/python"
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", str(wheel)], check=True, capture_output=True)
    folder = tmp_path / "elsewhere"
    shutil.copytree(ROOT / "content", folder / "content")
    built = subprocess.run([str(tmp_path / "venv/bin/il2site"), "build"], cwd=folder, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    assert files(folder / "build") == files(course)
