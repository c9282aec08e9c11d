"""Organizers see both logs of a run, what held, and what failed over the sample rows."""

from __future__ import annotations

from typing import Any

import pytest

from common import blobs
from submissions.models import Run
from tests import factories
from tests.desk import Desk

pytestmark = pytest.mark.django_db


def page_of(run: Run) -> str:
    organizer = Desk(factories.organizer(run.submission.competition))
    return " ".join(organizer.get(f"/admin/submissions/run/{run.pk}/change/").split())


def make(**fields: Any) -> Run:
    competition = factories.competition()
    factories.task(competition, slug="films")
    submission = factories.submission(factories.participation(competition))
    return factories.run(submission, **fields)


def test_both_logs_are_told_apart() -> None:
    sample, hidden = blobs.logs.put_bytes(b"said of samples"), blobs.logs.put_bytes(b"said later")
    run = make(
        state="done",
        smoke_outcome="ok",
        smoke_log_sha256=sample.sha256,
        log_sha256=hidden.sha256,
    )
    before, _, after = page_of(run).partition("Log over the hidden rows")
    assert "said of samples" in before and "said later" not in before
    assert "said later" in after and "said of samples" not in after


def test_a_run_that_failed_over_the_samples_has_no_other_log() -> None:
    log = blobs.logs.put_bytes(b"said of samples").sha256
    run = make(state="done", smoke_outcome="ok", smoke_log_sha256=log, log_sha256=log)
    run.tasks.update(smoke_code="bad_code", smoke_message="predict.py, line 3")
    page = page_of(run)
    assert page.count("said of samples") == 1
    assert "it did not get to the hidden ones" in page
    assert "bad_code: predict.py, line 3" in page


def test_what_held_and_what_is_missing_is_in_words() -> None:
    assert "No network, Wall clock" in page_of(make(guarantees=["wall_clock", "no_network"]))
    assert "Kernel isolation" in page_of(make(missing=["kernel_isolation"]))
    assert "Kernel isolation" not in page_of(make())
