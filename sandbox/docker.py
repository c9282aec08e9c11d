"""Isolation by a Docker engine; with gVisor's runtime also by a kernel of its own."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from time import time
from typing import Any

from docker import APIClient
from docker.errors import APIError, ImageNotFound

from sandbox import command, observer
from sandbox.backend import BackendUnavailable
from sandbox.census import Seen
from sandbox.container import (
    OWNER_LABEL,
    PART_LABEL,
    RUN_LABEL,
    SANDBOX_PART,
    Choices,
    is_leftover,
)
from sandbox.docker_sandbox import DockerSandbox
from sandbox.engine import ENGINE_ERRORS, connect
from sandbox.environments import TORCH
from sandbox.execution import PlatformFault, as_platform_fault, execute
from sandbox.guarantees import HELD_BY_THE_WORKER, Guarantee
from sandbox.identity import source_sha256
from sandbox.progress import StreamReader
from sandbox.provable import Trace
from sandbox.remapping import users
from sandbox.seccomp import docker_profile, own_kernel_profile
from sandbox.spec import Progress, RunResult, RunSpec
from sandbox.versions import problem

HELD = HELD_BY_THE_WORKER | {
    Guarantee.NO_NETWORK,
    Guarantee.READ_ONLY_ROOT,
    Guarantee.MEMORY_BOUND,
    Guarantee.PIDS_BOUND,
    Guarantee.CPU_BOUND,
    Guarantee.DISK_BOUND,
    Guarantee.SYSCALL_FILTER,
    Guarantee.NO_CAPABILITIES,
    Guarantee.NON_ROOT,
    Guarantee.NO_SURVIVORS,
}
"""Each of these is a setting whose absence the engine reports as a warning, and a warning is
fatal. gVisor ignores the seccomp profile and filters by being the kernel itself."""

_GVISOR_THREADS = 64
"""gVisor's own threads on the host, which share the limit of processes with the run's."""

_MADE_BY_THE_ENGINE = frozenset(
    {
        "/etc/hostname",
        "/etc/hosts",
        "/etc/resolv.conf",
        "/dev/init",
        "/sbin/docker-init",
        "/usr/sbin/docker-init",
    }
)
"""Files of the engine's machine that it shows in every container."""

_NEEDED = {
    "MemoryLimit": "limit memory",
    "SwapLimit": "limit swap (boot with swapaccount=1)",
    "PidsLimit": "limit processes",
    "CpuCfsQuota": "limit cpu time",
}


class DockerBackend:
    """Implements `sandbox.backend.Backend`.

    `images` are those of the runner's environments, of which that of torch must be there.
    `gpu_ids` are the GPUs that belong to this worker alone. `runner_package` replaces the
    runner that the images hold.
    """

    def __init__(
        self,
        *,
        name: str,
        images: Mapping[str, str],
        docker_host: str | None,
        runtime: str | None,
        gpu_ids: Sequence[str] = (),
        runner_package: Path | None = None,
    ) -> None:
        self.name = name
        self._address = docker_host
        self._images = dict(images)
        self._choices = Choices(
            image=self._images[TORCH],
            runtime=runtime,
            gpu_ids=tuple(gpu_ids),
            runner_package=str(runner_package) if runner_package else None,
            extra_pids=_GVISOR_THREADS if _is_gvisor(runtime) else 0,
            profile=own_kernel_profile() if _is_gvisor(runtime) else docker_profile(),
        )

    def check(self) -> None:
        with self._engine() as api:
            facts = api.info()
            self._check_engine(facts)
            _check_versions(api.version())
            users(facts)
            if not _is_there(api, self._choices.image):
                raise BackendUnavailable(
                    f"the engine has no image {self._choices.image}. Run: make image "
                    "(where no image registry can be reached, first: make base-image)"
                )

    def guarantees(self) -> frozenset[Guarantee]:
        held = set(HELD)
        if _is_gvisor(self._choices.runtime):
            held.add(Guarantee.KERNEL_ISOLATION)
        if self._choices.gpu_ids:
            held.add(Guarantee.GPU_EXCLUSIVE)
        try:
            with self._engine() as api:
                remapped = users(api.info()).own_namespace
        except BackendUnavailable:
            # Without an engine nothing runs; `check` says why.
            remapped = False
        if remapped:
            held.add(Guarantee.USER_NAMESPACE)
        return frozenset(held)

    def environments(self) -> frozenset[str]:
        with self._engine() as api:
            return frozenset(name for name in self._images if _is_there(api, self._images[name]))

    def identity(self, environment: str) -> dict[str, str]:
        """The image by the engine's own id, the runtime, and the runner where it is not the
        image's."""
        image = self._images[environment]
        with self._engine() as api:
            found = api.inspect_image(image)  # type: ignore[no-untyped-call]
        told = {"image": image, "image_id": str(found["Id"])}
        if digests := found.get("RepoDigests"):
            told["image_digest"] = str(digests[0])
        if self._choices.runtime:
            told["runtime"] = self._choices.runtime
        if self._choices.runner_package:
            told["runner_sha256"] = source_sha256(Path(self._choices.runner_package))
        return told

    @property
    def gpu_ids(self) -> tuple[str, ...]:
        """The GPUs of this worker alone."""
        return tuple(self._choices.gpu_ids)

    def shown(self) -> frozenset[str]:
        """Where a run sees folders and files of the machine, beside its inputs."""
        return _MADE_BY_THE_ENGINE | {command.RUNNER_FOLDER}

    def trace(self, run: str) -> Trace:
        wanted = {"label": [f"{RUN_LABEL}={run}", f"{PART_LABEL}={SANDBOX_PART}"]}
        with self._engine() as api:
            found = [each["Id"] for each in api.containers(all=True, filters=wanted)]
            logs = [str(api.inspect_container(each)["LogPath"]) for each in found]
        return Trace(groups=tuple(found), logs=tuple(filter(None, logs)))

    def processes(self, mark: str, groups: Sequence[str]) -> list[Seen]:
        with self._engine() as api:
            return observer.look(api, self._choices, mark=mark, groups=groups)

    def with_runner(self, package: Path) -> "DockerBackend":
        """The same backend with another program in the runner's place."""
        return DockerBackend(
            name=self.name,
            images=self._images,
            docker_host=self._address,
            runtime=self._choices.runtime,
            gpu_ids=self._choices.gpu_ids,
            runner_package=package,
        )

    def remove_leftovers(self) -> None:
        """Remove the containers and volumes of runs whose worker is gone."""
        with closing(connect(self._address)) as api:
            ours = {"label": OWNER_LABEL}
            for container in api.containers(all=True, filters=ours):
                if is_leftover(container.get("Labels") or {}, now=time()):
                    with _gone_is_fine():
                        api.remove_container(container["Id"], v=True, force=True)
            for volume in api.volumes(filters=ours).get("Volumes") or []:
                if is_leftover(volume.get("Labels") or {}, now=time()):
                    with _gone_is_fine():
                        api.remove_volume(volume["Name"], force=True)

    def run(
        self,
        spec: RunSpec,
        *,
        output_dir: Path,
        on_progress: Callable[[Progress], None],
        should_stop: Callable[[], bool],
    ) -> RunResult:
        return execute(
            lambda reader: self._start(spec, reader),
            backend=self.name,
            spec=spec,
            output_dir=output_dir,
            on_progress=on_progress,
            should_stop=should_stop,
            gpu_ids=self.gpu_ids,
        )

    @contextmanager
    def _engine(self) -> Iterator[APIClient]:
        """A client for a moment; what goes wrong is a BackendUnavailable."""
        with closing(connect(self._address)) as api:
            try:
                yield api
            except BackendUnavailable:
                raise
            except ENGINE_ERRORS as error:
                raise BackendUnavailable(f"the Docker engine answers badly: {error}") from error

    def _check_engine(self, facts: dict[str, Any]) -> None:
        for key, what in _NEEDED.items():
            if not facts.get(key):
                raise BackendUnavailable(f"the Docker engine can't {what} on this machine")
        if not any("seccomp" in option for option in facts.get("SecurityOptions") or ()):
            raise BackendUnavailable("the Docker engine runs without seccomp; enable it")
        runtime = self._choices.runtime
        if runtime is not None and runtime not in (facts.get("Runtimes") or {}):
            raise BackendUnavailable(
                f"the Docker engine has no runtime {runtime}. Install it and name it under "
                '"runtimes" in the engine\'s daemon.json'
            )

    def _start(self, spec: RunSpec, reader: StreamReader) -> DockerSandbox:
        if len(self._choices.gpu_ids) < spec.limits.gpus and self._choices.gpu_ids:
            raise PlatformFault("this worker has fewer GPUs than the run asks for")
        if spec.environment not in self._images:
            raise PlatformFault(f"this worker has no environment {spec.environment}")
        # A worker that was killed may have left a sandbox running: nothing else would end it.
        with as_platform_fault("the engine can't be reached", *ENGINE_ERRORS):
            self.remove_leftovers()
            api = connect(self._address)
            image = self._images[spec.environment]
            choices = replace(self._choices, image=image, users=users(api.info()))
        sandbox = DockerSandbox(api, spec, choices)
        try:
            sandbox.start(reader)
        except BaseException:
            sandbox.close()
            raise
        return sandbox


def _check_versions(told: dict[str, Any]) -> None:
    for part in told.get("Components") or ():
        revision = str((part.get("Details") or {}).get("GitCommit"))
        if said := problem(str(part.get("Name")), str(part.get("Version")), revision):
            raise BackendUnavailable(f"the Docker engine has a part with a known hole: {said}")


def _is_there(api: APIClient, image: str) -> bool:
    try:
        api.inspect_image(image)  # type: ignore[no-untyped-call]
    except ImageNotFound:
        return False
    return True


def _is_gvisor(runtime: str | None) -> bool:
    return runtime is not None and "runsc" in runtime


@contextmanager
def _gone_is_fine() -> Iterator[None]:
    try:
        yield
    except APIError as error:
        # Another worker was quicker, or is removing it now.
        if error.status_code not in {404, 409}:
            raise
