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
    is_leftover,
    labels,
    run_container,
    volume_options,
)
from sandbox.spec import RunSpec
from tests.sandbox.lab import LIMITS, MIB

SPEC = RunSpec(name="run-1", input_dir=Path("/srv/in"), tasks=("a", "b"), limits=LIMITS)
CHOICES = Choices(image="image", runtime=None, gpu_ids=(), runner_package=None)


def host_config(settings: dict[str, Any]) -> dict[str, Any]:
    """The host settings as they go over the wire."""
    client = APIClient(base_url="tcp://127.0.0.1:9", version="1.41")
    try:
        return dict(client.create_host_config(**settings["host_config"]))
    finally:
        client.close()


def run_settings(**changes: Any) -> dict[str, Any]:
    spec = replace(SPEC, limits=replace(LIMITS, **changes.pop("limits", {})))
    return run_container(spec, replace(CHOICES, **changes), volume="vol")


@pytest.fixture(params=["run", "holder"])
def both(request: pytest.FixtureRequest) -> dict[str, Any]:
    make = {"run": run_container, "holder": holder_container}[request.param]
    return make(SPEC, CHOICES, volume="vol")


def test_no_network_in_two_ways(both: dict[str, Any]) -> None:
    assert both["network_disabled"] is True
    assert host_config(both)["NetworkMode"] == "none"


def test_swap_adds_nothing_to_memory(both: dict[str, Any]) -> None:
    host = host_config(both)
    assert host["Memory"] == host["MemorySwap"] > 0


def test_privileges_are_dropped(both: dict[str, Any]) -> None:
    host = host_config(both)
    assert host["ReadonlyRootfs"] is True
    assert host["CapDrop"] == ["ALL"]
    assert "no-new-privileges" in host["SecurityOpt"]
    assert host["IpcMode"] == "private"
    assert host["CgroupnsMode"] == "private"
    assert not host.get("Privileged")
    uid, gid = both["user"].split(":")
    assert int(uid) == int(gid) >= 1000


def test_the_seccomp_profile_goes_as_text(both: dict[str, Any]) -> None:
    (option,) = (o for o in host_config(both)["SecurityOpt"] if o.startswith("seccomp="))
    assert json.loads(option.removeprefix("seccomp="))["defaultAction"] == "SCMP_ACT_ERRNO"


def test_processes_and_files_have_hard_limits(both: dict[str, Any]) -> None:
    host = host_config(both)
    assert host["PidsLimit"] > 0
    ulimits = {each["Name"]: each for each in host["Ulimits"]}
    assert set(ulimits) == {"core", "nofile", "fsize"}
    assert ulimits["core"]["Hard"] == 0
    assert all(each["Soft"] == each["Hard"] for each in ulimits.values())


def test_a_container_stays_until_it_was_looked_at(both: dict[str, Any]) -> None:
    assert not host_config(both).get("AutoRemove")


def test_the_run_s_own_limits_are_set() -> None:
    host = host_config(run_settings(limits={"pids": 70, "cpus": 1.5, "memory_bytes": 100 * MIB}))
    assert host["PidsLimit"] == 70
    assert host["NanoCpus"] == 1_500_000_000
    assert host["Memory"] == 100 * MIB
    assert host["ShmSize"] > 0
    assert f"size={MIB}" in host["Tmpfs"]["/tmp"]
    assert "nr_inodes=" in host["Tmpfs"]["/tmp"]
    assert int(host["LogConfig"]["Config"]["max-size"]) >= LIMITS.log_bytes
    assert host["Init"] is True


def test_inputs_are_read_only_and_output_is_a_volume() -> None:
    mounts = {mount["Target"]: mount for mount in host_config(run_settings())["Mounts"]}
    assert set(mounts) == {"/in", "/out"}
    assert mounts["/in"]["ReadOnly"] is True
    assert mounts["/out"]["Type"] == "volume"


def test_the_volume_has_a_size_and_a_number_of_files() -> None:
    options = volume_options(SPEC)
    assert options["type"] == "tmpfs"
    given = set(options["o"].split(","))
    # A folder for each task and /out itself come on top of the files.
    assert {f"size={MIB}", "nr_inodes=15", "nosuid", "nodev", "noexec", "mode=0700"} <= given


def test_the_holder_sees_output_read_only_and_no_input() -> None:
    host = host_config(holder_container(SPEC, CHOICES, volume="vol"))
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
