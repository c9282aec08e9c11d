"""Who may win at all, and why not."""

from __future__ import annotations

from typing import Any

import pytest

from scoring.awards.eligibility import refusals
from scoring.awards.terms import Policy
from tests.scoring.awards.people import award, contender, outcome, why_not, winners

STRICT = Policy(verified_address=True, declared_data=True)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"state": "disqualified", "ruling": "Two accounts."}, "Disqualified: Two accounts."),
        ({"state": "withdrawn"}, "Withdrawn."),
        ({"is_baseline": True}, "A baseline wins nothing."),
        ({"organizes": True}, "An organizer of the competition takes part in it."),
        ({"rules_accepted": False}, "The rules were not accepted."),
        ({"unverified": ("ann", "bob")}, "No confirmed e-mail address: ann, bob."),
        ({"training_data": " "}, "does not declare its training data"),
        ({"on_board": False}, "No submission has a score."),
    ],
)
def test_each_reason_bars_from_every_award(facts: dict[str, Any], reason: str) -> None:
    barred = contender("eve", 90.0, **{"training_data": "Wikipedia", **facts})
    (found,) = refusals(barred, STRICT)
    assert reason in found


def test_all_reasons_are_told_together() -> None:
    barred = contender("eve", 90.0, state="disqualified", organizes=True, unverified=("eve",))
    assert len(refusals(barred, STRICT)) == 4


def test_addresses_and_data_matter_only_where_they_are_asked_for() -> None:
    careless = contender("eve", 90.0, unverified=("eve",))
    assert refusals(careless, Policy()) == ()
    assert len(refusals(careless, Policy(verified_address=True))) == 1
    assert len(refusals(careless, Policy(declared_data=True))) == 1


def test_the_next_one_moves_up_when_the_first_is_barred() -> None:
    people = [
        contender("gone", 99.0, state="withdrawn"),
        contender("cheat", 98.0, state="disqualified", ruling="Copied."),
        contender("base", 97.0, is_baseline=True),
        contender("ann", 60.0),
    ]
    verdict = outcome(award(), people)
    assert winners(verdict) == [("ann", 1)]
    assert why_not(verdict, "cheat") == "Disqualified: Copied."
    assert why_not(verdict, "gone") == "Withdrawn."
