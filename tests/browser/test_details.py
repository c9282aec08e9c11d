"""What goes beyond the score fits a phone, with long names and many groups."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.test_look import too_wide
from tests.live import Site

pytestmark = pytest.mark.browser
DETAILS = """
import itertools, time
factories._count = itertools.count(time.time_ns())
from accounts.models import User
from competitions.models import Competition
from scoring.models import FinalScore, TaskScore
entered = User.objects.get(username="{name}").participations.get()
Competition.objects.filter(pk=entered.competition_id).update(details_public=True)
made = factories.submission(entered, state="scored", format="transformers")
usage = {{"wall_seconds": 83.4, "peak_memory_bytes": 1_834_000_000, "energy_joules": 1432.1,
    "energy_source": "rapl"}}
run = factories.run(made, state="done", usage=usage)
report = {{"rows": 3000, "truncated_rows": 70, "load_seconds": 1.234, "rows_per_second": 61.2,
    "latency_p50_ms": 17.2, "latency_p95_ms": 41.9, "flops_per_row": 1.4e9,
    "parameters": 22_713_216, "parameters_by_dtype": {{"float32": 22_713_215, "int64": 1}},
    "model_bytes": 90_868_376,
    "curves": [{{"steps": [100, 200], "losses": [0.69, 0.1 * seed]}} for seed in range(6)]}}
run.smoke_outcome = "ok"
run.save()
practice = {{"rows": 3, "value": 0.5, "confusion": [[1, 0, 1], [1, 0, 0]], "explanations": [
    {{"input": "x", "answer": "neg", "tokens": [["a-piece-of-text", 1.0], ["film", -0.4]] * 20}},
    {{"input": "7.png", "answer": "neg", "grid": [[0.1] * 16, [-0.5] * 16]}}]}}
run.tasks.update(state="ok", report=report, practice=practice)
entered.competition.tasks.filter(title="Tweets").update(track="finetune")
names = ["films", "news", "a subgroup with a name that is long enough for two lines or more"]
groups = [
    {{"value": name, "rows": 400 - 90 * n, "score": 0.9 - 0.1 * n}} for n, name in enumerate(names)
]
changes = ["lower_case", "typos", "extra_spaces", "contractions"]
details = {{
    "slices": {{
        "domain": {{"groups": groups, "hidden": 2, "worst": names[-1], "gap": 0.2}},
        "length": {{"groups": [], "hidden": 4, "worst": None, "gap": None}},
    }},
    "calibration": {{"ece": 0.0412, "brier": 0.2311}},
    "robustness": {{
        "perturbations": [
            {{"name": name, "rows": 31, "original": 0.9032, "perturbed": 0.9032 - 0.0323 * n}}
            for n, name in enumerate(changes)
        ],
        "worst": {{"by": "row", "rows": 31, "original": 0.9032, "value": 0.7742}},
    }},
}}
for task in entered.competition.tasks.all():
    TaskScore.objects.create(submission=made, task=task, dataset=task.dataset, split="public",
        scorer_version="2", value=0.8, points=80, rows=900, details=details)
FinalScore.objects.create(submission=made, participation=entered, split="public", points=80,
    rule_version="1")
print(json.dumps(str(made.pk)))
"""


@pytest.fixture
def scored(site: Site, page: Page) -> str:
    """Log somebody in and return their submission that has everything to tell."""
    _, (name,) = steps.seed(site, people=1)
    steps.log_in(page, name)
    return str(site.python(DETAILS.format(name=name)))


def test_details_fit_a_phone_and_their_tables_scroll_by_themselves(page: Page, scored: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"/submissions/{scored}/")
    expect(page.get_by_role("heading", name="Beyond the score")).to_be_visible()
    expect(page.get_by_role("heading", name="Efficiency")).to_be_visible()
    open_all(page)
    assert too_wide(page) <= 0


def open_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")


def test_what_is_drawn_is_told_and_what_is_cut_off_is_reached_by_keyboard(
    page: Page, scored: str
) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"/submissions/{scored}/")
    open_all(page)
    expect(page.locator("svg.loss-chart, svg.heat-grid")).to_have_count(4)
    found = page.evaluate(
        """() => ({
            silent: [...document.querySelectorAll("svg")].filter((svg) =>
                svg.getAttribute("aria-hidden") !== "true" &&
                !(svg.getAttribute("aria-label") || svg.querySelector("title"))).length,
            wordless: [...document.querySelectorAll("img:not([alt])")].length,
            nameless: [...document.querySelectorAll("table")].filter((t) => !t.caption).length,
            unscoped: document.querySelectorAll("th:not([scope])").length,
            stuck: [...document.querySelectorAll(".scroll")].filter((box) =>
                box.scrollWidth > box.clientWidth + 1 && box.tabIndex < 0).length,
            pointed: document.querySelectorAll("#practice [title], #training span[title]").length,
        })"""
    )
    assert found == dict.fromkeys(found, 0)
    beyond = [
        page.locator(f"#{part} table").count() for part in ("details", "training", "practice")
    ]
    assert all(beyond), beyond


def test_tables_have_captions_and_row_headers(page: Page, scored: str) -> None:
    page.goto(f"/submissions/{scored}/")
    page.locator("#details summary").first.click()
    table = page.locator("#details table").first
    expect(table.locator("caption")).to_contain_text("By domain: best and worst lie 0.2000 apart")
    expect(table.get_by_role("rowheader")).to_have_count(3)
    expect(page.locator("#efficiency")).to_contain_text("22.7 M")
