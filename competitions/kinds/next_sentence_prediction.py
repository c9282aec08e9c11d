"""Next-sentence prediction: whether one text follows another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from competitions.kinds.base import AnswerSchema, Examples, Family, Modality, TaskKind
from competitions.kinds.faults import RowInvalid
from competitions.kinds.fields import check_keys, checked_number
from competitions.kinds.inputs import text_input
from competitions.kinds.samples import PAIRS
from competitions.kinds.shapes import Shape
from competitions.kinds.values import ClassAnswer

IS_NEXT, NOT_NEXT = "is_next", "not_next"


def check_label(value: object, labels: Sequence[str]) -> str:
    """Check true or false; returns the class. Raises RowInvalid ``wrong_type``."""
    if not isinstance(value, bool):
        raise RowInvalid("wrong_type", "label must be true or false")
    return _class_of(value)


def _class_of(follows: bool) -> str:
    return IS_NEXT if follows else NOT_NEXT


def _parse_answer(row: Mapping[str, object], labels: Sequence[str]) -> ClassAnswer:
    check_keys(row, required=("is_next",), optional=("prob",))
    follows = row["is_next"]
    if not isinstance(follows, bool):
        raise RowInvalid("wrong_type", "is_next must be true or false")
    if "prob" not in row:
        return ClassAnswer(_class_of(follows))
    probability = checked_number(row["prob"], name="prob")
    if not 0 <= probability <= 1:
        raise RowInvalid("out_of_range", "prob must lie within 0 and 1")
    return ClassAnswer(_class_of(follows), (probability, 1 - probability))


KIND = TaskKind(
    slug="next_sentence_prediction",
    title="Next-sentence prediction",
    description=(
        "Each row is a pair of texts, and the answer is whether the second one follows the first "
        "in the document that it was taken from. The model brings the head that it was "
        "pretrained with."
    ),
    family=Family.LANGUAGE,
    shape=Shape.CLASS,
    head="next_sentence",
    modality=Modality.TEXT,
    reads=("text_a", "text_b"),
    proposed_metric="accuracy",
    fixed_classes=(IS_NEXT, NOT_NEXT),
    check_input=text_input("text_a", "text_b"),
    check_label=check_label,
    answers={
        "predict": AnswerSchema(
            required={"is_next": "true where the second text follows the first, else false"},
            optional={"prob": "how probable that is, within 0 and 1"},
            parse=_parse_answer,
            class_bytes=0,
            called={"probs": "prob"},
        )
    },
    examples=Examples(
        input={
            "id": "r1",
            "input": {"text_a": "She opened the door.", "text_b": "Nobody was there."},
        },
        label={"id": "r1", "label": True, "group": "book-2"},
        answers={"predict": {"id": "r1", "is_next": True, "prob": 0.98}},
    ),
    samples=PAIRS,
)
