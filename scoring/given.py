"""From the answers in a prediction file to what a metric reads, by track and kind.

Most answers are read as they are. Embeddings become answers outside the sandbox: a probe is
fitted on them, or queries are compared with documents. A fine-tuned model answers once for each
seed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from competitions.dataset_rows import LabelRow, TrainRow
from competitions.kinds.base import Answer, TaskKind
from competitions.kinds.finetune import SEEDS
from competitions.kinds.settings import PRESET
from competitions.kinds.shapes import Shape
from competitions.kinds.tracks import FINETUNE, PROBE
from competitions.kinds.values import SeedAnswers
from scoring.probe import Plan, probe_classes, probe_numbers
from scoring.retrieval import retrieve


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """``rounds`` are answers by row id, one mapping for each seed or experiment (one where there
    are none); ``details`` say how they came about."""

    rounds: Sequence[Mapping[str, Any]]
    details: Mapping[str, Any] = field(default_factory=dict)


def given_answers(
    answers: Mapping[str, Answer],
    *,
    kind: TaskKind,
    track: str,
    task: str,
    settings: Mapping[str, Any],
    classes: Sequence[str],
    labels: Sequence[LabelRow],
    train: Sequence[TrainRow],
) -> Given:
    """Turn answers by row id into what the metric compares with the labels.

    ``task`` is its slug, ``settings`` are those of its kind and track.

    Raises:
        ProbeRefused: train rows have no embedding, or embeddings that can't be probed.
    """
    if track == PROBE:
        plan = Plan(task=task, preset=str(settings[PRESET]))
        return _probed(answers, plan, kind=kind, classes=classes, labels=labels, train=train)
    if kind.refers is not None:
        return _retrieved(answers, kind=kind, labels=labels)
    if track == FINETUNE:
        return Given(rounds=_by_seed(answers, seeds=int(settings[SEEDS])))
    return Given(rounds=[answers])


def _retrieved(
    answers: Mapping[str, Answer], *, kind: TaskKind, labels: Sequence[LabelRow]
) -> Given:
    """Let each query, which is a scored row, find documents among the rows that are not."""
    queries = [row.id for row in labels if is_scored(kind, row)]
    documents = [row.id for row in labels if not is_scored(kind, row)]
    found = retrieve(answers, queries=queries, documents=documents)
    details = {"documents": len(documents), "missing_documents": found.missing_documents}
    return Given(rounds=[found.rankings], details={"retrieval": details})


def is_scored(kind: TaskKind, row: LabelRow) -> bool:
    """Tell whether a row counts, or is only there for others to refer to."""
    return kind.is_scored is None or kind.is_scored(row.label)


def _by_seed(answers: Mapping[str, SeedAnswers], *, seeds: int) -> list[dict[str, Any]]:
    """A row has one answer for each seed of the task; where it has fewer, the others are missing.

    Answers beyond them count for nothing.
    """
    return [
        {
            row_id: each.answers[seed]
            for row_id, each in answers.items()
            if seed < len(each.answers) and each.answers[seed] is not None
        }
        for seed in range(seeds)
    ]


def _probed(
    answers: Mapping[str, Answer],
    plan: Plan,
    *,
    kind: TaskKind,
    classes: Sequence[str],
    labels: Sequence[LabelRow],
    train: Sequence[TrainRow],
) -> Given:
    fitted = [(row.id, row.label) for row in train]
    test_ids = [row.id for row in labels]
    if kind.shape is Shape.CLASS:
        probed = probe_classes(
            embeddings=answers, train=fitted, test_ids=test_ids, classes=classes, plan=plan
        )
    else:
        probed = probe_numbers(embeddings=answers, train=fitted, test_ids=test_ids, plan=plan)
    return Given(rounds=probed.rounds, details={"probe": probed.details})
