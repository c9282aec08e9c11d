from __future__ import annotations

import io
import json
from functools import partial

import pytest

from submissions.validation.errors import Problems, SubmissionRefused
from submissions.validation.folder_format import ModelFolder
from submissions.validation.model_folder import ModelFacts, inspect_folder
from tests.submissions.validation.build import onnx_folder, transformers_folder, weights


def _inspect(
    files: dict[str, bytes], *, name: str = "transformers", task: str = ""
) -> tuple[ModelFacts, Problems]:
    folder = ModelFolder(task=task, format=name, names=frozenset(files))
    problems = Problems()
    opened = {folder.prefix + path: partial(io.BytesIO, data) for path, data in files.items()}
    return inspect_folder(folder, opened, problems), problems


def _codes(files: dict[str, bytes], *, name: str = "transformers") -> str:
    _, problems = _inspect(files, name=name)
    with pytest.raises(SubmissionRefused) as caught:
        problems.raise_any()
    return caught.value.code


def test_a_transformers_folder_gives_its_facts() -> None:
    files = transformers_folder()
    facts, problems = _inspect(files, task="movies")
    assert not problems
    assert facts == ModelFacts(
        format="transformers",
        parameters=6,
        parameters_by_dtype={"F32": 6},
        weight_bytes=len(files["model.safetensors"]),
    )


def test_an_onnx_folder_gives_its_facts() -> None:
    files = onnx_folder() | {"config.json": b'{"id2label": {}}'}
    facts, problems = _inspect(files, name="onnx")
    assert not problems
    assert facts.parameters_by_dtype == {"FLOAT": 6}
    assert facts.weight_bytes == len(files["model.onnx"])


def test_weights_in_subfolders_count() -> None:
    facts, problems = _inspect(
        transformers_folder() | {"2_Dense/model.safetensors": weights(w=(4,))}
    )
    assert not problems
    assert facts.parameters == 10


def test_shards_are_compared_with_their_index() -> None:
    files = transformers_folder() | {"b.safetensors": weights(v=(1,))}
    files["a.safetensors"] = files.pop("model.safetensors")
    index = {"weight_map": {"w": "a.safetensors", "v": "b.safetensors"}}
    assert not _inspect(files | {"model.safetensors.index.json": json.dumps(index).encode()})[1]
    index["weight_map"]["v"] = "../b.safetensors"
    files["model.safetensors.index.json"] = json.dumps(index).encode()
    assert _codes(files) == "bad_weights_index"


@pytest.mark.parametrize(
    ("path", "data", "code"),
    [
        ("config.json", b'{"model_type": "bert", "auto_map": {"AutoModel": "a.B"}}', "custom_code"),
        ("config.json", b"{}", "bad_config"),
        ("config.json", b"", "bad_json"),
        ("tokenizer_config.json", b'{"auto_map": {"AutoTokenizer": ["a.B"]}}', "custom_code"),
        ("sub/tokenizer_config.json", b'{"tokenizer_class": "../x"}', "bad_config"),
        ("processor_config.json", b'{"auto_map": {"AutoProcessor": "a.B"}}', "custom_code"),
        ("generation_config.json", b'{"custom_generate": "a/b"}', "custom_code"),
        ("1_Pooling/config.json", b"[[", "bad_json"),
        ("modules.json", b'[{"type": "os.system"}]', "custom_code"),
        ("model.safetensors", b"broken", "bad_safetensors"),
        ("2_Dense/model.safetensors", b"broken", "bad_safetensors"),
    ],
)
def test_each_file_meets_its_own_check(path: str, data: bytes, code: str) -> None:
    assert _codes(transformers_folder() | {path: data}) == code


def test_a_broken_onnx_file_is_refused() -> None:
    assert _codes(onnx_folder() | {"model.onnx": b"broken"}, name="onnx") == "bad_onnx"


def test_large_vocabularies_are_not_parsed_here() -> None:
    files = transformers_folder() | {"tokenizer.json": b"[" * 1000, "vocab.json": b"{"}
    assert not _inspect(files)[1]


def test_formats_with_code_are_not_opened() -> None:
    facts, problems = _inspect({"predict.py": b"import os", "x.json": b"{"}, name="python")
    assert not problems
    assert facts.parameters is None
