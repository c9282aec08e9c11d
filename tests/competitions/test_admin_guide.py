"""What docs/organizers.md says of rows, kinds and metrics is what the platform does."""

from __future__ import annotations

import json
import re
from pathlib import Path

from competitions.dataset_rows import input_row, label_row, train_row
from competitions.kinds import KINDS

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/organizers.md").read_text()
CLASSES = ["positive", "negative"]


def test_the_example_rows_pass() -> None:
    kind = KINDS["text_classification"]
    _, _, after = GUIDE.partition(f"\n{kind.title}:\n")
    inputs, label, train = map(json.loads, re.findall(r"```json\n(.*)\n```", after)[:3])
    assert input_row(inputs, kind=kind).id == label_row(label, kind=kind, labels=CLASSES).id
    assert train_row(train, kind=kind, labels=CLASSES).id == "t1"


def test_the_guide_leads_to_the_catalogue_of_all_kinds() -> None:
    assert "(catalog.md)" in GUIDE
    page = (ROOT / "docs/catalog.md").read_text()
    assert all(f"### {kind.title}\n" in page for kind in KINDS.values())
