"""Row 5: answers keyed on the ids or the order of the rows of an earlier run."""

import json
from math import sqrt

from scoring.models import TaskScore
from tests import factories
from tests.attacks.arena import Aftermath, Arena
from tests.attacks.registry import case

READ = """
def ids():
    lines = (IN / "tasks" / TASK["slug"] / "inputs.jsonl").read_text().splitlines()
    return {json.loads(line)["input"]["text"]: json.loads(line)["id"] for line in lines}
"""
READ += """
def attack(**known):
    for text, row_id in ids().items():
        print(row_id, text)
"""
LOOKUP = (
    READ
    + """
def predict(batch):
    # By id; where no id is known, by the place in the file.
    known = ids()
    places = {text: place for place, text in enumerate(known)}
    by_id, by_place = PARAMETERS["by_id"], PARAMETERS["by_place"]
    def answer(text):
        return by_id.get(known[text]) or by_place[places[text] % len(by_place)]
    return [answer(row["text"]) for row in batch]
"""
)
ROWS = 400


@case(5, "answers keyed on ids or order")
def lookup(arena: Arena) -> None:
    competition = arena.competition(tasks=())
    factories.task(competition, slug="attacked", rows=ROWS)
    # The attacker may know everything of an earlier run: its ids, its order and all labels.
    earlier = _ids(arena.attack(READ, competition=competition))
    labels = {text: ["neg", "pos"][int(text.split()[1]) % 2] for text in earlier}
    after = arena.attack(
        LOOKUP,
        competition=competition,
        by_id={earlier[text]: labels[text] for text in earlier},
        by_place=[labels[text] for text in earlier],
    )
    assert (after.state, after.outcome) == ("scored", "ok")
    assert len(earlier) == ROWS
    assert set(earlier.values()).isdisjoint(_ids(after).values())
    scores = TaskScore.objects.filter(submission=after.submission)
    right = sum((score.value or 0) * score.rows for score in scores)
    # Five standard deviations of a fair coin.
    assert abs(right - ROWS / 2) < 5 * sqrt(ROWS) / 2


@lookup.control
def it_works_where_ids_and_order_stay(arena: Arena) -> None:
    by_id = {"r0": "pos", "r1": "neg", "r2": "pos"}
    seen = arena.undefended(LOOKUP, by_id=by_id, by_place=["neg", "neg", "neg", "pos"])
    answers = [json.loads(line) for line in (seen.predictions or "").splitlines()]
    assert [answer["label"] for answer in answers] == ["pos", "neg", "pos", "pos"]


def _ids(after: Aftermath) -> dict[str, str]:
    """The blinded id of each text, in the order of the rows."""
    parted = (line.partition(" ") for line in after.lines)
    return {text: row_id for row_id, _, text in parted}
