from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any, BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from submissions.validation.errors import SubmissionRefused
from submissions.validation.model_config import (
    ConfigFacts,
    check_model_config,
    check_modules,
    check_settings,
    check_tokenizer_config,
)

BERT = {"model_type": "bert", "architectures": ["BertForSequenceClassification"]}


def _file(value: Any) -> BinaryIO:
    return io.BytesIO(json.dumps(value).encode())


def _config(**changes: Any) -> ConfigFacts:
    return check_model_config(_file(BERT | changes), path="config.json")


def _refusal(check: Callable[..., object], value: Any) -> SubmissionRefused:
    with pytest.raises(SubmissionRefused) as caught:
        check(_file(value), path="some.json")
    assert caught.value.field == "some.json"
    assert caught.value.message.startswith("some.json")
    return caught.value


def test_an_ordinary_config_gives_type_and_architectures() -> None:
    facts = _config(
        _name_or_path="/home/someone/https://example.org/bert",
        auto_map=None,
        quantization_config={},
        attn_implementation="sdpa",
        id2label={"0": "neg", "1": "pos"},
        layer_norm_eps=1e-12,
        transformers_version="5.23.0",
    )
    assert facts == ConfigFacts(model_type="bert", architectures=("BertForSequenceClassification",))


def test_architectures_may_be_absent() -> None:
    assert check_model_config(_file({"model_type": "xlm-roberta"}), path="x").architectures == ()


CODE: list[dict[str, Any]] = [
    {"auto_map": {"AutoModel": "modeling_mine.MyModel"}},
    {"auto_map": "x"},
    {"text_config": {"auto_map": {"AutoConfig": "someone/repo--mine.Config"}}},
    {"layers": [{"deep": [{"auto_map": {"a": "b"}}]}]},
    {"custom_pipelines": {"mine": {"impl": "mine.Pipeline"}}},
    {"custom_generate": "someone/repo"},
    {"trust_remote_code": True},
    {"attn_implementation": "someone/kernel"},
    {"_attn_implementation": "flash|someone/kernel@main:fn"},
    {"attn_implementation": {"text_config": "someone/kernel"}},
    {"vision_config": {"_attn_implementation_internal": "someone/kernel"}},
    {"experts_implementation": "someone/kernel"},
]


ELSEWHERE: list[dict[str, Any]] = [
    {"vocab_file": "/etc/passwd"},
    {"vocab_file": "../../tasks/movies/inputs.jsonl"},
    {"merges_file": "a/../../b"},
    {"spm_file": "C:\\spm.model"},
    {"sub": {"model_dir": "~/models"}},
    {"weights_path": "\\\\server\\share"},
    {"base_model_name_or_path": "../base"},
    {"weights_url": "https://example.org/weights"},
    {"checkpoint": "s3://bucket/weights"},
    {"_name_or_path": "https://example.org/bert"},
    {"name_or_path": "hf://someone/bert"},
    {"tokenizer_file": "file:///etc/passwd"},
    {"path": "//example.org/share"},
]


@pytest.mark.parametrize("extra", ELSEWHERE)
def test_places_out_of_the_folder_are_refused(extra: dict[str, Any]) -> None:
    for check in (check_model_config, check_tokenizer_config, check_settings, check_modules):
        problem = _refusal(check, BERT | extra)
        assert problem.code == "bad_config"
        assert "points out of the folder" in problem.message


@pytest.mark.parametrize(
    "extra",
    [
        {"_name_or_path": "../bert", "name_or_path": "/home/someone/bert"},
        {"special_tokens_map_file": "/root/cache/map", "tokenizer_file": "/root/cache/words"},
        {"vocab_file": "vocab.txt", "path": "1_Pooling", "weights_path": "a..b/c"},
        {"vocab_file": None, "id2label": {"0": "https://a", "1": "/b"}},
    ],
)
def test_places_in_the_folder_and_mere_notes_pass(extra: dict[str, Any]) -> None:
    check_tokenizer_config(_file(BERT | extra), path="some.json")


@pytest.mark.parametrize("extra", CODE)
def test_code_is_refused_at_any_depth(extra: dict[str, Any]) -> None:
    for check in (check_model_config, check_tokenizer_config, check_settings, check_modules):
        problem = _refusal(check, BERT | extra)
        assert problem.code == "custom_code"
        assert "ONNX" in problem.message


def test_an_escaped_key_is_the_same_key() -> None:
    data = b'{"model_type": "bert", "auto\\u005fmap": {"AutoModel": "a.B"}}'
    with pytest.raises(SubmissionRefused, match="auto_map"):
        check_model_config(io.BytesIO(data), path="config.json")


@pytest.mark.parametrize("key", ["quantization_config", "compression_config"])
def test_quantized_weights_are_refused_with_the_way_out(key: str) -> None:
    problem = _refusal(check_model_config, BERT | {key: {"quant_method": "gptq"}})
    assert problem.code == "quantized_model"
    assert "dequantize()" in problem.message


@pytest.mark.parametrize(
    "key", ["transformers_weights", "configuration_files", "fast_tokenizer_files"]
)
def test_detours_to_other_files_are_refused(key: str) -> None:
    problem = _refusal(check_model_config, BERT | {key: ["config.4.0.0.json"]})
    assert problem.code == "bad_config"
    assert key in problem.message


@pytest.mark.parametrize(
    "config",
    [
        [],
        "bert",
        {},
        {"model_type": None},
        {"model_type": ""},
        {"model_type": "../bert"},
        {"model_type": "a" * 65},
        {"model_type": ["bert"]},
        BERT | {"architectures": "BertModel"},
        BERT | {"architectures": ["os.system"]},
        BERT | {"architectures": [1]},
        BERT | {"architectures": ["A"] * 9},
        BERT | {"hidden_size": 2**63},
        BERT | {"a": {"b": [-(2**63) - 1]}},
    ],
)
def test_senseless_configs_are_refused(config: Any) -> None:
    assert _refusal(check_model_config, config).code == "bad_config"


def test_deep_and_large_configs_are_refused() -> None:
    deep: Any = {}
    for _ in range(30):
        deep = {"a": deep}
    assert _refusal(check_model_config, BERT | deep).code == "bad_json"
    assert _refusal(check_model_config, BERT | {"a": "x" * (3 << 20)}).code == "json_too_large"


@pytest.mark.timeout(120)
def test_keys_nested_to_slow_the_search_do_not() -> None:
    deep: Any = [1] * 200_000
    for _ in range(20):
        deep = {"attn_implementation": deep}
    # A search that looks at every list anew at every level would not come to its end.
    _config(**deep)


@pytest.mark.parametrize("name", ["mine.Tokenizer", "../x", 3, "", "a b"])
def test_a_senseless_tokenizer_class_is_refused(name: Any) -> None:
    problem = _refusal(check_tokenizer_config, {"tokenizer_class": name})
    assert problem.code == "bad_config"


def test_a_large_tokenizer_config_passes() -> None:
    added = {str(index): {"content": f"<{index}>", "special": True} for index in range(10_000)}
    check_tokenizer_config(
        _file({"tokenizer_class": "BertTokenizer", "added_tokens_decoder": added}), path="x"
    )


def test_modules_of_sentence_transformers_pass_and_others_do_not() -> None:
    module = {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}
    check_modules(_file([module]), path="modules.json")
    problem = _refusal(check_modules, [module | {"type": "os.system"}])
    assert problem.code == "custom_code"
    assert "os.system" in problem.message


def test_other_settings_are_searched_too() -> None:
    check_settings(_file({"word_embedding_dimension": 384}), path="1_Pooling/config.json")
    check_settings(_file([]), path="x.json")


@given(st.binary(max_size=200))
def test_any_bytes_are_checked_or_refused(data: bytes) -> None:
    for check in (check_model_config, check_tokenizer_config, check_modules, check_settings):
        try:
            check(io.BytesIO(data), path="x.json")
        except SubmissionRefused:
            continue


def test_the_number_that_transformers_writes_for_no_limit_passes() -> None:
    config = {"tokenizer_class": "BertTokenizer", "model_max_length": int(1e30)}
    check_tokenizer_config(io.BytesIO(json.dumps(config).encode()), path="tokenizer_config.json")
    too_large = {"model_max_length": 10**32}
    assert _refusal(check_tokenizer_config, too_large).code == "bad_config"
