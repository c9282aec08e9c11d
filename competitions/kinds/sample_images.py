"""Public sample images, made on the spot: grey and colour, tiny, wide, and of one pixel.

PNG as in https://www.w3.org/TR/png-3/: signature, then chunks of length, type, data and CRC-32.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY, _COLOUR = 0, 2
_CHANNELS = {_GREY: 1, _COLOUR: 3}
# Name, width, height, colour type. No dataset is likely to have such names: a sample run reads
# files of the train split beside them.
_SAMPLES = (
    ("sample-grey.png", 28, 28, _GREY),
    ("sample-colour.png", 32, 32, _COLOUR),
    ("sample-landscape.png", 64, 48, _COLOUR),
    ("sample-pixel.png", 1, 1, _COLOUR),
    ("sample-large.png", 300, 200, _COLOUR),
)

IMAGES = tuple({"image": name} for name, *_ in _SAMPLES)


def sample_image_files() -> Mapping[str, bytes]:
    """Return the samples' files by name: diagonal gradients, another slope in each channel."""
    return {name: _gradient(width, height, colour) for name, width, height, colour in _SAMPLES}


def _gradient(width: int, height: int, colour: int) -> bytes:
    channels = range(1, _CHANNELS[colour] + 1)
    return png(
        width,
        height,
        bytes(
            (x * 3 + y * 5) * c % 256 for y in range(height) for x in range(width) for c in channels
        ),
        colour=colour,
    )


def png(width: int, height: int, pixels: bytes, *, colour: int) -> bytes:
    """Write 8-bit ``pixels``, row by row, as a PNG file; ``colour`` 0 is grey, 2 is RGB."""
    line = width * _CHANNELS[colour]
    # Each line begins with the number of its filter; 0 is none.
    lines = b"".join(b"\0" + pixels[y * line : (y + 1) * line] for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(name, data) for name, data in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
