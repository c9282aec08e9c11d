"""Row 63: a script in names, Markdown, logs, paths and messages, in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from config.middleware import SITE_POLICY
from tests.attacks.arena import Arena
from tests.attacks.registry import PLATFORM, case
from tests.browser.conftest import COLLECT, FLAGS, PATIENCE_MS
from tests.live import Site, running_site
from tests.parts import BROWSER
from tests.roles import ROLES, read_table

EVIL = (
    "@@<script>window.ran=1;alert(1)</script><img src=x onerror='window.ran=1;alert(2)'>"
    '"><svg onload="window.ran=1;alert(3)"></svg>'
)
"""`@@` becomes the place where it was put, so that each is known to have been shown."""
MARKDOWN = """# Title

EVIL [click](javascript:window.ran=1) <a href="javascript:window.ran=1">click</a>
![x](x"onerror="window.ran=1) [a](data:text/html,<script>alert(1)</script>)

```html
EVIL
```
"""
PLACES = {
    "ann": "title overview rules phase task-title task-text award prize user team description "
    "base_model training_data training_time compute code path task-path error-code error-message "
    "error-field smoke-message log token",
    "boss": "title user worker reason hidden log",
}
"""Where strangers' texts are shown, to a participant and to an organizer."""
SEED = """
from django.test import Client
from django.utils import timezone
from accounts.tokens import create_token
from common import blobs
from competitions.models import Award, DatasetVersion, Team, TeamMember
from scoring.models import LeaderboardEntry
evil_text, markdown_text = json.loads({told!r})
evil = lambda place: evil_text.replace("@@", place)
markdown = lambda place: markdown_text.replace("EVIL", evil(place))
cup = factories.competition(
    slug="cup", title=evil("title"), overview=markdown("overview"), rules=markdown("rules")
)
cup.phases.update(title=evil("phase"))
task = factories.task(
    cup, slug="task", title=evil("task-title"), description=markdown("task-text"),
    labels=["neg", evil("label")], train_rows=3,
)
DatasetVersion.objects.update(train_files_sha256=blobs.inputs.put_bytes(b"images").sha256)
Award.objects.create(
    competition=cup, slug="gold", title=evil("award"), prize=evil("prize"), rule="overall_rank"
)
ann = factories.user(username=evil("user"))
entry = factories.participation(cup, user=ann)
team = Team.objects.create(competition=cup, name=evil("team"))
mate = factories.user(username=evil("mate"))
TeamMember.objects.create(team=team, user=mate, competition=cup)
names = ["description", "base_model", "training_data", "extra_data", "training_time", "compute"]
declared = {{name: evil(name) for name in names}}
declared |= {{"paper": "javascript:window.ran=1", "code": "https://x/" + evil("code")}}
files = {{evil("path") + ".json": b"{{}}", "tasks/" + evil("task-path") + "/m.onnx": b"w"}}
failed = factories.submission(
    entry, state="failed", declared=declared, files=files, format="python",
    error_code=evil("error-code")[:60], error_message=evil("error-message"),
    error_field=evil("error-field"),
)
log = blobs.logs.put_bytes(((evil("log") + chr(10)) * 3).encode()).sha256
run = factories.run(
    failed, state="done", worker=evil("worker"), reason=evil("reason"), outcome="ok",
    smoke_outcome="crashed", smoke_log_sha256=log, log_sha256=log,
)
run.tasks.update(
    state="failed", error_code=evil("code")[:60], error_message=evil("hidden"),
    smoke_code=evil("smoke-code")[:60], smoke_message=evil("smoke-message"), outcome="crashed",
)
scored = factories.submission(entry, state="scored", declared=declared)
theirs = factories.submission(
    factories.participation(cup, user=None, team=team), state="scored", declared=declared
)
for place, each in enumerate([scored, theirs], 1):
    cell = {{"value": 0.5, "points": 50.0, "failed": False}}
    LeaderboardEntry.objects.create(
        competition=cup, participation=each.participation, submission=each, board="public",
        rank=place, final_score=50.0, tasks={{"task": cell}}, submitted_at=timezone.now(),
    )
create_token(user=ann, name=evil("token")[:80])
boss = factories.user(username="boss", is_staff=True, is_superuser=True)
def session(user):
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value
print(json.dumps({{
    "ann": session(ann), "boss": session(boss), "submission_id": str(failed.pk),
    "objects": {{
        "submissions/submission": str(failed.pk), "submissions/run": run.pk,
        "competitions/competition": cup.pk, "competitions/participation": entry.pk,
        "competitions/datasetversion": task.dataset.pk, "accounts/user": ann.pk,
    }},
}}))
"""
BARE = "http://bare.test/"
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
_SPOILT = "[...document.querySelectorAll('*')].filter(e => e.onerror || e.onload).length"
_LINKS = "[...document.links].filter(a => /^(javascript|data):/i.test(a.protocol)).length"


@case(63, "scripts in names, Markdown, logs, paths", where=PLATFORM, parts=("browser",))
def script_in_pages(arena: Arena) -> None:
    with _site() as site, _browser() as browser:
        world = site.python(SEED.format(told=json.dumps([EVIL, MARKDOWN])))
        for who, urls in (("ann", _participants(world)), ("boss", _admins(world))):
            with _profile(browser, site, world[who]) as context:
                shown = "".join(_shown_harmlessly(context, url) for url in urls)
            missing = [each for each in PLACES[who].split() if f"{each}<script>w" not in shown]
            assert missing == [], who


@script_in_pages.control
def it_runs_where_nothing_is_escaped(arena: Arena) -> None:
    with _browser() as browser, browser.new_context() as context:
        page, ran, dialogs = _bare(context, EVIL, policy=None)
        assert ran and len(dialogs) == 3
        page.close()
        # The policy is a second door: it holds where escaping was forgotten.
        _, ran, dialogs = _bare(context, EVIL, policy=SITE_POLICY)
        assert (ran, dialogs) == (None, [])


def _shown_harmlessly(context: BrowserContext, url: str) -> str:
    """Open an address; the text that its page shows, nothing for what is no page."""
    answer = context.request.get(url)
    assert answer.status == 200, (url, answer.status)
    assert answer.headers["x-content-type-options"] == "nosniff", url
    if not answer.headers["content-type"].startswith("text/html"):
        assert answer.headers["content-type"].split(";")[0] in {
            *("application/json", "application/x-ndjson", "text/plain", "text/javascript"),
            *("application/vnd.oai.openapi", "application/jsonl", "application/zip", "text/csv"),
        }, (url, answer.headers["content-type"])
        return ""
    assert "object-src 'none'" in answer.headers["content-security-policy"], url
    page = context.new_page()
    dialogs: list[str] = []
    refused: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda line: refused.append(line.text) if "inline" in line.text else None)
    page.goto(url, wait_until="load")
    seen = [page.evaluate(each) for each in ("window.ran", _SPOILT, _LINKS)]
    assert (seen, dialogs, refused) == ([None, 0, 0], [], []), url
    text = str(page.evaluate("document.documentElement.textContent"))
    page.close()
    return text


def _bare(context: BrowserContext, body: str, *, policy: str | None) -> tuple[Page, Any, list[str]]:
    """Show markup as it is, as a site without defence would."""
    page, dialogs = context.new_page(), list[str]()
    headers = {"content-type": "text/html"} | (
        {"content-security-policy": policy} if policy else {}
    )
    page.route(BARE, lambda route: route.fulfill(body=body, headers=headers))
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto(BARE, wait_until="networkidle")
    return page, page.evaluate("window.ran"), dialogs


def _participants(world: dict[str, Any]) -> list[str]:
    """Every address that the table of roles lets a participant open."""
    known = {"slug": "cup", "task_slug": "task", "submission_id": world["submission_id"]}
    column = ROLES.index("participant")
    return [
        _filled(row.address, known)
        for row in read_table()
        if (row.method, row.variant, row.outcomes[column]) == ("GET", "", "200")
        and set(_PARAMETER.findall(row.address)) <= known.keys()
        and not row.route.startswith(("admin/", "accounts/"))
    ]


def _admins(world: dict[str, Any]) -> list[str]:
    """The desk's lists and forms of what participants fill."""
    pages = [f"/admin/{name}/{pk}/change/" for name, pk in world["objects"].items()]
    return ["/admin/", *(f"/admin/{name}/" for name in world["objects"]), *pages]


def _filled(address: str, known: dict[str, str]) -> str:
    return "/" + _PARAMETER.sub(lambda found: known[found[1]], address)


@contextmanager
def _site() -> Iterator[Site]:
    with TemporaryDirectory() as folder, running_site(Path(folder)) as site:
        site.python(COLLECT)
        yield site


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(BROWSER), args=FLAGS.split())
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def _profile(browser: Browser, site: Site, session: str) -> Iterator[BrowserContext]:
    """A fresh profile of somebody who is logged in."""
    address = f"http://127.0.0.1:{site.port}"
    context = browser.new_context(base_url=address)
    context.set_default_timeout(PATIENCE_MS)
    context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
    try:
        yield context
    finally:
        context.close()
