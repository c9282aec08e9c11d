"""Settings of a task on the organizers' form: typed, read back, explained, shown in words."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from competitions.kinds import KINDS
from competitions.models import Competition, Task
from tests import factories
from tests.desk import Desk, change_page, desk, faults, new_task, text

pytestmark = pytest.mark.django_db
NAME = "tasks-0-settings"


def prompt(**typed: str) -> dict[str, str]:
    """Return what is typed for a task of the prompt track."""
    return {
        **new_task(track="prompt"),
        **{f"{NAME}-prompt-{name}": value for name, value in typed.items()},
    }


def created(organizer: Desk, values: dict[str, Any]) -> Task:
    answer = organizer.create(**values)
    assert "adminform" not in answer.context or not faults(answer), faults(answer)
    return Task.objects.get(competition__slug="tiny-cup")


def refused(values: dict[str, Any]) -> str:
    return " ".join(faults(desk().create(**values))[NAME])


def test_a_prompt_is_typed_as_it_is_read() -> None:
    organizer = desk()
    made = created(
        organizer,
        prompt(
            template="Review: {text}\r\nSentiment: {answer}",
            shots="2",
            separator="\\n---\\n",
            choices="neg = bad\r\npos = \\sgood",
            normalisation="per_token",
        ),
    )
    assert made.settings == {
        "template": "Review: {text}\nSentiment: {answer}",
        "shots": 2,
        "separator": "\n---\n",
        "choices": {"neg": "bad", "pos": " good"},
        "normalisation": "per_token",
    }
    form = organizer.form(change_page(made.competition), having="title")
    assert form[f"{NAME}-prompt-choices"].split("\n") == ["neg = bad", "pos = \\sgood"]
    assert form[f"{NAME}-prompt-separator"] == "\\n---\\n"
    assert form[f"{NAME}-prompt-shots"] == "2"


def test_what_is_left_empty_or_as_it_was_is_not_stored() -> None:
    assert created(desk(), prompt(shots=" ", normalisation="sum")).settings == {}


def test_only_settings_of_the_chosen_track_are_read() -> None:
    values = {**new_task(track="probe"), f"{NAME}-probe-preset": "mteb"}
    values |= {f"{NAME}-finetune-preset": "glue", f"{NAME}-finetune-seeds": "7"}
    assert created(desk(), values).settings == {"preset": "mteb"}


def test_settings_of_another_track_are_forgotten_with_it() -> None:
    organizer = desk()
    made = created(organizer, prompt(shots="2"))
    organizer.save(change_page(made.competition), {"tasks-0-track": "predict"})
    made.refresh_from_db()
    assert (made.track, made.settings) == ("predict", {})


def test_saving_again_changes_nothing_and_keeps_the_baseline() -> None:
    organizer = desk()
    made = created(
        organizer,
        {
            **new_task(track="finetune"),
            f"{NAME}-finetune-preset": "glue",
            f"{NAME}-finetune-learning_rate": "3e-5",
        },
    )
    Task.objects.update(settings={**made.settings, "preset": "glue", "seeds": 3})
    Competition.objects.update(baseline_scored_at=timezone.now())
    organizer.save(change_page(made.competition), {})
    made.refresh_from_db()
    assert made.settings == {"preset": "glue", "learning_rate": 3e-5, "seeds": 3}
    assert Competition.objects.get().baseline_scored_at is not None


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"shots": "many"}, "“Examples” must be a whole number."),
        ({"shots": "17"}, "“Examples” (shots) must lie within 0 and 16."),
        ({"choices": "pos"}, "“Texts of the classes” needs a line such as"),
        ({"template": "Say {word}: {answer}"}, "{word}, which no input has"),
        ({"choices": "good = pos"}, "which is no class of the task"),
    ],
)
def test_what_does_not_fit_is_said_at_the_field(typed: dict[str, str], problem: str) -> None:
    assert problem in refused(prompt(**typed))


def test_what_was_typed_stays_on_the_refused_form() -> None:
    answer = desk().create(**prompt(shots="many", template="Say {answer}"))
    assert 'value="many"' in text(answer)
    assert "Say {answer}</textarea>" in text(answer)


def test_every_setting_of_every_kind_and_track_has_a_field() -> None:
    form = desk().form("/admin/competitions/competition/add/", having="title")
    names = {name.removeprefix("tasks-__prefix__-settings-") for name in form}
    for kind in KINDS.values():
        for track in kind.tracks:
            assert {f"{track}-{each}" for each in kind.settings_of(track)} <= names


def test_a_published_task_says_its_settings_in_words() -> None:
    competition = factories.competition()
    factories.task(competition, track="probe", train_rows=20, settings={"preset": "knn"})
    organizer = Desk(factories.organizer(competition))
    page = organizer.get(change_page(competition))
    assert "What is fitted: The 5 nearest train rows by cosine" in page
