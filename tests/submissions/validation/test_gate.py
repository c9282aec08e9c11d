from __future__ import annotations

import io
from dataclasses import replace
from functools import partial

import pytest

from submissions.validation.errors import SubmissionRefused
from submissions.validation.gate import SubmissionFacts, validate_submission
from submissions.validation.manifest import Manifest, check_manifest
from submissions.validation.suffixes import allowed_suffixes
from tests.submissions.validation.build import (
    LIMITS,
    announced,
    onnx_folder,
    transformers_folder,
    weights,
)

TASKS = ["movies", "tweets"]


def _validate(
    files: dict[str, bytes], *, arrived: dict[str, bytes] | None = None
) -> SubmissionFacts:
    manifest = check_manifest([announced(path, data) for path, data in files.items()], LIMITS)
    return validate_submission(
        {path: partial(io.BytesIO, data) for path, data in (arrived or files).items()},
        manifest=manifest,
        allowed_formats=["transformers", "onnx"],
        task_slugs=TASKS,
    )


def _refusal(
    files: dict[str, bytes], *, arrived: dict[str, bytes] | None = None
) -> SubmissionRefused:
    with pytest.raises(SubmissionRefused) as caught:
        _validate(files, arrived=arrived)
    return caught.value


def test_a_transformers_submission_gives_its_facts() -> None:
    files = transformers_folder() | transformers_folder("tasks/movies/")
    files["tasks/movies/model.safetensors"] = weights(w=(10,))
    files["submission.yaml"] = b"description: small\nformat: transformers"
    facts = _validate(files)
    assert facts.format == "transformers"
    assert facts.parameters == 16
    assert facts.model_bytes == sum(
        len(files[path]) for path in ("model.safetensors", "tasks/movies/model.safetensors")
    )
    assert facts.declared.as_dict() == {"description": "small", "format": "transformers"}
    assert facts.formats == {"movies": "transformers", "tweets": "transformers"}
    assert {task: model.parameters for task, model in facts.models.items()} == {"": 6, "movies": 10}


class Unread(io.BytesIO):
    """Tells its size and nothing else."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise AssertionError("the platform read a participant's code")

    readline = readinto = getvalue = read  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("python", ["predict.py", "parts/model.py", "config.json", "weights.pkl", "w.safetensors"]),
        ("torch", ["hubconf.py", "parts.py", "tokenizer.json", "config.json", "model.pt"]),
        ("torch", ["model.pt2", "tokenizer.json"]),
    ],
)
def test_nothing_of_a_format_with_code_is_read_but_its_size(name: str, files: list[str]) -> None:
    content = b"raise SystemExit"
    limits = replace(LIMITS, allowed_suffixes=allowed_suffixes([name]))
    facts = validate_submission(
        {path: partial(Unread, content) for path in files},
        manifest=check_manifest([announced(path, content) for path in files], limits),
        allowed_formats=[name],
        task_slugs=TASKS,
    )
    assert (facts.format, facts.parameters) == (name, None)


def test_an_onnx_submission_gives_its_facts() -> None:
    facts = _validate(onnx_folder())
    assert (facts.format, facts.parameters) == ("onnx", 6)
    assert facts.declared.as_dict() == {}


def test_code_of_participants_has_no_known_number_of_parameters() -> None:
    files = {"predict.py": b"", "weights.safetensors": weights(w=(2,))}
    facts = validate_submission(
        {path: partial(io.BytesIO, data) for path, data in files.items()},
        manifest=Manifest(
            files=tuple(announced(path, data) for path, data in files.items()),
            total_bytes=0,
            sha256="",
        ),
        allowed_formats=["transformers", "python"],
        task_slugs=TASKS,
    )
    assert (facts.format, facts.parameters) == ("python", None)


def test_the_declared_format_must_be_the_real_one() -> None:
    problem = _refusal(onnx_folder() | {"submission.yaml": b"format: transformers"})
    assert problem.code == "bad_declaration"
    assert "onnx" in problem.message


def test_files_of_another_size_than_announced_are_refused() -> None:
    files = transformers_folder()
    problem = _refusal(files, arrived=files | {"config.json": b"{}"})
    assert (problem.code, problem.field) == ("size_mismatch", "config.json")


def test_all_problems_are_told_at_once_with_file_and_way_out() -> None:
    files = transformers_folder() | transformers_folder("tasks/movies/")
    files["config.json"] = b'{"model_type": "bert", "auto_map": {"AutoModel": "a.B"}}'
    files["tasks/movies/model.safetensors"] = b"broken"
    files["submission.yaml"] = b"licence: mit"
    problem = _refusal(files)
    assert "3 problems" in problem.message
    for part in ("submission.yaml", "config.json", "tasks/movies/model.safetensors", "ONNX"):
        assert part in problem.message
    assert problem.field == "submission.yaml"


def test_an_unknown_task_folder_is_refused_before_a_file_is_opened() -> None:
    files = transformers_folder() | transformers_folder("tasks/secret/")
    problem = _refusal(files, arrived={"x": b""})
    assert problem.code == "unknown_task"


def test_every_opened_file_is_closed() -> None:
    files = transformers_folder() | {"submission.yaml": b"description: x"}
    manifest = check_manifest([announced(path, data) for path, data in files.items()], LIMITS)
    opened: list[io.BytesIO] = []

    def opener(data: bytes) -> io.BytesIO:
        opened.append(io.BytesIO(data))
        return opened[-1]

    validate_submission(
        {path: partial(opener, data) for path, data in files.items()},
        manifest=manifest,
        allowed_formats=["transformers"],
        task_slugs=TASKS,
    )
    assert len(opened) > len(files)
    assert all(stream.closed for stream in opened)
