"""A class for each letter of a sequence, with the submission's own head."""

from collections.abc import Callable, Iterator

from ..config import TaskConfig
from ..formats.base import Purpose
from ..job import Job
from ..predictions import answer_line
from .base import register
from .letters import letter_items
from .token_labels import labelled


@register("residues")
class Residues:
    def purpose(self, task: TaskConfig, has_pair_head: Callable[[], bool]) -> Purpose:
        return Purpose.TAGGER

    def predict(self, job: Job) -> Iterator[str]:
        for index, labels in labelled(job, letter_items(job)):
            yield answer_line(job.rows[index].id, {"labels": labels})
