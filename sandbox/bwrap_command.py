"""The command line of bubblewrap for one run. Pure."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from sandbox import command
from sandbox.interpreter import SYSTEM_FOLDERS
from sandbox.launcher import STAGE

_USER = "1000"
"""The user as the run sees itself; outside it is another, see `sandbox.command.host_uid`."""
CPU_FACTS = "/sys/devices/system/cpu"
LIBRARY_CACHE = "/etc/ld.so.cache"
MASKED = tuple(
    f"/proc/{name}"
    for name in (
        *("kcore", "keys", "key-users", "latency_stats", "timer_list", "sched_debug"),
        *("kallsyms", "locks", "modules", "config.gz", "slabinfo", "vmallocinfo"),
    )
)
"""Files of the machine's kernel that say more than a run should know. What is shown in their place
is a device on a mount that opens none."""


def bwrap_command(
    *,
    bwrap: str,
    python: Path,
    environment: Mapping[str, str],
    folders: Mapping[str, Path],
    status_fd: int,
    seccomp_fd: int,
) -> list[str]:
    """Arguments that show a run its folders and nothing else of the machine but /usr.

    `folders` maps names below the stage to where they appear inside, read-only; `out`, `tmp` and
    `shm` lie below the stage too and are the only places that can be written.
    """
    arguments = [bwrap, "--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc"]
    arguments += ["--unshare-uts", "--unshare-cgroup", "--disable-userns"]
    arguments += ["--uid", _USER, "--gid", _USER, "--hostname", command.HOSTNAME]
    arguments += ["--cap-drop", "ALL", "--die-with-parent", "--new-session", "--clearenv"]
    for name, value in environment.items():
        arguments += ["--setenv", name, value]
    arguments += system_mounts(SYSTEM_FOLDERS)
    arguments += ["--proc", "/proc", "--dev", "/dev", "--bind", f"{STAGE}/shm", "/dev/shm"]
    for path in MASKED:
        arguments += ["--ro-bind", "/dev/null", path] if Path(path).exists() else []
    arguments += ["--remount-ro", "/dev", "--ro-bind-try", CPU_FACTS, CPU_FACTS]
    # The writable folders come first: an environment that lies below /tmp is shown inside it.
    arguments += ["--bind", f"{STAGE}/out", "/out", "--bind", f"{STAGE}/tmp", "/tmp"]
    for name, target in folders.items():
        arguments += ["--ro-bind", f"{STAGE}/{name}", str(target)]
    arguments += ["--remount-ro", "/", "--chdir", "/"]
    arguments += ["--json-status-fd", str(status_fd), "--seccomp", str(seccomp_fd)]
    return [*arguments, "--", str(python), *command.ARGUMENTS]


def system_mounts(folders: Sequence[str]) -> list[str]:
    """The machine's programs and libraries, read-only; merged folders stay links."""
    arguments: list[str] = []
    for folder in folders:
        path = Path(folder)
        if path.is_symlink():
            arguments += ["--symlink", str(path.readlink()), folder]
        elif path.is_dir():
            arguments += ["--ro-bind", folder, folder]
    return [*arguments, "--ro-bind-try", LIBRARY_CACHE, LIBRARY_CACHE]
