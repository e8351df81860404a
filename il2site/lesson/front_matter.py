"""The front matter of a Markdown file: settings between two lines of three dashes at its very beginning."""

from __future__ import annotations

import re
from dataclasses import dataclass

from il2site.problem import Checked, Problem
from il2site.text import Place, SourceFile

_FENCE = re.compile(r"---[ \t]*")


@dataclass(frozen=True)
class Parts:
    """The two halves of a file. Line 1 of `settings` is line 2 of the file; line 1 of `body` is line `body_line`."""

    settings: str
    body: str
    body_line: int


def split(file: SourceFile) -> Checked[Parts]:
    """`file` cut at its dashes; a problem at line 1 when they do not open the file or are never repeated."""
    lines = file.text.split("\n")
    if not _FENCE.fullmatch(lines[0]):
        message = "the file does not open with front matter" if file.text.strip() else "the file is empty"
        remedy = "Write --- on line 1, then “title: …” and the other settings, then --- again."
        return Checked(None, (Problem(Place(file.path, 1), "front-matter", message, remedy),))
    for index in range(1, len(lines)):
        if _FENCE.fullmatch(lines[index]):
            return Checked(Parts("\n".join(lines[1:index]), "\n".join(lines[index + 1 :]), index + 2))
    message = "the front matter that opens on line 1 is never closed"
    return Checked(
        None,
        (Problem(Place(file.path, 1), "front-matter", message, "Write --- on a line of its own below the settings."),),
    )
