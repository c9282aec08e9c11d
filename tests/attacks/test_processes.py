"""The processes of a run are seen from outside while it is on, and gone when it has ended."""

from __future__ import annotations

import pytest

from tests.attacks import backends
from tests.attacks.arena import Arena
from tests.attacks.processes import containers, log_bytes, of_runs, watched

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "backend", [pytest.param(name, marks=backends.marks(name)) for name in backends.PARTS]
)
def test_a_run_is_seen_and_gone(arena: Arena, backend: str) -> None:
    with watched(arena) as looks:
        after = arena.attack("def attack(): time.sleep(0.5)")
    assert after.state == "scored"
    assert any(seen.threads for seen in looks)
    assert of_runs(arena) == set()


@pytest.mark.docker
def test_no_container_stays_and_one_that_is_gone_has_no_log() -> None:
    assert containers() == []
    assert log_bytes("no-such-container") == 0
