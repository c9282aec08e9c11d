"""Row 14: JSON that breaks or blocks a careless parser."""

import json

import pytest

from submissions.sandboxes import MIB
from tests import factories
from tests.attacks import forged
from tests.attacks.arena import Arena
from tests.attacks.registry import case

PROGRAM = (
    forged.PRELUDE
    + """
def line(kind, row_id):
    plain = '{"id": "%s", "label": "pos", "probs": %s}'
    if kind == "deep":
        return plain % (row_id, "[" * 90_000 + "]" * 90_000)
    if kind == "giant":
        return plain % (row_id, "9" * 200_000)
    if kind == "surrogate":
        return '{"id": "%s", "label": "\\\\ud800"}' % row_id
    if kind == "endless":
        return plain % (row_id, "[" + "1," * 400_000 + "1]")
    return plain % (row_id, "[NaN, Infinity]")


def attack(kinds):
    if not hidden():
        return
    for slug, kind in kinds.items():
        path = folder_of(slug) / "predictions.jsonl"
        path.write_text(line(kind, rows(slug)[0]["id"]) + "\\n")
    leave()
"""
)
CODES = {
    "deep": "too_deep",
    "giant": "huge_number",
    "surrogate": "lone_surrogate",
    "endless": "line_too_long",
    "infinite": "non_finite",
}


@case(14, "deep JSON, giant integer, lone surrogate")
def hostile_json(arena: Arena) -> None:
    competition = arena.competition(tasks=())
    for slug in CODES:
        # As many rows as make room for a file of this size.
        factories.task(competition, slug=slug, rows=250)
    after = arena.attack(
        PROGRAM,
        competition=competition,
        kinds={slug: slug for slug in CODES},
        limits={"output_bytes": 8 * MIB},
    )
    assert (after.state, after.outcome) == ("failed", "ok")
    assert forged.scorer_codes(after) == CODES


@hostile_json.control
def a_careless_parser_breaks(arena: Arena) -> None:
    for kind, error in (
        ("deep", RecursionError),
        ("giant", ValueError),
        ("surrogate", UnicodeEncodeError),
    ):
        seen = arena.undefended(PROGRAM, kinds={"open": kind})
        with pytest.raises(error):
            json.loads(seen.predictions or "")["label"].encode()
