"""Entries with equal files or nearly equal answers are listed, and no label with them."""

from __future__ import annotations

import io
import json
import random
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from common import blobs
from competitions.blinding import PERTURBED, TEST, blind_id
from competitions.models import Competition, Participation
from competitions.selectors import perturbed_copies
from scoring.models import LeaderboardEntry
from submissions.duplicates import alike_answers, equal_files
from submissions.models import Predictions, Submission
from tests import factories

pytestmark = pytest.mark.django_db
ROWS = 400
LABELS = ["neg", "pos"]


@pytest.fixture
def competition() -> Competition:
    made = factories.competition(slug="cup")
    factories.task(made, slug="mood", rows=ROWS)
    return made


def answers(seed: int, *, wrong: int = 80, turned: int = 0) -> list[str]:
    """The true labels with some wrong ones; ``turned`` more that differ from the same seed's."""
    chance = random.Random(seed)
    rows = chance.sample(range(ROWS), wrong + turned)
    return [LABELS[(row + (row in set(rows))) % 2] for row in range(ROWS)]


def enter(
    competition: Competition, name: str, given: list[str], *, weights: bytes = b"", **fields: Any
) -> Submission:
    """Put an entry with these answers on the board."""
    entry: Participation = factories.participation(
        competition, user=factories.user(username=name), **fields
    )
    files = {"model.safetensors": weights or name.encode() * 300, "config.json": b"{}" * 300}
    submission = factories.submission(entry, state="scored", files=files)
    run = factories.run(submission, state="done")
    task = competition.tasks.get()
    rows = [
        {"id": blind_id(key=run.key, task="mood", part=TEST, row_id=f"r{row}"), "label": label}
        for row, label in enumerate(given)
    ]
    for copy in perturbed_copies(task):
        blind = blind_id(key=run.key, task="mood", part=PERTURBED, row_id=copy.id)
        rows.append({"id": blind, "label": random.Random(name + copy.id).choice(LABELS)})
    random.Random(name).shuffle(rows)
    blob = blobs.predictions.put_bytes(factories.jsonl(rows))
    Predictions.objects.create(
        run=run, task=task, dataset=task.dataset, sha256=blob.sha256, size=blob.size
    )
    LeaderboardEntry.objects.create(
        competition=competition,
        participation=entry,
        submission=submission,
        board="public",
        submitted_at=submission.created_at,
    )
    return submission


def printed(*options: str) -> str:
    out = io.StringIO()
    call_command("duplicate_entries", "cup", *options, stdout=out)
    return out.getvalue()


def alike(competition: Competition) -> list[tuple[str, str, str]]:
    found = alike_answers(competition)
    return [(each.task, each.likeness.first, each.likeness.second) for each in found]


def test_nearly_equal_answers_are_found_across_the_blinding_of_runs(
    competition: Competition,
) -> None:
    for number in range(4):
        enter(competition, f"stranger{number}", answers(number))
    enter(competition, "ann", answers(9))
    enter(competition, "bob", answers(9, turned=2))
    assert alike(competition) == [("mood", "ann #1", "bob #1")]


def test_an_organizers_baseline_may_be_copied(competition: Competition) -> None:
    for number in range(4):
        enter(competition, f"stranger{number}", answers(number))
    enter(competition, "house", answers(9), weights=b"w" * 500, is_baseline=True)
    enter(competition, "ann", answers(9), weights=b"w" * 500)
    assert (alike(competition), equal_files(competition)) == ([], [])


def test_a_model_file_in_two_participations_is_found_and_a_config_is_not(
    competition: Competition,
) -> None:
    first = enter(competition, "ann", answers(1), weights=b"w" * 500)
    enter(competition, "bob", answers(2), weights=b"w" * 500)
    enter(competition, "cem", answers(3))
    factories.submission(first.participation, files={"model.safetensors": b"w" * 500})
    (found,) = equal_files(competition)
    assert (found.path, found.size) == ("model.safetensors", 500)
    assert found.entries == ("ann #1", "bob #1", "ann #2")


def test_one_s_own_files_may_come_again(competition: Competition) -> None:
    first = enter(competition, "ann", answers(1), weights=b"w" * 500)
    factories.submission(first.participation, files={"model.safetensors": b"w" * 500})
    assert equal_files(competition) == []


def test_the_table_names_pairs_and_figures_but_no_label(competition: Competition) -> None:
    for number in range(4):
        enter(competition, f"stranger{number}", answers(number))
    enter(competition, "ann", answers(9), weights=b"w" * 500)
    enter(competition, "b\x1b[31mob", answers(9), weights=b"w" * 500)
    table = printed()
    assert "ann #1, b[31mob #1" in table
    assert "400 of 400 rows equal" in table
    assert "500 bytes" in table
    assert not set(LABELS) & set(table.replace(",", " ").split())


def test_programs_get_json(competition: Competition) -> None:
    for number in range(4):
        enter(competition, f"stranger{number}", answers(number))
    enter(competition, "ann", answers(9), weights=b"w" * 500)
    enter(competition, "bob", answers(9), weights=b"w" * 500)
    told = json.loads(printed("--json"))
    assert [each["entries"] for each in told["equal_files"]] == [["ann #1", "bob #1"]]
    (pair,) = told["alike_answers"]
    assert (pair["task"], pair["first"], pair["equal"], pair["rows"]) == (
        "mood",
        "ann #1",
        400,
        400,
    )


def test_nothing_alike_is_said(competition: Competition) -> None:
    enter(competition, "ann", answers(1))
    assert printed().startswith("No two participations share")


def test_an_unknown_competition_is_named() -> None:
    with pytest.raises(CommandError, match="“cup”"):
        printed()
