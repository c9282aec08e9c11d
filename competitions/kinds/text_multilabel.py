"""Multi-label text classification: any number of the task's classes for each text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from competitions.kinds.answers import MAX_LABEL_LENGTH, parse_numbers
from competitions.kinds.base import AnswerSchema, Examples, Family, Modality, TaskKind
from competitions.kinds.faults import RowInvalid, quoted
from competitions.kinds.fields import check_keys
from competitions.kinds.inputs import text_input
from competitions.kinds.samples import TEXTS
from competitions.kinds.shapes import Shape
from competitions.kinds.values import ClassSetAnswer


def check_label(value: object, labels: Sequence[str]) -> tuple[str, ...]:
    """Check a list of different classes, which may be empty; returns them in the task's order.

    Raises:
        RowInvalid: ``wrong_type``, ``repeated_label`` or ``unknown_label``.
    """
    names = _different_names(value, name="label")
    strangers = names - set(labels)
    if strangers:
        raise RowInvalid(
            "unknown_label", f"label {quoted(min(strangers))} is not one of the task's labels"
        )
    return tuple(filter(names.__contains__, labels))


def _parse_answer(row: Mapping[str, object], labels: Sequence[str]) -> ClassSetAnswer | None:
    check_keys(row, required=("labels",), optional=("scores",))
    names = _different_names(row["labels"], name="labels")
    scores = None
    if "scores" in row:
        scores = _parse_scores(row["scores"], classes=len(labels))
    if not names <= set(labels):
        return None
    return ClassSetAnswer(tuple(filter(names.__contains__, labels)), scores)


def _different_names(value: object, *, name: str) -> set[str]:
    if not isinstance(value, list) or not set(map(type, value)) <= {str}:
        raise RowInvalid("wrong_type", f"{name} must be a list of texts")
    if max(map(len, value), default=0) > MAX_LABEL_LENGTH:
        raise RowInvalid("out_of_range", f"a label has more than {MAX_LABEL_LENGTH} characters")
    names = set(value)
    if len(names) != len(value):
        raise RowInvalid("repeated_label", f"{name} holds a label twice")
    return names


def _parse_scores(value: object, *, classes: int) -> tuple[float, ...]:
    numbers = tuple(parse_numbers(value, name="scores"))
    if len(numbers) != classes:
        raise RowInvalid("scores_length", f"scores must have {classes} numbers, one per label")
    if min(numbers) < 0 or max(numbers) > 1:
        raise RowInvalid("scores_range", "scores must lie between 0 and 1")
    return numbers


KIND = TaskKind(
    slug="text_multilabel",
    title="Multi-label text classification",
    description=(
        "Each row is a text, and the answer is the list of those of the task's labels that fit "
        "it: none, one or several. Scores, one per label, say how sure each label is, whether it "
        "is listed or not. The model brings a classification head whose label names are the "
        "task's."
    ),
    family=Family.LANGUAGE,
    shape=Shape.CLASS_SET,
    head="class_sets",
    modality=Modality.TEXT,
    reads=("text",),
    proposed_metric="multilabel_macro_f1",
    needs_classes=True,
    check_input=text_input("text"),
    check_label=check_label,
    answers={
        "predict": AnswerSchema(
            required={"labels": "the labels that fit, each once, in any order; may be empty"},
            optional={"scores": "a score per label, in the task's order, each within 0 and 1"},
            parse=_parse_answer,
            class_bytes=96,
        )
    },
    examples=Examples(
        input={"id": "r1", "input": {"text": "The battery died, but support was kind."}},
        label={"id": "r1", "label": ["hardware", "service"], "group": "customer-5"},
        answers={
            "predict": {"id": "r1", "labels": ["service"], "scores": [0.4, 0.1, 0.8]},
        },
        classes=("hardware", "price", "service"),
    ),
    samples=TEXTS,
)
