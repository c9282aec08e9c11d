"""Format and size of images, from their first bytes alone."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.image_header import ImageHeader, ImageRefused, read_header
from competitions.kinds.sample_images import png, sample_image_files


def jpeg(width: int, height: int, *, before: bytes = b"", frame: int = 0xC0) -> bytes:
    """Make the segments of a JPEG up to its frame header, and the start of its scan."""
    header = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    frame_header = bytes([0xFF, frame]) + struct.pack(">H", len(header) + 2) + header
    return b"\xff\xd8" + before + frame_header + b"\xff\xda\0\x02" + b"pixels"


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


@pytest.mark.parametrize(
    ("name", "size"),
    [("sample-grey.png", (28, 28)), ("sample-large.png", (300, 200)), ("sample-pixel.png", (1, 1))],
)
def test_png_tells_its_size(name: str, size: tuple[int, int]) -> None:
    header = read_header(sample_image_files()[name])
    assert header == ImageHeader((".png",), *size)


@pytest.mark.parametrize("frame", [0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xCF])
def test_jpeg_tells_its_size_whatever_its_coding(frame: int) -> None:
    assert read_header(jpeg(640, 480, frame=frame)) == ImageHeader((".jpg", ".jpeg"), 640, 480)


def test_segments_before_the_frame_are_passed_over() -> None:
    thumbnail = segment(0xE1, b"Exif\0\0" + jpeg(16, 16))
    tables = segment(0xDB, bytes(65)) + segment(0xC4, bytes(30))
    before = segment(0xE0, b"JFIF\0") + thumbnail + b"\xff\xff\xff" + tables[1:]
    assert read_header(jpeg(8, 9, before=before)).width == 8


@pytest.mark.parametrize(
    ("data", "fragment"),
    [
        (b"", "neither PNG nor JPEG"),
        (b"GIF89a", "neither PNG nor JPEG"),
        (b"<svg/>", "neither PNG nor JPEG"),
        (b"\x89PNG\r\n\x1a\n", "PNG without its header"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\x0dIDAT" + bytes(20), "PNG without its header"),
        (b"\xff\xd8\xff", "JPEG without its size"),
        (b"\xff\xd8" + segment(0xE0, b"JFIF"), "JPEG without its size"),
        (b"\xff\xd8\xff\xda\0\x02" + jpeg(4, 4)[2:], "JPEG without its size"),
        (b"\xff\xd8\xff\xe0\0\0" + jpeg(4, 4)[2:], "JPEG without its size"),
        (png(1, 1, b"x", colour=0).replace(b"\0\0\0\x01" * 2, b"\0\0\x20\x01\0\0\0\x01"), "8193"),
        (
            png(1, 1, b"x", colour=0).replace(b"\0\0\0\x01" * 2, b"\0\0\x20\0\0\0\x20\0"),
            "40 million",
        ),
        (jpeg(0, 5), "0 x 5 pixels"),
        (jpeg(5, 0), "5 x 0 pixels"),
        (jpeg(65535, 65535), "65535 x 65535"),
    ],
)
def test_what_is_no_image_is_refused_with_its_reason(data: bytes, fragment: str) -> None:
    with pytest.raises(ImageRefused, match=fragment):
        read_header(data)


@given(st.binary(max_size=80), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]))
def test_any_bytes_are_refused_or_have_a_size_within_the_bounds(data: bytes, start: bytes) -> None:
    try:
        header = read_header(start + data)
    except ImageRefused:
        return
    assert 1 <= header.width <= 8192
    assert 1 <= header.height <= 8192
