"""Before the close, private numbers change nothing that anybody is answered: no byte, no header.

``test_roles.py`` looks for planted digits; this one also finds orders, lengths and counts.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from scoring.models import BoardStatistics, FinalScore, LeaderboardEntry, TaskScore
from tests.roles import World, make_world, read_table

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

READER = "superuser"
PARTS = ("api/v1/competitions/", "api/v1/submissions/", "competitions/<slug:slug>/export/")
_TOKEN = re.compile(rb'(?<=["&;])[A-Za-z0-9]{64}(?=["&])|nonce="[^"]*"')
LISTS = ("taskscore", "leaderboardentry")


def addresses(world: World) -> list[str]:
    """Return what tells of the competition, and the admin's lists in every order and filter."""
    rows = [
        row
        for row in read_table()
        if row.method == "GET" and not row.variant and row.address.startswith(PARTS)
    ]
    asked = ["", "?board=private&ordering=-final_score"]
    found = {world.url(row) + query for row in rows for query in asked if "?" not in row.address}
    lists = [*(f"?o=-{place}" for place in range(1, 9)), "?split=private", "?points__gt=70"]
    found |= {f"/admin/scoring/{name}/{each}" for name in LISTS for each in lists}
    return sorted(found)


def answers(world: World, urls: list[str]) -> dict[str, Any]:
    """Ask as the one who may see most. Tokens of forms are left out."""
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = world.sessions[READER]
    found = {}
    for url in urls:
        cache.clear()
        with transaction.atomic():
            answer = client.get(url)
            text = b"".join(answer)
            transaction.set_rollback(True)
        headers = [answer.headers.get(name) for name in ("ETag", "Content-Length", "Location")]
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            text = _TOKEN.sub(b"", text)
        found[url] = (answer.status_code, headers, text)
    return found


def test_no_answer_depends_on_a_private_number_before_the_close() -> None:
    world = make_world()
    urls = addresses(world)
    before = answers(world, urls)
    assert sum(status == 200 for status, _, _ in before.values()) > 20
    open_rows: dict[str, Any] = {"split": "private"}
    cup = world.values["slug"]
    changed = [
        TaskScore.objects.filter(task__competition__slug=cup, **open_rows).update(
            value=0.1234, points=12.34, low=1.5, high=20.1, rows=11, missing=3, details={}
        ),
        FinalScore.objects.filter(participation__competition__slug=cup, **open_rows).update(
            points=12.34, low=1.5, high=20.1
        ),
        LeaderboardEntry.objects.filter(competition__slug=cup, board="private").update(
            final_score=12.34, rank=7, rank_best=3, rank_worst=9, p_next=0.9, tasks={}
        ),
        BoardStatistics.objects.filter(competition__slug=cup, board="private").update(facts={}),
    ]
    assert all(changed)
    after = answers(world, urls)
    assert [url for url in urls if before[url] != after[url]] == []
