from __future__ import annotations

import pytest

from submissions.validation.errors import SubmissionRefused
from submissions.validation.folder import is_clutter, strip_wrapper, wrapper_of
from tests.submissions.validation.build import announced


def _stripped(*paths: str) -> list[str]:
    return [file.path for file in strip_wrapper([announced(path) for path in paths])]


def test_the_one_common_folder_is_taken_off() -> None:
    assert _stripped("bert/config.json", "bert/1/c.json") == ["config.json", "1/c.json"]


def test_files_at_the_root_keep_their_folders() -> None:
    assert _stripped("config.json", "1/c.json") == ["config.json", "1/c.json"]


def test_two_folders_are_kept() -> None:
    assert _stripped("a/config.json", "b/config.json") == ["a/config.json", "b/config.json"]


def test_a_submission_of_task_folders_alone_keeps_them() -> None:
    assert _stripped("tasks/a/model.onnx") == ["tasks/a/model.onnx"]
    assert _stripped("mine/tasks/a/model.onnx") == ["tasks/a/model.onnx"]


def test_clutter_is_left_out_and_hides_no_wrapper() -> None:
    paths = ("bert/config.json", "__MACOSX/bert/._config.json", "bert/.DS_Store", "bert/.git/HEAD")
    assert _stripped(*paths) == ["config.json"]


@pytest.mark.parametrize("path", ["../config.json", "/config.json", "C:/config.json", "./a.json"])
def test_stripping_never_hides_an_escape(path: str) -> None:
    with pytest.raises(SubmissionRefused) as caught:
        _stripped(path)
    assert caught.value.code == "bad_path"


def test_nothing_has_no_wrapper() -> None:
    assert wrapper_of([]) is None
    assert strip_wrapper([]) == ()


@pytest.mark.parametrize("path", ["config.json", "tasks/a/model.onnx", "my.DS_Store.json"])
def test_model_files_are_no_clutter(path: str) -> None:
    assert not is_clutter(path)
