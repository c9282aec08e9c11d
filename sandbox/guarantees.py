"""What a backend promises about a run, as one enum.

A competition names the guarantees it requires; a worker starts a run only on a backend that
declares all of them. A backend declares what it can hold on this machine at this moment and
`sandbox.selfcheck` proves the declared set from inside a real sandbox.
"""

from enum import StrEnum


class Guarantee(StrEnum):
    """One property of a run that its organizer can rely on."""

    NO_NETWORK = "no_network"
    NO_LABELS = "no_labels"
    READ_ONLY_ROOT = "read_only_root"
    MEMORY_BOUND = "memory_bound"
    PIDS_BOUND = "pids_bound"
    CPU_BOUND = "cpu_bound"
    DISK_BOUND = "disk_bound"
    LOG_BOUND = "log_bound"
    SYSCALL_FILTER = "syscall_filter"
    NO_CAPABILITIES = "no_capabilities"
    NON_ROOT = "non_root"
    USER_NAMESPACE = "user_namespace"
    KERNEL_ISOLATION = "kernel_isolation"
    WALL_CLOCK = "wall_clock"
    NO_SURVIVORS = "no_survivors"
    FRESH_STATE = "fresh_state"
    GPU_EXCLUSIVE = "gpu_exclusive"


HELD_BY_THE_WORKER = frozenset(
    {
        Guarantee.NO_LABELS,
        Guarantee.LOG_BOUND,
        Guarantee.WALL_CLOCK,
        Guarantee.FRESH_STATE,
    }
)
"""Kept outside the sandbox by code that every backend shares: the staged folder holds no labels,
the reader of the stream stops at its limit, the clock is the worker's and nothing is reused."""


def missing(
    required: frozenset[Guarantee], declared: frozenset[Guarantee]
) -> tuple[Guarantee, ...]:
    """The required guarantees that are not declared, in the order of the enum."""
    lacking = required - declared
    return tuple(guarantee for guarantee in Guarantee if guarantee in lacking)
