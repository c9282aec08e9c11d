"""Folders of transformers whose models read texts."""

import inspect
from collections.abc import Collection, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import torch

from ..errors import Code, RunnerError
from ..items import Item
from ..labels import parse_id2label
from ..weights import weight_facts
from .auto_classes import AutoClass
from .base import Array, Attribution, Encoded, Features, Model, Outputs, Settings, TextSide
from .generating import greedy_tokens
from .loading import check_loaded, load_weights
from .named_arrays import named_arrays
from .text_items import texts_of
from .tokens import Tokens
from .torch_setup import to_numpy

_UNBOUNDED = 2**31


class TextModel(Model):
    """A model that reads tokens."""

    explains = True
    side = "right"
    """Where padding goes: behind a text, so that its places are those of the text alone, whatever
    the folder's tokenizer says."""

    def __init__(self, folder: Path, config: Any, chosen: AutoClass, settings: Settings) -> None:
        facts = weight_facts(folder)
        self.parameters, self.model_bytes, self.dtype = (
            facts.parameters,
            facts.bytes,
            settings.dtype,
        )
        self.parameters_by_dtype = facts.by_dtype
        self.tokens = Tokens(folder)
        self.summary = "lasttoken" if self.tokens.ends_with_cls else "cls"
        self.config = config
        self.network, info = load_weights(chosen, folder, config=config, settings=settings)
        self.made_up = check_loaded(chosen, self.network, info)
        self._agree_on_padding()
        if config.is_encoder_decoder:
            _name_start(self.network)
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
        return self.tokens.encode(
            [texts_of(item) for item in items],
            max_length=min(max_length, position_limit(self.network)),
            vocabulary=vocabulary_size(self.network),
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
        """Greedily, whatever the folder's own settings are.

        Texts of unequal length go together, padded before them, only in models that are told the
        places of tokens. Others would count padding as places, or read it as text.
        """
        lengths = [len(example["input_ids"]) for example in batch]
        groups = [list(range(len(batch)))]
        if "position_ids" not in self._accepted():
            groups = [[n for n, own in enumerate(lengths) if own == one] for one in set(lengths)]
        made: dict[int, list[int]] = {}
        for group in groups:
            tensors = self.tensors([batch[each] for each in group], side="left")
            found = greedy_tokens(self.network, self.tokens, tensors, most=most)
            made.update(zip(group, found, strict=True))
        return [made[number] for number in range(len(batch))]

    def run(self, tensors: Mapping[str, Any]) -> Any:
        """The model's output object for padded tensors on its device."""
        with torch.inference_mode():
            return self.call(tensors)

    def call(self, tensors: Mapping[str, Any]) -> Any:
        """As ``run``, ready for gradients."""
        accepted = self._accepted()
        return self.network(**{k: v for k, v in tensors.items() if k in accepted})

    def tensors(self, batch: Sequence[Features], *, side: str | None = None) -> dict[str, Any]:
        """A batch, padded, on the model's device."""
        padded = self.tokens.pad(batch, side=side or self.side)
        return {name: value.to(self.device) for name, value in padded.items()}

    def explain(self, example: Features) -> Attribution:
        """By integrated gradients from a text of padding; special tokens stay as they are."""
        tensors = self.tensors([example])
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
            self._word_layers(),
            ids,
            self.tokens.blank(ids),
            tuple(extra.values()),
        )
        return Attribution(target, self.tokens.pieces(ids[0].tolist()), scores[None, :])

    def _agree_on_padding(self) -> None:
        """One token for model and tokenizer, and one that the model knows: heads of decoders look
        for the last token before padding, RoBERTa counts places by it."""
        size, config = vocabulary_size(self.network), self.network.config
        known = (config.pad_token_id, self.tokens.pad_id)
        inside = [one for one in known if isinstance(one, int) and 0 <= one < size]
        self.tokens.pad_id = config.pad_token_id = inside[0] if inside else 0

    def _word_layers(self) -> list[Any]:
        """What embeds the tokens: once, or in the encoder and, one place later, in the decoder."""
        if not self.config.is_encoder_decoder:
            return [self.network.get_input_embeddings()]
        parts = (self.network.get_encoder(), self.network.get_decoder())
        return [part.get_input_embeddings() for part in parts]

    def _accepted(self) -> Collection[str]:
        """Names of the inputs that the model takes."""
        return inspect.signature(self.network.forward).parameters


def _name_start(network: Any) -> None:
    """The token that a decoder begins with, from wherever the folder names it; else, as in T5, that
    of padding."""
    places = (getattr(network, "generation_config", None), network.config)
    names = ("decoder_start_token_id", "bos_token_id", "pad_token_id")
    named = [getattr(place, name, None) for name in names for place in places]
    network.config.decoder_start_token_id = next(one for one in named if one is not None)


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


def vocabulary_size(model: Any) -> int:
    return int(getattr(model.get_input_embeddings(), "num_embeddings", _UNBOUNDED))
