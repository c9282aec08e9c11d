"""A worker gets the backend it is told to use, or the best there is."""

from pathlib import Path

import pytest

from sandbox import select_backend
from sandbox.backend import Backend, BackendUnavailable
from sandbox.bubblewrap import BubblewrapBackend
from sandbox.docker import DockerBackend
from sandbox.guarantees import Guarantee

PYTHONS = {"torch": Path("/none/torch/python"), "tensorflow": Path("/none/tensorflow/python")}
IMAGES = {"torch": "podium-none", "tensorflow": "podium-none-either"}


def select(name: str) -> Backend:
    return select_backend(name, pythons=PYTHONS, images=IMAGES, docker_host="unix:///none")


@pytest.mark.parametrize("name", ["docker", "docker+gvisor", "bubblewrap"])
def test_a_named_backend_is_that_backend(name: str) -> None:
    assert select(name).name == name


def test_only_gvisor_promises_a_kernel_of_its_own() -> None:
    assert Guarantee.KERNEL_ISOLATION in select("docker+gvisor").guarantees()
    assert Guarantee.KERNEL_ISOLATION not in select("docker").guarantees()


@pytest.mark.parametrize("name", ["docker", "docker+gvisor"])
def test_gpus_named_for_the_worker_are_promised_to_it_alone(name: str) -> None:
    named = select_backend(
        name,
        pythons=PYTHONS,
        images=IMAGES,
        docker_host="unix:///none",
        gpu_ids=["GPU-1"],
    )
    assert named.gpu_ids == ("GPU-1",)
    assert Guarantee.GPU_EXCLUSIVE in named.guarantees()
    assert Guarantee.GPU_EXCLUSIVE not in select(name).guarantees()


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BackendUnavailable, match=r"'podman'.*docker\+gvisor, bubblewrap"):
        select("podman")


def unavailable(backend: Backend) -> None:
    raise BackendUnavailable("not here")


def test_auto_takes_docker_where_it_can_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DockerBackend, "check", lambda backend: None)
    assert select("auto").name == "docker"


def test_auto_falls_back_to_bubblewrap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BubblewrapBackend, "check", lambda backend: None)
    assert select("auto").name == "bubblewrap"


def test_auto_without_either_says_why_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BubblewrapBackend, "check", unavailable)
    with pytest.raises(BackendUnavailable) as caught:
        select("auto")
    assert "docker: no Docker engine answers at unix:///none" in str(caught.value)
    assert "bubblewrap: not here" in str(caught.value)
