"""Leftovers are told from runs of living workers."""

import os
import subprocess
import sys

from sandbox import owner


def test_this_process_is_not_gone() -> None:
    assert not owner.is_gone(owner.this_process())


def test_an_ended_process_is_gone() -> None:
    program = "from sandbox import owner; print(owner.this_process())"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert owner.is_gone(done.stdout.strip())


def test_a_reused_process_number_is_not_the_same_owner() -> None:
    host, _, _ = owner.this_process().split(":")
    assert owner.is_gone(f"{host}:{os.getpid()}:1")


def test_another_machine_s_workers_are_left_alone() -> None:
    assert not owner.is_gone("elsewhere.example:1:1")


def test_what_is_no_owner_is_left_alone() -> None:
    for text in ("", ":", "::", "host", "a:b:c"):
        assert not owner.is_gone(text)
