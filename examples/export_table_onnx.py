"""Train a small network on tables or images and write it as an ONNX graph.

One hidden layer, fitted by PyTorch and written node by node: the graph needs nothing of PyTorch.
A table's columns go into podium.json, an image's size into preprocessor_config.json; the scale of
the columns is part of the graph. What is unknown in a table counts as 0.

    python examples/export_table_onnx.py --train train.jsonl \\
        --task-kind tabular_classification --labels benign,malignant --out entry/tasks/<task-slug>
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import onnx
import torch
import training
from image_rows import preprocessor_config, read_pictures
from onnx import TensorProto, helper, numpy_helper
from shared import declare, read_rows, say, stop
from torch import nn

IMAGES = "image_classification"
KINDS = ("tabular_classification", "tabular_regression", IMAGES)
HIDDEN = 48
OPSET = 17
IR_VERSION = 8

Row = tuple[torch.Tensor, float]


class Network(nn.Module):
    """Scaled numbers, one hidden layer, one output a class or a single one."""

    def __init__(self, numbers: torch.Tensor, outputs: int, *, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.shape = shape
        self.mean = nn.Buffer(numbers.mean(dim=0))
        self.scale = nn.Buffer(1 / numbers.std(dim=0).clamp(min=1e-3))
        self.first = nn.Linear(numbers.shape[1], HIDDEN)
        self.last = nn.Linear(HIDDEN, outputs)

    def forward(self, numbers: torch.Tensor) -> torch.Tensor:
        """(rows, outputs) of (rows, numbers)."""
        scaled = (numbers - self.mean) * self.scale
        found: torch.Tensor = self.last(torch.relu(self.first(scaled)))
        return found


def read_table(path: Path) -> tuple[list[str], torch.Tensor, list[Any]]:
    """Names of the columns, numbers (rows, columns) and labels."""
    rows = list(read_rows(path))
    names = list(dict.fromkeys(name for row in rows for name in row["input"]["features"]))
    try:
        numbers = [
            [float(row["input"]["features"].get(name) or 0) for name in names] for row in rows
        ]
    except ValueError as error:
        stop(f"{path}: a column of texts is more than this script knows ({error})")
    return names, torch.tensor(numbers), [row["label"] for row in rows]


def read(arguments: argparse.Namespace) -> tuple[torch.Tensor, list[Any], dict[str, Any]]:
    """Numbers (rows, …), labels, and the JSON files that tell the platform how to make the same."""
    if arguments.task_kind != IMAGES:
        names, numbers, labels = read_table(arguments.train)
        return numbers, labels, {"podium.json": {"columns": names}}
    if arguments.files is None:
        stop("--files must name the zip or the folder of the images")
    pictures = read_pictures(arguments.train, arguments.files, channels=1)
    stacked = torch.stack([one.pixels for one in pictures])
    settings = preprocessor_config(pictures[0])
    return stacked, [one.label for one in pictures], {"preprocessor_config.json": settings}


def fit(
    model: Network, numbers: torch.Tensor, targets: list[float], arguments: argparse.Namespace
) -> str:
    """Train on classes; says how long it took."""
    rows = list(zip(numbers.flatten(1), targets, strict=True))

    def loss_of(batch: list[Row]) -> torch.Tensor:
        found = model(torch.stack([given for given, _ in batch]))
        wanted = torch.tensor([target for _, target in batch])
        return nn.functional.cross_entropy(found, wanted.long())

    return training.Fit(model, batches=training.by_count(16), loss_of=loss_of).run(rows, arguments)


def fit_values(
    model: Network, numbers: torch.Tensor, targets: list[float], arguments: argparse.Namespace
) -> str:
    """Train on values, of mean 0 and spread 1; the last layer then gives them as they were."""
    values = torch.tensor(targets)
    mean, spread = float(values.mean()), float(values.std().clamp(min=1e-6))
    rows = list(zip(numbers.flatten(1), ((values - mean) / spread).tolist(), strict=True))

    def loss_of(batch: list[Row]) -> torch.Tensor:
        found = model(torch.stack([given for given, _ in batch]))
        return nn.functional.mse_loss(found[:, 0], torch.tensor([target for _, target in batch]))

    loop = training.Fit(model, batches=training.by_count(16), loss_of=loss_of)
    trained = loop.run(rows, arguments)
    with torch.no_grad():
        model.last.weight *= spread
        model.last.bias.mul_(spread).add_(mean)
    return trained


def graph_of(model: Network) -> onnx.ModelProto:
    """The network as nodes; images are laid out in a row first."""
    image = len(model.shape) > 1
    name = "pixel_values" if image else "features"
    tensors = {
        "mean": model.mean,
        "scale": model.scale,
        "first": model.first.weight.T,
        "first_bias": model.first.bias,
        "last": model.last.weight.T,
        "last_bias": model.last.bias,
    }
    nodes = [
        helper.make_node("Flatten", [name], ["flat"], axis=1),
        helper.make_node("Sub", ["flat", "mean"], ["centred"]),
        helper.make_node("Mul", ["centred", "scale"], ["scaled"]),
        helper.make_node("MatMul", ["scaled", "first"], ["product"]),
        helper.make_node("Add", ["product", "first_bias"], ["sum"]),
        helper.make_node("Relu", ["sum"], ["hidden"]),
        helper.make_node("MatMul", ["hidden", "last"], ["outcome"]),
        helper.make_node("Add", ["outcome", "last_bias"], ["logits"]),
    ]
    values = {key: value.detach().contiguous().numpy() for key, value in tensors.items()}
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["rows", *model.shape])],
        [
            helper.make_tensor_value_info(
                "logits", TensorProto.FLOAT, ["rows", model.last.out_features]
            )
        ],
        [numpy_helper.from_array(value, key) for key, value in values.items()],
    )
    built = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    built.ir_version = IR_VERSION
    onnx.checker.check_model(built)
    return built


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--train", type=Path, required=True, help="the task's train split (JSONL)")
    parser.add_argument("--task-kind", choices=KINDS, required=True)
    parser.add_argument("--labels", default="", help="the task's labels, set apart by commas")
    parser.add_argument("--files", type=Path, help="zip or folder of the images")
    parser.add_argument("--out", type=Path, required=True, help="folder, usually …/tasks/<slug>")
    training.add_arguments(parser, minutes=0.5, epochs=30, learning_rate=3e-3)
    return parser.parse_args()


def main() -> None:
    arguments = parse()
    training.prepare(arguments)
    labels = [name.strip() for name in arguments.labels.split(",") if name.strip()]
    if arguments.task_kind.endswith("_classification") != (len(labels) > 1):
        stop("--labels must name two or more labels for a classification, none otherwise")
    numbers, answers, files = read(arguments)
    try:
        targets = [float(labels.index(each) if labels else each) for each in answers]
    except (ValueError, TypeError) as error:
        stop(f"{arguments.train}: a label is none of --labels ({error})")
    model = Network(numbers.flatten(1), max(1, len(labels)), shape=tuple(numbers.shape[1:]))
    trained = (fit if labels else fit_values)(model, numbers, targets, arguments)
    arguments.out.mkdir(parents=True, exist_ok=True)
    onnx.save(graph_of(model), arguments.out / "model.onnx")
    if labels:
        files["labels.json"] = labels
    for file, content in files.items():
        (arguments.out / file).write_text(json.dumps(content), encoding="utf-8")
    name = arguments.out.name
    declare(
        arguments.out,
        format="onnx",
        description=f"A network with one hidden layer for {name}.",
        base_model="None.",
        training_data=f"The train split for {name}, {len(targets):,} rows.",
        training_time=f"{trained} for {name}.",
        compute=f"{arguments.threads} CPU threads.",
    )
    say(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
