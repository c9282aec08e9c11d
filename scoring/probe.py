"""The probe: one fixed model on top of anybody's embeddings, fitted outside the sandbox.

What is fitted, and how often, is the task's preset (``scoring.probe_presets``).

The same embeddings give the same predictions on any machine, as far as a fit can: draws of rows
are hashes of task, preset and ids, and one BLAS thread with float64 holds what differs between
machines far below the digits that are kept.

A train row without an embedding is an error, since a probe on fewer rows is another probe. A test
row without one is missing, and the metric treats it as such.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from competitions.kinds.base import Label
from competitions.kinds.values import Embedding
from scoring.probe_faults import ProbeRefused, require_numbers
from scoring.probe_heads import ClassHead, Floats, Head, NumberHead
from scoring.probe_presets import FOLDS, PRESETS, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What of a task decides how it is probed; ``preset`` is one of ``probe_presets.PRESETS``."""

    task: str
    preset: str

    @property
    def seed(self) -> str:
        """Where the draws of train rows come from: the same for every submission."""
        return f"podium probe\0{self.task}\0{self.preset}"


@dataclass(frozen=True, slots=True)
class Probed:
    """Predictions by test id, once for each experiment of the preset, and how they came about."""

    rounds: Sequence[Mapping[str, Label]]
    details: Mapping[str, Any]


def probe_classes(
    *,
    embeddings: Mapping[str, Embedding],
    train: Sequence[tuple[str, Label]],
    test_ids: Sequence[str],
    classes: Sequence[str],
    plan: Plan,
) -> Probed:
    """Fit on the train rows ``(id, class)`` and name a class for each test row that has one.

    Raises:
        ProbeRefused: ``missing_train_rows``, ``probe_overflow``.
        ValueError: the train split is too small to fit anything.
    """
    index = {name: code for code, name in enumerate(classes)}
    targets = np.array([index[str(label)] for _, label in train], dtype=np.float64)
    head = ClassHead(classes=tuple(classes))
    return _probe(head, embeddings, [row_id for row_id, _ in train], targets, test_ids, plan)


def probe_numbers(
    *,
    embeddings: Mapping[str, Embedding],
    train: Sequence[tuple[str, Label]],
    test_ids: Sequence[str],
    plan: Plan,
) -> Probed:
    """Fit on the train rows ``(id, number)`` and give a number to each test row that has one.

    Raises:
        ProbeRefused: ``missing_train_rows``, ``probe_overflow``.
        ValueError: the train split is too small to fit anything.
    """
    targets = np.asarray([label for _, label in train], dtype=np.float64)
    return _probe(
        NumberHead(), embeddings, [row_id for row_id, _ in train], targets, test_ids, plan
    )


def _probe(
    head: Head,
    embeddings: Mapping[str, Embedding],
    train_ids: Sequence[str],
    targets: Floats,
    test_ids: Sequence[str],
    plan: Plan,
) -> Probed:
    _require_train_rows(embeddings, train_ids)
    present = [row_id for row_id in test_ids if row_id in embeddings]
    train = _matrix(embeddings, train_ids)
    problem = Problem(
        head=head,
        ids=train_ids,
        train=train,
        targets=targets,
        unseen=_matrix(embeddings, present) if present else train[:0],
        seed=plan.seed,
    )
    with threadpool_limits(limits=1):
        fitted = PRESETS[plan.preset](problem)
    for answers in fitted.rounds:
        require_numbers([answer for answer in answers if isinstance(answer, float)])
    return Probed(
        rounds=[dict(zip(present, answers, strict=True)) for answers in fitted.rounds],
        details={"preset": plan.preset, **fitted.details},
    )


def _require_train_rows(embeddings: Mapping[str, Embedding], train_ids: Sequence[str]) -> None:
    if len(train_ids) < FOLDS:
        raise ValueError(f"a probe needs at least {FOLDS} train rows")
    missing = sum(row_id not in embeddings for row_id in train_ids)
    if missing:
        raise ProbeRefused(
            "missing_train_rows",
            f"{missing} of {len(train_ids)} train rows have no embedding; the probe needs all.",
        )


def _matrix(embeddings: Mapping[str, Embedding], ids: Sequence[str]) -> Floats:
    """Stack embeddings to (rows, dimensions)."""
    return np.stack([np.frombuffer(embeddings[row_id], dtype=np.float64) for row_id in ids])
