"""Read a site's folder into one value. The only module that reads files."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from il2site.problem import Checked, Problem
from il2site.text import Place, SourceFile

TEXT_SUFFIXES = frozenset({".md", ".yml", ".json", ".csv", ".ant", ".xml"})
IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif"})
FONT_AND_SCRIPT_SUFFIXES = frozenset({".css", ".js", ".woff2"})
LARGEST_TEXT = 5_000_000
"""Bytes; a lesson of this size would hold a thousand pages."""

_FORBIDDEN = {
    "\0": "a NUL character",
    "\ue000": "a private-use character (U+E000)",
    "\ue001": "a private-use character (U+E001)",
}
_UTF16_MARKS = {b"\xff\xfe": "UTF-16 (little endian)", b"\xfe\xff": "UTF-16 (big endian)"}


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything a build depends on. Keys are sorted and use forward slashes."""

    texts: Mapping[str, SourceFile] = field(default_factory=dict)
    """Text files below `content/`, by path: `content/lessons/cd4-expansion.md`."""
    binaries: Mapping[str, bytes] = field(default_factory=dict)
    """Images below `content/images/`, by path."""
    templates: Mapping[str, SourceFile] = field(default_factory=dict)
    """jinja2 templates by name (`parts/figure.html`): those of il2site, overlaid by the site's own."""
    assets: Mapping[str, bytes] = field(default_factory=dict)
    """Styles, scripts and fonts by name: `css/tokens.css`, `dist/site.js`."""


def read_sources(folder: Path) -> Checked[Sources]:
    """The sources of the site in `folder`. Every file that cannot be used is a problem; none raises."""
    problems: list[Problem] = []
    content = dict(_walk(folder, "content", problems))
    own_templates = dict(_walk(folder, "templates", problems))
    sources = Sources(
        texts=_texts({p: d for p, d in content.items() if Path(p).suffix in TEXT_SUFFIXES}, problems),
        binaries={p: d for p, d in content.items() if Path(p).suffix.lower() in IMAGE_SUFFIXES},
        templates=_templates(own_templates, problems),
        assets=_bundled_assets() | _own_styles(folder, problems),
    )
    return Checked(sources, tuple(problems))


def read_text(path: Path) -> Checked[SourceFile]:
    """One text file, in a site or not; its path in problems is `path` as given."""
    place = Place(_shown(path))
    problems: list[Problem] = []
    try:
        facts = os.stat(path)
        if not stat.S_ISREG(facts.st_mode):
            return Checked(None, (_special(place, path),))
        # One byte more than is allowed shows that a file is too large, however large it is.
        with path.open("rb") as file:
            data = file.read(LARGEST_TEXT + 1)
    except OSError as error:
        return Checked(None, (_unreadable(place, error),))
    return Checked(_text(place.path, data, problems), tuple(problems))


def engine_programs() -> tuple[Path, Path]:
    """What runs the browser's engine under Node: as built (a bundle), and as written (TypeScript; only in a checkout)."""
    static = _bundled() / "static"
    return static / "dist/node/simulate.mjs", static / "src/simulate.ts"


def watched_folders(folder: Path) -> tuple[Path, ...]:
    """The folders whose changes change the site in `folder`."""
    bundled = _bundled()
    return tuple(
        p
        for p in (
            folder / "content",
            folder / "templates",
            folder / "static",
            bundled / "templates",
            bundled / "static",
        )
        if p.is_dir()
    )


def _bundled() -> Path:
    """Where il2site's own templates and assets lie: inside an installed package, or beside it in a checkout."""
    package = Path(__file__).parent
    installed = package / "bundled"
    return installed if installed.is_dir() else package.parent


def _templates(own: Mapping[str, bytes], problems: list[Problem]) -> dict[str, SourceFile]:
    bundled = {f"templates/{p}": d for p, d in _read_tree(_bundled() / "templates")}
    return {path.removeprefix("templates/"): file for path, file in _texts({**bundled, **own}, problems).items()}


def _bundled_assets() -> dict[str, bytes]:
    static = _bundled() / "static"
    return {f"{part}/{p}": d for part in ("css", "dist") for p, d in _read_tree(static / part) if _is_asset(p)}


def _own_styles(folder: Path, problems: list[Problem]) -> dict[str, bytes]:
    """Style sheets that the site adds to, or puts in place of, those of il2site."""
    return {p.removeprefix("static/"): d for p, d in _walk(folder, "static/css", problems) if p.endswith(".css")}


def _is_asset(path: str) -> bool:
    return Path(path).suffix in FONT_AND_SCRIPT_SUFFIXES


def _read_tree(folder: Path) -> Iterator[tuple[str, bytes]]:
    """il2site's own files: (path below `folder`, bytes), sorted. Nothing when the folder is absent."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not _is_hidden(path.name):
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def _walk(root: Path, below: str, problems: list[Problem]) -> Iterator[tuple[str, bytes]]:
    """(path relative to `root`, bytes) of every file in `root/below`, sorted; links are followed while they stay inside."""
    yield from _walk_folder(root, root / below, problems, frozenset())


def _walk_folder(
    root: Path, folder: Path, problems: list[Problem], seen: frozenset[str]
) -> Iterator[tuple[str, bytes]]:
    if not folder.is_dir() or os.path.realpath(folder) in seen:
        return
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        problems.append(_unreadable(Place(_relative(root, folder)), error))
        return
    for name in names:
        if not _is_hidden(name):
            yield from _walk_entry(root, folder / name, problems, seen | {os.path.realpath(folder)})


def _walk_entry(root: Path, path: Path, problems: list[Problem], seen: frozenset[str]) -> Iterator[tuple[str, bytes]]:
    problem = _entry_problem(root, path)
    if problem:
        problems.append(problem)
    elif path.is_dir():
        yield from _walk_folder(root, path, problems, seen)
    else:
        try:
            yield _relative(root, path), path.read_bytes()
        except OSError as error:
            problems.append(_unreadable(Place(_relative(root, path)), error))


def _entry_problem(root: Path, path: Path) -> Problem | None:
    place = Place(_relative(root, path))
    try:
        path.name.encode("utf-8")
    except UnicodeEncodeError:
        return Problem(place, "encoding", f"The file name {path.name!a} is not UTF-8.", "Rename the file.")
    if path.is_symlink() and not _stays_inside(root, path):
        return Problem(
            place,
            "outside-link",
            f"{path.name} is a link to something outside the site's folder, or to nothing.",
            "Copy the file into the site's folder, or remove the link.",
        )
    try:
        kind = os.stat(path).st_mode
    except OSError as error:
        return _unreadable(place, error)
    if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
        return _special(place, path)
    return None


def _stays_inside(root: Path, path: Path) -> bool:
    target = Path(os.path.realpath(path))
    return target.is_relative_to(os.path.realpath(root)) and target.exists()


def _is_hidden(name: str) -> bool:
    """Whether a name is an editor's or a system's business: dot files, back-ups, swap files."""
    return (
        name.startswith((".", "#")) or name.endswith(("~", ".swp", ".tmp", ".bak")) or name in {"__pycache__", "4913"}
    )


def _special(place: Place, path: Path) -> Problem:
    return Problem(place, "special-file", f"{path.name} is neither a file nor a folder.", "Remove it; it is not used.")


def _unreadable(place: Place, error: OSError) -> Problem:
    return Problem(
        place,
        "unreadable",
        f"It cannot be read: {error.strerror or error}.",
        "Give yourself the right to read it, or remove it.",
    )


def _relative(root: Path, path: Path) -> str:
    return _shown(path.relative_to(root))


def _shown(path: Path) -> str:
    """`path` with forward slashes; bytes that are no UTF-8 are spelled out."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")


def _texts(files: Mapping[str, bytes], problems: list[Problem]) -> dict[str, SourceFile]:
    texts = {path: _text(path, data, problems) for path, data in files.items()}
    return {path: text for path, text in sorted(texts.items()) if text}


def _text(path: str, data: bytes, problems: list[Problem]) -> SourceFile | None:
    """The text of a file, or None and a problem: UTF-8, no byte-order mark, one kind of line end, no control characters."""
    problem = _size_or_encoding_problem(path, data)
    if problem:
        problems.append(problem)
        return None
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    file = SourceFile(path, text)
    for character, name in _FORBIDDEN.items():
        if character in text:
            problems.append(
                Problem(file.find(character), "control-character", f"The text holds {name}.", "Delete that character.")
            )
            return None
    return file


def _size_or_encoding_problem(path: str, data: bytes) -> Problem | None:
    if len(data) > LARGEST_TEXT:
        return Problem(
            Place(path),
            "unreadable",
            f"It is {len(data) / 1e6:.0f} MB, too large for a text.",
            "Split it into smaller files.",
        )
    if data[:2] in _UTF16_MARKS:
        return Problem(
            Place(path), "encoding", f"It is {_UTF16_MARKS[data[:2]]}, not UTF-8.", "Save it again as UTF-8."
        )
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Problem(
            Place(path, line),
            "encoding",
            f"Byte {error.start} (0x{data[error.start]:02X}) is not UTF-8.",
            "Save it again as UTF-8.",
        )
    return None
