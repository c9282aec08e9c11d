"""Modules of PyTorch with ``tokenizer.json``: the platform gives tokens and reads outputs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..code.facts import task_facts
from ..code.modules import OwnModules
from ..config import TaskConfig
from ..errors import Code, RunnerError, as_runner_error
from ..folder_bytes import folder_bytes
from ..json_file import read_json, read_json_object
from ..labels import parse_id2label
from ..pooling import choose_pooling
from .base import Encoded, Encoder, Features, Format, Head, Outputs, Settings, Texts
from .hub import HUB_FILE
from .tokenizer_file import TokenizerFile
from .torch_module import last_line, load_module
from .torch_setup import prepare_torch, to_numpy

LOGITS = ("logits",)
VECTORS = ("sentence_embedding", "embeddings", "last_hidden_state", "token_embeddings")
_PROBED = ((1, 2), (3, 5))


def open_format(settings: Settings) -> Format:
    prepare_torch(settings)
    return TorchFormat(settings)


class TorchFormat(Format):
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._modules = OwnModules()

    def load_head(self, folder: Path, task: TaskConfig) -> Head:
        return TorchHead(self._load(folder, task))

    def load_encoder(self, folder: Path, task: TaskConfig) -> Encoder:
        return TorchEncoder(self._load(folder, task))

    def has_pair_head(self, folder: Path) -> bool:
        """One label means one output, which can score pairs."""
        return len(read_labels(folder) or {}) == 1

    def variant(self, folder: Path, task: TaskConfig) -> str:
        """A hub entry is told the task, the other files are the same for all."""
        return task.slug if (folder / HUB_FILE).is_file() else ""

    def _load(self, folder: Path, task: TaskConfig) -> "_Loaded":
        self._modules.close()
        return _Loaded(folder, task, self._settings, self._modules)


def read_labels(folder: Path) -> Mapping[int, str] | None:
    """Names of the outputs: ``labels.json`` (a list, or names by index), else ``config.json``'s
    ``id2label``, else None. Raises ``bad_model``."""
    if (folder / "labels.json").is_file():
        raw = read_json(folder / "labels.json")
        found = parse_id2label(dict(enumerate(raw)) if isinstance(raw, list) else raw)
        if not found:
            raise RunnerError(Code.BAD_MODEL, "labels.json: not a list of labels.")
        return found
    if (folder / "config.json").is_file():
        return parse_id2label(read_json_object(folder / "config.json").get("id2label"))
    return None


class _Loaded:
    """Module and tokenizer: what heads and encoders share."""

    def __init__(
        self, folder: Path, task: TaskConfig, settings: Settings, modules: OwnModules
    ) -> None:
        self.folder = folder
        self.labels = read_labels(folder)
        self.tokens = TokenizerFile(folder)
        self._device = settings.device
        facts = task_facts(task, device=settings.device, threads=settings.threads)
        self.module = load_module(folder, facts, device=settings.device, modules=modules)
        self.parameters, self.dtype = self.module.parameters, self.module.dtype
        self.model_bytes = folder_bytes(folder)

    def encode(self, texts: Sequence[Texts], *, max_length: int) -> Encoded:
        limits = [max_length, self.module.most_tokens, _positions(self.folder)]
        return self.tokens.encode(texts, max_length=min(each for each in limits if each))

    def run(self, batch: Sequence[Features], names: Sequence[str]) -> tuple[Outputs, Outputs]:
        """The output of one of these names, or the only one, and the attention mask."""
        feeds = self.tokens.pad(batch)
        ids, mask = feeds["input_ids"], feeds["attention_mask"]
        return self._forward(ids, mask, names), mask.astype(np.float32)

    def width(self, names: Sequence[str], *, dimensions: Sequence[int]) -> int:
        """The last dimension. Batches of two sizes are tried: a traced or exported module may
        accept those of its example only."""
        token = int(self.tokens.encode([("a",)], max_length=8).examples[0]["input_ids"][0])
        for shape in _PROBED:
            ids = np.full(shape, token, dtype=np.int32)
            outputs = self._tried(ids, names)
            if outputs.ndim not in dimensions or len(outputs) != shape[0]:
                expected = " or ".join(map(str, dimensions))
                raise RunnerError(
                    Code.BAD_MODEL,
                    f"{self.module.file} gave a tensor of shape {outputs.shape} for {shape[0]} "
                    f"texts; expected are {expected} dimensions, the first for the texts.",
                )
        return int(outputs.shape[-1])

    def _tried(self, ids: Any, names: Sequence[str]) -> Outputs:
        try:
            return self._forward(ids, np.ones_like(ids), names)
        except Exception as error:  # a participant's module can raise anything
            raise as_runner_error(
                error,
                code=Code.BAD_MODEL,
                message=f"{self.module.file} fails on input_ids and attention_mask of the shape "
                f"{ids.shape}; batches may have any size and length. {last_line(error)}",
            ) from error

    def _forward(self, ids: Any, mask: Any, names: Sequence[str]) -> Outputs:
        inputs = [torch.from_numpy(each.astype(np.int64)).to(self._device) for each in (ids, mask)]
        with torch.inference_mode():
            return to_numpy(_tensor(self.module.forward(*inputs), names, self.module.file))


class TorchHead(Head):
    def __init__(self, loaded: _Loaded) -> None:
        self._loaded = loaded
        self.parameters, self.dtype = loaded.parameters, loaded.dtype
        self.model_bytes = loaded.model_bytes
        self.id2label = loaded.labels
        self.outputs = loaded.width(LOGITS, dimensions=[2])

    def encode(self, texts: Sequence[Texts], *, max_length: int) -> Encoded:
        return self._loaded.encode(texts, max_length=max_length)

    def logits(self, batch: Sequence[Features]) -> Outputs:
        return self._loaded.run(batch, LOGITS)[0]


class TorchEncoder(Encoder):
    def __init__(self, loaded: _Loaded) -> None:
        self._loaded = loaded
        self.parameters, self.dtype = loaded.parameters, loaded.dtype
        self.model_bytes = loaded.model_bytes
        loaded.width(VECTORS, dimensions=[2, 3])

    def encode(self, texts: Sequence[Texts], *, max_length: int) -> Encoded:
        return self._loaded.encode(texts, max_length=max_length)

    def embed(self, batch: Sequence[Features], *, pooling: str) -> Outputs:
        """Vectors of texts are taken as they are, those of tokens are pooled."""
        vectors, mask = self._loaded.run(batch, VECTORS)
        if vectors.ndim == 2:
            return vectors
        pool = choose_pooling(pooling, self._loaded.folder)
        return pool.join(pool.parts(vectors, mask))


def _positions(folder: Path) -> int | None:
    """``max_position_embeddings`` of ``config.json``, where it is there."""
    if not (folder / "config.json").is_file():
        return None
    found = read_json_object(folder / "config.json").get("max_position_embeddings")
    return found if isinstance(found, int) and found > 0 else None


def _tensor(output: Any, names: Sequence[str], file: str) -> torch.Tensor:
    """The tensor itself, or of an output with several: by name, else the first of a tuple."""
    for name in names:
        found = output.get(name) if isinstance(output, Mapping) else getattr(output, name, None)
        if isinstance(found, torch.Tensor):
            return found
    if isinstance(output, tuple | list) and output:
        output = output[0]
    if not isinstance(output, torch.Tensor):
        raise RunnerError(
            Code.BAD_MODEL,
            f"{file} gave {type(output).__name__}; a tensor is expected, or {', '.join(names)}.",
        )
    return output
