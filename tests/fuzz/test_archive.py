"""The archive reader meets broken and dishonest zip files.

What it accepts and reads to the end is what Python's own zipfile reads, within all limits.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

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
_NAMES = (
    *(b"a.txt", b"b.txt", b"c.json", b"A.txt", b"d/e.txt", b"d/f/g", b"d/", b"d", b"../a", b"/a"),
    *(b"a\\b", b"con", b".git/x", b"x.txt\0", b"\xff.txt", b"\xc3\xa9.txt", b"x" * 400, b""),
)


def _mostly(usual: object, *others: object) -> st.SearchStrategy:
    return st.one_of(*[st.just(usual)] * 6, st.sampled_from(others))


def entries() -> st.SearchStrategy[Entry]:
    names = st.sampled_from(_NAMES)
    contents = st.one_of(
        st.binary(max_size=40),
        st.builds(
            lambda one, times: one * times, st.binary(min_size=1, max_size=9), st.integers(1, 4000)
        ),
        st.sampled_from((bytes(1 << 20), bytes(100_000), bytes(1 << 21))),
    )
    sizes = st.sampled_from((0, 1, 40, 41, 1 << 16, 1 << 31, _WIDE))
    return st.builds(
        Entry,
        name=names,
        data=contents,
        method=_mostly(DEFLATED, STORED, 1, 12, 99),
        flags=_mostly(0, 1, 8, 1 << 11, 1 << 13, 0xFFFF),
        attributes=_mostly(
            0, 0o100644 << 16, 0o120777 << 16, 0o040755 << 16, 0o010644 << 16, 0x400
        ),
        extra=_mostly(
            b"", b"\1\0", struct.pack("<2H3Q", 1, 24, 40, 40, 0), b"\1\0\xff\xff", bytes(9000)
        ),
        gap=_mostly(b"", b"PK\x03\x04", bytes(64)),
        size=st.none() | st.none() | st.none() | sizes,
        packed_size=_mostly(None, 0, 1, 1 << 16, _WIDE),
        crc=_mostly(None, 0),
        offset=_mostly(None, 0, 30, 1 << 31, _WIDE),
        local_name=_mostly(None, b"other"),
        local_size=_mostly(None, 0, _WIDE),
    )


def honest_entries() -> st.SearchStrategy[Entry]:
    names = st.sampled_from(
        (b"a.txt", b"b.txt", b"c.json", b"d/e.txt", b"d/f/g", b"d/h/i.json", b"x/", b"LICENSE")
    )
    return st.builds(
        Entry, name=names, data=st.binary(max_size=300), method=st.sampled_from((DEFLATED, STORED))
    )


def files() -> st.SearchStrategy[bytes]:
    ends = st.builds(
        End,
        count=_mostly(None, 0, 1, 3, 0xFFFF),
        comment=_mostly(b"", b"PK\x05\x06", bytes(40), zip_file([], End())),
        shift=_mostly(0, 1, 1 << 20, _WIDE >> 1),
        wide=st.booleans(),
    )
    built = st.builds(zip_file, st.lists(st.one_of(honest_entries(), entries()), max_size=4), ends)
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
            crc = zlib.crc32(chunk, crc)
        assert size == entry.size
        found[entry.path] = (size, crc)
    return found


def check_listed(archive: Archive) -> None:
    assert 0 < len(archive) <= LIMITS.max_files
    assert sum(entry.size for entry in archive) <= LIMITS.max_bytes
    assert len({entry.path.casefold() for entry in archive}) == len(archive)
    for entry in archive:
        assert entry.size <= LIMITS.max_file_bytes
        check_path(entry.path)


def check_against_zipfile(data: bytes, found: dict[str, tuple[int, int]]) -> None:
    """Another reader sees the same files: nothing is smuggled past one of the two."""
    with zipfile.ZipFile(io.BytesIO(data)) as other:
        listed = {info.filename: info for info in other.infolist() if not info.is_dir()}
        kept = {name: info for name, info in listed.items() if not is_clutter(name)}
        seen = {(info.file_size, info.CRC) for info in kept.values()}
        assert len(kept) == len(found)
        assert seen == set(found.values())
        assert all(any(name.endswith(path) for name in kept) for path in found)
        for info in kept.values():
            with other.open(info) as stream:
                while stream.read(_CHUNK):
                    pass  # raises BadZipFile where the content is another than announced


def test_a_zip_file_is_refused_or_read_as_others_read_it() -> None:
    watch = Watch(SubmissionRefused, times=12, constant=512 * KIB)

    def check(data: bytes) -> None:
        file = CountedFile(data)
        found = watch.read(lambda: read_whole(file), size=len(data))
        assert file.bytes_read <= 3 * len(data) + 4 * KIB
        if found is not None:
            check_against_zipfile(data, found)

    fuzz(files(), check, watch)
