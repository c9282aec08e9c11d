from __future__ import annotations

import contextlib
import io
import stat
import tracemalloc
import zipfile
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from submissions.validation.archive import open_archive
from submissions.validation.errors import SubmissionRefused
from submissions.validation.manifest import UploadLimits
from tests.submissions.validation.build import LIMITS, transformers_folder, zipped


def _read(data: bytes, limits: UploadLimits = LIMITS) -> dict[str, bytes]:
    archive = open_archive(io.BytesIO(data), limits)
    found = {}
    for entry in archive:
        with archive.open(entry) as stream:
            found[entry.path] = stream.read()
    return found


def _code(data: bytes, limits: UploadLimits = LIMITS) -> str:
    with pytest.raises(SubmissionRefused) as caught:
        _read(data, limits)
    return caught.value.code


def _entry(
    name: str, data: bytes = b"x", *, mode: int = 0, system: int = 3, method: int = 8
) -> bytes:
    target = io.BytesIO()
    info = zipfile.ZipInfo(name)
    info.filename = name
    info.create_system = system
    info.external_attr = mode << 16
    info.compress_type = method
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(info, data)
    return target.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_model_comes_out_as_it_went_in(method: int) -> None:
    files = transformers_folder()
    assert _read(zipped(files, method=method)) == files


def test_the_wrapper_folder_and_clutter_stay_outside() -> None:
    files = transformers_folder("bert/") | {"__MACOSX/bert/._config.json": b"x", "bert/": b""}
    archive = open_archive(io.BytesIO(zipped(files)), LIMITS)
    assert sorted(entry.path for entry in archive) == sorted(transformers_folder())
    assert archive.left_out == ("__MACOSX/bert/._config.json",)
    assert len(archive) == 4


def test_a_streamed_archive_with_data_descriptors_is_read() -> None:
    class Unseekable(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            self.data += bytes(data)
            return len(data)

    target = Unseekable()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", b"{}" * 100)
    assert _read(bytes(target.data)) == {"config.json": b"{}" * 100}


def test_zip64_entries_are_read() -> None:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("config.json", "w", force_zip64=True) as stream,
    ):
        stream.write(b"{}")
    assert _read(target.getvalue()) == {"config.json": b"{}"}


@pytest.mark.parametrize(
    "name",
    ["../evil.json", "a/../../evil.json", "/etc/evil.json", "C:/evil.json", "a\\..\\evil.json",
     "..", "../", "a/./b.json", "a//b.json", "con.json", "a\u202e.json"],
)  # fmt: skip
def test_paths_that_leave_the_folder_are_refused(name: str) -> None:
    assert _code(_entry(name)) == "bad_path"


def test_a_hidden_path_inside_clutter_is_no_way_out() -> None:
    assert _code(zipped({"__MACOSX/../../evil.json": b"x", "a.json": b"x"})) == "bad_path"


@pytest.mark.parametrize(
    "mode", [stat.S_IFLNK | 0o777, stat.S_IFIFO | 0o644, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK]
)
@pytest.mark.parametrize("system", [0, 3, 19])
def test_links_and_devices_are_refused_whatever_system_wrote_them(mode: int, system: int) -> None:
    assert _code(_entry("config.json", b"/etc/passwd", mode=mode, system=system)) == "link"


def test_a_windows_reparse_point_is_refused() -> None:
    data = bytearray(_entry("config.json"))
    place = data.find(b"PK\x01\x02") + 38
    data[place : place + 4] = (0x400).to_bytes(4, "little")
    assert _code(bytes(data)) == "link"


def test_regular_unix_files_and_folders_pass() -> None:
    assert _read(_entry("config.json", mode=stat.S_IFREG | 0o4755)) == {"config.json": b"x"}


@pytest.mark.parametrize("bit", [0, 6, 13])
def test_encrypted_entries_are_refused(bit: int) -> None:
    data = bytearray(_entry("config.json"))
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = data.find(signature) + offset
        flags = int.from_bytes(data[place : place + 2], "little") | 1 << bit
        data[place : place + 2] = flags.to_bytes(2, "little")
    assert _code(bytes(data)) == "encrypted_archive"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_methods_are_refused(method: int) -> None:
    assert _code(_entry("config.json", b"x" * 100, method=method)) == "bad_archive"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_duplicate_and_colliding_names_are_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.json", b"1")
        archive.writestr("a.json", b"2")
    assert _code(target.getvalue()) == "duplicate_path"
    assert _code(zipped({"a.json": b"", "A.json": b""})) == "colliding_paths"
    assert _code(zipped({"a": b"", "a/b.json": b""})) == "file_and_folder"


def test_limits_of_files_and_bytes_hold() -> None:
    data = zipped({"a.json": b"1" * 60, "b.json": b"2" * 40})
    assert len(_read(data, replace(LIMITS, max_files=2, max_bytes=100, max_file_bytes=60))) == 2
    assert _code(data, replace(LIMITS, max_files=1)) == "too_many_files"
    assert _code(data, replace(LIMITS, max_bytes=99)) == "submission_too_large"
    assert _code(data, replace(LIMITS, max_file_bytes=59)) == "file_too_large"
    assert _code(zipped({"model.bin": b""})) == "pickle_weights"


def test_archives_without_files_are_refused() -> None:
    assert _code(zipped({})) == "empty_submission"
    assert _code(zipped({"folder/": b""})) == "empty_submission"
    assert _code(zipped({"__MACOSX/a": b""})) == "empty_submission"


def test_a_hundred_thousand_files_are_refused_with_flat_memory() -> None:
    record = b"PK\x01\x02" + bytes(24) + b"\x01\x00" + bytes(16) + b"a"
    directory = record * 100_000
    count, size = 100_000, len(directory)
    end64 = b"PK\x06\x06" + (44).to_bytes(8, "little") + bytes(12)
    end64 += count.to_bytes(8, "little") * 2 + size.to_bytes(8, "little") + bytes(8)
    locator = b"PK\x06\x07" + bytes(4) + size.to_bytes(8, "little") + b"\x01\x00\x00\x00"
    end = b"PK\x05\x06" + bytes(4) + b"\xff" * 4 + size.to_bytes(4, "little") + bytes(6)
    file = io.BytesIO(directory + end64 + locator + end)
    tracemalloc.start()
    try:
        with pytest.raises(SubmissionRefused) as caught:
            open_archive(file, LIMITS)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert caught.value.code == "too_many_files"
    assert "100000" in caught.value.message
    assert peak < 1_000_000


def test_an_understated_count_is_found_out() -> None:
    data = bytearray(zipped({f"{index}.json": b"" for index in range(5)}))
    place = data.rfind(b"PK\x05\x06")
    for count, reason in ((1, "more files than it announces"), (6, "more files than it lists")):
        data[place + 8 : place + 12] = count.to_bytes(2, "little") * 2
        with pytest.raises(SubmissionRefused, match=reason):
            _read(bytes(data))


def test_a_bomb_is_refused_by_its_announced_ratio() -> None:
    assert _code(zipped({"config.json": bytes(10_000_000)})) == "zip_bomb"


def test_small_uniform_files_are_no_bomb() -> None:
    assert _read(zipped({"config.json": b" " * 1_000_000})) == {"config.json": b" " * 1_000_000}


def _patched(data: bytes, field: int, value: int, *, local_too: bool = True) -> bytes:
    """Overwrite a 32-bit field, counted from the CRC: 0 CRC, 1 packed size, 2 size."""
    patched = bytearray(data)
    for signature, offset in ((b"PK\x01\x02", 16), (b"PK\x03\x04", 14)):
        if signature == b"PK\x03\x04" and not local_too:
            continue
        place = patched.find(signature) + offset + 4 * field
        patched[place : place + 4] = value.to_bytes(4, "little")
    return bytes(patched)


def test_a_bomb_that_understates_its_size_is_stopped_there() -> None:
    data = _patched(zipped({"config.json": bytes(10_000_000)}), 2, 1000)
    archive = open_archive(io.BytesIO(data), LIMITS)
    (entry,) = archive
    received = 0
    with (
        pytest.raises(SubmissionRefused, match="than it announces"),
        archive.open(entry) as stream,
    ):
        while part := stream.read(100):
            received += len(part)
    assert received <= 1000


@pytest.mark.parametrize(("field", "value"), [(0, 1), (1, 3), (2, 1), (2, 9)])
@pytest.mark.parametrize("local_too", [True, False])
def test_a_lie_about_crc_or_sizes_is_found_out(field: int, value: int, local_too: bool) -> None:
    data = zipped({"config.json": b"{[()]}"}, method=zipfile.ZIP_DEFLATED)
    assert _code(_patched(data, field, value, local_too=local_too)) == "bad_archive"


def test_overlapping_entries_are_refused() -> None:
    data = bytearray(zipped({"a.json": b"1" * 50, "b.json": b"2" * 50}))
    second = data.rfind(b"PK\x01\x02")
    data[second + 42 : second + 46] = bytes(4)
    assert _code(bytes(data)) == "zip_bomb"
    shifted = bytearray(zipped({"a.json": b"1" * 50, "b.json": b"2" * 50}))
    shifted[second + 42 : second + 46] = (10).to_bytes(4, "little")
    assert _code(bytes(shifted)) == "zip_bomb"


def test_an_entry_that_reaches_over_the_next_by_its_own_header_is_refused() -> None:
    plain = zipped({"a.json": b"1234", "b.json": b"5"}, method=zipfile.ZIP_STORED)
    second, directory = plain.rfind(b"PK\x03\x04"), plain.find(b"PK\x01\x02")
    inner = b"pad!" + plain[second:directory]
    first = bytearray(plain[:second])
    first[28:30] = len(inner).to_bytes(2, "little")
    hidden = bytes(first[:36]) + inner + b"1234"
    rest = bytearray(plain[directory:])
    rest[-6:-2] = len(hidden).to_bytes(4, "little")
    place = rest.rfind(b"PK\x01\x02") + 42
    rest[place : place + 4] = (40).to_bytes(4, "little")
    with pytest.raises(SubmissionRefused, match="contradicts itself at a"):
        _read(hidden + bytes(rest))


def test_an_entry_outside_the_file_is_refused() -> None:
    data = bytearray(zipped({"a.json": b"1"}))
    place = data.rfind(b"PK\x01\x02")
    data[place + 42 : place + 46] = (2**31).to_bytes(4, "little")
    assert _code(bytes(data)) == "zip_bomb"


def test_another_name_in_the_local_header_is_refused() -> None:
    data = zipped({"a.json": b"1"}).replace(b"a.json", b"b.jsox", 1)
    assert _code(data) == "bad_archive"


def test_names_that_are_not_utf8_are_refused() -> None:
    assert _code(zipped({"a.json": b"1"}).replace(b"a.json", b"\xff.json")) == "bad_archive"


def test_bytes_after_the_end_or_before_the_start_are_refused() -> None:
    data = zipped({"a.json": b"1"})
    assert _code(data + b"x") == "bad_archive"
    assert _code(b"#!/bin/sh\n" + data) == "bad_archive"
    end = data.rfind(b"PK\x05\x06")
    assert _code(data[:end] + b"hidden" + data[end:]) == "bad_archive"


def test_zip64_records_that_contradict_are_refused() -> None:
    data = zipped({"a.json": b"1"})
    place = data.rfind(b"PK\x05\x06")
    size = int.from_bytes(data[place + 12 : place + 16], "little")
    offset = int.from_bytes(data[place + 16 : place + 20], "little")

    def with_zip64(count: int, stated: int = 1) -> bytes:
        end64 = b"PK\x06\x06" + (44).to_bytes(8, "little") + bytes(12)
        end64 += count.to_bytes(8, "little") * 2 + size.to_bytes(8, "little")
        end64 += offset.to_bytes(8, "little")
        locator = b"PK\x06\x07" + bytes(4) + place.to_bytes(8, "little") + b"\x01\x00\x00\x00"
        end = bytearray(data[place:])
        end[8:12] = stated.to_bytes(2, "little") * 2
        return data[:place] + end64 + locator + bytes(end)

    assert _read(with_zip64(1)) == {"a.json": b"1"}
    assert _read(with_zip64(1, stated=0xFFFF)) == {"a.json": b"1"}
    assert _code(with_zip64(2)) == "bad_archive"
    assert _code(with_zip64(1, stated=7)) == "bad_archive"


def test_an_entry_without_its_zip64_sizes_is_refused() -> None:
    data = zipped({"a.json": b"1"})
    assert _code(_patched(data, 2, 0xFFFFFFFF)) == "bad_archive"


@pytest.mark.parametrize("data", [b"", b"x", b"PK\x05\x06", b"Rar!\x1a\x07", bytes(100_000)])
def test_other_files_are_no_zip(data: bytes) -> None:
    assert _code(data) == "not_a_zip"


def test_the_rest_of_a_deflate_stream_cannot_hide_bytes() -> None:
    data = zipped({"a.json": b"1" * 100}, method=zipfile.ZIP_DEFLATED)
    place = data.find(b"PK\x01\x02")
    hidden = data[:place] + b"secret" + data[place:]
    packed = int.from_bytes(data[18:22], "little") + 6
    end = hidden.rfind(b"PK\x05\x06")
    moved = bytearray(_patched(hidden, 1, packed))
    moved[end + 16 : end + 20] = (place + 6).to_bytes(4, "little")
    assert _code(bytes(moved)) == "bad_archive"


SAMPLE = zipped({"config.json": b"{}" * 50, "a/b.txt": b"text"})


@given(st.binary(max_size=300))
@example(SAMPLE)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(SubmissionRefused):
        _read(data)


@given(
    place=st.integers(0, len(SAMPLE) - 1),
    patch=st.binary(min_size=1, max_size=8),
    cut=st.integers(0, len(SAMPLE)),
)
def test_a_damaged_zip_is_read_truly_or_refused(place: int, patch: bytes, cut: int) -> None:
    damaged = SAMPLE[:place] + patch + SAMPLE[place + len(patch) :]
    for data in (damaged, SAMPLE[:cut]):
        try:
            found = _read(data)
        except SubmissionRefused:
            continue
        assert set(found.values()) <= {b"{}" * 50, b"text"}


def test_reading_keeps_memory_flat() -> None:
    payload = b"".join(index.to_bytes(4, "little") for index in range(1_000_000))
    data = io.BytesIO(zipped({"model.safetensors": payload}))
    archive = open_archive(data, LIMITS)
    tracemalloc.start()
    try:
        with archive.open(archive.entries[0]) as stream:
            total = 0
            while part := stream.read(1 << 20):
                total += len(part)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert total == len(payload)
    assert peak < 2_500_000
