"""A class for each word or letter, by the model's outputs for its tokens."""

from collections.abc import Iterator, Sequence

from ..errors import Code, RunnerError
from ..formats.base import LOGITS
from ..items import Words
from ..job import Job
from ..labels import label_order
from ..word_places import first_tokens


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
