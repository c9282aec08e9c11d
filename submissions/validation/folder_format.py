"""The format of one model folder, told by the names of its files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from submissions.validation.errors import Problems, SubmissionRefused
from submissions.validation.folder import TASKS_FOLDER
from submissions.validation.suffixes import (
    PLATFORM_FORMATS,
    allowed_suffixes,
    check_suffix,
    suffix_of,
)
from submissions.validation.tensorflow_folder import check_tensorflow
from submissions.validation.text import shown
from submissions.validation.weights_index import INDEX_NAME

_WEIGHTS_NAME = "model.safetensors"
_TOKENIZER_FILES = frozenset(
    {
        "tokenizer.json",
        "tokenizer.model",
        "vocab.txt",
        "vocab.json",
        "spiece.model",
        "sentencepiece.bpe.model",
    }
)
_PREPROCESSOR_FILE = "preprocessor_config.json"
# Models of tables and bytes say in it what they read.
_DECLARATION_FILE = "podium.json"
_TRANSFORMERS_INPUTS = _TOKENIZER_FILES | {_PREPROCESSOR_FILE}
_GRAPH_INPUTS = frozenset({"tokenizer.json", _PREPROCESSOR_FILE, _DECLARATION_FILE})
_HUB_FILE = "hubconf.py"
_TORCH_MODULES = frozenset({"model.pt", "model.pt2"})
_ONLY_BY_CODE = (
    ".py",
    ".pt",
    ".pt2",
    ".pth",
    ".bin",
    ".ckpt",
    ".pkl",
    ".npy",
    ".npz",
    ".safetensors",
)
_ADAPTER_FILE = "adapter_config.json"
_EXPECTED = {
    "transformers": "config.json, model.safetensors, and tokenizer.json or "
    "preprocessor_config.json",
    "onnx": "model.onnx, and tokenizer.json, preprocessor_config.json or podium.json",
    "torch": "model.pt2, model.pt or hubconf.py, and tokenizer.json, preprocessor_config.json or "
    "podium.json",
    "tensorflow": "saved_model.pb with variables/ or model.keras, and tokenizer.json, "
    "preprocessor_config.json or podium.json",
    "python": "predict.py",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFolder:
    """One model: ``task`` is its slug, ``""`` for the root; ``names`` are relative to it."""

    task: str
    format: str
    names: frozenset[str]

    @property
    def prefix(self) -> str:
        """What stands before the names in the submission's paths."""
        return folder_prefix(self.task)


def folder_prefix(task: str) -> str:
    """Return what stands before the names of a task's folder, ``""`` for the root."""
    return f"{TASKS_FOLDER}/{task}/" if task else ""


def recognise_folder(
    task: str, names: frozenset[str], allowed_formats: Collection[str], problems: Problems
) -> ModelFolder:
    """Return the folder with its format; single files that do not fit go to ``problems``.

    Raises:
        SubmissionRefused: the folder as a whole is no model of an allowed format.
    """
    prefix, place = folder_prefix(task), _place(task)
    _check_foreign_weights(prefix, names, allowed_formats)
    name = _format_of(names, place, allowed_formats)
    _check_allowed(name, place, allowed_formats)
    suffixes = allowed_suffixes([name])
    for path in sorted(names):
        with problems.collecting():
            check_suffix(prefix + path, suffixes)
    if name == "transformers":
        _check_transformers(names, place)
    if name == "onnx":
        _check_onnx(names, place)
    if name == "torch":
        _check_torch(names, place)
    if name == "tensorflow":
        check_tensorflow(names, place)
        _check_inputs(names, _GRAPH_INPUTS, place)
    return ModelFolder(task=task, format=name, names=names)


def _place(task: str) -> str:
    return f"{TASKS_FOLDER}/{task}" if task else "the submission's root"


def _check_foreign_weights(
    prefix: str, names: frozenset[str], allowed_formats: Collection[str]
) -> None:
    """Explain weights that no allowed format reads, where there are no others."""
    if _holds(names, ".safetensors", ".onnx"):
        return
    for name in sorted(names):
        if _holds([name], ".bin", ".pth", ".ckpt", ".pkl", ".h5", ".msgpack"):
            check_suffix(prefix + name, allowed_suffixes(allowed_formats))


def _format_of(folder_names: frozenset[str], place: str, allowed: Collection[str]) -> str:
    """Return the format by the files that lie directly in the folder.

    A permitted format with code comes first (its folder may hold weights of any kind), then the
    platform's own, so that stray code beside a model is named as such.
    """
    here = {name for name in folder_names if "/" not in name}
    found = [name for name, holds in _SIGNS.items() if holds(here)]
    platform = [name for name in found if name in PLATFORM_FORMATS]
    permitted = [name for name in found if name in allowed and name not in PLATFORM_FORMATS]
    if len(platform) > 1 and not permitted:
        raise SubmissionRefused(
            "mixed_formats",
            f"In {place} lie both safetensors and ONNX weights. Keep the files of one format.",
        )
    if not found:
        raise _no_model(here, place, allowed)
    return (permitted + platform + found)[0]


def _no_model(here: set[str], place: str, allowed: Collection[str]) -> SubmissionRefused:
    if "config.json" in here:
        return SubmissionRefused(
            "missing_weights",
            f"In {place} lies config.json but no {_WEIGHTS_NAME}. Save the model with "
            "save_pretrained() and upload that folder.",
        )
    expected = [_EXPECTED[name] for name in _EXPECTED if name in allowed]
    checkpoint = "tensorflow" in allowed and _holds(here, ".index")
    why = " A checkpoint of TensorFlow holds no program." if checkpoint else ""
    return SubmissionRefused(
        "no_model", f"In {place} lies no model.{why} Expected are {'; or '.join(expected)}."
    )


def _check_allowed(name: str, place: str, allowed_formats: Collection[str]) -> None:
    if name in allowed_formats:
        return
    allowed = "; ".join(
        f"{allowed} ({_EXPECTED[allowed]})" for allowed in _EXPECTED if allowed in allowed_formats
    )
    why = "" if name in PLATFORM_FORMATS else " It brings code of its own, which needs a permit."
    raise SubmissionRefused(
        "format_not_allowed",
        f"In {place} lies a model of the format {name} ({_EXPECTED[name]}).{why} "
        f"This competition accepts: {allowed}.",
    )


def _check_transformers(names: frozenset[str], place: str) -> None:
    if _ADAPTER_FILE in names:
        raise SubmissionRefused(
            "adapter",
            f"In {place} lies an adapter ({_ADAPTER_FILE}), which needs a model from elsewhere. "
            "Call model.merge_and_unload(), then save_pretrained(), and upload that.",
        )
    if "config.json" not in names:
        raise SubmissionRefused(
            "missing_config",
            f"In {place} lie weights but no config.json. Save the model with save_pretrained().",
        )
    if not {_WEIGHTS_NAME, INDEX_NAME} & names:
        raise SubmissionRefused(
            "missing_weights",
            f"In {place} lies no {_WEIGHTS_NAME}. Rename the weights, or save the model again "
            f"with save_pretrained(); several parts need {INDEX_NAME}.",
        )
    if {_WEIGHTS_NAME, INDEX_NAME} <= names:
        raise SubmissionRefused(
            "mixed_formats",
            f"In {place} lie both {_WEIGHTS_NAME} and {INDEX_NAME}. Keep one of them.",
        )
    _check_inputs(names, _TRANSFORMERS_INPUTS, place)


def _check_onnx(names: frozenset[str], place: str) -> None:
    models = sorted(name for name in names if suffix_of(name) == ".onnx")
    if models != ["model.onnx"]:
        raise SubmissionRefused(
            "missing_weights",
            f"In {place} must lie one ONNX file, model.onnx; there is "
            f"{', '.join(map(shown, models[:5]))}. Rename the one that counts, remove the others.",
        )
    _check_inputs(names, _GRAPH_INPUTS, place)


def _check_torch(names: frozenset[str], place: str) -> None:
    """With ``hubconf.py`` anything beside it is its own; a module by itself is one file."""
    _check_inputs(names, _GRAPH_INPUTS, place)
    if _HUB_FILE in names:
        return
    modules = sorted(_TORCH_MODULES & names)
    if len(modules) > 1:
        raise SubmissionRefused(
            "mixed_formats", f"In {place} lie both {' and '.join(modules)}. Keep one of them."
        )
    for name in sorted(names - _TORCH_MODULES):
        if _holds([name], *_ONLY_BY_CODE):
            raise SubmissionRefused(
                "mixed_formats",
                f"In {place} lies {shown(name)}, which nothing reads beside {modules[0]}. Remove "
                f"it, or bring a {_HUB_FILE} that uses it.",
                field=shown(name),
            )


def _check_inputs(names: frozenset[str], accepted: frozenset[str], place: str) -> None:
    """A folder says how rows become numbers; which way is the right one, only the task tells."""
    if accepted.isdisjoint(names):
        graph = _DECLARATION_FILE in accepted
        tables = f", for tables {_DECLARATION_FILE}" if graph else ""
        tokenizer = "tokenizer.json" if graph else "a tokenizer, such as tokenizer.json"
        raise SubmissionRefused(
            "missing_tokenizer",
            f"In {place} lies nothing that says how rows become numbers. Save it beside the model: "
            f"for texts {tokenizer} (tokenizer.save_pretrained(folder)), "
            f"for images {_PREPROCESSOR_FILE} (image_processor.save_pretrained(folder)){tables}.",
        )


def _holds(names: Collection[str], *suffixes: str) -> bool:
    return any(suffix_of(name) in suffixes for name in names)


_SIGNS: Mapping[str, Callable[[Collection[str]], bool]] = {
    "transformers": lambda names: _holds(names, ".safetensors"),
    "onnx": lambda names: _holds(names, ".onnx"),
    "python": lambda names: "predict.py" in names,
    "torch": lambda names: not {"model.pt2", "model.pt", "hubconf.py"}.isdisjoint(names),
    "tensorflow": lambda names: "saved_model.pb" in names or _holds(names, ".keras"),
}
