"""How a web server is to answer: the same headers as `_headers` (Netlify, Cloudflare), `.htaccess` (Apache), `nginx.conf`.

All three lie in the built site, so that a folder which is put on a server brings its headers along. What differs between
files is their policy, who may frame them, and how long they are kept:

    lessons/hiv/index.html        the policy of a page; framed by the site itself (and by `framed_by`); asked for again
    figures/tumour-il2/index.html the policy of a page; framed by anybody; asked for again
    worker.js                     a policy of its own; asked for again
    assets/site-99ff10565e.js     kept for a year: its name changes with its content
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from il2site.site.address import FIGURES, HOME, NOT_FOUND, WORKER, base_path
from il2site.site.media import OTHER_TYPES, TEXT_TYPES
from il2site.site.policy import REFERRER, WORKER_POLICY, framed_policy

NETLIFY, APACHE, NGINX, NO_JEKYLL = "_headers", ".htaccess", "nginx.conf", ".nojekyll"
REVALIDATED = "no-cache"
FOR_EVER = "public, max-age=31536000, immutable"
_POLICY, _CACHE, _FONT = "Content-Security-Policy", "Cache-Control", "Access-Control-Allow-Origin"
_UNUSED = (
    "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "hid", "magnetometer", "microphone", "midi",
    "payment", "serial", "usb",
)  # fmt: skip
"""What no page of ours asks a browser for. Full screen and the clipboard are not among them: figures use both."""
_A_YEAR = "max-age=31536000"

# Where a file lies is seen from the end of its address, so that a site works below any path.
_FIGURE = r"/figures/([^/]+/)?(index\.html)?$"
_WORKER = r"/worker\.js$"
_HASHED = r"/assets/.*-[0-9a-f]{10}\.(css|js|woff2)$"
_FONT_FILE = r"\.woff2$"
_OURS = r"/(\.[^/]*|_headers|nginx\.conf)$"


@dataclass(frozen=True)
class _Place:
    """Where a site is to stand, as far as its author has said."""

    path: str
    headers: Mapping[str, str]
    """Those of every file."""
    pages: str
    figures: str
    """The policy of each."""


def hosting_files(paths: Iterable[str], base_url: str | None, framed_by: Iterable[str]) -> dict[str, bytes]:
    """The files for web servers of a site that holds `paths`; `framed_by`: the origins that may show its pages in a frame."""
    place = _place(base_url, framed_by)
    texts = {NETLIFY: _netlify(paths, place), APACHE: _apache(place), NGINX: _nginx(place), NO_JEKYLL: ""}
    return {path: text.encode() for path, text in texts.items()}


def _place(base_url: str | None, framed_by: Iterable[str]) -> _Place:
    path = base_path(base_url)
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": REFERRER,
        "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _UNUSED),
        "Cross-Origin-Opener-Policy": "same-origin",
        # A figure in a frame without an origin of its own could not even load its own scripts otherwise.
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    # Binds a whole host, so only where the author has said that it is the site's own and has a certificate.
    if (base_url or "").startswith("https:") and path == "/":
        headers["Strict-Transport-Security"] = _A_YEAR
    return _Place(path, headers, framed_policy(("'self'", *framed_by)), framed_policy("*"))


# Netlify and Cloudflare


def _netlify(paths: Iterable[str], place: _Place) -> str:
    """Blocks of a path and its headers. No header stands in two blocks that meet: the two hosts join such values or not."""
    blocks = {"/*": place.headers, "/": _page(place)}
    for top in sorted({path.partition("/")[0] + ("/*" if "/" in path else "") for path in paths}):
        blocks[f"/{top}"] = _of_top(top, place)
    blocks["/assets/fonts/*"] = {_FONT: "*"}
    return "\n".join(f"{path}\n" + "".join(f"  {n}: {v}\n" for n, v in blocks[path].items()) for path in blocks)


def _of_top(top: str, place: _Place) -> dict[str, str]:
    if top == "assets/*":
        return {_CACHE: FOR_EVER}
    if top == WORKER:
        return {_POLICY: WORKER_POLICY, _CACHE: REVALIDATED}
    return _page(place, place.figures if top == FIGURES.replace(HOME, "*") else place.pages)


def _page(place: _Place, policy: str = "") -> dict[str, str]:
    return {_POLICY: policy or place.pages, _CACHE: REVALIDATED}


# Apache


def _apache(place: _Place) -> str:
    types = [f'AddType "{kind}" {suffix}' for suffix, kind in (TEXT_TYPES | OTHER_TYPES).items()]
    always = [f'Header always set {name} "{value}"' for name, value in place.headers.items()]
    lines = [
        "# Headers and media types of this site for Apache; needs AllowOverride FileInfo (docs/hosting.md).",
        f"ErrorDocument 404 {place.path}{NOT_FOUND}",
        "<IfModule mod_alias.c>",
        f'RedirectMatch 404 "{_OURS}"',
        "</IfModule>",
        "<IfModule mod_mime.c>",
        *types,
        f"AddCharset utf-8 {' '.join(TEXT_TYPES)}",
        "</IfModule>",
        "<IfModule mod_headers.c>",
        *always,
        f'Header always set {_POLICY} "{place.pages}"',
        f'Header set {_CACHE} "{REVALIDATED}"',
        *_apache_where(_FIGURE, f'Header always set {_POLICY} "{place.figures}"'),
        *_apache_where(_WORKER, f'Header always set {_POLICY} "{WORKER_POLICY}"'),
        *_apache_where(_HASHED, f'Header set {_CACHE} "{FOR_EVER}"'),
        *_apache_where(_FONT_FILE, f'Header set {_FONT} "*"'),
        "</IfModule>",
        "<IfModule mod_deflate.c>",
        f"AddOutputFilterByType DEFLATE {' '.join(TEXT_TYPES.values())}",
        # Apache adds "-gzip" to the tag of what it has compressed, and does not know it again.
        r"""RequestHeader edit If-None-Match '^(W/)?"(.*)-gzip"$' '"$2-gzip", "$2"'""",
        "</IfModule>",
    ]
    return "\n".join(lines) + "\n"


def _apache_where(pattern: str, line: str) -> tuple[str, ...]:
    return (f'<If "%{{REQUEST_URI}} =~ m#{pattern}#">', line, "</If>")


# nginx


def _nginx(place: _Place) -> str:
    kinds = TEXT_TYPES | OTHER_TYPES
    types = [f"  {kind} {' '.join(s[1:] for s, k in kinds.items() if k == kind)};" for kind in dict.fromkeys(kinds.values())]
    compressed = " ".join(dict.fromkeys(kind for kind in TEXT_TYPES.values() if kind != "text/html"))
    always = {**place.headers, _POLICY: "$il2site_policy"}
    lines = [
        "# Headers and media types of this site for nginx: copy it and include it where the site is served (docs/hosting.md).",
        "index index.html;",
        f"error_page 404 {place.path}{NOT_FOUND};",
        "absolute_redirect off;",
        "types {",
        *types,
        "}",
        "default_type application/octet-stream;",
        "charset utf-8;",
        f"charset_types {compressed};",
        "gzip on;",
        "gzip_vary on;",
        f"gzip_types {compressed};",
        f'set $il2site_policy "{place.pages}";',
        f'set $il2site_cache "{REVALIDATED}";',
        'set $il2site_font "";',
        f'if ($uri ~ "{_FIGURE}") {{ set $il2site_policy "{place.figures}"; }}',
        f'if ($uri ~ "{_WORKER}") {{ set $il2site_policy "{WORKER_POLICY}"; }}',
        f'if ($uri ~ "{_HASHED}") {{ set $il2site_cache "{FOR_EVER}"; }}',
        f'if ($uri ~ "{_FONT_FILE}") {{ set $il2site_font "*"; }}',
        f'if ($uri ~ "{_OURS}") {{ return 404; }}',
        *(f'add_header {name} "{value}" always;' for name, value in always.items()),
        # Not for answers that are errors: a file that is not there today may be there tomorrow.
        f"add_header {_CACHE} $il2site_cache;",
        f"add_header {_FONT} $il2site_font;",
    ]
    return "\n".join(lines) + "\n"
