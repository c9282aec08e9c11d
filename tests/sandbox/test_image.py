"""The image programs do nothing twice and say what to do when they can't."""

import os
from pathlib import Path

import pytest

from sandbox.image import base, build, commands
from sandbox.image.build import DOCKERFILE, RUNNER, digest, fill_context, runner_sources


def test_the_tag_follows_the_content(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("one")
    first = digest(runner_sources(tmp_path), relative_to=tmp_path)
    assert digest(runner_sources(tmp_path), relative_to=tmp_path) == first
    (tmp_path / "a.py").write_text("two")
    second = digest(runner_sources(tmp_path), relative_to=tmp_path)
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    assert len({first, second, digest(runner_sources(tmp_path), relative_to=tmp_path)}) == 3


def test_compiled_files_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_text("x")
    assert runner_sources(tmp_path) == []


def test_the_context_holds_what_the_dockerfile_copies(tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    (wheels / "one.whl").write_text("wheel")
    context = tmp_path / "context"
    context.mkdir()
    lock = build.IMAGES[1].lock
    fill_context(context, wheels, lock)
    assert (context / "runner.lock").read_bytes() == lock.read_bytes()
    copied = [
        line.split()[1]
        for line in DOCKERFILE.read_text().splitlines()
        if line.startswith("COPY") and "--from" not in line
    ]
    assert sorted(copied) == ["runner", "runner.lock", "wheels"]
    assert all((context / name).exists() for name in copied)
    assert (context / "wheels" / "one.whl").read_text() == "wheel"
    assert (context / "runner" / "__main__.py").is_file() is (RUNNER / "__main__.py").is_file()


def test_the_image_runs_as_nobody_and_is_built_without_a_network() -> None:
    text = DOCKERFILE.read_text()
    assert "\nUSER 65534:65534\n" in text
    assert "--no-index" in text
    assert text.index("ARG BASE_IMAGE=python:3.11-slim") < text.index("FROM ${BASE_IMAGE}")


def test_a_chosen_base_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BASE_IMAGE", "mine:1")
    assert build.choose_base() == "mine:1"


@pytest.mark.parametrize(
    ("local", "chosen"), [(True, build.LOCAL_BASE), (False, build.DEFAULT_BASE)]
)
def test_a_base_made_here_is_used(
    local: bool, chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BASE_IMAGE", raising=False)
    monkeypatch.setattr(build, "has_image", lambda name: local)
    assert build.choose_base() == chosen


@pytest.mark.parametrize("program", [build, base])
def test_without_a_docker_client_the_package_is_named(
    program: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/none")
    assert program.main() == 1  # type: ignore[attr-defined]
    assert "apt-get install -y docker.io" in capsys.readouterr().err


def test_without_an_engine_its_address_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    client = tmp_path / "docker"
    client.write_text("#!/bin/sh\nexit 1\n")
    client.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin")
    assert build.main() == 1
    assert "DOCKER_HOST" in capsys.readouterr().err


def test_a_failed_program_is_reported_with_a_hint(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(commands.BuildError, match=r"`false` failed\. Do this\."):
        commands.call(["false"], hint="Do this.")


@pytest.mark.docker
def test_an_image_that_is_there_is_not_built_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "has_image", lambda name: True)
    called: list[str] = []
    monkeypatch.setattr(build, "call", lambda command, hint: called.append(command[1]))
    made = [build.build(image).partition(":") for image in build.IMAGES]
    assert [name for name, _, _ in made] == ["podium-runner", "podium-runner-tensorflow"]
    assert len({tag for _, _, tag in made}) == 2, "the lock counts"
    assert called == ["tag", "tag"]
