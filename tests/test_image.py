"""An image is shown as it is, in one piece, and without what a camera or a program wrote into it; else it is refused."""

from __future__ import annotations

import contextlib
import re
import struct
import zlib
from pathlib import Path

import pytest
from conftest import il2site

from il2site.site.address import moved
from il2site.site.image import Unfit, cleaned, size
from il2site.site.shown_image import with_sizes

SECRET = b"47.3769 N, 8.5417 E"


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def exif(turned: int) -> bytes:
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, turned, 0, 0) + SECRET


def png(width: int = 1, height: int = 1, *more: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\0\1\2\3"))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + pixels + chunk(b"IEND", b"")


def segment(mark: int, content: bytes) -> bytes:
    return bytes([0xFF, mark]) + struct.pack(">H", 2 + len(content)) + content


SCAN = segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x12\xff\x00\x34\xff\xd0\x56"


def jpeg(*notes: bytes, width: int = 3, colours: int = 3) -> bytes:
    size = segment(0xC0, struct.pack(">BHHB", 8, 2, width, colours) + b"\1\x11\0" * colours)
    profile = segment(0xE2, b"ICC_PROFILE\0\1\1colours")
    return b"\xff\xd8" + b"".join(notes) + profile + size + SCAN + b"\xff\xd9"


def gif(*more: bytes) -> bytes:
    picture = b"\x2c" + struct.pack("<HHHHB", 0, 0, 5, 4, 0) + b"\2\2\x4c\1\0"
    return b"GIF89a" + struct.pack("<HHBBB", 5, 4, 0x80, 0, 0) + b"\0" * 6 + b"".join(more) + picture + b"\x3b"


def riff(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def webp(*more: bytes, flags: int = 0) -> bytes:
    canvas = riff(b"VP8X", bytes([flags, 0, 0, 0]) + (5).to_bytes(3, "little") + (4).to_bytes(3, "little"))
    body = b"WEBP" + canvas + riff(b"VP8L", b"\x2f\5\0\1\0pixels") + b"".join(more)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


def avif(about: bytes = b"") -> bytes:
    size = box(b"ispe", struct.pack(">III", 0, 6, 5))
    return box(b"ftyp", b"avif\0\0\0\0") + box(b"meta", size + about) + box(b"mdat", b"pixels")


REPEATS = b"\x21\xff\x0bNETSCAPE2.0\3\1\0\0\0"
PLAIN = {"a.png": png(), "a.jpg": jpeg(), "a.JPEG": jpeg(), "a.gif": gif(REPEATS), "a.webp": webp(), "a.avif": avif()}


@pytest.mark.parametrize("name", PLAIN)
def test_an_image_without_notes_stays_as_it_is_to_the_last_byte(name: str) -> None:
    assert cleaned(name, PLAIN[name]) == PLAIN[name]


NOTED = {
    "a.png": (png(1, 1, chunk(b"tEXt", b"Author\0" + SECRET), chunk(b"eXIf", exif(1))) + SECRET, png()),
    "a.jpg": (jpeg(segment(0xFE, SECRET), segment(0xE1, b"Exif\0\0" + exif(1)), segment(0xED, SECRET)) + SECRET, jpeg()),
    "a.gif": (gif(REPEATS, b"\x21\xfe" + bytes([len(SECRET)]) + SECRET + b"\0") + SECRET, gif(REPEATS)),
    "a.webp": (webp(riff(b"EXIF", exif(1)), riff(b"XMP ", SECRET), flags=0x0C), webp()),
}


@pytest.mark.fault(23)
@pytest.mark.parametrize("name", NOTED)
def test_places_names_and_previews_that_were_written_into_an_image_are_left_out(name: str) -> None:
    noted, plain = NOTED[name]
    assert SECRET in noted
    assert cleaned(name, noted) == plain


@pytest.mark.fault(23)
def test_a_photograph_that_was_taken_sideways_keeps_only_the_note_that_turns_it() -> None:
    made = cleaned("a.jpg", jpeg(segment(0xE1, b"Exif\0\0" + exif(6))))
    assert SECRET not in made and made.count(b"Exif") == 1
    assert cleaned("a.jpg", made) == made


REFUSED = {
    "a page": ("a.png", b"<html>", "not an image"),
    "a program": ("a.png", b"MZ\x90\0", "not an image"),
    "nothing": ("a.png", b"", "not an image"),
    "half a PNG": ("a.png", png()[:50], "breaks off"),
    "a changed byte": ("a.png", png().replace(b"IDATx", b"IDATy"), "damaged"),
    "half a JPEG": ("a.jpg", jpeg()[:-2], "breaks off"),
    "half a GIF": ("a.gif", gif()[:-3], "breaks off"),
    "half a WebP": ("a.webp", webp()[:-4], "breaks off"),
    "half an AVIF": ("a.avif", avif()[:-4], "breaks off"),
    "an enormous PNG": ("a.png", png(30_000, 30_000), "30,000 × 30,000"),
    "a long JPEG": ("a.jpg", jpeg(width=65_000), "65,000"),
    "no size": ("a.png", png(0, 5), "no size"),
    "printing colours": ("a.jpg", jpeg(colours=4), "CMYK"),
    "another name": ("a.jpg", png(), "PNG file"),
    "a turned PNG": ("a.png", png(1, 1, chunk(b"eXIf", exif(6))), "turned"),
    "a turned WebP": ("a.webp", webp(riff(b"EXIF", exif(8))), "turned"),
    "an AVIF with notes": ("a.avif", avif(box(b"infe", b"\2\0\0\0\0\1\0\0Exif")), "camera"),
}


@pytest.mark.fault(23)
@pytest.mark.parametrize("case", REFUSED)
def test_what_no_browser_should_be_given_is_refused_with_a_remedy(case: str) -> None:
    name, data, said = REFUSED[case]
    with pytest.raises(Unfit, match=said) as refused:
        cleaned(name, data)
    assert refused.value.remedy


@pytest.mark.fault(23)
def test_a_file_cut_or_changed_anywhere_is_an_image_or_refused() -> None:
    for name, data in PLAIN.items():
        for at in range(len(data)):
            for broken in (data[:at], data[:at] + b"\xff" + data[at + 1 :], data[:at] + b"\0" + data[at + 1 :]):
                with contextlib.suppress(Unfit):
                    cleaned(name, broken)


# On a page


SIZES = {"images/cell.png": (1280, 800), "images/cell-640.png": (640, 400), "images/cell.avif": (1280, 800),
         "images/cell-640.avif": (640, 400), "images/cell-2.png": (900, 900), "images/cells.webp": (1280, 800)}  # fmt: skip


def test_an_image_on_a_page_has_its_size_and_every_form_of_it_that_there_is() -> None:
    shown = with_sizes('<p><img src="../../images/cell.png" alt="A cell"></p>', "lessons/a/index.html", SIZES)
    assert shown == (
        '<p><picture><source type="image/avif" srcset="../../images/cell-640.avif 640w, ../../images/cell.avif 1280w" '
        'sizes="(min-width: 39rem) 36rem, calc(100vw - 2.5rem)"><img src="../../images/cell.png" '
        'srcset="../../images/cell-640.png 640w, ../../images/cell.png 1280w" '
        'sizes="(min-width: 39rem) 36rem, calc(100vw - 2.5rem)" width="1280" height="800" alt="A cell"></picture></p>'
    )


def test_an_image_that_stands_alone_gets_its_size_and_an_unknown_one_nothing() -> None:
    alone, unknown = '<img src="images/cell-2.png" alt="Two">', '<img src="images/none.png" alt="">'
    assert with_sizes(alone, "index.html", SIZES) == '<img src="images/cell-2.png" width="900" height="900" alt="Two">'
    assert with_sizes(unknown, "index.html", SIZES) == unknown


def test_a_question_with_an_image_can_move_to_the_review_page() -> None:
    shown = with_sizes('<img src="../../images/cell.png" alt="">', "lessons/a/index.html", SIZES)
    assert moved(shown, "lessons/a/index.html", "review/index.html").count('"../images/cell') == 3


@pytest.mark.parametrize("name", PLAIN)
def test_the_size_of_every_format_is_known(name: str) -> None:
    width, height = size(PLAIN[name])
    assert width > 0 < height


def test_a_photograph_on_its_side_is_measured_as_it_is_shown() -> None:
    lying, standing = jpeg(), jpeg(segment(0xE1, b"Exif\0\0" + exif(6)))
    assert size(standing) == size(lying)[::-1]


def test_the_build_sets_sizes_and_offers_the_lighter_form(small: Path) -> None:
    (small / "content/images").mkdir(exist_ok=True)
    (small / "content/images/cell.png").write_bytes(png(6, 5))
    (small / "content/images/cell.avif").write_bytes(avif())
    lesson = small / "content/lessons/first.md"
    lesson.write_text(lesson.read_text() + "\n![A cell](../images/cell.png)\n")
    assert il2site("build", cwd=small).returncode == 0
    page = (small / "build/lessons/first/index.html").read_text()
    assert '<source type="image/avif" srcset="../../images/cell.avif 6w"' in page
    assert re.search(r'<img [^>]*src="../../images/cell.png"[^>]* width="6" height="5"', page)
