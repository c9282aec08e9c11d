"""Every limit is in what the engine is asked to create."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docker import APIClient

from sandbox import owner
from sandbox.container import (
    EXPIRES_LABEL,
    OWNER_LABEL,
    RUN_LABEL,
    Choices,
    holder_container,
    host_settings,
    is_leftover,
    labels,
    observer_container,
    run_container,
    volumes,
)
from sandbox.remapping import Users
from sandbox.spec import RunSpec
from tests.sandbox.lab import LIMITS, MIB

SPEC = RunSpec(name="run-1", input_dir=Path("/srv/in"), tasks=("a", "b"), limits=LIMITS)
CHOICES = Choices(image="image", runtime=None, gpu_ids=(), runner_package=None)


def host_config(settings: dict[str, Any]) -> dict[str, Any]:
    """The host settings as they go over the wire."""
    client = APIClient(base_url="tcp://127.0.0.1:9", version="1.41")
    try:
        return host_settings(client, settings["host_config"])
    finally:
        client.close()


VOLUMES = {"/in": "vol-in", "/out": "vol-out"}


def run_settings(**changes: Any) -> dict[str, Any]:
    spec = replace(SPEC, limits=replace(LIMITS, **changes.pop("limits", {})))
    return run_container(spec, replace(CHOICES, **changes), volumes=VOLUMES)


MADE = {
    "run": lambda: run_container(SPEC, CHOICES, volumes=VOLUMES),
    "holder": lambda: holder_container(SPEC, CHOICES, volume="vol-out"),
    "observer": lambda: observer_container(CHOICES, mark="mark", groups=["g"], lifetime=60),
}


@pytest.fixture(params=sorted(MADE))
def each_of_ours(request: pytest.FixtureRequest) -> dict[str, Any]:
    return MADE[request.param]()


def test_no_network_in_two_ways(each_of_ours: dict[str, Any]) -> None:
    assert each_of_ours["network_disabled"] is True
    assert host_config(each_of_ours)["NetworkMode"] == "none"


def test_swap_adds_nothing_to_memory(each_of_ours: dict[str, Any]) -> None:
    host = host_config(each_of_ours)
    assert host["Memory"] == host["MemorySwap"] > 0


def test_privileges_are_dropped(each_of_ours: dict[str, Any]) -> None:
    host = host_config(each_of_ours)
    assert host["ReadonlyRootfs"] is True
    assert host["CapDrop"] == ["ALL"]
    assert "no-new-privileges" in host["SecurityOpt"]
    assert host["IpcMode"] == "private"
    assert host["CgroupnsMode"] == "private"
    assert not host.get("Privileged")
    uid, gid = each_of_ours["user"].split(":")
    assert int(uid) == int(gid) >= 1000


def test_the_seccomp_profile_goes_as_text(each_of_ours: dict[str, Any]) -> None:
    (option,) = (o for o in host_config(each_of_ours)["SecurityOpt"] if o.startswith("seccomp="))
    assert json.loads(option.removeprefix("seccomp="))["defaultAction"] == "SCMP_ACT_ERRNO"


def test_processes_and_files_have_hard_limits(each_of_ours: dict[str, Any]) -> None:
    host = host_config(each_of_ours)
    assert host["PidsLimit"] > 0
    ulimits = {each["Name"]: each for each in host["Ulimits"]}
    assert {"core", "nofile"} <= set(ulimits)
    assert ulimits["core"]["Hard"] == 0
    assert all(each["Soft"] == each["Hard"] for each in ulimits.values())


def test_a_container_stays_until_it_was_looked_at(each_of_ours: dict[str, Any]) -> None:
    assert not host_config(each_of_ours).get("AutoRemove")


def test_the_run_s_own_limits_are_set() -> None:
    host = host_config(run_settings(limits={"pids": 70, "cpus": 1.5, "memory_bytes": 100 * MIB}))
    assert host["PidsLimit"] == 70
    assert host["NanoCpus"] == 1_500_000_000
    assert host["Memory"] == 100 * MIB
    assert f"size={MIB}" in host["Tmpfs"]["/tmp"]
    for folder in ("/tmp", "/dev/shm"):
        assert {"size", "nr_inodes"} <= {o.split("=")[0] for o in host["Tmpfs"][folder].split(",")}
    assert host["Init"] is True
    ulimits = {each["Name"]: each["Hard"] for each in host["Ulimits"]}
    assert ulimits["fsize"] == LIMITS.output_bytes


def test_what_a_run_could_write_beside_its_own_folders_is_covered() -> None:
    tmpfs = host_config(run_settings())["Tmpfs"]
    for folder in ("/dev/mqueue", "/sys/fs/cgroup"):
        assert "ro" in tmpfs[folder].split(",")


def test_what_tells_of_the_machine_s_kernel_is_masked(each_of_ours: dict[str, Any]) -> None:
    masked = set(host_config(each_of_ours)["MaskedPaths"])
    # The first three are the engine's own wish, which this list replaces.
    assert {"/proc/kcore", "/proc/keys", "/sys/firmware"} <= masked
    assert {"/proc/locks", "/proc/kallsyms", "/sys/kernel"} <= masked


def test_the_engine_writes_no_log_of_what_is_printed(each_of_ours: dict[str, Any]) -> None:
    assert host_config(each_of_ours)["LogConfig"] == {"Type": "none", "Config": {}}


def test_all_but_output_is_read_only_and_all_are_volumes() -> None:
    mounts = {mount["Target"]: mount for mount in host_config(run_settings())["Mounts"]}
    assert {target: bool(mount["ReadOnly"]) for target, mount in mounts.items()} == {
        "/in": True,
        "/out": False,
    }
    assert {mount["Type"] for mount in mounts.values()} == {"volume"}


def test_output_has_a_size_and_a_number_of_files() -> None:
    options = volumes(SPEC, CHOICES)["/out"]
    assert options["type"] == "tmpfs"
    given = set(options["o"].split(","))
    # A folder for each task and /out itself come on top of the files.
    assert {f"size={MIB}", "nr_inodes=15", "nosuid", "nodev", "noexec", "mode=0700"} <= given


def test_output_belongs_to_the_run_s_user_as_the_engine_s_machine_knows_it() -> None:
    def owner_of_output(choices: Choices) -> dict[str, str]:
        options = volumes(SPEC, choices)["/out"]["o"].split(",")
        return dict(each.split("=") for each in options if each.startswith(("uid=", "gid=")))

    inside = int(run_settings()["user"].split(":")[0])
    assert owner_of_output(CHOICES) == {"uid": f"{inside}", "gid": f"{inside}"}
    remapped = replace(CHOICES, users=Users(100_000, 200_000, own_namespace=True))
    assert owner_of_output(remapped) == {"uid": f"{100_000 + inside}", "gid": f"{200_000 + inside}"}


def test_another_runner_is_shown_in_the_place_of_the_image_s() -> None:
    with_runner = volumes(SPEC, replace(CHOICES, runner_package="/srv/runner"))
    assert set(with_runner) - set(volumes(SPEC, CHOICES)) == {"/opt/podium/runner"}
    assert with_runner["/opt/podium/runner"]["device"] == "/srv/runner"


def test_the_observer_sees_the_machine_s_processes_as_nobody() -> None:
    settings = observer_container(
        replace(CHOICES, runtime="runsc"), mark="mark", groups=["g1", "g2"], lifetime=60
    )
    host = host_config(settings)
    assert (host["PidMode"], host["UsernsMode"], host["Runtime"]) == ("host", "host", "runc")
    assert not host.get("Mounts")
    assert settings["user"] == "65534:65534"
    assert settings["command"][-3:] == ["mark", "g1", "g2"]
    assert is_leftover(settings["labels"], now=float(settings["labels"][EXPIRES_LABEL]) + 1)


def test_the_holder_sees_output_read_only_and_no_input() -> None:
    host = host_config(holder_container(SPEC, CHOICES, volume="vol-out"))
    (mount,) = host["Mounts"]
    assert (mount["Target"], mount["ReadOnly"]) == ("/out", True)
    assert "Runtime" not in host


def test_without_gpus_none_is_visible() -> None:
    settings = run_settings()
    assert settings["environment"]["NVIDIA_VISIBLE_DEVICES"] == "void"
    assert not host_config(settings).get("DeviceRequests")


def test_gpus_are_asked_for_by_the_worker_s_own_ids() -> None:
    settings = run_settings(limits={"gpus": 1}, gpu_ids=("GPU-7", "GPU-8"))
    assert "NVIDIA_VISIBLE_DEVICES" not in settings["environment"]
    (request,) = host_config(settings)["DeviceRequests"]
    assert (request["DeviceIDs"], request["Capabilities"]) == (["GPU-7"], [["gpu"]])


def test_gpus_without_ids_are_asked_for_by_number() -> None:
    (request,) = host_config(run_settings(limits={"gpus": 2}))["DeviceRequests"]
    assert (request["Driver"], request["Count"]) == ("nvidia", 2)


def test_a_runtime_and_its_own_processes_are_added() -> None:
    host = host_config(run_settings(runtime="runsc", extra_pids=10))
    assert (host["Runtime"], host["PidsLimit"]) == ("runsc", LIMITS.pids + 10)


def test_leftovers_are_those_of_gone_workers_and_of_long_over_runs() -> None:
    mine = labels(SPEC)
    assert mine[RUN_LABEL] == "run-1"
    assert not is_leftover(mine, now=float(mine[EXPIRES_LABEL]) - 1)
    assert is_leftover(mine, now=float(mine[EXPIRES_LABEL]) + 1)
    host = owner.this_process().split(":")[0]
    assert is_leftover({**mine, OWNER_LABEL: f"{host}:1:999"}, now=0)
    assert not is_leftover({}, now=1e12)
