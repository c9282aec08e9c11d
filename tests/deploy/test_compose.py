"""compose.yaml names only things that exist, gives no secret a default and keeps labels away."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import get_commands

from tests.deploy.compose import (
    FILES,
    MAIN,
    ROOT,
    WORKER,
    Mount,
    Reference,
    load,
    mounts,
    references,
    required_values,
)

PLATFORM = ["migrate", "web", "infer", "score", "reconcile"]
WITH_STORES = ["web", "infer", "score"]
SECRET = re.compile(r"SECRET|PASSWORD|TOKEN|_KEY$")
# Settings of the platform are read with these functions and nowhere else.
READER = re.compile(r'env\.(?:text|secret|flag|number|words)\(\s*f?"(PODIUM_[A-Z_{}.()a-z]*)"')


@cache
def compose() -> dict[str, Any]:
    return load(MAIN, required_values(MAIN))


def service(name: str) -> dict[str, Any]:
    found = compose()["services"][name]
    assert isinstance(found, dict)
    return found


def example_lines() -> list[str]:
    return (ROOT / "deploy" / "env.example").read_text(encoding="utf-8").splitlines()


def described() -> dict[str, str]:
    """Return the variables of env.example with the value on their line."""
    pattern = re.compile(r"#?(PODIUM_[A-Z_]+)=(.*)")
    return {
        match[1]: match[2] for line in example_lines() if (match := pattern.fullmatch(line.strip()))
    }


@cache
def production(service_name: str) -> dict[str, Any]:
    """Return what the production settings make of a service's environment."""
    script = (
        "import json; from django.conf import settings as s; print(json.dumps({"
        "'stores': {n: str(v['OPTIONS']['location']) for n, v in s.STORAGES.items() "
        "if n in s.BLOB_STORES}, 'work': str(s.WORK_DIR), 'keys': str(s.SIGNING_KEY.parent), "
        "'seals': str(s.RESULT_KEY.parent), 'backend': s.SANDBOX_BACKEND, "
        "'database': s.DATABASES['default']['HOST'], "
        "'static': str(s.STATIC_ROOT)}))"
    )
    done = run_python(service_name, "-c", script)
    assert done.returncode == 0, done.stderr
    content = json.loads(done.stdout)
    assert isinstance(content, dict)
    return content


def run_python(service_name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python as the service would, with its environment and no other setting of Podium's."""
    return run_with(service(service_name)["environment"], *arguments)


def run_with(given: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python with ``given`` for all settings of Podium's."""
    inherited = {name: value for name, value in os.environ.items() if not _ours(name)}
    environment = {
        **inherited,
        "PODIUM_VAR": image_variables()["PODIUM_VAR"],
        **given,
    }
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def _ours(name: str) -> bool:
    return name.startswith(("PODIUM_", "DJANGO_")) or name in {"DOCKER_HOST", "TMPDIR"}


@cache
def image_variables() -> dict[str, str]:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    pairs = [
        pair
        for line in text.splitlines()
        if line.startswith("ENV ")
        for pair in line.removeprefix("ENV ").split()
    ]
    return dict(pair.split("=", 1) for pair in pairs)


def every_reference() -> list[tuple[Path, Reference]]:
    return [(path, found) for path in FILES for found in references(path)]


def test_every_variable_is_described_with_a_sentence() -> None:
    assert set(described()) == {found.name for _, found in every_reference()}
    lines = example_lines()
    for number, line in enumerate(lines):
        if re.match(r"#?PODIUM_[A-Z_]+=", line):
            assert re.match(r"# .{20,}", lines[number - 1]), line


def test_described_defaults_are_the_real_ones() -> None:
    for path, found in every_reference():
        assert described()[found.name] == (found.default or ""), (path, found)


def test_no_secret_has_a_default() -> None:
    for path, found in every_reference():
        if SECRET.search(found.name):
            assert not found.default, (path, found)
    for name, value in described().items():
        if SECRET.search(name):
            assert value == "", name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_secret_of_an_environment_comes_from_outside(path: Path) -> None:
    marked = {name: f"value-of-{name}" for name in required_values(path)}
    for name, content in load(path, marked)["services"].items():
        for variable, value in content.get("environment", {}).items():
            if SECRET.search(variable) and value:
                assert "value-of-" in value, (name, variable)


def test_a_missing_variable_says_what_to_set() -> None:
    for path, found in every_reference():
        if found.default is None:
            assert found.message is not None, (path, found)
            assert re.match(r"set .{10,}", found.message), (path, found)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_starts_while_a_needed_variable_is_missing(path: Path) -> None:
    for name in required_values(path):
        values = required_values(path)
        del values[name]
        with pytest.raises(KeyError, match=name):
            load(path, values)


def test_a_worker_elsewhere_differs_only_in_where_things_are() -> None:
    here, there = service("infer"), load(WORKER, required_values(WORKER))["services"]["infer"]
    elsewhere = {"PODIUM_ALLOWED_HOSTS", "PODIUM_DATABASE_URL", "PODIUM_REDIS_URL"}
    assert set(here["environment"]) == set(there["environment"])
    for name, value in here["environment"].items():
        assert name in elsewhere or there["environment"][name] == value, name
    reached = [{(mount.target, mount.writable) for mount in mounts(one)} for one in (here, there)]
    seals = production("infer")["seals"]
    assert reached[0] - {(seals, True)} == reached[1] - {(seals, False)}
    assert [(seals, True) in reached[0], (seals, False) in reached[1]] == [True, True]
    placed = {"environment", "volumes", "networks", "depends_on", "build"}
    assert {k: v for k, v in here.items() if k not in placed} == {
        k: v for k, v in there.items() if k not in placed
    }


@pytest.mark.parametrize("name", PLATFORM)
def test_every_setting_is_read(name: str) -> None:
    readers = [*(ROOT / "config" / "settings").glob("*.py"), ROOT / "deploy" / "gunicorn.conf.py"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in readers)
    read = set(READER.findall(text)) | set(re.findall(r'os\.environ\.get\("(\w+)"', text))
    given = {key for key in service(name)["environment"] if key.startswith("PODIUM_")}
    assert given <= read


def test_every_needed_production_setting_is_given() -> None:
    text = (ROOT / "config" / "settings" / "production.py").read_text(encoding="utf-8")
    needed = set(re.findall(r'env\.(?:text|secret|words)\("(PODIUM_[A-Z_]+)"\)', text))
    assert needed
    for name in PLATFORM:
        assert needed <= set(service(name)["environment"]), name


@pytest.mark.parametrize("name", PLATFORM)
def test_every_command_exists(name: str) -> None:
    command = service(name).get("command")
    if command is None:
        text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
        command = json.loads(re.findall(r"^CMD (\[.*\])$", text, re.MULTILINE)[-1])
    if command[:2] == ["python", "manage.py"]:
        assert command[2] in get_commands()
        done = run_python(name, "manage.py", command[2], "--help")
        assert done.returncode == 0, done.stderr
        for option in command[3:]:
            if option.startswith("--"):
                assert option in done.stdout
    else:
        assert command == [
            "gunicorn",
            "--config",
            "deploy/gunicorn.conf.py",
            "config.wsgi:application",
        ]
        assert (ROOT / command[2]).is_file()
        assert "application =" in (ROOT / "config" / "wsgi.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["web", "infer", "score"])
def test_every_platform_health_check_exists(name: str) -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    own = service(name).get("healthcheck", {}).get("test")
    check = own[1:] if own else json.loads(re.findall(r"^ +CMD (\[.*\])$", text, re.MULTILINE)[0])
    assert check[0] == "python"
    done = subprocess.run(
        [sys.executable, ROOT / check[1], "nonsense"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert check[2] in done.stderr


def test_services_wait_only_for_services_that_can_answer() -> None:
    services = compose()["services"]
    for name, content in services.items():
        for other, wait in content.get("depends_on", {}).items():
            assert other in services, name
            if wait["condition"] == "service_healthy":
                assert "test" in services[other]["healthcheck"], other


def test_ports_agree_everywhere() -> None:
    (port,) = [entry.rsplit(":", 1)[1] for entry in service("web")["ports"]]
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert f"EXPOSE {port}\n" in dockerfile
    assert f':{port}"' in (ROOT / "deploy" / "gunicorn.conf.py").read_text(encoding="utf-8")
    assert f'"127.0.0.1", {port}' in (ROOT / "deploy" / "healthcheck.py").read_text(
        encoding="utf-8"
    )
    environment = service("web")["environment"]
    assert "@database:5432/" in environment["PODIUM_DATABASE_URL"]
    assert "@queue:6379/" in environment["PODIUM_REDIS_URL"]


def test_only_the_site_is_published_and_only_to_this_host() -> None:
    published = {
        name: found["ports"] for name, found in compose()["services"].items() if "ports" in found
    }
    assert list(published) == ["web"]
    assert all(entry.startswith("127.0.0.1:") for entry in published["web"])


def test_volumes_and_networks_are_declared_and_used() -> None:
    services = compose()["services"].values()
    named = {
        mount.source for found in services for mount in mounts(found) if "/" not in mount.source
    }
    assert named == set(compose()["volumes"])
    networks = {network for found in services for network in found["networks"]}
    assert networks == set(compose()["networks"])


@pytest.mark.parametrize("name", WITH_STORES)
def test_volumes_lie_where_the_settings_look(name: str) -> None:
    facts = production(name)
    known = {
        **{location: store for store, location in facts["stores"].items()},
        facts["keys"]: "keys",
        facts["seals"]: "seals",
        service(name)["environment"].get("TMPDIR", ""): "uploads",
    }
    for mount in mounts(service(name)):
        if "/" not in mount.source:
            assert known.get(mount.target) == mount.source


def test_the_image_prepares_every_volume_for_its_user() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    prepared = re.search(r"install -d -o podium .*?\n(?!        )", text, re.DOTALL)
    assert prepared is not None
    folders = set(re.findall(r"/var/lib/podium\S*", prepared[0]))
    for name in WITH_STORES:
        for mount in mounts(service(name)):
            if "/" not in mount.source:
                assert mount.target in folders


def test_the_infer_worker_gets_no_labels_and_no_key() -> None:
    facts = production("infer")
    targets = [Path(mount.target) for mount in mounts(service("infer"))]
    for secret in (Path(facts["stores"]["labels"]), Path(facts["keys"])):
        for target in targets:
            assert not secret.is_relative_to(target)
            assert not target.is_relative_to(secret)
    assert "labels" not in {mount.source for mount in mounts(service("infer"))}


def test_what_scores_rest_on_is_with_the_score_worker_alone() -> None:
    evidence = Path(production("score")["stores"]["evidence"])
    for name, content in compose()["services"].items():
        reach = [m for m in mounts(content) if evidence.is_relative_to(m.target)]
        inside = [m for m in mounts(content) if Path(m.target).is_relative_to(evidence)]
        allowed = [Mount("evidence", str(evidence), writable=True)] if name == "score" else []
        assert reach == allowed, name
        assert inside == allowed, name
        assert name == "score" or "evidence" not in {mount.source for mount in mounts(content)}
    away = load(WORKER, required_values(WORKER))["services"]
    for name, content in away.items():
        for mount in mounts(content):
            assert not evidence.is_relative_to(mount.target), name


def test_the_key_that_seals_results_is_with_those_who_seal_and_those_who_score_alone() -> None:
    seals, keys = Path(production("infer")["seals"]), Path(production("infer")["keys"])
    assert not seals.is_relative_to(keys)
    for name, content in compose()["services"].items():
        reach = [m for m in mounts(content) if seals.is_relative_to(m.target)]
        if name in {"infer", "score"}:
            assert reach == [Mount("seals", str(seals), writable=True)], name
        else:
            assert reach == [], name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_models_get_a_kernel_of_their_own_unless_the_operator_says_otherwise(path: Path) -> None:
    services = load(path, required_values(path))["services"]
    assert services["infer"]["environment"]["PODIUM_SANDBOX_BACKEND"] == "docker+gvisor"


def test_the_deployment_check_warns_of_a_shared_kernel() -> None:
    shared = {**service("web")["environment"], "PODIUM_SANDBOX_BACKEND": "docker"}
    done = run_with(shared, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 1
    assert "podium.W001" in done.stderr
    assert "PODIUM_SANDBOX_BACKEND=docker+gvisor" in done.stderr


def test_only_the_infer_worker_holds_the_engine() -> None:
    for name, content in compose()["services"].items():
        holds = [mount for mount in mounts(content) if mount.source.endswith(".sock")]
        if name == "infer":
            assert [f"unix://{mount.target}" for mount in holds] == [
                content["environment"]["DOCKER_HOST"]
            ]
        else:
            assert holds == [], name
            assert "DOCKER_HOST" not in content.get("environment", {}), name


def test_the_engine_finds_staged_inputs_under_the_path_that_it_is_told() -> None:
    work = production("infer")["work"]
    assert Mount(work, work, writable=True) in mounts(service("infer"))


@pytest.mark.parametrize("name", ["infer", "score"])
def test_workers_only_write_what_they_make(name: str) -> None:
    writable = {mount.source for mount in mounts(service(name)) if mount.writable}
    assert not writable & {"inputs", "labels", "models"}


@pytest.mark.parametrize("name", PLATFORM)
def test_platform_containers_have_no_rights_to_spare(name: str) -> None:
    content = service(name)
    assert content["read_only"] is True
    assert content["cap_drop"] == ["ALL"]
    assert content["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "network_mode", "pid", "ipc", "cap_add", "devices"} & set(content)


@pytest.mark.parametrize("name", ["migrate", "infer", "score", "reconcile"])
def test_only_the_site_reaches_the_world(name: str) -> None:
    assert service(name)["networks"] == ["inside"]
    assert compose()["networks"]["inside"] == {"internal": True}


def test_the_site_passes_the_deployment_check_with_this_environment() -> None:
    done = run_python("web", "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr


def test_the_image_holds_every_app_and_nothing_that_ignore_rules_hide() -> None:
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    admitted = {line.removeprefix("!") for line in ignore if line.startswith("!")}
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    copied = set(re.findall(r"^COPY ([a-z.]+) ", text, re.MULTILINE))
    assert copied <= admitted
    assert all((ROOT / name).exists() for name in copied)
    named = {name.partition(".")[0] for name in settings.INSTALLED_APPS}
    apps = {name for name in named if (ROOT / name).is_dir()}
    assert apps >= {"publications", "scoring"}
    assert apps | {"common", "config", "sandbox", "manage.py", "deploy"} == copied
    assert ignore[next(i for i, line in enumerate(ignore) if not line.startswith("#"))] == "*"
