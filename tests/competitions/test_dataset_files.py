"""The zip file of a dataset's images."""

from __future__ import annotations

import io
import stat
import struct
import tracemalloc
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competitions import dataset_files
from competitions.dataset_files import check_files, open_files, read_file
from competitions.kinds.sample_images import png, sample_image_files
from competitions.rows import Problems

PIXEL = png(1, 1, b"x", colour=0)


def zipped(files: Any = None, **options: Any) -> bytes:
    """Pack (name or ZipInfo, data) pairs; a name may come twice."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", **options) as archive:
        for name, data in sample_image_files().items() if files is None else files:
            archive.writestr(name, data)
    return sink.getvalue()


def found(data: bytes) -> tuple[dict[str, tuple[int, int]], dict[str, str]]:
    """Return sizes by name, and messages by code."""
    problems = Problems("files.zip")
    sizes = check_files(io.BytesIO(data), problems=problems)
    return dict(sizes), {each.code: str(each) for each in problems}


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_sound_files_are_listed_with_their_sizes(packing: int) -> None:
    sizes, problems = found(zipped(compression=packing))
    assert sizes["sample-landscape.png"] == (64, 48)
    assert sizes.keys() == sample_image_files().keys()
    assert not problems


def entry(name: str = "a.png", **fields: Any) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    for field, value in fields.items():
        setattr(info, field, value)
    return info


@pytest.mark.parametrize(
    ("files", "code", "fragment"),
    [
        ([], "empty_zip", "holds no files"),
        ([("photos/a.png", PIXEL)], "folder", "pack the files themselves"),
        ([("photos/", b"")], "folder", "pack the files themselves"),
        ([("../a.png", PIXEL)], "folder", "../a.png"),
        ([("/a.png", PIXEL)], "folder", "/a.png"),
        ([("..\\a.png", PIXEL)], "folder", "a.png"),
        ([(".DS_Store", b"")], "bad_name", "is no name for an image"),
        ([("a.txt", b"")], "bad_name", "is no name for an image"),
        ([("a.png", b"GIF89a")], "not_an_image", '"a.png" is neither PNG nor JPEG'),
        ([("a.jpg", PIXEL)], "wrong_suffix", "should end in .png"),
        ([(entry(external_attr=(stat.S_IFLNK | 0o777) << 16), b"b.png")], "not_a_file", "a link"),
    ],
)
def test_what_is_wrong_is_named(files: Any, code: str, fragment: str) -> None:
    sizes, problems = found(zipped(files))
    assert fragment in problems[code]
    assert problems[code].startswith("files.zip: ")
    assert not sizes


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_name_that_comes_twice_is_a_problem() -> None:
    _, problems = found(zipped([("a.png", PIXEL), ("a.png", PIXEL)]))
    assert problems == {"repeated_file": 'files.zip: "a.png" is in the zip file twice'}


def test_packing_that_few_programs_know_is_refused() -> None:
    _, problems = found(zipped([("a.png", PIXEL)], compression=zipfile.ZIP_LZMA))
    assert "bad_compression" in problems


def test_encrypted_file_is_refused_unread() -> None:
    data = bytearray(zipped([("a.png", PIXEL)]))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "without a password" in found(bytes(data))[1]["encrypted"]


def test_damaged_file_is_told_from_a_damaged_zip() -> None:
    data = zipped([("a.png", PIXEL), ("b.png", PIXEL)])
    broken = data.replace(PIXEL, PIXEL[:-1] + b"!", 1)
    sizes, problems = found(broken)
    assert "can't be unpacked (Bad CRC-32" in problems["damaged_file"]
    assert sizes == {"b.png": (1, 1)}
    assert found(data[:-30])[1].keys() == found(b"")[1].keys() == {"not_a_zip"}


def test_what_unpacks_to_more_than_it_says_is_refused_in_little_memory() -> None:
    bomb = zipped([("a.png", PIXEL + bytes(64 << 20))], compression=zipfile.ZIP_DEFLATED)
    assert "more than 16 MiB" in found(bomb)[1]["file_too_large"]
    data = bytearray(bomb)
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, len(PIXEL))
    tracemalloc.start()
    try:
        assert "damaged_file" in found(bytes(data))[1]
        assert tracemalloc.get_traced_memory()[1] < 48 << 20
    finally:
        tracemalloc.stop()


def test_what_unpacks_to_less_than_it_says_is_refused() -> None:
    data = bytearray(zipped([("a.png", PIXEL)], compression=zipfile.ZIP_DEFLATED))
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, len(PIXEL) + 1)
    assert "not of the size" in found(bytes(data))[1]["damaged_file"]


def test_limits_on_all_files_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset_files, "MAX_FILES", 1)
    two = zipped([("a.png", PIXEL), ("b.png", PIXEL)])
    assert found(two)[1].keys() == {"too_many_files"}
    monkeypatch.setattr(dataset_files, "MAX_FILES", 2)
    monkeypatch.setattr(dataset_files, "MAX_TOTAL_BYTES", 2 * len(PIXEL) - 1)
    assert found(two)[1].keys() == {"zip_too_large"}


def test_directory_is_never_read_beyond_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset_files, "_MAX_READ", 200)
    many = zipped([(f"{number}.png", PIXEL) for number in range(10)])
    assert "directory is too large" in found(many)[1]["not_a_zip"]


def test_one_file_is_read_back() -> None:
    with open_files(io.BytesIO(zipped())) as archive:
        assert read_file(archive, "sample-pixel.png") == sample_image_files()["sample-pixel.png"]
        with pytest.raises(KeyError):
            read_file(archive, "other.png")


@settings(max_examples=200)
@given(st.integers(0, 10**9), st.integers(0, 255), st.integers(0, 10**9))
def test_any_byte_may_be_wrong_and_no_error_but_a_problem_comes_of_it(place, value, cut) -> None:
    data = bytearray(zipped([("a.png", PIXEL), ("b.png", PIXEL)]))
    data[place % len(data)] = value
    sizes, problems = found(bytes(data[: 1 + max(cut % (2 * len(data)), 30)]))
    assert set(sizes) <= {"a.png", "b.png"} or not problems
