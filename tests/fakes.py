"""A sandbox for tests of the flow: it answers what the test tells it to, and runs nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.backend import Backend
from sandbox.environments import ENVIRONMENTS
from sandbox.guarantees import Guarantee
from sandbox.selfcheck import Proof
from sandbox.spec import Outcome, Progress, RunResult, RunSpec, TaskOutcome, Usage
from submissions.sandboxes import Host

ALL_HELD = frozenset(map(str, Guarantee))
ALL_ENVIRONMENTS = frozenset(ENVIRONMENTS)
Answer = Callable[[dict[str, Any]], dict[str, Any]]


def always_positive(row: dict[str, Any]) -> dict[str, Any]:
    """Answer ``pos`` to every row."""
    return {"label": "pos"}


@dataclass
class FakeBackend:
    """Predicts with ``answers[task]`` (default: always ``pos``); ``failing`` tasks fail."""

    answers: dict[str, Answer] = field(default_factory=dict)
    failing: dict[str, str] = field(default_factory=dict)
    outcome: Outcome = Outcome.OK
    seen: list[RunSpec] = field(default_factory=list)
    during: Callable[[RunSpec], None] = lambda spec: None
    name: str = "fake"
    offered: frozenset[str] = ALL_ENVIRONMENTS

    def check(self) -> None:
        """Be ready."""

    def guarantees(self) -> frozenset[Guarantee]:
        """Promise nothing."""
        return frozenset()

    def environments(self) -> frozenset[str]:
        """Offer what the test says."""
        return self.offered

    def run(
        self,
        spec: RunSpec,
        *,
        output_dir: Path,
        on_progress: Callable[[Progress], None],
        should_stop: Callable[[], bool],
    ) -> RunResult:
        """Answer every task of the staged folder."""
        self.seen.append(spec)
        self.during(spec)
        tasks = tuple(self._task(spec, slug, output_dir, on_progress) for slug in spec.tasks)
        return RunResult(
            outcome=self.outcome,
            reason="",
            tasks=tasks if self.outcome == Outcome.OK else (),
            usage=Usage(wall_seconds=1.0, peak_memory_bytes=None, output_bytes=0, log_bytes=0),
            log=b"",
            backend=self.name,
            exit_code=0,
        )

    def _task(
        self, spec: RunSpec, slug: str, output: Path, on_progress: Callable[[Progress], None]
    ) -> TaskOutcome:
        if slug in self.failing:
            return TaskOutcome(
                task=slug,
                outcome=Outcome.CRASHED,
                error_code=self.failing[slug],
                message="It failed.",
                predictions=None,
            )
        folder = spec.input_dir / "tasks" / slug
        rows = _rows(folder / "inputs.jsonl")
        copies = _rows(folder / "perturbed.jsonl")
        answer = self.answers.get(slug, always_positive)
        path = output / slug / "predictions.jsonl"
        path.parent.mkdir(parents=True)
        told = [json.dumps({"id": row["id"], **answer(row)}) for row in [*rows, *copies]]
        path.write_text("".join(f"{line}\n" for line in told))
        on_progress(
            Progress(
                event="progress", task=slug, done=len(rows), total=len(rows), rate=1.0, status=None
            )
        )
        return TaskOutcome(
            task=slug, outcome=Outcome.OK, error_code=None, message=None, predictions=path
        )


def _rows(path: Path) -> list[dict[str, Any]]:
    lines = path.read_text().splitlines() if path.exists() else []
    return [json.loads(line) for line in lines]


def host(backend: Backend, *, lacking: frozenset[Guarantee] = frozenset()) -> Host:
    """A worker's sandbox that has proved everything but ``lacking``."""
    proof = Proof(held=frozenset(Guarantee) - lacking)
    return Host(backend=backend, proof=proof, environments=backend.environments())
