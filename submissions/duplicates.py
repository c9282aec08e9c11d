"""Entries of a competition that may be one person's: equal files, or nearly equal answers.

For organizers, who decide what it means: two teams may start from the same public weights. Reads
models' digests, inputs' ids and predictions; never a label.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from common.text import printable
from competitions.kinds.base import Answer
from competitions.models import Competition, Task
from scoring.models import LeaderboardEntry, Split
from scoring.near_duplicates import Codes, Likeness, near_duplicates
from submissions.models import Predictions, Run, Submission, SubmissionFile
from submissions.stored_answers import answer_key, answers_by_row, test_row_ids

# Tokenizers and configurations are alike for good reasons; weights and programs are somebody's.
_OWN = (".safetensors", ".onnx", ".pt", ".pt2", ".pth", ".pb", ".keras", ".npy", ".npz", ".py")
_SMALLEST = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class EqualFile:
    """One file that several participations entered: names with numbers of their submissions."""

    path: str
    sha256: str
    size: int
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlikeAnswers:
    """Two participations whose entries answer a task nearly alike."""

    task: str
    likeness: Likeness


def equal_files(competition: Competition) -> list[EqualFile]:
    """Return model files that more than one participation entered, the largest first.

    What an organizers' baseline holds too is everybody's.
    """
    by_digest: dict[str, list[SubmissionFile]] = defaultdict(list)
    files = SubmissionFile.objects.filter(
        submission__participation__competition=competition, size__gte=_SMALLEST
    ).select_related("submission__participation__user", "submission__participation__team")
    for file in files.order_by("submission__created_at", "path"):
        if file.path.lower().endswith(_OWN):
            by_digest[file.sha256].append(file)
    shared = [group for group in by_digest.values() if _is_shared(group)]
    shared.sort(key=lambda group: (-group[0].size, group[0].sha256))
    return [
        EqualFile(
            path=group[0].path,
            sha256=group[0].sha256,
            size=group[0].size,
            entries=tuple(dict.fromkeys(_name(file.submission) for file in group)),
        )
        for group in shared
    ]


def alike_answers(competition: Competition) -> list[AlikeAnswers]:
    """Compare the entries on the public board, task by task (``scoring.near_duplicates``)."""
    board = LeaderboardEntry.objects.filter(competition=competition, board=Split.PUBLIC)
    entries = [
        entry.submission
        for entry in board.select_related(
            "submission__participation__user", "submission__participation__team"
        )
    ]
    baselines = {_name(each) for each in entries if each.participation.is_baseline}
    return [
        AlikeAnswers(task=task.slug, likeness=found)
        for task in competition.tasks.filter(dataset__isnull=False).select_related("dataset")
        for found in near_duplicates(_codes(task, entries))
        if not baselines & {found.first, found.second}
    ]


def _is_shared(group: list[SubmissionFile]) -> bool:
    owners = [file.submission.participation for file in group]
    return len({owner.pk for owner in owners}) > 1 and not any(o.is_baseline for o in owners)


def _name(submission: Submission) -> str:
    name = printable(submission.participation.display_name).replace("\n", " ")
    return f"{name} #{submission.number}"


def _codes(task: Task, entries: list[Submission]) -> Mapping[str, Codes]:
    """Return a code for each row and entry; equal answers have equal codes."""
    rows = test_row_ids(task)
    known: dict[object, int] = {}
    codes: dict[str, Codes] = {}
    for submission in entries:
        answers = _answers(task, submission)
        if answers is not None:
            keys = [answer_key(answers.get(row)) for row in rows]
            codes[_name(submission)] = np.array(
                [known.setdefault(key, len(known)) for key in keys], dtype=np.int64
            )
    return codes


def _answers(task: Task, submission: Submission) -> dict[str, Answer] | None:
    """Return the answers by row of the last run; None where there are none to compare."""
    stored = Predictions.objects.filter(
        run__submission=submission,
        run__purpose=Run.Purpose.SCORE,
        task=task,
        dataset=task.dataset,
    ).order_by("-run__attempt")
    found = stored.select_related("run").first()
    return None if found is None else answers_by_row(found, task)
