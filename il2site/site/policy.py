"""What the site lets a browser do: written into every page, and sent with it by web servers that know our headers."""

from __future__ import annotations

from collections.abc import Iterable

EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
"""The hash of an empty style element, which Plotly adds before it fills it through the CSSOM."""
REFERRER = "no-referrer"
WORKER_POLICY = "default-src 'none'; connect-src 'self'"
"""For the service worker, which fetches every page that it is to keep. A page's policy would let it fetch nothing."""
_LIVE_RELOAD = "'self' ws://127.0.0.1:* ws://localhost:*"


def page_policy(live_reload: bool = False) -> str:
    """The policy in every page: nothing comes from, or goes to, any other server than its own.

    A page that is to reload itself may ask the preview when.
    """
    connect = _LIVE_RELOAD if live_reload else "'self'"
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self' {EMPTY_STYLE}; img-src 'self' data: blob:; "
        f"font-src 'self'; connect-src {connect}; base-uri 'none'; form-action 'none'"
    )


def framed_policy(ancestors: Iterable[str]) -> str:
    """The policy of a page, and who may show it in a frame. Only a header can say that; a page cannot."""
    return f"{page_policy()}; frame-ancestors {' '.join(ancestors)}"
