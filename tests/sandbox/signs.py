"""What one run could leave for another that is on at the same time, on things that both reach.

A program for `python -c`: `leave` leaves every sign that it can and stays, `look` prints the list
of those that it sees. A sign counts only if the other's is seen, not if the call is refused.
"""

import ctypes
import fcntl
import os
import socket
import struct
import sys
from pathlib import Path

SHARED = (os.__file__, "/usr/sbin/docker-init", "/usr/bin/env")
NAME = "podium-sign"
KEY = 0x50D1
LOCK = "hh4xqqi4x"
FREE, READ, WRITE = fcntl.F_UNLCK, fcntl.F_RDLCK, fcntl.F_WRLCK
LIBC = ctypes.CDLL(None, use_errno=True)


def opened():
    return [os.open(path, os.O_RDONLY) for path in SHARED if Path(path).exists()]


def leave_lock():
    for file in opened():
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def see_lock():
    for file in opened():
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            continue
    return False


def leave_record_lock():
    for file in opened():
        fcntl.fcntl(file, fcntl.F_SETLK, struct.pack(LOCK, READ, 0, 0, 1, 0))


def see_record_lock():
    asked = struct.pack(LOCK, WRITE, 0, 0, 1, 0)
    answers = [fcntl.fcntl(file, fcntl.F_GETLK, asked) for file in opened()]
    return any(struct.unpack(LOCK, answer)[0] != FREE for answer in answers)


def leave_socket():
    leave_socket.held = socket.socket(socket.AF_UNIX)
    leave_socket.held.bind(f"\0{NAME}")
    leave_socket.held.listen()


def see_socket():
    with socket.socket(socket.AF_UNIX) as probe:
        probe.connect(f"\0{NAME}")
    return True


def leave_shared_memory():
    if LIBC.shmget(KEY, 4096, 0o1666) < 0:
        raise OSError(ctypes.get_errno(), "shmget")


def see_shared_memory():
    found = LIBC.shmget(KEY, 0, 0)
    if "clean" in sys.argv and found >= 0:
        LIBC.shmctl(found, 0, None)
    return found >= 0


def leave_files():
    Path("/dev/shm", NAME).touch()
    Path("/tmp", NAME).touch()


def see_files():
    found = [path for path in (Path("/dev/shm", NAME), Path("/tmp", NAME)) if path.exists()]
    if "clean" in sys.argv:
        for path in found:
            path.unlink()
    return bool(found)


def see_process():
    lines = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline")]
    return any(NAME.encode() in line for line in lines)


def leave_process():
    if os.fork() == 0:
        os.execv(sys.executable, [sys.executable, "-c", "import sys; sys.stdin.read()", NAME])


SIGNS = ("lock", "record_lock", "socket", "shared_memory", "files", "process")


def attempt(call):
    try:
        return call()
    except OSError:
        return False


def leave():
    for sign in SIGNS:
        attempt(globals()[f"leave_{sign}"])


def look():
    print([sign for sign in SIGNS if attempt(globals()[f"see_{sign}"])], flush=True)
