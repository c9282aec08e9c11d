"""The measured work: through the services and jobs that organizers and workers use."""

from __future__ import annotations

import logging
import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db import connection

from bench.rescoring.field import fix_labels, make_field
from scoring.models import RescoredFinal, Rescoring
from scoring.services.rescoring import request_publication
from submissions import jobs

FIXED = 100
"""One label in so many is fixed."""


def measure(*, submissions: int, rows: int, metric: str) -> dict[str, Any]:
    """Return sizes, seconds by the clock and seconds of processors of each step."""
    logging.disable(logging.WARNING)
    call_command("migrate", verbosity=0)
    competition = make_field(submissions=submissions, rows=rows, metric=metric)
    told: dict[str, Any] = {"submissions": submissions, "rows": rows, "metric": metric}
    fix_labels(competition, every=FIXED)
    rescoring = Rescoring.objects.get()
    with _timed(told, "computing"):
        jobs.rescore(rescoring.pk)
    rescoring.refresh_from_db()
    assert rescoring.state == Rescoring.State.READY, rescoring.problem
    assert RescoredFinal.objects.filter(rescoring=rescoring).count() == 2 * submissions
    told["places_changed"] = len(rescoring.preview["boards"]["public"])
    request_publication(rescoring=rescoring, by=rescoring.created_by, note="Fixed.")
    with _timed(told, "publishing"):
        jobs.rescore(rescoring.pk)
    rescoring.refresh_from_db()
    assert rescoring.state == Rescoring.State.PUBLISHED
    steps = ("computing", "publishing")
    told["seconds"] = round(sum(told[f"{step}_seconds"] for step in steps), 1)
    told["cpu_seconds"] = round(sum(told[f"{step}_cpu_seconds"] for step in steps), 1)
    told["share_of_one_core"] = round(told["cpu_seconds"] / told["seconds"], 2)
    told["cores"] = len(os.sched_getaffinity(0))
    told["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    connection.close()
    return told


@contextmanager
def _timed(told: dict[str, Any], name: str) -> Iterator[None]:
    started, before = time.perf_counter(), _processors()
    yield
    told[f"{name}_seconds"] = round(time.perf_counter() - started, 1)
    told[f"{name}_cpu_seconds"] = round(_processors() - before, 1)


def _processors() -> float:
    """Seconds of processors of this process and its children, in user and in system mode."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system
