"""The media type of every kind of file that a site holds: for the preview, and for the web servers that we configure."""

from __future__ import annotations

import mimetypes
from pathlib import PurePosixPath

TEXT_TYPES = {
    ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".txt": "text/plain", ".md": "text/plain",
    ".csv": "text/csv", ".ant": "text/plain", ".xml": "application/xml", ".json": "application/json",
    ".svg": "image/svg+xml",
}  # fmt: skip
"""Files in UTF-8."""
OTHER_TYPES = {
    ".woff2": "font/woff2", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
    ".webp": "image/webp", ".avif": "image/avif", ".ico": "image/x-icon", ".zip": "application/zip",
    ".pdf": "application/pdf", ".webmanifest": "application/manifest+json",
}  # fmt: skip


def content_type(path: str) -> str:
    """The media type of a file. The system's own table knows no fonts here and calls scripts plain text there."""
    suffix = PurePosixPath(path).suffix.lower()
    known = TEXT_TYPES.get(suffix)
    if known:
        return f"{known}; charset=utf-8"
    return OTHER_TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
