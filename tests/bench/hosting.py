"""How many requests nginx answers with the headers of a built site, and that none fails.

    python tests/bench/hosting.py [--seconds N] [FOLDER]

Starts nginx as docs/hosting.md says, with one worker, on the loopback of this machine, and lets wrk ask for one address after
another over 64 connections. FOLDER is a built site, `build` by default. Ends with 1 when an answer was an error.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from server_tools import started

KINDS = {
    "a page": "index.html", "a lesson": "lessons/*/index.html", "a figure": "figures/*/index.html", "a style": "assets/*.css",
    "Plotly": "assets/plotly-*.js", "a model": "assets/models/*.js", "a font": "assets/fonts/*.woff2",
}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("build"))
    parser.add_argument("--seconds", type=int, default=5)
    given = parser.parse_args()
    if not (given.folder / "nginx.conf").is_file() or shutil.which("wrk") is None:
        parser.error("needs a built site (il2site build), nginx and wrk")
    return measure(given.folder, given.seconds)


def measure(folder: Path, seconds: int) -> int:
    errors = 0
    with tempfile.TemporaryDirectory() as top:
        for name in ("root", "il2"):
            shutil.copytree(folder, Path(top) / name)
        (Path(top) / "run").mkdir()
        with started("nginx", Path(top), Path(top) / "run") as server:
            print(f"{'':12}{'bytes':>10}{'requests/s':>12}{'99 % within':>13}  errors")
            for kind, pattern in KINDS.items():
                for path in sorted(folder.glob(pattern))[:1]:
                    said = wrk(server.course.page(path.relative_to(folder).as_posix()), seconds)
                    errors += (wrong := failed(said))
                    print(f"{kind:12}{path.stat().st_size:10}{found(said, 'Requests/sec:'):>12}{found(said, '99%'):>13}  {wrong}")
    return 1 if errors else 0


def wrk(address: str, seconds: int) -> str:
    command = ["wrk", "-t1", "-c64", f"-d{seconds}s", "--latency", "-H", "Accept-Encoding: gzip", address]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def found(said: str, name: str) -> str:
    match = re.search(rf"{re.escape(name)}\s+(\S+)", said)
    return match[1] if match else "?"


def failed(said: str) -> int:
    """How many answers were no 200, or never came."""
    told = re.findall(r"Non-2xx or 3xx responses: (\d+)|(?:connect|read|write|timeout) (\d+)", said)
    return sum(int(number) for pair in told for number in pair if number)


if __name__ == "__main__":
    sys.exit(main())
