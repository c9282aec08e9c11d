from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.runner.errors import RunnerError
from sandbox.runner.formats.bytes_reader import BytesReader
from sandbox.runner.formats.signature import Signature
from sandbox.runner.items import Texts


def _reader(**told: Any) -> BytesReader:
    return BytesReader(
        Signature(inputs={}, outputs={}, id2label=None, options={"bytes": told} if told else {})
    )


def _bytes(text: str, **told: Any) -> list[int]:
    reader = _reader(**told)
    encoded = reader.encode([Texts((text,))], max_length=1, places=False)
    array = reader.collate(encoded.examples)["bytes"]
    assert (array.dtype, array.shape) == (np.int32, (1, told["length"]))
    found: list[int] = array[0].tolist()
    return found


def test_from_the_start_padding_stands_behind() -> None:
    assert _bytes("aé", length=5, padding=256) == [97, 195, 169, 256, 256]
    assert _bytes("abcdef", length=3) == [97, 98, 99]


def test_from_both_ends_padding_stands_in_the_middle() -> None:
    assert _bytes("ab", length=6, **{"from": "both"}, padding=9) == [97, 98, 9, 9, 97, 98]
    assert _bytes("abcdefgh", length=4, **{"from": "both"}) == [97, 98, 103, 104]
    assert _bytes("", length=4, **{"from": "both"}, padding=9) == [9, 9, 9, 9]


def test_white_space_is_taken_off_where_it_is_asked_for() -> None:
    assert _bytes(" \na b\t", length=4, strip=True) == [97, 32, 98, 0]
    assert _bytes(" a", length=2) == [32, 97]


@given(st.text("ab é藍\n", max_size=40), st.integers(1, 20))
def test_the_start_is_the_text_s(text: str, length: int) -> None:
    found = _bytes(text, length=length, padding=300)
    content = text.encode()[:length]
    assert found == [*content, *[300] * (length - len(content))]


def test_longer_texts_are_counted_as_cut() -> None:
    encoded = _reader(length=2).encode(
        [Texts(("ab",)), Texts(("abc",))], max_length=99, places=False
    )
    assert encoded.truncated == [False, True]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({}, "must be an object of length"),
        ({"size": 3}, "must be an object of length"),
        ({"from": "start"}, "“length”"),
        ({"length": 0}, "“length”"),
        ({"length": 3, "padding": -1}, "“padding”"),
        ({"length": 3, "from": "end"}, "neither start nor both"),
        ({"length": 3, "from": "both"}, "even “length”"),
    ],
)
def test_a_wrong_declaration_is_named(told: dict[str, Any], words: str) -> None:
    with pytest.raises(RunnerError, match=words):
        _reader(**told)
