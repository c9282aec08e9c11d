"""What public rows showed, on the page of a submission."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from competitions.models import Competition, Task
from submissions.models import RunTask
from tests import factories

pytestmark = pytest.mark.django_db
TOKENS = {"input": "x", "answer": "pos", "tokens": [["fine", 1.0], ["<b>film</b>", -0.4]]}
GRID = {"input": "train-3.png", "answer": "neg", "grid": [[0.0, 1.0], [-1.0, 0.2]]}
PRACTICE = {
    "rows": 4,
    "value": 0.5,
    "confusion": [[2, 0, 0], [1, 0, 1]],
    "explanations": [TOKENS],
}


def page(
    client: Client, practice: dict[str, Any], *, task: Task | None = None, **fields: Any
) -> str:
    made = task or factories.task(factories.competition(), title="Films", train_rows=8)
    entry = factories.participation(Competition.objects.get(pk=made.competition_id))
    fields = {"format": "transformers", **fields}
    submission = factories.submission(entry, state="scored", **fields)
    run = factories.run(submission, state="done", smoke_outcome="ok")
    RunTask.objects.filter(run=run).update(state="ok", practice=practice)
    client.force_login(entry.user)  # type: ignore[arg-type]
    answer = client.get(f"/submissions/{submission.pk}/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_score_and_most_frequent_mistake_are_said(client: Client) -> None:
    said = text(page(client, PRACTICE))
    assert "Accuracy 0.5000 on 4 rows of the train split." in said
    assert "Most frequent mistake: pos answered as neg , 1 of 2." in said


def test_the_confusion_matrix_is_a_table_with_headers_and_shares(client: Client) -> None:
    said = page(client, PRACTICE)
    table = said.split('<table class="confusion">')[1].split("</table>")[0]
    assert text(table) == (
        "Confusion matrix: true classes by answers True class neg pos no answer right "
        "neg 2 0 0 100 % pos 1 0 1 0 %"
    )
    assert table.count('scope="col"') == 5
    assert table.count('scope="row"') == 2
    assert '<td class="number shade-4 is-hit">2</td>' in table
    assert '<td class="number shade-2 is-miss">1</td>' in table


def test_a_column_for_no_answer_is_there_where_one_is_missing(client: Client) -> None:
    assert "no answer" not in page(client, {**PRACTICE, "confusion": [[2, 0, 0], [1, 1, 0]]})


def test_parts_of_a_text_are_marked_and_named(client: Client) -> None:
    said = page(client, PRACTICE)
    assert '<span class="heat p4">fine</span>' in said
    assert "<b>film" not in said
    assert "Answer: pos . Most for it: “fine” 1.00. Most against it: “&lt;b&gt;film" in text(said)


def test_parts_of_an_image_are_drawn_named_and_listed(client: Client) -> None:
    task = factories.image_task(factories.competition())
    said = page(client, {"explanations": [GRID]}, task=task)
    assert said.count("<rect") >= 4
    address = f"/api/v1/competitions/{task.competition.slug}/tasks/{task.slug}/train-files/"
    assert f'<img src="{address}train-3.png" alt="Image train-3.png of the train split"' in said
    assert "Most for it: at the top 1.00, in the middle 0.20." in text(said)
    assert "Most against it: on the left −1.00." in text(said)
    assert "1 2 1 0.00 1.00 2 -1.00 0.20" in text(said)
    assert client.get(f"{address}train-3.png").headers["content-type"] == "image/png"


def test_a_sample_image_has_no_picture_of_the_train_split(client: Client) -> None:
    task = factories.image_task(factories.competition())
    said = page(client, {"explanations": [{**GRID, "input": "sample-grey.png"}]}, task=task)
    assert "<img" not in said.split('id="practice"')[1].split("</section>")[0]
    assert "sample-grey.png, a sample image;" in text(said)


@pytest.mark.parametrize(
    ("format", "track", "told"),
    [("onnx", "predict", True), ("transformers", "predict", False), ("onnx", "prompt", False)],
)
def test_a_format_without_gradients_says_why_no_parts_are_shown(
    client: Client, format: str, track: str, told: bool
) -> None:
    task = factories.task(factories.competition(), track=track, train_rows=8)
    said = page(client, {**PRACTICE, "explanations": []}, task=task, format=format)
    assert ("is shown of models of the format transformers" in said) == told


def test_without_practice_the_page_says_what_it_needs(client: Client) -> None:
    assert "it needs a task with a train split" in page(client, {})
