"""What a score rests on, row by row: enough to resample it and to compare it with another.

Of a sum metric, the statistics of every row in the order of the dataset; of any other, its values
on resampled rows, which are the same resamples for every entry. Stored as ``.npz`` without pickles.
It tells which rows were right, so it is as secret as the labels.

The same evidence is the same bytes on any machine: different rows of statistics are stored once,
uncompressed, under a fixed date.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from scoring.metrics import Metric, SumMetric
from scoring.metrics.base import Floats, Statistics
from scoring.statistics.units import Units

EVIDENCE_VERSION = 1
WeightedValue: TypeAlias = Callable[[Floats], float]
"""From weights of rows (n,) to the metric's value, the mean over seeds or experiments."""
_DATE = (1980, 1, 1, 0, 0, 0)
_EMPTY: Floats = np.empty(0)


class EvidenceInvalid(ValueError):
    """Stored evidence can't be read, or belongs to other rows."""


class MeanOverRounds(SumMetric):
    """The mean of a metric over several seeds or experiments: each row has the statistics of all.

    Statistics: those of each round side by side, (n, rounds x k).
    """

    def __init__(self, metric: SumMetric, rounds: int) -> None:
        self.facts = metric.facts
        self._metric = metric
        self._rounds = rounds

    def statistics(self, *args: Any, **kwargs: Any) -> Statistics:
        """Not for use: the rounds were put side by side before."""
        raise NotImplementedError

    def formula(self, sums: Floats) -> float:
        return float(self.formulas(sums[None, :])[0])

    def formulas(self, sums: Floats) -> Floats:
        total = np.zeros(len(sums))
        for part in np.split(sums, self._rounds, axis=1):
            total += self._metric.finalize_all(part)
        return total / self._rounds


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """``statistics`` (n, rounds x k) of a sum metric, else none and ``values`` (B,).

    ``units`` are what is resampled: groups of rows, or rows.
    """

    units: Units
    statistics: Statistics | None = None
    rounds: int = 1
    values: Floats = field(default_factory=lambda: _EMPTY)

    def metric(self, metric: Metric) -> SumMetric:
        """Return what turns sums of ``statistics`` into the score's value.

        Raises:
            EvidenceInvalid: the metric is no function of sums.
        """
        if not isinstance(metric, SumMetric) or self.statistics is None:
            raise EvidenceInvalid(f"{metric.facts.name} has no statistics of rows")
        return metric if self.rounds == 1 else MeanOverRounds(metric, self.rounds)

    @property
    def grouped(self) -> bool:
        """Tell whether rows are resampled together."""
        return self.units.count < len(self.units.of_row)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grounds:
    """Evidence before anything was resampled: ``weighted`` where there are no statistics."""

    units: Units
    statistics: Statistics | None = None
    rounds: int = 1
    weighted: WeightedValue | None = None
    looks: int = 0
    """How many rows, once for each class, a value must look at."""


def to_bytes(evidence: Evidence) -> bytes:
    """Write evidence as ``.npz``."""
    arrays: dict[str, NDArray[Any]] = {
        "version": np.array(EVIDENCE_VERSION, dtype="<u2"),
        "rounds": np.array(evidence.rounds, dtype="<u2"),
        "units": np.array(evidence.units.count, dtype="<u4"),
        "unit_of_row": evidence.units.of_row.astype("<u4"),
    }
    if evidence.statistics is None:
        arrays["values"] = evidence.values.astype("<f8")
    else:
        arrays["distinct"], arrays["row"] = _distinct(evidence.statistics)
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            with archive.open(zipfile.ZipInfo(f"{name}.npy", _DATE), "w") as member:
                np.lib.format.write_array(member, array, version=(1, 0), allow_pickle=False)
    return sink.getvalue()


def from_bytes(data: bytes) -> Evidence:
    """Read evidence; nothing in it is unpickled.

    Raises:
        EvidenceInvalid: it is none, or of another version.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as found:
            if int(found["version"]) != EVIDENCE_VERSION:
                raise EvidenceInvalid("evidence of another version")
            units = Units(found["unit_of_row"].astype(np.intp), int(found["units"]))
            if "values" in found:
                return Evidence(units=units, values=found["values"].astype(np.float64))
            statistics = found["distinct"][found["row"]]
            return Evidence(units=units, statistics=statistics, rounds=int(found["rounds"]))
    except (KeyError, ValueError, IndexError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise EvidenceInvalid(str(error)) from error


def _distinct(statistics: Statistics) -> tuple[Statistics, NDArray[Any]]:
    """Return the different rows (d, k), and which of them each row is (n,)."""
    rows = np.ascontiguousarray(statistics)
    size = rows.dtype.itemsize * rows.shape[1]
    # Short rows compare as one number, which sorts many times faster.
    code = np.dtype(f"<u{size}") if size in (1, 2, 4, 8) else np.dtype((np.void, size))
    _, first, place = np.unique(rows.view(code).ravel(), return_index=True, return_inverse=True)
    return rows[first], place.reshape(-1).astype(np.min_scalar_type(max(0, len(first) - 1)))
