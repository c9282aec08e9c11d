"""What competitions tell the publication log: enough to hold them to it, nothing of the answers."""

from __future__ import annotations

import hashlib
import hmac
import io
import json

import pytest
from django.db import transaction

from common import blobs
from competitions.models import Competition, DatasetVersion, Task
from competitions.services.announce import announce_dataset
from competitions.services.datasets import add_dataset_version
from competitions.services.publish import publish
from publications.models import Publication
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _complete(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every draft here is ready to be published."""
    monkeypatch.setattr("competitions.services.publish.missing_checks", lambda competition: [])


def draft() -> tuple[Competition, Task]:
    competition = factories.competition(slug="cup", state="draft")
    return competition, factories.task(competition, slug="films")


def new_labels(task: Task, *, flip: bool) -> DatasetVersion:
    assert task.dataset is not None
    rows = [{"id": f"r{i}", "label": ["neg", "pos"][(i + flip) % 2]} for i in range(40)]
    with blobs.inputs.open(task.dataset.inputs_sha256) as inputs:
        return add_dataset_version(
            task=task,
            inputs=inputs,
            labels=io.BytesIO(factories.jsonl(rows)),
            train=None,
            by=factories.organizer(task.competition),
        )


def test_nothing_of_a_draft_is_logged() -> None:
    _, task = draft()
    new_labels(task, flip=True)
    assert not Publication.objects.exists()


def test_publishing_logs_digests_of_the_rules_and_the_data() -> None:
    competition, task = draft()
    publish(competition=competition)
    (entry,) = Publication.objects.all()
    assert entry.kind == "competition_published"
    assert entry.payload["competition"] == "cup"
    assert (
        entry.payload["split_key_sha256"]
        == hashlib.sha256(competition.split_key.encode()).hexdigest()
    )
    (told,) = entry.payload["datasets"]
    assert (told["task"], told["version"]) == ("films", 1)
    assert task.slug == "films"


def test_another_rule_gives_another_digest() -> None:
    digests = set()
    for fraction in (0.3, 0.4):
        competition, _ = draft()
        competition.public_fraction = fraction
        competition.save()
        publish(competition=competition)
        entry = Publication.objects.order_by("-sequence")[0]
        digests.add(entry.payload["rules_sha256"])
        Competition.objects.filter(pk=competition.pk).update(slug=f"other-{fraction * 10:.0f}")
    assert len(digests) == 2


def test_new_labels_are_logged_by_a_commitment_that_no_guess_at_them_confirms() -> None:
    competition, task = draft()
    publish(competition=competition)
    version = new_labels(task, flip=True)
    assert not Publication.objects.filter(kind="dataset_current").exists()
    with transaction.atomic():
        announce_dataset(version, competition)
    entry = Publication.objects.get(kind="dataset_current")
    logged = json.dumps([row.payload for row in Publication.objects.all()])
    assert version.labels_sha256 not in logged
    assert competition.split_key not in logged
    message = b"podium commitment v1\0" + version.labels_sha256.encode()
    expected = hmac.new(competition.split_key.encode(), message, hashlib.sha256).hexdigest()
    assert entry.payload["commitments"]["labels"] == expected
    assert entry.payload["version"] == 2
