"""Folders of transformers: the platform's own code, safetensors weights, nothing executable."""

import inspect
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModel, AutoModelForSequenceClassification, AutoModelForTextEncoding
from transformers import logging as transformers_logging
from transformers.models.auto.modeling_auto import (
    MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING,
    MODEL_FOR_TEXT_ENCODING_MAPPING,
    MODEL_MAPPING,
)

from ..config import TaskConfig
from ..errors import Code, RunnerError
from ..labels import parse_id2label
from ..pooling import Pooling, choose_pooling
from ..weights import weight_facts
from .base import Encoded, Encoder, Features, Format, Head, Outputs, Settings, Texts
from .loading import check_encoder, check_head, load_weights, read_config, read_config_json
from .tokens import Tokens
from .torch_setup import prepare_torch, to_numpy

_UNBOUNDED = 2**31


def open_format(settings: Settings) -> Format:
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    prepare_torch(settings)
    return TransformersFormat(settings)


class TransformersFormat(Format):
    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def load_head(self, folder: Path, task: TaskConfig) -> Head:
        config = read_config(folder)
        mapping = MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING
        loaded = self._load(AutoModelForSequenceClassification, mapping, folder, config)
        check_head(loaded.info, body_prefix=f"{loaded.model.base_model_prefix}.")
        return TransformersHead(loaded)

    def load_encoder(self, folder: Path, task: TaskConfig) -> Encoder:
        """Where transformers has a text encoder apart, as for T5, no decoder is asked for."""
        config = read_config(folder)
        if type(config) in MODEL_FOR_TEXT_ENCODING_MAPPING:
            mapping = MODEL_FOR_TEXT_ENCODING_MAPPING
            loaded = self._load(AutoModelForTextEncoding, mapping, folder, config)
        else:
            loaded = self._load(AutoModel, MODEL_MAPPING, folder, config)
        check_encoder(loaded.info)
        return TransformersEncoder(loaded)

    def has_pair_head(self, folder: Path) -> bool:
        raw = read_config_json(folder)
        architectures = raw.get("architectures")
        names = architectures if isinstance(architectures, list) else []
        ids = parse_id2label(raw.get("id2label"))
        classifies = any(str(name).endswith("ForSequenceClassification") for name in names)
        return classifies and ids is not None and len(ids) == 1

    def _load(self, auto: Any, mapping: Any, folder: Path, config: Any) -> "Loaded":
        if type(config) not in mapping:
            raise RunnerError(
                Code.UNSUPPORTED_ARCHITECTURE,
                f"transformers has no {auto.__name__} for {config.model_type}.",
            )
        classes = mapping[type(config)]
        model_class = classes[0] if isinstance(classes, tuple) else classes
        return Loaded(auto, folder, config, model_class, self._settings)


class Loaded:
    """A model, its tokenizer and its facts: what heads and encoders share."""

    def __init__(
        self, auto: Any, folder: Path, config: Any, model_class: Any, settings: Settings
    ) -> None:
        self.folder = folder
        self.facts = weight_facts(folder)
        self.tokens = Tokens(folder)
        self.dtype = settings.dtype
        if config.pad_token_id is None:  # heads of decoders look for the last token before padding
            config.pad_token_id = self.tokens.pad_id
        self.config = config
        self.model, self.info = load_weights(
            auto, folder, config=config, model_class=model_class, settings=settings
        )
        self._device = settings.device
        if "input_ids" not in self._accepted():
            raise RunnerError(
                Code.UNSUPPORTED_ARCHITECTURE, f"{config.model_type} does not read texts."
            )

    def _accepted(self) -> Collection[str]:
        """Names of the inputs that the model takes."""
        return inspect.signature(self.model.forward).parameters

    def encode(self, texts: Sequence[Texts], *, max_length: int) -> Encoded:
        embeddings = self.model.get_input_embeddings()
        return self.tokens.encode(
            texts,
            max_length=min(max_length, position_limit(self.model)),
            vocabulary=int(getattr(embeddings, "num_embeddings", _UNBOUNDED)),
        )

    def forward(self, batch: Sequence[Features]) -> tuple[Any, Any]:
        """The model's output object and the attention mask, on the model's device."""
        accepted = self._accepted()
        tensors = {name: value.to(self._device) for name, value in self.tokens.pad(batch).items()}
        inputs = {name: value for name, value in tensors.items() if name in accepted}
        with torch.inference_mode():
            return self.model(**inputs), tensors["attention_mask"]


class TransformersHead(Head):
    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self.parameters = loaded.facts.parameters
        self.model_bytes = loaded.facts.bytes
        self.dtype = loaded.dtype
        self.outputs = int(loaded.config.num_labels)
        self.id2label = parse_id2label(loaded.config.id2label)

    def encode(self, texts: Sequence[Texts], *, max_length: int) -> Encoded:
        return self._loaded.encode(texts, max_length=max_length)

    def logits(self, batch: Sequence[Features]) -> Outputs:
        return to_numpy(self._loaded.forward(batch)[0].logits)


class TransformersEncoder(Encoder):
    def __init__(self, loaded: Loaded) -> None:
        if loaded.config.is_encoder_decoder:
            loaded.model = loaded.model.get_encoder()
        self._loaded = loaded
        self._poolings: dict[str, Pooling] = {}
        self.parameters = loaded.facts.parameters
        self.model_bytes = loaded.facts.bytes
        self.dtype = loaded.dtype

    def encode(self, texts: Sequence[Texts], *, max_length: int) -> Encoded:
        return self._loaded.encode(texts, max_length=max_length)

    def embed(self, batch: Sequence[Features], *, pooling: str) -> Outputs:
        if pooling not in self._poolings:
            self._poolings[pooling] = choose_pooling(pooling, self._loaded.folder)
        pool = self._poolings[pooling]
        output, mask = self._loaded.forward(batch)
        parts = pool.parts(output.last_hidden_state.float(), mask.float())
        return pool.join([to_numpy(part) for part in parts])


def position_limit(model: Any) -> int:
    """How many tokens the model's positions allow; RoBERTa's begin after its padding index."""
    limit = getattr(model.config, "max_position_embeddings", None)
    if not isinstance(limit, int) or limit < 1:
        return _UNBOUNDED
    for name, module in model.named_modules():
        padding = getattr(module, "padding_idx", None)
        if name.endswith("position_embeddings") and padding is not None:
            return limit - int(padding) - 1
    return limit
