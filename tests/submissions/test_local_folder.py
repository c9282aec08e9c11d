from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from submissions.local_folder import announced, copy_files, local_files, open_binary
from submissions.validation.errors import SubmissionRefused


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.txt", "sub/b.txt", ".git/config", "sub/.hidden", "__pycache__/a.pyc"):
        path = tmp_path / "model" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path / "model"


def test_files_have_their_paths_and_hidden_ones_are_left_out(folder: Path) -> None:
    assert local_files(folder) == {"a.txt": folder / "a.txt", "sub/b.txt": folder / "sub/b.txt"}


def test_they_are_announced_with_size_and_sha256(folder: Path) -> None:
    first = announced(local_files(folder))[0]
    assert (first.path, first.size) == ("a.txt", 5)
    assert first.sha256 == hashlib.sha256(b"a.txt").hexdigest()


def test_they_are_copied_to_the_same_paths(folder: Path, tmp_path: Path) -> None:
    copy_files(local_files(folder), tmp_path / "copy")
    assert local_files(tmp_path / "copy").keys() == local_files(folder).keys()
    with open_binary(tmp_path / "copy" / "sub" / "b.txt") as stream:
        assert stream.read() == b"sub/b.txt"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SubmissionRefused, match=r"no folder .*nowhere"):
        local_files(tmp_path / "nowhere")
