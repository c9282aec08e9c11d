"""Row 72: one person with several accounts, to have several quotas: found, not prevented."""

from __future__ import annotations

import io
import json
import random
from typing import Any

from django.core.management import call_command

from competitions.models import Competition, Participation
from tests import factories
from tests.attacks.answers import model_files, row_number
from tests.attacks.arena import Arena
from tests.attacks.registry import PLATFORM, case
from tests.fakes import Answer, FakeBackend, host

ROWS = 300


def model(seed: int, *, jitter: int = 0) -> Answer:
    """A model that errs on 60 rows of its own; `jitter` more tell it from its twin."""
    chance = random.Random(seed)
    wrong = set(chance.sample(range(ROWS), 60 + jitter))

    def answer(row: dict[str, Any]) -> dict[str, Any]:
        number = row_number(row)
        return {"label": ["neg", "pos"][(number + (number in wrong)) % 2]}

    return answer


@case(72, "several accounts of one person (report)", where=PLATFORM)
def several_accounts(arena: Arena) -> None:
    competition = _strangers(arena)
    files = model_files()
    first, second, third = (factories.participation(competition) for _ in range(3))
    _enter(arena, first, model(9), files)
    _enter(arena, second, model(8), files)
    _enter(arena, third, model(9, jitter=2), model_files())
    told = _report(competition)
    assert [each["entries"] for each in told["equal_files"]] == [[_name(first), _name(second)]]
    pairs = [{each["first"], each["second"]} for each in told["alike_answers"]]
    assert pairs == [{_name(first), _name(third)}]


@several_accounts.control
def strangers_are_not_named(arena: Arena) -> None:
    told = _report(_strangers(arena))
    assert told == {"equal_files": [], "alike_answers": []}


def _strangers(arena: Arena) -> Competition:
    competition = factories.competition()
    factories.task(competition, slug="task", rows=ROWS)
    for seed in range(4):
        _enter(arena, factories.participation(competition), model(seed), model_files())
    return competition


def _enter(arena: Arena, entry: Participation, answer: Answer, files: dict[str, bytes]) -> None:
    arena.host = host(FakeBackend(answers={"task": answer}))
    assert arena.play(arena.enter(files, entry=entry)).state == "scored"


def _report(competition: Competition) -> Any:
    out = io.StringIO()
    call_command("duplicate_entries", competition.slug, "--json", stdout=out)
    return json.loads(out.getvalue())


def _name(entry: Participation) -> str:
    return f"{entry.display_name} #1"
