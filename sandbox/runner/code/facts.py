"""What a participant's code is told about a task."""

from typing import Any

from ..config import TaskConfig


def task_facts(task: TaskConfig, *, device: str, threads: int) -> dict[str, Any]:
    """``labels`` in the task's order, ``max_length`` in tokens, ``device`` ``cpu`` or ``cuda``."""
    return {
        "slug": task.slug,
        "kind": task.kind,
        "track": task.track,
        "labels": list(task.labels),
        "reads": list(task.reads),
        "settings": dict(task.settings),
        "answer": list(task.answer),
        "optional": list(task.optional),
        "max_length": task.max_length,
        "pooling": task.pooling,
        "device": device,
        "threads": threads,
    }
