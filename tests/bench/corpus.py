"""A site of so many lessons as il2site and its peers each take it: the same text, in the dialect of each.

Every lesson has about 1,200 words, six sections, two lists, a table, two images, six formulas, eight links to other lessons
and to the web, two citations, three footnotes and one figure (one of twenty charts; for the peers, its picture). All of it follows from
the number of the lesson.
"""

from __future__ import annotations

import json
import random
import struct
import zlib
from pathlib import Path

WORDS = ["cell", "receptor", "signal", "antigen", "binding", "dose", "growth", "survival", "pathway", "kinase", "membrane", "chain", "affinity", "response", "memory", "effector", "gradient", "feedback", "secretion", "uptake", "clearance", "plasma", "tissue", "vessel", "kidney", "trial", "patient", "label", "evidence", "model", "rate", "time", "peak", "curve", "slope", "balance", "share", "number", "half", "more", "less", "slow", "fast", "early", "late", "first", "second", "each", "every", "single", "many", "few", "large", "small", "the", "a", "of", "in", "and", "to", "with", "from", "by", "for", "on", "at", "as", "is", "are", "can", "may", "so", "that", "which", "when", "where", "because"]
CHARTS = 20


class Lesson:
    """One lesson as plain parts, from which every dialect is written."""

    def __init__(self, number: int, count: int) -> None:
        self.number, self.slug, self.title = number, f"lesson-{number:05d}", f"Lesson number {number}"
        self.chart = f"chart-{number % CHARTS}"
        chance = random.Random(number)
        self.others = [f"lesson-{chance.randrange(count):05d}" for _ in range(5)]
        self._chance = chance

    def sentence(self) -> str:
        words = self._chance.choices(WORDS, k=self._chance.randrange(9, 19))
        return " ".join(words).capitalize() + "."

    def paragraph(self) -> str:
        return " ".join(self.sentence() for _ in range(5))


def body(lesson: Lesson, link: str, image: str, figure: str, math: tuple[str, str], cite: str = "(Doe 2001)") -> str:
    """The Markdown of `lesson`. `link` and `image` are patterns for addresses, `figure` the lines that show its figure."""
    begin, end = math
    parts = [lesson.paragraph() + "[^1]", figure]
    for section in range(1, 7):
        parts += [f"## Section {section} of {lesson.number}", lesson.paragraph(), lesson.paragraph()]
        parts.append(f"Where {begin}x_{section} = \\frac{{a + b}}{{{section}}}{end}, see [this]({link.format(lesson.others[section % 5])}).")
        if section in (2, 4):
            parts.append("\n".join(f"- {lesson.sentence()} **{n}** and *so on* {cite}." for n in range(5)))
            parts.append(f"![Dots]({image.format(section % 2)})")
        if section == 3:
            rows = "\n".join(f"| {n} | {lesson.sentence()[:20]} | {n * section} {cite} |" for n in range(6))
            parts.append(f"| n | what | how many |\n|---|---|---|\n{rows}")
        if section in (5, 6):
            parts.append(f"More at [a page](https://example.org/{lesson.number}/{section}).[^{section - 3}]")
    notes = [f"[^{n}]: {lesson.sentence()}" for n in (1, 2, 3)]
    return "\n\n".join([*parts, *notes]) + "\n"


def png(shade: int) -> bytes:
    """A small grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((shade * 90 + x) % 256 for x in range(32)) for _ in range(32))
    head = struct.pack(">IIBBBBB", 32, 32, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def write(path: Path, data: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)


def lessons(count: int) -> list[Lesson]:
    return [Lesson(number, count) for number in range(count)]


def il2site(folder: Path, count: int) -> None:
    """`count` lessons as a site of il2site in `folder`."""
    content = folder / "content"
    for lesson in lessons(count):
        front = f"---\ntitle: {lesson.title}\nasks: What does it ask?\nobjectives: [Know it]\nminutes: 6\nreviewed: 2026-01-31\n---\n"
        text = body(lesson, "{}.md", "../images/{}.png", f"/// figure | {lesson.chart}\n///", ("$", "$"), "[@doe2001]")
        write(content / f"lessons/{lesson.slug}.md", front + text)
    names = "".join(f"\n  - {lesson.slug}" for lesson in lessons(count))
    write(content / "site.yml", f"title: Bench\ndescription: Many lessons.\nlessons:{names}\n")
    source = {"id": "doe2001", "type": "article-journal", "title": "A title", "author": [{"family": "Doe", "given": "J"}],
              "issued": {"date-parts": [[2001]]}}  # fmt: skip
    write(content / "references.json", json.dumps([source]))
    for shade in (0, 1):
        write(content / f"images/{shade}.png", png(shade))
    for number in range(CHARTS):
        rows = "".join(f"row {n},{(n + 2) * (number + 3)},doe2001,read\n" for n in range(5))
        write(content / f"data/chart-{number}.csv", "what,value,source,status\n" + rows)
        write(content / f"figures/chart-{number}.yml", CHART.format(number=number, top=8 * (number + 3)))


CHART = """title: Chart number {number} shows five values
description: Five bars of growing length.
view: chart
data: chart-{number}.csv
chart: {{kind: bars, category: what, value: value, label: How many, scale: linear, range: [0, {top}], entity: il2, note: Made up.}}
summary: Five values.
"""


def plain(folder: Path, count: int, front: str = "---\ntitle: {title}\n---\n", link: str = "{}.md", math: tuple[str, str] = ("$", "$")) -> None:
    """`count` lessons as Markdown files with their images in `folder`, for a peer."""
    for lesson in lessons(count):
        figure = f"![Chart number {lesson.number}](images/chart.png)"
        text = body(lesson, link, "images/{}.png", figure, math)
        write(folder / f"{lesson.slug}.md", front.format(title=lesson.title) + f"# {lesson.title}\n\n" + text)
    for name in ("0", "1", "chart"):
        write(folder / f"images/{name}.png", png(len(name)))
