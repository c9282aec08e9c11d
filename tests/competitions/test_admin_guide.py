"""What docs/organizers.md says of rows, kinds and metrics is what the platform does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from competitions.dataset_rows import input_row, label_row, train_row
from competitions.kinds import KINDS
from competitions.kinds.metric_facts import METRIC_FACTS

GUIDE = (Path(__file__).parents[2] / "docs/organizers.md").read_text()
CLASSES = ["positive", "negative"]


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.slug)
def test_each_kind_has_example_rows_that_pass(kind) -> None:
    _, _, after = GUIDE.partition(f"\n{kind.title}:\n")
    blocks = re.findall(r"```json\n(.*)\n```", after)[:3]
    inputs, label, train = map(json.loads, blocks)
    labels = CLASSES if kind.slug == "text_classification" else []
    assert input_row(inputs, kind=kind).id == label_row(label, kind=kind, labels=labels).id
    assert train_row(train, kind=kind, labels=labels).id == "t1"


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.slug)
def test_the_table_of_kinds_names_tracks_and_metrics(kind) -> None:
    row = next(line for line in GUIDE.splitlines() if line.startswith(f"| {kind.title} |"))
    tracks, metrics = (cell.strip() for cell in row.split("|")[4:6])
    assert tracks == ", ".join(kind.tracks)
    titles = [METRIC_FACTS[name].title.removesuffix(" correlation") for name in kind.metrics]
    named = metrics.replace(" correlation", "")
    assert named.lower() == ", ".join(titles).lower()
