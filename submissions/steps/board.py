"""After a board has changed: what it can claim, computed anew from stored evidence.

Scores without evidence, as a rescoring writes them, are scored once more from their kept codes or
stored predictions, so that their entries can be compared too.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta

from django.db.models import DateTimeField, Exists, ExpressionWrapper, OuterRef, QuerySet

from competitions.models import Competition
from scoring.coded import CodedInvalid
from scoring.models import BoardStatistics, LeaderboardEntry, Split, TaskScore
from scoring.present_scores import present_task_scores
from scoring.services.board_statistics import boards_of, is_stale, refresh_statistics
from scoring.services.fill_evidence import fill_evidence, lacks_evidence
from scoring.services.score_task import TaskResult, failed_result, score_task
from submissions.kept_codes import KeptCodes
from submissions.models import Predictions, Submission
from submissions.seal import is_sealed

logger = logging.getLogger(__name__)

_CLOCKS_DIFFER = timedelta(minutes=10)


def stale_competitions() -> list[Competition]:
    """Return the competitions of which a board's statistics are not those of the board."""
    return [
        competition
        for competition in _with_young_entries()
        if any(is_stale(competition, board) for board in boards_of(competition))
    ]


def _with_young_entries() -> QuerySet[Competition]:
    """Return competitions with entries that were written after statistics, or about then.

    Cheap enough to be asked every few seconds; the clocks of two hosts may differ.
    """
    computed = BoardStatistics.objects.filter(
        competition=OuterRef("competition"),
        board=OuterRef("board"),
        computed_at__gt=ExpressionWrapper(
            OuterRef("updated_at") + _CLOCKS_DIFFER, output_field=DateTimeField()
        ),
    )
    young = LeaderboardEntry.objects.filter(~Exists(computed), competition=OuterRef("pk"))
    return Competition.objects.filter(Exists(young))


def refresh(*, competition_id: int) -> None:
    """Compute what the boards of a competition can claim, where that is not done yet."""
    competition = Competition.objects.filter(pk=competition_id).first()
    if competition is None:
        return
    for board in boards_of(competition):
        if is_stale(competition, board):
            _fill(competition, board)
            refresh_statistics(competition=competition, board=board)


def _fill(competition: Competition, board: Split) -> None:
    entries = LeaderboardEntry.objects.filter(competition=competition, board=board)
    codes = KeptCodes()
    for entry in entries.select_related("submission"):
        if lacks_evidence(submission_id=entry.submission_id):
            _fill_one(entry.submission, codes)


def _fill_one(submission: Submission, codes: KeptCodes) -> None:
    scores = present_task_scores([submission.pk], Split.PUBLIC).values()
    results = [_score_again(score, codes) for score in scores]
    if not fill_evidence(submission_id=submission.pk, results=results):
        logger.warning("submission %s has no evidence and gets no rank set", submission.pk)


def _score_again(score: TaskScore, codes: KeptCodes) -> TaskResult:
    stored = Predictions.objects.filter(task_scores=score).select_related("run__submission")
    predictions = stored.first()
    if predictions is not None and not score.failed:
        with suppress(CodedInvalid, FileNotFoundError):
            return codes.score(score.task, predictions)
    if score.failed or predictions is None or not is_sealed(predictions):
        return failed_result(task=score.task, code=score.error_code, message=score.error_message)
    return score_task(
        task=score.task,
        predictions_id=predictions.pk,
        predictions_sha256=predictions.sha256,
        key=predictions.run.key,
    )
