"""Train a small Keras model for one task of tables or of images.

The competition must allow the format "tensorflow". The folder gets model.keras; with --saved-model
a SavedModel as TensorFlow Model Garden exports one: a tf.Module with the signature
serving_default, whose images are whole numbers from 0 to 255 and which gives logits and probs.
Beside it lies what the platform must know: podium.json with the columns, or
preprocessor_config.json with the size of the images.

    python examples/train_keras.py --train train.jsonl --task-kind tabular_classification \\
        --labels benign,malignant --out entries/keras/tasks/<task-slug>
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow"}

import keras
import numpy as np
import tensorflow as tf
from keras import callbacks, layers, losses, ops
from keras_rows import KINDS, TABLES, Rows, read_rows
from shared import declare, say, stop

SAVED_MODEL = ("saved_model.pb", "fingerprint.pb", "variables", "assets")
WIDTH, EPOCHS, PATIENCE, BATCH = 64, 200, 12, 32


def table_features(rows: Rows) -> tuple[Any, Any]:
    """The input, and numbers around 0 beside a place for every category."""
    declared = rows.files["podium.json"]
    inputs = layers.Input((len(declared["columns"]),), name="features")
    parts = []
    for place, name in enumerate(declared["columns"]):
        column = inputs[:, place : place + 1]
        if texts := declared["categories"].get(name):
            column = ops.one_hot(ops.cast(column[:, 0], "int32"), len(texts) + 1)
        else:
            values = rows.inputs[:, place]
            column = (column - float(values.mean())) / max(float(values.std()), 1e-6)
        parts.append(column)
    return inputs, layers.Dense(WIDTH, activation="relu")(ops.concatenate(parts, axis=1))


def image_features(rows: Rows) -> tuple[Any, Any]:
    """The input, and what two steps of convolutions see in it."""
    found = inputs = layers.Input(rows.inputs.shape[1:], name="pixel_values")
    for width in (16, 32):
        found = layers.Conv2D(width, 3, padding="same", activation="relu")(found)
        found = layers.MaxPooling2D(padding="same")(found)
    return inputs, layers.Dense(WIDTH, activation="relu")(layers.Flatten()(found))


def build(rows: Rows, kind: str) -> keras.Model:
    """Logits for classes; a value in the task's own unit without them."""
    inputs, found = table_features(rows) if kind in TABLES else image_features(rows)
    found = layers.Dropout(0.2)(found)
    if rows.labels:
        return keras.Model(inputs, layers.Dense(len(rows.labels), name="logits")(found))
    value = layers.Dense(1)(found)
    spread, middle = float(rows.targets.std()), float(rows.targets.mean())
    return keras.Model(inputs, layers.Rescaling(spread, middle, name="logits")(value))


def train(model: keras.Model, rows: Rows, minutes: float) -> int:
    """Until nothing gets better over a tenth of the rows, or time is up; returns the epochs."""
    until = time.monotonic() + 60 * minutes
    order = np.random.default_rng(0).permutation(len(rows.targets))
    loss: Any = losses.SparseCategoricalCrossentropy(from_logits=True) if rows.labels else "mse"
    model.compile(optimizer=keras.optimizers.Adam(2e-3), loss=loss)

    def in_time(epoch: int, logs: Mapping[str, float]) -> None:
        model.stop_training |= time.monotonic() > until

    stops = [
        callbacks.EarlyStopping(patience=PATIENCE, restore_best_weights=True),
        callbacks.LambdaCallback(on_epoch_end=in_time),
    ]
    done = model.fit(
        rows.inputs[order],
        rows.targets[order],
        validation_split=0.1,
        batch_size=BATCH,
        epochs=EPOCHS,
        callbacks=stops,
        verbose=0,
    )
    return len(done.epoch)


class Served(tf.Module):
    """What Model Garden exports: a module around a model, with a function to serve it."""

    def __init__(self, model: keras.Model, *, reads_images: bool) -> None:
        super().__init__()
        self.model = model
        self.scale = 255.0 if reads_images else 1.0

    @tf.function
    def serve(self, inputs: Any) -> Mapping[str, Any]:
        logits = self.model(tf.cast(inputs, tf.float32) / self.scale, training=False)
        if logits.shape[-1] == 1:
            return {"logits": logits}
        return {"logits": logits, "probs": tf.nn.softmax(logits)}


def save(model: keras.Model, rows: Rows, folder: Path, *, saved_model: bool, kind: str) -> None:
    """The model, and the files that say what it reads."""
    remove_older(folder)
    folder.mkdir(parents=True, exist_ok=True)
    files = {name: dict(content) for name, content in rows.files.items()}
    if saved_model:
        images = kind not in TABLES
        module = Served(model, reads_images=images)
        spec = tf.TensorSpec(
            (None, *rows.inputs.shape[1:]), tf.uint8 if images else tf.float32, name="inputs"
        )
        signatures = {"serving_default": module.serve.get_concrete_function(spec)}
        tf.saved_model.save(module, str(folder), signatures)
        source = "pixel_values" if images else "features"
        files.setdefault("podium.json", {})["inputs"] = {"inputs": source}
        if images:
            files["preprocessor_config.json"]["do_rescale"] = False
    else:
        model.save(folder / "model.keras")
    if rows.labels:
        files["labels.json"] = rows.labels
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")


def remove_older(folder: Path) -> None:
    """A folder holds one model: that of an earlier start goes."""
    for name in SAVED_MODEL:
        if (folder / name).is_dir():
            shutil.rmtree(folder / name)
    for name in (*SAVED_MODEL, "model.keras", "podium.json"):
        (folder / name).unlink(missing_ok=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--train", type=Path, required=True, help="rows with labels (JSON Lines)")
    parser.add_argument("--files", type=Path, help="the images; default: files/ beside --train")
    parser.add_argument("--task-kind", choices=KINDS, required=True)
    parser.add_argument(
        "--labels", default="", help="the task's labels in their order, with commas"
    )
    parser.add_argument("--out", type=Path, required=True, help="the folder to write")
    parser.add_argument("--minutes", type=float, default=1.0, help="at most this long")
    parser.add_argument("--saved-model", action="store_true", help="instead of model.keras")
    arguments = parser.parse_args()
    rows = read_rows(arguments.train, arguments.task_kind, arguments.labels, arguments.files)
    if len(rows.targets) < 20:
        stop(f"{arguments.train} has {len(rows.targets)} rows; 20 are needed")
    keras.utils.set_random_seed(0)
    tf.config.experimental.enable_op_determinism()
    model = build(rows, arguments.task_kind)
    say(f"{model.count_params():,} parameters, {len(rows.targets)} rows")
    epochs = train(model, rows, arguments.minutes)
    say(f"trained {epochs} epochs")
    save(model, rows, arguments.out, saved_model=arguments.saved_model, kind=arguments.task_kind)
    declare(
        arguments.out,
        format="tensorflow",
        description=f"A small Keras model for {arguments.task_kind}.",
        base_model="none",
        training_data="the task's own train split",
        training_time=f"{epochs} epochs",
        compute="CPU",
    )
    say(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
