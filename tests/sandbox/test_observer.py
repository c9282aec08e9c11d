"""The engine's machine is looked at through the engine."""

import subprocess
import sys
from collections.abc import Iterator
from uuid import uuid4

import pytest
from docker import APIClient

from sandbox import container, owner
from sandbox.container import OWNER_LABEL, Choices
from sandbox.engine import connect
from sandbox.observer import ObserverFailed, look
from tests.parts import RUNNER_IMAGE

pytestmark = pytest.mark.docker
CHOICES = Choices(image=RUNNER_IMAGE, runtime="runsc", gpu_ids=(), runner_package=None)


@pytest.fixture
def api() -> Iterator[APIClient]:
    client = connect(None)
    yield client
    client.close()


def left(api: APIClient) -> list[object]:
    wanted = {"label": f"{OWNER_LABEL}={owner.this_process()}"}
    return list(api.containers(all=True, filters=wanted))


def test_processes_of_the_machine_are_seen_and_nothing_stays(api: APIClient) -> None:
    mark = uuid4().hex
    with subprocess.Popen([sys.executable, "-c", "input()", mark], stdin=subprocess.PIPE) as child:
        (seen,) = look(api, CHOICES, mark=mark, groups=["no-such-group"])
    assert (seen.pid, seen.marked) == (child.pid, True)
    assert seen.uid_map.split()[:2] == ["0", "0"]
    assert left(api) == []


def test_a_look_that_fails_says_what_was_heard(
    api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(container, "_CENSUS", "raise SystemExit('no eyes')")
    with pytest.raises(ObserverFailed, match="no eyes"):
        look(api, CHOICES, mark="mark", groups=[])
    assert left(api) == []
