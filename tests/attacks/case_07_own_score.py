"""Row 7: a submission writes its own scores."""

from scoring.models import TaskScore
from tests.attacks.arena import Arena
from tests.attacks.registry import case

PROGRAM = """
NAMES = ("scores.json", "score.json", "result.json", "metrics.json", "leaderboard.json")


def attack(points):
    folders = [OUT, OUT / TASK["slug"]]
    folders[1].mkdir(exist_ok=True)
    text = json.dumps({"status": "ok", "points": points, "score": points, "value": points})
    for folder in folders:
        for name in NAMES:
            try:
                (folder / name).write_text(text)
            except OSError:
                pass
    print("written", sum(1 for path in OUT.rglob("*.json")))
"""
NONSENSE = 98.7654


@case(7, "write its own score file")
def own_score(arena: Arena) -> None:
    after = arena.attack(PROGRAM, points=NONSENSE, limits={"output_files": 40})
    assert after.lines == ["written 10"]
    assert (after.state, after.outcome) == ("scored", "ok")
    scores = TaskScore.objects.filter(submission=after.submission)
    # All rows got one class, of which the task has as many as of the other.
    assert sum((score.value or 0) * score.rows for score in scores) == 4
    assert "98.7" not in after.visible
    assert "98.7" not in str(after.tasks["attacked"].report)


@own_score.control
def the_files_are_written(arena: Arena) -> None:
    assert arena.undefended(PROGRAM, points=NONSENSE).lines == ["written 10"]
