"""A task's page shows what a generative model reads, and how its answer is taken."""

import pytest
from django.test import Client

from competitions.models import Task
from competitions.prompt_page import prompt_of
from tests import factories

pytestmark = pytest.mark.django_db
TEMPLATE = "Review: {text}\nSentiment: {answer}"


def task(**fields: object) -> Task:
    return factories.task(factories.competition(), track="prompt", **fields)


def shown(client: Client, made: Task) -> str:
    answer = client.get(f"/competitions/{made.competition.slug}/tasks/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_row_of_the_train_split_is_filled_in() -> None:
    prompt = prompt_of(task(train_rows=5, settings={"template": TEMPLATE, "shots": 2}))
    assert prompt.text == "Review: train 0\nSentiment: "
    assert prompt.shots == 2


def test_without_a_train_split_a_made_up_row_is_filled_in() -> None:
    prompt = prompt_of(task(settings={"template": TEMPLATE}))
    assert prompt.text == "Review: A quiet film that stays with you.\nSentiment: "


def test_classes_are_told_with_their_texts_and_written_answers_have_none() -> None:
    assert prompt_of(task(settings={"choices": {"pos": "good"}})).choices == (
        ("neg", "neg"),
        ("pos", "good"),
    )
    written = task(kind="text_generation", metric="rouge_l", labels=[])
    assert prompt_of(written).choices == ()


def test_few_shot_is_said_with_its_number(client: Client) -> None:
    chosen = {"template": TEMPLATE, "shots": 2, "choices": {"neg": "bad", "pos": "good"}}
    page = shown(client, task(train_rows=5, settings=chosen))
    assert "the model reads 2 examples of the train split with their answers" in page
    assert "Review: train 0 Sentiment: <mark>answer</mark></pre>" in page
    assert "likeliest to come next: <q>bad</q> for neg, <q>good</q> for pos." in page


def test_zero_shot_and_written_answers_are_said(client: Client) -> None:
    made = task(kind="text_generation", metric="rouge_l", labels=[], settings={"stop": ["###"]})
    page = shown(client, made)
    assert "without examples (zero-shot)" in page
    assert "always the likeliest next token" in page
    assert "<dt>Answers end at</dt><dd>“###”</dd>" in page


def test_a_template_s_markup_is_text(client: Client) -> None:
    evil = "<script>alert(1)</script>\u202e {text} {answer}"
    page = shown(client, task(settings={"template": evil, "choices": {"neg": "<b>"}}))
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert "<q>&lt;b&gt;</q>" in page
