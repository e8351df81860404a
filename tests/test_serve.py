"""What a writer may rely on while the site is served: every save shows, nothing else happens, nobody else reads it.

Each test runs a real server in a process of its own (the last lines of this file), with a small site of text files.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from html import escape
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from il2site.output import write_site
from il2site.problem import Problem
from il2site.serve import Rebuilt, ServeRefused, content_type, error_page, is_our_host, serve, site_path
from il2site.text import Place

T = TypeVar("T")
ROOT = Path(__file__).parents[1]
_END = ""
"""Stands after the last line that a server said."""
SECRET = "nobody may read this"
PATIENCE = 60
"""Seconds to wait for something that must happen. Nothing here is asserted to be fast."""


# A server in another process


class Server:
    """The site in `folder`, served by another process."""

    def __init__(self, folder: Path, *options: str, within: Sequence[str] = ()) -> None:
        command = [*within, sys.executable, __file__, str(folder), *(options or ("port=0",))]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, env=environment, stdout=pipe, stderr=subprocess.STDOUT, text=True)
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._collect, daemon=True)
        self._reader.start()

    def _collect(self) -> None:
        assert self.process.stdout
        self.lines.extend(iter(self.process.stdout.readline, ""))
        self.lines.append(_END)

    def started(self) -> Server:
        until(lambda: any("Serving" in line for line in self._said()))
        return self

    def _said(self) -> list[str]:
        assert _END not in self.lines, f"the server has ended: {self.lines}"
        return self.lines

    @property
    def output(self) -> str:
        return "".join(self.lines)

    @property
    def address(self) -> str:
        match = re.search(r"http://\S+", self.output)
        assert match
        return match[0].rstrip("/")

    @property
    def port(self) -> int:
        return int(self.address.rsplit(":", 1)[1])

    @property
    def builds(self) -> int:
        return self.output.count("built")

    def raw(self, target: str, method: str = "GET", **headers: str) -> tuple[int, Mapping[str, str], bytes]:
        """(status, headers, body) of a request whose target and headers are sent just as they are given."""
        lines = {"Host": f"127.0.0.1:{self.port}", "Connection": "close", **headers}
        request = f"{method} {target} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines.items() if v)
        answer = self.said_to(request.encode("latin-1") + b"\r\n")
        head, _, body = answer.partition(b"\r\n\r\n")
        status, *fields = head.decode("latin-1").split("\r\n")
        return int(status.split()[1]), {k.lower(): v for k, v in (f.split(": ", 1) for f in fields)}, body

    def said_to(self, request: bytes) -> bytes:
        """All that comes back over a connection, until it is closed."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            connection.sendall(request)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def text(self, path: str) -> str:
        return self.raw(path)[2].decode()

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        code = self.process.wait(timeout=PATIENCE)
        self._reader.join(PATIENCE)
        return code


def until(is_so: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < give_up, "waited in vain"
        time.sleep(0.01)


def let_pass() -> None:
    """Give a build that must not happen the time to happen."""
    time.sleep(1)


def a_site(folder: Path) -> Path:
    """A site of two texts; "one" is long enough to be scrolled."""
    save(folder, "one.txt", "first\n" + "line\n" * 300)
    save(folder, "two.txt", "second")
    return folder


@contextlib.contextmanager
def served(folder: Path, *options: str, within: Sequence[str] = ()) -> Iterator[Server]:
    server = Server(folder, *options, within=within)
    try:
        yield server.started()
    finally:
        server.process.kill()
        server.process.wait()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return a_site(tmp_path)


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    with served(folder) as server:
        yield server


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests that only ask."""
    folder = a_site(tmp_path_factory.mktemp("unchanged"))
    with served(folder) as server:
        (folder / "build" / "lessons").mkdir()
        (folder / "build" / "lessons" / ".hidden.html").write_text(f"second {SECRET}")
        (folder / "secret.txt").write_text(SECRET)
        yield server


def save(folder: Path, name: str, text: str) -> None:
    path = folder / "content" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


# Every change shows


@pytest.mark.fault(37)
def test_every_save_shows_even_shortly_after_another(folder: Path, server: Server) -> None:
    for number in range(5):
        save(folder, "two.txt", f"version {number}")
        until(lambda n=number: f"version {n}" in server.text("/two.html"))  # type: ignore[misc]


@pytest.mark.fault(37)
def test_a_burst_of_saves_shows_its_last_state(folder: Path, server: Server) -> None:
    for number in range(40):
        save(folder, "two.txt", f"version {number}")
        time.sleep(0.005)
    until(lambda: "version 39" in server.text("/two.html"))


@pytest.mark.fault(37)
def test_many_files_at_once_are_one_build_or_two(folder: Path, server: Server) -> None:
    for number in range(20):
        (folder / f"{number}.txt").write_text("slow page")
    before = server.builds
    for number in range(20):
        (folder / f"{number}.txt").rename(folder / "content" / f"{number}.txt")
    until(lambda: all(server.raw(f"/{number}.html")[0] == 200 for number in range(20)))
    let_pass()
    assert 1 <= server.builds - before <= 2


@pytest.mark.fault(37)
def test_a_save_by_renaming_shows(folder: Path, server: Server) -> None:
    (folder / "content" / "two.txt~").write_text("renamed into place")
    (folder / "content" / "two.txt~").rename(folder / "content" / "two.txt")
    until(lambda: "renamed into place" in server.text("/two.html"))


@pytest.mark.fault(37)
def test_a_file_with_an_old_time_shows(folder: Path, server: Server) -> None:
    (folder / "old").write_text("from long ago")
    os.utime(folder / "old", (0, 0))
    (folder / "old").rename(folder / "content" / "two.txt")
    until(lambda: "from long ago" in server.text("/two.html"))


@pytest.mark.fault(37)
@pytest.mark.parametrize("join", [os.link, os.symlink])
def test_a_file_that_is_written_under_another_name_shows(
    folder: Path, server: Server, join: Callable[[Path, Path], None]
) -> None:
    (folder / "elsewhere").mkdir()
    (folder / "elsewhere/three.txt").write_text("at first")
    join(folder / "elsewhere/three.txt", folder / "content/three.txt")
    until(lambda: "at first" in server.text("/three.html"))
    (folder / "elsewhere/three.txt").write_text("written there")
    until(lambda: "written there" in server.text("/three.html"))


@pytest.mark.fault(37)
def test_a_new_folder_with_folders_shows_and_is_watched(folder: Path, server: Server) -> None:
    save(folder, "a/b/c/d.txt", "deep")
    until(lambda: "deep" in server.text("/a/b/c/d.html"))
    save(folder, "a/b/c/d.txt", "changed")
    until(lambda: "changed" in server.text("/a/b/c/d.html"))


@pytest.mark.fault(37)
def test_a_deleted_file_and_a_renamed_one_are_gone(folder: Path, server: Server) -> None:
    (folder / "content" / "two.txt").rename(folder / "content" / "three.txt")
    until(lambda: "second" in server.text("/three.html"))
    assert server.raw("/two.html")[0] == 404
    (folder / "content" / "three.txt").unlink()
    until(lambda: server.raw("/three.html")[0] == 404)


@pytest.mark.fault(37)
def test_a_folder_that_is_replaced_as_a_whole_shows_and_is_watched(folder: Path, server: Server) -> None:
    shutil.copytree(folder / "content", folder / "other")
    (folder / "other" / "two.txt").write_text("another branch")
    (folder / "content").rename(folder / "away")
    (folder / "other").rename(folder / "content")
    until(lambda: "another branch" in server.text("/two.html"))
    save(folder, "two.txt", "and edited")
    until(lambda: "and edited" in server.text("/two.html"))


def test_a_folder_that_did_not_exist_at_the_start_is_watched_once_it_does(folder: Path, server: Server) -> None:
    for text in ("made", "edited"):
        (folder / "extra").mkdir(exist_ok=True)
        (folder / "extra" / "x.txt").write_text(text)
        until(lambda t=text: t in server.text("/x.html"))  # type: ignore[misc]


# Nothing else does anything


def same_bytes(folder: Path) -> None:
    save(folder, "two.txt", "second")


def other_rights(folder: Path) -> None:
    (folder / "content" / "two.txt").chmod(0o600)


def other_time(folder: Path) -> None:
    os.utime(folder / "content" / "two.txt")


def editors_files(folder: Path) -> None:
    for name in (".two.txt.swp", "two.txt~", "4913", ".#two.txt", "#two.txt#", ".DS_Store"):
        (folder / "content" / name).write_text("an editor's business")
    (folder / "content" / "4913").unlink()


def output_changed(folder: Path) -> None:
    (folder / "build" / "stray.html").write_text("by hand")


@pytest.mark.fault(38)
@pytest.mark.parametrize("act", [same_bytes, other_rights, other_time, editors_files, output_changed])
def test_what_changes_no_source_builds_nothing(folder: Path, server: Server, act: Callable[[Path], None]) -> None:
    before = server.builds
    act(folder)
    let_pass()
    save(folder, "one.txt", "a change of which we know that it is seen")
    until(lambda: "we know" in server.text("/one.html") and server.builds > before)
    assert server.builds == before + 1


@pytest.mark.fault(38)
def test_a_build_does_not_set_off_another(folder: Path, server: Server) -> None:
    let_pass()
    assert server.builds == 1


# Pages in a browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if not program:
        pytest.skip("needs Chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


class Page:
    """A page in Chromium, with what it complained of."""

    def __init__(self, chromium: object, address: str) -> None:
        self.complaints: list[str] = []
        self.page = chromium.new_page()  # type: ignore[attr-defined]
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(address)

    def shows(self, text: str) -> None:
        self._until(f"document.body.innerText.includes({json.dumps(text)})")

    def hides(self, text: str) -> None:
        self._until(f"!document.body.innerText.includes({json.dumps(text)})")

    def _until(self, expression: str) -> None:
        self.page.wait_for_function(f"() => document.body && {expression}", timeout=PATIENCE * 1000)

    def scroll(self, y: int) -> None:
        self.page.evaluate(f"scrollTo(0, {y})")

    @property
    def place(self) -> float:
        return float(self.page.evaluate("scrollY"))

    @property
    def violations(self) -> list[str]:
        return [text for text in self.complaints if "500" not in text]


def test_a_page_reloads_at_every_save_and_stays_where_it_is_scrolled(
    folder: Path, server: Server, chromium: object
) -> None:
    page = Page(chromium, server.address + "/one.html")
    page.scroll(1234)
    for number in range(4):
        save(folder, "one.txt", f"version {number}\n" + "line\n" * 300)
        page.shows(f"version {number}")
        page._until("scrollY === 1234")
    assert page.violations == []


@pytest.mark.fault(37)
def test_two_saves_within_a_second_both_reach_the_page(folder: Path, server: Server, chromium: object) -> None:
    page = Page(chromium, server.address + "/two.html")
    for number in range(5):
        save(folder, "two.txt", f"early {number}")
        time.sleep(0.15)
        save(folder, "two.txt", f"late {number}")
        page.shows(f"late {number}")


@pytest.mark.fault(39)
def test_a_mistake_is_shown_over_the_last_good_page_until_it_is_mended(
    folder: Path, server: Server, chromium: object
) -> None:
    page = Page(chromium, server.address + "/one.html")
    page.scroll(1234)
    save(folder, "two.txt", "second\n\nBROKEN <b>here</b>\n")
    page.shows("content/two.txt:3")
    page.shows("BROKEN <b>here</b>")
    page.shows("Write something else.")
    page.shows("first")
    page._until("scrollY === 1234")
    box = page.page.locator("#il2site-problems").bounding_box()
    height = page.page.viewport_size["height"]
    assert box and box["height"] < height
    assert box["y"] + box["height"] == pytest.approx(height, abs=1), "the message is not at the foot of the window"
    save(folder, "two.txt", "second, mended")
    page.hides("content/two.txt:3")
    page._until("scrollY === 1234")
    page.page.goto(server.address + "/two.html")
    page.shows("second, mended")
    assert page.violations == []


@pytest.mark.fault(39)
def test_a_mistake_is_shown_on_every_page_even_one_that_does_not_exist(
    folder: Path, server: Server, chromium: object
) -> None:
    save(folder, "two.txt", "BROKEN")
    until(lambda: server.raw("/")[0] == 500)
    for path in ("/", "/two.html", "/nothing/here.html"):
        assert server.raw(path)[0] == 500
        assert "content/two.txt:1" in server.text(path)
    assert server.raw("/style.css")[0] == 200
    page = Page(chromium, server.address + "/not/yet.html")
    page.shows("content/two.txt:1")
    save(folder, "not/yet.txt", "now it is")
    save(folder, "two.txt", "mended")
    page.shows("now it is")


@pytest.mark.fault(39)
def test_a_site_that_is_broken_from_the_start_shows_up_when_mended(folder: Path, chromium: object) -> None:
    save(folder, "two.txt", "BROKEN")
    with served(folder) as server:
        page = Page(chromium, server.address + "/two.html")
        page.shows("content/two.txt:1")
        save(folder, "two.txt", "mended")
        page.shows("mended")
        assert page.violations == []


def test_a_page_that_was_open_reloads_when_the_server_is_started_again(folder: Path, chromium: object) -> None:
    with served(folder) as server:
        page = Page(chromium, server.address + "/two.html")
        page.shows("second")
        assert server.end() == 0
    save(folder, "two.txt", "written meanwhile")
    with served(folder, f"port={server.port}"):
        page.shows("written meanwhile")


@pytest.mark.fault(39)
def test_an_error_of_il2site_itself_is_shown_and_ends_nothing(folder: Path, server: Server) -> None:
    save(folder, "two.txt", "RAISE")
    until(lambda: "ZeroDivisionError: of il2site" in server.text("/"))
    until(lambda: "Traceback" in server.output)
    save(folder, "two.txt", "mended")
    until(lambda: "mended" in server.text("/two.html"))


def test_an_output_that_cannot_be_written_is_shown_and_tried_again(folder: Path, server: Server) -> None:
    (folder / "build" / ".il2site").unlink()
    save(folder, "two.txt", "changed")
    until(lambda: "did not make" in server.text("/"))
    (folder / "build" / ".il2site").touch()
    other_time(folder)
    until(lambda: "changed" in server.text("/two.html"))


def test_text_of_a_problem_is_never_markup() -> None:
    problem = Problem(Place("<i>.md", 2), "tex", "<script>1</script>", '"<b>')
    bad = Rebuilt((problem,), ok=False, internal_error="<img src=x>")
    for last_good in (None, b'<script src="/livereload.js" defer></script>'):
        page = error_page(bad, last_good, "localhost:1").decode()
        assert not re.search("<i>|<script>1|<b>|<img", page)
        assert "&lt;script&gt;1&lt;/script&gt;" in page and "&lt;img src=x&gt;" in page and "&lt;i&gt;.md:2" in page


# Talking to livereload


def talk(conversation: Callable[[], Coroutine[None, None, T]]) -> T:
    """What came of a conversation. In a thread of its own, because the browser's event loop may be running in this."""
    with ThreadPoolExecutor() as pool:
        return pool.submit(lambda: asyncio.run(conversation())).result(PATIENCE)


async def connect(server: Server, **headers: str) -> WebSocketClientConnection:
    given = {"Host": f"127.0.0.1:{server.port}", "Origin": server.address, **headers}
    request = HTTPRequest(f"ws://127.0.0.1:{server.port}/livereload", headers={k: v for k, v in given.items() if v})
    return await websocket_connect(request)


async def shake_hands(connection: WebSocketClientConnection, url: str) -> list[str]:
    """Say which page this is; the commands that come back until a second greeting is answered."""
    hello = json.dumps({"command": "hello"})
    for message in (hello, json.dumps({"command": "info", "url": url}), hello):
        await connection.write_message(message)
    commands: list[str] = []
    while commands.count("hello") < 2:
        answer = await asyncio.wait_for(connection.read_message(), PATIENCE)
        assert answer is not None
        commands.append(json.loads(answer)["command"])
    return commands


def test_a_page_built_anew_while_it_was_loading_is_told_to_reload(folder: Path, server: Server) -> None:
    async def commands() -> list[str]:
        return await shake_hands(await connect(server), server.address + "/two.html?x#y")

    server.text("/two.html")
    assert talk(commands) == ["hello", "hello"], "a fresh page was told to reload, and would do so for ever"
    save(folder, "two.txt", "changed")
    until(lambda: server.builds == 2)
    until(lambda: talk(commands) == ["hello", "reload", "hello"])
    server.text("/two.html")
    assert talk(commands) == ["hello", "hello"]


NONSENSE = ["", "x", "[]", "{}", "[" * 5000, '{"command": "info", "url": "http://["}', '{"command": "info"}', b"\xff"]


@pytest.mark.parametrize("message", NONSENSE)
def test_nonsense_on_the_web_socket_harms_nothing(unchanged: Server, message: str | bytes) -> None:
    async def say() -> None:
        connection = await connect(unchanged)
        await connection.write_message(message, binary=isinstance(message, bytes))
        connection.close()

    talk(say)
    assert unchanged.raw("/two.html")[0] == 200
    assert "Traceback" not in unchanged.output


SAME_NAMES = ["https://127.0.0.1:{port}", "http://127.0.0.1:1", "http://localhost:{port}"]
OTHERS = ["http://evil.example", *SAME_NAMES, "null", ""]


@pytest.mark.fault(40)
@pytest.mark.parametrize("origin", OTHERS)
def test_the_web_socket_is_closed_to_pages_of_others(unchanged: Server, origin: str) -> None:
    with pytest.raises(HTTPClientError) as refused:
        talk(lambda: connect(unchanged, Origin=origin.format(port=unchanged.port)))
    assert refused.value.code == 403


# Who may read, and what

OURS = ["127.0.0.1", "127.0.0.1:{port}", "localhost", "LocalHost:{port}", "[::1]:{port}", "localhost:8080"]
FOREIGN = [
    "evil.example", "evil.example:{port}", "localhost.evil.example", "127.0.0.1.evil.example", "0.0.0.0:{port}",
    "192.168.1.7", "localhost@evil.example", "localhost, evil.example", "[::1", "127.0.0.1:", "localhost:x", "é", "",
]  # fmt: skip


@pytest.mark.parametrize("host", OURS)
def test_this_computer_may_read_the_site_by_any_of_its_names(unchanged: Server, host: str) -> None:
    assert unchanged.raw("/", Host=host.format(port=unchanged.port))[0] == 200


@pytest.mark.fault(40)
@pytest.mark.parametrize("path", ["/", "/two.html", "/livereload.js", "/livereload", "/nothing"])
@pytest.mark.parametrize("host", FOREIGN)
def test_a_name_that_somebody_made_to_point_here_reads_nothing(unchanged: Server, host: str, path: str) -> None:
    status, _, body = unchanged.raw(path, Host=host.format(port=unchanged.port))
    assert status in (400, 403)
    assert len(body) < 100


SECRETS = [
    "/.il2site", "/lessons/.hidden.html", "/.git/config", "/../content/two.txt", "/lessons/../../content/two.txt",
    "/..%2fcontent/two.txt", "/%2e%2e/content/two.txt", "/%2e%2e%2fcontent%2ftwo.txt", "/.%2e/content/two.txt",
    "/%252e%252e/content/two.txt", "//content/two.txt", "//etc/passwd", "///etc/passwd", "/%2fetc/passwd",
    "/\\etc\\passwd", "/..\\content\\two.txt", "/..%5ccontent%5ctwo.txt", "/lessons/..;/two.html", "/%00",
    "/two.html%00", "/C:/x", "/%c0%ae%c0%ae/x", "/./two.html", "/lessons//", "http://evil.example/two.html", "two.html",
    "*", "/" + "a" * 5000, "/%ff", "/%",
]  # fmt: skip


@pytest.mark.fault(40)
@pytest.mark.parametrize("target", SECRETS)
def test_nothing_outside_the_site_and_nothing_hidden_is_shown(unchanged: Server, target: str) -> None:
    status, headers, body = unchanged.raw(target)
    assert status in (400, 403, 404)
    assert "location" not in headers
    assert b"second" not in body and b"root:" not in body


PIECES = [
    "/", "//", "..", ".", "%2e", "%2E%2e", "%2f", "%5c", "\\", "%00", "%", "%25", "%c0%ae", "%ff", "two.html", "secret.txt", "content", "build", "lessons",
    ".il2site", ".hidden.html", "etc/passwd", "livereload", "livereload.js", "index.html", "404.html", "?", "#", ";", ":", "C:", "~", "*", "@", "http:", "é",
    "\xa0", "&", "=", "a" * 300,
]  # fmt: skip
TARGETS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(st.characters(codec="latin-1"), max_size=5)), max_size=8)
FIELDS = st.tuples(
    st.sampled_from(["Host", "Origin", "Range", "If-None-Match", "If-Modified-Since", "Accept-Encoding", "Accept", "Cookie", "Referer",
                     "Content-Length", "Transfer-Encoding", "X-Forwarded-Host", "X-Http-Method-Override", "Expect", "X"]),
    st.one_of(
        st.sampled_from(["", "0", "-1", "x", "bytes=0-1", "bytes=5-1", "bytes=0-99999999999999999999", "*", '"', "gzip;q=2", "chunked",
                         "Thu, 99 Foo 1970", "evil.example", "localhost", "127.0.0.1", "[::1", "99999999999999999999", "100-continue", "=" * 9000]),
        st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=20),
    ),
)  # fmt: skip


@pytest.mark.fault(40)
@settings(max_examples=int(os.environ.get("FUZZ", "150")), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TARGETS, st.sampled_from(["GET", "GET", "GET", "HEAD", "POST", "OPTIONS", "get", "\x00"]), st.lists(FIELDS, max_size=4))
def test_whatever_is_asked_is_answered_and_nothing_outside_the_site_is_shown(
    unchanged: Server, pieces: list[str], method: str, fields: list[tuple[str, str]]
) -> None:
    target = re.sub(r"[\r\n]", "", "".join(pieces))
    lines = [f"{method} /{target} HTTP/1.1", "Connection: close", *(f"{name}: {value}" for name, value in fields)]
    if not any(name == "Host" for name, _ in fields):
        lines.append(f"Host: 127.0.0.1:{unchanged.port}")
    answer = unchanged.said_to("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n0\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    # What is no request at all is hung up on.
    assert answer == b"" or re.match(rb"HTTP/1\.1 [1-4]\d\d ", answer), answer[:200]
    assert SECRET.encode() not in answer and b"root:" not in body and b"Traceback" not in answer
    assert not re.search(rb"\nlocation: *([a-z]+:|/|\\)", head, re.I), head
    assert unchanged.process.poll() is None and "Traceback" not in unchanged.output, unchanged.output[-2000:]


@pytest.mark.fault(40)
def test_a_link_that_leads_out_of_the_site_is_not_followed(folder: Path, server: Server) -> None:
    (folder / "build" / "leak.html").symlink_to(folder / "content" / "two.txt")
    (folder / "build" / "leaks").symlink_to(folder / "content")
    assert [server.raw(path)[0] for path in ("/leak.html", "/leaks/two.txt")] == [404, 404]


def test_a_pipe_in_the_output_does_not_hold_the_server_up(folder: Path, server: Server) -> None:
    os.mkfifo(folder / "build" / "pipe.html")
    assert server.raw("/pipe.html")[0] == 404


def test_a_folder_shows_its_index(folder: Path, server: Server) -> None:
    save(folder, "lessons/index.txt", "all lessons")
    until(lambda: "all lessons" in server.text("/lessons/"))
    status, headers, _ = server.raw("/lessons")
    assert (status, headers["location"]) == (302, "lessons/")


def test_a_missing_page_is_the_sites_own_404_page(unchanged: Server) -> None:
    status, headers, body = unchanged.raw("/no/such/page.html")
    assert (status, headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert b"Not here" in body


def test_a_page_name_outside_ascii_is_found(folder: Path, server: Server) -> None:
    save(folder, "café ü.txt", "accents")
    until(lambda: "accents" in server.text("/caf%C3%A9%20%C3%BC.html"))


@pytest.mark.parametrize("path", ["/", "/style.css", "/nothing", "/livereload.js", "/livereload-problems.css"])
def test_nothing_is_kept_by_the_browser_nor_guessed_at(unchanged: Server, path: str) -> None:
    headers = unchanged.raw(path)[1]
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-type"]
    assert "etag" not in headers


def test_a_head_request_has_the_headers_and_no_body(unchanged: Server) -> None:
    status, headers, body = unchanged.raw("/two.html", method="HEAD")
    assert (status, body) == (200, b"") and int(headers["content-length"]) == len(unchanged.raw("/two.html")[2])


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE", "BREW"])
def test_the_site_can_only_be_read(unchanged: Server, method: str) -> None:
    assert unchanged.raw("/two.html", method=method)[0] == 405


def test_forcing_a_reload_is_not_open_to_other_pages(unchanged: Server) -> None:
    assert unchanged.raw("/forcereload")[0] == 404


def test_media_types_do_not_depend_on_the_computer() -> None:
    assert content_type("a.JS") == "text/javascript; charset=utf-8"
    assert content_type("a.woff2") == "font/woff2"
    assert content_type("a.unheard-of") == "application/octet-stream"


# Addresses


@pytest.mark.fault(40)
@pytest.mark.skipif(sys.platform != "linux", reason="every 127.x.x.x is this computer on Linux only")
def test_only_the_loopback_address_listens(unchanged: Server) -> None:
    assert unchanged.address == f"http://127.0.0.1:{unchanged.port}"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", unchanged.port), timeout=PATIENCE)


@pytest.mark.fault(40)
def test_serving_the_network_is_warned_of_and_still_closed_to_foreign_names(folder: Path) -> None:
    with served(folder, "port=0", "host=0.0.0.0") as server:
        assert "Warning" in server.output and "network" in server.output
        assert server.raw("/", Host=f"192.168.1.7:{server.port}")[0] == 200
        assert server.raw("/", Host="evil.example")[0] == 403


def test_no_warning_at_the_usual_address(unchanged: Server) -> None:
    assert "Warning" not in unchanged.output
    assert unchanged.output.count("Serving") == 1


@pytest.mark.fault(40)
def test_the_next_port_is_taken_when_the_usual_one_is_in_use(folder: Path) -> None:
    with contextlib.ExitStack() as taken:
        with contextlib.suppress(OSError):  # somebody else has it already
            taken.enter_context(socket.create_server(("127.0.0.1", 5500)))
        with served(folder, "host=127.0.0.1") as server:
            assert "Port 5500 is in use" in server.output
            assert server.port != 5500
            assert server.raw("/")[0] == 200


@pytest.mark.fault(40)
@pytest.mark.parametrize("host, said", [("127.0.0.1", "is in use"), ("no.such.host.invalid", "not an address")])
def test_an_address_that_was_asked_for_and_cannot_be_had_is_an_error(folder: Path, host: str, said: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = Server(folder, f"port={taken.getsockname()[1]}", f"host={host}")
        assert server.process.wait(timeout=PATIENCE) == 2
        server._reader.join(PATIENCE)
    assert said in server.output
    assert server.builds == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_it_cleanly_while_a_page_is_open(
    folder: Path, server: Server, chromium: object, number: int
) -> None:
    Page(chromium, server.address + "/two.html")
    assert server.end(number) == 0
    assert "Traceback" not in server.output
    assert not [path for path in os.listdir(folder) if path.startswith(".")]


def test_ctrl_c_during_the_first_build_ends_it_cleanly(folder: Path) -> None:
    save(folder, "two.txt", "slow")
    server = Server(folder, "port=0")
    until(lambda: "building" in server.output)
    assert server.end(signal.SIGINT) == 0
    assert "Traceback" not in server.output


def test_changes_are_seen_where_the_system_cannot_watch(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on network drives: the folders are looked at again and again."""
    monkeypatch.setenv("WATCHFILES_FORCE_POLLING", "1")
    with served(folder) as server:
        save(folder, "two.txt", "changed")
        until(lambda: "changed" in server.text("/two.html"))


@pytest.mark.skipif(sys.platform != "linux", reason="takes a limit of Linux away")
@pytest.mark.parametrize("limit", ["max_inotify_watches", "max_inotify_instances"])
def test_changes_are_seen_when_the_system_will_watch_no_more_folders(folder: Path, limit: str) -> None:
    none_left = ["unshare", "-Ur", "sh", "-c", f'echo 0 > /proc/sys/user/{limit} && exec "$@"', "sh"]
    if subprocess.run([*none_left, "true"], capture_output=True).returncode:
        pytest.skip("may not take that limit away")
    with served(folder, within=none_left) as server:
        save(folder, "two.txt", "changed")
        until(lambda: "changed" in server.text("/two.html"))
        assert server.output.count("Changes are looked for") == 1


# Pure parts


def test_hosts_that_were_asked_for_are_ours() -> None:
    assert is_our_host("Lab-Computer.example:5500", "lab-computer.example")
    assert is_our_host("[fe80::1]:5500", "::")
    assert not is_our_host("evil.example", "::")
    assert not is_our_host("192.168.1.7", "lab-computer.example")


def test_paths_of_the_site() -> None:
    assert site_path("/") == ""
    assert site_path("/lessons/") == "lessons/"
    assert site_path("/caf%C3%A9.html") == "café.html"
    assert site_path("/a%2Fb") is None


# The site that is served: `python test_serve.py FOLDER [port=N] [host=NAME]`

HEAD = (
    "<!doctype html><meta http-equiv=Content-Security-Policy content=\"default-src 'none'; script-src 'self'; "
    "style-src 'self'; img-src data:; connect-src 'self'\"><link rel=stylesheet href=/style.css>"
    '<link rel=icon href="data:,"><script src="/livereload.js"></script><title>x</title>'
)


def read(folder: Path) -> dict[str, str]:
    """The texts of the site, by name."""
    return {
        path.relative_to(part).with_suffix(".html").as_posix(): path.read_text()
        for part in (folder / "content", folder / "extra")
        for path in sorted(part.rglob("*.txt"))
        if not path.name.startswith((".", "#"))
    }


def rebuild(texts: Mapping[str, str], output: Path) -> Rebuilt:
    print("building")
    if any("slow" in text for text in texts.values()):
        time.sleep(0.5)
    if "RAISE" in texts.values():
        raise ZeroDivisionError("of il2site")
    problems = tuple(problem for path, text in texts.items() for problem in mistakes(path, text))
    if not problems:
        pages = {path: f"{HEAD}<pre>{escape(text)}</pre>".encode() for path, text in texts.items()}
        own = {"404.html": f"{HEAD}Not here".encode(), "style.css": b"pre { line-height: 1.5 }"}
        write_site({"index.html": f"{HEAD}home".encode(), **own, **pages}, output)
    print("built")
    return Rebuilt(problems, ok=not problems)


def mistakes(path: str, text: str) -> list[Problem]:
    source = f"content/{path.replace('.html', '.txt')}"
    lines = enumerate(text.splitlines(), 1)
    return [
        Problem(Place(source, number), "value", f"It says {line}", "Write something else.")
        for number, line in lines
        if "BROKEN" in line
    ]


def main(folder: Path, options: Mapping[str, str]) -> int:
    try:
        serve(
            lambda: read(folder),
            lambda texts: rebuild(texts, folder / "build"),
            lambda: [folder / "content", folder / "extra", folder / "build"],
            folder / "build",
            report=print,
            host=options.get("host", "127.0.0.1"),
            port=int(options["port"]) if "port" in options else None,
        )
    except ServeRefused as refused:
        print(refused)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), dict(option.split("=") for option in sys.argv[2:])))
