"""A network of transformers that learns: AdamW on the submitted body and a head made anew."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch.nn.functional import cross_entropy, mse_loss
from torch.nn.utils import clip_grad_norm_

from ..errors import Code, RunnerError
from ..items import Item
from ..training.recipe import CLIPPED_NORM, WEIGHT_DECAY
from .base import LOGITS, Encoded, Features, Lesson, Model, Outputs, TextSide, Trainable


class Inner(Protocol):
    """What training needs of a loaded model of transformers."""

    network: Any
    config: Any
    device: str
    made_up: frozenset[str]
    """Names of weights that the folder lacks or that have another size there."""

    def tensors(self, batch: Sequence[Features]) -> Mapping[str, Any]:
        """A padded batch, with ``attention_mask`` where it is of tokens."""

    def call(self, tensors: Mapping[str, Any]) -> Any:
        """The network's output object."""


class TrainableNetwork(Trainable):
    """``auto`` makes another network of the same kind; ``labels`` are none for a number."""

    def __init__(self, inner: Any, auto: Any, labels: Sequence[str]) -> None:
        """Raises ``unsupported_architecture`` where body and head can't be told apart."""
        self._model: Model = inner
        self._inner: Inner = inner
        self._auto = auto
        self.parameters, self.model_bytes = inner.parameters, inner.model_bytes
        self.parameters_by_dtype = inner.parameters_by_dtype
        self.dtype = inner.dtype
        self.id2label = dict(enumerate(labels))
        self._mean, self._deviation = 0.0, 1.0
        self._submitted = self._body()
        self._optimiser: Any = None

    def _body(self) -> dict[str, Any]:
        """Copies of the submitted weights."""
        network = self._inner.network
        prefix = f"{network.base_model_prefix}."
        body = {
            name: tensor.clone()
            for name, tensor in network.state_dict().items()
            if name.startswith(prefix) and name not in self._inner.made_up
        }
        if not body:
            raise RunnerError(
                Code.UNSUPPORTED_ARCHITECTURE,
                f"{self._inner.config.model_type} can't be fine-tuned here: its head is not "
                "apart from its body.",
            )
        return body

    def restart(self, seed: int) -> None:
        network = self._inner.network
        torch.manual_seed(seed)
        made = self._auto.from_config(deepcopy(self._inner.config), dtype=torch.float32)
        network.load_state_dict({**made.state_dict(), **self._submitted})
        del made
        self._optimiser = torch.optim.AdamW(_groups(network))
        torch.manual_seed(seed)  # dropout begins alike for every architecture

    def scale(self, mean: float, deviation: float) -> None:
        self._mean, self._deviation = mean, deviation

    def step(self, parts: Sequence[Sequence[Lesson]], rate: float) -> float:
        network = self._inner.network.train()
        targets = max(1, sum(len(lesson.targets) for part in parts for lesson in part))
        total = 0.0
        for part in parts:
            loss = self._loss(part) / targets
            loss.backward()
            total += float(loss.detach())
        clip_grad_norm_(network.parameters(), CLIPPED_NORM)
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        self._optimiser.step()
        self._optimiser.zero_grad(set_to_none=True)
        return total

    def _loss(self, part: Sequence[Lesson]) -> Any:
        """The sum over all targets: cross-entropy of classes, squared error of numbers."""
        tensors = self._inner.tensors([lesson.features for lesson in part])
        logits = self._inner.call(tensors).logits.float()
        mask = tensors.get("attention_mask")
        judged = torch.cat(
            [_judged(logits[row], lesson, mask, row) for row, lesson in enumerate(part)]
        )
        targets = np.concatenate([lesson.targets for lesson in part])
        wanted = torch.from_numpy(targets).to(judged.device)
        if not self.id2label:
            return mse_loss(judged[:, 0], wanted.float(), reduction="sum")
        return cross_entropy(judged, wanted, reduction="sum")

    def forward(self, batch: Sequence[Features], names: Sequence[str]) -> Outputs:
        self._inner.network.eval()
        found = self._model.forward(batch, names)
        if self.id2label or LOGITS not in found.arrays:
            return found
        scaled = found.arrays[LOGITS] * self._deviation + self._mean
        return Outputs({**found.arrays, LOGITS: scaled}, found.mask)

    def encode(self, items: Sequence[Item], *, max_length: int, places: bool = False) -> Encoded:
        return self._model.encode(items, max_length=max_length, places=places)

    @property
    def folder(self) -> Path:
        return self._model.folder

    @property
    def text(self) -> TextSide:
        return self._model.text


def _groups(network: Any) -> list[dict[str, Any]]:
    """Weight decay is for matrices."""
    learned = [one for one in network.parameters() if one.requires_grad]
    return [
        {"params": [one for one in learned if one.ndim >= 2], "weight_decay": WEIGHT_DECAY},
        {"params": [one for one in learned if one.ndim < 2], "weight_decay": 0.0},
    ]


def _judged(logits: Any, lesson: Lesson, mask: Any, row: int) -> Any:
    """The outputs that the targets are about: (targets, outputs). Raises ``bad_model``."""
    wanted = 1 if lesson.at is None else 2
    if logits.ndim != wanted:
        raise RunnerError(
            Code.BAD_MODEL, f"The head gives {logits.ndim + 1} dimensions, {wanted + 1} are needed."
        )
    if lesson.at is None:
        return logits[None]
    own = logits if mask is None else logits[mask[row].bool()]
    return own[torch.from_numpy(lesson.at).to(logits.device)]
