"""A real site on loopback for tests: gunicorn as in production, its own database and stores."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Poll until ``holds``; fail after PATIENCE seconds."""
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"waited {PATIENCE:.0f} s in vain for {what}")
        time.sleep(0.05)


@dataclass
class Site:
    """A running site: ``port`` on loopback, files below ``folder``, ``pid`` of its one worker."""

    folder: Path
    port: int
    environ: dict[str, str]
    master: subprocess.Popen[bytes]

    @property
    def pid(self) -> int:
        """The process that answers requests."""
        pid = self.master.pid
        return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])

    def connect(self) -> HTTPConnection:
        """Open a connection; the caller closes it."""
        return HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def request(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """Send one request and return its status and its parsed JSON."""
        connection = self.connect()
        try:
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def python(self, code: str) -> Any:
        """Run code beside the site, with its settings; return the JSON that it prints."""
        opening = "import django, json; django.setup(); from tests import factories\n"
        return json.loads(_run(self.environ, "-c", opening + code))

    def stored(self) -> list[Path]:
        """Return every file in the models store."""
        return [path for path in (self.folder / "store" / "models").rglob("*") if path.is_file()]


@contextmanager
def running_site(folder: Path) -> Iterator[Site]:
    """Start a site with everything below ``folder``, and end it."""
    environ = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "PODIUM_VAR": str(folder),
        "PODIUM_TEST_DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "PODIUM_REDIS_URL": "redis://127.0.0.1:1/0",
        "TMPDIR": str(folder),
    }
    _run(environ, "manage.py", "migrate", "--verbosity", "0")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        master = _start_gunicorn(listener, environ)
        port = listener.getsockname()[1]
    site = Site(folder=folder, port=port, environ=environ, master=master)
    try:
        wait_until(lambda: site.request("GET", "/healthz")[0] == 200, "the site")
        yield site
    finally:
        master.send_signal(signal.SIGTERM)
        master.wait(timeout=PATIENCE)


def _start_gunicorn(listener: socket.socket, environ: dict[str, str]) -> subprocess.Popen[bytes]:
    number = listener.fileno()
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"fd://{number}"]
    options = ["--workers", "1", "--threads", "4", "--no-control-socket"]
    return subprocess.Popen(command + options, cwd=ROOT, env=environ, pass_fds=[number])


def _run(environ: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()
