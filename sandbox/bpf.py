"""The seccomp profile as a classic BPF program, for bubblewrap's `--seccomp`.

Layout of the kernel's `struct seccomp_data`: call number at 0, architecture at 4, six arguments
of 8 bytes from 16 (little endian on both architectures here, so the low half comes first).
"""

import platform
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from errno import ENOSYS, EPERM
from functools import cache
from pathlib import Path

from sandbox.seccomp import ALLOWED, FILTERED, UNKNOWN, Filtered, names

_LOAD, _AND, _RETURN = 0x20, 0x54, 0x06
_IF_EQUAL, _IF_ABOVE, _IF_AT_LEAST = 0x15, 0x25, 0x35
_ALLOW, _KILL_PROCESS, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_TABLE = Path(__file__).with_name("syscalls.tsv")


@dataclass(frozen=True, slots=True)
class Machine:
    """How one processor architecture is told apart, and its column in syscalls.tsv."""

    audit_arch: int
    column: int


MACHINES = {"x86_64": Machine(0xC000003E, 1), "aarch64": Machine(0xC00000B7, 2)}


class UnknownMachine(Exception):
    """There is no table of system calls for this processor."""


@cache
def call_numbers(machine: str) -> dict[str, int]:
    """System call numbers by name on `machine`; calls it lacks are absent."""
    if machine not in MACHINES:
        raise UnknownMachine(f"no system call numbers for {machine}")
    lines = _TABLE.read_text(encoding="ascii").splitlines()[1:]
    rows = (line.split("\t") for line in lines)
    column = MACHINES[machine].column
    return {row[0]: int(row[column]) for row in rows if row[column] != "-"}


def compile_profile(machine: str | None = None) -> bytes:
    """The program for `machine` (default: this one) as an array of `struct sock_filter`.

    Calls of the x32 interface, which x86_64 kernels take too, have numbers beyond all that are
    named, so they are denied with the rest.
    """
    machine = machine or platform.machine()
    numbers = call_numbers(machine)
    allowed = sorted(numbers[name] for name in names(ALLOWED) if name in numbers)
    program = [
        _step(_LOAD, 4),
        _step(_IF_EQUAL, MACHINES[machine].audit_arch, 1, 0),
        _step(_RETURN, _KILL_PROCESS),
        _step(_LOAD, 0),
    ]
    for low, high in ranges(allowed):
        program += [
            _step(_IF_AT_LEAST, low, 0, 2),
            _step(_IF_ABOVE, high, 1, 0),
            _step(_RETURN, _ALLOW),
        ]
    for name in names(UNKNOWN):
        program += [_step(_IF_EQUAL, numbers[name], 0, 1), _step(_RETURN, _ERRNO | ENOSYS)]
    for rule in FILTERED:
        program += _filtered(rule, numbers[rule.call])
    program.append(_step(_RETURN, _ERRNO | EPERM))
    return b"".join(program)


def ranges(values: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Ascending numbers as inclusive ranges."""
    low: int | None = None
    high = -1
    for value in values:
        if low is not None and value == high + 1:
            high = value
            continue
        if low is not None:
            yield low, high
        low = high = value
    if low is not None:
        yield low, high


def _filtered(rule: Filtered, number: int) -> list[bytes]:
    check = [_step(_LOAD, 16 + 8 * rule.index), _step(_AND, rule.mask)]
    for value in rule.values:
        check += [_step(_IF_EQUAL, value, 0, 1), _step(_RETURN, _ALLOW)]
    check.append(_step(_RETURN, _ERRNO | EPERM))
    return [_step(_IF_EQUAL, number, 0, len(check)), *check]


def _step(code: int, operand: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, operand)
