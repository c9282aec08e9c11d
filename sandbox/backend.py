"""What every way of isolating a run offers, whatever it is built on."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from sandbox.guarantees import Guarantee
from sandbox.spec import Progress, RunResult, RunSpec


class BackendUnavailable(Exception):
    """This machine can't isolate runs this way. The text says what is absent and what to do."""


class Backend(Protocol):
    """A way of isolating a run. Each call of `run` is one fresh sandbox."""

    @property
    def name(self) -> str: ...

    def check(self) -> None:
        """Raise BackendUnavailable when a run could not be started."""
        ...

    def guarantees(self) -> frozenset[Guarantee]:
        """What this backend holds on this machine, honestly."""
        ...

    def environments(self) -> frozenset[str]:
        """The names from `sandbox.environments` that a run may ask for on this machine."""
        ...

    def run(
        self,
        spec: RunSpec,
        *,
        output_dir: Path,
        on_progress: Callable[[Progress], None],
        should_stop: Callable[[], bool],
    ) -> RunResult:
        """Execute one run and return its end; accepted predictions lie in `output_dir`.

        Both callables are called in the caller's thread. An exception of theirs ends the sandbox
        and is raised on; everything else that goes wrong is a `platform_fault` result.
        """
        ...
