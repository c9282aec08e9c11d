"""The one error of the gate, and a collector that reports several problems at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from common.errors import DomainError

MOST_PROBLEMS = 10


class SubmissionRefused(DomainError):
    """The upload breaks a rule; ``field`` is the path of the file, where there is one."""

    status = 422


class Problems:
    """Collects refusals, so that a participant mends one upload once and not ten times."""

    def __init__(self) -> None:
        self._found: list[SubmissionRefused] = []

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, problem: SubmissionRefused) -> None:
        """Keep a refusal; past ``MOST_PROBLEMS`` all of them are raised at once."""
        self._found.append(problem)
        if len(self._found) >= MOST_PROBLEMS:
            self.raise_any()

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """Turn a refusal raised inside the block into a collected one."""
        try:
            yield
        except SubmissionRefused as problem:
            self.add(problem)

    def raise_any(self) -> None:
        """Raise what was collected; code, field and status are those of the first problem."""
        if not self._found:
            return
        first = self._found[0]
        if len(self._found) == 1:
            raise first
        lines = "\n".join(f"- {problem.message}" for problem in self._found)
        count = len(self._found)
        opening = f"The first {count} problems" if count >= MOST_PROBLEMS else f"{count} problems"
        raise SubmissionRefused(
            first.code, f"{opening}:\n{lines}", field=first.field, status=first.status
        )
