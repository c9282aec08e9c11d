"""Sample images are sound PNG files of the sizes that they are meant to have."""

import struct
import zlib

import pytest

from competitions.kinds.sample_images import IMAGES, png, sample_image_files


def chunks(data: bytes) -> dict[bytes, bytes]:
    """Take a PNG file apart and check every sum."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    found, place = {}, 8
    while place < len(data):
        length, name = struct.unpack_from(">I4s", data, place)
        body = data[place + 8 : place + 8 + length]
        assert struct.unpack_from(">I", data, place + 8 + length) == (zlib.crc32(name + body),)
        found[name] = body
        place += length + 12
    return found


def test_every_sample_row_has_its_file_and_no_file_is_left_over() -> None:
    assert [row["image"] for row in IMAGES] == list(sample_image_files())


def test_samples_are_grey_and_in_colour_tiny_and_large() -> None:
    headers = [
        struct.unpack(">IIBBBBB", chunks(file)[b"IHDR"]) for file in sample_image_files().values()
    ]
    assert {(width, height, colour) for width, height, _, colour, *_ in headers} == {
        (28, 28, 0),
        (32, 32, 2),
        (64, 48, 2),
        (1, 1, 2),
        (300, 200, 2),
    }


@pytest.mark.parametrize(("colour", "channels"), [(0, 1), (2, 3)])
def test_pixels_lie_in_rows_behind_the_number_of_their_filter(colour: int, channels: int) -> None:
    pixels = bytes(range(2 * 3 * channels))
    found = chunks(png(3, 2, pixels, colour=colour))
    lines = zlib.decompress(found[b"IDAT"])
    half = 3 * channels
    assert lines == b"\0" + pixels[:half] + b"\0" + pixels[half:]
    assert list(found) == [b"IHDR", b"IDAT", b"IEND"]
