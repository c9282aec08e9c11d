"""bubblewrap is told to unshare everything and to show little."""

from pathlib import Path

from sandbox.bwrap_command import MASKED, bwrap_command, system_mounts
from sandbox.command import environment
from tests.sandbox.lab import LIMITS


def built() -> list[str]:
    return bwrap_command(
        bwrap="/usr/bin/bwrap",
        python=Path("/srv/env/bin/python"),
        environment=environment(LIMITS),
        folders={"in": Path("/in"), "python0": Path("/srv/env")},
        status_fd=5,
        seccomp_fd=6,
    )


def test_every_namespace_is_its_own() -> None:
    for name in ("user", "pid", "net", "ipc", "uts", "cgroup"):
        assert f"--unshare-{name}" in built()
    assert not any(argument.startswith("--share") for argument in built())


def test_it_dies_with_the_worker_and_starts_bare() -> None:
    needed = {"--die-with-parent", "--new-session", "--clearenv", "--disable-userns", "--seccomp"}
    assert needed <= set(built())
    assert built()[built().index("--cap-drop") + 1] == "ALL"


def test_only_out_tmp_and_shm_can_be_written() -> None:
    arguments = built()
    writable = [arguments[n + 2] for n, each in enumerate(arguments) if each == "--bind"]
    assert sorted(writable) == ["/dev/shm", "/out", "/tmp"]
    sealed = [arguments[n + 1] for n, each in enumerate(arguments) if each == "--remount-ro"]
    assert sealed == ["/dev", "/"]
    assert "--tmpfs" not in arguments


def test_what_tells_of_the_machine_s_kernel_is_masked() -> None:
    arguments = built()
    masked = {arguments[n + 1] for n, each in enumerate(arguments) if each == "/dev/null"}
    assert masked == {path for path in MASKED if Path(path).exists()}
    assert "/proc/locks" in masked


def test_the_runner_is_the_command() -> None:
    assert built()[-6:] == ["--", "/srv/env/bin/python", "-m", "runner", "/in", "/out"]


def test_merged_system_folders_stay_links(tmp_path: Path) -> None:
    (tmp_path / "usr").mkdir()
    (tmp_path / "bin").symlink_to("usr/bin")
    shown = system_mounts([str(tmp_path / name) for name in ("usr", "bin", "absent")])
    assert shown[:6] == [
        *("--ro-bind", str(tmp_path / "usr"), str(tmp_path / "usr")),
        *("--symlink", "usr/bin", str(tmp_path / "bin")),
    ]
    assert not any("absent" in argument for argument in shown)


def test_an_environment_below_tmp_is_shown_inside_of_it() -> None:
    arguments = built()
    places = [arguments[n + 2] for n, each in enumerate(arguments) if each.endswith("bind")]
    assert places.index("/tmp") < places.index("/srv/env")
