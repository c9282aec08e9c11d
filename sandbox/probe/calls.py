"""Tries the system calls that an attacker would want most, with arguments that would work.

Each returns whether the kernel did as asked. What it made ends with it or with the process, and a
mount is taken away at once: as root on a machine these do succeed.
"""

import ctypes
import os
import socket
from collections.abc import Callable
from functools import partial
from tempfile import TemporaryDirectory

_LIBC = ctypes.CDLL(None, use_errno=True)
_RING = ctypes.create_string_buffer(256)
_MAP = (ctypes.c_uint32 * 32)(2, 4, 4, 1)
"""union bpf_attr of an array: type, bytes of a key, bytes of a value, entries."""
_EVENT = (ctypes.c_uint32 * 28)(1, 112)
"""struct perf_event_attr of the software clock: type, own size."""
_NUMBERS = {
    "x86_64": {
        "io_uring_setup": 425,
        "bpf": 321,
        "keyctl": 250,
        "userfaultfd": 323,
        "mount": 165,
        "ptrace": 101,
        "unshare": 272,
        "clone3": 435,
        "flock": 73,
        "perf_event_open": 298,
    },
    "aarch64": {
        "io_uring_setup": 425,
        "bpf": 280,
        "keyctl": 219,
        "userfaultfd": 282,
        "mount": 40,
        "ptrace": 117,
        "unshare": 97,
        "clone3": 435,
        "flock": 32,
        "perf_event_open": 241,
    },
}[os.uname().machine]
_NEW_USER_NAMESPACE = 0x10000000
_AF_ALG, _AF_VSOCK = 38, 40
_SHARED_LOCK_AT_ONCE = 1 | 4
_READ_LOCK = 0


def _call(name: str, *arguments: object) -> bool:
    return int(_LIBC.syscall(_NUMBERS[name], *arguments)) >= 0


def _mount() -> bool:
    with TemporaryDirectory() as folder:
        if not _call("mount", b"none", folder.encode(), b"tmpfs", 0, None):
            return False
        _LIBC.umount2(folder.encode(), 0)
        return True


def _in_child(attempt: Callable[[], bool]) -> bool:
    """For what would change the caller."""
    child = os.fork()
    if child == 0:
        os._exit(0 if attempt() else 1)
    return os.waitpid(child, 0)[1] == 0


def _socket(family: int, kind: int) -> bool:
    try:
        socket.socket(family, kind).close()
    except OSError:
        return False
    return True


def _clone3() -> bool:
    """A plain child: struct clone_args with SIGCHLD as the exit signal."""
    arguments = (ctypes.c_uint64 * 8)(0, 0, 0, 0, 17, 0, 0, 0)
    child = _LIBC.syscall(_NUMBERS["clone3"], arguments, 64)
    if child == 0:
        os._exit(0)
    if child > 0:
        os.waitpid(child, 0)
    return bool(child > 0)


def _flock() -> bool:
    file = os.open(__file__, os.O_RDONLY)
    try:
        return _call("flock", file, _SHARED_LOCK_AT_ONCE)
    finally:
        os.close(file)


def _read_lock() -> bool:
    """fcntl's lock: struct flock of type, whence, start, length, owner."""
    file = os.open(__file__, os.O_RDONLY)
    lock = (ctypes.c_short * 16)(_READ_LOCK, 0)
    try:
        return int(_LIBC.fcntl(file, 6, lock)) == 0
    finally:
        os.close(file)


REACHING_OUT: dict[str, Callable[[], bool]] = {
    "io_uring_setup": partial(_call, "io_uring_setup", 1, _RING),
    "bpf": partial(_call, "bpf", 0, _MAP, 72),
    "keyctl": partial(_call, "keyctl", 0, -2, 1),
    "userfaultfd": partial(_call, "userfaultfd", 1),
    "mount": _mount,
    "perf_event_open": partial(_call, "perf_event_open", _EVENT, 0, -1, -1, 0),
    "vsock": partial(_socket, _AF_VSOCK, 1),
    "alg": partial(_socket, _AF_ALG, 5),
}
"""These reach the machine's kernel, drivers or other sandboxes."""

ON_THIS_KERNEL: dict[str, Callable[[], bool]] = {
    "ptrace": partial(_in_child, partial(_call, "ptrace", 0, 0, 0, 0)),
    "unshare": partial(_in_child, partial(_call, "unshare", _NEW_USER_NAMESPACE)),
    "clone3": _clone3,
    "flock": _flock,
    "fcntl lock": _read_lock,
}
"""These are holes or channels only on a kernel that others use too."""
