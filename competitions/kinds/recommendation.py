"""Recommendation: which items of a catalogue a user takes next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from competitions.kinds.base import Examples, Family, Modality, TaskKind
from competitions.kinds.faults import RowInvalid, quoted
from competitions.kinds.fields import check_keys, checked_id
from competitions.kinds.rankings import ITEMS_ANSWER, Grades, graded_items, require_relevant
from competitions.kinds.settings import Setting
from competitions.kinds.shapes import Shape

MAX_HISTORY = 1000
MAX_USER_LENGTH = 200


def check_input(value: object) -> dict[str, Any]:
    """Check ``{"history": [item, …], "user"?: text}``; a new user's history is empty."""
    if not isinstance(value, dict):
        raise RowInvalid("bad_input", "input must be an object")
    check_keys(value, required=("history",), optional=("user",))
    history = value["history"]
    if not isinstance(history, list) or len(history) > MAX_HISTORY:
        raise RowInvalid(
            "bad_input", f"input.history must be a list of at most {MAX_HISTORY} items"
        )
    checked: dict[str, Any] = {"history": [checked_id(item) for item in history]}
    if "user" in value:
        checked["user"] = _checked_user(value["user"])
    return checked


def _checked_user(value: object) -> str:
    if not isinstance(value, str) or len(value) > MAX_USER_LENGTH:
        raise RowInvalid(
            "bad_input", f"input.user must be a text of at most {MAX_USER_LENGTH} characters"
        )
    return value


def check_label(value: object, labels: Sequence[str]) -> Grades:
    """Check ``{item: grade, …}`` with items of the task's catalogue; raises RowInvalid."""
    grades = graded_items(value, name="items")
    strangers = dict(grades).keys() - labels
    if strangers:
        raise RowInvalid(
            "unknown_label", f"item {quoted(min(strangers))} is not in the task's catalogue"
        )
    require_relevant(grades, name="an item")
    return grades


KIND = TaskKind(
    slug="recommendation",
    title="Recommendation",
    description=(
        "Each row is what a user took so far, oldest first, and the answer ranks items of the "
        "task's catalogue by what the user takes next, the best first, or by scores: of equal "
        "scores the item listed first leads. The whole catalogue is ranked, no sample of it; the "
        "task's labels list it. A model that reads texts is given the items of the history with "
        "spaces between."
    ),
    family=Family.RECOMMENDATION,
    shape=Shape.RANKING,
    head="items",
    modality=Modality.TEXT,
    reads=("history",),
    proposed_metric="ndcg_at_10",
    needs_classes=True,
    check_input=check_input,
    check_label=check_label,
    answers={"predict": ITEMS_ANSWER},
    examples=Examples(
        input={"id": "r1", "input": {"history": ["tea", "honey", "lemon"], "user": "u-81"}},
        label={"id": "r1", "label": {"ginger": 2, "mint": 1}},
        answers={
            "predict": {
                "id": "r1",
                "items": ["mint", "ginger", "tea"],
                "scores": [0.41, 0.4, 0.02],
            }
        },
        classes=("tea", "honey", "lemon", "ginger", "mint"),
    ),
    samples=tuple(
        {"history": list(history)}
        for history in (
            ("tea", "honey", "lemon"),
            ("one",),
            (),
            ("an item of several words", "Größe 42", "緑茶"),
            tuple(f"item-{number}" for number in range(300)),
        )
    ),
    settings={
        "exclude_history": Setting(
            title="Known items are left out",
            default=True,
            help="Whether items of the row's history are left out of answers.",
        )
    },
)
