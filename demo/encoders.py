"""The demo: pretrained text encoders, four tasks, awards."""

from __future__ import annotations

from demo import data
from demo.competition import AWARDS, COMPETITION
from demo.entries import BASELINE, ENTRIES, MINILM
from demo.show import Show
from demo.tasks import TASKS

DEMO = Show(
    name="demo",
    competition=COMPETITION,
    awards=AWARDS,
    tasks=TASKS,
    baseline=BASELINE,
    entries=ENTRIES,
    guest=MINILM,
    ensure_data=data.ensure,
)
