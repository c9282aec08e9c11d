"""A rotation puts a new key in the old one's place; what the old one signed goes on to verify."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from common.errors import Conflict
from podium_verify.findings import Findings
from podium_verify.keys import read_keys
from podium_verify.record import check_record
from publications.models import Publication, SigningKey
from publications.selectors import verify_log
from scoring.records import Envelope, Subject
from scoring.services.rotate_key import rotate_signing_key
from scoring.services.signing import sign_statement

pytestmark = pytest.mark.django_db


def signed() -> Envelope:
    """Sign something as the platform would sign results."""
    from_now = {"competition": "cup"}
    return sign_statement("urn:podium:results:1", [Subject("board", "0" * 64)], from_now)


def holds(envelope: Envelope, keys: bytes) -> bool:
    findings = Findings()
    record = check_record(json.dumps(envelope.as_dict()).encode(), read_keys(keys), findings)
    return record is not None and not findings.is_false


def published(client: Client) -> bytes:
    return client.get("/api/v1/keys/").content


def test_a_key_is_published_with_its_first_signature(client: Client) -> None:
    assert json.loads(published(client)) == []
    assert "No key yet" in client.get("/keys/").content.decode()
    envelope = signed()
    signed()
    (told,) = json.loads(published(client))
    assert told["key_id"] == envelope.key_id
    assert told["retired_at"] is None
    assert holds(envelope, published(client))
    assert [row.kind for row in Publication.objects.all()] == ["key_registered"]
    page = client.get("/keys/").content.decode()
    assert envelope.key_id in page
    assert "Key in use" in page


def test_what_was_signed_before_a_rotation_and_after_it_both_verify(
    client: Client, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    before = signed()
    old_file = Path(settings.SIGNING_KEY).read_bytes()
    call_command("rotate_signing_key")
    after = signed()
    assert after.key_id != before.key_id
    keys = published(client)
    assert holds(before, keys)
    assert holds(after, keys)
    told = {each["key_id"]: each["retired_at"] for each in json.loads(keys)}
    assert told[before.key_id] is not None
    assert told[after.key_id] is None
    kinds = [row.kind for row in Publication.objects.all()]
    assert kinds == ["key_registered", "key_registered", "key_retired"]
    assert verify_log().broken is None
    out = capsys.readouterr().out
    aside = Path(settings.SIGNING_KEY).parent / "retired" / f"{before.key_id}.pem"
    assert str(aside) in out
    assert aside.read_bytes() == old_file
    page = client.get("/keys/").content.decode()
    assert page.index("Key in use") < page.index("Retired key")


def test_no_file_of_a_key_is_open_to_others(settings: Any) -> None:
    signed()
    rotate_signing_key()
    path = Path(settings.SIGNING_KEY)
    for each in (path, *path.parent.joinpath("retired").iterdir()):
        assert stat.S_IMODE(each.stat().st_mode) == 0o600
    for folder in (path.parent, path.parent / "retired"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    path.chmod(0o644)
    signed()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_retired_key_signs_nothing_more_until_it_is_rotated_away(settings: Any) -> None:
    before = signed()
    done = rotate_signing_key()
    Path(settings.SIGNING_KEY).write_bytes(done.kept_at.read_bytes())
    with pytest.raises(Conflict, match=f"The signing key {before.key_id[:12]} was retired"):
        signed()
    rotate_signing_key()
    assert signed().key_id not in {before.key_id, done.key_id}
    assert SigningKey.objects.filter(retired_at=None).count() == 1


def test_a_rotation_that_fails_leaves_the_old_key_in_use(monkeypatch: Any) -> None:
    before = signed()

    def fail(*args: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("scoring.services.rotate_key.replace_key", fail)
    with pytest.raises(OSError, match="no space left"):
        rotate_signing_key()
    assert signed().key_id == before.key_id
    assert SigningKey.objects.count() == 1
