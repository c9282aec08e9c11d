"""Tokens by the tokenizer of a transformers folder."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from transformers import AutoTokenizer

from ..errors import Code, RunnerError, as_runner_error
from .base import Encoded, Features, Places, TextSide
from .slow_places import encode_with_places

Parts = tuple[str, ...]
"""One text, or two that are read together."""

CHUNK = 1000
"""Texts tokenized in one call: enough to be fast, few enough for the soft clock to be seen."""

_NO_LIMIT = 1_000_000
"""transformers gives tokenizers without a limit a ``model_max_length`` far above this."""

_SENTENCE_PIECES = ("spiece.model", "sentencepiece.bpe.model", "tokenizer.model", "source.spm")
_UNREAD = (
    "The folder has {} and no tokenizer.json. Add the file that transformers makes of it: "
    "AutoTokenizer.from_pretrained(folder).save_pretrained(folder), where sentencepiece is "
    "installed."
)


class Tokens(TextSide):
    """A folder's tokenizer, with padding made possible where the model was trained without.

    ``pad_id`` may be changed to the model's own.
    """

    def __init__(self, folder: Path) -> None:
        """Raises ``bad_tokenizer``."""
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(
                folder, local_files_only=True, trust_remote_code=False
            )
            self._prepare(folder)
        except Exception as error:  # broken files make this raise anything
            pieces = [name for name in _SENTENCE_PIECES if (folder / name).is_file()]
            whole = (folder / "tokenizer.json").is_file()
            reason = f"The tokenizer can't be loaded: {type(error).__name__}: {error}"
            raise as_runner_error(
                error,
                code=Code.BAD_TOKENIZER,
                message=_UNREAD.format(pieces[0]) if pieces and not whole else reason,
            ) from error

    def _prepare(self, folder: Path) -> None:
        tokenizer = self._tokenizer
        _check_files(folder, tokenizer)
        special = set(tokenizer.all_special_ids)
        if tokenizer.vocab_size <= len(special) and special.issuperset(
            tokenizer.get_vocab().values()
        ):
            raise RunnerError(Code.BAD_TOKENIZER, "The folder's tokenizer has no vocabulary.")
        if tokenizer.pad_token is None:
            tokenizer.pad_token = tokenizer.eos_token or tokenizer.convert_ids_to_tokens(0)
        self.pad_id = int(tokenizer.pad_token_id)
        self.mask_id = tokenizer.mask_token_id
        self.eos_id = tokenizer.eos_token_id
        self.unknown_id = tokenizer.unk_token_id
        self.special_ids = frozenset(tokenizer.all_special_ids)
        self.cls_id = tokenizer.cls_token_id

    @property
    def ends_with_cls(self) -> bool:
        """Whether the token that stands for a whole text comes after it, as XLNet's does."""
        ids = self._tokenizer("a")["input_ids"]
        return self.cls_id is not None and ids[-1:] == [self.cls_id] != ids[:1]

    @property
    def mask_text(self) -> str | None:
        token = self._tokenizer.mask_token
        return None if token is None else str(token)

    def decode(self, ids: Sequence[int]) -> str:
        return str(
            self._tokenizer.decode(
                list(ids), skip_special_tokens=True, clean_up_tokenization_spaces=False
            )
        )

    def encode(
        self, texts: Sequence[Parts], *, max_length: int, vocabulary: int, places: bool = False
    ) -> Encoded:
        """Raises ``bad_tokenizer`` for a token that the model's ``vocabulary`` lacks."""
        limit = int(min(max_length, max(self._tokenizer.model_max_length, 1)))
        if places and not self._tokenizer.is_fast:
            encoded = encode_with_places(self._tokenizer, texts, limit)
            examples = [self._checked(one, vocabulary) for one in encoded.examples]
            return Encoded.of_tokens(examples, encoded.truncated, encoded.places)
        found: list[Features] = []
        cut: list[bool] = []
        where: list[Places] = []
        for start in range(0, len(texts), CHUNK):
            chunk = texts[start : start + CHUNK]
            encoding = self._call(chunk, limit, offsets=places)
            if places:
                where.extend(_places(encoding, number) for number in range(len(chunk)))
                encoding.pop("offset_mapping")
            examples = [self._checked(one, vocabulary) for one in _rows(encoding)]
            found.extend(examples)
            cut.extend(self._truncated(chunk, examples, limit))
        return Encoded.of_tokens(found, cut, where if places else None)

    def target(self, text: str, *, most: int, vocabulary: int) -> tuple[list[int], list[int]]:
        """A text as a decoder gives it: its tokens, and the places of those that spell it.

        Raises ``bad_tokenizer`` where it has more than ``most`` tokens, or one that the model's
        ``vocabulary`` lacks.
        """
        encoding = self._tokenizer(text_target=text, return_special_tokens_mask=True)
        ids, around = encoding["input_ids"], encoding["special_tokens_mask"]
        if len(ids) > most:
            raise RunnerError(
                Code.BAD_TOKENIZER, f"An answer has {len(ids)} tokens, the decoder reads {most}."
            )
        self._checked({"input_ids": np.asarray(ids, dtype=np.int32)}, vocabulary)
        return ids, [place for place, special in enumerate(around) if not special]

    def blank(self, ids: Any) -> Any:
        """Token ids of the same shape with padding for all but special tokens."""

        def shown(one: int) -> int:
            return one if one in self.special_ids else self.pad_id

        return ids.new_tensor([[shown(one) for one in row] for row in ids.tolist()])

    def pieces(self, ids: Sequence[int]) -> tuple[str, ...]:
        """What each token stands for."""
        return tuple(str(self._tokenizer.decode([one])) for one in ids)

    def pad(self, batch: Sequence[Features], *, side: str) -> dict[str, Any]:
        """Torch tensors of one width: ``pad_id`` for missing tokens, and beside them what the
        tokenizer names."""
        columns = {name: [one[name].tolist() for one in batch] for name in batch[0]}
        padded = dict(
            self._tokenizer.pad(columns, padding=True, return_tensors="pt", padding_side=side)
        )
        outside = padded["attention_mask"] == 0
        padded["input_ids"] = padded["input_ids"].masked_fill(outside, self.pad_id)
        return padded

    def _call(self, texts: Sequence[Parts], limit: int | None, *, offsets: bool = False) -> Any:
        columns = [list(column) for column in zip(*texts, strict=True)]
        return self._tokenizer(
            *columns,
            truncation=limit is not None,
            max_length=limit,
            return_attention_mask=False,
            return_offsets_mapping=offsets,
        )

    def _checked(self, example: Features, vocabulary: int) -> Features:
        ids = example["input_ids"]
        if not len(ids):  # GPT-2's tokenizer gives nothing for an empty text
            return {name: np.full(1, self._filler(name), dtype=np.int32) for name in example}
        if int(ids.max()) >= vocabulary:
            raise RunnerError(
                Code.BAD_TOKENIZER,
                f"The tokenizer gives the token {int(ids.max())}, the model knows {vocabulary}.",
            )
        return example

    def _filler(self, name: str) -> int:
        return self.pad_id if name == "input_ids" else 0

    def _truncated(
        self, texts: Sequence[Parts], examples: Sequence[Features], limit: int
    ) -> list[bool]:
        """Only examples of exactly the limit can have been cut; those are measured again."""
        full = [number for number, one in enumerate(examples) if len(one["input_ids"]) >= limit]
        flags = [False] * len(texts)
        if full:
            whole = _rows(self._call([texts[number] for number in full], None))
            for number, one in zip(full, whole, strict=True):
                flags[number] = len(one["input_ids"]) > limit
        return flags


def _check_files(folder: Path, tokenizer: Any) -> None:
    """Without its files an architecture's tokenizer is made all the same, and knows no word.

    Raises ``bad_tokenizer``.
    """
    names = tuple(tokenizer.vocab_files_names.values())
    if names and not any((folder / name).is_file() for name in ("tokenizer.json", *names)):
        known = ", ".join(dict.fromkeys(("tokenizer.json", *names)))
        raise RunnerError(
            Code.BAD_TOKENIZER, f"The folder has no file of a tokenizer, such as {known}."
        )


def _rows(encoding: Any) -> Iterator[Features]:
    for values in zip(*encoding.values(), strict=True):
        yield {
            name: np.asarray(value, dtype=np.int32)
            for name, value in zip(encoding.keys(), values, strict=True)
        }


def _places(encoding: Any, number: int) -> Places:
    """Of one example; an empty one has a place for the token that stands for it."""
    offsets = encoding["offset_mapping"][number] or [(0, 0)]
    parts = [-1 if part is None else part for part in encoding.sequence_ids(number)] or [-1]
    return Places(np.asarray(offsets, dtype=np.int32), np.asarray(parts, dtype=np.int8))
