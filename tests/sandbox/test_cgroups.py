"""Limits are written where both versions of the interface expect them."""

from pathlib import Path

import pytest

from sandbox import owner
from sandbox.cgroups import ControlGroups, Place, RunGroup, find_places, settings
from tests.sandbox.lab import LIMITS, MIB

V1 = """\
8:pids:/jobs
4:memory:/jobs/mine
1:cpu,cpuacct:/
0::/
"""


def mounts(root: Path) -> str:
    return (
        f"30 25 0:26 / {root}/pids rw - cgroup cgroup rw,pids\n"
        f"31 25 0:27 /jobs {root}/memory rw shared:9 - cgroup cgroup rw,memory\n"
        f"32 25 0:28 / {root}/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
        f"33 25 0:29 / {root}/unified rw - cgroup2 cgroup2 rw\n"
        f"34 25 0:30 / /proc rw - proc proc rw\n"
    )


def proc(tmp_path: Path, cgroup: str, mountinfo: str) -> Path:
    folder = tmp_path / "proc"
    folder.mkdir()
    (folder / "cgroup").write_text(cgroup)
    (folder / "mountinfo").write_text(mountinfo)
    return folder


def test_each_controller_of_version_1_is_found_in_its_own_tree(tmp_path: Path) -> None:
    places = find_places(proc(tmp_path, V1, mounts(tmp_path)))
    assert places == {
        "pids": Place(tmp_path / "pids" / "jobs", 1),
        "memory": Place(tmp_path / "memory" / "mine", 1),
        "cpu": Place(tmp_path / "cpu", 1),
        "cpuacct": Place(tmp_path / "cpu", 1),
    }


def test_controllers_of_version_2_share_a_folder(tmp_path: Path) -> None:
    (tmp_path / "cgroup.controllers").write_text("cpuset cpu io memory pids\n")
    mountinfo = f"29 23 0:26 / {tmp_path} rw shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
    places = find_places(proc(tmp_path, "0::/system.slice/podium.service\n", mountinfo))
    folder = tmp_path / "system.slice" / "podium.service"
    assert places == {name: Place(folder, 2) for name in ("memory", "pids", "cpu")}


def test_a_worker_that_moved_aside_still_makes_its_groups_beside_itself(tmp_path: Path) -> None:
    (tmp_path / "cgroup.controllers").write_text("memory\n")
    mountinfo = f"29 23 0:26 / {tmp_path} rw - cgroup2 cgroup2 rw\n"
    places = find_places(proc(tmp_path, "0::/unit/podium-workers\n", mountinfo))
    assert places == {"memory": Place(tmp_path / "unit", 2)}


@pytest.mark.parametrize("version", [1, 2])
def test_memory_and_swap_together_have_the_limit(version: int) -> None:
    written = settings("memory", version, LIMITS)
    limit = str(LIMITS.memory_bytes)
    swap = {1: "memory.memsw.limit_in_bytes", 2: "memory.swap.max"}[version]
    assert limit in written.values()
    assert written[swap] == {1: limit, 2: "0"}[version]


def test_cpus_become_a_quota_of_the_period() -> None:
    assert settings("cpu", 1, LIMITS)["cpu.cfs_quota_us"] == "100000"
    assert settings("cpu", 2, LIMITS) == {"cpu.max": "100000 100000"}


def tree(tmp_path: Path, version: int) -> dict[str, Place]:
    """A plain folder in place of a control group: new groups in it have no kernel files."""
    if version == 2:
        (tmp_path / "cgroup.subtree_control").write_text("memory pids cpu")
    return {name: Place(tmp_path, version) for name in ("memory", "pids", "cpu")}


@pytest.mark.parametrize("version", [1, 2])
def test_a_run_s_group_has_every_limit(tmp_path: Path, version: int) -> None:
    group = ControlGroups(tree(tmp_path, version)).create("run", LIMITS)
    assert group.controllers == {"memory", "pids", "cpu"}
    (folder,) = tmp_path.glob("podium-*")
    assert (folder / "pids.max").read_text() == str(LIMITS.pids + 3)
    memory = {1: "memory.limit_in_bytes", 2: "memory.max"}[version]
    assert (folder / memory).read_text() == str(192 * MIB)
    assert group.join_files == [str(folder / "cgroup.procs")]


def test_what_can_not_be_written_is_not_bound(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    places = {"memory": Place(tmp_path / "file", 1), "pids": Place(tmp_path, 1)}
    assert ControlGroups(places).create("run", LIMITS).controllers == {"pids"}


def test_without_control_groups_nothing_is_bound() -> None:
    group = ControlGroups({}).create("run", LIMITS)
    assert (group.controllers, group.join_files) == (frozenset(), [])
    assert group.out_of_memory() is False
    assert group.peak_memory_bytes() is None
    assert group.cpu_seconds() is None
    assert group.wait_empty(0) is True


@pytest.mark.parametrize(
    ("version", "events", "peak"),
    [
        (1, "memory.oom_control", "memory.max_usage_in_bytes"),
        (2, "memory.events", "memory.peak"),
    ],
)
def test_kills_for_memory_and_the_peak_are_read(
    tmp_path: Path, version: int, events: str, peak: str
) -> None:
    group = RunGroup({"memory": Place(tmp_path, version)})
    (tmp_path / events).write_text("under_oom 0\noom_kill 0\n")
    assert group.out_of_memory() is False
    (tmp_path / events).write_text("under_oom 0\noom_kill 2\n")
    (tmp_path / peak).write_text("4096\n")
    assert group.out_of_memory() is True
    assert group.peak_memory_bytes() == 4096


@pytest.mark.parametrize(
    ("controller", "version", "file", "text"),
    [
        ("cpuacct", 1, "cpuacct.usage", "2500000000\n"),
        ("cpu", 2, "cpu.stat", "nr_periods 7\nusage_usec 2500000\nuser_usec 1\n"),
    ],
)
def test_what_was_computed_is_read_in_seconds(
    tmp_path: Path, controller: str, version: int, file: str, text: str
) -> None:
    group = RunGroup({controller: Place(tmp_path, version)})
    assert group.cpu_seconds() is None
    (tmp_path / file).write_text(text)
    assert group.cpu_seconds() == 2.5


def test_a_group_with_processes_is_not_empty(tmp_path: Path) -> None:
    group = RunGroup({"pids": Place(tmp_path, 1)})
    (tmp_path / "cgroup.procs").write_text("12\n")
    assert group.wait_empty(0.05) is False


def test_only_groups_of_gone_workers_are_removed(tmp_path: Path) -> None:
    host = owner.this_process().split(":")[0]
    gone = tmp_path / f"podium-{host}:1:999:old-run"
    living = tmp_path / f"podium-{owner.this_process()}:run"
    other = tmp_path / "podium-workers"
    for folder in (gone, living, other):
        folder.mkdir()
    ControlGroups({"pids": Place(tmp_path, 1)}).remove_leftovers()
    assert not gone.exists()
    assert living.exists()
    assert other.exists()
