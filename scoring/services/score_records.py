"""The signed record behind a task score: all that it rests on, so that anybody can replay it.

Keys are named by their sha256: they are told after the close (``submissions.bundle``), and then
the record shows that they are the ones the score was made with. Files of the dataset are named by
commitments under the split key, as records become everybody's at the close, and a plain hash of
labels that stay hidden would confirm a guess at all of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from competitions.models import Task
from competitions.services.announce import dataset_commitments
from scoring.models import ScoreRecord, TaskScore
from scoring.records import Subject
from scoring.replay import facts_as_dict
from scoring.services.score_task import task_facts
from scoring.services.signing import Signer
from scoring.task_score import scorer_versions

SCORE_TYPE = "urn:podium:task-score:2"


def write_record(score: TaskScore, *, signer: Signer) -> ScoreRecord:
    """Sign a stored score, in place of an older record of the same score. Needs a transaction."""
    record = signed_record(score, signer=signer)
    written, _ = ScoreRecord.objects.update_or_create(
        task_score=score, defaults={"envelope": record.envelope, "key_id": record.key_id}
    )
    return written


def signed_record(score: TaskScore, *, signer: Signer, run: Any = None) -> ScoreRecord:
    """Return the signed record of a stored score, not yet written down.

    ``run`` is the run that was scored, where the caller has it at hand.
    """
    model = Subject("submission manifest", score.submission.manifest_sha256)
    envelope = signer.sign_statement(SCORE_TYPE, [model], _predicate(score, run or _run(score)))
    return ScoreRecord(task_score=score, envelope=envelope.as_dict(), key_id=envelope.key_id)


def key_sha256(key: str) -> str:
    """Name a secret key by its digest; it has 256 bits, so nobody finds it from that."""
    return hashlib.sha256(key.encode()).hexdigest()


def _run(score: TaskScore) -> Any:
    if score.predictions is not None:
        return score.predictions.run
    return score.submission.runs.filter(state="done", purpose="score").order_by("-attempt").first()


def _predicate(score: TaskScore, run: Any) -> dict[str, Any]:
    task = score.task
    predictions = score.predictions
    return {
        "competition": task.competition.slug,
        "submission": str(score.submission_id),
        "split": score.split,
        "task": facts_as_dict(task_facts(task)),
        "split_key_sha256": key_sha256(task.competition.split_key),
        "dataset": {
            "version": score.dataset.number,
            "commitments": dataset_commitments(score.dataset, task.competition.split_key),
        },
        "predictions_sha256": "" if predictions is None else predictions.sha256,
        "run": None if run is None else _run_facts(run, task),
        "versions": scorer_versions(),
        "seeds": _seeds(score, task),
        "value": score.value,
        "points": score.points,
        "low": score.low,
        "high": score.high,
        "interval": score.interval,
        "rows": score.rows,
        "missing": score.missing,
        "failed": score.failed,
        "error_code": score.error_code,
        "signed_at": timezone.now().isoformat(),
    }


def _run_facts(run: Any, task: Task) -> dict[str, Any]:
    environment: Mapping[str, Any] = run.environment
    row = next((each for each in run.tasks.all() if each.task_id == task.pk), None)
    return {
        "attempt": run.attempt,
        "key_sha256": key_sha256(run.key),
        "backend": run.backend,
        "guarantees": run.guarantees,
        "runner": {name: told for name, told in environment.items() if name != "hardware"},
        "hardware": environment.get("hardware", {}),
        "limits": {
            "cpus": task.competition.cpus,
            "gpus": task.competition.gpus,
            "memory_bytes": task.competition.memory_bytes,
        },
        "usage": run.usage,
        "dtype": task.competition.dtype,
        "parameters": None if row is None else row.report.get("parameters"),
    }


def _seeds(score: TaskScore, task: Task) -> dict[str, Any]:
    """Name what randomness there is: trainings count from 1, draws follow from names."""
    seeds: dict[str, Any] = {}
    if seed := score.interval.get("seed"):
        seeds["bootstrap"] = seed
    if task.track == Task.Track.FINETUNE:
        seeds["trainings"] = list(range(1, int(task.settings_in_force["seeds"]) + 1))
    if task.track == Task.Track.PROBE:
        seeds["draws"] = {"task": task.slug, "preset": task.settings_in_force["preset"]}
    return seeds
