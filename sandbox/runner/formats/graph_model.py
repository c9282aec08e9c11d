"""Models that are functions from named arrays to named arrays, whatever library runs them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..config import TaskConfig
from ..errors import Code, RunnerError, as_runner_error
from ..items import Item
from .base import (
    ITEM_VECTORS,
    LOGITS,
    PROBABILITIES,
    TOKEN_VECTORS,
    Encoded,
    Features,
    Model,
    Outputs,
    Purpose,
    TextSide,
)
from .graph import Graph, check_names
from .number_types import as_floats, in_type
from .reader_choice import open_reader
from .signature import FILE, declared_wrong, read_signature
from .text_reader import TextReader

_WANTED: Mapping[Purpose, tuple[str, ...]] = {
    Purpose.ENCODER: (*ITEM_VECTORS, *TOKEN_VECTORS),
    Purpose.SPAN: ("start_logits", "end_logits"),
    Purpose.DETECTOR: (LOGITS, "pred_boxes", "boxes", "scores", "labels"),
    Purpose.CONTACTS: ("contacts",),
}
_HEAD = (LOGITS, PROBABILITIES)


class GraphModel(Model):
    """A graph with what it reads and what its names mean."""

    def __init__(self, folder: Path, graph: Graph, task: TaskConfig, purpose: Purpose) -> None:
        """Tries small batches, so that a graph for another task is named as such.

        Raises ``missing_head``, ``unsupported_architecture``, ``bad_model`` and ``bad_tokenizer``.
        """
        self._folder = folder
        self.graph = graph
        self.parameters, self.dtype = graph.parameters, graph.dtype
        self.model_bytes = graph.model_bytes
        self.signature = read_signature(folder)
        self.id2label = self.signature.id2label
        self.wanted = _WANTED.get(purpose, _HEAD)
        check_names(graph, self.signature)
        self._check_outputs()
        self.reader = open_reader(
            folder,
            self.signature,
            task,
            purpose,
            takes=self._taken(),
            layout=graph.layout,
            most_tokens=graph.most_tokens,
        )
        self.most_tokens = self.reader.most_tokens
        self._feeds = self._sources()
        for examples, length in self.reader.trials():
            self._try(examples, length)

    @property
    def folder(self) -> Path:
        return self._folder

    @property
    def text(self) -> TextSide:
        if not isinstance(self.reader, TextReader):
            return super().text
        return self.reader.tokens

    def encode(self, items: Sequence[Item], *, max_length: int, places: bool = False) -> Encoded:
        if places and not isinstance(self.reader, TextReader):
            raise RunnerError(
                Code.UNSUPPORTED_ARCHITECTURE,
                f"This task asks where tokens stand in a text. {self.graph.file} reads none, so it "
                "can't answer it.",
            )
        return self.reader.encode(items, max_length=max_length, places=places)

    def forward(self, batch: Sequence[Features], names: Sequence[str]) -> Outputs:
        arrays = self.reader.collate(batch)
        feeds = {
            name: in_type(arrays[source], kind, source=source, file=self.graph.file)
            for name, (source, kind) in self._feeds.items()
        }
        asked = {self.signature.output(name): name for name in names}
        if self.graph.outputs is not None:
            asked = {theirs: ours for theirs, ours in asked.items() if theirs in self.graph.outputs}
        found = self.graph.run(feeds, list(asked))
        outputs = {
            asked[name]: self.reader.channels_first(
                as_floats(value, name=name, file=self.graph.file)
            )
            for name, value in found.items()
        }
        return Outputs(outputs, arrays.get("attention_mask"))

    def _check_outputs(self) -> None:
        named = [self.signature.output(name) for name in self.wanted]
        if self.graph.outputs is not None and not set(named) & set(self.graph.outputs):
            raise RunnerError(
                Code.MISSING_HEAD,
                f"{self.graph.file} has none of the outputs {', '.join(named)} for this task, "
                f"only {', '.join(self.graph.outputs)}. If one of them means it, say so under "
                f"“outputs” in {FILE}.",
            )

    def _taken(self) -> set[str]:
        """The sources that the graph is called with, as far as its names tell."""
        declared = self.signature.inputs
        if self.graph.inputs is None:
            return set(declared.values())
        return {declared.get(name, name) for name in self.graph.inputs}

    def _sources(self) -> Mapping[str, tuple[str, Any]]:
        """The graph's name (or position) of each input → what it is given, and its type."""
        declared = self.signature.inputs
        if self.graph.inputs is None:
            sources = {name: (source, None) for name, source in self._by_place().items()}
        else:
            sources = {
                name: (declared.get(name, name), kind) for name, kind in self.graph.inputs.items()
            }
        for name, (source, _) in sources.items():
            if source not in self.reader.sources:
                raise RunnerError(
                    Code.UNSUPPORTED_ARCHITECTURE,
                    f"{self.graph.file} has the input “{name}”, which this task can't give; it "
                    f"gives {', '.join(self.reader.sources)}. Say which it is under “inputs” in "
                    f"{FILE}.",
                )
        return sources

    def _by_place(self) -> Mapping[str, str]:
        """What a graph without names is called with, in order."""
        declared = self.signature.inputs
        if not all(place.isdecimal() for place in declared):
            raise declared_wrong(
                "inputs", f"must list what {self.graph.file} is called with, in order"
            )
        return declared or {str(place): name for place, name in enumerate(self.reader.default)}

    def _given(self, batch: Sequence[Features]) -> str:
        sources = [source for source, _ in self._feeds.values()]
        shape = self.reader.collate(batch)[sources[0]].shape
        return f"{' and '.join(sources)} of the shape {shape}"

    def _try(self, examples: int, length: int) -> None:
        batch = self.reader.trial(examples, length)
        try:
            outputs = self.forward(batch, self.wanted)
        except Exception as error:  # a participant's graph can raise anything
            raise as_runner_error(
                error,
                code=Code.BAD_MODEL,
                message=f"{self.graph.file} fails on {self._given(batch)}; {self.reader.freedom}. "
                f"{self.graph.told(error)}",
            ) from error
        for name, array in outputs.arrays.items():
            if array.ndim < 2 or len(array) != examples:
                raise RunnerError(
                    Code.BAD_MODEL,
                    f"{self.graph.file} gave {name} of the shape {array.shape} for {examples} "
                    "inputs; expected are 2 dimensions or more, the first for the inputs.",
                )
