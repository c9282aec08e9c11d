"""An organizer fixes labels, looks at the preview on a phone, publishes; others read why."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.test_look import too_wide
from tests.live import Site

pytestmark = pytest.mark.browser
ENTRIES = """
import itertools, time
factories._count = itertools.count(time.time_ns())
from tests.submissions import rescoring as lab
cup = lab.cup()
long = "a-participant-with-a-very-long-name-that-has-no-end"
for place, name in enumerate(["ann", "cleo", long]):
    lab.enter(cup, range(5 * place), name=name)
print(json.dumps([cup.pk, factories.organizer(cup).username]))
"""
LABELS = """
from competitions.models import Competition
from tests.submissions import rescoring as lab
import itertools, time
factories._count = itertools.count(time.time_ns())
lab.new_labels(Competition.objects.get(slug="cup"), range(10))
print(1)
"""
WORK = """
from submissions import jobs
from scoring.models import Rescoring
jobs.rescore(Rescoring.objects.get().pk)
print(1)
"""


def test_labels_are_fixed_looked_at_and_published(page: Page, site: Site) -> None:
    pk, name = site.python(ENTRIES)
    page.set_viewport_size({"width": 360, "height": 740})
    steps.log_in(page, name)
    page.goto(f"/admin/competitions/competition/{pk}/change/")
    page.get_by_role("link", name="Rescoring…").click()
    expect(page.get_by_text("No rescoring is open.")).to_be_visible()
    site.python(LABELS)
    page.reload()
    expect(page.get_by_text("It waits for a score worker.")).to_be_visible()
    site.python(WORK)
    expect(page.get_by_role("heading", name="Public board: 2 places would change")).to_be_visible()
    assert too_wide(page) <= 0
    page.get_by_label("Why the scores change").fill("Ten labels of Films were wrong.")
    page.get_by_label("Replace all scores at once.").check()
    page.get_by_role("button", name="Publish the new scores").press("Enter")
    expect(page.get_by_text("The new scores are being published.").first).to_be_visible()
    site.python(WORK)
    expect(page.get_by_text("No rescoring is open.")).to_be_visible()
    page.goto("/competitions/cup/leaderboard/")
    expect(page.get_by_text("Ten labels of Films were wrong.")).to_be_visible()
    page.get_by_role("link", name="The board until").click()
    expect(page.get_by_text("These scores no longer count.")).to_be_visible()
    assert too_wide(page) <= 0
