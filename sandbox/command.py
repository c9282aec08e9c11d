"""What is started inside every sandbox, whatever isolates it."""

from collections.abc import Mapping
from zlib import crc32

from sandbox.spec import Limits, RunSpec

ARGUMENTS = ("-m", "runner", "/in", "/out")
RUNNER_ROOT = "/opt/podium"
RUNNER_FOLDER = f"{RUNNER_ROOT}/runner"
HOSTNAME = "sandbox"
SHM_BYTES = 64 * 1024 * 1024
SHM_FILES = 1024
TMP_FILES = 10_000
OPEN_FILES = 4096
_HOST_UIDS = range(2_000_000, 3_000_000)
_CONTAINER_UIDS = range(20_000, 60_000)
"""Engines with remapped users know no user above 65535."""


def environment(limits: Limits) -> Mapping[str, str]:
    """The whole environment of the runner: nothing of the worker's is inherited."""
    variables = {
        "HOME": "/tmp",
        "TMPDIR": "/tmp",
        "USER": "sandbox",
        "LOGNAME": "sandbox",
        "LANG": "C.UTF-8",
        "PYTHONPATH": RUNNER_ROOT,
        "PYTHONSAFEPATH": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "OMP_NUM_THREADS": str(max(1, int(limits.cpus))),
        # Waiting threads sleep. Where they spin, two threads that share cpus with others, or
        # have less than their share of one, were measured four times slower.
        "OMP_WAIT_POLICY": "PASSIVE",
    }
    if limits.gpus == 0:
        variables["NVIDIA_VISIBLE_DEVICES"] = "void"
    return variables


def host_uid(name: str) -> int:
    """The machine's user of one bubblewrap run: far from any real one, and another for (almost)
    every run, so that two runs on one machine share no process limit, no lock and no file."""
    return _HOST_UIDS[crc32(name.encode()) % len(_HOST_UIDS)]


def container_uid(name: str) -> int:
    """The user of one run inside its container, another for (almost) every run."""
    return _CONTAINER_UIDS[crc32(name.encode()) % len(_CONTAINER_UIDS)]


def output_inodes(spec: RunSpec) -> int:
    """Files and folders that fit into /out: the limit, a folder for each task, and /out itself."""
    return spec.limits.output_files + len(spec.tasks) + 1


def largest_file(limits: Limits) -> int:
    """Bytes of the largest file that may be written anywhere."""
    return max(limits.output_bytes, limits.tmp_bytes)
