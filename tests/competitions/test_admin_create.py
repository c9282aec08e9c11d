"""From nothing to a published competition, on the admin's own forms."""

from __future__ import annotations

import pytest
from django.utils import timezone

from competitions.models import Competition
from tests import factories
from tests.desk import Desk, change_page, desk, faults, new_task, text

pytestmark = pytest.mark.django_db

INPUTS = factories.jsonl([{"id": f"r{i}", "input": {"text": f"row {i}"}} for i in range(10)])
LABELS = factories.jsonl([{"id": f"r{i}", "label": ["neg", "pos"][i % 2]} for i in range(10)])


def created(organizer: Desk, **values: str) -> Competition:
    answer = organizer.create(**values)
    assert "adminform" not in answer.context or not faults(answer), faults(answer)
    return Competition.objects.get(slug="tiny-cup")


def test_an_organizer_creates_a_competition_and_becomes_its_organizer() -> None:
    organizer = desk()
    competition = created(organizer)
    task = competition.tasks.get()
    assert list(competition.organizers.all()) == [organizer.user]
    assert (competition.state, task.labels, task.metric) == ("draft", ["neg", "pos"], "accuracy")
    assert competition.phases.get().daily_limit == 5
    assert competition.max_upload_bytes == 2 * 1024**3


def test_the_way_to_publication_follows_the_check_list() -> None:
    organizer = desk()
    competition = created(organizer)
    task = competition.tasks.get()
    page = organizer.get(change_page(competition))
    assert "Upload inputs and labels" in page
    assert "A baseline was run" in page
    refused = organizer.publish(competition)
    assert refused.status_code == 409
    assert "Not ready to publish" in text(refused)

    answer = organizer.upload(task, {"inputs": INPUTS, "labels": LABELS}, note="First.")
    assert "has version 1: 10 test rows." in text(answer)
    Competition.objects.update(baseline_scored_at=timezone.now())
    answer = organizer.publish(competition)
    assert "is published" in text(answer)
    competition.refresh_from_db()
    assert competition.state == "published"


def test_sizes_and_classes_are_written_as_people_do() -> None:
    organizer = desk()
    competition = created(
        organizer,
        max_upload_bytes="500 MB",
        memory_bytes="1.5 GiB",
        **new_task(labels=" neg \n\n pos\nneutral"),
    )
    assert competition.max_upload_bytes == 500_000_000
    assert competition.memory_bytes == 3 * 1024**3 // 2
    assert competition.tasks.get().labels == ["neg", "pos", "neutral"]
    form = organizer.form(change_page(competition), having="title")
    assert form["max_upload_bytes"] == "500 MB"
    assert form["tasks-0-labels"].split() == ["neg", "pos", "neutral"]
