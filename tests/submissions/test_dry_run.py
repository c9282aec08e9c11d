"""The dry run needs no database: none of these tests may touch one."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from common.errors import DomainError
from competitions.forms import FORMAT_TITLES
from competitions.kinds import KINDS
from sandbox.backend import BackendUnavailable
from sandbox.runner.config import FORMATS as RUNNER_FORMATS
from sandbox.spec import Outcome
from submissions import sandboxes
from submissions.dry_run import read_inputs
from submissions.validation.suffixes import FORMATS
from tests.fakes import FakeBackend

SAMPLES = len(KINDS["text_classification"].samples)
GOOD = """
def load(model_dir, task):
    global labels
    labels = task["labels"]

def predict(batch):
    return [{"label": labels[0], "probs": [1.0] + [0.0] * (len(labels) - 1)} for _ in batch]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "predict.py").write_text(GOOD)
    return tmp_path / "model"


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeBackend:
    backend = FakeBackend()
    monkeypatch.setattr(sandboxes, "named_backend", lambda name: backend)
    return backend


@pytest.fixture(autouse=True)
def _work(settings: Any, tmp_path: Path) -> None:
    settings.WORK_DIR = tmp_path / "work"


def dry_run(folder: Path, *options: str) -> str:
    out = io.StringIO()
    call_command("dry_run", str(folder), *options, stdout=out)
    return out.getvalue()


def fails(folder: Path, *options: str) -> str:
    out = io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("dry_run", str(folder), *options, stdout=out)
    return f"{out.getvalue()}\n{caught.value}"


def test_a_good_folder_is_told_with_its_first_answers(folder: Path, fake: FakeBackend) -> None:
    said = dry_run(folder, "--labels", "neg,pos")
    assert "The upload gate takes it: format python, 1 file" in said
    assert f"over {SAMPLES} public sample rows" in said
    assert f"Task sample: ok, {SAMPLES} rows" in said
    assert "A quiet film that stays with you. → label pos" in said
    assert said.count("→") == 3
    assert not list((folder.parent / "work").iterdir()), "the work folder is cleaned up"


def test_what_the_gate_refuses_is_said_as_an_upload_would_be(
    folder: Path, fake: FakeBackend
) -> None:
    (folder / "predict.py").unlink()
    (folder / "README.md").write_text("a model, soon")
    assert "Refused (no_model): In the submission's root lies no model" in fails(folder)
    assert not fake.seen


def test_a_task_that_fails_is_told_with_its_way_out(folder: Path, fake: FakeBackend) -> None:
    fake.failing = {"sample": "bad_code"}
    said = fails(folder)
    assert "Task sample: failed (bad_code)\n  It failed.\n  What to do: Mend what" in said
    assert "Failed: sample" in said


def test_answers_are_looked_at_as_the_scorer_will(folder: Path, fake: FakeBackend) -> None:
    fake.answers = {"sample": lambda row: {"label": "so-so"}}
    assert f"{SAMPLES} of {SAMPLES} rows have no valid answer" in fails(folder)
    fake.answers = {"sample": lambda row: {"label": "pos", "probs": [2, 3]}}
    assert "failed (probs_range)" in fails(folder, "--labels", "neg,pos")


def test_a_run_that_fails_as_a_whole_says_why(folder: Path, fake: FakeBackend) -> None:
    fake.outcome = Outcome.TIMEOUT
    assert "Task sample: failed (timeout)" in fails(folder)


def test_each_model_of_the_folder_is_tried_and_a_named_task_alone(
    folder: Path, fake: FakeBackend
) -> None:
    (folder / "tasks" / "movies").mkdir(parents=True)
    (folder / "tasks" / "movies" / "predict.py").write_text(GOOD)
    dry_run(folder, "--labels", "pos,neg")
    dry_run(folder, "--labels", "pos,neg", "--task-slug", "movies")
    assert [spec.tasks for spec in fake.seen] == [("sample", "movies"), ("movies",)]
    (folder / "predict.py").unlink()
    (folder / "submission.yaml").write_text("description: one task")
    dry_run(folder, "--labels", "pos,neg")
    assert fake.seen[-1].tasks == ("movies",)


def test_rows_of_one_s_own_take_the_samples_place(folder: Path, fake: FakeBackend) -> None:
    rows = [{"id": f"r{n}", "input": {"text": f"text {n}"}, "label": "pos"} for n in range(5)]
    path = folder.parent / "train.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    said = dry_run(folder, "--labels", "pos,neg", "--inputs", str(path))
    assert "over 5 rows of your own" in said
    assert "text 0 → label pos" in said


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"id": "a", "input": {"text": "a"}}\n{"id": "b"}\n', 'line 2: expected is {"id"'),
        ('{"id": "a", "input": {"words": "a"}}', 'line 1: key "text" is missing'),
        ("nonsense", "line 1: expected"),
        ("\n", "holds no rows"),
    ],
)
def test_rows_that_are_none_are_named(
    text: str, message: str, folder: Path, fake: FakeBackend
) -> None:
    path = folder.parent / "rows.jsonl"
    path.write_text(text)
    assert message in fails(folder, "--inputs", str(path))


def test_labels_are_for_classes_and_tracks_for_kinds_that_have_them(
    folder: Path, fake: FakeBackend
) -> None:
    fake.answers = {"sample": lambda row: {"score": 0.5}}
    assert "a fast car | a quick automobile → score 0.5" in dry_run(
        folder, "--kind", "sentence_similarity"
    )
    task = fake.seen[0]
    assert "has the track predict only" in fails(
        folder, "--kind", "sentence_similarity", "--track", "probe"
    )
    assert fake.seen == [task]


def test_long_answers_and_texts_are_cut(folder: Path, fake: FakeBackend) -> None:
    fake.answers = {"sample": lambda row: {"label": "a", "probs": [1, 0, 0, 0, 0, 0]}}
    rows = folder.parent / "rows.jsonl"
    rows.write_text(json.dumps({"id": "a", "input": {"text": "word\n" * 100}}))
    said = dry_run(folder, "--labels", "a,b,c,d,e,f", "--inputs", str(rows))
    assert "… → label a, probs [1, 0, 0, 0, … 6 numbers]" in said
    assert max(map(len, said.splitlines())) < 120


def test_on_the_probe_track_train_rows_count(folder: Path, fake: FakeBackend) -> None:
    fake.answers = {"sample": lambda row: {"embedding": [0.5] * 4}}
    said = fails(folder, "--track", "probe")
    assert f"{SAMPLES} of {2 * SAMPLES} rows have no valid answer" in said, "the fake has no train"


def test_a_machine_without_a_sandbox_is_told_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(name: str) -> FakeBackend:
        raise BackendUnavailable("no engine answers. Install one.")

    monkeypatch.setattr(sandboxes, "named_backend", absent)
    assert "There is no sandbox to run it in: no engine answers. Install one." in fails(folder)


def test_every_format_that_the_runner_has_can_be_allowed_and_tried() -> None:
    assert set(FORMATS) == set(RUNNER_FORMATS) == set(FORMAT_TITLES)


@pytest.mark.bubblewrap
@pytest.mark.runner
def test_a_folder_runs_in_a_real_sandbox(folder: Path) -> None:
    (folder.parent / "work").mkdir(mode=0o755)
    said = dry_run(folder, "--backend", "bubblewrap", "--labels", "neg,pos")
    assert "Two hours I will never get back! → label neg, probs [1, 0]" in said
    (folder / "predict.py").write_text("print('hello')\nimport nothing_like_this\n")
    said = fails(folder, "--backend", "bubblewrap")
    assert "predict.py, importing it (predict.py, line 2): ModuleNotFoundError" in said
    assert "  | hello" in said


def test_images_of_rows_must_lie_beside_them(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"id": "t1", "input": {"image": "a.png"}, "label": "cat"}\n')
    with pytest.raises(DomainError, match="does not lie beside it"):
        read_inputs(rows, kind="image_classification")
    (tmp_path / "a.png").write_bytes(b"pixels")
    assert read_inputs(rows, kind="image_classification") == [{"image": "a.png"}]


def test_classes_go_to_every_kind_that_lists_them_and_images_have_new_names(
    folder: Path, fake: FakeBackend
) -> None:
    names: list[str] = []

    def found(row: dict[str, Any]) -> dict[str, Any]:
        names.append(row["input"]["image"])
        return {"boxes": [[0, 0, 1, 1]], "labels": ["car"], "scores": [0.5]}

    fake.answers = {"sample": found}
    said = dry_run(folder, "--kind", "object_detection", "--labels", "car,person")
    assert f"Task sample: ok, {len(KINDS['object_detection'].samples)} rows" in said
    assert not any("sample" in name for name in names)


def test_a_format_runs_in_its_environment_and_not_without_it(
    folder: Path, fake: FakeBackend
) -> None:
    (folder / "predict.py").unlink()
    (folder / "model.keras").write_bytes(b"")
    (folder / "podium.json").write_bytes(b"{}")
    dry_run(folder, "--labels", "neg,pos")
    assert [spec.environment for spec in fake.seen] == ["tensorflow"]
    fake.offered = frozenset({"torch"})
    said = fails(folder, "--labels", "neg,pos")
    assert "fake has no environment with TensorFlow here" in said
    assert "make tensorflow" in said
    assert len(fake.seen) == 1


def test_a_program_is_not_tried_where_its_answers_would_not_count(
    folder: Path, fake: FakeBackend
) -> None:
    said = fails(folder, "--kind", "causal_language_modelling")
    assert "Refused (needs_platform_format): This task is scored by what the platform" in said
    assert fake.seen == []
