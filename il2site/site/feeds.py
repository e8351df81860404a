"""Files for machines: the site map."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote
from xml.sax.saxutils import escape


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
