"""Fifty threads submit at once; prints what each got, as JSON. Run by test_quota_race.py."""

from __future__ import annotations

import hashlib
import io
import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import django

django.setup()

from django.db import connection  # noqa: E402

from common.errors import DomainError  # noqa: E402
from competitions.models import Participation  # noqa: E402
from submissions.models import Upload  # noqa: E402
from submissions.services import uploads  # noqa: E402
from tests import factories  # noqa: E402

THREADS = 50
LIMIT = 7


def whole_upload(owner: Participation, data: bytes) -> Upload:
    """Open an upload and send its only file."""
    assert owner.user is not None
    sha256 = hashlib.sha256(data).hexdigest()
    file = {"path": "config.json", "size": len(data), "sha256": sha256}
    upload, _ = uploads.open_upload(competition=owner.competition, user=owner.user, files=[file])
    stream = io.BytesIO(data)
    uploads.receive_file(upload=upload, sha256=sha256, stream=stream, length=len(data))
    return upload


def race(racers: list[Upload]) -> list[str]:
    """Submit all uploads at the same moment, each over its own connection."""
    barrier = Barrier(len(racers))

    def submit(upload: Upload) -> str:
        try:
            fresh = Upload.objects.get(pk=upload.pk)
            barrier.wait()
            uploads.submit_upload(upload=fresh)
        except DomainError as error:
            return error.code
        finally:
            connection.close()
        return "entered"

    with ThreadPoolExecutor(len(racers)) as pool:
        return list(pool.map(submit, racers))


def enter_contest() -> Participation:
    """Make a participation whose only scarce thing is the daily limit."""
    competition = factories.competition()
    competition.phases.update(daily_limit=LIMIT, concurrent_limit=THREADS)
    return factories.participation(competition)


def report(owner: Participation, racers: list[Upload]) -> dict[str, list[object]]:
    """Race, and tell the answers and the numbers of what was entered."""
    answers = race(racers)
    numbers = owner.submissions.order_by("number").values_list("number", flat=True)
    return {"answers": [*answers], "numbers": [*numbers]}


def main() -> None:
    """Race for a quota, then for one upload."""
    uploads.MOST_OPEN_UPLOADS = THREADS
    many, one = enter_contest(), enter_contest()
    different = [whole_upload(many, b"%d" % index) for index in range(THREADS)]
    same = [whole_upload(one, b"{}")] * THREADS
    print(json.dumps({"quota": report(many, different), "upload": report(one, same)}))


if __name__ == "__main__":
    main()
