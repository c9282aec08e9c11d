"""Debian packages that the project needs and can't bring along itself.

Standard library only: this runs before anything is installed.
"""

from __future__ import annotations

import http.client
import importlib.util
import os
import shlex
import shutil
import socket
import subprocess
import sys
import urllib.parse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Say = Callable[[str], None]
NONINTERACTIVE = ["env", "DEBIAN_FRONTEND=noninteractive"]


class SetupError(Exception):
    """Setting up can't go on; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Need:
    """A Debian package and the reason for it."""

    package: str
    reason: str


def missing_packages(environ: Mapping[str, str]) -> list[Need]:
    """Say which packages this machine lacks; an engine that has the image needs no bubblewrap."""
    needs = []
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        needs.append(Need(f"python{version}-venv", "makes the project's own environments"))
    if shutil.which("bwrap") is None and _sandbox_is_bubblewrap(environ):
        needs.append(Need("bubblewrap", "isolates the models, as no Docker engine does here"))
    return needs


def install_packages(needs: Sequence[Need], say: Say) -> None:
    """Install ``needs`` with apt-get as root or through a sudo that asks no password.

    Raises:
        SetupError: no rights, no apt-get, or apt-get failed; names the command to run.
    """
    names = [need.package for need in needs]
    by_hand = f"apt-get update && apt-get install -y {shlex.join(names)}"
    reasons = "\n".join(f"  {need.package}: {need.reason}" for need in needs)
    if shutil.which("apt-get") is None:
        raise SetupError(f"This machine lacks, and has no apt-get to install:\n{reasons}")
    rights = _rights()
    if rights is None:
        raise SetupError(
            f"These Debian packages are missing:\n{reasons}\n"
            f"Installing them needs root. Run this, then start again:\n"
            f"  sudo sh -c {shlex.quote(by_hand)}"
        )
    say(f"Installing Debian packages{' through sudo' if rights else ' as root'}:\n{reasons}")
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", *names]):
        _apt_get([*rights, *NONINTERACTIVE, "apt-get", "-q", *arguments], by_hand)


def _rights() -> list[str] | None:
    """Return what to put before a command that needs root; None where nothing gives the rights."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    probe = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if probe.returncode == 0 else None


def _apt_get(command: Sequence[str], by_hand: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = "\n".join((done.stdout + done.stderr).strip().splitlines()[-8:])
        raise SetupError(f"{last}\napt-get failed. Run by hand as root:\n  {by_hand}")


def _sandbox_is_bubblewrap(environ: Mapping[str, str]) -> bool:
    chosen = environ.get("PODIUM_SANDBOX_BACKEND", "auto")
    if chosen == "auto":
        image = environ.get("PODIUM_RUNNER_IMAGE", "podium-runner:latest")
        host = environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
        return not engine_has_image(image, host)
    return chosen == "bubblewrap"


def engine_has_image(image: str, docker_host: str) -> bool:
    """Tell whether a local Docker engine answers and holds ``image``."""
    address = urllib.parse.urlsplit(docker_host)
    if address.scheme != "unix":
        return False
    connection = _UnixConnection(address.path)
    try:
        connection.request("GET", f"/images/{urllib.parse.quote(image, safe=':/')}/json")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over a local socket, as the engine speaks it."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=5)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)
