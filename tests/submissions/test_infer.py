"""A run is claimed once, executed outside any transaction, and recorded only by its holder."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from common import blobs
from common.transitions import transition
from competitions.kinds import KINDS
from sandbox.spec import Outcome, RunSpec
from submissions.models import Predictions, Run, RunTask, Submission
from submissions.steps import infer
from submissions.steps.claim import Claim, claim_run, renew
from tests import factories
from tests.fakes import ALL_ENVIRONMENTS, ALL_HELD, FakeBackend

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run(enqueued: list[Any]) -> Run:
    competition = factories.competition()
    factories.task(competition, slug="sentiment", rows=6)
    factories.task(competition, slug="topic", rows=4)
    entry = factories.participation(competition)
    return factories.run(factories.submission(entry, state="queued", format="transformers"))


def claimed(run: Run) -> Claim:
    claim = claim_run(
        run_id=run.pk, worker="w1", backend="fake", held=ALL_HELD, environments=ALL_ENVIRONMENTS
    )
    assert claim is not None
    return claim


def test_a_run_is_claimed_once(run: Run) -> None:
    claimed(run)
    assert (
        claim_run(
            run_id=run.pk, worker="w2", backend="fake", held=ALL_HELD, environments=ALL_ENVIRONMENTS
        )
        is None
    )
    run.refresh_from_db()
    assert (run.state, run.worker, run.submission.state) == ("running", "w1", "running")
    assert run.lease_until is not None and run.lease_until > timezone.now()


def test_an_unknown_run_is_left_alone(run: Run) -> None:
    assert (
        claim_run(
            run_id=run.pk + 1,
            worker="w",
            backend="fake",
            held=ALL_HELD,
            environments=ALL_ENVIRONMENTS,
        )
        is None
    )


def test_what_the_sandbox_sees_names_no_row_and_holds_no_label(run: Run) -> None:
    seen: dict[str, str] = {}

    def look(spec: RunSpec) -> None:
        for path in spec.input_dir.rglob("*"):
            if path.is_file() and "model" not in path.parts:
                seen[str(path.relative_to(spec.input_dir))] = path.read_text()

    claim = claimed(run)
    infer.execute(claim, backend=FakeBackend(during=look))
    rows = [json.loads(line) for line in seen["tasks/sentiment/inputs.jsonl"].splitlines()]
    assert sorted(row["input"]["text"] for row in rows) == [f"row {i}" for i in range(6)]
    assert not {row["id"] for row in rows} & {f"r{i}" for i in range(6)}
    assert all(row.keys() == {"id", "input"} for row in rows)
    assert '"label":' not in "".join(seen.values())
    assert run.key not in "".join(seen.values())


@pytest.mark.parametrize(
    ("name", "environment"),
    [("transformers", "torch"), ("python", "torch"), ("tensorflow", "tensorflow")],
)
def test_the_format_says_in_which_environment_a_run_is(
    name: str, environment: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(infer, "shown_end", lambda taken: taken)
    run.submission.format = name
    run.submission.save()
    backend = FakeBackend()
    infer.execute(claimed(run), backend=backend)
    assert [spec.environment for spec in backend.seen] == [environment]


def test_row_ids_and_order_differ_between_runs(run: Run) -> None:
    orders = []

    def look(spec: RunSpec) -> None:
        text = (spec.input_dir / "tasks/sentiment/inputs.jsonl").read_text()
        orders.append([json.loads(line)["id"] for line in text.splitlines()])

    first = claimed(run)
    infer.record(first, infer.execute(first, backend=FakeBackend(during=look)))
    transition(run.submission, "scoring", "scored")
    run.submission.refresh_from_db()
    transition(run.submission, "scored", "queued")
    second = claimed(infer.queue_run(submission=run.submission, attempt=2))
    infer.execute(second, backend=FakeBackend(during=look))
    assert not set(orders[0]) & set(orders[1])


def test_a_finished_run_keeps_predictions_and_asks_to_be_scored(
    run: Run, enqueued: list[Any]
) -> None:
    claim = claimed(run)
    infer.record(claim, infer.execute(claim, backend=FakeBackend()))
    run.refresh_from_db()
    assert (run.state, run.outcome, run.submission.state) == ("done", "ok", "scoring")
    kept = Predictions.objects.get(run=run, task__slug="sentiment")
    copies = 6  # of each row with wider spaces
    assert blobs.predictions.read(kept.sha256).count(b"\n") == 6 + copies
    assert enqueued[-1] == ("score", "score", str(run.submission_id))
    assert set(run.tasks.values_list("state", flat=True)) == {"ok"}


def test_a_failed_task_does_not_cost_the_others(run: Run) -> None:
    claim = claimed(run)
    backend = FakeBackend(failing={"topic": "missing_head"})
    infer.record(claim, infer.execute(claim, backend=backend))
    failed = RunTask.objects.get(run=run, task__slug="topic")
    assert (failed.state, failed.error_code) == ("failed", "missing_head")
    assert Predictions.objects.filter(run=run).count() == 1


def test_a_platform_fault_is_tried_again_and_is_no_verdict(run: Run, enqueued: list[Any]) -> None:
    claim = claimed(run)
    backend = FakeBackend(outcome=Outcome.PLATFORM_FAULT)
    infer.record(claim, infer.execute(claim, backend=backend))
    run.refresh_from_db()
    assert (run.state, run.submission.state) == ("lost", "queued")
    following = Run.objects.get(submission=run.submission, attempt=2)
    assert enqueued[-1] == ("cpu", "infer", following.pk)


def test_the_result_of_a_lost_run_is_dropped(run: Run) -> None:
    claim = claimed(run)
    returned = infer.execute(claim, backend=FakeBackend())
    Run.objects.filter(pk=run.pk).update(lease_token="another worker's")
    infer.record(claim, returned)
    run.refresh_from_db()
    assert run.state == "running"
    assert not Predictions.objects.exists()


def test_renewing_tells_whether_the_run_is_still_ours(run: Run) -> None:
    claim = claimed(run)
    Run.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(hours=1))
    assert renew(claim)
    run.refresh_from_db()
    assert run.lease_until is not None and run.lease_until > timezone.now()
    transition(run, Run.State.RUNNING, Run.State.CANCELLED)
    assert not renew(claim)


def test_progress_is_shown_while_it_runs(run: Run) -> None:
    shown: list[tuple[str, int]] = []

    class Watching(FakeBackend):
        def run(self, spec: RunSpec, **callbacks: Any) -> Any:
            result = super().run(spec, **callbacks)
            rows = RunTask.objects.filter(run__state="running").values_list("state", "rows_done")
            shown.extend(rows)
            return result

    infer.execute(claimed(run), backend=Watching())
    assert sorted(shown) == [("running", 4), ("running", 6)]


def test_inference_passes_with_the_label_store_deleted(run: Run, settings: Any) -> None:
    stores = dict(settings.STORAGES)
    del stores["labels"]
    settings.STORAGES = stores
    claim = claimed(run)
    infer.record(claim, infer.execute(claim, backend=FakeBackend()))
    assert Submission.objects.get(pk=run.submission_id).state == "scoring"


def test_answers_above_their_tasks_own_limit_cost_that_task_and_not_the_run(run: Run) -> None:
    padded = FakeBackend(answers={"topic": lambda row: {"label": "pos", "more": "x" * 50_000}})
    claim = claimed(run)
    infer.record(claim, infer.execute(claim, backend=padded))
    run.refresh_from_db()
    assert run.state == "done"
    codes = {row.task.slug: row.error_code for row in run.tasks.select_related("task")}
    assert codes == {"sentiment": "", "topic": "output_limit"}
    assert [each.task.slug for each in Predictions.objects.filter(run=run)] == ["sentiment"]


@pytest.mark.parametrize(("form", "state"), [("python", "failed"), ("transformers", "ok")])
def test_a_program_of_a_participant_answers_no_task_that_rests_on_the_platforms_code(
    run: Run, form: str, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = replace(KINDS["text_classification"], platform_code=True)
    monkeypatch.setitem(KINDS, "text_classification", kind)
    Submission.objects.update(format=form)
    claim = claimed(run)
    infer.record(claim, infer.execute(claim, backend=FakeBackend()))
    codes = {row.error_code for row in run.tasks.all()}
    assert {row.state for row in run.tasks.all()} == {state}
    assert codes == ({"needs_platform_format"} if state == "failed" else {""})
    assert Predictions.objects.filter(run=run).exists() == (state == "ok")


@pytest.mark.parametrize("track", ["finetune", "prompt"])
def test_a_model_that_learns_sees_the_public_train_split_and_no_hidden_label(
    track: str, enqueued: list[Any]
) -> None:
    competition = factories.competition()
    factories.task(competition, slug="sentiment", rows=6, train_rows=5, track=track)
    entry = factories.participation(competition)
    made = factories.run(factories.submission(entry, state="queued", format="transformers"))
    seen: dict[str, str] = {}

    def look(spec: RunSpec) -> None:
        folder = spec.input_dir / "tasks" / "sentiment"
        seen.update({path.name: path.read_text() for path in folder.glob("*.jsonl")})

    infer.execute(claimed(made), backend=FakeBackend(during=look))
    taught = [json.loads(line) for line in seen["train.jsonl"].splitlines()]
    shown = {(row["input"]["text"], row["label"]) for row in taught}
    assert shown == {(f"train {i}", ["neg", "pos"][i % 2]) for i in range(5)}
    assert not {row["id"] for row in taught} & {f"t{i}" for i in range(5)}
    assert "label" not in seen["inputs.jsonl"]
