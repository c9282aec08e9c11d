"""A limit that does not limit, or a name that could not be a name, is refused at once."""

from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.spec import Limits, RunSpec
from tests.sandbox.lab import LIMITS

NAMES = [name for name in Limits.__slots__ if name != "gpus"]
SECONDS_AND_SHARES = {"task_seconds", "total_seconds", "cpus"}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf"), True, None, "8"])
def test_a_limit_that_does_not_limit_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=name):
        replace(LIMITS, **{name: value})


@pytest.mark.parametrize("name", sorted(set(NAMES) - SECONDS_AND_SHARES))
def test_counts_are_whole_numbers(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        replace(LIMITS, **{name: 2.5})


def test_no_gpu_is_a_valid_limit_and_fewer_is_not() -> None:
    assert replace(LIMITS, gpus=0).gpus == 0
    with pytest.raises(ValueError, match="gpus"):
        replace(LIMITS, gpus=-1)


def test_every_limit_must_be_given() -> None:
    with pytest.raises(TypeError):
        Limits(task_seconds=1)  # type: ignore[call-arg]


@given(st.sampled_from(NAMES), st.integers(1, 2**40))
def test_positive_limits_are_kept_as_they_are(name: str, value: int) -> None:
    assert getattr(replace(LIMITS, **{name: value}), name) == value  # type: ignore[arg-type]


def spec(**changes: Any) -> RunSpec:
    facts: dict[str, Any] = {
        "name": "run-1",
        "input_dir": Path("/srv/in"),
        "tasks": ("a",),
        "limits": LIMITS,
    }
    return RunSpec(**{**facts, **changes})


def test_a_run_can_not_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        spec().name = "other"  # type: ignore[misc]


@pytest.mark.parametrize("name", ["", "A", "a b", "../a", "-a", "a-", "a" * 64, "a\n"])
def test_names_that_could_not_name_a_container_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        spec(name=name)


@pytest.mark.parametrize("task", ["", ".", "..", "a/b", "/a", "a\n", "-a", "a" * 101, "ä"])
def test_tasks_that_could_not_name_a_folder_are_refused(task: str) -> None:
    with pytest.raises(ValueError, match="task"):
        spec(tasks=("good", task))


@pytest.mark.parametrize("tasks", [(), ("a", "a")])
def test_a_run_has_tasks_and_each_once(tasks: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="tasks"):
        spec(tasks=tasks)


def test_an_environment_is_one_of_those_there_are() -> None:
    assert spec().environment == "torch"
    assert spec(environment="tensorflow").environment == "tensorflow"
    with pytest.raises(ValueError, match="no environment 'jax'"):
        spec(environment="jax")


def test_a_relative_input_folder_is_refused() -> None:
    with pytest.raises(ValueError, match="absolute"):
        spec(input_dir=Path("in"))
