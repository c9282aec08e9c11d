from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from submissions.validation.errors import SubmissionRefused
from submissions.validation.manifest import (
    ManifestFile,
    UploadLimits,
    check_manifest,
    manifest_sha256,
)
from tests.submissions.validation.build import LIMITS, announced


def _refusal(files: list[ManifestFile], limits: UploadLimits = LIMITS) -> SubmissionRefused:
    with pytest.raises(SubmissionRefused) as caught:
        check_manifest(files, limits)
    return caught.value


def test_a_good_manifest_is_ordered_and_summed() -> None:
    manifest = check_manifest([announced("b.json", b"22"), announced("a.json", b"1")], LIMITS)
    assert [file.path for file in manifest.files] == ["a.json", "b.json"]
    assert manifest.total_bytes == 3
    assert manifest.sha256 == manifest_sha256(manifest.files)


def test_an_empty_folder_is_refused_with_what_to_choose() -> None:
    problem = _refusal([])
    assert problem.code == "empty_submission"
    assert "config.json" in problem.message


def test_too_many_files_are_refused_before_any_is_looked_at() -> None:
    files = [announced("../evil")] * 101
    problem = _refusal(files)
    assert (problem.code, problem.status) == ("too_many_files", 413)
    assert "101" in problem.message
    assert "100" in problem.message


def test_limits_hold_exactly() -> None:
    files = [replace(announced("a.json"), size=60), replace(announced("b.json", b"b"), size=40)]
    limits = replace(LIMITS, max_bytes=100, max_file_bytes=60, max_files=2)
    assert check_manifest(files, limits).total_bytes == 100
    over_one = _refusal(files, replace(limits, max_file_bytes=59))
    assert (over_one.code, over_one.status, over_one.field) == ("file_too_large", 413, "a.json")
    assert "a.json has 60 bytes" in over_one.message
    assert "59 bytes" in over_one.message
    over_all = _refusal(files, replace(limits, max_bytes=99))
    assert (over_all.code, over_all.status) == ("submission_too_large", 413)
    assert "100 bytes" in over_all.message


@pytest.mark.parametrize("sha256", ["", "0" * 63, "0" * 65, "A" * 64, "0" * 64 + "\n", "g" * 64])
def test_a_malformed_sha256_is_refused(sha256: str) -> None:
    assert _refusal([ManifestFile(path="a.json", size=1, sha256=sha256)]).code == "bad_sha256"


def test_sizes_that_contradict_are_refused() -> None:
    assert _refusal([replace(announced("a.json"), size=-1)]).code == "bad_size"
    assert _refusal([replace(announced("a.json"), size=10**400)]).code == "bad_size"
    twins = [announced("a.json"), replace(announced("b.json"), size=2)]
    assert _refusal(twins).code == "bad_size"


def test_the_same_content_twice_is_fine() -> None:
    assert len(check_manifest([announced("a.json"), announced("b.json")], LIMITS).files) == 2


def test_several_problems_are_told_at_once() -> None:
    problem = _refusal([announced("../a"), announced("x.pkl"), announced(".env")])
    assert "3 problems" in problem.message
    assert problem.field == "../a"


def test_pickles_are_refused_before_a_byte_is_sent() -> None:
    problem = _refusal([announced("pytorch_model.bin")])
    assert problem.code == "pickle_weights"
    assert problem.field == "pytorch_model.bin"


def test_colliding_paths_are_refused() -> None:
    assert _refusal([announced("a.json"), announced("A.json")]).code == "colliding_paths"


FILES = st.lists(
    st.builds(
        ManifestFile,
        path=st.text(st.characters(codec="utf-8"), min_size=1, max_size=20),
        size=st.integers(0, 2**40),
        sha256=st.text("0123456789abcdef", min_size=64, max_size=64),
    ),
    max_size=8,
    unique_by=lambda file: file.path,
)


@given(files=FILES, seed=st.integers())
def test_the_digest_does_not_depend_on_order(files: list[ManifestFile], seed: int) -> None:
    shuffled = list(files)
    random.Random(seed).shuffle(shuffled)
    assert manifest_sha256(shuffled) == manifest_sha256(files)


def test_the_digest_sees_every_part() -> None:
    base = announced("a.json")
    variants = [
        [base],
        [replace(base, path="b.json")],
        [replace(base, size=2)],
        [replace(base, sha256="0" * 64)],
        [base, announced("b.json")],
        [],
    ]
    assert len({manifest_sha256(files) for files in variants}) == len(variants)
