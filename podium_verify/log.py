"""The publication log: that its chain is whole, holds a noted hash, and names the record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from common.canonical_json import JsonInvalid
from podium_verify.findings import Findings
from podium_verify.record import SCORE_TYPE, Record
from publications.chain import Entry, read_entries, verify


def check_log(raw: bytes, record: Record, *, noted: str | None, findings: Findings) -> None:
    """Verify a downloaded log (JSON Lines), then look for the record in it."""
    try:
        entries = list(read_entries(raw.splitlines()))
    except JsonInvalid as error:
        findings.false(f"the log can't be read: {error}")
        return
    found = verify(entries)
    if found.broken is not None:
        findings.false(f"the log is broken at entry {found.broken.sequence}: {found.broken.reason}")
        return
    findings.held(f"the log's chain is whole: {found.entries} entries, last {found.head[:16]}…")
    _check_noted(entries, noted, findings)
    _find(entries, record, findings)
    if record.type == SCORE_TYPE:
        _check_dataset(entries, record.predicate, findings)


def _check_dataset(entries: list[Entry], predicate: Mapping[str, Any], findings: Findings) -> None:
    """Compare the record's dataset with what the log said of that version when it came."""
    version = predicate["dataset"]["version"]
    for entry in entries:
        for told in [*entry.payload.get("datasets", []), entry.payload]:
            named = (entry.payload.get("competition"), told.get("task"), told.get("version"))
            if named == (predicate["competition"], predicate["task"]["slug"], version):
                findings.compare(
                    f"the dataset, as entry {entry.sequence} committed to it at {entry.at}",
                    recorded=predicate["dataset"]["commitments"],
                    found=told.get("commitments"),
                )
                return
    findings.skipped("what the log said of the dataset before: no entry names its version")


def _check_noted(entries: list[Entry], noted: str | None, findings: Findings) -> None:
    if noted is None:
        findings.skipped("that the log was not rewritten as a whole (needs --noted, a noted hash)")
        return
    at = next((each.sequence for each in entries if each.hash == noted), None)
    if at is None:
        findings.false("the log does not hold the hash that you noted: it was rewritten")
    else:
        findings.held(f"the hash that you noted is entry {at}")


def _find(entries: list[Entry], record: Record, findings: Findings) -> None:
    for entry in entries:
        if record.digest in _texts(entry.payload):
            findings.held(f"the log names this record, in entry {entry.sequence} at {entry.at}")
            return
    if record.type != SCORE_TYPE and _goes_beyond(entries, record):
        findings.false("the log goes on after this was published and does not name it")
        return
    findings.skipped(
        "the record's place in the log: no entry names it. The log names grants, results and the "
        "scores behind a final board, not every score"
    )


def _goes_beyond(entries: list[Entry], record: Record) -> bool:
    """Tell whether the log has entries from after a grant or results, which it names always."""
    published_at = datetime.fromisoformat(record.predicate["published_at"])
    return bool(entries) and datetime.fromisoformat(entries[-1].at) > published_at


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
