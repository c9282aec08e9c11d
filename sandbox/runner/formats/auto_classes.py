"""Which class of transformers serves a purpose, by what the model reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import transformers as hf
from transformers.models.auto import modeling_auto as mappings

from ..errors import Code, RunnerError
from .base import Purpose

TEXT, IMAGE = "text", "image"
_READS = {"image": IMAGE}


@dataclass(frozen=True, slots=True)
class AutoClass:
    """``auto`` loads ``model_class``; ``has_head`` asks for weights outside the body."""

    auto: Any
    model_class: Any
    has_head: bool


_ENCODERS = (
    # Where transformers has a text encoder apart, as for T5, no decoder is asked for.
    (hf.AutoModelForTextEncoding, mappings.MODEL_FOR_TEXT_ENCODING_MAPPING),
    (hf.AutoModel, mappings.MODEL_MAPPING),
)
_HEADS: Mapping[tuple[Purpose, str], tuple[tuple[Any, Any], ...]] = {
    (Purpose.CLASSIFIER, TEXT): (
        (
            hf.AutoModelForSequenceClassification,
            mappings.MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING,
        ),
    ),
}


def auto_class(purpose: Purpose, modality: str, config: Any) -> AutoClass:
    """The class for a configuration. Raises ``unsupported_architecture``."""
    reads = _READS.get(modality, TEXT)
    has_head = purpose is not Purpose.ENCODER
    choices = _HEADS.get((purpose, reads), ()) if has_head else _ENCODERS
    for auto, mapping in choices:
        if type(config) in mapping:
            classes = mapping[type(config)]
            model_class = classes[0] if isinstance(classes, tuple) else classes
            return AutoClass(auto, model_class, has_head)
    name = choices[-1][0].__name__ if choices else f"{purpose.value} of {reads}s"
    raise RunnerError(
        Code.UNSUPPORTED_ARCHITECTURE, f"transformers has no {name} for {config.model_type}."
    )
