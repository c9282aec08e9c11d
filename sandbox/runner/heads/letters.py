"""Sequences as letters: written without spaces, or with them where a tokenizer wants that."""

from ..formats.signature import read_signature
from ..items import Words
from ..job import Job


def letter_items(job: Job) -> list[Words]:
    """One item a row. ``"spaced": true`` in the folder's podium.json parts the letters."""
    spaced = read_signature(job.model.folder).options.get("spaced") is True
    name = job.task.reads[0]
    return [Words(tuple(str(row.input[name])), " " if spaced else "") for row in job.rows]
