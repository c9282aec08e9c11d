from __future__ import annotations

import pytest

from submissions.validation.errors import SubmissionRefused
from submissions.validation.suffixes import (
    FORMATS,
    PLATFORM_FORMATS,
    allowed_suffixes,
    check_suffix,
    suffix_of,
)

ALLOWED = allowed_suffixes(PLATFORM_FORMATS)

REFUSED = {
    "pytorch_model.bin": ("pickle_weights", "torch.load('pytorch_model.bin', weights_only=True"),
    "model.PT": ("pickle_weights", "safetensors"),
    "a/model.pth": ("pickle_weights", "torch.load('model.pth'"),
    "last.ckpt": ("pickle_weights", "safetensors"),
    "model.pkl": ("pickle_weights", "ONNX"),
    "model.joblib": ("pickle_weights", "ONNX"),
    "vectors.npy": ("pickle_weights", "safetensors"),
    "tf_model.h5": ("foreign_weights", "tf2onnx"),
    "saved_model.pb": ("foreign_weights", "tf2onnx"),
    "flax_model.msgpack": ("foreign_weights", "from_flax=True"),
    "modeling_mine.py": ("custom_code", "optimum-cli"),
    "lib.so": ("custom_code", "not run"),
    "model.onnx.data": ("external_data", "onnx.save"),
    "model.onnx_data": ("external_data", "onnx.save"),
    "all.zip": ("nested_archive", "Unpack"),
    "model.gguf": ("file_type", ".gguf"),
    "model.exe": ("file_type", ".exe"),
}


@pytest.mark.parametrize(("path", "expected"), REFUSED.items())
def test_refusals_say_why_and_what_to_do(path: str, expected: tuple[str, str]) -> None:
    with pytest.raises(SubmissionRefused) as caught:
        check_suffix(path, ALLOWED)
    assert caught.value.code == expected[0]
    assert expected[1] in caught.value.message
    assert caught.value.message.startswith(path)
    assert caught.value.field == path


# Of one format: what its own people are likely to leave in the folder.
OWN_REFUSALS = [
    ("onnx", "weights.bin", "external_data", "If it holds weights of the graph: Pack all weights"),
    ("onnx", "model.onnx.data", "external_data", "external_data=False"),
    ("onnx", "pytorch_model.bin", "pickle_weights", "torch.load('pytorch_model.bin'"),
    ("python", "model.joblib", "pickle_weights", "no package of the sandbox reads it"),
    ("tensorflow", "model.weights.h5", "foreign_weights", "it holds weights and no model"),
    ("tensorflow", "model.h5", "foreign_weights", "can name other files of the machine"),
]


@pytest.mark.parametrize(("name", "path", "code", "said"), OWN_REFUSALS)
def test_a_format_says_what_it_can_not_read(name: str, path: str, code: str, said: str) -> None:
    with pytest.raises(SubmissionRefused) as caught:
        check_suffix(path, allowed_suffixes([name]))
    assert caught.value.code == code
    assert said in caught.value.message


@pytest.mark.parametrize(
    "path", ["config.json", "MODEL.SAFETENSORS", "LICENSE", "spiece.model", "README.md", "m.onnx"]
)
def test_files_of_a_model_pass(path: str) -> None:
    check_suffix(path, ALLOWED)


def test_the_suggested_command_never_repeats_an_odd_name() -> None:
    with pytest.raises(SubmissionRefused) as caught:
        check_suffix("x'; import os #.bin", ALLOWED)
    assert "torch.load('pytorch_model.bin'" in caught.value.message


def test_formats_with_code_may_hold_code() -> None:
    check_suffix("predict.py", allowed_suffixes(["python"]))
    check_suffix("words.pickle", allowed_suffixes(["python"]))
    check_suffix("model.pt2", allowed_suffixes(["torch"]))
    check_suffix("variables.data-00000-of-00001", allowed_suffixes(["tensorflow"]))


def test_every_format_has_suffixes() -> None:
    assert set(FORMATS) == {"transformers", "onnx", "torch", "tensorflow", "python"}
    assert set(FORMATS) >= PLATFORM_FORMATS


def test_the_last_suffix_counts() -> None:
    assert suffix_of("a.json.PY") == ".py"
    assert suffix_of("LICENSE") == ""
