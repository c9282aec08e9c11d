"""What a competition may require of the sandbox its submissions run in, in words for people.

The names are those of `sandbox.guarantees.Guarantee`, which this layer can't import; a test holds
the two lists together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from competitions.models import Competition

CODE_FORMATS = frozenset({"torch", "tensorflow", "python"})
"""Formats whose inference code is the participant's."""


@dataclass(frozen=True, slots=True)
class GuaranteeFacts:
    """A short title, and what it means to an organizer."""

    title: str
    meaning: str


GUARANTEES: Mapping[str, GuaranteeFacts] = {
    "no_network": GuaranteeFacts("No network", "Not a packet leaves the sandbox."),
    "no_labels": GuaranteeFacts("No labels", "The sandbox holds inputs and the model only."),
    "read_only_root": GuaranteeFacts(
        "Read-only root", "Programs, model and inputs can't be changed from inside."
    ),
    "memory_bound": GuaranteeFacts("Memory limit", "A run gets no more memory than its limit."),
    "pids_bound": GuaranteeFacts("Process limit", "A run can't start processes without end."),
    "cpu_bound": GuaranteeFacts("CPU limit", "A run can't take the cores of its neighbours."),
    "disk_bound": GuaranteeFacts("Disk limit", "Whatever a run writes has a size limit."),
    "log_bound": GuaranteeFacts("Log limit", "Whatever a run prints has a size limit."),
    "syscall_filter": GuaranteeFacts(
        "System call filter", "Only the system calls that inference needs are answered."
    ),
    "no_capabilities": GuaranteeFacts("No capabilities", "The run has no privilege to drop."),
    "non_root": GuaranteeFacts("Not root", "The run is an unprivileged user of its own."),
    "user_namespace": GuaranteeFacts(
        "User namespace", "Even root inside would be nobody on the machine."
    ),
    "kernel_isolation": GuaranteeFacts(
        "Kernel isolation", "The run talks to a kernel of its own (gVisor), not to the machine's."
    ),
    "wall_clock": GuaranteeFacts("Wall clock", "The worker ends a run at its time limit."),
    "no_survivors": GuaranteeFacts("No survivors", "No process outlives its run."),
    "fresh_state": GuaranteeFacts("Fresh state", "A run finds nothing of an earlier one."),
    "gpu_exclusive": GuaranteeFacts("GPU of its own", "No two runs share a GPU."),
}

BASE = frozenset(GUARANTEES) - {
    "memory_bound",
    "cpu_bound",
    "user_namespace",
    "kernel_isolation",
    "gpu_exclusive",
}
"""Needed by every run. No participant's code runs in the platform's own formats, so that limits
which a development machine may be unable to set are left to the organizer."""

FOR_CODE = frozenset(GUARANTEES) - {"kernel_isolation", "gpu_exclusive"}
"""Needed, unless the organizer names others, where participants' code runs."""


def allows_code(competition: Competition) -> bool:
    """Tell whether code of participants may run."""
    return not CODE_FORMATS.isdisjoint(competition.allowed_formats)


def required_guarantees(competition: Competition) -> frozenset[str]:
    """Return what a worker must hold to run this competition's submissions.

    What the organizer named, or without that the recommended set; never less than BASE.
    """
    if competition.required_guarantees:
        return BASE | frozenset(competition.required_guarantees)
    return FOR_CODE if allows_code(competition) else BASE


def in_words(names: Iterable[str]) -> str:
    """Return titles in the order of the list, separated by commas."""
    wanted = set(names)
    return ", ".join(facts.title for name, facts in GUARANTEES.items() if name in wanted)
