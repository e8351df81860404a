"""Whatever stands in a site's folder, a build ends with a complete site or with problems that say where and how to mend it.

docs/faults.md lists the cases; here are those that only a whole site shows.
"""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
import write_faults
from conftest import ROOT, il2site
from test_image import png

from il2site.build import Built, Options, build
from il2site.output import write_site
from il2site.problem import errors
from il2site.source import read_sources

Edit = Callable[[Path], object]


def built(site: Path) -> Built:
    read = read_sources(site)
    assert read.value is not None
    return build(read.value, Options(), read.problems)


def found(site: Path) -> set[str]:
    """Place below content/, and rule, of every problem."""
    return {f"{p.place} {p.rule}".removeprefix("content/") for p in built(site).problems}


def file(path: str, data: str | bytes) -> Edit:
    def write(site: Path) -> None:
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_bytes(data if isinstance(data, bytes) else data.encode())

    return write


def more(text: str) -> Edit:
    """`text` at the end of the first lesson, which has 20 lines."""
    return lambda site: file("content/lessons/first.md", (site / "content/lessons/first.md").read_text() + text)(site)


def titled(title: str) -> Edit:
    lesson = "content/lessons/first.md"
    return lambda site: file(lesson, (site / lesson).read_text().replace("title: First", f"title: {title}"))(site)


def settings(text: str) -> Edit:
    return file("content/site.yml", "title: T\ndescription: D\nlessons: [first, second]\n" + text)


def link(path: str, target: str) -> Edit:
    def make(site: Path) -> None:
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).symlink_to(target)

    return make


def moved_away(site: Path) -> None:
    shutil.move(site / "content", site.parent / "elsewhere")
    (site / "content").symlink_to(site.parent / "elsewhere")


def bound(site: Path) -> None:
    """A socket among the lessons."""
    here = os.getcwd()
    os.chdir(site / "content")  # the name of a socket may not be long
    try:
        socket.socket(socket.AF_UNIX).bind("s.md")
    finally:
        os.chdir(here)


def device(site: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root may make a device")
    os.mknod(site / "content/zero.md", 0o020644, os.makedev(1, 5))


def enormous(path: str) -> Edit:
    """A file of 50 GB that takes no room."""

    def make(site: Path) -> None:
        file(path, "")(site)
        os.truncate(site / path, 50_000_000_000)

    return make


def told(*cases: int, **said: tuple[Edit, str]) -> list[object]:
    """Parameters of a test: each name with an edit and the problem that must be told."""
    return [pytest.param(*values, id=f"{'-'.join(map(str, cases))}-{name}") for name, values in said.items()]


IMAGE = "content/images/"


@pytest.mark.fault(4, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 22, 23, 24, 28, 29, 42)
@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        *told(4, json=(file("content/references.json", '[{"id": "doe2001",\n"id": "b", "type": "book", "title": "T"}]'),
                       "references.json:1 duplicate-key")),
        *told(9, utf32=(file("content/lessons/first.md", "---\n".encode("utf-32")), "lessons/first.md:1 encoding"),
              settings=(file("content/site.yml", b"title: \xff"), "site.yml:1 encoding")),
        *told(10, escape=(more("\na \x1b[31m b"), "lessons/first.md:23 control-character"),
              title=(titled("a\x07"), "lessons/first.md:2 control-character"),
              noncharacter=(more("\na\uffff"), "lessons/first.md:23 control-character"),
              bom_inside=(more("\na\ufeffb"), "lessons/first.md:23 control-character"),
              bidi=(more("\nA \u202egnorw\u202c word."), "lessons/first.md:23 bidi-control"),
              isolate=(file("content/glossary.md", "Antigen\n:   \u2067x\u2069\n"), "glossary.md:2 bidi-control")),
        *told(11, blank_title=(titled("'  '"), "lessons/first.md:2 value"),
              no_lessons=(lambda site: shutil.rmtree(site / "content/lessons"), "site.yml:2 nothing-to-build")),
        *told(12, up=(settings("pages: [../../x]\n"), "site.yml:4 page-missing"),
              encoded=(settings("pages: ['%2e%2e/']\n"), "site.yml:4 page-missing"),
              long=(file(f"content/lessons/{'x' * 250}.md", ""), f"lessons/{'x' * 250}.md:1 slug")),
        *told(13, device=(file("content/lessons/nul.md", ""), "lessons/nul.md:1 slug"),
              dot=(file("content/lessons/a..md", ""), "lessons/a..md:1 slug"),
              colon=(file("content/figures/a:b.yml", ""), "figures/a:b.yml:1 slug"),
              image_device=(file(IMAGE + "CON.png", png()), "images/CON.png:1 image-name"),
              image_back_slash=(file(IMAGE + "a\\b.png", png()), "images/a\\b.png:1 image-name"),
              image_percent=(file(IMAGE + "a%2fb.png", png()), "images/a%2fb.png:1 image-name"),
              image_line=(file(IMAGE + "a\nb.png", png()), "images/a\nb.png:1 image-name")),
        *told(14, accent=(lambda site: [file(IMAGE + name, png())(site) for name in ("\u00e9.png", "e\u0301.png")],
                          "images/e\u0301.png:1 same-address")),
        *told(15, search=(lambda site: [settings("pages: [search]\n")(site), file("content/pages/search.md", "---\ntitle: A\n---\na")(site)],
                          "site.yml:4 same-address"),
              missing=(lambda site: [settings("pages: ['404']\n")(site), file("content/pages/404.md", "---\ntitle: A\n---\na")(site)],
                       "site.yml:4 same-address"),
              map=(file("content/pages/sitemap.xml.md", ""), "pages/sitemap.xml.md:1 slug")),
        *told(16, etc=(link("content/x", "/etc"), "x:1 outside-link"),
              itself=(link("content/lessons/a.md", "a.md"), "lessons/a.md:1 outside-link"),
              content=(moved_away, "content:1 outside-link"),
              templates=(link("templates", "/etc"), "templates:1 outside-link"),
              style=(link("static/css", "/etc"), "static/css:1 outside-link")),
        *told(17, socket=(bound, "s.md:1 special-file"), device=(device, "zero.md:1 special-file"),
              template=(lambda site: [(site / "templates").mkdir(), os.mkfifo(site / "templates/404.html")], "templates/404.html:1 special-file")),
        *told(19, enormous=(enormous("content/lessons/a.md"), "lessons/a.md:1 unreadable"),
              film=(enormous("content/film.mp4"), "film.mp4:1 file-unused"),
              deep=(lambda site: (site / ("content" + "/d" * 400)).mkdir(parents=True), "/".join("d" * 21) + ":1 special-file"),
              misplaced=(file("content/lesson/a.md", ""), "lesson/a.md:1 file-unused")),
        *told(20, control=(more("\n[x](java&#x0A;script:alert(1))"), "lessons/first.md:23 unsafe-html")),
        *told(22, shown=(lambda site: [file(IMAGE + "x.svg", "<svg onload='alert(1)'/>")(site), more("\n![a](../images/x.svg)")(site)],
                         "lessons/first.md:23 image-missing"),
              unused=(file(IMAGE + "x.svg", "<svg/>"), "images/x.svg:1 file-unused")),
        *told(23, page=(file(IMAGE + "a.png", "<html>"), "images/a.png:1 image-invalid"),
              large=(enormous(IMAGE + "a.png"), "images/a.png:1 unreadable")),
        *told(24, bib=(file("content/references.bib", "@book{"), "references.bib:1 file-unused")),
        *told(28, host=(more("\n[a](https://)"), "lessons/first.md:23 link-dead"),
              port=(more("\n[a](http://x.org:99999/)"), "lessons/first.md:23 link-dead"),
              brackets=(more("\n[a](http://[::1)"), "lessons/first.md:23 link-dead"),
              letter=(more("\n[a](mailto:)"), "lessons/first.md:23 link-dead"),
              place_of_image=(more("\n![a](images/x.png)"), "lessons/first.md:23 image-missing"),
              absolute_image=(more("\n![a](/images/x.png)"), "lessons/first.md:23 image-missing"),
              lesson_as_image=(more("\n![a](./second.md)"), "lessons/first.md:23 image-missing"),
              outside=(more("\n[a](../../README.md)"), "lessons/first.md:23 link-dead")),
        *told(29, note_twice=(more("\na[^1]\n\n[^1]: b\n[^1]: c"), "lessons/first.md:26 footnote"),
              note_unused=(more("\n[^1]: b"), "lessons/first.md:23 footnote"),
              note_of_itself=(more("\n[^1]: b[^1]"), "lessons/first.md:23 footnote"),
              note_empty=(more("\na[^1]\n\n[^1]:\n"), "lessons/first.md:25 footnote")),
        *told(42, bracket=(settings("base_url: 'http://[::1'\n"), "site.yml:4 value"),
              port=(settings("base_url: https://x.org:99999/\n"), "site.yml:4 value"),
              space=(settings("base_url: https://x.org/a b/\n"), "site.yml:4 value"),
              markup=(settings("base_url: 'https://x.org/\"><script>'\n"), "site.yml:4 value"),
              language=(settings("language: 'en\" onload=\"x'\n"), "site.yml:4 value"),
              empty=(file("content/site.yml", "# nothing\n"), "site.yml:1 value"),
              blank=(file("content/site.yml", "title: ' '\ndescription: D\nlessons: [first, second]\n"), "site.yml:1 value"),
              text=(file("content/site.yml", "just words"), "site.yml:1 value")),
    ],
)  # fmt: skip
def test_it_is_told_with_its_place(small: Path, edit: Edit, expected: str) -> None:
    edit(small)
    assert expected in found(small)


def replaced(path: str, old: str, new: str) -> Edit:
    def make(site: Path) -> None:
        text = (site / path).read_text()
        assert old in text
        file(path, text.replace(old, new))(site)

    return make


@pytest.mark.fault(3, 4, 9, 16, 24, 26)
@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (replaced("content/lessons/second.md", "title: Second", "title: A: B"), "lessons/second.md yaml"),
        (file("content/lessons/second.md", b"---\n\xff"), "lessons/second.md encoding"),
        (lambda site: [(site / "content/lessons/second.md").unlink(), link("content/lessons/second.md", "/etc/hostname")(site)],
         "lessons/second.md outside-link"),
        (file("content/references.json", "[{'id': 1}]"), "references.json reference-invalid"),
        (file("content/references.json", b"\xff"), "references.json encoding"),
        (replaced("content/references.json", '"id": "tkach2014",', '"id": "tkach2014", "note": [],'), "references.json reference-invalid"),
        (replaced("content/references.json", '"id": "tkach2014",', '"id": "tkach2014", "id": "x",'), "references.json duplicate-key"),
        (file("content/glossary.md", b"\xff"), "glossary.md encoding"),
        (file("content/glossary.md", "Antigen: what is seen.\n"), "glossary.md glossary"),
        (replaced("content/figures/receptor-affinity.yml", "view: chart", "view: chat"), "figures/receptor-affinity.yml value"),
        (file("content/data/receptor-affinity.csv", b"\xff"), "data/receptor-affinity.csv encoding"),
        (lambda site: [file(IMAGE + "a.png", b"no picture")(site), more("\n![A](../images/a.png)")(site)], "images/a.png image-invalid"),
    ],
)  # fmt: skip
def test_what_follows_from_a_fault_is_not_told_as_well(with_figure: Path, edit: Edit, told: str) -> None:
    """A slip in a title is one problem, and not one at every link to that lesson."""
    more("\n/// figure | receptor-affinity\n///\n\n[A state](figure:receptor-affinity)")(with_figure)
    assert not errors(built(with_figure).problems)
    edit(with_figure)
    assert {f"{p.place.path} {p.rule}".removeprefix("content/") for p in errors(built(with_figure).problems)} == {told}


@pytest.mark.fault(28)
def test_a_link_to_a_lesson_that_is_not_listed_says_so(small: Path) -> None:
    file("content/site.yml", "title: A second site\ndescription: D\nlessons: [first, secnd]\n")(small)
    told = {f"{p.place} {p.rule}": p.message + p.remedy for p in built(small).problems}
    assert "does not list it" in told["content/lessons/first.md:8 link-dead"]
    assert "Did you mean “second”?" in told["content/site.yml:3 lesson-missing"], "told where the list is, not at the title"


@pytest.mark.fault(14)
def test_images_that_are_one_file_on_many_systems_are_named_together(small: Path) -> None:
    for name in ("a.png", "A.png"):
        file(IMAGE + name, png())(small)
    if not (small / IMAGE / "A.png").samefile(small / IMAGE / "a.png"):
        [problem] = built(small).problems
        assert problem.rule == "same-address" and "A.png and content/images/a.png" in problem.message


@pytest.mark.fault(16)
def test_folders_that_are_linked_into_each_other_are_walked_once(small: Path) -> None:
    for one in range(12):
        (small / f"content/d{one}").mkdir()
        for other in range(12):
            (small / f"content/d{one}/to{other}").symlink_to(f"../d{other}")
    assert {p.rule for p in built(small).problems} == {"special-file"}


@pytest.mark.fault(10)
def test_a_lesson_with_other_line_ends_is_the_same_lesson(small: Path) -> None:
    before = dict(built(small).files)
    for path in (small / "content").rglob("*.*"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert dict(built(small).files) == before


@pytest.mark.fault(9)
def test_a_lesson_that_cannot_be_read_is_not_said_to_be_missing(small: Path) -> None:
    (small / "content/lessons/second.md").write_bytes(b"\xff")
    assert not any(line.endswith("lesson-missing") for line in found(small))


@pytest.mark.fault(19)
@pytest.mark.skipif(os.name != "posix", reason="needs rights as POSIX has them")
def test_a_file_or_a_folder_that_may_not_be_read_is_named(small: Path) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        site = Path(shutil.copytree(small, f"{folder}/site"))
        (site / "content/pages").mkdir(mode=0)
        (site / "content/lessons/second.md").chmod(0)
        os.chmod(folder, 0o755)
        reader, writer = os.pipe()
        if not os.fork():
            os.write(writer, said_to_somebody_else(site).encode())
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as answer:
            said = answer.read()
        os.wait()
    if said == "SKIP":
        pytest.skip("only root may read il2site itself")
    assert said == "content/pages:1 unreadable, content/lessons/second.md:1 unreadable"


def said_to_somebody_else(site: Path) -> str:
    """The problems of reading `site` without the rights of root."""
    if os.geteuid() == 0:
        os.setuid(65534)
    try:
        return ", ".join(f"{p.place} {p.rule}" for p in read_sources(site).problems)
    except PermissionError:
        return "SKIP"


@pytest.mark.fault(30)
@pytest.mark.parametrize(
    "template",
    [
        "{% include '404.html' %}",
        "{% extends '404.html' %}",
        "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
        "{% for i in range(10**8) %}x{% endfor %}",
        "{% import '../../etc/passwd' as x %}",
    ],
)
def test_a_template_that_never_ends_or_reaches_out_is_an_error(small: Path, template: str) -> None:
    file("templates/404.html", template)(small)
    assert found(small) == {"templates/404.html:1 template"}


HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)></title></script>{{ 7*7 }}<!--"


@pytest.mark.fault(20, 24, 30)
def test_hostile_words_in_every_field_are_words_on_every_page(small: Path) -> None:
    quoted = HOSTILE.replace("'", "''")
    for path in ("content/lessons/first.md", "content/lessons/second.md", "content/glossary.md"):
        text = (small / path).read_text()
        for field in ("title: First", "asks: What is first?"):
            text = text.replace(field, f"{field.split(':')[0]}: '{quoted}'")
        file(path, text.replace("objectives: [", f"objectives: ['{quoted}', "))(small)
    file("content/site.yml", f"title: '{quoted}'\ndescription: '{quoted}'\nintro: '{quoted}'\nauthor: '{quoted}'\n"
         f"licence: '{quoted}'\nlessons: [first, second]\nbase_url: https://example.org/\n")(small)  # fmt: skip
    references = (small / "content/references.json").read_text()
    escaped = HOSTILE.replace('"', '\\"')
    file("content/references.json", references.replace('"title": "', f'"note": "{escaped}", "publisher": "{escaped}", "title": "{escaped}'))(small)
    made = built(small)
    assert made.files, made.problems
    for path, data in made.files.items():
        if path.endswith(".html"):
            assert_inert(path, data.decode())
    assert b"{{ 7*7 }}" in made.files["index.html"] and b"<script>" not in made.files["feed.xml"]


def assert_inert(path: str, page: str) -> None:
    from test_build import Elements

    for tag, attributes in Elements(page).tags:
        assert not any(name.startswith("on") for name in attributes), f"{path}: <{tag}> acts"
        assert tag != "script" or "src" in attributes or attributes["type"] in ("application/json", "application/ld+json"), path
        assert attributes.get("src") != "x", f"{path}: an image that a text has made"


@pytest.mark.fault(31)
def test_a_fault_of_its_own_is_told_at_its_file_and_the_others_are_still_checked(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from il2site.site import course

    write_site(built(small).files, small / "build")
    before = sorted((small / "build").rglob("*"))
    sound = course.parse_lesson
    monkeypatch.setattr(course, "parse_lesson", lambda file, *others: sound(file, *others) if "first" in file.path else [][1])
    more("\n[@nobody]")(small)
    made = built(small)
    assert not made.files and sorted((small / "build").rglob("*")) == before
    assert {"lessons/second.md own-fault", "lessons/first.md citation-missing"} <= {
        f"{p.place.path} {p.rule}".removeprefix("content/") for p in made.problems
    }


@pytest.mark.fault(42)
@pytest.mark.parametrize("base", ["https://example.org/repo", "https://example.org/repo/"])
def test_a_web_address_may_end_in_a_slash_or_not(small: Path, base: str) -> None:
    settings(f"base_url: {base}\n")(small)
    made = built(small).files
    assert b"<loc>https://example.org/repo/lessons/first/</loc>" in made["sitemap.xml"]
    assert b'href="/repo/assets/' in made["404.html"]
    assert b"repo//" not in b"".join(data for path, data in made.items() if path.endswith((".html", ".xml")))


@pytest.mark.fault(18)
def test_a_site_in_a_folder_whose_name_is_no_text_is_built(small: Path) -> None:
    odd = os.fsencode(small.parent) + b"/odd \xff name"
    os.rename(small, odd)
    said = il2site("build", cwd=Path(os.fsdecode(odd)), env={"PYTHONIOENCODING": "ascii"})
    assert said.returncode == 0, said.stderr
    assert os.path.isfile(odd + b"/build/index.html")


def test_the_table_of_faults_is_written_from_the_tests_and_complete() -> None:
    table = (ROOT / "docs/faults.md").read_text(encoding="utf-8")
    assert table == write_faults.page(), "run: python tests/write_faults.py"
    shown = {case for test in write_faults.shown() for case in test.cases}
    assert shown == write_faults.TRIED.keys()
