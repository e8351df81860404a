"""Show the site while it is being written: build whenever a source changes, then reload every page that is open.

    folders -> watchfiles -> read -> (equal to what was built last? stop) -> rebuild -> show -> livereload

A thread watches and builds; the event loop answers requests and sends reloads. The two share one message: `Rebuilt`.
The only module that imports livereload, watchfiles, and the tornado that livereload runs on. Of livereload it uses the
web socket and the script in the browser, not its watching, which loses the second of two edits within three seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import html
import ipaddress
import json
import re
import signal
import socket
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import unquote, urlsplit

import watchfiles
from livereload.handlers import LiveReloadHandler, LiveReloadJSHandler
from livereload.watcher import Watcher
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler, StaticFileHandler

from il2site.output import OutputRefused
from il2site.problem import Problem
from il2site.site.media import content_type

S = TypeVar("S")

LOOPBACK = "127.0.0.1"
DEFAULT_PORT = 5500
_RELOAD_SCRIPT = "/livereload.js"
"""What a page loads that is built to be served. Its policy needs `script-src 'self'; connect-src 'self'`."""

_PORTS_TO_TRY = 20
_QUIET = 300
"""Milliseconds without a change after which the sources are looked at once more."""
_LOOKED_AT_EVERY = 8
"""So many quiet times after which they are looked at in any case: systems do not tell everything."""
_MOST_REMEMBERED = 10_000
_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_EVERY_ADDRESS = frozenset({"0.0.0.0", "::"})


@dataclass(frozen=True)
class Rebuilt:
    """How a build went. `ok`: the output shows the sources now; else `problems` or `internal_error` say why not."""

    problems: tuple[Problem, ...] = ()
    ok: bool = True
    internal_error: str | None = None


class ServeRefused(Exception):
    """The site cannot be served at the address that was asked for."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message} {remedy}")
        self.message = message
        self.remedy = remedy


def serve(
    read: Callable[[], S],
    rebuild: Callable[[S], Rebuilt],
    folders: Callable[[], Sequence[Path]],
    output: Path,
    *,
    report: Callable[[str], None],
    host: str = LOOPBACK,
    port: int | None = None,
    get_ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve `output` until Ctrl-C or SIGTERM. Must run in the main thread.

    `read` gives the sources as one value; `rebuild` is called, in a thread of its own, when that value differs (`!=`)
    from the one built last, and makes `output` show it; `get_ready` is called in that thread when the first build is
    shown. `folders` names what to watch, and may name more later.
    `report` is given a line for the person at the terminal: the address, warnings, and errors of il2site itself.
    Without `port`, the first free one from 5500 on is taken. Raises ServeRefused.
    """
    sockets = _bind(host, port, report)
    site = _Site(output, host)
    builder = _Builder(read, rebuild, folders, output, report, get_ready)
    thread = threading.Thread(target=builder.run, name="builder", daemon=True)
    try:
        # An interrupt reaches Python as an exception only where signals cannot be handled by the event loop (Windows).
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_serve(sockets, site, builder, thread, report))
    finally:
        builder.stop.set()
        if thread.ident:
            thread.join()
        for bound in sockets:
            bound.close()
    if builder.failure:
        raise builder.failure


async def _serve(
    sockets: list[socket.socket],
    site: _Site,
    builder: _Builder[Any],
    thread: threading.Thread,
    report: Callable[[str], None],
) -> None:
    loop = asyncio.get_running_loop()
    server = HTTPServer(_application(site))
    stop, built = asyncio.Event(), asyncio.Event()
    _on_signals(loop, stop)

    def show(rebuilt: Rebuilt) -> None:
        site.show(rebuilt)
        built.set()

    builder.tell = lambda rebuilt: _in_loop(loop, lambda: show(rebuilt))
    builder.give_up = lambda: _in_loop(loop, stop.set)
    thread.start()
    await _first(built, stop)
    if not stop.is_set():
        server.add_sockets(sockets)
        report(f"Serving {_address(site.host, sockets[0])} (Ctrl-C to stop)")
        await stop.wait()
        server.stop()
        await server.close_all_connections()


async def _first(*events: asyncio.Event) -> None:
    """Return as soon as one of `events` has happened."""
    tasks = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


def _in_loop(loop: asyncio.AbstractEventLoop, act: Callable[[], object]) -> None:
    """Let the event loop `act`; nothing happens when it has ended meanwhile."""
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(act)


def _on_signals(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    def end(number: int) -> None:
        stop.set()
        # A second Ctrl-C does not wait for a build that is under way.
        loop.remove_signal_handler(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, end, number)


# The address


def _bind(host: str, port: int | None, report: Callable[[str], None]) -> list[socket.socket]:
    if host not in _LOOPBACK_NAMES:
        report(f"Warning: at {host} everyone on your network can read the site. Without --host only you can.")
    if port is not None:
        return _bind_one(host, port)
    for candidate in range(DEFAULT_PORT, DEFAULT_PORT + _PORTS_TO_TRY):
        with contextlib.suppress(_PortBusy):
            sockets = _bind_one(host, candidate)
            if candidate != DEFAULT_PORT:
                report(f"Port {DEFAULT_PORT} is in use; taking {candidate}.")
            return sockets
    last = DEFAULT_PORT + _PORTS_TO_TRY - 1
    raise ServeRefused(f"The ports {DEFAULT_PORT} to {last} are all in use.", "Name a free one with --port.")


class _PortBusy(ServeRefused):
    pass


def _bind_one(host: str, port: int) -> list[socket.socket]:
    try:
        return bind_sockets(port, address=host)
    except socket.gaierror as error:
        raise ServeRefused(f"{host} is not an address of this computer.", f"Use --host {LOOPBACK}.") from error
    except OverflowError as error:
        raise ServeRefused(f"{port} is not a port.", "Use a number from 1024 to 65535.") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise _PortBusy(f"Port {port} is in use.", "Name another with --port, or leave --port out.") from error
        reason = error.strerror or str(error)
        raise ServeRefused(f"{host}:{port} cannot be used: {reason}.", "Name another --host or --port.") from error


def _address(host: str, bound: socket.socket) -> str:
    shown = LOOPBACK if host in _EVERY_ADDRESS else host
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{bound.getsockname()[1]}/"


# Watching and building, in a thread of their own


class _Builder(Generic[S]):
    """Builds whenever the sources differ from those built last.

    It compares the sources themselves, so neither times nor events matter: the same bytes saved again, `chmod` and an
    editor's own files build nothing, and an old time hides nothing. What arrives during a build is seen after it.
    """

    def __init__(
        self,
        read: Callable[[], S],
        rebuild: Callable[[S], Rebuilt],
        folders: Callable[[], Sequence[Path]],
        output: Path,
        report: Callable[[str], None],
        get_ready: Callable[[], None],
    ) -> None:
        self.stop = threading.Event()
        self.failure: Exception | None = None
        self.tell: Callable[[Rebuilt], None] = lambda rebuilt: None
        self.give_up: Callable[[], None] = lambda: None
        self._read, self._rebuild, self._folders, self._report = read, rebuild, folders, report
        self._output, self._get_ready = output.resolve(), get_ready
        self._built: tuple[S] | None = None
        self._polling: bool | None = None

    def run(self) -> None:
        try:
            self._look()
            self._get_ready()
            while not self.stop.is_set():
                self._watch()
        except Exception as error:
            self.failure = error
            self.give_up()

    def _watch(self) -> None:
        """Watch the folders as they are now; return when one of them is made, removed or replaced."""
        identities = self._identities()
        if not identities:
            self.stop.wait(_QUIET / 1000)
            return
        try:
            self._follow(identities)
        except (OSError, RuntimeError) as error:
            if self._polling or self._identities() != identities:
                return
            # A system watches only so many folders, for so many programs. Looking again and again needs no leave.
            self._report(f"Changes are looked for every {_QUIET} ms, because the system cannot watch: {error}")
            self._polling = True

    def _follow(self, identities: dict[Path, tuple[int, int]]) -> None:
        # True at first: something may have changed between the last look and the beginning of the watch.
        unsettled, quiet = True, 0
        for changes in watchfiles.watch(
            *identities, watch_filter=self._is_source, step=10, debounce=50, stop_event=self.stop,
            rust_timeout=_QUIET, yield_on_timeout=True, force_polling=self._polling, raise_interrupt=False,
        ):  # fmt: skip
            # A look when all is quiet finds what was written into a new folder before the system watched that.
            # Nobody tells of what is written through another name of a file, at the end of a link, or on a server.
            quiet = 0 if changes or unsettled else quiet + 1
            if changes or unsettled or (quiet % _LOOKED_AT_EVERY == 0 and self._built):
                self._look()
            unsettled = bool(changes)
            if self._identities() != identities:
                return

    def _identities(self) -> dict[Path, tuple[int, int]]:
        """Each folder that exists, and which one it is: a folder that was replaced has to be watched anew."""
        found = {}
        for path in self._folders():
            with contextlib.suppress(OSError):
                status = path.stat()
                found[path.resolve()] = (status.st_dev, status.st_ino)
        return found

    def _is_source(self, change: watchfiles.Change, path: str) -> bool:
        return not Path(path).is_relative_to(self._output)

    def _look(self) -> None:
        """Build when the sources are not those that were built last."""
        try:
            sources = self._read()
            if self._built == (sources,):
                return
            rebuilt = self._rebuild(sources)
        except OutputRefused as refused:
            rebuilt = Rebuilt(ok=False, internal_error=str(refused))
        except Exception as error:
            self._report(traceback.format_exc().rstrip())
            rebuilt = Rebuilt(ok=False, internal_error=f"{type(error).__name__}: {error}")
        # What failed for reasons other than the sources is tried again at the next event.
        self._built = (sources,) if rebuilt.internal_error is None else None
        self.tell(rebuilt)


# What is shown, in the event loop


@dataclass
class _Site:
    """The state of the server. Touched by the event loop only."""

    output: Path
    host: str
    rebuilt: Rebuilt = field(default_factory=Rebuilt)
    generation: int = 0
    served: dict[str, int] = field(default_factory=dict)
    """Path of a page -> the generation of the site when it was last sent."""

    def show(self, rebuilt: Rebuilt) -> None:
        self.rebuilt = rebuilt
        self.generation += 1
        LiveReloadHandler.reload_waiters("*")

    def note(self, path: str) -> None:
        """Remember that the page at `path` was sent as it is now. A page that was forgotten reloads once too often."""
        if len(self.served) > _MOST_REMEMBERED:
            self.served.clear()
        self.served[path] = self.generation

    def is_stale(self, url: str) -> bool:
        """Whether the page at `url` was sent before the last build, or by another run of the server."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        return parts.scheme == "http" and self.served.get(parts.path) != self.generation


def _application(site: _Site) -> Application:
    # livereload's handlers expect these; its watcher is never started.
    LiveReloadHandler.watcher = Watcher()
    LiveReloadHandler.live_css = False
    given = {"site": site}
    return Application(
        [
            (r"/livereload", _Socket, given),
            (r"/livereload\.js", _Script, given),
            (re.escape(_STYLE_PATH), _Style, given),
            (r".*", _Page, given),
        ],
        log_function=lambda handler: None,
    )


class _Guarded(RequestHandler):
    """Answers only those who address this computer: a foreign page cannot read the site by renaming its own host."""

    def initialize(self, site: _Site) -> None:
        self.site = site

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")

    def prepare(self) -> None:
        if not is_our_host(self.request.headers.get("Host", ""), self.site.host):
            raise HTTPError(403)

    def compute_etag(self) -> None:
        """None: what is not kept need not be asked for again."""

    def write_error(self, status_code: int, **details: object) -> None:
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code} {self._reason}\n")


class _Socket(_Guarded, LiveReloadHandler):  # type: ignore[misc]
    def prepare(self) -> None:
        super().prepare()
        headers = self.request.headers
        if headers.get("Origin", "").lower() != f"http://{headers['Host'].lower()}":
            raise HTTPError(403)

    def on_message(self, message: str | bytes) -> None:
        """livereload's hand-shake; then a page that was built anew while it loaded is told so at once."""
        said = _command(message)
        if said is None:
            self.close()
            return
        super().on_message(message)
        if said.get("command") == "info" and self.site.is_stale(str(said.get("url", ""))):
            self.send_message({"command": "reload", "path": "*", "liveCSS": False})


def _command(message: str | bytes) -> dict[str, Any] | None:
    try:
        said = json.loads(message)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) and "command" in said else None


class _Script(_Guarded, LiveReloadJSHandler):  # type: ignore[misc]
    pass


class _Style(_Guarded):
    def get(self) -> None:
        self.set_header("Content-Type", "text/css; charset=utf-8")
        self.finish(_STYLE)


class _Page(_Guarded):
    def get(self) -> None:
        path = site_path(self.request.path)
        if path is None:
            raise HTTPError(404)
        if path and not path.endswith("/") and self._is_folder(path):
            self.redirect(self.request.path.rsplit("/", 1)[-1] + "/")
            return
        self._answer(path + "index.html" if path.endswith("/") or not path else path)

    def head(self) -> None:
        self.get()

    def _answer(self, path: str) -> None:
        body = self._file(path)
        if path.endswith(".html") or body is None:
            self._answer_page(200 if body is not None else 404, body)
        else:
            self.set_header("Content-Type", content_type(path))
            self.finish(body)

    def _answer_page(self, status: int, body: bytes | None) -> None:
        site = self.site
        site.note(self.request.path)
        page = body if body is not None else self._file("404.html")
        if not site.rebuilt.ok:
            status, page = 500, error_page(site.rebuilt, page, self.request.host)
        if page is None:
            raise HTTPError(status)
        self.set_status(status)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(page)

    def _is_folder(self, path: str) -> bool:
        try:
            return (self.site.output / path).is_dir()
        except OSError:
            return False

    def _file(self, path: str) -> bytes | None:
        """The content of a file of the site; None when there is none, or when a link leads out of the site."""
        root = self.site.output.resolve()
        try:
            file = (root / path).resolve()
            if not file.is_relative_to(root):
                return None
            return b"".join(_chunks(file))
        except (OSError, HTTPError):
            return None


def _chunks(file: Path) -> list[bytes]:
    """A whole file, read at once, so that its length fits even when a build replaces it meanwhile."""
    return list(StaticFileHandler.get_content(str(file)))


# Who asks, and for what: pure


def is_our_host(header: str, host: str) -> bool:
    """Whether the Host header of a request names this computer as it was asked to be reached.

    Served at 127.0.0.1: "localhost:5500", "[::1]" -> True; "evil.example", "localhost.evil.example", "" -> False
    Served at 0.0.0.0: any address in numbers as well, because only a name can be made to point here.
    """
    match = re.fullmatch(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?", header.lower())
    if not match:
        return False
    name = match[1].strip("[]")
    return name in _LOOPBACK_NAMES or name == host.lower() or (host in _EVERY_ADDRESS and _is_number(name))


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def site_path(requested: str) -> str | None:
    """The path inside the site that the path of a request names, or None when it names nothing that is shown.

    "/" -> "", "/lessons/" -> "lessons/", "/caf%C3%A9.html" -> "café.html"
    "/.il2site", "/../x", "/a/%2e%2e/b", "/..%2fx", "//a", "/a\\b", "/a%00", "a" -> None
    """
    try:
        path = unquote(requested, errors="strict")
    except UnicodeDecodeError:
        return None
    if not path.startswith("/") or re.search(r"[\\:\x00-\x1f\x7f]|//|/\.", path) or re.search("%2f", requested, re.I):
        return None
    return path[1:]


# The page that says what is wrong

_STYLE_PATH = "/livereload-problems.css"
_MOST_PROBLEMS = 100


def error_page(rebuilt: Rebuilt, last_good: bytes | None, host: str) -> bytes:
    """What is wrong, over the page of the last good build; by itself where there is no such page that can reload."""
    if last_good is not None and f'src="{_RELOAD_SCRIPT}"'.encode() in last_good:
        # A browser puts what follows the end of a page at the end of its body, whatever the page looks like.
        return last_good + _told(rebuilt, "Behind this is the last version that could be built.").encode()
    policy = f"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws://{html.escape(host)}"
    return _ALONE.format(policy=policy, reload=_RELOAD_SCRIPT, told=_told(rebuilt, "")).encode()


_ALONE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The site could not be built</title>
<script src="{reload}"></script>
</head>
<body>
{told}</body>
</html>
"""


def _told(rebuilt: Rebuilt, where: str) -> str:
    wrong = [p for p in rebuilt.problems if p.severity == "error"] or list(rebuilt.problems)
    items = "".join(map(_item, wrong[:_MOST_PROBLEMS]))
    if len(wrong) > _MOST_PROBLEMS:
        items += f"<li>and {len(wrong) - _MOST_PROBLEMS} more.</li>"
    internal = f"<pre>{html.escape(rebuilt.internal_error)}</pre>" if rebuilt.internal_error else ""
    return (
        f'<link rel="stylesheet" href="{_STYLE_PATH}">\n<details id="il2site-problems" role="alert" open>\n'
        f"<summary>The site could not be built. {where}</summary>\n{internal}<ol>{items}</ol>\n</details>\n"
    )


def _item(problem: Problem) -> str:
    place, message, remedy, rule = (
        html.escape(str(part)) for part in (problem.place, problem.message, problem.remedy, problem.rule)
    )
    return f"<li><code>{place}</code><p>{message}</p><p>{remedy} <small>({rule})</small></p></li>"


# Colours are those of the system; `all: revert` keeps the styles of the page behind out.
_STYLE = """\
#il2site-problems, #il2site-problems * { all: revert; }
#il2site-problems {
  position: fixed; inset: auto 0 0; z-index: 2147483647; box-sizing: border-box; max-height: 60vh; overflow: auto;
  padding: 1rem; border-top: 4px solid LinkText; background: Canvas; color: CanvasText; color-scheme: light dark;
  font: 1rem/1.45 system-ui, sans-serif;
}
#il2site-problems summary { font-weight: bold; cursor: pointer; }
#il2site-problems li { margin-block: 0.75rem; }
#il2site-problems li p { margin: 0.15rem 0; }
#il2site-problems code, #il2site-problems pre { font: 0.95rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
#il2site-problems pre { white-space: pre-wrap; }
"""
