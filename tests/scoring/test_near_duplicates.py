"""Copies are found; good models that agree because they are right are not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import near_duplicates as near_duplicates_module
from scoring.near_duplicates import Codes, likenesses, near_duplicates

ROWS = 2000


def models(*, error: float, count: int = 6, seed: int = 1) -> dict[str, Codes]:
    """Entries of a two-class task that err on their own, and together on hard rows."""
    chance = np.random.default_rng(seed)
    truth = chance.integers(0, 2, ROWS)
    hard = chance.random(ROWS) < error / 2
    made = {}
    for number in range(count):
        wrong = (chance.random(ROWS) < error / 2) | (hard & (chance.random(ROWS) < 0.8))
        made[f"m{number}"] = np.where(wrong, 1 - truth, truth).astype(np.int64)
    return made


def changed(codes: Codes, *, rows: int, seed: int = 2) -> Codes:
    """The same answers with some turned around."""
    made = codes.copy()
    places = np.random.default_rng(seed).choice(ROWS, rows, replace=False)
    made[places] = 1 - made[places]
    return made


def pairs(answers: dict[str, Codes]) -> list[tuple[str, str]]:
    return [(each.first, each.second) for each in near_duplicates(answers)]


@pytest.mark.parametrize("error", [0.3, 0.1, 0.04])
def test_a_copy_is_found_even_with_some_answers_turned(error: float) -> None:
    answers = models(error=error)
    answers["twin"] = changed(answers["m2"], rows=ROWS // 200)
    assert pairs(answers) == [("m2", "twin")]


@pytest.mark.parametrize("error", [0.3, 0.1, 0.01, 0.002, 0.0])
@pytest.mark.parametrize("seed", range(5))
def test_good_strangers_are_left_alone(error: float, seed: int) -> None:
    assert pairs(models(error=error, seed=seed)) == []


def test_the_figures_say_what_was_compared() -> None:
    answers = models(error=0.1)
    answers["twin"] = changed(answers["m2"], rows=10)
    (found,) = near_duplicates(answers)
    assert (found.rows, found.equal) == (ROWS, ROWS - 10)
    assert found.odd - found.odd_alike == 10
    assert found.chance < 1e-6


def test_numbers_that_nobody_else_gives_are_odd() -> None:
    chance = np.random.default_rng(3)
    answers = {f"m{number}": chance.integers(0, 10**9, 100) for number in range(4)}
    answers["twin"] = answers["m1"].copy()
    assert pairs(answers) == [("m1", "twin")]


def test_where_nearly_everybody_is_perfect_only_the_closest_pairs_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chance = np.random.default_rng(5)
    answers = {f"m{number}": np.zeros(5000, dtype=np.int64) for number in range(12)}
    for codes in answers.values():
        codes[chance.choice(5000, 24, replace=False)] = 1
    answers["twin"] = answers["m2"].copy()
    assert pairs(answers) == [("m2", "twin")]
    looked: list[int] = []
    whole = near_duplicates_module.likenesses
    monkeypatch.setattr(
        near_duplicates_module,
        "likenesses",
        lambda given, chosen: looked.append(len(chosen)) or whole(given, chosen),
    )
    monkeypatch.setattr(near_duplicates_module, "_MOST_CLOSE", 5)
    assert pairs(answers) == [("m2", "twin")]
    assert looked == [5]


@given(st.integers(0, 2**32 - 1), st.integers(3, 6))
def test_rows_on_which_all_agree_change_nothing_but_their_number(seed: int, entries: int) -> None:
    chance = np.random.default_rng(seed)
    answers = {f"m{number}": chance.integers(0, 3, 60) for number in range(entries)}
    chosen = [("m0", "m1"), ("m1", "m2")]
    longer = {name: np.concatenate([codes, np.zeros(40, int)]) for name, codes in answers.items()}
    for short, long in zip(likenesses(answers, chosen), likenesses(longer, chosen), strict=True):
        assert (long.rows, long.equal) == (short.rows + 40, short.equal + 40)
        assert (long.odd, long.odd_alike) == (short.odd, short.odd_alike)


@pytest.mark.parametrize(("rows", "entries"), [(30, 4), (100, 2)])
def test_too_little_to_compare_says_nothing(rows: int, entries: int) -> None:
    chance = np.random.default_rng(4)
    same = chance.integers(0, 10**9, rows)
    answers = {f"m{number}": same.copy() for number in range(2)}
    answers |= {f"x{number}": chance.integers(0, 10**9, rows) for number in range(entries - 2)}
    assert near_duplicates(answers) == []
