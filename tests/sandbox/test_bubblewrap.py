"""What only the bubblewrap backend has: its own launcher, control groups and user namespaces."""

from pathlib import Path

import pytest

from sandbox import bubblewrap, owner
from sandbox.backend import BackendUnavailable
from sandbox.bubblewrap import BubblewrapBackend
from sandbox.cgroups import ControlGroups
from sandbox.environments import TENSORFLOW, TORCH
from sandbox.guarantees import Guarantee
from sandbox.interpreter import interpreter_folders
from sandbox.selection import RUNNER_PACKAGE
from sandbox.spec import Outcome
from tests.parts import PYTHONS, RUNNER_PYTHON
from tests.sandbox.lab import Lab, is_running, killed_worker, wait_until

pytestmark = [pytest.mark.bubblewrap, pytest.mark.runner]


@pytest.fixture
def backend() -> BubblewrapBackend:
    return BubblewrapBackend(pythons=PYTHONS, runner_package=RUNNER_PACKAGE)


@pytest.fixture
def lab(backend: BubblewrapBackend, tmp_path: Path) -> Lab:
    return Lab(backend, tmp_path)


def test_a_ready_machine_passes_the_check(backend: BubblewrapBackend) -> None:
    backend.check()


def test_without_bubblewrap_the_package_is_named(
    backend: BubblewrapBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/none")
    with pytest.raises(BackendUnavailable, match="apt-get install bubblewrap"):
        backend.check()


def test_without_the_runner_s_environment_setup_is_named(tmp_path: Path) -> None:
    backend = BubblewrapBackend(pythons={TORCH: tmp_path / "python"}, runner_package=RUNNER_PACKAGE)
    with pytest.raises(BackendUnavailable, match="make setup"):
        backend.check()


def test_without_a_runner_package_its_folder_is_named(tmp_path: Path) -> None:
    backend = BubblewrapBackend(pythons=PYTHONS, runner_package=tmp_path)
    with pytest.raises(BackendUnavailable, match=str(tmp_path)):
        backend.check()


def test_a_launcher_that_fails_is_our_fault(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda name: "/none/bwrap")
    result = lab.run("finish()")
    assert result.outcome is Outcome.PLATFORM_FAULT
    assert "/none/bwrap" in result.reason


def test_a_sandbox_that_bubblewrap_refuses_is_our_fault_with_its_words(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = bubblewrap.bwrap_command

    def spoilt(**settings: object) -> list[str]:
        return [build(**settings)[0], "--no-such-option"]  # type: ignore[arg-type]

    monkeypatch.setattr(bubblewrap, "bwrap_command", spoilt)
    result = lab.run("finish()")
    assert result.outcome is Outcome.PLATFORM_FAULT
    assert "no-such-option" in result.reason


def test_an_unprivileged_worker_gets_the_same_sandbox(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The launcher then makes a user namespace first; here it is told so."""
    monkeypatch.setattr(bubblewrap.os, "geteuid", lambda: 1000)
    result = lab.run("finish(); print(os.getuid())")
    assert (result.outcome, result.log) == (Outcome.OK, b"1000\n")


def test_without_control_groups_memory_and_cpu_are_not_promised(
    backend: BubblewrapBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backend, "_groups", ControlGroups({}))
    declared = backend.guarantees()
    assert not declared & {Guarantee.MEMORY_BOUND, Guarantee.CPU_BOUND}
    assert {Guarantee.NO_NETWORK, Guarantee.PIDS_BOUND, Guarantee.DISK_BOUND} <= declared


def test_processes_are_bounded_even_without_control_groups(
    lab: Lab, backend: BubblewrapBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bubblewrap, "find_places", dict)
    result = lab.run(
        """
        children = 0
        try:
            while children < 300:
                if os.fork() == 0:
                    time.sleep(60)
                children += 1
        except OSError:
            pass
        print(children)
        """
    )
    assert int(result.log) <= lab.limits.pids


def test_an_environment_behind_a_link_works(tmp_path: Path) -> None:
    (tmp_path / "env").symlink_to(RUNNER_PYTHON.parent.parent)
    python = tmp_path / "env" / "bin" / RUNNER_PYTHON.name
    backend = BubblewrapBackend(pythons={TORCH: python}, runner_package=RUNNER_PACKAGE)
    result = Lab(backend, tmp_path).run("print(sys.prefix)")
    assert result.log.decode().strip() == str(RUNNER_PYTHON.parent.parent.resolve())


def test_an_environment_that_is_not_there_is_not_offered_and_no_verdict(tmp_path: Path) -> None:
    pythons = {TORCH: RUNNER_PYTHON, TENSORFLOW: tmp_path / "none" / "python"}
    backend = BubblewrapBackend(pythons=pythons, runner_package=RUNNER_PACKAGE)
    backend.check()
    assert backend.environments() == {TORCH}
    result = Lab(backend, tmp_path).run("finish()", environment=TENSORFLOW)
    assert result.outcome is Outcome.PLATFORM_FAULT
    assert "none/python" in result.reason


def test_an_environment_that_the_worker_does_not_know_is_no_verdict(tmp_path: Path) -> None:
    backend = BubblewrapBackend(pythons={TORCH: RUNNER_PYTHON}, runner_package=RUNNER_PACKAGE)
    result = Lab(backend, tmp_path).run("finish()", environment=TENSORFLOW)
    assert result.outcome is Outcome.PLATFORM_FAULT
    assert "no environment tensorflow" in result.reason


def test_a_run_dies_with_its_worker(lab: Lab, tmp_path: Path) -> None:
    before = dead_owners()
    with killed_worker("bubblewrap", tmp_path) as mark:
        wait_until(lambda: not is_running(mark))
    left = dead_owners() - before

    # The next run removes the control groups of the dead worker.
    assert lab.run("finish()").outcome is Outcome.OK
    assert not left & dead_owners()


def dead_owners() -> set[str]:
    """Return the ended processes that have left control groups on this machine."""
    groups = Path("/sys/fs/cgroup").rglob("podium-*:test-*")
    owners = {group.name.removeprefix("podium-").rpartition(":")[0] for group in groups}
    return {each for each in owners if owner.is_gone(each)}


def test_no_group_and_no_descriptor_stays_behind(lab: Lab) -> None:
    lab.run("finish()")
    before = sorted(Path("/proc/self/fd").iterdir())
    lab.run("finish()")
    assert sorted(Path("/proc/self/fd").iterdir()) == before
    assert list(Path("/sys/fs/cgroup").rglob(f"podium-{owner.this_process()}:*")) == []


def test_the_interpreter_s_real_home_is_found() -> None:
    folders = interpreter_folders(RUNNER_PYTHON)
    assert RUNNER_PYTHON.parent.parent.resolve() in folders
    assert all(folder.is_dir() for folder in folders)
