"""ONNX graphs: ``model.onnx``, run by onnxruntime's own operators."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from ..config import TaskConfig
from ..errors import Code, RunnerError, as_runner_error
from .base import (
    ITEM_VECTORS,
    LOGITS,
    TOKEN_VECTORS,
    Format,
    Model,
    Purpose,
    Settings,
)
from .graph import Graph
from .graph_model import GraphModel
from .onnx_graph import inspect_graph
from .signature import read_signature

GRAPH = "model.onnx"
_TYPES = {
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(uint8)": np.uint8,
    "tensor(bool)": np.bool_,
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(double)": np.float64,
}
_PROVIDERS = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}
_ERRORS_ONLY = 3


def open_format(settings: Settings) -> Format:
    if _PROVIDERS[settings.device] not in onnxruntime.get_available_providers():
        raise RunnerError(Code.INTERNAL, f"onnxruntime has no provider for {settings.device}.")
    onnxruntime.set_default_logger_severity(_ERRORS_ONLY)
    return OnnxFormat(settings)


class OnnxFormat(Format):
    measures = True

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def load(self, folder: Path, task: TaskConfig, purpose: Purpose) -> Model:
        return GraphModel(folder, OnnxGraph(folder, self._settings), task, purpose)

    def has_pair_head(self, folder: Path) -> bool:
        """A graph with logits and no vectors scores pairs."""
        outputs = set(inspect_graph(_graph_file(folder)).outputs)
        signature = read_signature(folder)
        vectors = {signature.output(name) for name in (*TOKEN_VECTORS, *ITEM_VECTORS)}
        return signature.output(LOGITS) in outputs and vectors.isdisjoint(outputs)


def _graph_file(folder: Path) -> Path:
    path = folder / GRAPH
    if not path.is_file():
        raise RunnerError(Code.MODEL_MISSING, f"The model's folder has no {GRAPH}.")
    return path


class OnnxGraph(Graph):
    """The session, with the names and types of its inputs and outputs."""

    file = GRAPH

    def __init__(self, folder: Path, settings: Settings) -> None:
        path = _graph_file(folder)
        facts = inspect_graph(path)
        self.parameters, self.model_bytes, self.dtype = facts.parameters, facts.bytes, facts.dtype
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
        self.inputs: Mapping[str, Any] | None = {
            entry.name: _TYPES.get(entry.type) for entry in self._session.get_inputs()
        }
        self.outputs: tuple[str, ...] | None = tuple(
            entry.name for entry in self._session.get_outputs()
        )

    def run(self, feeds: Mapping[str, Any], names: Sequence[str]) -> Mapping[str, Any]:
        found = self._session.run(list(names), dict(feeds))
        return dict(zip(names, found, strict=True))
