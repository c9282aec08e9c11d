"""Which sandbox this worker uses, and the limits that a competition's runs get."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from competitions.kinds import get_kind
from competitions.models import Competition, Task
from competitions.robustness import most_copies
from sandbox import select_backend
from sandbox.backend import Backend
from sandbox.environments import TENSORFLOW, TORCH
from sandbox.selfcheck import Proof, Provable, prove
from sandbox.spec import Limits

logger = logging.getLogger(__name__)

MIB = 1024**2
# More than the public rows that a submission meets first.
REHEARSED_ROWS = 128
LARGEST_OUTPUT = 1024 * MIB


@dataclass(frozen=True, slots=True)
class Host:
    """What runs submissions in this process, what real sandboxes proved of it, and the names of
    the environments (`sandbox.environments`) that were there when it started."""

    backend: Backend
    proof: Proof
    environments: frozenset[str]

    @property
    def held(self) -> frozenset[str]:
        """The names of the guarantees that a run gets here."""
        return frozenset(map(str, self.proof.held))


@cache
def host() -> Host:
    """Return this process's backend with its proof, made once: a worker asks before it forks.

    What failed its probe may have met a machine that was busy, so the proof is made once more
    before runs are turned away; the second one counts.

    Raises:
        BackendUnavailable: no run could be isolated here.
    """
    chosen = backend()
    chosen.check()
    chosen.remove_leftovers()
    work_dir = Path(settings.WORK_DIR)
    work_dir.mkdir(parents=True, exist_ok=True)
    proof = prove(chosen, work_dir=work_dir)
    if proof.withdrawn:
        logger.warning("%s is proved once more: %s", chosen.name, dict(proof.withdrawn))
        proof = prove(chosen, work_dir=work_dir)
    return Host(backend=chosen, proof=proof, environments=chosen.environments())


def backend() -> Provable:
    """Return the backend that the settings name; raises BackendUnavailable."""
    return named_backend(settings.SANDBOX_BACKEND)


def named_backend(name: str) -> Provable:
    """Return one of this machine's backends; raises BackendUnavailable."""
    return select_backend(
        name,
        pythons={TORCH: settings.RUNNER_PYTHON, TENSORFLOW: settings.TENSORFLOW_PYTHON},
        images={TORCH: settings.RUNNER_IMAGE, TENSORFLOW: settings.TENSORFLOW_IMAGE},
        docker_host=os.environ.get("DOCKER_HOST"),
        gpu_ids=settings.WORKER_GPU_IDS,
    )


def limits(competition: Competition, tasks: list[Task]) -> Limits:
    """Return every limit of a run over ``tasks``."""
    return Limits(
        task_seconds=competition.task_seconds,
        total_seconds=competition.total_seconds,
        memory_bytes=competition.memory_bytes,
        cpus=competition.cpus,
        pids=256,
        output_bytes=min(LARGEST_OUTPUT, MIB + sum(map(rehearsal_bytes, tasks))),
        output_files=4 * len(tasks) + 4,
        log_bytes=MIB,
        tmp_bytes=256 * MIB,
        gpus=competition.gpus,
    )


def output_bytes(task: Task) -> int:
    """Return the most bytes that the predictions of one task may have."""
    rows = task.dataset.rows if task.dataset else 0
    if task.track == Task.Track.PROBE and task.dataset:
        rows += task.dataset.train_rows
    return _bytes_of(task, rows)


def rehearsal_bytes(task: Task) -> int:
    """Return the most bytes that the answers to one task's public rows may have."""
    return max(output_bytes(task), _bytes_of(task, REHEARSED_ROWS))


def _bytes_of(task: Task, rows: int) -> int:
    """Return the most bytes of answers to ``rows``, and to their perturbed copies if asked for."""
    schema = get_kind(task.kind).answers[task.track]
    if task.settings_in_force.get("robustness"):
        rows += most_copies(rows)
    return 65_536 + rows * schema.most_bytes(len(task.classes))
