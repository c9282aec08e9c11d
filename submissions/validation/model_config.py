"""JSON settings of a model folder: nothing in them may name code, other weights or other places.

Keys are those that transformers acts on while loading: ``auto_map`` and ``custom_pipelines`` name
Python files, ``quantization_config`` needs code of other packages, ``transformers_weights`` and
``configuration_files`` swap the checked file for another, ``*_implementation`` with a slash names
a kernel on a hub. ``vocab_file`` and its like would be opened wherever they point to; what is only
a note, such as ``_name_or_path``, may be a path of another machine, but no address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, BinaryIO

from submissions.validation.bounded_json import read_json, walk
from submissions.validation.errors import SubmissionRefused
from submissions.validation.text import shown

_MAX_CONFIG_BYTES = 2 << 20
# Added tokens and a chat template may be long.
_MAX_TOKENIZER_CONFIG_BYTES = 8 << 20
_MAX_DEPTH = 24
_MAX_ARCHITECTURES = 8
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}\Z")
_MODEL_TYPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\Z")
_INT64 = 1 << 63
# transformers writes int(1e30) here for "no limit" (VERY_LARGE_INTEGER).
_LARGEST = {"model_max_length": 10**31}
_EMPTY: tuple[Any, ...] = (None, {}, [], "", False)

_CODE_KEYS = {
    "auto_map": "names Python code of its own (auto_map)",
    "custom_pipelines": "names Python code of its own (custom_pipelines)",
    "custom_generate": "names Python code of its own (custom_generate)",
    "trust_remote_code": "asks for trust_remote_code",
}
_QUANTIZATION_KEYS = frozenset({"quantization_config", "compression_config"})
_DETOURS = frozenset({"transformers_weights", "configuration_files", "fast_tokenizer_files"})
_PLACE = re.compile(r"(?:.*_)?(?:file|path|dir|folder|url|uri|checkpoint|repo|repo_id)\Z")
# Written by transformers itself, and replaced by what lies in the folder before anything is opened.
_NOTES = frozenset({"_name_or_path", "name_or_path", "special_tokens_map_file", "tokenizer_file"})
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|//|data:", re.IGNORECASE)
_ELSEWHERE = re.compile(r"[/\\~]|[A-Za-z]:|(?:.*[/\\])?\.\.(?:[/\\]|\Z)", re.DOTALL)
_MODULE_PREFIX = "sentence_transformers."


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigFacts:
    """What ``config.json`` says of the model; ``architectures`` may be empty."""

    model_type: str
    architectures: tuple[str, ...]


def check_model_config(file: BinaryIO, *, path: str) -> ConfigFacts:
    """Check ``config.json`` of a transformers folder.

    Raises:
        SubmissionRefused: ``custom_code``, ``quantized_model``, ``bad_config``, ``bad_json``.
    """
    config = _settings(file, path, _MAX_CONFIG_BYTES)
    model_type = config.get("model_type")
    if not isinstance(model_type, str) or not _MODEL_TYPE.match(model_type):
        raise _bad(path, "has no sensible model_type. Save the model with save_pretrained()")
    architectures = config.get("architectures") or []
    if not isinstance(architectures, list) or len(architectures) > _MAX_ARCHITECTURES:
        raise _bad(path, f"needs a list of up to {_MAX_ARCHITECTURES} names as architectures")
    if not all(isinstance(name, str) and _IDENTIFIER.match(name) for name in architectures):
        raise _bad(path, "names an architecture that is no class name")
    return ConfigFacts(model_type=model_type, architectures=tuple(architectures))


def check_tokenizer_config(file: BinaryIO, *, path: str) -> None:
    """Check ``tokenizer_config.json``.

    Raises:
        SubmissionRefused: ``custom_code``, ``bad_config``, ``bad_json``.
    """
    config = _settings(file, path, _MAX_TOKENIZER_CONFIG_BYTES)
    name = config.get("tokenizer_class")
    if name is not None and not (isinstance(name, str) and _IDENTIFIER.match(name)):
        raise _bad(path, "names a tokenizer_class that is no class name")


def check_modules(file: BinaryIO, *, path: str) -> None:
    """Check ``modules.json`` of sentence-transformers, whose types are import paths.

    Raises:
        SubmissionRefused: ``custom_code``, ``bad_json``.
    """
    modules = read_json(file, path=path, max_bytes=_MAX_CONFIG_BYTES, max_depth=_MAX_DEPTH)
    check_settings_tree(modules, path=path)
    for key, value in walk(modules):
        if key == "type" and not str(value).startswith(_MODULE_PREFIX):
            raise _code(path, f"names a module of its own ({shown(str(value))})")


def check_settings(file: BinaryIO, *, path: str) -> None:
    """Check any other JSON file of settings (preprocessor, generation, pooling …)."""
    value = read_json(file, path=path, max_bytes=_MAX_CONFIG_BYTES, max_depth=_MAX_DEPTH)
    check_settings_tree(value, path=path)


def check_settings_tree(value: Any, *, path: str) -> None:
    """Refuse forbidden keys and absurd numbers anywhere inside parsed settings."""
    for key, item in walk(value):
        if type(item) is int and not -_INT64 <= item < _LARGEST.get(key or "", _INT64):
            raise _bad(path, f"holds an absurd number at “{shown(key or '')}”")
        if key is not None and item not in _EMPTY:
            _check_key(key, item, path)


def _settings(file: BinaryIO, path: str, max_bytes: int) -> dict[str, Any]:
    config = read_json(file, path=path, max_bytes=max_bytes, max_depth=_MAX_DEPTH)
    if not isinstance(config, dict):
        raise _bad(path, "is not a JSON object")
    check_settings_tree(config, path=path)
    return config


def _check_key(key: str, value: Any, path: str) -> None:
    if key in _CODE_KEYS:
        raise _code(path, _CODE_KEYS[key])
    if key in _QUANTIZATION_KEYS:
        raise SubmissionRefused(
            "quantized_model",
            f"{shown(path)} has a {key}: loading such weights needs code of other packages. "
            "Call model.dequantize(), then save_pretrained(), and upload that.",
            field=shown(path),
        )
    if key in _DETOURS:
        raise _bad(path, f"points to other files by “{key}”; remove that key")
    if _PLACE.match(key) and isinstance(value, str) and _is_elsewhere(key, value):
        raise _bad(
            path,
            f"points out of the folder by “{shown(key)}” (“{shown(value)}”); remove that key",
        )
    if "_implementation" in key:
        names = value.values() if isinstance(value, dict) else (value,)
        if any(isinstance(name, str) and "/" in name for name in names):
            raise _code(path, f"names code on a hub (“{shown(key)}”)")


def _is_elsewhere(key: str, value: str) -> bool:
    """A note may be a path that meant something on the participant's machine, but no address."""
    return bool(_URL.match(value)) or (key not in _NOTES and bool(_ELSEWHERE.match(value)))


def _code(path: str, reason: str) -> SubmissionRefused:
    return SubmissionRefused(
        "custom_code",
        f"{shown(path)} {reason}. Code of participants is not run in this format: remove the key "
        "and use an architecture that transformers knows, or export the model to ONNX.",
        field=shown(path),
    )


def _bad(path: str, reason: str) -> SubmissionRefused:
    return SubmissionRefused("bad_config", f"{shown(path)} {reason}.", field=shown(path))
