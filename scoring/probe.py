"""The probe: one fixed linear model on top of anybody's embeddings, fitted outside the sandbox.

The model is that of ``scoring.probe_heads``, on features scaled to mean 0 and variance 1. The
strength of its penalty comes from a fixed grid by 5-fold cross-validation on the train split; of
equal settings the stronger penalty wins. Then one fit on all train rows.

The same embeddings give the same predictions on any machine, as far as a fit can: nothing is
random (rows come in the dataset's order, folds are dealt out along the sorted labels), and one
BLAS thread with float64 holds what differs between machines far below the digits that are kept.

A train row without an embedding is an error, since a probe on fewer rows is another probe. A test
row without one is missing, and the metric treats it as such.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from common.errors import DomainError
from competitions.kinds.base import Label
from competitions.kinds.values import Embedding
from scoring.probe_heads import ClassHead, Floats, Head, Integers, NumberHead

FOLDS = 5
_DIGITS_OF_LOSS = 9
# Far above any honest answer or squared error (labels reach 1e12); its square is still finite.
_LARGEST = 1e30


class ProbeRefused(DomainError):
    """The embeddings can't be probed; the task fails with this message."""

    status = 422


@dataclass(frozen=True, slots=True)
class Probed:
    """Predictions by test id, and how they came about.

    ``setting`` is the chosen one of the head's grid; ``loss`` and ``loss_sd`` are mean and
    standard deviation over the folds of the cross-validated loss there.
    """

    predictions: Mapping[str, Label]
    setting: float
    loss: float
    loss_sd: float


def probe_classes(
    *,
    embeddings: Mapping[str, Embedding],
    train: Sequence[tuple[str, Label]],
    test_ids: Sequence[str],
    classes: Sequence[str],
) -> Probed:
    """Fit on the train rows ``(id, class)`` and name a class for each test row that has one.

    Raises:
        ProbeRefused: ``missing_train_rows``, ``probe_overflow``.
        ValueError: the train split is too small to fit anything.
    """
    index = {name: code for code, name in enumerate(classes)}
    targets = np.array([index[str(label)] for _, label in train], dtype=np.float64)
    head = ClassHead(classes=tuple(classes))
    return _probe(head, embeddings, [row_id for row_id, _ in train], targets, test_ids)


def probe_numbers(
    *,
    embeddings: Mapping[str, Embedding],
    train: Sequence[tuple[str, Label]],
    test_ids: Sequence[str],
) -> Probed:
    """Fit on the train rows ``(id, number)`` and give a number to each test row that has one.

    Raises:
        ProbeRefused: ``missing_train_rows``, ``probe_overflow``.
        ValueError: the train split is too small to fit anything.
    """
    targets = np.asarray([label for _, label in train], dtype=np.float64)
    return _probe(NumberHead(), embeddings, [row_id for row_id, _ in train], targets, test_ids)


def _probe(
    head: Head,
    embeddings: Mapping[str, Embedding],
    train_ids: Sequence[str],
    targets: Floats,
    test_ids: Sequence[str],
) -> Probed:
    _require_train_rows(embeddings, train_ids)
    train = _matrix(embeddings, train_ids)
    present = [row_id for row_id in test_ids if row_id in embeddings]
    with threadpool_limits(limits=1):
        losses = _cross_validated(head, train, targets)
        _require_numbers(losses)
        best = _best_column(losses)
        answers: Sequence[Label] = []
        if present:
            scaler = StandardScaler().fit(train)
            unseen = scaler.transform(_matrix(embeddings, present))
            answers = head.predict(
                head.settings[best], scaler.transform(train), targets, unseen=unseen
            )
            _require_numbers([answer for answer in answers if isinstance(answer, float)])
    return Probed(
        predictions=dict(zip(present, answers, strict=True)),
        setting=head.settings[best],
        loss=_rounded(statistics.fmean(losses[:, best].tolist())),
        loss_sd=_rounded(statistics.stdev(losses[:, best].tolist())),
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


def _require_numbers(found: Floats | Sequence[float]) -> None:
    """Refuse what a dimension that hardly moves in one part and far in another blows up to."""
    if not np.all(np.abs(found) <= _LARGEST):
        raise ProbeRefused(
            "probe_overflow",
            "Rows differ too much in size: some dimension is all but constant in one part of the "
            "rows and large in another, so that the probe's numbers leave every range.",
        )


def _matrix(embeddings: Mapping[str, Embedding], ids: Sequence[str]) -> Floats:
    """Stack embeddings to (rows, dimensions)."""
    return np.stack([np.frombuffer(embeddings[row_id], dtype=np.float64) for row_id in ids])


def _cross_validated(head: Head, train: Floats, targets: Floats) -> Floats:
    """Return the loss of each setting on each held-out fold: (folds, settings)."""
    fold = _dealt_folds(targets)
    losses = np.zeros((FOLDS, len(head.settings)))
    for number in range(FOLDS):
        here, held = fold != number, fold == number
        scaler = StandardScaler().fit(train[here])
        x, unseen = scaler.transform(train[here]), scaler.transform(train[held])
        for column, setting in enumerate(head.settings):
            losses[number, column] = head.loss(
                setting, x, targets[here], unseen=unseen, truth=targets[held]
            )
    return losses


def _dealt_folds(targets: Floats) -> Integers:
    """Deal rows to folds along the sorted targets, so that folds are alike without any seed."""
    fold = np.empty(len(targets), dtype=np.int64)
    fold[np.argsort(targets, kind="stable")] = np.arange(len(targets)) % FOLDS
    return fold


def _best_column(losses: Floats) -> int:
    """Return the first column of the lowest mean, compared as rounded."""
    means = [_rounded(statistics.fmean(column)) for column in losses.T.tolist()]
    return means.index(min(means))


def _rounded(loss: float) -> float:
    return float(f"{loss:.{_DIGITS_OF_LOSS}g}")
