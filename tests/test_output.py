"""What a reader, an author and a second build may rely on while the output folder is written."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from il2site import output
from il2site.output import MARKER, OutputRefused, check_output, write_site

ROOT = Path(__file__).parents[1]
SITE = {"index.html": b"home", "lessons/one.html": b"one", "assets/css/page.css": b"p{}"}
ON_POSIX = pytest.mark.skipif(os.name != "posix", reason="needs POSIX")


def read(folder: Path) -> dict[str, bytes]:
    """Every file below `folder`, without the marker."""
    files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    return {path: data for path, data in files.items() if path != MARKER}


def generation(number: int) -> dict[str, bytes]:
    """Sixty pages, each of which says to which build it belongs."""
    paths = ["index.html", *(f"lessons/{n % 5}/{n}.html" for n in range(60))]
    return dict.fromkeys(paths, b"generation %d" % number)


def in_other_process(code: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", "from test_output import *\n" + code, *map(str, arguments)]
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE, text=True)


def within_a_minute(is_so: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < give_up
        time.sleep(0.001)


# A folder equal to a mapping


def test_the_folder_holds_the_mapping_and_nothing_else(tmp_path: Path) -> None:
    write_site(SITE, tmp_path / "build")
    assert read(tmp_path / "build") == SITE


def test_folders_above_the_output_are_made(tmp_path: Path) -> None:
    write_site(SITE, tmp_path / "a" / "b" / "build")
    assert read(tmp_path / "a" / "b" / "build") == SITE


@pytest.mark.fault(36)
def test_a_page_that_is_gone_from_the_mapping_is_gone_from_the_folder(tmp_path: Path) -> None:
    write_site(SITE, tmp_path / "build")
    write_site({"index.html": b"home"}, tmp_path / "build")
    assert read(tmp_path / "build") == {"index.html": b"home"}
    assert not (tmp_path / "build" / "lessons").exists()


def test_a_file_may_become_a_folder_and_back(tmp_path: Path) -> None:
    for files in ({"a": b"1"}, {"a/b": b"2"}, {"a": b"3"}):
        write_site(files, tmp_path / "build")
        assert read(tmp_path / "build") == files


def test_a_damaged_site_is_mended(tmp_path: Path) -> None:
    build = tmp_path / "build"
    write_site(SITE, build)
    (build / "index.html").write_bytes(b"by hand")
    (build / "stray").mkdir()
    write_site(SITE, build)
    assert read(build) == SITE
    assert not (build / "stray").exists()


def test_an_empty_site_can_be_written(tmp_path: Path) -> None:
    write_site({}, tmp_path / "build")
    assert read(tmp_path / "build") == {}


def test_nothing_is_touched_when_nothing_changes(tmp_path: Path) -> None:
    build = tmp_path / "build"
    write_site(SITE, build)
    before = {p: (p.stat().st_mtime_ns, p.stat().st_ino) for p in (build, *build.rglob("*"))}
    write_site(dict(reversed(SITE.items())), build)
    assert {p: (p.stat().st_mtime_ns, p.stat().st_ino) for p in (build, *build.rglob("*"))} == before


def test_a_page_that_stays_keeps_its_time_when_another_changes(tmp_path: Path) -> None:
    build = tmp_path / "build"
    write_site(SITE, build)
    for path in SITE:
        os.utime(build / path, (1_000_000_000, 1_000_000_000))
    write_site({**SITE, "index.html": b"new"}, build)
    assert (build / "lessons/one.html").stat().st_mtime == 1_000_000_000
    assert (build / "index.html").stat().st_mtime != 1_000_000_000


@ON_POSIX
def test_a_preview_replaces_the_pages_that_changed_and_touches_no_other(tmp_path: Path) -> None:
    folder = tmp_path / "build"
    stamps = write_site(SITE, folder, gradual=True)
    style = folder / "assets/css/page.css"
    before = (style.stat().st_mtime_ns, style.stat().st_ino)
    edited = SITE | {"index.html": b"HOME", "lessons/one.html": b"ONE"}
    stamps = write_site(edited, folder, stamps=stamps, gradual=True)
    assert read(folder) == edited
    assert (style.stat().st_mtime_ns, style.stat().st_ino) == before
    assert stamps == write_site(edited, folder, stamps=stamps), "the stamps are those of the files as they are now"
    write_site(edited | {"more.html": b"more"}, folder, stamps=stamps, gradual=True)
    assert read(folder) == edited | {"more.html": b"more"}
    assert list(tmp_path.iterdir()) == [folder], "nothing is left beside it"


@ON_POSIX
@pytest.mark.parametrize("gradual", [True, False])
def test_what_others_do_to_the_output_is_undone_whatever_was_known_of_it(tmp_path: Path, gradual: bool) -> None:
    folder = tmp_path / "build"

    def more() -> None:
        (folder / "assets/css/foreign.css").write_bytes(b"")

    def changed() -> None:
        (folder / "index.html").write_bytes(SITE["index.html"].swapcase())

    def away() -> None:
        (folder / "lessons/one.html").unlink()

    def linked() -> None:
        (folder / "assets").rename(tmp_path / "moved")
        (folder / "assets").symlink_to(tmp_path / "moved")

    stamps = write_site(SITE, folder)
    for meddle in (more, changed, away, linked):
        meddle()
        stamps = write_site(SITE, folder, stamps=stamps, gradual=gradual)
        assert read(folder) == SITE
        assert not (folder / "assets").is_symlink()


def test_everyone_may_read_the_site_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        write_site(SITE, tmp_path / "build")
    finally:
        os.umask(before)
    paths = (tmp_path / "build", *(tmp_path / "build").rglob("*"))
    modes = {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in paths}
    assert modes == {(True, 0o755), (False, 0o644)}


def test_nothing_is_left_beside_the_output(tmp_path: Path) -> None:
    write_site(SITE, tmp_path / "build")
    write_site({"index.html": b"new"}, tmp_path / "build")
    assert os.listdir(tmp_path) == ["build"]


# A site of very many folders, whose old tree stays as a spare


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every site counts as large."""
    monkeypatch.setattr(output, "_MANY_FOLDERS", 0)


def some_site(draw: random.Random) -> dict[str, bytes]:
    """Few names and few contents, so that two of them have much in common; a name may be a folder in one of them."""
    folders = draw.sample(["", "a/", "b/", "a/c/", "d.html/"], 3)
    names = draw.sample(["e.html", "f.html", "d.html"], 2)
    return {folder + name: b"%d" % draw.randrange(3) for folder in folders for name in names if name + "/" not in folders}


def meddle(folder: Path, draw: random.Random) -> None:
    for path in sorted(folder.rglob("*")):
        chosen = draw.random()
        if path.is_file() and path.name != MARKER and chosen < 0.1:
            path.write_bytes(b"foreign")
        elif path.is_file() and path.name != MARKER and chosen < 0.2:
            path.unlink()
        elif path.is_dir() and chosen < 0.3:
            path.chmod(0o700)
            (path / "more.html").write_bytes(b"foreign")


@ON_POSIX
@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("seed", range(5))
def test_whatever_lies_in_the_spare_tree_the_folder_holds_the_mapping(tmp_path: Path, seed: int) -> None:
    draw, folder, stamps, kept = random.Random(seed), tmp_path / "build", {}, 0
    for _ in range(40):
        wanted = some_site(draw)
        stamps = write_site(wanted, folder, stamps=stamps, gradual=draw.random() < 0.2)
        assert read(folder) == wanted
        assert {stat.S_IMODE(p.stat().st_mode) for p in folder.rglob("*") if p.is_file()} == {0o644}
        others = [path for path in tmp_path.iterdir() if path != folder]
        kept += len(others)
        if draw.random() < 0.3:
            meddle(draw.choice([folder, *others]), draw)
        if draw.random() < 0.1:
            shutil.rmtree(folder)
    assert kept > 20, "there was seldom a spare tree, so this test has shown little"


@ON_POSIX
@pytest.mark.usefixtures("large")
@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
def test_git_says_nothing_of_the_spare_tree(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    (tmp_path / ".gitignore").write_text("/build/\n.gitignore\n")
    write_site(SITE, tmp_path / "build")
    write_site({**SITE, "index.html": b"new", "more.html": b""}, tmp_path / "build")
    assert len(os.listdir(tmp_path)) == 4
    said = subprocess.run(["git", "status", "--porcelain"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert said.stdout == ""


@ON_POSIX
def test_a_site_that_is_no_longer_large_has_no_spare_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "_MANY_FOLDERS", 2)
    for changed in (b"1", b"2"):
        write_site({**SITE, "index.html": changed, "other.html": changed}, tmp_path / "build")
    assert len(os.listdir(tmp_path)) == 2
    write_site({"index.html": b"new"}, tmp_path / "build")
    assert os.listdir(tmp_path) == ["build"]


@ON_POSIX
@pytest.mark.usefixtures("large")
def test_a_disk_on_which_no_file_can_have_two_places_holds_the_site_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*paths: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    for changed in (b"1", b"2"):
        write_site({**SITE, "index.html": changed, "other.html": changed}, tmp_path / "build")
    assert os.listdir(tmp_path) == ["build"]


# Never half a site


def test_a_reader_never_misses_a_page(tmp_path: Path) -> None:
    build = tmp_path / "build"
    write_site(generation(0), build)

    def write() -> None:
        for number in range(1, 101):
            write_site(generation(number), build)

    writer = threading.Thread(target=write)
    writer.start()
    seen = set()
    while writer.is_alive():
        seen.add((build / "lessons/3/3.html").read_bytes())
        seen.add((build / "index.html").read_bytes())
    writer.join()
    assert (build / "index.html").read_bytes() == b"generation 100"
    assert len(seen) > 2, "the reader was too slow to see anything"


@pytest.mark.fault(32)
@pytest.mark.parametrize("many_folders", [500, 0])
@ON_POSIX
def test_a_killed_build_leaves_one_complete_site_and_the_next_run_cleans_up(tmp_path: Path, many_folders: int) -> None:
    build = tmp_path / "build"
    draw = random.Random(7)
    left_over = 0
    for _ in range(12):
        write_site(generation(0), build)
        code = "output._MANY_FOLDERS = int(sys.argv[2])\nfor n in range(1, 10**6): write_site(generation(n), Path(sys.argv[1]))"
        writer = in_other_process(code, build, many_folders)
        within_a_minute(lambda: (build / "index.html").read_bytes() != b"generation 0")
        time.sleep(draw.random() / 20)
        writer.kill()
        writer.wait()
        contents = read(build)
        assert set(contents) == set(generation(0))
        assert len(set(contents.values())) == 1, "pages of two builds are mixed"
        left_over += len(os.listdir(tmp_path)) > 1
        write_site(SITE, build)
        assert os.listdir(tmp_path) == ["build"]
        assert read(build) == SITE
    assert left_over, "no run was killed at work, so this test has shown nothing"


@pytest.mark.fault(32)
def test_a_build_killed_between_two_renames_is_mended_by_the_next(tmp_path: Path) -> None:
    """Where folders cannot be exchanged in one step, the old site stands under another name for a moment."""
    build = tmp_path / "build"
    write_site(SITE, build)
    build.rename(tmp_path / ".build.il2site-old")
    (tmp_path / ".build.il2site-new").mkdir()
    before = (tmp_path / ".build.il2site-old/index.html").stat().st_ino
    write_site(SITE, build)
    assert (build / "index.html").stat().st_ino == before, "the old site was not given its name back"
    assert os.listdir(tmp_path) == ["build"]


@pytest.mark.fault(33)
@ON_POSIX
def test_a_full_disk_leaves_the_old_site_and_says_so(tmp_path: Path) -> None:
    build = tmp_path / "build"
    write_site(SITE, build)
    code = """
import resource
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try:
    write_site({"index.html": b"new", "large.html": bytes(20_000)}, Path(sys.argv[1]))
except OutputRefused as refused:
    print(refused)
"""
    said, _ = in_other_process(code, build).communicate(timeout=60)
    assert "no room" in said and "untouched" in said
    assert read(build) == SITE
    assert os.listdir(tmp_path) == ["build"]


@pytest.mark.fault(33)
@ON_POSIX
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root to become somebody else")
def test_an_output_that_may_not_be_written_is_refused_with_the_old_site_in_place(tmp_path: Path) -> None:
    home = Path("/var/tmp") / f"il2site-{os.getpid()}"
    home.mkdir(mode=0o755)
    try:
        write_site(SITE, home / "build")
        code = """
os.setuid(65534)
try:
    write_site({"index.html": b"new"}, Path(sys.argv[1]))
except OutputRefused as refused:
    print(refused)
"""
        said, _ = in_other_process(code, home / "build").communicate(timeout=60)
        assert "may not be written" in said
        assert read(home / "build") == SITE
    finally:
        shutil.rmtree(home)


@pytest.mark.fault(33)
@pytest.mark.skipif(sys.platform != "linux", reason="mounts a small disk")
def test_a_disk_that_is_really_full_leaves_the_old_site(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("may not mount a disk")
    try:
        write_site(SITE, disk / "build")
        with pytest.raises(OutputRefused, match="no room"):
            write_site({"index.html": b"new", "large.html": bytes(100_000)}, disk / "build")
        assert read(disk / "build") == SITE
        assert os.listdir(disk) == ["build"]
        with pytest.raises(OutputRefused, match="disk of its own"):
            write_site(SITE, disk)
    finally:
        subprocess.run(["umount", disk], check=True)


# Two builds at once


@pytest.mark.fault(35)
@ON_POSIX
def test_a_second_build_says_which_process_is_writing(tmp_path: Path) -> None:
    holder = hold_lock(tmp_path / "build")
    try:
        with pytest.raises(OutputRefused, match=f"locked by process {holder.pid}"):
            write_site(SITE, tmp_path / "build", patience=0.2)
        assert not (tmp_path / "build").exists()
    finally:
        holder.kill()
        holder.wait()


@pytest.mark.fault(35)
@ON_POSIX
def test_a_second_build_waits_for_the_first(tmp_path: Path) -> None:
    holder = hold_lock(tmp_path / "build")
    threading.Timer(0.3, holder.kill).start()
    write_site(SITE, tmp_path / "build", patience=60)
    holder.wait()
    assert read(tmp_path / "build") == SITE


@pytest.mark.fault(32, 35)
@ON_POSIX
def test_the_lock_of_a_killed_build_holds_nobody_up(tmp_path: Path) -> None:
    holder = hold_lock(tmp_path / "build")
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert (tmp_path / ".build.lock").exists()
    write_site(SITE, tmp_path / "build", patience=0)
    assert os.listdir(tmp_path) == ["build"]


@pytest.mark.fault(35)
def test_many_builds_at_once_end_with_one_complete_site(tmp_path: Path) -> None:
    code = "for n in range(10): write_site(generation(int(sys.argv[2]) * 100 + n), Path(sys.argv[1]), patience=60)"
    builds = [in_other_process(code, tmp_path / "build", number) for number in range(4)]
    assert [build.wait(timeout=120) for build in builds] == [0] * 4
    assert set(read(tmp_path / "build")) == set(generation(0))
    assert len(set(read(tmp_path / "build").values())) == 1
    assert os.listdir(tmp_path) == ["build"]


def hold_lock(folder: Path) -> subprocess.Popen[str]:
    """Another process that is writing to `folder` for as long as it lives."""
    code = """
from il2site.output import _locked
with _locked(Path(sys.argv[1]), 0):
    print("held", flush=True)
    time.sleep(600)
"""
    holder = in_other_process(code, folder)
    assert holder.stdout and holder.stdout.readline() == "held\n"
    return holder


# Folders that are not il2site's


@pytest.mark.fault(34)
def test_a_folder_with_files_of_someone_else_is_refused_and_untouched(tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("ten years of work")
    with pytest.raises(OutputRefused, match="did not make"):
        write_site(SITE, tmp_path / "thesis")
    assert read(tmp_path / "thesis") == {"chapter.txt": b"ten years of work"}
    assert os.listdir(tmp_path) == ["thesis"]


def test_an_empty_folder_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    write_site(SITE, tmp_path / "build")
    assert read(tmp_path / "build") == SITE


@pytest.mark.fault(33)
def test_a_file_is_refused_and_untouched(tmp_path: Path) -> None:
    (tmp_path / "build").write_text("a file")
    with pytest.raises(OutputRefused, match="is a file"):
        write_site(SITE, tmp_path / "build")
    assert (tmp_path / "build").read_text() == "a file"


@pytest.mark.fault(33)
def test_a_link_is_refused_even_when_it_leads_to_a_site(tmp_path: Path) -> None:
    write_site(SITE, tmp_path / "site")
    (tmp_path / "build").symlink_to(tmp_path / "site")
    with pytest.raises(OutputRefused, match="symbolic link"):
        write_site({"index.html": b"new"}, tmp_path / "build")
    assert read(tmp_path / "site") == SITE


def test_a_git_repository_in_the_output_is_not_removed(tmp_path: Path) -> None:
    write_site(SITE, tmp_path / "build")
    (tmp_path / "build" / ".git").write_text("gitdir: elsewhere")
    with pytest.raises(OutputRefused, match="git repository"):
        write_site({"index.html": b"new"}, tmp_path / "build")
    assert (tmp_path / "build" / ".git").exists()


@pytest.mark.fault(34)
def test_the_root_of_the_disk_is_refused() -> None:
    with pytest.raises(OutputRefused, match="home folder"):
        write_site(SITE, Path(Path.cwd().anchor))


@pytest.mark.fault(34)
@ON_POSIX
def test_the_home_folder_is_refused_even_when_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "people" / "ada").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / "people" / "ada"))
    for folder in (tmp_path / "people" / "ada", tmp_path / "people"):
        with pytest.raises(OutputRefused, match="home folder"):
            write_site(SITE, folder)
    write_site(SITE, tmp_path / "people" / "ada" / "build")


MEETING_SOURCES = [".", "..", "content", "content/build", "templates/x/../y", "static", "static/dist", "x/../content"]


@pytest.mark.fault(34)
@pytest.mark.parametrize("output", MEETING_SOURCES)
def test_an_output_that_meets_the_sources_is_refused(tmp_path: Path, output: str) -> None:
    site = a_site(tmp_path)
    with pytest.raises(OutputRefused):
        check_output(site / output, site)
    assert read(site) == {"content/site.yml": b"title: T"}


@pytest.mark.parametrize("output", ["build", "public/site", "../elsewhere", "contents"])
def test_any_other_output_is_accepted(tmp_path: Path, output: str) -> None:
    site = a_site(tmp_path)
    check_output(site / output, site)
    write_site(SITE, site / output)
    check_output(site / output, site)


def test_the_default_output_of_the_current_folder_is_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(a_site(tmp_path))
    check_output(Path("build"), Path("."))
    write_site(SITE, Path("build"))
    assert read(Path("build")) == SITE


def test_an_output_inside_the_sources_through_a_link_is_refused(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    (tmp_path / "link").symlink_to(site / "content")
    with pytest.raises(OutputRefused, match="content/"):
        check_output(tmp_path / "link" / "build", site)


def a_site(tmp_path: Path) -> Path:
    site = tmp_path / "site"
    (site / "content").mkdir(parents=True)
    (site / "content" / "site.yml").write_text("title: T")
    return site


# Paths that would leave the folder

STEPS = ["", "/", "/etc/x", "..", "../x", "a/../../b", "a/./b", "a//b", "a/", "./a", "a\\b", "..\\x", "C:x", "C:/x"]
CHARACTERS = ["a\0b", "a\nb", "\ud800", "\udcff.html"]


@pytest.mark.fault(12)
@pytest.mark.parametrize("path", [*STEPS, *CHARACTERS, MARKER])
def test_a_path_that_is_not_plainly_inside_is_refused_before_anything_is_written(tmp_path: Path, path: str) -> None:
    with pytest.raises(OutputRefused, match="not a path inside"):
        write_site({"index.html": b"home", path: b"x"}, tmp_path / "build")
    assert os.listdir(tmp_path) == []


def test_a_path_that_is_a_file_and_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputRefused, match="file and a folder"):
        write_site({"a": b"1", "a/b/c": b"2"}, tmp_path / "build")
    assert os.listdir(tmp_path) == []


@pytest.mark.fault(18)
def test_a_name_too_long_for_the_disk_leaves_the_old_site(tmp_path: Path) -> None:
    write_site(SITE, tmp_path / "build")
    with pytest.raises(OutputRefused, match=os.strerror(errno.ENAMETOOLONG)):
        write_site({"index.html": b"new", "x" * 300: b""}, tmp_path / "build")
    assert read(tmp_path / "build") == SITE


ANY_PATH = st.one_of(st.text("a./\\:%~\0 é", max_size=12), st.text(max_size=20))


@pytest.mark.fault(12)
@given(st.dictionaries(ANY_PATH, st.binary(max_size=4), max_size=4))
def test_whatever_the_paths_nothing_is_written_outside(
    tmp_path_factory: pytest.TempPathFactory, files: Mapping[str, bytes]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    try:
        write_site(files, folder / "build")
    except OutputRefused:
        assert os.listdir(folder) == []
    else:
        assert os.listdir(folder) == ["build"]
        assert len(read(folder / "build")) == len(files)
