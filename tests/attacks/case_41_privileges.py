"""Row 41: become someone else, mount, open namespaces."""

import os
from pathlib import Path

from tests.attacks import syscalls
from tests.attacks.arena import Arena
from tests.attacks.registry import case

NEW = {
    "mounts": 0x00020000,
    "names": 0x04000000,
    "queues": 0x08000000,
    "processes": 0x20000000,
    "network": 0x40000000,
}
NEW_USERS = 0x10000000
SIGCHLD = 17
ADDRESSES_NOT_RANDOM = 0x0040000
SYS_ADMIN = 1 << 21
NOWHERE = "/nowhere/at/all"
CALLS = {
    "setuid": ["setuid", 0],
    "setgid": ["setgid", 0],
    "setresuid": ["setresuid", 0, 0, 0],
    "setgroups": ["setgroups", 1, [0]],
    "capset": ["capset", [0x20080522, 0], [SYS_ADMIN, SYS_ADMIN, 0, 0, 0, 0]],
    "mount": ["mount", "none", NOWHERE, "tmpfs", 0, None],
    "umount2": ["umount2", NOWHERE, 0],
    "pivot_root": ["pivot_root", NOWHERE, NOWHERE],
    "fsopen": ["fsopen", "tmpfs", 0],
    "open_tree": ["open_tree", -100, "/", 1],
    "chroot": ["chroot", "/"],
    "sethostname": ["sethostname", "x", -1],
    "setns": ["setns", "open /proc/self/ns/net", 0],
    **{f"unshare {name}": ["unshare", flag] for name, flag in NEW.items()},
}
OWN = {
    "personality": ["personality", ADDRESSES_NOT_RANDOM],
    "unshare cgroups": ["unshare", 0x02000000],
    "unshare users": ["unshare", NEW_USERS],
    "clone users": ["clone", NEW_USERS | SIGCHLD, 0, 0, 0, 0],
    "unshare users and mounts": ["unshare", NEW_USERS | NEW["mounts"]],
}
SETUID = """
import stat, subprocess


def attack(user):
    for path in map(Path, ("/usr/bin/su", "/usr/bin/passwd", "/usr/bin/mount", "/bin/su")):
        if path.exists() and path.stat().st_mode & stat.S_ISUID:
            break
    else:
        print("no such program")
        return
    own = {} if user is None else {"user": user, "extra_groups": []}
    null = subprocess.DEVNULL
    started = subprocess.Popen([str(path)], stdin=null, stdout=null, stderr=null, **own)
    # Waiting or ended: until it is waited for, it tells what it became.
    status = Path(f"/proc/{started.pid}/status").read_text()
    effective = status.split("Uid:")[1].split()[1]
    print("root" if effective == "0" else "nobody new")
    started.kill()
    started.wait()
"""


@case(41, "setuid, mount, namespaces")
def privileges(arena: Arena) -> None:
    mounts = Path("/proc/self/mountinfo").read_text()
    calls = syscalls.shared(arena, CALLS, OWN)
    after = syscalls.attack(arena, calls)
    assert len(after.lines) == len(calls)
    assert syscalls.reached_inside(arena, after.lines) == {}
    assert (after.state, after.outcome) == ("scored", "ok")
    assert arena.attack(SETUID, user=None).lines in (["nobody new"], ["no such program"])
    assert Path("/proc/self/mountinfo").read_text() == mounts


@privileges.control
def they_work_on_the_machine(arena: Arena) -> None:
    found = syscalls.reached(syscalls.undefended(arena, {**CALLS, **OWN}).lines)
    assert found["personality"] == syscalls.DONE
    if os.geteuid() == 0:
        assert found.keys() == CALLS.keys() | OWN.keys()
    user = 65534 if os.geteuid() == 0 else None
    assert arena.undefended(SETUID, user=user).lines == ["root"]
