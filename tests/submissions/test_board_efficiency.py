"""Points against what entries take: what is told when, and who is on the front."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from competitions.models import Competition
from scoring.models import LeaderboardEntry
from submissions.board_efficiency import MEASURES, asked_measure, placed_entries, told_measures
from submissions.models import Submission
from tests import factories

pytestmark = pytest.mark.django_db
PAGE = "/competitions/cup/leaderboard/efficiency/"


@pytest.fixture
def competition() -> Competition:
    made = factories.competition(slug="cup")
    factories.task(made, slug="films")
    factories.task(made, slug="tweets")
    return made


def entry(
    competition: Competition,
    name: str,
    points: float,
    *,
    reports: tuple[dict[str, Any], ...] = (),
    baseline: bool = False,
    **fields: Any,
) -> Submission:
    """Put a row on both boards, with a finished run that reported of its tasks in their order."""
    owner = factories.participation(
        competition, user=factories.user(username=name), is_baseline=baseline
    )
    fields.setdefault("format", "transformers")
    made = factories.submission(owner, state="scored", **fields)
    if reports:
        add_run(made, *reports)
    for board in ("public", "private"):
        LeaderboardEntry.objects.create(
            competition=competition,
            participation=owner,
            submission=made,
            board=board,
            rank=None if baseline else 1,
            final_score=points,
            submitted_at=timezone.now(),
        )
    return made


def add_run(made: Submission, *reports: dict[str, Any], **fields: Any) -> None:
    run = factories.run(made, **{"state": "done", **fields})
    for row, report in zip(run.tasks.order_by("pk"), reports, strict=True):
        row.report = report
        row.state = "ok" if report else "failed"
        row.save()


def latency(milliseconds: float) -> dict[str, float]:
    return {"latency_p50_ms": milliseconds, "rows_per_second": 1000 / milliseconds}


def placed(competition: Competition, name: str) -> dict[str, tuple[float, bool]]:
    entries = list(LeaderboardEntry.objects.filter(board="public").select_related("submission"))
    found = placed_entries(entries, MEASURES[name], mine=None)
    return {each.entry.participation.display_name: (each.amount, each.on_front) for each in found}


def close(competition: Competition) -> None:
    competition.state = Competition.State.CLOSED
    competition.closed_at = timezone.now()
    competition.save()


def test_before_the_close_others_parameters_alone_are_told(
    client: Client, competition: Competition
) -> None:
    entry(competition, "ann", 60.0, parameters=22_700_000, reports=(latency(17.3), latency(5.0)))
    assert [each.name for each in told_measures(competition)] == ["parameters"]
    for asked in ("latency", "rate", "bytes", "", "nonsense"):
        seen = client.get(PAGE, {"by": asked}).content.decode()
        assert "Points against parameters" in seen and "22.7 M" in seen
        assert "17 ms" not in seen and "Rows per second</a>" not in seen
    close(competition)
    seen = client.get(PAGE, {"by": "latency"}).content.decode()
    assert "17 ms" in seen
    assert asked_measure(competition, "nonsense").name == "parameters"


def test_the_slowest_task_of_the_last_run_counts_with_two_digits(
    competition: Competition,
) -> None:
    made = entry(competition, "ann", 60.0, reports=(latency(900.0), latency(5.0)))
    add_run(made, latency(17.34), latency(40.56))
    add_run(made, latency(1.0), latency(1.0), purpose="check")
    add_run(made, latency(2.0), latency(2.0), state="lost")
    assert placed(competition, "latency") == {"ann": (41.0, True)}
    assert placed(competition, "rate") == {"ann": (25.0, True)}


def test_participants_own_code_and_failed_tasks_have_no_figures(competition: Competition) -> None:
    entry(competition, "code", 90.0, format="python", reports=(latency(1.0), latency(1.0)))
    entry(competition, "half", 80.0, parameters=5, reports=(latency(1.0), {}))
    entry(competition, "ann", 60.0, reports=(latency(3.0), latency(2.0)))
    assert set(placed(competition, "latency")) == {"ann"}
    assert set(placed(competition, "parameters")) == {"half"}
    assert set(placed(competition, "bytes")) == {"code", "half", "ann"}


def test_the_front_is_of_ranked_entries_and_goes_the_way_of_the_measure(
    client: Client, competition: Competition
) -> None:
    entry(competition, "ann", 60.0, parameters=10, reports=(latency(10.0), latency(10.0)))
    entry(competition, "bob", 50.0, parameters=20, reports=(latency(2.0), latency(2.0)))
    entry(competition, "eve", 55.0, parameters=20, reports=(latency(20.0), latency(20.0)))
    base = {"baseline": True, "parameters": 1}
    entry(competition, "base", 99.0, reports=(latency(1.0), latency(1.0)), **base)
    fronts = {
        name: {who for who, (_, on) in placed(competition, name).items() if on}
        for name in ("parameters", "latency", "rate")
    }
    assert fronts == {"parameters": {"ann"}, "latency": {"ann", "bob"}, "rate": {"ann", "bob"}}
    seen = client.get(PAGE).content.decode()
    assert seen.count("<strong>on the front</strong>") == 1
    assert "4 entries. On the front: ann: 60.00 points, 10." in seen


def test_an_axis_is_logarithmic_where_amounts_lie_far_apart(
    client: Client, competition: Competition
) -> None:
    entry(competition, "ann", 60.0, parameters=1_000_000)
    assert "logarithmic" not in client.get(PAGE).content.decode()
    entry(competition, "bob", 70.0, parameters=1_000_000_000)
    assert "parameters, logarithmic" in client.get(PAGE).content.decode()


def test_what_is_not_drawn_is_counted(client: Client, competition: Competition) -> None:
    entry(competition, "code", 90.0, format="python")
    assert "No entry has this figure" in client.get(PAGE).content.decode()
    entry(competition, "ann", 60.0, parameters=5)
    assert "1 entry has no such figure and is not drawn" in client.get(PAGE).content.decode()


def test_many_entries_take_no_more_queries_than_few(
    client: Client, competition: Competition, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    reports = (latency(10.0), latency(10.0))
    entry(competition, "ann", 60.0, reports=reports)
    close(competition)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE, {"by": "latency"})
    for number in range(5):
        entry(competition, f"p{number}", 50.0 + number, reports=reports)
    with django_assert_num_queries(len(few)):
        client.get(PAGE, {"by": "latency"})


def test_the_api_tells_the_same_with_no_more_digits(
    client: Client, competition: Competition
) -> None:
    entry(competition, "ann", 60.0, parameters=22_713_216, reports=(latency(17.3), latency(5.0)))
    address = "/api/v1/competitions/cup/leaderboard/efficiency/"
    answer = client.get(address, {"by": "latency"}).json()
    assert answer["by"] == "parameters"
    assert [each["amount"] for each in answer["entries"]] == [22_700_000]
    close(competition)
    answer = client.get(address, {"by": "latency"}).json()
    assert (answer["by"], answer["entries"][0]["amount"]) == ("latency", 17)
    assert answer["entries"][0]["on_front"] is True
    assert client.get(address, {"by": "price"}).status_code == 400
