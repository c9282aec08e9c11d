"""Extractive question answering: the part of a text that answers a question, if there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from competitions.kinds.base import AnswerSchema, Examples, Family, Modality, TaskKind
from competitions.kinds.faults import RowInvalid, quoted
from competitions.kinds.fields import check_keys, checked_number, checked_text
from competitions.kinds.inputs import text_input
from competitions.kinds.settings import Setting
from competitions.kinds.shapes import Shape
from competitions.kinds.values import SpanAnswer

MAX_ACCEPTED = 20
MAX_ANSWER_LENGTH = 10_000

Accepted = tuple[str, ...]


def check_label(value: object, labels: Sequence[str]) -> Accepted:
    """Check a list of accepted answers, empty where the context has none; raises RowInvalid."""
    if not isinstance(value, list) or len(value) > MAX_ACCEPTED:
        raise RowInvalid(
            "wrong_type", f"label must be a list of accepted answers, at most {MAX_ACCEPTED}"
        )
    return tuple(checked_text(each, name="an answer", code="wrong_type") for each in value)


def check_occurs(label: Accepted, context: str) -> None:
    """Raise RowInvalid ``not_in_context`` unless every accepted answer stands in the context."""
    for answer in label:
        if answer not in context:
            raise RowInvalid(
                "not_in_context", f"the answer {quoted(answer)} does not occur in the context"
            )


def _context(row: Mapping[str, Any]) -> str:
    return str(row["context"])


def _parse_answer(row: Mapping[str, object], labels: Sequence[str]) -> SpanAnswer:
    check_keys(row, required=("answer",), optional=("no_answer_prob",))
    answer = row["answer"]
    if not isinstance(answer, str):
        raise RowInvalid("wrong_type", "answer must be a text, empty for none")
    if len(answer) > MAX_ANSWER_LENGTH:
        raise RowInvalid("out_of_range", f"answer has more than {MAX_ANSWER_LENGTH} characters")
    probability = None
    if "no_answer_prob" in row:
        probability = checked_number(row["no_answer_prob"], name="no_answer_prob")
        if not 0 <= probability <= 1:
            raise RowInvalid("out_of_range", "no_answer_prob must lie within 0 and 1")
    return SpanAnswer(answer, probability)


SPAN_ANSWER = AnswerSchema(
    required={"answer": 'a part of the context, "" where it has no answer'},
    optional={"no_answer_prob": "how sure it is that there is no answer, within 0 and 1"},
    parse=_parse_answer,
    row_bytes=32_768,
    class_bytes=0,
)

_BRIDGE = "The bridge was opened in 1932 by the premier. It is 1,149 metres long."

KIND = TaskKind(
    slug="extractive_qa",
    title="Extractive question answering",
    description=(
        "Each row is a question and a context, and the answer is the part of the context that "
        "answers the question, or empty text where there is none. Several answers may be "
        "accepted; the one that fits best counts. Case, punctuation, English articles and "
        "spaces make no difference."
    ),
    family=Family.LANGUAGE,
    shape=Shape.SPAN,
    head="span",
    modality=Modality.TEXT,
    reads=("question", "context"),
    keeps=("context",),
    proposed_metric="answer_f1",
    check_input=text_input("question", "context"),
    check_label=check_label,
    answers={"predict": SPAN_ANSWER, "prompt": SPAN_ANSWER},
    examples=Examples(
        input={
            "id": "r1",
            "input": {"question": "When was the bridge opened?", "context": _BRIDGE},
        },
        label={"id": "r1", "label": ["1932", "in 1932"], "group": "article-4"},
        answers={
            "predict": {"id": "r1", "answer": "1932", "no_answer_prob": 0.03},
            "prompt": {"id": "r1", "answer": "in 1932 by the premier"},
        },
    ),
    samples=tuple(
        {"question": question, "context": context}
        for question, context in (
            ("When was the bridge opened?", _BRIDGE),
            ("Who designed it?", _BRIDGE),
            ("?", "."),
            ("Wann fährt der Zug nach Bern?", "Der Zug nach Bern fährt um 7.32 Uhr auf Gleis 3."),
            ("首都はどこですか。", "日本の首都は東京です。"),
            ("What did she win 🏆?", "She won 🥇 in the 200 m & 🥈 in the relay – café closed."),
            (
                "Which word comes last?",
                " ".join(["The same sentence stands here many times over."] * 150) + " Omega",
            ),
        )
    ),
    settings={
        "max_answer_tokens": Setting(
            title="Longest answer",
            default=30,
            low=1,
            high=500,
            unit="tokens",
            help="How many tokens an answer may have.",
        )
    },
    measure=_context,
    check_measure=check_occurs,
)
