"""Images that rows refer to, written beside them under names that mean nothing.

Each run has names of its own, and each file is written once, however many rows share it. A run
over hidden rows reads the dataset's zip; a run over public rows can reach no more than the kind's
samples and the zip of the train split.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from common import blobs
from competitions.blinding import blind_file
from competitions.dataset_files import open_files, read_file
from competitions.kinds import get_kind
from competitions.models import Task
from submissions.models import Run

FOLDER = "files"

FileOf = Callable[[str], bytes]
"""Returns a file by its name in the dataset; raises KeyError where there is none."""
FilesOf = Callable[[Task], AbstractContextManager[FileOf]]


@dataclass(slots=True)
class StagedFiles:
    """Writes the files of one task below ``target``, those that rows refer to."""

    run: Run
    task: Task
    target: Path
    file_of: FileOf
    written: set[str] = field(default_factory=set)

    def renamed(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return an input with its files' new names, and have the files there."""
        name_files = get_kind(self.task.kind).files
        if name_files is None:
            return row
        new = {name: self._place(name) for name in name_files(row)}
        return {
            key: new.get(value, value) if isinstance(value, str) else value
            for key, value in row.items()
        }

    def _place(self, name: str) -> str:
        new = blind_file(key=self.run.key, task=self.task.slug, name=name)
        if new not in self.written:
            folder = self.target / FOLDER
            folder.mkdir(exist_ok=True)
            (folder / new).write_bytes(self.file_of(name))
            self.written.add(new)
        return new


@contextmanager
def hidden_files(task: Task) -> Iterator[FileOf]:
    """Give the files of a task's dataset, of test rows and of train rows."""
    with _zipped(task.dataset.files_sha256 if task.dataset else "") as file_of:
        yield file_of


@contextmanager
def public_files(task: Task) -> Iterator[FileOf]:
    """Give the files of the kind's samples, and of the public train split."""
    sample_files = get_kind(task.kind).sample_files
    samples = sample_files() if sample_files is not None else {}
    with _zipped(task.dataset.train_files_sha256 if task.dataset else "") as file_of:
        yield lambda name: samples[name] if name in samples else file_of(name)


@contextmanager
def _zipped(sha256: str) -> Iterator[FileOf]:
    if not sha256:
        yield _none
        return
    with blobs.inputs.open(sha256) as stream, open_files(stream) as archive:
        yield lambda name: read_file(archive, name)


def _none(name: str) -> bytes:
    raise KeyError(name)


def folder_files(folder: Path) -> FilesOf:
    """Give the files of a folder; names are those that a kind's check of inputs has passed."""

    @contextmanager
    def files(task: Task) -> Iterator[FileOf]:
        yield lambda name: (folder / name).read_bytes()

    return files
