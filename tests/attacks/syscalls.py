"""Raw system calls from inside, and what the kernel answers.

A call is a label, its name, and arguments that change nothing on a machine where they succeed:
nothing that lasts is made, and what changes a process changes a child that ends at once.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.bpf import call_numbers
from sandbox.guarantees import Guarantee
from tests.attacks.arena import Aftermath, Arena
from tests.attacks.control import Undefended

Calls = Mapping[str, Sequence[Any]]
DONE = "done"
DENIED = frozenset({"EPERM", "EACCES", "ENOSYS", "EAFNOSUPPORT", "EPROTONOSUPPORT"})
"""Answers that come before the kernel looked at what was asked."""
STUBS = frozenset({"ENODEV", "ENOTSUP"})
"""What gVisor's kernel says for calls that it does not have."""

PROGRAM = """
import ctypes, errno

LIBC = ctypes.CDLL(None, use_errno=True)


def argument(value):
    if isinstance(value, int):
        return ctypes.c_long(value)
    if isinstance(value, list):
        return ctypes.byref((ctypes.c_uint32 * 64)(*value))
    if value is None:
        return None
    if value.startswith("open "):
        return os.open(value[5:], os.O_RDONLY)
    return ctypes.c_char_p(value.encode())


def answer(number, arguments):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        here = os.getpid()
        arguments = [argument(value) for value in arguments]
        result = LIBC.syscall(number, *arguments)
        if os.getpid() == here:
            told = "done" if result >= 0 else errno.errorcode[ctypes.get_errno()]
            os.write(writer, told.encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    told = os.read(reader, 100).decode()
    os.close(reader)
    return told or "killed"


def attack(calls):
    for label, (number, *arguments) in calls.items():
        print(label, answer(number, arguments))
"""


def attack(arena: Arena, calls: Calls) -> Aftermath:
    """Make the calls inside a sandbox."""
    return arena.attack(PROGRAM, calls=_numbered(calls))


def undefended(arena: Arena, calls: Calls) -> Undefended:
    """Make them on the machine."""
    return arena.undefended(PROGRAM, calls=_numbered(calls))


def reached(lines: list[str], *, refusals: frozenset[str] = DENIED) -> dict[str, str]:
    """The calls that the kernel began to serve, with its answers."""
    answers = dict(line.rsplit(" ", 1) for line in lines)
    return {label: told for label, told in answers.items() if told not in {*refusals, "killed"}}


def reached_inside(arena: Arena, lines: list[str]) -> dict[str, str]:
    """The same inside a sandbox."""
    own_kernel = Guarantee.KERNEL_ISOLATION in arena.held
    return reached(lines, refusals=DENIED | STUBS if own_kernel else DENIED)


def shared(arena: Arena, calls: Calls, own: Calls) -> Calls:
    """Which of them must fail: those that touch only the kernel that answers (`own`) may work
    where that is the sandbox's own."""
    return calls if Guarantee.KERNEL_ISOLATION in arena.held else {**calls, **own}


def _numbered(calls: Calls) -> dict[str, list[Any]]:
    numbers = call_numbers(os.uname().machine)
    return {label: [numbers[name], *rest] for label, (name, *rest) in calls.items()}
