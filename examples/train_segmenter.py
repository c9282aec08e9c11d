"""Train a small SegFormer from nothing to name each pixel of an image.

    python examples/train_segmenter.py --train train.jsonl --files files.zip \\
        --labels background,circle --out entry/tasks/<task-slug>
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
from transformers import SegformerConfig, SegformerForSemanticSegmentation
from transformers import logging as transformers_logging

WIDTHS = (16, 32, 48, 64)
UNKNOWN = -100


def new_model(picture: Picture, labels: list[str]) -> SegformerForSemanticSegmentation:
    """Four stages of one layer each; the map is a quarter of the image's size."""
    return SegformerForSemanticSegmentation(
        SegformerConfig(
            num_channels=picture.pixels.shape[0],
            depths=[1] * len(WIDTHS),
            hidden_sizes=list(WIDTHS),
            num_attention_heads=[1, 2, 2, 4],
            mlp_ratios=[2] * len(WIDTHS),
            decoder_hidden_size=64,
            hidden_dropout_prob=0.0,
            drop_path_rate=0.0,
            classifier_dropout_prob=0.0,
            id2label=dict(enumerate(labels)),
            label2id={name: number for number, name in enumerate(labels)},
        )
    )


def classes_of(label: dict[str, Any], labels: list[str]) -> torch.Tensor:
    """(height, width) of class numbers from run lengths column by column; the rest is unknown."""
    height, width = label["size"]
    found = torch.full((width * height,), UNKNOWN)
    for region in label["regions"]:
        place = 0
        for turn, length in enumerate(region["counts"]):
            if turn % 2:
                found[place : place + length] = labels.index(region["label"])
            place += length
    return found.reshape(width, height).T


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--train", type=Path, required=True, help="the task's train split (JSONL)")
    parser.add_argument("--files", type=Path, required=True, help="zip or folder of its images")
    parser.add_argument("--labels", required=True, help="the task's labels, set apart by commas")
    parser.add_argument("--out", type=Path, required=True, help="folder, usually …/tasks/<slug>")
    training.add_arguments(parser, minutes=1.0, epochs=12, learning_rate=2e-3)
    return parser.parse_args()


def main() -> None:
    arguments = parse()
    transformers_logging.disable_progress_bar()
    training.prepare(arguments)
    labels = [name.strip() for name in arguments.labels.split(",") if name.strip()]
    pictures = read_pictures(arguments.train, arguments.files, channels=3)
    try:
        examples = [Picture(one.pixels, classes_of(one.label, labels)) for one in pictures]
    except ValueError as error:
        stop(f"{arguments.train}: a label is none of --labels ({error})")
    model = new_model(pictures[0], labels)

    def answered(batch: list[Picture]) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits in the image's size, as the platform resizes them."""
        truth = torch.stack([one.label for one in batch])
        logits = model(pixel_values=torch.stack([one.pixels for one in batch])).logits
        size = truth.shape[1:]
        return torch.nn.functional.interpolate(logits, size=size, mode="bilinear"), truth

    def loss_of(batch: list[Picture]) -> torch.Tensor:
        return torch.nn.functional.cross_entropy(*answered(batch), ignore_index=UNKNOWN)

    def quality_of(batch: list[Picture]) -> tuple[str, float]:
        logits, truth = answered(batch)
        return "pixels right", (logits.argmax(1) == truth).float().mean().item()

    loop = training.Fit(
        model, batches=training.by_count(16), loss_of=loss_of, quality_of=quality_of
    )
    trained = loop.run(examples, arguments)
    model.save_pretrained(arguments.out)
    settings = json.dumps(preprocessor_config(pictures[0]), indent=2)
    (arguments.out / "preprocessor_config.json").write_text(settings, encoding="utf-8")
    name = arguments.out.name
    declare(
        arguments.out,
        format="transformers",
        description=f"A small SegFormer for {name}.",
        base_model="None, trained from nothing.",
        training_data=f"The train split for {name}, {len(pictures):,} images.",
        training_time=f"{trained} for {name}.",
        compute=f"{arguments.threads} CPU threads.",
        paper="https://arxiv.org/abs/2105.15203",
    )
    say(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
