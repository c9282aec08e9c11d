"""A worker that lacks something says what, and what to do, and takes no job."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django_rq.settings import QUEUES

from sandbox.guarantees import Guarantee
from submissions import workers
from submissions.models import Run, Worker
from submissions.seal import key_fingerprint
from tests import factories
from tests.e2e.stack import free_port
from tests.fakes import FakeBackend, host


@pytest.fixture
def queue_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("submissions.queue.ping", lambda: None)


@pytest.fixture
def no_queue_server(monkeypatch: pytest.MonkeyPatch) -> None:
    address = {"URL": f"redis://127.0.0.1:{free_port()}/0"}
    for name in QUEUES:
        monkeypatch.setitem(QUEUES, name, {**QUEUES[name], **address})


@pytest.mark.parametrize("command", ["infer_worker", "score_worker"])
def test_without_a_queue_server_a_worker_names_the_setting(
    command: str, no_queue_server: None
) -> None:
    with pytest.raises(CommandError, match="PODIUM_REDIS_URL"):
        call_command(command)


@pytest.mark.parametrize("command", ["infer_worker", "score_worker"])
def test_a_queue_address_that_is_none_is_named(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in QUEUES:
        monkeypatch.setitem(QUEUES, name, {**QUEUES[name], "URL": "valkey-host:6379"})
    with pytest.raises(CommandError, match="PODIUM_REDIS_URL is no address"):
        call_command(command)


@pytest.mark.usefixtures("queue_answers")
def test_without_an_engine_an_infer_worker_says_how_to_get_one(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SANDBOX_BACKEND = "docker"
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/no-engine.sock")
    with pytest.raises(CommandError, match=r"(?is)can't start.*docker"):
        call_command("infer_worker", "--check")


@pytest.mark.docker
@pytest.mark.usefixtures("queue_answers")
def test_without_the_image_an_infer_worker_says_how_to_build_it(settings: Any) -> None:
    settings.SANDBOX_BACKEND = "docker"
    settings.RUNNER_IMAGE = "podium-runner:no-such-tag"
    with pytest.raises(CommandError, match="make image"):
        call_command("infer_worker", "--check")


@pytest.mark.bubblewrap
@pytest.mark.usefixtures("queue_answers")
def test_without_the_runner_environment_an_infer_worker_says_how_to_make_it(
    settings: Any, tmp_path: Path
) -> None:
    settings.SANDBOX_BACKEND = "bubblewrap"
    settings.RUNNER_PYTHON = tmp_path / "no" / "python"
    with pytest.raises(CommandError, match="make setup"):
        call_command("infer_worker", "--check")


@pytest.mark.usefixtures("queue_answers")
@pytest.mark.parametrize("command", ["infer_worker", "score_worker"])
def test_without_the_key_that_seals_results_a_worker_names_it(
    command: str, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "seals").write_text("no folder")
    settings.RESULT_KEY = tmp_path / "seals" / "results.key"
    with pytest.raises(CommandError, match=r"seals/results\.key.*copy the key"):
        call_command(command)


@pytest.mark.usefixtures("queue_answers")
@pytest.mark.django_db
def test_a_check_says_what_holds_and_takes_no_job(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = host(FakeBackend(), lacking=frozenset({Guarantee.KERNEL_ISOLATION}))
    monkeypatch.setattr("submissions.sandboxes.host", lambda: made)
    call_command("infer_worker", "--check", "--queues", "cpu")
    said = capsys.readouterr().out
    assert said.startswith(f"Sandbox fake; queues cpu. Result key {key_fingerprint()}.\n")
    assert "Kernel isolation: fake does not offer it here." in said
    assert not Worker.objects.exists()


@pytest.mark.usefixtures("queue_answers")
def test_a_database_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **named: Any) -> list[str]:
        raise OperationalError("no such table")

    monkeypatch.setattr("submissions.sandboxes.host", lambda: host(FakeBackend()))
    monkeypatch.setattr("submissions.management.commands.infer_worker.report", broken)
    with pytest.raises(CommandError, match=r"no such table.*manage\.py migrate"):
        call_command("infer_worker", "--check")


@pytest.mark.django_db
def test_only_folders_of_runs_that_run_no_more_are_cleared(settings: Any) -> None:
    competition = factories.competition()
    running = factories.run(
        factories.submission(factories.participation(competition)), state=Run.State.RUNNING
    )
    root = Path(settings.WORK_DIR)
    for name in (f"run-{running.pk}-abc", f"run-{running.pk + 1}-abc", "other"):
        (root / name).mkdir(parents=True)
    workers.clear_leftovers()
    assert sorted(path.name for path in root.iterdir()) == ["other", f"run-{running.pk}-abc"]
