"""The replay bundle: a zip with the records of a submission and what they are computed from.

``podium-verify bundle.zip`` checks it. Labels are in it once the organizers have released them.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Mapping
from typing import IO, Any

from common import blobs
from competitions.models import Competition
from publications.api_serializers import KeySerializer
from publications.models import SigningKey
from publications.selectors import log_lines
from scoring.models import TaskScore
from scoring.present_scores import present_task_scores
from submissions.models import Submission
from submissions.recorded import records_of
from submissions.validation.manifest import MANIFEST_HEAD, ManifestFile, manifest_lines

_EPOCH = (1980, 1, 1, 0, 0, 0)
_README = """Replay bundle of a Podium submission

Check it with the program podium-verify, one file (docs/verifying.md of Podium's source):

    podium-verify THIS.zip --key keys.json

Take keys.json from the site itself (/api/v1/keys/), at best at another time and from another place
than this file. Labels are inside if the organizers have released them; otherwise give those that
you have: --labels TASK=labels.jsonl.

records/TASK/SPLIT.json  signed records (DSSE envelopes of in-toto statements)
predictions/TASK.jsonl   what the run answered, under the run's own row ids
labels/TASK.jsonl        the answers, where they are released
replay.json              the keys under which rows were renamed and divided
manifest.txt             the submission's files, as their digest is computed
keys.json, log.jsonl     the site's public keys and its publication log
"""


def write_bundle(submission: Submission, sink: IO[bytes]) -> None:
    """Write the zip; whether it may be had is the caller's question (``submissions.recorded``)."""
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        _text(archive, "README.txt", _README)
        _text(archive, "manifest.txt", _manifest(submission))
        _json(archive, "keys.json", KeySerializer(SigningKey.objects.all(), many=True).data)
        _text(archive, "log.jsonl", b"".join(log_lines()).decode())
        for record in records_of(submission):
            if record.present:
                name = f"records/{record.task}/{record.split}.json"
                _json(archive, name, record.envelope)
        scores = _scores(submission)
        _json(archive, "replay.json", _facts(submission, scores))
        for slug, score in scores.items():
            _files(archive, slug, score)


def _scores(submission: Submission) -> dict[str, TaskScore]:
    found = present_task_scores([submission.pk], "private").values()
    return {score.task.slug: score for score in found}


def _facts(submission: Submission, scores: Mapping[str, TaskScore]) -> dict[str, Any]:
    run_keys = {
        slug: score.predictions.run.key
        for slug, score in scores.items()
        if score.predictions is not None
    }
    return {
        "submission": str(submission.pk),
        "split_key": submission.competition.split_key,
        "run_keys": run_keys,
    }


def _files(archive: zipfile.ZipFile, slug: str, score: TaskScore) -> None:
    if score.predictions is not None:
        _blob(archive, f"predictions/{slug}.jsonl", blobs.predictions, score.predictions.sha256)
    if score.task.competition.replay == Competition.Replay.LABELS:
        _blob(archive, f"labels/{slug}.jsonl", blobs.labels, score.dataset.labels_sha256)
    if score.task.track == score.task.Track.PROBE and score.dataset.train_sha256:
        _blob(archive, f"train/{slug}.jsonl", blobs.inputs, score.dataset.train_sha256)


def _manifest(submission: Submission) -> str:
    files = (
        ManifestFile(path=file.path, size=file.size, sha256=file.sha256)
        for file in submission.files.all()
    )
    return MANIFEST_HEAD + "".join(manifest_lines(files))


def _blob(archive: zipfile.ZipFile, name: str, store: blobs.BlobStore, sha256: str) -> None:
    with store.open(sha256) as source, archive.open(_info(name), "w") as sink:
        shutil.copyfileobj(source, sink, blobs.CHUNK)


def _json(archive: zipfile.ZipFile, name: str, content: Any) -> None:
    _text(archive, name, json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def _text(archive: zipfile.ZipFile, name: str, content: str) -> None:
    archive.writestr(_info(name), content.encode())


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info
