"""Make a folder equal to a mapping of paths to bytes, in one step. The only module that writes files.

The new site is written beside the folder (`.build.il2site-new`), then the two change places in a single system call.
Whoever reads meanwhile finds the old site or the new one, each complete. What a killed run leaves behind is removed
at the next run. Of a site of very many folders the old tree stays beside the new one and is brought up to date for the next
swap, which is quicker than to make another. A preview may do with less: with `gradual`, a few changed files take their
places one after the other.

A folder belongs to il2site when it holds the file `.il2site`; any other folder that is not empty is refused.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from il2site.files import Files
from il2site.files import digest as digest_of

Stamp: TypeAlias = tuple[str, int, int, int, int]
"""The digest of a file's content, and what a system says of the file: size, number, time of change, time of any change."""
Stamps: TypeAlias = Mapping[str, Stamp]
"""By path; that of a folder ends with a slash, and its digest is empty."""

MARKER = ".il2site"
_MARKER_TEXT = b"il2site made this folder and replaces everything in it at the next build.\n"
_SOURCE_FOLDERS = ("content", "templates", "static")
_PATIENCE = 5.0
"""Seconds that a second build waits for the first."""

_KEPT_FOR = 30 * 24 * 3600.0
"""Seconds."""

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


def write_site(
    files: Mapping[str, bytes],
    folder: Path,
    patience: float = _PATIENCE,
    stamps: Stamps | None = None,
    gradual: bool = False,
) -> dict[str, Stamp]:
    """Make `folder` hold `files` (relative path with forward slashes -> content) and nothing else.

    Nothing is touched when the folder holds just that already; a file whose content stays keeps its time. A content is
    asked for only when it has to be written. Returns how the system describes the files now: as `stamps` at the next
    call, it spares reading them again. `gradual`: each file changes in one step, the site need not.
    Raises OutputRefused, with the old content in place, when `folder` is not il2site's own, when a path would leave it,
    when another process has written to it for longer than `patience` seconds, or when the disk is full or read-only.
    """
    check_paths(files)
    wanted = Files.of(files).with_file(MARKER, _MARKER_TEXT)
    _check_ownership(folder)
    target = Path(os.path.abspath(folder))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _locked(target, patience):
            _remove_leftovers(target, spare=_is_large(wanted))
            return _make_equal(target, wanted, stamps or {}, _FEW if gradual else 1)
    except OSError as error:
        raise _refusal(folder, error) from error


# What may be written, and where

_CHOOSE = "Choose another folder, for example --output build."


def create_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Write `files` into the author's own `folder`, each in one step; a file that is there is replaced.

    Raises OutputRefused when the disk or its rights do not allow it.
    """
    check_paths(files)
    for path, data in files.items():
        target = folder / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            new = target.with_name(f".{target.name}.new")
            new.write_bytes(data)
            os.replace(new, target)
        except OSError as error:
            raise _refusal(target, error) from error


def keep(files: Mapping[str, bytes], folder: Path) -> None:
    """Keep `files` in a `folder` of the user's cache, for `source.read_kept`, and drop what has lain there too long.

    Raises nothing: whatever cannot be kept is made again next time.
    """
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, data in files.items():
            new = folder / f".{name}.{os.getpid()}"
            new.write_bytes(data)
            os.replace(new, folder / name)
        if files:
            _drop_old(folder)


def _drop_old(folder: Path) -> None:
    for entry in os.scandir(folder):
        if time.time() - entry.stat().st_mtime > _KEPT_FOR:
            os.unlink(entry.path)


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


def check_paths(files: Iterable[str]) -> None:
    """Raise OutputRefused for a path that could leave the folder, or that no folder can hold beside the others."""
    folders = {*_folders(files)}
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
    return not _NOT_PLAIN.search(path) and not {"", ".", ".."} & set(path.split("/"))


_NOT_PLAIN = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\\:]")


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


_FEW = 20
"""So many files are replaced one after the other; for more, a swap is as soon done."""


def _make_equal(folder: Path, wanted: Files, stamps: Stamps, few: int) -> dict[str, Stamp]:
    before = _as_before(folder, stamps) or _survey(folder)
    now = _stamps(before, wanted)
    stays = {path for path in wanted if _holds(before, path, now.get(path), stamps)}
    changed = [path for path in wanted if path not in stays]
    same_names = before.files.keys() == wanted.keys() and before.folders.keys() == {"", *_folders(wanted)}
    if same_names and not changed:
        return now
    if same_names and len(changed) <= few and all(stat.S_ISREG(before.files[path].st_mode) for path in changed):
        for path in changed:
            _replace_file(folder, path, wanted[path])
        touched = (*changed, *{f"{path.rpartition('/')[0]}/" for path in changed})
        return now | _stamps(_looked_at(folder, touched), wanted)
    _replace(folder, wanted, before, stays)
    return _stamps(_looked_at(folder, (*wanted, "/", *(f"{path}/" for path in _folders(wanted)))), wanted)


@dataclass(frozen=True)
class _Survey:
    """What lies in a folder, by relative path: every folder, it itself (as "") among them, and everything else, each with
    what the system knows of it."""

    top: Path
    folders: dict[str, os.stat_result]
    files: dict[str, os.stat_result]


def _survey(top: Path) -> _Survey:
    found = _Survey(top, {}, {})
    with contextlib.suppress(FileNotFoundError):
        found.folders[""] = os.lstat(top)
    waiting = [*found.folders]
    while waiting:
        below = waiting.pop()
        with contextlib.suppress(FileNotFoundError), os.scandir(f"{top}/{below}") as entries:
            for entry in entries:
                path = f"{below}/{entry.name}" if below else entry.name
                kind = found.folders if entry.is_dir(follow_symlinks=False) else found.files
                kind[path] = entry.stat(follow_symlinks=False)
                if kind is found.folders:
                    waiting.append(path)
    return found


def _as_before(top: Path, stamps: Stamps) -> _Survey | None:
    """The survey of a folder into which nothing came and from which nothing went, by the `stamps` of the folders in it."""
    try:
        found = _looked_at(top, stamps)
    except OSError:
        return None
    same = (_stamp(known, "") == stamps[f"{path}/"] for path, known in found.folders.items())
    return found if found.folders and all(same) else None


def _looked_at(top: Path, paths: Iterable[str]) -> _Survey:
    """What the system knows of `paths`, which are spelled as in `Stamps`. Raises OSError when one of them is not there."""
    found = _Survey(top, {}, {})
    for path in paths:
        kind = found.folders if path.endswith("/") else found.files
        kind[path.removesuffix("/")] = os.lstat(f"{top}/{path}")
    return found


def _holds(survey: _Survey, path: str, stamp: Stamp | None, stamps: Stamps) -> bool:
    """Whether at `path` stands a plain file with the content of `stamp`. One that is as it was stamped is not read."""
    if stamp is None or not stat.S_ISREG(survey.files[path].st_mode):
        return False
    known = stamps.get(path)
    if known and known[1:] == stamp[1:]:
        return known[0] == stamp[0]
    return digest_of(Path(survey.top, path).read_bytes()) == stamp[0]


def _stamp(known: os.stat_result, digest: str) -> Stamp:
    return digest, known.st_size, known.st_ino, known.st_mtime_ns, known.st_ctime_ns


def _stamps(survey: _Survey, wanted: Files) -> dict[str, Stamp]:
    folders = {f"{path}/": _stamp(known, "") for path, known in survey.folders.items()}
    digests = wanted.digests().items()
    return folders | {path: _stamp(survey.files[path], digest) for path, digest in digests if path in survey.files}


def _replace_file(folder: Path, path: str, data: bytes) -> None:
    """Put one file in the place of another, in one step."""
    new = _beside(folder, "file")
    try:
        new.write_bytes(data)
        new.chmod(_FILE_MODE)
        # Some file systems do not return from a replacement until all of the new file is on its way to the disk.
        if not _exchange(new, folder / path):
            os.replace(new, folder / path)
    finally:
        new.unlink(missing_ok=True)


def _replace(folder: Path, wanted: Files, before: _Survey, stays: Set[str]) -> None:
    new = _beside(folder, "new")
    spare = False
    try:
        shared = _bring_up(new, wanted, before, stays)
        spare = _put_in_place(new, folder) and shared and _is_large(wanted)
        # After the swap `new` is what remains of the old site.
        if spare:
            _hide_from_git(new)
        else:
            _remove_known(new, before)
    finally:
        if not spare:
            _remove_tree(new)


_MANY_FOLDERS = 500
"""From so many on, the old tree is kept as a spare: to make and to remove them takes longer than all else."""


def _is_large(wanted: Files) -> bool:
    return len(_folders(wanted)) >= _MANY_FOLDERS


def _hide_from_git(spare: Path) -> None:
    with contextlib.suppress(OSError):
        _write_file(f"{spare}/.gitignore", b"*\n")


def _bring_up(new: Path, wanted: Files, before: _Survey, stays: Set[str]) -> bool:
    """Make the tree `new`, which nobody reads, hold `wanted`, whatever an earlier run left there.

    Returns whether it shares what stays with the old tree.
    """
    there, folders = _survey(new), ("", *_folders(wanted))
    right = {path for path in stays if _is_shared(path, there, before)}
    for path in there.files.keys() - right:
        os.unlink(f"{new}/{path}")
    for path in sorted(there.folders.keys() - {*folders}, reverse=True):
        os.rmdir(f"{new}/{path}")
    for path in folders:
        if path not in there.folders:
            os.mkdir(f"{new}/{path}")
        if path not in there.folders or stat.S_IMODE(there.folders[path].st_mode) != _FOLDER_MODE:
            os.chmod(f"{new}/{path}", _FOLDER_MODE)
    unshared = [path for path in wanted if path not in right and not _share_file(f"{new}/{path}", path, before, stays)]
    for path in unshared:
        _write_file(f"{new}/{path}", wanted[path])
    return stays.isdisjoint(unshared)


def _folders(files: Iterable[str]) -> list[str]:
    """The folders that hold `files`, each after the one it lies in: "a/b/c" -> "a", "a/b"."""
    found: set[str] = set()
    for path in files:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return sorted(found)


def _write_file(path: str, data: bytes) -> None:
    Path(path).write_bytes(data)
    os.chmod(path, _FILE_MODE)


def _is_shared(path: str, there: _Survey, before: _Survey) -> bool:
    """Whether one file stands at `path` in both trees. Where a system numbers no files, none does."""
    known = there.files.get(path)
    return known is not None and known.st_ino != 0 and os.path.samestat(known, before.files[path]) and _may_be_read(known)


def _may_be_read(known: os.stat_result) -> bool:
    return stat.S_IMODE(known.st_mode) == _FILE_MODE


def _share_file(new: str, path: str, before: _Survey, stays: Set[str]) -> bool:
    """Give the file at `path`, if it stays as it is, its place in the new tree as well. False where that cannot be done.

    The file then stands in both. Nothing is copied, and it keeps its time.
    """
    if path not in stays or not _may_be_read(before.files[path]):
        return False
    try:
        os.link(f"{before.top}/{path}", new)
    except OSError:
        return False
    return True


def _remove_known(top: Path, known: _Survey) -> None:
    """Remove from `top` what is `known` to be there. This is quicker than to look for it."""
    with contextlib.suppress(OSError):
        for path in known.files:
            os.unlink(f"{top}/{path}")
        for path in sorted(known.folders, reverse=True):
            os.rmdir(f"{top}/{path}")


def _put_in_place(new: Path, folder: Path) -> bool:
    """Whether that left the old site where the new one was made."""
    if not folder.exists():
        new.rename(folder)
        return False
    if _exchange(new, folder):
        return True
    _rename_twice(new, folder)
    return False


def _exchange(new: Path, folder: Path) -> bool:
    """Let two folders change places in one step. False where the system cannot; raises OSError where it may not."""
    call = _exchange_call()
    if call is None:
        return False
    if call(os.fsencode(new), os.fsencode(folder)) == 0:
        return True
    number = _error_number()
    if number in _NO_EXCHANGE:
        return False
    raise OSError(number, os.strerror(number), str(folder))


def _error_number() -> int:
    import ctypes

    return ctypes.get_errno()


def _exchange_call() -> Callable[[bytes, bytes], int] | None:
    """`renameat2(RENAME_EXCHANGE)` of Linux, `renamex_np(RENAME_SWAP)` of macOS, or None."""
    if sys.platform not in ("linux", "darwin"):
        return None
    import ctypes  # takes as long as looking at a thousand files, and a build with nothing to do needs it not

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
    _remove_tree(old)


def _remove_leftovers(folder: Path, spare: bool) -> None:
    """Undo what a killed run left: give a site its name back, remove what stands beside it, apart from a `spare` tree."""
    old, new, file = (_beside(folder, role) for role in ("old", "new", "file"))
    if old.is_dir() and not folder.exists():
        old.rename(folder)
    for path in (old, new, file):
        if path.is_symlink() or path.is_file():
            path.unlink()
        elif path.exists() and not (spare and path == new):
            _remove_tree(path, ignore_errors=False)


def _remove_tree(folder: Path, ignore_errors: bool = True) -> None:
    import shutil  # with its formats of archives, slower to read than a build with nothing to do

    shutil.rmtree(folder, ignore_errors=ignore_errors)


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
