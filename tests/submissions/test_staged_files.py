"""What a sandbox is shown of a dataset's images, and what it can't be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from common import blobs
from competitions.blinding import blind_file
from competitions.dataset_files import open_files, read_file
from competitions.kinds.sample_images import sample_image_files
from competitions.models import Task
from submissions.models import Run
from submissions.staged_files import FOLDER, StagedFiles, folder_files, hidden_files, public_files
from submissions.staging import stage, stage_samples
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder, which the stores don't lie in."""
    made = tmp_path / "in"
    made.mkdir()
    return made


def entered(track: str = "predict") -> tuple[Run, Task]:
    """Make a run of a submission to a task of images."""
    competition = factories.competition(state="draft")
    task = factories.image_task(competition, track=track)
    run = factories.run(factories.submission(factories.participation(competition)))
    return run, task


def images_of(folder: Path, task: Task, file: str = "inputs.jsonl") -> list[str]:
    """Return the names of files in the rows of a staged file."""
    lines = (folder / "tasks" / task.slug / file).read_text().splitlines()
    return [json.loads(line)["input"]["image"] for line in lines]


def staged(folder: Path, task: Task) -> dict[str, bytes]:
    """Return the staged files by name."""
    files = folder / "tasks" / task.slug / "files"
    return {path.name: path.read_bytes() for path in files.iterdir()}


def stored(task: Task, name: str) -> bytes:
    assert task.dataset is not None
    with blobs.inputs.open(task.dataset.files_sha256) as stream, open_files(stream) as archive:
        return read_file(archive, name)


def test_hidden_rows_name_files_that_lie_beside_them(folder: Path) -> None:
    run, task = entered()
    stage(run, tasks=[task], folder=folder)
    files = staged(folder, task)
    assert sorted(images_of(folder, task)) == sorted(files)
    assert set(files.values()) == {stored(task, f"test-{n}.png") for n in range(6)}


def test_train_images_come_where_their_rows_do(folder: Path) -> None:
    run, task = entered(track="probe")
    stage(run, tasks=[task], folder=folder)
    files = staged(folder, task)
    both = [*images_of(folder, task), *images_of(folder, task, "train.jsonl")]
    assert sorted(both) == sorted(files)
    assert len(files) == 16


def test_names_are_new_in_every_run_and_tell_nothing(tmp_path: Path) -> None:
    names = []
    for place in ("one", "two"):
        run, task = entered()
        (tmp_path / place).mkdir()
        stage(run, tasks=[task], folder=tmp_path / place)
        names.append(set(staged(tmp_path / place, task)))
        assert all(len(name) == 28 and name.endswith(".png") for name in names[-1])
        texts = b"".join(path.read_bytes() for path in (tmp_path / place).rglob("*.json*"))
        assert b"test-" not in texts
    assert not names[0] & names[1]


def test_name_is_a_keyed_hash_with_the_suffix_of_the_file() -> None:
    key = "0f" * 32
    name = blind_file(key=key, task="a", name="cat.v2.jpeg")
    assert name.endswith(".jpeg")
    others = {
        blind_file(key="1f" * 32, task="a", name="cat.v2.jpeg"),
        blind_file(key=key, task="b", name="cat.v2.jpeg"),
        blind_file(key=key, task="a", name="dog.v2.jpeg"),
    }
    assert len(others | {name}) == 4


def test_file_of_several_rows_is_read_and_written_once(folder: Path) -> None:
    run, task = entered()
    read: list[str] = []

    def file_of(name: str) -> bytes:
        read.append(name)
        return b"pixels"

    files = StagedFiles(run, task, folder, file_of)
    rows = [files.renamed({"image": "a.png"}) for _ in range(3)]
    assert rows[0] == rows[2]
    assert read == ["a.png"]


def test_rows_without_files_are_left_as_they_are(tmp_path: Path) -> None:
    run, _ = entered()
    text = factories.task(run.submission.participation.competition)
    with hidden_files(text) as file_of:
        row = {"text": "a.png"}
        assert StagedFiles(run, text, tmp_path, file_of).renamed(row) is row
        with pytest.raises(KeyError):
            file_of("a.png")
    assert not (tmp_path / FOLDER).exists()


def test_sample_run_shows_samples_and_train_images_alone(folder: Path) -> None:
    """It works without the zip that holds the test rows' images: nothing of them can be shown."""
    run, task = entered()
    hidden = {stored(task, f"test-{n}.png") for n in range(6)}
    shown = {stored(task, f"train-{n}.png") for n in range(10)}
    assert task.dataset is not None
    blobs.inputs.delete(task.dataset.files_sha256)
    stage_samples(run, tasks=[task], folder=folder)
    files = set(staged(folder, task).values())
    assert files == shown | set(sample_image_files().values())
    assert not files & hidden


def test_public_files_hold_no_test_image() -> None:
    _, task = entered()
    with public_files(task) as file_of:
        assert file_of("train-3.png") == stored(task, "train-3.png")
        assert file_of("sample-grey.png") == sample_image_files()["sample-grey.png"]
        with pytest.raises(KeyError):
            file_of("test-3.png")


def test_files_of_a_folder_are_read_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"pixels")
    made: Any = None
    with folder_files(tmp_path)(made) as file_of:
        assert file_of("a.png") == b"pixels"
