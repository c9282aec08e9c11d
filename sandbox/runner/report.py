"""``report.json``: how a task went and what it took."""

import json
import resource
from dataclasses import asdict, dataclass, field
from pathlib import Path

from .errors import RunnerError
from .training.curve import Curve


@dataclass(slots=True)
class Report:
    """``seconds`` is the whole task, ``load_seconds`` the part spent on loading the model (0 when
    an earlier task loaded it); ``rows_per_second`` leaves loading out. ``peak_memory_bytes`` is
    the process's high-water mark since its start.

    ``curves`` are the losses of trainings, one for each seed. What follows is absent where it is
    not measured: latencies are of one row after another, ``flops_per_row`` counts a
    multiplication and an addition as two."""

    status: str = "ok"
    error_code: str | None = None
    message: str | None = None
    rows: int = 0
    seconds: float = 0.0
    load_seconds: float = 0.0
    rows_per_second: float = 0.0
    truncated_rows: int = 0
    parameters: int | None = None
    model_bytes: int = 0
    dtype: str = ""
    curves: list[Curve] = field(default_factory=list)
    peak_memory_bytes: int = 0
    parameters_by_dtype: dict[str, int] | None = None
    latency_p50_ms: float | None = None
    latency_p95_ms: float | None = None
    flops_per_row: int | None = None
    gpu_peak_bytes: int | None = None

    def fail(self, error: RunnerError) -> None:
        self.status = "failed"
        self.error_code = str(error.code)
        self.message = error.message

    def close(self, seconds: float) -> None:
        """Fills in what is known only at the end."""
        computing = seconds - self.load_seconds
        self.rows_per_second = round(self.rows / computing, 3) if computing > 0 else 0.0
        self.seconds = round(seconds, 3)
        self.load_seconds = round(self.load_seconds, 3)
        self.peak_memory_bytes = peak_memory_bytes()


def peak_memory_bytes() -> int:
    """Linux counts ``ru_maxrss`` in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def write_report(folder: Path, report: Report) -> None:
    """Writes it whole or not at all: a later version may take the place of an earlier one."""
    part = folder / "report.json.part"
    part.write_text(json.dumps(asdict(report)) + "\n", encoding="utf-8")
    part.rename(folder / "report.json")
