"""What a backend offers, beside runs, so that its guarantees can be proved."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sandbox.backend import Backend
from sandbox.census import Seen


@dataclass(frozen=True, slots=True)
class Trace:
    """What a running sandbox shows outside. `groups` stand in the control-group paths of its
    processes; `logs` are files on the machine in which something keeps what it prints."""

    groups: tuple[str, ...]
    logs: tuple[str, ...]


class Provable(Backend, Protocol):
    """A backend that can run another program in the runner's place and look at it from outside."""

    @property
    def gpu_ids(self) -> tuple[str, ...]:
        """The GPUs that belong to this worker alone."""
        ...

    def with_runner(self, package: Path) -> "Provable":
        """The same backend with the folder `package` as the package `runner` inside."""
        ...

    def remove_leftovers(self) -> object:
        """Remove what killed workers on this machine left behind."""
        ...

    def shown(self) -> frozenset[str]:
        """Where a run sees folders and files of the machine, beside its inputs."""
        ...

    def trace(self, run: str) -> Trace:
        """What the running sandbox of the run called `run` shows outside."""
        ...

    def processes(self, mark: str, groups: Sequence[str]) -> list[Seen]:
        """The machine's processes with `mark` as an argument or in one of `groups`."""
        ...
