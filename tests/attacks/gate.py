"""What the upload gate makes of a hostile file, under every name and format that it could have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from common.errors import DomainError
from submissions import jobs
from submissions.models import Submission
from submissions.validation.suffixes import FORMATS
from tests.attacks.arena import Arena
from tests.submissions.validation.build import onnx_folder, transformers_folder

FOLDERS: dict[str, Mapping[str, bytes]] = {
    "transformers": transformers_folder(),
    "onnx": onnx_folder(),
    "python": {"predict.py": b"def load(model_dir, task): ...\n\n\ndef predict(batch): ...\n"},
    "torch": {"model.pt": b"PK", "tokenizer.json": b"{}"},
}


def refusal(arena: Arena, files: Mapping[str, bytes], formats: list[str]) -> str:
    """Enter files as their participant does and check them: the code, "accepted" for none."""
    try:
        submission = arena.enter(files, competition=arena.competition(allowed_formats=formats))
    except DomainError as refused:
        arena.queued.clear()
        return refused.code
    jobs.validate(str(submission.pk))
    arena.queued.clear()
    submission.refresh_from_db()
    if submission.state != Submission.State.REFUSED:
        return "accepted"
    assert not submission.runs.exists()
    return submission.error_code


def beside_a_model(name: str, data: bytes) -> Iterator[tuple[str, dict[str, bytes]]]:
    """The file beside a good model of each format: (format, files)."""
    for submission_format in FORMATS:
        if submission_format in FOLDERS:
            yield submission_format, {**FOLDERS[submission_format], name: data}
