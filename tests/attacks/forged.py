"""Answers that hostile code writes itself, past the runner whose process it shares.

A submission that fails over the sample rows never meets hidden ones, so these behave until then.
"""

from __future__ import annotations

from scoring.models import TaskScore
from tests.attacks.arena import Aftermath

PRELUDE = """
def rows(slug):
    lines = (IN / "tasks" / slug / "inputs.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def hidden():
    # The texts of the factories' rows; a real attacker knows the sample rows by heart.
    return any(row["input"]["text"].startswith("row ") for row in rows(TASK["slug"]))


def folder_of(slug):
    folder = OUT / slug
    folder.mkdir(exist_ok=True)
    (folder / "report.json").write_text(json.dumps({"status": "ok", "rows": len(rows(slug))}))
    return folder


def forge(slug, answers):
    text = "".join(json.dumps(answer) + "\\n" for answer in answers)
    (folder_of(slug) / "predictions.jsonl").write_text(text)


def right_or_not(slug):
    return [{"id": row["id"], "label": "pos"} for row in rows(slug)]


def leave():
    # Without the runner's own end, which would write other answers over these.
    os._exit(0)
"""


def scorer_codes(after: Aftermath) -> dict[str, str]:
    """What organizers see of each task: the scorer's error, empty for a score."""
    scores = TaskScore.objects.filter(submission=after.submission).select_related("task")
    return {score.task.slug: score.error_code for score in scores}
