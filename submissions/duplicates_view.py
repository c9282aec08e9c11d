"""What the organizers' page of entries that look alike shows, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from competitions.models import Competition
from submissions.models import DuplicatePair, DuplicateSearch, Submission

MOST_SHOWN = 100
_SMALLEST_CHANCE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """One task's figures, and the chance in words."""

    title: str
    rows: int
    equal: int
    odd: int
    odd_alike: int
    chance: str
    constant: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PairView:
    """A pair with its evidence in words."""

    pair: DuplicatePair
    tasks: list[TaskLine]
    files: list[dict[str, Any]]
    rows: int
    equal: int
    chance: str
    same_folder: bool
    is_old: bool

    @property
    def sides(self) -> tuple[Submission, Submission]:
        """The two submissions, the earlier first."""
        return self.pair.first, self.pair.second

    @property
    def all_equal(self) -> bool:
        """Whether every compared answer is equal."""
        return self.rows > 0 and self.equal == self.rows

    @property
    def is_constant(self) -> bool:
        """Whether both give one answer to all rows of some task."""
        return any(line.constant for line in self.tasks)


def search_of(competition: Competition) -> DuplicateSearch | None:
    """Return the comparison that was asked for last."""
    return DuplicateSearch.objects.filter(competition=competition).first()


def pair_groups(
    competition: Competition, search: DuplicateSearch | None
) -> list[tuple[str, list[PairView], int]]:
    """Return the pairs by what was decided: title, the most suspicious first, how many more."""
    people = [f"{side}__participation__{whom}" for side in ("first", "second") for whom in _PEOPLE]
    pairs = competition.duplicate_pairs.select_related("reviewed_by", *people)
    titles = dict(competition.tasks.values_list("slug", "title"))
    groups = []
    for state, title in DuplicatePair.State.choices:
        found = pairs.filter(state=state)
        views = [_view(pair, titles, search) for pair in found[:MOST_SHOWN]]
        if views:
            groups.append((title, views, max(0, found.count() - len(views))))
    return groups


_PEOPLE = ("user", "team")


def chance_words(chance: float, odd: int) -> str:
    """Say how probable it is that strangers are as alike; ``odd`` rows are all it goes by."""
    if not odd:
        return "nothing to go by"
    if chance > 0.5:
        return "may well be chance"
    if chance < _SMALLEST_CHANCE:
        return "less than 1 in a million"
    return f"about 1 in {round(1 / chance):,}".replace(",", "\u202f")


def _view(pair: DuplicatePair, titles: dict[str, str], search: DuplicateSearch | None) -> PairView:
    tasks = pair.evidence["tasks"]
    computed = None if search is None else search.computed_at
    return PairView(
        pair=pair,
        tasks=[_line(titles.get(slug, slug), told) for slug, told in tasks.items()],
        files=pair.evidence["files"],
        rows=sum(told["rows"] for told in tasks.values()),
        equal=sum(told["equal"] for told in tasks.values()),
        chance=chance_words(pair.chance, max((told["odd"] for told in tasks.values()), default=0)),
        same_folder=pair.first.manifest_sha256 == pair.second.manifest_sha256,
        is_old=computed is not None and pair.seen_at < computed,
    )


def _line(title: str, told: dict[str, Any]) -> TaskLine:
    return TaskLine(
        title=title,
        rows=told["rows"],
        equal=told["equal"],
        odd=told["odd"],
        odd_alike=told["odd_alike"],
        chance=chance_words(told["chance"], told["odd"]),
        constant=told["constant"],
    )
