from __future__ import annotations

import pytest

from sandbox.runner.errors import (
    MESSAGE_LIMIT,
    Code,
    RunnerError,
    TaskTimeout,
    as_runner_error,
    is_out_of_memory,
)


class OutOfMemoryError(RuntimeError):
    """As torch calls its own for GPUs."""


class ResourceExhaustedError(Exception):
    """As TensorFlow calls its own."""


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        ResourceExhaustedError("OOM when allocating tensor with shape[1000000,1000000]"),
        OutOfMemoryError("CUDA out of memory"),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried …"),
        RuntimeError("std::bad_alloc"),
    ],
)
def test_every_library_s_lack_of_memory_is_recognised(error: Exception) -> None:
    assert is_out_of_memory(error)
    assert as_runner_error(error, code=Code.BAD_MODEL, message="x").code == Code.OUT_OF_MEMORY


def test_other_errors_take_the_given_code() -> None:
    named = as_runner_error(ValueError("out of memory"), code=Code.BAD_MODEL, message="broken")
    assert (named.code, named.message) == (Code.BAD_MODEL, "broken")


def test_a_runner_error_stays_itself() -> None:
    error = RunnerError(Code.WRONG_LABELS, "labels")
    assert as_runner_error(error, code=Code.INTERNAL, message="x") is error


def test_messages_are_one_flat_line() -> None:
    assert RunnerError(Code.BAD_MODEL, 'a\n  {"b": [1]}').message == 'a ("b": (1))'


def test_long_messages_are_cut() -> None:
    assert len(RunnerError(Code.BAD_MODEL, "x" * 10_000).message) == MESSAGE_LIMIT


def test_libraries_that_catch_exceptions_do_not_catch_the_timeout() -> None:
    assert not issubclass(TaskTimeout, Exception)
