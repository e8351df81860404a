"""A build that remembers shows exactly what a fresh one would, whatever was edited in between."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from conftest import files

from il2site.build import Built, Options, build
from il2site.files import Files
from il2site.memory import Memory, Recent
from il2site.output import Stamps, keep, write_site
from il2site.source import read_kept, read_sources


def built(site: Path, memory: Memory | None = None) -> Built:
    read = read_sources(site)
    assert read.value is not None
    return build(read.value, Options(), read.problems, memory=memory)


# A site with one of everything, small enough to be built from nothing after every edit

MODEL = "model decay\n  compartment c = 1;\n  substanceOnly species X in c;\n  k = 0.5;\n  X = 8;\n  loss: X => ; k*X;\nend\n"
CARD = """title: Decay
about: A thing that falls apart.
time_unit: h
run_to: 4
symbols:
  X: {label: things, unit: molecules, source: chosen for teaching, status: illustrative}
  k: {label: rate, unit: 1/h, source: chosen for teaching, status: illustrative}
limits: [Nothing else happens.]
"""
FIGURE = """title: Things fall apart
change: Things become fewer.
description: A curve that falls.
view: timecourse
model: decay
run: {end: 4, points: 9, method: ode}
time: {unit: h, label: Time}
panels:
  - label: Things
    unit: molecules
    range: [0, 10]
    lines: [{show: X, label: things, entity: il2, dash: solid}]
controls: [{parameter: k, label: Rate, unit: 1/h, min: 0.1, max: 2, scale: linear, meaning: how fast}]
presets: []
stages: [{at: 0, say: All are there.}, {at: 1, say: Some are there.}, {at: 4, say: Few are there.}]
words: {summary: "{X.end} are left.", now: "At {time} there are {X}.", changed: "Now {X.end.vs}."}
"""


@pytest.fixture
def site(with_figure: Path) -> Path:
    content = with_figure / "content"
    (content / "models/decay").mkdir(parents=True)
    (content / "models/decay/model.ant").write_text(MODEL)
    (content / "models/decay/card.yml").write_text(CARD)
    (content / "figures/decay.yml").write_text(FIGURE)
    append("\n/// figure | decay\n///\n\n/// figure | receptor-affinity\n///\n")(content / "lessons/first.md")
    cited = {"tkach2014", "trotta2018", "meyerlab2019"}
    references = [entry for entry in json.loads((content / "references.json").read_text()) if entry["id"] in cited]
    (content / "references.json").write_text(json.dumps(references))
    (content / "pages").mkdir()
    (content / "pages/about.md").write_text("---\ntitle: About\n---\nSee [the first](../lessons/first.md).\n")
    (content / "site.yml").write_text("title: T\ndescription: D\nlessons: [first, second]\npages: [about]\n")
    return with_figure


def append(text: str) -> Callable[[Path], None]:
    return lambda file: file.write_text(file.read_text() + text) and None


def replaced(old: str, new: str) -> Callable[[Path], None]:
    return lambda file: file.write_text(file.read_text().replace(old, new)) and None


def an_edit(site: Path, chance: random.Random) -> None:
    """Add, change, move or delete something; some edits make a mistake."""
    content, n = site / "content", chance.randrange(1000)
    lesson = chance.choice(sorted((content / "lessons").glob("*.md")))
    extra = content / f"lessons/extra-{n}.md"
    edits: list[Callable[[], object]] = [
        lambda: append(f"\nMore words {n}.\n")(lesson),
        lambda: append(f"\n## Part {n}\n\nText[^{n}].\n\n[^{n}]: A note.\n")(lesson),
        lambda: append(f"\n\n[there](second.md#{chance.choice(('deep', 'deep', 'part'))}) and [[antigen]] [@tkach2014].\n")(lesson),
        lambda: lesson.write_text(lesson.read_text().replace("title: ", f"title: {n} ", 1)),
        lambda: shutil.copy(content / "lessons/second.md", extra) and replaced("| two", f"| two-{n}")(extra),
        lambda: lesson.rename(lesson.with_name(f"moved-{n}.md")),
        lambda: lesson.unlink() if "second" not in lesson.name else None,
        lambda: (content / "site.yml").write_text(
            f"title: T{n % 3}\ndescription: D\npages: [about]\nlessons: ["
            + ", ".join(chance.sample(names := sorted(f.stem for f in (content / 'lessons').glob('*.md')), len(names))) + "]\n"
        ),
        lambda: append(f"\nTerm {n}\n:   A word.\n")(content / "glossary.md"),
        lambda: replaced("What an", "What any")(content / "glossary.md"),
        lambda: replaced("Tkach", f"Roe{n}")(content / "references.json"),
        lambda: replaced("k = 0.5", f"k = 0.{n % 9 + 1}")(content / "models/decay/model.ant"),
        lambda: replaced("Nothing else", "Nothing more")(content / "models/decay/card.yml"),
        lambda: replaced("Things fall", f"{n} things fall")(content / "figures/decay.yml"),
        lambda: replaced("10000", f"{n + 9000}")(content / "data/receptor-affinity.csv"),
        lambda: replaced("See", f"Look {n} at")(content / "pages/about.md"),
        lambda: (site / "templates").mkdir(exist_ok=True) or (site / "templates/404.html").write_text(f"{n} {{{{ site.title }}}}"),
        lambda: (site / "templates").mkdir(exist_ok=True) or (site / "templates/page.html").write_text(
            "{% for each, address in lesson_links %}{{ each.title }}{{ address }}{% endfor %}" + str(n)
        ),
        lambda: shutil.rmtree(site / "templates", ignore_errors=True),
        lambda: (site / "static/css").mkdir(parents=True, exist_ok=True) or (site / "static/css/own.css").write_text(f"p{{order:{n}}}"),
    ]  # fmt: skip
    chance.choice(edits)()


@pytest.mark.fault(36)
@pytest.mark.parametrize("seed", range(2))
def test_a_warm_build_equals_a_cold_one_after_random_edits(site: Path, tmp_path: Path, seed: int) -> None:
    """In the same process, as a preview does; in a new one, which has only bytes; and on the disk, with old stamps."""
    chance, preview, kept = random.Random(seed), Memory(), Kept()
    stamps: Stamps = {}
    output, good, whole = tmp_path / "out" / "build", tmp_path / "good", 0
    shutil.copytree(site, good)
    shown: dict[str, bytes] = {}
    for _ in range(7):
        for _ in range(chance.choice([1, 1, 1, 3])):
            an_edit(site, chance)
        cold = built(site)
        assert same(built(site, preview), cold)
        assert same(kept.next_run(site), cold)
        again = kept.next_run(site)
        if not again.files and chance.random() < 0.8:  # the author takes the change back
            shutil.rmtree(site)
            shutil.copytree(good, site)
        if again.files:
            shutil.rmtree(good, ignore_errors=True)
            shutil.copytree(site, good)
            whole += 1
            stamps, shown = write_site(again.files, output, stamps=stamps), dict(cold.files)
        if shown:
            assert files(output) == shown | {".il2site": (output / ".il2site").read_bytes()}
    assert whole > 2, "too few of the edits left a site that can be built"


def same(one: Built, other: Built) -> bool:
    assert one.problems == other.problems
    assert Files.of(one.files).digests() == Files.of(other.files).digests()
    return dict(one.files) == dict(other.files)


class Kept:
    """What runs of the program hand to each other."""

    def __init__(self) -> None:
        self.lasting: dict[tuple[str, str], bytes] = {}
        self.bundles: dict[str, bytes] = {}

    def next_run(self, site: Path) -> Built:
        memory = Memory(lambda stage, digest: self.lasting.get((stage, digest)), self.bundles.get)
        made = built(site, memory)
        self.lasting |= memory.lasting()
        self.bundles |= memory.bundles()
        return made


def test_what_has_not_changed_is_made_once_and_what_is_gone_is_forgotten() -> None:
    made: list[str] = []
    memory = Memory()
    for keys in ("ab", "ab", "b", "ab"):
        for key in keys:
            assert memory.of((key,), lambda key=key: made.append(key) or key.upper()) == key.upper()  # type: ignore[misc]
        memory.end_build()
    assert made == ["a", "b", "a"]


@pytest.mark.fault(32)
@pytest.mark.parametrize("stage", ["model", "lesson"])
def test_what_was_made_is_handed_to_the_next_run_and_damage_is_made_again(stage: str) -> None:
    made: list[str] = []

    def asked(memory: Memory) -> str:
        result = memory.of((stage, "decay"), lambda: made.append("made") or "result")
        memory.end_build()
        return result

    first = Memory()
    asked(first)
    lasting, bundles = first.lasting(), first.bundles()
    assert [asked(Memory(lambda *key: lasting.get(key), bundles.get)), made] == ["result", ["made"]]
    assert first.lasting() == {} and first.bundles() == {}, "what was handed on is not handed on again"
    assert [asked(Memory(lambda *key: b"damaged", lambda name: b"damaged")), made] == ["result", ["made", "made"]]


def test_a_small_change_is_kept_by_itself_and_what_is_gone_does_not_pile_up() -> None:
    bundles: dict[str, bytes] = {}

    def run(names: Iterable[int]) -> tuple[list[int], int]:
        """What had to be made, and how much was written for the next run."""
        memory, made = Memory(bundle=bundles.get), list[int]()
        for n in names:
            assert memory.of(("lesson", n), lambda n=n: made.append(n) or f"{n}" * 1000) == f"{n}" * 1000  # type: ignore[misc]
        memory.end_build()
        written = memory.bundles()
        bundles.update(written)
        return made, sum(map(len, written.values()))

    _, all_of_it = run(range(100))
    made, little = run(range(1, 101))
    assert made == [100] and little < all_of_it / 10
    assert run(range(1, 101)) == ([], 0)
    for first in range(2, 300):
        made, _ = run(range(first, first + 100))
        assert made == [first + 99]
        assert sum(map(len, bundles.values())) < 2 * all_of_it


def test_only_what_its_owner_kept_is_read_back_and_old_things_are_dropped(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    keep({"a": b"one"}, folder)
    assert read_kept(folder / "a") == b"one"
    assert folder.stat().st_mode & 0o777 == 0o700
    os.utime(folder / "a", (0, 0))
    keep({"b": b"two"}, folder)
    assert [read_kept(folder / name) for name in "ab"] == [None, b"two"]


def test_a_page_whose_template_tells_of_all_lessons_changes_with_each_of_them(site: Path) -> None:
    (site / "templates").mkdir()
    (site / "templates/lesson.html").write_text("{% include 'list.html' %}")
    (site / "templates/list.html").write_text("{% for lesson, to in lesson_links %}{{ lesson.title }} {% endfor %}")
    memory = Memory()
    built(site, memory)
    replaced("title: Second", "title: Later")(site / "content/lessons/second.md")
    again = built(site, memory)
    assert again.problems == () and again.files["lessons/first/index.html"] == b"First Later "


def test_jobs_on_many_cores_give_what_one_would_and_a_failure_is_told() -> None:
    from il2site.cores import JobFailed, spread

    numbers = list(range(40_000))
    assert spread(lambda n: n * n, numbers) == [n * n for n in numbers]
    with pytest.raises((JobFailed, ZeroDivisionError)):
        spread(lambda n: 1 // (n - 50), numbers[:100])


def test_what_was_asked_for_least_lately_is_forgotten_when_there_is_no_more_room() -> None:
    recent, made = Recent[str](room=5, size=len), []

    def ask(word: str) -> str:
        return recent.of((word,), lambda: made.append(word) or word)  # type: ignore[func-returns-value]

    for word in ("aa", "bb", "aa", "cc", "aa", "bb", "too long for all", "too long for all"):
        assert ask(word) == word
    assert made == ["aa", "bb", "cc", "bb", "too long for all"]
