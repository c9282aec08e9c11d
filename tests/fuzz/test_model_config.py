"""Settings of a model: whatever their shape, none that loads code or other files gets through."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any, BinaryIO

from hypothesis import strategies as st

from submissions.validation.errors import SubmissionRefused
from submissions.validation.model_config import (
    check_model_config,
    check_modules,
    check_settings,
    check_tokenizer_config,
)
from submissions.validation.weights_index import check_weights_index
from tests.fuzz.harness import Watch, fuzz
from tests.fuzz.json_texts import json_objects, json_texts
from tests.fuzz.mutations import changed, mutated

FORBIDDEN = ("auto_map", "custom_pipelines", "trust_remote_code", "quantization_config")
_GOOD = {
    "model_type": "bert",
    "architectures": ["BertModel"],
    "id2label": {"0": "a"},
    "tokenizer_class": "X",
}
_MODULES = [{"idx": 0, "type": "sentence_transformers.models.Pooling", "path": "1_Pooling"}]
_INDEX = {"weight_map": {"w": "a.safetensors", "v": "b.safetensors"}}
_SHARDS = {"a.safetensors": frozenset({"w"}), "b.safetensors": frozenset({"v"})}
_FILES = [
    json.dumps(value).encode() for value in (_GOOD, _MODULES, _INDEX, {"auto_map": {"A": "b.C"}})
]
_VALUES = [
    *('"bert"', '["BertModel"]', '"a.safetensors"', '{"AutoModel": "code.Model"}', "true", "null"),
    *(
        '"sentence_transformers.models.Pooling"',
        '"own.Module"',
        "1e30",
        "9223372036854775808",
        "{}",
    ),
    *('"https://example.org/x"', '{"w": "a.safetensors", "v": "b.safetensors"}', '["a", 7]', "[]"),
]
_KEYS = [*_GOOD, *FORBIDDEN, "type", "weight_map", "w", "attn_implementation", "model_max_length"]


def _check_index(file: BinaryIO, *, path: str) -> None:
    check_weights_index(file, path=path, shards=_SHARDS)


READERS: dict[str, Callable[..., object]] = {
    "config.json": check_model_config,
    "tokenizer_config.json": check_tokenizer_config,
    "modules.json": check_modules,
    "other.json": check_settings,
    "model.safetensors.index.json": _check_index,
}


def files() -> st.SearchStrategy[bytes]:
    values = st.one_of(st.sampled_from(_VALUES), json_texts(_KEYS, _VALUES))
    configs = json_objects(
        {"model_type": st.just('"bert"'), "architectures": st.just("[]"), "x": values}
    )
    indexes = json_objects({"weight_map": values, "metadata": values})
    lists = st.lists(values, max_size=3).map(lambda items: f"[{', '.join(items)}]")
    texts = st.one_of(configs, indexes, lists, json_texts(_KEYS, _VALUES))
    return st.one_of(
        changed(texts.map(lambda text: text.encode())),
        mutated(_FILES, words=[json.dumps(key).encode() for key in _KEYS]),
    )


def test_settings_are_refused_or_name_no_code() -> None:
    watch = Watch(SubmissionRefused, times=60)

    def check(example: tuple[str, bytes]) -> None:
        path, data = example
        accepted = watch.read(lambda: [READERS[path](io.BytesIO(data), path=path)], size=len(data))
        if accepted is not None and READERS[path] is not _check_index:
            assert not dangers(json.loads(data.decode("utf-8-sig")))

    fuzz(st.tuples(st.sampled_from(list(READERS)), files()), check, watch)


def dangers(settings: Any) -> list[str]:
    """Forbidden keys that say something, at any depth."""
    if isinstance(settings, list):
        return [key for item in settings for key in dangers(item)]
    if not isinstance(settings, dict):
        return []
    here = [key for key in FORBIDDEN if settings.get(key) not in (None, {}, [], "", False)]
    return here + dangers(list(settings.values()))
