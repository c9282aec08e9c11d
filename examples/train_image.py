"""Train a small image classifier from nothing: a ResNet of transformers, or a VGG in TorchScript.

transformers has no VGG, so that one is built here of its blocks (convolutions of 3 × 3, then a
maximum of 2 × 2) and written as model.pt, a program of PyTorch; the competition must allow the
format "torch". The ResNet becomes config.json and model.safetensors. Both get a
preprocessor_config.json, by which the platform makes numbers of an image.

    python examples/train_image.py --architecture resnet --train train.jsonl --files files.zip \\
        --labels cat,dog --out entry/tasks/<task-slug>
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
from torch import nn
from transformers import ResNetConfig, ResNetForImageClassification
from transformers import logging as transformers_logging

WIDTHS = (16, 32, 64)
PAPERS = {"resnet": "https://arxiv.org/abs/1512.03385", "vgg": "https://arxiv.org/abs/1409.1556"}


class VGG(nn.Module):
    """Blocks of two convolutions and a maximum each, then a linear layer."""

    def __init__(self, channels: int, classes: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for width in WIDTHS:
            for _ in range(2):
                layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
                channels = width
            layers.append(nn.MaxPool2d(2))
        self.blocks = nn.Sequential(*layers)
        self.head = nn.Linear(channels, classes)

    def forward(self, pixel_values: torch.Tensor) -> torch.Tensor:
        """Logits (images, classes) of (images, channels, height, width)."""
        logits: torch.Tensor = self.head(self.blocks(pixel_values).mean(dim=(2, 3)))
        return logits


def new_resnet(channels: int, labels: list[str]) -> ResNetForImageClassification:
    """Three stages of one basic layer each."""
    return ResNetForImageClassification(
        ResNetConfig(
            num_channels=channels,
            embedding_size=WIDTHS[0],
            hidden_sizes=list(WIDTHS),
            depths=[1] * len(WIDTHS),
            layer_type="basic",
            id2label=dict(enumerate(labels)),
            label2id={name: number for number, name in enumerate(labels)},
        )
    )


def logits_of(model: nn.Module, pixels: torch.Tensor) -> torch.Tensor:
    """What either model says."""
    found = model(pixels)
    return found if isinstance(found, torch.Tensor) else found.logits


def fit(
    model: nn.Module, pictures: list[Picture], labels: list[str], arguments: argparse.Namespace
) -> str:
    """Train; says how long it took."""
    numbers = {name: number for number, name in enumerate(labels)}
    if strange := {one.label for one in pictures} - numbers.keys():
        stop(f"{arguments.train}: a label is none of --labels ({min(strange)})")

    def answered(batch: list[Picture]) -> tuple[torch.Tensor, torch.Tensor]:
        pixels = torch.stack([one.pixels for one in batch])
        return logits_of(model, pixels), torch.tensor([numbers[one.label] for one in batch])

    def loss_of(batch: list[Picture]) -> torch.Tensor:
        return nn.functional.cross_entropy(*answered(batch))

    def quality_of(batch: list[Picture]) -> tuple[str, float]:
        logits, targets = answered(batch)
        return "accuracy", (logits.argmax(1) == targets).float().mean().item()

    loop = training.Fit(
        model, batches=training.by_count(32), loss_of=loss_of, quality_of=quality_of
    )
    return loop.run(pictures, arguments)


def write(model: Any, out: Path, labels: list[str], picture: Picture) -> None:
    """Write the folder of either format."""
    out.mkdir(parents=True, exist_ok=True)
    if isinstance(model, VGG):
        torch.jit.save(torch.jit.trace(model, picture.pixels[None]), str(out / "model.pt"))
        (out / "labels.json").write_text(json.dumps(labels), encoding="utf-8")
    else:
        model.save_pretrained(out)
    settings = json.dumps(preprocessor_config(picture), indent=2)
    (out / "preprocessor_config.json").write_text(settings, encoding="utf-8")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--architecture", choices=("resnet", "vgg"), required=True)
    parser.add_argument("--train", type=Path, required=True, help="the task's train split (JSONL)")
    parser.add_argument("--files", type=Path, required=True, help="zip or folder of its images")
    parser.add_argument("--labels", required=True, help="the task's labels, set apart by commas")
    parser.add_argument("--channels", type=int, choices=(1, 3), default=3, help="1 for grey images")
    parser.add_argument("--out", type=Path, required=True, help="folder, usually …/tasks/<slug>")
    training.add_arguments(parser, minutes=1.0, epochs=4, learning_rate=3e-3)
    return parser.parse_args()


def main() -> None:
    arguments = parse()
    transformers_logging.disable_progress_bar()
    training.prepare(arguments)
    labels = [name.strip() for name in arguments.labels.split(",") if name.strip()]
    pictures = read_pictures(arguments.train, arguments.files, channels=arguments.channels)
    model: nn.Module = (
        VGG(arguments.channels, len(labels))
        if arguments.architecture == "vgg"
        else new_resnet(arguments.channels, labels)
    )
    trained = fit(model, pictures, labels, arguments)
    write(model, arguments.out, labels, pictures[0])
    name = arguments.out.name
    declare(
        arguments.out,
        format="torch" if isinstance(model, VGG) else "transformers",
        description=f"A small {arguments.architecture} for {name}.",
        base_model="None, trained from nothing.",
        training_data=f"The train split for {name}, {len(pictures):,} images.",
        training_time=f"{trained} for {name}.",
        compute=f"{arguments.threads} CPU threads.",
        paper=PAPERS[arguments.architecture],
    )
    say(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
