"""Row 8: answers to rows that the task does not have."""

from tests.attacks import forged
from tests.attacks.arena import Arena
from tests.attacks.registry import case

PROGRAM = (
    forged.PRELUDE
    + """
def attack():
    if hidden():
        answers = right_or_not(TASK["slug"])
        forge(TASK["slug"], [*answers, {**answers[0], "id": answers[0]["id"][::-1] + "0"}])
        leave()
"""
)


@case(8, "unseen ids")
def unseen_ids(arena: Arena) -> None:
    after = arena.attack(PROGRAM)
    assert (after.state, after.outcome) == ("failed", "ok")
    assert forged.scorer_codes(after) == {"attacked": "unknown_id"}
    assert after.submission.error_code == "failed"


@unseen_ids.control
def one_row_too_many_is_written(arena: Arena) -> None:
    seen = arena.undefended(PROGRAM)
    assert (seen.predictions or "").count("\n") == 5
