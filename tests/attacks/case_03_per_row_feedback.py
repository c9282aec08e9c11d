"""Row 3: an answer of the platform that says something about a single hidden row."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from competitions.blinding import TEST, blind_id
from competitions.models import Competition
from scoring.models import TaskScore
from scoring.services.close import close_competition
from submissions.api_serializers import StandingSerializer
from submissions.models import Submission
from tests import factories
from tests.attacks.answers import RawBackend, returned, row_number
from tests.attacks.arena import Arena, everything_shown
from tests.attacks.registry import PLATFORM, case
from tests.clients import api
from tests.fakes import FakeBackend

STANDING = """
    id competition number state error_code message format declared created_at queue_position
    public_score held_back selected_final missing_guarantees tasks tasks[].slug tasks[].state
    tasks[].error_code tasks[].message tasks[].done tasks[].total tasks[].rate
    tasks[].seconds_left tasks[].public_points tasks[].public_value tasks[].public_sd
    tasks[].rounds
"""
ENTRY = """
    rank participant is_baseline final_score submission_number submitted_at tasks tasks.*
    tasks.*.points tasks.*.value tasks.*.failed tasks.*.sd tasks.*.rounds tasks.*.low tasks.*.high
    low high rank_best rank_worst tied_with_next p_next public_rank secondary
"""
STATISTICS = """
    current level version compared resamples test differences differences[].task
    differences[].rows differences[].groups differences[].points differences[].assumed
"""
KEYS = {
    r"api/v1/submissions/[^/]+/": {*STANDING.split()},
    r"api/v1/competitions/[^/]+/submissions/": {
        *("results", "next", "previous"),
        *(f"results[].{key}" for key in STANDING.split()),
    },
    r"api/v1/competitions/[^/]+/leaderboard/(\?board=private)?": {
        *("board", "entries", "statistics"),
        *(f"entries[].{key}" for key in ENTRY.split()),
        *(f"statistics.{key}" for key in STATISTICS.split()),
    },
    r"api/v1/competitions/[^/]+/awards/": {
        *(f"[].{key}" for key in ("award", "title", "prize", "participant", "rank", "reason")),
    },
}
"""Everything that the API tells of submissions and scores, by address."""
_ISO_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+")
_TOO_FINE = re.compile(r"\d\.\d{5,}")


@case(3, "per-row feedback", where=PLATFORM)
def per_row_feedback(arena: Arena) -> None:
    competition, submissions = _submissions(arena)
    owner = submissions[0].submitted_by
    shown = _shown(owner, submissions)
    assert len(shown) > 20
    assert _strange_keys(shown) == set()
    secrets = _secrets(submissions)
    for url, text in shown.items():
        told = sorted(secret for secret in secrets if secret in text)
        assert not told, (url, told[:5])
        assert not _TOO_FINE.search(_ISO_TIME.sub("", text)), url
    Submission.objects.filter(pk=submissions[0].pk).update(selected_final=True)
    close_competition(competition=competition, by=factories.organizer(competition))
    shown = _shown(owner, submissions)
    assert _strange_keys(shown) == set()
    assert not any(
        secret in text for text in shown.values() for secret in _row_secrets(submissions)
    )


@per_row_feedback.control
def a_careless_answer_is_found(arena: Arena) -> None:
    _, submissions = _submissions(arena)
    honest = StandingSerializer.to_representation

    def careless(serializer: Any, standing: Any) -> Any:
        rows = [{"id": "r0", "right": True}]
        return {**honest(serializer, standing), "rows": rows, "accuracy": 0.123456}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StandingSerializer, "to_representation", careless)
        shown = _shown(submissions[0].submitted_by, submissions)
    assert {"rows", "rows[].right", "accuracy"} <= _strange_keys(shown)
    assert any(_TOO_FINE.search(_ISO_TIME.sub("", text)) for text in shown.values())


def _submissions(arena: Arena) -> tuple[Competition, list[Submission]]:
    """One person's submissions: a good one, one whose task fails over hidden rows, a bad one."""
    competition = factories.competition(split_key="3f" * 32)
    for slug in ("first", "second"):
        factories.task(competition, slug=slug, rows=60)
    entry = factories.participation(competition)

    def some(row: dict[str, Any]) -> dict[str, Any]:
        return {"label": ["neg", "pos"][row_number(row) % 7 % 2]}

    def tells(slug: str, blinded: str, number: int) -> str:
        """Put what the model saw into what the scorer will complain of."""
        return json.dumps({"id": blinded, "label": f"row {number}", f"row {number} {blinded}": 1})

    backends = [
        FakeBackend(answers={"first": some, "second": some}),
        RawBackend(line=tells, crashes={"second": "row 3 says neg"}),
        RawBackend(line=tells),
    ]
    return competition, [returned(arena, entry, backend).submission for backend in backends]


def _shown(user: User, submissions: list[Submission]) -> dict[str, str]:
    """Every page and every answer of the API that the participant can open."""
    found = everything_shown(user, submissions[0])
    board = f"/api/v1/competitions/{submissions[0].competition.slug}/leaderboard/?board=private"
    found[board] = api(user).get(board).content.decode()
    client = Client()
    client.force_login(user)
    for submission in submissions[1:]:
        for url in (f"/submissions/{submission.pk}/", f"/api/v1/submissions/{submission.pk}/"):
            cache.clear()
            found[url] = client.get(url).content.decode()
    return found


def _strange_keys(shown: dict[str, str]) -> set[str]:
    """Keys of JSON answers that are in no list; addresses without a list are not about scores."""
    strange: set[str] = set()
    checked = set()
    for url, text in shown.items():
        for pattern, allowed in KEYS.items():
            if re.fullmatch(f"/{pattern}", url) and '"code"' not in text[:20]:
                checked.add(pattern)
                strange |= set(_keys(json.loads(text))) - allowed
    assert checked == KEYS.keys(), KEYS.keys() - checked
    return strange


def _keys(value: Any, path: str = "") -> Iterator[str]:
    """Paths of all keys; `declared` is the participant's own, `tasks` of a board go by slug."""
    if isinstance(value, list):
        for each in value:
            yield from _keys(each, f"{path}[]")
    elif isinstance(value, dict) and not path.endswith("declared"):
        by_slug = path.endswith("entries[].tasks")
        for key, each in value.items():
            inner = f"{path}.{'*' if by_slug else key}".lstrip(".")
            yield inner
            yield from _keys(each, inner)


def _secrets(submissions: list[Submission]) -> set[str]:
    """What no answer may hold before the close: hidden rows, exact scores, all private ones."""
    exact = TaskScore.objects.filter(submission__in=submissions).exclude(value=None)
    private = exact.filter(split="private")
    numbers = {repr(each.value) for each in exact if len(repr(each.value)) > 6}
    numbers |= {f"{each.points:.2f}" for each in private if len(repr(each.value)) > 6}
    assert numbers
    return numbers | _row_secrets(submissions)


def _row_secrets(submissions: list[Submission]) -> set[str]:
    """The texts of hidden rows, and their ids in each run."""
    rows = [f"r{number}" for number in range(60)]
    texts = {f"row {number}" for number in range(60)}
    return texts | {
        blind_id(key=run.key, task=slug, part=TEST, row_id=row)
        for submission in submissions
        for run in submission.runs.all()
        for slug in ("first", "second")
        for row in rows
    }
