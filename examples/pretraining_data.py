"""Text to batches for pretrain_bert.py: vocabulary, segment pairs, whole-word masks."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers, processors, trainers
from tokenizers.models import WordPiece

SPECIAL_TOKENS = {
    "pad_token": "[PAD]",
    "unk_token": "[UNK]",
    "cls_token": "[CLS]",
    "sep_token": "[SEP]",
    "mask_token": "[MASK]",
}
MASKED_SHARE = 0.15
IGNORED = -100
POOL = 1000
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def documents(text: str) -> list[list[str]]:
    """Documents as lists of sentences; see the two forms in pretrain_bert.py's description."""
    blocks = [block.splitlines() for block in re.split(r"\n[ \t]*\n", text)]
    if len(blocks) == 1:
        blocks = [_SENTENCE_END.split(line) for line in blocks[0]]
    stripped = ([part.strip() for part in block if part.strip()] for block in blocks)
    return [block for block in stripped if block]


def learn_vocabulary(texts: Sequence[Sequence[str]], *, size: int) -> Tokenizer:
    """A lower-casing WordPiece tokenizer that sets [CLS] and [SEP] as BERT expects."""
    tokenizer = Tokenizer(WordPiece(unk_token=SPECIAL_TOKENS["unk_token"]))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(
        vocab_size=size,
        min_frequency=2,
        special_tokens=list(SPECIAL_TOKENS.values()),
        show_progress=False,
    )
    tokenizer.train_from_iterator((one for text in texts for one in text), trainer=trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(name, tokenizer.token_to_id(name)) for name in ("[CLS]", "[SEP]")],
    )
    return tokenizer


@dataclass(frozen=True, slots=True)
class Pair:
    """One training example. ``labels`` are -100 where nothing is to be said.

    ``follows`` is 0 where the second segment follows the first, as in transformers' BERT.
    """

    input_ids: list[int]
    token_type_ids: list[int]
    labels: list[int]
    follows: int


class PairSampler:
    """Draws segment pairs, goes through the documents in a new order each time, masks words."""

    def __init__(
        self,
        texts: Sequence[Sequence[str]],
        tokenizer: Tokenizer,
        *,
        max_length: int,
        rng: random.Random,
    ) -> None:
        self._rng = rng
        self._room = max_length - 3
        self._size = tokenizer.get_vocab_size()
        self._cls, self._sep, self._mask = map(tokenizer.token_to_id, ("[CLS]", "[SEP]", "[MASK]"))
        pieces = tokenizer.get_vocab()
        self._inside = {number for piece, number in pieces.items() if piece.startswith("##")}
        self._documents = [
            [one.ids for one in tokenizer.encode_batch(list(text), add_special_tokens=False)]
            for text in texts
        ]

    def pairs(self) -> Iterator[Pair]:
        """Pairs without end."""
        while True:
            order = list(range(len(self._documents)))
            self._rng.shuffle(order)
            for index in order:
                first, second = self._halves(self._documents[index])
                if not first or not second:
                    continue
                follows = self._rng.random() < 0.5
                if not follows:
                    second = self._elsewhere(index) or second
                yield self._masked(first, second, follows=0 if follows else 1)

    def _halves(self, sentences: Sequence[Sequence[int]]) -> tuple[list[int], list[int]]:
        """Two segments that follow each other: cut between sentences, or inside a single one."""
        window = self._window(sentences)
        if len(window) == 1:
            cut = len(window[0]) // 2
            return list(window[0][:cut]), list(window[0][cut:])
        cut = self._rng.randrange(1, len(window))
        return [id for one in window[:cut] for id in one], [
            id for one in window[cut:] for id in one
        ]

    def _window(self, sentences: Sequence[Sequence[int]]) -> Sequence[Sequence[int]]:
        """As many sentences from a random one on as fit, two at least where there are two."""
        start = self._rng.randrange(max(1, len(sentences) - 1))
        end, size = start, 0
        while end < len(sentences) and (size < self._room or end < start + 2):
            size += len(sentences[end])
            end += 1
        return sentences[start:end]

    def _elsewhere(self, index: int) -> list[int]:
        """A segment of another document."""
        other = self._rng.randrange(len(self._documents) - 1)
        return self._halves(self._documents[other + (other >= index)])[1]

    def _masked(self, first: list[int], second: list[int], *, follows: int) -> Pair:
        while len(first) + len(second) > self._room:
            (first if len(first) > len(second) else second).pop()
        ids = [self._cls, *first, self._sep, *second, self._sep]
        types = [0] * (len(first) + 2) + [1] * (len(second) + 1)
        labels = [IGNORED] * len(ids)
        words = self._words(ids)
        for word in self._rng.sample(words, max(1, round(len(words) * MASKED_SHARE))):
            draw = self._rng.random()
            for place in word:
                labels[place] = ids[place]
                if draw < 0.8:
                    ids[place] = self._mask
                elif draw < 0.9:
                    ids[place] = self._rng.randrange(len(SPECIAL_TOKENS), self._size)
        return Pair(ids, types, labels, follows)

    def _words(self, ids: Sequence[int]) -> list[list[int]]:
        """Places of each whole word: a piece and those after it that start with ##."""
        words: list[list[int]] = []
        for place, number in enumerate(ids):
            if number in (self._cls, self._sep):
                continue
            if number in self._inside and words and words[-1][-1] == place - 1:
                words[-1].append(place)
            else:
                words.append([place])
        return words


def batches(
    pairs: Iterator[Pair], *, tokens: int, rng: random.Random
) -> Iterator[dict[str, torch.Tensor]]:
    """Batches of similar lengths, of ``tokens`` with padding at most, without end."""
    while True:
        pool = sorted((next(pairs) for _ in range(POOL)), key=lambda pair: -len(pair.input_ids))
        cut: list[list[Pair]] = []
        for pair in pool:
            if not cut or len(cut[-1][0].input_ids) * (len(cut[-1]) + 1) > tokens:
                cut.append([])
            cut[-1].append(pair)
        rng.shuffle(cut)
        yield from map(batch_of, cut)


def batch_of(pairs: Sequence[Pair]) -> dict[str, torch.Tensor]:
    """Tensors of one width; [PAD] is token 0."""
    width = max(len(pair.input_ids) for pair in pairs)

    def padded(rows: Sequence[list[int]], filler: int) -> torch.Tensor:
        return torch.tensor([row + [filler] * (width - len(row)) for row in rows])

    return {
        "input_ids": padded([pair.input_ids for pair in pairs], 0),
        "token_type_ids": padded([pair.token_type_ids for pair in pairs], 0),
        "attention_mask": padded([[1] * len(pair.input_ids) for pair in pairs], 0),
        "labels": padded([pair.labels for pair in pairs], IGNORED),
        "next_sentence_label": torch.tensor([pair.follows for pair in pairs]),
    }
