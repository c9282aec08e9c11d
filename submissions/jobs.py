"""The flow, read here: validate → infer (smoke, then hidden rows) → score → board.

Each job takes an id only, claims its row by its expected state, works outside any transaction
and records in one. A job may be lost, doubled or killed at any instant: what is not claimed is
left alone, and what was claimed and lost is found by its lease (submissions/reconcile.py).
"""

from __future__ import annotations

import os
import socket
from functools import cache

from submissions import determinism, sandboxes
from submissions.steps import board as board_step
from submissions.steps import claim as claim_step
from submissions.steps import duplicates as duplicates_step
from submissions.steps import infer as infer_step
from submissions.steps import rescore as rescore_step
from submissions.steps import score as score_step
from submissions.steps import smoke as smoke_step
from submissions.steps import validate as validate_step


def validate(submission_id: str) -> None:
    """Check a submission's files; then it waits for a run, or is refused with its reasons."""
    claim = validate_step.claim_submission(submission_id=submission_id)
    if claim is not None:
        validate_step.record(claim, validate_step.check_files(claim))


def infer(run_id: int) -> None:
    """Execute a run in sandboxes; then its submission waits to be scored, or is tried again.

    First over public sample rows, whose errors the participant may read, then over the hidden.
    """
    host = sandboxes.host()
    backend = host.backend
    claim = claim_step.claim_run(
        run_id=run_id,
        worker=worker_name(),
        backend=backend.name,
        held=host.held,
        environments=host.environments,
    )
    if claim is None:
        return
    if smoke_step.record(claim, smoke_step.execute(claim, backend=backend)):
        infer_step.record(claim, infer_step.execute(claim, backend=backend))


def score(submission_id: str) -> None:
    """Compare stored predictions with the labels; then boards show the submission."""
    claim = score_step.claim_submission(submission_id=submission_id)
    if claim is not None:
        score_step.record(claim, score_step.compute(claim))


def compare(run_id: int) -> None:
    """Compare a leading entry's second run with its first, before awards are published."""
    determinism.compare(run_id=run_id)


def board(competition_id: int) -> None:
    """Compute what changed boards can claim: rank sets, tests of neighbours, differences."""
    board_step.refresh(competition_id=competition_id)


def duplicates(competition_id: int) -> None:
    """Compare a competition's entries with one another, for its organizers."""
    duplicates_step.compare_entries(competition_id=competition_id)


def rescore(rescoring_id: int) -> None:
    """Score a competition's submissions again on other labels or by another scorer, aside; or put
    the scores in place of those that count, when organizers asked for it."""
    rescore_step.rescore(rescoring_id=rescoring_id)


@cache
def worker_name() -> str:
    """Name this worker as host and process: the one that was started, also in its children."""
    return f"{socket.gethostname()}:{os.getpid()}"
