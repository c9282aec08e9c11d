"""What a library runs for ``GraphModel``: a function from named arrays to named arrays."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ..errors import Code, RunnerError, error_text
from .signature import Signature, declared_wrong


class Graph(ABC):
    """What a library runs.

    ``inputs`` are names with the number type that each takes, ``outputs`` the names that can be
    asked for; None where only a call tells. ``layout`` is how it takes images where nothing else
    is declared.
    """

    file: str
    parameters: int | None
    model_bytes: int
    dtype: str
    inputs: Mapping[str, Any] | None
    outputs: tuple[str, ...] | None
    most_tokens: int | None = None
    layout: str = "NCHW"

    @abstractmethod
    def run(self, feeds: Mapping[str, Any], names: Sequence[str]) -> Mapping[str, Any]:
        """Those of the named outputs that are there, as arrays. ``feeds`` are by name, or by
        position where the graph names no inputs."""

    def told(self, error: BaseException) -> str:
        """What an exception of the library says, in a line."""
        return f"{type(error).__name__}: {error_text(error)}"


def check_names(graph: Graph, signature: Signature) -> None:
    """What is declared must be there: else a typing error would be a model with bad answers.

    Raises ``bad_model``, and ``unsupported_architecture`` for an input that takes no numbers.
    """
    _check_declared("inputs", graph.file, signature.inputs, graph.inputs)
    _check_declared("outputs", graph.file, signature.outputs.values(), graph.outputs)
    for name, kind in (graph.inputs or {}).items():
        if kind is None:
            raise RunnerError(
                Code.UNSUPPORTED_ARCHITECTURE,
                f"{graph.file} takes its input “{name}” as texts or in a number type that is not "
                "given. It gets whole numbers, or floats of 16 to 64 bits.",
            )


def _check_declared(
    key: str, file: str, declared: Collection[str], known: Collection[str] | None
) -> None:
    """``known`` is None where only a call tells."""
    absent = next((name for name in declared if known is not None and name not in known), None)
    if known is None or absent is None:
        return
    listed = " (lists are for modules of PyTorch)" if absent.isdecimal() else ""
    raise declared_wrong(key, f"has {absent}{listed}; the {key} of {file} are {', '.join(known)}")
