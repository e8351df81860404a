"""Real web servers, set up as docs/hosting.md says, for the tests and the benchmark of hosting."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from browser_tools import Site

PATIENCE = 30


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Server:
    """A web server that was started for these tests."""

    port: int

    @property
    def course(self) -> Site:
        return Site(f"http://127.0.0.1:{self.port}/")

    def get(self, path: str, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())


NGINX = """
daemon off; error_log stderr error; pid {run}/pid; {user}
events {{ }}
http {{
  access_log off; client_body_temp_path {run}; proxy_temp_path {run}; fastcgi_temp_path {run}; uwsgi_temp_path {run}; scgi_temp_path {run};
  server {{
    listen 127.0.0.1:{port};
    root {www}/root;
    include {www}/root/nginx.conf;
    location /il2/ {{ alias {www}/il2/; include {www}/il2/nginx.conf; }}
  }}
}}
"""
APACHE = """
ServerRoot {run}
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
PidFile {run}/pid
ErrorLog {run}/errors
{user}
{modules}
TypesConfig /dev/null
DocumentRoot {www}/root
Alias /il2/ {www}/il2/
<Directory {www}>
  AllowOverride FileInfo
  Require all granted
</Directory>
"""
MODULES = ("mpm_event", "authz_core", "mime", "dir", "alias", "headers", "filter", "deflate")


@contextlib.contextmanager
def started(name: str, www: Path, run: Path) -> Iterator[Server]:
    """The server `name` ("nginx", "apache2") with `www/root` at its root and `www/il2` below /il2/; its own files in `run`."""
    program = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip(f"{name} is not installed: tests/install-chromium installs it")
    port, root = free_port(), os.geteuid() == 0
    given = {"run": run, "www": www, "port": port}
    if name == "nginx":
        text = NGINX.format(user="user root;" if root else "", **given)
        command = [program, "-p", str(run), "-c", str(run / "conf"), "-e", "stderr"]
    else:
        modules = "\n".join(f"LoadModule {m}_module /usr/lib/apache2/modules/mod_{m}.so" for m in MODULES)
        text = APACHE.format(user="User www-data\nGroup www-data" if root else "", modules=modules, **given)
        command = [program, "-f", str(run / "conf"), "-DFOREGROUND"]
    (run / "conf").write_text(text)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            wait_for(port, process)
            yield Server(port)
        finally:
            process.terminate()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[str]) -> None:
    give_up = time.monotonic() + PATIENCE
    while not answers(port):
        assert process.poll() is None and time.monotonic() < give_up, process.communicate()[0]
        time.sleep(0.05)


def answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False
