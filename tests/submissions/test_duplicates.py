"""Entries with equal files or nearly equal answers are listed, and no label with them."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from competitions.models import Competition
from submissions.duplicates import alike_answers, equal_files
from tests import factories
from tests.submissions.alike import LABELS, ROWS, answers, enter

pytestmark = pytest.mark.django_db


@pytest.fixture
def competition() -> Competition:
    made = factories.competition(slug="cup")
    factories.task(made, slug="mood", rows=ROWS)
    return made


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
