"""What a participant sees of the sample run, and never of another one."""

from __future__ import annotations

from typing import Any

import pytest

from common import blobs
from common.errors import NotFound
from submissions.models import Submission
from submissions.sample_run import last_sample_run, meets_samples, sample_log
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def submission() -> Submission:
    competition = factories.competition()
    factories.task(competition, slug="films", title="Films")
    factories.task(competition, slug="tweets", title="Tweets")
    return factories.submission(factories.participation(competition), state="running")


def ran(submission: Submission, said: bytes, **fields: Any) -> None:
    """Make a run whose sample run ended, and whose hidden run printed something else."""
    sample, hidden = blobs.logs.put_bytes(said), blobs.logs.put_bytes(b"hidden row 7")
    fields = {"state": "done", "smoke_outcome": "ok", **fields}
    run = factories.run(
        submission, smoke_log_sha256=sample.sha256, log_sha256=hidden.sha256, **fields
    )
    run.tasks.filter(task__slug="films").update(smoke_code="bad_code", smoke_message="Line 3.")


def test_it_meets_samples_until_they_have_an_outcome(submission: Submission) -> None:
    assert not meets_samples(submission)
    run = factories.run(submission, state="running")
    assert meets_samples(submission)
    run.smoke_outcome = "ok"
    run.save()
    assert not meets_samples(submission)


def test_the_end_of_the_samples_log_and_the_failed_tasks_are_told(submission: Submission) -> None:
    ran(submission, b"hello")
    found = last_sample_run(submission)
    assert found is not None and found.log is not None
    assert (found.outcome, found.failed, found.log.text) == ("ok", ("Films",), "hello")
    assert sample_log(submission) == found.log


def test_the_last_run_that_met_samples_counts(submission: Submission) -> None:
    ran(submission, b"first")
    ran(submission, b"second", state="lost")
    factories.run(submission, state="queued")
    assert sample_log(submission).text == "second"


def test_before_a_sample_run_there_is_nothing(submission: Submission) -> None:
    log = blobs.logs.put_bytes(b"hidden row 7").sha256
    factories.run(submission, state="done", log_sha256=log)
    assert last_sample_run(submission) is None
    with pytest.raises(NotFound, match="no log of a sample run"):
        sample_log(submission)


def test_a_log_that_was_cleaned_away_is_none(submission: Submission) -> None:
    ran(submission, b"hello")
    blobs.logs.delete(submission.runs.get().smoke_log_sha256)
    found = last_sample_run(submission)
    assert found is not None
    assert found.log is None
    with pytest.raises(NotFound):
        sample_log(submission)
