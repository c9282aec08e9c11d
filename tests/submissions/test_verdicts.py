"""Of an error over hidden rows a participant learns its class; of the smoke run everything."""

import pytest

from sandbox.runner.errors import Code
from submissions.models import RunTask
from submissions.verdicts import error_class, shown_error


@pytest.mark.parametrize(
    "code", [*map(str, Code), "no_report", "duplicate_id", "a secret", "x" * 60]
)
@pytest.mark.parametrize("name", ["transformers", "onnx", "python", "torch"])
def test_the_message_follows_from_the_class_alone(code: str, name: str) -> None:
    row = RunTask(error_code=code, error_message="hidden row 7 says hello")
    shown, message = shown_error(row, code, submission_format=name)
    assert shown == error_class(code, submission_format=name)
    assert "hidden row 7" not in message
    assert "organizers" in message


def test_code_of_participants_can_not_choose_among_many_classes() -> None:
    codes = [*map(str, Code), "crashed", "no_report", "bad_output", "secret-1", "secret-2"]
    classes = {error_class(code, submission_format="python") for code in codes}
    assert classes == {"failed", "timeout", "out_of_memory"}


def test_words_of_the_smoke_run_are_shown_as_they_are() -> None:
    row = RunTask(smoke_code="bad_code", smoke_message="predict.py line 3: KeyError")
    assert shown_error(row, "crashed", submission_format="python") == (
        "bad_code",
        "predict.py line 3: KeyError",
    )


def test_without_an_error_there_is_nothing_to_say() -> None:
    row = RunTask(smoke_code="bad_code", smoke_message="only samples failed")
    assert shown_error(row, "", submission_format="onnx") == ("", "")
