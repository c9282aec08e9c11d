"""Which tokens words begin with."""

import numpy as np
from numpy.typing import NDArray

from .formats.base import Places
from .items import Words


def first_tokens(item: Words, places: Places) -> NDArray[np.int64]:
    """The first token of each word: (words,), -1 for a word that has none."""
    found = np.full(len(item.words), -1, dtype=np.int64)
    starts = word_starts(item)
    for token in range(len(places.parts)):
        start, end = places.offsets[token]
        if places.parts[token] != 0 or end <= start:
            continue
        # A token may begin with the space before its word.
        word = int(np.searchsorted(starts, end - 1, side="right")) - 1
        if word >= 0 and found[word] < 0:
            found[word] = token
    return found


def word_starts(item: Words) -> NDArray[np.int64]:
    """Where each word begins in the joined text."""
    lengths = [len(word) + len(item.joiner) for word in item.words]
    return np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
