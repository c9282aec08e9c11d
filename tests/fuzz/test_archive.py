"""The archive reader meets broken and dishonest zip files.

What it accepts and reads to the end is what Python's own zipfile reads, within all limits.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import replace

from hypothesis import strategies as st

from submissions.validation.archive import Archive, open_archive
from submissions.validation.errors import SubmissionRefused
from submissions.validation.folder import is_clutter
from submissions.validation.manifest import UploadLimits
from submissions.validation.paths import check_path
from tests.fuzz.counted_file import CountedFile
from tests.fuzz.harness import KIB, Watch, fuzz
from tests.fuzz.mutations import changed, mutated
from tests.fuzz.zip_writer import DEFLATED, STORED, End, Entry, zip_file
from tests.submissions.validation.build import transformers_folder, zipped

LIMITS = UploadLimits(
    max_bytes=4_000_000,
    max_files=30,
    max_file_bytes=2_000_000,
    allowed_suffixes=frozenset({"", ".json", ".txt", ".safetensors"}),
)
_CHUNK = 64 * KIB
FILES = [
    zipped(transformers_folder()),
    zipped(transformers_folder("model/"), method=zipfile.ZIP_STORED),
    zipped({"a.txt": b"", "b/": b"", "b/c.txt": b"text" * 9000, "__MACOSX/._a": b"x"}),
    zip_file([Entry(name=b"a.txt", data=bytes(900))], End(wide=True)),
]
WORDS = [
    b"PK\x01\x02",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"PK\x06\x06",
    b"PK\x06\x07",
    b"../",
    b"a.txt",
    b"\xff" * 4,
]
_WIDE = 0xFFFFFFFF
_GOOD_NAMES = (b"a.txt", b"b.txt", b"c.json", b"d/e.txt", b"d/f/g", b"d/h/i.json", b"LICENSE")
_NAMES = (
    *(b"a.txt", b"b.txt", b"c.json", b"A.txt", b"d/e.txt", b"d/f/g", b"d/", b"d", b"../a", b"/a"),
    *(b"a\\b", b"con", b".git/x", b"x.txt\0", b"\xff.txt", b"\xc3\xa9.txt", b"x" * 400, b""),
)


_FAULTS: dict[str, tuple[object, ...]] = {
    "name": _NAMES,
    "data": (bytes(1 << 20), bytes(100_000), bytes(1 << 21), b"ab" * 9000),
    "method": (STORED, 1, 12, 99),
    "flags": (1, 8, 1 << 11, 1 << 13, 0xFFFF),
    "attributes": (0o100644 << 16, 0o120777 << 16, 0o040755 << 16, 0o010644 << 16, 0x400),
    "extra": (b"\1\0", struct.pack("<2H3Q", 1, 24, 40, 40, 0), b"\1\0\xff\xff", bytes(9000)),
    "gap": (b"PK\x03\x04", bytes(64)),
    "size": (0, 1, 40, 41, 1 << 16, 1 << 31, _WIDE),
    "packed_size": (0, 1, 1 << 16, _WIDE),
    "crc": (0,),
    "offset": (0, 30, 1 << 31, _WIDE),
    "local_name": (b"other",),
    "local_size": (0, _WIDE),
}


def entries() -> st.SearchStrategy[Entry]:
    """Honest entries with one to three fields that lie."""
    faults = st.sampled_from(
        [(name, value) for name, values in _FAULTS.items() for value in values]
    )
    lies = st.one_of(faults.map(lambda one: [one]), st.lists(faults, min_size=1, max_size=3))
    return st.builds(lambda entry, told: replace(entry, **dict(told)), honest_entries(), lies)


def honest_entries() -> st.SearchStrategy[Entry]:
    return st.builds(
        Entry,
        name=st.sampled_from(_GOOD_NAMES),
        data=st.binary(max_size=300),
        method=st.sampled_from((DEFLATED, STORED)),
    )


def files() -> st.SearchStrategy[bytes]:
    odd_ends = st.builds(
        End,
        count=st.sampled_from((None, 0, 1, 3, 0xFFFF)),
        comment=st.sampled_from((b"", b"PK\x05\x06", bytes(40), zip_file([], End()))),
        shift=st.sampled_from((0, 1, 1 << 20, _WIDE >> 1)),
        wide=st.booleans(),
    )
    ends = st.one_of(st.just(End()), st.just(End(wide=True)), odd_ends)
    each = st.one_of(honest_entries(), entries())
    built = st.builds(zip_file, st.lists(each, max_size=4), ends)
    honest = st.lists(honest_entries(), max_size=5, unique_by=lambda entry: entry.name)
    return st.one_of(
        built,
        changed(st.builds(zip_file, honest, st.builds(End, wide=st.booleans()))),
        mutated(FILES, words=WORDS),
    )


def read_whole(file: CountedFile) -> dict[str, tuple[int, int]]:
    """List the archive and read every entry in chunks; sizes and checksums by path."""
    archive = open_archive(file, LIMITS)
    check_listed(archive)
    found = {}
    for entry in archive:
        stream, size, crc = archive.open(entry), 0, 0
        while chunk := stream.read(_CHUNK):
            assert len(chunk) <= _CHUNK
            size += len(chunk)
            assert size <= entry.size
            crc = zlib.crc32(chunk, crc)
        assert size == entry.size
        found[entry.path] = (size, crc)
    return found


def check_listed(archive: Archive) -> None:
    assert 0 < len(archive) <= LIMITS.max_files
    assert sum(entry.size for entry in archive) <= LIMITS.max_bytes
    assert len({entry.path.casefold() for entry in archive}) == len(archive)
    end = 0
    for entry in sorted(archive, key=lambda entry: entry.record.offset):
        assert entry.size <= LIMITS.max_file_bytes
        check_path(entry.path)
        assert entry.record.offset >= end, "two files share bytes"
        end = entry.record.offset + entry.record.packed_size
        assert end <= entry.end


def check_against_zipfile(data: bytes, found: dict[str, tuple[int, int]]) -> None:
    """Another reader sees the same files, or none: nothing is smuggled past one of the two."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as other:
            entries = [info for info in other.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError):
        return
    listed = {_utf8_name(info): info for info in entries}
    kept = {name: info for name, info in listed.items() if not is_clutter(name)}
    assert len(kept) == len(found)
    assert {(info.file_size, info.CRC) for info in kept.values()} == set(found.values())
    assert all(any(name.endswith(path) for name in kept) for path in found)


def _utf8_name(info: zipfile.ZipInfo) -> str:
    """The name as UTF-8, which zipfile reads as another encoding where a flag is not set."""
    encoding = "utf-8" if info.flag_bits & 1 << 11 else "cp437"
    return info.orig_filename.encode(encoding).decode()


def test_a_zip_file_is_refused_or_read_as_others_read_it() -> None:
    watch = Watch(SubmissionRefused, times=12, constant=512 * KIB)

    def check(data: bytes) -> None:
        file = CountedFile(data)
        found = watch.read(lambda: read_whole(file), size=len(data))
        assert file.bytes_read <= 3 * len(data) + 4 * KIB
        if found is not None:
            check_against_zipfile(data, found)

    fuzz(files(), check, watch)
