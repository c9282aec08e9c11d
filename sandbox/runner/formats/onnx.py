"""ONNX graphs: ``model.onnx`` with ``tokenizer.json``, run by onnxruntime's own operators."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from ..config import TaskConfig
from ..errors import Code, RunnerError, as_runner_error
from ..json_file import read_json_object
from ..labels import parse_id2label
from ..pooling import choose_pooling
from .base import Encoded, Encoder, Features, Format, Head, Outputs, Settings, Texts
from .onnx_graph import inspect_graph
from .tokenizer_file import INPUTS, TokenizerFile

GRAPH = "model.onnx"
LOGITS = "logits"
TOKEN_VECTORS = ("last_hidden_state", "token_embeddings")
TEXT_VECTORS = ("sentence_embedding", "embeddings")
_INTEGERS = {"tensor(int64)": np.int64, "tensor(int32)": np.int32}
_PROVIDERS = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}
_ERRORS_ONLY = 3


def open_format(settings: Settings) -> Format:
    if _PROVIDERS[settings.device] not in onnxruntime.get_available_providers():
        raise RunnerError(Code.INTERNAL, f"onnxruntime has no provider for {settings.device}.")
    onnxruntime.set_default_logger_severity(_ERRORS_ONLY)
    return OnnxFormat(settings)


class OnnxFormat(Format):
    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def load_head(self, folder: Path, task: TaskConfig) -> Head:
        return OnnxHead(folder, self._settings)

    def load_encoder(self, folder: Path, task: TaskConfig) -> Encoder:
        return OnnxEncoder(folder, self._settings)

    def has_pair_head(self, folder: Path) -> bool:
        """A graph with logits and no vectors scores pairs."""
        names = set(inspect_graph(_graph_file(folder)).outputs)
        return LOGITS in names and names.isdisjoint((*TOKEN_VECTORS, *TEXT_VECTORS))


def _graph_file(folder: Path) -> Path:
    path = folder / GRAPH
    if not path.is_file():
        raise RunnerError(Code.MODEL_MISSING, f"The model's folder has no {GRAPH}.")
    return path


class _Graph:
    """The session, with its inputs checked."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        path = _graph_file(folder)
        self.facts = inspect_graph(path)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = settings.threads
        options.inter_op_num_threads = 1
        options.use_deterministic_compute = True
        options.log_severity_level = _ERRORS_ONLY
        try:
            self._session = onnxruntime.InferenceSession(
                str(path), sess_options=options, providers=[_PROVIDERS[settings.device]]
            )
        except Exception as error:  # a broken graph makes this raise anything
            raise as_runner_error(
                error,
                code=Code.BAD_MODEL,
                message=f"{GRAPH} can't be loaded: {type(error).__name__}: {error}",
            ) from error
        self.inputs: dict[str, Any] = {
            entry.name: _INTEGERS.get(entry.type) for entry in self._session.get_inputs()
        }
        self.outputs: list[str] = [entry.name for entry in self._session.get_outputs()]
        self._check_inputs()

    def _check_inputs(self) -> None:
        strange = [name for name, kind in self.inputs.items() if name not in INPUTS or kind is None]
        if strange or "input_ids" not in self.inputs:
            named = f"the input {strange[0]}" if strange else "no input input_ids"
            raise RunnerError(
                Code.UNSUPPORTED_ARCHITECTURE,
                f"{GRAPH} has {named}; known are integer inputs {', '.join(INPUTS)}.",
            )

    def output_among(self, names: Sequence[str]) -> str | None:
        return next((name for name in names if name in self.outputs), None)

    def run(self, output: str, feeds: Mapping[str, NDArray[np.int32]]) -> Outputs:
        typed = {name: feeds[name].astype(kind) for name, kind in self.inputs.items()}
        return np.asarray(self._session.run([output], typed)[0], dtype=np.float32)


def _read_config(folder: Path) -> Mapping[str, Any]:
    """``podium.json``, else ``config.json``, else nothing. Raises ``bad_model``."""
    for name in ("podium.json", "config.json"):
        if (folder / name).is_file():
            return read_json_object(folder / name)
    return {}


class _Loaded:
    """Graph, tokenizer and configuration: what heads and encoders share."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.folder = folder
        self.graph = _Graph(folder, settings)
        self.tokens = TokenizerFile(folder)
        self.config = _read_config(folder)

    def encode(self, texts: Sequence[Texts], *, max_length: int) -> Encoded:
        positions = self.config.get("max_position_embeddings")
        limit = positions if isinstance(positions, int) and positions > 0 else max_length
        return self.tokens.encode(texts, max_length=min(max_length, limit))

    def run(self, output: str, batch: Sequence[Features]) -> tuple[Outputs, Outputs]:
        """The named output and the attention mask."""
        feeds = self.tokens.pad(batch)
        return self.graph.run(output, feeds), feeds["attention_mask"].astype(np.float32)


class OnnxHead(Head):
    def __init__(self, folder: Path, settings: Settings) -> None:
        """Runs one text to learn the number of outputs, which a graph need not declare."""
        self._loaded = _Loaded(folder, settings)
        facts = self._loaded.graph.facts
        self.parameters, self.model_bytes, self.dtype = facts.parameters, facts.bytes, facts.dtype
        if LOGITS not in self._loaded.graph.outputs:
            found = ", ".join(self._loaded.graph.outputs)
            raise RunnerError(
                Code.MISSING_HEAD, f"{GRAPH} has no output {LOGITS} for this task, only {found}."
            )
        self.id2label = parse_id2label(self._loaded.config.get("id2label"))
        self.outputs = self._width()

    def encode(self, texts: Sequence[Texts], *, max_length: int) -> Encoded:
        return self._loaded.encode(texts, max_length=max_length)

    def logits(self, batch: Sequence[Features]) -> Outputs:
        return self._loaded.run(LOGITS, batch)[0]

    def _width(self) -> int:
        try:
            outputs = self.logits(self.encode([("a",)], max_length=8).examples)
        except Exception as error:  # a broken graph makes this raise anything
            raise as_runner_error(
                error, code=Code.BAD_MODEL, message=f"{GRAPH} can't be run: {error}"
            ) from error
        if outputs.ndim != 2:
            raise RunnerError(Code.BAD_MODEL, f"{LOGITS} has {outputs.ndim} dimensions, not 2.")
        return int(outputs.shape[1])


class OnnxEncoder(Encoder):
    def __init__(self, folder: Path, settings: Settings) -> None:
        self._loaded = _Loaded(folder, settings)
        facts = self._loaded.graph.facts
        self.parameters, self.model_bytes, self.dtype = facts.parameters, facts.bytes, facts.dtype
        self._pooled = self._loaded.graph.output_among(TEXT_VECTORS)
        self._unpooled = self._loaded.graph.output_among(TOKEN_VECTORS)
        if self._pooled is None and self._unpooled is None:
            raise RunnerError(
                Code.MISSING_HEAD,
                f"{GRAPH} has none of the outputs {', '.join((*TEXT_VECTORS, *TOKEN_VECTORS))}.",
            )

    def encode(self, texts: Sequence[Texts], *, max_length: int) -> Encoded:
        return self._loaded.encode(texts, max_length=max_length)

    def embed(self, batch: Sequence[Features], *, pooling: str) -> Outputs:
        """A graph that has pooled already is taken at its word, whatever the task's pooling."""
        if self._pooled is not None:
            return self._loaded.run(self._pooled, batch)[0]
        assert self._unpooled is not None
        hidden, mask = self._loaded.run(self._unpooled, batch)
        pool = choose_pooling(pooling, self._loaded.folder)
        return pool.join(pool.parts(hidden, mask))
