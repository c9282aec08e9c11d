"""Entries of a competition that may be one person's: equal files, or nearly equal answers.

For organizers, who decide what it means: two teams may start from the same public weights. Reads
models' digests, inputs' ids and predictions; never a label.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

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
_ANSWERED = (Submission.State.SCORING, Submission.State.SCORED)
MOST_ROWS = 20_000


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
        submission__participation__competition=competition
    ).select_related("submission__participation__user", "submission__participation__team")
    for file in files.order_by("submission__created_at", "path"):
        if is_own_work(file.path, file.size):
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
    """Compare the entries that count, task by task (``scoring.near_duplicates``)."""
    entries = {str(each.pk): each for each in counting_entries(competition)}
    return [
        AlikeAnswers(task=task.slug, likeness=_named(found, entries))
        for task in compared_tasks(competition)
        for found in near_duplicates(answer_codes(task, list(entries.values())))
        if not any(entries[key].participation.is_baseline for key in (found.first, found.second))
    ]


def counting_entries(competition: Competition) -> list[Submission]:
    """Return one submission of each participation that has answers, the earliest first.

    It is the one that its people chose, else the one on the public board, else the last one. One
    that is just scored again has its answers still.
    """
    board = LeaderboardEntry.objects.filter(competition=competition, board=Split.PUBLIC)
    leads = set(board.values_list("submission", flat=True))
    answered = Submission.objects.filter(
        participation__competition=competition, state__in=_ANSWERED
    ).select_related("participation__user", "participation__team")
    best: dict[int, Submission] = {}
    for each in sorted(
        answered, key=lambda each: (each.selected_final, each.pk in leads, each.created_at)
    ):
        best[each.participation_id] = each
    return sorted(best.values(), key=lambda each: (each.created_at, each.pk))


def compared_tasks(competition: Competition) -> list[Task]:
    """Return the tasks that have rows to answer."""
    return list(competition.tasks.filter(dataset__isnull=False).select_related("dataset"))


def answer_codes(
    task: Task, entries: Sequence[Submission], *, heard: Callable[[], object] = lambda: None
) -> Mapping[str, Codes]:
    """Return a code for each row and entry, by its id; equal answers have equal codes.

    Of large test sets evenly chosen rows. ``heard`` is called after each entry; those whose
    answers can't be read are left out.
    """
    rows = test_row_ids(task)
    rows = rows[:: -(-len(rows) // MOST_ROWS)]
    known: dict[object, int] = {}
    codes: dict[str, Codes] = {}
    for submission in entries:
        answers = _answers(task, submission)
        if answers is not None:
            keys = [answer_key(answers.get(row)) for row in rows]
            codes[str(submission.pk)] = np.array(
                [known.setdefault(key, len(known)) for key in keys], dtype=np.int64
            )
        heard()
    return codes


def is_own_work(path: str, size: int) -> bool:
    """Tell whether a file of this name and size is somebody's work: weights, or a program."""
    return size >= _SMALLEST and path.lower().endswith(_OWN)


def _named(found: Likeness, entries: Mapping[str, Submission]) -> Likeness:
    first, second = sorted(_name(entries[key]) for key in (found.first, found.second))
    return replace(found, first=first, second=second)


def _is_shared(group: list[SubmissionFile]) -> bool:
    owners = [file.submission.participation for file in group]
    return len({owner.pk for owner in owners}) > 1 and not any(o.is_baseline for o in owners)


def _name(submission: Submission) -> str:
    name = printable(submission.participation.display_name).replace("\n", " ")
    return f"{name} #{submission.number}"


def _answers(task: Task, submission: Submission) -> dict[str, Answer] | None:
    """Return the answers by row of the last run; None where there are none to compare."""
    stored = Predictions.objects.filter(
        run__submission=submission,
        run__purpose=Run.Purpose.SCORE,
        task=task,
        dataset=task.dataset,
    ).order_by("-run__attempt")
    found = stored.select_related("run").first()
    try:
        return None if found is None else answers_by_row(found, task)
    except FileNotFoundError:
        return None
