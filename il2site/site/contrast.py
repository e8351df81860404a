"""Whether the colours of a site can be read: the contrast ratios of WCAG 2.2, in the light theme and in the dark one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from il2site.problem import Problem
from il2site.text import ENTITIES, SourceFile

TOKENS = "css/tokens.css"
WORDS = ("ink", "ink-soft", "link", "good", "bad", *(f"entity-{name}" for name in ENTITIES))
"""Colours that words are written in (1.4.3); those of entities are also the colours of marks."""
SIGNS = ("focus",)
"""Colours of signs only (1.4.11)."""
GROUNDS = ("ground", "panel")
_COLOUR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-fA-F]{6}), (#[0-9a-fA-F]{6})\);")


def contrast_problems(assets: Mapping[str, bytes]) -> Iterator[Problem]:
    """Every pair of colours of the site's tokens.css that is too faint; a colour written in another way is not judged."""
    file = SourceFile(f"static/{TOKENS}", assets.get(TOKENS, b"").decode("utf-8", "replace"))
    pairs = {name: (light, dark) for name, light, dark in reversed(_COLOUR.findall(file.text))}
    for name, least in [*((word, 4.5) for word in WORDS), *((sign, 3.0) for sign in SIGNS)]:
        for ground in GROUNDS:
            for place, theme in enumerate(("light", "dark")):
                if name in pairs and ground in pairs:
                    yield from _faint(file, name, ground, theme, pairs[name][place], pairs[ground][place], least)


def _faint(
    file: SourceFile, name: str, ground: str, theme: str, colour: str, behind: str, least: float
) -> Iterator[Problem]:
    ratio = contrast(colour, behind)
    if ratio < least:
        said = f"--{name} on --{ground} has a contrast of {ratio:.2f} in the {theme} theme; {least:g} is needed."
        yield Problem(file.find(f"--{name}: "), "contrast", said, "Make it darker, or lighter in the dark theme.")


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours like `#fdfcf9`, as WCAG 2.2 defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
