"""The organizers' form shows the settings of the kind and track that are chosen, and a prompt."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import steps
from tests.browser.test_look import too_wide
from tests.live import Site

pytestmark = pytest.mark.browser
DRAFT = """
import itertools, time
factories._count = itertools.count(time.time_ns())
competition = factories.competition(state="draft")
factories.task(competition, title="Films", track="prompt", train_rows=8,
    settings={"template": "Review: {text}\\nSentiment: {answer}", "shots": 2})
organizer = factories.organizer(competition)
print(json.dumps([competition.pk, organizer.username]))
"""


@pytest.fixture
def form(site: Site, page: Page) -> Page:
    """Open the tab of tasks on a draft's form."""
    pk, name = site.python(DRAFT)
    steps.log_in(page, name)
    page.goto(f"/admin/competitions/competition/{pk}/change/#tasks")
    page.get_by_label("Track").first.wait_for()
    return page


def settings(form: Page) -> Locator:
    return form.locator(".podium-settings").first


def choose(form: Page, name: str, value: str) -> None:
    form.locator(f"[name=tasks-0-{name}]").select_option(value)


def test_only_settings_of_the_chosen_kind_and_track_are_shown(form: Page) -> None:
    shown = settings(form).locator(".podium-setting:visible label")
    expect(shown).to_have_text(
        [
            "Template",
            "Examples",
            "Draw of the examples",
            "Between examples",
            "Texts of the classes",
            "Likelihoods are divided by",
        ]
    )
    choose(form, "kind", "text_generation")
    expect(settings(form)).to_contain_text("Answers end at")
    expect(settings(form).get_by_label("Texts of the classes").first).to_be_hidden()
    choose(form, "track", "probe")
    expect(settings(form)).to_contain_text("There is nothing to set for this kind and track.")
    choose(form, "kind", "text_classification")
    expect(shown).to_have_text(["What is fitted"])


def test_a_prompt_is_shown_while_it_is_typed(form: Page) -> None:
    prompt = settings(form).locator(".podium-prompt:visible")
    expect(prompt).to_have_text(
        "Review: A quiet film that stays with you.\nSentiment: the answer", use_inner_text=True
    )
    settings(form).get_by_label("Template").fill("<b>{text}</b> is {answer}")
    expect(prompt).to_have_text("<b>A quiet film that stays with you.</b> is the answer")
    settings(form).get_by_label("Template").fill("")
    expect(prompt).to_have_text(
        "A quiet film that stays with you.\nthe answer", use_inner_text=True
    )


def test_a_preset_says_what_empty_fields_mean(form: Page) -> None:
    choose(form, "track", "finetune")
    rate = settings(form).get_by_label("Learning rate", exact=True)
    expect(rate).to_have_attribute("placeholder", "5e-05")
    settings(form).get_by_label("Recipe", exact=True).select_option("glue")
    expect(rate).to_have_attribute("placeholder", "2e-05")
    settings(form).get_by_label("Recipe", exact=True).select_option("standard")
    expect(rate).to_have_attribute("placeholder", "5e-05")


def test_a_new_task_has_the_fields_too(form: Page) -> None:
    form.get_by_role("link", name="Add another Task").click()
    probe = form.locator("[name=tasks-1-settings-probe-preset]")
    expect(probe).to_be_hidden()
    form.locator("[name=tasks-1-kind]").select_option("text_classification")
    form.locator("[name=tasks-1-track]").select_option("probe")
    expect(probe).to_be_visible()
    expect(probe).to_have_accessible_name("What is fitted")


def test_the_fields_fit_a_phone(form: Page) -> None:
    form.set_viewport_size({"width": 390, "height": 800})
    assert too_wide(form) <= 0
