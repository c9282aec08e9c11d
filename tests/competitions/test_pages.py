"""Pages of competitions: the list, the tabs, joining."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from common import blobs
from competitions.models import Award, Competition, DatasetVersion
from tests import factories

pytestmark = pytest.mark.django_db
TABS = ["", "rules/", "tasks/", "data/", "leaderboard/", "awards/"]


@pytest.fixture
def competition() -> Competition:
    made = factories.competition(
        slug="cup",
        title="The cup",
        tagline="A cup.",
        overview="**Enter** it.",
        rules="Play *fair*.",
    )
    factories.task(made, slug="films", title="Films", train_rows=5, weight=2)
    return made


def test_an_empty_site_says_what_comes_next(client: Client) -> None:
    content = client.get("/").content.decode()
    assert "No competition is open yet" in content
    assert "/accounts/signup/" in content
    client.force_login(factories.organizer())
    assert "Open the administration" in client.get("/").content.decode()


def test_a_card_tells_title_phase_tasks_and_participants(
    client: Client, competition: Competition
) -> None:
    for _ in range(3):
        factories.participation(competition)
    factories.participation(competition, is_baseline=True)
    content = client.get("/").content.decode()
    assert 'href="/competitions/cup/"' in content
    assert "The cup" in content
    assert "Development" in content
    assert "ends in 29 days" in content
    assert "<dt>task</dt><dd>1</dd>" in content
    assert "<dt>participants</dt><dd>3</dd>" in content


def test_open_competitions_stand_above_closed_ones(
    client: Client, competition: Competition
) -> None:
    factories.competition(title="Old cup", state="closed", closed_at=timezone.now())
    content = client.get("/").content.decode()
    assert content.index("The cup") < content.index("Old cup")


def test_ones_own_competitions_are_marked(client: Client, competition: Competition) -> None:
    entered = factories.participation(competition)
    assert entered.user is not None
    client.force_login(entered.user)
    assert "You take part" in client.get("/").content.decode()


def test_the_list_costs_the_same_for_many(
    client: Client, competition: Competition, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(factories.user())
    with django_assert_num_queries(5):
        client.get("/")
    for _ in range(8):
        factories.task(factories.competition())
    with django_assert_num_queries(5):
        client.get("/")


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_is_an_address_of_its_own(
    client: Client, competition: Competition, tab: str
) -> None:
    response = client.get(f"/competitions/cup/{tab}")
    assert response.status_code == 200
    content = response.content.decode()
    assert "<h1>The cup</h1>" in content
    current = re.findall(r'href="([^"]*)" aria-current="page"', content)
    assert set(current) == {f"/competitions/cup/{tab}"}


@pytest.mark.parametrize("tab", TABS)
def test_drafts_exist_for_their_organizers_only(client: Client, tab: str) -> None:
    draft = factories.competition(slug="draft", state="draft")
    assert client.get(f"/competitions/draft/{tab}").status_code == 404
    client.force_login(factories.user())
    assert client.get(f"/competitions/draft/{tab}").status_code == 404
    client.force_login(factories.organizer(draft))
    assert client.get(f"/competitions/draft/{tab}").status_code == 200


@pytest.mark.parametrize("tab", ["tasks/", "data/", "awards/", "leaderboard/"])
def test_empty_tabs_say_so(client: Client, tab: str) -> None:
    factories.competition(slug="bare")
    assert b'class="empty"' in client.get(f"/competitions/bare/{tab}").content


def test_the_overview_tells_phases_limits_and_how_ranks_are_made(
    client: Client, competition: Competition
) -> None:
    now = timezone.now()
    factories.phase(competition, title="Final", starts_at=now + timedelta(days=30), daily_limit=1)
    content = client.get("/competitions/cup/").content.decode()
    assert "<strong>Enter</strong>" in content
    assert "Final" in content
    assert "5 a day, 100 in all, 2 at once" in content
    assert "scores on 30 % of the test rows" in content
    assert "The other 70 %" in content
    assert "2.1 GB" in content
    assert "10 min a task" in content


def test_tasks_tell_kind_track_metric_weight_and_rows(
    client: Client, competition: Competition
) -> None:
    factories.task(competition, title="Stars", kind="text_regression", metric="rmse", track="probe",
                   baseline=1.5, ceiling=0.0, labels=[], train_rows=3)  # fmt: skip
    content = client.get("/competitions/cup/tasks/").content.decode()
    assert "Text classification" in content
    assert "The share of rows answered right. Points are 100 × the value." in content
    assert "2 (66.7 % of the final score)" in content
    assert "<dd>40, hidden</dd>" in content
    assert "neg, pos" in content
    assert "1.5 is worth 0 points" in content
    assert "Lower values are better." in content


def test_data_show_train_rows_and_never_test_rows(client: Client, competition: Competition) -> None:
    factories.task(competition, slug="bare", title="Bare")
    content = client.get("/competitions/cup/data/").content.decode()
    assert "train 0" in content
    assert "train 3" not in content
    assert "row 0" not in content
    assert "/api/v1/competitions/cup/tasks/films/train/" in content
    assert "/api/v1/competitions/cup/tasks/bare/train/" not in content
    assert "How a row looks" in content


def test_data_link_to_the_images_of_train_rows(client: Client, competition: Competition) -> None:
    address = "/api/v1/competitions/cup/tasks/films/train-files/"
    assert address not in client.get("/competitions/cup/data/").content.decode()
    images = blobs.inputs.put_bytes(b"x" * 2000)
    DatasetVersion.objects.update(train_files_sha256=images.sha256)
    content = client.get("/competitions/cup/data/").content.decode()
    assert address in content
    assert "Its images: zip, 2 kB" in content


def test_markup_in_example_rows_stays_text(client: Client, competition: Competition) -> None:
    row = {"id": "t1", "input": {"text": "<script>alert(1)</script>\u202e"}, "label": "pos"}
    train = blobs.inputs.put_bytes(factories.jsonl([row]))
    DatasetVersion.objects.update(train_sha256=train.sha256)
    content = client.get("/competitions/cup/data/").content.decode()
    assert "<script>alert" not in content
    assert "&lt;script&gt;alert(1)" in content
    assert "\u202e" not in content


def test_joining_needs_a_login(client: Client, competition: Competition) -> None:
    response = client.get("/competitions/cup/join/")
    assert response["Location"] == "/accounts/login/?next=/competitions/cup/join/"


def test_joining_shows_the_rules_and_needs_the_box(
    client: Client, competition: Competition
) -> None:
    user = factories.user()
    client.force_login(user)
    assert b"Play <em>fair</em>." in client.get("/competitions/cup/join/").content
    response = client.post("/competitions/cup/join/", {})
    assert response.status_code == 400
    assert b"Accept the rules to take part." in response.content
    assert not user.participations.exists()


def test_joining_leads_to_the_upload(client: Client, competition: Competition) -> None:
    user = factories.user()
    client.force_login(user)
    response = client.post("/competitions/cup/join/", {"accept_rules": "yes"}, follow=True)
    assert response.redirect_chain == [("/competitions/cup/submit/", 302)]
    assert "You take part in “The cup”." in response.content.decode()
    assert user.participations.get().competition == competition
    rules = client.get("/competitions/cup/rules/").content.decode()
    assert "You accepted these rules" in rules
    assert "My submissions" in rules


def test_nobody_joins_a_closed_competition(client: Client) -> None:
    factories.competition(slug="old", state="closed", closed_at=timezone.now())
    client.force_login(factories.user())
    assert b"This competition is closed" in client.get("/competitions/old/join/").content
    response = client.post("/competitions/old/join/", {"accept_rules": "yes"})
    assert response.status_code == 409


def test_organizers_are_told_that_they_enter_baselines(
    client: Client, competition: Competition
) -> None:
    client.force_login(factories.organizer(competition))
    content = client.get("/competitions/cup/join/").content
    assert b"your entry is a baseline" in content
    assert b"/competitions/cup/close/" in content


def test_markup_in_names_stays_text(client: Client) -> None:
    evil = "<script>alert(1)</script>\u202e"
    made = factories.competition(slug="evil", title=evil, tagline=evil, overview=evil, rules=evil)
    factories.task(made, slug="t", title=evil, description=evil, labels=[evil, "b"])
    Award.objects.create(competition=made, slug="a", title=evil, prize=evil, rule="overall_rank")
    for path in ["/", *(f"/competitions/evil/{tab}" for tab in TABS)]:
        content = client.get(path).content.decode()
        assert "<script>alert" not in content, path
        assert "\u202e" not in content, path
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in content, path


@pytest.mark.parametrize("tab", TABS)
def test_a_tab_costs_the_same_for_many_tasks(
    client: Client,
    competition: Competition,
    tab: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(8):
        factories.task(competition)
    client.force_login(factories.user())
    with django_assert_max_num_queries(11):
        client.get(f"/competitions/cup/{tab}")
