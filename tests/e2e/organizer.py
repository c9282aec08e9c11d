"""The organizer's side of the main road, all of it on the admin's HTML forms."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.e2e.stack import Stack
from tests.e2e.visitor import Visitor

PASSWORD = "correct-horse-battery-9"
ADMIN = "/admin/competitions/competition/"
USERS = "/admin/accounts/user/"


def create_competition(stack: Stack, *, slug: str, headed: str) -> Visitor:
    """An operator makes an organizer; she makes a draft of three tasks with their files."""
    _make_organizer(stack, "olga")
    person = Visitor(stack.url)
    person.log_in("olga", PASSWORD)
    words = {"kind": "text_classification", "metric": "accuracy", "labels": "bad\ngood"}
    numbers = {"kind": "text_regression", "metric": "spearman", "track": "probe"}
    pairs = {"kind": "sentence_similarity", "metric": "spearman"}
    tasks = [
        _task(headed, "Which word", **words),
        _task("how-good", "How good", **numbers),
        _task("alike", "Alike", **pairs),
    ]
    about = {"title": "Tiny encoders", "slug": slug, "rules": "Play fair."}
    form = person.fill(f"{ADMIN}add/", having="title")
    rows = {**_added(form, "phases", [_phase()]), **_added(form, "tasks", tasks)}
    saved = person.send(f"{ADMIN}add/", {**about, **rows}, having="title")
    assert "was added successfully" in saved.text, _complaints(saved.text)
    page = _page(person, slug)
    _upload(person, page, headed, 40, _word_row, _word_label)
    _upload(person, page, "how-good", 30, _word_row, _number_label, train_rows=40)
    _upload(person, page, "alike", 20, _pair_row, _number_label)
    _add_awards(person, page, headed)
    return person


def publish(organizer: Visitor, *, slug: str) -> None:
    """Confirm on the page that the check list's button leads to."""
    page = _page(organizer, slug)
    assert "Publish…</a>" in organizer.get(f"{page}change/"), "the check list does not pass"
    done = organizer.send(f"{page}publish/", {"confirm": "yes"})
    assert "is published" in done.text, _complaints(done.text)


def close(organizer: Visitor, *, slug: str) -> None:
    """Tick the box on the page that closes and awards."""
    organizer.send(f"/competitions/{slug}/close/", {"confirm": "yes"})


def _make_organizer(stack: Stack, name: str) -> None:
    """The operator's first login, and the account that she makes."""
    mail = ("--username", "root", "--email", "root@example.org")
    stack.manage("createsuperuser", "--noinput", *mail, DJANGO_SUPERUSER_PASSWORD=PASSWORD)
    operator = Visitor(stack.url)
    operator.log_in("root", PASSWORD)
    account = {
        "username": name,
        "email": f"{name}@example.org",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "is_staff": "on",
    }
    made = operator.send(f"{USERS}add/", account, having="password1")
    assert "was added successfully" in made.text, _complaints(made.text)


def _page(person: Visitor, slug: str) -> str:
    """Find the competition in the list; return the address that its pages begin with."""
    found = re.search(rf"{ADMIN}\d+/", person.get(f"{ADMIN}?q={slug}"))
    assert found, f"{slug} is not in the list"
    return found.group()


def _phase() -> dict[str, str]:
    now = timezone.now()
    begin, end = now - timedelta(days=1), now + timedelta(days=9)
    return {
        "title": "Main",
        "slug": "main",
        "starts_at_0": begin.date().isoformat(),
        "starts_at_1": "00:00:00",
        "ends_at_0": end.date().isoformat(),
        "ends_at_1": "00:00:00",
    }


def _task(slug: str, title: str, **fields: str) -> dict[str, str]:
    return {"slug": slug, "title": title, "track": "predict", "max_length": "64", **fields}


def _added(form: dict[str, Any], prefix: str, rows: list[dict[str, str]]) -> dict[str, Any]:
    """Return rows as the page's script adds them: its empty row, filled in."""
    begin = f"{prefix}-__prefix__-"
    empty = {name.removeprefix(begin): form[name] for name in form if name.startswith(begin)}
    typed = {
        f"{prefix}-{number}-{name}": value
        for number, row in enumerate(rows)
        for name, value in {**empty, **row}.items()
    }
    return {f"{prefix}-TOTAL_FORMS": str(len(rows)), **typed}


def _add_awards(person: Visitor, page: str, headed: str) -> None:
    form = person.fill(f"{page}change/", having="title")
    pks = {form[f"tasks-{number}-slug"]: form[f"tasks-{number}-id"] for number in range(3)}
    awards = [
        {"slug": "first", "title": "First", "rule": "overall_rank"},
        {"slug": "words", "title": "Words", "rule": "task_rank", "task": pks[headed]},
    ]
    saved = person.send(f"{page}change/", _added(form, "awards", awards), having="title")
    assert "was changed successfully" in saved.text, _complaints(saved.text)


_Row = Callable[[int], dict[str, Any]]


def _upload(
    person: Visitor, page: str, task: str, rows: int, row: _Row, label: _Row, train_rows: int = 0
) -> None:
    """Choose the files on the task's dataset page and send them."""
    files = {
        "inputs": _lines([{"id": f"r{i}", **row(i)} for i in range(rows)]),
        "labels": _lines([{"id": f"r{i}", **label(i)} for i in range(rows)]),
    }
    if train_rows:
        public = [{"id": f"t{i}", **row(i), **label(i)} for i in range(train_rows)]
        files["train"] = _lines(public)
    sent = {role: (f"{role}.jsonl", data) for role, data in files.items()}
    address = f"{page}task/{task}/dataset/"
    done = person.send(address, {"note": "First."}, having="note", files=sent)
    assert f"has version 1: {rows} test rows" in done.text, _complaints(done.text)


def _lines(rows: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def _word(number: int) -> str:
    return ["bad", "good"][number % 2]


def _word_row(number: int) -> dict[str, Any]:
    return {"input": {"text": f"row {number} {_word(number)}"}}


def _word_label(number: int) -> dict[str, Any]:
    return {"label": _word(number)}


def _number_label(number: int) -> dict[str, Any]:
    return {"label": number % 2 + number / 100}


def _pair_row(number: int) -> dict[str, Any]:
    return {"input": {"text_a": f"row {number}", "text_b": _word(number)}}


def _complaints(page: str) -> str:
    """Return what a page complains of, for the message of a failed test."""
    found = re.findall(
        r'class="(?:errorlist|errornote|podium-note)[^>]*>(.*?)</(?:ul|p|div)>', page, re.S
    )
    return " | ".join(re.sub(r"<[^>]+>|\s+", " ", each).strip() for each in found) or page[:500]
