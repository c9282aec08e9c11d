"""Computes a recorded score once more from files, without a database: pure.

What a score depends on besides files stands in its record: the task's facts. Two secrets come
after the close: the key under which a run's rows were renamed, and the key that divided the rows.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from competitions.blinding import PERTURBED, TEST, TRAIN, blind_id
from competitions.dataset_rows import LabelRow, read_labels, read_train
from competitions.kinds import get_kind
from competitions.kinds.tracks import PROBE
from competitions.perturbations import PERTURBATIONS
from scoring.details.trials import CopyOf
from scoring.metrics import get_metric
from scoring.resampling import Anchors, resample
from scoring.task_score import SplitScore, TaskFacts, score_task

_FACTS = ("slug", "track", "metric", "baseline", "ceiling", "public_fraction")


class NotReplayable(Exception):
    """The record has no score to replay, or its files don't fit; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """What is needed beside the record: raw files and the two keys. ``train`` for probes alone."""

    predictions: bytes = field(repr=False)
    labels: bytes = field(repr=False)
    train: bytes | None = field(default=None, repr=False)
    run_key: str = field(repr=False)
    split_key: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """The score as computed again; ``low`` and ``high`` are None where none was recorded."""

    value: float
    points: float
    rows: int
    missing: int
    low: float | None
    high: float | None
    interval: Mapping[str, Any]


def facts_as_dict(facts: TaskFacts) -> dict[str, Any]:
    """Return a task's facts as JSON values, without the split key."""
    told = {name: getattr(facts, name) for name in _FACTS}
    return {
        **told,
        "kind": facts.kind.slug,
        "labels": list(facts.labels),
        "settings": dict(facts.settings),
    }


def facts_from_dict(told: Mapping[str, Any], *, split_key: str) -> TaskFacts:
    """Read ``facts_as_dict`` back; raises NotReplayable for a kind that this version has not."""
    try:
        return TaskFacts(
            **{name: told[name] for name in _FACTS},
            kind=get_kind(told["kind"]),
            labels=tuple(told["labels"]),
            settings=told["settings"],
            split_key=split_key,
        )
    except KeyError as error:
        raise NotReplayable(f"the record's task can't be read here: {error}") from error


def replay(predicate: Mapping[str, Any], files: Files) -> Replayed:
    """Score the files as the record says that they were scored, on the record's split.

    Raises:
        NotReplayable: a failed task, or a record of another version.
        DomainError: a file breaks its schema, or names other rows.
    """
    if predicate["failed"]:
        raise NotReplayable("the task failed, so there is no score to replay")
    facts = facts_from_dict(predicate["task"], split_key=files.split_key)
    scores = _score(facts, files)
    score = scores[predicate["split"]]
    low, high, interval = _interval(score, facts, predicate["interval"])
    return Replayed(
        value=score.value,
        points=score.points,
        rows=score.rows,
        missing=score.missing,
        low=low,
        high=high,
        interval=interval,
    )


def _score(facts: TaskFacts, files: Files) -> dict[str, SplitScore]:
    kind = facts.kind
    labels = read_labels(io.BytesIO(files.labels), kind=kind, labels=facts.labels)
    train = []
    if facts.track == PROBE:
        if files.train is None:
            raise NotReplayable("a probe needs the train split too (--train)")
        train = read_train(io.BytesIO(files.train), kind=kind, labels=facts.labels)

    def blinded(part: str, ids: Iterable[str]) -> dict[str, str]:
        key, task = files.run_key, facts.slug
        return {blind_id(key=key, task=task, part=part, row_id=each): each for each in ids}

    scores = score_task(
        predictions=io.BytesIO(files.predictions),
        max_bytes=len(files.predictions),
        task=facts,
        labels=labels,
        train=train,
        row_of={
            **blinded(TEST, (row.id for row in labels)),
            **blinded(TRAIN, (row.id for row in train)),
        },
        copy_of=_copies(facts, labels, files, blinded(PERTURBED, _copy_ids(facts, labels))),
    )
    return {"public": scores.public, "private": scores.private}


def _copy_ids(facts: TaskFacts, labels: Sequence[LabelRow]) -> list[str]:
    """Return the ids of every copy that could have been made; no score depends on them."""
    if not facts.kind.perturbed:
        return []
    return [f"{name}:{row.id}" for name in PERTURBATIONS for row in labels]


def _copies(
    facts: TaskFacts, labels: Sequence[LabelRow], files: Files, possible: Mapping[str, str]
) -> dict[str, CopyOf]:
    """Keep the copies that were answered. Which rows were copied hangs on inputs, which stay
    hidden, so answers to copies are known and otherwise left aside."""
    answered = _ids(files.predictions) & possible.keys()
    named = {each: possible[each].partition(":") for each in sorted(answered)}
    return {each: (name, row_id) for each, (name, _, row_id) in named.items()}


def _ids(predictions: bytes) -> set[str]:
    """Return the ids that a file names, as far as it can be read; the scorer reads it strictly."""
    found: set[str] = set()
    for line in predictions.splitlines():
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(row, dict) and isinstance(row.get("id"), str):
            found.add(row["id"])
    return found


def _interval(
    score: SplitScore, facts: TaskFacts, recorded: Mapping[str, Any]
) -> tuple[float | None, float | None, Mapping[str, Any]]:
    if not recorded:
        return None, None, {}
    found = resample(
        score.grounds,
        metric=get_metric(facts.metric),
        anchors=Anchors(baseline=facts.baseline, ceiling=facts.ceiling),
        seed=recorded["seed"],
    )
    return float(found.low), float(found.high), found.facts
