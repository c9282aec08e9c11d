"""The client: announces by content, sends only what is missing, follows to the end."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from demo import client
from demo.client import Api, ApiError, announced, earlier_submission, follow, join, submit_folder

Json = dict[str, Any]


class Site(BaseHTTPRequestHandler):
    """A site that already has the config file and scores at the third look."""

    requests: list[tuple[str, str, bytes]]
    has: set[str]
    protocol_version = "HTTP/1.1"

    def _answer(self, status: int, body: Any) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _note(self) -> bytes:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.requests.append((self.command, self.path, body))
        return body

    def do_GET(self) -> None:
        self._note()
        if self.headers["Authorization"] != "Bearer good":
            self._answer(401, {"code": "not_authenticated", "message": "Log in."})
        elif self.path.endswith("/submissions/"):
            states = ["refused", "scored", "scored", "cancelled"]
            rows = [{"number": n, "state": state} for n, state in enumerate(states, 1)]
            self._answer(200, {"results": rows, "next": None})
        else:
            looks = sum(1 for method, _, _ in self.requests if method == "GET")
            self._answer(200, {"id": "s1", "state": "scored" if looks > 2 else "running"})

    def do_POST(self) -> None:
        body = json.loads(self._note())
        if self.path.endswith("/uploads/"):
            missing = [file["sha256"] for file in body["files"] if file["sha256"] not in self.has]
            self._answer(201, {"id": "u1", "missing": missing})
        elif self.path.endswith("/submit/"):
            self._answer(201, {"id": "s1", "state": "received"})
        else:
            self._answer(201, {})

    def do_PUT(self) -> None:
        self._note()
        self._answer(201, {})

    def log_message(self, format: str, *args: object) -> None:
        return None


@pytest.fixture
def site() -> Iterator[tuple[str, type[Site]]]:
    handler = type("FreshSite", (Site,), {"requests": [], "has": set()})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", handler
        server.shutdown()
        thread.join()


@pytest.fixture
def api(site: tuple[str, type[Site]]) -> Api:
    return Api(site[0], "good")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tasks" / "words").mkdir(parents=True)
    (tmp_path / "config.json").write_bytes(b"{}")
    (tmp_path / "tasks" / "words" / "model.safetensors").write_bytes(b"weights")
    return tmp_path


def test_files_are_announced_by_path_size_and_sha256(folder: Path) -> None:
    assert list(announced(folder)) == [
        {"path": "config.json", "size": 2, "sha256": hashlib.sha256(b"{}").hexdigest()},
        {
            "path": "tasks/words/model.safetensors",
            "size": 7,
            "sha256": hashlib.sha256(b"weights").hexdigest(),
        },
    ]


def test_only_missing_files_are_sent_then_submitted(
    api: Api, site: tuple[str, type[Site]], folder: Path
) -> None:
    site[1].has = {hashlib.sha256(b"{}").hexdigest()}
    join(api, "encoders")
    assert submit_folder(api, "encoders", folder)["id"] == "s1"
    weights = hashlib.sha256(b"weights").hexdigest()
    assert [(method, path) for method, path, _ in site[1].requests] == [
        ("POST", "/api/v1/competitions/encoders/join/"),
        ("POST", "/api/v1/competitions/encoders/uploads/"),
        ("PUT", f"/api/v1/uploads/u1/files/{weights}/"),
        ("POST", "/api/v1/uploads/u1/submit/"),
    ]
    assert site[1].requests[2][2] == b"weights"


def test_submission_is_followed_to_its_verdict(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "FOLLOW_SECONDS", 0.01)
    seen: list[str] = []
    ended = follow(api, {"id": "s1"}, lambda latest: seen.append(latest["state"]))
    assert ended["state"] == "scored"
    assert seen == ["running", "running", "scored"]


def test_void_submissions_do_not_count_as_entered(api: Api) -> None:
    assert earlier_submission(api, "encoders") == {"number": 3, "state": "scored"}


def test_refusals_carry_the_servers_code_and_words(site: tuple[str, type[Site]]) -> None:
    with pytest.raises(ApiError, match=r"Log in\.") as refused:
        Api(site[0], "bad").get("/me/")
    assert refused.value.code == "not_authenticated"


def test_site_that_is_gone_is_told() -> None:
    with pytest.raises(ApiError, match="doesn't answer"):
        Api("http://127.0.0.1:9", "good").get("/me/")
