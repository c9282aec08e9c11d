"""What a format offers to the heads: models that take items and give named arrays."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..config import TaskConfig
from ..errors import Code, RunnerError
from ..items import Item

Array = NDArray[np.float32]
Features = Mapping[str, NDArray[Any]]
"""One example's arrays by input name, without padding: ``input_ids``, ``pixel_values``, …"""


class Purpose(Enum):
    """Which part of a model a task needs. Tasks that share folder and purpose share a model."""

    CLASSIFIER = "classifier"
    TAGGER = "tagger"
    SPAN = "span"
    GENERATOR = "generator"
    CAUSAL = "causal"
    FILL = "fill"
    NEXT_SENTENCE = "next_sentence"
    DETECTOR = "detector"
    SEGMENTER = "segmenter"
    CONTACTS = "contacts"
    ENCODER = "encoder"


LOGITS = "logits"
CONTACTS = "contacts"
PROBABILITIES = "probabilities"
TOKEN_VECTORS = ("last_hidden_state", "token_embeddings")
ITEM_VECTORS = ("sentence_embedding", "embeddings")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The run's settings that a format needs."""

    dtype: str
    device: str
    threads: int


@dataclass(frozen=True, slots=True)
class Places:
    """Where the tokens of one example come from, special tokens among them.

    ``offsets`` (tokens, 2): first character and the one behind the last, in the text given;
    ``parts`` (tokens,): 0 or 1 for the first or the second text, -1 for special tokens.
    """

    offsets: NDArray[np.int32]
    parts: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Encoded:
    """Examples as a model takes them.

    ``costs`` says what each weighs in a batch (tokens of a text), ``truncated`` which were longer
    than allowed. ``examples`` may be made only when asked for: images need room. ``places`` is
    there where it was asked for.
    """

    examples: Sequence[Features]
    costs: Sequence[int]
    truncated: Sequence[bool]
    places: Sequence[Places] | None = None

    @classmethod
    def of_tokens(
        cls,
        examples: Sequence[Features],
        truncated: Sequence[bool],
        places: Sequence[Places] | None = None,
    ) -> "Encoded":
        costs = [len(example["input_ids"]) for example in examples]
        return cls(examples, costs, truncated, places)


@dataclass(frozen=True, slots=True)
class Outputs:
    """A batch's outputs by name, each (examples, …) in float32.

    ``mask`` (examples, tokens) tells tokens (1) from padding (0), which may be on either side; it
    is None where the inputs are no tokens.
    """

    arrays: Mapping[str, Array]
    mask: NDArray[Any] | None = None

    def first(self, *names: str) -> Array | None:
        """The first of these outputs that is there."""
        return next((self.arrays[name] for name in names if name in self.arrays), None)

    def every(self, *names: str) -> tuple[Array, ...]:
        """All of these outputs. Raises ``bad_model``."""
        missing = [name for name in names if name not in self.arrays]
        if missing:
            found = ", ".join(name for name in names if name in self.arrays) or "nothing"
            raise RunnerError(
                Code.BAD_MODEL,
                f"The model gave {found} and no {', '.join(missing)}. What it calls by another "
                "name, or returns in some order, is named under “outputs” in podium.json.",
            )
        return tuple(self.arrays[name] for name in names)

    def tokens(self, name: str, row: int) -> Array:
        """One example's output for each of its own tokens, in order: (tokens, …).

        Raises ``bad_model`` where the output has not one row for each token.
        """
        array: Array = self.arrays[name][row]
        if self.mask is None:
            return array
        mask = self.mask[row].astype(bool)
        if len(array) != len(mask):
            raise RunnerError(
                Code.BAD_MODEL,
                f"The model gave {name} with {len(array)} rows for {len(mask)} tokens.",
            )
        return np.asarray(array[mask])


class TextSide(ABC):
    """What heads need of a tokenizer beside the tokens themselves."""

    mask_id: int | None
    """The token that stands for a gap; None where the tokenizer has none."""
    eos_id: int | None
    unknown_id: int | None
    special_ids: frozenset[int]
    cls_id: int | None
    """The token that stands for a whole text; None where the tokenizer has none."""

    @property
    @abstractmethod
    def mask_text(self) -> str | None:
        """How a gap is written in a text; None where the tokenizer has none."""

    @abstractmethod
    def decode(self, ids: Sequence[int]) -> str:
        """The text that tokens spell, special ones left out."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """What speaks for an answer: ``target`` is the output that won; ``scores`` (rows, columns)
    within -1 and 1 are one row over ``tokens`` (the pieces of a text), or a grid over an image."""

    target: int
    tokens: tuple[str, ...]
    scores: Array


class Model(ABC):
    """A loaded model with what it reads, and what the report says about it.

    ``id2label`` names the outputs of a classifier where the folder does.
    """

    parameters: int | None
    model_bytes: int
    dtype: str
    id2label: Mapping[int, str] | None
    parameters_by_dtype: Mapping[str, int] | None = None
    """As they lie in the files, where these tell."""
    most_tokens: int | None = None
    """How many tokens fit, new ones among them, where there is a bound."""
    explains: bool = False
    """Whether ``explain`` can be asked."""
    summary: str = "cls"
    """The pooling that takes the vector of the token that stands for a whole text."""
    answers_apart: bool = False
    """Whether an answer is read by a decoder, apart from what asks for it in an encoder. Then
    ``answer_bits`` can be asked, and new tokens take no room from what is read."""

    def explain(self, example: Features) -> Attribution:
        """What speaks for the answer to one example."""
        raise NotImplementedError

    @abstractmethod
    def encode(self, items: Sequence[Item], *, max_length: int, places: bool = False) -> Encoded:
        """Items as the model takes them: texts in at most ``max_length`` tokens, or what the model
        can take, and at least one.

        Raises ``bad_tokenizer``; ``unsupported_architecture`` for items of a kind it can't read.
        """

    @abstractmethod
    def forward(self, batch: Sequence[Features], names: Sequence[str]) -> Outputs:
        """The outputs among ``names`` that the model has; at least one. Raises ``bad_model``."""

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        raise NotImplementedError

    @property
    def text(self) -> TextSide:
        """Its tokenizer. Raises ``unsupported_architecture`` for a model that reads no texts."""
        raise RunnerError(Code.UNSUPPORTED_ARCHITECTURE, "The model reads no texts.")

    def scores_at(self, batch: Sequence[Features], places: Sequence[Sequence[int]]) -> list[Array]:
        """The scores of every token of the vocabulary at some places of each example.

        ``places`` count the example's own tokens from 0; an array (places, vocabulary) each.
        """
        outputs = self.forward(batch, (LOGITS,))
        if outputs.arrays[LOGITS].ndim != 3:
            raise RunnerError(Code.BAD_MODEL, f"{LOGITS} has no row for each token.")
        return [outputs.tokens(LOGITS, row)[list(at)] for row, at in enumerate(places)]

    def answer_bits(
        self, batch: Sequence[Features], answers: Sequence[str]
    ) -> list[NDArray[np.float64]]:
        """What each answer's own tokens get after each example, as log2 of their probabilities:
        (examples, tokens) an answer. Raises ``bad_tokenizer``."""
        raise NotImplementedError

    def generate(self, batch: Sequence[Features], *, most: int) -> list[list[int]]:
        """Up to ``most`` new tokens after each example, the likeliest one by one."""
        return [_greedy(self, example, most) for example in batch]


def _greedy(model: Model, example: Features, most: int) -> list[int]:
    """One token at a time, each with all before it. Raises ``non_finite_output``."""
    ids = [int(one) for one in example["input_ids"]]
    start = len(ids)
    while len(ids) < start + most:
        given = {name: _grown(values, len(ids)) for name, values in example.items()}
        given["input_ids"] = np.asarray(ids, dtype=np.int32)
        scores = model.scores_at([given], [[len(ids) - 1]])[0]
        if not np.isfinite(scores).all():
            raise RunnerError(
                Code.NON_FINITE_OUTPUT, "The model's output holds NaN or infinite numbers."
            )
        ids.append(int(scores[0].argmax()))
        if ids[-1] == model.text.eos_id:
            break
    return ids[start:]


def _grown(values: NDArray[Any], length: int) -> NDArray[Any]:
    """The array with its last value repeated up to ``length``."""
    return np.concatenate([values, np.repeat(values[-1:], length - len(values))])


@dataclass(frozen=True, slots=True)
class Lesson:
    """One train row: ``source[place]`` is the example, ``cost`` what it weighs in a batch.

    ``targets`` are class indices (integers) or a number: of the whole item where ``at`` is None,
    else of the tokens that ``at`` lists.
    """

    source: Sequence[Features]
    place: int
    cost: int
    at: NDArray[np.int64] | None
    targets: NDArray[Any]

    @property
    def features(self) -> Features:
        return self.source[self.place]


class Trainable(Model):
    """A model whose weights can be changed: the submitted body under a new head."""

    @abstractmethod
    def restart(self, seed: int) -> None:
        """The weights as they were submitted; a new head and all chance from the seed."""

    @abstractmethod
    def step(self, parts: Sequence[Sequence[Lesson]], rate: float) -> float:
        """One step of the optimiser on the mean loss over all targets of the parts together.

        Returns that loss. Numbers are learned as they come: see ``scale``.
        """

    @abstractmethod
    def scale(self, mean: float, deviation: float) -> None:
        """Let outputs be numbers with this mean and deviation where the network's have 0 and 1."""


class Format(ABC):
    """How a kind of folder is loaded. Everything raises ``RunnerError``."""

    measures: bool = False
    """Whether all code is the platform's own, so that what it measures of itself is true."""

    @abstractmethod
    def load(self, folder: Path, task: TaskConfig, purpose: Purpose) -> Model:
        """Load what a purpose needs. Raises ``missing_head`` where the folder lacks it."""

    def load_trainable(self, folder: Path, task: TaskConfig, purpose: Purpose) -> Trainable:
        """Load the body that a purpose needs, below a head that is made for the task."""
        raise RunnerError(
            Code.UNSUPPORTED_ARCHITECTURE,
            "Tasks of the fine-tune track take models in the format transformers only.",
        )

    @abstractmethod
    def has_pair_head(self, folder: Path) -> bool:
        """Whether the folder declares a head with one output, which can score pairs of texts."""

    def variant(self, folder: Path, task: TaskConfig) -> str:
        """Names what ``task`` is given of a folder: tasks with the same share a loaded model.

        Texts, words and sequences are all read as texts.
        """
        return task.modality if task.modality in ("image", "table") else "text"

    def count_flops(self, work: Callable[[], None]) -> int | None:
        """The floating-point operations of some work, where the library counts them."""
        return None

    def gpu_peak_bytes(self) -> int | None:
        """The most memory of the GPU in use since the start, where there is one."""
        return None
