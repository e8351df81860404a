"""Where pages and assets lie in the built site, and how one refers to another."""

from __future__ import annotations

import hashlib
import html
import posixpath
import re
from urllib.parse import quote, urlsplit

from il2site.text import leads_somewhere

HOME = "index.html"
GLOSSARY = "glossary/index.html"
REFERENCES = "references/index.html"
MODELS = "models/index.html"
CLAIMS = "claims/index.html"
TEACHERS = "teachers/index.html"
FIGURES = "figures/index.html"
NOT_FOUND = "404.html"
REVIEW = "review/index.html"
SEARCH = "search/index.html"
ENTRIES = "search/entries.js"
"""What the search dialog searches. Its name stays while its content changes, or every page would change with every text."""
WORKER = "worker.js"
FEED = "feed.xml"
SITEMAP = "sitemap.xml"
ROBOTS = "robots.txt"
BILL = "sbom.cdx.json"


OWN_NAMES = frozenset(
    {
        "404",
        "assets",
        "claims",
        "figures",
        "glossary",
        "images",
        "index",
        "lessons",
        "models",
        "references",
        "review",
        "search",
        "teachers",
    }
)
"""What stands at the top of a built site, with or without a suffix, and a page of the author's own cannot be."""

_DEVICE = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]", re.IGNORECASE)


def is_device(name: str) -> bool:
    """Whether Windows takes `name` for a device, so that no file and no folder can have it."""
    return _DEVICE.fullmatch(name) is not None


def page_address(slug: str) -> str:
    return f"{slug}/index.html"


def lesson_address(slug: str) -> str:
    return f"lessons/{slug}/index.html"


def teacher_address(slug: str) -> str:
    """The page for teachers of a lesson."""
    return f"teachers/{slug}/index.html"


def model_address(name: str) -> str:
    return f"models/{name}/index.html"


def figure_address(name: str) -> str:
    return f"figures/{name}/index.html"


def relative(target: str, page: str) -> str:
    """The address of the output path `target` as written on the output path `page`.

    `relative("glossary/index.html#antigen", "lessons/a/index.html")` is `"../../glossary/index.html#antigen"`.
    `index.html` is always spelled out: a page opened from disk has no server to find it.
    """
    path, _, _ = target.partition("#")
    above, there = page.split("/")[:-1], path.split("/")[:-1]
    common = next((n for n, (a, b) in enumerate(zip(above, there, strict=False)) if a != b), min(len(above), len(there)))
    shared = sum(len(step) + 1 for step in above[:common])
    return "../" * (len(above) - common) + target[shared:]


def moved(fragment: str, here: str, there: str) -> str:
    """HTML that was written for the output path `here`, with the addresses in it as they are on `there`."""

    def there_too(href: str) -> str:
        path, mark, fragment = href.partition("#")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(here), path)) if path else here
        return relative(target + mark + fragment, there)

    def replace(match: re.Match[str]) -> str:
        href = html.unescape(match[2])
        return match[0] if urlsplit(href).scheme else f'{match[1]}="{html.escape(there_too(href))}"'

    def replace_set(match: re.Match[str]) -> str:
        chosen = (each.rpartition(" ") for each in html.unescape(match[1]).split(", "))
        listed = ", ".join(f"{there_too(href)} {width}" for href, _, width in chosen)
        return f'srcset="{html.escape(listed)}"'

    return _SET.sub(replace_set, _LINK.sub(replace, fragment))


_LINK = re.compile(r'\b(href|src)="([^"]*)"')
_SET = re.compile(r'\bsrcset="([^"]*)"')


def hashed(path: str, data: bytes) -> str:
    """`path` with ten digits of the SHA-256 of `data` before its suffix, so that it may be cached for ever."""
    stem, dot, suffix = path.rpartition(".")
    return f"{stem}-{hashlib.sha256(data).hexdigest()[:10]}{dot}{suffix}"


def is_web_address(value: str) -> bool:
    """Whether `value` is an http or https address with a host, of harmless characters and without query or fragment."""
    return leads_somewhere(value) and not {"?", "#"} & set(value)


def base_path(base_url: str | None) -> str:
    """The path below which a site stands on its server: `"https://example.org/il2"` gives `"/il2/"`, None gives `"/"`."""
    return quote(urlsplit(base_url or "").path.rstrip("/"), safe="/%") + "/"
