"""What `il2site new` writes: patterns to fill in. Pure: from the texts that are there to the texts that will be."""

from __future__ import annotations

import re
from collections.abc import Mapping

from il2site.problem import Checked, Problem
from il2site.site.address import is_device
from il2site.text import Place, SourceFile

SETTINGS_PATH = "content/site.yml"
SETTINGS = """\
title: My lessons
description: One sentence that says what a reader finds here.
language: en
lessons:
"""
LESSON = """\
---
title: {title}
asks: Which one question does this lesson answer?
objectives:
  - Explain something in your own words
minutes: 10
---
Begin with something that the reader can picture.

## A first section

A claim is easier to trust with its source beside it. Terms, sources and figures are written as docs/authoring.md shows.

/// quiz
Why does a question belong here?

- [x] Answering makes the text above stick.
    > Recalling an idea strengthens it more than reading it again.
- [ ] It fills the page.
    > A question that fills a page is a question to delete.
///

/// misconception | {name}
    claim: Something that many readers believe.
Say why it is wrong, and what is right instead.
///
"""


def new_lesson(name: str, texts: Mapping[str, SourceFile]) -> Checked[dict[str, bytes]]:
    """Path to bytes for a new lesson and the settings that list it; a problem when the name is taken or unusable."""
    path = f"content/lessons/{name}.md"
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) or len(name) > 80 or is_device(name):
        problem = Problem(
            Place(path),
            "slug",
            f"“{name}” cannot be part of an address.",
            "Use lower-case letters, digits and single hyphens, at most 80.",
        )
        return Checked(None, (problem,))
    if path in texts:
        return Checked(
            None,
            (
                Problem(
                    Place(path), "same-address", f"{path} exists already.", "Choose another name, or edit that file."
                ),
            ),
        )
    settings = texts.get(SETTINGS_PATH, SourceFile(SETTINGS_PATH, SETTINGS)).text
    lesson = LESSON.format(title=name.replace("-", " ").capitalize(), name=name)
    return Checked({path: lesson.encode(), SETTINGS_PATH: listed(settings, name).encode()})


def listed(settings: str, name: str) -> str:
    """`settings` with `name` at the end of its list of lessons; comments and the other lines stay as they are."""
    block = re.search(
        r"^lessons:[ \t]*(\[\][ \t]*)?(#.*)?\n((?:[ \t]+.*\n|[ \t]*\n|-.*\n)*)", settings.rstrip("\n") + "\n", re.M
    )
    if block is None:
        return settings.rstrip("\n") + f"\nlessons:\n  - {name}\n"
    entries = re.findall(r"^([ \t]*)-", block[3], re.M)
    indent = entries[-1] if entries else "  "
    head = block[0].rstrip("\n").replace("[]", "").rstrip()
    return settings[: block.start()] + f"{head}\n{indent}- {name}\n" + settings[block.end() :]
