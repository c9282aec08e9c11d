"""Row 67: a result that is another's, of another attempt, or edited."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from common import blobs
from competitions.models import Competition
from scoring.models import FinalScore
from submissions import jobs
from submissions.models import Predictions, Submission
from tests import factories
from tests.attacks.answers import model_files, row_number
from tests.attacks.arena import Arena
from tests.attacks.registry import PLATFORM, case
from tests.fakes import FakeBackend, host

Forge = Callable[[Predictions, Predictions], None]


def right(row: dict[str, Any]) -> dict[str, Any]:
    """Answer every hidden row right."""
    return {"label": ["neg", "pos"][row_number(row) % 2]}


def wrong(row: dict[str, Any]) -> dict[str, Any]:
    """Answer every hidden row wrong."""
    return {"label": ["pos", "neg"][row_number(row) % 2]}


def swap_file(mine: Predictions, other: Predictions) -> None:
    """Name the other's file in one's own row, with everything that vouches for it."""
    taken = {"sha256": other.sha256, "size": other.size, "seal": other.seal}
    Predictions.objects.filter(pk=mine.pk).update(**taken)


def new_file(mine: Predictions, other: Predictions) -> None:
    """Put a better file into the store and name it."""
    better = blobs.predictions.put_bytes(_turned(blobs.predictions.read(mine.sha256)))
    Predictions.objects.filter(pk=mine.pk).update(sha256=better.sha256, size=better.size)


def edit_in_place(mine: Predictions, other: Predictions) -> None:
    """Turn every answer around in the stored file itself."""
    folder = Path(settings.STORAGES["predictions"]["OPTIONS"]["location"])
    path = folder / blobs.blob_name(mine.sha256)
    path.chmod(0o640)
    path.write_bytes(_turned(path.read_bytes()))


FORGERIES: list[Forge] = [swap_file, new_file, edit_in_place]


@case(67, "forged or replayed result", where=PLATFORM)
def forged_result(arena: Arena) -> None:
    for forge in FORGERIES:
        mine, _ = _forged(arena, forge)
        assert mine.state == "queued", forge.__name__
        assert not FinalScore.objects.filter(submission=mine).exists()
        assert _points(_finish(arena, mine, wrong)) == 0.0, forge.__name__
    # A result of one's own better attempt is of that attempt only.
    replayed = _replayed(arena)
    assert replayed.state == "queued"
    assert _points(_finish(arena, replayed, wrong)) == 0.0


@forged_result.control
def without_the_seal_it_counts(arena: Arena) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("submissions.steps.score.is_sealed", lambda row: True)
        for forge in (new_file, edit_in_place):
            mine, _ = _forged(arena, forge)
            assert _points(mine) == 100.0, forge.__name__


def _forged(arena: Arena, forge: Forge) -> tuple[Submission, Submission]:
    """A submission that answers wrongly and one that answers rightly, scored after the forgery."""
    competition = factories.competition()
    factories.task(competition, slug="task", rows=20)
    mine, other = _run(arena, competition, wrong), _run(arena, competition, right)
    forge(_result(mine), _result(other))
    return _scored(mine), _scored(other)


def _replayed(arena: Arena) -> Submission:
    """Run one submission twice, and give the second run the result of the first."""
    competition = factories.competition()
    factories.task(competition, slug="task", rows=20)
    mine = _scored(_run(arena, competition, right))
    Submission.objects.filter(pk=mine.pk).update(state="queued")
    again = factories.run(mine)
    arena.host = host(FakeBackend(answers={"task": wrong}))
    jobs.infer(again.pk)
    swap_file(again.predictions.get(), mine.runs.get(attempt=1).predictions.get())
    FinalScore.objects.filter(submission=mine).delete()
    return _scored(mine)


def _run(arena: Arena, competition: Competition, answer: Any) -> Submission:
    """Enter and run a submission, but leave it unscored."""
    submission = arena.enter(model_files(), competition=competition)
    arena.host = host(FakeBackend(answers={"task": answer}))
    jobs.validate(str(submission.pk))
    jobs.infer(submission.runs.get().pk)
    arena.queued.clear()
    submission.refresh_from_db()
    assert submission.state == "scoring"
    return submission


def _finish(arena: Arena, submission: Submission, answer: Any) -> Submission:
    """Do what the platform queued after it refused a result."""
    arena.host = host(FakeBackend(answers={"task": answer}))
    jobs.infer(submission.runs.get(state="queued").pk)
    return _scored(submission)


def _scored(submission: Submission) -> Submission:
    jobs.score(str(submission.pk))
    submission.refresh_from_db()
    return submission


def _result(submission: Submission) -> Predictions:
    return Predictions.objects.get(run__submission=submission)


def _points(submission: Submission) -> float:
    return FinalScore.objects.get(submission=submission, split="public").points


def _turned(data: bytes) -> bytes:
    return data.replace(b'"pos"', b'"?"').replace(b'"neg"', b'"pos"').replace(b'"?"', b'"neg"')
