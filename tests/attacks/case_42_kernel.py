"""Row 42: reach for the parts of the kernel in which most holes are found."""

import os
from pathlib import Path
from uuid import uuid4

from tests.attacks import syscalls
from tests.attacks.arena import Arena
from tests.attacks.registry import case

AF_NETLINK, AF_PACKET, AF_ALG, AF_VSOCK = 16, 17, 38, 40
RAW = 3
PROCESS_KEYRING = -2
KEY = f"podium-{uuid4().hex}"
NOWHERE = "/nowhere/at/all"
CALLS = {
    "io_uring_setup": ["io_uring_setup", 1, []],
    "bpf": ["bpf", 0, [2, 4, 4, 1], 72],
    "perf_event_open": ["perf_event_open", [1, 112], 0, -1, -1, 0],
    "keyctl": ["keyctl", 0, PROCESS_KEYRING, 1],
    "add_key": ["add_key", "user", KEY, "x", 1, PROCESS_KEYRING],
    "request_key": ["request_key", "user", KEY, None, 0],
    "userfaultfd": ["userfaultfd", 1],
    "vsock": ["socket", AF_VSOCK, 1, 0],
    "alg": ["socket", AF_ALG, 5, 0],
    "packet": ["socket", AF_PACKET, RAW, 0],
    "open_by_handle_at": ["open_by_handle_at", -100, [8, 1], 0],
    "fanotify_init": ["fanotify_init", 0, 0],
    "init_module": ["init_module", None, 0, ""],
    "finit_module": ["finit_module", -1, "", 0],
    "kexec_load": ["kexec_load", 0, 17, [], 0],
    "swapon": ["swapon", NOWHERE, 0],
    "reboot": ["reboot", 0, 0, 0, None],
    "settimeofday": ["settimeofday", None, None],
    "quotactl": ["quotactl", 0, NOWHERE, 0, None],
    "kcmp": ["kcmp", os.getpid(), os.getpid(), 99, 0, 0],
}
OWN = {
    "netlink": ["socket", AF_NETLINK, RAW, 0],
    "syslog": ["syslog", 10, None, 0],
    "ptrace": ["ptrace", 0, 0, 0, 0],
    "process_vm_readv": ["process_vm_readv", -1, None, 0, None, 0, 0],
    "inotify_init1": ["inotify_init1", 0],
    "name_to_handle_at": ["name_to_handle_at", -100, "/", [128], [], 0],
    "shmget": ["shmget", 0x7A11, 0, 0],
    "semget": ["semget", 0x7A11, 0, 0],
    "msgget": ["msgget", 0x7A11, 0],
    "mq_open": ["mq_open", KEY, 0, 0, None],
    "splice": ["splice", -1, None, -1, None, 0, 0],
    "vmsplice": ["vmsplice", -1, None, 0, 0],
    "tee": ["tee", -1, -1, 1, 0],
}
OPTIONAL = {
    "io_uring_setup",
    "vsock",
    "alg",
    "userfaultfd",
    "kcmp",
    "syslog",
    "kexec_load",
    "init_module",
    "finit_module",
}
"""What a machine's kernel may lack, or close to everybody."""


@case(42, "bpf, ptrace, io_uring, keyring, vsock")
def kernel(arena: Arena) -> None:
    calls = syscalls.shared(arena, CALLS, OWN)
    after = syscalls.attack(arena, calls)
    assert len(after.lines) == len(calls)
    assert syscalls.reached_inside(arena, after.lines) == {}
    assert (after.state, after.outcome) == ("scored", "ok")
    assert KEY not in Path("/proc/keys").read_text()


@kernel.control
def they_work_on_the_machine(arena: Arena) -> None:
    found = syscalls.reached(syscalls.undefended(arena, {**CALLS, **OWN}).lines)
    assert found["ptrace"] == found["inotify_init1"] == syscalls.DONE
    if os.geteuid() == 0:
        assert found.keys() >= (CALLS.keys() | OWN.keys()) - OPTIONAL
