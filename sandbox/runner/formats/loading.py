"""Loads configurations and safetensors weights, and accepts nothing that was made up."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

from ..errors import Code, RunnerError, as_runner_error
from ..json_file import read_json_object
from .auto_classes import AutoClass
from .base import Settings

_NAMED_KEYS = 6


def read_config_json(folder: Path) -> Mapping[str, Any]:
    """Raises ``model_missing`` and ``bad_model``."""
    path = folder / "config.json"
    if not path.is_file():
        raise RunnerError(Code.MODEL_MISSING, "The model's folder has no config.json.")
    return read_json_object(path)


def read_config(folder: Path) -> Any:
    """The architecture's configuration. Raises ``unsupported_architecture`` for unknown ones."""
    model_type = read_config_json(folder).get("model_type")
    if not isinstance(model_type, str) or model_type not in CONFIG_MAPPING:
        raise RunnerError(
            Code.UNSUPPORTED_ARCHITECTURE,
            f"config.json: transformers has no model_type {model_type!r} of its own.",
        )
    try:
        config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        return _plain(config, read_config_json(folder))
    except Exception as error:  # a strange configuration makes this raise anything
        raise _bad_model("config.json can't be read", error) from error


def _plain(config: Any, raw: Mapping[str, Any]) -> Any:
    """Outputs by name and no more of them than are read; names of classes from whichever side the
    file gives them."""
    config.return_dict = True
    config.output_hidden_states = config.output_attentions = False
    numbers = raw.get("label2id")
    if raw.get("id2label") is None and isinstance(numbers, Mapping) and numbers:
        config.id2label = {int(number): str(name) for name, number in numbers.items()}
    return config


def _bad_model(what: str, error: Exception) -> RunnerError:
    return as_runner_error(
        error, code=Code.BAD_MODEL, message=f"{what}: {type(error).__name__}: {error}"
    )


def load_weights(
    chosen: AutoClass, folder: Path, *, config: Any, settings: Settings
) -> tuple[Any, Mapping[str, Any]]:
    """The model in evaluation mode and transformers' loading information. Raises ``bad_model``.

    Some architectures have no sdpa attention. What is said holds for the model itself and not for
    a backbone inside it, which has its own.
    """
    sdpa = chosen.model_class._supports_sdpa and not chosen.eager
    try:
        model, info = chosen.auto.from_pretrained(
            folder,
            config=config,
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            attn_implementation={"": "sdpa" if sdpa else "eager"},
            dtype=getattr(torch, settings.dtype),
            ignore_mismatched_sizes=True,
            output_loading_info=True,
        )
        if not chosen.new_head:  # nothing learns, and torch counts no work of weights that could
            model.requires_grad_(False)
        return model.to(settings.device).eval(), info
    except Exception as error:  # broken weights make this raise anything
        raise _bad_model("The weights can't be loaded", error) from error


def check_loaded(chosen: AutoClass, network: Any, info: Mapping[str, Any]) -> frozenset[str]:
    """transformers only warns about weights that it made up; here they end the task.

    Returns the names of those that may be made up. Raises ``bad_model``, and ``missing_head``
    where a head was to come with the weights.
    """
    prefix = f"{network.base_model_prefix}."
    if chosen.new_head:
        check_body(info, body_prefix=prefix)
    elif chosen.eager:
        check_head(_without_pooler(info), body_prefix=prefix)
    elif chosen.has_head:
        check_head(info, body_prefix=prefix)
    else:
        check_encoder(info)
    return frozenset({*_missing(info), *(str(each[0]) for each in info["mismatched_keys"])})


def check_encoder(info: Mapping[str, Any]) -> None:
    """All weights are there. A pooler may be missing: its output is not used.

    Raises ``bad_model``.
    """
    _check_fit(info)
    _check_body([key for key in _missing(info) if not _is_pooler(key)], info)


def check_body(info: Mapping[str, Any], *, body_prefix: str) -> None:
    """All weights of the body are there. Those of a head, and of a pooler, will be new anyway.

    Raises ``bad_model``.
    """
    kept = [each for each in info["mismatched_keys"] if str(each[0]).startswith(body_prefix)]
    _check_fit({**info, "mismatched_keys": kept})
    _check_body(_missing_body(info, body_prefix), info)


def check_head(info: Mapping[str, Any], *, body_prefix: str) -> None:
    """As ``check_encoder``; keys outside the body, and a pooler, are parts of the head.

    Raises ``missing_head`` with the keys, and ``bad_model``.
    """
    _check_fit(info)
    _check_body(_missing_body(info, body_prefix), info)
    if missing := _missing(info):
        raise RunnerError(
            Code.MISSING_HEAD,
            f"The model has no trained head for this task: the weights lack {_listed(missing)}.",
        )


def _without_pooler(info: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**info, "missing_keys": [key for key in _missing(info) if not _is_pooler(key)]}


def _missing(info: Mapping[str, Any]) -> list[str]:
    return sorted(map(str, info["missing_keys"]))


def _missing_body(info: Mapping[str, Any], body_prefix: str) -> list[str]:
    return [key for key in _missing(info) if key.startswith(body_prefix) and not _is_pooler(key)]


def _is_pooler(key: str) -> bool:
    return "pooler" in key.split(".")


def _check_fit(info: Mapping[str, Any]) -> None:
    mismatched = [
        f"{key} ({_shape(found)}, not {_shape(wanted)})"
        for key, found, wanted in sorted(info["mismatched_keys"])
    ]
    if mismatched:
        raise RunnerError(
            Code.BAD_MODEL,
            f"Weights whose size differs from config.json's: {_listed(mismatched)}.",
        )
    if info["error_msgs"]:
        raise RunnerError(Code.BAD_MODEL, f"The weights don't fit: {info['error_msgs'][0]}")


def _shape(sizes: Sequence[int]) -> str:
    return " × ".join(map(str, sizes))


def _check_body(missing: Sequence[str], info: Mapping[str, Any]) -> None:
    """Weights under other names, as wrappers of a model save them, are named too."""
    if not missing:
        return
    strange = sorted(map(str, info["unexpected_keys"]))
    instead = f" They have {strange[0]}, which config.json's model has not." if strange else ""
    listed = _listed(missing, most=3 if strange else _NAMED_KEYS)
    raise RunnerError(Code.BAD_MODEL, f"The weights lack {listed}.{instead}")


def _listed(keys: Sequence[str], *, most: int = _NAMED_KEYS) -> str:
    more = f" and {len(keys) - most} more" if len(keys) > most else ""
    return ", ".join(keys[:most]) + more
