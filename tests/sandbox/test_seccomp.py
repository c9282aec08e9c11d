"""The profile as the engine takes it, and tried on a running kernel."""

import errno
import json
import platform
from pathlib import Path

import pytest

from sandbox.bpf import MACHINES, call_numbers
from sandbox.seccomp import (
    ALLOWED,
    DENIED,
    FILTERED,
    GPU_CALLS,
    UNKNOWN,
    docker_profile,
    names,
    own_kernel_profile,
)
from tests.sandbox.lab import Lab, provable_backend

TRIED = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for name, number in sorted({numbers}.items()):
    if libc.syscall(number, -1, -1, -1, -1, -1, -1) >= 0:
        print(name, "passed")
    elif ctypes.get_errno() not in {refused}:
        print(name, ctypes.get_errno())
for family in ({families}):
    try:
        socket.socket(family, socket.SOCK_RAW).close()
        print(family, "opened")
    except OSError:
        pass
print("tried")
"""


def test_no_call_is_both_allowed_and_denied() -> None:
    groups = [names(ALLOWED), names(DENIED), names(UNKNOWN), tuple(r.call for r in FILTERED)]
    every = [name for group in groups for name in group]
    assert len(every) == len(set(every))


@pytest.mark.parametrize("machine", sorted(MACHINES))
def test_every_named_call_is_known_where_it_exists(machine: str) -> None:
    known = set(call_numbers("x86_64")) | set(call_numbers("aarch64"))
    assert set(names(ALLOWED)) | set(names(DENIED)) <= known
    assert {rule.call for rule in FILTERED} | set(names(UNKNOWN)) <= set(call_numbers(machine))


def test_the_engine_s_form_denies_by_default_and_lists_the_same_calls() -> None:
    profile = json.loads(docker_profile())
    assert profile["defaultAction"] == "SCMP_ACT_ERRNO"
    plain = [rule for rule in profile["syscalls"] if rule["action"] == "SCMP_ACT_ALLOW"]
    assert set(plain[0]["names"]) == set(names(ALLOWED))
    assert "args" not in plain[0]
    assert all(rule["args"] for rule in plain[1:])
    filtered = {name for rule in plain[1:] for name in rule["names"]}
    assert filtered == {"clone", "socket", "fcntl", "preadv2"}
    assert not any("subArchitectures" in a and a["subArchitectures"] for a in profile["archMap"])


def test_a_kernel_of_the_sandbox_s_own_answers_the_calls_that_need_another_error() -> None:
    (plain, *rest) = json.loads(own_kernel_profile())["syscalls"]
    assert set(plain["names"]) == set(names(ALLOWED)) | set(names(UNKNOWN))
    assert all(rule["args"] for rule in rest)


def test_what_a_gpu_needs_is_allowed_to_every_run() -> None:
    allowed = {*names(ALLOWED), *(rule.call for rule in FILTERED)}
    assert set(names(GPU_CALLS)) <= allowed


@pytest.mark.parametrize(
    "backend",
    [
        pytest.param("bubblewrap", marks=[pytest.mark.bubblewrap, pytest.mark.runner]),
        pytest.param("docker", marks=pytest.mark.docker),
    ],
)
def test_a_run_gets_none_of_the_denied_calls(backend: str, tmp_path: Path) -> None:
    """With arguments that are all -1 an unfiltered call would answer EBADF, EFAULT or EINVAL."""
    known = call_numbers(platform.machine())
    numbers = {name: known[name] for name in names(DENIED) if name in known}
    program = TRIED.format(numbers=numbers, refused=[errno.EPERM], families="16, 17, 38, 40")
    result = Lab(provable_backend(backend), tmp_path).run(program)
    assert result.log == b"tried\n"
