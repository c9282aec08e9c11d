"""Debian packages: asked for only where needed, installed only with rights."""

from __future__ import annotations

import http.server
import os
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.debian import Need, SetupError, engine_has_image, install_packages, missing_packages

VENV = Need("python3.11-venv", "makes environments")


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An otherwise empty PATH whose fake commands write what they were told to ``calls``."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def fake(folder: Path, name: str, body: str = "exit 0") -> None:
    script = folder / name
    script.write_text(f'#!/bin/sh\necho "{name} $*" >> {folder}/calls\n{body}\n')
    script.chmod(0o755)


def calls(folder: Path) -> list[str]:
    log = folder / "calls"
    return log.read_text().splitlines() if log.exists() else []


def as_user(monkeypatch: pytest.MonkeyPatch, uid: int) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: uid)


def test_root_installs_and_says_why(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_user(monkeypatch, 0)
    fake(tools, "apt-get")
    fake(tools, "env", 'shift; exec "$@"')
    said: list[str] = []
    install_packages([VENV], said.append)
    assert "python3.11-venv: makes environments" in said[0]
    asked = [call for call in calls(tools) if call.startswith("apt-get")]
    assert asked == [
        "apt-get -q update",
        "apt-get -q install -y --no-install-recommends python3.11-venv",
    ]


def test_sudo_without_password_is_used(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_user(monkeypatch, 1000)
    fake(tools, "sudo")
    fake(tools, "apt-get")
    install_packages([VENV], lambda _line: None)
    assert calls(tools)[1] == "sudo -n env DEBIAN_FRONTEND=noninteractive apt-get -q update"


@pytest.mark.parametrize("sudo", ["absent", "asks for a password"])
def test_without_rights_the_exact_command_is_named(
    tools: Path, monkeypatch: pytest.MonkeyPatch, sudo: str
) -> None:
    as_user(monkeypatch, 1000)
    fake(tools, "apt-get")
    if sudo != "absent":
        fake(tools, "sudo", "exit 1")
    command = "sudo sh -c 'apt-get update && apt-get install -y python3.11-venv'"
    with pytest.raises(SetupError, match=command):
        install_packages([VENV], lambda _line: None)
    assert not [call for call in calls(tools) if call.startswith("apt-get")]


def test_failing_apt_shows_its_last_words(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_user(monkeypatch, 0)
    fake(tools, "apt-get", "echo 'Unable to locate package'; exit 100")
    fake(tools, "env", 'shift; exec "$@"')
    with pytest.raises(SetupError, match="Unable to locate package"):
        install_packages([VENV], lambda _line: None)


def test_machine_without_apt_is_told_what_is_missing(tools: Path) -> None:
    with pytest.raises(SetupError, match=r"python3\.11-venv: makes environments"):
        install_packages([VENV], lambda _line: None)


@pytest.mark.parametrize(
    ("backend", "needed"), [("bubblewrap", True), ("auto", True), ("docker", False)]
)
def test_bubblewrap_is_needed_where_no_engine_isolates(
    tools: Path, tmp_path: Path, backend: str, needed: bool
) -> None:
    environ = {
        "PODIUM_SANDBOX_BACKEND": backend,
        "DOCKER_HOST": f"unix://{tmp_path}/absent.sock",
    }
    names = [need.package for need in missing_packages(environ)]
    assert ("bubblewrap" in names) is needed


class Engine(http.server.BaseHTTPRequestHandler):
    """Knows one image."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/images/podium-runner:latest/json" else 404)
        self.end_headers()

    def address_string(self) -> str:
        return "local"

    def log_message(self, format: str, *args: object) -> None:
        return None


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[str]:
    path = tmp_path / "engine.sock"
    with socketserver.UnixStreamServer(str(path), Engine) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"unix://{path}"
        server.shutdown()
        thread.join()


def test_engine_with_the_image_needs_no_bubblewrap(tools: Path, engine: str) -> None:
    assert engine_has_image("podium-runner:latest", engine)
    assert not engine_has_image("another:latest", engine)
    assert "bubblewrap" not in [need.package for need in missing_packages({"DOCKER_HOST": engine})]
