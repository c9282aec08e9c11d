"""A record: that it is one, who signed it, and when."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from common.canonical_json import JsonInvalid, strict_object
from podium_verify.findings import Findings
from podium_verify.keys import TrustedKey
from scoring.records import PAYLOAD_TYPE, STATEMENT_TYPE, read_envelope

SCORE_TYPE = "urn:podium:task-score:2"
KINDS = {
    SCORE_TYPE: "a task score",
    "urn:podium:award-grant:3": "the grant of an award",
    "urn:podium:results:1": "the results of a competition",
}
SLACK = timedelta(minutes=10)
"""How far a signature may lie outside of its key's time: whoever signs had the key, or the time,
in hand a moment before."""
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True, slots=True)
class Record:
    """A statement whose signature held. ``digest`` is the sha256 of the signed bytes."""

    type: str
    subject: Mapping[str, str]
    predicate: Mapping[str, Any]
    digest: str


def check_record(raw: bytes, keys: Mapping[str, TrustedKey], findings: Findings) -> Record | None:
    """Return the record, None where anything about its form or its signature is false."""
    try:
        envelope = read_envelope(strict_object(raw))
    except JsonInvalid as error:
        findings.false(f"this is no record as the platform writes them: {error}")
        return None
    if envelope.payload_type != PAYLOAD_TYPE:
        findings.false(f"the envelope holds {envelope.payload_type!r}, not an in-toto statement")
        return None
    trusted = keys.get(envelope.key_id)
    if trusted is None:
        findings.false(
            f"it names the key {envelope.key_id[:16]}…, which is not among the given ones "
            f"({', '.join(f'{each[:16]}…' for each in keys) or 'none'})"
        )
        return None
    if not envelope.is_signed_by(trusted.key):
        findings.false(
            "the signature does not fit: the record was changed after it was signed, or "
            f"somebody else than the holder of the key {envelope.key_id[:16]}… made it"
        )
        return None
    findings.held(f"signed with the key {envelope.key_id[:16]}…")
    return _read_statement(envelope.payload, trusted, findings)


def _read_statement(payload: bytes, trusted: TrustedKey, findings: Findings) -> Record | None:
    try:
        statement = strict_object(payload)
    except JsonInvalid as error:
        findings.false(f"what was signed is no statement: {error}")
        return None
    if statement.get("_type") != STATEMENT_TYPE or str(statement.get("predicateType")) not in KINDS:
        findings.false("what was signed is a statement of another kind or version")
        return None
    subject = _subject(statement.get("subject"))
    predicate = statement.get("predicate")
    if subject is None or not isinstance(predicate, dict):
        findings.false("the signed statement lacks its subject or its predicate")
        return None
    _check_time(predicate, trusted, findings)
    digest = hashlib.sha256(payload).hexdigest()
    return Record(statement["predicateType"], subject, predicate, digest)


def _subject(told: Any) -> dict[str, str] | None:
    try:
        found = {each["name"]: each["digest"]["sha256"] for each in told}
    except (TypeError, KeyError):
        return None
    return found if found and all(map(_SHA256.match, found.values())) else None


def _check_time(predicate: Mapping[str, Any], trusted: TrustedKey, findings: Findings) -> None:
    told = next((predicate[k] for k in ("signed_at", "granted_at") if k in predicate), None)
    told = told or predicate.get("published_at")
    if trusted.created_at is None or not isinstance(told, str):
        findings.skipped("whether the key was in use then (needs keys.json, with the keys' dates)")
        return
    signed_at = datetime.fromisoformat(told)
    if trusted.retired_at is not None and signed_at > trusted.retired_at + SLACK:
        findings.false(f"signed at {told}, after the key was retired ({trusted.retired_at})")
    elif signed_at < trusted.created_at - SLACK:
        findings.false(f"signed at {told}, before the key was made ({trusted.created_at})")
    else:
        findings.held(f"the key was in use when it was signed, at {told}")
