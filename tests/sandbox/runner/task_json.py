"""A task's ``task.json`` as the platform writes it."""

from __future__ import annotations

from typing import Any

from competitions.kinds import KINDS


def task_json(
    slug: str, *, kind: str = "text_classification", track: str = "predict", **changes: Any
) -> dict[str, Any]:
    """The facts of a kind (those of texts for a kind that is none), with ``changes``."""
    known = KINDS.get(kind, KINDS["text_classification"])
    schema = known.answers.get(track, known.answers["predict"])
    files = ["inputs.jsonl", "train.jsonl"] if track == "probe" else ["inputs.jsonl"]
    given = changes.pop("settings", {})
    settings = {**known.all_settings(track, given), **given}
    return {
        "slug": slug,
        "kind": kind,
        "track": track,
        "head": known.head if kind in KINDS else kind,
        "modality": str(known.modality),
        "reads": list(known.reads),
        "labels": ["negative", "positive"],
        "pooling": "mean",
        "max_length": 64,
        "settings": settings,
        "files": files,
        "answer": list(schema.required),
        "optional": list(schema.optional),
        **changes,
    }
