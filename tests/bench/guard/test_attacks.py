"""How far the attacks of Blum & Hardt get with and without guards, and that the docs say so."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.guard.__main__ import DOCS, GUARDS, simulate, table, write
from bench.guard.attacks import boost, climb, hidden_set
from bench.guard.boards import Ladder, Open

TRIES, TRIALS = 400, 12


@pytest.fixture(scope="module")
def gains() -> Any:
    found = simulate(trials=TRIALS, tries=(TRIES,))
    return {
        attack: {guard: cells[str(TRIES)][0] for guard, cells in each.items()}
        for attack, each in found.items()
    }


def test_without_a_guard_both_attacks_lift_the_public_score_far_over_the_truth(gains: Any) -> None:
    assert gains["boost"]["none"] > 10
    assert gains["climb"]["none"] > 10


def test_the_ladder_leaves_little_of_boosting_and_slows_climbing(gains: Any) -> None:
    assert gains["boost"]["ladder"] < gains["boost"]["none"] / 4
    assert gains["climb"]["ladder"] < 0.9 * gains["climb"]["none"]


def test_rounding_stops_small_steps_and_not_votes(gains: Any) -> None:
    assert gains["climb"]["rounding to 2"] < gains["climb"]["none"] / 4
    assert gains["boost"]["rounding to 2"] > gains["boost"]["none"] / 2


def test_private_rows_show_the_truth() -> None:
    draw = np.random.default_rng(5)
    hidden = hidden_set(draw, public=500, private=4_000)
    for attack in (boost, climb):
        answers = attack(hidden, Open(), 200, draw)
        right = answers == hidden.labels
        assert abs(100 * right[500:].mean() - 50) < 4 * 50 / 4_000**0.5


def test_the_ladder_tells_the_first_and_no_equal_one() -> None:
    right = np.arange(200) % 3 > 0
    board = Ladder()
    assert board.ask(right) == pytest.approx(66.5, abs=0.05)
    assert board.ask(right) is None
    assert board.ask(right & (np.arange(200) > 5)) is None
    assert board.ask(np.ones(200, dtype=bool)) == 100.0


def test_the_same_trials_give_the_same_figures(tmp_path: Path) -> None:
    first, second = (simulate(trials=2, tries=(20,)) for _ in range(2))
    assert first == second
    assert set(first["boost"]) == set(GUARDS)
    (tmp_path / "statistics.md").write_text("<!-- guard:attacks -->\n<!-- /guard:attacks -->\n")
    write({"gains": first}, tmp_path)
    assert table(first) in (tmp_path / "statistics.md").read_text(encoding="utf-8")


def test_the_docs_tell_the_stored_figures() -> None:
    stored = json.loads((DOCS / "guard.json").read_text(encoding="utf-8"))
    assert stored["trials"] >= 100
    page = (DOCS / "statistics.md").read_text(encoding="utf-8")
    assert table(stored["gains"]) in page
    told = {
        "boost": stored["gains"]["boost"]["ladder"]["1000"][0],
        "climb": stored["gains"]["climb"]["ladder"]["1000"][0],
    }
    security = (DOCS / "security.md").read_text(encoding="utf-8")
    for figure in told.values():
        assert re.search(rf"(?<!\d){figure:.0f} points", security), figure
