"""What every test shares: which real parts are here, and what their absence means.

A test that needs a real part carries its marker. Where the part is absent the test is skipped
and named at the end; with REQUIRE_ALL=1 it fails instead.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import psycopg
import pytest
from django.db import connection
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker

from tests.parts import PARTS, POSTGRES_URL, absent_parts
from tests.scheduling import Scheduling

# Machines are shared and noisy: no example is judged by its time.
hypothesis.settings.register_profile("podium", deadline=None)
hypothesis.settings.load_profile("podium")

REQUIRE_ALL = os.environ.get("REQUIRE_ALL") == "1"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    """Run what starts sandboxes in one process, whatever else runs beside it."""
    return Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs an absent part, unless every part is required."""
    if REQUIRE_ALL:
        return
    absent = absent_parts()
    for item in items:
        for part in PARTS:
            if item.get_closest_marker(part) and part in absent:
                item.add_marker(pytest.mark.skip(reason=f"{part} is absent: {absent[part]}"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Under REQUIRE_ALL=1 an absent part is a failure, never a skip."""
    if not REQUIRE_ALL:
        return
    absent = absent_parts()
    for part in PARTS:
        if item.get_closest_marker(part) and part in absent:
            pytest.fail(f"REQUIRE_ALL=1, but {part} is absent: {absent[part]}", pytrace=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end which real parts were absent."""
    absent = absent_parts()
    terminalreporter.section("real parts")
    for part, title in PARTS.items():
        state = f"absent: {absent[part]}" if part in absent else "present"
        terminalreporter.write_line(f"{title}: {state}")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Let tests that commit empty their tables: SQLite does it by deleting, row by row."""
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("DROP TRIGGER publications_no_delete")


@pytest.fixture(autouse=True)
def _own_stores(tmp_path: Path, settings: object) -> None:
    """Give every test its own blob stores and work folder."""
    stores = dict(settings.STORAGES)  # type: ignore[attr-defined]
    for name in settings.BLOB_STORES:  # type: ignore[attr-defined]
        options = {"location": str(tmp_path / "store" / name), "base_url": None}
        stores[name] = {**stores[name], "OPTIONS": options}
    settings.STORAGES = stores  # type: ignore[attr-defined]
    settings.WORK_DIR = tmp_path / "work"  # type: ignore[attr-defined]
    settings.SIGNING_KEY = tmp_path / "keys" / "signing.pem"  # type: ignore[attr-defined]
    settings.RESULT_KEY = tmp_path / "keys" / "results.key"  # type: ignore[attr-defined]


@pytest.fixture
def enqueued(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, object]]:
    """Collect (queue, job, pk) of every job in place of a queue server."""
    jobs: list[tuple[str, str, object]] = []
    monkeypatch.setattr("submissions.queue._enqueue", lambda *job: jobs.append(job))
    return jobs


@pytest.fixture
def postgres_database() -> Iterator[str]:
    """Make an empty database on the PostgreSQL server and return its address; drop it after."""
    name = f"podium_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(POSTGRES_URL, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlsplit(POSTGRES_URL)._replace(path=f"/{name}").geturl()
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
