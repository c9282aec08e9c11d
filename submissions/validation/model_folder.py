"""The content of one model folder: every weight file and setting, each by its own check."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from submissions.validation.errors import Problems
from submissions.validation.folder_format import ModelFolder
from submissions.validation.model_config import (
    check_model_config,
    check_modules,
    check_settings,
    check_tokenizer_config,
)
from submissions.validation.onnx_file import read_onnx
from submissions.validation.safetensors_header import read_safetensors
from submissions.validation.suffixes import PLATFORM_FORMATS, suffix_of
from submissions.validation.weights_index import INDEX_NAME, check_weights_index

# Opens one file anew, seekable, at its first byte; the gate closes it.
OpenFile = Callable[[], BinaryIO]

# Large lists that only the tokenizer's own parser reads, inside the sandbox.
_UNREAD_JSON = frozenset({"tokenizer.json", "vocab.json", "added_tokens.json"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """One model folder: its format, elements by dtype and in all, bytes of its weight files.

    ``parameters`` is None where only the participant's code knows them.
    """

    format: str
    parameters: int | None
    parameters_by_dtype: Mapping[str, int]
    weight_bytes: int


def inspect_folder(
    folder: ModelFolder, files: Mapping[str, OpenFile], problems: Problems
) -> ModelFacts:
    """Check the files of one folder; what is wrong goes to ``problems``.

    Formats with participants' code are opaque: they are opened only inside a sandbox, and their
    parameters stay unknown.
    """
    parameters: Counter[str] = Counter()
    shards: dict[str, frozenset[str]] = {}
    weight_bytes = 0
    names = sorted(folder.names) if folder.format in PLATFORM_FORMATS else []
    for name in names:
        path = folder.prefix + name
        with problems.collecting(), files[path]() as stream:
            if suffix_of(name) == ".safetensors":
                tensors = read_safetensors(stream, path=path)
                shards[name] = tensors.names
                parameters.update(tensors.parameters)
                weight_bytes += stream.seek(0, os.SEEK_END)
            elif suffix_of(name) == ".onnx":
                parameters.update(read_onnx(stream, path=path).parameters)
                weight_bytes += stream.seek(0, os.SEEK_END)
            elif suffix_of(name) == ".json":
                _check_json(stream, folder=folder, name=name)
    if INDEX_NAME in names and not problems:
        path = folder.prefix + INDEX_NAME
        with problems.collecting(), files[path]() as stream:
            check_weights_index(stream, path=path, shards=_beside(shards))
    return ModelFacts(
        format=folder.format,
        parameters=parameters.total() if folder.format in PLATFORM_FORMATS else None,
        parameters_by_dtype=dict(parameters),
        weight_bytes=weight_bytes,
    )


def _check_json(stream: BinaryIO, *, folder: ModelFolder, name: str) -> None:
    path = folder.prefix + name
    last = PurePosixPath(name).name
    if name == "config.json" and folder.format == "transformers":
        check_model_config(stream, path=path)
    elif last == "tokenizer_config.json":
        check_tokenizer_config(stream, path=path)
    elif last == "modules.json":
        check_modules(stream, path=path)
    elif last not in _UNREAD_JSON and name != INDEX_NAME:
        check_settings(stream, path=path)


def _beside(shards: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    return {name: names for name, names in shards.items() if "/" not in name}
