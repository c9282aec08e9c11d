"""Row 70: another's submission, a draft, a private score, by guessing addresses.

Every address × every role, as `tests/roles.tsv` says and `tests/test_roles.py` explains; here the
lines are read the other way round: who gets in where they should not.
"""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import transaction

from scoring.models import FinalScore
from submissions.models import Submission
from tests.attacks.arena import Arena
from tests.attacks.registry import PLATFORM, case
from tests.roles import ROLES, Row, World, make_world, read_table
from tests.test_roles import ALL

OWNED = ("submission_id", "upload_id", "token_id", "sha256")
"""Parameters that name what belongs to one person."""
OUTSIDERS = ("anonymous", "stranger", "rival", "foreign_organizer")
IN = {"200", "201", "204", "302", "400", "409"}


@case(70, "others' submissions, drafts, private scores by guessed ids", where=PLATFORM)
def guessed_ids(arena: Arena) -> None:
    rows = read_table()
    assert {route for route, _ in ALL} == {row.route for row in rows}
    opened = [str(row) for row in rows if _lets_an_outsider_in(row)]
    assert opened == []
    with transaction.atomic():
        wrong, told = _walk(make_world(), rows)
        transaction.set_rollback(True)
    assert (wrong, told) == ([], [])


@guessed_ids.control
def without_the_permission_others_are_let_in(arena: Arena) -> None:
    with transaction.atomic():
        _open_doors()
        transaction.set_rollback(True)


def _open_doors() -> None:
    def found(user: object, submission_id: object) -> Submission:
        return Submission.objects.get(pk=submission_id)

    rows = [row for row in read_table() if row.route.startswith("submissions/<uuid")]
    world = make_world()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("submissions.pages.follow.get_submission", found)
        wrong, _ = _walk(world, rows)
    assert len(wrong) >= 4
    private = "submissions.selectors.public_final_scores"
    with pytest.MonkeyPatch.context() as patch:
        exact = FinalScore.objects.filter(split="private").values_list("submission_id", "points")
        patch.setattr(private, lambda ids: dict(exact))
        _, told = _walk(world, rows)
    assert any("a private score" in each for each in told)


def _lets_an_outsider_in(row: Row) -> bool:
    """Tell whether the table itself gives somebody else's things, or a draft, to an outsider."""
    if not any(f"{name}>" in row.address for name in OWNED) and row.variant != "draft":
        return False
    roles = [role for role in OUTSIDERS if row.variant != "draft" or role != "rival"]
    return any(row.outcomes[ROLES.index(role)] in IN for role in roles)


def _walk(world: World, rows: list[Row]) -> tuple[list[str], list[str]]:
    """Ask for everything as everybody: the outcomes that differ, and the secrets that were told."""
    wrong, told = [], []
    for row in rows:
        cache.clear()
        url = world.url(row)
        answers = [world.ask(role, row, url) for role in ROLES]
        for role, expected, (seen, secrets) in zip(ROLES, row.outcomes, answers, strict=True):
            if seen != expected:
                wrong.append(f"{row.method} {row.address}: {role} gets {seen}, not {expected}")
            told += [f"{row.method} {row.address} tells {role} {secret}" for secret in secrets]
    return wrong, told
