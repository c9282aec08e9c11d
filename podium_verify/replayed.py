"""A score computed again from its files, with the code that computed it for the site."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from common.errors import DomainError
from podium_verify.findings import Findings
from scoring.replay import Files, NotReplayable, Replayed, replay
from scoring.statistics.seeds import seed_for
from scoring.task_score import scorer_versions


def compare_score(
    predicate: Mapping[str, Any],
    findings: Findings,
    *,
    predictions: bytes,
    labels: bytes,
    train: bytes | None,
    run_key: str,
    split_key: str,
) -> None:
    """Score the files and compare all figures with the recorded ones, to the last digit."""
    files = Files(
        predictions=predictions,
        labels=labels,
        train=train,
        run_key=run_key,
        split_key=split_key,
    )
    _note_versions(predicate["versions"], findings)
    try:
        found = replay(predicate, files)
    except NotReplayable as error:
        findings.skipped(f"the score itself: {error}")
        return
    except (DomainError, ValueError) as error:
        findings.false(f"the files can't be scored: {error}")
        return
    for name in ("value", "points", "rows", "missing"):
        findings.compare(
            f"{name}, computed again", recorded=predicate[name], found=getattr(found, name)
        )
    _compare_interval(predicate, found, findings)


def _compare_interval(predicate: Mapping[str, Any], found: Replayed, findings: Findings) -> None:
    if not predicate["interval"]:
        findings.skipped("the interval: none was recorded")
        return
    findings.compare(
        "the seed of the interval, which follows from names",
        recorded=predicate["interval"]["seed"],
        found=seed_for(
            competition=predicate["competition"],
            task=predicate["task"]["slug"],
            dataset=str(predicate["dataset"]["version"]),
            split=predicate["split"],
            purpose="bootstrap",
        ),
    )
    for name in ("low", "high"):
        findings.compare(
            f"{name} end of the interval, computed again",
            recorded=predicate[name],
            found=getattr(found, name),
        )


def _note_versions(recorded: Mapping[str, str], findings: Findings) -> None:
    here = scorer_versions()
    other = [
        f"{name} {recorded.get(name)} there, {here.get(name)} here"
        for name in sorted({*recorded, *here})
        if recorded.get(name) != here.get(name)
    ]
    if other:
        findings.skipped(f"equal versions of the scorer: {'; '.join(other)}. Digits may differ")
    else:
        findings.held("the same versions of the scorer and its libraries as recorded")
