"""Pages fit a phone, work by keyboard, follow themselves, and run no stranger's script."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.live import Site

pytestmark = pytest.mark.browser
EVIL = "<img src=x onerror=document.title=1><script>document.title=1</script>"
BOARD = """
import itertools, time
factories._count = itertools.count(time.time_ns())
from django.utils import timezone
from competitions.models import Competition
from scoring.models import LeaderboardEntry
competition = Competition.objects.get(slug="{slug}")
names = ["ann", "a-participant-with-a-very-long-name-that-has-no-end-at-all", '''{evil}''']
for rank, name in enumerate(names, 1):
    user = factories.user(username=name + competition.slug, email=f"p{{rank}}{slug}@example.org")
    entered = factories.participation(competition, user=user)
    cells = {{
        task.slug: {{"value": 0.5, "points": 50.0, "failed": rank == 2}}
        for task in competition.tasks.all()
    }}
    LeaderboardEntry.objects.create(
        competition=competition, participation=entered, board="public", rank=rank,
        submission=factories.submission(entered, state="scored", parameters=10**7 * rank),
        final_score=90.0 - rank, tasks=cells, submitted_at=timezone.now(),
    )
print(1)
"""
RUNNING = """
import itertools, time
factories._count = itertools.count(time.time_ns())
from competitions.models import Competition
from accounts.models import User
entered = User.objects.get(username="{name}").participations.get()
declared = {{"description": '''{evil}'''}}
submission = factories.submission(entered, state="running", declared=declared)
from common import blobs
log = blobs.logs.put_bytes(b"a line without an end " + b"x" * 3000).sha256
run = factories.run(submission, state="running", smoke_outcome="ok", smoke_log_sha256=log)
run.tasks.update(state="running", rows_done=10, rows_total=100, rate=5)
from accounts.tokens import create_token
create_token(user=entered.user, name="a token with quite a long name, on another machine")
print(json.dumps(str(submission.pk)))
"""
ADVANCE = """
from submissions.models import Submission
submission = Submission.objects.get(pk="{pk}")
submission.runs.get().tasks.update(rows_done={done})
Submission.objects.filter(pk="{pk}").update(state="{state}")
print(1)
"""


@pytest.fixture(scope="module")
def seeded(site: Site) -> tuple[str, str]:
    """Return a competition with a board, and the name of somebody who takes part."""
    slug, (name,) = steps.seed(site, people=1)
    site.python(BOARD.format(slug=slug, evil=EVIL))
    return slug, name


@pytest.fixture(scope="module")
def slug(seeded: tuple[str, str]) -> str:
    return seeded[0]


@pytest.fixture(scope="module")
def name(seeded: tuple[str, str]) -> str:
    return seeded[1]


@pytest.fixture(scope="module")
def running(site: Site, name: str) -> str:
    return str(site.python(RUNNING.format(name=name, evil=EVIL)))


def too_wide(page: Page) -> int:
    width: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width


@pytest.fixture
def phone(page: Page) -> Page:
    page.set_viewport_size({"width": 360, "height": 740})
    return page


def test_no_page_scrolls_sideways_on_a_phone(
    phone: Page, slug: str, name: str, running: str
) -> None:
    steps.log_in(phone, name)
    tabs = ["", "tasks/", "data/", "rules/", "leaderboard/", "awards/", "submissions/", "submit/"]
    tabs += ["join/"]
    paths = ["/", "/profile/", "/accounts/email/", "/nowhere/", f"/submissions/{running}/"]
    for path in [*paths, *(f"/competitions/{slug}/{tab}" for tab in tabs)]:
        phone.goto(path)
        assert too_wide(phone) <= 0, path


def test_the_board_becomes_cards_on_a_phone_and_stays_a_table_for_readers(
    phone: Page, slug: str
) -> None:
    phone.goto(f"/competitions/{slug}/leaderboard/")
    first = phone.locator(".board tbody tr").first
    assert first.evaluate("row => getComputedStyle(row).display") == "grid"
    expect(phone.get_by_role("table").get_by_role("row")).to_have_count(4)
    expect(phone.get_by_role("rowheader").first).to_contain_text("ann")


def test_markup_in_names_and_notes_runs_nothing(page: Page, slug: str, running: str) -> None:
    page.goto(f"/competitions/{slug}/leaderboard/")
    expect(page.get_by_text("<img src=x onerror").first).to_be_visible()
    assert page.title().startswith("Leaderboard")


def test_the_skip_link_comes_first_and_focus_is_seen(page: Page, slug: str) -> None:
    page.goto(f"/competitions/{slug}/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert outline == "3px"


def test_a_submission_page_follows_itself_to_the_end(
    site: Site, page: Page, name: str, running: str
) -> None:
    steps.log_in(page, name)
    page.goto(f"/submissions/{running}/")
    expect(page.locator("#standing")).to_contain_text("10 of 100 rows")
    expect(page.get_by_text("<img src=x onerror")).to_be_visible()
    expect(page.get_by_text("a line without an end")).to_be_visible()
    site.python(ADVANCE.format(pk=running, done=70, state="running"))
    expect(page.locator("#standing")).to_contain_text("70 of 100 rows")
    site.python(ADVANCE.format(pk=running, done=100, state="scored"))
    expect(page.get_by_text("Choose as final")).to_be_visible()
    expect(page.locator("#standing[hx-get]")).to_have_count(0)
    site.python(ADVANCE.format(pk=running, done=100, state="running"))
