"""The wheel alone is enough: it carries templates, styles, scripts, fonts and Plotly, and builds a site anywhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT, files, il2site
from test_memory import site

__all__ = ["site"]

ELSEWHERE = {"TZ": "Asia/Kathmandu", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "2", "SOURCE_DATE_EPOCH": "1", "IL2SITE_CACHE": ""}
"""Another place, language and order of hashing, and nothing of earlier builds."""


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
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target), str(checkout)],
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


NO_NETWORK = """
import sys
def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        raise RuntimeError(f"the build asked the network: {event} {arguments}")
sys.addaudithook(refuse)
"""


@pytest.mark.fault(43, 44)
def test_the_wheel_alone_builds_the_same_bytes_in_another_folder_time_zone_and_language(
    wheel: Path, site: Path, tmp_path: Path
) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv/bin/python"
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", str(wheel)], check=True, capture_output=True)
    folder = tmp_path / "a folder #1 é %20"
    shutil.copytree(site / "content", folder / "content")
    (tmp_path / "first").mkdir()
    (tmp_path / "first/sitecustomize.py").write_text(NO_NETWORK)
    program, first = str(tmp_path / "venv/bin/il2site"), str(tmp_path / "first")
    settings = {**os.environ, **ELSEWHERE, "PYTHONPATH": first}
    here = il2site("build", "--source", site)
    assert here.returncode == 0, here.stderr
    built = subprocess.run([program, "build"], cwd=folder, capture_output=True, text=True, env=settings)
    assert built.returncode == 0, built.stderr
    assert files(folder / "build") == files(site / "build")
