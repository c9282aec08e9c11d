"""Makes tiny SavedModels and Keras files, good and bad. A program for TensorFlow's Python: OUT.

Every model of texts reads the words w0 to w9 (ids 2 to 11). A word's vector is (id, -id, 1), a
text's the mean of its words'; logits are the first two of the three numbers. Images give the mean
of each of their channels, tables the sums of their columns.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow"}

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

WORDS = ["[PAD]", "[UNK]", *(f"w{number}" for number in range(10))]
IDS = np.arange(len(WORDS), dtype=np.float32)
TABLE = np.stack([IDS, -IDS, np.ones_like(IDS)], axis=1)
Save = Callable[[Path], None]
Array = Any


class Served(tf.Module):
    """A module whose ``serve`` gives what ``program`` makes of its inputs and the words' table."""

    def __init__(self, program: Callable[..., dict[str, Array]]) -> None:
        super().__init__()
        self.table = tf.Variable(TABLE)
        self.serve = tf.function(lambda *inputs: program(self.table, *inputs))


def words(table: Array, ids: Array, *more: Array) -> Array:
    return tf.gather(table, ids)


def mean(table: Array, ids: Array, mask: Array, *more: Array) -> Array:
    weights = tf.cast(mask, tf.float32)[..., None]
    return tf.reduce_sum(tf.gather(table, ids) * weights, 1) / tf.reduce_sum(weights, 1)


def saved(
    program: Callable[..., dict[str, Array]],
    names: Sequence[str] = ("input_ids", "attention_mask"),
    *,
    shape: Sequence[int | None] = (None, None),
    dtype: Any = tf.int32,
    signature: str = "serving_default",
    more: Sequence[str] = (),
) -> Save:
    def save(folder: Path) -> None:
        module = Served(program)
        specs = [tf.TensorSpec(shape, dtype, name=name) for name in names]
        function = module.serve.get_concrete_function(*specs)
        tf.saved_model.save(module, str(folder), dict.fromkeys([signature, *more], function))

    return save


def with_files(save: Save, **files: Any) -> Save:
    def both(folder: Path) -> None:
        save(folder)
        for name, content in files.items():
            (folder / f"{name}.json").write_text(json.dumps(content))

    return both


def kept(make: Callable[[], Any]) -> Save:
    return lambda folder: make().save(folder / "model.keras")


def exported(make: Callable[[], Any]) -> Save:
    return lambda folder: make().export(folder, verbose=False)


def text_model(
    *, named: bool = False, activation: str | None = None, head: str = "head"
) -> keras.Model:
    """Of Keras' own layers; several outputs by name where they are ``named``."""
    ids = layers.Input((None,), name="input_ids", dtype="int32")
    mask = layers.Input((None,), name="attention_mask", dtype="int32")
    vectors = layers.Embedding(len(WORDS), 3, name="words")(ids)
    weights = ops.expand_dims(ops.cast(mask, "float32"), -1)
    mean = ops.sum(vectors * weights, axis=1) / ops.sum(weights, axis=1)
    logits = layers.Dense(2, use_bias=False, activation=activation, name=head)(mean)
    if named:
        inputs: Any = {"input_ids": ids, "attention_mask": mask}
        model = keras.Model(inputs, {"logits": logits, "last_hidden_state": vectors})
    else:
        model = keras.Model([ids, mask], logits)
    model.get_layer("words").set_weights([TABLE])
    model.get_layer(head).set_weights([np.eye(3, 2, dtype=np.float32)])
    return model


def image_model() -> keras.Model:
    inputs = layers.Input((None, None, 3))
    return keras.Sequential([inputs, layers.GlobalAveragePooling2D()])


def map_model() -> keras.Model:
    """A map of the channels themselves, at the images' own size."""
    return keras.Sequential([layers.Input((None, None, 3)), layers.Activation("linear")])


def table_model() -> keras.Model:
    model = keras.Sequential([layers.Input((3,)), layers.Dense(1, use_bias=False)])
    model.layers[0].set_weights([np.ones((3, 1), dtype=np.float32)])
    return model


def lambda_model() -> keras.Model:
    return keras.Sequential([layers.Input((3,)), layers.Lambda(lambda rows: rows[:, :2])])


@keras.saving.register_keras_serializable("tiny")
class Own(layers.Layer):
    def call(self, rows: Array) -> Array:
        return rows[:, :2]


def garden_images(table: Array, images: Array) -> dict[str, Array]:
    """As Model Garden exports a classifier: whole numbers from 0 to 255 in."""
    logits = tf.reduce_mean(tf.cast(images, tf.float32) / 255, axis=[1, 2])
    return {"logits": logits, "probs": tf.nn.softmax(logits)}


def garden_boxes(table: Array, images: Array) -> dict[str, Array]:
    """As Model Garden exports a detector: top, left, bottom and right, 0 for the background."""
    count = tf.shape(images)[0]

    def each(values: Any) -> Array:
        return tf.repeat(tf.constant([values]), count, axis=0)

    return {
        "detection_boxes": each([[1.0, 0.0, 5.0, 2.0], [0.0, 0.0, 9.0, 9.0]]),
        "detection_scores": each([0.75, 0.5]),
        "detection_classes": each([2, 0]),
        "num_detections": tf.ones([count], tf.int32),
    }


def following(table: Array, ids: Array, mask: Array) -> dict[str, Array]:
    """After each word the next one of the list."""
    return {"logits": 9 * tf.one_hot(ids + 1, len(WORDS))}


def touching(table: Array, ids: Array, mask: Array) -> dict[str, Array]:
    return {"contacts": tf.cast(ids[:, None] == ids[:, :, None], tf.float32)}


def calls_python(table: Array, *more: Array) -> dict[str, Array]:
    found = tf.py_function(lambda ids: ids.numpy(), [more[0]], tf.int32)
    return {"logits": tf.cast(found[:, :2], tf.float32)}


def built_model() -> keras.Model:
    """Made for no input, and called once with one row."""
    model = keras.Sequential([layers.Dense(1, use_bias=False)])
    model(np.zeros((1, 3), dtype=np.float32))
    model.layers[0].set_weights([np.ones((3, 1), dtype=np.float32)])
    return model


def sized_model() -> keras.Model:
    ids = layers.Input((8,), name="input_ids", dtype="int32")
    vectors = layers.Embedding(len(WORDS), 2)(ids)
    return keras.Model(ids, layers.GlobalAveragePooling1D()(vectors))


def failing_model() -> keras.Model:
    """Its last layer wants more numbers than any but the longest text gives."""
    ids = layers.Input((None,), name="input_ids", dtype="int32")
    return keras.Model(ids, layers.Reshape((100, 2))(layers.Embedding(len(WORDS), 2)(ids)))


def nonsense(name: str) -> Save:
    return lambda folder: (folder / name).write_bytes(b"nonsense") and None


BERT = ("input_word_ids", "input_mask", "input_type_ids")
SIZED = {"size": {"height": 6, "width": 4}, "do_resize": True, "resample": 0}
RAW = {**SIZED, "do_rescale": False}
COLUMNS = {"columns": ["height", "width", "depth"]}
LOGITS = saved(lambda *all: {"logits": mean(*all)[:, :2]})
MODELS: dict[str, Save] = {
    "saved": LOGITS,
    "saved-labels": with_files(LOGITS, labels=["positive", "negative"]),
    "saved-one": saved(lambda *all: {"logits": mean(*all)[:, :2]}, signature="predict"),
    "saved-declared": with_files(
        saved(lambda *all: {"x": mean(*all), "y": mean(*all)[:, :2]}, ("a", "b")),
        podium={"inputs": {"a": "input_ids", "b": "attention_mask"}, "outputs": {"logits": "y"}},
    ),
    "saved-int64": saved(lambda *all: {"logits": mean(*all)[:, :2]}, dtype=tf.int64),
    "garden": saved(lambda *all: {"outputs": mean(*all)[:, :2]}, BERT),
    "garden-probability": saved(lambda *all: {"outputs": tf.nn.softmax(mean(*all)[:, :2])}, BERT),
    "keras": kept(text_model),
    "keras-softmax": kept(lambda: text_model(activation="softmax")),
    "keras-named": kept(lambda: text_model(named=True)),
    "keras-exported": exported(text_model),
    "value": saved(lambda *all: {"outputs": mean(*all)[:, :1]}, BERT),
    "pair": with_files(saved(lambda *all: {"logits": mean(*all)[:, :1]}), labels=["likeness"]),
    "vectors": saved(lambda *all: {"last_hidden_state": words(*all)}),
    "means": saved(lambda *all: {"output_0": mean(*all)}),
    "tags": with_files(saved(lambda *all: {"logits": words(*all)}), labels=["B-X", "I-X", "O"]),
    "span": saved(
        lambda *all: {"start_logits": words(*all)[..., 0], "end_logits": words(*all)[..., 0]}
    ),
    "garden-pretrained": saved(
        lambda *all: {"classification": mean(*all)[:, :2]}, (*BERT, "masked_lm_positions")
    ),
    "garden-vectors": saved(
        lambda *all: {"pooled_output": mean(*all)[:, :1], "sequence_output": words(*all)}, BERT
    ),
    "garden-boxes": with_files(
        saved(garden_boxes, ("inputs",), shape=(None, None, None, 3), dtype=tf.uint8),
        preprocessor_config=RAW,
        podium={
            "outputs": {
                "boxes": "detection_boxes",
                "scores": "detection_scores",
                "labels": "detection_classes",
            },
            "boxes": "yxyx",
            "id2label": {"1": "red", "2": "green", "3": "blue"},
        },
    ),
    "sets": saved(lambda *all: {"probabilities": tf.sigmoid(mean(*all) - 4)}),
    "next": saved(following),
    "contacts": with_files(saved(touching), podium={"spaced": True}),
    "image": with_files(kept(image_model), preprocessor_config=SIZED),
    "image-garden": with_files(
        saved(garden_images, ("inputs",), shape=(None, None, None, 3), dtype=tf.uint8),
        preprocessor_config=RAW,
        podium={"inputs": {"inputs": "pixel_values"}},
    ),
    "image-first": with_files(
        saved(
            lambda table, images: {"logits": tf.reduce_mean(images, axis=[2, 3])},
            ("pixel_values",),
            shape=(None, 3, None, None),
            dtype=tf.float32,
        ),
        preprocessor_config=SIZED,
        podium={"layout": "NCHW"},
    ),
    "map": with_files(kept(map_model), preprocessor_config=SIZED),
    "table": with_files(kept(table_model), podium=COLUMNS),
    "table-built": with_files(kept(built_model), podium=COLUMNS),
    "nothing": lambda folder: None,
    "no-saved-model": nonsense("saved_model.pb"),
    "no-keras": nonsense("model.keras"),
    "lambda": with_files(kept(lambda_model), podium=COLUMNS),
    "own-layer": kept(lambda: keras.Sequential([layers.Input((3,)), Own()])),
    "py-function": saved(calls_python),
    "sized": kept(sized_model),
    "failing": kept(failing_model),
    "one-number": saved(lambda *all: {"outputs": mean(*all)[:, :1]}, BERT),
    "no-signature": lambda folder: tf.saved_model.save(tf.Module(), str(folder)),
    "two-signatures": saved(lambda *all: {"logits": mean(*all)}, signature="one", more=["two"]),
    "reads-strings": saved(
        lambda table, texts: {"logits": tf.zeros((1, 2))},
        ("texts",),
        shape=(None,),
        dtype=tf.string,
    ),
    "other-inputs": saved(lambda table, a, b: {"logits": mean(table, a, b)}, ("a", "b")),
    "other-outputs": saved(lambda *all: {"x": mean(*all), "y": mean(*all)}),
    "static": saved(lambda *all: {"logits": mean(*all)[:, :2]}, shape=(1, 8)),
    "flat": saved(lambda *all: {"logits": mean(*all)[:, 0]}),
    "three-outputs": saved(lambda *all: {"logits": mean(*all)}),
    "not-finite": saved(lambda *all: {"logits": tf.math.log(-mean(*all)[:, :2])}),
    "fails": saved(lambda *all: {"logits": words(*all)[:, 100, :2]}),
    "no-tokenizer": LOGITS,
}


def tokenizer(folder: Path) -> None:
    data = {
        "version": "1.0",
        "added_tokens": [],
        "pre_tokenizer": {"type": "WhitespaceSplit"},
        "model": {
            "type": "WordLevel",
            "vocab": {word: number for number, word in enumerate(WORDS)},
            "unk_token": "[UNK]",
        },
    }
    (folder / "tokenizer.json").write_text(json.dumps(data))


def main(out: Path, names: list[str]) -> None:
    for name in names or MODELS:
        (out / name).mkdir(parents=True)
        MODELS[name](out / name)
        if not name.startswith(("no-tokenizer", "image", "map", "table", "garden-boxes")):
            tokenizer(out / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
