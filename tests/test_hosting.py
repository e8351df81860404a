"""A site that is put on a web server as it was built is served right: media types, policies, caching, its own 404 page.

Real servers, nginx and Apache (`tests/install-chromium` installs both), with the files that lie in every built site. The
course stands at the root of one; below it, in a folder, a small site that was built for a path.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_tools import Visit, approach, chromium, served, visit
from conftest import SITES, il2site
from playwright.sync_api import expect
from server_tools import Server, started

from il2site.site.hosting import hosting_files
from il2site.site.settings import parse_settings
from il2site.text import SourceFile

__all__ = ["chromium", "visit"]

PATIENCE = 30
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"
)
TYPES = {
    "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
    "csv": "text/csv; charset=utf-8", "ant": "text/plain; charset=utf-8", "xml": "application/xml; charset=utf-8",
    "json": "application/json; charset=utf-8", "woff2": "font/woff2", "png": "image/png",
    "txt": "text/plain; charset=utf-8",
}  # fmt: skip
EVERYWHERE = {
    "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "cross-origin",
}  # fmt: skip


@pytest.fixture(scope="module")
def sites(course: Path) -> Iterator[Path]:
    """What a server serves: the course, with a picture added, and in a folder of it a small site that is built for there."""
    # Apache reads it as another user, who may not see the folders of pytest.
    with tempfile.TemporaryDirectory(prefix="il2site-") as folder:
        os.chmod(folder, 0o755)
        yield filled(Path(folder), course)


def filled(top: Path, course: Path) -> Path:
    shutil.copytree(course, top / "root")
    (top / "root/images").mkdir()
    (top / "root/images/a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    built = il2site("build", "--source", SITES / "small", "--output", top / "il2", "--base-url", "https://example.org/il2")
    assert built.returncode == 0, built.stderr
    (top / "elsewhere").mkdir()
    return top


@pytest.fixture(scope="module", params=["nginx", "apache2"])
def server(request: pytest.FixtureRequest, sites: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with started(request.param, sites, tmp_path_factory.mktemp(request.param)) as server:
        yield server


@pytest.fixture(scope="module")
def nginx(sites: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """For what a browser makes of headers: those of both servers are the same."""
    with started("nginx", sites, tmp_path_factory.mktemp("nginx")) as server:
        yield server


def paths(folder: Path) -> list[str]:
    found = (path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file())
    return [path for path in found if not path.startswith((".", "_")) and path != "nginx.conf"]


def test_every_file_has_its_media_type_its_policy_and_its_time_to_be_kept(server: Server, sites: Path) -> None:
    for base, folder in (("/", sites / "root"), ("/il2/", sites / "il2")):
        for path in paths(folder):
            answer = server.get(base + path)
            assert answer.status == 200 and answer.body == (folder / path).read_bytes(), path
            assert EVERYWHERE.items() <= answer.headers.items(), path
            assert "camera=()" in answer.headers["permissions-policy"] and "fullscreen" not in answer.headers["permissions-policy"]
            assert answer.headers["content-type"] == TYPES[path.rpartition(".")[2]], path
            assert answer.headers["cache-control"] == kept(path), path
            assert answer.headers["content-security-policy"] == policy(path), path
            assert answer.headers.get("access-control-allow-origin") == ("*" if path.endswith("woff2") else None), path


def kept(path: str) -> str:
    return "public, max-age=31536000, immutable" if path.startswith("assets/") else "no-cache"


def policy(path: str) -> str:
    if path == "worker.js":
        return "default-src 'none'; connect-src 'self'"
    anybody = path.startswith("figures/") and path.endswith(".html")
    return POLICY + ("; frame-ancestors *" if anybody else "; frame-ancestors 'self'")


def test_what_is_kept_for_ever_has_a_name_that_changes_with_its_content(course: Path) -> None:
    unnamed = [path for path in paths(course / "assets") if not re.search(r"-[0-9a-f]{10}\.\w+$", path)]
    assert unnamed == []


def test_a_folder_shows_its_page(server: Server) -> None:
    for address in ("/", "/lessons/hiv/", "/figures/hiv-trials/", "/il2/", "/il2/lessons/first/"):
        answer = server.get(address)
        assert answer.status == 200 and answer.headers["content-type"] == TYPES["html"]
        assert answer.headers["cache-control"] == "no-cache"
        assert answer.headers["content-security-policy"] == policy(address[1:] + "index.html")
    assert server.get("/il2/lessons/first").headers["location"].endswith("/il2/lessons/first/")


@pytest.mark.parametrize("base", ["/", "/il2/"])
def test_what_is_not_there_is_told_by_the_site_and_never_kept(server: Server, sites: Path, base: str) -> None:
    page = (sites / ("il2" if base == "/il2/" else "root") / "404.html").read_bytes()
    for path in ("nothing", "deep/down/nothing.html", "assets/site-0123456789.js"):
        answer = server.get(base + path)
        assert (answer.status, answer.body) == (404, page)
        assert EVERYWHERE.items() <= answer.headers.items()
        assert answer.headers["content-security-policy"] == policy("404.html")
        assert "immutable" not in answer.headers.get("cache-control", "")


def test_the_404_page_finds_its_style_wherever_it_is_shown(server: Server) -> None:
    page = server.get("/il2/deep/down/nothing.html").body.decode()
    style = re.search(r'<link rel="stylesheet" href="(/[^"]+)"', page)
    assert style and server.get(style[1]).status == 200


def test_the_files_for_servers_are_not_shown(server: Server) -> None:
    for path in ("/.htaccess", "/.il2site", "/il2/.htaccess", "/.git/config"):
        assert server.get(path).status in (403, 404)


def test_pages_are_compressed_and_asked_for_again_without_being_sent_again(server: Server) -> None:
    plain, packed = server.get("/index.html"), server.get("/index.html", Accept_Encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip" and "accept-encoding" in packed.headers["vary"].lower()
    assert gzip.decompress(packed.body) == plain.body
    for answer in (plain, packed):
        again = server.get("/index.html", Accept_Encoding="gzip", If_None_Match=answer.headers["etag"])
        assert (again.status, again.body) == (304, b"")
        assert again.headers["cache-control"] == "no-cache"


def test_pages_work_under_their_headers_and_the_site_can_be_kept_for_offline_use(nginx: Server, visit: Visit) -> None:
    page = visit(nginx.course, "figures/receptor-triggering/index.html")
    approach(page.locator("il2-figure"))
    expect(page.locator(".js-plotly-plot").first).to_be_attached()
    page.goto(nginx.course.page("il2/index.html"))
    page.get_by_role("button", name="Keep for offline use").click()
    expect(page.get_by_role("status").filter(has_text="is kept on this device")).to_be_visible()


def test_a_figure_can_be_framed_by_anybody_and_a_lesson_by_nobody_else(
    nginx: Server, visit: Visit, tmp_path: Path
) -> None:
    framed = ("figures/receptor-triggering/index.html?embed", "lessons/hiv/index.html")
    frames = "".join(f'<iframe sandbox="allow-scripts" src="{nginx.course.page(path)}"></iframe>' for path in framed)
    (tmp_path / "index.html").write_text("<!doctype html><title>Another site</title><link rel=icon href=data:,>" + frames)
    with served(tmp_path, "/") as elsewhere:
        page = visit(elsewhere, "index.html", allowed=("left the site", "frame-ancestors", "ERR_BLOCKED"))
        figure, lesson = (page.frame_locator("iframe").nth(i) for i in (0, 1))
        figure.locator("il2-figure").hover()
        expect(figure.locator(".js-plotly-plot").first).to_be_attached()
        expect(lesson.locator("#main")).to_have_count(0)


# Netlify and Cloudflare, whose servers we do not have


def blocks(text: str) -> dict[str, dict[str, str]]:
    parts = [part.splitlines() for part in text.strip().split("\n\n")]
    return {part[0]: dict(line.strip().split(": ", 1) for line in part[1:]) for part in parts}


def covers(block: str, path: str) -> bool:
    return path.startswith(block[:-1]) if block.endswith("*") else path == block


def test_netlify_and_cloudflare_are_told_the_same(course: Path) -> None:
    told = blocks((course / "_headers").read_text())
    for path in [*paths(course), ""]:
        given = [(name.lower(), value) for block in told if covers(block, f"/{path}") for name, value in told[block].items()]
        headers = dict(given)
        assert len(given) == len(headers), f"{path} is given a header twice, which the two hosts understand differently"
        assert EVERYWHERE.items() <= headers.items()
        assert headers["cache-control"] == kept(path)
        if path.endswith((".html", "worker.js")) or not path:
            assert headers["content-security-policy"] == policy(path)
    assert len(told) <= 100 and all(len(line) < 2000 for line in (course / "_headers").read_text().splitlines())


# What an author can say


def headers(base_url: str | None = None, framed_by: tuple[str, ...] = ()) -> dict[str, str]:
    files = hosting_files(["index.html", "figures/a/index.html", "lessons/a/index.html"], base_url, framed_by)
    return {path: data.decode() for path, data in files.items()}


def test_a_learning_platform_may_be_let_frame_every_page() -> None:
    for text in (told := headers(framed_by=("https://moodle.example.org",)))["_headers"], told[".htaccess"], told["nginx.conf"]:
        assert "frame-ancestors 'self' https://moodle.example.org" in text


@pytest.mark.parametrize("base, binds", [(None, False), ("http://a.example/", False), ("https://a.example/il2/", False), ("https://a.example", True)])
def test_https_is_promised_only_for_a_host_that_is_the_sites_own(base: str | None, binds: bool) -> None:
    assert {"Strict-Transport-Security" in text for path, text in headers(base).items() if text} == {binds}


@pytest.mark.parametrize("origin", ["moodle.example.org", "https://a.example/x", "*", "'unsafe'", "https://a; b", 'https://a"'])
def test_who_may_frame_is_an_address_of_a_site(origin: str) -> None:
    text = f"title: T\ndescription: D\nlessons: [a]\nframed_by: [{origin!r}]\n"
    [problem] = parse_settings(SourceFile("content/site.yml", text)).problems
    assert (problem.rule, problem.place.line) == ("value", 4)


def test_a_base_url_cannot_say_more_than_a_path() -> None:
    told = headers('https://a.example/x; return 500;"\n#/$uri')
    assert "error_page 404 /x%3B%20return%20500%3B%22" in told["nginx.conf"] and " return 500" not in told["nginx.conf"]
