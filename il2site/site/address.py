"""Where pages and assets lie in the built site, and how one refers to another."""

from __future__ import annotations

import hashlib
import posixpath

HOME = "index.html"
GLOSSARY = "glossary/index.html"
REFERENCES = "references/index.html"
MODELS = "models/index.html"
NOT_FOUND = "404.html"
SITEMAP = "sitemap.xml"


def lesson_address(slug: str) -> str:
    return f"lessons/{slug}/index.html"


def model_address(name: str) -> str:
    return f"models/{name}/index.html"


def relative(target: str, page: str) -> str:
    """The address of the output path `target` as written on the output path `page`.

    `relative("glossary/index.html#antigen", "lessons/a/index.html")` is `"../../glossary/index.html#antigen"`.
    `index.html` is always spelled out: a page opened from disk has no server to find it.
    """
    path, mark, fragment = target.partition("#")
    return posixpath.relpath(path, posixpath.dirname(page) or ".") + mark + fragment


def hashed(path: str, data: bytes) -> str:
    """`path` with ten digits of the SHA-256 of `data` before its suffix, so that it may be cached for ever."""
    stem, dot, suffix = path.rpartition(".")
    return f"{stem}-{hashlib.sha256(data).hexdigest()[:10]}{dot}{suffix}"
