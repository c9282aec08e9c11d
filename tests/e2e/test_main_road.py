"""From sign-up to award through HTTP, on every backend, with real models and real processes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from demo.client import Api, follow, join, submit_folder
from tests.e2e.organizer import PASSWORD, close, create_competition, publish
from tests.e2e.stack import Stack, running_stack
from tests.e2e.visitor import Visitor
from tests.parts import RUNNER_PYTHON

pytestmark = [pytest.mark.slow, pytest.mark.runner]

BACKENDS = [
    pytest.param("bubblewrap", marks=pytest.mark.bubblewrap),
    pytest.param("docker", marks=pytest.mark.docker),
    pytest.param("docker+gvisor", marks=pytest.mark.gvisor),
]
SLUG = "tiny-encoders"
HEADED = "which-word"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tiny BERT submissions, made by the runner's Python."""
    folder = tmp_path_factory.mktemp("models")
    script = Path(__file__).with_name("make_models.py")
    subprocess.run([RUNNER_PYTHON, script, folder, HEADED], check=True, timeout=300)
    return folder


def enter(stack: Stack, name: str, folder: Path) -> dict:
    """Sign up in the browser, make a token, submit a folder by the API, wait for the verdict."""
    person = Visitor(stack.url)
    person.sign_up(name, PASSWORD)
    api = Api(stack.url, person.new_token("laptop"))
    join(api, SLUG)
    submission = submit_folder(api, SLUG, folder)
    return follow(api, submission, lambda state: None)


@pytest.mark.parametrize("backend", BACKENDS)
def test_from_sign_up_to_award(backend: str, models: Path, tmp_path: Path) -> None:
    walk_the_road(models, tmp_path, backend=backend)


@pytest.mark.bubblewrap
@pytest.mark.postgres
def test_from_sign_up_to_award_on_postgresql(
    models: Path, tmp_path: Path, postgres_database: str
) -> None:
    walk_the_road(models, tmp_path, backend="bubblewrap", database_url=postgres_database)


def walk_the_road(models: Path, folder: Path, *, backend: str, database_url: str = "") -> None:
    with running_stack(folder, backend=backend, database_url=database_url) as stack:
        organizer = create_competition(stack, slug=SLUG, headed=HEADED)
        baseline = Api(stack.url, organizer.new_token("baseline"))
        join(baseline, SLUG)
        result = follow(
            baseline, submit_folder(baseline, SLUG, models / "headless"), lambda state: None
        )
        states = {task["slug"]: task["state"] for task in result["tasks"]}
        assert result["state"] == "scored", result
        assert states.pop(HEADED) == "failed"
        assert set(states.values()) == {"ok"}
        publish(organizer, slug=SLUG)

        first = enter(stack, "ada", models / "good-1")
        second = enter(stack, "bob", models / "good-2")
        headless = enter(stack, "cyd", models / "headless")
        assert [each["state"] for each in (first, second)] == ["scored", "scored"]
        assert all(task["public_points"] is not None for task in first["tasks"])
        failed = next(task for task in headless["tasks"] if task["slug"] == HEADED)
        assert failed["error_code"] == "missing_head"
        assert "classifier" in failed["message"]
        assert failed["public_points"] == 0

        ada = Visitor(stack.url)
        ada.log_in("ada", PASSWORD)
        board = ada.get(f"/competitions/{SLUG}/leaderboard/")
        assert all(name in board for name in ("ada", "bob", "cyd"))
        assert "A tiny BERT with random weights, seed 1." in ada.get(f"/submissions/{first['id']}/")

        close(organizer, slug=SLUG)
        awards = Api(stack.url, ada.new_token("reader")).get(f"/competitions/{SLUG}/awards/")
        winners = {each["award"]: each["participant"] for each in awards}
        assert winners["first"] in {"ada", "bob", "cyd"}
        assert winners["words"] in {"ada", "bob"}
        assert winners["first"] in ada.get(f"/competitions/{SLUG}/awards/")
