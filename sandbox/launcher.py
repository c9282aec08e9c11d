"""Started by the bubblewrap backend as a program of its own; becomes bubblewrap.

It does what must happen in the child and can't be asked of bubblewrap: joins the control groups,
enters a private mount namespace, mounts the sized filesystems there, makes the folders of the run
reachable for an unprivileged user, hands the worker an open folder of /out, drops to that user
and sets the limits. The mounts live in that namespace only, so nothing is left behind whatever
dies; /out lives on through the folder that the worker holds.

Standard library only. Argument: a plan in JSON, see `Plan`. Answers on the socket in the plan:
"ok" with the folder, or the text of what failed.
"""

import array
import ctypes
import json
import os
import resource
import signal
import socket
import sys
from pathlib import Path
from typing import NoReturn, TypedDict

STAGE = "/tmp"
"""Covered by a fresh filesystem, in the private namespace only; it exists everywhere."""
_NEW_NAMESPACE, _NEW_USER = 0x00020000, 0x10000000
_NOSUID, _NODEV, _NOEXEC, _BIND, _RECURSIVE, _PRIVATE = 0x2, 0x4, 0x8, 0x1000, 0x4000, 0x40000
_SET_PARENT_DEATH_SIGNAL, _SET_NO_NEW_PRIVILEGES = 1, 38
_LIBC = ctypes.CDLL(None, use_errno=True)


class Plan(TypedDict):
    """All paths are absolute. `filesystems`: name below the stage → [bytes, inodes]. `folders`:
    name below the stage → the folder mounted there. `limits`: rlimit name → value, or null for
    unlimited. `uid` is null where the worker itself is unprivileged."""

    parent: int
    answer: int
    groups: list[str]
    uid: int | None
    filesystems: dict[str, list[int]]
    folders: dict[str, str]
    limits: dict[str, int]
    command: list[str]


def main(plan: Plan) -> NoReturn:
    """Carry out the plan; never returns."""
    answer = socket.socket(fileno=plan["answer"])
    answer.set_inheritable(False)
    try:
        die_with(plan["parent"])
        for group in plan["groups"]:
            Path(group).write_text(str(os.getpid()), encoding="ascii")
        enter_namespace(plan["uid"])
        mount_stage(plan)
        out = os.open(f"{STAGE}/out", os.O_RDONLY | os.O_DIRECTORY)
        drop_privileges(plan)
        die_with(plan["parent"])
        answer.sendmsg([b"ok"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [out]))])
        os.execv(plan["command"][0], plan["command"])  # noqa: S606 - the point of this file
    except OSError as error:
        said = f"{error.strerror}: {error.filename or plan['command'][0]}"
        answer.sendall(said.encode())
        # After "ok" nobody listens to the socket any more; the stream is read to its end.
        sys.stderr.write(said)
        sys.stderr.flush()
    os._exit(125)


def die_with(parent: int) -> None:
    """Be killed when the worker ends. A change of user clears this, so it is asked for twice."""
    _LIBC.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(125)


def enter_namespace(uid: int | None) -> None:
    """A private mount namespace; an unprivileged worker gets the right to mount with it."""
    if uid is not None:
        check(_LIBC.unshare(_NEW_NAMESPACE), "mount namespace")
        return
    own_uid, own_gid = os.getuid(), os.getgid()
    check(_LIBC.unshare(_NEW_NAMESPACE | _NEW_USER), "user namespace")
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{own_uid} {own_uid} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{own_gid} {own_gid} 1", encoding="ascii")


def mount_stage(plan: Plan) -> None:
    """Fill the stage: sized filesystems owned by the run's user, and the folders of the run.

    The folders are opened first, because the stage may cover them.
    """
    sources = {name: os.open(path, os.O_PATH) for name, path in plan["folders"].items()}
    mount("none", "/", None, _RECURSIVE | _PRIVATE, None)
    mount("stage", STAGE, "tmpfs", _NOSUID | _NODEV, "mode=0755,size=1m,nr_inodes=64")
    uid = os.getuid() if plan["uid"] is None else plan["uid"]
    gid = os.getgid() if plan["uid"] is None else plan["uid"]
    for name, (size, inodes) in plan["filesystems"].items():
        Path(STAGE, name).mkdir()
        options = f"mode=0700,uid={uid},gid={gid},size={size},nr_inodes={inodes}"
        mount("run", f"{STAGE}/{name}", "tmpfs", _NOSUID | _NODEV | _NOEXEC, options)
    for name, source in sources.items():
        Path(STAGE, name).mkdir()
        mount(f"/proc/self/fd/{source}", f"{STAGE}/{name}", None, _BIND, None)


def drop_privileges(plan: Plan) -> None:
    """Set the limits, then become the run's user for good."""
    for name, value in plan["limits"].items():
        resource.setrlimit(getattr(resource, name), (value, value))
    if plan["uid"] is not None:
        os.setgroups([])
        os.setresgid(plan["uid"], plan["uid"], plan["uid"])
        os.setresuid(plan["uid"], plan["uid"], plan["uid"])
    _LIBC.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    os.umask(0o077)
    os.chdir("/")


def mount(source: str, target: str, kind: str | None, flags: int, options: str | None) -> None:
    """mount(2). Raises OSError that names the target."""
    encoded = [text.encode() if text is not None else None for text in (source, target, kind)]
    data = options.encode() if options is not None else None
    check(_LIBC.mount(*encoded, ctypes.c_ulong(flags), data), target)


def check(result: int, subject: str) -> None:
    """Raise the OSError behind a result of the C library that is not 0."""
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), subject)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
