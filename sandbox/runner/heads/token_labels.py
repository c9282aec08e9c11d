"""A class for each word or letter, by the model's outputs for its tokens."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ..errors import Code, RunnerError
from ..formats.base import LOGITS, Places
from ..items import Words
from ..job import Job
from ..labels import label_order


def labelled(job: Job, items: Sequence[Words]) -> Iterator[tuple[int, list[str]]]:
    """(index, one label a word) of each item. The first token of a word decides for it.

    A word without a token, cut off or unknown to the tokenizer, gets the task's first label.
    Raises ``bad_model`` for outputs that are not one row a token, and ``wrong_labels``.
    """
    labels = job.task.labels
    encoded = job.encode(items, places=True)
    assert encoded.places is not None
    for batch in job.run(encoded, items, (LOGITS,)):
        if batch.outputs.arrays[LOGITS].ndim != 3:
            raise RunnerError(Code.BAD_MODEL, f"{LOGITS} has no row for each token.")
        outputs = batch.outputs.arrays[LOGITS].shape[2]
        columns = label_order(job.model.id2label, labels=labels, outputs=outputs)
        for row, index in enumerate(batch.indices):
            scores = batch.outputs.tokens(LOGITS, row)[:, columns]
            first = first_tokens(items[index], encoded.places[index])
            best = scores.argmax(axis=1)
            yield index, [labels[int(best[place])] if place >= 0 else labels[0] for place in first]


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
