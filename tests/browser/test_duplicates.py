"""An organizer has entries compared, follows that, looks at a pair on a phone, and decides."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.test_look import too_wide
from tests.live import Site

pytestmark = pytest.mark.browser
ENTRIES = """
import itertools, time
factories._count = itertools.count(time.time_ns())
from tests.submissions.alike import ROWS, answers, enter
cup = factories.competition(title="Two of a kind")
for slug, title in (("mood", "Mood"), ("long", "A task with quite a long title")):
    factories.task(cup, slug=slug, title=title, rows=ROWS)
for number in range(3):
    enter(cup, f"stranger{number}", answers(number))
enter(cup, "ann", answers(9), weights=b"w" * 5000, given_to={"long": answers(4)})
name = "a-participant-with-a-very-long-name-that-has-no-end-at-all"
enter(cup, name, answers(9, turned=2), weights=b"w" * 5000, given_to={"long": answers(4)})
print(json.dumps([cup.pk, factories.organizer(cup).username]))
"""
READ = """
from submissions.models import DuplicateSearch
DuplicateSearch.objects.update(done=3, total=10)
print(1)
"""
COMPARE = """
from submissions import jobs
jobs.duplicates({pk})
print(1)
"""


def test_an_organizer_compares_follows_and_decides(page: Page, site: Site) -> None:
    pk, name = site.python(ENTRIES)
    page.set_viewport_size({"width": 360, "height": 740})
    steps.log_in(page, name)
    page.goto(f"/admin/competitions/competition/{pk}/change/")
    page.get_by_role("link", name="Look-alikes…").click()
    expect(page.get_by_text("The entries were not compared yet.")).to_be_visible()
    page.get_by_role("button", name="Compare now").press("Enter")
    expect(page.get_by_text("It waits for a score worker.")).to_be_visible()
    site.python(READ)
    expect(page.get_by_text("3 of 10 sets of answers are read.")).to_be_visible()
    site.python(COMPARE.format(pk=pk))
    pair = page.get_by_role("article")
    expect(pair).to_contain_text("798 of 800 answers are equal")
    expect(page.locator("#search[hx-get]")).to_have_count(0)
    assert too_wide(page) <= 0
    pair.get_by_label("Your decision: why").fill("They share an account of the public model.")
    pair.get_by_role("button", name="Dismiss").press("Enter")
    expect(page.get_by_role("heading", name="Dismissed (1)")).to_be_visible()
    page.get_by_role("button", name="Undo the decision").press("Enter")
    expect(page.get_by_role("heading", name="To be looked at (1)")).to_be_visible()
