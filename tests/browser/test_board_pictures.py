"""The pictures beside the leaderboard: drawn, told in tables, and fit for a phone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.test_look import too_wide
from tests.live import Site

pytestmark = pytest.mark.browser
PAGES = ("", "over-time/", "strengths/", "efficiency/")
BOARD = """
import itertools, random, time
from datetime import timedelta
factories._count = itertools.count(time.time_ns())
from django.utils import timezone
from competitions.models import Competition
from scoring.models import FinalScore, TaskScore
from scoring.services.leaderboard import refresh_board
from submissions.models import Submission
competition = Competition.objects.get(slug="{slug}")
tasks = list(competition.tasks.all())
draw = random.Random(7)
mine = competition.participations.get()
people = [mine]
names = ["ann", "a-participant-with-a-very-long-name-that-has-no-end", "<b>bob</b>"]
for number in range(13):
    name = names[number] if number < 3 else f"person{{number}}"
    user = factories.user(username=name + competition.slug, email=f"q{{number}}{slug}@example.org")
    baseline = number > 10
    people.append(factories.participation(competition, user=user, is_baseline=baseline))
now = timezone.now()
for place, each in enumerate(people):
    for number in range(4):
        entered = now - timedelta(days=draw.uniform(1, 20))
        made = factories.submission(each, state="scored", format="transformers",
            parameters=int(10 ** draw.uniform(6, 9)))
        Submission.objects.filter(pk=made.pk).update(created_at=entered, ended_at=entered)
        points = {{t.slug: round(min(99, draw.gauss(70 + place % 5, 6)), 2) for t in tasks}}
        for split, shift in (("public", 0.0), ("private", -1.5)):
            for task in tasks:
                value = (points[task.slug] + shift) / 100
                TaskScore.objects.create(submission=made, task=task, dataset=task.dataset,
                    split=split, scorer_version="2", value=value, points=100 * value, rows=900,
                    low=100 * value - 3, high=min(100, 100 * value + 3))
            mean = sum(points.values()) / len(points) + shift
            FinalScore.objects.create(submission=made, participation=each, split=split,
                points=mean, rule_version="1", low=mean - 2, high=mean + 2)
        run = factories.run(made, state="done", usage={{"wall_seconds": 80}})
        report = {{"rows_per_second": draw.uniform(5, 90), "latency_p50_ms": draw.uniform(5, 400)}}
        run.tasks.update(state="ok", report=report)
refresh_board(competition=competition, board="public")
print(1)
"""
CLOSE = """
from django.utils import timezone
from competitions.models import Competition
from scoring.services.leaderboard import refresh_board
competition = Competition.objects.get(slug="{slug}")
Competition.objects.filter(pk=competition.pk).update(state="closed", closed_at=timezone.now())
refresh_board(competition=competition, board="private")
from scoring.models import BoardStatistics
from scoring.services.board_statistics import board_digest
entries = list(competition.leaderboard_entries.filter(board="private"))
tied = [each for each in entries if each.rank in (2, 3, 4)]
for each in entries:
    told = dict(rank_best=max(1, (each.rank or 1) - 2), rank_worst=min(12, (each.rank or 1) + 3))
    each.p_next = 1.0 if each.rank in (2, 3) else 0.001
    for name, value in told.items():
        setattr(each, name, value if each.rank else None)
    each.save()
BoardStatistics.objects.create(competition=competition, board="private",
    entries_sha256=board_digest(entries, competition),
    facts={{"version": "1", "level": 0.95, "entries": 12, "tasks": {{}},
        "brackets": [[tied[0].participation_id, tied[-1].participation_id]]}})
print(1)
"""


@pytest.fixture(scope="module")
def seeded(site: Site) -> tuple[str, str]:
    """Return a competition with a full board, and the name of somebody who takes part."""
    slug, (name,) = steps.seed(site, people=1)
    site.python(BOARD.format(slug=slug))
    return slug, name


@pytest.fixture(scope="module")
def closed(site: Site) -> str:
    """Return a competition that was closed."""
    slug, _ = steps.seed(site, people=1)
    site.python(BOARD.format(slug=slug))
    site.python(CLOSE.format(slug=slug))
    return slug


def open_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")


def faults(page: Page) -> dict[str, int]:
    """Count what a reader without eyes, mouse or colours would miss."""
    found: dict[str, int] = page.evaluate(
        """() => ({
            silent: [...document.querySelectorAll("svg")].filter((svg) =>
                svg.getAttribute("aria-hidden") !== "true" &&
                !(svg.querySelector("title") && svg.querySelector("desc"))).length,
            nameless: [...document.querySelectorAll(".picture table")]
                .filter((table) => !table.caption).length,
            unscoped: document.querySelectorAll("th:not([scope])").length,
            stuck: [...document.querySelectorAll(".scroll")].filter((box) =>
                box.scrollWidth > box.clientWidth + 1 && box.tabIndex < 0).length,
            unlabelled: [...document.querySelectorAll("select")]
                .filter((each) => !each.labels.length).length,
            styled: document.querySelectorAll(".picture [style]").length,
        })"""
    )
    return found


@pytest.mark.parametrize("path", PAGES)
def test_pictures_fit_a_phone_and_are_told_without_eyes_or_mouse(
    page: Page, seeded: tuple[str, str], path: str
) -> None:
    slug, name = seeded
    steps.log_in(page, name)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"/competitions/{slug}/leaderboard/{path}")
    open_all(page)
    assert too_wide(page) <= 0
    assert faults(page) == dict.fromkeys(faults(page), 0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_words_of_pictures_stand_out_in_both_schemes(
    page: Page, closed: str, path: str, scheme: str
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(f"/competitions/{closed}/leaderboard/{path}")
    open_all(page)
    ratios = page.evaluate(CONTRASTS)
    assert len(ratios) > 3
    assert min(ratios) >= 4.5


CONTRASTS = """() => {
    const parts = (colour) => {
        const canvas = document.createElement("canvas").getContext("2d");
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = (colour) => {
        const [r, g, b] = parts(colour).map((c) => c / 255)
            .map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element) => {
        for (let at = element; at; at = at.parentElement) {
            const colour = getComputedStyle(at).backgroundColor;
            if (parts(colour)[3] === 255) return colour;
        }
        return "white";
    };
    const words = document.querySelectorAll(
        "main svg text, .picture td, .picture th, .picture p, .picture li, .views a, .board td"
    );
    return [...words].map((each) => {
        const style = getComputedStyle(each);
        const ink = light(each instanceof SVGElement ? style.fill : style.color);
        const paper = light(behind(each));
        return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    });
}"""


def test_every_line_ends_in_a_letter_that_the_list_names(
    page: Page, seeded: tuple[str, str]
) -> None:
    slug, name = seeded
    steps.log_in(page, name)
    page.goto(f"/competitions/{slug}/leaderboard/over-time/")
    letters = page.locator(".over-time .letter").all_text_contents()
    assert letters == page.locator(".line-names li > strong").all_text_contents()
    assert len(set(letters)) == len(letters) >= 12
    expect(page.locator("polyline.line.mine")).to_have_count(1)
    expect(page.locator(".line-names li", has_text="you")).to_have_count(1)


def test_the_keyboard_chooses_another_entry(page: Page, seeded: tuple[str, str]) -> None:
    slug, name = seeded
    steps.log_in(page, name)
    page.goto(f"/competitions/{slug}/leaderboard/strengths/")
    expect(page.get_by_role("heading", level=2).first).to_contain_text("you")
    page.get_by_label("Entry").focus()
    page.keyboard.press("Home")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**entry=*")
    first = page.locator("#matrix tbody th").first.text_content() or ""
    expect(page.get_by_role("heading", level=2).first).to_contain_text(first.split()[0])


def test_the_views_of_the_board_lead_to_each_other(page: Page, closed: str) -> None:
    page.goto(f"/competitions/{closed}/leaderboard/")
    views = page.get_by_role("navigation", name="Views of the board")
    for title, heading in (
        ("Over time", "Best scores over time"),
        ("Strengths", "Task by task"),
        ("Efficiency", "Points against parameters"),
    ):
        views.get_by_role("link", name=title).click()
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    page.get_by_role("link", name="Latency").click()
    expect(page.locator("#front table")).to_contain_text("ms")


def test_a_tie_is_told_in_words_and_bracketed_on_a_phone(page: Page, closed: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"/competitions/{closed}/leaderboard/")
    expect(page.locator(".board .rank.tied")).to_have_count(3)
    expect(page.locator(".board").get_by_text("tied with the next")).to_have_count(2)
    heights = page.evaluate(
        """() => [...document.querySelectorAll(".board .rank.tied")].map((cell) =>
            parseFloat(getComputedStyle(cell, "::before").height) / cell.parentElement.clientHeight)
        """
    )
    assert all(0.7 < height < 1.1 for height in heights)
