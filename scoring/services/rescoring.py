"""Begins a rescoring, changes what it is about, drops it, asks for its publication.

What it computes and swaps is done by a score worker (``submissions.steps.rescore``), which hears of
it by ``scoring.events.rescoring_asked``.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts.models import User
from common.errors import Conflict, DomainError
from common.transitions import LostRace, transition
from competitions.models import Competition, DatasetVersion
from scoring.events import rescoring_asked
from scoring.models import (
    Ceremony,
    RescoredFinal,
    Rescoring,
    RescoringTask,
    ScoreRecord,
    TaskScore,
)
from scoring.present_scores import counted_scores
from scoring.services.board_statistics import board_digest, boards_of
from scoring.task_score import SCORER_VERSION


def check_open_to_rescoring(sender: object, *, competition: Competition, **_: Any) -> None:
    """Answer ``competitions.events.labels_offered``: raise Conflict where results are final."""
    provisional = Ceremony.objects.filter(
        competition=competition, state=Ceremony.State.PROVISIONAL
    ).exists()
    if competition.state == Competition.State.CLOSED and not provisional:
        raise Conflict(
            "competition_closed",
            "The results are published and signed; labels and scores stay as they are.",
        )


def stage_labels(sender: object, *, version: DatasetVersion, by: User, **_: Any) -> None:
    """Answer ``competitions.events.labels_staged``: begin a rescoring, or change the open one.

    Needs a transaction that holds the competition's row.
    """
    task = version.task
    rescoring = _begun(task.competition, by)
    rescoring.targets.filter(task=task).update(dataset=version)
    if version.note and version.note not in rescoring.note:
        note = f"{rescoring.note}\n{version.note}".strip()
        Rescoring.objects.filter(pk=rescoring.pk).update(note=note)


def start_rescoring(*, competition: Competition, by: User, note: str = "") -> Rescoring:
    """Score all tasks again with the present scorer, on the labels that count.

    Raises:
        Conflict: ``rescoring_open``; ``scorer_current``; ``not_published``; ``competition_closed``.
    """
    with transaction.atomic():
        locked = Competition.objects.select_for_update().get(pk=competition.pk)
        if locked.state == Competition.State.DRAFT:
            raise Conflict("not_published", "A draft's entries are scored again by a new run.")
        check_open_to_rescoring(Competition, competition=locked)
        if open_rescoring(locked) is not None:
            raise Conflict("rescoring_open", "A rescoring is open. Publish or discard it first.")
        if not outdated_scores(locked):
            raise Conflict(
                "scorer_current", "All scores are those of the present scorer; nothing is to do."
            )
        rescoring = _begun(locked, by)
        Rescoring.objects.filter(pk=rescoring.pk).update(note=note)
    return rescoring


def outdated_scores(competition: Competition) -> int:
    """Count scores that count and are of an earlier scorer than this platform's."""
    scores = counted_scores().filter(
        task__competition=competition, submission__state="scored", split="public"
    )
    present = scores.filter(scorer_version=SCORER_VERSION).values("submission", "task", "dataset")
    known = {tuple(each.values()) for each in present}
    old = scores.exclude(scorer_version=SCORER_VERSION).select_related("task")
    return sum(
        (each.submission_id, each.task_id, each.dataset_id) not in known
        for each in old
        if each.dataset_id == each.task.dataset_id
    )


def open_rescoring(competition: Competition) -> Rescoring | None:
    """Return the rescoring that is neither published nor discarded."""
    return competition.rescorings.filter(state__in=Rescoring.OPEN).first()


def request_publication(*, rescoring: Rescoring, by: User, note: str) -> None:
    """Let a worker swap all scores at once, as the preview shows. ``note`` tells everybody why.

    Raises:
        DomainError: ``note_missing``.
        Conflict: ``preview_outdated``, which is then made again; ``rescoring_not_ready``.
    """
    if not note.strip():
        raise DomainError("note_missing", "Say why: participants read it.", field="note")
    if rescoring.state == Rescoring.State.READY and is_outdated(rescoring):
        compute_again(rescoring)
        raise Conflict(
            "preview_outdated",
            "The board has changed since this preview. It is made again: look at it, then publish.",
        )
    try:
        with transaction.atomic():
            check_open_to_rescoring(Competition, competition=rescoring.competition)
            transition(
                rescoring,
                Rescoring.State.READY,
                Rescoring.State.PUBLISHING,
                note=note.strip(),
                published_by=by,
                lease_until=None,
            )
            rescoring_asked.send(sender=Rescoring, rescoring=rescoring)
    except LostRace:
        raise _not_ready(rescoring) from None


def discard(*, rescoring: Rescoring) -> None:
    """Drop a rescoring with all that it computed; nothing that counts was ever touched.

    Raises:
        Conflict: ``rescoring_not_ready``: it is published, or just being so.
    """
    try:
        with transaction.atomic():
            Competition.objects.select_for_update().get(pk=rescoring.competition_id)
            state = Rescoring.objects.get(pk=rescoring.pk).state
            if state not in {
                Rescoring.State.COMPUTING,
                Rescoring.State.READY,
                Rescoring.State.FAILED,
            }:
                raise _not_ready(rescoring)
            transition(rescoring, state, Rescoring.State.DISCARDED, lease_until=None)
            forget_scores(rescoring)
    except LostRace:
        raise _not_ready(rescoring) from None


def compute_again(rescoring: Rescoring) -> bool:
    """Send a rescoring back to be completed; False when somebody else moved it first."""
    try:
        with transaction.atomic():
            transition(
                rescoring,
                rescoring.state,
                Rescoring.State.COMPUTING,
                round=rescoring.round + 1,
                lease_until=None,
                problem="",
            )
            rescoring_asked.send(sender=Rescoring, rescoring=rescoring)
    except LostRace:
        return False
    return True


def is_outdated(rescoring: Rescoring) -> bool:
    """Tell whether a board is other than the one that the preview was made of."""
    return bool(rescoring.preview.get("digests") != board_digests(rescoring.competition))


def board_digests(competition: Competition) -> dict[str, str]:
    """Return a digest of each board that there is, as it is stored."""
    boards = competition.leaderboard_entries
    return {
        str(split): board_digest(boards.filter(board=split), competition)
        for split in boards_of(competition)
    }


def forget_scores(rescoring: Rescoring) -> None:
    """Delete what was computed aside. Needs a transaction."""
    scores = TaskScore.objects.filter(rescoring=rescoring)
    ScoreRecord.objects.filter(task_score__in=scores).delete()
    scores.delete()
    RescoredFinal.objects.filter(rescoring=rescoring).delete()


def _begun(competition: Competition, by: User) -> Rescoring:
    """Return the open rescoring, sent back to computing, or a new one."""
    rescoring = competition.rescorings.select_for_update().filter(state__in=Rescoring.OPEN).first()
    if rescoring is None:
        rescoring = Rescoring.objects.create(competition=competition, created_by=by)
        RescoringTask.objects.bulk_create(
            RescoringTask(rescoring=rescoring, task=task, dataset=task.dataset, before=task.dataset)
            for task in competition.tasks.select_related("dataset")
            if task.dataset is not None
        )
        rescoring_asked.send(sender=Rescoring, rescoring=rescoring)
        return rescoring
    if rescoring.state == Rescoring.State.PUBLISHING:
        raise Conflict(
            "rescoring_publishing",
            "A rescoring is just being published. Upload the labels again in a minute.",
        )
    compute_again(rescoring)
    forget_scores(rescoring)
    return rescoring


def _not_ready(rescoring: Rescoring) -> Conflict:
    state = Rescoring.objects.get(pk=rescoring.pk).get_state_display()
    return Conflict(
        "rescoring_not_ready", f"The rescoring is in the state “{state}”; look at its page again."
    )
