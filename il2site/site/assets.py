"""Styles, scripts and fonts of the built site, each under a name that changes with its content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from il2site.site.address import hashed

STYLE_ORDER = ("fonts", "tokens", "page", "twin", "figure", "quiz", "print")
"""Style sheets in the order of the cascade; others that a site adds come before `print`, sorted."""
SCRIPTS = ("boot", "site", "plotly")


@dataclass(frozen=True, slots=True)
class Assets:
    """Where each asset stands in the built site (output paths), and the files themselves."""

    style: str
    scripts: Mapping[str, str]
    models: Mapping[str, str]
    files: Mapping[str, bytes]


def gather_assets(sources: Mapping[str, bytes], model_scripts: Mapping[str, str]) -> Assets:
    """Assets from il2site's `css/` and `dist/`, and one classic script for each model (name to JavaScript)."""
    style = _style(sources)
    style_path = hashed("assets/site.css", style)
    scripts = {name: sources[f"dist/{name}.js"] for name in SCRIPTS}
    paths = {name: hashed(f"assets/{name}.js", data) for name, data in scripts.items()}
    models = {name: hashed(f"assets/models/{name}.js", script.encode()) for name, script in model_scripts.items()}
    fonts = {
        f"assets/fonts/{p.removeprefix('dist/fonts/')}": d for p, d in sources.items() if p.startswith("dist/fonts/")
    }
    files = {style_path: style, **fonts}
    files |= {paths[name]: data for name, data in scripts.items()}
    files |= {models[name]: script.encode() for name, script in model_scripts.items()}
    return Assets(style_path, paths, models, files)


def _style(sources: Mapping[str, bytes]) -> bytes:
    names = [path.removeprefix("css/").removesuffix(".css") for path in sources if path.startswith("css/")]
    ordered = sorted(names, key=lambda name: (_rank(name), name))
    return b"\n".join(sources[f"css/{name}.css"].replace(b"\r\n", b"\n") for name in ordered)


def _rank(name: str) -> float:
    return STYLE_ORDER.index(name) if name in STYLE_ORDER else STYLE_ORDER.index("print") - 0.5
