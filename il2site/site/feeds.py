"""Files for machines: the site map and who may read it, the feed of changes, the worker that keeps a site for offline use."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from il2site.files import Files
from il2site.site.address import FEED, SITEMAP, lesson_address
from il2site.site.course import Course


def sitemap(pages: Iterable[str], base_url: str | None) -> bytes:
    """The site map of `pages` (output paths). Without a base URL the addresses are relative, and the file says so."""
    note = (
        ""
        if base_url
        else "<!-- Search engines want whole addresses here: give base_url in site.yml, or --base-url. -->\n"
    )
    base = "" if base_url is None else base_url.rstrip("/") + "/"
    entries = "".join(
        f"<url><loc>{escape(base + quote(page.removesuffix('index.html')))}</loc></url>\n" for page in pages
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f'{head}{note}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n'.encode()


def robots(base_url: str | None) -> bytes:
    """All robots may read everything. The address of the site map has to be whole, so it needs a base URL."""
    where = "" if base_url is None else f"Sitemap: {base_url.rstrip('/')}/{SITEMAP}\n"
    return f"User-agent: *\nDisallow:\n{where}".encode()


def feed(course: Course, base_url: str) -> bytes:
    """Lessons by the day when each was last checked against its sources, the latest first (Atom)."""
    base = base_url.rstrip("/") + "/"
    dated = [(lesson.reviewed, lesson) for lesson in course.lessons if lesson.reviewed]
    entries = "".join(
        _entry(base + lesson_address(lesson.slug).removesuffix("index.html"), lesson.title, f"{day}T00:00:00Z",
               lesson.summary or lesson.asks)
        for day, lesson in sorted(dated, key=lambda pair: pair[0], reverse=True)
    )  # fmt: skip
    settings = course.settings
    head = (
        f"<title>{escape(settings.title)}</title>\n<id>{escape(base)}</id>\n<link href={quoteattr(base)}/>\n"
        f'<link rel="self" href={quoteattr(base + FEED)}/>\n'
        f"<updated>{max((day for day, _ in dated), default='1970-01-01')}T00:00:00Z</updated>\n"
        f"<author><name>{escape(settings.author or settings.title)}</name></author>\n"
    )
    xml = '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
    return f"{xml}{head}{entries}</feed>\n".encode()


def _entry(address: str, title: str, updated: str, summary: str) -> str:
    return (
        f"<entry><title>{escape(title)}</title><id>{escape(address)}</id><link href={quoteattr(address)}/>"
        f"<updated>{updated}</updated><summary>{escape(summary)}</summary></entry>\n"
    )


def worker(program: bytes, files: Files) -> bytes:
    """The service worker of the site: `program` with the list of what it keeps, under a name that changes with it."""
    digest = hashlib.sha256(repr(sorted(files.digests().items())).encode())
    kept = [path for path in files if path.endswith((".html", ".js", ".css", ".woff2")) or path.startswith("images/")]
    said = json.dumps({"version": digest.hexdigest()[:16], "files": sorted(kept)}, separators=(",", ":"))
    return f"self.il2site={said};\n".encode() + program
