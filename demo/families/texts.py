"""Tasks on real texts: those of the demo, and sentences that look for their article."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from demo.sources import RatedText
from demo.splits import Split

_FEWEST = 8
_LONGEST_DOCUMENT = 6


def articles(rows: Sequence[RatedText], *, slug: str, count: int) -> Split:
    """A query and a document of each of ``count`` articles: a sentence from its first half, and
    other sentences of it. Only the article that a query is from is relevant."""
    sentences: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        sentences[row.document].append(row.text)
    long = [name for name, texts in sentences.items() if len(texts) >= _FEWEST]
    test: list[dict[str, Any]] = []
    for number, name in enumerate(sorted(long)[:count], start=1):
        test += _pair(f"{slug}-{number:04d}", sentences[name])
    return Split(train=[], test=test)


def _pair(name: str, texts: list[str]) -> list[dict[str, Any]]:
    first_half = texts[: len(texts) // 2]
    query = max(first_half, key=len)
    rest = [text for text in texts if text != query][:_LONGEST_DOCUMENT]
    return [
        _row(f"{name}-q", query, "query", {f"{name}-d": 1}),
        _row(f"{name}-d", " ".join(rest), "document", {}),
    ]


def _row(row_id: str, text: str, role: str, label: dict[str, int]) -> dict[str, Any]:
    return {"id": row_id, "input": {"text": text, "role": role}, "label": label}
