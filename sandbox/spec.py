"""What goes into a sandbox and what comes out: frozen values, no behaviour.

Every limit is mandatory: a forgotten limit is a hole, so there are no defaults to forget.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from sandbox.environments import ENVIRONMENTS, TORCH

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")
_EXTRA = re.compile(r"[a-z]{1,40}\.json\Z")
_SLUG = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,98}[A-Za-z0-9_])?\Z")

STOPPED = "stopped"
"""`RunResult.reason` of a run that ended because `should_stop` said so: never a verdict."""


class Outcome(StrEnum):
    """How a run or a task ended.

    `platform_fault` is ours: it is retried and never charged to the participant. All others are
    verdicts and are final.
    """

    OK = "ok"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    OUTPUT_LIMIT = "output_limit"
    CRASHED = "crashed"
    REFUSED = "refused"
    PLATFORM_FAULT = "platform_fault"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The bounds of one run. Seconds are wall clock, sizes are bytes, cpus are cores.

    `output_bytes` and `output_files` bound everything under /out together, `tmp_bytes` bounds
    /tmp, `log_bytes` what is kept of stdout and stderr. /tmp and /out live in memory, so they
    also count towards `memory_bytes`. Raises ValueError for a limit that does not limit.
    """

    task_seconds: float
    total_seconds: float
    memory_bytes: int
    cpus: float
    pids: int
    output_bytes: int
    output_files: int
    log_bytes: int
    tmp_bytes: int
    gpus: int

    def __post_init__(self) -> None:
        for name in self.__slots__:
            value = getattr(self, name)
            kinds = (int, float) if name in {"task_seconds", "total_seconds", "cpus"} else (int,)
            if isinstance(value, bool) or not isinstance(value, kinds) or not math.isfinite(value):
                raise ValueError(f"{name} must be a finite number, not {value!r}")
            if value < 0 or (value == 0 and name != "gpus"):
                raise ValueError(f"{name} must be above zero, not {value!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSpec:
    """One run: `input_dir` is the staged folder that becomes /in, readable by any user.

    `extra_files` are read back beside each task's predictions and report; a run over hidden rows
    has none. `environment` is one of `sandbox.environments`. Raises ValueError for a name or a
    task that could not be a file or container name, for no tasks, for repeated ones and for an
    unknown environment.
    """

    name: str
    input_dir: Path
    tasks: tuple[str, ...]
    limits: Limits
    extra_files: tuple[str, ...] = ()
    environment: str = TORCH

    def __post_init__(self) -> None:
        if not _NAME.match(self.name):
            raise ValueError(f"a run's name is 1 to 63 of [a-z0-9-], not {self.name!r}")
        if not self.input_dir.is_absolute():
            raise ValueError(f"input_dir must be absolute, not {self.input_dir}")
        for task in self.tasks:
            if not _SLUG.match(task):
                raise ValueError(f"a task is named by a slug of at most 100 letters, not {task!r}")
        for name in self.extra_files:
            if not _EXTRA.match(name) or name == "report.json":
                raise ValueError(f"an extra file is a JSON file by a plain name, not {name!r}")
        if self.environment not in ENVIRONMENTS:
            raise ValueError(f"there is no environment {self.environment!r}")
        if not self.tasks or len(set(self.tasks)) != len(self.tasks):
            raise ValueError("a run needs tasks, each named once")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One step that the sandbox reported about itself. Untrusted: for display and clocks only."""

    event: str
    task: str | None
    done: int
    total: int
    rate: float
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOutcome:
    """What one task left behind. `predictions` is a file in the caller's output folder.

    `error_code` and `message` come from the sandbox when it wrote a report (untrusted text,
    cleaned and capped) and from the platform otherwise. `report` holds known keys only. `extras`
    are the bytes of the spec's extra files that were there: bounded, and read by nobody yet.
    """

    task: str
    outcome: Outcome
    error_code: str | None
    message: str | None
    predictions: Path | None
    report: Mapping[str, Any] = field(default_factory=dict)
    extras: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Energy:
    """`source` names the counters that were read, joined by "+": of the processors `rapl`, or
    `estimate` where they can't be read; of GPUs `nvml` (`sandbox.energy`)."""

    joules: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Measured by the worker. `log_bytes` counts what was emitted, not what was kept."""

    wall_seconds: float
    peak_memory_bytes: int | None
    output_bytes: int
    log_bytes: int
    energy: Energy | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """The end of one run. `ok` means that the runner walked through all tasks, not that every
    task succeeded: each task carries its own outcome."""

    outcome: Outcome
    reason: str
    tasks: tuple[TaskOutcome, ...]
    usage: Usage
    log: bytes
    backend: str
    exit_code: int | None
