"""Train a small YOLOS from nothing to find objects in images.

YOLOS is a vision transformer with detection tokens beside the patches; each token says a class, or
"no object", and a box. To learn in a minute, tokens are not matched with objects by the Hungarian
algorithm as in the paper: each token owns one cell of a grid, and answers for the object whose
centre lies there.

    python examples/train_detector.py --train train.jsonl --files files.zip \\
        --labels circle,square --out entry/tasks/<task-slug>
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import torch
import training
from image_rows import Picture, preprocessor_config, read_pictures
from shared import declare, say, stop
from transformers import YolosConfig, YolosForObjectDetection
from transformers import logging as transformers_logging

GRID = 4
PATCH = 8
WIDTH, LAYERS, HEADS = 96, 3, 4
BOX_WEIGHT = 5.0
RARE = 0.3
"""What "no object" weighs in the loss: most cells are empty."""


def new_model(picture: Picture, labels: list[str]) -> YolosForObjectDetection:
    """A token for each cell of the grid."""
    channels, height, width = picture.pixels.shape
    return YolosForObjectDetection(
        YolosConfig(
            image_size=[height, width],
            patch_size=PATCH,
            num_channels=channels,
            hidden_size=WIDTH,
            num_hidden_layers=LAYERS,
            num_attention_heads=HEADS,
            intermediate_size=4 * WIDTH,
            num_detection_tokens=GRID * GRID,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            id2label=dict(enumerate(labels)),
            label2id={name: number for number, name in enumerate(labels)},
        )
    )


def targets(picture: Picture, labels: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
    """A class and a box (centre, width and height, relative to the image) for each cell. Of two
    objects in a cell the latter counts."""
    height, width = picture.pixels.shape[1:]
    classes = torch.full((GRID * GRID,), len(labels))
    boxes = torch.zeros(GRID * GRID, 4)
    for (x, y, w, h), name in zip(picture.label["boxes"], picture.label["labels"], strict=True):
        centre = ((x + w / 2) / width, (y + h / 2) / height)
        column, row = (min(int(part * GRID), GRID - 1) for part in centre)
        classes[row * GRID + column] = labels.index(name)
        boxes[row * GRID + column] = torch.tensor([*centre, w / width, h / height])
    return classes, boxes


def losses(model: Any, batch: list[Picture], labels: list[str]) -> torch.Tensor:
    """Classes by cross-entropy, boxes of cells with an object by their absolute error."""
    found = model(pixel_values=torch.stack([one.pixels for one in batch]))
    pairs = [targets(one, labels) for one in batch]
    classes = torch.stack([each for each, _ in pairs])
    boxes = torch.stack([each for _, each in pairs])
    weights = torch.tensor([1.0] * len(labels) + [RARE])
    named = torch.nn.functional.cross_entropy(found.logits.transpose(1, 2), classes, weights)
    taken = classes < len(labels)
    placed = torch.nn.functional.l1_loss(found.pred_boxes[taken], boxes[taken])
    return named + BOX_WEIGHT * placed


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--train", type=Path, required=True, help="the task's train split (JSONL)")
    parser.add_argument("--files", type=Path, required=True, help="zip or folder of its images")
    parser.add_argument("--labels", required=True, help="the task's labels, set apart by commas")
    parser.add_argument("--out", type=Path, required=True, help="folder, usually …/tasks/<slug>")
    training.add_arguments(parser, minutes=1.0, epochs=20, learning_rate=1e-3)
    return parser.parse_args()


def main() -> None:
    arguments = parse()
    transformers_logging.disable_progress_bar()
    training.prepare(arguments)
    labels = [name.strip() for name in arguments.labels.split(",") if name.strip()]
    pictures = read_pictures(arguments.train, arguments.files, channels=3)
    if strange := {name for one in pictures for name in one.label["labels"]} - set(labels):
        stop(f"{arguments.train}: a label is none of --labels ({min(strange)})")
    model = new_model(pictures[0], labels)

    def loss_of(batch: list[Picture]) -> torch.Tensor:
        return losses(model, batch, labels)

    trained = training.Fit(model, batches=training.by_count(32), loss_of=loss_of).run(
        pictures, arguments
    )
    model.save_pretrained(arguments.out)
    settings = json.dumps(preprocessor_config(pictures[0]), indent=2)
    (arguments.out / "preprocessor_config.json").write_text(settings, encoding="utf-8")
    name = arguments.out.name
    declare(
        arguments.out,
        format="transformers",
        description=f"A small YOLOS for {name}, with a token for each cell of a grid.",
        base_model="None, trained from nothing.",
        training_data=f"The train split for {name}, {len(pictures):,} images.",
        training_time=f"{trained} for {name}.",
        compute=f"{arguments.threads} CPU threads.",
        paper="https://arxiv.org/abs/2106.00666",
    )
    say(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
