"""The supervisor: ports, the queue server, health, and who may read what."""

from __future__ import annotations

import os
import socket
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from demo import supervisor
from demo.processes import ChildDied, Children
from demo.supervisor import LOOPBACK, Site, django_environ, free_port


@pytest.fixture
def children(tmp_path: Path) -> Iterator[Children]:
    made = Children(tmp_path / "logs")
    yield made
    made.stop()


def test_taken_port_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) != port


def test_queue_server_asks_for_a_password_that_no_process_list_shows(
    children: Children, tmp_path: Path
) -> None:
    site = Site(children, tmp_path)
    site.start_queue()
    config = tmp_path / "valkey.conf"
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    settings = dict(line.split(" ", 1) for line in config.read_text().splitlines())
    with (
        redis.Redis(host=LOOPBACK, port=int(settings["port"])) as client,
        pytest.raises(redis.AuthenticationError),
    ):
        client.ping()
    (server,) = site._services
    command = Path(f"/proc/{server.process.pid}/cmdline").read_bytes()
    assert settings["requirepass"].encode() not in command
    children.stop()
    assert server.process.returncode is not None


def test_death_of_a_service_is_told(children: Children, tmp_path: Path) -> None:
    site = Site(children, tmp_path)
    site.start_queue()
    site.check()
    (server,) = site._services
    server.process.kill()
    server.process.wait()
    with pytest.raises(ChildDied, match="queue-server was ended by signal 9"):
        site.check()


def test_silent_service_is_given_up_with_its_log(
    children: Children, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "START_SECONDS", 0.2)
    site = Site(children, tmp_path)
    mute = children.start("web", [sys.executable, "-c", "import time; time.sleep(60)"], os.environ)
    with pytest.raises(ChildDied, match=r"web does not answer .*web\.log"):
        site._wait(mute, lambda: False)


def test_state_lies_in_the_demos_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PODIUM_RUNNER_PYTHON", raising=False)
    monkeypatch.delenv("PODIUM_TENSORFLOW_PYTHON", raising=False)
    environ = django_environ(tmp_path)
    assert environ["PODIUM_VAR"] == str(tmp_path)
    assert environ["DJANGO_SETTINGS_MODULE"] == "config.settings.dev"
    assert environ["PODIUM_RUNNER_PYTHON"].endswith("var/env/runner/bin/python")
    assert environ["PODIUM_TENSORFLOW_PYTHON"].endswith("var/env/tensorflow/bin/python")


def test_infer_worker_gets_neither_labels_nor_evidence(
    children: Children, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores = "[os.environ.get(f'PODIUM_STORE_{name}') for name in ('LABELS', 'EVIDENCE')]"
    show = f"import os; print(*{stores}, flush=True)"
    wait = "import time; time.sleep(60)"
    monkeypatch.setattr(
        supervisor, "_manage_command", lambda *_: [sys.executable, "-c", f"{show}; {wait}"]
    )
    monkeypatch.delenv("PODIUM_STORE_LABELS", raising=False)
    monkeypatch.delenv("PODIUM_STORE_EVIDENCE", raising=False)
    site = Site(children, tmp_path)
    site.start_workers()
    said: dict[str, str] = {}
    while len(said) < 3:
        site.check()
        said = {each.name: each.last_line() for each in site._services if each.last_line()}
    kept_away = [tmp_path / "no-labels-here", tmp_path / "no-evidence-here"]
    assert said["infer-worker"] == " ".join(map(str, kept_away))
    assert not any(path.exists() for path in kept_away)
    assert said["score-worker"] == "None None"
