"""What a show is made of: a competition, who enters it with what, and where its state lies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.entries import Entry
from demo.paths import VAR
from demo.tasks import TaskPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """One competition from its data to its board.

    ``ensure_data`` brings a folder to the expected state. ``guest`` is the participant whose login
    is told. ``builders`` is how many entries are built side by side.
    """

    name: str
    competition: Mapping[str, Any]
    awards: Sequence[Mapping[str, Any]]
    tasks: Sequence[TaskPlan]
    baseline: Entry
    entries: Sequence[Entry]
    guest: Entry
    ensure_data: Callable[[Path], bool]
    builders: int = 1
    folder: Path = VAR

    @property
    def slug(self) -> str:
        """The competition's."""
        return str(self.competition["slug"])

    @property
    def everybody(self) -> tuple[Entry, ...]:
        """All entries, the baseline first."""
        return (self.baseline, *self.entries)

    @property
    def state(self) -> Path:
        """Where everything of it lies but the logins."""
        return self.folder / self.name

    @property
    def data(self) -> Path:
        """Prepared data sets."""
        return self.state / "data"

    @property
    def models(self) -> Path:
        """The entries' folders."""
        return self.state / "models"

    @property
    def logs(self) -> Path:
        """One log for each process and each script."""
        return self.state / "logs"

    @property
    def people(self) -> Path:
        """Everybody's logins, for this program."""
        return self.state / "people.json"

    @property
    def logins(self) -> Path:
        """Address and two logins, for others."""
        return self.folder / f"{self.name}.json"
