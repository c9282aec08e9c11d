"""Uploads through a real server: flat memory for 2 GB, and nothing left by who hangs up."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live import Site, running_site, wait_until

pytestmark = pytest.mark.slow

MIB = 1 << 20
HUGE = 2048
BLOCK = hashlib.sha512(b"a megabyte that does not compress").digest() * (MIB // 64)
SEED = """
from accounts.tokens import create_token
entered = factories.participation(factories.competition())
_, token = create_token(user=entered.user, name="test")
print(json.dumps({"slug": entered.competition.slug, "token": token}))
"""
COUNT = """
from submissions.models import ReceivedFile
print(ReceivedFile.objects.filter(sha256="{sha256}").count())
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture(scope="module")
def client(site: Site) -> dict[str, Any]:
    seeded: dict[str, Any] = site.python(SEED)
    seeded["headers"] = {
        "Authorization": f"Bearer {seeded['token']}",
        "Content-Type": "application/json",
    }
    return seeded


def open_upload(site: Site, client: dict[str, Any], sha256: str, size: int) -> str:
    file = f'{{"path": "model.safetensors", "size": {size}, "sha256": "{sha256}"}}'
    path = f"/api/v1/competitions/{client['slug']}/uploads/"
    status, body = site.request("POST", path, f'{{"files": [{file}]}}', client["headers"])
    assert status == 201, body
    assert body["missing"] == [sha256]
    return str(body["id"])


def send(
    site: Site, client: dict[str, Any], upload: str, sha256: str, body: Any, length: int
) -> tuple[int, Any]:
    headers = {**client["headers"], "Content-Length": str(length)}
    return site.request("PUT", f"/api/v1/uploads/{upload}/files/{sha256}/", body, headers)


def memory(pid: int, line: str) -> int:
    """Return a figure of the process in bytes: VmRSS now, or VmHWM at its peak."""
    for each in Path(f"/proc/{pid}/status").read_text().splitlines():
        if each.startswith(line):
            return int(each.split()[1]) * 1024
    raise AssertionError(f"no {line}")


def digest(blocks: int) -> str:
    whole = hashlib.sha256()
    for _ in range(blocks):
        whole.update(BLOCK)
    return whole.hexdigest()


def deliver(site: Site, client: dict[str, Any], blocks: int) -> None:
    sha256 = digest(blocks)
    upload = open_upload(site, client, sha256, blocks * MIB)
    stream = (BLOCK for _ in range(blocks))
    status, body = send(site, client, upload, sha256, stream, blocks * MIB)
    assert (status, body) == (201, {"sha256": sha256, "size": blocks * MIB})


def test_memory_stays_flat_for_two_gigabytes(site: Site, client: dict[str, Any]) -> None:
    deliver(site, client, 1)
    before = memory(site.pid, "VmRSS")
    try:
        deliver(site, client, HUGE)
        grown = memory(site.pid, "VmHWM") - before
        assert max(path.stat().st_size for path in site.stored()) == HUGE * MIB
    finally:
        for path in site.stored():
            path.unlink()
    assert grown < 100 * MIB, f"the site grew by {grown / MIB:.0f} MiB"


def test_who_hangs_up_half_way_leaves_nothing(site: Site, client: dict[str, Any]) -> None:
    sha256 = digest(8)
    upload = open_upload(site, client, sha256, 8 * MIB)
    head = (
        f"PUT /api/v1/uploads/{upload}/files/{sha256}/ HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {client['token']}\r\nContent-Length: {8 * MIB}\r\n\r\n"
    )
    before = site.stored()
    with socket.create_connection(("127.0.0.1", site.port)) as line:
        line.sendall(head.encode() + BLOCK * 4)
        wait_until(lambda: _open_spools(site) == 1, "the begin of the request")
    wait_until(lambda: _open_spools(site) == 0, "the end of the request")
    assert site.stored() == before
    assert site.python(COUNT.format(sha256=sha256)) == 0
    assert open_upload(site, client, sha256, 8 * MIB) == upload


def test_a_chunked_body_is_told_to_bring_its_length(site: Site, client: dict[str, Any]) -> None:
    sha256 = digest(1)
    upload = open_upload(site, client, sha256, MIB)
    path = f"/api/v1/uploads/{upload}/files/{sha256}/"
    status, body = site.request("PUT", path, iter([b"some bytes"]), client["headers"])
    assert (status, body["code"]) == (411, "length_required")


def test_another_length_is_refused_without_reading(site: Site, client: dict[str, Any]) -> None:
    sha256 = digest(1)
    upload = open_upload(site, client, sha256, MIB)
    status, body = send(site, client, upload, sha256, b"short", 5)
    assert (status, body["code"]) == (422, "checksum_mismatch")
    assert "Nothing was read" in body["message"]


def _open_spools(site: Site) -> int:
    """Count the deleted files that the site still holds open below its stores."""
    links = Path(f"/proc/{site.pid}/fd").iterdir()
    names = (str(link.readlink()) for link in links if link.is_symlink())
    return sum(str(site.folder / "store") in name for name in names)
