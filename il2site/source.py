"""Read a site's folder into one value. The only module that reads files."""

from __future__ import annotations

import os
import re
import stat
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from il2site.memory import joined
from il2site.problem import Checked, Problem
from il2site.text import Place, SourceFile

IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif"})
ASSET_SUFFIXES = frozenset({".css", ".js", ".json", ".woff2"})
LARGEST_TEXT = 5_000_000
"""Bytes; a lesson of this size would hold a thousand pages."""
LARGEST_IMAGE = 20_000_000
"""Bytes."""
DEEPEST = 20
"""So many folders may lie in each other."""

_USED = re.compile(
    r"content/(site\.yml|claims\.yml|references\.json|glossary\.md|(lessons|pages)/[^/]+\.md|figures/[^/]+\.yml"
    r"|data/.+\.csv|models/[^/]+/(model\.(ant|xml)|card\.yml))"
)
_PLAIN = bytes([*range(0x20, 0x7F), *b"\t\n\r"])
_IN_NO_TEXT = re.compile("[\0\ue000\ue001]")
_IN_NO_WORDS = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufeff\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff]"
)
"""What no browser shows, or takes for something else. Models of others in XML may hold it in their notes."""
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""What makes words run the other way, so that a text reads otherwise than it is written."""
_FOREIGN_MARKS = {
    b"\xff\xfe\0\0": "UTF-32 (little endian)",
    b"\0\0\xfe\xff": "UTF-32 (big endian)",
    b"\xff\xfe": "UTF-16 (little endian)",
    b"\xfe\xff": "UTF-16 (big endian)",
}
_NO_TEXTS = {
    b"PK\x03\x04": "a document of an office program, or an archive",
    b"\xd0\xcf\x11\xe0": "a document of an office program",
    b"{\\rtf": "a document of a word processor (RTF)",
    b"%PDF-": "a PDF",
    b"\x1f\x8b": "a packed file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"bplist": "a property list",
}
"""How files begin that somebody may take for a text, because they hold one."""


@dataclass(frozen=True)
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
    unusable: frozenset[str] = frozenset()
    """Paths of texts that are there and cannot be used; each is told as a problem."""

    def digest(self) -> str:
        """What stands for all of it."""
        texts = (*self.texts.values(), *self.templates.values())
        return joined((*texts, *self.binaries.items(), *self.assets.items()))


class Before:
    """What earlier readings found: a file that the system describes as it did then is not read again.

    An editor can keep size and time of a file, but not the time of its last change of any kind. Systems that keep none,
    and files that changed so lately that a clock might not tell one change from the next, are read again.
    """

    def __init__(self) -> None:
        self._contents: dict[str, tuple[tuple[int, ...], bytes]] = {}
        self._texts: dict[str, tuple[bytes, SourceFile]] = {}

    def content(self, file: str, most: int) -> bytes:
        """What is in `file`, up to `most` bytes. Raises OSError when it cannot be read."""
        known = self._contents.get(file)
        if known and known[0] == _described(os.stat(file)):
            return known[1]
        with open(file, "rb") as stream:
            described, now = _described(os.fstat(stream.fileno())), time.time_ns()
            data = stream.read(most)
        if described and max(described[-2:]) < now - _UNSETTLED:
            self._contents[file] = described, data
        return data

    def text(self, path: str, data: bytes, problems: list[Problem]) -> SourceFile | None:
        """As `_text`."""
        known = self._texts.get(path)
        if known and known[0] is data:
            return known[1]
        told = len(problems)
        text = _text(path, data, problems)
        if text and len(problems) == told:
            self._texts[path] = data, text
        return text


_UNSETTLED = 3_000_000_000
"""Nanoseconds; some file systems count time in steps of two seconds."""


def _described(facts: os.stat_result) -> tuple[int, ...]:
    """What a system says of a file, its two times last. Nothing where it does not say when anything of a file changed."""
    if sys.platform == "win32":
        return ()
    return facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns


def read_sources(folder: Path, before: Before | None = None) -> Checked[Sources]:
    """The sources of the site in `folder`. Every file that cannot be used is a problem; none raises.

    `before`, given again at the next reading, spares reading what has not changed; the result is the same without it.
    """
    before = before or Before()
    problems: list[Problem] = []
    content = dict(_walk(folder, "content", problems))
    texts = {path: file for path, file in content.items() if _USED.fullmatch(path)}
    images = {path: file for path, file in content.items() if _is_image(path)}
    problems += _all_unused([path for path in content if path not in texts and path not in images])
    read = _texts(_contents(texts, LARGEST_TEXT, problems, before), problems, before)
    sources = Sources(
        texts=read,
        binaries=_contents(images, LARGEST_IMAGE, problems, before),
        templates=_templates(dict(_walk(folder, "templates", problems)), problems, before),
        assets=_bundled_assets(before) | _own_styles(folder, problems, before),
        unusable=frozenset(texts.keys() - read.keys()) | _refused(problems),
    )
    return Checked(sources, tuple(problems))


def _refused(problems: Iterable[Problem]) -> frozenset[str]:
    """The paths of texts that the folder holds and that may not be, or cannot be, opened."""
    rules = {"unreadable", "outside-link"}
    return frozenset(p.place.path for p in problems if p.rule in rules and _USED.fullmatch(p.place.path))


def read_text(path: Path) -> Checked[SourceFile]:
    """One text file, in a site or not; its path in problems is `path` as given."""
    place = Place(_shown(path))
    problems: list[Problem] = []
    try:
        facts = os.stat(path)
        if not stat.S_ISREG(facts.st_mode):
            return Checked(None, (_special(place, path),))
    except OSError as error:
        return Checked(None, (_unreadable(place, error),))
    before = Before()
    found = _contents({place.path: os.fspath(path)}, LARGEST_TEXT, problems, before)
    return Checked(_texts(found, problems, before).get(place.path), tuple(problems))


def engine_programs() -> tuple[Path, Path]:
    """What runs the browser's engine under Node: as built (a bundle), and as written (TypeScript; only in a checkout)."""
    static = _bundled() / "static"
    return static / "dist/node/simulate.mjs", static / "src/simulate.ts"


def engine_digest() -> str:
    """What stands for the programs that read and measure models: what they made holds as long as none of them changes."""
    code = Path(__file__).parent
    return _digest_of_programs([*(code / "model").rglob("*.py"), *(code / f"{name}.py" for name in _BELOW_MODELS)])


def program_digest() -> str:
    """What stands for all of il2site and for what it is built on."""
    return _digest_of_programs(Path(__file__).parent.rglob("*.py"))


_BELOW_MODELS = ("schema", "problem", "text", "source", "cores", "memory", "files")


def _digest_of_programs(files: Iterable[Path]) -> str:
    code = Path(__file__).parent
    texts = ((file.relative_to(code).as_posix(), file.read_bytes()) for file in sorted(files))
    return joined((sys.version, *_installed(), *texts))


def _installed() -> list[str]:
    """Name and version of every package that can be imported, from the names of the folders that describe them."""
    folders = [folder for folder in sys.path if os.path.isdir(folder)]
    return sorted({name for folder in folders for name in os.listdir(folder) if name.endswith(".dist-info")})


def read_kept(path: Path) -> bytes | None:
    """What an earlier run of this user kept at `path`; None when there is nothing, or something that is not theirs."""
    try:
        mine = not hasattr(os, "geteuid") or os.stat(path).st_uid == os.geteuid()
        return path.read_bytes() if mine else None
    except OSError:
        return None


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


def drawn_fonts() -> list[str]:
    """Paths of the fonts of pictures that the build draws; the library that draws reads them itself."""
    return [str(path) for path in sorted((_bundled() / "static/dist/drawn").glob("*.ttf"))]


def _templates(own: Mapping[str, str], problems: list[Problem], before: Before) -> dict[str, SourceFile]:
    bundled = {f"templates/{p}": d for p, d in _read_tree(_bundled() / "templates", before)}
    texts = _texts({**bundled, **_contents(own, LARGEST_TEXT, problems, before)}, problems, before)
    return {path.removeprefix("templates/"): file for path, file in texts.items()}


def _bundled_assets(before: Before) -> dict[str, bytes]:
    static = _bundled() / "static"
    return {f"{part}/{p}": d for part in ("css", "dist") for p, d in _read_tree(static / part, before) if _is_asset(p)}


def _own_styles(folder: Path, problems: list[Problem], before: Before) -> dict[str, bytes]:
    """Style sheets that the site adds to, or puts in place of, those of il2site."""
    styles = {path: file for path, file in _walk(folder, "static/css", problems) if path.endswith(".css")}
    contents = _contents(styles, LARGEST_TEXT, problems, before)
    problems += filter(None, (_encoding_problem(path, data) for path, data in contents.items()))
    return {path.removeprefix("static/"): data for path, data in contents.items()}


def _is_image(path: str) -> bool:
    return path.startswith("content/images/") and Path(path).suffix.lower() in IMAGE_SUFFIXES


def _is_asset(path: str) -> bool:
    return Path(path).suffix in ASSET_SUFFIXES


def _read_tree(folder: Path, before: Before) -> Iterator[tuple[str, bytes]]:
    """il2site's own files: (path below `folder`, bytes), sorted. Nothing when the folder is absent."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not _is_hidden(path.name):
            yield path.relative_to(folder).as_posix(), before.content(str(path), -1)


def _contents(files: Mapping[str, str], largest: int, problems: list[Problem], before: Before) -> dict[str, bytes]:
    """What is in `files`, by path. One that cannot be read, or is larger than it may be, is a problem."""
    found = {}
    for path, file in files.items():
        try:
            # One byte more than is allowed shows that a file is too large, however large it is.
            found[path] = before.content(file, largest + 1)
        except OSError as error:
            problems.append(_unreadable(Place(path), error))
    problems += [_too_large(path, largest) for path, data in found.items() if len(data) > largest]
    return {path: data for path, data in found.items() if len(data) <= largest}


def _walk(root: Path, below: str, problems: list[Problem]) -> Iterator[tuple[str, str]]:
    """(path relative to `root`, file) of every file in `root/below`, sorted; links are followed while they stay inside."""
    top = root / below
    try:
        os.lstat(top)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        problems.append(_unreadable(Place(below), error))
        return
    if _stays_inside(root, top):
        yield from _walk_entry(root, top, problems, frozenset(), False)
    else:
        problems.append(_outside(Place(below), top))


def _walk_folder(
    root: Path, folder: Path, problems: list[Problem], above: frozenset[str], linked: bool
) -> Iterator[tuple[str, str]]:
    """The files in `folder`. `above`: the folders it lies in; `linked`: whether a link led here."""
    real = os.path.realpath(folder)
    if real in above:
        return
    shown = _relative(root, folder)
    try:
        with os.scandir(folder) as found:
            entries = sorted((entry for entry in found if not _is_hidden(entry.name)), key=lambda entry: entry.name)
    except OSError as error:
        problems.append(_unreadable(Place(shown), error))
        return
    for entry in entries:
        if entry.name.isascii() and entry.is_file(follow_symlinks=False):  # so plain that nothing more is to be asked
            yield f"{shown}/{entry.name}", entry.path
        else:
            yield from _walk_entry(root, folder / entry.name, problems, above | {real}, linked)


def _walk_entry(
    root: Path, path: Path, problems: list[Problem], above: frozenset[str], linked: bool
) -> Iterator[tuple[str, str]]:
    problem = _entry_problem(root, path)
    if problem:
        problems.append(problem)
    elif not path.is_dir():
        yield _relative(root, path), str(path)
    elif linked and path.is_symlink():
        # Links to folders that hold links to folders would lead on and on, in more ways than could be counted.
        problems.append(_not_followed(Place(_relative(root, path)), path, "is a link below a link"))
    elif len(above) > DEEPEST:
        problems.append(_not_followed(Place(_relative(root, path)), path, f"lies below {DEEPEST} other folders"))
    else:
        yield from _walk_folder(root, path, problems, above, linked or path.is_symlink())


def _entry_problem(root: Path, path: Path) -> Problem | None:
    place = Place(_relative(root, path))
    try:
        path.name.encode("utf-8")
    except UnicodeEncodeError:
        return Problem(place, "encoding", f"The file name {path.name!a} is not UTF-8.", "Rename the file.")
    if path.is_symlink() and not _stays_inside(root, path):
        return _outside(place, path)
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
        name.startswith((".", "#", "~$"))
        or name.endswith(("~", ".swp", ".swo", ".swx", ".tmp", ".bak", ".orig", ".rej", ".part", ".crdownload"))
        or name.lower() in {"__pycache__", "4913", "thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"}
    )


def _outside(place: Place, path: Path) -> Problem:
    said = f"{path.name} is a link to something outside the site's folder, or to nothing."
    return Problem(place, "outside-link", said, "Copy the file into the site's folder, or remove the link.")


def _not_followed(place: Place, path: Path, why: str) -> Problem:
    said = f"The folder {path.name} {why}, so nothing in it is used."
    return Problem(place, "special-file", said, "Move the folder to where it is needed.")


_MANY = 10


def _all_unused(paths: Iterable[str]) -> Iterator[Problem]:
    """A problem for each of `paths`; where a folder holds many, one for all in it."""
    folders: dict[str, list[str]] = {}
    for path in paths:
        folders.setdefault(path.rpartition("/")[0], []).append(path)
    for folder, inside in folders.items():
        if len(inside) <= _MANY:
            yield from map(_unused, inside)
        else:
            first = inside[0].rpartition("/")[2]
            said = f"il2site uses {len(inside)} files of this folder not at all, {first} among them."
            remedy = "Move them out of content/, or to their place: docs/authoring.md shows where each file lies."
            yield Problem(Place(folder), "file-unused", said, remedy)


def _unused(path: str) -> Problem:
    remedy = "Move it out of content/, or mend its name or its place: docs/authoring.md shows where each file lies."
    return Problem(Place(path), "file-unused", "il2site uses no file of this kind at this place.", remedy)


def _too_large(path: str, largest: int) -> Problem:
    said = f"It is larger than {largest / 1e6:.0f} MB, too large to be read in a browser."
    return Problem(Place(path), "unreadable", said, "Split it into smaller files, or save it smaller.")


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


def _texts(files: Mapping[str, bytes], problems: list[Problem], before: Before) -> dict[str, SourceFile]:
    texts = {path: before.text(path, data, problems) for path, data in files.items()}
    return {path: text for path, text in sorted(texts.items()) if text}


def _text(path: str, data: bytes, problems: list[Problem]) -> SourceFile | None:
    """The text of a file, or None and a problem: UTF-8, no byte-order mark, one kind of line end, no control characters."""
    # As most are: there is nothing to be found.
    if data.isascii() and not data.translate(None, _PLAIN) and not data.startswith(tuple(_NO_TEXTS)):
        return SourceFile(path, data.decode("ascii").replace("\r\n", "\n").replace("\r", "\n"))
    problem = _encoding_problem(path, data)
    if problem:
        problems.append(problem)
        return None
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    file = SourceFile(path, text)
    forbidden = (_IN_NO_TEXT if path.endswith(".xml") else _IN_NO_WORDS).search(text)
    if forbidden:
        said = f"The text holds {_named(forbidden[0])}."
        problems.append(Problem(file.place(forbidden.start()), "control-character", said, "Delete that character."))
        return None
    if turned := _TURNS.search(text):
        said = f"The text holds U+{ord(turned[0]):04X}, an invisible character that turns the direction of words."
        problems.append(Problem(file.place(turned.start()), "bidi-control", said, "Delete that character."))
    return file


def _named(character: str) -> str:
    private = "\ue000" <= character <= "\uf8ff" or character >= "\U000f0000"
    kind = "a private-use" if private else "an invisible"
    return "a NUL character" if character == "\0" else f"{kind} character (U+{ord(character):04X})"


def _wide_order(data: bytes) -> str | None:
    """"little" or "big" for a text in UTF-16 that does not say so: nearly every second byte of it is 0."""
    begin = data[:1000]
    for order, zeros in (("little", begin[1::2]), ("big", begin[0::2])):
        if len(zeros) > 1 and zeros.count(0) > 0.7 * len(zeros) and begin.count(0) < 0.6 * len(begin):
            return order
    return None


def _encoding_problem(path: str, data: bytes) -> Problem | None:
    if mark := next((mark for mark in _FOREIGN_MARKS if data.startswith(mark)), None):
        said = f"It is {_FOREIGN_MARKS[mark]}, not UTF-8."
        return Problem(Place(path), "encoding", said, "Save it again as UTF-8.")
    if kind := next((kind for mark, kind in _NO_TEXTS.items() if data.startswith(mark)), None):
        return Problem(Place(path), "encoding", f"It is {kind}, not a plain text.", "Save it again as plain text, in UTF-8.")
    if wide := _wide_order(data):
        return Problem(Place(path), "encoding", f"It is UTF-16 ({wide} endian), not UTF-8.", "Save it again as UTF-8.")
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
