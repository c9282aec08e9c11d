"""Keeps what was read of predictions, so that they can be scored again without reading them."""

from __future__ import annotations

from collections.abc import Iterable

from common import blobs
from competitions.models import Task
from scoring.coded import CodedInvalid, to_bytes
from scoring.services.score_codes import CodesScorer, codes_scorer
from scoring.services.score_task import TaskResult
from submissions.models import Predictions
from submissions.seal import has_sealed_codes, seal_codes


def keep_codes(predictions: Predictions, result: TaskResult) -> bool:
    """Put the codes of a file that was just scored into their store, and name them on its row.

    Returns False where codes don't say all of it, or are kept already. The row is not saved. It
    must be sealed: whoever calls this has looked.
    """
    if result.scores is None or result.scores.coded is None:
        return False
    sha256 = blobs.evidence.put_bytes(to_bytes(result.scores.coded)).sha256
    if predictions.coded_sha256 == sha256:
        return False
    predictions.coded_sha256 = sha256
    predictions.coded_seal = seal_codes(predictions, sha256)
    return True


class KeptCodes:
    """Scores predictions from their codes; the labels of a task are read once."""

    def __init__(self) -> None:
        self._scorers: dict[int, CodesScorer | None] = {}

    def score(self, task: Task, predictions: Predictions) -> TaskResult:
        """Return what scoring the file itself would give, on the labels of ``task.dataset``.

        Raises:
            CodedInvalid: no codes are kept, not under a true seal, or not of these rows.
            FileNotFoundError: they are gone.
        """
        if task.pk not in self._scorers:
            self._scorers[task.pk] = codes_scorer(task)
        scorer = self._scorers[task.pk]
        if scorer is None or not has_sealed_codes(predictions):
            raise CodedInvalid("no codes are kept")
        return scorer.score(
            predictions.coded_sha256,
            predictions_id=predictions.pk,
            predictions_sha256=predictions.sha256,
        )


def save_codes(predictions: Iterable[Predictions]) -> None:
    """Write down which codes belong to predictions."""
    Predictions.objects.bulk_update(predictions, ["coded_sha256", "coded_seal"], batch_size=200)
