"""Whatever is done to a chain of entries shows, and where."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.canonical_json import JsonInvalid
from publications.chain import GENESIS, Entry, hash_of, read_entries, verify


def chain(length: int) -> list[Entry]:
    entries: list[Entry] = []
    for number in range(1, length + 1):
        entry = Entry(
            sequence=number,
            at=f"2026-01-{number:02}T00:00:00+00:00",
            kind="dataset_current",
            payload={"competition": "cup", "version": number},
            previous=entries[-1].hash if entries else GENESIS,
        )
        entries.append(replace(entry, hash=hash_of(entry)))
    return entries


def broken_at(entries: list[Entry]) -> int | None:
    broken = verify(entries).broken
    return None if broken is None else broken.sequence


def test_a_whole_chain_gives_its_head() -> None:
    entries = chain(5)
    found = verify(entries)
    assert (found.entries, found.head, found.broken) == (5, entries[-1].hash, None)
    assert verify([]).head == GENESIS


def test_the_hash_of_an_entry_stays_what_it_was() -> None:
    # Made once: a copy of a log that somebody keeps must verify in years.
    (entry,) = chain(1)
    assert entry.hash == "063c6c0b4b1e8c262e25964e001b15ba5d9d8561b98ade863850ca237f5a0808"


def test_a_log_survives_its_file() -> None:
    entries = chain(4)
    assert list(read_entries(entry.line() for entry in entries)) == entries


@pytest.mark.parametrize(
    "edit",
    [
        {"payload": {"competition": "cup", "version": 9}},
        {"at": "2026-02-01T00:00:00+00:00"},
        {"kind": "awards_granted"},
        {"previous": "a" * 64},
        {"hash": "a" * 64},
        {"sequence": 7},
    ],
)
def test_an_edited_entry_is_found(edit: dict) -> None:
    entries = chain(5)
    entries[2] = replace(entries[2], **edit)
    broken = verify(entries).broken
    assert broken is not None
    assert broken.sequence == edit.get("sequence", 3)
    assert verify(entries).entries == 2


def test_an_entry_that_was_edited_with_its_hash_breaks_at_the_next() -> None:
    entries = chain(5)
    edited = replace(entries[2], payload={})
    entries[2] = replace(edited, hash=hash_of(edited))
    assert broken_at(entries) == 4


@given(st.integers(2, 9), st.data())
def test_a_removed_moved_or_added_entry_is_found(length: int, data: st.DataObject) -> None:
    entries = chain(length)
    at = data.draw(st.integers(0, length - 2))
    removed = entries[:at] + entries[at + 1 :]
    moved = [*entries[:at], entries[at + 1], entries[at], *entries[at + 2 :]]
    added = [*entries[: at + 1], entries[at], *entries[at + 1 :]]
    for changed in (removed, moved, added):
        assert broken_at(changed) is not None
        assert verify(changed).entries in (at, at + 1)


def test_a_chain_that_was_made_anew_has_another_head() -> None:
    entries, head = [], GENESIS
    for entry in chain(5):
        payload = {} if entry.sequence == 3 else entry.payload
        anew = replace(entry, payload=payload, previous=head)
        entries.append(replace(anew, hash=hash_of(anew)))
        head = entries[-1].hash
    assert broken_at(entries) is None
    assert head != chain(5)[-1].hash


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "line 1: this is no JSON"),
        (b'{"sequence": 1}', "line 1: an entry has the fields"),
        (chain(1)[0].line().replace(b'"sequence":1', b'"sequence":true'), "another type"),
        (chain(1)[0].line().replace(b'"kind"', b'"at":"","kind"'), "twice"),
    ],
)
def test_a_file_that_is_no_log_is_refused(line: bytes, reason: str) -> None:
    with pytest.raises(JsonInvalid, match=reason):
        list(read_entries([line]))
