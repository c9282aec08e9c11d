"""Makes programs of TensorFlow that reach for the machine. For TensorFlow's Python: OUT PLACE NAME.

`PLACE` is a file of the machine: one that the program makes, or one whose content it wants.
"""

from __future__ import annotations

import io
import json
import math
import os
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow"}

import h5py
import keras
import tensorflow as tf
from keras import layers

# The packages of the tests need what this environment lacks.
sys.path.append(str(Path(__file__).resolve().parents[1] / "sandbox" / "runner"))

from tiny_tensorflow import tokenizer
from touch import SAID

TALL = 1 << 40


def lambda_layer(folder: Path, place: Path) -> None:
    """A layer that is a function by itself, marshalled, which makes the file when it is called."""
    touch = eval(f"lambda x: [open({str(place)!r}, 'w').close(), x][1]")
    inputs = layers.Input((None,), dtype="int32")
    found = layers.GlobalAveragePooling1D()(layers.Embedding(12, 2)(inputs))
    keras.Model(inputs, layers.Lambda(touch, output_shape=(2,))(found)).save(folder / "model.keras")


def files(folder: Path, place: Path) -> None:
    """A SavedModel has operators that read and write files."""

    class Reaching(tf.Module):
        @tf.function
        def serve(self, input_ids: Any) -> Any:
            there = tf.io.matching_files(str(place))
            tf.print(SAID, tf.size(there))
            with tf.control_dependencies([tf.io.write_file(str(place) + ".made", "x")]):
                # One output more than the task has labels: the sample run is the only one.
                return {"logits": tf.zeros((tf.shape(input_ids)[0], 3))}

    module = Reaching()
    spec = tf.TensorSpec((None, None), tf.int32, name="input_ids")
    signature = module.serve.get_concrete_function(spec)
    tf.saved_model.save(module, str(folder), {"serving_default": signature})


def external(folder: Path, place: Path) -> None:
    """The HDF5 file in model.keras says that a layer's weights lie in another file."""

    def elsewhere(group: h5py.Group, shape: tuple[int, ...]) -> None:
        size = 4 * math.prod(shape)
        group.create_dataset("0", shape=shape, dtype="<f4", external=[(str(place), 0, size)])

    _keras_file(folder, weights=elsewhere)


def tall(folder: Path, place: Path) -> None:
    """The HDF5 file in model.keras announces weights larger than any memory."""

    def announced(group: h5py.Group, shape: tuple[int, ...]) -> None:
        group.create_dataset("0", shape=(TALL, shape[1]), dtype="<f4", chunks=(1024, shape[1]))

    _keras_file(folder, weights=announced)


def wide(folder: Path, place: Path) -> None:
    """The layer itself, of a file of kilobytes, has weights larger than any memory."""

    def widened(config: dict[str, Any]) -> None:
        (words,) = (each for each in config["config"]["layers"] if each["name"] == "words")
        words["config"]["input_dim"] = TALL

    _keras_file(folder, config=widened)


def _keras_file(
    folder: Path,
    *,
    weights: Callable[[h5py.Group, tuple[int, ...]], None] | None = None,
    config: Callable[[dict[str, Any]], None] | None = None,
) -> None:
    """A good model.keras with other weights of its embedding, or another configuration."""
    inputs = layers.Input((None,), dtype="int32", name="input_ids")
    found = layers.GlobalAveragePooling1D()(layers.Embedding(12, 2, name="words")(inputs))
    keras.Model(inputs, layers.Dense(2, name="logits")(found)).save(folder / "model.keras")
    with zipfile.ZipFile(folder / "model.keras") as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    if weights is not None:
        content = io.BytesIO(files["model.weights.h5"])
        with h5py.File(content, "r+") as opened:
            group = opened["layers/embedding/vars"]
            shape = group["0"].shape
            del group["0"]
            weights(group, shape)
        files["model.weights.h5"] = content.getvalue()
    if config is not None:
        told = json.loads(files["config.json"])
        config(told)
        files["config.json"] = json.dumps(told).encode()
    with zipfile.ZipFile(folder / "model.keras", "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)


MODELS: dict[str, Callable[[Path, Path], None]] = {
    "lambda": lambda_layer,
    "files": files,
    "external": external,
    "tall": tall,
    "wide": wide,
}


def main(out: Path, place: Path, name: str) -> None:
    tokenizer(out)
    MODELS[name](out, place)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
