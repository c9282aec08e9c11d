"""Answers that name one class, kept small: read once, compared with any labels of the same rows.

A prediction file is text under ids that mean nothing outside of its run. Reading it strictly takes
a hundred times longer than comparing what it says with labels, so what was read is kept: one code
for each row, in the order of the rows' ids, and whatever else a score or its details rest on. The
bytes hold no pickle and name the rows and classes they belong to. They tell what a model answered
to hidden rows, so they are as secret as its predictions.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from common.canonical_json import canonical
from competitions.kinds.base import TaskKind
from competitions.kinds.shapes import Shape
from competitions.kinds.values import ClassAnswer
from scoring.details.robustness import Trial
from scoring.metrics.base import Floats, Metric
from scoring.metrics.class_counts import MISSING, CodeMetric, Codes, class_codes

CODED_VERSION = 1
_KINDS = frozenset({"|i1", "<i4", "<u4", "<f8"})
Rounds = Sequence[Sequence[Any]]
"""Answers for each seed or experiment: ``ClassAnswer``, or a class alone (a probe's); or None."""


class CodedInvalid(ValueError):
    """Stored codes can't be read, or belong to other rows or classes."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CodedTrial:
    """The answers to one perturbation's copies: ``places`` (m,) of rows, ``codes`` (m,)."""

    name: str
    places: NDArray[np.intp]
    codes: Codes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coded:
    """Answers to the rows of a task (``rows_sha256``) in the order of their ids.

    ``codes`` (rounds, n) are class indices, -1 where a row has no answer; ``probabilities``
    (rounds, n, classes) are not a number where an answer has none, None where no answer has any.
    ``details`` are told of the answers whatever the labels are.
    """

    rows: str
    codes: Codes
    probabilities: Floats | None = None
    trials: tuple[CodedTrial, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


def codes_suffice(kind: TaskKind, metric: Metric) -> bool:
    """Tell whether a task's scores rest on which class was answered, and on nothing else."""
    of_classes = kind.shape is Shape.CLASS and Shape.CLASS in metric.facts.shapes
    return of_classes and isinstance(metric, CodeMetric)


def order_of(ids: Sequence[str]) -> NDArray[np.intp]:
    """Return where in the order of their names each of ``ids`` (n,) stands."""
    place = {name: at for at, name in enumerate(sorted(ids))}
    return np.array([place[name] for name in ids], dtype=np.intp)


def coded(
    rounds: Rounds,
    *,
    ids: Sequence[str],
    classes: Sequence[str],
    trials: Sequence[Trial] = (),
    details: Mapping[str, Any],
) -> Coded:
    """Keep answers to the rows ``ids``, in their order; raises CodedInvalid for a strange class."""
    order = order_of(ids)
    codes = np.empty((len(rounds), len(ids)), dtype=np.int64)
    for row, answers in zip(codes, rounds, strict=True):
        row[order] = class_codes(answers, classes=classes)
    if codes.min(initial=0) < MISSING:
        raise CodedInvalid("an answer names a class that the task does not have")
    return Coded(
        rows=rows_sha256(ids, classes),
        codes=codes,
        probabilities=_probabilities(rounds, order, len(classes)),
        trials=tuple(_trial(each, order, classes) for each in trials),
        details=details,
    )


def answers_of(kept: Coded, order: NDArray[np.intp], classes: Sequence[str]) -> Rounds:
    """Return the answers again, as they were read, to rows in the order of ``order_of``."""
    rounds = []
    for at, codes in enumerate(kept.codes[:, order].tolist()):
        stated: Sequence[Any] = [None] * len(codes)
        if kept.probabilities is not None:
            stated = [
                None if row[0] != row[0] else tuple(row)
                for row in kept.probabilities[at][order].tolist()
            ]
        rounds.append(
            [
                None if code < 0 else ClassAnswer(classes[code], probabilities)
                for code, probabilities in zip(codes, stated, strict=True)
            ]
        )
    return rounds


def trials_of(kept: Coded, order: NDArray[np.intp], classes: Sequence[str]) -> list[Trial]:
    """Return the trials again, but for probabilities, which no metric of codes reads."""
    return [_decoded(each, order, classes) for each in kept.trials]


def rows_sha256(ids: Sequence[str], classes: Sequence[str]) -> str:
    """Name what codes belong to: the rows whatever their order, and the classes in theirs."""
    named = {"version": CODED_VERSION, "rows": sorted(ids), "classes": list(classes)}
    return hashlib.sha256(canonical(named)).hexdigest()


def to_bytes(kept: Coded) -> bytes:
    """Write a line of JSON that tells what follows, then the arrays. Equal codes, equal bytes."""
    arrays: list[NDArray[Any]] = [_small(kept.codes)]
    if kept.probabilities is not None:
        arrays.append(kept.probabilities.astype("<f8"))
    for trial in kept.trials:
        arrays += [trial.places.astype("<u4"), _small(trial.codes)]
    told = {
        "version": CODED_VERSION,
        "rows": kept.rows,
        "probabilities": kept.probabilities is not None,
        "trials": [each.name for each in kept.trials],
        "details": dict(kept.details),
        "arrays": [[each.dtype.str, each.shape] for each in arrays],
    }
    head = json.dumps(told, sort_keys=True).encode() + b"\n"
    return head + b"".join(each.tobytes() for each in arrays)


def from_bytes(data: bytes, *, rows: str) -> Coded:
    """Read codes; nothing in them is unpickled.

    Raises:
        CodedInvalid: they are none, of another version, or not of ``rows``.
    """
    head, _, rest = data.partition(b"\n")
    try:
        told = json.loads(head)
        if (told["version"], told["rows"]) != (CODED_VERSION, rows):
            raise CodedInvalid("codes of another version, or of other rows")
        arrays = iter(list(_arrays(told["arrays"], rest)))
        return Coded(
            rows=rows,
            codes=next(arrays).astype(np.int64),
            probabilities=next(arrays) if told["probabilities"] else None,
            trials=tuple(
                CodedTrial(
                    name=name,
                    places=next(arrays).astype(np.intp),
                    codes=next(arrays).astype(np.int64),
                )
                for name in told["trials"]
            ),
            details=told["details"],
        )
    except (KeyError, ValueError, TypeError, RuntimeError, StopIteration) as error:
        raise CodedInvalid(str(error)) from error


def _arrays(shapes: Sequence[Any], data: bytes) -> Iterator[NDArray[Any]]:
    start = 0
    for kind, shape in shapes:
        if kind not in _KINDS:
            raise CodedInvalid("an array of another type")
        count = math.prod(shape)
        yield np.frombuffer(data, dtype=kind, count=count, offset=start).reshape(shape)
        start += count * np.dtype(kind).itemsize


def _small(codes: Codes) -> NDArray[Any]:
    """Return codes in as few bytes as hold them; the smallest holds 127 classes."""
    large = int(codes.max(initial=0)) > np.iinfo(np.int8).max
    return codes.astype("<i4" if large else np.int8)


def _probabilities(rounds: Rounds, order: NDArray[np.intp], classes: int) -> Floats | None:
    stated = [[getattr(each, "probabilities", None) for each in row] for row in rounds]
    if not any(any(row) for row in stated):
        return None
    found = np.full((len(rounds), len(order), classes), np.nan)
    for array, row in zip(found, stated, strict=True):
        given = [at for at, each in enumerate(row) if each is not None]
        array[order[given]] = [row[at] for at in given]
    return found


def _trial(trial: Trial, order: NDArray[np.intp], classes: Sequence[str]) -> CodedTrial:
    places = np.flatnonzero(trial.copied)
    codes = class_codes([trial.answers[at] for at in places.tolist()], classes=classes)
    return CodedTrial(name=trial.name, places=order[places], codes=codes)


def _decoded(trial: CodedTrial, order: NDArray[np.intp], classes: Sequence[str]) -> Trial:
    code_at = dict(zip(trial.places.tolist(), trial.codes.tolist(), strict=True))
    codes = [code_at.get(place) for place in order.tolist()]
    return Trial(
        name=trial.name,
        copied=np.array([code is not None for code in codes], dtype=np.bool_),
        answers=[
            None if code is None or code < 0 else ClassAnswer(classes[code]) for code in codes
        ],
    )
