"""Development isolation: namespaces made by bubblewrap, without an engine.

Memory, processes and cpu are bound where the worker may write control groups. /tmp, /out and
/dev/shm are filesystems in memory with a size and a number of files; `sandbox.launcher` tells how
/out outlives the sandbox. What can't be held on a machine is not declared.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from sandbox import census, command, launcher
from sandbox.backend import BackendUnavailable
from sandbox.bpf import UnknownMachine, compile_profile
from sandbox.bwrap_command import CPU_FACTS, LIBRARY_CACHE, bwrap_command
from sandbox.bwrap_process import BubblewrapSandbox, start_process
from sandbox.cgroups import ControlGroups, find_places
from sandbox.environments import TORCH
from sandbox.execution import PlatformFault, as_platform_fault, execute
from sandbox.guarantees import HELD_BY_THE_WORKER, Guarantee
from sandbox.identity import packages_sha256, source_sha256
from sandbox.interpreter import SYSTEM_FOLDERS, interpreter_folders
from sandbox.progress import StreamReader
from sandbox.provable import Trace
from sandbox.spec import Limits, Progress, RunResult, RunSpec

ALWAYS_HELD = HELD_BY_THE_WORKER | {
    Guarantee.NO_NETWORK,
    Guarantee.READ_ONLY_ROOT,
    Guarantee.PIDS_BOUND,
    Guarantee.DISK_BOUND,
    Guarantee.SYSCALL_FILTER,
    Guarantee.NO_CAPABILITIES,
    Guarantee.NON_ROOT,
    Guarantee.USER_NAMESPACE,
    Guarantee.NO_SURVIVORS,
}
"""Processes are bound by RLIMIT_NPROC where control groups can't be written: the run's user is
its own, or lives in a user namespace that counts for itself."""
_BY_CONTROLLER = {"memory": Guarantee.MEMORY_BOUND, "cpu": Guarantee.CPU_BOUND}
_PROBE_LIMITS = Limits(
    task_seconds=1,
    total_seconds=1,
    memory_bytes=2**26,
    cpus=1,
    pids=16,
    output_bytes=1,
    output_files=1,
    log_bytes=1,
    tmp_bytes=1,
    gpus=0,
)


class BubblewrapBackend:
    """Implements `sandbox.backend.Backend`.

    `pythons` are the interpreters of the runner's environments, of which that of torch must be
    there; `runner_package` is the folder that becomes the package `runner` inside.
    """

    name = "bubblewrap"
    gpu_ids: tuple[str, ...] = ()

    def __init__(self, *, pythons: Mapping[str, Path], runner_package: Path) -> None:
        # The folder without links, as it will be inside; the file itself may be a link on purpose.
        self._pythons = {
            name: python.parent.resolve() / python.name for name, python in pythons.items()
        }
        self._package = runner_package
        self._folders: dict[str, list[Path]] = {}

    def check(self) -> None:
        bwrap = shutil.which("bwrap")
        if bwrap is None:
            raise BackendUnavailable("bubblewrap is not installed. Run: apt-get install bubblewrap")
        if not (self._package / "__main__.py").is_file():
            raise BackendUnavailable(f"there is no runner package in {self._package}")
        try:
            compile_profile()
        except UnknownMachine as error:
            raise BackendUnavailable(f"bubblewrap runs need a seccomp filter: {error}") from error
        self._shown_folders(TORCH)
        probe = [bwrap, "--unshare-all", "--ro-bind", "/", "/", "/bin/true"]
        tried = subprocess.run(probe, capture_output=True, text=True, check=False)
        if tried.returncode != 0:
            raise BackendUnavailable(
                f"bubblewrap can't make namespaces here ({tried.stderr.strip()}). Allow "
                "unprivileged user namespaces (user.max_user_namespaces above 0, and "
                "kernel.unprivileged_userns_clone=1 where that exists) or use Docker."
            )

    def guarantees(self) -> frozenset[Guarantee]:
        group = self._groups.create("probe", _PROBE_LIMITS)
        bound = {held for name, held in _BY_CONTROLLER.items() if name in group.controllers}
        group.remove()
        return ALWAYS_HELD | bound

    def environments(self) -> frozenset[str]:
        return frozenset(name for name in self._pythons if self._is_here(name))

    def identity(self, environment: str) -> dict[str, str]:
        """The interpreter's packages and the runner, by their digests."""
        return {
            "packages_sha256": packages_sha256(self._pythons[environment]),
            "runner_sha256": source_sha256(self._package),
        }

    def with_runner(self, package: Path) -> "BubblewrapBackend":
        """The same backend with another program in the runner's place."""
        return BubblewrapBackend(pythons=self._pythons, runner_package=package)

    def remove_leftovers(self) -> None:
        """Remove what workers that are gone left on this machine."""
        self._groups.remove_leftovers()

    def shown(self) -> frozenset[str]:
        """Where a run sees folders and files of the machine, beside its inputs."""
        environment = [str(folder) for folder in self._shown_folders(TORCH)]
        own = (*SYSTEM_FOLDERS, *environment, command.RUNNER_FOLDER)
        return frozenset((*own, CPU_FACTS, LIBRARY_CACHE))

    def trace(self, run: str) -> Trace:
        """Its control group, where one could be made; nobody keeps what a run prints."""
        return Trace(groups=(self._groups.label(run),), logs=())

    def processes(self, mark: str, groups: Sequence[str]) -> list[census.Seen]:
        """What `sandbox.census` sees on this machine."""
        return census.look(mark, groups)

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
        )

    @cached_property
    def _groups(self) -> ControlGroups:
        return ControlGroups(find_places())

    def _shown_folders(self, environment: str) -> list[Path]:
        """What an environment needs, asked of it once. Raises BackendUnavailable."""
        if environment not in self._pythons:
            raise BackendUnavailable(f"this worker has no environment {environment}")
        if environment not in self._folders:
            self._folders[environment] = interpreter_folders(self._pythons[environment])
        return self._folders[environment]

    def _is_here(self, environment: str) -> bool:
        try:
            self._shown_folders(environment)
        except BackendUnavailable:
            return False
        return True

    def _start(self, spec: RunSpec, reader: StreamReader) -> BubblewrapSandbox:
        if spec.limits.gpus:
            raise PlatformFault("bubblewrap offers no GPU; use a Docker worker")
        with as_platform_fault("bubblewrap did not start", BackendUnavailable, OSError):
            self._groups.remove_leftovers()
            group = self._groups.create(spec.name, spec.limits)
            try:
                return start_process(
                    lambda answer, status, seccomp: self._plan(
                        spec, groups=group.join_files, answer=answer, status=status, seccomp=seccomp
                    ),
                    program=compile_profile(),
                    group=group,
                    reader=reader,
                )
            except BaseException:
                group.remove()
                raise

    def _plan(
        self, spec: RunSpec, *, groups: list[str], answer: int, status: int, seccomp: int
    ) -> launcher.Plan:
        limits = spec.limits
        folders = {"in": (spec.input_dir, Path("/in"))}
        folders["runner"] = (self._package, Path(command.RUNNER_FOLDER))
        for number, folder in enumerate(self._shown_folders(spec.environment)):
            folders[f"python{number}"] = (folder, folder)
        return launcher.Plan(
            parent=os.getpid(),
            answer=answer,
            groups=groups,
            uid=command.host_uid(spec.name) if os.geteuid() == 0 else None,
            filesystems={
                "out": [limits.output_bytes, command.output_inodes(spec)],
                "tmp": [limits.tmp_bytes, command.TMP_FILES],
                "shm": [command.SHM_BYTES, command.SHM_FILES],
            },
            folders={name: str(source.resolve()) for name, (source, _) in folders.items()},
            limits={
                "RLIMIT_CORE": 0,
                "RLIMIT_NOFILE": command.OPEN_FILES,
                "RLIMIT_FSIZE": command.largest_file(limits),
                "RLIMIT_NPROC": limits.pids,
            },
            command=bwrap_command(
                bwrap=shutil.which("bwrap") or "bwrap",
                python=self._pythons[spec.environment],
                environment=command.environment(limits),
                folders={name: target for name, (_, target) in folders.items()},
                status_fd=status,
                seccomp_fd=seccomp,
            ),
        )
