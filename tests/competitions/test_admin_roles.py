"""Whom the admin lets do what: organizers with theirs, nobody with what was published."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from competitions.models import Award, Competition, Task
from submissions.models import Run
from tests import factories
from tests.desk import ADD, LIST, Desk, change_page, dataset_page, desk, faults, inline, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> Competition:
    made = factories.competition(state="draft", title="Draft of ada")
    factories.task(made, slug="mood")
    return made


def test_a_stranger_to_the_competition_finds_nothing(draft: Competition) -> None:
    other = desk()
    assert "Draft of ada" not in other.get(LIST)
    assert other.client.get(change_page(draft)).status_code == 302
    assert other.client.get(dataset_page(draft.tasks.get())).status_code == 404
    assert other.publish(draft).status_code == 404
    answer = other.client.post(change_page(draft), {"title": "Mine"})
    draft.refresh_from_db()
    assert (answer.status_code, draft.title) == (302, "Draft of ada")


@pytest.mark.parametrize(
    "page", ["submissions/submission", "submissions/run", "competitions/datasetversion"]
)
def test_lists_hold_an_organizers_own_rows(page: str, draft: Competition) -> None:
    factories.run(factories.submission(factories.participation(draft)))
    mine, other = Desk(factories.organizer(draft)), desk()
    assert "Draft of ada" in mine.get(f"/admin/{page}/")
    assert "Draft of ada" not in other.get(f"/admin/{page}/")


def test_accounts_are_for_operators(draft: Competition) -> None:
    mine = Desk(factories.organizer(draft))
    assert "/admin/accounts/" not in mine.get("/admin/")
    assert mine.client.get("/admin/accounts/user/").status_code == 403
    assert mine.client.get("/admin/accounts/accesstoken/").status_code == 403
    operator = desk(is_superuser=True)
    assert "Draft of ada" in operator.get(LIST)
    assert operator.client.get("/admin/accounts/user/").status_code == 200


def test_participants_are_sent_to_the_login(draft: Competition) -> None:
    person = desk(is_staff=False)
    for page in (LIST, change_page(draft), dataset_page(draft.tasks.get())):
        assert "/login/" in person.client.get(page).headers["Location"]


def test_an_award_is_for_one_of_the_competitions_own_tasks(draft: Competition) -> None:
    foreign = factories.task(factories.competition(state="draft"))
    row = inline("awards", 1, title="A", slug="a", rule="task_rank", task=str(foreign.pk))
    ranks = {"awards-0-rank_from": "1", "awards-0-rank_to": "1", "awards-0-position": "0"}
    answer = Desk(factories.organizer(draft)).save(change_page(draft), {**row, **ranks})
    assert "awards-0-task" in faults(answer)


def test_what_was_published_stays_whatever_the_form_says(draft: Competition) -> None:
    mine = Desk(factories.organizer(draft))
    form = mine.form(change_page(draft), having="title")
    Competition.objects.update(state="published", published_at=timezone.now())
    values = {
        **form,
        "title": "A better title",
        "slug": "elsewhere",
        "rules": "None.",
        "public_fraction": "0.9",
        "aggregation": "geometric_mean",
        "secondary_columns": "borda",
        "board_guard": "ladder",
        "guard_step": "5",
        "dtype": "bfloat16",
        "memory_bytes": "9 GiB",
        "tasks-0-weight": "7",
        "tasks-0-category": "Elsewhere",
        "tasks-0-metric": "mcc",
        "tasks-0-labels": "x\ny",
        "phases-0-daily_limit": "999",
        "tasks-TOTAL_FORMS": "2",
        "tasks-1-title": "New",
        "tasks-1-slug": "new",
        **inline("awards", 1, title="A", slug="a", rule="overall_rank", rank_from="1"),
    }
    before = Competition.objects.values().get()
    task, phase = Task.objects.values().get(), draft.phases.values().get()
    mine.client.post(change_page(draft), values)
    after = Competition.objects.values().get()
    assert after.pop("title") == "A better title"
    before.pop("title")
    assert after == before
    assert Task.objects.values().get() == task
    assert draft.phases.values().get() == phase
    assert not Award.objects.exists()
    page = mine.get(change_page(draft))
    assert "What decides results is fixed" in page


def test_an_organizer_chooses_the_guard_of_a_draft_and_reads_what_it_costs(
    draft: Competition,
) -> None:
    mine = Desk(factories.organizer(draft))
    assert "small real progress stays unseen too" in mine.get(change_page(draft))
    mine.save(change_page(draft), {"board_guard": "rounding", "guard_step": "2.5"})
    for step in ("0", "11", "nan"):
        answer = mine.save(change_page(draft), {"board_guard": "ladder", "guard_step": step})
        assert "guard_step" in faults(answer)
    draft.refresh_from_db()
    assert (draft.board_guard, draft.guard_step) == ("rounding", 2.5)
    Competition.objects.update(state="published", published_at=timezone.now())
    assert "Shown scores are rounded to a step" in mine.get(change_page(draft))


def test_a_published_phase_is_made_longer_and_never_shorter(draft: Competition) -> None:
    Competition.objects.update(state="published", published_at=timezone.now())
    mine = Desk(factories.organizer(draft))
    phase = draft.phases.get()
    for days, accepted in ((-1, False), (3, True)):
        end = phase.ends_at + timedelta(days=days)
        values = {
            "phases-0-ends_at_0": end.date().isoformat(),
            "phases-0-ends_at_1": end.time().isoformat("seconds"),
        }
        answer = mine.save(change_page(draft), values)
        stored = draft.phases.get().ends_at
        if accepted:
            assert stored == end.replace(microsecond=0), faults(answer)
        else:
            assert "longer, never shorter" in faults(answer)["phases-0-ends_at"][0]
            assert stored == phase.ends_at


def test_a_draft_can_be_deleted_until_somebody_enters_it(draft: Competition) -> None:
    mine = Desk(factories.organizer(draft))
    page = f"{LIST}{draft.pk}/delete/"
    baseline = factories.participation(draft, is_baseline=True)
    assert mine.client.post(page, {"post": "yes"}).status_code == 403
    baseline.delete()
    assert mine.client.post(page, {"post": "yes"}).status_code == 302
    assert not Competition.objects.exists()


def test_a_task_is_removed_with_its_dataset_unless_it_is_used(draft: Competition) -> None:
    mine = Desk(factories.organizer(draft))
    award = Award.objects.create(
        competition=draft, slug="a", title="A", rule="task_rank", task=draft.tasks.get()
    )
    answer = mine.save(change_page(draft), {"tasks-0-DELETE": "on"})
    assert "The award “A” is for this task" in text(answer)
    award.delete()
    mine.save(change_page(draft), {"tasks-0-DELETE": "on"})
    assert not Task.objects.exists()


def test_other_classes_leave_a_task_without_dataset_and_baseline(draft: Competition) -> None:
    Competition.objects.update(baseline_scored_at=timezone.now())
    mine = Desk(factories.organizer(draft))
    answer = mine.save(change_page(draft), {"tasks-0-labels": "bad\ngood"})
    assert "upload its dataset again" in text(answer)
    assert "run a baseline again" in text(answer)
    assert draft.tasks.get().dataset is None
    draft.refresh_from_db()
    assert draft.baseline_scored_at is None


def test_words_alone_leave_the_baseline_as_it_is(draft: Competition) -> None:
    Competition.objects.update(baseline_scored_at=timezone.now())
    mine = Desk(factories.organizer(draft))
    mine.save(change_page(draft), {"overview": "New words.", "tasks-0-title": "Moods"})
    draft.refresh_from_db()
    assert draft.overview == "New words."
    assert draft.tasks.get().title == "Moods"
    assert draft.baseline_scored_at is not None


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"tasks-0-weight": "0"}, "tasks-0-__all__", "The weight must be above 0."),
        ({"tasks-0-weight": "-1"}, "tasks-0-__all__", "The weight must be above 0."),
        ({"tasks-0-metric": "spearman"}, "tasks-0-metric", "is scored by one of: Accuracy"),
        ({"tasks-0-labels": "one"}, "tasks-0-labels", "at least two classes"),
        ({"tasks-0-labels": "a\nb\na"}, "tasks-0-labels", "named 2 times"),
        ({"tasks-0-kind": "text_regression"}, "tasks-0-labels", "leave them empty"),
        ({"memory_bytes": "lots"}, "memory_bytes", "Write a size such as 2 GiB"),
        ({"max_upload_bytes": "0"}, "max_upload_bytes", "above 0"),
        ({"total_seconds": "10"}, "total_seconds", "can't be shorter"),
        ({"allowed_formats": []}, "allowed_formats", "required"),
        ({"phases-0-daily_limit": "0"}, "phases-0-__all__", "Limits must be 1 or more."),
    ],
)
def test_a_wrong_field_is_named_with_its_reason(
    draft: Competition, typed: dict[str, object], field: str, message: str
) -> None:
    answer = Desk(factories.organizer(draft)).save(change_page(draft), typed)
    assert message in " ".join(faults(answer)[field])


def test_an_unbounded_metric_asks_for_baseline_and_ceiling(draft: Competition) -> None:
    mine = Desk(factories.organizer(draft))
    typed = {"tasks-0-kind": "text_regression", "tasks-0-labels": "", "tasks-0-metric": "rmse"}
    answer = mine.save(change_page(draft), typed)
    assert "give the task a baseline and a ceiling" in faults(answer)["tasks-0-metric"][0]
    mine.save(change_page(draft), {**typed, "tasks-0-baseline": "2", "tasks-0-ceiling": "0.5"})
    assert draft.tasks.get().metric == "rmse"


def test_organizers_run_their_submissions_again(
    draft: Competition, enqueued: list[object], django_capture_on_commit_callbacks: object
) -> None:
    submission = factories.submission(factories.participation(draft), state="failed")
    action = {"action": "rerun_chosen", "_selected_action": [str(submission.pk)]}
    page = "/admin/submissions/submission/"
    desk().client.post(page, action)
    assert not Run.objects.exists()
    mine = Desk(factories.organizer(draft))
    assert "wait for a worker" in text(mine.client.post(page, action, follow=True))
    submission.refresh_from_db()
    assert submission.state == "queued"
    again = mine.client.post(page, action, follow=True)
    assert "can't be run again now" in text(again).replace("’", "'")


def test_who_may_organize_is_chosen_among_staff(draft: Competition) -> None:
    factories.user(username="participant-of-another")
    page = Desk(factories.organizer(draft)).get(ADD)
    assert "participant-of-another" not in page
