"""Lines of JSON rows, almost right: for every reader of JSON Lines."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from tests.fuzz.json_texts import json_objects, json_texts
from tests.fuzz.mutations import changed, mutated

_ENDS = (b"\n", b"\n", b"\n", b"\n", b"\r\n", b"", b"\n\n", b" \n", b"\r")


def row_files(good: Sequence[bytes], fields: dict[str, Sequence[str]]) -> st.SearchStrategy[bytes]:
    """Files of the `good` rows, and of rows whose fields have the given values (JSON texts)."""
    values = {name: st.sampled_from(list(texts)) for name, texts in fields.items()}
    known = [text for texts in fields.values() for text in texts]
    odd_values = {
        name: st.one_of(value, json_texts(list(fields), known)) for name, value in values.items()
    }
    texts = st.one_of(
        json_objects(values), json_objects(odd_values), json_texts(list(fields), known)
    )
    rows = st.one_of(st.sampled_from(list(good)), texts.map(lambda text: text.encode()))
    lines = st.builds(bytes.__add__, rows, st.sampled_from(_ENDS))
    whole = b"".join(row + b"\n" for row in good)
    kept = st.sets(st.sampled_from(range(len(good)))).map(
        lambda places: b"".join(good[place] + b"\n" for place in sorted(places))
    )
    files = st.lists(lines, max_size=8).map(b"".join)
    return st.one_of(
        changed(kept), changed(files), mutated([whole, *good], words=[b'"id"', b"\n", b"1e999"])
    )
