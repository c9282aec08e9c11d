"""Finds the pairs of entries that organizers should look at, with the evidence for each.

A pair is found by answers that are alike beyond chance in a task (``scoring.near_duplicates``), by
answers that are equal in every task, or by a file of weights or program that both hold. Baselines,
and what they hold, are everybody's. Nothing here reads a label: rows are equal or not, never right.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Any

from competitions.models import Competition
from scoring.near_duplicates import Codes, Likeness, Pair, likenesses, near_duplicates
from submissions.duplicates import (
    answer_codes,
    compared_tasks,
    counting_entries,
    is_own_work,
)
from submissions.models import Submission, SubmissionFile

MOST_ENTRIES = 500
MOST_PAIRS = 500
_MOST_FILES = 20

_Answers = Mapping[str, Mapping[str, Codes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPair:
    """Two submissions, the earlier first, with ``evidence`` as ``DuplicatePair`` stores it."""

    first: Submission
    second: Submission
    evidence: dict[str, Any]
    chance: float
    equal_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The pairs of a competition: of how many entries, and how many pairs more there were."""

    pairs: list[FoundPair]
    entries: int
    left_out: int


def find_pairs(competition: Competition, *, advance: Callable[[int, int], object]) -> Comparison:
    """Compare the entries that count; ``advance`` hears how many sets of answers are read.

    Beyond ``MOST_ENTRIES`` the latest are left alone, beyond ``MOST_PAIRS`` the least sure.
    """
    entries = {str(each.pk): each for each in counting_entries(competition)[:MOST_ENTRIES]}
    answers = _answers(competition, list(entries.values()), advance)
    files = _shared_files(entries)
    candidates = [
        pair
        for pair in _candidates(answers, files)
        if not any(entries[key].participation.is_baseline for key in pair)
    ]
    kept = candidates[:MOST_PAIRS]
    figures = {task: _figures(codes, kept) for task, codes in answers.items()}
    return Comparison(
        pairs=[_found(pair, entries, figures, files) for pair in kept],
        entries=len(entries),
        left_out=len(candidates) - len(kept),
    )


def _answers(
    competition: Competition,
    entries: Sequence[Submission],
    advance: Callable[[int, int], object],
) -> _Answers:
    tasks = compared_tasks(competition)
    total, read = len(tasks) * len(entries), 0

    def heard() -> None:
        nonlocal read
        read += 1
        advance(read, total)

    advance(0, total)
    return {task.slug: answer_codes(task, entries, heard=heard) for task in tasks}


def _candidates(answers: _Answers, files: Mapping[Pair, object]) -> list[Pair]:
    """Return the pairs to look at, each once: alike beyond chance, with equal files, equal."""
    alike = [each for codes in answers.values() for each in near_duplicates(codes)]
    alike.sort(key=lambda each: each.chance)
    pairs = [(each.first, each.second) for each in alike]
    return list(dict.fromkeys([*pairs, *sorted(files), *_equal_everywhere(answers)]))


def _equal_everywhere(answers: _Answers) -> Iterator[Pair]:
    """Yield the pairs whose answers are the same in every task, as many as could be kept."""
    digests: dict[str, list[str]] = defaultdict(list)
    for task, codes in answers.items():
        for key, given in codes.items():
            digests[key].append(f"{task}:{hashlib.sha256(given.tobytes()).hexdigest()}")
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for key, told in digests.items():
        groups[tuple(told)].append(key)
    pairs = (pair for group in groups.values() for pair in combinations(sorted(group), 2))
    return islice(pairs, MOST_PAIRS * 2)


def _shared_files(entries: Mapping[str, Submission]) -> dict[Pair, list[dict[str, Any]]]:
    """Return the files of their own that two entries both hold, the largest first, by pair."""
    holders: dict[str, dict[str, SubmissionFile]] = defaultdict(dict)
    files = SubmissionFile.objects.filter(submission__in=list(entries.values())).order_by("path")
    for file in files:
        if is_own_work(file.path, file.size):
            holders[file.sha256].setdefault(str(file.submission_id), file)
    shared: dict[Pair, list[dict[str, Any]]] = defaultdict(list)
    for found in sorted(holders.values(), key=lambda found: -next(iter(found.values())).size):
        if any(entries[key].participation.is_baseline for key in found):
            continue
        for first, second in combinations(sorted(found), 2):
            file = found[first]
            told = {"path": file.path, "size": file.size, "sha256": file.sha256}
            shared[(first, second)].append(told)
    return shared


def _figures(codes: Mapping[str, Codes], pairs: Sequence[Pair]) -> dict[Pair, dict[str, Any]]:
    """Return the figures of the pairs that both answered a task."""
    both = [pair for pair in pairs if all(key in codes for key in pair)]
    found = zip(both, likenesses(codes, both), strict=True)
    return {pair: _told(likeness, codes) for pair, likeness in found}


def _told(likeness: Likeness, codes: Mapping[str, Codes]) -> dict[str, Any]:
    return {
        "rows": likeness.rows,
        "equal": likeness.equal,
        "odd": likeness.odd,
        "odd_alike": likeness.odd_alike,
        "chance": likeness.chance,
        "constant": len({*codes[likeness.first], *codes[likeness.second]}) == 1,
    }


def _found(
    pair: Pair,
    entries: Mapping[str, Submission],
    figures: Mapping[str, Mapping[Pair, dict[str, Any]]],
    files: Mapping[Pair, list[dict[str, Any]]],
) -> FoundPair:
    tasks = {task: found[pair] for task, found in figures.items() if pair in found}
    rows = sum(each["rows"] for each in tasks.values())
    equal = sum(each["equal"] for each in tasks.values())
    first, second = sorted(
        (entries[key] for key in pair), key=lambda each: (each.created_at, each.pk)
    )
    return FoundPair(
        first=first,
        second=second,
        evidence={"tasks": tasks, "files": files.get(pair, [])[:_MOST_FILES]},
        chance=min((each["chance"] for each in tasks.values()), default=1.0),
        equal_share=equal / rows if rows else 0.0,
    )
