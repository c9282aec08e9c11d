"""The families' competition in words, and all that belongs to it."""

from __future__ import annotations

from typing import Any

from demo.families import data
from demo.families.entries import ENTRIES, LANGUAGE, MINILM
from demo.families.tasks import TASKS
from demo.show import Show

COMPETITION: dict[str, Any] = {
    "slug": "all-families",
    "title": "All families",
    "tagline": "A task of every kind, models of every format.",
    "overview": """\
One task of every kind that Podium can judge: language, vision, tables, recommendation, biology. A
submission brings a folder `tasks/<task>/` for each task that it can serve, or one model at its root
for many; all its models have one format. A task that a model can't serve fails alone.

The texts, tables, digits, ratings and peptides are real; their sources stand with the tasks.
Everything else was generated and labelled by a program, from a seed.
""",
    "rules": """\
1. Use any model and any training data, but not the test rows with their labels.
2. Say in `submission.yaml` what you have trained on.
3. A task that fails gets 0 points; the others count.
""",
    "allowed_formats": ["transformers", "onnx", "torch", "tensorflow", "python"],
    "public_fraction": 0.5,
    "task_seconds": 300,
    "total_seconds": 1200,
}
FAMILIES = Show(
    name="families",
    competition=COMPETITION,
    awards=(),
    tasks=TASKS,
    baseline=MINILM,
    entries=ENTRIES,
    guest=LANGUAGE,
    ensure_data=data.ensure,
    builders=2,
)
