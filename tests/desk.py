"""An organizer at the admin's forms, through Django's test client."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import User
from competitions.models import Competition, Task
from tests import factories
from tests.e2e.visitor import Forms

LIST = "/admin/competitions/competition/"
ADD = f"{LIST}add/"


class Desk:
    """One logged-in person who fills in forms as a browser would."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.client = Client()
        self.client.force_login(user)

    def get(self, path: str) -> str:
        """Open a page that must answer 200."""
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.content.decode()

    def form(self, path: str, *, having: str) -> dict[str, Any]:
        """Return the values of the page's POST form that has the field ``having``."""
        parser = Forms()
        parser.feed(self.get(path))
        pairs = zip(parser.forms, parser.methods, strict=True)
        return next(form for form, method in pairs if method == "post" and having in form)

    def save(self, path: str, values: dict[str, Any], *, having: str = "title") -> HttpResponse:
        """Fill in a page's form, send it, and follow to the next page."""
        form = {**self.form(path, having=having), **values}
        sent = {name: value for name, value in form.items() if value is not None}
        answer: HttpResponse = self.client.post(path, sent, follow=True)
        return answer

    def create(self, **values: Any) -> HttpResponse:
        """Send the form for a new competition."""
        return self.save(ADD, {**new_competition(), **values})

    def upload(self, task: Task, files: dict[str, bytes], **values: str) -> HttpResponse:
        """Send a dataset's files: ``{"inputs": …, "labels": …, "train": …}``."""
        sent = {role: SimpleUploadedFile(f"{role}.jsonl", data) for role, data in files.items()}
        answer: HttpResponse = self.client.post(dataset_page(task), {**sent, **values}, follow=True)
        return answer

    def publish(self, competition: Competition) -> HttpResponse:
        """Confirm on the page that publishes."""
        path = f"{LIST}{competition.pk}/publish/"
        answer: HttpResponse = self.client.post(path, {"confirm": "yes"}, follow=True)
        return answer


def desk(**fields: Any) -> Desk:
    """Return the desk of a new organizer."""
    return Desk(factories.user(**{"is_staff": True, **fields}))


def change_page(competition: Competition) -> str:
    """Return the address of a competition's form."""
    return f"{LIST}{competition.pk}/change/"


def dataset_page(task: Task) -> str:
    """Return the address of a task's dataset page."""
    return f"{LIST}{task.competition_id}/task/{task.slug}/dataset/"


def text(answer: HttpResponse) -> str:
    """Return the page's text with entities of quotes resolved."""
    return answer.content.decode().replace("&quot;", '"').replace("&#x27;", "'")


def new_competition() -> dict[str, Any]:
    """Return what an organizer types for a small competition: a phase, a task, an award."""
    today = timezone.now()
    return {
        "title": "Tiny cup",
        "slug": "tiny-cup",
        "rules": "Play fair.",
        **inline("phases", 1, title="Main", slug="main"),
        "phases-0-starts_at_0": today.date().isoformat(),
        "phases-0-starts_at_1": "00:00:00",
        "phases-0-ends_at_0": today.date().replace(year=today.year + 1, day=1).isoformat(),
        "phases-0-ends_at_1": "12:00:00",
        "phases-0-daily_limit": "5",
        "phases-0-total_limit": "100",
        "phases-0-concurrent_limit": "2",
        **new_task(),
        **inline("awards", 0),
    }


def new_task(**values: str) -> dict[str, Any]:
    """Return what an organizer types for one classification task."""
    fields = {
        "title": "Mood",
        "slug": "mood",
        "kind": "text_classification",
        "track": "predict",
        "metric": "accuracy",
        "weight": "1",
        "labels": "neg\npos",
        "pooling": "model",
        "max_length": "128",
        "position": "0",
    }
    return inline("tasks", 1, **{**fields, **values})


def inline(prefix: str, rows: int, **values: str) -> dict[str, Any]:
    """Return a formset's counters and the fields of its first row."""
    counters = {f"{prefix}-TOTAL_FORMS": str(rows), f"{prefix}-INITIAL_FORMS": "0"}
    return {**counters, **{f"{prefix}-0-{name}": value for name, value in values.items()}}


def faults(answer: HttpResponse) -> dict[str, list[str]]:
    """Return what a form was refused for, by the field's name on the page."""
    found: dict[str, list[str]] = {}
    forms = [answer.context["adminform"].form]
    for inline_formset in answer.context["inline_admin_formsets"]:
        forms += inline_formset.formset.forms
        if errors := inline_formset.formset.non_form_errors():
            found[inline_formset.formset.prefix] = list(errors)
    for form in forms:
        for name, errors in form.errors.items():
            found[form.add_prefix(name)] = list(errors)
    return found
