"""The list of announced files: any names and numbers, as an upload's request may hold them."""

from __future__ import annotations

import unicodedata

from hypothesis import strategies as st

from submissions.validation.errors import SubmissionRefused
from submissions.validation.manifest import (
    Manifest,
    ManifestFile,
    UploadLimits,
    check_manifest,
    manifest_sha256,
)
from submissions.validation.paths import MAX_PATH_BYTES
from tests.fuzz.harness import KIB, Watch, fuzz

LIMITS = UploadLimits(
    max_bytes=6000,
    max_files=8,
    max_file_bytes=4000,
    allowed_suffixes=frozenset({"", ".json", ".txt"}),
)
_ODD_PATHS = (
    *(
        "",
        "/",
        "..",
        "../a",
        "a/../b",
        "a//b",
        "/etc/passwd",
        "c:\\x",
        "a\\b",
        ".hidden",
        "con",
        "NUL.txt",
    ),
    *(
        "a.",
        " a",
        "x\u202ey",
        "\ud800",
        "a\x00b",
        "x" * 300,
        "d/" * 9 + "e",
        "a.exe",
        "LPT1.json",
        "~",
        "a:b",
    ),
)
_GOOD_PATHS = (
    "a.json",
    "A.json",
    "b.txt",
    "d/a.json",
    "D/b.json",
    "d",
    "\u00e9.txt",
    "e\u0301.txt",
    "stra\u00dfe",
    "strasse",
)
_SIZES = (0, 1, 3999, 4000, 4001, -1, 1 << 63, 10**4000)


def announced() -> st.SearchStrategy[list[ManifestFile]]:
    names = st.text(max_size=6) | st.sampled_from(_ODD_PATHS)
    joined = st.lists(names, min_size=1, max_size=10).map("/".join)
    good = st.sampled_from(_GOOD_PATHS)
    paths = st.one_of(good, good, good, good, joined)
    digests = st.one_of(
        st.integers(0, 1 << 64).map(lambda number: f"{number:064x}"),
        st.sampled_from(("0" * 64, "A" * 64, "0" * 63, "0" * 64 + "\n", "", "٠" * 64)),
    )
    sizes = st.one_of(st.integers(0, 2000), st.integers(0, 2000), st.sampled_from(_SIZES))
    files = st.builds(ManifestFile, path=paths, size=sizes, sha256=digests)
    honest = st.builds(
        ManifestFile,
        path=good,
        size=st.integers(0, 3000),
        sha256=st.integers(0, 1 << 255).map(lambda number: f"{number:064x}"),
    )
    return st.one_of(
        st.lists(honest, max_size=6, unique_by=lambda file: file.path.casefold()),
        st.lists(st.one_of(honest, files), max_size=10),
    )


def test_a_manifest_is_refused_or_names_files_that_lie_side_by_side_everywhere() -> None:
    watch = Watch(SubmissionRefused, times=400, constant=128 * KIB)

    def check(files: list[ManifestFile]) -> None:
        size = sum(len(file.path) + len(file.sha256) for file in files)
        manifest = watch.read(lambda: check_manifest(files, LIMITS), size=size)
        if manifest is not None:
            check_accepted(files, manifest)

    fuzz(announced(), check, watch)


def check_accepted(files: list[ManifestFile], manifest: Manifest) -> None:
    assert 0 < len(manifest.files) == len(files) <= LIMITS.max_files
    assert manifest.total_bytes == sum(file.size for file in files) <= LIMITS.max_bytes
    assert manifest.sha256 == manifest_sha256(files) == manifest_sha256(files[::-1])
    paths = [file.path for file in files]
    same = {unicodedata.normalize("NFC", path).casefold() for path in paths}
    assert len(same) == len(paths)
    for path in paths:
        assert not any(other.startswith(path + "/") for other in paths)
        assert len(path.encode()) <= MAX_PATH_BYTES
        assert not {"", ".", ".."} & set(path.split("/"))
        assert not set(path) & set('\\:*?"<>|\x00')
