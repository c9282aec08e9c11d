"""A signature holds for one statement, one purpose and one key."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from scoring import records

KEY = Ed25519PrivateKey.generate()
statements = st.dictionaries(
    st.text(max_size=10), st.none() | st.integers() | st.text(max_size=10), max_size=5
)


@given(statements)
def test_a_signed_statement_verifies_whatever_the_order_of_its_keys(statement: dict) -> None:
    signed = records.sign(statement, key=KEY)
    backwards = dict(reversed(statement.items()))
    assert records.verify(backwards, signed.signature, key=KEY.public_key())
    assert signed.key_id == records.key_id(KEY.public_key())


@given(statements)
def test_a_changed_statement_does_not_verify(statement: dict) -> None:
    signed = records.sign(statement, key=KEY)
    changed = {**statement, "added": 1}
    assert not records.verify(changed, signed.signature, key=KEY.public_key())


def test_another_key_does_not_verify() -> None:
    signed = records.sign({"a": 1}, key=KEY)
    other = Ed25519PrivateKey.generate().public_key()
    assert not records.verify({"a": 1}, signed.signature, key=other)
    assert not records.verify({"a": 1}, "not base64!", key=KEY.public_key())


def test_a_statement_without_a_finite_value_is_not_signed() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        records.sign({"points": float("nan")}, key=KEY)


def test_a_key_survives_its_file() -> None:
    key = records.load_key(records.new_key_pem())
    assert records.verify({}, records.sign({}, key=key).signature, key=key.public_key())
