"""Writes down what a board can claim, from stored evidence: rank sets, tests, differences.

Runs on a score worker, which alone may read evidence. The same board gives the same numbers, so a
doubled call writes the same again; when the board has changed meanwhile nothing is written.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from django.db import transaction

from common import blobs
from common.canonical_json import canonical
from competitions.models import Competition, Task
from scoring.aggregate import RULE_VERSIONS, WeightedPoints
from scoring.board import MOST_ENTRIES, BoardTask, Claims, claims, same_rows
from scoring.evidence import Evidence, EvidenceInvalid, from_bytes
from scoring.guard import guard_step, is_guarded
from scoring.metrics import get_metric
from scoring.models import BoardStatistics, FinalScore, LeaderboardEntry, Split, TaskScore
from scoring.present_scores import present_task_scores
from scoring.resampling import Anchors
from scoring.seeds import bootstrap_seed, sign_flip_seed
from scoring.statistics.budgets import LEVEL, RESAMPLES, VERSION

logger = logging.getLogger(__name__)

_WRITTEN = ("rank_best", "rank_worst", "p_next")
_Scores = Mapping[tuple[Any, int], TaskScore]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A ranked entry with its task scores in the tasks' order, and their evidence.

    ``told`` are its points as its board tells them.
    """

    entry: LeaderboardEntry
    points: float
    told: float
    scores: tuple[TaskScore, ...]
    evidence: tuple[Evidence | None, ...]

    @property
    def key(self) -> str:
        """Names what the entry's numbers rest on."""
        grounds = [score.evidence_sha256 or "failed" for score in self.scores]
        return ",".join([*grounds, f"{self.told:.6f}"])


def boards_of(competition: Competition) -> list[Split]:
    """Return the boards that there are: the private one only from the close on."""
    closed = competition.state == Competition.State.CLOSED
    return [Split.PUBLIC, Split.PRIVATE] if closed else [Split.PUBLIC]


def board_digest(entries: Iterable[LeaderboardEntry], competition: Competition) -> str:
    """Return the sha256 of what a board's statistics depend on, as the board tells it."""
    rows = [
        [
            entry.participation_id,
            str(entry.submission_id),
            entry.rank,
            entry.final_score,
            entry.low,
            entry.high,
            entry.tasks,
        ]
        for entry in entries
    ]
    rows.sort(key=lambda row: row[0])
    told = {"rows": rows, "rule": RULE_VERSIONS[competition.aggregation], "version": VERSION}
    return hashlib.sha256(canonical(told)).hexdigest()


def is_stale(competition: Competition, board: Split) -> bool:
    """Tell whether a board's statistics are missing, or belong to an earlier board."""
    entries = list(LeaderboardEntry.objects.filter(competition=competition, board=board))
    if not entries:
        return False
    stored = BoardStatistics.objects.filter(competition=competition, board=board).first()
    return stored is None or stored.entries_sha256 != board_digest(entries, competition)


def keep_statistics(
    before: Iterable[LeaderboardEntry],
    rows: Iterable[LeaderboardEntry],
    *,
    competition: Competition,
    board: Split,
) -> None:
    """Carry statistics over to the rows of a board that is written anew and has not changed."""
    stored = BoardStatistics.objects.filter(competition=competition, board=board).first()
    rows = list(rows)
    if stored is None or stored.entries_sha256 != board_digest(rows, competition):
        return
    old = {entry.participation_id: entry for entry in before}
    for row in rows:
        if row.participation_id in old:
            for name in _WRITTEN:
                setattr(row, name, getattr(old[row.participation_id], name))


def refresh_statistics(*, competition: Competition, board: Split) -> bool:
    """Compute and write the statistics of one board; False when there was nothing to write.

    Works outside any transaction and records in one. Private ones are made after the close only.
    """
    if board not in boards_of(competition) or not is_stale(competition, board):
        return False
    entries = _entries(competition, board)
    digest = board_digest(entries, competition)
    tasks = list(competition.tasks.select_related("dataset", "competition"))
    rows = _rows([each for each in entries if each.rank is not None], tasks, board)
    known = _known_tests(competition, board)
    found = _claims(rows, tasks, board, known) if rows and tasks else None
    with transaction.atomic():
        Competition.objects.select_for_update().get(pk=competition.pk)
        present = _entries(competition, board)
        if board_digest(present, competition) != digest:
            return False
        _write(present, rows, found)
        BoardStatistics.objects.update_or_create(
            competition=competition,
            board=board,
            defaults={"entries_sha256": digest, "facts": _facts(rows, tasks, found)},
        )
    return True


def _entries(competition: Competition, board: Split) -> list[LeaderboardEntry]:
    entries = LeaderboardEntry.objects.filter(competition=competition, board=board)
    return list(entries.order_by("rank", "submitted_at", "pk"))


def _rows(entries: Sequence[LeaderboardEntry], tasks: Sequence[Task], board: Split) -> list[_Row]:
    """Return the entries that can be compared: those with evidence of the same rows."""
    counted = entries[:MOST_ENTRIES]
    submissions = [entry.submission_id for entry in counted]
    scores = present_task_scores(submissions, board)
    finals = FinalScore.objects.filter(submission__in=submissions, split=board)
    points = dict(finals.values_list("submission_id", "points"))
    found = [_row(entry, points, tasks, scores) for entry in counted]
    rows = [row for row in found if row is not None]
    first: dict[int, Evidence] = {}
    return [row for row in rows if _fits(row, first)]


def _row(
    entry: LeaderboardEntry, points: Mapping[Any, float], tasks: Sequence[Task], scores: _Scores
) -> _Row | None:
    own = [scores.get((entry.submission_id, task.pk)) for task in tasks]
    present = tuple(score for score in own if score is not None)
    if len(present) < len(tasks) or entry.submission_id not in points:
        return None
    try:
        evidence = tuple(None if score.failed else read_evidence(score) for score in present)
    except (EvidenceInvalid, FileNotFoundError) as error:
        logger.warning("no evidence of submission %s: %s", entry.submission_id, error)
        return None
    exact = points[entry.submission_id]
    told = exact if entry.final_score is None else entry.final_score
    return _Row(entry=entry, points=exact, told=told, scores=present, evidence=evidence)


def read_evidence(score: TaskScore) -> Evidence:
    """Read the evidence of a score.

    Raises:
        EvidenceInvalid: the score has none, or it can't be read.
        FileNotFoundError: it is not in its store.
    """
    if not score.evidence_sha256:
        raise EvidenceInvalid("the score is older than evidence")
    return from_bytes(blobs.evidence.read(score.evidence_sha256))


def _fits(row: _Row, first: dict[int, Evidence]) -> bool:
    pairs = [(place, each) for place, each in enumerate(row.evidence) if each is not None]
    if not all(same_rows(each, first.setdefault(place, each)) for place, each in pairs):
        logger.warning("evidence of submission %s is of other rows", row.entry.submission_id)
        return False
    return True


def _claims(
    rows: Sequence[_Row], tasks: Sequence[Task], board: Split, known: Mapping[str, float]
) -> Claims:
    keys = [row.key for row in rows]
    return claims(
        [
            board_task(
                task,
                split=board,
                evidence=[row.evidence[place] for row in rows],
                points=[row.scores[place].points for row in rows],
            )
            for place, task in enumerate(tasks)
        ],
        [row.points for row in rows],
        rule=tasks[0].competition.aggregation,
        told=[row.told for row in rows],
        step=_step(tasks[0].competition),
        known_tests={
            place: known[pair] for place, pair in enumerate(_pair_keys(keys)) if pair in known
        },
    )


def board_task(
    task: Task, *, split: Split, evidence: Sequence[Evidence | None], points: Sequence[float]
) -> BoardTask:
    """Return one task with the evidence and points of several entries, for ``scoring.board``.

    Raises:
        ValueError: the task has no dataset.
    """
    if task.dataset is None:
        raise ValueError(f"task {task.slug} has no dataset")
    return BoardTask(
        slug=task.slug,
        metric=get_metric(task.metric),
        anchors=Anchors(baseline=task.baseline, ceiling=task.ceiling),
        counts=WeightedPoints(points=None, weight=task.weight, category=task.category),
        bootstrap_seed=bootstrap_seed(task=task, dataset=task.dataset, split=split),
        flip_seed=sign_flip_seed(task=task, dataset=task.dataset, split=split),
        evidence=evidence,
        points=points,
    )


def _pair_keys(keys: Sequence[str]) -> list[str]:
    pairs = pairwise(keys)
    return [hashlib.sha256("|".join(pair).encode()).hexdigest() for pair in pairs]


def _known_tests(competition: Competition, board: Split) -> dict[str, float]:
    """Return tests of neighbours that were made before: a board mostly changes in one place."""
    stored = BoardStatistics.objects.filter(competition=competition, board=board).first()
    same = {
        "version": VERSION,
        "rule": RULE_VERSIONS[competition.aggregation],
        "step": _step(competition),
    }
    if stored is None or any(stored.facts.get(name) != value for name, value in same.items()):
        return {}
    return dict(stored.facts.get("tests", {}))


def _step(competition: Competition) -> float:
    """Return to multiples of what the board's points are rounded now; 0 where they are not."""
    return (guard_step(competition) or 0.0) if is_guarded(competition) else 0.0


def _write(entries: Sequence[LeaderboardEntry], rows: Sequence[_Row], found: Claims | None) -> None:
    place_of = {row.entry.participation_id: place for place, row in enumerate(rows)}
    ranked = [entry.participation_id for entry in entries if entry.rank is not None]
    next_to = dict(pairwise(ranked))
    unknown = min(MOST_ENTRIES, len(ranked)) - len(rows)
    beyond = max(0, len(ranked) - MOST_ENTRIES)
    for entry in entries:
        place = place_of.get(entry.participation_id)
        entry.rank_best = entry.rank_worst = entry.p_next = None
        if found is None or place is None:
            continue
        entry.rank_best = int(found.ranks.best[place])
        # Nothing is known of those without evidence: they may be better.
        entry.rank_worst = int(found.ranks.worst[place]) + unknown
        # Nor of those too many to compare, where not even the last compared one is told apart.
        if not found.ranks.different[place, -1]:
            entry.rank_worst += beyond
        # A test against an entry further down says nothing of the next one.
        if place_of.get(next_to.get(entry.participation_id, -1)) == place + 1:
            entry.p_next = found.p_next[place]
    LeaderboardEntry.objects.bulk_update(entries, _WRITTEN)


def _facts(rows: Sequence[_Row], tasks: Sequence[Task], found: Claims | None) -> dict[str, Any]:
    if found is None:
        return {"version": VERSION, "entries": 0, "tasks": {}, "brackets": [], "tests": {}}
    pairs = _pair_keys([row.key for row in rows])
    places = [row.entry.participation_id for row in rows]
    return {
        "version": VERSION,
        "rule": RULE_VERSIONS[tasks[0].competition.aggregation],
        "step": _step(tasks[0].competition),
        "level": LEVEL,
        "entries": len(rows),
        "rank_sets": {
            "method": "simultaneous differences",
            "resamples": found.resamples,
            "critical": round(found.ranks.critical, 4),
        },
        "test": {"method": found.test_method, "resamples": RESAMPLES, "correction": "Holm"},
        "tests": dict(zip(pairs, found.tests, strict=True)),
        "brackets": [[places[first], places[last]] for first, last in found.brackets],
        "tasks": {
            task.slug: _task_facts(task, place, rows, found) for place, task in enumerate(tasks)
        },
    }


def _task_facts(task: Task, place: int, rows: Sequence[_Row], found: Claims) -> dict[str, Any]:
    first = next((row.evidence[place] for row in rows if row.evidence[place] is not None), None)
    scores = [row.scores[place] for row in rows if not row.scores[place].failed]
    return {
        "rows": scores[0].rows if scores else 0,
        "units": first.units.count if first is not None else 0,
        "grouped": bool(first is not None and first.grouped),
        "detectable": asdict(found.detectable[task.slug]),
    }
