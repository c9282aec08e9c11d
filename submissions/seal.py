"""Binds predictions to the attempt that made them: an HMAC-SHA256 (RFC 2104) by the worker.

The key never enters a sandbox nor the database. Each attempt has a key of its own, derived from
the platform's and from the run's, and the sealed text names run, attempt, submission, model,
task and dataset beside the file, so that a result that was swapped, edited or replayed from
another attempt does not verify.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from pathlib import Path

from django.conf import settings

from common import blobs
from common.key_files import read_or_make
from submissions.models import Predictions

_KEY_BYTES = 32
_PURPOSE = b"podium result seal v1"


def seal(predictions: Predictions) -> str:
    """Return the seal (hexadecimal) of a prediction file's row."""
    return hmac.new(_attempt_key(predictions), _statement(predictions), hashlib.sha256).hexdigest()


def is_sealed(predictions: Predictions) -> bool:
    """Tell whether the row and its stored file are what a worker sealed when the run ended.

    Raises:
        FileNotFoundError: the store has lost the file.
    """
    as_sealed = hmac.compare_digest(predictions.seal, seal(predictions))
    return as_sealed and blobs.predictions.is_whole(predictions.sha256)


def seal_codes(predictions: Predictions, coded_sha256: str) -> str:
    """Return the seal that binds codes to the sealed predictions they were read from."""
    statement = f"codes\0{predictions.seal}\0{coded_sha256}".encode()
    return hmac.new(_attempt_key(predictions), statement, hashlib.sha256).hexdigest()


def has_sealed_codes(predictions: Predictions) -> bool:
    """Tell whether the row names codes that a scorer read from the predictions it sealed.

    The bytes are named by their sha256; whoever reads them checks that.
    """
    sha256 = predictions.coded_sha256
    return (
        bool(sha256)
        and hmac.compare_digest(predictions.seal, seal(predictions))
        and hmac.compare_digest(predictions.coded_seal, seal_codes(predictions, sha256))
    )


def key_fingerprint() -> str:
    """Name the platform's key (16 hexadecimal digits), so that people can compare two of them.

    Raises:
        OSError: it can't be read, or made where there is none.
    """
    return hmac.new(_platform_key(), b"podium result key", hashlib.sha256).hexdigest()[:16]


def _platform_key() -> bytes:
    return read_or_make(Path(settings.RESULT_KEY), lambda: secrets.token_bytes(_KEY_BYTES))


def _attempt_key(predictions: Predictions) -> bytes:
    context = _PURPOSE + bytes.fromhex(predictions.run.key)
    return hmac.new(_platform_key(), context, hashlib.sha256).digest()


def _statement(predictions: Predictions) -> bytes:
    run = predictions.run
    facts = {
        "run": run.pk,
        "attempt": run.attempt,
        "submission": str(run.submission_id),
        "model": run.submission.manifest_sha256,
        "task": predictions.task_id,
        "dataset": predictions.dataset_id,
        "sha256": predictions.sha256,
        "size": predictions.size,
    }
    return json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()
