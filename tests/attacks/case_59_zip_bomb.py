"""Row 59: a zip file that grows without end, or whose entries share their bytes."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile

from tests import factories
from tests.attacks import archives
from tests.attacks.archives import careless_contents, entry, zip_of
from tests.attacks.arena import Arena
from tests.attacks.registry import PLATFORM, case
from tests.submissions.validation.build import transformers_folder

MIB = 1 << 20
SIZE = 48 * MIB
FLAT = 6 * MIB
_RECORD = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")


def _grows() -> bytes:
    return zip_of([(entry("model.safetensors"), bytes(SIZE))])


def _lies_about_its_size() -> bytes:
    """The same, announced as 1 kB in both headers."""
    honest = _grows()
    size, small = struct.pack("<L", SIZE), struct.pack("<L", 1024)
    assert honest.count(size) == 2
    return honest.replace(size, small)


def _many_names_for_one_content(names: int = 60) -> bytes:
    """Overlapping entries (the construction of "zip bombs" without nesting): one local entry."""
    one = zip_of([(entry("a000.json"), b"[" + b" " * (MIB - 2) + b"]")])
    end = _END.unpack(one[-_END.size :])
    start = end[6]
    record = one[start : start + _RECORD.size + len("a000.json")]
    listed = b"".join(
        record[: _RECORD.size] + f"a{number:03}.json".encode() for number in range(names)
    )
    closing = _END.pack(end[0], 0, 0, names, names, len(listed), start, 0)
    return one[:start] + listed + closing


def _zip_in_a_zip() -> bytes:
    return zip_of([(entry("inner.zip"), _grows())])


def _very_many_entries() -> bytes:
    return zip_of([(entry(f"{number}.json"), b"{}") for number in range(3_000)])


def _larger_than_allowed() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(3):
            archive.writestr(f"model-{number}.safetensors", bytes(700_000))
    return target.getvalue()


CORPUS = {
    "grows": (_grows, {"zip_bomb"}),
    "lies about its size": (_lies_about_its_size, {"bad_archive", "zip_bomb"}),
    "shares bytes": (_many_names_for_one_content, {"zip_bomb"}),
    "zip in a zip": (_zip_in_a_zip, {"nested_archive"}),
    "very many entries": (_very_many_entries, {"too_many_files"}),
    "larger than allowed": (_larger_than_allowed, {"submission_too_large"}),
}


@case(59, "zip bomb, overlapping entries", where=PLATFORM)
def zip_bomb(arena: Arena) -> None:
    entered = factories.participation(factories.competition(max_upload_bytes=2 * MIB))
    roomy = factories.participation(factories.competition())
    before = archives.entered_rows()
    for name, (make, codes) in CORPUS.items():
        owner = entered if name == "larger than allowed" else roomy
        data = make()
        tracemalloc.start()
        answer = archives.send_zip(owner, data)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert answer["status"] in (413, 422) and answer["code"] in codes, (name, answer)
        assert peak < FLAT + 4 * len(data), (name, peak)
    assert archives.entered_rows() == before
    assert archives.stored_bytes() < MIB


@zip_bomb.control
def a_careless_reader_unpacks_them_and_an_honest_zip_enters(arena: Arena) -> None:
    for make in (_grows, _lies_about_its_size, _many_names_for_one_content):
        data = make()
        assert sum(len(content) for _, content in careless_contents(data)) > 100 * len(data)
    honest = zip_of([(entry(path), data) for path, data in transformers_folder().items()])
    assert archives.send_zip(factories.participation(factories.competition()), honest)["url"]
