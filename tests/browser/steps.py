"""What people do on the site, as steps of browser tests."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.factories import PASSWORD
from tests.live import Site

SEED = """
import itertools, time
factories._count = itertools.count(time.time_ns())  # this process is not the only one that counts
competition = factories.competition(title="The cup", rules="Play *fair*.", overview="Enter it.")
for title in ("Films", "A task with quite a long title", "Tweets"):
    factories.task(competition, title=title, train_rows=3)
names = [factories.participation(competition).user.username for _ in range({people})]
print(json.dumps([competition.slug, names]))
"""


def seed(site: Site, *, people: int) -> tuple[str, list[str]]:
    """Make an open competition with three tasks; return its slug and its participants' names."""
    slug, names = site.python(SEED.format(people=people))
    return slug, names


def submissions(page: Page, slug: str) -> list[dict[str, Any]]:
    """Return the submissions of who is logged in, as the API tells them."""
    answer = page.request.get(f"/api/v1/competitions/{slug}/submissions/")
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def log_in(page: Page, name: str) -> None:
    """Log in through the form."""
    page.goto("/accounts/login/")
    page.get_by_label("Login").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("button", name=name).wait_for()


def model_folder(folder: Path, *, weights: int = 300_000) -> Path:
    """Write a folder that looks like a model, with clutter and a task folder."""
    model = folder / "my-model"
    (model / "tasks" / "films").mkdir(parents=True)
    (model / ".git").mkdir()
    (model / "config.json").write_text('{"model_type": "bert"}')
    (model / "model.safetensors").write_bytes(b"\x01\x02\x03" * weights)
    (model / "tasks" / "films" / "config.json").write_text('{"model_type": "bert", "x": 1}')
    (model / ".git" / "HEAD").write_text("clutter")
    return model


def zip_of(folder: Path, files: dict[str, bytes]) -> Path:
    """Write a zip file."""
    path = folder / "model.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path
