"""``podium.json``: what the inputs and outputs of a graph mean.

``inputs`` maps the graph's own names to what they are given (``SOURCES``), or lists what a module
is called with, in order. ``outputs`` maps the names that the platform knows (``logits``,
``probabilities``, ``last_hidden_state``, ``start_logits`` …) to the graph's own, or lists what a
module returns, in order. Where nothing is said, a name means itself. The other ``KEYS`` belong to
the reader or the head that they are named in. A key or a name that nobody reads is refused: it is
a typing error that would else be a model with bad answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import Code, RunnerError
from ..json_file import read_json, read_json_object
from ..labels import parse_id2label

FILE = "podium.json"
SOURCES = (
    "input_ids",
    "attention_mask",
    "token_type_ids",
    "masked_lm_positions",
    "pixel_values",
    "pixel_mask",
    "features",
    "bytes",
)
OUTPUTS = (
    *("logits", "probabilities", "sentence_embedding", "embeddings", "last_hidden_state"),
    *("token_embeddings", "start_logits", "end_logits", "contacts", "pred_boxes", "boxes"),
    *("scores", "labels"),
)
"""Outputs that some task asks for."""
KEYS = (
    *("inputs", "outputs", "labels", "id2label", "max_position_embeddings", "spaced"),
    *("columns", "categories", "fill", "bytes", "layout", "num_channels", "boxes"),
    "relative_boxes",
)

_NUMBERS = ("max_position_embeddings", "num_channels")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """``inputs``: the graph's name (or position) → source, empty where nothing is declared;
    ``outputs``: the platform's name → the graph's. ``options`` is all that the files say."""

    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    id2label: Mapping[int, str] | None
    options: Mapping[str, Any]

    def output(self, name: str) -> str:
        """What the graph calls an output."""
        return self.outputs.get(name, name)


def read_signature(folder: Path) -> Signature:
    """What ``podium.json``, ``labels.json`` and ``config.json`` say. Raises ``bad_model``."""
    options = _options(folder)
    inputs = _names("inputs", options.get("inputs", {}))
    outputs = _outputs(options.get("outputs", {}))
    unknown = [source for source in inputs.values() if source not in SOURCES]
    if unknown:
        raise declared_wrong("inputs", f"has {unknown[0]}; known are {', '.join(SOURCES)}")
    return Signature(
        inputs=inputs, outputs=outputs, id2label=_labels(folder, options), options=options
    )


def _names(key: str, value: Any) -> Mapping[str, str]:
    """An object of texts; a list of them by position. Raises ``bad_model``."""
    if isinstance(value, list):
        value = {str(position): name for position, name in enumerate(value)}
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value.values()):
        raise declared_wrong(key, "must be names and their meaning")
    return value


def _outputs(value: Any) -> Mapping[str, str]:
    """By the platform's names. A list may hold others too, for what no task asks for."""
    found = _names("outputs", value)
    if isinstance(value, list):
        found = {name: position for position, name in found.items()}
        unknown = [] if set(found) & set(OUTPUTS) else list(found)
    else:
        unknown = [name for name in found if name not in OUTPUTS]
    if unknown:
        raise declared_wrong("outputs", f"has {unknown[0]}; known are {', '.join(OUTPUTS)}")
    return found


def declared_wrong(key: str, problem: str) -> RunnerError:
    """``bad_model`` for what ``podium.json`` says under a key."""
    return RunnerError(Code.BAD_MODEL, f"{FILE}: “{key}” {problem}.")


def is_spaced(folder: Path) -> bool:
    """Whether a folder's tokenizer wants the letters of a sequence apart: "M K T".

    Raises ``bad_model``.
    """
    value = read_declared(folder).get("spaced", False)
    if not isinstance(value, bool):
        raise declared_wrong("spaced", "must be true or false")
    return value


def read_declared(folder: Path) -> Mapping[str, Any]:
    """``podium.json`` alone, empty where there is none. Raises ``bad_model``."""
    if not (folder / FILE).is_file():
        return {}
    found = read_json_object(folder / FILE)
    unknown = [str(key) for key in found if key not in KEYS]
    if unknown:
        raise declared_wrong(unknown[0], f"is not known; known are {', '.join(KEYS)}")
    for key in _NUMBERS:
        if key in found and (type(found[key]) is not int or found[key] < 1):
            raise declared_wrong(key, "must be a whole number above 0")
    return found


def _options(folder: Path) -> dict[str, Any]:
    """``config.json``, overruled by ``podium.json``."""
    path = folder / "config.json"
    return {**(read_json_object(path) if path.is_file() else {}), **read_declared(folder)}


def _labels(folder: Path, options: Mapping[str, Any]) -> Mapping[int, str] | None:
    """``labels.json`` (a list, or names by index), else ``labels`` or ``id2label``."""
    if (folder / "labels.json").is_file():
        found = _label_names(read_json(folder / "labels.json"))
        if not found:
            raise RunnerError(Code.BAD_MODEL, "labels.json: not a list of labels.")
        return found
    key = "labels" if "labels" in options else "id2label"
    found = _label_names(options.get(key))
    if found is None and options.get(key) is not None:
        file = FILE if key in read_declared(folder) else "config.json"
        raise RunnerError(
            Code.BAD_MODEL,
            f"{file}: “{key}” must list the names of the classes, or have them by their numbers.",
        )
    return found


def _label_names(raw: Any) -> Mapping[int, str] | None:
    return parse_id2label(dict(enumerate(raw)) if isinstance(raw, list) else raw)
