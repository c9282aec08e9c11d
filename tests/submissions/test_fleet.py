"""Which workers are there, and which can run a competition's submissions."""

from __future__ import annotations

import pytest
from django.utils import timezone

from competitions.guarantees import BASE
from competitions.models import Competition
from submissions.fleet import lacking, lacking_environments, live_workers, serves
from submissions.models import Worker
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue_knows(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the workers that the queue server tells of."""
    names: list[str] = []
    monkeypatch.setattr("submissions.queue.serving", lambda: frozenset(names))
    return names


def test_a_worker_that_ended_or_that_the_queue_forgot_is_not_live(queue_knows: list[str]) -> None:
    here = factories.worker()
    ended = factories.worker(stopped_at=timezone.now())
    killed = factories.worker()
    queue_knows += [here.name, ended.name]
    assert live_workers() == [here]
    assert killed.stopped_at is None


def test_with_no_worker_known_none_is_live(queue_knows: list[str]) -> None:
    factories.worker()
    assert live_workers() == []


def test_without_a_queue_server_what_has_not_ended_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("submissions.queue.serving", lambda: None)
    here = factories.worker()
    factories.worker(stopped_at=timezone.now())
    assert live_workers() == [here]


def test_what_a_worker_lacks_follows_from_what_the_competition_requires() -> None:
    worker = Worker(held=sorted(BASE - {"no_network"}))
    competition = Competition(required_guarantees=["kernel_isolation"])
    assert lacking(worker, competition) == {"no_network", "kernel_isolation"}


@pytest.mark.parametrize(("gpus", "expected"), [(0, True), (1, False)])
def test_a_competition_with_a_gpu_needs_a_worker_of_that_queue(gpus: int, expected: bool) -> None:
    assert serves(Worker(queues=["cpu"]), Competition(gpus=gpus)) is expected


@pytest.mark.parametrize(
    ("formats", "lacked"), [(["transformers", "python"], set()), (["tensorflow"], {"tensorflow"})]
)
def test_formats_tell_which_environments_a_worker_lacks(
    formats: list[str], lacked: set[str]
) -> None:
    competition = Competition(allowed_formats=formats)
    assert lacking_environments(Worker(environments=["torch"]), competition) == lacked
    both = Worker(environments=["tensorflow", "torch"])
    assert lacking_environments(both, competition) == set()
