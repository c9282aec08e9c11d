"""SavedModels and Keras files: the platform gives arrays and reads outputs.

They run on the CPU, whatever the run was given: the environment holds TensorFlow's build for it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from keras import utils

from ..config import TaskConfig
from ..folder_bytes import folder_bytes
from .base import Format, Model, Purpose, Settings
from .graph import Graph
from .graph_model import GraphModel
from .signature import read_signature
from .tensorflow_names import input_names, is_nameless, meaning, output_names
from .tensorflow_program import load_program, told

_SEED = 0
_LAYOUT = "NHWC"


def open_format(settings: Settings) -> Format:
    """Fixed threads, a fixed seed and deterministic kernels."""
    tf.config.threading.set_intra_op_parallelism_threads(settings.threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.config.set_visible_devices([], "GPU")
    tf.config.experimental.enable_op_determinism()
    utils.set_random_seed(_SEED)
    return TensorflowFormat()


class TensorflowFormat(Format):
    def load(self, folder: Path, task: TaskConfig, purpose: Purpose) -> Model:
        return GraphModel(folder, TensorflowGraph(folder, task.modality), task, purpose)

    def has_pair_head(self, folder: Path) -> bool:
        """One label means one output, which can score pairs."""
        return len(read_signature(folder).id2label or {}) == 1

    def variant(self, folder: Path, task: TaskConfig) -> str:
        """Inputs without names are what a modality gives."""
        return task.modality


class TensorflowGraph(Graph):
    """A program with the names that are known here."""

    layout = _LAYOUT

    def __init__(self, folder: Path, modality: str) -> None:
        signature = read_signature(folder)
        self._program = program = load_program(folder)
        self._inputs = input_names(program.inputs, signature.inputs, modality)
        self._outputs = output_names(program.outputs, signature.outputs.values())
        self._nameless = is_nameless(self._outputs, signature.outputs)
        self._meaning: str | None = None
        self.file = program.file
        self.inputs: Mapping[str, Any] | None = {
            name: program.inputs[own] for name, own in self._inputs.items()
        }
        self.outputs: tuple[str, ...] | None = None if self._nameless else tuple(self._outputs)
        self.parameters, self.dtype = _weights(program.weights)
        self.model_bytes = folder_bytes(folder)

    def run(self, feeds: Mapping[str, Any], names: Sequence[str]) -> Mapping[str, Any]:
        given = {own: tf.constant(feeds[name]) for name, own in self._inputs.items()}
        found = self._program.call(given)
        arrays = {name: np.asarray(found[own]) for name, own in self._outputs.items()}
        if not self._nameless:
            return {name: arrays[name] for name in names}
        (array,) = arrays.values()
        if self._meaning is None:
            self._meaning = meaning(array, names)
        return {self._meaning if self._meaning in names else names[0]: array}

    def told(self, error: BaseException) -> str:
        return told(error)


def _weights(variables: Sequence[Any]) -> tuple[int | None, str]:
    """Numbers in all variables and the type of most of them; constants of a graph count nowhere."""
    counts: Counter[str] = Counter()
    for each in variables:
        counts[tf.as_dtype(each.dtype).name] += int(np.prod(each.shape, dtype=np.int64))
    if not counts:
        return None, ""
    return counts.total(), counts.most_common(1)[0][0]
