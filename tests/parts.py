"""Which real parts this machine has: each probe says why a part is absent, or nothing."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import docker
import docker.errors

from demo.packages import TESTED
from demo.paths import DOWNLOADS
from sandbox.environments import TENSORFLOW, TORCH

ROOT = Path(__file__).resolve().parent.parent
RUNNER_PYTHON = Path(
    os.environ.get("PODIUM_RUNNER_PYTHON", ROOT / "var" / "env" / "runner" / "bin" / "python")
)
RUNNER_IMAGE = os.environ.get("PODIUM_RUNNER_IMAGE", "podium-runner:latest")
TENSORFLOW_PYTHON = Path(
    os.environ.get(
        "PODIUM_TENSORFLOW_PYTHON", ROOT / "var" / "env" / "tensorflow" / "bin" / "python"
    )
)
TENSORFLOW_IMAGE = os.environ.get("PODIUM_TENSORFLOW_IMAGE", "podium-runner-tensorflow:latest")
PYTHONS = {TORCH: RUNNER_PYTHON, TENSORFLOW: TENSORFLOW_PYTHON}
IMAGES = {TORCH: RUNNER_IMAGE, TENSORFLOW: TENSORFLOW_IMAGE}
BROWSER = Path(os.environ.get("PODIUM_TEST_BROWSER", "/usr/bin/chromium"))
POSTGRES_URL = os.environ.get("PODIUM_TEST_POSTGRES_URL", "")

PARTS = {
    "docker": "Docker",
    "gvisor": "gVisor",
    "postgres": "PostgreSQL",
    "browser": "browser",
    "bubblewrap": "bubblewrap",
    "runner": "runner environment",
    "tensorflow": "runner environment with TensorFlow",
    "packages": "packaged model and texts",
}


@contextmanager
def _engine() -> Iterator[docker.DockerClient]:
    # A fixed version connects only when asked, so that closing it leaves no socket behind.
    client = docker.DockerClient.from_env(version="1.41", timeout=10)
    try:
        yield client
    finally:
        client.close()


def _unix_socket_answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(path) == 0


def _docker() -> str:
    address = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    if address.startswith("unix://") and not _unix_socket_answers(address[len("unix://") :]):
        return "no Docker engine answers"
    with _engine() as client:
        try:
            for image in IMAGES.values():
                client.images.get(image)
        except docker.errors.ImageNotFound:
            return f"the engine has no image {image}; make image builds it"
        except (docker.errors.DockerException, OSError):
            return "no Docker engine answers"
    return ""


def _gvisor() -> str:
    if reason := _docker():
        return reason
    with _engine() as client:
        runtimes = client.info().get("Runtimes", {})
    return "" if "runsc" in runtimes else "the Docker engine has no runtime runsc"


def _postgres() -> str:
    return "" if POSTGRES_URL else "PODIUM_TEST_POSTGRES_URL names no server"


def _browser() -> str:
    return "" if BROWSER.exists() else "Chromium is not installed"


def _bubblewrap() -> str:
    path = shutil.which("bwrap")
    if path is None:
        return "bwrap is not installed"
    probe = [path, "--unshare-all", "--ro-bind", "/", "/", "true"]
    done = subprocess.run(probe, capture_output=True, check=False)
    return "" if done.returncode == 0 else "bwrap can't make namespaces here"


def _runner() -> str:
    return "" if RUNNER_PYTHON.exists() else "make setup installs it"


def _tensorflow() -> str:
    return "" if TENSORFLOW_PYTHON.exists() else "make tensorflow installs it"


def _packages() -> str:
    here = all((DOWNLOADS / package.filename).exists() for package in TESTED)
    return "" if here else "python -m demo.packages downloads them"


PROBES: dict[str, Callable[[], str]] = {
    "docker": _docker,
    "gvisor": _gvisor,
    "postgres": _postgres,
    "browser": _browser,
    "bubblewrap": _bubblewrap,
    "runner": _runner,
    "tensorflow": _tensorflow,
    "packages": _packages,
}


@cache
def absent_parts() -> dict[str, str]:
    """Return the absent parts with the reason of each."""
    return {name: reason for name, probe in PROBES.items() if (reason := probe())}
