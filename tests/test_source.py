"""Whatever lies in a site's folder, reading it gives texts or problems that say what to do, never an exception."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from il2site.problem import Problem
from il2site.source import Before, Sources, read_sources


def read(folder: Path) -> tuple[Sources, dict[str, Problem]]:
    checked = read_sources(folder)
    assert checked.value is not None
    return checked.value, {problem.rule: problem for problem in checked.problems}


def write(folder: Path, path: str, data: bytes) -> Path:
    file = folder / "content" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return file


@pytest.mark.fault(2, 10)
def test_byte_order_mark_and_line_ends_make_no_difference(tmp_path: Path) -> None:
    write(tmp_path, "lessons/a.md", b"\xef\xbb\xbfone\r\ntwo\rthree\n")
    sources, problems = read(tmp_path)
    assert sources.texts["content/lessons/a.md"].text == "one\ntwo\nthree\n"
    assert not problems


@pytest.mark.fault(9, 10)
@pytest.mark.parametrize(
    ("data", "rule", "said"),
    [
        (b"line\nbad \xff", "encoding", "Byte 9 (0xFF)"),
        ("text".encode("utf-16"), "encoding", "UTF-16"),
        (b"one\ntwo\0", "control-character", "NUL"),
        ("a \ue000".encode(), "control-character", "private-use"),
        ("a \uf8ff".encode(), "control-character", "private-use"),
        ("a \U000f1234".encode(), "control-character", "private-use"),
        ("title: é\n".encode("utf-16-le"), "encoding", "UTF-16 (little endian)"),
        ("title: é\n".encode("utf-16-be"), "encoding", "UTF-16 (big endian)"),
        (b"PK\x03\x04\x14\x00\x06\x00\x08\x00", "encoding", "office"),
        (b"{\\rtf1\\ansi text}", "encoding", "word processor"),
        (b"%PDF-1.7\n", "encoding", "PDF"),
        (b"\x1f\x8b\x08\x00", "encoding", "packed"),
    ],
)
def test_text_that_is_not_plain_utf8_is_named(tmp_path: Path, data: bytes, rule: str, said: str) -> None:
    write(tmp_path, "lessons/a.md", data)
    sources, problems = read(tmp_path)
    assert said in problems[rule].message
    assert "content/lessons/a.md" not in sources.texts


@pytest.mark.fault(9)
@pytest.mark.parametrize("data", [b"a { content: '\xff' }", "a {}".encode("utf-16"), b"PK\x03\x04"])
def test_a_style_sheet_that_is_no_text_is_named(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "static/css").mkdir(parents=True)
    (tmp_path / "static/css/own.css").write_bytes(data)
    assert read(tmp_path)[1]["encoding"].place.path == "static/css/own.css"


@pytest.mark.fault(38)
@pytest.mark.parametrize(
    "name",
    ["Thumbs.db", "desktop.ini", ".DS_Store", "~$a.md", ".#a.md", "#a.md#", "a.md~", "a.md.orig", ".a.md.swo", "4913", "._a.md", "Icon\r"],
)
def test_what_systems_and_editors_leave_is_passed_over(tmp_path: Path, name: str) -> None:
    write(tmp_path, f"lessons/{name}", b"\xff")
    sources, problems = read(tmp_path)
    assert not problems and not sources.texts


def test_a_folder_of_files_that_are_not_used_is_one_problem(tmp_path: Path) -> None:
    for number in range(200):
        write(tmp_path, f"papers/{number:03}.pdf", b"")
    write(tmp_path, "lessons/a.txt", b"")
    told = [p for p in read_sources(tmp_path).problems if p.rule == "file-unused"]
    assert [p.place.path for p in told] == ["content/lessons/a.txt", "content/papers"]
    assert "200 files" in told[1].message and "000.pdf" in told[1].message


@pytest.mark.fault(9)
def test_the_line_of_a_bad_byte_is_given(tmp_path: Path) -> None:
    write(tmp_path, "lessons/a.md", b"one\ntwo\nthree \xff\n")
    assert read(tmp_path)[1]["encoding"].place.line == 3


@pytest.mark.fault(16)
def test_a_link_out_of_the_folder_is_refused_and_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("secret")
    site = tmp_path / "site"
    (site / "content").mkdir(parents=True)
    (site / "content/a.md").symlink_to(secret)
    (site / "content/b.md").symlink_to(site / "nowhere.md")
    checked = read_sources(site)
    assert [problem.rule for problem in checked.problems] == ["outside-link", "outside-link"]
    assert checked.value is not None and not checked.value.texts


@pytest.mark.fault(16)
def test_a_link_inside_the_folder_is_followed_and_a_loop_ends(tmp_path: Path) -> None:
    write(tmp_path, "lessons/a.md", b"text")
    (tmp_path / "content/lessons/b.md").symlink_to(tmp_path / "content/lessons/a.md")
    (tmp_path / "content/lessons/loop").symlink_to(tmp_path / "content")
    sources, _ = read(tmp_path)
    assert sources.texts["content/lessons/b.md"].text == "text"


@pytest.mark.fault(17)
def test_a_pipe_is_skipped_with_a_warning_and_never_opened(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    os.mkfifo(tmp_path / "content/pipe.md")
    assert read(tmp_path)[1]["special-file"].severity == "warning"


@pytest.mark.fault(18)
def test_a_file_name_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    with open(os.path.join(os.fsencode(tmp_path), b"content", b"\xff.md"), "wb"):
        pass
    assert "file name" in read(tmp_path)[1]["encoding"].message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_read_permission_is_named(tmp_path: Path) -> None:
    write(tmp_path, "lessons/a.md", b"text").chmod(0)
    assert read(tmp_path)[1]["unreadable"].place.path == "content/lessons/a.md"


@pytest.mark.fault(19, 41)
def test_a_text_of_absurd_size_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "lessons/a.md", b"x" * 6_000_000)
    assert "too large" in read(tmp_path)[1]["unreadable"].message


def test_editors_leftovers_are_not_content(tmp_path: Path) -> None:
    for name in (".a.md.swp", "a.md~", "#a.md#", ".hidden.md"):
        write(tmp_path, f"lessons/{name}", b"text")
    assert not read(tmp_path)[0].texts


def test_a_sites_own_template_replaces_that_of_il2site(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/404.html").write_text("mine")
    sources, _ = read(tmp_path)
    assert sources.templates["404.html"].text == "mine"
    assert "{% block main %}" in sources.templates["base.html"].text


@pytest.mark.parametrize("soon", [True, False])
def test_a_change_is_found_that_keeps_a_files_size_and_time_however_soon_after_a_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, soon: bool
) -> None:
    if not soon:
        monkeypatch.setattr("il2site.source._UNSETTLED", 0)  # nanoseconds: nobody has to wait until a file has settled
    file, before = write(tmp_path, "lessons/a.md", b"one"), Before()
    for text in (b"two", b"six", b"ten"):
        os.utime(file, (1_000_000_000, 1_000_000_000))
        time.sleep(0 if soon else 0.05)
        read_sources(tmp_path, before)
        file.write_bytes(text)
        os.utime(file, (1_000_000_000, 1_000_000_000))
        sources = read_sources(tmp_path, before).value
        assert sources is not None and sources.texts["content/lessons/a.md"].text == text.decode()


def test_what_was_wrong_with_a_file_is_told_again_at_the_next_reading(tmp_path: Path) -> None:
    for name, data in (("a", b"\xff"), ("b", "un\u202eseen".encode())):
        write(tmp_path, f"lessons/{name}.md", data)
    before = Before()
    first = read_sources(tmp_path, before)
    assert first.problems == read_sources(tmp_path, before).problems
    assert {problem.rule for problem in first.problems} >= {"encoding", "bidi-control"}
