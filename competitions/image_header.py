"""What the first bytes of an image tell: PNG or JPEG, width and height. No pixel is decoded.

PNG: https://www.w3.org/TR/png-3/ (the header is the first chunk). JPEG: ITU-T T.81, annex B (the
frame header lies behind segments of other things).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

MAX_SIDE = 8192
MAX_PIXELS = 40_000_000
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
# Start of frame, whatever the coding; C4, C8 and CC are tables and a reserved one.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})
_SCAN, _FILL = 0xDA, 0xFF


class ImageRefused(ValueError):
    """The bytes are no image that is taken; the message is a clause without a full stop."""


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """``suffixes`` are those that a file of this format may end in; sides are in pixels."""

    suffixes: tuple[str, ...]
    width: int
    height: int


def read_header(data: bytes) -> ImageHeader:
    """Return format and size of a whole file; raises ImageRefused."""
    if data.startswith(_PNG):
        found = _png(data)
    elif data.startswith(_JPEG):
        found = _jpeg(data)
    else:
        raise ImageRefused("is neither PNG nor JPEG")
    width, height = found.width, found.height
    if not (1 <= width <= MAX_SIDE and 1 <= height <= MAX_SIDE and width * height <= MAX_PIXELS):
        raise ImageRefused(
            f"is {width} x {height} pixels; sides must be 1 to {MAX_SIDE} pixels, "
            f"{MAX_PIXELS // 1_000_000} million pixels in all"
        )
    return found


def _png(data: bytes) -> ImageHeader:
    start = len(_PNG)
    if data[start : start + 8] != struct.pack(">I4s", 13, b"IHDR") or len(data) < start + 16:
        raise ImageRefused("is a PNG without its header")
    width, height = struct.unpack_from(">II", data, start + 8)
    return ImageHeader((".png",), width, height)


def _jpeg(data: bytes) -> ImageHeader:
    """Walk from segment to segment until the frame header: marker, length, precision, size."""
    place = 2
    while place + 4 <= len(data) and data[place] == _FILL:
        marker = data[place + 1]
        if marker == _FILL:
            place += 1
            continue
        if marker in _WITHOUT_LENGTH:
            place += 2
            continue
        (length,) = struct.unpack_from(">H", data, place + 2)
        if marker in _FRAMES and length >= 8 and place + 9 <= len(data):
            height, width = struct.unpack_from(">HH", data, place + 5)
            return ImageHeader((".jpg", ".jpeg"), width, height)
        if marker == _SCAN:
            break
        place += 2 + length
    raise ImageRefused("is a JPEG without its size")
