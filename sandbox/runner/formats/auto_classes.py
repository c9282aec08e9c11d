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
    """``auto`` loads ``model_class``; ``has_head`` asks for weights outside the body, ``new_head``
    says that they will be made anew."""

    auto: Any
    model_class: Any
    has_head: bool
    eager: bool = False
    """Whether attention must be computed step by step, because its values are asked for. They are
    then all that counts: a pooler may be missing."""
    new_head: bool = False


_TEXT_ENCODERS = (
    # Where transformers has a text encoder apart, as for T5, no decoder is asked for.
    (hf.AutoModelForTextEncoding, mappings.MODEL_FOR_TEXT_ENCODING_MAPPING),
    (hf.AutoModel, mappings.MODEL_MAPPING),
)
_CHOICES: Mapping[tuple[Purpose, str], tuple[tuple[Any, Any], ...]] = {
    (Purpose.CLASSIFIER, TEXT): (
        (
            hf.AutoModelForSequenceClassification,
            mappings.MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING,
        ),
    ),
    (Purpose.CLASSIFIER, IMAGE): (
        (hf.AutoModelForImageClassification, mappings.MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING),
    ),
    (Purpose.DETECTOR, IMAGE): (
        (hf.AutoModelForObjectDetection, mappings.MODEL_FOR_OBJECT_DETECTION_MAPPING),
    ),
    (Purpose.SEGMENTER, IMAGE): (
        (
            hf.AutoModelForSemanticSegmentation,
            mappings.MODEL_FOR_SEMANTIC_SEGMENTATION_MAPPING,
        ),
    ),
    (Purpose.ENCODER, IMAGE): ((hf.AutoModel, mappings.MODEL_MAPPING),),
    (Purpose.ENCODER, TEXT): _TEXT_ENCODERS,
    (Purpose.TAGGER, TEXT): (
        (hf.AutoModelForTokenClassification, mappings.MODEL_FOR_TOKEN_CLASSIFICATION_MAPPING),
    ),
    (Purpose.SPAN, TEXT): (
        (hf.AutoModelForQuestionAnswering, mappings.MODEL_FOR_QUESTION_ANSWERING_MAPPING),
    ),
    (Purpose.GENERATOR, TEXT): (
        (hf.AutoModelForSeq2SeqLM, mappings.MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING),
        (hf.AutoModelForCausalLM, mappings.MODEL_FOR_CAUSAL_LM_MAPPING),
    ),
    (Purpose.CAUSAL, TEXT): ((hf.AutoModelForCausalLM, mappings.MODEL_FOR_CAUSAL_LM_MAPPING),),
    (Purpose.FILL, TEXT): ((hf.AutoModelForMaskedLM, mappings.MODEL_FOR_MASKED_LM_MAPPING),),
    (Purpose.NEXT_SENTENCE, TEXT): (
        (
            hf.AutoModelForNextSentencePrediction,
            mappings.MODEL_FOR_NEXT_SENTENCE_PREDICTION_MAPPING,
        ),
    ),
    (Purpose.CONTACTS, TEXT): ((hf.AutoModel, {hf.EsmConfig: hf.EsmModel}),),
}


def auto_class(purpose: Purpose, modality: str, config: Any) -> AutoClass:
    """The class for a configuration. Raises ``unsupported_architecture``."""
    reads = _READS.get(modality, TEXT)
    has_head = purpose is not Purpose.ENCODER
    choices = _CHOICES.get((purpose, reads), ())
    if purpose is Purpose.CAUSAL and config.is_encoder_decoder:
        raise _unfit(
            f"This {config.model_type} has an encoder and a decoder. The task is for models that "
            "read from left to right only, such as GPT-2."
        )
    for auto, mapping in choices:
        if auto is hf.AutoModelForSeq2SeqLM and not config.is_encoder_decoder:
            continue  # such as a BART that was saved as a decoder alone
        if type(config) in mapping:
            classes = mapping[type(config)]
            model_class = classes[0] if isinstance(classes, tuple) else classes
            if hasattr(model_class, "get_text_features"):
                raise _unfit(
                    f"{config.model_type} joins a model of texts and one of images. Save the one "
                    "that the task needs alone, such as model.vision_model of CLIP."
                )
            return AutoClass(auto, model_class, has_head, eager=purpose is Purpose.CONTACTS)
    name = choices[-1][0].__name__ if choices else f"{purpose.value} of {reads}s"
    raise _unfit(f"transformers has no {name} for {config.model_type}.")


def _unfit(message: str) -> RunnerError:
    return RunnerError(Code.UNSUPPORTED_ARCHITECTURE, message)
