"""What a worker must have to take a submission: guarantees, and its format's environment."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from competitions import guarantees
from competitions.models import Competition
from sandbox.environments import TENSORFLOW, TORCH
from submissions.models import Submission

_OF_FORMAT = {"tensorflow": TENSORFLOW}
ENVIRONMENT_TITLES: Mapping[str, str] = {TORCH: "PyTorch", TENSORFLOW: "TensorFlow"}
_SUFFIX = "_environment"


def environment_of(submission_format: str) -> str:
    """Return the environment in which submissions of a format run."""
    return _OF_FORMAT.get(submission_format, TORCH)


def environments_of(competition: Competition) -> frozenset[str]:
    """Return the environments that the formats of a competition need."""
    return frozenset(map(environment_of, competition.allowed_formats))


def missing(
    submission: Submission, *, held: Collection[str], environments: Collection[str]
) -> frozenset[str]:
    """Return the names of what a worker lacks to run a submission; `in_words` knows them all."""
    lacking = guarantees.required_guarantees(submission.competition) - frozenset(held)
    wanted = environment_of(submission.format)
    return lacking if wanted in environments else lacking | {wanted + _SUFFIX}


def in_words(names: Iterable[str]) -> str:
    """Return guarantees and environments by their titles, separated by commas."""
    wanted = set(names)
    titles = [
        f"Environment with {title}"
        for name, title in ENVIRONMENT_TITLES.items()
        if name + _SUFFIX in wanted
    ]
    return ", ".join(filter(None, [guarantees.in_words(wanted), *titles]))


def environments_in_words(names: Collection[str]) -> str:
    """Return the titles of environments, separated by commas."""
    return ", ".join(title for name, title in ENVIRONMENT_TITLES.items() if name in names)
