"""A recurrent transformer: texts are read segment by segment, with a memory of those before.

Z. Dai et al., "Transformer-XL: Attentive Language Models Beyond a Fixed-Length Context", ACL 2019.
Each layer remembers what it was given in earlier segments and attends to it; places count as
distances, so that a remembered token is as far away as it really is. Texts of any length are read
with a memory of one size. Padding stands on the right and plays no part: a token sees only what
stands before it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import nn


@dataclass(frozen=True)
class Sizes:
    """``segment`` and ``memory`` are in tokens; ``classes`` is 0 for a language model."""

    vocabulary: int
    width: int
    heads: int
    layers: int
    segment: int
    memory: int
    classes: int = 0


def distances(keys: int, width: int) -> torch.Tensor:
    """Sinusoids of the distances keys - 1, …, 1, 0: (keys, width)."""
    away = torch.arange(keys - 1, -1, -1, dtype=torch.float32)
    slow = torch.exp(torch.arange(0, width, 2) * (-math.log(10_000) / width))
    angles = away[:, None] * slow[None, :]
    return torch.cat([angles.sin(), angles.cos()], dim=1)


def shifted(scores: torch.Tensor) -> torch.Tensor:
    """From "by distance" to "by key" (the paper's appendix B): row i moves left by what it lacks.

    ``scores`` (texts, heads, queries, keys) are for the distances keys - 1 to 0 in each row.
    """
    texts, heads, queries, keys = scores.shape
    widened = nn.functional.pad(scores, (1, 0))
    return widened.reshape(texts, heads, keys + 1, queries)[:, :, 1:].reshape(scores.shape)


class Attention(nn.Module):
    """Heads that weigh what a key holds and how far away it is, each with a bias of its own."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.heads, self.size = sizes.heads, sizes.width // sizes.heads
        self.query = nn.Linear(sizes.width, sizes.width, bias=False)
        self.key_value = nn.Linear(sizes.width, 2 * sizes.width, bias=False)
        self.place = nn.Linear(sizes.width, sizes.width, bias=False)
        self.join = nn.Linear(sizes.width, sizes.width, bias=False)
        self.content_bias = nn.Parameter(torch.zeros(self.heads, 1, self.size))
        self.place_bias = nn.Parameter(torch.zeros(self.heads, 1, self.size))

    def split(self, vectors: torch.Tensor) -> torch.Tensor:
        """(texts, tokens, width) as (texts, heads, tokens, size)."""
        return vectors.unflatten(-1, (self.heads, self.size)).transpose(1, 2)

    def forward(self, hidden: torch.Tensor, memory: torch.Tensor) -> torch.Tensor:
        seen = torch.cat([memory, hidden], dim=1)
        queries, keys = hidden.shape[1], seen.shape[1]
        query = self.split(self.query(hidden))
        key, value = (self.split(part) for part in self.key_value(seen).chunk(2, dim=-1))
        place = self.split(self.place(distances(keys, hidden.shape[2]).to(hidden))[None])
        by_content = (query + self.content_bias) @ key.transpose(2, 3)
        by_place = shifted((query + self.place_bias) @ place.transpose(2, 3))
        scores = (by_content + by_place) / math.sqrt(self.size)
        later = torch.ones(queries, keys, dtype=torch.bool, device=hidden.device)
        scores = scores.masked_fill(later.triu(keys - queries + 1), float("-inf"))
        found = scores.softmax(dim=-1) @ value
        return self.join(found.transpose(1, 2).flatten(2))


class Layer(nn.Module):
    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.attention = Attention(sizes)
        self.after_attention = nn.LayerNorm(sizes.width)
        self.dense = nn.Sequential(
            nn.Linear(sizes.width, 4 * sizes.width),
            nn.ReLU(),
            nn.Linear(4 * sizes.width, sizes.width),
        )
        self.after_dense = nn.LayerNorm(sizes.width)

    def forward(self, hidden: torch.Tensor, memory: torch.Tensor) -> torch.Tensor:
        hidden = self.after_attention(hidden + self.attention(hidden, memory))
        return self.after_dense(hidden + self.dense(hidden))


class TransformerXL(nn.Module):
    """A language model, or a classifier by a text's last token."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.sizes = sizes
        self.words = nn.Embedding(sizes.vocabulary, sizes.width)
        nn.init.normal_(self.words.weight, std=sizes.width**-0.5)
        self.layers = nn.ModuleList(Layer(sizes) for _ in range(sizes.layers))
        self.head = nn.Linear(sizes.width, sizes.classes) if sizes.classes else None

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Logits (texts, tokens, vocabulary), or (texts, classes)."""
        hidden = self.read(input_ids)
        if self.head is None:
            return hidden @ self.words.weight.T  # the words are also the answers' weights
        last = attention_mask.sum(dim=1).clamp(min=1) - 1
        return self.head(hidden[torch.arange(len(hidden), device=hidden.device), last])

    def read(self, input_ids: torch.Tensor) -> torch.Tensor:
        """(texts, tokens, width), one segment after the other."""
        nothing = torch.zeros(len(input_ids), 0, self.sizes.width, device=input_ids.device)
        memories = [nothing for _ in self.layers]
        found = []
        for segment in input_ids.split(self.sizes.segment, dim=1):
            hidden = self.words(segment) * math.sqrt(self.sizes.width)
            for number, layer in enumerate(self.layers):
                given = hidden
                hidden = layer(given, memories[number])
                memories[number] = self.remembered(memories[number], given)
            found.append(hidden)
        return torch.cat(found, dim=1)

    def remembered(self, memory: torch.Tensor, given: torch.Tensor) -> torch.Tensor:
        """The last of what a layer was given. No gradient flows into an earlier segment."""
        both = torch.cat([memory, given.detach()], dim=1)
        return both[:, max(0, both.shape[1] - self.sizes.memory) :]
