"""How the worker reaches a Docker engine, and the engine's streams as chunks of bytes."""

import os
import socket
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import requests
from docker import APIClient
from docker.errors import DockerException
from docker.utils.socket import frames_iter

from sandbox.backend import BackendUnavailable

DEFAULT_ADDRESS = "unix:///var/run/docker.sock"
ENGINE_ERRORS: tuple[type[Exception], ...] = (
    DockerException,
    requests.RequestException,
    BackendUnavailable,
    OSError,
)
_TIMEOUT_SECONDS = 60
_PROBE_SECONDS = 5


def connect(address: str | None) -> APIClient:
    """A client of the engine at `address` (default: DOCKER_HOST, then the usual socket); the
    caller closes it. Raises BackendUnavailable."""
    chosen = address or os.environ.get("DOCKER_HOST") or DEFAULT_ADDRESS
    try:
        _knock(chosen)
        return APIClient(base_url=chosen, version="auto", timeout=_TIMEOUT_SECONDS)
    except (DockerException, requests.RequestException, OSError) as error:
        raise BackendUnavailable(
            f"no Docker engine answers at {chosen} ({error}). Start one (on Debian: apt-get "
            "install docker.io), or set DOCKER_HOST to where it listens, or use bubblewrap."
        ) from error


def _knock(address: str) -> None:
    """Raise OSError when nothing listens; the client itself would leave its socket open."""
    parts = urlsplit(address)
    if parts.scheme == "unix":
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(parts.path)
    elif parts.scheme == "tcp" and parts.hostname and parts.port:
        socket.create_connection((parts.hostname, parts.port), _PROBE_SECONDS).close()


class Stream:
    """The output of a container or of a command in one, read as it comes."""

    def __init__(self, raw: Any) -> None:
        # docker-py hands out the connection's socket and hangs the response on it.
        self._raw = raw
        self._frames: Iterator[tuple[int, bytes]]
        self._frames = frames_iter(raw, tty=False)  # type: ignore[no-untyped-call]

    def chunks(self) -> Iterator[bytes]:
        """Both streams, as they come."""
        for _, data in self._frames:
            yield data

    def stdout(self, on_error: Callable[[bytes], None]) -> Iterator[bytes]:
        """Standard output; what comes on standard error goes to `on_error`."""
        for number, data in self._frames:
            if number == 1:
                yield data
            else:
                on_error(data)

    def close(self) -> None:
        """Let go of the connection."""
        self._raw._response.close()
