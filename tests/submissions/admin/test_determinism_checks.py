"""Organizers set the gate in a draft, see both runs side by side after the close, and decide."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from competitions.models import Competition
from submissions.models import DeterminismCheck
from tests import factories
from tests.desk import Desk, change_page, desk, text
from tests.fakes import FakeBackend, host
from tests.submissions.test_determinism import World, right, wrong

pytestmark = pytest.mark.django_db(transaction=True)
GATE = {"gate_entries": "3", "gate_tolerance": "0.5"}


@pytest.fixture
def world(enqueued: list[tuple[str, str, Any]], monkeypatch: pytest.MonkeyPatch) -> World:
    backend = FakeBackend()
    monkeypatch.setattr("submissions.sandboxes.host", lambda: host(backend))
    return World(enqueued, backend)


def test_the_gate_is_set_in_a_draft_and_fixed_at_publication() -> None:
    boss = desk()
    draft = factories.competition(state="draft")
    draft.organizers.add(boss.user)
    boss.save(change_page(draft), {**GATE, "organizers": boss.user.pk})
    draft.refresh_from_db()
    assert (draft.gate_entries, draft.gate_tolerance) == (3, 0.5)
    Competition.objects.filter(pk=draft.pk).update(state="published", published_at=timezone.now())
    shown = boss.get(change_page(draft))
    assert 'name="gate_entries"' not in shown
    assert "Leading entries to run again" in shown


def test_both_runs_stand_side_by_side_and_a_difference_is_accepted_with_a_reason(
    world: World,
) -> None:
    world.close()
    check = world.run_again(wrong)
    page = f"/admin/submissions/determinismcheck/{check.pk}/"
    boss = Desk(world.boss)
    told = boss.get(f"{page}change/")
    for said in ("100.0000 → 0.0000", "40 of 40", "beyond the tolerance", "Run 1:", "Run 2:"):
        assert said in told
    refused = boss.client.post(f"{page}accept/", {"reason": " "}, follow=True)
    assert "Say why the difference may stand." in text(refused)
    done = boss.client.post(f"{page}accept/", {"reason": "Seeds are free."}, follow=True)
    assert "Seeds are free." in text(done)
    assert "Accept the difference" not in text(done)
    check.refresh_from_db()
    assert check.state == DeterminismCheck.State.ACCEPTED


def test_a_check_without_a_difference_asks_for_nothing(world: World) -> None:
    world.close()
    check = world.run_again(right)
    told = Desk(world.boss).get(f"/admin/submissions/determinismcheck/{check.pk}/change/")
    assert "Same within the tolerance" in told
    assert "Accept the difference" not in told
