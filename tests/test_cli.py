"""The command line says what it does in words a teacher understands, and its exit codes can be relied on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import SITES, files, il2site


@pytest.mark.parametrize("command", [["build"], ["serve"], ["check"], ["simulate"], ["new"], ["new", "lesson"], []])
def test_help_explains_each_command(command: list[str]) -> None:
    said = il2site(*command, "--help")
    assert said.returncode == 0
    assert len(said.stdout) > 150
    assert "TODO" not in said.stdout and "Traceback" not in said.stderr


def test_build_writes_a_site_and_says_where(small: Path) -> None:
    said = il2site("build", cwd=small)
    assert said.returncode == 0, said.stderr
    assert str(Path("build/index.html")) in said.stderr
    assert (small / "build/lessons/first/index.html").is_file()


def test_plain_output_without_a_terminal(small: Path) -> None:
    said = il2site("build", cwd=small, env={"NO_COLOR": "1"})
    assert "\x1b" not in said.stdout + said.stderr


@pytest.mark.fault(31)
def test_content_problems_end_with_code_1_and_leave_the_last_site(small: Path) -> None:
    il2site("build", cwd=small)
    before = files(small / "build")
    (small / "content/lessons/first.md").write_text("no front matter")
    said = il2site("build", cwd=small)
    assert said.returncode == 1
    assert "content/lessons/first.md:1" in said.stderr
    assert files(small / "build") == before


@pytest.mark.fault(28)
def test_one_run_reports_every_problem_with_file_line_and_remedy() -> None:
    said = il2site("check", "--format", "json", "--source", SITES / "broken")
    assert said.returncode == 1
    found = [f"{p['path'].removeprefix('content/')}:{p['line']} {p['rule']}" for p in json.loads(said.stdout)]
    expected = (SITES / "broken/expected.txt").read_text().split("\n")
    assert sorted(found) == sorted(filter(None, expected))
    assert all(p["message"] and p["remedy"] for p in json.loads(said.stdout))


def test_a_failing_build_leaves_the_output_byte_identical(small: Path) -> None:
    il2site("build", cwd=small)
    before = {
        path: (path.read_bytes(), path.stat().st_mtime_ns) for path in (small / "build").rglob("*") if path.is_file()
    }
    shutil.rmtree(small / "content")
    shutil.copytree(SITES / "broken/content", small / "content")
    assert il2site("build", cwd=small).returncode == 1
    assert {
        path: (path.read_bytes(), path.stat().st_mtime_ns) for path in (small / "build").rglob("*") if path.is_file()
    } == before


def test_warnings_stop_a_build_only_under_strict(small: Path) -> None:
    (small / "content/lessons/third.md").write_text(
        (small / "content/lessons/second.md")
        .read_text()
        .replace("misconception | two", "aside | two")
        .replace("    claim: Two comes first.\n", "")
    )
    assert il2site("check", cwd=small).returncode == 0
    said = il2site("check", "--strict", cwd=small)
    assert said.returncode == 1
    assert "lesson-unlisted" in said.stderr


@pytest.mark.parametrize(
    "arguments",
    [["build", "--no-such"], ["build", "--base-url", "nonsense"], ["build", "--source", "nowhere"], ["nonsense"]],
)
def test_a_wrong_command_ends_with_code_2(small: Path, arguments: list[str]) -> None:
    said = il2site(*arguments, cwd=small)
    assert said.returncode == 2
    assert "Traceback" not in said.stderr


@pytest.mark.fault(34)
@pytest.mark.parametrize("output", [".", "content", "..", "foreign"])
def test_an_output_that_is_not_ours_is_refused_with_code_2(small: Path, output: str) -> None:
    (small / "foreign").mkdir()
    (small / "foreign/letter.txt").write_text("dear")
    before = files(small)
    said = il2site("build", "--output", output, cwd=small)
    assert said.returncode == 2
    assert files(small) == before


def test_a_fault_of_il2site_itself_ends_with_code_3(small: Path) -> None:
    broken = "import il2site.build, il2site.cli, sys; il2site.build.build = None; sys.argv = ['il2site', 'build']; il2site.cli.main()"
    import subprocess
    import sys

    said = subprocess.run([sys.executable, "-c", broken], cwd=small, capture_output=True, text=True)
    assert said.returncode == 3
    assert "your files are untouched" in said.stderr


def test_new_lesson_in_an_empty_folder_makes_a_site_that_builds(tmp_path: Path) -> None:
    assert il2site("new", "lesson", "cell-signals", cwd=tmp_path).returncode == 0
    said = il2site("build", cwd=tmp_path)
    assert said.returncode == 0, said.stderr
    assert "Cell signals" in (tmp_path / "build/lessons/cell-signals/index.html").read_text()


def test_new_lesson_is_listed_and_comments_stay(small: Path) -> None:
    settings = small / "content/site.yml"
    settings.write_text(
        "# ours\ntitle: A small site\ndescription: Two.\nlessons:  # in order\n    - first\n    - second\nauthor: Us\n"
    )
    assert il2site("new", "lesson", "third", cwd=small).returncode == 0
    assert (
        settings.read_text()
        == "# ours\ntitle: A small site\ndescription: Two.\nlessons:  # in order\n    - first\n    - second\n    - third\nauthor: Us\n"
    )


@pytest.mark.parametrize("name", ["first", "../evil", "Upper", "a b", "con/x", "con", "x" * 81, ""])
def test_new_lesson_overwrites_nothing_and_stays_inside(small: Path, name: str) -> None:
    before = files(small)
    assert il2site("new", "lesson", name, cwd=small).returncode == 1
    assert files(small) == before


@pytest.mark.fault(18)
@pytest.mark.skipif(os.name != "posix", reason="only POSIX lets such names be")
def test_a_name_cannot_steer_the_terminal_or_look_like_another_line(small: Path) -> None:
    (small / "content/lessons/a\nb\x07\x1b[2J\u202ec.md").write_text("x")
    said = il2site("check", cwd=small)
    assert said.returncode == 1
    assert r"content/lessons/a\x0ab\x07\x1b[2J\u202ec.md:1  error  slug" in said.stderr


def test_the_package_runs_as_the_command_does(small: Path) -> None:
    said = subprocess.run([sys.executable, "-m", "il2site", "--version"], capture_output=True, text=True)
    assert said.returncode == 0 and "il2site" in said.stdout
