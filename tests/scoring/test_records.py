"""A signature holds for one statement, one purpose and one key; nothing unsigned comes along."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from common.canonical_json import JsonInvalid, strict_object
from scoring import records
from scoring.records import EnvelopeInvalid, Subject

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key()
documents = st.dictionaries(
    st.text(max_size=10), st.none() | st.integers() | st.floats(-1e9, 1e9) | st.text(max_size=10)
)
# Made once by this key over this statement: another implementation must come to the same bytes.
GOLDEN = {
    "payloadType": "application/vnd.in-toto+json",
    "payload": (
        "eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJwcmVkaWNhdGUiOnsicG9pbnRzIjo4"
        "Ny41LCJ0YXNrIjoiw6kifSwicHJlZGljYXRlVHlwZSI6InVybjpwb2RpdW06dGFzay1zY29yZToyIiwic3ViamVj"
        "dCI6W3siZGlnZXN0Ijp7InNoYTI1NiI6ImFiIn0sIm5hbWUiOiJtIn1dfQ=="
    ),
    "signatures": [
        {
            "keyid": "56475aa75463474c0285df5dbf2bcab73da651358839e9b77481b2eab107708c",
            "sig": (
                "UK48T7Zbuy06MShM3o0NuEY2A7kN9e0XY+HaIBWwllK5WGHZ3Lw4YrBntO19bGdvNsizYvGcJ/wKjD0wlPaJCQ=="
            ),
        }
    ],
}


def golden_statement() -> dict[str, Any]:
    return records.statement(
        predicate_type="urn:podium:task-score:2",
        subject=[Subject("m", "ab")],
        predicate={"task": "é", "points": 87.5},
    )


def test_a_statement_has_the_envelope_that_it_always_had() -> None:
    assert records.sign(golden_statement(), key=KEY).as_dict() == GOLDEN


def test_the_encoding_that_is_signed_is_the_one_of_the_specification() -> None:
    # The example of https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
    encoded = records.pre_authentication_encoding("http://example.com/HelloWorld", b"hello world")
    assert encoded == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


@given(documents)
def test_an_envelope_survives_its_file_and_gives_the_statement_back(document: dict) -> None:
    envelope = records.sign(document, key=KEY)
    again = records.read_envelope(json.loads(json.dumps(envelope.as_dict())))
    assert again == envelope
    assert again.is_signed_by(PUBLIC)
    assert again.statement == document


@given(st.data())
def test_whatever_character_of_an_envelope_is_changed_it_is_refused(data: st.DataObject) -> None:
    text = json.dumps(GOLDEN)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(max_codepoint=0x17F).filter(lambda each: each != text[at]))
    changed = text[:at] + other + text[at + 1 :]
    try:
        envelope = records.read_envelope(strict_object(changed.encode()))
    except JsonInvalid:
        return
    whitespace_only = envelope.as_dict() == GOLDEN
    named_otherwise = envelope.key_id != GOLDEN["signatures"][0]["keyid"]
    assert whitespace_only or named_otherwise or not envelope.is_signed_by(PUBLIC)


@given(st.integers(0), st.integers(1, 255))
def test_a_changed_byte_of_the_payload_does_not_verify(at: int, flip: int) -> None:
    envelope = records.read_envelope(GOLDEN)
    raw = bytearray(envelope.payload)
    raw[at % len(raw)] ^= flip
    changed = GOLDEN | {"payload": base64.b64encode(raw).decode()}
    assert not records.read_envelope(changed).is_signed_by(PUBLIC)


def test_the_payload_type_is_signed_too() -> None:
    other = records.read_envelope(GOLDEN | {"payloadType": "application/json"})
    assert not other.is_signed_by(PUBLIC)


def test_another_key_does_not_verify() -> None:
    other = Ed25519PrivateKey.generate().public_key()
    assert not records.read_envelope(GOLDEN).is_signed_by(other)


SIGNATURE = GOLDEN["signatures"][0]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (GOLDEN | {"note": "trust me"}, "nobody signed: note"),
        ({"payload": ""}, "lacks payloadType, signatures"),
        (GOLDEN | {"signatures": []}, "exactly one signature"),
        (GOLDEN | {"signatures": [SIGNATURE, SIGNATURE]}, "exactly one signature"),
        (GOLDEN | {"signatures": "ab"}, "exactly one signature"),
        (GOLDEN | {"signatures": [SIGNATURE | {"by": "me"}]}, "nobody signed: by"),
        (GOLDEN | {"signatures": [3]}, "must be an object"),
        (GOLDEN | {"payload": "not base64!"}, "payload is no base64"),
        (GOLDEN | {"payload": "QR=="}, "another spelling"),
        (GOLDEN | {"payload": 3}, "must be text"),
        (GOLDEN | {"payloadType": None}, "must be text"),
    ],
)
def test_an_envelope_of_another_form_is_refused(document: dict, reason: str) -> None:
    with pytest.raises(EnvelopeInvalid, match=reason):
        records.read_envelope(document)


def test_a_statement_without_a_finite_value_is_not_signed() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        records.sign({"points": float("nan")}, key=KEY)


def test_keys_survive_their_files() -> None:
    key = records.load_key(records.new_key_pem())
    pem = records.public_pem(key.public_key())
    assert records.sign({}, key=key).is_signed_by(records.load_public_key(pem.encode()))
