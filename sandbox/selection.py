"""Which backend a worker uses."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from sandbox.backend import BackendUnavailable
from sandbox.bubblewrap import BubblewrapBackend
from sandbox.docker import DockerBackend
from sandbox.provable import Provable

RUNNER_PACKAGE = Path(__file__).parent / "runner"
GVISOR_RUNTIME = "runsc"
NAMES = ("auto", "docker", "docker+gvisor", "bubblewrap")


def select_backend(
    name: str,
    *,
    pythons: Mapping[str, Path],
    images: Mapping[str, str],
    docker_host: str | None,
    runtime: str | None = None,
    gpu_ids: Sequence[str] = (),
) -> Provable:
    """Return the backend called `name`.

    `pythons` and `images` map the names of `sandbox.environments` to what holds them; those of
    torch must be there. "auto" takes Docker where an engine answers and has the image, else
    bubblewrap. `docker_host` None means DOCKER_HOST or the usual socket; `runtime` one of the
    engine's runtimes, None its default (gVisor's for "docker+gvisor"); `gpu_ids` are the GPUs of
    this worker alone.

    Raises BackendUnavailable for an unknown name, and for "auto" when neither can run; a named
    backend is not probed here, see `Backend.check`.
    """
    bubblewrap = BubblewrapBackend(pythons=pythons, runner_package=RUNNER_PACKAGE)
    docker = DockerBackend(
        name="docker", images=images, docker_host=docker_host, runtime=runtime, gpu_ids=gpu_ids
    )
    gvisor = DockerBackend(
        name="docker+gvisor",
        images=images,
        docker_host=docker_host,
        runtime=runtime or GVISOR_RUNTIME,
        gpu_ids=gpu_ids,
    )
    backends: dict[str, Provable] = {each.name: each for each in (docker, gvisor, bubblewrap)}
    if name == "auto":
        return _first_available(docker, bubblewrap)
    if name not in backends:
        raise BackendUnavailable(f"there is no backend {name!r}; choose from {', '.join(NAMES)}")
    return backends[name]


def _first_available(*backends: Provable) -> Provable:
    reasons = []
    for backend in backends:
        try:
            backend.check()
        except BackendUnavailable as error:
            reasons.append(f"{backend.name}: {error}")
        else:
            return backend
    raise BackendUnavailable("no run can be isolated on this machine. " + "\n".join(reasons))
