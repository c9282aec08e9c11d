"""Dataset versions: whole or not at all, labels apart, inputs fixed by publication."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest
from django.utils import timezone

from accounts.models import User
from common import blobs
from common.errors import Conflict, DomainError
from competitions.dataset_rows import DatasetInvalid
from competitions.kinds.sample_images import png
from competitions.models import INPUT_BLOBS, Competition, DatasetVersion, Task
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
        add(task, olga, inputs=INPUTS.replace(b"row 3", b"ROW 3"))
    assert refused.value.code == "inputs_fixed"
    assert "others from line 4 on" in refused.value.message
    assert DatasetVersion.objects.count() == 2


def test_a_closed_competition_keeps_its_dataset(task: Task, olga: User) -> None:
    add(task, olga)
    Competition.objects.update(state="closed", closed_at=timezone.now())
    with pytest.raises(Conflict) as refused:
        add(task, olga, labels=FLIPPED)
    assert refused.value.code == "competition_closed"
    assert not blobs.labels.exists(hashlib.sha256(FLIPPED).hexdigest())


def test_every_column_that_names_a_blob_is_known_to_who_collects_the_others() -> None:
    columns = {each.name for each in DatasetVersion._meta.fields if each.name.endswith("_sha256")}
    assert columns == {*INPUT_BLOBS, "labels_sha256"}


@pytest.fixture
def seen(task: Task) -> Task:
    """A task of images."""
    Task.objects.update(kind="image_classification")
    task.refresh_from_db()
    return task


def zipped(*names: str) -> io.BytesIO:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for number, name in enumerate(names):
            archive.writestr(name, png(1, 1, bytes([number]), colour=0))
    return sink


def add_images(task: Task, by: User, *, files: io.BytesIO | None = None) -> DatasetVersion:
    test = [f"test-{n}.png" for n in range(4)]
    train = [f"train-{n}.png" for n in range(10)]
    rows = [
        {"id": f"t{n}", "input": {"image": name}, "label": ["neg", "pos"][n % 2]}
        for n, name in enumerate(train)
    ]
    inputs = [{"id": f"r{n}", "input": {"image": name}} for n, name in enumerate(test)]
    labels = [{"id": f"r{n}", "label": ["neg", "pos"][n % 2]} for n in range(4)]
    return add_dataset_version(
        task=task,
        inputs=io.BytesIO(factories.jsonl(inputs)),
        labels=io.BytesIO(factories.jsonl(labels)),
        train=io.BytesIO(factories.jsonl(rows)),
        files=files or zipped(*test, *train),
        by=by,
    )


def test_images_of_train_rows_are_kept_once_more_apart_from_those_of_test_rows(seen, olga) -> None:
    version = add_images(seen, olga)
    assert version.facts["images"] == 14
    assert "train_files" not in version.facts
    with zipfile.ZipFile(io.BytesIO(blobs.inputs.read(version.files_sha256))) as archive:
        assert len(archive.namelist()) == 14
        first = archive.read("train-0.png")
    with zipfile.ZipFile(io.BytesIO(blobs.inputs.read(version.train_files_sha256))) as archive:
        assert archive.namelist() == [f"train-{n}.png" for n in range(10)]
        assert archive.read("train-0.png") == first
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
    assert add_images(seen, olga).train_files_sha256 == version.train_files_sha256


def test_images_stay_after_publication(seen: Task, olga: User) -> None:
    add_images(seen, olga)
    Competition.objects.update(state="published", published_at=timezone.now())
    assert add_images(seen, olga).number == 2
    names = [
        f"{part}-{n}.png" for part, count in (("train", 10), ("test", 4)) for n in range(count)
    ]
    with pytest.raises(Conflict, match="images must be the same files"):
        add_images(seen, olga, files=zipped(*names))


def test_images_without_a_zip_are_refused_whole(seen: Task, olga: User) -> None:
    with pytest.raises(DatasetInvalid, match="the rows refer to images"):
        add(seen, olga, inputs=INPUTS.replace(b'"text": "row', b'"image": "row'))
    assert not DatasetVersion.objects.exists()


def test_one_query_can_not_be_divided_however_many_documents_there_are(task, olga) -> None:
    Task.objects.update(kind="retrieval")
    task.refresh_from_db()
    rows = [{"id": "q", "input": {"text": "where", "role": "query"}}]
    rows += [{"id": f"d{n}", "input": {"text": "here", "role": "document"}} for n in range(9)]
    labels = [{"id": row["id"], "label": {"d1": 1} if row["id"] == "q" else {}} for row in rows]
    with pytest.raises(DomainError, match="one group"):
        add(task, olga, inputs=factories.jsonl(rows), labels=factories.jsonl(labels))
