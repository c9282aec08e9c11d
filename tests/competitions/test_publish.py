"""Publication: only from a draft, only when the check list passes."""

from __future__ import annotations

import pytest
from django.utils import timezone

from common.errors import Conflict
from competitions.models import Competition
from competitions.services.publish import publish
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_complete_draft_is_published_once() -> None:
    made = factories.competition(state="draft", baseline_scored_at=timezone.now())
    factories.task(made)
    publish(competition=made)
    assert made.state == "published"
    assert made.published_at is not None
    with pytest.raises(Conflict) as refused:
        publish(competition=made)
    assert refused.value.code == "not_a_draft"


def test_an_incomplete_draft_stays_and_every_open_point_is_named() -> None:
    made = factories.competition(state="draft")
    with pytest.raises(Conflict) as refused:
        publish(competition=made)
    assert refused.value.code == "checklist_incomplete"
    assert "There is a task: Add a task." in refused.value.message
    assert "A baseline was run" in refused.value.message
    assert "award" not in refused.value.message, "advice does not hold it up"
    assert Competition.objects.get().state == "draft"
