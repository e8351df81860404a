"""How long il2site takes to build many lessons, beside other generators on the same machine in the same run.

    python tests/bench/builds.py [--lessons N ...] [--rounds R] [--only NAME ...] [--tools FOLDER]

Every generator is given the same lessons (corpus.py) in its own dialect, with tables, footnotes, formulas and code as its
users have them, and its usual look. Its newest version is fetched once into FOLDER (pip, npm; Hugo comes from the system).
All take turns, in so many rounds; the median of each is printed: wall and CPU seconds, the largest process in MB, and
milliseconds a lesson. il2site is measured from nothing (no cache, no output), when nothing has changed, and when one lesson
has; the others build the whole, as they do. These are measurements, no part of the test suite.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import corpus

ROOT = Path(__file__).parents[2]
PIP = ("mkdocs", "mkdocs-material", "pelican[markdown]", "sphinx", "myst-parser", "pymdown-extensions")
NPM = ("@11ty/eleventy", "markdown-it-footnote")


@dataclass(frozen=True)
class Run:
    """One run of a program: seconds by the clock and of the processor, and megabytes of its largest process."""

    wall: float
    cpu: float
    memory: float


@dataclass(frozen=True)
class Generator:
    """`prepare` writes a site of so many lessons into a folder; `command` builds it there; `output` is what that makes."""

    name: str
    prepare: Callable[[Path, int], None]
    command: tuple[str, ...]
    output: str
    version: tuple[str, ...]
    most: int = 1_000_000
    """With more lessons it is left out, because nobody would wait for it."""


def measured(command: Sequence[str], cwd: Path, env: dict[str, str] | None = None) -> Run:
    with (cwd / "log.txt").open("wb") as log:
        begun = time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, stdout=log, stderr=log, env={**os.environ, **(env or {})})
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed in {cwd}:\n{(cwd / 'log.txt').read_text()[-2000:]}")
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


# The dialects


def mkdocs(folder: Path, count: int, theme: str = "mkdocs") -> None:
    corpus.plain(folder / "docs", count)
    corpus.write(folder / "docs/index.md", "# Bench\n")
    extensions = "[footnotes, tables, {toc: {permalink: true}}, {pymdownx.arithmatex: {generic: true}}]"
    corpus.write(folder / "mkdocs.yml", f"site_name: Bench\ntheme: {{name: {theme}}}\nmarkdown_extensions: {extensions}\n")


def material(folder: Path, count: int) -> None:
    mkdocs(folder, count, "material")


def pelican(folder: Path, count: int) -> None:
    front = "---\ntitle: {title}\ndate: 2026-01-31\n---\n"
    corpus.plain(folder / "content", count, front, "{{filename}}{}.md")
    corpus.write(folder / "pelicanconf.py", "SITENAME = 'Bench'\nPATH = 'content'\nSTATIC_PATHS = ['images']\nTIMEZONE = 'UTC'\n"
                 "MARKDOWN = {'extension_configs': {'markdown.extensions.extra': {}, 'markdown.extensions.toc': {}, "
                 "'markdown.extensions.meta': {}, 'pymdownx.arithmatex': {'generic': True}}}\n")  # fmt: skip


def sphinx(folder: Path, count: int) -> None:
    corpus.plain(folder / "source", count)
    corpus.write(folder / "source/index.md", "# Bench\n\n```{toctree}\n:glob:\n\nlesson-*\n```\n")
    corpus.write(folder / "source/conf.py", "project = 'Bench'\nextensions = ['myst_parser', 'sphinx.ext.mathjax']\n"
                 "myst_enable_extensions = ['dollarmath']\nsuppress_warnings = ['myst.header']\n")  # fmt: skip


def eleventy(folder: Path, count: int) -> None:
    front = "---\ntitle: {title}\nlayout: page.njk\n---\n"
    corpus.plain(folder / "source", count, front, "../{}/")
    page = "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>{{ title }}</title></head><body>{{ content | safe }}</body></html>"
    corpus.write(folder / "source/_includes/page.njk", page)
    corpus.write(folder / "eleventy.config.js", 'const footnotes = require("markdown-it-footnote");\nmodule.exports = (config) => {\n'
                 '  config.amendLibrary("md", (md) => md.use(footnotes));\n  config.addPassthroughCopy("source/images");\n'
                 '  return { dir: { input: "source", output: "site" }, markdownTemplateEngine: false };\n};\n')  # fmt: skip


def hugo(folder: Path, count: int) -> None:
    corpus.plain(folder / "content", count, link="../{}/")
    page = "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>{{ .Title }}</title></head><body>{{ .Content }}</body></html>"
    for name in ("single", "list"):
        corpus.write(folder / f"layouts/_default/{name}.html", page)
    corpus.write(folder / "config.toml", 'baseURL = "https://example.org/"\ntitle = "Bench"\ndisableKinds = ["taxonomy", "term"]\n')


def generators(tools: Path) -> list[Generator]:
    python, bin_ = str(tools / "python/bin/python"), tools / "python/bin"
    node = str(tools / "node_modules/@11ty/eleventy/cmd.cjs")
    version = ("-c", "import importlib.metadata as m, sys; print(m.version(sys.argv[1]))")
    found = [
        Generator("MkDocs", mkdocs, (str(bin_ / "mkdocs"), "build", "--quiet"), "site", (python, *version, "mkdocs")),
        Generator("Material for MkDocs", material, (str(bin_ / "mkdocs"), "build", "--quiet"), "site",
                  (python, *version, "mkdocs-material")),
        Generator("Pelican", pelican, (str(bin_ / "pelican"), "content", "-o", "site", "-s", "pelicanconf.py", "-q"), "site",
                  (python, *version, "pelican")),
        Generator("Sphinx with MyST", sphinx, (str(bin_ / "sphinx-build"), "-q", "-j", "auto", "source", "site"), "site",
                  (python, *version, "sphinx"), most=300),
        Generator("Eleventy", eleventy, ("node", node, "--quiet"), "site", ("node", node, "--version")),
    ]  # fmt: skip
    if shutil.which("hugo"):
        found.append(Generator("Hugo", hugo, ("hugo", "--quiet", "--destination", "site"), "site", ("hugo", "version")))
    return found


def fetch(tools: Path) -> None:
    """The other generators, into `tools`, unless they are there."""
    if not (tools / "python/bin/mkdocs").exists():
        subprocess.run([sys.executable, "-m", "venv", tools / "python"], check=True)
        subprocess.run([tools / "python/bin/python", "-m", "pip", "install", "--quiet", *PIP], check=True)
    if not (tools / "node_modules/@11ty").exists():
        subprocess.run(["npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", tools, *NPM], check=True)


# Ours


IL2SITE = (sys.executable, "-m", "il2site.cli", "build")


def ours(folder: Path, count: int) -> Iterator[tuple[str, Run]]:
    """il2site from nothing, with nothing changed, and with one lesson changed."""
    env = {"IL2SITE_CACHE": str(folder / "cache"), "PYTHONPATH": str(ROOT)}
    for left in ("cache", "build"):
        shutil.rmtree(folder / left, ignore_errors=True)
    if not (folder / "content").exists():
        corpus.il2site(folder, count)
    yield "il2site, from nothing", measured(IL2SITE, folder, env)
    yield "il2site, nothing changed", measured(IL2SITE, folder, env)
    lesson = folder / f"content/lessons/lesson-{count // 2:05d}.md"
    lesson.write_text(lesson.read_text() + "\nOne more sentence.\n")
    yield "il2site, one lesson changed", measured(IL2SITE, folder, env)


def theirs(generator: Generator, folder: Path, count: int) -> Run:
    if not folder.exists():
        generator.prepare(folder, count)
    shutil.rmtree(folder / generator.output, ignore_errors=True)
    env = {"NODE_PATH": str(Path(generator.command[1]).parents[2])} if generator.command[0] == "node" else {}
    return measured(generator.command, folder, env)


def table(count: int, rounds: int, known: Sequence[Generator], with_ours: bool) -> None:
    runs: dict[str, list[Run]] = {}
    with tempfile.TemporaryDirectory() as name:
        for _ in range(rounds):
            if with_ours:
                for what, run in ours(Path(name) / "il2site", count):
                    runs.setdefault(what, []).append(run)
            for generator in (each for each in known if count <= each.most):
                runs.setdefault(generator.name, []).append(theirs(generator, Path(name) / generator.name, count))
    print(f"\n{count} lessons, {rounds} rounds{'':18} wall s    CPU s  memory MB  ms a lesson")
    for what, found in runs.items():
        wall, cpu = (statistics.median(getattr(run, key) for run in found) for key in ("wall", "cpu"))
        print(f"{what:40} {wall:8.2f} {cpu:8.2f} {max(run.memory for run in found):10.0f} {1000 * wall / count:12.2f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Builds of many lessons, beside other generators.")
    parser.add_argument("--lessons", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", help="names of generators, il2site among them")
    parser.add_argument("--tools", type=Path, default=Path.home() / ".cache/il2site-bench")
    asked = parser.parse_args()
    fetch(asked.tools)
    known = [each for each in generators(asked.tools) if not asked.only or each.name in asked.only]
    print(f"{platform.platform()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}")
    for each in known:
        said = subprocess.run(each.version, capture_output=True, text=True, check=True).stdout
        print(f"{each.name}: {said.split(' Build')[0].strip()}")
    for count in asked.lessons:
        table(count, asked.rounds, known, not asked.only or "il2site" in asked.only)


if __name__ == "__main__":
    main()
