"""The files behind a score: that they are the recorded ones, and what they give when scored.

The libraries that score are looked for only when there is something to score: whoever checks
signatures and digests needs none of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from competitions.commitments import commitment
from podium_verify.findings import Findings, Unreadable
from podium_verify.record import Record

_OPTIONS = {
    "submission manifest": "--manifest",
    "predictions": "--predictions",
    "labels": "--labels",
    "train split": "--train",
    "key of the split": "--facts",
    "key of the run": "--facts",
}
_OURS = {"podium_verify", "scoring", "competitions", "publications", "common"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was given beside the record; None for what was not."""

    predictions: bytes | None = None
    labels: bytes | None = None
    train: bytes | None = None
    manifest: bytes | None = None
    facts: bytes | None = None


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys that were told after the close; None for what was not."""

    run: str | None = None
    split: str | None = None


def read_keys_of(task: str, facts: bytes | None) -> Keys:
    """Return the keys that ``replay.json`` tells for a task; raises Unreadable."""
    if facts is None:
        return Keys()
    try:
        told = json.loads(facts)
        keys = Keys(run=told["run_keys"].get(task), split=told["split_key"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable("the facts are no replay.json as the platform writes it") from error
    if not isinstance(keys.split, str) or not isinstance(keys.run, str | None):
        raise Unreadable("the facts are no replay.json as the platform writes it")
    return keys


def check_files(record: Record, given: Given, findings: Findings) -> None:
    """Compare each file with its recorded digest, then replay the score if all is there."""
    predicate, committed = record.predicate, record.predicate["dataset"]["commitments"]
    keys = read_keys_of(predicate["task"]["slug"], given.facts)
    digests = {
        "submission manifest": (record.subject.get("submission manifest"), given.manifest),
        "predictions": (predicate["predictions_sha256"], given.predictions),
        "key of the split": (predicate["split_key_sha256"], _bytes(keys.split)),
        "key of the run": ((predicate["run"] or {}).get("key_sha256"), _bytes(keys.run)),
    }
    for name, (recorded, content) in digests.items():
        if recorded and content is None:
            findings.skipped(f"the {name} (needs {_OPTIONS[name]})")
        elif recorded and content is not None:
            found = hashlib.sha256(content).hexdigest()
            findings.compare(f"the {name}", recorded=recorded, found=found)
    _check_committed("labels", committed["labels"], given.labels, keys, findings)
    if predicate["task"]["track"] == "probe":
        _check_committed("train split", committed.get("train"), given.train, keys, findings)
    if findings.is_false:
        findings.skipped("the score itself: what it is computed from is not what was recorded")
        return
    _replay(record.predicate, given, keys, findings)


def _check_committed(
    name: str, recorded: str | None, content: bytes | None, keys: Keys, findings: Findings
) -> None:
    """Compare a file of the dataset, which is named by a commitment under the split's key."""
    if content is None or keys.split is None:
        findings.skipped(f"the {name} (needs {_OPTIONS[name]} and --facts)")
        return
    found = commitment(hashlib.sha256(content).hexdigest(), keys.split)
    findings.compare(f"the {name}, by their commitment", recorded=recorded, found=found)


def _bytes(key: str | None) -> bytes | None:
    return None if key is None else key.encode()


def _replay(predicate: Mapping[str, Any], given: Given, keys: Keys, findings: Findings) -> None:
    if predicate["failed"]:
        findings.compare("the points of a failed task", recorded=predicate["points"], found=0.0)
        return
    if given.predictions is None or given.labels is None or keys.run is None or keys.split is None:
        findings.skipped("the score itself (needs --predictions, --labels and --facts)")
        return
    try:
        import_module("podium_verify.replayed").compare_score(
            predicate,
            findings,
            predictions=given.predictions,
            labels=given.labels,
            train=given.train,
            run_key=keys.run,
            split_key=keys.split,
        )
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] in _OURS:
            raise
        findings.skipped(
            f"the score itself: the library {error.name} is not installed; "
            "requirements/platform.lock of the site's source names all that score"
        )
