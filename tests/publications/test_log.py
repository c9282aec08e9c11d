"""The log grows with what is published, refuses to change, and shows where somebody changed it."""

from __future__ import annotations

import json
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client

from publications.chain import read_entries, verify
from publications.models import AppendOnly, Publication
from publications.selectors import head, verify_log
from publications.services.append import append
from tests import factories

pytestmark = pytest.mark.django_db
KIND = Publication.Kind.DATASET_CURRENT
TABLE = Publication._meta.db_table
NO_DELETE = """
CREATE TRIGGER publications_no_delete BEFORE DELETE ON publications_publication
BEGIN SELECT RAISE(ABORT, 'entries of the publication log are never deleted'); END
"""


def fill(count: int) -> list[Publication]:
    return [append(KIND, {"competition": "cup", "version": n}) for n in range(1, count + 1)]


def behind_the_guard(*statements: str) -> None:
    """Do what somebody does who owns the database."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER ALL")
        else:
            cursor.execute("DROP TRIGGER IF EXISTS publications_no_update")
        for statement in statements:
            cursor.execute(statement)


def test_what_is_rolled_back_leaves_no_entry() -> None:
    fill(1)
    with pytest.raises(RuntimeError), transaction.atomic():
        append(KIND, {})
        raise RuntimeError
    fill(1)
    assert verify_log().broken is None
    assert head().sequence == 2


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE {t} SET kind = 'awards_granted' WHERE sequence = 3", 3),
        ("UPDATE {t} SET payload = '{{}}' WHERE sequence = 2", 2),
        ("UPDATE {t} SET hash = 'x' WHERE sequence = 3", 3),
        ("DELETE FROM {t} WHERE sequence = 2", 3),
        ("UPDATE {t} SET sequence = 9 WHERE sequence = 2", 3),
        (
            "INSERT INTO {t} (sequence, at, kind, payload, previous, hash) "
            "SELECT 6, at, kind, payload, previous, 'x' FROM {t} WHERE sequence = 5",
            6,
        ),
    ],
)
def test_edits_behind_the_model_are_found(statement: str, broken_at: int) -> None:
    fill(5)
    behind_the_guard(statement.format(t=TABLE))
    broken = verify_log().broken
    assert broken is not None
    assert broken.sequence == broken_at
    with pytest.raises(CommandError, match=f"broken at entry {broken_at}"):
        call_command("verify_log")


def test_swapped_entries_are_found() -> None:
    fill(4)
    behind_the_guard(
        f"UPDATE {TABLE} SET sequence = 99 WHERE sequence = 2",
        f"UPDATE {TABLE} SET sequence = 2 WHERE sequence = 3",
        f"UPDATE {TABLE} SET sequence = 3 WHERE sequence = 99",
    )
    broken = verify_log().broken
    assert broken is not None
    assert broken.sequence == 2


def test_a_cut_end_is_found_by_who_noted_the_hash(capsys: pytest.CaptureFixture[str]) -> None:
    noted = fill(3)[-1].hash
    call_command("verify_log", noted=noted)
    assert f"3 entries, the chain is whole. Last hash: {noted}" in capsys.readouterr().out
    behind_the_guard(f"DELETE FROM {TABLE} WHERE sequence = 3")
    call_command("verify_log")
    with pytest.raises(CommandError, match="does not hold the hash"):
        call_command("verify_log", noted=noted)


def test_the_model_has_no_way_to_change_or_delete() -> None:
    (entry,) = fill(1)
    entry.kind = "awards_granted"
    again = Publication(pk=entry.pk, sequence=1, at=entry.at, kind=KIND, payload={}, hash="x")
    rows = Publication.objects
    for attempt in (
        entry.save,
        entry.delete,
        rows.all().delete,
        lambda: rows.update(kind=KIND),
        lambda: rows.bulk_update([entry], ["kind"]),
    ):
        with pytest.raises(AppendOnly):
            attempt()
    with pytest.raises(DatabaseError), transaction.atomic():
        again.save()
    assert verify_log().broken is None


@pytest.mark.parametrize("statement", ["UPDATE {t} SET kind = 'x'", "DELETE FROM {t}"])
def test_the_database_refuses_what_goes_around_the_model(statement: str) -> None:
    fill(2)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":  # tests/conftest.py takes it away from the others
            cursor.execute(NO_DELETE)
        with pytest.raises(DatabaseError, match="are never"), transaction.atomic():
            cursor.execute(statement.format(t=TABLE))
    assert Publication.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_entries_that_come_at_once_stand_in_one_chain() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("a database in memory has one connection; files have one writer at a time")
    begin = threading.Barrier(4)

    def add() -> None:
        begin.wait()
        for _ in range(5):
            append(KIND, {})
        connections.close_all()

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verify_log() == verify(row.entry for row in Publication.objects.all())
    assert (verify_log().broken, head().sequence) == (None, 20)


def test_everybody_can_download_the_log_and_verify_it(client: Client) -> None:
    fill(3)
    answer = client.get("/api/v1/log/")
    assert answer.headers["Content-Type"] == "application/jsonl"
    lines = b"".join(answer).splitlines()
    found = verify(read_entries(lines))
    assert (found.entries, found.head, found.broken) == (3, head().hash, None)
    assert json.loads(lines[0])["payload"] == {"competition": "cup", "version": 1}


def test_the_page_shows_the_hash_to_note_and_says_what_an_empty_log_waits_for(
    client: Client,
) -> None:
    assert "Nothing published yet" in client.get("/log/").content.decode()
    fill(51)
    page = client.get("/log/").content.decode()
    assert head().hash in page
    assert 'href="?page=2"' in page
    assert "Dataset version made current" in client.get("/log/?page=2").content.decode()


def test_organizers_see_whether_the_chain_is_whole_and_where_it_broke(client: Client) -> None:
    fill(3)
    client.force_login(factories.organizer(factories.competition()))
    address = "/admin/publications/publication/"
    assert "The chain is whole." in client.get(address).content.decode()
    behind_the_guard(f"UPDATE {TABLE} SET kind = 'awards_granted' WHERE sequence = 2")
    page = client.get(address).content.decode()
    assert "The chain is broken at entry 2" in page
    assert "1 entry before it is whole" in page
