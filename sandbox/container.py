"""What the engine is asked to create: every limit set, nothing left to a default. Pure.

The dictionaries go to docker-py's low-level `create_container`; the high-level client would drop
the engine's warnings, and a warning means that a limit was ignored.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docker import APIClient
from docker.types import DeviceRequest, LogConfig, Mount, Ulimit

from sandbox import census, command, owner
from sandbox.remapping import Users
from sandbox.seccomp import docker_profile
from sandbox.spec import RunSpec

RUN_LABEL, OWNER_LABEL, EXPIRES_LABEL = "podium.run", "podium.owner", "podium.expires"
PART_LABEL, SANDBOX_PART = "podium.part", "sandbox"
HELPER_MEMORY_BYTES = 128 * 1024 * 1024
_HELPER_PIDS = 16
_LEEWAY_SECONDS = 300
_NOBODY = 65534
COVERED = dict.fromkeys(("/dev/mqueue", "/sys/fs/cgroup"), "ro,nosuid,nodev,noexec,size=4k")
"""Places that an engine shows and a run could write: message queues, and under gVisor a folder of
control groups without a size. An empty read-only filesystem lies there instead."""
MASKED = (
    *(f"/proc/{name}" for name in ("asound", "acpi", "kcore", "keys", "latency_stats", "scsi")),
    *(f"/proc/{name}" for name in ("timer_list", "timer_stats", "sched_debug")),
    *(f"/proc/{name}" for name in ("kallsyms", "key-users", "locks", "modules", "config.gz")),
    *("/sys/firmware", "/sys/devices/virtual/powercap", "/sys/kernel", "/sys/fs/selinux"),
)
"""What the engine covers by itself, named because the option replaces its list, and what else of
the machine's kernel a run need not know."""
_PLAIN_RUNTIME = "runc"
"""Under gVisor a container would see its own processes only."""
_CENSUS = Path(census.__file__).read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the operator decided: the image, a runtime of the engine (None: its default), the
    GPUs of this worker (empty: whichever come first) and a runner package other than the image's
    (None: the image's own). `extra_pids` is what the runtime itself needs, `users` whom the
    engine takes containers' users for, `profile` the system calls as JSON text."""

    image: str
    runtime: str | None
    gpu_ids: Sequence[str]
    runner_package: str | None
    extra_pids: int = 0
    users: Users = field(default_factory=Users)
    profile: str = field(default_factory=docker_profile)


def labels(spec: RunSpec) -> dict[str, str]:
    """How leftovers are found: whose run this is, and when it can't be running any more."""
    expires = int(time.time() + spec.limits.total_seconds + _LEEWAY_SECONDS)
    return {
        RUN_LABEL: spec.name,
        OWNER_LABEL: owner.this_process(),
        EXPIRES_LABEL: str(expires),
    }


def volumes(spec: RunSpec, choices: Choices) -> dict[str, dict[str, str]]:
    """Where each volume of a run appears inside → options of the engine's local volume driver.

    /out lies in memory, with a size and a number of files. The folders that a run reads are
    volumes too, so that the engine opens them and not the runtime: that one may be a remapped
    user, for whom folders of the worker's own are closed.
    """
    uid = command.container_uid(spec.name)
    owner_options = f"uid={choices.users.first_uid + uid},gid={choices.users.first_gid + uid}"
    size, inodes = spec.limits.output_bytes, command.output_inodes(spec)
    options = f"nosuid,nodev,noexec,mode=0700,{owner_options},size={size},nr_inodes={inodes}"
    wanted = {
        "/in": _folder(str(spec.input_dir)),
        "/out": {"type": "tmpfs", "device": "tmpfs", "o": options},
    }
    if choices.runner_package is not None:
        wanted[command.RUNNER_FOLDER] = _folder(choices.runner_package)
    return wanted


def _folder(path: str) -> dict[str, str]:
    return {"type": "none", "device": path, "o": "bind,ro"}


def run_container(spec: RunSpec, choices: Choices, *, volumes: Mapping[str, str]) -> dict[str, Any]:
    """Arguments of `create_container` for the sandbox itself. `volumes`: where → name.

    The engine keeps nothing of what a run prints: it streams that to the worker, which bounds it.
    """
    limits = spec.limits
    mounts = [
        Mount(target, name, type="volume", no_copy=True, read_only=target != "/out")
        for target, name in volumes.items()
    ]
    hardened = _hardened(
        choices, memory_bytes=limits.memory_bytes, pids=limits.pids + choices.extra_pids
    )
    host = {
        **hardened,
        "ulimits": [*hardened["ulimits"], _ulimit("fsize", command.largest_file(limits))],
        "nano_cpus": int(limits.cpus * 1e9),
        "tmpfs": {
            "/tmp": _tmpfs(limits.tmp_bytes, command.TMP_FILES),
            "/dev/shm": _tmpfs(command.SHM_BYTES, command.SHM_FILES),
            **COVERED,
        },
        "mounts": mounts,
        "init": True,
    }
    if choices.runtime is not None:
        host["runtime"] = choices.runtime
    if limits.gpus:
        host["device_requests"] = [_gpus(limits.gpus, choices.gpu_ids)]
    return {
        **_container(
            choices.image,
            ["python", *command.ARGUMENTS],
            uid=command.container_uid(spec.name),
            labels={**labels(spec), PART_LABEL: SANDBOX_PART},
        ),
        "environment": dict(command.environment(limits)),
        "host_config": host,
    }


def holder_container(spec: RunSpec, choices: Choices, *, volume: str) -> dict[str, Any]:
    """Arguments of `create_container` for the process that keeps /out mounted.

    The engine unmounts a volume with the last container that uses it, and a filesystem in memory
    ends with its mount. This one runs our own code only, sees /out read-only, and ends by itself.
    """
    seconds = spec.limits.total_seconds + _LEEWAY_SECONDS
    host = {
        **_hardened(choices, memory_bytes=HELPER_MEMORY_BYTES, pids=_HELPER_PIDS),
        "mounts": [Mount("/out", volume, type="volume", no_copy=True, read_only=True)],
        "init": True,
    }
    sleep = ["python", "-I", "-S", "-c", f"import time; time.sleep({seconds})"]
    uid = command.container_uid(spec.name)
    return {
        **_container(choices.image, sleep, uid=uid, labels=labels(spec)),
        "environment": {"NVIDIA_VISIBLE_DEVICES": "void"},
        "host_config": host,
    }


def observer_container(
    choices: Choices, *, mark: str, groups: Sequence[str], lifetime: float
) -> dict[str, Any]:
    """Arguments of `create_container` for `sandbox.census` on the engine's machine.

    It shares the machine's process numbers, and (an engine that remaps users asks for that) its
    users. It runs our own code only, as nobody and without capabilities. After `lifetime` seconds
    it is a leftover.
    """
    host = {
        **_hardened(choices, memory_bytes=HELPER_MEMORY_BYTES, pids=_HELPER_PIDS),
        "pid_mode": "host",
        "userns_mode": "host",
        "runtime": _PLAIN_RUNTIME,
    }
    expires = {OWNER_LABEL: owner.this_process(), EXPIRES_LABEL: str(int(time.time() + lifetime))}
    argv = ["python", "-I", "-S", "-c", _CENSUS, mark, *groups]
    return {
        **_container(choices.image, argv, uid=_NOBODY, labels=expires),
        "environment": {"NVIDIA_VISIBLE_DEVICES": "void"},
        "host_config": host,
    }


def _container(
    image: str, argv: Sequence[str], *, uid: int, labels: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "image": image,
        "entrypoint": [argv[0]],
        "command": list(argv[1:]),
        "user": f"{uid}:{uid}",
        "hostname": command.HOSTNAME,
        "working_dir": "/",
        "network_disabled": True,
        "healthcheck": {"test": ["NONE"]},
        "labels": dict(labels),
        "stdin_open": False,
        "tty": False,
    }


def _hardened(choices: Choices, *, memory_bytes: int, pids: int) -> dict[str, Any]:
    """The host settings that every container of ours has. No `auto_remove`: it would lose the
    note that the kernel killed for memory. No log: the engine would write it to its disk."""
    return {
        "network_mode": "none",
        "read_only": True,
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges", f"seccomp={choices.profile}"],
        "mem_limit": memory_bytes,
        "memswap_limit": memory_bytes,
        "pids_limit": pids,
        "ipc_mode": "private",
        "cgroupns": "private",
        "log_config": LogConfig(type="none", config={}),
        "ulimits": [_ulimit("core", 0), _ulimit("nofile", command.OPEN_FILES)],
    }


def host_settings(api: APIClient, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The host settings as they go over the wire, with what docker-py has no name for."""
    return {**api.create_host_config(**settings), "MaskedPaths": list(MASKED)}


def _ulimit(name: str, value: int) -> Ulimit:
    return Ulimit(name=name, soft=value, hard=value)


def _tmpfs(size: int, inodes: int) -> str:
    return f"rw,nosuid,nodev,noexec,mode=1777,size={size},nr_inodes={inodes}"


def _gpus(count: int, ids: Sequence[str]) -> DeviceRequest:
    if ids:
        return DeviceRequest(driver="nvidia", device_ids=list(ids[:count]), capabilities=[["gpu"]])
    return DeviceRequest(driver="nvidia", count=count, capabilities=[["gpu"]])


def is_leftover(found: Mapping[str, str], *, now: float) -> bool:
    """Whether something with these labels belongs to a run that can't be running: its worker is
    gone, or its time was over long ago (the worker may have been on another machine)."""
    expires = found.get(EXPIRES_LABEL, "")
    if expires.isdigit() and now > int(expires):
        return True
    return owner.is_gone(found.get(OWNER_LABEL, ""))
