"""What pages show of a submission's standing, beside its figures. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from competitions.guard_sentences import held_back_sentence
from competitions.models import Competition
from competitions.task_facts import metric_titles
from sandbox.spec import Outcome
from submissions.advice import advice
from submissions.models import RunTask, Submission
from submissions.needs import in_words
from submissions.sample_run import SampleRun
from submissions.selectors import Standing, TaskStanding
from submissions.verdicts import owns_code

State = Submission.State
_WAY = (
    (State.RECEIVED, "Received"),
    (State.VALIDATING, "Checking files"),
    (State.QUEUED, "Waiting for a worker"),
    (State.RUNNING, "Running"),
    (State.SCORING, "Scoring"),
    (State.SCORED, "Scored"),
)
_TONES = {
    State.SCORED: "good",
    State.FAILED: "bad",
    State.REFUSED: "bad",
    State.CANCELLED: "quiet",
}


_ENDS = {
    Outcome.OK: "It went to its end.",
    Outcome.REFUSED: "It went to its end.",
    Outcome.TIMEOUT: "It was ended at the time limit.",
    Outcome.OUT_OF_MEMORY: "It was ended at the memory limit.",
    Outcome.OUTPUT_LIMIT: "It was ended at the limit of its output.",
    Outcome.CRASHED: "It ended abnormally.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """One task of a submission with its metric's title and the way out of its error."""

    standing: TaskStanding
    metric: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionView:
    """A submission as its page and its line in the list show it."""

    standing: Standing
    lines: tuple[TaskLine, ...]

    @property
    def submission(self) -> Submission:
        """The submission itself."""
        return self.standing.submission

    @property
    def is_live(self) -> bool:
        """Whether its state will still change by itself."""
        return self.submission.state not in Submission.ENDED

    @property
    def has_run(self) -> bool:
        """Whether there is something to tell of its tasks."""
        if self.hides_progress:
            return False
        if self.submission.state == State.FAILED:
            return any(line.standing.state != RunTask.State.PENDING for line in self.lines)
        return self.submission.state in {State.RUNNING, State.SCORING, State.SCORED}

    @property
    def hides_progress(self) -> bool:
        """Whether it runs as code of its participant's, whose progress could tell hidden rows."""
        return self.submission.state == State.RUNNING and owns_code(self.submission.format)

    @property
    def held_back(self) -> str:
        """Why a scored submission shows no public number; empty for others."""
        held = self.standing.held_back
        return (
            held_back_sentence(held.best) if held and self.submission.state == State.SCORED else ""
        )

    @property
    def missing(self) -> str:
        """What the worker lacked that last looked at it, in words; empty unless it waits."""
        return in_words(self.standing.missing)

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return _TONES.get(State(self.submission.state), "live")

    @property
    def advice(self) -> str:
        """What to do about the error of the whole submission."""
        return advice(self.submission.error_code)

    @property
    def failed_tasks(self) -> int:
        """How many of its tasks gave no answers."""
        return sum(1 for line in self.lines if line.standing.state == RunTask.State.FAILED)

    @property
    def way(self) -> list[tuple[str, str]]:
        """The steps of the normal way, each with ``is-done``, ``is-now`` or nothing."""
        order = [state for state, _ in _WAY]
        if self.submission.state not in order:
            return []
        reached = order.index(State(self.submission.state))
        marks = ["is-done" if place < reached else "" for place in range(len(order))]
        marks[reached] = "is-now" if self.is_live else "is-done"
        return [(title, mark) for (_, title), mark in zip(_WAY, marks, strict=True)]


def submission_views(
    standings: list[Standing], *, competition: Competition
) -> list[SubmissionView]:
    """Add metric titles and advice to standings of one competition."""
    titles = metric_titles(competition.tasks.all())
    return [_view(standing, titles) for standing in standings]


def _view(standing: Standing, titles: Mapping[str, str]) -> SubmissionView:
    lines = tuple(
        TaskLine(standing=task, metric=titles[task.slug], advice=advice(task.error_code))
        for task in standing.tasks
    )
    return SubmissionView(standing=standing, lines=lines)


def sample_sentence(sample: SampleRun) -> str:
    """Say how the sample run ended."""
    end = _ENDS.get(Outcome(sample.outcome), "It ended.")
    if sample.failed:
        return f"{end} Without good answers: {', '.join(sample.failed)}."
    return f"{end} Every task gave answers."
