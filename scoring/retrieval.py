"""From embeddings of queries and documents to ranked documents, outside the sandbox.

Documents rank by the cosine of their embedding and the query's, in float64 on one BLAS thread,
rounded to 9 decimals, so that rounding errors that differ between machines do not show. Documents
of equal cosine rank by their id. A vector of zeros points nowhere: such a document comes after all
others, and such a query finds none.

Missing never helps: a document without an embedding could have stood anywhere, so it is taken for
one that is not relevant and stands ahead of all others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from competitions.kinds.rankings import MAX_ITEMS
from competitions.kinds.values import Embedding, RankedItems
from scoring.cosines import scale_to_unit_length

Floats = NDArray[np.float64]

_DECIMALS = 9
_BELOW_EVERY_COSINE = -2.0
_QUERIES_AT_ONCE = 64
# No id has such a character, so nothing is relevant that begins with it.
_NOT_RELEVANT = "\0"


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The first documents of each query that has an embedding; how many documents have none."""

    rankings: Mapping[str, RankedItems]
    missing_documents: int


def retrieve(
    embeddings: Mapping[str, Embedding], *, queries: Sequence[str], documents: Sequence[str]
) -> Retrieved:
    """Rank ``documents`` for each of ``queries`` (all ids), the best 100 of them."""
    found = sorted(row_id for row_id in documents if row_id in embeddings)
    missing = sorted(row_id for row_id in documents if row_id not in embeddings)
    asked = [row_id for row_id in queries if row_id in embeddings]
    ahead = tuple(_NOT_RELEVANT + row_id for row_id in missing[:MAX_ITEMS])
    rankings: dict[str, RankedItems] = {}
    with threadpool_limits(limits=1):
        for query, best in zip(asked, _best(embeddings, asked, found), strict=True):
            items = (*ahead, *(found[place] for place in best)) if best is not None else ()
            rankings[query] = RankedItems(items[:MAX_ITEMS])
    return Retrieved(rankings=rankings, missing_documents=len(missing))


def _best(
    embeddings: Mapping[str, Embedding], queries: Sequence[str], documents: Sequence[str]
) -> Iterator[list[int] | None]:
    """Yield the places of the best documents for each query, None for a query of zeros."""
    if not documents:
        yield from ([] for _ in queries)
        return
    matrix = _unit_vectors(embeddings, documents)
    nowhere = ~matrix.any(axis=1)
    for start in range(0, len(queries), _QUERIES_AT_ONCE):
        vectors = _unit_vectors(embeddings, queries[start : start + _QUERIES_AT_ONCE])
        cosines = np.round(vectors @ matrix.T, _DECIMALS)
        cosines[:, nowhere] = _BELOW_EVERY_COSINE
        for vector, row in zip(vectors, cosines, strict=True):
            yield _largest(row) if vector.any() else None


def _unit_vectors(embeddings: Mapping[str, Embedding], ids: Sequence[str]) -> Floats:
    """Stack embeddings to (rows, dimensions), each of length 1."""
    return scale_to_unit_length(
        np.stack([np.frombuffer(embeddings[row_id], dtype=np.float64) for row_id in ids])
    )


def _largest(cosines: Floats) -> list[int]:
    """Return the places of the largest, ties by place; a stable sort of those that may count."""
    if len(cosines) > MAX_ITEMS:
        least = np.partition(cosines, -MAX_ITEMS)[-MAX_ITEMS]
        places = np.flatnonzero(cosines >= least)
    else:
        places = np.arange(len(cosines))
    order = np.argsort(-cosines[places], kind="stable")
    largest: list[int] = places[order][:MAX_ITEMS].tolist()
    return largest
