"""The program of a ``tensorflow`` folder: a SavedModel or a Keras file.

Both can run code of the participant while they load, so this is imported inside a sandbox only.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from keras import Sequential, saving

from ..errors import Code, RunnerError, as_runner_error, error_text

SAVED_MODEL = "saved_model.pb"
KERAS = "model.keras"
_DEFAULT = "serving_default"
_IN_GRAPH, _CAUSE = "Graph execution error", "Exception encountered: "
_BEHIND = re.compile(r"Arguments received by|Make sure custom classes|If you trust the source")
_FRAME = 'File "'
_CALLBACK = "Could not find callback with key=pyfunc"
_NO_CALLBACK = (
    "It calls Python by py_function or numpy_function, whose code a SavedModel does not hold. "
    "Write the step with TensorFlow's own operators."
)
_PLACES = re.compile(r"\{\{.*?\}\}|\[\[.*?\]\]|\[Op:[^\]]*\]|\x1b\[\d+m")


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """``call`` takes tensors by the names of ``inputs`` and gives them by those of ``outputs``.

    ``inputs`` have the number type that each takes, None for texts; ``weights`` are the variables.
    """

    file: str
    call: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    inputs: Mapping[str, Any]
    outputs: tuple[str, ...]
    weights: tuple[Any, ...]


def load_program(folder: Path) -> Program:
    """Raises ``model_missing`` and ``bad_model``."""
    if (folder / SAVED_MODEL).is_file():
        program = _saved_model(folder)
    elif (folder / KERAS).is_file():
        program = _keras(folder / KERAS)
    else:
        raise RunnerError(
            Code.MODEL_MISSING, f"The model's folder has neither {SAVED_MODEL} nor {KERAS}."
        )
    if not program.inputs or not program.outputs:
        raise RunnerError(Code.BAD_MODEL, f"{program.file} has no inputs, or no outputs.")
    return program


def told(error: BaseException) -> str:
    """What went wrong, without the places in code and graph and the configuration before it, and
    the arguments and general advice after it."""
    text = _PLACES.sub("", error_text(error))
    if _CALLBACK in text:
        return _NO_CALLBACK
    text = _BEHIND.split(text)[0].rpartition(_CAUSE)[2]
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if lines and lines[0].startswith(_IN_GRAPH):
        lines = lines[-1:]
    frames = [number for number, line in enumerate(lines) if line.startswith(_FRAME)]
    if frames:
        lines = lines[frames[-1] + 2 :]  # a frame has a second line: its code
    name = type(error).__name__
    return f"{name}: {' '.join(lines).removeprefix(f'{name}: ')}"


def _saved_model(folder: Path) -> Program:
    try:
        loaded = tf.saved_model.load(str(folder))
        signatures = dict(loaded.signatures)
    except Exception as error:  # a broken file makes this raise anything
        raise _not_loaded(SAVED_MODEL, error, "Save it by tf.saved_model.save") from error
    function = signatures.get(_DEFAULT)
    if function is None and len(signatures) == 1:
        (function,) = signatures.values()
    if function is None:
        raise RunnerError(
            Code.BAD_MODEL,
            f"{SAVED_MODEL} has {', '.join(sorted(signatures)) or 'no signature'}; needed is "
            f"{_DEFAULT}, or one alone. Give tf.saved_model.save the signatures, or use "
            "model.export.",
        )
    _, specs = function.structured_input_signature
    inputs = {name: specs[name] for name in sorted(specs)}
    shapes = {name: spec.shape for name, spec in inputs.items()}

    def call(feeds: Mapping[str, Any]) -> Mapping[str, Any]:
        _check_shapes(feeds, shapes)
        # The signature lives as long as what it belongs to.
        return dict(function(**feeds)) if loaded is not None else {}

    return Program(
        file=SAVED_MODEL,
        call=call,
        inputs={name: _number_type(spec.dtype) for name, spec in inputs.items()},
        outputs=tuple(sorted(function.structured_outputs)),
        weights=tuple(function.variables),
    )


def _keras(path: Path) -> Program:
    """Without the optimizer and losses, and without layers that are code of their own."""
    try:
        model = saving.load_model(path, compile=False, safe_mode=True)
        taken = model.inputs[0] if isinstance(model, Sequential) else model.input
        made = _outputs(model)
    except Exception as error:  # a broken file makes this raise anything
        advice = (
            "It must be made of Keras' own layers, with inputs, and saved by model.save; other "
            "layers go into a SavedModel by model.export"
        )
        raise _not_loaded(path.name, error, advice) from error
    run = tf.function(lambda inputs: model(inputs, training=False), reduce_retracing=True)
    inputs = tf.nest.flatten(taken)
    # Keras takes any number of rows, also where the shape has the one of an example.
    shapes = {one.name: tf.TensorShape([None, *one.shape[1:]]) for one in inputs}

    def call(feeds: Mapping[str, Any]) -> Mapping[str, Any]:
        _check_shapes(feeds, shapes)
        given = tf.nest.map_structure(lambda one: feeds[one.name], taken)
        return dict(zip(made, tf.nest.flatten(run(given)), strict=True))

    return Program(
        file=path.name,
        call=call,
        inputs={one.name: _number_type(tf.as_dtype(one.dtype)) for one in inputs},
        outputs=made,
        weights=tuple(model.weights),
    )


def _check_shapes(feeds: Mapping[str, Any], shapes: Mapping[str, Any]) -> None:
    """A program made for one size would take others, and count with its own. Raises ValueError."""
    for name, shape in shapes.items():
        if not shape.is_compatible_with(feeds[name].shape):
            raise ValueError(f"{name} is declared with the shape {shape}")


def _outputs(model: Any) -> tuple[str, ...]:
    """By the keys of a model that gives an object, else by the layers that they come from."""
    if isinstance(model, Sequential):
        return (model.layers[-1].name,)
    named = isinstance(model.output, dict)
    return tuple(sorted(model.output)) if named else tuple(model.output_names)


def _number_type(dtype: Any) -> Any:
    """numpy's type, None for texts and what else is no number."""
    return None if dtype == tf.string else np.dtype(dtype.as_numpy_dtype).type


def _not_loaded(name: str, error: Exception, advice: str) -> RunnerError:
    message = f"{name} can't be loaded. {advice}. {told(error)}"
    return as_runner_error(error, code=Code.BAD_MODEL, message=message)
