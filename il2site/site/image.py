"""Images: of which kind, how large, and without what cameras and programs wrote into them (places, names, small previews).

Nothing is decoded and no pixel changes: a file is taken apart into the pieces of its format, and those that a browser needs
are put together again. What is not in one piece to its end is refused.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

LARGEST_SIDE, MOST_PIXELS = 16_000, 40_000_000
"""More than that fills the memory of a phone."""


class Unfit(Exception):
    """An image that cannot be shown; the message ends the sentence "x.png …"."""

    def __init__(self, message: str, remedy: str = "Save it again as PNG, JPEG, WebP, AVIF or GIF.") -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


@dataclass(frozen=True)
class _Cleaned:
    data: bytes
    width: int
    height: int


def cleaned(name: str, data: bytes) -> bytes:
    """The image `data` of the file `name` without notes on its origin. Raises Unfit."""
    kind = next((kind for kind, sign in _SIGNS.items() if sign.match(data)), None)
    if kind is None:
        raise Unfit("is not an image that browsers show.")
    if not name.lower().endswith(_SUFFIXES[kind]):
        raise Unfit(f"is a {kind} file.", f"Let its name end in {_SUFFIXES[kind][0]}.")
    try:
        image = _CLEANERS[kind](data)
    except (IndexError, struct.error, zlib.error) as error:
        raise Unfit(f"breaks off or is damaged: no whole {kind} file.") from error
    if not image.width or not image.height:
        raise Unfit("has no size.")
    if max(image.width, image.height) > LARGEST_SIDE or image.width * image.height > MOST_PIXELS:
        said = f"is {image.width:,} × {image.height:,} pixels, more than a browser can hold."
        raise Unfit(said, "Save it with at most 40 million pixels; 2,000 across are enough for any page.")
    return image.data


def size(data: bytes) -> tuple[int, int]:
    """Width and height, as it is shown, of an image that `cleaned` has let through."""
    kind = next(kind for kind, sign in _SIGNS.items() if sign.match(data))
    image = _CLEANERS[kind](data)
    return image.width, image.height


_SIGNS = {
    "PNG": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "JPEG": re.compile(rb"\xff\xd8\xff"),
    "GIF": re.compile(rb"GIF8[79]a"),
    "WebP": re.compile(rb"RIFF....WEBP", re.DOTALL),
    "AVIF": re.compile(rb"....ftypavi[fs]", re.DOTALL),
}
_SUFFIXES: dict[str, tuple[str, ...]] = {
    "PNG": (".png",),
    "JPEG": (".jpg", ".jpeg"),
    "GIF": (".gif",),
    "WebP": (".webp",),
    "AVIF": (".avif",),
}


def _unpack(form: str, data: bytes, at: int) -> int:
    """One number of `data`; raises where the data end before it."""
    return int(struct.unpack_from(form, data, at)[0])


def _refuse_turned(exif: bytes) -> None:
    if _orientation(exif) != 1:
        raise Unfit("is turned by a note that not every browser reads.", "Turn it in an image program and save it again.")


def _orientation(exif: bytes) -> int:
    """How an image is turned, by the note in its Exif data (TIFF); 1: not at all."""
    try:
        order = {b"II": "<", b"MM": ">"}[exif[:2]]
        start = _unpack(order + "I", exif, 4)
        for entry in range(start + 2, start + 2 + 12 * _unpack(order + "H", exif, start), 12):
            if _unpack(order + "H", exif, entry) == 0x0112:
                turned = _unpack(order + "H", exif, entry + 8)
                return turned if 1 <= turned <= 8 else 1
    except (KeyError, struct.error):
        pass
    return 1


# PNG: chunks of length, kind, content and check sum

_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD",
                       b"pHYs", b"cICP", b"acTL", b"fcTL", b"fdAT"})  # fmt: skip


def _png(data: bytes) -> _Cleaned:
    kept = [data[:8]]
    for kind, chunk in _png_chunks(data):
        if kind == b"eXIf":
            _refuse_turned(chunk[8:-4])
        if kind in _PNG_KEPT:
            kept.append(chunk)
    return _Cleaned(b"".join(kept), _unpack(">I", data, 16), _unpack(">I", data, 20))


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at, kind = 8, b""
    while kind != b"IEND":
        end = at + 12 + _unpack(">I", data, at)
        kind = data[at + 4 : at + 8]
        if _unpack(">I", data, end - 4) != zlib.crc32(data[at + 4 : end - 4]):
            raise struct.error("wrong check sum")
        yield kind, data[at:end]
        at = end


# JPEG: segments that begin with FF and a mark

_JPEG_SIZE = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SCAN, _END = 0xDA, 0xD9
_NEXT_MARK = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def _jpeg(data: bytes) -> _Cleaned:
    kept, width, height, turned = [data[:2]], 0, 0, 1
    for mark, segment in _jpeg_segments(data):
        if mark in _JPEG_SIZE:
            height, width = _unpack(">H", segment, 5), _unpack(">H", segment, 7)
            if segment[9] == 4:
                raise Unfit("is in the colours of a printing press (CMYK).", "Save it in RGB.")
        if mark == 0xE1 and segment[4:10] == b"Exif\0\0":
            turned = _orientation(segment[10:])
        if _is_kept(mark, segment):
            kept.append(segment)
    note = [_turning(turned)] if turned != 1 else []
    if turned > 4:  # shown lying on its side
        width, height = height, width
    return _Cleaned(b"".join([kept[0], *note, *kept[1:]]), width, height)


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Every segment with its mark; that of a scan with its pixels; what follows the end of the image is left out."""
    at, mark = 2, 0
    while mark != _END:
        mark = data[at + 1]
        end = at + 2 if mark == _END else at + 2 + _unpack(">H", data, at + 2)
        if mark == _SCAN:
            following = _NEXT_MARK.search(data, end)
            if following is None:
                raise IndexError
            end = following.start()
        if data[at] != 0xFF or end > len(data):
            raise IndexError
        yield mark, data[at:end]
        at = end


def _is_kept(mark: int, segment: bytes) -> bool:
    """Whether the picture depends on a segment: all but comments and notes of programs. Colour profiles stay."""
    notes = mark == 0xFE or 0xE1 <= mark <= 0xEF
    return not notes or mark == 0xEE or (mark == 0xE2 and segment[4:].startswith(b"ICC_PROFILE\0"))


def _turning(turned: int) -> bytes:
    """A segment that says how the image is turned, and nothing else."""
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, turned, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", 8 + len(tiff)) + b"Exif\0\0" + tiff


# GIF: a head, then blocks that are told apart by their first byte


def _gif(data: bytes) -> _Cleaned:
    at = 13 + _colours(data[10])
    kept = [data[:at]]
    while (kind := data[at]) != 0x3B:
        if kind not in (0x21, 0x2C):
            raise IndexError
        start = at + 2 if kind == 0x21 else at + 11 + _colours(data[at + 9])
        end = _after_blocks(data, start)
        repeats = data[at + 3 : at + 14] == b"NETSCAPE2.0"
        if kind == 0x2C or data[at + 1] == 0xF9 or (data[at + 1] == 0xFF and repeats):
            kept.append(data[at:end])
        at = end
    return _Cleaned(b"".join([*kept, b";"]), _unpack("<H", data, 6), _unpack("<H", data, 8))


def _colours(packed: int) -> int:
    """The bytes of the table of colours that a packed field announces."""
    return 3 << ((packed & 7) + 1) if packed & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    while data[at]:
        at += 1 + data[at]
    return at + 1


# WebP: chunks of a RIFF file


def _webp(data: bytes) -> _Cleaned:
    kept, size = [], (0, 0)
    for kind, chunk in _riff_chunks(data):
        if kind == b"EXIF":
            _refuse_turned(chunk[8:].removeprefix(b"Exif\0\0"))
        elif kind == b"VP8X":
            size = (1 + int.from_bytes(chunk[12:15], "little"), 1 + int.from_bytes(chunk[15:18], "little"))
            kept.append(chunk[:8] + bytes([chunk[8] & ~0x0C]) + chunk[9:])  # neither Exif nor XMP follows
        elif kind != b"XMP ":
            size = size if any(size) else _webp_size(kind, chunk)
            kept.append(chunk)
    body = b"WEBP" + b"".join(kept)
    return _Cleaned(b"RIFF" + struct.pack("<I", len(body)) + body, *size)


def _riff_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at, whole = 12, 8 + _unpack("<I", data, 4)
    if whole > len(data):
        raise IndexError
    while at < whole:
        length = _unpack("<I", data, at + 4)
        end = at + 8 + length + length % 2
        if end > whole:
            raise IndexError
        yield data[at : at + 4], data[at:end]
        at = end


def _webp_size(kind: bytes, chunk: bytes) -> tuple[int, int]:
    if kind == b"VP8 ":
        return _unpack("<H", chunk, 14) & 0x3FFF, _unpack("<H", chunk, 16) & 0x3FFF
    if kind == b"VP8L":
        packed = _unpack("<I", chunk, 9)
        return 1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF)
    return 0, 0


# AVIF: boxes in boxes, which point at each other by position; so nothing can be left out


def _avif(data: bytes) -> _Cleaned:
    about = b"".join(content for kind, content in _boxes(data) if kind == b"meta")
    if b"Exif" in about or b"application/rdf+xml" in about:
        raise Unfit("holds what a camera or a program wrote into it.", "Save it again without metadata (Exif, XMP).")
    sizes = [match.end() for match in re.finditer(rb"ispe\0\0\0\0", about)]
    width = max((_unpack(">I", about, at) for at in sizes), default=0)
    return _Cleaned(data, width, max((_unpack(">I", about, at + 4) for at in sizes), default=0))


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at < len(data):
        length = _unpack(">I", data, at) or len(data) - at
        if length == 1:
            length = _unpack(">Q", data, at + 8)
        if length < 8 or at + length > len(data):
            raise IndexError
        yield data[at + 4 : at + 8], data[at + 8 : at + length]
        at += length


_CLEANERS: dict[str, Callable[[bytes], _Cleaned]] = {
    "PNG": _png,
    "JPEG": _jpeg,
    "GIF": _gif,
    "WebP": _webp,
    "AVIF": _avif,
}
