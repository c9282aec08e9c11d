"""The platform image, built for real and started as compose.yaml starts it: bare of all rights."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.compose import ROOT

WHEELS = ROOT / "var" / "wheelhouse" / "platform"
LOCK = ROOT / "requirements" / "platform.lock"
LOCAL_BASE = "podium-base:latest"
PUBLIC_BASE = "python:3.11-slim"
ENVIRONMENT = {
    "PODIUM_SECRET_KEY": "only-for-this-test-" + "0123456789abcdef" * 3,
    "PODIUM_ALLOWED_HOSTS": "podium.example.org",
    "PODIUM_DATABASE_URL": "sqlite:////var/lib/podium/tmp/db.sqlite3",
}
LIMITS = [
    "--network=none",
    "--read-only",
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
    "--tmpfs=/tmp:size=64m",
    "--tmpfs=/var/lib/podium/tmp:uid=10001,gid=10001,mode=750",
]

pytestmark = [pytest.mark.docker, pytest.mark.slow]


def docker(*arguments: str | Path) -> str:
    """Run the Docker client; return what it printed."""
    done = subprocess.run(
        ["docker", *arguments], capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout.strip()


def collect_wheels() -> None:
    """Fetch the wheels outside of the build, as the engine may reach no package index.

    pip skips what lies there already and checks the hashes of the rest. Two libraries of metrics
    come as source, which needs what builds it.
    """
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--only-binary=:all:"]
    for wanted in (
        ["--no-binary=seqeval,rouge-score", "--require-hashes", "--requirement", str(LOCK)],
        ["setuptools", "setuptools_scm", "wheel"],
    ):
        places = ["--dest", str(WHEELS), *wanted]
        done = subprocess.run([*command, *places], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def image() -> str:
    collect_wheels()
    known = subprocess.run(["docker", "image", "inspect", LOCAL_BASE], capture_output=True)
    base = LOCAL_BASE if known.returncode == 0 else PUBLIC_BASE
    name = "podium-platform:test"
    arguments = ["--build-arg", f"BASE_IMAGE={base}", "--build-arg", "PIP_NO_INDEX=1"]
    docker("build", "--quiet", "--network=none", *arguments, "--tag", name, ROOT)
    return name


@pytest.fixture
def site(image: str) -> Iterator[str]:
    """Yield the id of a container that serves the site from a database in memory."""
    environment = [f"--env={name}={value}" for name, value in ENVIRONMENT.items()]
    name = f"podium-test-{uuid.uuid4().hex[:12]}"
    serve = "exec gunicorn --config deploy/gunicorn.conf.py config.wsgi:application"
    docker(
        *("run", "--detach", f"--name={name}", "--health-interval=1s", *LIMITS, *environment),
        *(image, "sh", "-c", f"python manage.py migrate --verbosity=0 && {serve}"),
    )
    yield name
    docker("rm", "--force", name)


def wait_until_healthy(name: str) -> None:
    """Poll the container's own health check."""
    end = time.monotonic() + 60
    state = {}
    while time.monotonic() < end:
        state = json.loads(docker("inspect", "--format", "{{json .State}}", name))
        if state["Health"]["Status"] == "healthy":
            return
        assert state["Running"], docker("logs", name)
        time.sleep(0.5)
    raise AssertionError(f"not healthy after a minute: {state}\n{docker('logs', name)}")


def test_the_site_serves_from_a_read_only_container_without_rights(site: str) -> None:
    wait_until_healthy(site)
    page = (
        "import http.client as h; c = h.HTTPConnection('127.0.0.1', 8000); "
        "c.request('GET', '/accounts/login/', headers={'Host': 'podium.example.org', "
        "'X-Forwarded-Proto': 'https'}); r = c.getresponse(); print(r.status, r.read().decode())"
    )
    answer = docker("exec", site, "python", "-c", page)
    assert answer.startswith("200 ")
    assert "csrfmiddlewaretoken" in answer
    assert docker("exec", site, "id", "-u") == "10001"


def test_the_health_check_notices_a_dead_site(image: str) -> None:
    environment = [f"--env={name}={value}" for name, value in ENVIRONMENT.items()]
    script = "python deploy/healthcheck.py web; echo status $?"
    answer = docker("run", "--rm", *LIMITS, *environment, image, "sh", "-c", script)
    assert answer.endswith("status 1")


def test_the_image_holds_no_secret_and_no_torch(image: str) -> None:
    history = docker("history", "--no-trunc", "--format", "{{.CreatedBy}}", image)
    variables = json.loads(docker("inspect", "--format", "{{json .Config.Env}}", image))
    assert not any("SECRET" in variable or "PASSWORD" in variable for variable in variables)
    assert "PODIUM_SECRET_KEY=unused" in history
    script = (
        "import importlib.util as u, pathlib; print(u.find_spec('torch'), "
        "sorted({'.env', '.git', 'tests', 'var'} & {p.name for p in pathlib.Path().iterdir()}))"
    )
    assert docker("run", "--rm", "--network=none", image, "python", "-c", script) == "None []"
