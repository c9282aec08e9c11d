"""Text generation: translation, summaries and whatever else is compared with written references."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from competitions.kinds.base import AnswerSchema, Examples, Family, Modality, TaskKind
from competitions.kinds.faults import RowInvalid
from competitions.kinds.fields import check_keys, checked_text
from competitions.kinds.inputs import text_input
from competitions.kinds.samples import TEXTS
from competitions.kinds.settings import Setting
from competitions.kinds.shapes import Shape

MAX_REFERENCES = 20
# Metrics of whole sets of rows charge a missing row with as much as an answer can hold.
MAX_ANSWER_LENGTH = 10_000


def check_label(value: object, labels: Sequence[str]) -> tuple[str, ...]:
    """Check a list of one reference or more; raises RowInvalid ``wrong_type``."""
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_REFERENCES:
        raise RowInvalid(
            "wrong_type", f"label must be a list of 1 to {MAX_REFERENCES} reference texts"
        )
    return tuple(checked_text(each, name="a reference", code="wrong_type") for each in value)


def _parse_text(row: Mapping[str, object], labels: Sequence[str]) -> str:
    check_keys(row, required=("text",))
    text = row["text"]
    if not isinstance(text, str):
        raise RowInvalid("wrong_type", "text must be a text")
    if len(text) > MAX_ANSWER_LENGTH:
        raise RowInvalid("out_of_range", f"text has more than {MAX_ANSWER_LENGTH} characters")
    return text


TEXT_ANSWER = AnswerSchema(
    required={"text": f"the written text, at most {MAX_ANSWER_LENGTH} characters"},
    optional={},
    parse=_parse_text,
    row_bytes=40_960,
    class_bytes=0,
)

KIND = TaskKind(
    slug="text_generation",
    title="Text generation",
    description=(
        "Each row is a text, and the answer is another one that the model writes: its "
        "translation, its summary, its continuation. It is compared with one reference or "
        "several. The platform generates greedily, at most as many tokens as the task says and "
        "up to the first of its stop texts."
    ),
    family=Family.LANGUAGE,
    shape=Shape.TEXT,
    head="generate",
    modality=Modality.TEXT,
    reads=("text",),
    proposed_metric="chrf",
    check_input=text_input("text"),
    check_label=check_label,
    answers={"predict": TEXT_ANSWER, "prompt": TEXT_ANSWER},
    examples=Examples(
        input={"id": "r1", "input": {"text": "Das Fenster ist offen."}},
        label={"id": "r1", "label": ["The window is open.", "The window's open."]},
        answers={
            "predict": {"id": "r1", "text": "The window is open."},
            "prompt": {"id": "r1", "text": "The window stands open."},
        },
    ),
    samples=TEXTS,
    settings={
        "max_new_tokens": Setting(
            title="Longest answer",
            default=64,
            low=1,
            high=1024,
            unit="tokens",
            help="How many tokens a model may write for one row.",
        ),
        "stop": Setting(
            title="Answers end at",
            default=[],
            high=20,
            help="Texts that end an answer; the first one found and what follows is cut off.",
        ),
    },
)
