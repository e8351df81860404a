"""What the tests in a real browser share: Chromium, a watch on everything it complains about, and a small server."""

from __future__ import annotations

import contextlib
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    Locator,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)

_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
          "--disable-component-update", "--disable-sync")  # fmt: skip
_TELL_VIOLATIONS = "document.addEventListener('securitypolicyviolation', e => console.error(`policy: ${e.violatedDirective} ${e.blockedURI}`))"
PATIENCE = 30
"""Seconds to wait for something that must happen. Nothing here is asserted to be fast."""
KINDS = {
    "home": "index.html",
    "lesson": "lessons/antigen-receptor/index.html",
    "figure": "figures/cd4-expansion/index.html",
    "chart": "figures/response-rates/index.html",
    "forest": "figures/hiv-trials/index.html",
    "embed": "figures/receptor-triggering/index.html?embed",
    "figures": "figures/index.html",
    "models": "models/index.html",
    "model": "models/cd4-expansion/index.html",
    "claims": "claims/index.html",
    "glossary": "glossary/index.html",
    "references": "references/index.html",
    "review": "review/index.html",
    "search": "search/index.html",
    "teachers": "teachers/index.html",
    "teacher": "teachers/antigen-receptor/index.html",
    "about": "about/index.html",
    "accessibility": "accessibility/index.html",
    "privacy": "privacy/index.html",
    "404": "404.html",
}
"""A page of every kind."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a module. `tests/install-chromium` puts it there."""
    program = shutil.which("chromium")
    assert program, "these tests need Chromium: run tests/install-chromium"
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_FLAGS))
        yield browser
        browser.close()


@dataclass
class Watch:
    """Everything that goes wrong in a context, and every request that leaves the site at `own`."""

    own: str
    allowed: tuple[str, ...] = ()
    wrong: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def on(self, context: BrowserContext) -> None:
        context.add_init_script(_TELL_VIOLATIONS)
        context.on(
            "console",
            lambda said: (
                said.type in ("error", "warning") and self._note(f"console: {said.text} ({said.location['url']})")
            ),
        )
        context.on("weberror", lambda error: self._note(f"error: {error.error}"))
        context.on("requestfailed", self._failed)
        context.on("request", self._requested)
        context.on("response", self._answered)

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # a reload breaks off what the page was still loading
            self._note(f"failed: {request.url} {request.failure}")

    def _requested(self, request: Request) -> None:
        self.requests.append(request.url)
        if not request.url.startswith((self.own, "data:", "blob:", "about:")):
            self._note(f"left the site: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self._note(f"answer {response.status}: {response.url}")

    def _note(self, text: str) -> None:
        if not any(re.search(pattern, text) for pattern in self.allowed):
            self.wrong.append(text)


@dataclass(frozen=True)
class Site:
    """A site that can be visited: `base` ends in a slash."""

    base: str

    def page(self, path: str) -> str:
        return self.base + path


Visit = Callable[..., Page]


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visit]:
    """`visit(site, path, width=1280, allowed=(), prepare=None, **context options)` opens a page under watch.

    `allowed`: patterns of complaints that the test brings about itself. `prepare` is given the context before the page
    is opened. When the test is over nothing may have gone wrong on any page, and none may have set a cookie.
    """
    opened: list[tuple[BrowserContext, Watch]] = []

    def open_page(site: Site, path: str, width: int = 1280, allowed: tuple[str, ...] = (),
                  prepare: Callable[[BrowserContext], object] | None = None, **options: Any) -> Page:  # fmt: skip
        context = chromium.new_context(viewport={"width": width, "height": 800}, **options)
        context.set_default_timeout(PATIENCE * 1000)
        watch = Watch(site.base, allowed)
        watch.on(context)
        opened.append((context, watch))
        if prepare:
            prepare(context)
        page = context.new_page()
        page.requests_made = watch.requests  # type: ignore[attr-defined]
        page.goto(site.page(path))
        return page

    yield open_page
    wrong = [text for context, watch in opened for text in [*watch.wrong, *_cookies(context)]]
    for context, _ in opened:
        context.close()
    assert not wrong, "\n".join(wrong)


def _cookies(context: BrowserContext) -> list[str]:
    said = [f"cookie: {cookie}" for cookie in context.cookies()]
    return said + [
        f"cookie: {page.url}"
        for page in context.pages
        if page.url != "about:blank" and page.evaluate("document.cookie")
    ]


def approach(figure: Locator) -> None:
    """Come to a figure as a reader does: it is scrolled to, and a key that does nothing is a sign that somebody is there."""
    figure.scroll_into_view_if_needed()
    figure.page.keyboard.press("Shift")


def pass_predictions(page: Page) -> None:
    """Ask for the answer of every prediction that is seen to wait."""
    waiting = page.locator('il2-predict [data-action="show"]:visible')
    while waiting.count():
        waiting.first.click()


def eventually(page: Page, is_so: Callable[[], bool], why: str) -> None:
    """Wait until `is_so`; a page that goes away meanwhile is asked again. `page.wait_for_function` the policy forbids."""
    for _ in range(PATIENCE * 20):
        with contextlib.suppress(Error):
            if is_so():
                return
        page.wait_for_timeout(50)
    raise AssertionError(f"waited in vain: {why}")


class _Handler(SimpleHTTPRequestHandler):
    """Files of a folder below a prefix, and nothing outside it. Sandboxed frames may load fonts."""

    def __init__(self, *arguments: Any, prefix: str, **options: Any) -> None:
        self.prefix = prefix
        super().__init__(*arguments, **options)

    def translate_path(self, path: str) -> str:
        asked = unquote(path.split("?")[0])
        if not asked.startswith(self.prefix):
            return str(Path(self.directory) / "nothing-is-served-outside-the-prefix")
        return super().translate_path("/" + quote(asked[len(self.prefix) :]))

    def end_headers(self) -> None:
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()

    def log_message(self, *arguments: object) -> None:
        """Silent."""


@contextlib.contextmanager
def served(folder: Path, prefix: str) -> Iterator[Site]:
    """`folder` on a web server of its own, below `prefix`, which begins and ends with a slash."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder), prefix=prefix))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Site(f"http://127.0.0.1:{server.server_port}{quote(prefix)}")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
