"""What a built site is made of, for those who look after its safety: a bill of materials in the form of CycloneDX 1.6."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from il2site import __version__
from il2site.site.address import hashed

OWN = ("boot.js", "site.js", "figures.js", "search.js", "review.js")
"""The scripts of il2site itself. `worker.js` differs from site to site, because it lists the files of the site."""


def bill_of_materials(title: str, assets: Mapping[str, bytes]) -> bytes:
    """The bill of a site named `title`: il2site, and what `dist/components.json` (of hatch_build.py) says of others."""
    others = [_library(component, assets) for component in json.loads(assets["dist/components.json"])]
    il2site = {
        "type": "library",
        "bom-ref": "il2site",
        "name": "il2site",
        "version": __version__,
        "licenses": _licence("MIT"),
        "components": _files("il2site", OWN, assets),
    }
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": "site", "name": title}},
        "components": [il2site, *others],
        "dependencies": [{"ref": "site", "dependsOn": [part["bom-ref"] for part in (il2site, *others)]}],
    }
    return f"{json.dumps(bill, ensure_ascii=False, indent=1)}\n".encode()


def _library(component: Mapping[str, Any], assets: Mapping[str, bytes]) -> dict[str, Any]:
    """A package of npm: `@fontsource/source-serif-4` is `source-serif-4` of the group `@fontsource`."""
    group, _, name = component["name"].rpartition("/")
    address = f"pkg:npm/{quote(component['name'], safe='/')}@{component['version']}"
    return {
        "type": "library",
        "bom-ref": address,
        **({"group": group} if group else {}),
        "name": name,
        "version": component["version"],
        "hashes": [{"alg": "SHA-512", "content": component["sha512"]}],
        "licenses": _licence(component["licence"]),
        "purl": address,
        "components": _files(address, component["files"], assets),
    }


def _licence(name: str) -> list[dict[str, Any]]:
    return [{"license": {"id": name}}]


def _files(owner: str, names: Iterable[str], assets: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """The files of the built site that hold a component, wholly or in part."""
    return [_file(owner, name, assets[f"dist/{name}"]) for name in names]


def _file(owner: str, name: str, data: bytes) -> dict[str, Any]:
    path, digest = hashed(f"assets/{name}", data), hashlib.sha256(data).hexdigest()
    return {"type": "file", "bom-ref": f"{owner}#{path}", "name": path, "hashes": [{"alg": "SHA-256", "content": digest}]}
