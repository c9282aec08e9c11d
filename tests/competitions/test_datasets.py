"""Dataset versions: whole or not at all, labels apart, inputs fixed by publication."""

from __future__ import annotations

import hashlib
import io

import pytest
from django.utils import timezone

from accounts.models import User
from common import blobs
from common.errors import Conflict, DomainError
from competitions.dataset_rows import DatasetInvalid
from competitions.models import Competition, DatasetVersion, Task
from competitions.services.datasets import add_dataset_version
from tests import factories

pytestmark = pytest.mark.django_db

INPUTS = factories.jsonl([{"id": f"r{i}", "input": {"text": f"row {i}"}} for i in range(10)])
LABELS = factories.jsonl(
    [
        {"id": f"r{i}", "label": ["neg", "pos"][i % 2], "slices": {"half": str(i // 5)}}
        for i in range(10)
    ]
)
FLIPPED = LABELS.replace(b"neg", b"?").replace(b"pos", b"neg").replace(b"?", b"pos")


@pytest.fixture
def task() -> Task:
    return Task.objects.create(
        competition=factories.competition(state="draft"),
        slug="mood",
        title="Mood",
        kind="text_classification",
        metric="accuracy",
        labels=["neg", "pos"],
    )


@pytest.fixture
def olga(task: Task) -> User:
    return factories.organizer(task.competition)


def add(task: Task, by: User, inputs: bytes = INPUTS, labels: bytes = LABELS) -> DatasetVersion:
    streams = {"inputs": io.BytesIO(inputs), "labels": io.BytesIO(labels)}
    return add_dataset_version(task=task, train=None, by=by, **streams)


def test_versions_count_up_and_the_last_one_counts(task: Task, olga: User) -> None:
    first, second = add(task, olga), add(task, olga, labels=FLIPPED)
    assert (first.number, second.number) == (1, 2)
    assert Task.objects.get().dataset == second
    assert first.inputs_sha256 == second.inputs_sha256


def test_labels_and_inputs_lie_in_stores_of_their_own(task: Task, olga: User) -> None:
    version = add(task, olga)
    assert blobs.labels.read(version.labels_sha256) == LABELS
    assert blobs.inputs.read(version.inputs_sha256) == INPUTS
    assert not blobs.inputs.exists(version.labels_sha256)


def test_stored_facts_tell_nothing_of_the_labels(task: Task, olga: User) -> None:
    facts = add(task, olga).facts
    assert facts["rows"] == 10
    assert "label_counts" not in facts


def test_a_bad_dataset_leaves_nothing(task: Task, olga: User) -> None:
    with pytest.raises(DatasetInvalid):
        add(task, olga, labels=LABELS + b"{}\n")
    assert not DatasetVersion.objects.exists()
    assert Task.objects.get().dataset is None


def test_one_group_can_not_be_divided(task: Task, olga: User) -> None:
    one = factories.jsonl(
        [{"id": f"r{i}", "label": ["neg", "pos"][i % 2], "group": "g"} for i in range(10)]
    )
    with pytest.raises(DomainError) as refused:
        add(task, olga, labels=one)
    assert refused.value.code == "undividable"


def test_after_publication_labels_may_change_and_inputs_may_not(task: Task, olga: User) -> None:
    add(task, olga)
    Competition.objects.update(state="published", baseline_scored_at=timezone.now())
    assert add(task, olga, labels=FLIPPED).number == 2
    assert Competition.objects.get().baseline_scored_at is not None
    with pytest.raises(Conflict) as refused:
        add(task, olga, inputs=INPUTS.replace(b"row", b"ROW"))
    assert refused.value.code == "inputs_fixed"
    assert DatasetVersion.objects.count() == 2


def test_a_closed_competition_keeps_its_dataset(task: Task, olga: User) -> None:
    add(task, olga)
    Competition.objects.update(state="closed", closed_at=timezone.now())
    with pytest.raises(Conflict) as refused:
        add(task, olga, labels=FLIPPED)
    assert refused.value.code == "competition_closed"
    assert not blobs.labels.exists(hashlib.sha256(FLIPPED).hexdigest())
