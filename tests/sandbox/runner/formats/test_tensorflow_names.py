"""Names of TensorFlow's programs: declared ones stay, Model Garden's are known, one is enough."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sandbox.runner.formats.tensorflow_names import (
    input_names,
    is_nameless,
    meaning,
    output_names,
)

HEAD = ("logits", "probabilities")


@pytest.mark.parametrize(
    ("own", "declared", "modality", "known"),
    [
        (["input_word_ids", "input_mask"], [], "text", ["input_ids", "attention_mask"]),
        (["segment_ids", "input_ids"], [], "text", ["token_type_ids", "input_ids"]),
        (["input_mask", "b"], ["input_mask"], "text", ["input_mask", "b"]),
        (["keras_tensor"], [], "text", ["input_ids"]),
        (["keras_tensor"], [], "words", ["input_ids"]),
        (["keras_tensor"], [], "image", ["pixel_values"]),
        (["keras_tensor"], [], "table", ["features"]),
        (["bytes"], [], "text", ["bytes"]),
        (["mine"], ["mine"], "text", ["mine"]),
        (["a", "b"], [], "text", ["a", "b"]),
    ],
)
def test_inputs_are_called_what_tasks_give(
    own: list[str], declared: list[str], modality: str, known: list[str]
) -> None:
    found = input_names(dict.fromkeys(own, np.int32), declared, modality)
    assert found == dict(zip(known, own, strict=True))


def test_an_input_of_strings_keeps_its_name() -> None:
    assert input_names({"texts": None}, [], "text") == {"texts": "texts"}


def test_outputs_keep_their_names_but_for_model_garden_s() -> None:
    assert output_names(["probs", "logits"], []) == {"probabilities": "probs", "logits": "logits"}
    assert output_names(["probs"], ["probs"]) == {"probs": "probs"}
    assert output_names(["sequence_output"], []) == {"last_hidden_state": "sequence_output"}
    both = output_names(["last_hidden_state", "sequence_output"], [])
    assert both == {"last_hidden_state": "last_hidden_state"}


@pytest.mark.parametrize(
    ("outputs", "declared", "nameless"),
    [
        (["output_0"], [], True),
        (["logits"], [], False),
        (["output_0"], ["output_0"], False),
        (["dense", "dense_1"], [], False),
    ],
)
def test_one_output_needs_no_name(outputs: list[str], declared: list[str], nameless: bool) -> None:
    assert is_nameless(outputs, declared) is nameless


SCORES = arrays(
    np.float32, st.tuples(st.integers(1, 4), st.integers(2, 5)), elements=st.floats(-8, 8, width=32)
)


@given(SCORES)
def test_rows_that_add_up_to_one_are_probabilities(scores: Any) -> None:
    powers = np.exp(scores)
    assert meaning(powers / powers.sum(axis=1, keepdims=True), HEAD) == "probabilities"
    assert meaning(scores - 10, HEAD) == "logits"


@pytest.mark.parametrize(
    ("array", "names", "expected"),
    [
        (np.array([[0.5, 0.5], [0.4, 0.4]]), HEAD, "logits"),
        (np.array([[1.5, -0.5]]), HEAD, "logits"),
        (np.ones((2, 1)), HEAD, "logits"),
        (np.full((1, 2, 2), 0.25), HEAD, "logits"),
        (np.array([[0.5, 0.5]]), ("embeddings", "last_hidden_state"), "embeddings"),
    ],
)
def test_what_is_no_distribution_is_what_comes_first(
    array: Any, names: tuple[str, ...], expected: str
) -> None:
    assert meaning(array, names) == expected
