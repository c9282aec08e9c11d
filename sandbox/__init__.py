"""Untrusted models run here and nowhere else."""

from sandbox.backend import Backend, BackendUnavailable
from sandbox.guarantees import Guarantee
from sandbox.selection import select_backend
from sandbox.spec import (
    STOPPED,
    Limits,
    Outcome,
    Progress,
    RunResult,
    RunSpec,
    TaskOutcome,
    Usage,
)

__all__ = [
    "STOPPED",
    "Backend",
    "BackendUnavailable",
    "Guarantee",
    "Limits",
    "Outcome",
    "Progress",
    "RunResult",
    "RunSpec",
    "TaskOutcome",
    "Usage",
    "select_backend",
]
