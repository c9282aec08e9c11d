"""The processes of the run that is on, as this machine sees them, for each backend."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import docker

from sandbox import owner
from sandbox.container import OWNER_LABEL
from tests.attacks.arena import Arena
from tests.attacks.host import Seen, descendants, look, members, sampled


def of_runs(arena: Arena) -> set[int]:
    """Every process of this worker's sandboxes. Of a container all that shares its group counts,
    so also what the runtime runs for it."""
    if not arena.backend.startswith("docker"):
        return descendants(os.getpid())
    return {pid for name in containers() for pid in members(name)}


def containers() -> list[str]:
    """The ids of this worker's containers, running or not."""
    with _engine() as api:
        mine = {"label": f"{OWNER_LABEL}={owner.this_process()}"}
        return [each["Id"] for each in api.containers(all=True, filters=mine)]


def log_bytes(name: str) -> int:
    """The size of all that the engine keeps of a container's stream on its disk."""
    with _engine() as api:
        try:
            kept = api.inspect_container(name)["LogPath"]
        except docker.errors.NotFound:
            return 0
    if not kept:
        return 0
    return sum(part.stat().st_size for part in Path(kept).parent.glob(f"{Path(kept).name}*"))


@contextmanager
def watched(arena: Arena) -> Iterator[list[Seen]]:
    """Look at the run's processes all the time."""
    with sampled(lambda: look(of_runs(arena))) as looks:
        yield looks


@contextmanager
def _engine() -> Iterator[docker.APIClient]:
    api = docker.APIClient(
        base_url=os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock"), version="1.41"
    )
    try:
        yield api
    finally:
        api.close()
