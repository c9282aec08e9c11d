"""What the engine is asked to create: every limit set, nothing left to a default. Pure.

The dictionaries go to docker-py's low-level `create_container`; the high-level client would drop
the engine's warnings, and a warning means that a limit was ignored.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docker.types import DeviceRequest, LogConfig, Mount, Ulimit

from sandbox import command, owner
from sandbox.seccomp import docker_profile
from sandbox.spec import Limits, RunSpec

RUN_LABEL, OWNER_LABEL, EXPIRES_LABEL = "podium.run", "podium.owner", "podium.expires"
HOLDER_MEMORY_BYTES = 128 * 1024 * 1024
_HOLDER_PIDS = 16
_LEEWAY_SECONDS = 300
_MIN_LOG_BYTES = 16 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the operator decided: the image, a runtime of the engine (None: its default), the
    GPUs of this worker (empty: whichever come first) and a runner package other than the image's
    (None: the image's own). `extra_pids` is what the runtime itself needs."""

    image: str
    runtime: str | None
    gpu_ids: Sequence[str]
    runner_package: str | None
    extra_pids: int = 0


def labels(spec: RunSpec) -> dict[str, str]:
    """How leftovers are found: whose run this is, and when it can't be running any more."""
    expires = int(time.time() + spec.limits.total_seconds + _LEEWAY_SECONDS)
    return {
        RUN_LABEL: spec.name,
        OWNER_LABEL: owner.this_process(),
        EXPIRES_LABEL: str(expires),
    }


def volume_options(spec: RunSpec) -> dict[str, str]:
    """Options of the engine's local volume driver: /out in memory, with a size and inodes."""
    uid = command.container_uid(spec.name)
    size, inodes = spec.limits.output_bytes, command.output_inodes(spec)
    options = f"nosuid,nodev,noexec,mode=0700,uid={uid},gid={uid},size={size},nr_inodes={inodes}"
    return {"type": "tmpfs", "device": "tmpfs", "o": options}


def run_container(spec: RunSpec, choices: Choices, *, volume: str) -> dict[str, Any]:
    """Arguments of `create_container` for the sandbox itself."""
    limits = spec.limits
    mounts = [
        Mount("/in", str(spec.input_dir), type="bind", read_only=True, propagation="rprivate"),
        Mount("/out", volume, type="volume", no_copy=True),
    ]
    if choices.runner_package is not None:
        mounts.append(
            Mount(
                command.RUNNER_FOLDER,
                choices.runner_package,
                type="bind",
                read_only=True,
                propagation="rprivate",
            )
        )
    host = {
        **_hardened(
            limits, memory_bytes=limits.memory_bytes, pids=limits.pids + choices.extra_pids
        ),
        "nano_cpus": int(limits.cpus * 1e9),
        "shm_size": command.SHM_BYTES,
        "tmpfs": {"/tmp": _tmpfs(limits)},
        "mounts": mounts,
        "log_config": LogConfig(
            type="json-file",
            config={"max-size": str(max(limits.log_bytes, _MIN_LOG_BYTES)), "max-file": "1"},
        ),
        "init": True,
    }
    if choices.runtime is not None:
        host["runtime"] = choices.runtime
    if limits.gpus:
        host["device_requests"] = [_gpus(limits.gpus, choices.gpu_ids)]
    return {
        **_container(spec, choices.image, ["python", *command.ARGUMENTS]),
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
        **_hardened(spec.limits, memory_bytes=HOLDER_MEMORY_BYTES, pids=_HOLDER_PIDS),
        "mounts": [Mount("/out", volume, type="volume", no_copy=True, read_only=True)],
        "log_config": LogConfig(type="none", config={}),
        "init": True,
    }
    sleep = ["python", "-I", "-S", "-c", f"import time; time.sleep({seconds})"]
    return {
        **_container(spec, choices.image, sleep),
        "environment": {"NVIDIA_VISIBLE_DEVICES": "void"},
        "host_config": host,
    }


def _container(spec: RunSpec, image: str, argv: Sequence[str]) -> dict[str, Any]:
    uid = command.container_uid(spec.name)
    return {
        "image": image,
        "entrypoint": [argv[0]],
        "command": list(argv[1:]),
        "user": f"{uid}:{uid}",
        "hostname": command.HOSTNAME,
        "working_dir": "/",
        "network_disabled": True,
        "healthcheck": {"test": ["NONE"]},
        "labels": labels(spec),
        "stdin_open": False,
        "tty": False,
    }


def _hardened(limits: Limits, *, memory_bytes: int, pids: int) -> dict[str, Any]:
    """The host settings that every container of ours has. No `auto_remove`: it would lose the
    note that the kernel killed for memory."""
    fsize = command.largest_file(limits)
    return {
        "network_mode": "none",
        "read_only": True,
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges", f"seccomp={docker_profile()}"],
        "mem_limit": memory_bytes,
        "memswap_limit": memory_bytes,
        "pids_limit": pids,
        "ipc_mode": "private",
        "cgroupns": "private",
        "ulimits": [
            Ulimit(name="core", soft=0, hard=0),
            Ulimit(name="nofile", soft=command.OPEN_FILES, hard=command.OPEN_FILES),
            Ulimit(name="fsize", soft=fsize, hard=fsize),
        ],
    }


def _tmpfs(limits: Limits) -> str:
    return f"rw,nosuid,nodev,noexec,mode=1777,size={limits.tmp_bytes},nr_inodes={command.TMP_FILES}"


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
