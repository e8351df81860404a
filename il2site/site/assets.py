"""Styles, scripts and fonts of the built site, each under a name that changes with its content."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from il2site.memory import Memory
from il2site.site import address

STYLE_ORDER = ("fonts", "tokens", "page", "dialog", "twin", "figure", "quiz", "review", "print")
"""Style sheets in the order of the cascade; others that a site adds come before `print`, sorted."""
SCRIPTS = ("boot", "site", "figures", "search", "review", "plotly")


@dataclass(frozen=True)
class Assets:
    """Where each asset stands in the built site (output paths), and the files themselves."""

    style: str
    scripts: Mapping[str, str]
    models: Mapping[str, str]
    worker: bytes
    files: Mapping[str, bytes]


def gather_assets(sources: Mapping[str, bytes], model_scripts: Mapping[str, str], memory: Memory) -> Assets:
    """Assets from il2site's `css/` and `dist/`, and a classic script for each model (name to JavaScript)."""

    def hashed(path: str, data: bytes) -> str:
        return memory.of(("hashed", path, data), partial(address.hashed, path, data))

    fonts = {name.removeprefix("dist/"): data for name, data in sources.items() if name.startswith("dist/fonts/")}
    named = {name: hashed(name, data) for name, data in fonts.items()}
    sheets = [item for item in sources.items() if item[0].startswith("css/")]
    style = memory.of(("style", *sheets, *named.items()), lambda: _with_fonts(_style(sources), named))
    style_path = hashed("assets/site.css", style)
    scripts = {name: sources[f"dist/{name}.js"] for name in SCRIPTS}
    paths = {name: hashed(f"assets/{name}.js", data) for name, data in scripts.items()}
    models = {name: hashed(f"assets/models/{name}.js", script.encode()) for name, script in model_scripts.items()}
    files = {style_path: style, **{f"assets/{named[name]}": data for name, data in fonts.items()}}
    files |= {paths[name]: data for name, data in scripts.items()}
    files |= {models[name]: script.encode() for name, script in model_scripts.items()}
    return Assets(style_path, paths, models, sources["dist/worker.js"], files)


def _style(sources: Mapping[str, bytes]) -> bytes:
    names = [path.removeprefix("css/").removesuffix(".css") for path in sources if path.startswith("css/")]
    ordered = sorted(names, key=lambda name: (_rank(name), name))
    return b"\n".join(_short(sources[f"css/{name}.css"].replace(b"\r\n", b"\n")) for name in ordered)


def _with_fonts(style: bytes, named: Mapping[str, str]) -> bytes:
    """A style sheet in which every font has the name that it has in the built site."""
    for name, file in named.items():
        style = style.replace(f'"{name}"'.encode(), f'"{file}"'.encode())
    return style


def _short(style: bytes) -> bytes:
    """A style sheet without its comments and the space between its rules; texts in quotation marks stay as they are."""
    return re.sub(rb'("[^"\n]*"|\x27[^\x27\n]*\x27)|/\*.*?\*/|\s*\n\s*|\s*([{};])\s*', _kept, style, flags=re.DOTALL)


def _kept(match: re.Match[bytes]) -> bytes:
    if match[1] or match[2]:
        return match[1] or match[2]
    return b" " if match[0].isspace() else b""


def _rank(name: str) -> float:
    return STYLE_ORDER.index(name) if name in STYLE_ORDER else STYLE_ORDER.index("print") - 0.5
