"""Pairs of entries that organizers should look at are found with their evidence, no label in it."""

from __future__ import annotations

import json

import pytest

from competitions.models import Competition
from scoring.models import LeaderboardEntry
from submissions import duplicates
from submissions.duplicate_pairs import Comparison, FoundPair, find_pairs
from submissions.models import Predictions
from tests import factories
from tests.submissions.alike import ROWS, answers, enter

pytestmark = pytest.mark.django_db


@pytest.fixture
def competition() -> Competition:
    made = factories.competition(slug="cup")
    factories.task(made, slug="mood", rows=ROWS)
    return made


def compare(competition: Competition) -> Comparison:
    return find_pairs(competition, advance=lambda done, total: None)


def names(found: Comparison) -> list[tuple[str, str]]:
    return [(str(each.first), str(each.second)) for each in found.pairs]


def only(found: Comparison) -> FoundPair:
    (pair,) = found.pairs
    return pair


def strangers(competition: Competition, count: int = 4) -> None:
    for number in range(count):
        enter(competition, f"stranger{number}", answers(number))


def test_a_pair_that_is_alike_in_one_task_is_told_with_the_figures_of_all(
    competition: Competition,
) -> None:
    strangers(competition)
    enter(competition, "ann", answers(9))
    enter(competition, "bob", answers(9, turned=2))
    found = compare(competition)
    assert names(found) == [("ann #1", "bob #1")]
    pair = only(found)
    told = pair.evidence["tasks"]["mood"]
    assert (told["equal"], told["rows"]) == (398, 400)
    assert told["odd"] - told["odd_alike"] == 2
    assert pair.chance == told["chance"] < 1e-6
    assert pair.equal_share == 398 / 400
    assert (pair.evidence["files"], found.entries, found.left_out) == ([], 6, 0)


def test_the_surest_pair_comes_first_and_files_are_evidence_of_their_own(
    competition: Competition,
) -> None:
    strangers(competition)
    enter(competition, "ann", answers(1), weights=b"w" * 500)
    enter(competition, "bob", answers(7))
    enter(competition, "cem", answers(7))
    enter(competition, "dora", answers(5), weights=b"w" * 500)
    found = compare(competition)
    assert ("bob #1", "cem #1") in names(found)[:2]
    assert names(found)[-1] == ("ann #1", "dora #1")
    (file,) = found.pairs[-1].evidence["files"]
    assert (file["path"], file["size"]) == ("model.safetensors", 500)
    assert found.pairs[-1].equal_share < 0.9


def test_what_a_baseline_holds_or_answers_is_everybodys(competition: Competition) -> None:
    strangers(competition)
    enter(competition, "house", answers(9), weights=b"w" * 500, is_baseline=True)
    enter(competition, "ann", answers(9), weights=b"w" * 500)
    enter(competition, "bob", answers(5), weights=b"w" * 500)
    assert compare(competition).pairs == []


def test_two_entries_alone_are_told_where_all_answers_are_equal(competition: Competition) -> None:
    enter(competition, "ann", answers(9))
    enter(competition, "bob", answers(9))
    pair = only(compare(competition))
    told = pair.evidence["tasks"]["mood"]
    assert (told["equal"], told["odd"], pair.chance) == (ROWS, 0, 1.0)


def test_equal_answers_in_one_task_of_two_are_not_enough(competition: Competition) -> None:
    factories.task(competition, slug="other", rows=ROWS)
    enter(competition, "ann", answers(9), given_to={"other": answers(1)})
    enter(competition, "bob", answers(9), given_to={"other": answers(2)})
    assert compare(competition).pairs == []
    enter(competition, "cem", answers(9), given_to={"other": answers(2)})
    assert names(compare(competition)) == [("bob #1", "cem #1")]


def test_one_s_own_entries_are_no_pair_and_the_chosen_one_counts(
    competition: Competition,
) -> None:
    strangers(competition)
    ann = enter(competition, "ann", answers(9), weights=b"w" * 500)
    chosen = factories.submission(
        ann.participation, state="scored", files={"model.safetensors": b"v" * 500}
    )
    enter(competition, "bob", answers(8), weights=b"v" * 500)
    assert compare(competition).pairs == []
    chosen.selected_final = True
    chosen.save()
    assert names(compare(competition)) == [("ann #2", "bob #1")]


def test_models_that_answer_every_row_alike_are_said_to(competition: Competition) -> None:
    strangers(competition)
    enter(competition, "ann", ["neg"] * ROWS)
    enter(competition, "bob", ["neg"] * ROWS)
    assert only(compare(competition)).evidence["tasks"]["mood"]["constant"]


def test_no_label_and_no_row_is_in_the_evidence(competition: Competition) -> None:
    strangers(competition)
    enter(competition, "ann", answers(9), weights=b"w" * 500)
    enter(competition, "bob", answers(9), weights=b"w" * 500)
    told = only(compare(competition)).evidence
    assert set(told) == {"tasks", "files"}
    figures = {"rows", "equal", "odd", "odd_alike", "chance", "constant"}
    assert set(told["tasks"]["mood"]) == figures
    assert not {'"neg"', '"pos"', '"r1"'} & set(json.dumps(told).replace(",", " ").split())


def test_answers_whose_file_is_lost_are_left_out(competition: Competition) -> None:
    strangers(competition)
    enter(competition, "ann", answers(9), weights=b"w" * 500)
    bob = enter(competition, "bob", answers(9), weights=b"w" * 500)
    Predictions.objects.filter(run__submission=bob).update(sha256="0" * 64)
    pair = only(compare(competition))
    assert (pair.evidence["tasks"], pair.chance, pair.equal_share) == ({}, 1.0, 0.0)
    assert len(pair.evidence["files"]) == 1


def test_of_large_test_sets_evenly_chosen_rows_are_compared(
    competition: Competition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duplicates, "MOST_ROWS", 150)
    strangers(competition)
    enter(competition, "ann", answers(9))
    enter(competition, "bob", answers(9))
    assert only(compare(competition)).evidence["tasks"]["mood"]["rows"] == 134


def test_the_least_sure_pairs_are_left_out_and_counted(
    competition: Competition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("submissions.duplicate_pairs.MOST_PAIRS", 1)
    strangers(competition)
    enter(competition, "ann", answers(1), weights=b"w" * 500)
    enter(competition, "dora", answers(5), weights=b"w" * 500)
    enter(competition, "bob", answers(7))
    enter(competition, "cem", answers(7))
    found = compare(competition)
    assert (len(found.pairs), found.left_out) == (1, 2)


def test_progress_counts_sets_of_answers(competition: Competition) -> None:
    strangers(competition, 3)
    heard: list[tuple[int, int]] = []
    find_pairs(competition, advance=lambda done, total: heard.append((done, total)))
    assert heard == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_nothing_to_compare_gives_nothing(competition: Competition) -> None:
    assert (compare(competition).pairs, compare(competition).entries) == ([], 0)
    enter(competition, "ann", answers(1))
    LeaderboardEntry.objects.all().delete()
    assert (compare(competition).pairs, compare(competition).entries) == ([], 1)
