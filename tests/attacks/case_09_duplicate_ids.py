"""Row 9: two answers to one row, of which the better one shall count."""

from tests.attacks import forged
from tests.attacks.arena import Arena
from tests.attacks.registry import case

PROGRAM = (
    forged.PRELUDE
    + """
def attack():
    if hidden():
        answers = right_or_not(TASK["slug"])
        forge(TASK["slug"], [*answers, *({**answer, "label": "neg"} for answer in answers)])
        leave()
"""
)


@case(9, "duplicate ids")
def duplicate_ids(arena: Arena) -> None:
    after = arena.attack(PROGRAM)
    assert (after.state, after.outcome) == ("failed", "ok")
    assert forged.scorer_codes(after) == {"attacked": "duplicate_id"}
    assert after.submission.error_code == "failed"


@duplicate_ids.control
def every_row_is_written_twice(arena: Arena) -> None:
    assert (arena.undefended(PROGRAM).predictions or "").count("\n") == 8
