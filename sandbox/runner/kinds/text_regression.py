"""Text regression with the submission's own head: one output, taken as it is."""

from collections.abc import Callable, Iterator

from ..errors import Code, RunnerError
from ..formats.base import Head
from ..job import Job
from ..predictions import value_line
from .base import Purpose, register


def check_one_output(head: Head) -> None:
    if head.outputs != 1:
        raise RunnerError(
            Code.WRONG_LABELS, f"The head has {head.outputs} outputs, the task needs 1."
        )


@register("text_regression", "predict")
class TextRegression:
    fields = ("text",)

    def purpose(self, has_pair_head: Callable[[], bool]) -> Purpose:
        return Purpose.HEAD

    def predict(self, job: Job) -> Iterator[str]:
        head = job.head()
        check_one_output(head)
        for indices, values in job.infer([row.texts for row in job.rows], head.logits):
            for index, value in zip(indices, values[:, 0].tolist(), strict=True):
                yield value_line(job.rows[index].id, value)
