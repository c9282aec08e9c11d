"""What the dataset page says to every bad file, and what it never gives back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from common import blobs
from competitions.kinds.sample_images import sample_image_files
from competitions.models import Competition, DatasetVersion, Task
from tests import factories
from tests.desk import Desk, dataset_page, text

pytestmark = pytest.mark.django_db

TEN = range(10)


def inputs(rows: Iterable[int] = TEN) -> bytes:
    return factories.jsonl([{"id": f"r{i}", "input": {"text": f"row {i}"}} for i in rows])


def labels(rows: Iterable[int] = TEN) -> bytes:
    return factories.jsonl([{"id": f"r{i}", "label": ["neg", "pos"][i % 2]} for i in rows])


def train() -> bytes:
    row = [
        {"id": f"t{i}", "input": {"text": f"train {i}"}, "label": ["neg", "pos"][i % 2]}
        for i in TEN
    ]
    return factories.jsonl(row)


@pytest.fixture
def task() -> Task:
    competition = factories.competition(state="draft")
    return Task.objects.create(
        competition=competition,
        slug="mood",
        title="Mood",
        kind="text_classification",
        metric="accuracy",
        labels=["neg", "pos"],
    )


def desk_of(task: Task) -> Desk:
    return Desk(factories.organizer(task.competition))


BAD = {
    "an id that only the labels have": (
        {"labels": labels([*range(9), 77])},
        [("labels.jsonl", "10", 'id "r77" is not in inputs.jsonl')],
    ),
    "an id that only the inputs have": (
        {"labels": labels(range(9))},
        [("inputs.jsonl", "10", 'id "r9" is not in labels.jsonl')],
    ),
    "an id twice": (
        {"inputs": inputs([*TEN, 3])},
        [("inputs.jsonl", "11", 'id "r3" was in line 4 already')],
    ),
    "bad UTF-8": (
        {"inputs": inputs() + b'{"id": "x\xff"}\n'},
        [("inputs.jsonl", "11", "not UTF-8: byte 0xff")],
    ),
    "NaN": (
        {"labels": labels(range(9)) + b'{"id": "r9", "label": NaN}\n'},
        [("labels.jsonl", "10", "NaN is not a number")],
    ),
    "an unknown label": (
        {"labels": labels(range(9)) + b'{"id": "r9", "label": "meh"}\n'},
        [("labels.jsonl", "10", 'label "meh" is not one of the task')],
    ),
    "an empty file": ({"inputs": b""}, [("inputs.jsonl", "–", "the file has no rows")]),
    "no JSON": ({"labels": b"neg\npos\n"}, [("labels.jsonl", "1", "not valid JSON")]),
    "a test row in the train split": (
        {"train": train() + b'{"id": "r4", "input": {"text": "x"}, "label": "neg"}\n'},
        [("train.jsonl", "11", 'id "r4" is a test row too')],
    ),
    "two files at fault": (
        {"inputs": inputs() + b"[]\n", "labels": labels() + b"{\n"},
        [("inputs.jsonl", "11", "one JSON object"), ("labels.jsonl", "11", "not valid JSON")],
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_named_with_line_and_reason(name: str, task: Task) -> None:
    files, expected = BAD[name]
    answer = desk_of(task).upload(task, {"inputs": inputs(), "labels": labels(), **files})
    assert answer.status_code == 400
    shown = text(answer)
    for file, line, reason in expected:
        assert f"<td>{file}</td><td>{line}</td><td>" in shown
        assert reason in shown
    assert "Nothing was stored" in shown
    assert not DatasetVersion.objects.exists()
    task.refresh_from_db()
    assert task.dataset is None


def test_a_missing_file_is_asked_for(task: Task) -> None:
    answer = desk_of(task).upload(task, {"inputs": inputs()})
    assert "This field is required." in text(answer)
    assert not DatasetVersion.objects.exists()


def test_rows_of_one_group_are_refused(task: Task) -> None:
    rows = [{"id": f"r{i}", "label": ["neg", "pos"][i % 2], "group": "one"} for i in TEN]
    answer = desk_of(task).upload(task, {"inputs": inputs(), "labels": factories.jsonl(rows)})
    assert answer.status_code == 400
    assert "All rows belong to one group" in text(answer)


def test_a_good_upload_is_listed_with_rows_and_checksums(task: Task) -> None:
    desk = desk_of(task)
    files = {"inputs": inputs(), "labels": labels(), "train": train()}
    answer = desk.upload(task, files, note="From the pilot.")
    version = DatasetVersion.objects.get()
    shown = text(answer)
    assert "has version 1: 10 test rows and 10 train rows." in shown
    for part in (version.inputs_sha256, version.labels_sha256, version.train_sha256):
        assert part in shown
    assert f"by {desk.user.username}" in shown
    assert "From the pilot." in shown


def test_two_files_of_one_name_are_told_apart(task: Task) -> None:
    desk = desk_of(task)
    sent = {"inputs": inputs([*TEN, 3]), "labels": labels()}
    named = {role: SimpleUploadedFile("data.jsonl", data) for role, data in sent.items()}
    answer = desk.client.post(dataset_page(task), named)
    assert "<td>inputs.jsonl</td><td>11</td>" in text(answer)


def test_after_publication_only_labels_are_asked_for_and_replaced(task: Task) -> None:
    desk = desk_of(task)
    desk.upload(task, {"inputs": inputs(), "labels": labels(), "train": train()})
    Competition.objects.update(state="published")
    page = desk.get(dataset_page(task))
    assert 'name="labels"' in page
    assert 'name="inputs"' not in page
    flipped = labels().replace(b"neg", b"x").replace(b"pos", b"neg").replace(b"x", b"pos")
    answer = desk.upload(task, {"labels": flipped, "inputs": inputs(range(3))})
    assert "has version 2: 10 test rows and 10 train rows." in text(answer)
    new, old = DatasetVersion.objects.order_by("-number")
    assert (new.inputs_sha256, new.train_sha256) == (old.inputs_sha256, old.train_sha256)
    assert blobs.labels.read(new.labels_sha256) == flipped


def test_a_closed_competition_takes_no_files(task: Task) -> None:
    desk = desk_of(task)
    desk.upload(task, {"inputs": inputs(), "labels": labels()})
    Competition.objects.update(state="closed", closed_at="2026-01-01T00:00:00Z")
    assert 'type="file"' not in desk.get(dataset_page(task))
    answer = desk.upload(task, {"labels": labels()})
    assert answer.status_code == 409
    assert DatasetVersion.objects.count() == 1


def test_a_new_dataset_of_a_draft_asks_for_a_new_baseline(task: Task) -> None:
    desk = desk_of(task)
    Competition.objects.update(baseline_scored_at="2026-01-01T00:00:00Z")
    desk.upload(task, {"inputs": inputs(), "labels": labels()})
    assert Competition.objects.get().baseline_scored_at is None


def images(*names: str) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name in names:
            archive.writestr(name, sample_image_files()["sample-pixel.png"])
    return sink.getvalue()


def image_rows(count: int = 4) -> bytes:
    return factories.jsonl([{"id": f"r{i}", "input": {"image": f"{i}.png"}} for i in range(count)])


def test_images_are_asked_for_where_rows_refer_to_them(task: Task) -> None:
    desk = desk_of(task)
    assert 'name="files"' not in desk.get(dataset_page(task))
    Task.objects.update(kind="image_classification")
    assert 'name="files"' in desk.get(dataset_page(task))
    sent = {"inputs": image_rows(), "labels": labels(range(4))}
    assert "This field is required." in text(desk.upload(task, sent))
    answer = desk.upload(task, {**sent, "files": images("0.png", "1.png", "2.png")})
    assert 'the file "3.png" is not in the zip file' in text(answer)
    answer = desk.upload(task, {**sent, "files": images(*(f"{i}.png" for i in range(4)))})
    assert "has version 1: 4 test rows, 4 images." in text(answer)
    assert DatasetVersion.objects.get().files_sha256 in text(answer)


def test_labels_of_images_are_replaced_after_publication(task: Task) -> None:
    desk = desk_of(task)
    Task.objects.update(kind="image_classification")
    files = images(*(f"{i}.png" for i in range(4)))
    desk.upload(task, {"inputs": image_rows(), "labels": labels(range(4)), "files": files})
    Competition.objects.update(state="published")
    assert 'name="files"' not in desk.get(dataset_page(task))
    flipped = labels(range(4)).replace(b"neg", b"x").replace(b"pos", b"neg").replace(b"x", b"pos")
    assert "has version 2" in text(desk.upload(task, {"labels": flipped}))
    new, old = DatasetVersion.objects.order_by("-number")
    assert new.files_sha256 == old.files_sha256 != ""
