"""Make a folder equal to a mapping of paths to bytes, in one step. The only module that writes files.

The new site is written beside the folder (`.build.il2site-new`), then the two change places in a single system call.
Whoever reads meanwhile finds the old site or the new one, each complete. What a killed run leaves behind is removed
at the next run.

A folder belongs to il2site when it holds the file `.il2site`; any other folder that is not empty is refused.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

MARKER = ".il2site"
_MARKER_TEXT = b"il2site made this folder and replaces everything in it at the next build.\n"
_SOURCE_FOLDERS = ("content", "templates", "static")
_PATIENCE = 5.0
"""Seconds that a second build waits for the first."""

_FILE_MODE, _FOLDER_MODE = 0o644, 0o755
_NO_ROOM = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG}
_NO_RIGHT = {errno.EACCES, errno.EPERM, errno.EROFS}
_NO_EXCHANGE = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM}
"""What a system or a file system answers that cannot let two folders change places."""


class OutputRefused(Exception):
    """The output cannot or must not be written. What was there before is untouched."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message} {remedy}")
        self.message = message
        self.remedy = remedy


def check_output(folder: Path, source: Path) -> None:
    """Refuse, before anything is built, an output `folder` whose writing would cost the author something.

    Raises OutputRefused when `folder` equals or holds the site's folder `source`, meets one of the folders that an
    author edits, or is not il2site's own.
    """
    target, site = _real(folder), _real(source)
    if site.is_relative_to(target):
        raise OutputRefused(f"The output {folder} is, or holds, the folder of the site itself.", _CHOOSE)
    for name in _SOURCE_FOLDERS:
        part = _real(source / name)
        if target.is_relative_to(part) or part.is_relative_to(target):
            raise OutputRefused(f"The output {folder} meets {name}/, which holds sources.", _CHOOSE)
    _check_ownership(folder)


def write_site(files: Mapping[str, bytes], folder: Path, patience: float = _PATIENCE) -> None:
    """Make `folder` hold `files` (relative path with forward slashes -> content) and nothing else.

    Nothing is touched when the folder holds just that already; a file whose content stays keeps its time.
    Raises OutputRefused, with the old content in place, when `folder` is not il2site's own, when a path would leave it,
    when another process has written to it for longer than `patience` seconds, or when the disk is full or read-only.
    """
    _check_paths(files)
    _check_ownership(folder)
    target = Path(os.path.abspath(folder))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _locked(target, patience):
            _remove_leftovers(target)
            if not _holds(target, files):
                _replace(target, files)
    except OSError as error:
        raise _refusal(folder, error) from error


# What may be written, and where

_CHOOSE = "Choose another folder, for example --output build."


def create_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Write `files` into the author's own `folder`, each in one step; a file that is there is replaced.

    Raises OutputRefused when the disk or its rights do not allow it.
    """
    _check_paths(files)
    for path, data in files.items():
        target = folder / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            new = target.with_name(f".{target.name}.new")
            new.write_bytes(data)
            os.replace(new, target)
        except OSError as error:
            raise _refusal(target, error) from error


def _check_ownership(folder: Path) -> None:
    """Raise OutputRefused unless `folder` is absent, empty, or carries the marker."""
    if folder.is_symlink():
        raise OutputRefused(f"The output {folder} is a symbolic link.", "Name the folder that it leads to.")
    if _real(Path(os.path.expanduser("~"))).is_relative_to(_real(folder)):
        raise OutputRefused(f"The output {folder} is, or holds, your home folder.", _CHOOSE)
    if os.path.ismount(folder):
        raise OutputRefused(f"The output {folder} is a disk of its own.", "Choose a folder in it.")
    try:
        names = set(os.listdir(folder))
    except FileNotFoundError:
        return
    except NotADirectoryError as error:
        raise OutputRefused(f"The output {folder} is a file, not a folder.", _CHOOSE) from error
    except OSError as error:
        raise _refusal(folder, error) from error
    _check_names(folder, names)


def _check_names(folder: Path, names: set[str]) -> None:
    if names and MARKER not in names:
        raise OutputRefused(f"The output {folder} holds files that il2site did not make.", f"Empty it, or: {_CHOOSE}")
    if ".git" in names:
        raise OutputRefused(f"The output {folder} holds a git repository, which a build would remove.", _CHOOSE)


def _check_paths(files: Iterable[str]) -> None:
    """Raise OutputRefused for a path that could leave the folder, or that no folder can hold beside the others."""
    folders = {parent for path in files for parent in _parents(path)}
    for path in files:
        if not _is_plain(path) or path == MARKER:
            raise OutputRefused(f"{path!a} is not a path inside the output.", _RENAME)
        if path in folders:
            raise OutputRefused(f"{path!a} would be a file and a folder at once.", _RENAME)


_RENAME = "Rename the lesson, figure or file that it is made from."


def _is_plain(path: str) -> bool:
    """Whether `path` is relative, without steps up, back-slashes, drives and control characters.

    "a/b.html" -> True; "../a", "/a", "a//b", "a\\b", "C:a", "a\\n" -> False
    """
    printable = all(" " <= character != "\x7f" and not "\ud800" <= character <= "\udfff" for character in path)
    steps = path.split("/")
    return printable and not {"", ".", ".."} & set(steps) and "\\" not in path and ":" not in path


def _parents(path: str) -> Iterator[str]:
    """The folders above a file: "a/b/c" -> "a/b", "a"."""
    return (parent.as_posix() for parent in PurePosixPath(path).parents if parent.name)


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _refusal(folder: Path, error: OSError) -> OutputRefused:
    """What the system said, in words that say what to do."""
    if error.errno in _NO_ROOM:
        message, remedy = f"There is no room for the site in {folder}.", "Free some space and build again."
    elif error.errno in _NO_RIGHT:
        message, remedy = f"The output {folder} may not be written.", f"Give yourself the right, or: {_CHOOSE}"
    else:
        reason = error.strerror or str(error)
        message, remedy = f"The output {folder} cannot be written: {reason}.", f"Mend that, or: {_CHOOSE}"
    return OutputRefused(message, f"{remedy} What was there before is untouched.")


# The new site, and the swap


def _holds(folder: Path, files: Mapping[str, bytes]) -> bool:
    """Whether `folder` holds just `files`, byte for byte."""
    wanted = set(files) | {MARKER}
    if _entries(folder) != wanted | {parent for path in wanted for parent in _parents(path)}:
        return False
    return all(_content(folder / path) == data for path, data in files.items())


def _entries(folder: Path) -> set[str]:
    """Every file and folder below `folder`, by its path relative to it."""
    found: set[str] = set()
    for top, folders, names in os.walk(folder):
        found |= {(Path(top) / name).relative_to(folder).as_posix() for name in (*folders, *names)}
    return found


def _content(path: Path) -> bytes | None:
    """The bytes of a plain file; None for anything else, so that a link or a pipe is never taken for one."""
    return path.read_bytes() if path.is_file() and not path.is_symlink() else None


def _replace(folder: Path, files: Mapping[str, bytes]) -> None:
    new = _beside(folder, "new")
    try:
        _write_tree(new, files, folder)
        _put_in_place(new, folder)
    finally:
        # After the swap this is the old site; after a failure, the half-written new one.
        shutil.rmtree(new, ignore_errors=True)


def _write_tree(new: Path, files: Mapping[str, bytes], old: Path) -> None:
    _make_folder(new)
    # The marker comes first: even half-written, the folder is known as il2site's.
    _write_file(new / MARKER, _MARKER_TEXT, old / MARKER)
    for folder in sorted({parent for path in files for parent in _parents(path)}):
        _make_folder(new / folder)
    for path in sorted(files):
        _write_file(new / path, files[path], old / path)


def _make_folder(path: Path) -> None:
    path.mkdir()
    path.chmod(_FOLDER_MODE)


def _write_file(path: Path, data: bytes, old: Path) -> None:
    """Write `data`; when `old` holds the same, the file keeps its time (so that `rsync` has less to do)."""
    path.write_bytes(data)
    path.chmod(_FILE_MODE)
    if _content(old) == data:
        status = old.stat()
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _put_in_place(new: Path, folder: Path) -> None:
    if not folder.exists():
        new.rename(folder)
    elif not _exchange(new, folder):
        _rename_twice(new, folder)


def _exchange(new: Path, folder: Path) -> bool:
    """Let two folders change places in one step. False where the system cannot; raises OSError where it may not."""
    call = _exchange_call()
    if call is None:
        return False
    if call(os.fsencode(new), os.fsencode(folder)) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NO_EXCHANGE:
        return False
    raise OSError(number, os.strerror(number), str(folder))


def _exchange_call() -> Callable[[bytes, bytes], int] | None:
    """`renameat2(RENAME_EXCHANGE)` of Linux, `renamex_np(RENAME_SWAP)` of macOS, or None."""
    if sys.platform not in ("linux", "darwin"):
        return None
    library = ctypes.CDLL(None, use_errno=True)
    if hasattr(library, "renameat2"):
        here, exchange = -100, ctypes.c_uint(2)
        return lambda a, b: int(library.renameat2(here, a, here, b, exchange))
    if hasattr(library, "renamex_np"):
        swap = ctypes.c_uint(2)
        return lambda a, b: int(library.renamex_np(a, b, swap))
    return None


def _rename_twice(new: Path, folder: Path) -> None:
    """The swap in two steps, where one is not to be had. `_remove_leftovers` mends a run killed between them."""
    old = _beside(folder, "old")
    folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _remove_leftovers(folder: Path) -> None:
    """Undo what a killed run left: give a site its name back, remove what stands beside it."""
    old, new = _beside(folder, "old"), _beside(folder, "new")
    if old.is_dir() and not folder.exists():
        old.rename(folder)
    for path in (old, new):
        if path.is_symlink() or path.is_file():
            path.unlink()
        elif path.exists():
            shutil.rmtree(path)


def _beside(folder: Path, role: str) -> Path:
    """A hidden sibling, on the same file system: `build` -> `.build.il2site-new`."""
    return folder.parent / f".{folder.name}.{MARKER.lstrip('.')}-{role}"


# One writer at a time


@contextlib.contextmanager
def _locked(folder: Path, patience: float) -> Iterator[None]:
    """Hold the lock of `folder`. The system frees it when the process ends, however it ends."""
    path = folder.parent / f".{folder.name}.lock"
    handle = _wait_for_lock(path, patience)
    try:
        yield
    finally:
        _release(path, handle)


def _wait_for_lock(path: Path, patience: float) -> int:
    give_up = time.monotonic() + patience
    while (handle := _try_lock(path)) is None:
        if time.monotonic() > give_up:
            owner = _owner(path)
            raise OutputRefused(f"The output is locked by {owner}.", "Wait until it has finished, or end it.")
        time.sleep(0.05)
    return handle


def _try_lock(path: Path) -> int | None:
    """The open lock file, with this process's id in it; None when another process holds it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), _FILE_MODE)
    # The file may have been removed by its last owner between the two calls; then the lock is on nothing.
    if _lock(handle) and _is_same_file(path, handle):
        os.ftruncate(handle, 0)
        os.write(handle, b"%d\n" % os.getpid())
        return handle
    os.close(handle)
    return None


def _is_same_file(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(os.stat(path), os.fstat(handle))
    except OSError:
        return False


def _owner(path: Path) -> str:
    try:
        return f"process {int(path.read_text('ascii'))}"
    except (OSError, ValueError):
        return "another process"


def _release(path: Path, handle: int) -> None:
    if sys.platform == "win32":  # an open file cannot be removed there
        os.close(handle)
    with contextlib.suppress(OSError):
        path.unlink()
    if sys.platform != "win32":
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> bool:
        """Lock one byte far behind the process id, which others must be able to read."""
        try:
            os.lseek(handle, 4096, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            os.lseek(handle, 0, os.SEEK_SET)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
