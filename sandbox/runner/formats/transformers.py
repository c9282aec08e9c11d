"""Folders of transformers: the platform's own code, safetensors weights, nothing executable."""

import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from transformers import logging as transformers_logging

from ..config import TaskConfig
from ..errors import Code, RunnerError
from ..items import Item
from ..labels import parse_id2label
from ..weights import weight_facts
from .auto_classes import AutoClass, auto_class
from .base import (
    CONTACTS,
    Array,
    Attribution,
    Encoded,
    Features,
    Format,
    Model,
    Outputs,
    Purpose,
    Settings,
    TextSide,
    Trainable,
)
from .generating import greedy_tokens
from .image_model import ImageModel
from .loading import check_loaded, load_weights, read_config, read_config_json
from .named_arrays import named_arrays
from .text_items import texts_of
from .tokens import Tokens
from .torch_setup import count_flops, gpu_peak_bytes, prepare_torch, to_numpy
from .trainable import TrainableNetwork

_UNBOUNDED = 2**31


def open_format(settings: Settings) -> Format:
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    prepare_torch(settings)
    return TransformersFormat(settings)


class TransformersFormat(Format):
    measures = True

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def load(self, folder: Path, task: TaskConfig, purpose: Purpose) -> Model:
        config = read_config(folder)
        chosen = auto_class(purpose, task.modality, config)
        if task.modality == "image":
            return ImageModel(folder, config, chosen, purpose, self._settings)
        made = ContactModel if purpose is Purpose.CONTACTS else TextModel
        return made(folder, config, chosen, self._settings)

    def load_trainable(self, folder: Path, task: TaskConfig, purpose: Purpose) -> Trainable:
        """In float32 whatever the competition's number type: small steps vanish in bfloat16."""
        config = read_config(folder)
        chosen = replace(auto_class(purpose, task.modality, config), new_head=True)
        settings = replace(self._settings, dtype="float32")
        config.num_labels = len(task.labels) or 1
        inner = (
            ImageModel(folder, config, chosen, purpose, settings)
            if task.modality == "image"
            else TextModel(folder, config, chosen, settings)
        )
        return TrainableNetwork(inner, chosen.auto, task.labels)

    def has_pair_head(self, folder: Path) -> bool:
        raw = read_config_json(folder)
        architectures = raw.get("architectures")
        names = architectures if isinstance(architectures, list) else []
        ids = parse_id2label(raw.get("id2label"))
        classifies = any(str(name).endswith("ForSequenceClassification") for name in names)
        return classifies and ids is not None and len(ids) == 1

    def count_flops(self, work: Callable[[], None]) -> int | None:
        return count_flops(work)

    def gpu_peak_bytes(self) -> int | None:
        return gpu_peak_bytes(self._settings.device)


class TextModel(Model):
    """A model that reads tokens."""

    explains = True

    def __init__(self, folder: Path, config: Any, chosen: AutoClass, settings: Settings) -> None:
        facts = weight_facts(folder)
        self.parameters, self.model_bytes, self.dtype = (
            facts.parameters,
            facts.bytes,
            settings.dtype,
        )
        self.parameters_by_dtype = facts.by_dtype
        self.tokens = Tokens(folder)
        if config.pad_token_id is None:  # heads of decoders look for the last token before padding
            config.pad_token_id = self.tokens.pad_id
        self.config = config
        self.network, info = load_weights(chosen, folder, config=config, settings=settings)
        self.made_up = check_loaded(chosen, self.network, info)
        if not chosen.has_head and config.is_encoder_decoder:
            self.network = self.network.get_encoder()
        self.id2label = parse_id2label(config.id2label)
        self.device = settings.device
        limit = position_limit(self.network)
        bounded = limit != _UNBOUNDED and not config.is_encoder_decoder
        self.most_tokens = limit if bounded else None
        self._folder = folder
        if "input_ids" not in self._accepted():
            raise RunnerError(
                Code.UNSUPPORTED_ARCHITECTURE, f"{config.model_type} does not read texts."
            )

    @property
    def folder(self) -> Path:
        return self._folder

    def encode(self, items: Sequence[Item], *, max_length: int, places: bool = False) -> Encoded:
        embeddings = self.network.get_input_embeddings()
        return self.tokens.encode(
            [texts_of(item) for item in items],
            max_length=min(max_length, position_limit(self.network)),
            vocabulary=int(getattr(embeddings, "num_embeddings", _UNBOUNDED)),
            places=places,
        )

    def forward(self, batch: Sequence[Features], names: Sequence[str]) -> Outputs:
        tensors = self.tensors(batch)
        found = self.run(tensors)
        return Outputs(named_arrays(found, names), tensors["attention_mask"].cpu().numpy())

    @property
    def text(self) -> TextSide:
        return self.tokens

    def scores_at(self, batch: Sequence[Features], places: Sequence[Sequence[int]]) -> list[Array]:
        """Only the asked rows leave the model: a vocabulary is wide."""
        tensors = self.tensors(batch)
        logits = self.run(tensors).logits
        own = [row.nonzero()[:, 0] for row in tensors["attention_mask"]]
        return [to_numpy(logits[row, own[row][list(at)]]) for row, at in enumerate(places)]

    def generate(self, batch: Sequence[Features], *, most: int) -> list[list[int]]:
        """Greedily, whatever the folder's own settings are."""
        padded = self.tokens.pad(batch, side="left").items()
        tensors = {name: value.to(self.device) for name, value in padded}
        return greedy_tokens(self.network, self.tokens, tensors, most=most)

    def run(self, tensors: Mapping[str, Any]) -> Any:
        """The model's output object for padded tensors on its device."""
        with torch.inference_mode():
            return self.call(tensors)

    def call(self, tensors: Mapping[str, Any]) -> Any:
        """As ``run``, ready for gradients."""
        accepted = self._accepted()
        return self.network(**{k: v for k, v in tensors.items() if k in accepted})

    def tensors(self, batch: Sequence[Features]) -> dict[str, Any]:
        """A batch, padded, on the model's device."""
        return {name: value.to(self.device) for name, value in self.tokens.pad(batch).items()}

    def explain(self, example: Features) -> Attribution:
        """By integrated gradients from a text of padding; special tokens stay as they are."""
        tensors = {k: v.to(self.device) for k, v in self.tokens.pad([example]).items()}
        ids = tensors.pop("input_ids")
        accepted = self._accepted()
        extra = {name: value for name, value in tensors.items() if name in accepted}
        attributions = import_module(".attributions", __package__)  # a library of seconds
        attributions.prepare(self.network)

        def logits(given: Any, *values: Any) -> Any:
            named = dict(zip(extra, values, strict=True))
            return self.network(input_ids=given, **named).logits.float()

        target, scores = attributions.token_scores(
            logits,
            self.network.get_input_embeddings(),
            ids,
            self.tokens.blank(ids),
            tuple(extra.values()),
        )
        return Attribution(target, self.tokens.pieces(ids[0].tolist()), scores[None, :])

    def _accepted(self) -> Collection[str]:
        """Names of the inputs that the model takes."""
        return inspect.signature(self.network.forward).parameters


class ContactModel(TextModel):
    """A protein model that tells which letters touch: one token a letter, one more at each end."""

    def forward(self, batch: Sequence[Features], names: Sequence[str]) -> Outputs:
        """``contacts`` (items, letters, letters), without meaning beyond an item's own letters."""
        tensors = self.tensors(batch)
        with torch.inference_mode():
            found = self.network.predict_contacts(tensors["input_ids"], tensors["attention_mask"])
        return Outputs({CONTACTS: to_numpy(found)})


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
