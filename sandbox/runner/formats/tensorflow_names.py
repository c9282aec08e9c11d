"""What the inputs and outputs of a TensorFlow program are called here, where nobody declared it.

Exports of TensorFlow Model Garden have names of their own (official/nlp/serving and
official/vision/serving); Keras numbers what was not named: ``keras_tensor_3``, ``output_0``.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from .base import PROBABILITIES, TOKEN_VECTORS
from .signature import OUTPUTS, SOURCES

_INPUTS = {
    "input_word_ids": "input_ids",
    "input_mask": "attention_mask",
    "input_type_ids": "token_type_ids",
    "segment_ids": "token_type_ids",
}
_OUTPUTS = {"probs": PROBABILITIES, "sequence_output": TOKEN_VECTORS[0]}
_USUAL = {"image": "pixel_values", "table": "features"}
_TEXT = "input_ids"
_TOLERANCE = 1e-3


def input_names(own: Mapping[str, Any], declared: Collection[str], modality: str) -> dict[str, str]:
    """What each input is called here → its own name. ``own`` are names with their number type.
    ``declared`` ones keep theirs; one by itself is what a task of this modality gives."""
    found = {name if name in declared else _INPUTS.get(name, name): name for name in own}
    (first, *others) = found
    if others or first in declared or first in SOURCES or own[found[first]] is None:
        return found
    return {_USUAL.get(modality, _TEXT): found[first]}


def output_names(own: Sequence[str], declared: Collection[str]) -> dict[str, str]:
    """What each output is called here → its own name; one that has a name of ours comes first."""
    found = {name if name in declared else _OUTPUTS.get(name, name): name for name in own}
    return found | {name: name for name in own if name in OUTPUTS}


def is_nameless(outputs: Collection[str], declared: Collection[str]) -> bool:
    """Whether there is one output, of which nobody said what it means."""
    return len(outputs) == 1 and not declared and set(OUTPUTS).isdisjoint(outputs)


def meaning(array: Any, names: Sequence[str]) -> str:
    """What the only output of a program is, among the names asked for: probabilities where every
    row adds up to 1, else what comes first."""
    if PROBABILITIES not in names or array.ndim != 2 or array.shape[1] < 2:
        return names[0]
    adds_up = np.abs(array.sum(axis=1) - 1).max(initial=0) <= _TOLERANCE
    return PROBABILITIES if adds_up and array.min(initial=0) >= 0 else names[0]
