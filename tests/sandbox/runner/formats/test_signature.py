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
        ({"spaced": "yes"}, "“spaced” must be true or false"),
    ],
)
def test_a_wrong_declaration_is_named(tmp_path: Path, declared: dict[str, Any], words: str) -> None:
    with pytest.raises(RunnerError) as caught:
        _read(tmp_path, **declared)
        is_spaced(tmp_path)
    assert caught.value.code == Code.BAD_MODEL
    assert words in caught.value.message
