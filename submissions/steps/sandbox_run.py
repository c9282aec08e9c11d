"""One sandbox start for a claimed run: lay out ``/in``, run under a heartbeat, clean up."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event

from django.conf import settings

from sandbox.backend import Backend
from sandbox.spec import Progress, RunResult, RunSpec
from submissions import sandboxes
from submissions.lease import heartbeat
from submissions.models import Run
from submissions.needs import environment_of
from submissions.steps.claim import Claim, renew


@dataclass(frozen=True, slots=True)
class Ended:
    """The result of one sandbox; ``lost`` is set once the run is no longer ours."""

    result: RunResult
    lost: Event


@contextmanager
def sandbox_run(
    claim: Claim,
    *,
    backend: Backend,
    stage: Callable[[Path], None],
    on_progress: Callable[[Progress], None],
    extra_files: tuple[str, ...] = (),
) -> Iterator[Ended]:
    """Give the result of one run over what ``stage`` writes into the empty folder it gets.

    The files that the result names exist only within the block. Nothing holds a transaction.
    """
    with heartbeat(partial(renew, claim)) as beat, _work_folder(claim.run) as folder:
        (folder / "in").mkdir()
        (folder / "out").mkdir()
        stage(folder / "in")
        spec = RunSpec(
            # Another sandbox of the same run must not share its name, nor the user made of it.
            name=f"podium-{claim.run.pk}-{secrets.token_hex(4)}",
            input_dir=folder / "in",
            tasks=tuple(task.slug for task in claim.tasks),
            extra_files=extra_files,
            limits=sandboxes.limits(claim.run.submission.competition, claim.tasks),
            environment=environment_of(claim.run.submission.format),
        )
        result = backend.run(
            spec,
            output_dir=folder / "out",
            on_progress=on_progress,
            should_stop=beat.lost.is_set,
        )
        yield Ended(result, beat.lost)


@contextmanager
def _work_folder(run: Run) -> Iterator[Path]:
    root = Path(settings.WORK_DIR)
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root, prefix=f"run-{run.pk}-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
