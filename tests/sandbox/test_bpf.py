"""The compiled filter decides like the profile says: it is run here by a small interpreter."""

import errno
import struct
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.bpf import MACHINES, UnknownMachine, call_numbers, compile_profile, ranges
from sandbox.seccomp import ALLOWED, CLONE_NEW_ANY, DENIED, FILTERED, UNKNOWN, names

ALLOW = "allow"
KILL = "kill"


def decide(machine: str, number: int, arguments: tuple[int, ...] = (), arch: int = 0) -> str | int:
    """Run the program over one call: "allow", "kill", or the error number it returns."""
    program = list(struct.iter_unpack("<HBBI", compile_profile(machine)))
    arguments = (*arguments, *(0,) * (6 - len(arguments)))
    data = struct.pack("<IIQ6Q", number, arch or MACHINES[machine].audit_arch, 0, *arguments)
    at, accumulator = 0, 0
    while True:
        code, if_true, if_false, operand = program[at]
        at += 1
        if code == 0x20:
            accumulator = struct.unpack_from("<I", data, operand)[0]
        elif code == 0x54:
            accumulator &= operand
        elif code == 0x06:
            return {0x7FFF0000: ALLOW, 0x80000000: KILL}.get(operand, operand & 0xFFFF)
        else:
            holds = {
                0x15: accumulator == operand,
                0x25: accumulator > operand,
                0x35: accumulator >= operand,
            }[code]
            at += if_true if holds else if_false


@pytest.fixture(params=sorted(MACHINES))
def machine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_allowed_call_passes(machine: str) -> None:
    numbers = call_numbers(machine)
    for name in names(ALLOWED):
        if name in numbers:
            assert decide(machine, numbers[name]) == ALLOW, name


def test_every_denied_call_fails(machine: str) -> None:
    numbers = call_numbers(machine)
    for name in names(DENIED):
        if name in numbers:
            assert decide(machine, numbers[name]) == errno.EPERM, name


def test_calls_without_a_fallback_look_unknown(machine: str) -> None:
    for name in names(UNKNOWN):
        assert decide(machine, call_numbers(machine)[name]) == errno.ENOSYS


@given(st.sampled_from(sorted(MACHINES)), st.integers(0, 2**32 - 1))
def test_what_is_not_named_is_not_allowed(machine: str, number: int) -> None:
    numbers = call_numbers(machine)
    named = {numbers.get(name) for name in names(ALLOWED)}
    filtered = {numbers[rule.call] for rule in FILTERED}
    if number not in named | filtered:
        assert decide(machine, number) != ALLOW


@given(st.integers(0, 2**64 - 1))
def test_clone_passes_only_without_new_namespaces(flags: int) -> None:
    verdict = decide("x86_64", call_numbers("x86_64")["clone"], (flags,))
    assert (verdict == ALLOW) == (flags & CLONE_NEW_ANY == 0)


@pytest.mark.parametrize(
    ("family", "allowed"), [(1, True), (2, True), (10, True), (16, False), (38, False), (40, False)]
)
def test_sockets_are_of_plain_families(machine: str, family: int, allowed: bool) -> None:
    number = call_numbers(machine)["socket"]
    assert (decide(machine, number, (family, 1)) == ALLOW) is allowed
    # The kernel looks at the low half of the argument, and so does the filter.
    assert (decide(machine, number, (family | 1 << 32, 1)) == ALLOW) is allowed


@pytest.mark.parametrize(
    ("command", "allowed"),
    [(1, True), (1030, True), (1033, True), (5, False), (6, False), (1024, False), (1036, False)],
    ids=["GETFD", "DUPFD_CLOEXEC", "ADD_SEALS", "GETLK", "SETLK", "SETLEASE", "SET_RW_HINT"],
)
def test_fcntl_leaves_nothing_on_a_file(machine: str, command: int, allowed: bool) -> None:
    number = call_numbers(machine)["fcntl"]
    assert (decide(machine, number, (3, command)) == ALLOW) is allowed


@pytest.mark.parametrize(("flags", "allowed"), [(0, True), (8, False)])
def test_reads_do_not_tell_what_is_in_memory(machine: str, flags: int, allowed: bool) -> None:
    number = call_numbers(machine)["preadv2"]
    assert (decide(machine, number, (3, 0, 0, 0, 0, flags)) == ALLOW) is allowed


def test_calls_of_another_architecture_kill(machine: str) -> None:
    assert decide(machine, 0, arch=0x40000003) == KILL


def test_calls_of_the_x32_interface_fail() -> None:
    assert decide("x86_64", 0x40000000 | call_numbers("x86_64")["read"]) == errno.EPERM


def test_an_unknown_machine_is_refused() -> None:
    with pytest.raises(UnknownMachine, match="riscv64"):
        compile_profile("riscv64")


@given(st.sets(st.integers(0, 60)))
def test_ranges_hold_the_same_numbers(values: set[int]) -> None:
    found = list(ranges(sorted(values)))
    assert {n for low, high in found for n in range(low, high + 1)} == values
    assert all(low > high + 1 for (_, high), (low, _) in pairwise(found))
