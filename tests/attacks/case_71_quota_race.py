"""Row 71: fifty uploads at the same moment, to pass a limit of seven."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.attacks.arena import Arena
from tests.attacks.registry import PLATFORM, case
from tests.live import ROOT
from tests.submissions.race import LIMIT, THREADS
from tests.submissions.test_quota_race import check

UNLOCKED = """
import django
django.setup()
from threading import Barrier
from django.utils import timezone
from submissions.services import uploads
from tests.submissions import race

counted, submit, check = Barrier(race.THREADS), uploads.submit_upload, uploads.check_may_submit

def count_then_submit(*, upload):
    check(upload.participation, timezone.now())
    counted.wait()
    uploads.check_may_submit = lambda participation, now: None
    return submit(upload=upload)

uploads.MOST_OPEN_UPLOADS = race.THREADS
entered = race.enter_contest()
racers = [race.whole_upload(entered, b"%d" % index) for index in range(race.THREADS)]
uploads.submit_upload = count_then_submit
print(race.json.dumps(race.report(entered, racers)))
"""
"""The same race where the limit is counted before the lock is taken."""


@case(71, "quota race: fifty uploads at once", where=PLATFORM)
def quota_race(arena: Arena) -> None:
    with TemporaryDirectory() as folder:
        check(f"sqlite:///{folder}/race.sqlite3", Path(folder))


@quota_race.control
def counted_before_the_lock_the_limit_is_passed(arena: Arena) -> None:
    with TemporaryDirectory() as folder:
        environ = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "PODIUM_TEST_DATABASE_URL": f"sqlite:///{folder}/race.sqlite3",
            "PODIUM_VAR": folder,
            "PODIUM_REDIS_URL": "redis://127.0.0.1:1/0",
        }
        for command in (["manage.py", "migrate", "-v0"], ["-c", UNLOCKED]):
            done = subprocess.run(
                [sys.executable, *command], cwd=ROOT, env=environ, capture_output=True, check=False
            )
            assert done.returncode == 0, done.stderr.decode()
    numbers = json.loads(done.stdout)["numbers"]
    assert len(numbers) == THREADS > LIMIT
