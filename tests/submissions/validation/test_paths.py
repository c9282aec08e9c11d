from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from submissions.validation.errors import SubmissionRefused
from submissions.validation.paths import PathTree, check_path, collision_key

BAD = {
    "": "is empty",
    "/etc/passwd": "is absolute",
    "C:/model": "is absolute",
    "c:model": "is absolute",
    "../model": "holds “..”",
    "a/../b": "holds “..”",
    "a/./b": "holds “.”",
    "a/..": "holds “..”",
    "a//b": "empty folder name",
    "a/": "empty folder name",
    "a\\b": "backslash",
    "..\\b": "backslash",
    "a\x00b": "control or invisible",
    "a\nb": "control or invisible",
    "a\u202eb": "control or invisible",
    "a\u200bb": "control or invisible",
    "\ud800": "control or invisible",
    "CON": "Windows",
    "con.json": "Windows",
    "a/Lpt1.txt": "Windows",
    "COM¹": "Windows",
    "nul .txt": "Windows",
    "conin$": "Windows",
    "a?.json": "characters",
    "a.json:stream": "characters",
    "a.": "ends with a dot",
    "a ": "space",
    " a": "space",
    "a./b": "ends with a dot",
    "a\u00a0": "space",
    "x" * 201: "name longer than",
    "/".join("x" * 100 for _ in range(5)): "longer than 300",
    "é" * 101: "name longer than",
    "/".join("a" * 9): "levels deep",
}


@pytest.mark.parametrize(("path", "reason"), BAD.items())
def test_bad_paths_are_refused_with_their_reason(path: str, reason: str) -> None:
    with pytest.raises(SubmissionRefused) as caught:
        check_path(path)
    assert caught.value.code == "bad_path"
    assert reason in caught.value.message


@pytest.mark.parametrize("path", [".env", ".git/config", "a/.hidden", "..."])
def test_hidden_files_are_refused(path: str) -> None:
    with pytest.raises(SubmissionRefused) as caught:
        check_path(path)
    assert caught.value.code in {"hidden_file", "bad_path"}


@pytest.mark.parametrize(
    "path",
    ["config.json", "tasks/movie-sentiment/model.safetensors", "1_Pooling/config.json",
     "model-00001-of-00002.safetensors", "modèle.json", "console.txt", "common.txt", "a b.txt"],
)  # fmt: skip
def test_ordinary_paths_pass(path: str) -> None:
    check_path(path)


@given(st.text())
def test_any_text_passes_or_is_refused(path: str) -> None:
    try:
        check_path(path)
    except SubmissionRefused as problem:
        problem.message.encode()
        return
    assert not path.startswith("/")
    assert ".." not in path.split("/")
    assert len(path.encode()) <= 300


def _tree_code(*paths: str) -> str | None:
    tree = PathTree()
    try:
        for path in paths:
            tree.add(path)
    except SubmissionRefused as problem:
        return problem.code
    return None


@pytest.mark.parametrize(
    ("paths", "code"),
    [
        (("a", "a"), "duplicate_path"),
        (("Config.json", "config.json"), "colliding_paths"),
        (("caf\u00e9", "cafe\u0301"), "colliding_paths"),
        (("CAF\u00c9", "cafe\u0301"), "colliding_paths"),
        (("stra\u00dfe", "STRASSE"), "colliding_paths"),
        (("Tasks/a", "tasks/b"), "colliding_paths"),
        (("a/B/c", "a/b/d"), "colliding_paths"),
        (("a", "a/b"), "file_and_folder"),
        (("a/b", "a"), "file_and_folder"),
        (("A/b", "a"), "file_and_folder"),
        (("a/b/c", "a/B"), "file_and_folder"),
        (("a/b", "a/c", "b"), None),
    ],
)
def test_paths_that_cannot_lie_side_by_side_are_refused(
    paths: tuple[str, ...], code: str | None
) -> None:
    assert _tree_code(*paths) == code


@given(st.text(max_size=10))
def test_all_spellings_of_a_name_share_one_key(name: str) -> None:
    for form in ("NFC", "NFD"):
        assert collision_key(unicodedata.normalize(form, name)) == collision_key(name)
    assert collision_key(collision_key(name)) == collision_key(name)
