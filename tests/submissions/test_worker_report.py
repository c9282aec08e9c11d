"""A worker's check tells a stranger what holds here, what not, and whose submissions wait."""

from __future__ import annotations

import pytest
from django.utils import timezone

from sandbox.guarantees import Guarantee
from sandbox.selfcheck import Proof
from submissions.sandboxes import Host
from submissions.worker_report import MOST_NAMED, report
from tests import factories
from tests.fakes import ALL_ENVIRONMENTS, FakeBackend

pytestmark = pytest.mark.django_db


def said(
    *lacking: Guarantee,
    withdrawn: dict[Guarantee, str] | None = None,
    environments: frozenset[str] = ALL_ENVIRONMENTS,
) -> list[str]:
    held = frozenset(Guarantee) - set(lacking) - set(withdrawn or {})
    host = Host(FakeBackend(), Proof(held=held, withdrawn=withdrawn or {}), environments)
    return [line.strip() for line in report(host, queues=["cpu"])]


def test_where_all_holds_nothing_waits() -> None:
    factories.competition(allowed_formats=["python"], required_guarantees=["kernel_isolation"])
    lines = said()
    assert "Not held here:" not in lines
    assert "Formats with participants' code run here, unless a competition requires more." in lines
    assert lines[-1] == "Every competition that is not closed can run here."


def test_what_failed_is_told_from_what_is_not_offered() -> None:
    lines = said(Guarantee.KERNEL_ISOLATION, withdrawn={Guarantee.MEMORY_BOUND: "it took\x1b all"})
    assert "Memory limit: declared, but a trial run failed: it took all." in lines
    assert "Kernel isolation: fake does not offer it here." in lines
    assert "Memory limit" not in lines[1]


def test_what_is_missing_for_code_leaves_the_platforms_formats_alone() -> None:
    lines = said(Guarantee.USER_NAMESPACE)
    assert any(line.startswith("Formats whose code is the platform's run here") for line in lines)
    waits = "wait for another worker: this one lacks User namespace."
    assert f"Formats with participants' code {waits}" in lines


def test_what_every_run_needs_stops_all_formats() -> None:
    waits = "wait for another worker: this one lacks No network."
    lines = said(Guarantee.NO_NETWORK)
    assert f"Formats whose code is the platform's {waits}" in lines
    assert f"Formats with participants' code {waits}" in lines


def test_competitions_that_wait_are_named_with_their_reasons() -> None:
    factories.competition(title="Runs here")
    factories.competition(title="Code cup\x1b[2J", allowed_formats=["python"])
    factories.competition(title="GPU cup", gpus=1)
    factories.competition(title="Over", gpus=1, state="closed", closed_at=timezone.now())
    lines = said(Guarantee.USER_NAMESPACE)
    assert lines[-3:] == [
        "Competitions whose submissions wait for another worker: 2",
        "“Code cup[2J”: it requires User namespace.",
        "“GPU cup”: it is served by the queue gpu.",
    ]


def test_of_many_the_rest_is_counted() -> None:
    for _ in range(MOST_NAMED + 2):
        factories.competition(gpus=1)
    assert said()[-1] == "and 2 more."


def test_environments_are_named_and_what_waits_without_one() -> None:
    assert "Environments that runs get here: PyTorch, TensorFlow." in said()
    factories.competition(title="Both", allowed_formats=["tensorflow", "onnx"])
    lines = said(environments=frozenset({"torch"}))
    assert "Environments that runs get here: PyTorch." in lines
    assert "Without TensorFlow: submissions of its formats wait for another worker." in lines
    assert lines[-1] == "“Both”: some of its formats need TensorFlow."
