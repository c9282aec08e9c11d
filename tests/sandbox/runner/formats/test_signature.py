from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.runner.errors import Code, RunnerError
from sandbox.runner.formats.signature import Signature, is_spaced, read_signature


def _read(folder: Path, **declared: Any) -> Signature:
    (folder / "podium.json").write_text(json.dumps(declared))
    return read_signature(folder)


def test_without_a_declaration_names_mean_themselves(tmp_path: Path) -> None:
    signature = read_signature(tmp_path)
    assert (signature.inputs, signature.outputs, signature.id2label) == ({}, {}, None)
    assert signature.output("logits") == "logits"
    assert not is_spaced(tmp_path)


def test_names_are_given_a_meaning(tmp_path: Path) -> None:
    signature = _read(tmp_path, inputs={"x": "pixel_values"}, outputs={"logits": "dense_2"})
    assert signature.inputs == {"x": "pixel_values"}
    assert signature.output("logits") == "dense_2"


def test_lists_go_by_place(tmp_path: Path) -> None:
    signature = _read(tmp_path, inputs=["pixel_values"], outputs=["boxes", "scores", "labels"])
    assert signature.inputs == {"0": "pixel_values"}
    assert signature.output("labels") == "2"


def test_a_list_may_hold_what_no_task_asks_for(tmp_path: Path) -> None:
    signature = _read(tmp_path, outputs=["attentions", "logits"])
    assert signature.output("logits") == "1"


def test_labels_of_config_json_must_be_some(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"id2label": ["a", "b"], "labels": null}')
    assert read_signature(tmp_path).id2label is None
    (tmp_path / "config.json").write_text('{"id2label": "a"}')
    with pytest.raises(RunnerError, match=r"config\.json: “id2label” must list"):
        read_signature(tmp_path)


def test_podium_json_overrules_config_json(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"num_channels": 3, "id2label": {"0": "a", "1": "b"}}')
    signature = _read(tmp_path, num_channels=1)
    assert signature.options["num_channels"] == 1
    assert signature.id2label == {0: "a", 1: "b"}


def test_letters_stand_apart_where_the_tokenizer_wants_it(tmp_path: Path) -> None:
    _read(tmp_path, spaced=True)
    assert is_spaced(tmp_path)


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ({"input": ["pixel_values"]}, "“input” is not known; known are inputs"),
        ({"inputs": {"x": "pixels"}}, "“inputs” has pixels; known are input_ids"),
        ({"inputs": {"x": 1}}, "“inputs” must be names"),
        ({"outputs": "logits"}, "“outputs” must be names"),
        ({"outputs": {"logit": "dense_2"}}, "“outputs” has logit; known are logits"),
        ({"outputs": {"dense_2": "logits"}}, "“outputs” has dense_2; known are logits"),
        ({"outputs": ["logit"]}, "“outputs” has logit; known are logits"),
        ({"max_position_embeddings": "512"}, "“max_position_embeddings” must be a whole number"),
        ({"num_channels": True}, "“num_channels” must be a whole number above 0"),
        ({"labels": "good, bad"}, "podium.json: “labels” must list the names of the classes"),
        ({"id2label": {"good": 0}}, "podium.json: “id2label” must list the names"),
        ({"spaced": "yes"}, "“spaced” must be true or false"),
    ],
)
def test_a_wrong_declaration_is_named(tmp_path: Path, declared: dict[str, Any], words: str) -> None:
    with pytest.raises(RunnerError) as caught:
        _read(tmp_path, **declared)
        is_spaced(tmp_path)
    assert caught.value.code == Code.BAD_MODEL
    assert words in caught.value.message
