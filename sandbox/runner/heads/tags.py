"""A tag for each word, with the submission's own head."""

from collections.abc import Callable, Iterator

from ..config import TaskConfig
from ..formats.base import Purpose
from ..items import Words
from ..job import Job
from ..predictions import answer_line
from .base import register
from .token_labels import labelled


@register("tags")
class Tags:
    def purpose(self, task: TaskConfig, has_pair_head: Callable[[], bool]) -> Purpose:
        return Purpose.TAGGER

    def predict(self, job: Job) -> Iterator[str]:
        name = job.task.reads[0]
        items = [Words(tuple(map(str, row.input[name]))) for row in job.rows]
        for index, tags in labelled(job, items):
            yield answer_line(job.rows[index].id, {"tags": tags})
