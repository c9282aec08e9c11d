"""Exactly the limit passes when fifty connections submit at once, on both databases."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.live import ROOT
from tests.submissions.race import LIMIT, THREADS

pytestmark = pytest.mark.slow


@pytest.fixture
def sqlite_file(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'race.sqlite3'}"


def check(database: str, folder: Path) -> None:
    answer = run_race(database, folder)
    quota, upload = answer["quota"], answer["upload"]
    assert Counter(quota["answers"]) == {"entered": LIMIT, "daily_limit": THREADS - LIMIT}
    assert quota["numbers"] == list(range(1, LIMIT + 1))
    assert Counter(upload["answers"]) == {"entered": 1, "upload_submitted": THREADS - 1}
    assert upload["numbers"] == [1]


def run_race(database: str, folder: Path) -> dict[str, Any]:
    environ = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "PODIUM_TEST_DATABASE_URL": database,
        "PODIUM_VAR": str(folder),
        "PODIUM_REDIS_URL": "redis://127.0.0.1:1/0",
    }
    for command in (["manage.py", "migrate", "-v0"], ["-m", "tests.submissions.race"]):
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=environ, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_exactly_the_limit_passes_on_sqlite(sqlite_file: str, tmp_path: Path) -> None:
    check(sqlite_file, tmp_path)


@pytest.mark.postgres
def test_exactly_the_limit_passes_on_postgresql(postgres_database: str, tmp_path: Path) -> None:
    check(postgres_database, tmp_path)
