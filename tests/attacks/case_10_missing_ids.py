"""Row 10: leave out the rows that would be wrong."""

from scoring.models import TaskScore
from tests.attacks import forged
from tests.attacks.arena import Arena
from tests.attacks.registry import case

PROGRAM = (
    forged.PRELUDE
    + """
def attack():
    if hidden():
        answers = right_or_not(TASK["slug"])
        forge(TASK["slug"], [
            answer for answer, row in zip(answers, rows(TASK["slug"]), strict=True)
            if int(row["input"]["text"].split()[1]) % 2
        ])
        leave()
"""
)


@case(10, "missing ids")
def missing_ids(arena: Arena) -> None:
    after = arena.attack(PROGRAM)
    assert (after.state, after.outcome) == ("scored", "ok")
    # All four answers are right, and the four rows without one count as wrong.
    assert after.predictions["attacked"].count(b"\n") == 4
    scores = TaskScore.objects.filter(submission=after.submission)
    assert sum((score.value or 0) * score.rows for score in scores) == 4
    assert sum(score.rows for score in scores) == 8
    assert sum(score.missing for score in scores) == 4


@missing_ids.control
def half_of_the_rows_are_written(arena: Arena) -> None:
    assert (arena.undefended(PROGRAM).predictions or "").count("\n") == 2
