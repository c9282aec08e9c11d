"""The Docker backend with a real engine: what the engine says is believed only when it is good."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docker import APIClient
from docker.errors import APIError

from sandbox import owner
from sandbox.backend import BackendUnavailable
from sandbox.container import EXPIRES_LABEL, OWNER_LABEL, RUN_LABEL
from sandbox.docker import DockerBackend
from sandbox.engine import connect
from sandbox.environments import TENSORFLOW, TORCH
from sandbox.spec import Outcome
from tests.parts import IMAGES, RUNNER_IMAGE
from tests.sandbox.lab import Lab, docker_backend, is_running, killed_worker


@pytest.fixture
def api() -> Iterator[APIClient]:
    client = connect(None)
    yield client
    client.close()


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(docker_backend(), tmp_path)


def ours(api: APIClient) -> list[str]:
    """Containers and volumes of this process."""
    wanted = {"label": f"{OWNER_LABEL}={owner.this_process()}"}
    containers = [each["Id"] for each in api.containers(all=True, filters=wanted)]
    volumes = [each["Name"] for each in api.volumes(filters=wanted)["Volumes"] or []]
    return containers + volumes


@pytest.mark.docker
def test_a_ready_engine_passes_the_check() -> None:
    docker_backend().check()


@pytest.mark.docker
def test_the_image_is_named_by_the_engines_own_id(api: APIClient) -> None:
    told = docker_backend().identity(TORCH)
    assert told["image"] == RUNNER_IMAGE
    assert told["image_id"] == api.inspect_image(RUNNER_IMAGE)["Id"]
    assert "runner_sha256" not in told
    other = docker_backend().with_runner(Path(__file__).parent).identity(TORCH)
    assert len(other["runner_sha256"]) == 64


@pytest.mark.docker
def test_a_warning_of_the_engine_is_our_fault_and_nothing_starts(
    lab: Lab, api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = APIClient.create_container

    def create_with_warning(client: APIClient, *args: Any, **settings: Any) -> dict[str, Any]:
        made = create(client, *args, **settings)
        return {**made, "Warnings": ["Your kernel does not support swap limit capabilities."]}

    monkeypatch.setattr(APIClient, "create_container", create_with_warning)
    result = lab.run("finish()")
    assert result.outcome is Outcome.PLATFORM_FAULT
    assert "without all of its limits" in result.reason
    assert "swap limit" in result.reason
    assert ours(api) == []


@pytest.mark.docker
@pytest.mark.parametrize("call", ["create_volume", "start", "attach_socket", "inspect_container"])
def test_an_engine_that_fails_is_our_fault_and_leaves_nothing(
    call: str, lab: Lab, api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(client: APIClient, *args: Any, **settings: Any) -> None:
        raise APIError("the engine has a bad day")

    monkeypatch.setattr(APIClient, call, fail)
    result = lab.run("finish()")
    assert result.outcome is Outcome.PLATFORM_FAULT
    assert "bad day" in result.reason
    assert {task.outcome for task in result.tasks} == {Outcome.PLATFORM_FAULT}
    monkeypatch.undo()
    assert ours(api) == []


@pytest.mark.docker
def test_a_run_leaves_no_container_and_no_volume(lab: Lab, api: APIClient) -> None:
    assert lab.run("finish()").outcome is Outcome.OK
    assert ours(api) == []


@pytest.mark.docker
def test_an_absent_image_is_named_with_what_to_do(tmp_path: Path) -> None:
    backend = DockerBackend(
        name="docker", images={TORCH: "podium-none:latest"}, docker_host=None, runtime=None
    )
    with pytest.raises(BackendUnavailable, match=r"podium-none:latest.*make image"):
        backend.check()
    assert Lab(backend, tmp_path).run("finish()").outcome is Outcome.PLATFORM_FAULT


@pytest.mark.docker
@pytest.mark.parametrize("images", [{TENSORFLOW: "podium-none:latest"}, {}])
def test_an_environment_without_its_image_is_not_offered_and_no_verdict(
    images: dict[str, str], tmp_path: Path
) -> None:
    backend = DockerBackend(
        name="docker", images={TORCH: RUNNER_IMAGE, **images}, docker_host=None, runtime=None
    )
    backend.check()
    assert backend.environments() == {TORCH}
    result = Lab(backend, tmp_path).run("finish()", environment=TENSORFLOW)
    assert result.outcome is Outcome.PLATFORM_FAULT


@pytest.mark.docker
def test_an_absent_runtime_is_named_with_what_to_do() -> None:
    backend = DockerBackend(
        name="docker+gvisor", images=IMAGES, docker_host=None, runtime="runsc-none"
    )
    with pytest.raises(BackendUnavailable, match=r"runsc-none.*daemon\.json"):
        backend.check()


@pytest.mark.parametrize("address", ["unix:///none/docker.sock", "tcp://127.0.0.1:9"])
def test_an_absent_engine_is_named_with_what_to_do(address: str, tmp_path: Path) -> None:
    backend = DockerBackend(
        name="docker", images={TORCH: "image"}, docker_host=address, runtime=None
    )
    with pytest.raises(BackendUnavailable, match=f"{address}.*DOCKER_HOST"):
        backend.check()
    assert Lab(backend, tmp_path).run("finish()").outcome is Outcome.PLATFORM_FAULT


def gone_owner() -> str:
    program = "from sandbox import owner; print(owner.this_process())"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.docker
def test_the_next_run_ends_what_a_killed_worker_left_running(lab: Lab, tmp_path: Path) -> None:
    with killed_worker("docker", tmp_path) as mark:
        assert is_running(mark)
    assert lab.run("finish()").outcome is Outcome.OK
    assert not is_running(mark)


@pytest.mark.docker
def test_only_leftovers_of_gone_workers_and_old_runs_are_removed(api: APIClient) -> None:
    far, long_ago = "99999999999", "1"
    cases = {
        "living": {OWNER_LABEL: owner.this_process(), EXPIRES_LABEL: far},
        "gone": {OWNER_LABEL: gone_owner(), EXPIRES_LABEL: far},
        "old": {OWNER_LABEL: "elsewhere.example:1:1", EXPIRES_LABEL: long_ago},
        "foreign": {OWNER_LABEL: "elsewhere.example:1:1", EXPIRES_LABEL: far},
    }
    containers, volumes = {}, {}
    try:
        for name, labels in cases.items():
            labels = {**labels, RUN_LABEL: name}
            made = api.create_container(
                RUNNER_IMAGE, ["true"], labels=labels, network_disabled=True
            )
            containers[name] = made["Id"]
            volumes[name] = api.create_volume(labels=labels)["Name"]
        docker_backend().remove_leftovers()
        left = {each["Id"] for each in api.containers(all=True)}
        kept = {each["Name"] for each in api.volumes()["Volumes"]}
        assert {name for name, each in containers.items() if each in left} == {"living", "foreign"}
        assert {name for name, each in volumes.items() if each in kept} == {"living", "foreign"}
    finally:
        for name in ("living", "foreign"):
            api.remove_container(containers[name], force=True)
            api.remove_volume(volumes[name], force=True)
