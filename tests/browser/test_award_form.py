"""The form of an award shows what its rule reads, and says what the rule is."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.live import Site

pytestmark = pytest.mark.browser
DRAFT = """
import itertools, time
factories._count = itertools.count(time.time_ns())
from competitions.models import Award
draft = factories.competition(state="draft")
person = factories.organizer(draft)
Award.objects.create(competition=draft, slug="gold", title="Gold", rule="overall_rank")
print(json.dumps([draft.pk, person.username]))
"""


def test_fields_follow_the_rule(page: Page, site: Site) -> None:
    pk, name = site.python(DRAFT)
    page.goto("/accounts/login/")
    steps.log_in(page, name)
    page.goto(f"/admin/competitions/competition/{pk}/change/#awards")
    rule = page.locator("#id_awards-0-rule")
    task, parameters = (
        page.locator("#id_awards-0-task"),
        page.locator("#id_awards-0-max_parameters"),
    )
    expect(page.get_by_text("The best by final score. Places 1 to 3")).to_be_visible()
    expect(parameters).to_be_hidden()
    rule.select_option("constraints")
    expect(parameters).to_be_visible()
    expect(task).to_be_hidden()
    expect(page.get_by_text("within every constraint that is given")).to_be_visible()
    parameters.fill("10")
    rule.select_option("task_rank")
    expect(task).to_be_visible()
    expect(parameters).to_be_visible()  # filled in, and of no use: saving complains of it
