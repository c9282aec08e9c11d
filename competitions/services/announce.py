"""Tells the publication log of competitions and datasets: names, versions and digests.

Before the close nobody may learn more of the hidden answers than the public board tells, and a
plain hash of the labels would let a guess at all of them be confirmed. So dataset files are named
by commitments under the competition's split key, which is told after the close
(``scoring.replay``); then everybody can check them.
"""

from __future__ import annotations

import hashlib
from typing import Any

from common.canonical_json import canonical
from competitions.commitments import commitment
from competitions.models import INPUT_BLOBS, Award, Competition, DatasetVersion, Task
from publications.models import Publication
from publications.services.append import append

_RULES = (
    "slug",
    "title",
    "rules",
    "allowed_formats",
    "dtype",
    "public_fraction",
    "required_guarantees",
    "aggregation",
    "secondary_columns",
    "board_guard",
    "guard_step",
    "dispute_days",
    "verified_address_required",
    "declared_data_required",
)
_AWARD = (
    "slug",
    "title",
    "prize",
    "rule",
    "rank_from",
    "rank_to",
    "slice_name",
    "max_parameters",
    "max_latency_ms",
    "max_memory_bytes",
    "no_extra_data",
    "ties",
    "prize_currency",
    "group",
    "position",
)
_TASK = ("slug", "kind", "track", "metric", "weight", "category", "labels", "settings")


def announce_competition(competition: Competition) -> None:
    """Log that a competition is published, with a digest of what decides its results.

    Needs a transaction.
    """
    tasks = competition.tasks.select_related("dataset").order_by("slug")
    awards = competition.awards.order_by("slug").select_related("task")
    decides = {
        "competition": {name: getattr(competition, name) for name in _RULES},
        "tasks": [_task_facts(task) for task in tasks],
        "awards": [_award_facts(award) for award in awards],
    }
    append(
        Publication.Kind.COMPETITION_PUBLISHED,
        {
            "competition": competition.slug,
            "rules_sha256": hashlib.sha256(canonical(decides)).hexdigest(),
            "split_key_sha256": hashlib.sha256(competition.split_key.encode()).hexdigest(),
            "datasets": [
                _dataset(task.dataset, competition) for task in tasks if task.dataset is not None
            ],
        },
    )


def announce_dataset(version: DatasetVersion, competition: Competition) -> None:
    """Log that a version is what counts from now on; nothing is told of drafts.

    Needs a transaction.
    """
    if competition.state != Competition.State.DRAFT:
        append(
            Publication.Kind.DATASET_CURRENT,
            {"competition": competition.slug, **_dataset(version, competition)},
        )


def _award_facts(award: Award) -> dict[str, Any]:
    facts = {name: getattr(award, name) for name in _AWARD}
    amount = None if award.prize_amount is None else str(award.prize_amount)
    return facts | {"task": award.task.slug if award.task else None, "prize_amount": amount}


def dataset_commitments(version: DatasetVersion, key: str) -> dict[str, str]:
    """Return what stands for each file of a version until ``key`` is told."""
    return {
        column.removesuffix("_sha256"): commitment(getattr(version, column), key)
        for column in ("labels_sha256", *INPUT_BLOBS)
        if getattr(version, column)
    }


def _task_facts(task: Task) -> dict[str, Any]:
    facts = {name: getattr(task, name) for name in _TASK}
    return facts | {"baseline": task.baseline, "ceiling": task.ceiling}


def _dataset(version: DatasetVersion, competition: Competition) -> dict[str, Any]:
    digests = dataset_commitments(version, competition.split_key)
    return {"task": version.task.slug, "version": version.number, "commitments": digests}
