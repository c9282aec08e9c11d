"""Which way of reading texts serves a model of transformers."""

from pathlib import Path
from typing import Any

from .answering_model import AnsweringModel
from .auto_classes import AutoClass
from .base import Purpose, Settings
from .contact_model import ContactModel
from .ending_model import EndingModel
from .permutation_model import PermutationModel
from .text_model import TextModel


def text_model(
    folder: Path, config: Any, chosen: AutoClass, purpose: Purpose, settings: Settings
) -> TextModel:
    """Raises ``missing_head``, ``bad_model``, ``bad_tokenizer``, ``unsupported_architecture``."""
    made: type[TextModel] = TextModel
    if purpose is Purpose.CONTACTS:
        made = ContactModel
    elif config.model_type == "xlnet":
        made = PermutationModel
    elif purpose is Purpose.CLASSIFIER and config.is_encoder_decoder:
        made = EndingModel
    elif purpose is Purpose.GENERATOR and config.is_encoder_decoder:
        made = AnsweringModel
    return made(folder, config, chosen, settings)
