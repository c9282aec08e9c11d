"""Processes of a run are told by their arguments and control groups, from outside."""

import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from sandbox import census
from sandbox.census import Seen, look


def process(proc: Path, pid: int, *, cmdline: bytes, cgroup: str, uid_map: str) -> None:
    folder = proc / str(pid)
    folder.mkdir()
    (folder / "cmdline").write_bytes(cmdline)
    (folder / "cgroup").write_text(cgroup)
    (folder / "uid_map").write_text(uid_map)


def test_a_mark_counts_as_an_argument_and_a_group_in_the_path(tmp_path: Path) -> None:
    own = "         0     100000      65536\n"
    process(tmp_path, 11, cmdline=b"python\0-c\0x\0mark\0", cgroup="0::/\n", uid_map=own)
    process(tmp_path, 12, cmdline=b"init\0", cgroup="4:memory:/docker/abc\n0::/\n", uid_map=own)
    process(tmp_path, 13, cmdline=b"tell mark\0", cgroup="0::/docker/ab\n", uid_map=own)
    (tmp_path / "14").mkdir()
    assert sorted(look("mark", ["abc"], proc=tmp_path), key=lambda seen: seen.pid) == [
        Seen(11, True, "0 100000 65536"),
        Seen(12, False, "0 100000 65536"),
    ]


def test_a_real_process_is_seen_while_it_lives() -> None:
    mark = uuid4().hex
    # Its arguments can be read once it runs, which may be after its start was reported.
    command = [sys.executable, "-c", "print('up', flush=True); input()", mark]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None and child.stdout.readline() == b"up\n"
        assert [(seen.pid, seen.marked) for seen in look(mark, [])] == [(child.pid, True)]
    assert look(mark, []) == []


def test_it_runs_by_itself_and_does_not_count_itself() -> None:
    command = [sys.executable, "-I", "-S", "-c", Path(census.__file__).read_text(), uuid4().hex]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("uid_map", "root"),
    [
        ("0 0 4294967295", True),
        ("1000 0 1", True),
        ("0 100000 65536", False),
        ("1000 2000017 1", False),
        ("0 1000 1 1 0 5", True),
        ("", True),
    ],
)
def test_root_of_the_machine_is_found_in_a_map(uid_map: str, root: bool) -> None:
    assert Seen(1, False, uid_map).may_be_root_outside() is root
