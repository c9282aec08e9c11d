"""Export a model of transformers as model.pt2, a program of PyTorch that needs no transformers.

The competition must allow the format "torch". A model with a classification head gives logits,
one without the vectors of its tokens. Batches of any size and texts up to the model's longest are
taken: both are said to be dynamic, or the program would take batches of its example's size only.

    python examples/export_torch.py --base entries/bert/tasks/<task-slug> --out exported
"""

from __future__ import annotations

import argparse
import json
import shutil
import warnings
from pathlib import Path
from typing import Any

import torch
from shared import declare, say, stop
from torch import nn
from torch.export import Dim
from transformers import AutoConfig, AutoModel, AutoModelForSequenceClassification
from transformers import logging as transformers_logging

POOLING = ("modules.json", "1_Pooling")


class Exported(nn.Module):
    """What the sandbox calls: token ids and attention mask in, one tensor out."""

    def __init__(self, model: Any, output: str) -> None:
        super().__init__()
        self.model = model
        self.output = output

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        found = self.model(input_ids=input_ids, attention_mask=attention_mask)
        return getattr(found, self.output)


def load(folder: Path) -> tuple[Exported, Any, bool]:
    """The module, its configuration, and whether it has a head."""
    if not (folder / "config.json").is_file():
        stop(f"{folder} holds no config.json")
    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    headed = any(name.endswith("ForSequenceClassification") for name in config.architectures or ())
    auto = AutoModelForSequenceClassification if headed else AutoModel
    model = auto.from_pretrained(folder, local_files_only=True).eval()
    return Exported(model, "logits" if headed else "last_hidden_state"), config, headed


def export(module: Exported, *, longest: int) -> torch.export.ExportedProgram:
    ids = torch.ones(2, 8, dtype=torch.int64)
    sizes = {0: Dim("texts"), 1: Dim("tokens", min=1, max=longest)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.export.export(
            module, (ids, torch.ones_like(ids)), dynamic_shapes=(sizes, sizes)
        )


def copy_beside(base: Path, out: Path) -> None:
    """The tokenizer, and how token vectors become one, where the base says it."""
    if not (base / "tokenizer.json").is_file():
        stop(f"{base} holds no tokenizer.json")
    shutil.copy(base / "tokenizer.json", out)
    for name in POOLING:
        if (base / name).is_dir():
            shutil.copytree(base / name, out / name, dirs_exist_ok=True)
        elif (base / name).is_file():
            shutil.copy(base / name, out)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--base", type=Path, required=True, help="a folder of transformers")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write")
    arguments = parser.parse_args()
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    module, config, headed = load(arguments.base)
    arguments.out.mkdir(parents=True, exist_ok=True)
    copy_beside(arguments.base, arguments.out)
    program = export(module, longest=int(getattr(config, "max_position_embeddings", 512)))
    torch.export.save(program, arguments.out / "model.pt2")
    if headed:
        names = [config.id2label[number] for number in range(config.num_labels)]
        (arguments.out / "labels.json").write_text(json.dumps(names), encoding="utf-8")
    declare(
        arguments.out,
        format="torch",
        description=f"The {config.model_type} of {arguments.base.name}, exported by torch.export.",
        base_model=f"the folder {arguments.base.name}",
        training_data="none in this step",
        training_time="none",
        compute="none",
    )
    say(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
