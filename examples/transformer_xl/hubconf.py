"""The PyTorch Hub entry of a Transformer-XL: the platform calls ``podium_model`` in the sandbox."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from network import Sizes, TransformerXL

dependencies = ["torch"]
HERE = Path(__file__).resolve().parent


def podium_model(task: dict[str, Any]) -> TransformerXL:
    """The network of this folder, which is for one kind of task."""
    sizes = Sizes(**json.loads((HERE / "sizes.json").read_text(encoding="utf-8")))
    if (sizes.classes > 0) != (task["kind"] == "text_classification"):
        made = "classes" if sizes.classes else "texts"
        raise ValueError(f"this network was trained for {made}, not for {task['kind']}")
    model = TransformerXL(sizes)
    model.load_state_dict(torch.load(HERE / "weights.pt", weights_only=True))
    return model
