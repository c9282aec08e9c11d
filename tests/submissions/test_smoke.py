"""Every submission meets public sample rows first, alone in a sandbox of their own."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from common import blobs
from competitions.kinds import get_kind
from sandbox.spec import STOPPED, Outcome, RunResult, RunSpec
from submissions import jobs
from submissions.models import Run, Submission
from tests import factories
from tests.fakes import FakeBackend, host

pytestmark = pytest.mark.django_db(transaction=True)
Infer = Callable[[FakeBackend], Run]


@pytest.fixture
def infer(enqueued: list[Any], monkeypatch: pytest.MonkeyPatch) -> Infer:
    competition = factories.competition()
    factories.task(competition, slug="sentiment", rows=6)
    factories.task(competition, slug="topic", rows=4, train_rows=5, track="probe")
    entry = factories.participation(competition)
    made = factories.run(factories.submission(entry, state="queued", format="transformers"))

    def go(backend: FakeBackend) -> Run:
        backend.answers.setdefault("topic", lambda row: {"embedding": [1.0, 2.0]})
        monkeypatch.setattr("submissions.sandboxes.host", lambda: host(backend))
        jobs.infer(made.pk)
        made.refresh_from_db()
        return made

    return go


def texts(spec: RunSpec, path: str) -> set[str]:
    lines = (spec.input_dir / path).read_text().splitlines()
    return {json.loads(line)["input"]["text"] for line in lines}


def test_the_first_sandbox_holds_sample_rows_and_no_other(infer: Infer) -> None:
    seen: list[dict[str, set[str]]] = []

    def look(spec: RunSpec) -> None:
        files = (
            "tasks/sentiment/inputs.jsonl",
            "tasks/topic/inputs.jsonl",
            "tasks/topic/train.jsonl",
        )
        seen.append({path: texts(spec, path) for path in files})

    infer(FakeBackend(during=look))
    samples = {sample["text"] for sample in get_kind("text_classification").samples}
    practice = {f"train {i}" for i in range(5)}
    assert list(seen[0].values()) == [samples, samples | practice, samples]
    assert seen[1]["tasks/sentiment/inputs.jsonl"] == {f"row {i}" for i in range(6)}
    assert len(seen) == 2


def test_nothing_but_the_rows_tells_the_two_sandboxes_apart_to_a_participants_code(
    infer: Infer,
) -> None:
    seen: list[dict[str, object]] = []
    Submission.objects.update(format="python")

    def look(spec: RunSpec) -> None:
        root = spec.input_dir
        rows = {"inputs.jsonl", "train.jsonl", "perturbed.jsonl"}
        files = {
            str(path.relative_to(root)): None if path.name in rows else path.read_bytes()
            for path in root.rglob("*")
            if path.is_file()
        }
        seen.append({**files, "limits": spec.limits, "tasks": spec.tasks})

    infer(FakeBackend(during=look))
    assert seen[0] == seen[1]


def test_the_platforms_own_code_knows_a_rehearsal(infer: Infer) -> None:
    said: list[bool] = []

    def look(spec: RunSpec) -> None:
        facts = json.loads((spec.input_dir / "run.json").read_text())
        said.append(facts.get("rehearsal", False))

    infer(FakeBackend(during=look))
    assert said == [True, False]


def test_a_task_that_fails_over_the_samples_costs_that_task(infer: Infer) -> None:
    run = infer(FakeBackend(failing={"sentiment": "missing_head"}))
    failed = run.tasks.get(task__slug="sentiment")
    assert (failed.smoke_code, failed.smoke_message) == ("missing_head", "It failed.")
    assert run.tasks.get(task__slug="topic").state == "ok"


def test_where_no_task_gives_an_answer_no_hidden_row_is_touched(infer: Infer) -> None:
    backend = FakeBackend(failing={"sentiment": "bad_model", "topic": "missing_head"})
    run = infer(backend)
    assert len(backend.seen) == 1
    assert (run.state, run.submission.state) == ("done", "scoring")
    assert set(run.tasks.values_list("state", "error_code")) == {
        ("failed", "bad_model"),
        ("failed", "missing_head"),
    }


def test_answers_of_a_wrong_shape_are_told_with_their_line(infer: Infer) -> None:
    run = infer(FakeBackend(answers={"sentiment": lambda row: {"label": 3}}))
    failed = run.tasks.get(task__slug="sentiment")
    assert failed.smoke_code == "wrong_type"
    assert "predictions.jsonl line 1" in failed.smoke_message


def test_a_fault_of_ours_gives_the_run_back(infer: Infer) -> None:
    run = infer(FakeBackend(outcome=Outcome.PLATFORM_FAULT))
    assert (run.state, run.submission.state) == ("lost", "queued")
    assert run.submission.runs.count() == 2


def test_a_lost_lease_ends_it_at_the_samples(infer: Infer) -> None:
    def lose(spec: RunSpec) -> None:
        Run.objects.update(lease_token="another worker's")

    backend = FakeBackend(during=lose)
    run = infer(backend)
    assert (len(backend.seen), run.state) == (1, "running")


def test_the_log_of_the_samples_is_kept_apart(infer: Infer) -> None:
    class Talking(FakeBackend):
        def run(self, spec: RunSpec, **callbacks: Any) -> RunResult:
            result = super().run(spec, **callbacks)
            said = f"sandbox {len(self.seen)}".encode()
            return RunResult(
                **{name: getattr(result, name) for name in result.__slots__} | {"log": said}
            )

    run = infer(Talking())
    assert blobs.logs.read(run.smoke_log_sha256) == b"sandbox 1"
    assert blobs.logs.read(run.log_sha256) == b"sandbox 2"
    assert STOPPED not in run.reason
