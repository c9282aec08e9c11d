"""Sequences as letters: written without spaces, or with them where a tokenizer wants that."""

from ..items import Words
from ..job import Job


def letter_items(job: Job) -> list[Words]:
    """One item a row, of a task whose rows are sequences."""
    return [item for item in job.items() if isinstance(item, Words)]
