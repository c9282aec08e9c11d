"""The reader of a dataset's images meets broken and dishonest zip files.

What it takes can be read back, and is what Python's own zipfile reads.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import replace

from hypothesis import strategies as st

from competitions.dataset_files import Size, check_files, open_files, read_file
from competitions.image_header import read_header
from competitions.kinds.sample_images import sample_image_files
from competitions.rows import Problems
from tests.fuzz.counted_file import CountedFile
from tests.fuzz.harness import KIB, Watch, check_text, fuzz
from tests.fuzz.mutations import changed, mutated
from tests.fuzz.zip_writer import DEFLATED, STORED, End, Entry, zip_file

IMAGES = tuple(sample_image_files().values())
_WIDE = 0xFFFFFFFF
_JPEG = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x0b\x08\0\x10\0\x20\x01\x01\x11\0"
_DATA = (*IMAGES, _JPEG, _JPEG[:12], IMAGES[0][:20], b"GIF89a", b"", bytes(1 << 20))
_NAMES = (b"a.png", b"b.png", b"c.jpg")
_FAULTS: dict[str, tuple[object, ...]] = {
    "name": (b"a/b.png", b"../a.png", b"a.txt", b".png", b"a.png\0", b"\xff.png", b"x" * 400, b""),
    "data": _DATA,
    "method": (1, 12, 14, 99),
    "flags": (1, 8, 1 << 11, 1 << 13, 0xFFFF),
    "attributes": (0o100644 << 16, 0o120777 << 16, 0o040755 << 16, 0o010644 << 16),
    "extra": (b"\1\0", struct.pack("<2H3Q", 1, 24, 40, 40, 0), b"\1\0\xff\xff", bytes(9000)),
    "size": (0, 1, 40, 1 << 16, 1 << 25, 1 << 31, _WIDE),
    "packed_size": (0, 1, 1 << 16, _WIDE),
    "crc": (0,),
    "offset": (0, 30, 1 << 31, _WIDE),
    "local_name": (b"other",),
    "local_size": (0, _WIDE),
}


def honest_entries() -> st.SearchStrategy[Entry]:
    return st.builds(
        Entry,
        name=st.sampled_from(_NAMES),
        data=st.sampled_from((*IMAGES, _JPEG)),
        method=st.sampled_from((DEFLATED, STORED)),
    )


def entries() -> st.SearchStrategy[Entry]:
    """Honest entries with one to three fields that lie."""
    faults = st.sampled_from(
        [(name, value) for name, values in _FAULTS.items() for value in values]
    )
    lies = st.lists(faults, min_size=1, max_size=3)
    return st.builds(lambda entry, told: replace(entry, **dict(told)), honest_entries(), lies)


def files() -> st.SearchStrategy[bytes]:
    ends = st.builds(
        End,
        count=st.sampled_from((None, None, 0, 3, 0xFFFF)),
        comment=st.sampled_from((b"", b"", b"PK\x05\x06", bytes(40))),
        shift=st.sampled_from((0, 0, 1, 1 << 20, _WIDE >> 1)),
        wide=st.booleans(),
    )
    each = st.one_of(honest_entries(), entries())
    honest = st.lists(honest_entries(), min_size=1, max_size=3, unique_by=lambda one: one.name)
    whole = st.builds(zip_file, honest, st.builds(End, wide=st.booleans()))
    seeds = [zip_file([Entry(name=b"a.png", data=data)], End()) for data in IMAGES]
    return st.one_of(
        whole,
        st.builds(zip_file, st.lists(each, max_size=4), ends),
        changed(whole),
        mutated(seeds, words=[b"PK\x01\x02", b"PK\x05\x06", b"IHDR", b"\xff" * 4]),
    )


def test_images_are_a_problem_or_can_be_read_back() -> None:
    watch = Watch(times=40, constant=48 << 20)
    sound = 0

    def check(data: bytes) -> None:
        nonlocal sound
        file, problems = CountedFile(data), Problems("files.zip")
        sizes = watch.read(lambda: check_files(file, problems=problems), size=len(data))
        assert sizes is not None
        assert file.bytes_read <= 12 * len(data) + 512 * KIB
        for problem in problems:
            check_text(str(problem))
        if not problems.found:
            sound += 1
            check_against_zipfile(data, sizes)

    fuzz(files(), check, watch)
    assert 0 < sound < watch.examples


def check_against_zipfile(data: bytes, sizes: Mapping[str, Size]) -> None:
    """What was taken is read alike by both, and is an image of the size that was found."""
    assert sizes
    with zipfile.ZipFile(io.BytesIO(data)) as other, open_files(io.BytesIO(data)) as archive:
        assert set(other.namelist()) == set(sizes)
        for name, size in sizes.items():
            content = read_file(archive, name)
            assert content == other.read(name)
            header = read_header(content)
            assert (header.width, header.height) == size
