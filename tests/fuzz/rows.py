"""Lines of JSON rows, almost right: for every reader of JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import strategies as st

from tests.fuzz.json_texts import json_objects, json_texts
from tests.fuzz.mutations import changed, mutated

_ENDS = (b"\n", b"\n", b"\n", b"\n", b"\r\n", b"", b"\n\n", b" \n", b"\r")


def row_files(good: Sequence[bytes], fields: dict[str, Sequence[str]]) -> st.SearchStrategy[bytes]:
    """Files of the `good` rows, and of rows whose fields have the given values (JSON texts)."""
    odd = _odd_rows(fields)
    lines = st.builds(
        bytes.__add__, st.one_of(st.sampled_from(list(good)), odd), st.sampled_from(_ENDS)
    )
    kept = st.sets(st.sampled_from(range(len(good)))).map(
        lambda places: [good[place] for place in sorted(places)]
    )
    changes = st.sampled_from([(name, text) for name, texts in fields.items() for text in texts])
    places = st.integers(0, len(good) - 1)
    nearly = st.builds(_with_field, st.sampled_from(list(good)), changes)
    inserted = st.builds(_inserted, kept, places, nearly | odd)
    whole = _file(good)
    return st.one_of(
        kept.map(_file),
        inserted.map(_file),
        st.builds(lambda place, field: _file(_replaced(good, place, field)), places, changes),
        changed(kept.map(_file)),
        changed(st.lists(lines, max_size=8).map(b"".join)),
        mutated([whole, *good], words=[b'"id"', b"\n", b"1e999"]),
    )


def _odd_rows(fields: dict[str, Sequence[str]]) -> st.SearchStrategy[bytes]:
    known = [text for texts in fields.values() for text in texts]
    values = {name: st.sampled_from(list(texts)) for name, texts in fields.items()}
    any_values = {
        name: st.one_of(value, json_texts(list(fields), known)) for name, value in values.items()
    }
    texts = st.one_of(
        json_objects(values), json_objects(any_values), json_texts(list(fields), known)
    )
    return texts.map(lambda text: text.encode())


def _with_field(row: bytes, field: tuple[str, str]) -> bytes:
    """The row with one field replaced, its value a JSON text."""
    texts = {name: json.dumps(value) for name, value in json.loads(row).items()}
    texts[field[0]] = field[1]
    return ("{" + ", ".join(f'"{name}": {text}' for name, text in texts.items()) + "}").encode()


def _inserted(rows: list[bytes], place: int, row: bytes) -> list[bytes]:
    return [*rows[:place], row, *rows[place:]]


def _replaced(rows: Sequence[bytes], place: int, field: tuple[str, str]) -> list[bytes]:
    return [*rows[:place], _with_field(rows[place], field), *rows[place + 1 :]]


def _file(rows: Sequence[bytes]) -> bytes:
    return b"".join(row + b"\n" for row in rows)
