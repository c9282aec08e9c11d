"""Row 12: answers of the wrong type: booleans, strings for numbers, lists, objects, nothing."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable
from io import BytesIO
from typing import Any

from competitions.kinds import get_kind
from competitions.kinds.values import ClassAnswer
from scoring.models import TaskScore
from scoring.predictions import PredictionsInvalid, read_predictions
from tests import factories
from tests.attacks.answers import RawBackend, regression, returned
from tests.attacks.arena import Arena
from tests.attacks.registry import PLATFORM, case
from tests.fakes import Answer

LABELS = ["neg", "pos"]
WRONG: dict[str, list[dict[str, Any]]] = {
    "numbers": [
        *({"value": wrong} for wrong in (True, False, None, "1", "1e3", " 7 ", [1], {"n": 1}, [])),
        *({"score": 1.0}, {}, {"value": 1.0, "label": "pos"}, {"value": 1.0, "points": 100}),
    ],
    "classes": [
        *({"label": wrong} for wrong in (True, 1, 0, None, ["pos"], {"pos": 1})),
        *({"label": "pos", "probs": wrong} for wrong in ("0.5", [True, False], [1], [2, -1])),
        *({"label": "pos", "probs": wrong} for wrong in ([0.5, "0.5"], [[1], [0]], {"pos": 1})),
        *({}, {"value": 1}, {"label": "pos", "right": True}, {"label": "pos", "id": 7}),
    ],
}
GOOD = {"numbers": {"value": 0.5}, "classes": {"label": "pos"}}
ODD_LINES = ["[]", "7", '"pos"', "null", "true", "", "{", '{"id"}']
TRIES = 400


@case(12, "wrong types: booleans, strings for numbers", where=PLATFORM)
def wrong_types(arena: Arena) -> None:
    competition = factories.competition()
    samples: dict[str, Answer] = {}
    lines: dict[str, Callable[[str], str]] = {}
    for name, wrong in WRONG.items():
        for place, row in enumerate(wrong):
            slug = f"{name}-{place}"
            lines[slug] = lambda blinded, row=row: json.dumps({"id": blinded, **row})
            samples[slug] = lambda row, name=name: GOOD[name]
    for place, odd in enumerate(ODD_LINES):
        lines[f"odd-{place}"] = lambda blinded, odd=odd: odd
    for slug in lines:
        task = factories.task(competition, slug=slug, rows=6)
        if slug.startswith("numbers"):
            regression(task, [0.0, 1.0] * 3)
    backend = RawBackend(answers=samples, line=lambda slug, blinded, row: lines[slug](blinded))
    after = returned(arena, factories.participation(competition), backend)
    assert not any(each.smoke_code for each in after.tasks.values())
    scores = TaskScore.objects.filter(submission=after.submission).select_related("task")
    passed = [each.task.slug for each in scores if not each.failed or each.points]
    assert (passed, len(scores)) == ([], 2 * len(lines))
    assert (after.state, after.submission.error_code) == ("failed", "bad_predictions")
    _fuzz()


@wrong_types.control
def a_careless_reader_takes_them_for_answers(arena: Arena) -> None:
    taken = []
    for row in WRONG["numbers"]:
        try:
            taken.append(float(row["value"]))
        except (TypeError, ValueError, KeyError):
            continue
    assert taken == [1.0, 0.0, 1.0, 1000.0, 7.0, 1.0, 1.0]
    assert True == 1 and 1 in {True: "pos"}


def _fuzz() -> None:
    """Whatever JSON a row holds, it is refused whole or is an answer of the right type."""
    chance = random.Random(12)
    for kind in ("text_classification", "text_regression", "sentence_similarity"):
        for _ in range(TRIES):
            row = {"id": "r", **_object(chance)}
            try:
                [answer] = read_predictions(
                    BytesIO(json.dumps(row).encode()),
                    kind=get_kind(kind),
                    track="predict",
                    expected_ids={"r"},
                    labels=LABELS,
                    max_bytes=1 << 20,
                ).values() or [None]
            except PredictionsInvalid:
                continue
            if isinstance(answer, ClassAnswer):
                assert answer.label in LABELS
            elif answer is not None:
                assert type(answer) is float and math.isfinite(answer)


def _object(chance: random.Random) -> dict[str, Any]:
    keys = chance.sample(["label", "value", "score", "probs", "id", "extra"], chance.randint(0, 3))
    return {key: _value(chance, depth=3) for key in keys}


def _value(chance: random.Random, *, depth: int) -> Any:
    scalars = [True, False, None, 0, 1, -1.5, 1e300, 10**30, "pos", "neg", "POS", "1", "", "\x00"]
    if depth == 0 or chance.random() < 0.7:
        return chance.choice(scalars)
    if chance.random() < 0.5:
        return [_value(chance, depth=depth - 1) for _ in range(chance.randint(0, 3))]
    return {str(number): _value(chance, depth=depth - 1) for number in range(chance.randint(0, 3))}
