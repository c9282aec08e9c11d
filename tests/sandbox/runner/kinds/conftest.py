"""Jobs over the fake model: its outputs follow the texts' lengths."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from sandbox.runner.config import TaskConfig
from sandbox.runner.job import Job
from sandbox.runner.kinds import find_kind
from sandbox.runner.rows import Row

from ..fakes import FakeEncoder, FakeHead

Predict = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def predict() -> Predict:
    """Runs a kind over texts (or pairs); rows are called r0, r1, …"""

    def run(
        kind: str,
        track: str,
        model: FakeHead | FakeEncoder,
        texts: Sequence[tuple[str, ...]],
        labels: tuple[str, ...] = (),
    ) -> list[dict[str, Any]]:
        task = TaskConfig(
            slug="task", kind=kind, track=track, labels=labels, pooling="mean", max_length=50
        )
        job = Job(
            task=task,
            rows=[Row(f"r{number}", text) for number, text in enumerate(texts)],
            model=model,
            batch_tokens=4,
            on_progress=lambda done, rate: None,
        )
        return [json.loads(line) for line in find_kind(kind, track).predict(job)]

    return run
