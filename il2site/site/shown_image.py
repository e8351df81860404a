"""An image as a page shows it: with its size, so that nothing moves when it comes, and in the lightest form there is.

Beside `cell.png` there may lie the same image in other formats and widths, which browsers choose from:
`cell.avif`, `cell.webp`, `cell-640.avif`, `cell-640.png` (640 pixels across).
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Mapping
from urllib.parse import quote, unquote

from il2site.site.address import relative

Size = tuple[int, int]
_IMAGE = re.compile(r'<img ([^>]*?)src="([^"]*)"([^>]*)>')
_FORMATS = {"image/avif": (".avif",), "image/webp": (".webp",)}
"""Lighter than others; the first that a browser knows is taken."""
_SIZES = "(min-width: 39rem) 36rem, calc(100vw - 2.5rem)"
"""How wide an image stands on a page at most: the column of static/css/page.css."""


def with_sizes(fragment: str, page: str, sizes: Mapping[str, Size]) -> str:
    """`fragment` of the page at the output path `page`; `sizes` are those of all images by their output paths."""

    def replace(match: re.Match[str]) -> str:
        before, address, after = match.groups()
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(html.unescape(address))))
        if path not in sizes:
            return match[0]
        width, height = sizes[path]
        same = _same_image(path, sizes)
        sources = "".join(
            f'<source type="{kind}" {_set(paths, page, sizes)}>'
            for kind, suffixes in _FORMATS.items()
            if not path.endswith(suffixes) and (paths := [each for each in same if each.endswith(suffixes)])
        )
        widths = [each for each in same if posixpath.splitext(each)[1] == posixpath.splitext(path)[1]]
        own = f" {_set(widths, page, sizes)}" if len(widths) > 1 else ""
        image = f'<img {before}src="{address}"{own} width="{width}" height="{height}"{after}>'
        return f"<picture>{sources}{image}</picture>" if sources else image

    return _IMAGE.sub(replace, fragment)


def _same_image(path: str, sizes: Mapping[str, Size]) -> list[str]:
    """The image at `path` in all its formats and widths, the narrowest first."""
    stem = re.compile(re.escape(posixpath.splitext(path)[0]) + r"(?:-(\d+))?\.\w+")
    width, height = sizes[path]
    found = []
    for other, (across, down) in sizes.items():
        named = stem.fullmatch(other)
        alike = abs(across * height - down * width) <= 0.02 * across * height
        if named and alike and named[1] in (None, str(across)):
            found.append(other)
    return sorted(found, key=lambda each: sizes[each])


def _set(paths: list[str], page: str, sizes: Mapping[str, Size]) -> str:
    listed = ", ".join(f"{quote(relative(path, page))} {sizes[path][0]}w" for path in paths)
    return f'srcset="{html.escape(listed)}" sizes="{_SIZES}"'
