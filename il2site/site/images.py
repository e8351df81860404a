"""The images of a site: each under a name that every system and every address can hold, and without its maker's notes."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping

from il2site.problem import Checked, Problem
from il2site.site.address import is_device
from il2site.site.image import Unfit, cleaned
from il2site.text import Place

_NAME = re.compile(r"\w([\w .,()+-]*[\w)])?(\.\w+)?")


def site_images(files: Mapping[str, bytes]) -> Checked[dict[str, bytes]]:
    """The images in `files` (by path) as the site shows them; those that cannot be shown are problems."""
    problems = [*_name_problems(files), *_double_problems(files)]
    made = {}
    for path, data in files.items():
        name = posixpath.basename(path)
        try:
            made[path] = cleaned(name, data)
        except Unfit as unfit:
            problems.append(Problem(Place(path), "image-invalid", f"{name} {unfit.message}", unfit.remedy))
    return Checked(made, tuple(problems))


def _name_problems(files: Mapping[str, bytes]) -> Iterator[Problem]:
    for path in files:
        for name in path.split("/")[2:]:
            if not _NAME.fullmatch(unicodedata.normalize("NFC", name)) or is_device(name.split(".")[0]):
                said = f"“{name}” cannot be part of an address, or not on every system."
                yield Problem(Place(path), "image-name", said, "Name it with letters, digits, hyphens and a single dot.")


def _double_problems(files: Mapping[str, bytes]) -> Iterator[Problem]:
    """Images whose names differ only in case or in how an accent is spelled: on many systems they are one file."""
    alike = defaultdict(list)
    for path in files:
        alike[unicodedata.normalize("NFC", path).casefold()].append(path)
    for paths in alike.values():
        if len(paths) > 1:
            listed = " and ".join(ascii(path)[1:-1] for path in paths)
            said = f"{listed} are the same file on many systems."
            yield Problem(Place(paths[0]), "same-address", said, "Rename all but one of them.")
