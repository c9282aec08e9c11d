"""What a run can see and do is what was agreed to, on every backend.

The expectations hold for an engine with remapped users, like the one of `.ci/parts/docker.sh`.
A change that is meant: `manage.py sandbox_posture --backend X > tests/sandbox/postures/X.json`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from sandbox import posture
from sandbox.backend import BackendUnavailable
from sandbox.posture import describe, difference
from tests.parts import RUNNER_IMAGE, RUNNER_PYTHON

EXPECTED = Path(__file__).with_name("postures")


@pytest.fixture
def _real_runner(settings: Any) -> Iterator[None]:
    settings.RUNNER_PYTHON, settings.RUNNER_IMAGE = RUNNER_PYTHON, RUNNER_IMAGE
    return


@pytest.mark.usefixtures("_real_runner")
@pytest.mark.parametrize(
    "backend",
    [
        pytest.param("bubblewrap", marks=[pytest.mark.bubblewrap, pytest.mark.runner]),
        pytest.param("docker", marks=pytest.mark.docker),
        pytest.param("docker+gvisor", marks=pytest.mark.gvisor),
    ],
)
def test_a_sandbox_has_the_expected_posture(
    backend: str, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("sandbox_posture", "--backend", backend)
    expected = (EXPECTED / f"{backend}.json").read_text(encoding="utf-8")
    assert difference(expected, capsys.readouterr().out) == ""


def test_a_machine_without_that_sandbox_is_told_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable(*args: object, **settings: object) -> str:
        raise BackendUnavailable("no engine answers")

    monkeypatch.setattr(posture, "look", unavailable)
    with pytest.raises(CommandError, match="No sandbox can be looked at: no engine answers"):
        call_command("sandbox_posture", "--backend", "docker")


def test_a_difference_is_shown_line_by_line() -> None:
    assert difference("a\nb\n", "a\nb\n") == ""
    assert difference("a\nb\n", "a\nc\n").splitlines()[2:] == ["@@ -1,2 +1,2 @@", " a", "-b", "+c"]


def facts(**changes: Any) -> dict[str, Any]:
    """What a probe might have found."""
    found = {
        "kernel": "Linux 1",
        "hostname": "sandbox",
        "users": {
            "uid": [21_234],
            "gid": [21_234],
            "uid_map": ["0", "100000", "65536"],
            "gid_map": ["21234", "0", "1"],
        },
        "capabilities": {"CapEff": "0000000000000000"},
        "seccomp": "2",
        "no_new_privileges": "1",
        "namespaces": {"net": "net:[7]", "time": "time:[4]"},
        "mounts": [],
        "files": {"0": "/dev/null", "1": "pipe:[4711]"},
        "environment": {"HOME": "/tmp"},
        "limits": {"core": [0, 0], "nofile": [10, 20], "stack": [8192, -1]},
        "control_groups": ["/"],
        "bounds": {"memory": "9223372036854771712", "pids": None, "cpus": "50000 100000"},
        "devices": {"null": "device"},
        "writable": ["/out"],
        "open": [],
        "processes": ["python"],
    }
    return {**found, **changes}


def described(proc: Path, **changes: Any) -> dict[str, Any]:
    (proc / "self" / "ns").mkdir(parents=True)
    (proc / "version").write_text("Linux 1\n")
    (proc / "self" / "ns" / "net").symlink_to("net:[3]")
    (proc / "self" / "ns" / "time").symlink_to("time:[4]")
    return describe(facts(**changes), shown=frozenset({"/usr", "/srv/env"}), proc=proc)


def test_what_differs_between_machines_is_put_into_words(tmp_path: Path) -> None:
    seen = described(tmp_path)
    assert seen["kernel"] == "the machine's"
    assert seen["namespaces"] == {"net": "private", "time": "shared"}
    assert seen["users"] == {
        "uid": "one user",
        "gid": "one group",
        "uid_map": ["0 → another, 65536"],
        "gid_map": ["own → 0, 1"],
    }
    assert seen["files"] == {"0": "/dev/null", "1": "pipe"}
    assert seen["limits"] == {"core": 0, "nofile": "10 of 20", "stack": "not set for the run"}
    assert seen["bounds"] == {"memory": "none", "pids": None, "cpus": "50000 100000"}


def mount(point: str, kind: str, *options: str) -> dict[str, Any]:
    return {"point": point, "kind": kind, "options": options, "size": 4096, "inodes": 8}


def test_mounts_tell_what_can_be_written_and_how_much(tmp_path: Path) -> None:
    mounts = [
        mount("/", "overlay", "ro", "relatime"),
        mount("/out", "tmpfs", "rw", "nosuid", "noexec", "uid=5"),
        mount("/srv/env", "ext4", "ro", "discard"),
        mount("/secret", "xfs", "rw", "noatime"),
        mount("/dev/null", "devtmpfs", "rw", "size=5k"),
        mount("/proc/kcore", "tmpfs", "rw"),
    ]
    assert described(tmp_path, mounts=mounts)["mounts"] == {
        "/": "overlay ro",
        "/out": "tmpfs rw nosuid noexec 4096 bytes 8 files",
        "the runner's environment": "disk ro",
        "/secret": "disk rw",
        "/dev/null": "device",
    }


def test_the_way_to_an_environment_below_tmp_is_part_of_tmp(tmp_path: Path) -> None:
    (tmp_path / "self" / "ns").mkdir(parents=True)
    (tmp_path / "version").write_text("Linux 1\n")
    found = facts(writable=["/tmp", "/tmp/a", "/tmp/a/b", "/tmp/c"])
    seen = describe(found, shown=frozenset({"/tmp/a/b/env"}), proc=tmp_path)
    assert seen["writable"] == ["/tmp", "/tmp/c"]


def test_root_and_a_second_user_are_named(tmp_path: Path) -> None:
    users = {"uid": [0, 7], "gid": [7], "uid_map": ["0", "0", "4294967295"], "gid_map": []}
    seen = described(tmp_path, users=users)["users"]
    assert (seen["uid"], seen["uid_map"]) == ("root", ["own → 0, 4294967295"])
