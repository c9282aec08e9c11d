"""What public rows showed, on the page of a submission."""

from __future__ import annotations

import pytest
from django.test import Client

from submissions.models import RunTask
from tests import factories

pytestmark = pytest.mark.django_db
PRACTICE = {
    "rows": 4,
    "value": 0.5,
    "confusion": [[2, 0, 0], [1, 0, 1]],
    "explanations": [
        {"input": "x", "answer": "pos", "tokens": [["fine", 1.0], ["<b>film</b>", -0.4]]},
        {"input": "7.png", "answer": "neg", "grid": [[0.0, 1.0], [-1.0, 0.2]]},
    ],
}


def page(client: Client, practice: dict[str, object]) -> str:
    competition = factories.competition()
    factories.task(competition, title="Films", train_rows=8)
    entry = factories.participation(competition)
    submission = factories.submission(entry, state="scored", format="transformers")
    run = factories.run(submission, state="done", smoke_outcome="ok")
    RunTask.objects.filter(run=run).update(state="ok", practice=practice)
    client.force_login(entry.user)  # type: ignore[arg-type]
    answer = client.get(f"/submissions/{submission.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_score_confusion_and_explanations_are_shown_as_texts(client: Client) -> None:
    said = page(client, PRACTICE)
    assert "on 4 rows of the train split" in said
    assert said.count('<td class="number is-hit">') == 2
    assert '<span class="heat p4" title="1.00">fine</span>' in said
    assert "<b>film" not in said
    assert said.count("<rect") == 4


def test_without_practice_there_is_no_section(client: Client) -> None:
    assert "On public rows" not in page(client, {})
