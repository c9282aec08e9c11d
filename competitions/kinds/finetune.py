"""What a task of the fine-tune track may set: the recipe that every submission is trained by.

The recipe itself is in the runner (``sandbox/runner/training``). A preset is a set of values;
what a task sets besides takes their place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from competitions.kinds.settings import PRESET, Setting

SEEDS = "seeds"
MAX_SEEDS = 10

PRESETS: Mapping[str, Mapping[str, Any]] = {
    "standard": {},
    # The values that the authors of BERT give for GLUE (arXiv:1810.04805, A.3).
    "glue": {"learning_rate": 2e-5, "batch_size": 32, "max_length": 128, "epochs": 3},
    # VTAB's 1000 rows (arXiv:1910.04867) and the passes over them that are usual with AdamW.
    "vtab-1k": {"train_rows": 1000, "epochs": 100, "batch_size": 64, "learning_rate": 1e-4},
}

SETTINGS: Mapping[str, Setting] = {
    PRESET: Setting(
        title="Recipe",
        default="standard",
        choices={
            "standard": "Standard",
            "glue": "As usual for GLUE",
            "vtab-1k": "As usual for VTAB-1k",
        },
        help="Values of the other settings: the defaults; GLUE's usual ones (learning rate 2e-5, "
        "batches of 32, 128 tokens, 3 epochs); or those for VTAB-1k (1000 train rows, 100 "
        "epochs, batches of 64, learning rate 1e-4). What is set besides takes their place.",
    ),
    "epochs": Setting(
        title="Epochs", default=3, low=1, high=200, help="Passes over the train split."
    ),
    SEEDS: Setting(
        title="Seeds",
        default=3,
        low=2,
        high=MAX_SEEDS,
        help="How often a model is trained, each time with another new head and another order "
        "of the rows. The score is the mean.",
    ),
    "learning_rate": Setting(
        title="Learning rate",
        default=5e-5,
        low=1e-7,
        high=0.1,
        help="The largest one, after the warm-up.",
    ),
    "batch_size": Setting(
        title="Batch size",
        default=16,
        low=1,
        high=512,
        unit="rows",
        help="Train rows in one step.",
    ),
    "max_length": Setting(
        title="Longest input of the recipe",
        unit="tokens",
        default=512,
        low=8,
        high=8192,
        help="The most tokens of an input; the task's own limit and the model's hold too.",
    ),
    "train_rows": Setting(
        title="Rows trained on",
        zero="all",
        default=0,
        high=10_000_000,
        help="Train on as many rows, drawn evenly, the same for everybody; 0 means all.",
    ),
    "budget_seconds": Setting(
        title="Time limit",
        unit="seconds a seed",
        default=1800,
        low=10,
        high=86_400,
        help="The most time for training with one seed. A model that needs more fails with "
        "“timeout”: it is not scored half trained, as that score would depend on the machine.",
    ),
}
