"""A score from before intervals gets a record that tells of its interval; others keep theirs."""

from __future__ import annotations

from typing import Any

import pytest

from scoring.models import ScoreRecord, TaskScore
from scoring.services.fill_evidence import fill_evidence
from submissions import jobs
from submissions.models import Submission
from submissions.steps.score import compute
from tests import factories
from tests.fakes import FakeBackend, host

pytestmark = pytest.mark.django_db(transaction=True)


def scored(monkeypatch: Any) -> Submission:
    competition = factories.competition()
    factories.task(competition, slug="films")
    monkeypatch.setattr("submissions.sandboxes.host", lambda: host(FakeBackend()))
    submission = factories.submission(
        factories.participation(competition), state="queued", format="transformers"
    )
    jobs.infer(factories.run(submission).pk)
    jobs.score(str(submission.pk))
    return submission


def told() -> list[Any]:
    """Return what each record says of its interval."""
    records = ScoreRecord.objects.order_by("pk")
    return [record.statement["predicate"]["interval"] for record in records]


def test_a_filled_interval_is_signed_once(monkeypatch: Any, enqueued: list[Any]) -> None:
    submission = scored(monkeypatch)
    whole = told()
    assert all(whole)
    results = compute(submission).results
    before = list(ScoreRecord.objects.order_by("pk").values_list("envelope", flat=True))
    assert fill_evidence(submission_id=submission.pk, results=results)
    assert list(ScoreRecord.objects.order_by("pk").values_list("envelope", flat=True)) == before
    TaskScore.objects.update(interval={}, low=None, high=None)
    assert fill_evidence(submission_id=submission.pk, results=results)
    after = list(ScoreRecord.objects.order_by("pk").values_list("envelope", flat=True))
    assert after != before
    assert told() == whole
