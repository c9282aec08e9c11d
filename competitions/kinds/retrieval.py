"""Retrieval: queries and documents are embedded apart; likeness finds the documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from competitions.kinds.answers import EMBEDDING_ANSWER
from competitions.kinds.base import Examples, Family, Modality, TaskKind
from competitions.kinds.faults import RowInvalid
from competitions.kinds.fields import check_keys, checked_text
from competitions.kinds.rankings import Grades, graded_items, require_relevant
from competitions.kinds.samples import TEXTS
from competitions.kinds.shapes import Shape

QUERY, DOCUMENT = "query", "document"


def check_input(value: object) -> dict[str, str]:
    """Check ``{"text", "role": "query" or "document"}``; raises RowInvalid."""
    if not isinstance(value, dict):
        raise RowInvalid("bad_input", "input must be an object")
    check_keys(value, required=("text", "role"))
    if value["role"] not in (QUERY, DOCUMENT):
        raise RowInvalid("bad_input", 'input.role must be "query" or "document"')
    text = checked_text(value["text"], name="input.text", code="bad_input")
    return {"text": text, "role": value["role"]}


def check_label(value: object, labels: Sequence[str]) -> Grades:
    """Check ``{row id of a document: grade, …}``, empty for a document; raises RowInvalid."""
    grades = graded_items(value, name="documents")
    if grades:
        require_relevant(grades, name="a document")
    return grades


def check_role(grades: Grades, role: str) -> None:
    """Raise RowInvalid ``role_differs`` unless queries have documents, and documents have none."""
    if role == QUERY and not grades:
        raise RowInvalid("role_differs", "the row is a query: name its relevant documents")
    if role == DOCUMENT and grades:
        raise RowInvalid("role_differs", "the row is a document: its label must be {}")


def _role(row: Mapping[str, Any]) -> str:
    return str(row["role"])


def _documents(grades: Grades) -> tuple[str, ...]:
    return tuple(document for document, _ in grades)


KIND = TaskKind(
    slug="retrieval",
    title="Retrieval",
    description=(
        "Each row is a text, either a query or a document, and the answer is its embedding. The "
        "platform ranks all documents for each query by the cosine of the embeddings. Only "
        "queries are scored. A document without an embedding counts as the worst that it could "
        "be: ahead of all others where it is not relevant, and not found where it is."
    ),
    family=Family.RECOMMENDATION,
    shape=Shape.RANKING,
    head="embedding",
    modality=Modality.TEXT,
    reads=("text",),
    proposed_metric="ndcg_at_10",
    check_input=check_input,
    check_label=check_label,
    answers={"predict": EMBEDDING_ANSWER},
    examples=Examples(
        input={"id": "q1", "input": {"text": "how do bees find home", "role": "query"}},
        label={"id": "q1", "label": {"d7": 1}},
        answers={"predict": {"id": "q1", "embedding": [0.12, -0.53, 0.08]}},
    ),
    samples=tuple(
        {**text, "role": (QUERY, DOCUMENT)[number % 2]} for number, text in enumerate(TEXTS)
    ),
    measure=_role,
    check_measure=check_role,
    refers=_documents,
    is_scored=bool,
    asks=lambda row: row["role"] == QUERY,
)
