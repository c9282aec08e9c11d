"""Submit a folder by the public API, wait for its verdict, print the score. Nothing to install.

The access token comes from your profile page; put it into the environment variable PODIUM_TOKEN, so
that no list of processes shows it. Files that the site has from you already are not sent again.

    PODIUM_TOKEN=… python examples/submit.py --site https://podium.example \\
        --competition text-encoders --folder entry
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, NoReturn

ENDED = ("scored", "failed", "refused", "cancelled")
WAIT_SECONDS = 2.0
ANSWER_SECONDS = 300.0


class Site:
    """One person's access to a site's API."""

    def __init__(self, url: str, token: str) -> None:
        self._root = url.rstrip("/") + "/api/v1"
        self._token = token

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Send JSON, or the bytes of a file, and return the answer; ends with what is wrong."""
        headers = {"Authorization": f"Bearer {self._token}"}
        data: Any = None
        if isinstance(body, Path):
            headers["Content-Type"] = "application/octet-stream"
            headers["Content-Length"] = str(body.stat().st_size)
            data = body.open("rb")
        elif body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        request = urllib.request.Request(
            self._root + path, data=data, headers=headers, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            stop(refusal(error))
        except OSError as error:
            stop(f"the site does not answer: {error}")
        finally:
            if isinstance(body, Path):
                data.close()


def refusal(error: urllib.error.HTTPError) -> str:
    """What the site says, in its own words."""
    try:
        said = json.load(error)
        return f"{said['message']} ({said['code']})"
    except (ValueError, KeyError, TypeError):
        return f"the site answers {error.code}"


def stop(message: str) -> NoReturn:
    print(f"submit.py: {message}", file=sys.stderr)
    raise SystemExit(2)


def manifest(folder: Path) -> dict[str, Path]:
    """Files by their path below the folder; hidden ones are left out."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(".") for part in name.parts):
            found[name.as_posix()] = path
    if not found:
        stop(f"{folder} holds no files")
    return found


def sha256_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def submit(site: Site, competition: str, folder: Path) -> dict[str, Any]:
    """Join, announce the files, send those that are missing, submit."""
    files = manifest(folder)
    hashes = {name: sha256_of(path) for name, path in files.items()}
    places = {sha256: files[name] for name, sha256 in hashes.items()}
    site.ask("POST", f"/competitions/{competition}/join/", {"accept_rules": True})
    listed = [
        {"path": name, "size": path.stat().st_size, "sha256": hashes[name]}
        for name, path in files.items()
    ]
    upload = site.ask("POST", f"/competitions/{competition}/uploads/", {"files": listed})
    for number, sha256 in enumerate(upload["missing"], start=1):
        print(f"sending file {number} of {len(upload['missing'])}", flush=True)
        site.ask("PUT", f"/uploads/{upload['id']}/files/{sha256}/", places[sha256])
    submission: dict[str, Any] = site.ask("POST", f"/uploads/{upload['id']}/submit/", {})
    return submission


def follow(site: Site, submission: dict[str, Any]) -> dict[str, Any]:
    """Print each new state until there is a verdict."""
    state = ""
    while True:
        latest: dict[str, Any] = site.ask("GET", f"/submissions/{submission['id']}/")
        if latest["state"] != state:
            state = latest["state"]
            print(state, flush=True)
        if state in ENDED:
            return latest
        time.sleep(WAIT_SECONDS)


def tell(ended: dict[str, Any]) -> None:
    """Points of each task and of all, or what went wrong."""
    for task in ended["tasks"]:
        points = task.get("public_points")
        text = "no points yet" if points is None else f"{points:.2f} points"
        wrong = f"  {task['error_code']}: {task['message']}" if task["state"] == "failed" else ""
        print(f"{task['slug']}: {text}{wrong}")
    if ended.get("public_score") is not None:
        print(f"score: {ended['public_score']:.2f}")
    elif ended.get("held_back"):
        print(ended["held_back"])
    elif ended.get("message"):
        print(ended["message"])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--site", required=True, help="its address")
    parser.add_argument("--competition", required=True, help="the last part of its address")
    parser.add_argument("--folder", type=Path, required=True, help="the submission")
    arguments = parser.parse_args()
    token = os.environ.get("PODIUM_TOKEN", "")
    if not token:
        stop("put your access token into the environment variable PODIUM_TOKEN")
    site = Site(arguments.site, token)
    ended = follow(site, submit(site, arguments.competition, arguments.folder))
    tell(ended)
    raise SystemExit(0 if ended["state"] == "scored" else 1)


if __name__ == "__main__":
    main()
