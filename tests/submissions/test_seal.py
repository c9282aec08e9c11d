"""A result counts only for the attempt that a worker sealed it for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from common import blobs
from submissions import jobs
from submissions.models import Predictions, Run, Submission
from submissions.seal import is_sealed, key_fingerprint, seal
from tests import factories
from tests.fakes import FakeBackend, host

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run(enqueued: list[Any], monkeypatch: pytest.MonkeyPatch) -> Run:
    competition = factories.competition()
    factories.task(competition, slug="sentiment", rows=6)
    factories.task(competition, slug="topic", rows=6)
    entry = factories.participation(competition)
    made = factories.run(factories.submission(entry, state="queued", format="transformers"))
    backend = FakeBackend()
    monkeypatch.setattr("submissions.sandboxes.host", lambda: host(backend))
    jobs.infer(made.pk)
    made.refresh_from_db()
    return made


def scored(run: Run) -> Submission:
    jobs.score(str(run.submission_id))
    run.submission.refresh_from_db()
    return run.submission


def test_what_the_worker_sealed_is_scored(run: Run) -> None:
    assert all(map(is_sealed, run.predictions.all()))
    assert scored(run).state == "scored"


def test_results_swapped_between_tasks_are_refused_and_run_again(run: Run) -> None:
    first, second = run.predictions.order_by("task__slug")
    for row, other in ((first, second), (second, first)):
        Predictions.objects.filter(pk=row.pk).update(
            sha256=other.sha256, size=other.size, seal=other.seal
        )
    assert scored(run).state == "queued"
    assert run.submission.runs.filter(state="queued", attempt=2).exists()


def test_a_replaced_file_is_refused(run: Run) -> None:
    better = blobs.predictions.put_bytes(b'{"id": "1", "label": "pos"}\n')
    run.predictions.update(sha256=better.sha256, size=better.size)
    assert scored(run).state == "queued"


def test_a_file_that_was_edited_in_its_place_is_refused(run: Run, settings: Any) -> None:
    row = run.predictions.first()
    assert row is not None
    stored = Path(settings.STORAGES["predictions"]["OPTIONS"]["location"])
    path = stored / blobs.blob_name(row.sha256)
    path.chmod(0o640)
    path.write_bytes(path.read_bytes().replace(b"pos", b"neg"))
    assert scored(run).state == "queued"


def test_a_result_replayed_from_another_attempt_is_refused(run: Run) -> None:
    submission = scored(run)
    Submission.objects.filter(pk=submission.pk).update(state="queued")
    again = factories.run(submission)
    jobs.infer(again.pk)
    for old, new in zip(run.predictions.all(), again.predictions.all(), strict=True):
        Predictions.objects.filter(pk=new.pk).update(
            sha256=old.sha256, size=old.size, seal=old.seal
        )
    assert scored(again).state == "queued"


def test_the_seal_names_every_fact_and_its_key_is_the_run_s_own(run: Run, settings: Any) -> None:
    row = run.predictions.select_related("run__submission").first()
    assert row is not None
    seen = {seal(row)}
    for change in (
        lambda: setattr(row, "sha256", "0" * 64),
        lambda: setattr(row, "size", row.size + 1),
        lambda: setattr(row, "dataset_id", 10**6),
        lambda: setattr(row, "task_id", 10**6),
        lambda: setattr(row.run, "attempt", 9),
        lambda: setattr(row.run, "key", "0" * 64),
        lambda: setattr(row.run.submission, "manifest_sha256", "f" * 64),
        lambda: settings.RESULT_KEY.write_bytes(b"another key"),
    ):
        change()
        seen.add(seal(row))
    assert len(seen) == 9


def test_a_fingerprint_tells_two_keys_apart_and_tells_nothing_of_them(settings: Any) -> None:
    settings.RESULT_KEY.parent.mkdir(parents=True)
    prints = set()
    for key in (b"a" * 32, b"b" * 32):
        settings.RESULT_KEY.write_bytes(key)
        prints.add(key_fingerprint())
        assert key_fingerprint() not in key.hex()
    assert [len(each) for each in prints] == [16, 16]
