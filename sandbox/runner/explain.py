"""Which parts of an input speak for an answer: of public sample rows only.

A participant sees what a model looks at. This runs after a task's answers are written, within a
budget of its own, and never fails a task.
"""

import json
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .formats.base import Attribution, Model, Purpose
from .job import Job

FILE = "explanations.json"
MOST_ROWS = 6
BUDGET_SECONDS = 30.0
_DIGITS = 4


def write_explanations(job: Job, folder: Path) -> None:
    """Writes ``explanations.json`` for a classifier that can explain itself; else nothing."""
    if job.purpose is not Purpose.CLASSIFIER or not job.model.explains:
        return
    try:
        found = list(_explained(job))
    except Exception:  # noqa: BLE001 - it is an extra: the answers are there already
        traceback.print_exc(file=sys.stderr)
        return
    (folder / FILE).write_text(json.dumps(found), encoding="utf-8")


def _explained(job: Job) -> Iterator[dict[str, Any]]:
    """Rows in the order of their ids, which is random, until the budget is used up."""
    until = time.monotonic() + BUDGET_SECONDS
    for number in sorted(range(len(job.rows)), key=lambda each: job.rows[each].id)[:MOST_ROWS]:
        if time.monotonic() > until:
            return
        yield {"id": job.rows[number].id, **_explanation(job, number)}


def _explanation(job: Job, number: int) -> dict[str, Any]:
    found = attribution(job.model, job, number)
    return {
        "target": found.target,
        "tokens": list(found.tokens),
        "grid": [[_short(value) for value in row] for row in found.scores],
    }


def attribution(model: Model, job: Job, number: int) -> Attribution:
    """What speaks for the answer to one row."""
    encoded = model.encode([job.items()[number]], max_length=job.task.max_length)
    return model.explain(encoded.examples[0])


def _short(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
