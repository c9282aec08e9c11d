"""A participant's side of the HTTP API: join, send what the server lacks, submit, follow."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import requests

from demo.packages import sha256_of

CONNECT_SECONDS = 10
ANSWER_SECONDS = 300
FOLLOW_SECONDS = 1.0
ENDED = frozenset({"scored", "failed", "refused", "cancelled"})
VOID = frozenset({"refused", "cancelled"})

Json = dict[str, Any]


class ApiError(Exception):
    """The server refused a request; ``code`` and ``message`` are its own."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{message} ({code})")
        self.code = code
        self.message = message


class Api:
    """One person's access to one site."""

    def __init__(self, url: str, token: str) -> None:
        self._root = f"{url}/api/v1"
        self._session = requests.Session()
        # The site is on this machine: no proxy, no netrc.
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str, **query: str) -> Any:
        """Read one address below ``/api/v1``; raises ApiError."""
        return self._answer("GET", path, params=query)

    def post(self, path: str, body: Json | None = None) -> Any:
        """Send JSON to one address below ``/api/v1``; raises ApiError."""
        return self._answer("POST", path, json=body or {})

    def put_file(self, path: str, file: Path) -> Any:
        """Send a file's bytes, streamed; raises ApiError."""
        with file.open("rb") as stream:
            headers = {"Content-Type": "application/octet-stream"}
            return self._answer("PUT", path, data=stream, headers=headers)

    def _answer(self, method: str, path: str, **options: Any) -> Any:
        timeout = (CONNECT_SECONDS, ANSWER_SECONDS)
        try:
            answer = self._session.request(method, self._root + path, timeout=timeout, **options)
        except requests.RequestException as error:
            raise ApiError("unreachable", f"The site doesn't answer: {error}") from error
        try:
            body = answer.json()
        except requests.JSONDecodeError:
            body = {}
        if not answer.ok:
            refusal = body if isinstance(body, dict) else {}
            text = f"HTTP {answer.status_code} for {method} {path}"
            raise ApiError(str(refusal.get("code", "error")), str(refusal.get("message", text)))
        return body


def join(api: Api, competition: str) -> None:
    """Enter a competition and accept its rules; nothing happens where that is done."""
    api.post(f"/competitions/{competition}/join/", {"accept_rules": True})


def earlier_submission(api: Api, competition: str) -> Json | None:
    """Return the latest submission of this person that was not void."""
    listed = api.get(f"/competitions/{competition}/submissions/")["results"]
    counting = [each for each in listed if each["state"] not in VOID]
    latest: Json | None = max(counting, key=lambda each: each["number"], default=None)
    return latest


def submit_folder(
    api: Api, competition: str, folder: Path, say: Callable[[str], None] = lambda _line: None
) -> Json:
    """Announce a folder's files, send those that the server lacks, and submit."""
    files = list(announced(folder))
    upload = api.post(
        f"/competitions/{competition}/uploads/",
        {"files": [{key: file[key] for key in ("path", "size", "sha256")} for file in files]},
    )
    places = {file["sha256"]: folder / file["path"] for file in files}
    for number, sha256 in enumerate(upload["missing"], start=1):
        say(f"file {number} of {len(upload['missing'])}")
        api.put_file(f"/uploads/{upload['id']}/files/{sha256}/", places[sha256])
    submission: Json = api.post(f"/uploads/{upload['id']}/submit/")
    return submission


def announced(folder: Path) -> Iterator[Json]:
    """Describe every file of a folder as the upload announces it."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield {
                "path": path.relative_to(folder).as_posix(),
                "size": path.stat().st_size,
                "sha256": sha256_of(path),
            }


def follow(api: Api, submission: Json, watch: Callable[[Json], None]) -> Json:
    """Report a submission's state again and again until it has ended; return the last one."""
    while True:
        latest: Json = api.get(f"/submissions/{submission['id']}/")
        watch(latest)
        if latest["state"] in ENDED:
            return latest
        time.sleep(FOLLOW_SECONDS)
