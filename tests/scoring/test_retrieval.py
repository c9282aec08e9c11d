"""Ranking documents by the cosine of embeddings."""

from __future__ import annotations

import io
import json
import math
from array import array
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics.pairwise import cosine_similarity

from competitions.dataset_rows import LabelRow
from competitions.kinds import get_kind
from scoring.retrieval import retrieve
from scoring.task_score import TaskFacts, TaskScores, score_task

NUMBERS = st.sampled_from([-3.0, -1.0, -0.5, 0.0, 1.0, 2.0])
VECTORS = st.lists(NUMBERS, min_size=2, max_size=2)


def ranked(query: list[float], documents: dict[str, list[float]], *missing: str) -> list[str]:
    """Return the documents that one query finds."""
    embeddings = {"q": array("d", query)} | {
        name: array("d", vector) for name, vector in documents.items()
    }
    found = retrieve(embeddings, queries=["q"], documents=[*documents, *missing])
    return list(found.rankings["q"].items)


@given(VECTORS.filter(any), st.lists(VECTORS.filter(any), min_size=1, max_size=8))
def test_cosines_fall_as_scikit_learn_computes_them(query, vectors) -> None:
    documents = {f"d{number}": vector for number, vector in enumerate(vectors)}
    order = ranked(query, documents)
    cosines = cosine_similarity([query], [documents[name] for name in order])[0].round(9)
    assert sorted(order) == sorted(documents)
    assert cosines.tolist() == sorted(cosines, reverse=True)


@settings(max_examples=30)
@given(st.lists(VECTORS, min_size=101, max_size=140), st.randoms())
def test_the_best_hundred_of_many_are_those_of_a_full_sort(vectors, random) -> None:
    documents = {f"d{number:03}": vector for number, vector in enumerate(vectors)}
    query = [1.0, 0.25]

    def key(name: str) -> tuple[float, str]:
        length = math.hypot(*documents[name])
        if length == 0:
            return 2.0, name
        cosine = sum(a * b for a, b in zip(query, documents[name], strict=True)) / length
        return -round(cosine / math.hypot(*query), 9), name

    shuffled = dict(random.sample(sorted(documents.items()), k=len(documents)))
    assert ranked(query, shuffled) == sorted(documents, key=key)[:100]


def test_length_of_a_vector_does_not_count_however_small_or_large() -> None:
    documents = {"z": [1e-200, 0.0], "b": [1e12, 1e12], "a": [0.0, 1e-300]}
    assert ranked([1e-250, 0.0], documents) == ["z", "b", "a"]


def test_cosines_that_differ_by_rounding_alone_are_equal() -> None:
    assert ranked([1.0, 0.0], {"b": [1.0, 0.0], "a": [1.0, 1e-7]}) == ["a", "b"]
    assert ranked([1.0, 0.0], {"b": [1.0, 0.0], "a": [1.0, 1e-3]}) == ["b", "a"]


def test_equal_cosines_go_by_id_and_zeros_come_last() -> None:
    documents = {"z": [0.0, 0.0], "b": [2.0, 0.0], "a": [1.0, 0.0], "opposite": [-1.0, 0.0]}
    assert ranked([1.0, 0.0], documents) == ["a", "b", "opposite", "z"]


def test_query_of_zeros_finds_nothing() -> None:
    assert ranked([0.0, 0.0], {"a": [1.0, 0.0]}) == []


def test_missing_documents_stand_ahead_as_strangers() -> None:
    first, *others = ranked([1.0, 0.0], {"b": [1.0, 0.0]}, "a")
    assert others == ["b"]
    assert first != "a"
    assert not first.isprintable()


def test_no_documents_at_all_are_no_error() -> None:
    assert ranked([1.0], {}) == []
    assert len(ranked([1.0], {}, *(f"d{n}" for n in range(150)))) == 100


def score(vectors: dict[str, list[float]], labels: list[LabelRow]) -> TaskScores:
    """Score a prediction file of the retrieval kind."""
    lines = [json.dumps({"id": name, "embedding": vector}) for name, vector in vectors.items()]
    data = "".join(f"{line}\n" for line in lines).encode()
    task = TaskFacts(
        slug="find",
        kind=get_kind("retrieval"),
        track="predict",
        metric="mrr_at_10",
        labels=(),
        baseline=None,
        ceiling=None,
        split_key="00",
        public_fraction=0.5,
    )
    return score_task(
        predictions=io.BytesIO(data),
        max_bytes=len(data) + 1,
        task=task,
        labels=labels,
        train=[],
        row_of={row.id: row.id for row in labels},
    )


def rows_and_vectors() -> tuple[list[LabelRow], dict[str, list[float]]]:
    """Ten queries, each of which points at its own document."""
    labels: list[Any] = []
    vectors = {}
    for number in range(10):
        angle = number / 10
        labels += [
            LabelRow(f"q{number}", ((f"d{number}", 1),)),
            LabelRow(f"d{number}", ()),
        ]
        vectors[f"q{number}"] = vectors[f"d{number}"] = [math.cos(angle), math.sin(angle)]
    return labels, vectors


def test_only_queries_are_scored() -> None:
    labels, vectors = rows_and_vectors()
    scores = score(vectors, labels)
    assert (scores.public.value, scores.private.value) == (1.0, 1.0)
    assert scores.public.rows + scores.private.rows == 10
    assert scores.details == {"retrieval": {"documents": 10, "missing_documents": 0}}


def test_missing_query_counts_as_missing() -> None:
    labels, vectors = rows_and_vectors()
    del vectors["q3"]
    scores = score(vectors, labels)
    assert scores.public.missing + scores.private.missing == 1
    assert min(scores.public.value, scores.private.value) < 1


@pytest.mark.parametrize("turned", [False, True])
def test_withholding_a_document_never_helps(turned: bool) -> None:
    """Also where it is a bad one that stood in the way of others."""
    labels, vectors = rows_and_vectors()
    if turned:
        vectors["d0"] = [math.cos(0.31), math.sin(0.31)]
    before = score(vectors, labels)
    del vectors["d0"]
    after = score(vectors, labels)
    assert after.public.value < before.public.value
    assert after.private.value < before.private.value
    assert after.details == {"retrieval": {"documents": 10, "missing_documents": 1}}
