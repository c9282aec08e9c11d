"""A signed record of a score with its files, made without the platform."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from competitions.blinding import PERTURBED, TEST, blind_id
from competitions.commitments import commitment
from competitions.dataset_rows import LabelRow
from competitions.kinds import get_kind
from publications.chain import GENESIS, Entry, hash_of
from scoring import records
from scoring.metrics import get_metric
from scoring.records import Subject
from scoring.replay import facts_as_dict
from scoring.resampling import Anchors, resample
from scoring.statistics.seeds import seed_for
from scoring.task_score import TaskFacts, score_task, scorer_versions

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
RUN_KEY, SPLIT_KEY = "ab" * 32, "cd" * 32
FACTS = TaskFacts(
    slug="films",
    kind=get_kind("text_classification"),
    track="predict",
    metric="accuracy",
    labels=("neg", "pos"),
    baseline=None,
    ceiling=None,
    split_key=SPLIT_KEY,
    public_fraction=0.3,
)
ROWS = [LabelRow(f"r{n}", ["neg", "pos"][n % 2]) for n in range(40)]
SEED = seed_for(competition="cup", task="films", dataset="1", split="private", purpose="bootstrap")
MANIFEST = b"podium manifest 1\n" + b"0" * 64 + b" 2 config.json\n"


def sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def jsonl(rows: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def blinded(row_id: str, part: str = TEST) -> str:
    return blind_id(key=RUN_KEY, task="films", part=part, row_id=row_id)


def predictions() -> bytes:
    """Answer every fourth row wrong, one not at all, and one perturbed copy."""
    rows = [
        {"id": blinded(row.id), "label": ["neg", "pos"][(n + (n % 4 == 0)) % 2]}
        for n, row in enumerate(ROWS[1:], start=1)
    ]
    return jsonl([*rows, {"id": blinded("typos:r3", PERTURBED), "label": "neg"}])


def labels() -> bytes:
    return jsonl([{"id": row.id, "label": row.label} for row in ROWS])


def predicate(**changes: Any) -> dict[str, Any]:
    """Return what the platform would sign over these files."""
    row_of = {blinded(row.id): row.id for row in ROWS}
    found = score_task(
        predictions=io.BytesIO(predictions()),
        max_bytes=1 << 20,
        task=FACTS,
        labels=ROWS,
        train=[],
        row_of=row_of,
        copy_of={blinded("typos:r3", PERTURBED): ("typos", "r3")},
    ).private
    sampled = resample(
        found.grounds,
        metric=get_metric("accuracy"),
        anchors=Anchors(baseline=None, ceiling=None),
        seed=SEED,
    )
    told = {
        "competition": "cup",
        "submission": "s",
        "split": "private",
        "task": facts_as_dict(FACTS),
        "split_key_sha256": sha256(SPLIT_KEY.encode()),
        "dataset": {
            "version": 1,
            "commitments": {"labels": commitment(sha256(labels()), SPLIT_KEY)},
        },
        "predictions_sha256": sha256(predictions()),
        "run": {"key_sha256": sha256(RUN_KEY.encode())},
        "versions": scorer_versions(),
        "value": found.value,
        "points": found.points,
        "low": sampled.low,
        "high": sampled.high,
        "interval": sampled.facts,
        "rows": found.rows,
        "missing": found.missing,
        "failed": False,
        "signed_at": "2026-03-01T00:00:00+00:00",
    }
    return {**told, **changes}


def envelope(**changes: Any) -> dict[str, Any]:
    """Sign a predicate with the platform's key."""
    document = records.statement(
        predicate_type="urn:podium:task-score:2",
        subject=[Subject("submission manifest", sha256(MANIFEST))],
        predicate=predicate(**changes),
    )
    return records.sign(document, key=KEY).as_dict()


def keys(*, retired_at: str | None = None) -> bytes:
    public = KEY.public_key()
    told = {
        "key_id": records.key_id(public),
        "public_pem": records.public_pem(public),
        "created_at": "2026-01-01T00:00:00+00:00",
        "retired_at": retired_at,
    }
    return json.dumps([told]).encode()


def log(record: dict[str, Any]) -> list[Entry]:
    """Return a log whose second entry names the record."""
    digest = sha256(records.read_envelope(record).payload)
    dataset = predicate()["dataset"]
    published = {"competition": "cup", "datasets": [{"task": "films", **dataset}]}
    entries: list[Entry] = []
    for number, payload in enumerate((published, {"records": [digest]}, {}), start=1):
        entry = Entry(
            sequence=number,
            at=f"2026-03-0{number}T00:00:00+00:00",
            kind="board_announced",
            payload=payload,
            previous=entries[-1].hash if entries else GENESIS,
        )
        entries.append(replace(entry, hash=hash_of(entry)))
    return entries


def write(folder: Path, **changes: Any) -> None:
    """Write the record and every file beside it."""
    record = envelope(**changes)
    facts = {"submission": "s", "split_key": SPLIT_KEY, "run_keys": {"films": RUN_KEY}}
    for name, raw in {
        "record.json": json.dumps(record).encode(),
        "keys.json": keys(),
        "key.pem": records.public_pem(KEY.public_key()).encode(),
        "predictions.jsonl": predictions(),
        "labels.jsonl": labels(),
        "replay.json": json.dumps(facts).encode(),
        "manifest.txt": MANIFEST,
        "log.jsonl": b"".join(entry.line() for entry in log(record)),
    }.items():
        (folder / name).write_bytes(raw)
